"""How much the words right beside mentions tell, learned together with the ranker's weights."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from tagonomy.beside import Beside

#: A word that stands beside the mentions of fewer candidates tells nothing.
LEAST_CANDIDATES = 10
#: Of more columns, those with the most candidates are learned: their curvature takes the square of this.
MOST_COLUMNS = 4000

#: How often each word stands before (0) and behind (1) the mentions of a candidate, in proportion.
Neighbours = Mapping[tuple[int, str], float]


def shares_of(beside: Sequence[tuple[str, str]], brief: float) -> Neighbours:
    """Return how much the words before and behind the mentions of one candidate count.

    See :meth:`tagonomy.beside.Beside.of`, which adds up their weights in the same way.
    """
    counts = Counter((side, word) for pair in beside for side, word in enumerate(pair))
    return {key: count * (1 - brief) / math.sqrt(len(beside)) for key, count in counts.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What is to be learned of the words beside mentions.

    Attributes
    ----------
    keys : list of (int, str, int)
        Side, word, and the facet for which it tells this, or -1 for what all facets share.
    values : csr_array, shape (n_rows, n_keys)
        How much each counts for each candidate.
    """

    keys: list[tuple[int, str, int]]
    values: csr_array

    @classmethod
    def of(cls, rows: Sequence[Neighbours], facet: NDArray[np.uint8]) -> Columns:
        """Return the columns for some candidates, given the facet of each."""
        support: Counter[tuple[int, str, int]] = Counter()
        for found, number in zip(rows, facet.tolist(), strict=True):
            support.update((*key, each) for key in found for each in (-1, number))
        often = [(-times, key) for key, times in support.items() if times >= LEAST_CANDIDATES]
        keys = sorted(key for _, key in sorted(often)[:MOST_COLUMNS])
        column = {key: i for i, key in enumerate(keys)}
        cells = [
            (row, column[*key, each], value)
            for row, (found, number) in enumerate(zip(rows, facet.tolist(), strict=True))
            for key, value in found.items()
            for each in (-1, number)
            if (*key, each) in column
        ]
        at = np.array([cell[:2] for cell in cells], dtype=np.int64).reshape(-1, 2).T
        shape = len(rows), len(keys)
        return cls(keys, csr_array((np.array([cell[2] for cell in cells]), (at[0], at[1])), shape))

    def learned(self, effects: NDArray[np.float64], n_facets: int) -> Beside:
        """Return the words with what was learned of each column."""
        words = sorted({word for _, word, _ in self.keys})
        number = {word: i for i, word in enumerate(words)}
        weights = np.zeros((len(words), 2, n_facets), dtype=np.float32)
        for (side, word, facet), effect in zip(self.keys, effects.tolist(), strict=True):
            weights[number[word], side, slice(None) if facet < 0 else facet] += np.float32(effect)
        return Beside(words, weights.reshape(len(words), 2 * n_facets))
