"""Taxonomies as files of many formats, told by their suffix: JSON Lines, CSV, Annif TSV, text and SKOS."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from tagonomy.config import Limits
from tagonomy.errors import Problem, TaxonomyError
from tagonomy.taxonomy import Concept, Draft, Taxonomy, read_lines, write_taxonomy
from tagonomy.taxonomy.checks import DATES
from tagonomy.taxonomy.ids import IdMaker
from tagonomy.taxonomy.text_formats import read_text, write_text

#: How the ids of concepts are written where a format asks for a URI.
ID_BASE = "urn:tagonomy:"
_EVIDENCE = "evidence:"
_TEXTS = ("id", "label", *DATES, "replaced_by")
_LISTS = (
    *("alt_labels", "hidden_labels", "case_sensitive", "needs_context", "broader"),
    *("related", "part_of", "exact_match", "rules", "seed_words", "source"),
)
# A spreadsheet would run these as formulas.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ODD_ENTRY = re.compile(r"^$|^\[|\||^\s|\s$")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read that was not written by this library.

    Attributes
    ----------
    facet : str, default "topics"
        Facet of concepts whose id names none.
    language : str, default "en"
        Language of the labels, where a file has several.
    limits : Limits, optional
        Bounds on RDF files.
    """

    facet: str = "topics"
    language: str = "en"
    limits: Limits = field(default_factory=Limits)


