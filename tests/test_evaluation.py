"""A tagger against a labelled corpus: each facet judged by the articles that use it."""

from __future__ import annotations

import math

import pytest

from tagonomy import Article, Tagger
from tagonomy.errors import CorpusError
from tagonomy.evaluation import evaluate

NATO = "NATO meets in Brussels\n\nNATO officials said that NATO would meet."
PUTIN = "Vladimir Putin speaks\n\nVladimir Putin spoke for an hour."


def figures(tagger: Tagger, *articles: Article) -> dict[str, dict[str, float]]:
    rows = evaluate(tagger, articles)
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
    for name in ("micro_precision", "micro_recall", "micro_f1", "macro_f1", "precision_at_1", "ndcg_at_5"):
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
    rows = evaluate(tiny_tagger, iter(tiny_corpus))
    assert {row["facet"] for row in rows} == {"all", "people", "countries", "organizations", "topics"}
    assert all(isinstance(row["value"], float) and math.isfinite(row["value"]) for row in rows)
