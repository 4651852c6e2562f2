"""Figures of merit against scikit-learn and against counting by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    f1_score,
    ndcg_score,
    precision_recall_fscore_support,
    precision_score,
    recall_score,
)

from tagonomy.metrics import (
    expected_calibration_error,
    facet_scores,
    hierarchical_scores,
    macro_f1_score,
    micro_scores,
    ndcg_at_k,
    per_tag_scores,
    precision_at_k,
    recall_at_k,
    reliability_bins,
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


@given(PAIRS)
def test_scores_by_facet_are_those_of_the_tags_in_it(
    pairs: list[tuple[frozenset[str], frozenset[str]]],
) -> None:
    gold, predicted = [g for g, _ in pairs], [p for _, p in pairs]
    found = facet_scores(gold, predicted, lambda tag: "early" if str(tag) < "d" else "late")
    assert set(found) == {"early" if tag < "d" else "late" for row in (*gold, *predicted) for tag in row}
    for facet, scores in found.items():
        part = frozenset("abc" if facet == "early" else "def")
        assert scores == micro_scores([g & part for g in gold], [p & part for p in predicted])


@given(RANKED, st.integers(1, 8))
def test_recall_at_k_is_the_share_of_gold_found(
    rows: list[tuple[frozenset[str], list[str], int]], k: int
) -> None:
    gold, ranked = [g for g, _, _ in rows], [list(order)[:length] for _, order, length in rows]
    shares = [len(set(order[:k]) & g) / len(g) for g, order in zip(gold, ranked, strict=True) if g]
    assert recall_at_k(gold, ranked, k) == pytest.approx(sum(shares) / len(shares) if shares else 0.0)


ANSWERS = st.lists(st.tuples(st.booleans(), st.floats(0, 1)), max_size=60)


@given(ANSWERS, st.integers(1, 12))
def test_the_calibration_error_is_the_mean_gap_of_the_bins(
    answers: list[tuple[bool, float]], bins: int
) -> None:
    by_bin: dict[int, list[tuple[bool, float]]] = {}
    for truth, probability in answers:
        by_bin.setdefault(min(int(probability * bins), bins - 1), []).append((truth, probability))
    gaps = sum(abs(sum(p for _, p in each) - sum(t for t, _ in each)) for each in by_bin.values())
    expected = gaps / len(answers) if answers else 0.0
    truths, probabilities = [t for t, _ in answers], [p for _, p in answers]
    assert expected_calibration_error(truths, probabilities, bins) == pytest.approx(expected)
    assert sum(each.count for each in reliability_bins(truths, probabilities, bins)) == len(answers)


@pytest.mark.parametrize("wrong", [-0.1, 1.1, math.nan])
def test_only_probabilities_are_calibrated(wrong: float) -> None:
    with pytest.raises(ValueError, match="probabilities from 0 to 1"):
        expected_calibration_error([True], [wrong])


def test_calibration_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    probability = rng.random(500)
    truth = rng.random(500) < probability**2
    shares, means = calibration_curve(truth, probability, n_bins=10)
    found = reliability_bins(truth.tolist(), probability.tolist(), 10)
    assert [each.truth for each in found] == pytest.approx(shares.tolist())
    assert [each.probability for each in found] == pytest.approx(means.tolist())


@given(PAIRS)
def test_hierarchical_scores_count_what_lies_above(
    pairs: list[tuple[frozenset[str], frozenset[str]]],
) -> None:
    above = {tag: set(TAGS[: TAGS.index(tag)]) for tag in TAGS}  # a chain: a over b over c ...
    gold, predicted = [g for g, _ in pairs], [p for _, p in pairs]
    closed = [[row.union(*(above[t] for t in row)) for row in rows] for rows in (gold, predicted)]
    assert hierarchical_scores(gold, predicted, lambda tag: above[str(tag)]) == micro_scores(*closed)
