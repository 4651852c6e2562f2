"""Types of the compiled kernel; see ``src/kernel``."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

class Kernel:
    def __init__(
        self,
        tensors: Mapping[str, NDArray[Any]],
        telling: NDArray[np.float64],
        classes: Sequence[frozenset[str]],
        facets: Sequence[str],
    ) -> None: ...
    def classify(
        self,
        text: str,
        title_characters: int,
        year: int | None,
        cuts: NDArray[np.float64],
        allowed: NDArray[np.uint8] | None,
    ) -> tuple[list[int], list[float], bytes, bytes]: ...
    def classify_batch(
        self,
        articles: Sequence[tuple[str, int, int | None]],
        cuts: NDArray[np.float64],
        allowed: NDArray[np.uint8] | None,
    ) -> list[tuple[list[int], list[float], bytes, bytes]]: ...
    def describe(
        self,
        text: str,
        title_characters: int,
        year: int | None,
        linear_logits: Mapping[int, float] | None = None,
    ) -> tuple[list[int], NDArray[np.float32]]: ...
    def explain(
        self, text: str, title_characters: int, year: int | None, concepts: list[int]
    ) -> Sequence[tuple[Any, ...] | None]: ...
    def words(self, text: str, title_characters: int = 0) -> tuple[list[tuple[int, int, int, int]], int]: ...
    def matches(self, text: str, title_characters: int = 0) -> list[tuple[int, int, tuple[int, ...]]]: ...

def descend(
    stops: NDArray[np.int64],
    features: NDArray[np.int32],
    values: NDArray[np.float32],
    squares: NDArray[np.float32],
    signs: NDArray[np.int8],
    damping: NDArray[np.float32],
    orders: NDArray[np.int32],
    tolerance: float,
    weights: NDArray[np.float32],
    intercepts: NDArray[np.float32],
) -> None: ...
