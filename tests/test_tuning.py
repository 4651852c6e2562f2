"""Thresholds for a wanted precision."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import Result
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tagonomy import Article, Tagger, train
from tagonomy.errors import ConfigError, CorpusError
from tagonomy.evaluation import evaluate
from tagonomy.training.tuning import LEAST_GIVEN, _cut, tune

#: Two words that always mean their tag, one that does so in two articles of three.
NEWS = [
    Article(f"The {word} of {('Monday', 'Friday')[number % 2]}", tags=(tag,))
    for number in range(24)
    for word, tag in (
        ("rates", "economy"),
        ("striker", "sport"),
        ("union", "economy" if number % 3 else "sport"),
    )
]
OTHERS = [replace(article, text=f"{article.text} again") for article in NEWS]


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return train(NEWS)


def oracle(chances: np.ndarray, right: np.ndarray, precision: float, least: int) -> set[int]:
    """Return how many are given by each cut that is precise enough and gives enough."""
    return {
        len(given)
        for value in chances
        if len(given := right[chances >= value]) >= least and given.mean() >= precision
    }


@given(
    pairs=arrays.arrays(np.int64, st.tuples(st.integers(1, 30), st.just(2)), elements=st.integers(0, 9)),
    precision=st.sampled_from([0.3, 0.5, 0.75, 0.9]),
    least=st.integers(1, 12),
)
def test_the_cut_is_the_lowest_that_is_precise_enough(
    pairs: np.ndarray, precision: float, least: int
) -> None:
    chances, right = pairs[:, 0] / 10, pairs[:, 1] < 6
    found, possible = _cut(chances, right, precision, least), oracle(chances, right, precision, least)
    if not possible:
        assert found is None
    else:
        assert found is not None and (chances >= found).sum() == max(possible)


class TestTune:
    @pytest.mark.parametrize("by", ["facet", "tag"])
    @pytest.mark.parametrize("precision", [0.7, 0.9, 0.99])
    def test_the_precision_is_reached(self, tagger: Tagger, by: str, precision: float) -> None:
        tuned = tune(tagger, OTHERS, precision, by=by)  # type: ignore[arg-type]
        figures = evaluate(tuned, OTHERS)
        assert figures.facets[0].micro_precision >= precision
        assert figures.facets[0].micro_recall > 0.5
        assert tuned.manifest["tuned"] == {
            "precision": precision,
            "by": by,
            "articles": len(OTHERS),
            "unreached": [],
        }

    def test_a_higher_precision_costs_recall(self, tagger: Tagger) -> None:
        recalls = [
            evaluate(tune(tagger, OTHERS, precision), OTHERS).facets[0].micro_recall
            for precision in (0.5, 0.8, 0.99)
        ]
        assert recalls == sorted(recalls, reverse=True) and recalls[0] > recalls[-1]

    def test_what_was_learned_stays_and_so_does_the_old_tagger(self, tagger: Tagger, tmp_path: Path) -> None:
        before = tagger.save(tmp_path / "before")
        tuned = tune(tagger, OTHERS, 0.9)
        assert tagger.save(tmp_path / "again") == before
        assert tuned.parts is tagger.parts
        tuned.save(tmp_path / "tuned")
        assert Tagger.load(tmp_path / "tuned").cuts.tolist() == tuned.cuts.tolist()

    def test_facets_without_gold_tags_keep_their_thresholds(self, tiny_tagger: Tagger) -> None:
        articles = [Article("NATO meets\n\nNATO officials met.", tags=("organizations:nato",))] * LEAST_GIVEN
        tuned = tune(tiny_tagger, articles, 0.9)
        changed = {
            tuned.index.facet_of(concept)
            for concept in np.flatnonzero(tuned.cuts != tiny_tagger.cuts).tolist()
        }
        assert changed == {"organizations"}
        assert tuned.thresholds["people"] == tiny_tagger.thresholds["people"]

    def test_what_no_threshold_reaches_is_named_and_not_given(self, tiny_tagger: Tagger) -> None:
        text = "Vladimir Putin speaks\n\nVladimir Putin spoke."
        articles = [Article(text, tags=("people:antony-blinken",))] * 12
        tuned = tune(tiny_tagger, articles, 0.9)
        assert tuned.manifest["tuned"]["unreached"] == ["people"]
        assert tuned.classify(text).facet("people").ids == ()

    def test_articles_that_it_has_learned_are_refused(self, tagger: Tagger) -> None:
        with pytest.raises(CorpusError, match="tune it by others"):
            tune(tagger, NEWS, 0.9)

    def test_wrong_arguments_say_what_is_expected(self, tagger: Tagger) -> None:
        for precision in (0, 1, -1, float("nan")):
            with pytest.raises(ConfigError, match="precision"):
                tune(tagger, OTHERS, precision)
        with pytest.raises(ConfigError, match="'tag' or 'facet'"):
            tune(tagger, OTHERS, 0.5, by="label")  # type: ignore[arg-type]
        with pytest.raises(CorpusError, match="no article has a tag"):
            tune(tagger, [Article("text")], 0.5)
        with pytest.raises(CorpusError, match="did you mean 'economy'"):
            tune(tagger, [Article("text", tags=("econmy",))], 0.5)


def test_command(run: Callable[..., Result], tagger: Tagger, tmp_path: Path) -> None:
    corpus, model, out = tmp_path / "corpus.jsonl", tmp_path / "model", tmp_path / "strict"
    rows = [{"text": article.text, "tags": article.tags} for article in OTHERS]
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    tagger.save(model)
    result = run("tune", model, corpus, "--precision", 0.9, "--out", out)
    assert result.code == 0 and result.out.strip() == out.read_bytes()[-32:].hex()
    assert "topics         precision" in result.err and "evaluate with others" in result.err
    assert Tagger.load(out).manifest["name"] == "strict"
    wrong = run("tune", model, corpus, "--precision", 2, "--out", out)
    assert wrong.code == 2 and "precision=2.0 is not allowed" in wrong.err
