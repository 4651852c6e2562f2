"""The throughput benchmark: its arithmetic, its made workloads, and every step on a tiny model."""

from __future__ import annotations

import doctest
import importlib
import json
import sys
import textwrap
from collections import Counter, defaultdict
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import ClassVar

import pytest
from benchmarks import directing, throughput_run, worker
from benchmarks.contenders import (
    CONTENDERS,
    Contender,
    FittedContender,
    Workload,
    cold_command,
    contender,
    interpreter,
)
from benchmarks.figures import Source, figure_rows, growth_row, missing_row, rates, ratio_rows
from benchmarks.measuring import growth_exponent, paired_ratio, peak_megabytes, quantile, spread
from benchmarks.report_pages import html_page
from benchmarks.rows import NOT_AVAILABLE, Row, read_rows, row_from_dict, versions, write_rows
from benchmarks.terminal import print_tables
from benchmarks.workloads import (
    AXES,
    Document,
    Size,
    first_words,
    made_documents,
    made_taxonomy,
    read_documents,
    training_documents,
    write_documents,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tagonomy import Article, TaggerConfig, train
from tagonomy.pipeline import KERNEL_VARIABLE

SOURCE = Source("made", 7)
EXAMPLE = f"{Path(throughput_run.__file__).parent / 'examples' / 'own_model.py'}:make"
positive = st.floats(1e-3, 1e3)


@pytest.mark.parametrize(
    "name",
    ["rows", "measuring", "workloads", "contenders", "figures", "terminal", "charts", "report_sections"],
)
def test_examples_of_the_docstrings(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"benchmarks.{name}"), raise_on_error=False).failed == 0


@given(positive, st.floats(-1, 3), st.lists(st.integers(1, 10_000), min_size=2, max_size=6, unique=True))
def test_exponent_of_a_power_law_is_found(factor: float, exponent: float, sizes: list[int]) -> None:
    seconds = [factor * size**exponent for size in sizes]
    assert growth_exponent(sizes, seconds) == pytest.approx(exponent, abs=1e-6)


@pytest.mark.parametrize(
    ("sizes", "seconds"), [([1, 2], [1.0]), ([3, 3], [1.0, 2.0]), ([1, 2], [0.0, 1.0]), ([], [])]
)
def test_exponent_of_nothing_to_fit_is_an_error(sizes: list[float], seconds: list[float]) -> None:
    with pytest.raises(ValueError, match="exponent"):
        growth_exponent(sizes, seconds)


@given(st.lists(st.tuples(positive, positive, st.floats(0.1, 10)), min_size=1, max_size=9))
def test_ratio_is_blind_to_what_slows_both_down(rounds: list[tuple[float, float, float]]) -> None:
    calm = paired_ratio([a for a, _, _ in rounds], [b for _, b, _ in rounds])
    noisy = paired_ratio([a * slow for a, _, slow in rounds], [b * slow for _, b, slow in rounds])
    assert (noisy.value, noisy.low, noisy.high) == pytest.approx((calm.value, calm.low, calm.high))
    assert calm.low <= calm.value <= calm.high


def test_ratio_is_the_median_of_the_rounds_not_the_ratio_of_the_medians() -> None:
    assert paired_ratio([1.0, 4.0, 9.0], [1.0, 2.0, 3.0]).value == 2.0
    assert paired_ratio([1.0, 10.0, 2.0], [1.0, 20.0, 8.0]).value == 0.5


def test_ratio_needs_as_many_rounds_and_something_to_divide_by() -> None:
    with pytest.raises(ValueError, match="paired"):
        paired_ratio([1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="positive"):
        paired_ratio([1.0], [0.0])
    with pytest.raises(ValueError, match="finite"):
        spread([float("nan")])


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(0.01, 1))
def test_quantile_is_the_least_value_that_covers_the_share(values: list[float], share: float) -> None:
    found = quantile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) < share * len(values) + 1e-9


