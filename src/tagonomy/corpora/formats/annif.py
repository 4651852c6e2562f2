"""Annif's corpora: TSV with URIs, JSON Lines, and folders of texts with their subjects beside them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from tagonomy.corpora.files import without_ending
from tagonomy.corpora.formats.fasttext import lost_fields, one_line
from tagonomy.corpora.formats.objects import encoded, fields_of, read_any
from tagonomy.corpora.records import Finding, Record, Row, Source, decoded

_UNFIT = re.compile(r"[<>\t\r\n]")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_URI = re.compile(r"<([^<>]*)>|(\S+)")
#: Endings of the files of subjects, in the order in which Annif looks for them.
SUBJECTS = (".tsv", ".key")


def read_tsv(source: Source) -> Iterator[Record | Finding]:
    """Yield the text of each line and the URIs behind its first tab."""
    for place, line in source.lines():
        text, repaired = decoded(line.rstrip(b"\r\n"))
        text, tab, uris = text.partition("\t")
        if place.problem:
            yield place
        elif tab:
            tags = [inside or bare for inside, bare in _URI.findall(uris)]
            yield Record({"text": text, "tags": tags}, place, repaired)
        elif text.strip():
            yield place.because("expected text, a tab and URIs, found no tab")


def read_objects(source: Source) -> Iterator[Record | Finding]:
    """Yield the documents of a JSON Lines file, or the one of a JSON file."""
    for record in read_any(source):
        yield record if isinstance(record, Finding) else _document(record)


def _document(record: Record) -> Record | Finding:
    values = dict(record.values)
    subjects, metadata = values.pop("subjects", None) or [], values.pop("metadata", None) or {}
    if not isinstance(subjects, list) or not isinstance(metadata, dict):
        return record.place.because("expected subjects as a list and metadata as an object")
    tags = []
    for subject in subjects:
        named = subject.get("uri") or subject.get("label") if isinstance(subject, dict) else None
        if not isinstance(named, str):
            return record.place.because(f"subjects: expected a uri or a label in each, found {subject!r:.30}")
        tags.append(named)
    values.setdefault("id", values.pop("document_id", None))
    return Record({**metadata, **values, "tags": tags}, record.place, record.repaired)


def read_folder(source: Source) -> Iterator[Record | Finding]:
    """Yield the text of a file, with the subjects of the file of its name; or the document of a JSON file."""
    if source.name.lower().endswith(".json"):
        yield from read_objects(source)
        return
    whole = source.whole("text_characters", 4 * source.limits.text_characters)
    if isinstance(whole, Finding):
        yield whole
        return
    text, repaired = whole
    beside = subjects_beside(source.path) if source.path else None
    try:
        subjects, replaced = (
            decoded(beside.read_bytes().removeprefix(b"\xef\xbb\xbf")) if beside else ("", "")
        )
    except OSError as error:
        yield Finding(f"can't be read: {error.strerror}", str(beside))
        return
    lines = [line.strip("\r") for line in subjects.split("\n") if line.strip()]
    tags = [_subject(line) for line in lines]
    values = {"id": source.stem, "text": text.strip(), "tags": tags}
    yield Record(values, Finding("", source.name), repaired or replaced)


def subjects_beside(text: Path) -> Path | None:
    """Return the file of subjects that belongs to a text, or None."""
    name = without_ending(text.name)
    return next((each for end in SUBJECTS if (each := text.with_name(name + end)).is_file()), None)


def _subject(line: str) -> str:
    """Return the URI of a line of subjects if it has one, and else its label."""
    first = line.partition("\t")[0].strip()
    uri = _URI.fullmatch(first)
    return uri[1] if uri and uri[1] else first


def write_tsv(rows: Iterable[Row], out: BinaryIO, losses: Counter[str]) -> None:
    """Write an article a line: its text, a tab, and its tags in angle brackets."""
    for row in rows:
        tags = row.article.tags + row.article.unknown_tags
        fit = [_UNFIT.sub("_", tag) for tag in tags]
        losses["a bracket or line break within a tag: became _"] += sum(map(str.__ne__, tags, fit))
        losses["a tag that is no URI, which Annif does not find"] += sum(
            not _IRI.fullmatch(tag) for tag in fit
        )
        line = f"{one_line(row, losses)}\t{' '.join(f'<{tag}>' for tag in fit)}\n"
        out.write(line.encode("utf-8", "replace"))
        lost_fields(row, losses)


def write_objects(rows: Iterable[Row], out: BinaryIO, losses: Counter[str]) -> None:
    """Write a document a line; a tag that looks like a URI or an id is one, others are labels."""
    for row in rows:
        metadata = fields_of(row, losses)
        tags = metadata.pop("tags")
        subjects = [{"uri" if _IRI.fullmatch(tag) else "label": tag} for tag in tags]
        document: dict[str, Any] = {"document_id": metadata.pop("id", None), "text": metadata.pop("text")}
        out.write(encoded({**document, "subjects": subjects, "metadata": metadata}) + b"\n")
