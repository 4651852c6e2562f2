"""A tagger against a labelled corpus: each facet judged by the articles that use it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Result

from tagonomy import Article, Tagger
from tagonomy.errors import CorpusError
from tagonomy.evaluation import Evaluation, Example, evaluate

NATO = "NATO meets in Brussels\n\nNATO officials said that NATO would meet."
PUTIN = "Vladimir Putin speaks\n\nVladimir Putin spoke for an hour."


def figures(tagger: Tagger, *articles: Article) -> dict[str, dict[str, float]]:
    rows = evaluate(tagger, articles).rows
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        assert set(row) == {"facet", "metric", "value"}
        assert row["metric"] not in found.setdefault(row["facet"], {})
        found[row["facet"]][row["metric"]] = row["value"]
    return found


def test_a_perfect_answer_scores_one(tiny_tagger: Tagger) -> None:
    found = figures(
        tiny_tagger,
        Article(NATO, tags=["organizations:nato"]),
        Article(PUTIN, tags=["people:vladimir-putin"]),
    )
    assert list(found) == ["all", "organizations", "people"]
    assert found["all"]["articles"] == 2 and found["people"]["articles"] == 1
    for name in (
        "micro_precision",
        "micro_recall",
        "micro_f1",
        "hierarchical_f1",
        "macro_f1",
        "precision_at_1",
        "ndcg_at_5",
    ):
        assert found["all"][name] == 1
    assert found["people"]["micro_f1"] == 1


def test_a_missed_and_a_wrong_tag_cost_recall_and_precision(tiny_tagger: Tagger) -> None:
    found = figures(
        tiny_tagger,
        Article(NATO, tags=["countries:us", "organizations:nato"]),
        Article(NATO, tags=["organizations:nato"]),
        Article(PUTIN + " NATO." * 9, tags=["people:vladimir-putin"]),
    )
    assert found["countries"]["micro_recall"] == found["countries"]["micro_precision"] == 0
    assert found["organizations"]["micro_recall"] == 1
    assert found["organizations"]["micro_precision"] == pytest.approx(2 / 3)
    assert found["all"]["micro_recall"] == pytest.approx(3 / 4)
    assert found["all"]["macro_f1"] == pytest.approx((0 + 0.8 + 1) / 3)


def test_facets_that_no_gold_tag_uses_are_not_judged(tiny_tagger: Tagger, tiny_news: str) -> None:
    found = figures(tiny_tagger, Article(tiny_news, tags=["events:annexation-of-crimea"]))
    assert list(found) == ["all", "events"]
    assert found["all"]["micro_precision"] == 1


def test_gold_tags_may_be_labels(tiny_tagger: Tagger) -> None:
    by_id, by_label = (
        figures(tiny_tagger, Article(PUTIN, tags=[tag]))
        for tag in ("people:vladimir-putin", "vladimir putin")
    )
    assert by_id == by_label


def test_an_unknown_gold_tag_names_the_close_ones(tiny_tagger: Tagger) -> None:
    with pytest.raises(CorpusError, match="did you mean 'economy'"):
        evaluate(tiny_tagger, [Article("Any text.", tags=["econmy"])])


def test_no_article_and_no_tag_give_zeros(tiny_tagger: Tagger) -> None:
    for articles in ([], [Article(NATO)]):
        assert set(figures(tiny_tagger, *articles)["all"].values()) == {0.0}


def test_every_value_is_a_number(tiny_tagger: Tagger, tiny_corpus: tuple[Article, ...]) -> None:
    rows = evaluate(tiny_tagger, iter(tiny_corpus)).rows
    assert {row["facet"] for row in rows} == {"all", "people", "countries", "organizations", "topics"}
    assert all(isinstance(row["value"], float) and math.isfinite(row["value"]) for row in rows)


@pytest.fixture(scope="module")
def erring(tiny_tagger: Tagger) -> Evaluation:
    """The tagger sees Putin in two articles that are about others."""
    return evaluate(
        tiny_tagger,
        [
            Article(PUTIN, id="a", tags=["people:vladimir-putin"]),
            Article(PUTIN, id="b", tags=["people:antony-blinken"]),
            Article("Vladimir Putin spoke. " * 9, tags=["people:antony-blinken", "organizations:nato"]),
            Article(NATO, tags=["organizations:nato"]),
        ],
    )


def test_every_tag_has_its_figures_and_examples(erring: Evaluation) -> None:
    blinken, putin = (tag for tag in erring.tags if tag.facet == "people")
    assert (blinken.label, blinken.articles, blinken.given, blinken.f1) == ("Antony Blinken", 2, 0, 0)
    assert (putin.articles, putin.given, putin.precision, putin.recall) == (1, 3, pytest.approx(1 / 3), 1)
    assert [each.id for each in blinken.missed] == [each.id for each in putin.wrong] == ["b", None]
    assert putin.wrong[0] == Example(1, "b", PUTIN)
    assert putin.wrong[1].title == ("Vladimir Putin spoke. " * 9)[:80] + "..."
    assert (blinken.wrong, putin.missed) == ((), ())


def test_the_worst_tags_are_those_with_most_errors(erring: Evaluation) -> None:
    assert [(tag.id, tag.errors) for tag in erring.worst(9)] == [
        ("people:antony-blinken", 2),
        ("people:vladimir-putin", 2),
        ("organizations:nato", 1),
    ]
    assert [tag.id for tag in erring.worst(1)] == ["people:antony-blinken"]


def test_only_siblings_are_confused(erring: Evaluation) -> None:
    (pair,) = erring.confusions  # NATO was missed beside Putin, too, and is no sibling of his
    assert (pair.gold, pair.given, pair.articles) == ("people:antony-blinken", "people:vladimir-putin", 2)
    assert [each.number for each in pair.examples] == [1, 2]


def test_a_child_in_place_of_its_parent_is_no_sibling_but_partly_right(tiny_tagger: Tagger) -> None:
    text = "Crimea votes\n\nCrimea voted."
    found = evaluate(tiny_tagger, [Article(text, tags=["countries:ua"])])
    assert found.confusions == ()
    all_facets = found.facets[0]
    assert all_facets.micro_f1 == 0
    assert all_facets.hierarchical_precision == pytest.approx(2 / 3) and all_facets.hierarchical_recall == 1


class TestCommand:
    @pytest.fixture
    def corpus(self, tmp_path: Path) -> Path:
        path = tmp_path / "corpus.jsonl"
        row = {"id": "b\n<img onerror=x>", "text": PUTIN, "tags": ["people:antony-blinken"]}
        path.write_text(json.dumps(row) + "\n", encoding="utf-8")
        return path

    def test_text(self, run: Callable[..., Result], tiny_model: Path, corpus: Path) -> None:
        result = run("evaluate", tiny_model, corpus)
        assert result.code == 0
        assert result.out.split()[:3] == ["facet", "all", "people"]
        assert "Vladimir Putin for Antony Blinken" in result.out
        assert "missed b[U+000A]<img onerror=x>: Vladimir Putin speaks" in result.out
        assert "errors" not in run("evaluate", tiny_model, corpus, "--worst", 0).out

    def test_json_has_everything(
        self, run: Callable[..., Result], tiny_model: Path, tiny_tagger: Tagger, corpus: Path
    ) -> None:
        found = json.loads(run("evaluate", tiny_model, corpus, "--format", "json").out)
        expected = evaluate(
            tiny_tagger, [Article(PUTIN, id="b\n<img onerror=x>", tags=["people:antony-blinken"])]
        )
        assert found == json.loads(json.dumps(expected.to_dict()))
        assert list(found) == ["articles", "facets", "tags", "confusions"]