def test_memory_of_this_process_is_told_in_megabytes() -> None:
    assert 5 < peak_megabytes() < 100_000


def test_rates_of_a_turn() -> None:
    assert rates({"batch_s": 4.0, "batch_cpu_s": 2.0}, 8, 16.0) == {
        "batch_articles_per_s": 2.0,
        "batch_mb_per_s": 4.0,
        "batch_articles_per_cpu_s": 4.0,
        "batch_mb_per_cpu_s": 8.0,
    }


def test_rows_of_rounds_and_their_ratios() -> None:
    rounds = {
        "ours": {"load_s": [1.0, 2.0, 6.0]},
        "peer": {"load_s": [2.0, 2.0, 3.0], "train_s": [1.0], "p50_us": [0.0]},
    }
    figures = {(row.model, row.metric): row for row in figure_rows(SOURCE, rounds)}
    assert (figures["ours", "load_s"].value, figures["ours", "load_s"].high) == (2.0, 6.0)
    (ratio,) = ratio_rows(SOURCE, rounds, "ours")
    assert (ratio.model, ratio.to, ratio.metric) == ("ours", "peer", "load_s")
    assert (ratio.value, ratio.low, ratio.high) == (1.0, 0.5, 2.0)
    assert list(ratio_rows(SOURCE, rounds, "absent")) == []


@given(
    st.sampled_from(["p50_us", "batch_mb_per_s"]),
    positive,
    st.lists(st.lists(st.floats(1, 10), min_size=1, max_size=5), min_size=1, max_size=3),
    st.randoms(use_true_random=False),
)
def test_a_round_with_one_quiet_turn_is_not_changed_by_other_work(
    metric: str, calm: float, rounds: list[list[float]], random: Random
) -> None:
    run = throughput_run.Run.__new__(throughput_run.Run)
    run.rounds = defaultdict(lambda: defaultdict(list))
    for number, slower in enumerate(rounds):
        run.number = number
        turns = [1.0, *slower]
        random.shuffle(turns)
        for slow in turns:
            run._note("ours", {metric: calm * slow if metric == "p50_us" else calm / slow})
    assert run.rounds["ours"][metric] == [calm] * len(rounds)


def test_growth_row_has_the_curve_and_the_exponents_of_the_rounds() -> None:
    row = growth_row(SOURCE, "ours", "tags", {200: [4.0, 4.0, 2.0], 100: [2.0, 1.0, 2.0]})
    assert (row.x, row.y, row.value) == ((100.0, 200.0), (2.0, 4.0), pytest.approx(1.0))
    assert (row.low, row.high) == (pytest.approx(0.0), pytest.approx(2.0))