def read_draft(path: Path, reading: Reading | None = None) -> Draft:
    """Read a file or folder of any supported format, leaving the problems to the caller.

    Parameters
    ----------
    path : Path
        Folder of JSON Lines files, or a file: ``.jsonl``, ``.csv``, ``.tsv`` (Annif), ``.txt`` (indented
        text), ``.ttl``, ``.rdf``, ``.xml`` or ``.jsonld`` (SKOS, which needs the extra ``rdf``).
    reading : Reading, optional
        How to read files by others.

    Returns
    -------
    Draft
        Concepts and problems, each with file and line.

    Raises
    ------
    TaxonomyError
        If the file can't be read at all.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if path.is_dir() or suffix in ("", ".jsonl") or not path.is_file():
        return read_lines(path)
    if suffix in _SKOS:
        from tagonomy.taxonomy import skos  # needs an extra

        return skos.read_skos(path, _SKOS[suffix], reading or Reading())
    if suffix not in _READERS:
        raise TaxonomyError([Problem(f"no known format: expected one of {', '.join(SUFFIXES)}", path.name)])
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TaxonomyError([Problem(f"no UTF-8: {error}", path.name)]) from error
    return _READERS[suffix](text, path.name, reading or Reading())


def read_any(path: Path, reading: Reading | None = None) -> Taxonomy:
    """Read a taxonomy of any supported format; raise :class:`TaxonomyError` with all problems at once."""
    return read_draft(path, reading).taxonomy()


def write_any(taxonomy: Taxonomy, path: Path, language: str = "en") -> None:
    """Write a taxonomy in the format that the suffix names; a path without suffix is a folder.

    Parameters
    ----------
    taxonomy : Taxonomy
        What to write.
    path : Path
        As for :func:`read_draft`.  A file is replaced whole or not at all.
    language : str, default "en"
        Language of the labels, for SKOS.

    Raises
    ------
    TaxonomyError
        If the format is unknown, or can't hold a sign of some label.
    """
    suffix = path.suffix.lower()
    if path.is_dir() or not suffix:
        write_taxonomy(taxonomy, path)
        scheme = path / "scheme.toml"
        if not scheme.exists():
            # A JSON string is a TOML string, but for one sign that TOML wants escaped.
            name = json.dumps(taxonomy.name, ensure_ascii=False).replace("\x7f", "\\u007f")
            scheme.write_bytes(f"name = {name}\n".encode())
        return
    if suffix in _SKOS:
        from tagonomy.taxonomy import skos  # needs an extra

        content = skos.to_skos(taxonomy, _SKOS[suffix], language)
    elif suffix in _WRITERS:
        content = _WRITERS[suffix](taxonomy).encode()
    else:
        raise TaxonomyError([Problem(f"no known format: expected one of {', '.join(SUFFIXES)}", path.name)])
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(content)
    fresh.replace(path)


def read_overlay(path: Path, reading: Reading | None = None) -> list[Concept | Mapping[str, object]]:
    """Read what :meth:`Taxonomy.overlay` lays over a taxonomy.

    Parameters
    ----------
    path : Path
        JSON Lines, where a line needs only the ``id`` and the fields that change; or any other format,
        whose concepts then stand whole.
    reading : Reading, optional
        How to read files by others.

    Returns
    -------
    list of Concept or mapping
        In the order of the file.
    """
    path = Path(path)
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not path.is_dir() and path.suffix.lower() != ".jsonl":
        draft = read_draft(path, reading)
        if draft.problems:
            raise TaxonomyError(draft.problems)
        return [*draft.concepts]
    entries: list[Concept | Mapping[str, object]] = []
    problems = []
    decoder = msgspec.json.Decoder(dict[str, object])
    for file in files:
        for number, line in enumerate(file.read_bytes().splitlines(), start=1):
            try:
                if line.strip():
                    entry = decoder.decode(line)
                    if not isinstance(entry.get("id"), str):
                        raise msgspec.DecodeError("a line of an overlay needs an id")
                    entries.append(entry)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                problems.append(Problem(str(error), file.name, number))
    if problems:
        raise TaxonomyError(problems)
    return entries


def _to_lines(taxonomy: Taxonomy) -> str:
    encoder = msgspec.json.Encoder()
    return "".join(encoder.encode(concept).decode() + "\n" for concept in taxonomy)


# CSV: a column a field, and one a kind of evidence.


def _to_csv(taxonomy: Taxonomy) -> str:
    kinds = sorted({kind for concept in taxonomy for kind in concept.evidence})
    names = [name for name in Concept.__struct_fields__ if name != "evidence"]
    out = io.StringIO()
    writer = csv.writer(out)  # its line ends make it quote what holds one
    writer.writerow([*names, *(_EVIDENCE + kind for kind in kinds)])
    for concept in taxonomy:
        cells = [_to_cell(getattr(concept, name)) for name in names]
        cells += [
            _to_cell(concept.evidence[kind], True) if kind in concept.evidence else "" for kind in kinds
        ]
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells])
    return out.getvalue()


def _to_cell(value: object, keep_empty: bool = False) -> str:
    if isinstance(value, tuple):
        if any(map(_ODD_ENTRY.search, value)) or (keep_empty and not value):
            return json.dumps(value, ensure_ascii=False)
        return "|".join(value)
    return str(value) if value or isinstance(value, str) else ""


def _from_csv(text: str, name: str, reading: Reading) -> Draft:
    draft = Draft(Path(name).stem)
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = [column for column in rows.fieldnames or () if column]
        known = {*Concept.__struct_fields__, *(each for each in columns if each.startswith(_EVIDENCE))}
        twice = {each for each in columns if columns.count(each) > 1}
        if "label" not in columns or twice or not known.issuperset(columns):
            odd = ", ".join(sorted((set(columns) - known) | twice)) or "no label"
            raise TaxonomyError(
                [Problem(f"columns: found {odd}, expected id, label, ... as in the format", name, 1)]
            )
        ids = IdMaker(reading.facet)
        for row in rows:
            try:
                concept = _from_row(row, ids)
            except (ValueError, msgspec.ValidationError) as error:
                draft.problems.append(Problem(str(error), name, rows.line_num))
                continue
            draft.concepts.append(concept)
            draft.places[concept.id] = (name, rows.line_num)
    except csv.Error as error:
        draft.problems.append(Problem(f"no CSV: {error}", name, rows.reader.line_num))
    return draft


def _from_row(row: Mapping[str | None, str | list[str] | None], ids: IdMaker) -> Concept:
    fields: dict[str, object] = {}
    evidence: dict[str, tuple[str, ...]] = {}
    for column, cell in row.items():
        if column is None or not isinstance(cell, str):
            raise ValueError("the row has more or fewer cells than the header")
        cell = cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
        if cell == "":
            continue
        if column.startswith(_EVIDENCE):
            evidence[column.removeprefix(_EVIDENCE)] = _entries(cell)
        elif column in _LISTS:
            fields[column] = _entries(cell)
        elif column in _TEXTS:
            fields[column] = cell
        elif column == "prior":
            fields[column] = int(cell) if re.fullmatch("-?[0-9]{1,9}", cell) else cell
        elif cell.lower() in ("true", "false"):
            fields[column] = cell.lower() == "true"
        else:
            raise ValueError(f"{column} {cell!r}: expected True, False or nothing")
    fields["id"] = ids.take(str(fields["id"])) if "id" in fields else ids.make(str(fields.get("label", "")))
    return msgspec.convert({**fields, "evidence": evidence}, Concept)


def _entries(cell: str) -> tuple[str, ...]:
    if cell.startswith("["):
        entries = msgspec.json.decode(cell, type=tuple[str, ...])
        return tuple(entries)
    return tuple(cell.split("|"))


# Annif's TSV: a URI in angle brackets and a label. Retired concepts are no subjects, and classes are none.


def _to_tsv(taxonomy: Taxonomy) -> str:
    live = (concept for concept in taxonomy if not (concept.abstract or concept.replaced_by))
    return "".join(f"<{ID_BASE}{concept.id}>\t{' '.join(concept.label.split())}\n" for concept in live)


def _from_tsv(text: str, name: str, reading: Reading) -> Draft:
    draft = Draft(Path(name).stem)
    ids = IdMaker(reading.facet)
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        uri, _, rest = line.strip("\r").partition("\t")
        label = rest.split("\t")[0].strip()
        if not (uri.startswith("<") and uri.endswith(">")) or not label:
            draft.problems.append(Problem("expected <URI>, a tab and a label", name, number))
            continue
        concept = _of_uri(uri[1:-1], label, ids)
        draft.concepts.append(concept)
        draft.places[concept.id] = (name, number)
    return draft


def _of_uri(uri: str, label: str, ids: IdMaker) -> Concept:
    if uri.startswith(ID_BASE):
        return Concept(id=ids.take(uri.removeprefix(ID_BASE)), label=label)
    return Concept(id=ids.make(label), label=label, exact_match=(uri,))


def _from_text(text: str, name: str, reading: Reading) -> Draft:
    return read_text(text, name, IdMaker(reading.facet))


_SKOS = {".ttl": "turtle", ".rdf": "xml", ".xml": "xml", ".jsonld": "json-ld"}
_READERS: dict[str, Callable[[str, str, Reading], Draft]] = {
    ".csv": _from_csv,
    ".tsv": _from_tsv,
    ".txt": _from_text,
}
_WRITERS: dict[str, Callable[[Taxonomy], str]] = {
    ".jsonl": _to_lines,
    ".csv": _to_csv,
    ".tsv": _to_tsv,
    ".txt": write_text,
}
#: Suffixes of the formats that are read and written.
SUFFIXES = (*_WRITERS, *_SKOS)
