"""The accuracy benchmark on tiny data of our own: readers, protocol, figures, tests of significance."""

from __future__ import annotations

import gzip
import io
import json
import math
import subprocess
import tarfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks import accuracy, compare, datasets, judging, trial
from benchmarks import judged as by_eye
from benchmarks.datasets import json_lines, reuters, scikit
from benchmarks.datasets.base import Dataset, Unavailable, make_dataset, tidy
from benchmarks.peers.annif import best_limit
from benchmarks.peers.names import names_of
from benchmarks.peers.tfidf import targets
from benchmarks.protocol import ProtocolError, checked_scores, find_factory, make_model, threshold_of
from benchmarks.report_pages import html_page
from benchmarks.rows import Row, read_rows
from benchmarks.significance import (
    Decisions,
    bootstrap,
    holm,
    macro_f1,
    mean_figure,
    micro_figures,
    randomisation_test,
)
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.utils import Bunch
from typer.testing import CliRunner

from tagonomy import TaggerConfig, Taxonomy, metrics, train
from tagonomy.articles.article import Article
from tagonomy.cli import app
from tagonomy.cli import bench as cli_bench
from tagonomy.config import FACETS
from tagonomy.errors import CorpusError

STORY = """<REUTERS TOPICS="{topics}" LEWISSPLIT="{split}" CGISPLIT="X" OLDID="1" NEWID="{id}">
<DATE>26-FEB-1987 15:01:01.79</DATE>
<TOPICS>{tags}</TOPICS><PLACES><D>el-salvador</D></PLACES>
<PEOPLE></PEOPLE><ORGS></ORGS>
<UNKNOWN>&#5;&#22;f0704</UNKNOWN>
<TEXT{kind}>&#2;
{text}</TEXT>
</REUTERS>
"""
PLAIN = (
    "<TITLE>PRICES &lt;UP></TITLE>\n<DATELINE> X, Feb 26 - </DATELINE>"
    "<BODY>Rates &amp; gold.\n Reuter\n&#3;</BODY>"
)


def story(split: str, tags: str = "", text: str = PLAIN, topics: str = "YES", kind: str = "") -> str:
    labels = "".join(f"<D>{tag}</D>" for tag in tags.split())
    return STORY.format(topics=topics, split=split, id=1, tags=labels, text=text, kind=kind)


def write_tarball(folder: Path, sgml: str) -> None:
    content = ('<!DOCTYPE lewis SYSTEM "lewis.dtd">\n' + sgml).encode("latin-1")
    with tarfile.open(folder / "reuters21578.tar.gz", "w:gz") as tar:
        info = tarfile.TarInfo("reuters21578/reut2-000.sgm")
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))


def test_reuters_is_split_as_modapte_splits_it(tmp_path: Path) -> None:
    raw = story("TEST", "gold", "RAW TEXT\xfc", kind=' TYPE="UNPROC"')
    unused = story("TRAIN", "gold", topics="NO") + story("NOT-USED", "gold")
    write_tarball(tmp_path, story("TRAIN", "gold trade") + unused + raw + story("TEST", "never-seen"))
    data = datasets.load("reuters21578", tmp_path)
    assert [len(data.train), len(data.test)] == [1, 2]
    assert data.train[0].title == "PRICES <UP>" and data.train[0].text == "Rates & gold.\n Reuter"
    assert data.test[0].text == "RAW TEXT\xfc"
    assert data.tags == ("places:el-salvador", "topics:gold", "topics:trade")
    assert data.test[1].tags == ("places:el-salvador",) and data.unseen == 1
    assert datasets.expand("reuters21578")[:2] == ("reuters21578", "reuters21578-topics")
    assert datasets.load("reuters21578-together", tmp_path) == data
    alone = datasets.load("reuters21578-topics", tmp_path)
    assert alone.tags == ("topics:gold", "topics:trade") and alone.facets == ("topics",)


@pytest.mark.parametrize("content", [b"no archive", b""])
def test_a_broken_tarball_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "reuters21578.tar.gz").write_bytes(content)
    with pytest.raises(CorpusError, match=r"reuters21578\.tar\.gz"):
        datasets.load("reuters21578", tmp_path)


