"""Divide a corpus: stratified by tags, by date, or by group; equal texts never come apart."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import numpy as np
from numpy.typing import NDArray

from tagonomy.errors import ConfigError, CorpusError

Numbers = NDArray[np.int64]


def checked_parts(parts: Mapping[str, float]) -> dict[str, float]:
    """Return the parts of a split with shares that sum to 1.

    Raises
    ------
    ConfigError
        If there are fewer than two, or a share is not above 0.

    Examples
    --------
    >>> checked_parts({"train": 8, "test": 2})
    {'train': 0.8, 'test': 0.2}
    """
    if len(parts) < 2 or not all(0 < share < float("inf") for share in parts.values()):
        raise ConfigError("parts", dict(parts), "two or more names with shares above 0")
    total = sum(parts.values())
    return {name: share / total for name, share in parts.items()}


def split_stratified(
    tags: Sequence[Sequence[str]],
    units: Sequence[Hashable],
    shares: Sequence[float],
    *,
    seed: int = 0,
) -> Numbers:
    """Divide articles so that every tag, the rarest ones first, is shared out as the articles are.

    Parameters
    ----------
    tags : sequence of sequences of str
        Tags of each article.
    units : sequence of hashable
        Articles with equal values stay together: digests of their texts, or groups.
    shares : sequence of float
        Of each part, summing to 1.
    seed : int, default 0
        Which of otherwise equal articles goes where.

    Returns
    -------
    ndarray of int64, shape (n_articles,)
        The part of each article.

    Notes
    -----
    Iterative stratification [1]_: the tag with the fewest articles left is shared out next, each
    article to the part that still wants most of it. All articles of a tag are shared out at once
    here, which gives the same numbers. Takes time in proportion to the given tags, and to the
    square of the number of different tags with a factor of nanoseconds.

    References
    ----------
    .. [1] K. Sechidis, G. Tsoumakas, I. Vlahavas: On the Stratification of Multi-Label Data.
           ECML PKDD 2011.

    Examples
    --------
    >>> tags = [["a"], ["a"], ["b"], ["b"], ["b"], ["b"]]
    >>> parts = split_stratified(tags, range(6), [0.5, 0.5]).tolist()
    >>> sum(parts[:2]), sum(parts[2:])
    (1, 2)
    """
    numbers: dict[Hashable, int] = {}
    unit = np.array([numbers.setdefault(each, len(numbers)) for each in units], dtype=np.int64)
    if not len(unit):
        return unit
    names: dict[str, int] = {}
    pairs = [
        (int(at), names.setdefault(tag, len(names)))
        for at, own in zip(unit, tags, strict=True)
        for tag in own
    ]
    table = _Table(np.array(pairs, dtype=np.int64).reshape(-1, 2), unit, len(names))
    return _Stratifier(table, np.asarray(shares), np.random.default_rng(seed)).parts()[unit]


class _Table:
    """How many articles of each tag each unit has, both ways round."""

    def __init__(self, pairs: Numbers, unit: Numbers, labels: int) -> None:
        self.sizes = np.bincount(unit)
        self.units, self.labels = len(self.sizes), labels
        cells, self.counts = np.unique(pairs[:, 0] * max(labels, 1) + pairs[:, 1], return_counts=True)
        self.unit_of, self.label_of = cells // max(labels, 1), cells % max(labels, 1)
        self.by_label = np.argsort(self.label_of, kind="stable")
        self.label_starts = np.searchsorted(self.label_of[self.by_label], np.arange(labels + 1))
        self.unit_starts = np.searchsorted(self.unit_of, np.arange(self.units + 1))

    def cells_of_label(self, label: int) -> Numbers:
        return self.by_label[self.label_starts[label] : self.label_starts[label + 1]]

    def cells_of_units(self, units: Numbers) -> tuple[Numbers, Numbers]:
        """Return the cells of some units, and for each the position of its unit among them."""
        starts, lengths = self.unit_starts[units], self.unit_starts[units + 1] - self.unit_starts[units]
        owner = np.repeat(np.arange(len(units)), lengths)
        offset = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return np.repeat(starts, lengths) + offset, owner


class _Stratifier:
    """What each part still wants, of articles and of each tag, and which units are still to go."""

    def __init__(self, table: _Table, shares: NDArray[np.float64], random: np.random.Generator) -> None:
        self.table, self.random = table, random
        self.left = np.bincount(table.label_of, table.counts, table.labels)
        self.wanted = np.outer(shares, self.left)
        self.wanted_articles = shares * table.sizes.sum()
        self.part = np.full(table.units, -1, dtype=np.int64)

    def parts(self) -> Numbers:
        """Share out the units, those of the rarest tag first, and those without tags at the end."""
        while len(self.left) and (rarest := self._rarest()) is not None:
            cells = self.table.cells_of_label(rarest)
            cells = cells[self.part[self.table.unit_of[cells]] < 0]
            self._share_out(self.table.unit_of[cells], self.table.counts[cells], self.wanted[:, rarest])
        bare = np.flatnonzero(self.part < 0)
        self._share_out(bare, self.table.sizes[bare], self.wanted_articles)
        return self.part

    def _rarest(self) -> int | None:
        left = np.where(self.left > 0, self.left, np.inf)
        rarest = int(np.argmin(left))
        return rarest if np.isfinite(left[rarest]) else None

    def _share_out(self, units: Numbers, counts: Numbers, wanted: NDArray[np.float64]) -> None:
        order = self.random.permutation(len(units))
        order = order[np.argsort(-counts[order], kind="stable")]  # large units first, while there is room
        units, counts = units[order], counts[order]
        single = int(np.searchsorted(-counts, -1))
        wanted = wanted.copy()
        parts = np.empty(len(units), dtype=np.int64)
        for i in range(single):
            parts[i] = np.lexsort((-self.wanted_articles, -wanted))[0]
            wanted[parts[i]] -= counts[i]
        parts[single:] = _greedy(wanted, self.wanted_articles, len(units) - single)
        self._assign(units, parts)

    def _assign(self, units: Numbers, parts: Numbers) -> None:
        self.part[units] = parts
        np.subtract.at(self.wanted_articles, parts, self.table.sizes[units])
        cells, owner = self.table.cells_of_units(units)
        labels, counts = self.table.label_of[cells], self.table.counts[cells]
        np.subtract.at(self.left, labels, counts)
        np.subtract.at(self.wanted, (parts[owner], labels), counts)


def _greedy(wanted: NDArray[np.float64], tie_break: NDArray[np.float64], count: int) -> Numbers:
    """Return who gets each of ``count`` equal things, if each goes to whoever wants most at that time."""
    # Who wants w wants w, w - 1, w - 2, ... in turn: the largest `count` of all these are served.
    most = np.sort(wanted)[::-1]
    level = max((most[: k + 1].sum() - count) / (k + 1) for k in range(len(most)))
    takes = np.clip(np.ceil(wanted - level) + 1, 0, count).astype(np.int64)
    who = np.repeat(np.arange(len(wanted)), takes)
    turn = np.arange(len(who)) - np.repeat(np.cumsum(takes) - takes, takes)
    order = np.lexsort((-tie_break[who], -(wanted[who] - turn)))
    return who[order[:count]]


def split_by_date(dates: Sequence[str | None], shares: Sequence[float]) -> Numbers:
    """Divide articles by date, the oldest into the first part; those of one moment stay together.

    Raises
    ------
    CorpusError
        If an article has no date that can be read.

    Examples
    --------
    >>> split_by_date(["2024-03-01", "2023-12-31", "1 Feb 2024 10:00:00 +0000", "2024"], [0.5, 0.5]).tolist()
    [1, 0, 1, 0]
    """
    moments = np.array([np.nan if (at := moment(each)) is None else at for each in dates], dtype=np.float64)
    undated = np.flatnonzero(np.isnan(moments))
    if len(undated):
        first = int(undated[0])
        raise CorpusError(
            f"{len(undated):,} of {len(moments):,} articles have no date that can be read, the first is "
            f"article {first + 1:,} with {dates[first]!r}: expected dates such as 2024-01-31 or "
            "2024-01-31T10:00:00Z; name their column with fields, or split otherwise"
        )
    _, when = np.unique(moments, return_inverse=True)
    before = np.cumsum(np.bincount(when)) - np.bincount(when)
    ends = np.cumsum(shares)[:-1] * len(moments)
    # A moment goes where its middle lies.
    middle = before + np.bincount(when) / 2
    parts: Numbers = np.searchsorted(ends, middle, side="right")[when]
    return parts


def moment(text: str | None) -> float | None:
    """Return a date as seconds since 1970, or None; one without a time zone is taken for UTC.

    Examples
    --------
    >>> moment("1970-01-02"), moment("1970"), moment("Fri, 02 Jan 1970 00:00:00 GMT"), moment("soon")
    (86400.0, 0.0, 86400.0, None)
    """
    text = (text or "").strip()
    if text.isdecimal() and len(text) == 4:
        text += "-01-01"
    elif len(text) == 7 and text[4:5] == "-":
        text += "-01"
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return (found - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    return None


def linked(*labels: Sequence[Hashable]) -> list[int]:
    """Return a number for each item that is the same for all that any equal labels link.

    Examples
    --------
    >>> linked(["x", "y", "x", "z"], ["a", "b", "c", "c"])
    [0, 1, 0, 0]
    """
    root = list(range(len(labels[0])))

    def find(item: int) -> int:
        while root[item] != item:
            root[item] = root[root[item]]
            item = root[item]
        return item

    for each in labels:
        first: dict[Hashable, int] = {}
        for item, label in enumerate(each):
            one, other = sorted((find(item), find(first.setdefault(label, item))))
            root[other] = one
    return [find(item) for item in range(len(root))]
