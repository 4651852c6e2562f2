"""What to annotate next: doubtful, rare and various articles, each once, ready for the tools."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import Result
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from tagonomy import Article, Tagger, read_corpus
from tagonomy.corpora.corpus import digest
from tagonomy.corpora.records import Row
from tagonomy.corpora.writing import write_corpus
from tagonomy.errors import ConfigError
from tagonomy.training.selection import greedy, next_to_label

SURE = Article("On Monday rates rose as the bank fights inflation. The bank cut lending.", "Bank and prices")
NOTHING = Article("Zzz qqq.")


def words(pool: list[Article], tagger: Tagger, count: int = 10, **options: object) -> list[str]:
    return [pick.row.article.text for pick in next_to_label(tagger, pool, count, **options)]  # type: ignore[arg-type]


class TestChoice:
    def test_doubt_comes_first(self, tiny_tagger: Tagger) -> None:
        pool = [SURE, NOTHING, Article("The bank scored in the final.")]
        picks = next_to_label(tiny_tagger, pool, 3)
        assert picks[-1].row.article == NOTHING
        assert picks[0].score >= picks[1].score >= picks[2].score
        for pick in picks:
            given = tiny_tagger.classify(pick.row.article)
            assert pick.predicted == tuple((tag.id, tag.label, tag.score) for tag in given)
            cuts = dict(zip(tiny_tagger.concept_ids, tiny_tagger.cuts, strict=True))
            doubts = [abs(score - cuts[id]) / max(cuts[id], 1 - cuts[id]) for id, _, score in pick.doubted]
            assert all(doubt <= 0.7 for doubt in doubts)

    def test_rare_tags_count_more(self, tiny_tagger: Tagger) -> None:
        money, sport = Article("The bank spoke of inflation."), Article("The striker spoke of the derby.")
        for common, first in (("topics:interest-rates", sport), ("topics:football", money)):
            labelled = {common: 10_000}
            assert words([money, sport], tiny_tagger, 1, labelled=labelled) == [first.text]

    def test_each_text_once_and_none_that_is_annotated(self, tiny_tagger: Tagger) -> None:
        pool = [SURE, Article(SURE.text, SURE.title, id="again"), NOTHING]
        assert len(words(pool, tiny_tagger)) == 2
        assert words(pool, tiny_tagger, seen={digest(SURE)}) == [NOTHING.text]

    def test_order_of_equals_and_rows(self, tiny_tagger: Tagger) -> None:
        pool = [Row(Article(f"Zzz {i}."), {"url": str(i)}) for i in range(600)]
        picks = next_to_label(tiny_tagger, iter(pool), 5)
        assert picks == next_to_label(tiny_tagger, pool, 5)
        assert all(pick.row.extra["url"] in pick.row.article.text for pick in picks)

    def test_nothing_to_choose_from(self, tiny_tagger: Tagger) -> None:
        assert next_to_label(tiny_tagger, [], 5) == []
        with pytest.raises(ConfigError, match="count"):
            next_to_label(tiny_tagger, [SURE], 0)


@given(st.data())
def test_picks_are_greedy(data: st.DataObject) -> None:
    """The slow oracle compares every article with every one that was picked."""
    size = data.draw(st.integers(0, 8))
    rows = np.array(
        data.draw(
            st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=size, max_size=size)
        ),
        dtype=float,
    ).reshape(size, 3)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    rows = np.divide(rows, lengths, out=rows, where=lengths > 0)
    worth = np.array(data.draw(st.lists(st.floats(0.1, 5), min_size=size, max_size=size)))
    count = data.draw(st.integers(1, 9))
    picked = greedy(csr_array(rows), worth, count)
    assert len(picked) == min(count, size)
    before: list[int] = []
    for best, score in picked:
        value = {
            i: worth[i] * (1 - max([0.0, *(rows[i] @ rows[j] for j in before)]))
            for i in range(size)
            if i not in before
        }
        assert value[best] == pytest.approx(max(value.values()), abs=1e-9)
        assert score == pytest.approx(value[best], abs=1e-9)
        before.append(best)
    assert len(set(before)) == len(before)


class TestCommand:
    @pytest.fixture
    def pool(self, tmp_path: Path, tiny_corpus: tuple[Article, ...]) -> Path:
        write_corpus(
            [Article(a.text, a.title, f"p{i}") for i, a in enumerate(tiny_corpus)], tmp_path / "pool.jsonl"
        )
        return tmp_path / "pool.jsonl"

    def test_lines(self, run: Callable[..., Result], tiny_model: Path, pool: Path) -> None:
        result = run("label", tiny_model, pool, "--next", 3)
        assert (result.code, len(result.json_lines)) == (0, 3)
        first = result.json_lines[0]
        assert {"id", "title", "text", "score", "predicted", "doubted"} == set(first)
        assert "3 articles to annotate" in result.err

    def test_what_is_annotated_is_left_out(
        self,
        run: Callable[..., Result],
        tiny_model: Path,
        pool: Path,
        tmp_path: Path,
        tiny_corpus: tuple[Article, ...],
    ) -> None:
        write_corpus(tiny_corpus[:-2], tmp_path / "done.jsonl")
        result = run("label", tiny_model, pool, "--labelled", tmp_path / "done.jsonl")
        assert {row["text"] for row in result.json_lines} == {article.text for article in tiny_corpus[-2:]}

    def test_label_studio(
        self, run: Callable[..., Result], tiny_model: Path, pool: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "tasks.json"
        assert run("label", tiny_model, pool, "--next", 2, "--to", "label-studio", "--out", out).code == 0
        tasks = json.loads(out.read_text())
        prediction = tasks[0]["predictions"][0]
        assert prediction["model_version"] == "tiny"
        chosen = prediction["result"][0]["value"]["choices"]
        assert set(chosen) <= {option["value"] for option in tasks[0]["data"]["options"]}
        # Annotated, it is a corpus: the annotator agrees with the model here.
        for task in tasks:
            task["annotations"] = [{"result": task["predictions"][0]["result"]}]
        out.write_text(json.dumps(tasks))
        assert read_corpus(out)[0].tags == tuple(chosen)

    def test_prodigy(self, run: Callable[..., Result], tiny_model: Path, pool: Path) -> None:
        rows = run("label", tiny_model, pool, "--next", 2, "--to", "prodigy").json_lines
        for row in rows:
            assert set(row["accept"]) <= {option["id"] for option in row["options"]}
            assert "answer" not in row
            assert row["text"].startswith(row["meta"]["title"])
