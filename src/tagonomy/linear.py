"""One-vs-rest linear models of many concepts, scored together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """Sparse weights, feature by feature, and the calibration of each margin.

    Attributes
    ----------
    concepts : ndarray of int32, shape (n_columns,)
        Concept that each column speaks for.
    stops : ndarray of int64, shape (n_features,)
        Where the weights of each feature end.
    columns : ndarray of uint16 or int32, shape (n_weights,)
        Column of each weight.
    weights : ndarray of float16 or float32, shape (n_weights,)
        Weight of a feature for a column.
    intercepts : ndarray of float32, shape (n_columns,)
        Margin of an article without any feature.
    slopes, offsets : ndarray of float32, shape (n_columns,)
        Platt's calibration: ``logit = slope * margin + offset``.
    """

    concepts: NDArray[np.int32]
    stops: NDArray[np.int64]
    columns: NDArray[Any]
    weights: NDArray[Any]
    intercepts: NDArray[np.float32]
    slopes: NDArray[np.float32]
    offsets: NDArray[np.float32]

    def margins(self, features: NDArray[np.int64], values: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the signed distance to each column's separating plane, shape (n_columns,)."""
        return self.sums(features, values) + self.intercepts

    def sums(self, features: NDArray[np.int64], values: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the margins without the intercepts: the weighted rows, added one after the other."""
        entries, lengths = self._entries(features)
        products = self.weights[entries].astype(np.float32) * np.repeat(values, lengths)
        # As float64, which it is not where there is nothing to add.
        sums = np.bincount(self.columns[entries], weights=products, minlength=len(self.concepts))
        return sums.astype(np.float64, copy=False)

    def logits(self, margins: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the calibrated log-odds of margins."""
        return margins * self.slopes + self.offsets

    def contributions(
        self, features: NDArray[np.int64], values: NDArray[np.float32], column: int
    ) -> list[tuple[int, float]]:
        """Return the features that speak for a column with their share of the margin, largest first."""
        entries, lengths = self._entries(features)
        mine = self.columns[entries] == column
        products = self.weights[entries].astype(np.float32) * np.repeat(values, lengths)
        pairs = zip(np.repeat(features, lengths)[mine].tolist(), products[mine].tolist(), strict=True)
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def _entries(self, features: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the places of all weights of some features, and how many each feature has."""
        starts = np.where(features > 0, self.stops[features - 1], 0)
        lengths = self.stops[features] - starts
        stops = np.cumsum(lengths)
        within = np.arange(stops[-1] if len(stops) else 0)
        return within + np.repeat(starts - stops + lengths, lengths), lengths

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the arrays under which the model is saved."""
        return {f"linear.{name}": getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]]) -> LinearModel:
        """Return the model saved in these arrays."""
        return cls(**{name: tensors[f"linear.{name}"] for name in cls.__dataclass_fields__})

    @classmethod
    def empty(cls, n_features: int) -> LinearModel:
        """Return the model of no concept: names and rules speak alone."""
        none = np.zeros(0, dtype=np.float32)
        return cls(
            concepts=np.zeros(0, dtype=np.int32),
            stops=np.zeros(n_features, dtype=np.int64),
            columns=np.zeros(0, dtype=np.int32),
            weights=none.astype(np.float16),
            intercepts=none,
            slopes=none,
            offsets=none,
        )
