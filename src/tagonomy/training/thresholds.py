"""The threshold of each concept, from probabilities that were predicted out of fold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagonomy.concepts import ConceptIndex

#: Concepts with fewer articles share the threshold of their facet.
LEAST_ARTICLES = 3
#: No threshold lies beyond these: a cut of 0 or 1 is a guess from too little.
_BOUNDS = (0.05, 0.95)
#: What a cut that is 1 away from the usual one must add to a concept's F1, times the root of its articles.
_FACET_BELIEF = 10.0
#: Concepts with fewer articles are rare: the frequent ones of their facet alone do not speak for them.
_RARE = 10
#: Scores that agree in so many digits are equal: of such cuts, the one that gives least is taken.
_DIGITS = 9


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Probabilities of pairs of article and concept, and the truth.

    Attributes
    ----------
    articles, concepts : ndarray of int64, shape (n_pairs,)
        Numbers of the article and the concept of each pair.
    probabilities : ndarray of float64, shape (n_pairs,)
        Predicted without having seen the article.
    right : ndarray of bool, shape (n_pairs,)
        Whether the article has the concept.
    gold : ndarray of int64, shape (n_concepts,)
        How many articles have each concept, among the pairs or not.
    """

    articles: NDArray[np.int64]
    concepts: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    right: NDArray[np.bool_]
    gold: NDArray[np.int64]


def tune_thresholds(scored: Scored, facets: NDArray[np.uint8], default: float = 0.5) -> NDArray[np.float32]:
    """Return a threshold for each concept, shape (n_concepts,).

    Parameters
    ----------
    scored : Scored
        Out-of-fold probabilities.
    facets : ndarray of uint8, shape (n_concepts,)
        Facet of each concept.
    default : float
        Threshold of facets without any gold tag.

    Notes
    -----
    After "micromacro-freq" of LibMultiLabel (Lin et al., 2023): from the most frequent concept down, each
    takes the cut that is best for its own F1 divided by the number of concepts, plus the micro-F1 of all so
    far. Each cut costs one cumulative sum. Where few articles tell, the very best cut is chance: it must be
    the better, the farther it lies from the usual one, which concepts with fewer than
    :data:`LEAST_ARTICLES` articles take as it is. That cut gives the best micro-F1 of the facet; for rare
    concepts it is half-way to the one that is best for the rare ones alone, which is often much lower. On
    Reuters-21578 and on bills that is better for macro-F1, and no worse for micro-F1, than the mean of
    the cuts that are best for each fold.
    """
    n_facets, rare = int(facets.max()) + 1, scored.gold < _RARE
    cuts = np.array([_shared_cut(scored, facets == facet, default) for facet in range(n_facets)])
    of_rare = np.array(
        [_shared_cut(scored, rare & (facets == facet), cuts[facet]) for facet in range(n_facets)]
    )
    usual = np.where(rare, (cuts + of_rare)[facets] / 2, cuts[facets])
    thresholds = usual.copy()
    n_tuned = int((scored.gold >= LEAST_ARTICLES).sum())
    by_concept = np.argsort(scored.concepts, kind="stable")
    stops = np.searchsorted(scored.concepts[by_concept], np.arange(len(scored.gold) + 1))
    hits = total = 0
    for concept in np.argsort(-scored.gold, kind="stable")[:n_tuned].tolist():
        values, right = _descending(scored, by_concept[stops[concept] : stops[concept + 1]])
        given, gold = np.arange(len(values) + 1), int(scored.gold[concept])
        correct = np.concatenate([[0], np.cumsum(right)])
        middle = (np.append(1.0, values) + np.append(values, 0.0)) / 2
        own = 2 * correct / (given + gold)
        own -= _FACET_BELIEF / np.sqrt(gold) * np.square(middle - usual[concept])
        score = own / n_tuned + 2 * (hits + correct) / (total + given + gold)
        score[1:-1][values[1:] == values[:-1]] = -np.inf  # equal probabilities are given together
        best = int(np.argmax(np.round(score, _DIGITS)))
        hits += int(correct[best])
        total += int(given[best]) + gold
        thresholds[concept] = np.clip(middle[best], *_BOUNDS)
    return thresholds.astype(np.float32)


def figures_of(
    scored: Scored, index: ConceptIndex, cuts: NDArray[np.floating[Any]]
) -> dict[str, tuple[int, int, int]]:
    """Return how many articles have each tag, would be given it by its threshold, and both.

    Tags that no article has and none would be given are left out.
    """
    given = scored.probabilities >= cuts[scored.concepts]
    n = len(scored.gold)
    counts = np.stack(
        [
            scored.gold,
            np.bincount(scored.concepts[given], minlength=n),
            np.bincount(scored.concepts[given & scored.right], minlength=n),
        ],
        axis=1,
    )
    found = np.flatnonzero(counts.any(axis=1)).tolist()
    rows: list[list[int]] = counts[found].tolist()
    return {index.ids[concept]: (row[0], row[1], row[2]) for concept, row in zip(found, rows, strict=True)}


def _shared_cut(scored: Scored, concepts: NDArray[np.bool_], default: float) -> float:
    """Return the cut with the best micro-F1 of some concepts."""
    gold = int(scored.gold[concepts].sum())
    values, right = _descending(scored, np.flatnonzero(concepts[scored.concepts]))
    if not gold or not right.any():
        return default
    f1 = 2 * np.cumsum(right) / (np.arange(1, len(values) + 1) + gold)
    f1[:-1][values[:-1] == values[1:]] = -1.0
    return float(np.clip(between(values, int(np.argmax(f1)) + 1), *_BOUNDS))


def _descending(scored: Scored, pairs: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    order = pairs[np.argsort(-scored.probabilities[pairs], kind="stable")]
    return scored.probabilities[order], scored.right[order]


def between(values: NDArray[np.float64], given: int) -> float:
    """Return a cut below the first ``given`` of descending values and above the next one."""
    above = float(values[given - 1]) if given else 1.0
    below = float(values[given]) if given < len(values) else 0.0
    return (above + below) / 2
