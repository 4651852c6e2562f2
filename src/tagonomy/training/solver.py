"""Support vector machines of many labels and folds at once, by dual coordinate descent.

One label against the rest, on all articles or on those outside a fold, is a *lane*. All lanes go
through the articles in the same order, so an article's features are read once for all of them, and
what a lane learns does not depend on which lanes stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagonomy.pipeline import kernel

#: A lane is done once no article violates its optimality by more, as in LIBLINEAR and omikuji.
TOLERANCE = 0.1
#: Most passes over the articles. On Reuters-21578, 6 rank unseen articles as well as LinearSVC does with
#: a tolerance of 1e-4.
PASSES = 6
#: Added to the log ratio of each feature, so that one which is as frequent with a label as without counts.
_LEAST_RATIO = 0.2
#: A label with so many articles believes its ratios half, one with fewer the less.
_RATIO_BELIEF = 50
# How many lanes share one reading of the articles: one line of the cache in compiled code; in Python as
# many as their weights leave memory for.
_COMPILED_LANES, _LANES = 16, 256


@dataclass(frozen=True, slots=True, eq=False)
class FoldedFit:
    """Every label fitted on all articles, and once more without each fold.

    Attributes
    ----------
    weights : ndarray of float32, shape (n_features, n_labels * (1 + n_folds))
        Side by side for each label: fitted on all articles, then without each fold.
    intercepts : ndarray of float32, shape (n_labels * (1 + n_folds),)
        Margin of an article without features.
    folds : ndarray of int64, shape (n_articles,)
        Fold of each article.
    """

    weights: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    folds: NDArray[np.int64]

    @property
    def step(self) -> int:
        """How many lanes each label has; the first of them has seen all articles."""
        return 2 + int(self.folds.max())

    def margins(self, X: Any) -> NDArray[np.float64]:
        """Return the margins of the articles by the lanes that did not see them, (n_articles, n_labels)."""
        margins = np.empty((len(self.folds), len(self.intercepts) // self.step))
        for fold in range(self.step - 1):
            outside, lane = np.flatnonzero(self.folds == fold), slice(fold + 1, None, self.step)
            margins[outside] = X[outside] @ self.weights[:, lane] + self.intercepts[lane]
        return margins


def fit_lanes(
    X: Any,
    signs: NDArray[np.int8],
    damping: NDArray[np.float32],
    *,
    seed: int,
    scales: NDArray[np.float32] | None = None,
    passes: int = PASSES,
    tolerance: float = TOLERANCE,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Fit a linear support vector machine with squared hinge loss in every lane.

    Parameters
    ----------
    X : csr_array of float32, shape (n_articles, n_features)
        Features.
    signs : ndarray of int8, shape (n_articles, n_lanes)
        1 and -1 for articles that have the label and that lack it, 0 for those that the lane must not see.
    damping : ndarray of float32, shape (2, n_lanes)
        ``1 / (2 * C)`` of articles that lack the label, and of those that have it.
    seed : int
        Of the order in which articles are visited, another one in each pass.
    scales : ndarray of float32, shape (n_features, n_lanes), optional
        What each lane multiplies the features by. The weights are those of the features as given.
    passes : int
        Most passes.
    tolerance : float
        Largest violation of a lane that is done.

    Returns
    -------
    weights : ndarray of float32, shape (n_features, n_lanes)
        Of the same problem as ``sklearn.svm.LinearSVC``, its intercept penalised as one more feature.
    intercepts : ndarray of float32, shape (n_lanes,)
        Margin of an article without features.

    Notes
    -----
    Hsieh, Chang, Lin, Keerthi and Sundararajan, "A dual coordinate descent method for large-scale
    linear SVM", 2008. Costs ``passes * X.nnz * n_lanes``.
    """
    n_lanes = signs.shape[1]
    descend, width = solver()
    squared = X.multiply(X).tocsr()
    random = np.random.default_rng(seed)
    orders = np.array([random.permutation(X.shape[0]) for _ in range(passes)], dtype=np.int32)
    rows = X.indptr.astype(np.int64), X.indices.astype(np.int32), X.data.astype(np.float32)
    weights = np.zeros((X.shape[1], n_lanes), dtype=np.float32)
    intercepts = np.zeros(n_lanes, dtype=np.float32)
    for start in range(0, n_lanes, width):
        lanes = slice(start, min(start + width, n_lanes))
        empty = ((0, 0), (0, width - (lanes.stop - start)))  # lanes that see nothing
        own_signs = np.ascontiguousarray(np.pad(signs[:, lanes], empty))
        own_damping = np.pad(damping[:, lanes], empty, constant_values=1).astype(np.float32, order="C")
        own_weights = np.zeros((X.shape[1], width), dtype=np.float32)
        own_intercepts = np.zeros(width, dtype=np.float32)
        # A weight of scaled features is its scale times less than one of the features as given: what
        # moves the one by some amount moves the other by its scale times that, twice over.
        reach = np.ones_like(own_weights)
        if scales is not None:
            reach[:, : lanes.stop - start] = np.square(scales[:, lanes])
        squares = squared @ reach + np.float32(1)
        descend(*rows, squares, reach, own_signs, own_damping, orders, tolerance, own_weights, own_intercepts)
        weights[:, lanes] = own_weights[:, : lanes.stop - start]
        intercepts[lanes] = own_intercepts[: lanes.stop - start]
    return weights, intercepts


