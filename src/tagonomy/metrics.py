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


def precision_at_k(gold: Rows, ranked: Ranked, k: int) -> float:
    """Return the mean share of the first ``k`` tags that are gold (missing ones count as wrong)."""
    shares = [sum(tag in g for tag in r[:k]) / k for g, r in zip(gold, ranked, strict=True)]
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
