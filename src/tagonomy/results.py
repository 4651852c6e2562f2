"""What classifying gives: the tags of an article and of many, and how to narrow them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from tagonomy.tag import Evidence, Head, Tag, tags_of

if TYPE_CHECKING:
    from scipy.sparse import csr_array


class Found(Protocol):
    """The tags of an article as a pipeline gives them, best first, and what may be asked of them later."""

    @property
    def heads(self) -> Sequence[Head]:
        """Return what the tags share with all others of their concepts."""

    @property
    def scores(self) -> Sequence[float]:
        """Return their probabilities."""

    @property
    def text(self) -> str:
        """Return the text that offsets point into."""

    def evidence(self, id: str) -> tuple[Evidence, ...]:
        """Return the reasons of a tag."""

    def broader(self, tags: Sequence[Tag]) -> list[Tag]:
        """Return the tags of all concepts above some tags."""


class Tagging(Sequence[Tag]):
    """The tags of one article, best first, ties in order of ids.

    Narrowing returns another Tagging and never changes this one.

    Parameters
    ----------
    tags : iterable of Tag
        Tags that stand on reasons of their own.
    broader : callable, optional
        Gives the tags of all broader concepts, when asked for.
    text : str
        The text that the offsets of the evidence point into.
    id : str, optional
        Id of the article.
    truncated : bool
        True if only the beginning of a very long text was read.

    Examples
    --------
    >>> tagging = Tagging([Tag("countries:ua", "Ukraine", "countries", 0.9, ("countries:ua",)),
    ...                    Tag("topics:war", "war", "topics", 0.4, ("topics:war",))])
    >>> tagging.at_least(0.5).ids
    ('countries:ua',)
    >>> tagging.facet("topics").labels
    ('war',)
    """

    __slots__ = ("_broader", "_found", "_made", "_text", "id", "truncated")

    def __init__(
        self,
        tags: Iterable[Tag] = (),
        *,
        broader: Callable[[Sequence[Tag]], list[Tag]] | None = None,
        text: str = "",
        id: str | None = None,
        truncated: bool = False,
    ) -> None:
        self._found: Found | None = None
        self._made: tuple[Tag, ...] | None = tuple(sorted(tags, key=lambda tag: (-tag._score, tag.id)))
        self._broader, self._text = broader, text
        self.id, self.truncated = id, truncated

    @classmethod
    def best_first(cls, found: Found, id: str | None) -> Tagging:
        """Return the tagging of what a pipeline found, in its order.

        The tags are made when the first is asked for: many readers want ids or labels only, and twenty
        objects cost a tenth of the time that finding them takes. So does whatever else is made in advance.
        """
        tagging = cls.__new__(cls)
        tagging._found, tagging._made, tagging.id, tagging.truncated = found, None, id, False
        return tagging

    def __reduce__(self) -> tuple[Any, ...]:
        # A copy stands by itself: it needs neither the tagger nor the buffers of the batch it came from.
        own = self._broader if self._found is None else self._found.broader
        broader = None if own is None else _Known({tag.id: own([tag]) for tag in self._tags})
        copied = partial(Tagging, broader=broader, text=self.text, id=self.id, truncated=self.truncated)
        return copied, (self._tags,)

    @property
    def text(self) -> str:
        """The text that the offsets of the evidence point into."""
        return self._text if self._found is None else self._found.text

    @property
    def _tags(self) -> tuple[Tag, ...]:
        if self._made is None:
            assert self._found is not None
            self._made = tags_of(self._found.heads, self._found.scores, self._found.evidence)
        return self._made

    def _with(self, tags: Iterable[Tag]) -> Tagging:
        broader = self._broader if self._found is None else self._found.broader
        return Tagging(tags, broader=broader, text=self.text, id=self.id, truncated=self.truncated)

    def __len__(self) -> int:
        return len(self._tags if self._found is None else self._found.heads)

    @overload
    def __getitem__(self, index: int) -> Tag: ...
    @overload
    def __getitem__(self, index: slice) -> Tagging: ...
    def __getitem__(self, index: int | slice) -> Tag | Tagging:
        return self._with(self._tags[index]) if isinstance(index, slice) else self._tags[index]

    def __iter__(self) -> Iterator[Tag]:
        return iter(self._tags)

    def __contains__(self, tag: object) -> bool:
        return tag in self._tags or tag in self.ids

    def __eq__(self, other: object) -> bool:
        return self._tags == other._tags if isinstance(other, Tagging) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._tags)

    def __repr__(self) -> str:
        shown = ", ".join(f"{tag.label!r}: {tag.score:.2f}" for tag in self._tags[:8])
        return f"Tagging({{{shown}{', ...' if len(self) > 8 else ''}}})"

    @property
    def ids(self) -> tuple[str, ...]:
        """Concept ids, best first."""
        return tuple([head[0] for head in self._heads])

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels, best first."""
        return tuple([head[1] for head in self._heads])

    @property
    def _heads(self) -> Sequence[Head]:
        return [tag._head for tag in self._tags] if self._found is None else self._found.heads

    def at_least(self, score: float) -> Tagging:
        """Return the tags with at least this probability."""
        return self._with(tag for tag in self._tags if tag.score >= score)

    def top(self, k: int) -> Tagging:
        """Return the ``k`` best tags."""
        return self._with(self._tags[: max(k, 0)])

    def facet(self, *names: str) -> Tagging:
        """Return the tags of some facets."""
        return self._with(tag for tag in self._tags if tag.facet in names)

    def with_broader(self) -> Tagging:
        """Return these tags and every concept above them, none less probable than what lies under it."""
        broader = self._broader if self._found is None else self._found.broader
        above = broader(self._tags) if broader else []
        known = set(self.ids)
        return self._with([*self._tags, *(tag for tag in above if tag.id not in known)])

    def without_evidence(self) -> Tagging:
        """Return the same tags without their reasons."""
        return self._with(tag.without_evidence() for tag in self._tags)

    def to_dict(self) -> dict[str, Any]:
        """Return the tagging as JSON-ready values."""
        head: dict[str, Any] = {} if self.id is None else {"id": self.id}
        if self.truncated:
            head["truncated"] = True
        return {**head, "tags": [tag.to_dict() for tag in self._tags]}

    def to_html(self) -> str:
        """Return the text as an HTML fragment with the evidence marked; all of it is escaped."""
        from tagonomy.render import to_html  # rendering is seldom asked for

        return to_html(self)


