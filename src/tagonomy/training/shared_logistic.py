"""Logistic regression whose groups of rows share weights and have some of their own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

_NEWTON_STEPS = 50


def fit_shared(
    X: NDArray[np.float64],
    y: NDArray[np.bool_],
    weight: NDArray[np.float64],
    of_facet: Sequence[NDArray[np.int64]],
    groups: csr_array,
    plain: NDArray[np.float32],
    beliefs: NDArray[np.float64],
    group_beliefs: NDArray[np.float64],
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return weights by facet, a sum of shared ones, drawn to ``plain``, and of its own, drawn to 0.

    ``of_facet`` are the rows of each facet; each column of ``groups`` says how much rows have of an effect
    beside their features, such as an intercept of their own, which is returned as well. ``beliefs`` stand
    behind the weights, one for each feature, and ``group_beliefs`` behind the effects. Newton's method,
    which needs a handful of steps: the penalty keeps the curvature away from 0.
    """
    n_facets, n_features = len(of_facet), X.shape[1]
    parts = [(X[rows], groups[rows]) for rows in of_facet]
    blocks = [slice(i * n_features, (i + 1) * n_features) for i in range(1 + n_facets)]
    first_group = (1 + n_facets) * n_features
    shared, grouped = blocks[0], slice(first_group, first_group + groups.shape[1])
    start = np.zeros(grouped.stop)
    start[shared] = plain
    behind = np.concatenate([np.tile(beliefs, 1 + n_facets), group_beliefs])

    def margins(w: NDArray[np.float64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = groups @ w[grouped]
        for rows, (part, _), own in zip(of_facet, parts, blocks[1:], strict=True):
            found[rows] += part @ (w[shared] + w[own])
        return found

    def loss(w: NDArray[np.float64]) -> float:
        wrong = np.logaddexp(0, np.where(y, -1, 1) * margins(w))
        return float(weight @ wrong + np.sum(behind / 2 * (w - start) ** 2))

    w, value = start.copy(), loss(start)
    for _ in range(_NEWTON_STEPS):
        chance = 0.5 * (1 + np.tanh(0.5 * margins(w)))
        pull, spread = weight * (chance - y), weight * chance * (1 - chance)
        gradient, curvature = behind * (w - start), np.diag(behind)
        for rows, (part, members), own in zip(of_facet, parts, blocks[1:], strict=True):
            spreading = part * spread[rows, None]
            slope, bend, across = part.T @ pull[rows], spreading.T @ part, members.T @ spreading
            gradient[shared] += slope
            gradient[own] += slope
            for one, other in ((shared, shared), (shared, own), (own, shared), (own, own)):
                curvature[one, other] += bend
            for block in (shared, own):
                curvature[grouped, block] += across
                curvature[block, grouped] += across.T
        gradient[grouped] += groups.T @ pull
        curvature[grouped, grouped] += (groups.T @ groups.multiply(spread[:, None])).toarray()
        step = np.linalg.solve(curvature, gradient)
        scale, before = 1.0, value
        while (value := loss(w - scale * step)) > before and scale > 1e-6:
            scale /= 2
        w -= scale * step
        if before - value <= 1e-9 * abs(before):
            break
    weights: NDArray[np.float64] = w[shared] + w[n_features:first_group].reshape(n_facets, n_features)
    return weights.astype(np.float32), w[grouped]
