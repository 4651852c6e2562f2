"""Thresholds from out-of-fold probabilities: against a slow search, and the laws that they keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy.training.thresholds import LEAST_ARTICLES, Scored, tune_thresholds


def scored(probabilities: np.ndarray, gold: np.ndarray, folds: np.ndarray, least: float = 0.0) -> Scored:
    """Return the pairs of a dense matrix whose probability is above ``least``."""
    articles, concepts = np.nonzero(probabilities > least)
    counts = np.array([gold[folds == fold].sum(axis=0) for fold in range(folds.max() + 1)])
    right = gold[articles, concepts]
    return Scored(articles, concepts, probabilities[articles, concepts], right, counts, folds)


def one_facet(n: int) -> np.ndarray:
    return np.zeros(n, dtype=np.uint8)


def f1(given: np.ndarray, gold: np.ndarray) -> float:
    return float(2 * (given & gold).sum() / max(given.sum() + gold.sum(), 1))


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    seed, articles, concepts = draw(st.tuples(st.integers(0, 2**32), st.integers(6, 40), st.integers(1, 5)))
    random = np.random.default_rng(seed)
    gold = random.random((articles, concepts)) < random.random(concepts)
    noise = draw(st.sampled_from([0.1, 0.5, 1.0]))
    probabilities = np.clip(np.where(gold, 0.6, 0.3) + random.normal(0, noise, gold.shape), 0, 1).round(1)
    return probabilities, gold, random.permutation(articles) % 3


def slow(probabilities: np.ndarray, gold: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Return the thresholds by trying each cut of each fold in turn."""
    support = gold.sum(axis=0)
    tuned = [c for c in np.argsort(-support, kind="stable").tolist() if support[c] >= LEAST_ARTICLES]
    cuts: dict[int, list[float]] = {concept: [] for concept in tuned}
    for fold in range(folds.max() + 1):
        mine = folds == fold
        given = np.zeros((mine.sum(), gold.shape[1]), dtype=bool)
        done: list[int] = []
        for concept in tuned:
            done.append(concept)
            column = probabilities[mine, concept]
            values = [1.0, *sorted({v for v in column.tolist() if v > 0}, reverse=True), 0.0]
            best, chosen = -1.0, 0.0
            # Above all of them first, so that of equal cuts the one that gives least is taken.
            levels = [np.inf, *values[1:-1]]
            for place, level in enumerate(levels):
                given[:, concept] = (column >= level) & (column > 0)
                truth = gold[mine]
                score = f1(given[:, concept], truth[:, concept]) / len(tuned)
                score += f1(given[:, done], truth[:, done])
                if score > best + 1e-12:
                    best, chosen = score, level
                    cut = (values[place] + values[place + 1]) / 2
            given[:, concept] = (column >= chosen) & (column > 0)
            cuts[concept].append(cut)
    return np.array(
        [np.clip(np.mean(cuts[c]), 0.05, 0.95) if c in cuts else np.nan for c in range(len(support))]
    )


@given(cases())
def test_they_are_those_of_a_slow_search(case: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    expected = slow(*case)
    found = tune_thresholds(scored(*case), one_facet(len(expected)))
    tuned = ~np.isnan(expected)
    np.testing.assert_allclose(found[tuned], expected[tuned], atol=1e-6)


def test_where_right_and_wrong_are_apart_the_cut_lies_between() -> None:
    gold = np.zeros((30, 2), dtype=bool)
    gold[:12, 0] = gold[20:, 1] = True
    probabilities = np.where(gold, 0.3, 0.1)
    found = tune_thresholds(scored(probabilities, gold, np.arange(30) % 3), one_facet(2))
    np.testing.assert_allclose(found, [0.2, 0.2], atol=1e-6)


def test_rare_concepts_share_the_cut_of_their_facet() -> None:
    gold = np.zeros((40, 4), dtype=bool)
    gold[:20, 0] = gold[0, 1] = gold[:20, 2] = True
    probabilities = np.where(gold, 0.8, 0.1)
    probabilities[:, 2] = np.where(gold[:, 2], 0.4, 0.1)
    facets = np.array([0, 0, 1, 1], dtype=np.uint8)
    found = tune_thresholds(scored(probabilities, gold, np.arange(40) % 3), facets)
    assert found[1] == pytest.approx(0.45)
    assert found[3] == pytest.approx(0.25)


def test_a_facet_without_gold_keeps_the_default() -> None:
    gold = np.zeros((9, 2), dtype=bool)
    gold[:, 0] = True
    facets = np.array([0, 1], dtype=np.uint8)
    found = tune_thresholds(scored(np.full((9, 2), 0.7), gold, np.arange(9) % 3), facets, default=0.4)
    assert found[1] == np.float32(0.4)


@given(cases())
def test_they_are_probabilities(case: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    found = tune_thresholds(scored(*case), one_facet(case[1].shape[1]))
    assert found.dtype == np.float32 and ((found >= 0.04) & (found <= 0.96)).all()
