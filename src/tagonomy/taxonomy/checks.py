"""What every taxonomy must keep to: ids, labels, links and the absence of circles.

These checks are made whenever a taxonomy is built, so they are quick; those of
:mod:`tagonomy.taxonomy.audit` look closer, for those who edit one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from tagonomy.config import Limits
from tagonomy.errors import Problem
from tagonomy.text import words_of

if TYPE_CHECKING:
    from tagonomy.taxonomy import Concept

_ID = re.compile(r"[a-z][a-z0-9]*:[a-z0-9]+(-[a-z0-9]+)*")
_SURROGATE = re.compile("[\ud800-\udfff]")  # JSON can spell them, UTF-8 can't
_SHOWN_RING = 12  # a circle may be a million links long
#: Fields of a concept that hold a date.
DATES = ("start", "end", "active_start", "active_end")
_DATE = re.compile(r"-?[0-9]{4}(-[0-9]{2}){0,2}")
_TOO_LONG = {
    "broader": "lies deeper than {} levels",
    "part_of": "part_of goes up more than {} levels",
    "replaced_by": "replaced_by points on more than {} times",
}


def check(concepts: Iterable[Concept], limits: Limits | None = None) -> list[Problem]:
    """Return every problem of a set of concepts: ids, labels, links and cycles."""
    limits = limits or Limits()
    by_id: dict[str, Concept] = {}
    problems: list[Problem] = []
    for concept in concepts:
        if concept.id in by_id:
            problems.append(Problem(f"{concept.id}: the id stands twice"))
        by_id[concept.id] = concept
    if len(by_id) > limits.concepts:
        problems.append(Problem(f"{len(by_id):,} concepts, the limit is {limits.concepts:,}"))
    for concept in by_id.values():
        found = _concept_problems(concept, by_id, limits)
        problems.extend(Problem(f"{concept.id}: {what}") for what in found)
    problems.extend(rings({id: concept.broader for id, concept in by_id.items()}, "broader", limits))
    onward = {id: (concept.replaced_by,) for id, concept in by_id.items() if concept.replaced_by}
    problems.extend(rings(onward, "replaced_by", limits))
    return problems


def _concept_problems(concept: Concept, by_id: Mapping[str, Concept], limits: Limits) -> Iterator[str]:
    if not _ID.fullmatch(concept.id):
        yield "an id is <facet>:<slug> in lower-case ASCII letters, digits and hyphens"
    if not concept.label.strip():
        yield "the label is empty"
    for label in concept.labels:
        if len(label) > limits.label_characters:
            yield f"the label {label[:40]!r}... has more than {limits.label_characters} characters"
        if not label.isascii() and _SURROGATE.search(label):
            yield f"the label {label[:40]!r} has half a character (a lone surrogate)"
    for name in ("case_sensitive", "needs_context"):
        for label in getattr(concept, name):
            if label not in concept.labels:
                yield f"{name} names {label!r}, which is no label of the concept"
    for word in concept.seed_words:
        plain = word.isascii() and word.isalnum() and word == word.lower()
        if not plain and words_of(word) != [word]:
            yield f"the seed word {word[:40]!r} is not one word in small letters, without accents"
    for name in ("broader", "related", "part_of"):
        for id in getattr(concept, name):
            if id == concept.id:
                yield f"{name} points to itself"
            elif id not in by_id:
                yield f"{name} points to {id}, which does not exist"
    for id in concept.broader:
        if id.partition(":")[0] != concept.facet:
            yield f"broader {id} lies in another facet"
    if concept.replaced_by and concept.replaced_by not in by_id:
        yield f"replaced_by points to {concept.replaced_by}, which does not exist"
    for name in DATES:
        date = getattr(concept, name)
        if date and not _DATE.fullmatch(date):
            yield f"{name} {date!r} is no date: expected YYYY, YYYY-MM or YYYY-MM-DD"
    if not 0 <= concept.prior <= 9:
        yield f"prior {concept.prior} is not between 0 and 9"


def rings(links: Mapping[str, tuple[str, ...]], field: str, limits: Limits) -> Iterator[Problem]:
    """Yield a problem for each circle of links and for chains that are too long (no recursion)."""
    depth: dict[str, int] = {}
    for root in links:
        stack: list[tuple[str, Iterator[str]]] = []
        places: dict[str, int] = {}
        if root not in depth:
            stack.append((root, iter(links[root])))
            places[root] = 0
        while stack:
            id, ups = stack[-1]
            above = next(ups, None)
            if above is None:
                stack.pop()
                del places[id]
                depth[id] = 1 + max((depth.get(up, 0) for up in links[id]), default=0)
                if depth[id] == limits.taxonomy_depth + 1:
                    yield Problem(f"{id}: {_TOO_LONG[field].format(limits.taxonomy_depth)}")
            elif above in places:
                if above != id or field == "replaced_by":  # a concept's own check names the others
                    yield Problem(f"{above}: {field} runs in a circle: {_ring(stack, places[above])}")
            elif above in links and above not in depth:
                stack.append((above, iter(links[above])))
                places[above] = len(places)


def _ring(stack: list[tuple[str, Iterator[str]]], start: int) -> str:
    length = len(stack) - start
    shown = [id for id, _ in stack[start : start + _SHOWN_RING]]
    more = [f"... {length - _SHOWN_RING:,} more ..."] if length > _SHOWN_RING else []
    return " -> ".join([*shown, *more, shown[0]])
