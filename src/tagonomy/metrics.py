"""Figures of merit, each defined once.

Gold and predicted tags are given as one set a row; what can't be divided is 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import log2

Rows = Sequence[AbstractSet[Hashable]]
Ranked = Sequence[Sequence[Hashable]]


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and F1, 0-1."""

    precision: float
    recall: float
    f1: float


def _scores(hits: float, predicted: float, gold: float) -> Scores:
    precision = hits / predicted if predicted else 0.0
    recall = hits / gold if gold else 0.0
    return Scores(precision, recall, 2 * hits / (predicted + gold) if predicted + gold else 0.0)


def micro_scores(gold: Rows, predicted: Rows) -> Scores:
    """Return the scores over all pairs of article and tag.

    >>> micro_scores([{"a", "b"}, {"c"}], [{"a"}, {"c", "d"}])
    Scores(precision=0.6666666666666666, recall=0.6666666666666666, f1=0.6666666666666666)
    """
    hits = sum(len(g & p) for g, p in zip(gold, predicted, strict=True))
    return _scores(hits, sum(map(len, predicted)), sum(map(len, gold)))


def per_tag_scores(gold: Rows, predicted: Rows) -> dict[Hashable, tuple[Scores, int]]:
    """Return the scores and the support (gold articles) of every tag that is gold or predicted."""
    hits: Counter[Hashable] = Counter()
    wanted: Counter[Hashable] = Counter()
    given: Counter[Hashable] = Counter()
    for g, p in zip(gold, predicted, strict=True):
        hits.update(g & p)
        wanted.update(g)
        given.update(p)
    return {tag: (_scores(hits[tag], given[tag], wanted[tag]), wanted[tag]) for tag in {*wanted, *given}}


def macro_f1_score(gold: Rows, predicted: Rows) -> float:
    """Return the mean F1 over the tags that have a gold article."""
    per_tag = per_tag_scores(gold, predicted)
    values = [scores.f1 for scores, support in per_tag.values() if support]
    return sum(values) / len(values) if values else 0.0


def hierarchical_scores(
    gold: Rows, predicted: Rows, ancestors: Callable[[Hashable], Iterable[Hashable]]
) -> Scores:
    """Return the micro scores after adding every tag's ancestors to both sides.

    Notes
    -----
    hP, hR and hF of Kiritchenko et al. (2005): a sibling is half right, since it shares its parents.
    """

    def closed(rows: Rows) -> list[frozenset[Hashable]]:
        return [frozenset(row).union(*(ancestors(tag) for tag in row)) for row in rows]

    return micro_scores(closed(gold), closed(predicted))


def facet_scores(gold: Rows, predicted: Rows, facet_of: Callable[[Hashable], str]) -> dict[str, Scores]:
    """Return the micro scores of each facet that a gold or predicted tag belongs to.

    >>> facet_scores([{"a:1", "b:1"}], [{"a:1", "b:2"}], lambda tag: tag[0])["b"].f1
    0.0
    """
    tags = set().union(*gold, *predicted)
    facets = {tag: facet_of(tag) for tag in tags}

    def of(facet: str, rows: Rows) -> list[frozenset[Hashable]]:
        return [frozenset(tag for tag in row if facets[tag] == facet) for row in rows]

    return {
        facet: micro_scores(of(facet, gold), of(facet, predicted)) for facet in sorted(set(facets.values()))
    }


def precision_at_k(gold: Rows, ranked: Ranked, k: int) -> float:
    """Return the mean share of the first ``k`` tags that are gold (missing ones count as wrong)."""
    shares = [sum(tag in g for tag in r[:k]) / k for g, r in zip(gold, ranked, strict=True)]
    return sum(shares) / len(shares) if shares else 0.0


def recall_at_k(gold: Rows, ranked: Ranked, k: int) -> float:
    """Return the mean share of the gold tags that are among the first ``k``, over articles that have one."""
    shares = [sum(tag in g for tag in r[:k]) / len(g) for g, r in zip(gold, ranked, strict=True) if g]
    return sum(shares) / len(shares) if shares else 0.0


def ndcg_at_k(gold: Rows, ranked: Ranked, k: int) -> float:
    """Return the mean normalised discounted cumulative gain over the articles that have a gold tag.

    Notes
    -----
    Gain 1 for a gold tag, discount ``1 / log2(rank + 1)`` (Järvelin and Kekäläinen, 2002).
    """
    values = []
    for g, r in zip(gold, ranked, strict=True):
        if g:
            gain = sum(1 / log2(rank + 2) for rank, tag in enumerate(r[:k]) if tag in g)
            values.append(gain / sum(1 / log2(rank + 2) for rank in range(min(k, len(g)))))
    return sum(values) / len(values) if values else 0.0


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of about the same probability.

    Attributes
    ----------
    probability : float
        Their mean probability.
    truth : float
        The share of them that is true.
    count : int
        How many they are.
    """

    probability: float
    truth: float
    count: int


def reliability_bins(truth: Sequence[bool], probability: Sequence[float], bins: int = 10) -> list[Bin]:
    """Return the answers in bins of equal width, the least probable first; empty ones are left out.

    Parameters
    ----------
    truth : sequence of bool
        Whether each answer is true.
    probability : sequence of float
        What the model gave it, 0-1; a value on a border falls into the upper bin.
    bins : int, default 10
        How many bins there are.

    Raises
    ------
    ValueError
        If a probability is below 0, above 1 or NaN.
    """
    counts, trues, sums = [0] * bins, [0] * bins, [0.0] * bins
    for true, p in zip(truth, probability, strict=True):
        if not 0 <= p <= 1:
            raise ValueError(f"expected probabilities from 0 to 1, found {p}")
        bin = min(int(p * bins), bins - 1)
        counts[bin] += 1
        trues[bin] += bool(true)
        sums[bin] += p
    return [Bin(s / n, t / n, n) for s, t, n in zip(sums, trues, counts, strict=True) if n]


def expected_calibration_error(truth: Sequence[bool], probability: Sequence[float], bins: int = 10) -> float:
    """Return by how much probability and share of truth differ, on average over all answers.

    Parameters are those of :func:`reliability_bins`.

    Notes
    -----
    Naeini et al. (2015). Answers that are surely wrong and known to be so make it small: take only
    those that somebody could be shown.

    >>> expected_calibration_error([True, False], [0.75, 0.75])
    0.25
    """
    found = reliability_bins(truth, probability, bins)
    total = sum(each.count for each in found)
    return sum(abs(each.probability - each.truth) * each.count for each in found) / total if total else 0.0
