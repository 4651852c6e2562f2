"""Concepts and the taxonomy that they form.

The words are those of SKOS, in snake_case.  A taxonomy is frozen: editing makes a new one.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import NewType

import msgspec

from tagonomy.errors import Problem, TaxonomyError, UnknownConceptError
from tagonomy.taxonomy.checks import check
from tagonomy.text import tokenize

ConceptId = NewType("ConceptId", str)


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
    seed_words: tuple[str, ...] = ()
    start: str = ""
    end: str = ""
    active_start: str = ""
    active_end: str = ""
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
        while concept.replaced_by:
            concept = self.concepts[concept.replaced_by]
        return concept

    @cached_property
    def facets(self) -> tuple[str, ...]:
        """Facets that have a concept, in alphabetical order."""
        return tuple(sorted({concept.facet for concept in self}))

    def sha256(self) -> str:
        """Return a fingerprint of all concepts, by which models tell what they were trained on."""
        encoded = b"\n".join(msgspec.json.encode(concept) for concept in self)
        return hashlib.sha256(encoded).hexdigest()

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

    def overlay(self, other: Iterable[Concept | Mapping[str, object]]) -> Taxonomy:
        """Return this taxonomy with another laid over it.

        Parameters
        ----------
        other : iterable of Concept or mapping
            A concept is added, or takes the place of the one of its id.  A mapping has an ``id``;
            its other fields replace those of the concept, and ``{"id": ..., "hidden": True}`` makes
            a concept name nothing any more.  A taxonomy is such an iterable too.

        Returns
        -------
        Taxonomy
            A new one, checked; no id is lost.
        """
        from tagonomy.taxonomy.edit import overlay  # builds on this module

        return overlay(self, other)


def label_key(label: str) -> str:
    """Return a label's folded words, joined by spaces: the form in which labels are compared."""
    words = label.split(" ")
    if label.isascii() and all(map(str.isalnum, words)):
        return label.lower()  # most labels are as simple as this
    return " ".join(tokenize(label).words)


@dataclass
class Draft:
    """Concepts as a file gives them, before it is known whether they fit together.

    Attributes
    ----------
    name : str
        What the file calls the taxonomy.
    concepts : list of Concept
        In the order of the file.
    places : dict of str to (str, int)
        File and line of each id, where known.
    problems : list of Problem
        What could not be read.
    notes : list of str
        What was read, but is more than a concept holds.
    """

    name: str
    concepts: list[Concept] = field(default_factory=list)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems, which begin with the id that they are about, with its file and line."""
        where = ((str(problem), self.places.get(problem.partition(": ")[0], ("", 0))) for problem in problems)
        return [Problem(problem, *place) for problem, place in where]

    def all_problems(self) -> list[Problem]:
        """Return what could not be read and what does not fit together."""
        return [*self.problems, *self.placed(check(self.concepts))]

    def taxonomy(self) -> Taxonomy:
        """Return the taxonomy; raise :class:`TaxonomyError` with all problems at once."""
        if problems := self.all_problems():
            raise TaxonomyError(problems)
        ordered = sorted(self.concepts, key=lambda concept: concept.id)
        return Taxonomy(MappingProxyType({concept.id: concept for concept in ordered}), self.name)


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
    return read_lines(path).taxonomy()


def read_lines(path: Path) -> Draft:
    """Read what :func:`read_taxonomy` reads, but leave the problems to the caller."""
    path = Path(path)
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise TaxonomyError([Problem(f"no .jsonl file in the folder {path}")])
    if not all(file.is_file() for file in files):
        raise TaxonomyError([Problem(f"no such file or folder: {path}")])
    draft = Draft(path.stem)
    decoder = msgspec.json.Decoder(Concept)
    if (scheme := path / "scheme.toml").is_file():
        try:
            draft.name = str(tomllib.loads(scheme.read_text(encoding="utf-8")).get("name", draft.name))
        except ValueError as error:  # no TOML, or no UTF-8
            draft.problems.append(Problem(str(error), scheme.name))
    for file in files:
        for number, line in enumerate(file.read_bytes().splitlines(), start=1):
            if not line.strip():
                continue
            try:
                concept = decoder.decode(line)
                if twice := _key_twice(line):
                    raise msgspec.DecodeError(f"the key {twice!r} stands twice")
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                draft.problems.append(Problem(str(error), file.name, number))
            else:
                draft.concepts.append(concept)
                draft.places[concept.id] = (file.name, number)
    return draft


def _key_twice(line: bytes) -> str | None:
    """Return a key that an object of a line gives twice: of two labels, JSON would keep the second."""
    if line.count(b'":') <= _count_keys(msgspec.json.decode(line)) and b'" :' not in line:
        return None  # as good as always, and quickly seen
    found: list[str] = []

    def look(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in pairs]
        found.extend(name for name in names if names.count(name) > 1)
        return dict(pairs)

    json.loads(line, object_pairs_hook=look)
    return found[0] if found else None


def _count_keys(concept: dict[str, object]) -> int:
    evidence = concept.get("evidence")
    return len(concept) + (len(evidence) if isinstance(evidence, dict) else 0)


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
    "Draft",
    "Taxonomy",
    "check",
    "label_key",
    "read_lines",
    "read_taxonomy",
    "write_taxonomy",
]