def test_an_absent_set_says_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="UCI Machine Learning Repository"):
        reuters.read(tmp_path)
    with pytest.raises(Unavailable, match="--data-dir or TAGONOMY_DATA"):
        json_lines.read_us_bills(None)
    with pytest.raises(CorpusError, match="no data set 'nosuch'"):
        datasets.load("nosuch", tmp_path)


def write_gz(path: Path, rows: list[dict[str, Any]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def test_the_json_lines_sets_are_split_by_date_and_congress(tmp_path: Path) -> None:
    event = {"category": "Sports", "topics": ["Cup", "Cup final"], "entities": ["Ann Lee"], "text": "A goal."}
    late = {**event, "date": "2026-04-01", "category": "sports", "entities": ["Unheard of"]}
    write_gz(tmp_path / "current_events.jsonl.gz", [{**event, "date": "2026-03-31"}] * 25 + [late])
    events = datasets.load("current_events", tmp_path)
    assert len(events.train), len(events.test) == (25, 1)
    assert events.test[0].tags == ("topics:Sports", "events:Cup", "events:Cup final")
    assert events.ancestors("events:Cup final") == {"events:Cup", "events"} and events.unseen == 1

    bill = {
        "date": "2011-01-05",
        "title": "To tax.",
        "text": "Taxes.",
        "subjects": ["Taxes"],
        "policy_area": "Taxation",
    }
    write_gz(
        tmp_path / "us_bills.jsonl.gz",
        [{**bill, "id": f"hr{i}-{c}"} for i, c in enumerate([112] * 20 + [113] * 10 + [117] * 4)],
    )
    bills = datasets.load("us_bills", tmp_path)
    assert (len(bills.train), len(bills.test), bills.tags) == (30, 4, ("areas:Taxation", "subjects:Taxes"))

    linked = {"id": "x", "title": "T", "text": "B", "people": ["Ann B. Lee"]}
    write_gz(
        tmp_path / "thehill_people.jsonl.gz", [{**linked, "date": d} for d in ("2016-12-31", "2017-01-01")]
    )
    hill = datasets.load("thehill_people", tmp_path)
    assert (len(hill.train), len(hill.test), hill.tags) == (1, 1, ("people:Ann B. Lee",))


def test_misspelt_values_become_the_real_ones() -> None:
    values = ["Armed conflicts and attacks"] * 9 + [
        "Attacks and armed conflicts",
        "Armed conflict and attacks",
        "",
    ]
    assert set(tidy(values, 5).values()) == {"Armed conflicts and attacks"}
    assert tidy(["a"], 5) == {}


def test_fetched_sets_are_skipped_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(**_: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr("sklearn.datasets.fetch_20newsgroups", offline)
    with pytest.raises(Unavailable, match="no network"):
        scikit.read_newsgroups()


def test_newsgroups_as_the_fetcher_gives_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(*, subset: str, remove: tuple[str, ...]) -> Bunch:
        assert set(remove) == {"headers", "footers", "quotes"}
        texts = ["The puck.", ""] if subset == "train" else ["A goal."]
        names = ["alt.atheism", "rec.sport.hockey"]
        return Bunch(data=texts, target=np.array([1, 0][: len(texts)]), target_names=names)

    monkeypatch.setattr("sklearn.datasets.fetch_20newsgroups", fetch)
    data = datasets.load("20newsgroups")
    assert data.tags == ("alt.atheism", "rec.sport.hockey") and not data.facets
    assert [(each.text, each.tags) for each in data.train] == [
        ("The puck.", ("rec.sport.hockey",)),
        ("", ("alt.atheism",)),
    ]
    assert data.test[0].tags == ("rec.sport.hockey",)
    assert data.ancestors("rec.sport.hockey") == {"rec.sport", "rec"}


def test_rcv1_as_the_fetcher_gives_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scikit, "_RCV1_TRAIN", 4)
    monkeypatch.setattr(scikit, "_RCV1_TEST", 2)
    counts = np.array([[1, 0, 2], [0, 1, 0], [0, 0, 3], [1, 0, 0], *[[2, 1, 0]] * 5])
    idf = np.log(4 / np.array([2, 1, 2]))
    weights = np.where(counts, (1 + np.log(np.maximum(counts, 1))) * idf, 0.0)
    weights /= np.linalg.norm(weights, axis=1)[:, None]
    target = np.array([[1, 0, 1], [0, 1, 0], [1, 1, 1], [0, 1, 0], *[[1, 0, 1]] * 5], dtype=np.uint8)
    names = np.array(["C15", "C151", "CCAT"], dtype=object)
    found = Bunch(data=sparse.csr_matrix(weights), target=sparse.csr_matrix(target), target_names=names)
    monkeypatch.setattr("sklearn.datasets.fetch_rcv1", lambda: found)
    data = datasets.load("rcv1")
    assert [each.text.split() for each in data.train] == [["w0", "w2", "w2"], ["w1"], ["w2"], ["w0"]]
    assert data.train[2].tags == ("C15", "C151", "CCAT")
    assert [each.id for each in data.test] == ["4", "6", "8"]  # spread over all that do not train
    assert data.ancestors("C151") == {"C15", "CCAT"}


def test_rcv1_gets_its_words_back() -> None:
    idf = np.array([1.0, 2.0, 0.5])
    tf = np.array([1, 3, 2])
    weights = (1 + np.log(tf)) * idf
    words = scikit.text_of(np.arange(3), weights / np.linalg.norm(weights), idf).split()
    assert [words.count(f"w{i}") for i in range(3)] == [1, 3, 2]


def corpus(path: Path, rows: list[tuple[str, list[str]]]) -> Path:
    path.write_text("".join(json.dumps({"text": text, "tags": tags}) + "\n" for text, tags in rows))
    return path


NEWS = [
    ("bank rates money", ["topics:economy"]),
    ("goal match cup", ["topics:sport"]),
    ("Ann Lee met the bank", ["people:ann", "topics:economy"]),
    ("nothing of note", []),
] * 8


def test_a_corpus_of_ones_own_is_split_by_the_seed_or_as_it_lies(tmp_path: Path) -> None:
    path = corpus(tmp_path / "mine.jsonl", NEWS)
    data = datasets.load(str(path), seed=1)
    assert (data.name, len(data.train), len(data.test)) == ("mine", 26, 6)
    assert data.facets == ("people", "topics")
    assert data.test == datasets.load(str(path), seed=1).test != datasets.load(str(path), seed=2).test
    (tmp_path / "split").mkdir()
    corpus(tmp_path / "split" / "train.jsonl", NEWS[:4])
    corpus(tmp_path / "split" / "test.jsonl", NEWS[:1])
    assert len(datasets.load(str(tmp_path / "split")).test) == 1


def test_a_set_without_articles_or_tags_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no articles to test"):
        make_dataset("x", [Article("a", tags=("t",))], [])
    with pytest.raises(CorpusError, match="no article to train on has a tag"):
        make_dataset("x", [Article("a")], [Article("b")])
    with pytest.raises(CorpusError):
        datasets.load(str(corpus(tmp_path / "empty.jsonl", [])))


def test_names_that_peers_look_for() -> None:
    assert names_of("people:Donald John Trump")[1:] == ("Donald Trump", "John Trump")
    assert "Joe Biden" in names_of("people:Joseph Robinette (Joe) Biden, Jr.")
    assert names_of("subjects:Foreign trade") == ("Foreign trade",)


# --- the protocol


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (np.zeros((2, 4)), r"shape \(2, 4\): expected \(2, 3\)"),
        (np.zeros(6), r"shape \(6,\)"),
        (np.array([[0, math.nan, 1], [0, 0, math.inf]]), "2 values that are NaN or infinite"),
        (sparse.csr_array(np.array([[0, math.nan, 0], [0, 0, 0]])), "1 values that are NaN"),
        ([[1, 2, 3], [1]], "no matrix"),
        (np.array([["a"] * 3] * 2), "expected an array of numbers"),
        (None, "expected an array of numbers"),
    ],
)
def test_wrong_scores_are_refused(scores: Any, message: str) -> None:
    with pytest.raises(ProtocolError, match=message):
        checked_scores(scores, 2, 3)


