"""Taxonomies as SKOS: Turtle, RDF/XML and JSON-LD, both ways.  Needs the extra ``rdf``.

SKOS says most of what a concept has; a few properties of our own say the rest, so that what is written
reads back as it was.  RDF knows no order: lists come back sorted, but the first parent stays first.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from tagonomy.errors import Problem, TaxonomyError
from tagonomy.taxonomy import Concept, Draft, Taxonomy
from tagonomy.taxonomy.checks import DATES
from tagonomy.taxonomy.formats import ID_BASE, Reading
from tagonomy.taxonomy.ids import IdMaker
from tagonomy.taxonomy.rdf_guard import Expansion, guard

if TYPE_CHECKING:
    import pyoxigraph
    from pyoxigraph import Literal

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCT = "http://purl.org/dc/terms/"
_OWL = "http://www.w3.org/2002/07/owl#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_OWN = "urn:tagonomy-field:"
_SCHEME = "urn:tagonomy-scheme"
_PREFIXES = {"skos": _SKOS, "dct": _DCT, "owl": _OWL, "field": _OWN}
# Fields that are a property with one text, or one link, for each entry.
_TEXTS = {
    "case_sensitive": f"{_OWN}caseSensitive",
    "needs_context": f"{_OWN}needsContext",
    "rules": f"{_OWN}rule",
    "seed_words": f"{_OWN}seedWord",
    "source": f"{_DCT}source",
}
_LINKS = {"broader": f"{_SKOS}broader", "related": f"{_SKOS}related", "part_of": f"{_DCT}isPartOf"}
_LABELS = {"alt_labels": f"{_SKOS}altLabel", "hidden_labels": f"{_SKOS}hiddenLabel"}
# What ``exact_match`` abbreviates.
_VOCABULARIES = {
    "wikidata": "http://www.wikidata.org/entity/",
    "medtop": "http://cv.iptc.org/newscodes/mediatopic/",
}
_OTHER_MATCH = "urn:tagonomy-match:"
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")
_XML_CANT = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def _library() -> ModuleType:
    try:
        import pyoxigraph
    except ImportError as error:
        raise TaxonomyError([Problem("SKOS needs an extra: pip install 'tagonomy[rdf]'")]) from error
    return pyoxigraph


def to_skos(taxonomy: Taxonomy, syntax: str, language: str = "en") -> bytes:
    """Return a taxonomy as SKOS.

    Parameters
    ----------
    taxonomy : Taxonomy
        What to write.
    syntax : str
        ``turtle``, ``xml`` or ``json-ld``.
    language : str, default "en"
        Language of its labels.

    Returns
    -------
    bytes
        The same for the same taxonomy.

    Raises
    ------
    TaxonomyError
        If the syntax is XML and a text has a sign that XML can't hold.
    """
    rdf = _library()
    if syntax == "xml":
        _refuse_what_xml_cant_hold(taxonomy)
    triples = (
        rdf.Triple(rdf.NamedNode(subject), rdf.NamedNode(predicate), value)
        for subject, predicate, value in _facts(taxonomy, language, rdf)
    )
    content: bytes = rdf.serialize(triples, format=_syntax(rdf, syntax), prefixes=_PREFIXES)
    return content


def _syntax(rdf: ModuleType, name: str) -> pyoxigraph.RdfFormat:
    formats = rdf.RdfFormat
    found: pyoxigraph.RdfFormat = {
        "turtle": formats.TURTLE,
        "xml": formats.RDF_XML,
        "json-ld": formats.JSON_LD,
    }[name]
    return found


def _refuse_what_xml_cant_hold(taxonomy: Taxonomy) -> None:
    problems = []
    for concept in taxonomy:
        texts = [
            *concept.labels,
            *concept.rules,
            *concept.seed_words,
            *concept.source,
            *sum(concept.evidence.values(), ()),
        ]
        if found := next(filter(None, map(_XML_CANT.search, texts)), None):
            problems.append(
                Problem(f"{concept.id}: XML can't hold the sign U+{ord(found[0]):04X}: use Turtle")
            )
    if problems:
        raise TaxonomyError(problems)


def _facts(taxonomy: Taxonomy, language: str, rdf: ModuleType) -> Iterator[tuple[str, str, object]]:
    node, text = rdf.NamedNode, rdf.Literal
    yield _SCHEME, _TYPE, node(f"{_SKOS}ConceptScheme")
    yield _SCHEME, f"{_DCT}title", text(taxonomy.name)
    for concept in taxonomy:
        subject = ID_BASE + concept.id
        yield subject, _TYPE, node(f"{_SKOS}Concept")
        yield subject, f"{_SKOS}inScheme", node(_SCHEME)
        yield subject, f"{_SKOS}prefLabel", text(concept.label, language=language)
        for field, predicate in _LABELS.items():
            for label in getattr(concept, field):
                yield subject, predicate, text(label, language=language)
        for field, predicate in _LINKS.items():
            for id in getattr(concept, field):
                yield subject, predicate, node(ID_BASE + id)
        for field, predicate in _TEXTS.items():
            for entry in getattr(concept, field):
                yield subject, predicate, text(entry)
        yield from _rest(concept, subject, rdf)


def _rest(concept: Concept, subject: str, rdf: ModuleType) -> Iterator[tuple[str, str, object]]:
    node, text = rdf.NamedNode, rdf.Literal
    if not (concept.broader or concept.replaced_by):
        yield subject, f"{_SKOS}topConceptOf", node(_SCHEME)
    if len(concept.broader) > 1:
        yield subject, f"{_OWN}mainBroader", node(ID_BASE + concept.broader[0])
    for match in concept.exact_match:
        yield subject, f"{_SKOS}exactMatch", node(_address(match))
    for kind, terms in concept.evidence.items():
        for term in terms:
            yield subject, f"{_OWN}evidence", text(f"{quote(kind, safe='')}: {term}")
    if concept.abstract:
        yield subject, f"{_OWN}abstract", text(True)
    if concept.prior:
        yield subject, f"{_OWN}prior", text(concept.prior)
    for field in DATES:
        if date := getattr(concept, field):
            yield subject, _OWN + field, text(date)
    if concept.replaced_by:
        yield subject, f"{_OWL}deprecated", text(True)
        yield subject, f"{_DCT}isReplacedBy", node(ID_BASE + concept.replaced_by)


def _address(match: str) -> str:
    """Return the IRI of an exact match; no two share one."""
    vocabulary, _, code = match.partition(":")
    if vocabulary in _VOCABULARIES and re.fullmatch("[A-Za-z0-9]+", code):
        return _VOCABULARIES[vocabulary] + code
    if _ADDRESS.fullmatch(match) and not match.startswith(tuple(_VOCABULARIES.values())):
        return match
    return _OTHER_MATCH + quote(match, safe="")


def match_of(address: str) -> str:
    """Return the exact match of an IRI."""
    if address.startswith(_OTHER_MATCH):
        return unquote(address.removeprefix(_OTHER_MATCH))
    for vocabulary, base in _VOCABULARIES.items():
        if address.startswith(base) and re.fullmatch("[A-Za-z0-9]+", address.removeprefix(base)):
            return f"{vocabulary}:{address.removeprefix(base)}"
    return address


def read_skos(path: Path, syntax: str, reading: Reading) -> Draft:
    """Read a SKOS file, our own or anybody's.

    Parameters
    ----------
    path : Path
        The file.  Nothing that it names is fetched.
    syntax : str
        ``turtle``, ``xml`` or ``json-ld``.
    reading : Reading
        Facet and language for a file by others.

    Returns
    -------
    Draft
        Its concepts; ``notes`` says what a concept has no place for.

    Raises
    ------
    TaxonomyError
        If the file does not parse, has a document type or wants to import another.
    LimitError
        If it is too large, or its terms expand beyond measure.
    """
    content = path.read_bytes()
    guard(content, syntax, path.name, reading.limits)
    return _Reader(_parse(content, syntax, path.name, reading), path, reading).draft()


#: By subject and predicate: IRIs as texts, literals as they are.
_Facts = dict[str, dict[str, "list[str | Literal]"]]


def _parse(content: bytes, syntax: str, name: str, reading: Reading) -> _Facts:
    rdf = _library()
    facts: _Facts = defaultdict(lambda: defaultdict(list))
    expansion = Expansion(len(content), reading.limits)
    try:
        for quad in rdf.parse(content, format=_syntax(rdf, syntax), base_iri="file:///"):
            subject, predicate, value = quad.subject, quad.predicate.value, quad.object
            expansion.add(str(getattr(subject, "value", "")), predicate, str(getattr(value, "value", "")))
            if isinstance(subject, rdf.NamedNode) and isinstance(value, rdf.NamedNode | rdf.Literal):
                plain = value.value if isinstance(value, rdf.NamedNode) else value
                facts[subject.value][predicate].append(plain)
    except SyntaxError as error:
        raise TaxonomyError([Problem(f"no {syntax}: {error.msg}", name, error.lineno or 0)]) from error
    return facts


class _Reader:
    """From the facts of a file to concepts."""

    def __init__(self, facts: _Facts, path: Path, reading: Reading) -> None:
        self.facts, self.path, self.reading = facts, path, reading
        self.result = Draft(path.stem)
        self.notes: Counter[str] = Counter()
        self.ids: dict[str, str] = {}

    def draft(self) -> Draft:
        subjects = sorted(filter(self._is_concept, self.facts))
        for subject, predicates in self.facts.items():
            if imported := predicates.get(f"{_OWL}imports"):
                self._problem(f"wants to import {imported[0]}: nothing is fetched; merge the files first")
            if f"{_SKOS}ConceptScheme" in self._iris(subject, _TYPE):
                titles = self._texts(subject, f"{_DCT}title")
                self.result.name = titles[0] if titles else self.result.name
        self._number(subjects)
        above: dict[str, list[str]] = defaultdict(list)
        for subject in subjects:
            for narrower in self._iris(subject, f"{_SKOS}narrower"):
                above[narrower].append(subject)
        for subject in subjects:
            concept = self._concept(subject, above[subject])
            if concept is not None:
                self.result.concepts.append(concept)
                self.result.places[concept.id] = (self.path.name, 0)
        self.result.notes = [f"{count:,} {what}" for what, count in sorted(self.notes.items())]
        return self.result

    def _problem(self, what: str) -> None:
        self.result.problems.append(Problem(what, self.path.name))

    def _is_concept(self, subject: str) -> bool:
        types = self._iris(subject, _TYPE)
        if f"{_SKOS}ConceptScheme" in types:
            if f"{_SKOS}Concept" in types:
                self._problem(f"{subject} is both a concept and a concept scheme (S9)")
            return False
        if f"{_SKOS}Concept" not in types and f"{_SKOS}prefLabel" not in self.facts[subject]:
            return False
        if any("Collection" in each for each in types):
            return False
        gone = any(text in ("true", "1") for text in self._texts(subject, f"{_OWL}deprecated"))
        if gone and not self._iris(subject, f"{_DCT}isReplacedBy"):
            self.notes["deprecated concepts that nothing replaces were left out"] += 1
            return False
        return True

    def _number(self, subjects: list[str]) -> None:
        """Give every concept its id: ours, or one made of the end of its address."""
        ids = IdMaker(self.reading.facet)
        for subject in subjects:
            if subject.startswith(ID_BASE):
                self.ids[subject] = ids.take(subject.removeprefix(ID_BASE))
            else:
                end = re.split("[/#:]", unquote(subject).rstrip("/#"))[-1]
                self.ids[subject] = ids.make(end)

    def _iris(self, subject: str, predicate: str) -> list[str]:
        return [each for each in self.facts[subject].get(predicate, ()) if isinstance(each, str)]

    def _texts(self, subject: str, predicate: str) -> list[str]:
        found = self.facts[subject].get(predicate, ())
        return sorted({each.value for each in found if not isinstance(each, str)})

    def _links(self, subject: str, predicate: str) -> list[str]:
        """Return the ids of linked concepts; a foreign one may lie in another file, one of ours may not."""
        found = []
        for iri in self._iris(subject, predicate):
            if iri in self.ids or iri.startswith(ID_BASE):
                found.append(self.ids.get(iri, iri.removeprefix(ID_BASE)))
            else:
                self.notes["links to concepts that the file does not have were left out"] += 1
        return sorted(set(found))

    def _concept(self, subject: str, above: list[str]) -> Concept | None:
        id = self.ids[subject]
        foreign = not subject.startswith(ID_BASE)
        label, language = self._label(subject, id)
        if label is None:
            return None
        used = {label}
        fields: dict[str, tuple[str, ...]] = {}
        for field, predicate in _LABELS.items():
            found = self._labels(subject, predicate, language)
            if used & found:
                self.notes["labels that stand both as preferred and as others (S13) were taken once"] += 1
            fields[field] = tuple(sorted(found - used))
            used |= found
        for field, predicate in _LINKS.items():
            fields[field] = tuple(self._links(subject, predicate))
        parents = dict.fromkeys(
            [
                *self._links(subject, f"{_OWN}mainBroader"),
                *fields["broader"],
                *(self.ids[each] for each in above),
            ]
        )
        fields["broader"] = tuple(parents)
        for field, predicate in _TEXTS.items():
            fields[field] = tuple(self._texts(subject, predicate)) if field != "source" or not foreign else ()
        matches = {match_of(each) for each in self._iris(subject, f"{_SKOS}exactMatch")}
        self._check_matches(subject, id)
        fields["exact_match"] = tuple(sorted(matches | ({match_of(subject)} if foreign else set())))
        return Concept(id=id, label=label, **fields, **self._single(subject))  # type: ignore[arg-type]

    def _single(self, subject: str) -> dict[str, object]:
        """Return the fields that are no lists."""
        evidence: dict[str, tuple[str, ...]] = {}
        for entry in self._texts(subject, f"{_OWN}evidence"):
            kind, _, term = entry.partition(": ")
            evidence[unquote(kind)] = (*evidence.get(unquote(kind), ()), term)
        fields: dict[str, object] = {"evidence": evidence}
        for field in DATES:
            fields[field] = next(iter(self._texts(subject, _OWN + field)), "")
        prior = next(iter(self._texts(subject, f"{_OWN}prior")), "0")
        fields["prior"] = int(prior) if re.fullmatch("-?[0-9]{1,9}", prior) else -1  # which the check refuses
        fields["abstract"] = "true" in self._texts(subject, f"{_OWN}abstract")
        fields["replaced_by"] = next(iter(self._links(subject, f"{_DCT}isReplacedBy")), "")
        return fields

    def _check_matches(self, subject: str, id: str) -> None:
        exact = set(self._iris(subject, f"{_SKOS}exactMatch"))
        for other in ("broadMatch", "narrowMatch", "relatedMatch"):
            for both in sorted(exact.intersection(self._iris(subject, _SKOS + other))):
                self._problem(f"{id}: {both} is both exactMatch and {other} (S46)")

    def _label(self, subject: str, id: str) -> tuple[str | None, str]:
        """Return the preferred label and its language: the wanted one, one close to it, none, or any."""
        by_language: dict[str, list[str]] = defaultdict(list)
        for each in self.facts[subject].get(f"{_SKOS}prefLabel", ()):
            if not isinstance(each, str):
                by_language[(each.language or "").lower()].append(each.value)
        wanted = self.reading.language.lower()
        ordered = sorted(
            by_language,
            key=lambda lang: (lang != wanted, not lang.startswith(f"{wanted}-"), lang != "", lang),
        )
        if not ordered:
            self._problem(f"{id}: has no preferred label")
            return None, ""
        language = ordered[0]
        labels = sorted(set(by_language[language]))
        if len(labels) > 1:
            tag = f" in {language!r}" if language else ""
            self._problem(f"{id}: has two preferred labels{tag} (S14): {labels[0]!r} and {labels[1]!r}")
        if len(ordered) > 1:
            self.notes["concepts also have labels in other languages, which were left out"] += 1
        return self._tidy(subject, labels[0]), language

    def _labels(self, subject: str, predicate: str, language: str) -> set[str]:
        found = self.facts[subject].get(predicate, ())
        languages = {"", language}
        return {
            self._tidy(subject, each.value)
            for each in found
            if not isinstance(each, str) and (each.language or "").lower() in languages
        }

    def _tidy(self, subject: str, label: str) -> str:
        """Return a label; that of a foreign file without the line breaks of its layout."""
        return label if subject.startswith(ID_BASE) else " ".join(label.split())
