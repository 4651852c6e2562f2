"""What makes a mention matter, learned from labelled articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from tagonomy.articles.article import Article
from tagonomy.concepts import ConceptIndex
from tagonomy.hierarchy import close_upwards
from tagonomy.ranking import FEATURES, Ranker
from tagonomy.tagger import Tagger


@dataclass(frozen=True, slots=True)
class RankingSet:
    """Articles whose tags teach the ranker.

    Attributes
    ----------
    articles : sequence of Article
        With concept ids as tags.
    facets : frozenset of str
        Facets that the tags are complete for: a candidate of another facet teaches nothing.
    known : frozenset of str, optional
        Where given, only these concepts teach: a right tag that the corpus never uses is no mistake.
    weight : float
        Weight of each candidate.
    logits : sequence of mapping of str to float, optional
        Out-of-fold log-odds of the linear model for each article.
    """

    articles: Sequence[Article]
    facets: frozenset[str]
    known: frozenset[str] | None = None
    weight: float = 1.0
    logits: Sequence[Mapping[int, float]] | None = None


#: Where no article teaches otherwise, a ranker believes this; learned weights start from here.
_PLAIN_WEIGHTS = {
    "bias": -3.8,
    "named": 1.6,
    "title": 1.5,
    "title_evidence": 0.5,
    "lead": 1.0,
    "lead_evidence": 0.3,
    "names": 0.8,
    "demonyms": 0.5,
    "places": 0.3,
    "implied": 0.3,
    "share": 0.8,
    "first": 0.4,
    "doubt": -2.0,
    "support": 0.3,
    "rule": 1.0,
    "rule_only": 1.6,
    "linear": 0.5,
    "linear_only": 1.0,
    "silent": -3.5,
    "brief": 2.6,
    "cited": -1.5,
}
#: How many candidates' worth of belief stands behind each plain weight.
_BELIEF = 200.0


def default_weights(index: ConceptIndex) -> NDArray[np.float32]:
    """Return the plain ranking weights of every facet."""
    row = np.array([_PLAIN_WEIGHTS.get(name, 0.0) for name in FEATURES], dtype=np.float32)
    return np.tile(row, (len(index.facet_names), 1))


def fit_ranker(tagger: Tagger, sets: Sequence[RankingSet]) -> Ranker:
    """Fit one logistic regression for all facets, each with weights of its own on top of shared ones.

    Parameters
    ----------
    tagger : Tagger
        Gives the candidates and their features; its own ranker is not used.
    sets : sequence of RankingSet
        Labelled articles.

    Returns
    -------
    Ranker
        Facets without any candidate keep the plain weights, moved by what all facets share.

    Notes
    -----
    The features are repeated for each facet ("frustratingly easy" domain adaptation, Daumé III,
    2007), so that facets with few articles lean on the others. The penalty draws the weights to the
    plain ones instead of to zero. Where several sets judge a facet, the first one sets its level:
    each later one gets an intercept of its own, dropped afterwards, since how many tags its editors
    gave says nothing about other editors.
    """
    parts = [(origin, each, *_ranking_rows(tagger, each)) for origin, each in enumerate(sets)]
    plain = default_weights(tagger.index)
    if not parts:
        return Ranker(plain)
    X = np.concatenate([features for _, _, features, _, _ in parts])
    y = np.concatenate([targets for *_, targets, _ in parts]).astype(np.float64)
    facet = np.concatenate([facets for *_, facets in parts])
    origin = np.concatenate([np.full(len(targets), number) for number, *_, targets, _ in parts])
    weight = np.concatenate([np.full(len(targets), each.weight) for _, each, _, targets, _ in parts])
    n_facets, n_features = plain.shape
    own = np.zeros((len(X), n_facets * n_features))
    for number in range(n_facets):
        rows = facet == number
        own[rows, number * n_features : (number + 1) * n_features] = X[rows]
    pairs = sorted(set(zip(facet.tolist(), origin.tolist(), strict=True)))
    later = [(f, o) for f, o in pairs if any(f == g and p < o for g, p in pairs)]
    levels = [(facet == f) & (origin == o) for f, o in later]
    design = np.hstack([X, own, *(level[:, None].astype(float) for level in levels)])
    start = np.zeros(design.shape[1])
    start[:n_features] = plain[0]
    fitted = _logistic(design, y, weight, start)
    shared, particular = fitted[:n_features], fitted[n_features : n_features * (1 + n_facets)]
    return Ranker((shared + particular.reshape(n_facets, n_features)).astype(np.float32))


def _logistic(
    X: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64], start: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the weights of a logistic regression whose penalty draws them to ``start``."""
    sign = 2.0 * y - 1

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (X @ w)
        value = weight @ np.logaddexp(0, -margin) + _BELIEF / 2 * np.sum((w - start) ** 2)
        wrong = 0.5 * (1 - np.tanh(0.5 * margin))
        return float(value), -X.T @ (weight * sign * wrong) + _BELIEF * (w - start)

    solution: NDArray[np.float64] = minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}
    ).x
    return solution


def _ranking_rows(
    tagger: Tagger, each: RankingSet
) -> tuple[NDArray[np.float32], NDArray[np.int8], NDArray[np.uint8]]:
    """Return features, targets and facets of the candidates that a set can judge."""
    index = tagger.index
    known = None if each.known is None else {index.ids.find(id) for id in each.known}
    wanted = np.isin(index.facet, [i for i, name in enumerate(index.facet_names) if name in each.facets])
    blocks, targets, facets = [], [], []
    for row, article in enumerate(each.articles):
        logits = None if each.logits is None else each.logits[row]
        concepts, features = tagger.describe(article, logits)
        gold = close_upwards(dict.fromkeys((index.number(id) for id in article.tags), 1.0), index)
        chosen = [
            i
            for i, c in enumerate(concepts)
            if wanted[c] and not index.abstract[c] and (known is None or c in known)
        ]
        blocks.append(features[chosen])
        targets.append(np.array([concepts[i] in gold for i in chosen], dtype=np.int8))
        facets.append(index.facet[[concepts[i] for i in chosen]] if chosen else np.zeros(0, dtype=np.uint8))
    if not blocks:
        return np.zeros((0, len(FEATURES)), np.float32), np.zeros(0, np.int8), np.zeros(0, np.uint8)
    return np.concatenate(blocks), np.concatenate(targets), np.concatenate(facets)
