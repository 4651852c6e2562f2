"""Clocks, medians, ratios and growth: the arithmetic of the throughput benchmark."""

from __future__ import annotations

import math
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Seconds on the wall's clock, and seconds of all cores that this process used meanwhile."""

    wall: float
    cpu: float


def timed(work: Callable[[], T]) -> tuple[T, Elapsed]:
    """Run ``work`` once; return its result and what it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, Elapsed(time.perf_counter() - wall, time.process_time() - cpu)


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of repeated measurements, with the least and the greatest of them."""

    value: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Return median and range of some measurements.

    Raises
    ------
    ValueError
        If there are none, or one is not finite.

    Examples
    --------
    >>> spread([3.0, 1.0, 2.0])
    Spread(value=2.0, low=1.0, high=3.0)
    """
    if not values or not all(math.isfinite(value) for value in values):
        raise ValueError(f"expected finite measurements, found {list(values)}")
    return Spread(median(values), min(values), max(values))


def paired_ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Return the spread of ``ours / theirs``, round by round.

    Both were measured in turns, so that what slows the machine down for a while slows both: dividing
    within each round takes it out, where the ratio of two medians would not.

    Raises
    ------
    ValueError
        If they differ in length, or a divisor is not positive.

    Examples
    --------
    >>> paired_ratio([10.0, 30.0, 21.0], [5.0, 10.0, 10.0]).value
    2.1
    """
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} rounds cannot be paired with {len(theirs)}")
    if any(value <= 0 for value in theirs):
        raise ValueError(f"expected positive measurements to divide by, found {list(theirs)}")
    return spread([a / b for a, b in zip(ours, theirs, strict=True)])


def quantile(values: Sequence[float], share: float) -> float:
    """Return the least value that at least this share of the values does not exceed.

    Examples
    --------
    >>> quantile([1, 2, 3, 4], 0.5), quantile(range(1, 101), 0.99)
    (2, 99)
    """
    if not values:
        raise ValueError("no values, so no quantile")
    if not 0 < share <= 1:
        raise ValueError(f"share {share} is not allowed: expected a number above 0 up to 1")
    return sorted(values)[math.ceil(share * len(values)) - 1]


def growth_exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Return the exponent ``b`` of the ``seconds = a * sizes ** b`` that fits best.

    Least squares on the logarithms, so every doubling counts alike: 0 is no growth, 1 is in
    proportion, 2 is quadratic.

    Examples
    --------
    >>> round(growth_exponent([1, 2, 4, 8], [3.0, 6.0, 12.0, 24.0]), 9)
    1.0
    """
    if len(sizes) != len(seconds) or len(set(sizes)) < 2:
        raise ValueError("an exponent needs as many times as sizes, and two different sizes")
    if min(*sizes, *seconds) <= 0:
        raise ValueError("an exponent needs positive sizes and times")
    x, y = [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    covariance = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return covariance / sum((a - mean_x) ** 2 for a in x)


def peak_megabytes() -> float:
    """Return the most memory that this process held at once, in units of 10^6 bytes.

    The kernel's high-water mark where it tells one: the ``ru_maxrss`` of a process starts at the
    size of its parent, which is another program's memory.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
