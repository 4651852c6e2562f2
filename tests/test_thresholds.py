"""Thresholds from out-of-fold probabilities: against a slow search, and the laws that they keep."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy.training.thresholds import LEAST_ARTICLES, Scored, tune_thresholds


def scored(probabilities: np.ndarray, gold: np.ndarray) -> Scored:
    """Return the pairs of a dense matrix whose probability is above 0."""
    articles, concepts = np.nonzero(probabilities)
    right = gold[articles, concepts]
    return Scored(articles, concepts, probabilities[articles, concepts], right, gold.sum(axis=0))


def one_facet(n: int) -> np.ndarray:
    return np.zeros(n, dtype=np.uint8)


def f1(given: np.ndarray, gold: np.ndarray) -> float:
    return float(2 * (given & gold).sum() / max(given.sum() + gold.sum(), 1))


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    seed, articles, concepts = draw(st.tuples(st.integers(0, 2**32), st.integers(6, 40), st.integers(1, 5)))
    random = np.random.default_rng(seed)
    gold = random.random((articles, concepts)) < random.random(concepts)
    noise = draw(st.sampled_from([0.1, 0.5, 1.0]))
    probabilities = np.clip(np.where(gold, 0.6, 0.3) + random.normal(0, noise, gold.shape), 0, 1).round(1)
    return probabilities, gold


def best_cut(probabilities: np.ndarray, gold: np.ndarray, default: float) -> float:
    """Return the cut with the best micro-F1 of all columns, found by trying each."""
    values = [*sorted(set(probabilities[probabilities > 0].tolist()), reverse=True), 0.0]
    scores = [f1(probabilities >= value, gold) for value in values[:-1]]
    if not scores or max(scores) == 0:
        return default
    best = int(np.argmax(np.round(scores, 12)))
    return float(np.clip((values[best] + values[best + 1]) / 2, 0.05, 0.95))


def slow(probabilities: np.ndarray, gold: np.ndarray) -> np.ndarray:
    """Return the thresholds by trying each cut in turn."""
    support = gold.sum(axis=0)
    tuned = [c for c in np.argsort(-support, kind="stable").tolist() if support[c] >= LEAST_ARTICLES]
    given = np.zeros(gold.shape, dtype=bool)
    rare = support < 10
    facet_cut = best_cut(probabilities, gold, 0.5)
    rare_cut = best_cut(probabilities[:, rare], gold[:, rare], facet_cut)
    found = np.where(rare, (facet_cut + rare_cut) / 2, facet_cut)
    for number, concept in enumerate(tuned):
        column, done, usual = probabilities[:, concept], tuned[: number + 1], found[concept]
        values = [1.0, *sorted({v for v in column.tolist() if v > 0}, reverse=True), 0.0]
        best, chosen = -np.inf, 0.0
        # Above all of them first, so that of equal cuts the one that gives least is taken.
        for place, level in enumerate([np.inf, *values[1:-1]]):
            given[:, concept] = (column >= level) & (column > 0)
            cut = (values[place] + values[place + 1]) / 2
            score = f1(given[:, concept], gold[:, concept])
            score -= 10 * (cut - usual) ** 2 / math.sqrt(support[concept])
            score = round(score / len(tuned) + f1(given[:, done], gold[:, done]), 9)
            if score > best:
                best, chosen, found[concept] = score, level, np.clip(cut, 0.05, 0.95)
        given[:, concept] = (column >= chosen) & (column > 0)
    return found


@given(cases())
def test_they_are_those_of_a_slow_search(case: tuple[np.ndarray, np.ndarray]) -> None:
    found = tune_thresholds(scored(*case), one_facet(case[1].shape[1]))
    np.testing.assert_allclose(found, slow(*case), atol=1e-6)


def test_where_right_and_wrong_are_apart_the_cut_lies_between() -> None:
    gold = np.zeros((30, 2), dtype=bool)
    gold[:12, 0] = gold[20:, 1] = True
    probabilities = np.where(gold, 0.3, 0.1)
    found = tune_thresholds(scored(probabilities, gold), one_facet(2))
    np.testing.assert_allclose(found, [0.2, 0.2], atol=1e-6)


def test_rare_concepts_share_the_cut_of_their_facet() -> None:
    gold = np.zeros((40, 4), dtype=bool)
    gold[:20, 0] = gold[0, 1] = gold[:20, 2] = True
    probabilities = np.where(gold, 0.8, 0.1)
    probabilities[:, 2] = np.where(gold[:, 2], 0.4, 0.1)
    facets = np.array([0, 0, 1, 1], dtype=np.uint8)
    found = tune_thresholds(scored(probabilities, gold), facets)
    assert found[1] == pytest.approx(0.45)
    assert found[3] == pytest.approx(0.25)


def test_a_facet_without_gold_keeps_the_default() -> None:
    gold = np.zeros((9, 2), dtype=bool)
    gold[:, 0] = True
    facets = np.array([0, 1], dtype=np.uint8)
    found = tune_thresholds(scored(np.full((9, 2), 0.7), gold), facets, default=0.4)
    assert found[1] == np.float32(0.4)


@given(cases())
def test_they_are_probabilities(case: tuple[np.ndarray, np.ndarray]) -> None:
    found = tune_thresholds(scored(*case), one_facet(case[1].shape[1]))
    assert found.dtype == np.float32 and ((found >= 0.04) & (found <= 0.96)).all()
