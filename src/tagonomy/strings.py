"""Many strings in two arrays, so that they load by mapping a file and decode only when read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Strings(Protocol):
    """Strings by number: a list, a tuple or a :class:`StringTable`."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> str: ...


def find(strings: Strings, string: str) -> int:
    """Return the index of a string among strings that ascend, or -1.

    Examples
    --------
    >>> find(["Kyiv", "Lviv"], "Lviv"), find(["Kyiv", "Lviv"], "Lima")
    (1, -1)
    """
    found = bisect_left(strings, string)
    return found if found < len(strings) and strings[found] == string else -1


class StringTable:
    """An immutable sequence of strings over one block of UTF-8.

    Parameters
    ----------
    blob : ndarray of uint8
        The strings in UTF-8, one after the other.
    stops : ndarray of int32, shape (n_strings,)
        Where each string ends in ``blob``.

    Examples
    --------
    >>> table = StringTable.of(["Kyiv", "Łódź"])
    >>> table[1], len(table)
    ('Łódź', 2)
    """

    __slots__ = ("_blob", "_stops", "blob", "stops")

    def __init__(self, blob: NDArray[np.uint8], stops: NDArray[np.int32]) -> None:
        self.blob, self.stops = blob, stops
        self._blob = np.ascontiguousarray(blob).data
        self._stops = stops

    @classmethod
    def of(cls, strings: Iterable[str]) -> StringTable:
        """Return the table of these strings."""
        encoded = [string.encode("utf-8", "surrogatepass") for string in strings]
        blob = np.frombuffer(b"".join(encoded), dtype=np.uint8)
        return cls(blob, np.cumsum([len(each) for each in encoded], dtype=np.int32))

    def __reduce__(self) -> tuple[Any, ...]:
        return StringTable, (self.blob, self.stops)  # a view of memory can't be pickled, its array can

    def __len__(self) -> int:
        return len(self._stops)

    def __getitem__(self, index: int) -> str:
        if index < 0 or index >= len(self._stops):
            raise IndexError(index)
        start = int(self._stops[index - 1]) if index else 0
        return bytes(self._blob[start : int(self._stops[index])]).decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        blob, stops = bytes(self._blob), self._stops.tolist()
        places = map(slice, chain([0], stops), stops)
        if blob.isascii():
            return map(blob.decode("ascii").__getitem__, places)
        return (blob[place].decode("utf-8", "surrogatepass") for place in places)

    def tensors(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays under which the table is saved."""
        return {f"{name}.blob": self.blob, f"{name}.stops": self.stops}

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]], name: str) -> StringTable:
        """Return the table saved under a name."""
        return cls(tensors[f"{name}.blob"], tensors[f"{name}.stops"])


class Lists:
    """Many short lists of numbers in two arrays (the row part of a sparse matrix).

    Examples
    --------
    >>> lists = Lists.of([[3, 1], [], [2]])
    >>> lists[0], lists[1], len(lists)
    ([3, 1], [], 3)
    """

    __slots__ = ("stops", "values")

    def __init__(self, values: NDArray[np.int32], stops: NDArray[np.int32]) -> None:
        self.values, self.stops = values, stops

    @classmethod
    def of(cls, lists: Iterable[Iterable[int]]) -> Lists:
        """Return these lists packed."""
        rows = [list(row) for row in lists]
        values = np.array([value for row in rows for value in row], dtype=np.int32)
        return cls(values, np.cumsum([len(row) for row in rows], dtype=np.int32))

    def __len__(self) -> int:
        return len(self.stops)

    def __getitem__(self, index: int) -> list[int]:
        if index < 0 or index >= len(self.stops):
            raise IndexError(index)
        start = int(self.stops[index - 1]) if index else 0
        return self.values[start : int(self.stops[index])].tolist()  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[list[int]]:
        values, start = self.values.tolist(), 0
        for stop in self.stops.tolist():
            yield values[start:stop]
            start = stop

    def tensors(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays under which the lists are saved."""
        return {f"{name}.values": self.values, f"{name}.stops": self.stops}

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]], name: str) -> Lists:
        """Return the lists saved under a name."""
        return cls(tensors[f"{name}.values"], tensors[f"{name}.stops"])