def fit_with_folds(
    X: Any,
    gold: NDArray[np.bool_],
    folds: NDArray[np.int64],
    *,
    C: float,
    positive_weight: float,
    seed: int,
    word_ratios: bool = False,
    passes: int = PASSES,
    tolerance: float = TOLERANCE,
) -> FoldedFit:
    """Fit every label on all articles, and once more without each fold.

    Parameters
    ----------
    X : csr_array of float32, shape (n_articles, n_features)
        Features.
    gold : ndarray of bool, shape (n_articles, n_labels)
        Which articles have which labels.
    folds : ndarray of int64, shape (n_articles,)
        Fold of each article, from 0.
    C, positive_weight : float
        Cost of an error, and how many times more it costs where the article has the label.
    seed, passes, tolerance
        As in :func:`fit_lanes`.
    word_ratios : bool
        Whether each label weighs features by how much more often they stand in its articles than in
        others, or more seldom; see :func:`ratio_scales`.
    """
    lanes = 2 + int(folds.max())
    signs = np.repeat(np.where(gold, 1, -1).astype(np.int8), lanes, axis=1)
    for fold in range(lanes - 1):
        signs[folds == fold, fold + 1 :: lanes] = 0
    costs = np.array([[C], [C * positive_weight]])
    damping = np.tile(0.5 / costs, signs.shape[1]).astype(np.float32)
    scales = ratio_scales(X, gold, folds) if word_ratios else None
    fitted = fit_lanes(X, signs, damping, seed=seed, scales=scales, passes=passes, tolerance=tolerance)
    return FoldedFit(*fitted, folds)


