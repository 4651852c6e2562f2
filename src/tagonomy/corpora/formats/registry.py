"""All formats, by name; and the one place where a file's format is told by its name and first bytes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from tagonomy.articles.page import parse_page
from tagonomy.corpora.files import SNIFFED, packing
from tagonomy.corpora.formats import (
    annif,
    annotation,
    documents,
    fasttext,
    frames,
    ninjs,
    objects,
    reuters,
    tables,
)
from tagonomy.corpora.records import Finding, Record, Row, Source

Reader = Callable[[Source], Iterator[Record | Finding]]
Writer = Callable[[Iterable[Row], BinaryIO, Counter[str]], None]


@dataclass(frozen=True, slots=True)
class Format:
    """A form in which people have corpora.

    Parameters
    ----------
    name : str
        As ``format=`` takes it.
    what : str
        What it is, in a few words.
    read : callable
        Yields the records of a source.
    endings : tuple of str
        Of the names of its files; '' takes any name.
    streams : bool
        Whether it can be read from a pipe, row by row as they arrive.
    write : callable, optional
        Writes rows to a binary stream, and counts what the format has no place for.
    """

    name: str
    what: str
    read: Reader
    endings: tuple[str, ...]
    streams: bool = True
    write: Writer | None = None


_JSON = (".jsonl", ".ndjson", ".json")
_TEXT = (".txt", ".md", ".text")

#: Every format by name. Where several have an ending, the first counts until the first bytes tell more.
FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        format.name: format
        for format in (
            Format(
                "jsonl", "JSON Lines, an object a line", objects.read_lines, _JSON, write=objects.write_lines
            ),
            Format(
                "json",
                "JSON, an array of objects",
                objects.read_values,
                (".json",),
                write=objects.write_array,
            ),
            Format("csv", "CSV with a header", tables.read_csv, (".csv",), write=tables.write_csv),
            Format("tsv", "TSV with a header", tables.read_tsv, (".tsv", ".tab"), write=tables.write_tsv),
            Format("page", "scraped pages with a tag line", documents.read_page, _TEXT, False),
            Format("html", "HTML", documents.read_html, (".html", ".htm", ".xhtml"), False),
            Format("text", "plain text", documents.read_text, _TEXT, False),
            Format("reuters", "Reuters-21578's SGML", reuters.read, (".sgm", ".sgml"), False),
            Format(
                "parquet", "Parquet", frames.read_parquet, (".parquet",), False, write=frames.write_parquet
            ),
            Format("annif-tsv", "Annif's TSV with URIs", annif.read_tsv, (".tsv",), write=annif.write_tsv),
            Format("annif-jsonl", "Annif's JSON Lines", annif.read_objects, _JSON, write=annif.write_objects),
            Format("annif-folder", "Annif's folder of texts", annif.read_folder, (".txt", ".json"), False),
            Format(
                "fasttext", "fastText's labelled lines", fasttext.read, (".txt", ".ft"), write=fasttext.write
            ),
            Format("class-folders", "a folder a class", documents.read_class, ("",), False),
            Format("ninjs", "the IPTC's news in JSON", ninjs.read, _JSON),
            Format(
                "label-studio",
                "Label Studio's export",
                annotation.read_label_studio,
                _JSON,
                write=annotation.write_label_studio,
            ),
            Format(
                "prodigy", "Prodigy's export", annotation.read_prodigy, _JSON, write=annotation.write_prodigy
            ),
            Format(
                "doccano", "doccano's export", annotation.read_doccano, _JSON, write=annotation.write_doccano
            ),
        )
    }
)

# What the first bytes may make of a format that the name says.
_FAMILIES: Mapping[str, frozenset[str]] = {
    "jsonl": frozenset({"json", "annif-jsonl", "ninjs", "label-studio", "prodigy", "doccano"}),
    "tsv": frozenset({"annif-tsv"}),
    "page": frozenset({"fasttext"}),
}
# Keys that together only one kind of JSON has; the first line that fits counts.
_KEYS: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (name, frozenset(keys.split()))
    for name, keys in (
        ("label-studio", "data annotations"),
        ("label-studio", "data completions"),
        ("label-studio", "annotation_id annotator"),
        ("prodigy", "text _task_hash"),
        ("prodigy", "text _input_hash"),
        ("prodigy", "text accept answer"),
        ("prodigy", "text label answer"),
        ("annif-jsonl", "text subjects document_id"),
        ("annif-jsonl", "text subjects metadata"),
        ("doccano", "text label Comments"),
        ("doccano", "text annotations meta"),
        ("ninjs", "uri headline"),
        ("ninjs", "uri headlines"),
        ("ninjs", "uri versioncreated"),
        ("ninjs", "uri versionCreated"),
        ("ninjs", "uri body_text"),
    )
)
_ANNIF_LINE = re.compile(
    rb"[^\t\n]+\t\s*(?:<\w+:[^<>\s]+>|https?://\S+)(?:\s+(?:<[^<>\s]+>|https?://\S+))*\s*"
)
_SUBJECT_KEYS = re.compile(rb'"subjects"\s*:\s*\[\s*\{\s*"(?:uri|label)"')
_COLUMNS = {b"text", b"title", b"body", b"headline", b"content"}
_DATE_NAME = re.compile(r"[\d._-]+")


def format_of_name(name: str) -> str:
    """Return the format that a file name stands for, or ''.

    Examples
    --------
    >>> format_of_name("news.jsonl.gz"), format_of_name("page.TXT"), format_of_name("notes")
    ('jsonl', 'page', '')
    """
    name = name.lower().removesuffix(packing(name))
    return next((each.name for each in FORMATS.values() if _ends(name, each) and each.endings[0]), "")


def takes(format: str, name: str) -> bool:
    """Tell whether a file of a folder is read, going by its name; ``auto`` takes each known ending."""
    if format == "auto":
        return bool(format_of_name(name))
    return _ends(name.lower().removesuffix(packing(name)), FORMATS[format])


def _ends(name: str, format: Format) -> bool:
    return name.endswith(format.endings)


def sniff(head: bytes, name: str = "") -> str:
    r"""Tell the format of a file by its name and its first bytes; the bytes decide within a family.

    Parameters
    ----------
    head : bytes
        The first bytes of the file, uncompressed.
    name : str, default ""
        Its name; without one, or with an ending that says nothing, the bytes decide alone.

    Examples
    --------
    >>> sniff(b'{"text": "Talks"}'), sniff(b"text,tags\nTalks,a"), sniff(b"<p>Talks"), sniff(b"Talks")
    ('jsonl', 'csv', 'html', 'page')
    >>> sniff(b"__label__sport The striker scored."), sniff(b'[{"data": {}, "annotations": []}]', "a.json")
    ('fasttext', 'label-studio')
    """
    named, found = format_of_name(name), _by_bytes(head)
    return found if not named or found in _FAMILIES.get(named, ()) else named


def _by_bytes(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"{", b"[")):
        return _json(text)
    if text.startswith(b"PAR1"):
        return "parquet"
    if text[:200].lower().startswith((b"<!doctype lewis", b"<reuters")):
        return "reuters"
    if text.startswith(b"<"):
        return "html"
    if text.startswith(fasttext.MARK.encode()):
        return "fasttext"
    first = text.split(b"\n", 1)[0].rstrip(b"\r")
    for delimiter, format in ((b"\t", "tsv"), (b",", "csv"), (b";", "csv")):
        columns = [column.strip(b'" ') for column in first.lower().split(delimiter)]
        if len(columns) > 1 and _COLUMNS & set(columns):
            return format
    return "annif-tsv" if _ANNIF_LINE.fullmatch(first) else "page"


def _json(text: bytes) -> str:
    keys = objects.keys_of_first(text)
    found = next((name for name, wanted in _KEYS if wanted <= keys), "")
    if not found and {"text", "subjects"} <= keys and _SUBJECT_KEYS.search(text):
        found = "annif-jsonl"
    return found or ("jsonl" if objects.first_line_is_object(text) else "json")


def sniff_folder(root: Path, files: Iterable[Path]) -> str:
    """Tell the format of a folder as a whole, or return '' where each file speaks for itself.

    Texts with subjects beside them are Annif's. A folder of nothing but folders of texts is one of
    classes, unless the folders are called after dates or a text has a tag line, as scraped pages have.
    """
    files = list(files)
    texts = [file for file in files if format_of_name(file.name) == "page"]
    if any(annif.subjects_beside(text) for text in texts):
        return "annif-folder"
    folders = {file.relative_to(root).parts[:-1] for file in files}
    if len(texts) < len(files) or len(folders) < 2 or any(len(folder) != 1 for folder in folders):
        return ""
    dated = any(_DATE_NAME.fullmatch(name) for (name,) in folders)
    return "" if dated or any(map(_has_tag_line, texts[:20])) else "class-folders"


def _has_tag_line(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            text = stream.read(SNIFFED).decode("utf-8", "replace")
    except OSError:
        return False  # reading it will say why
    return bool(parse_page(text).tag_line)
