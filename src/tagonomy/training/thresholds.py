"""The threshold of each concept, from probabilities that were predicted out of fold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Concepts with fewer articles share the threshold of their facet.
LEAST_ARTICLES = 3
#: No threshold lies beyond these: a cut of 0 or 1 is a guess from too little.
_BOUNDS = (0.05, 0.95)


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
    gold : ndarray of int64, shape (n_folds, n_concepts)
        How many articles of each fold have each concept, among the pairs or not.
    folds : ndarray of int64, shape (n_articles,)
        Fold of each article.
    """

    articles: NDArray[np.int64]
    concepts: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    right: NDArray[np.bool_]
    gold: NDArray[np.int64]
    folds: NDArray[np.int64]


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
    "micromacro-freq" of LibMultiLabel (Lin et al., 2023): from the most frequent concept down, each fold
    takes the cut that is best for the concept's own F1 divided by the number of concepts plus the
    micro-F1 of all so far; the threshold is the mean over folds. Each cut costs one cumulative sum.
    Concepts with fewer than :data:`LEAST_ARTICLES` articles take the cut that gives the best
    micro-F1 of their facet.
    """
    support = scored.gold.sum(axis=0)
    cuts = np.array([_facet_cut(scored, facets, facet, default) for facet in range(int(facets.max()) + 1)])
    thresholds = cuts[facets]
    n_tuned = int((support >= LEAST_ARTICLES).sum())
    by_concept = np.argsort(scored.concepts, kind="stable")
    stops = np.searchsorted(scored.concepts[by_concept], np.arange(len(support) + 1))
    hits, total = np.zeros(len(scored.gold)), np.zeros(len(scored.gold))
    for concept in np.argsort(-support, kind="stable")[:n_tuned].tolist():
        mine = by_concept[stops[concept] : stops[concept + 1]]
        found = []
        for fold in range(len(scored.gold)):
            pairs = mine[scored.folds[scored.articles[mine]] == fold]
            values, right = _descending(scored, pairs)
            given, gold = np.arange(len(values) + 1), int(scored.gold[fold, concept])
            correct = np.concatenate([[0], np.cumsum(right)])
            own = 2 * correct / np.maximum(given + gold, 1)
            micro = 2 * (hits[fold] + correct) / np.maximum(total[fold] + given + gold, 1)
            score = own / n_tuned + micro
            score[1:-1][values[1:] == values[:-1]] = -1.0  # equal probabilities are given together
            best = int(np.argmax(score))
            hits[fold] += correct[best]
            total[fold] += given[best] + gold
            found.append(between(values, best))
        thresholds[concept] = np.clip(np.mean(found), *_BOUNDS)
    return thresholds.astype(np.float32)


def _facet_cut(scored: Scored, facets: NDArray[np.uint8], facet: int, default: float) -> float:
    """Return the cut with the best micro-F1 of a facet."""
    gold = int(scored.gold[:, facets == facet].sum())
    values, right = _descending(scored, np.flatnonzero(facets[scored.concepts] == facet))
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
