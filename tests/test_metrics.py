"""Figures of merit against scikit-learn and against counting by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import (
    f1_score,
    ndcg_score,
    precision_recall_fscore_support,
    precision_score,
    recall_score,
)

from tagonomy.metrics import (
    macro_f1_score,
    micro_scores,
    ndcg_at_k,
    per_tag_scores,
    precision_at_k,
)

TAGS = "abcdef"
SETS = st.frozensets(st.sampled_from(TAGS))
PAIRS = st.lists(st.tuples(SETS, SETS), min_size=1, max_size=12)
RANKED = st.lists(st.tuples(SETS, st.permutations(TAGS), st.integers(0, len(TAGS))), min_size=1, max_size=8)


def matrix(rows: list[frozenset[str]]) -> np.ndarray:
    return np.array([[tag in row for tag in TAGS] for row in rows], dtype=int)


@given(PAIRS)
def test_micro_scores_are_those_of_scikit_learn(pairs: list[tuple[frozenset[str], frozenset[str]]]) -> None:
    gold, predicted = [g for g, _ in pairs], [p for _, p in pairs]
    found = micro_scores(gold, predicted)
    options = {"average": "micro", "zero_division": 0}
    assert found.precision == pytest.approx(precision_score(matrix(gold), matrix(predicted), **options))
    assert found.recall == pytest.approx(recall_score(matrix(gold), matrix(predicted), **options))
    assert found.f1 == pytest.approx(f1_score(matrix(gold), matrix(predicted), **options))


@given(PAIRS)
def test_scores_per_tag_are_those_of_scikit_learn(pairs: list[tuple[frozenset[str], frozenset[str]]]) -> None:
    gold, predicted = [g for g, _ in pairs], [p for _, p in pairs]
    found = per_tag_scores(gold, predicted)
    assert set(found) == frozenset().union(*gold, *predicted)
    columns = precision_recall_fscore_support(matrix(gold), matrix(predicted), zero_division=0)
    for tag, precision, recall, f1, support in zip(TAGS, *columns, strict=True):
        if tag in found:
            scores, count = found[tag]
            assert (scores.precision, scores.recall, scores.f1) == pytest.approx((precision, recall, f1))
            assert count == support
    supported = [i for i, tag in enumerate(TAGS) if any(tag in row for row in gold)]
    expected = columns[2][supported].mean() if supported else 0.0
    assert macro_f1_score(gold, predicted) == pytest.approx(expected)


@given(RANKED, st.integers(1, 8))
def test_precision_at_k_is_the_share_of_k_places(
    rows: list[tuple[frozenset[str], list[str], int]], k: int
) -> None:
    gold, ranked = [g for g, _, _ in rows], [list(order)[:length] for _, order, length in rows]
    by_hand = [
        len([tag for tag in order[:k] if tag in wanted]) / k
        for wanted, order in zip(gold, ranked, strict=True)
    ]
    assert precision_at_k(gold, ranked, k) == pytest.approx(sum(by_hand) / len(by_hand))


@given(RANKED, st.integers(1, 8))
def test_ndcg_is_that_of_scikit_learn(rows: list[tuple[frozenset[str], list[str], int]], k: int) -> None:
    judged = [(g, list(order)) for g, order, _ in rows if g]
    found = ndcg_at_k([g for g, _, _ in rows], [list(order) for _, order, _ in rows], k)
    if not judged:
        assert found == 0
        return
    truth = matrix([g for g, _ in judged])
    scores = np.array([[-order.index(tag) for tag in TAGS] for _, order in judged])
    assert found == pytest.approx(ndcg_score(truth, scores, k=k))


def test_examples_by_hand() -> None:
    assert ndcg_at_k([{"a", "b"}], [["a", "x", "b"]], 3) == pytest.approx(
        (1 + 1 / 2) / (1 + 1 / math.log2(3))
    )
    assert precision_at_k([{"a", "b"}, {"c"}], [["a", "x"], []], 2) == 0.25
    assert macro_f1_score([{"a"}, {"b"}], [{"a", "c"}, set()]) == 0.5


def test_nothing_gives_nothing() -> None:
    assert (
        micro_scores([], []).f1
        == macro_f1_score([], [])
        == precision_at_k([], [], 1)
        == ndcg_at_k([], [], 1)
        == 0
    )
    assert micro_scores([set()], [set()]).f1 == 0
    assert per_tag_scores([set()], [set()]) == {}


def test_gold_and_predicted_must_have_as_many_rows() -> None:
    for figure in (micro_scores, per_tag_scores, macro_f1_score):
        with pytest.raises(ValueError, match="zip"):
            figure([{"a"}], [])
    with pytest.raises(ValueError, match="zip"):
        ndcg_at_k([{"a"}], [], 1)