class _Known:
    """What lies above each of some tags."""

    def __init__(self, above: Mapping[str, list[Tag]]) -> None:
        self.above = above

    def __call__(self, tags: Sequence[Tag]) -> list[Tag]:
        best: dict[str, Tag] = {}
        for each in (above for tag in tags for above in self.above[tag.id]):
            if each.id not in best or best[each.id].score < each.score:
                best[each.id] = each
        return list(best.values())


class Rows(NamedTuple):
    """What was considered in many articles, article after article.

    Attributes
    ----------
    columns : ndarray of int32, shape (n_considered,)
        Numbers of concepts.
    values : ndarray of float64, shape (n_considered,)
        Their probabilities.
    stops : ndarray of int64, shape (n_articles + 1,)
        Where each article's begin, and where the last one's end.
    """

    columns: NDArray[np.int32]
    values: NDArray[np.float64]
    stops: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[tuple[Any, Any]]) -> Rows:
        """Join the rows of articles, each a buffer of numbers and one of probabilities."""
        columns = np.frombuffer(b"".join(row[0] for row in rows), dtype=np.int32)
        values = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float64)
        lengths = [memoryview(row[0]).nbytes // columns.itemsize for row in rows]
        return cls(columns, values, np.cumsum([0, *lengths]))

    def one(self, number: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Return the row of one article."""
        start, stop = self.stops[number], self.stops[number + 1]
        return self.columns[start:stop], self.values[start:stop]


class TaggingBatch(Sequence[Tagging]):
    """The taggings of many articles, in their order.

    Parameters
    ----------
    taggings : sequence of Tagging
        One an article; they may be made when they are asked for.
    rows : sequence of Rows
        What was considered in the articles, broader concepts included, some articles after the others.
    concept_ids : sequence of str
        What the columns of :attr:`scores` mean.
    allowed : ndarray of uint8, shape (n_concepts,), optional
        1 for the concepts that may be given; by default all.
    """

    __slots__ = ("_allowed", "_rows", "_taggings", "concept_ids")

    def __init__(
        self,
        taggings: Sequence[Tagging],
        rows: Sequence[Rows],
        concept_ids: Sequence[str],
        allowed: NDArray[np.uint8] | None = None,
    ) -> None:
        self._taggings, self._rows, self.concept_ids = taggings, rows, concept_ids
        self._allowed = allowed

    def __len__(self) -> int:
        return len(self._taggings)

    @overload
    def __getitem__(self, index: int) -> Tagging: ...
    @overload
    def __getitem__(self, index: slice) -> TaggingBatch: ...
    def __getitem__(self, index: int | slice) -> Tagging | TaggingBatch:
        if isinstance(index, slice):
            rows = [each for some in self._rows for each in map(some.one, range(len(some.stops) - 1))]
            chosen = [Rows.of(rows[index])]
            return TaggingBatch(self._taggings[index], chosen, self.concept_ids, self._allowed)
        return self._taggings[index]

    def __iter__(self) -> Iterator[Tagging]:
        return iter(self._taggings)

    @property
    def scores(self) -> csr_array:
        """Probabilities as a sparse float32 matrix, shape (n_articles, n_concepts).

        No column is less than that of a concept under it. Needs scipy, which is imported here.
        """
        from scipy.sparse import csr_array

        none = np.zeros(0, dtype=np.int32)
        columns = np.concatenate([none, *(each.columns for each in self._rows)])
        values = np.concatenate(
            [none, *(each.values for each in self._rows)], dtype=np.float32, casting="same_kind"
        )
        lengths = np.concatenate([[0], *(np.diff(each.stops) for each in self._rows)])
        stops = np.cumsum(lengths)
        if self._allowed is not None:
            inside = self._allowed[columns] != 0
            columns, values = columns[inside], values[inside]
            stops = np.concatenate([[0], np.cumsum(inside)])[stops]
        if len(columns) <= np.iinfo(np.int32).max:  # numbers of one type aren't copied
            stops = stops.astype(np.int32)
        found = csr_array((values, columns, stops), shape=(len(stops) - 1, len(self.concept_ids)))
        found.sort_indices()
        return found


class LazyTaggings(Sequence[Tagging]):
    """Taggings that are made one by one when they are asked for, and then kept.

    Parameters
    ----------
    parts : sequence
        What each is made of.
    make : callable
        Makes a tagging of its part.
    """

    __slots__ = ("_made", "_make", "_parts")

    def __init__(self, parts: Sequence[Any], make: Callable[[Any], Tagging]) -> None:
        self._parts, self._make = parts, make
        self._made: list[Tagging | None] = [None] * len(parts)

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)

    def __len__(self) -> int:
        return len(self._parts)

    @overload
    def __getitem__(self, index: int) -> Tagging: ...
    @overload
    def __getitem__(self, index: slice) -> list[Tagging]: ...
    def __getitem__(self, index: int | slice) -> Tagging | list[Tagging]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        made = self._made[index]
        if made is None:
            made = self._made[index] = self._make(self._parts[index])
        return made

    def __iter__(self) -> Iterator[Tagging]:
        # What a sequence does by itself asks by numbers, which costs as much as a tagging.
        for number, made in enumerate(self._made):
            if made is None:
                made = self._made[number] = self._make(self._parts[number])
            yield made
