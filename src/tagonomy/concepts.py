"""A taxonomy compiled to arrays: what classifying needs of it, by number instead of by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from operator import add
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from tagonomy.errors import UnknownConceptError
from tagonomy.strings import Lists, StringTable, find

if TYPE_CHECKING:
    from tagonomy.taxonomy import Concept, Taxonomy

#: Hardly anybody is in the news before this age.
GROWN_UP = 15
#: How many steps down count for how much a concept spans.
DEEPEST = 32


#: Each byte of a label as ids have it: small, and a hyphen for all but letters and digits.
ID_BYTES = bytes(byte if byte < 128 and chr(byte).isalnum() else 45 for byte in range(256)).lower()


def name_of(label: str) -> str:
    """Return what follows the facet in the id of most concepts with a label.

    Examples
    --------
    >>> name_of("Vladimir Putin")
    'vladimir-putin'
    """
    return label.encode("utf-8", "surrogatepass").translate(ID_BYTES).decode("ascii")


class ConceptIds(Sequence[str]):
    """The ids of all concepts, of which only what facet and label don't tell is kept.

    Parameters
    ----------
    facets : sequence of str
        Names of the facets.
    facet : ndarray of uint8, shape (n_concepts,)
        Number of each concept's facet in ``facets``.
    names : StringTable
        What follows the facet in each id; nothing where that is :func:`name_of` the label. The ids ascend.
    labels : StringTable
        Preferred label of each concept.

    Examples
    --------
    >>> names = StringTable.of(["mark-milley", ""])
    >>> labels = StringTable.of(["Mark A. Milley", "Vladimir Putin"])
    >>> ids = ConceptIds(["people"], np.zeros(2, np.uint8), names, labels)
    >>> ids[1], ids.find("people:mark-milley"), ids.find("people:mark")
    ('people:vladimir-putin', 0, -1)
    """

    __slots__ = ("_facet", "_heads", "_labels", "names")

    def __init__(
        self, facets: Sequence[str], facet: NDArray[np.uint8], names: StringTable, labels: StringTable
    ) -> None:
        self._heads, self._facet = [f"{name}:" for name in facets], facet
        self.names, self._labels = names, labels

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, concept: int) -> str: ...
    @overload
    def __getitem__(self, concept: slice) -> list[str]: ...
    def __getitem__(self, concept: int | slice) -> str | list[str]:
        if isinstance(concept, slice):
            return [self[each] for each in range(*concept.indices(len(self)))]
        name = self.names[concept] or name_of(self._labels[concept])
        return self._heads[int(self._facet[concept])] + name

    def __iter__(self) -> Iterator[str]:
        names = (name or name_of(label) for name, label in zip(self.names, self._labels, strict=True))
        return map(add, map(self._heads.__getitem__, self._facet.tolist()), names)

    def find(self, id: str) -> int:
        """Return the number of the concept of an id, or -1."""
        return find(self, id)


class ConceptIndex:
    """Concepts numbered in order of their ids.

    Attributes
    ----------
    ids : ConceptIds
        Id of each concept.
    labels, facets : StringTable
        Preferred label of each concept; the names of the facets.
    facet : ndarray of uint8, shape (n_concepts,)
        Number of each concept's facet in ``facets``.
    prior : ndarray of uint8, shape (n_concepts,)
        How often news is about the concept, 0-9 on a logarithmic scale.
    abstract : ndarray of uint8, shape (n_concepts,)
        1 for classes that only group others.
    broader, related : Lists
        Numbers of each concept's parents, and of the concepts that support it.
    years : ndarray of int16, shape (n_concepts, 2)
        First and last year, 0 where unknown; of a person, those in the news.
    """

    def __init__(
        self,
        names: StringTable,
        labels: StringTable,
        facets: StringTable,
        facet: NDArray[np.uint8],
        prior: NDArray[np.uint8],
        abstract: NDArray[np.uint8],
        broader: Lists,
        related: Lists,
        years: NDArray[np.int16],
    ) -> None:
        self.facet_names = tuple(facets)
        self.ids = ConceptIds(self.facet_names, facet, names, labels)
        self.labels, self.facets = labels, facets
        self.facet, self.prior, self.abstract = facet, prior, abstract
        self.broader, self.related, self.years = broader, related, years

    @classmethod
    def of(cls, taxonomy: Taxonomy) -> ConceptIndex:
        """Compile a taxonomy; retired concepts stay, so that their ids keep resolving."""
        concepts = list(taxonomy)
        number = {concept.id: i for i, concept in enumerate(concepts)}
        facet_number = {facet: i for i, facet in enumerate(taxonomy.facets)}

        def year(date: str) -> int:
            sign = -1 if date.startswith("-") else 1
            digits = date.lstrip("-").partition("-")[0]
            return sign * int(digits) if digits.isdigit() else 0

        def years(concept: Concept) -> tuple[int, int]:
            first, last = year(concept.start), year(concept.end)
            if concept.facet == "people":
                first = year(concept.active_start) or (first + GROWN_UP if first else 0)
                last = year(concept.active_end) or last
            return first, last

        def kept(concept: Concept) -> str:
            name = concept.id.partition(":")[2]
            return "" if name == name_of(concept.label) else name

        return cls(
            names=StringTable.of(map(kept, concepts)),
            labels=StringTable.of(concept.label for concept in concepts),
            facets=StringTable.of(taxonomy.facets),
            facet=np.array([facet_number[concept.facet] for concept in concepts], dtype=np.uint8),
            prior=np.array([concept.prior for concept in concepts], dtype=np.uint8),
            abstract=np.array([concept.abstract for concept in concepts], dtype=np.uint8),
            broader=Lists.of([number[id] for id in concept.broader] for concept in concepts),
            related=Lists.of(
                [number[id] for id in dict.fromkeys((*concept.related, *concept.part_of))]
                for concept in concepts
            ),
            years=np.array([years(c) for c in concepts], dtype=np.int16).reshape(-1, 2),
        )

    def __len__(self) -> int:
        return len(self.ids)

    def number(self, id: str) -> int:
        """Return the number of a concept id; raise :class:`UnknownConceptError` with close ones."""
        found = self.ids.find(id)
        if found < 0:
            raise UnknownConceptError(id, self.ids)
        return found

    def facet_of(self, concept: int) -> str:
        """Return the name of a concept's facet."""
        return self.facet_names[int(self.facet[concept])]

    def by_facet(self, values: Mapping[str, float], default: float) -> NDArray[np.float64]:
        """Return for each concept the value of its facet."""
        return np.array([values.get(name, default) for name in self.facet_names])[self.facet]

    def facet_number(self, name: str) -> int:
        """Return the number of a facet, or -1 where the taxonomy has none of that name."""
        return self.facet_names.index(name) if name in self.facet_names else -1

    def telling(self) -> NDArray[np.float64]:
        """Return how much it says that something is related to each concept, shape (n_concepts,).

        What thousands of concepts are related to, such as a large country, tells little.
        """
        mentioned = np.bincount(self.related.values, minlength=len(self))
        return 1 / (1 + np.log1p(mentioned))

    @cached_property
    def parents(self) -> list[list[int]]:
        """Numbers of each concept's parents, as :attr:`broader` has them: for who asks again and again."""
        return list(self.broader)

    @cached_property
    def children(self) -> NDArray[np.int32]:
        """Return whose parent each of ``broader.values`` is."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.broader.stops, prepend=0))

    @cached_property
    def breadth(self) -> NDArray[np.float64]:
        """How much each topic and event spans, shape (n_concepts,): ln(1 + concepts below it).

        What lies below in several ways counts as often. 0 for other facets: that a country lies in Europe
        makes Europe no vaguer.
        """
        spans = (self.facet == self.facet_number("topics")) | (self.facet == self.facet_number("events"))
        parents = self.broader.values
        counted = spans[parents]
        parents, children = parents[counted], self.children[counted]
        below = np.zeros(len(self))
        level: NDArray[Any] = np.ones(len(self))
        for _ in range(DEEPEST):
            level = np.bincount(parents, level[children], minlength=len(self))
            if not level.any():
                break
            below += level
        return np.log1p(below)

    def occasions(self) -> Lists:
        """Return the dated events right under each event that is a tag of its own.

        They are the occasions of a series: the *2022 FIFA World Cup* of the *FIFA World Cup*. In order of
        their numbers.
        """
        parents, children = self.broader.values, self.children
        events = self.facet == self.facet_number("events")
        chosen = events[parents] & (self.abstract[parents] == 0) & (self.years[children, 0] != 0)
        parents, children = parents[chosen], children[chosen]
        sizes = np.bincount(parents, minlength=len(self))
        return Lists(children[np.argsort(parents, kind="stable")], np.cumsum(sizes, dtype=np.int32))

    def ancestors(self, concept: int) -> frozenset[int]:
        """Return every concept above one."""
        above: set[int] = set()
        stack = [concept]
        while stack:
            fresh = [each for each in self.broader[stack.pop()] if each not in above]
            above.update(fresh)
            stack.extend(fresh)
        return frozenset(above)

    def path(self, concept: int) -> tuple[str, ...]:
        """Return the ids from the facet's root to the concept, along each first parent."""
        path = [concept]
        while above := self.broader[path[-1]]:
            path.append(above[0])
        return tuple(self.ids[each] for each in reversed(path))

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the arrays under which the index is saved."""
        return {
            **self.ids.names.tensors("concepts.names"),
            **self.labels.tensors("concepts.labels"),
            **self.facets.tensors("concepts.facets"),
            **self.broader.tensors("concepts.broader"),
            **self.related.tensors("concepts.related"),
            "concepts.facet": self.facet,
            "concepts.prior": self.prior,
            "concepts.abstract": self.abstract,
            "concepts.years": self.years,
        }

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]]) -> ConceptIndex:
        """Return the index saved in these arrays."""
        return cls(
            names=StringTable.from_tensors(tensors, "concepts.names"),
            labels=StringTable.from_tensors(tensors, "concepts.labels"),
            facets=StringTable.from_tensors(tensors, "concepts.facets"),
            facet=tensors["concepts.facet"],
            prior=tensors["concepts.prior"],
            abstract=tensors["concepts.abstract"],
            broader=Lists.from_tensors(tensors, "concepts.broader"),
            related=Lists.from_tensors(tensors, "concepts.related"),
            years=tensors["concepts.years"],
        )
