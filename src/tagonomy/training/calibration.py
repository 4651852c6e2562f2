"""From margins to log-odds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Platt's slope may not turn the margin's meaning round, nor make it a step; few articles leave it here.
_SLOPES, _PLAIN_SLOPE, _SLOPE_BELIEF, _OFFSET_BELIEF = (0.5, 10.0), 3.0, 3.0, 0.1


def platt(
    margins: NDArray[np.float64], gold: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return slopes and offsets of the log-odds of margins, a pair for each column.

    Platt, 1999: logistic regressions, here by Newton's method in all columns at once, with a penalty that
    draws the slope of a label with few articles to a plain one.
    """
    slopes, offsets = np.full(gold.shape[1], _PLAIN_SLOPE), np.zeros(gold.shape[1])
    for _ in range(30):
        chance = 0.5 * (1 + np.tanh(0.5 * (margins * slopes + offsets)))
        error, spread = chance - gold, chance * (1 - chance)
        weighted = spread * margins
        slope_slope = (weighted * margins).sum(axis=0) + _SLOPE_BELIEF
        slope_offset, offset_offset = weighted.sum(axis=0), spread.sum(axis=0) + _OFFSET_BELIEF
        by_slope = (error * margins).sum(axis=0) + _SLOPE_BELIEF * (slopes - _PLAIN_SLOPE)
        by_offset = error.sum(axis=0) + _OFFSET_BELIEF * offsets
        determinant = slope_slope * offset_offset - slope_offset**2
        slope_step = (offset_offset * by_slope - slope_offset * by_offset) / determinant
        offset_step = (slope_slope * by_offset - slope_offset * by_slope) / determinant
        slopes -= np.clip(slope_step, -3, 3)
        offsets -= np.clip(offset_step, -3, 3)
        if max(np.abs(slope_step).max(), np.abs(offset_step).max()) < 1e-6:
            break
    return np.clip(slopes, *_SLOPES), offsets