def test_rows_survive_the_file(tmp_path: Path) -> None:
    rows = [
        missing_row(SOURCE, "peer", "no “compiler”"),
        growth_row(SOURCE, "a", "words", {1: [1.0], 2: [2.0]}),
    ]
    rows.append(Row(data="d", model="m", metric="pr_curve", x=(0.1,), y=(1.0,), at=(0.1, 1.0)))
    write_rows(tmp_path / "rows.jsonl", rows[:1])
    write_rows(tmp_path / "rows.jsonl", rows[1:], append=True)
    assert read_rows(tmp_path / "rows.jsonl") == rows
    written = json.loads((tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert list(written)[:11] == ("data model facet metric value low high seed versions cpu commit".split())
    assert "to" not in written


def test_versions_tell_whether_the_pipeline_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    assert versions()["pipeline"] in ("compiled", "python")
    monkeypatch.setenv(KERNEL_VARIABLE, "python")
    assert versions()["pipeline"] == "python"
    assert "no-such-package" not in versions("no-such-package")


def test_what_is_no_row_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('\n{"data": "d", "colour": 1}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"rows.jsonl:2: .*missing .*'model'.*unknown \['colour'\]"):
        read_rows(tmp_path / "rows.jsonl")
    values = Row(data="d", model="m", metric="reliability", x=(1.0,), y=(1.0,)).to_dict()
    with pytest.raises(ValueError, match="length"):
        row_from_dict({**values, "y": [1.0, 2.0]})
    with pytest.raises(ValueError, match="JSON"):
        write_rows(tmp_path / "nan.jsonl", [Row(data="d", model="m", metric="f1", value=float("nan"))])


@settings(max_examples=10, deadline=None)  # the vocabulary alone takes a while
@given(st.integers(0, 99), st.integers(1, 12), st.integers(0, 3), st.integers(1, 90))
def test_made_workloads_are_of_the_size_and_the_same_for_a_seed(
    seed: int, tags: int, aliases: int, words: int
) -> None:
    size = Size(articles=3, words=words, tags=tags, aliases=aliases)
    concepts = made_taxonomy(size, seed)
    names = [name for each in concepts for name in (each.label, *each.aliases)]
    assert len(names) == len(set(names)) == tags * (1 + aliases)
    documents = made_documents(size, concepts, seed)
    assert documents == made_documents(size, made_taxonomy(size, seed), seed)
    assert len(documents) == 3
    labels = {each.label for each in concepts}
    assert all(document.tags and labels.issuperset(document.tags) for document in documents)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 60))
def test_what_is_learnt_from_depends_on_the_tags_alone(tags: int) -> None:
    concepts = made_taxonomy(Size(tags=tags))
    taught = Counter(tag for document in training_documents(concepts) for tag in document.tags)
    assert set(taught) == {each.label for each in concepts[::10]}
    assert training_documents(concepts) == training_documents(concepts)


def test_made_workloads_grow_along_one_axis() -> None:
    for axis in AXES:
        grown = Size().grown(axis, 2)
        assert [each for each in AXES if getattr(grown, each) != getattr(Size(), each)] == [axis]


def test_documents_survive_the_file_and_bad_lines_are_named(tmp_path: Path) -> None:
    documents = [Document("Title", "Text \ud800"), Document("", "Only text", ("topics:a",))]
    write_documents(tmp_path / "all.jsonl", documents)
    assert read_documents(tmp_path / "all.jsonl") == documents
    assert documents[0].whole.startswith("Title\n\n")
    (tmp_path / "bad.jsonl").write_text('{"text": "a"}\n[1]\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.jsonl:2"):
        read_documents(tmp_path / "bad.jsonl")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a tiny model and six articles."""
    folder = tmp_path_factory.mktemp("bench")
    stories = [("Rates rise as the bank fights inflation", "economy"), ("The striker scored twice", "sport")]
    articles = [Article(text, tags=(tag,)) for text, tag in stories] * 5
    train(articles, config=TaggerConfig(min_articles=2)).save(folder / "tiny.safetensors")
    write_documents(
        folder / "articles.jsonl", [Document("News", text, (f"topics:{tag}",)) for text, tag in stories * 3]
    )
    return folder


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take few and short turns: what comes of them is the same but for chance."""
    monkeypatch.setattr(throughput_run, "_SPELL_SECONDS", 0.001)
    monkeypatch.setattr(throughput_run, "_MOST_TURNS", 2)
    monkeypatch.setattr(throughput_run, "_STARTS", 2)
    monkeypatch.setattr(throughput_run, "_SLOW_START", 0.0)


@pytest.mark.parametrize("name", ["tagonomy", "sklearn", "sklearn-ovr"])
def test_every_step_of_a_contender(name: str, place: Path, tmp_path: Path) -> None:
    folder, articles = str(tmp_path), str(place / "articles.jsonl")
    made = worker.prepare(name, folder, articles, str(place / "tiny.safetensors"))
    assert made["model_mb"] > 0
    assert set(worker.load(name, folder)) == {"load_s", "load_cpu_s"}
    with directing.Team(name, Path(folder), place / "articles.jsonl", 2) as team:
        assert team.ready["answers"] >= 3 and team.ready["peak_mb"] > 1
        spells = team.turn("batch 0.01")
        assert [each["articles"] for each in spells] == [3, 3]
        assert all(each["batch_s"] > 0 and each["batch_cpu_s"] > 0 for each in spells)
        assert team.turn("single 2") == [{}, {}]
        assert {"p50_us", "p99_us", "p50_cpu_us", "p99_cpu_us"} == set(team.finish()[1])
    assert worker.check(name, folder, articles) == {"articles": 6, "tagged": 6, "empty": 0, "failures": {}}
    if name != "sklearn":
        assert set(worker.train(name, articles)) == {"train_s", "train_cpu_s"}


def test_growth_step_on_a_made_taxonomy(tmp_path: Path) -> None:
    size = json.dumps({"articles": 12, "words": 80, "tags": 20, "aliases": 1})
    assert len(worker.grow("tagonomy", str(tmp_path), size, "0", "2")["batch_cpu_s"]) == 2


def test_failing_articles_are_counted_not_hidden(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        def load(self, folder: Path) -> worker.Loaded:
            def one(document: Document) -> int:
                raise RuntimeError("no")

            return worker.Loaded(len, one)

    monkeypatch.setattr(worker, "contender", lambda name: Failing())
    found = worker.check("x", "", str(place / "articles.jsonl"))
    assert (found["tagged"], found["failures"]) == (0, {"RuntimeError: no": 6})


MODEL = """
import os, sys
class Mine:
    def fit(self, articles, tags):
        print("chatter")
        os.system("echo chatter of another language")
        self.n = len(tags)
    def scores(self, articles):
        if len(articles) == 1 and self.n == 2:
            sys.exit("died in its turn")
        import numpy
        return numpy.zeros((len(articles), self.n))
def make(): return Mine()
"""


@pytest.mark.usefixtures("brief")
def test_what_a_model_prints_is_no_answer_and_one_that_dies_in_its_turn_is_out(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.py").write_text(MODEL, encoding="utf-8")
    arguments = ["--data", str(place / "articles.jsonl"), "--model", f"{tmp_path / 'mine.py'}:make"]
    arguments += ["--rounds", "1", "--cores", "1", "--json", str(tmp_path / "rows.jsonl")]
    assert throughput_run.main(arguments) == 0
    (row,) = (each for each in read_rows(tmp_path / "rows.jsonl") if each.model.endswith("mine.py:make"))
    assert row.metric == NOT_AVAILABLE and "died in its turn" in str(row.note)
    assert "chatter" not in capsys.readouterr().out


def test_contenders_are_all_of_one_kind() -> None:
    def takes(each: Contender) -> tuple[str, ...]:
        return each.needs

    assert all(isinstance(takes(each), tuple) for each in CONTENDERS.values())
    assert isinstance(contender("mine.py:make"), FittedContender)


def test_a_failing_process_says_why(place: Path, tmp_path: Path) -> None:
    with pytest.raises(directing.WorkerError, match=r"load of tagonomy failed .*FileNotFoundError"):
        directing.run_step("load", "tagonomy", tmp_path)
    with (
        pytest.raises(directing.WorkerError, match=r"serve of tagonomy failed .*FileNotFoundError"),
        directing.Team("tagonomy", tmp_path, place / "articles.jsonl"),
    ):
        pass
    with pytest.raises(directing.WorkerError, match="exit code 5"):
        directing.run_cold([sys.executable, "-c", "raise SystemExit(5)"])


def test_a_cold_start_finds_its_modules_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "ours.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    directing.run_cold([sys.executable, "-c", "import ours"])
    assert list((tmp_path / "__pycache__").glob("ours.*.pyc"))


class TestAnnif:
    """Its contender, without Annif: what is asked of it, and what becomes of the answers."""

    PROGRAM = """#!/bin/sh
    echo "$ANNIF_PROJECTS $NLTK_DATA $@" >> "$ANNIF_DATADIR.log"
    """
    PACKAGE: ClassVar = {
        "__init__": "import contextlib, types\n"
        "def create_flask_app(): return types.SimpleNamespace(app_context=contextlib.nullcontext)",
        "corpus": "class Document:\n    def __init__(self, text): self.text = text",
        "registry": """
import os, types
class Batch:
    def __init__(self, nnz): self.array = types.SimpleNamespace(nnz=nnz)
    def filter(self, limit): return Batch(min(self.array.nnz, limit * 3))
class Project:
    def initialize(self): self.projects = os.environ["ANNIF_PROJECTS"]
    def suggest(self, documents):
        assert len(documents) <= 32 and self.projects.endswith("projects.cfg")
        return Batch(sum(len(each.text) for each in documents))
def get_project(name): return {"ensemble": Project()}[name]
""",
    }

    @pytest.fixture
    def prepared(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
        """Return the folder that a program in Annif's place was called from."""
        home, folder = tmp_path / "home", tmp_path / "folder"
        (home / "bin").mkdir(parents=True)
        folder.mkdir()
        (home / "bin" / "annif").write_text(textwrap.dedent(self.PROGRAM), encoding="utf-8")
        (home / "bin" / "annif").chmod(0o755)
        articles = [Article("Wheat rose", tags=("topics:wheat",)), Article("Nothing")]
        monkeypatch.setattr("benchmarks.peers.annif.environment", lambda: home)
        monkeypatch.setattr("benchmarks.datasets.load", lambda name: SimpleNamespace(train=articles))
        contender("annif").prepare(Workload([], []), folder)
        return folder

    def test_it_is_trained_where_it_will_be_loaded(self, prepared: Path) -> None:
        home = prepared.parent / "home"
        asked = (prepared / "data.log").read_text(encoding="utf-8").splitlines()
        place = f"{prepared / 'projects.cfg'} {home / 'nltk_data'}"
        commands = ("load-vocab tags tags.ttl", "train omikuji train.tsv", "train mllm train.tsv")
        assert asked == [f"{place} {command}" for command in commands]
        assert "[ensemble]" in (prepared / "projects.cfg").read_text(encoding="utf-8")
        assert interpreter(prepared) == str(home / "bin" / "python")
        assert {each.name for each in prepared.iterdir()} == {
            *("annif.json", "python.txt", "projects.cfg", "data.log")
        }

    def test_its_answers_are_the_tags_of_all_batches(
        self, prepared: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "annif").mkdir()
        for name, source in self.PACKAGE.items():
            (tmp_path / "annif" / f"{name}.py").write_text(source, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        for name in json.loads((prepared / "annif.json").read_text(encoding="utf-8")):
            monkeypatch.setenv(name, "")  # and back to what it was
        loaded = contender("annif").load(prepared)
        assert loaded.one(Document("", "five!")) == 5
        assert loaded.batch([Document("", "x")] * 70) == 30 + 30 + 6
        for name in ("annif", "annif.corpus", "annif.registry"):
            monkeypatch.delitem(sys.modules, name)

    def test_the_steps_run_in_its_own_interpreter(self, tmp_path: Path) -> None:
        python = tmp_path / "python"
        python.write_text('#!/bin/sh\necho "{\\"ran\\": \\"$*\\"}"\n', encoding="utf-8")
        python.chmod(0o755)
        (tmp_path / "python.txt").write_text(str(python), encoding="utf-8")
        ran = directing.run_step("load", "annif", tmp_path)["ran"]
        assert ran == f"-m benchmarks.worker load annif {tmp_path}"
        with directing.Team("annif", tmp_path, tmp_path / "all.jsonl") as team:
            assert team.ready["ran"].startswith("-m benchmarks.worker serve annif")
        assert cold_command("annif", tmp_path, tmp_path)[0] == str(python)
        assert directing.run_cold(cold_command("annif", tmp_path, tmp_path)).wall > 0

    @pytest.mark.usefixtures("brief")
    def test_where_it_can_not_be_installed_the_reason_is_told(
        self, monkeypatch: pytest.MonkeyPatch, place: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "taken").touch()
        monkeypatch.setenv("TAGONOMY_CACHE", str(tmp_path / "taken"))
        monkeypatch.setenv("TAGONOMY_DATA", str(tmp_path))
        arguments = ["--data", str(place / "articles.jsonl"), "--model", "annif", "--rounds", "1"]
        assert throughput_run.main([*arguments, "--cores", "1", "--json", str(tmp_path / "rows.jsonl")]) == 0
        (row,) = (each for each in read_rows(tmp_path / "rows.jsonl") if each.model == "annif")
        assert row.metric == NOT_AVAILABLE
        assert "no environment can be made for Annif" in str(row.note)

    def test_its_growth_is_not_measured(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="leave out --growth"):
            contender("annif").prepare(Workload([], [], concepts=made_taxonomy(Size(tags=2))), tmp_path)


@pytest.mark.usefixtures("brief")
def test_whole_run_from_the_command_line(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "rows.jsonl"
    arguments = ["--data", str(place / "articles.jsonl")]
    arguments += ["--model", "tagonomy", "--model", "no/such.py:make", "--model", EXAMPLE]
    arguments += ["--model-file", str(place / "tiny.safetensors"), "--rounds", "1", "--singles", "2"]
    assert throughput_run.main([*arguments, "--cores", "2", "--check-all", "--json", str(out)]) == 0
    said = capsys.readouterr().out
    assert "6 of 6 articles tagged" in said
    rows = read_rows(out)
    ours = {row.metric for row in rows if row.model == "tagonomy" and row.to is None}
    promised = (
        "batch_articles_per_s batch_mb_per_s p50_us p99_us cold_start_s load_s peak_mb model_mb".split()
    )
    assert ours.issuperset([*promised, "batch_articles_per_s_all_cores"])
    assert [row.metric for row in rows if row.model == "no/such.py:make"] == [NOT_AVAILABLE]
    assert any(row.to == "import sklearn" and row.metric == "cold_start_cpu_s" for row in rows)
    assert any(row.to == EXAMPLE and row.metric == "p50_us" for row in rows)
    assert "own_model.py:make" in said and "own_model.py:make" in html_page(rows)
    # A figure is there once, and another row of it is a ratio, which names whom it divides by.
    assert len({(row.model, row.metric, row.to) for row in rows}) == len(rows)


def test_missing_data_is_one_line_and_an_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert throughput_run.main(["--data", "no_such_set", "--data-dir", str(tmp_path)]) == 3
    assert "no_such_set" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        throughput_run.main(["--rounds", "0"])


def test_tables_show_figures_ratios_growth_and_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    rounds = {"ours": {"load_s": [1.0, 2.0]}, "peer": {"load_s": [2.0, 2.0]}}
    rows = [*figure_rows(SOURCE, rounds), *ratio_rows(SOURCE, rounds, "ours")]
    rows += [
        growth_row(SOURCE, "ours", "tags", {1: [1.0], 2: [2.0]}),
        missing_row(SOURCE, "[spacy]", "not here"),
    ]
    print_tables(rows)
    said = capsys.readouterr().out
    assert "0.75 (0.5-1)" in said
    assert "/ peer" in said
    assert "[spacy]: not available (not here)" in said


@given(st.lists(st.text("ab\u00a0 \n", max_size=6), max_size=8), st.integers(1, 6))
def test_a_cut_article_has_so_many_words(pieces: list[str], count: int) -> None:
    text = " ".join(pieces)
    cut = first_words(Document("Title", text), count)
    if len(text.split()) < count:
        assert cut is None
    else:
        assert cut is not None and text.startswith(cut.text) and cut.text.split() == text.split()[:count]
