"""Concepts and the taxonomy that they form.

The words are those of SKOS, in snake_case.  A taxonomy is frozen: editing makes a new one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import NewType

import msgspec

from tagonomy.config import Limits
from tagonomy.errors import Problem, TaxonomyError, UnknownConceptError
from tagonomy.text import tokenize

ConceptId = NewType("ConceptId", str)

_ID = re.compile(r"[a-z][a-z0-9]*:[a-z0-9]+(-[a-z0-9]+)*")
_SURROGATE = re.compile("[\ud800-\udfff]")  # JSON can spell them, UTF-8 can't
_DATE = re.compile(r"-?[0-9]{4}(-[0-9]{2}){0,2}")


class Concept(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One tag of a taxonomy; ``docs/taxonomy-format.md`` describes each field.

    Examples
    --------
    >>> concept = Concept(id="countries:ua", label="Ukraine", evidence={"capital": ("Kyiv",)})
    >>> concept.facet, concept.labels
    ('countries', ('Ukraine',))
    """

    id: str
    label: str
    alt_labels: tuple[str, ...] = ()
    hidden_labels: tuple[str, ...] = ()
    case_sensitive: tuple[str, ...] = ()
    needs_context: tuple[str, ...] = ()
    abstract: bool = False
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    exact_match: tuple[str, ...] = ()
    evidence: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    rules: tuple[str, ...] = ()
    start: str = ""
    end: str = ""
    prior: int = 0
    replaced_by: str = ""
    source: tuple[str, ...] = ()

    @property
    def facet(self) -> str:
        """Top branch of the taxonomy that the concept lies in."""
        return self.id.partition(":")[0]

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that names the concept, the preferred one first."""
        return (self.label, *self.alt_labels, *self.hidden_labels)


@dataclass(frozen=True, eq=False)
class Taxonomy:
    """An immutable set of concepts, sorted by id.

    Parameters
    ----------
    concepts : mapping of str to Concept
        Concepts by id.
    name : str
        Name from ``scheme.toml``.

    Examples
    --------
    >>> taxonomy = Taxonomy.of([Concept(id="topics:trade", label="trade"),
    ...                         Concept(id="topics:tariffs", label="tariffs", broader=("topics:trade",))])
    >>> taxonomy.path("topics:tariffs")
    ('topics:trade', 'topics:tariffs')
    >>> taxonomy.resolve("Tariffs")
    'topics:tariffs'
    """

    concepts: Mapping[str, Concept]
    name: str = "taxonomy"

    @classmethod
    def of(cls, concepts: Iterable[Concept], name: str = "taxonomy") -> Taxonomy:
        """Return the taxonomy of these concepts; raise :class:`TaxonomyError` with all problems at once."""
        found = list(concepts)
        problems = check(found)
        if problems:
            raise TaxonomyError(problems)
        ordered = sorted(found, key=lambda concept: concept.id)
        return cls(MappingProxyType({concept.id: concept for concept in ordered}), name)

    def __len__(self) -> int:
        return len(self.concepts)

    def __iter__(self) -> Iterator[Concept]:
        return iter(self.concepts.values())

    def __contains__(self, id: object) -> bool:
        return id in self.concepts

    def __getitem__(self, id: str) -> Concept:
        """Return the concept of an id, following ``replaced_by`` of merged and retired ones."""
        concept = self.concepts.get(id)
        if concept is None:
            raise UnknownConceptError(id, self.concepts)
        return self[concept.replaced_by] if concept.replaced_by else concept

    @cached_property
    def facets(self) -> tuple[str, ...]:
        """Facets that have a concept, in alphabetical order."""
        return tuple(sorted({concept.facet for concept in self}))

    def path(self, id: str) -> tuple[str, ...]:
        """Return the ids from the facet's root to the concept, along each first ``broader``."""
        path = [id]
        while broader := self.concepts[path[-1]].broader:
            path.append(broader[0])
        return tuple(reversed(path))

    def ancestors(self, id: str) -> tuple[str, ...]:
        """Return every concept above this one, nearest first, each once."""
        found: dict[str, None] = {}
        queue = list(self.concepts[id].broader)
        while queue:
            above = queue.pop(0)
            if above not in found:
                found[above] = None
                queue.extend(self.concepts[above].broader)
        return tuple(found)

    @cached_property
    def narrower(self) -> Mapping[str, tuple[str, ...]]:
        """Direct children by id."""
        children: dict[str, list[str]] = {}
        for concept in self:
            for above in concept.broader:
                children.setdefault(above, []).append(concept.id)
        return {id: tuple(below) for id, below in children.items()}

    @cached_property
    def _ids_by_label(self) -> Mapping[str, str]:
        best: dict[str, tuple[tuple[bool, int, int], str]] = {}
        for concept in self:
            if concept.abstract or concept.replaced_by:
                continue
            for rank, label in enumerate(concept.labels):
                hidden = label in concept.hidden_labels
                if hidden and label in concept.needs_context:
                    continue  # a bare surname names nobody by itself
                claim = (not hidden, concept.prior, -min(rank, 1))
                key = label_key(label)
                if key and (key not in best or claim > best[key][0]):
                    best[key] = (claim, concept.id)
        return {key: id for key, (_, id) in best.items()}

    def resolve(self, label: str) -> str | None:
        """Return the id of the concept that a label most likely names, or None.

        Case, diacritics and punctuation don't matter; an id resolves to itself.
        """
        if label in self.concepts:
            return self[label].id
        return self._ids_by_label.get(label_key(label))

    def find(self, text: str, limit: int = 10) -> list[Concept]:
        """Return the concepts whose labels are closest to a text, best first.

        Exact labels come first, then labels that contain its words, then similar spellings.
        """
        from difflib import get_close_matches  # only this needs it

        ids = self._ids_by_label
        key = label_key(text)
        wanted = set(key.split())
        found = [id for id in (self.resolve(text),) if id]
        containing = [id for label, id in ids.items() if wanted and wanted <= set(label.split())]
        found += sorted(set(containing), key=lambda id: (-self.concepts[id].prior, id))
        found += [ids[label] for label in get_close_matches(key, ids, n=limit, cutoff=0.75)]
        return [self.concepts[id] for id in dict.fromkeys(found)][:limit]