def test_models_are_found_by_name_file_and_module(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("def make(seed): return seed\ndef other(): return object()\nREQUIRES = ('numpy',)\n")
    factory, packages = find_factory(f"{path}:make")
    assert factory(seed=3) == 3 and packages == ("numpy",)
    with pytest.raises(ProtocolError, match=r"no method fit\(\)"):
        make_model(find_factory(f"{path}:other")[0], 0)
    with pytest.raises(ProtocolError, match="no callable 'absent'"):
        find_factory(f"{path}:absent")
    with pytest.raises(ProtocolError, match="expected one of tagonomy, sklearn"):
        find_factory("nosuch")
    with pytest.raises(Unavailable, match=r"pip install 'tagonomy\[bench\]'"):
        find_factory("no_such_package.module:make")
    assert callable(find_factory("benchmarks.peers.sklearn_svc:make")[0])


def test_annif_that_can_not_be_installed_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refused(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "no matching distribution")

    monkeypatch.setenv("TAGONOMY_CACHE", str(tmp_path))
    monkeypatch.setattr("venv.create", lambda *_, **__: None)
    monkeypatch.setattr(subprocess, "run", refused)
    with pytest.raises(Unavailable, match=r"Annif .* can't be installed: no matching distribution"):
        make_model(find_factory("annif_mllm")[0], 0)

    def no_place(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("venv.create", no_place)
    with pytest.raises(Unavailable, match="no environment can be made for Annif: disk full"):
        make_model(find_factory("annif_tfidf")[0], 0)


def test_a_threshold_is_one_number_or_one_a_tag() -> None:
    class Model:
        threshold: Any = 0.5

    model = Model()
    assert threshold_of(object(), 3) is None
    assert threshold_of(model, 3).tolist() == [0.5, 0.5, 0.5]  # type: ignore[union-attr]
    for wrong in ([0.1, 0.2], "high", math.nan):
        model.threshold = wrong
        with pytest.raises(ProtocolError, match="threshold"):
            threshold_of(model, 3)


# --- trials and judgement


class Constant:
    """Gives every tag of every article the same score."""

    def __init__(self, value: float) -> None:
        self.value = value

    def fit(self, articles: list[Article], tags: list[str]) -> None:
        assert tags == sorted(tags)
        self.n_tags = len(tags)

    def scores(self, articles: list[Article]) -> np.ndarray[Any, Any]:
        return np.full((len(articles), self.n_tags), self.value)


def tiny(*, tags: set[str] | None = None) -> Dataset:
    articles = [Article(text, tags=tags) for text, tags in NEWS]
    return make_dataset("tiny", articles, articles[:8], tags=tags, facets=("people", "topics"))


def judged(outcome: trial.Outcome, data: Dataset) -> dict[tuple[str, str], Row]:
    rows = judging.judge(outcome, data, partial(Row, data="tiny", model="m"), 0)
    return {(row.facet, row.metric): row for row in rows if row.tag is None}


def run(monkeypatch: pytest.MonkeyPatch, make: Callable[[], Any], data: Dataset) -> trial.Outcome:
    monkeypatch.setattr(trial, "find_factory", lambda _: (make, ()))
    return trial.run(trial.Spec("tiny", "m"), data)


def test_a_constant_model_has_defined_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    data = tiny()
    outcome = run(monkeypatch, lambda: Constant(0.5), data)
    found = judged(outcome, data)
    assert outcome.figures["threshold"] == 0.5
    assert found["all", "micro_recall"].value == 1.0  # everything is given, so everything is found
    assert found["all", "micro_precision"].value == pytest.approx(8 / 24)
    assert found["all", "calibration_error"].value == pytest.approx(0.5 - 8 / 24)
    silent = judged(run(monkeypatch, lambda: Constant(-1.0), data), data)
    assert silent["all", "calibration_error"].note == "the scores are no probabilities"


class Decided(Constant):
    """Gives the first tag alone, whatever its score."""

    threshold = 0.9

    def given(self, articles: list[Article]) -> np.ndarray[Any, Any]:
        return np.eye(1, self.n_tags).repeat(len(articles), axis=0)


def test_a_model_may_say_which_tags_it_gives(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    data = tiny()
    outcome = run(monkeypatch, lambda: Decided(0.5), data)
    trial.save(outcome, tmp_path)
    for each in (outcome, trial.read(tmp_path)):
        assert each.given is not None
        assert each.given.toarray().tolist() == [[1, 0, 0]] * len(data.test)
    right = sum(data.tags[0] in article.tags for article in data.test)
    assert judged(outcome, data)["all", "micro_precision"].value == pytest.approx(right / len(data.test))


class Silent(Constant):
    """Gives no answer at all."""

    def scores(self, articles: list[Article]) -> Any:
        return sparse.csr_array((len(articles), self.n_tags))


@pytest.mark.parametrize("make", [lambda: Constant(0.5), lambda: Constant(0.0), lambda: Silent(0)])
def test_test_articles_without_a_tag_have_defined_figures(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[], Any]
) -> None:
    articles = [Article(text, tags=tags) for text, tags in NEWS]
    data = make_dataset("tiny", articles, [Article("Nobody tagged this."), Article("")])
    found = judged(run(monkeypatch, make, data), data)
    for name in ("micro_f1", "macro_f1", "precision_at_1", "recall_at_5", "ndcg_at_5", "hierarchical_f1"):
        row = found["all", name]
        assert (row.value, row.low, row.high) == (0.0, 0.0, 0.0), name
    assert ("all", "pr_curve") not in found
    error = found["all", "calibration_error"].value
    assert error is not None and 0 <= error <= 1


def test_a_model_that_never_answers_has_defined_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    found = judged(run(monkeypatch, lambda: Silent(0), tiny()), tiny())
    assert {found["all", name].value for name in ("micro_f1", "macro_f1", "precision_at_1")} == {0.0}
    assert found["all", "calibration_error"].value == 0.0


def test_a_tag_without_articles_is_never_learned_and_does_no_harm() -> None:
    data = tiny(tags={"people:ann", "people:nobody", "topics:economy", "topics:sport"})
    outcome = trial.run(trial.Spec("tiny", "sklearn"), data)
    found = judged(outcome, data)
    assert found["all", "micro_f1"].value == found["all", "macro_f1"].value == 1.0
    assert found["people", "tags"].value == 2
    assert outcome.scores[:, data.tags.index("people:nobody")].max() == -1.0


def test_the_shipped_example_keeps_to_the_protocol() -> None:
    example = Path(accuracy.__file__).parent / "examples" / "own_model.py"
    assert len(example.read_text(encoding="utf-8").splitlines()) < 30
    outcome = trial.run(trial.Spec("tiny", f"{example}:make"), tiny())
    assert judged(outcome, tiny())["all", "micro_f1"].value == 1.0


def test_a_saved_model_looks_its_tags_up(tmp_path: Path) -> None:
    articles = [Article(text, tags=tags) for text, tags in NEWS]
    train(articles, config=TaggerConfig(min_articles=2)).save(tmp_path / "tiny.safetensors")
    data = tiny(tags={"people:ann", "topics:economy", "topics:sport", "topics:unheard-of"})
    outcome = trial.run(trial.Spec("tiny", str(tmp_path / "tiny.safetensors")), data)
    found = judged(outcome, data)
    assert found["topics", "micro_f1"].value == 1.0
    assert outcome.scores.toarray()[:, data.tags.index("topics:unheard-of")].max() == 0.0


def test_a_learning_curve_ends_at_all_articles(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(accuracy, "run_apart", lambda spec: trial.run(spec, datasets.load(spec.data)))
    path, out = corpus(tmp_path / "mine.jsonl", NEWS), tmp_path / "out.jsonl"
    assert (
        accuracy.main(
            ["--data", str(path), "--model", "sklearn", "--learning-curve", "--slim", "--json", str(out)]
        )
        == 0
    )
    rows = {row.metric: row for row in read_rows(out)}
    curve = rows["learning_curve"]
    assert curve.x == (3.0, 5.0, 10.0, 18.0, 26.0) and curve.y is not None and len(curve.y) == 5
    assert curve.value == curve.y[-1] == rows["micro_f1"].value
    assert not set(accuracy.BULKY) & set(rows)


def test_the_threshold_is_the_best_cut() -> None:
    rng = np.random.default_rng(0)
    scores, gold = rng.random((30, 4)).round(1), sparse.csr_array(rng.random((30, 4)) < 0.3)
    cut = trial.best_threshold(scores, gold)

    def f1(at: float) -> float:
        given = scores >= at
        return float(2 * gold.multiply(given).sum() / (given.sum() + gold.sum()))

    assert f1(cut) >= max(map(f1, np.unique(scores))) - trial.FLAT
    assert trial.best_threshold(scores, sparse.csr_array((30, 4))) > scores.max()
    assert trial.best_threshold(sparse.csr_array((30, 4)), gold) == 1.0
    assert trial.best_threshold(sparse.csr_array(scores), gold) == pytest.approx(cut)


def test_dense_and_sparse_scores_are_ranked_alike() -> None:
    dense = np.array([[0.1, 0.9, 0.9], [0.0, 0.2, 0.0]], dtype=np.float32)
    assert judging.best_columns(dense, 2) == [[1, 2], [1, 0]]
    assert judging.best_columns(sparse.csr_array(dense), 2) == [[1, 2], [1]]


# --- statistics

MATRIX = st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=1, max_size=10)


@given(MATRIX, st.randoms(use_true_random=False))
def test_the_best_limit_is_that_of_trying_all(gold: list[list[bool]], random: Any) -> None:
    rows = [[(tag, 1.0) for tag in random.sample(range(4), 4)] for _ in gold]
    wanted = [{tag for tag, x in enumerate(row) if x} for row in gold]

    def f1(limit: int) -> float:
        return metrics.micro_scores(wanted, [{tag for tag, _ in row[:limit]} for row in rows]).f1

    best = max(map(f1, range(1, 5)))
    found = best_limit(rows, np.array(gold))
    assert f1(found) >= best - trial.FLAT - 1e-9
    assert all(f1(limit) < best - trial.FLAT + 1e-9 for limit in range(found + 1, 5))


@given(MATRIX, st.randoms(use_true_random=False))
def test_weighted_figures_are_those_of_the_metrics(gold: list[list[bool]], random: Any) -> None:
    given_ = [[random.random() < 0.4 for _ in row] for row in gold]
    decisions = Decisions(*(sparse.csr_array(np.array(each, dtype=np.int8)) for each in (gold, given_)))
    sets = [[{i for i, x in enumerate(row) if x} for row in each] for each in (gold, given_)]
    once = np.ones((1, len(gold)))
    micro = metrics.micro_scores(*sets)
    found = {name: float(np.nan_to_num(figure(once)[0])) for name, figure in micro_figures(decisions).items()}
    assert found == pytest.approx(
        {"micro_precision": micro.precision, "micro_recall": micro.recall, "micro_f1": micro.f1}
    )
    assert float(np.nan_to_num(macro_f1(decisions)(once)[0])) == pytest.approx(metrics.macro_f1_score(*sets))
    # an article that counts twice is the same as the article twice
    twice = np.array([[2.0] + [1.0] * (len(gold) - 1)])
    doubled = metrics.macro_f1_score(*([*each, each[0]] for each in sets))
    assert float(np.nan_to_num(macro_f1(decisions)(twice)[0])) == pytest.approx(doubled)


def test_an_interval_holds_the_truth_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(1)
    inside = 0
    for seed in range(100):
        interval = bootstrap(mean_figure((rng.random(200) < 0.7).astype(float)), 200, seed, 200)
        assert interval.low <= interval.value <= interval.high
        inside += interval.low <= 0.7 <= interval.high
    assert 88 <= inside <= 100
    nothing = bootstrap(mean_figure(np.array([np.nan])), 1, 0)
    assert (nothing.value, nothing.low, nothing.high) == (0.0, 0.0, 0.0)


def test_chance_and_difference_are_told_apart() -> None:
    rng = np.random.default_rng(0)
    noise, other = rng.random(200), rng.random(200)

    def mean(x: np.ndarray[Any, Any]) -> float:
        return float(x.mean())

    assert randomisation_test([noise], [noise], mean, 0, 200) == 1.0
    assert randomisation_test([noise], [other], mean, 0, 500) > 0.05
    assert randomisation_test([noise], [other + 0.3], mean, 0, 500) < 0.01


def test_holm_is_no_smaller_and_keeps_the_order() -> None:
    assert holm({}) == {}
    assert holm({"a": 0.5, "b": 0.9}) == {"a": 1.0, "b": 1.0}


# --- the scripts


def test_a_run_writes_rows_that_can_be_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = corpus(tmp_path / "mine.jsonl", NEWS), tmp_path / "out.jsonl"
    broken = tmp_path / "broken.py"
    broken.write_text(
        "class M:\n def fit(self, a, t): pass\n def scores(self, a): return [[float('nan')] * 3] * len(a)\n"
        "def make(): return M()\n"
    )
    example = f"{Path(accuracy.__file__).parent / 'examples' / 'own_model.py'}:make"
    models = ["--model", "sklearn", "--model", f"{broken}:make", "--model", "absent_package.x:make"]
    models += ["--model", example]
    assert accuracy.main(["--data", str(path), *models, "--json", str(out)]) == 1
    rows = read_rows(out)
    shown = capsys.readouterr()
    assert {row.facet for row in rows} == {"all", "people", "topics"}
    wanted = {"micro_f1", "macro_f1", "precision_at_1", "ndcg_at_5", "hierarchical_f1", "train_s", "peak_mb"}
    assert wanted <= {row.metric for row in rows if row.model == "sklearn"}
    notes = {row.model: row.note for row in rows if row.metric == "not_available"}
    assert "NaN" in str(notes[f"{broken}:make"]) and "absent_package" in str(notes["absent_package.x:make"])
    assert "not available" in shown.out and "articles to train on" in shown.err
    assert "own_model.py:make" in shown.out
    assert html_page(rows).count("own_model.py:make") > 5  # in tables, in pictures
    assert compare.main([str(out), str(out)]) == 0
    assert "may be chance" in capsys.readouterr().out


def test_other_articles_are_not_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, gold in (("a", (1,)), ("b", (2,))):
        row = Row(data="d", model="m", metric="decisions", value=1, x=(0,), y=gold, weight=(1,))
        (tmp_path / name).write_text(json.dumps(row.to_dict()) + "\n")
    assert compare.main([str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    assert "other articles or other gold tags" in capsys.readouterr().err
    assert compare.main([str(tmp_path / "a#x"), str(tmp_path / "b")]) == 2


def test_gold_is_a_matrix_even_of_articles_without_tags() -> None:
    assert targets([Article("a")], ["x", "y"]).toarray().tolist() == [[0, 0]]


def test_the_command_line_hands_on_to_the_scripts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    runner = CliRunner()
    assert runner.invoke(app, ["bench", "accuracy", "--help"]).exit_code == 0
    assert "--learning-curve" in capfd.readouterr().out
    assert runner.invoke(app, ["bench", "accuracy", "--data", str(tmp_path / "nosuch")]).exit_code == 2
    monkeypatch.setattr(cli_bench, "_folder", lambda: None)
    missing = runner.invoke(app, ["bench", "throughput"])
    assert missing.exit_code == 2 and "get the source" in missing.output


def test_the_table_of_judgements_is_whole() -> None:
    found = [*by_eye.judgements().values(), *(each for each, _ in by_eye.written())]
    assert {each.part for each in found} == set(by_eye.PARTS)
    for each in found:
        assert each.central | each.kept and each.struck.isdisjoint(each.central | each.kept)
        assert all(facet in FACETS and label for facet, label in each.missing)


def test_judged_tags_are_counted_by_facet(tiny_taxonomy: Taxonomy) -> None:
    putin, nato, crimea = "people:vladimir-putin", "organizations:nato", "countries:ua-crimea"
    judgement = by_eye.Judgement(
        "unseen", frozenset({putin}), frozenset({nato}), frozenset({crimea}), (("people", "Antony Blinken"),)
    )
    tally = by_eye.Tally()
    tally.add(judgement, {putin, crimea, "people:antony-blinken", "countries:ru"}, tiny_taxonomy)
    people, everything = tally.facets["people"], tally.facets["all"]
    assert (people.given, people.right, people.wanted, people.central_found) == (2, 2, 2, 1)
    # What nobody judged, Russia, is neither right nor wrong.
    assert (everything.given, everything.right, everything.wanted) == (3, 2, 3)
    assert str(everything) == ".667 | .667 | 1.000"