def ratio_scales(X: Any, gold: NDArray[np.bool_], folds: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return what the lanes of each label multiply features by: how far their frequency depends on it.

    A word that stands as often in articles with the label as in all others says little about it, however
    rare it is; one that stands in the former alone says much. Each lane counts only the articles that it
    may see.

    Parameters
    ----------
    X, gold, folds
        As in :func:`fit_with_folds`.

    Returns
    -------
    ndarray of float32, shape (n_features, n_labels * (1 + n_folds))
        In the order of the lanes.

    Notes
    -----
    Inspired by the log ratios of naive Bayes in Wang and Manning, "Baselines and bigrams", 2012; here each
    is that of the articles found to those expected, one added to both. The root of it ranked better than the
    ratio on Reuters-21578 and on Current Events. It is raised to a power between 0 and 1, the nearer to 1 the
    more articles of the label there are: of rare labels on Reuters-21578, ratios found the fewer.
    """
    n_features, n_folds = X.shape[1], 1 + int(folds.max())
    owner = np.repeat(np.arange(X.shape[0]), np.diff(X.indptr))
    # Features of the articles of fold 0, those of fold 1, ...: one count gives all folds.
    place = X.indices + n_features * folds[owner]

    def seen(entries: NDArray[Any]) -> NDArray[np.int64]:
        """Return in how many articles of each lane each feature stands, of those that the entries are of."""
        by_fold = np.bincount(entries, minlength=n_features * n_folds).reshape(n_folds, n_features).T
        whole = by_fold.sum(axis=1, keepdims=True)
        return np.hstack([whole, whole - by_fold])

    everywhere = seen(place)
    hidden = [gold[folds == fold].sum(axis=0) for fold in range(n_folds)]
    support = gold.sum(axis=0) - np.array([np.zeros(gold.shape[1], dtype=np.int64), *hidden])
    belief = (support / (support + _RATIO_BELIEF)).T
    scales = []
    for column, power in zip(gold.T, belief, strict=True):
        inside = seen(place[column[owner]])
        expected = everywhere * (inside.sum(axis=0) / np.maximum(everywhere.sum(axis=0), 1))
        ratios = np.abs(np.log((inside + 1) / (expected + 1)))
        scales.append(((_LEAST_RATIO + ratios) ** (power / 2)).astype(np.float32))
    return np.hstack(scales)


def solver() -> tuple[Callable[..., None], int]:
    """Return the fastest implementation of :func:`descend` that there is, and how many lanes it takes."""
    compiled = kernel()
    if compiled is not None:
        return compiled.descend, _COMPILED_LANES
    return descend, _LANES


def descend(
    stops: NDArray[np.int64],
    features: NDArray[np.int32],
    values: NDArray[np.float32],
    squares: NDArray[np.float32],
    reach: NDArray[np.float32],
    signs: NDArray[np.int8],
    damping: NDArray[np.float32],
    orders: NDArray[np.int32],
    tolerance: float,
    weights: NDArray[np.float32],
    intercepts: NDArray[np.float32],
) -> None:
    """Descend until every lane is done or the orders are used up; fill ``weights`` and ``intercepts``.

    This is the one to read; the kernel has the same function for sixteen lanes, with the same bits.

    ``stops`` has an entry more than there are articles, the first of them 0. ``reach``, shape (n_features,
    n_lanes), holds the squares of what each lane multiplies features by; ``squares``, shape (n_articles,
    n_lanes), the squared lengths of the rows so multiplied, plus 1. All arithmetic is in float32, each sum in
    order of the features.
    """
    alphas = np.zeros(signs.shape, dtype=np.float32)
    live = np.ones(signs.shape[1], dtype=bool)
    one, zero = np.float32(1), np.float32(0)
    for order in orders:
        worst = np.zeros(signs.shape[1], dtype=np.float32)
        for row in order.tolist():
            at = features[stops[row] : stops[row + 1]]
            value = values[stops[row] : stops[row + 1], None]
            sign = signs[row].astype(np.float32)
            alpha = alphas[row]
            damp = np.where(sign > 0, damping[1], damping[0])
            margin = np.add.reduce(value * weights[at], axis=0) + intercepts
            slope = sign * margin - one + damp * alpha
            open_lanes = live & (sign != 0)
            violation = np.where((alpha > 0) | (slope < 0), np.abs(slope), zero)
            np.maximum(worst, np.where(open_lanes, violation, zero), out=worst)
            after = np.maximum(alpha - slope / (squares[row] + damp), zero)
            step = np.where(open_lanes, after - alpha, zero)
            moved = np.flatnonzero(step)
            if not len(moved):
                continue
            alphas[row] = alpha + step
            change = step * sign
            intercepts += change
            if 4 * len(moved) < len(step):
                weights[at[:, None], moved] += value * change[moved] * reach[at[:, None], moved]
            else:
                weights[at] += value * change * reach[at]
        live &= worst >= tolerance
        if not live.any():
            return