def label_key(label: str) -> str:
    """Return a label's folded words, joined by spaces: the form in which labels are compared."""
    return " ".join(tokenize(label).words)


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
    problems.extend(_cycles(by_id, limits))
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
    if _retired_in_a_circle(concept, by_id):
        yield "replaced_by runs in a circle"
    for name in ("start", "end"):
        date = getattr(concept, name)
        if date and not _DATE.fullmatch(date):
            yield f"{name} {date!r} is no date: expected YYYY, YYYY-MM or YYYY-MM-DD"
    if not 0 <= concept.prior <= 9:
        yield f"prior {concept.prior} is not between 0 and 9"


def _retired_in_a_circle(concept: Concept, by_id: Mapping[str, Concept]) -> bool:
    """Tell whether following ``replaced_by`` comes back to the concept."""
    passed: set[str] = set()
    onward = concept.replaced_by
    while onward in by_id and onward not in passed:
        if onward == concept.id:
            return True
        passed.add(onward)
        onward = by_id[onward].replaced_by
    return False


def _cycles(by_id: Mapping[str, Concept], limits: Limits) -> Iterator[Problem]:
    """Yield one problem for each cycle along broader and for chains that are too long (no recursion)."""
    depth: dict[str, int] = {}
    for root in by_id:
        stack: list[tuple[str, Iterator[str]]] = []
        on_path: dict[str, None] = {}
        if root not in depth:
            stack.append((root, iter(by_id[root].broader)))
            on_path[root] = None
        while stack:
            id, parents = stack[-1]
            above = next(parents, None)
            if above is None:
                stack.pop()
                del on_path[id]
                depth[id] = 1 + max((depth.get(up, 0) for up in by_id[id].broader), default=0)
                if depth[id] == limits.taxonomy_depth + 1:
                    yield Problem(f"{id}: lies deeper than {limits.taxonomy_depth} levels")
            elif above in on_path and above != id:
                ring = [*list(on_path)[list(on_path).index(above) :], above]
                yield Problem(f"{above}: broader runs in a circle: {' -> '.join(ring)}")
            elif above in by_id and above not in depth and above not in on_path:
                stack.append((above, iter(by_id[above].broader)))
                on_path[above] = None


def read_taxonomy(path: Path) -> Taxonomy:
    """Read a taxonomy from a folder of JSON Lines files, or from one such file.

    Parameters
    ----------
    path : Path
        Folder with ``*.jsonl`` and optionally ``scheme.toml``, or one ``.jsonl`` file.

    Returns
    -------
    Taxonomy
        The concepts of all files.

    Raises
    ------
    TaxonomyError
        With every problem of every file, each with file and line.
    """
    path = Path(path)
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise TaxonomyError([Problem(f"no .jsonl file in the folder {path}")])
    if not all(file.is_file() for file in files):
        raise TaxonomyError([Problem(f"no such file or folder: {path}")])
    name = path.stem
    decoder = msgspec.json.Decoder(Concept)
    concepts: list[Concept] = []
    problems: list[Problem] = []
    if (scheme := path / "scheme.toml").is_file():
        try:
            name = str(tomllib.loads(scheme.read_text(encoding="utf-8")).get("name", name))
        except ValueError as error:  # no TOML, or no UTF-8
            problems.append(Problem(str(error), scheme.name))
    lines: dict[str, tuple[str, int]] = {}
    for file in files:
        for number, line in enumerate(file.read_bytes().splitlines(), start=1):
            if not line.strip():
                continue
            try:
                concept = decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                problems.append(Problem(str(error), file.name, number))
            else:
                concepts.append(concept)
                lines[concept.id] = (file.name, number)
    for problem in check(concepts):
        place = lines.get(problem.partition(": ")[0], ("", 0))
        problems.append(Problem(str(problem), *place))
    if problems:
        raise TaxonomyError(problems)
    ordered = sorted(concepts, key=lambda concept: concept.id)
    return Taxonomy(MappingProxyType({concept.id: concept for concept in ordered}), name)


def write_taxonomy(taxonomy: Taxonomy, folder: Path) -> None:
    """Write one JSON Lines file a facet; reading them back gives the same concepts."""
    folder.mkdir(parents=True, exist_ok=True)
    encoder = msgspec.json.Encoder()
    for facet in taxonomy.facets:
        lines = [encoder.encode(concept) for concept in taxonomy if concept.facet == facet]
        (folder / f"{facet}.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))


__all__ = [
    "Concept",
    "ConceptId",
    "Taxonomy",
    "check",
    "label_key",
    "read_taxonomy",
    "write_taxonomy",
]
