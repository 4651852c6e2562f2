"""What a taxonomy holds, in figures and as a tree, and how two of them differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from tagonomy.taxonomy import Concept, Taxonomy


@dataclass(slots=True)
class FacetStats:
    """Figures of one facet.

    Attributes
    ----------
    concepts : int
        Concepts that can be tags.
    classes, retired : int
        Abstract concepts, and ids that point on; not among ``concepts``.
    labels, evidence, rules : int
        How many of each these have.
    exact_match : int
        Concepts, not classes, that say what they are in another vocabulary.
    depth : int
        Levels below the root, the root's included.
    """

    facet: str
    concepts: int = 0
    classes: int = 0
    retired: int = 0
    labels: int = 0
    evidence: int = 0
    rules: int = 0
    exact_match: int = 0
    depth: int = 0

    @property
    def exact_match_share(self) -> float:
        """Part of the concepts that have an exact match, 0 to 1."""
        return self.exact_match / self.concepts if self.concepts else 0.0

    def to_dict(self) -> dict[str, object]:
        """Return the figures for JSON."""
        named: dict[str, object] = {each.name: getattr(self, each.name) for each in fields(self)}
        return {**named, "exact_match_share": round(self.exact_match_share, 4)}


def stats(taxonomy: Taxonomy) -> list[FacetStats]:
    """Return the figures of each facet, and of all together as the facet ``all``.

    Examples
    --------
    >>> from tagonomy.taxonomy import Concept
    >>> rows = stats(Taxonomy.of([Concept(id="topics:trade", label="trade", alt_labels=("commerce",))]))
    >>> [(row.facet, row.concepts, row.labels) for row in rows]
    [('topics', 1, 2), ('all', 1, 2)]
    """
    rows = {facet: FacetStats(facet) for facet in taxonomy.facets}
    depth: dict[str, int] = {}
    for concept in taxonomy:
        _count(concept, rows[concept.facet])
        depth[concept.id] = _depth(concept.id, taxonomy, depth)
        rows[concept.facet].depth = max(rows[concept.facet].depth, depth[concept.id])
    total = FacetStats("all")
    for row in rows.values():
        for each in fields(FacetStats)[1:-1]:
            setattr(total, each.name, getattr(total, each.name) + getattr(row, each.name))
        total.depth = max(total.depth, row.depth)
    return [*rows.values(), total]


def _count(concept: Concept, row: FacetStats) -> None:
    if concept.replaced_by:
        row.retired += 1
        return
    row.evidence += sum(map(len, concept.evidence.values()))
    if concept.abstract:
        row.classes += 1
        return
    row.concepts += 1
    row.labels += len(concept.labels)
    row.rules += len(concept.rules)
    row.exact_match += bool(concept.exact_match)


def _depth(id: str, taxonomy: Taxonomy, known: dict[str, int]) -> int:
    """Return the longest way up; checked taxonomies are too shallow for the recursion to matter."""
    if id not in known:
        above = taxonomy.concepts[id].broader
        known[id] = 1 + max((_depth(each, taxonomy, known) for each in above), default=0)
    return known[id]


def tree(
    taxonomy: Taxonomy, root: str | None = None, depth: int | None = None
) -> Iterator[tuple[int, Concept]]:
    """Yield concepts from the top down, with their level.

    Parameters
    ----------
    taxonomy : Taxonomy
        What to walk.
    root : str, optional
        Id to start from, or the name of a facet; by default all roots.
    depth : int, optional
        Levels to show.

    Yields
    ------
    (int, Concept)
        Level from 0, and the concept.  One with several parents comes under each of them, with what
        lies below it under its first parent only.
    """
    narrower = taxonomy.narrower
    if root is not None and root not in taxonomy.facets:
        tops = [taxonomy[root].id]
    else:
        tops = [each.id for each in taxonomy if not each.broader and root in (None, each.facet)]
    pending: list[tuple[int, str, str | None]] = [(0, id, None) for id in reversed(tops)]
    while pending:
        level, id, parent = pending.pop()
        concept = taxonomy.concepts[id]
        yield level, concept
        below = narrower.get(id, ()) if depth is None or level + 1 < depth else ()
        if parent is None or concept.broader[0] == parent:
            pending.extend((level + 1, each, id) for each in reversed(below))


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one concept that differs."""

    id: str
    field: str
    old: object
    new: object

    def __str__(self) -> str:
        if isinstance(self.old, tuple) and isinstance(self.new, tuple):
            gone = [f"-{each!r}" for each in self.old if each not in self.new]
            come = [f"+{each!r}" for each in self.new if each not in self.old]
            return f"{self.id} {self.field}: {' '.join(gone + come) or 'another order'}"
        return f"{self.id} {self.field}: {self.old!r} -> {self.new!r}"


@dataclass(frozen=True, slots=True)
class Difference:
    """How one taxonomy differs from another: concepts added and removed, and fields changed."""

    added: tuple[Concept, ...]
    removed: tuple[Concept, ...]
    changed: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def lines(self) -> Iterator[str]:
        """Yield one line a difference: ``+`` added, ``-`` removed, ``~`` changed."""
        yield from (f"+ {concept.id}  {concept.label}" for concept in self.added)
        yield from (f"- {concept.id}  {concept.label}" for concept in self.removed)
        yield from (f"~ {change}" for change in self.changed)


def diff(old: Taxonomy, new: Taxonomy) -> Difference:
    """Return what has to change to get from one taxonomy to another."""
    changed = [
        Change(id, name, getattr(old.concepts[id], name), getattr(concept, name))
        for id, concept in new.concepts.items()
        if id in old.concepts and old.concepts[id] != concept
        for name in Concept.__struct_fields__
        if getattr(old.concepts[id], name) != getattr(concept, name)
    ]
    added = tuple(concept for concept in new if concept.id not in old)
    removed = tuple(concept for concept in old if concept.id not in new)
    return Difference(added, removed, tuple(changed))
