"""Files to raw records with their place: line and byte offset survive into every error.

Reads JSON Lines, CSV, TSV and whole files (pages, HTML, text), each also gzipped, line
by line, so that one bad row costs that row and a hostile one no memory.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import stat
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, cast

import msgspec

from tagonomy.config import Limits
from tagonomy.errors import CorpusError

#: Formats of a corpus, and the endings of file names that stand for them.
FORMATS: Mapping[str, tuple[str, ...]] = {
    "jsonl": (".jsonl", ".ndjson", ".json"),
    "csv": (".csv",),
    "tsv": (".tsv", ".tab"),
    "page": (".txt", ".md", ".text"),
    "html": (".html", ".htm", ".xhtml"),
    "text": (),
}
_OTHER_KINDS = {
    b"PK\x03\x04": "a zip archive or office document: unpack it first",
    b"%PDF": "a PDF: extract its text first",
    b"\x28\xb5\x2f\xfd": "compressed with zstd: unpack it first (zstd -d)",
    b"BZh": "compressed with bzip2: unpack it first (bunzip2)",
    b"\xfd7zXZ": "compressed with xz: unpack it first (unxz)",
    b"PAR1": "a Parquet file: export it as JSON Lines",
}
_CHUNK = 1 << 16
_SNIFFED = 4096
_READ_ERRORS = (EOFError, zlib.error, OSError)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was wrong with a corpus, and where.

    Parameters
    ----------
    problem : str
        What was found and what was expected.
    file : str
        Path of the file.
    line : int, optional
        From 1; None where a file has no rows.
    byte_offset : int, optional
        Where the row begins, in the uncompressed file.
    """

    problem: str
    file: str
    line: int | None = None
    byte_offset: int | None = None

    def error(self) -> CorpusError:
        """Return it as an error to raise."""
        return CorpusError(self.problem, file=self.file, line=self.line, byte_offset=self.byte_offset)

    def __str__(self) -> str:
        return str(self.error())


@dataclass(frozen=True, slots=True)
class Record:
    """One row, or one whole file: its values by column, and where it stands."""

    values: Mapping[str, object]
    format: str
    place: Finding  # with an empty problem
    repaired: str = ""  # what was replaced to read it

    def finding(self, problem: str) -> Finding:
        """Return a finding about this record."""
        return Finding(problem, self.place.file, self.place.line, self.place.byte_offset)


def list_files(path: Path, format: str) -> list[tuple[Path, str]]:
    """Return the files of a corpus with their formats, sorted by path.

    Links to folders are not followed, hidden files are left out, and of a folder only
    files whose ending names a known format are read; with a given format, only its own
    (``text`` takes those of ``page``).
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise CorpusError(f"can't be read: {error.strerror}", file=str(path)) from error
    if not stat.S_ISDIR(mode):
        return [(path, format if format != "auto" else "")]
    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            known = format_of_name(name)
            if format == "text" and known == "page":
                known = "text"
            if known and not name.startswith(".") and format in ("auto", known):
                found.append((Path(folder, name), known))
    if not found:
        groups = FORMATS.values() if format == "auto" else [FORMATS[format] or FORMATS["page"]]
        endings = ", ".join(ending for group in groups for ending in group)
        raise CorpusError(
            f"no file to read in this folder: expected names ending with {endings}", file=str(path)
        )
    return found


def format_of_name(name: str) -> str:
    """Return the format that a file name stands for, or ''.

    Examples
    --------
    >>> format_of_name("news.jsonl.gz"), format_of_name("page.TXT"), format_of_name("notes")
    ('jsonl', 'page', '')
    """
    name = name.lower().removesuffix(".gz")
    return next((format for format, endings in FORMATS.items() if name.endswith(endings)), "")


def sniff(head: bytes) -> str:
    r"""Guess a format from the first bytes of a file.

    Examples
    --------
    >>> sniff(b'{"text": "Talks"}'), sniff(b"text,tags\nTalks,a"), sniff(b"<p>Talks"), sniff(b"Talks")
    ('jsonl', 'csv', 'html', 'page')
    """
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"{", b"[")):
        return "jsonl"
    if text.startswith(b"<"):
        return "html"
    columns = text.split(b"\n", 1)[0].lower().rstrip(b"\r")
    for delimiter, format in ((b"\t", "tsv"), (b",", "csv")):
        names = [name.strip(b'" ') for name in columns.split(delimiter)]
        if len(names) > 1 and {b"text", b"title", b"body", b"headline"} & set(names):
            return format
    return "page"


def read_records(path: Path, format: str, limits: Limits) -> Iterator[Record | Finding]:
    """Yield the records of a file; what can't be read comes as a finding, and reading goes on.

    Parameters
    ----------
    path : Path
        A regular file, gzipped or not.
    format : str
        One of :data:`FORMATS`, or '' to go by the name, then by the first bytes.
    limits : Limits
        Bounds; ``json_line_bytes`` counts for a row of JSON Lines, CSV and TSV.

    Yields
    ------
    Record or Finding
        In the order of the file.
    """
    name = str(path)
    if not path.is_file():  # a pipe or a device would block or never end
        yield Finding("not a regular file", name)
        return
    try:
        with _opened(path) as stream:
            head = stream.peek(_SNIFFED)[:_SNIFFED]
            refused = next((why for magic, why in _OTHER_KINDS.items() if head.startswith(magic)), "")
            if refused:
                yield Finding(f"expected text, found {refused}", name)
                return
            format = format or format_of_name(path.name) or sniff(head)
            if format in _ROW_READERS and head[:2] in (b"\xff\xfe", b"\xfe\xff"):
                yield Finding(
                    "expected UTF-8, found UTF-16: convert it first (iconv -f UTF-16 -t UTF-8)", name
                )
                return
            reader = _ROW_READERS.get(format, _whole_file)
            yield from reader(_Source(stream, name, format, limits))
    except _READ_ERRORS as error:
        yield Finding(f"the file can't be read to its end: {error}", name)


def stream_records(
    stream: BufferedReader, name: str, format: str, limits: Limits
) -> Iterator[Record | Finding]:
    """Yield the records of an open binary stream as they arrive; ``format`` is a format of rows.

    What can't be read comes as a finding, and reading goes on.
    """
    yield from _ROW_READERS[format](_Source(stream, name, format, limits))


@dataclass(slots=True)
class _Source:
    """An open file, and how far its lines were read."""

    stream: BufferedReader
    name: str
    format: str
    limits: Limits
    line: int = 0
    offset: int = 0
    overlong: int = 0  # bytes of a line that was skipped because it is too long

    def lines(self) -> Iterator[tuple[Finding, bytes]]:
        """Yield each line with its place; of one that is too long only the place and b''."""
        allowed = self.limits.json_line_bytes
        while line := self.stream.readline(allowed + 1):
            self.line += 1
            place = Finding("", self.name, self.line, self.offset)
            self.offset += len(line)
            self.overlong = 0
            if len(line) > allowed:
                self.overlong = len(line)
                while not line.endswith(b"\n") and (line := self.stream.readline(_CHUNK)):
                    self.overlong += len(line)
                    self.offset += len(line)
                line = b""
            if self.line == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            yield place, line

    def too_long(self, place: Finding) -> Finding:
        return Finding(
            f"a line of {self.overlong:,} bytes; the limit is {self.limits.json_line_bytes:,}: "
            "raise it with Limits(json_line_bytes=...)",
            place.file,
            place.line,
            place.byte_offset,
        )


def _opened(path: Path) -> BufferedReader:
    file = path.open("rb")
    if file.peek(2)[:2] != b"\x1f\x8b":
        return file
    return BufferedReader(cast(Any, _Unzipped(file)))


class _Unzipped(gzip.GzipFile):
    """A gzip stream that also closes the file below."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(fileobj=file, mode="rb")
        self._below = file

    def close(self) -> None:
        super().close()
        self._below.close()


def _decoded(data: bytes) -> tuple[str, str]:
    """Return text, and what had to be replaced to read it."""
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        return data.decode(
            "utf-8", "replace"
        ), f"not UTF-8 from byte {error.start} of the row on: replaced by U+FFFD"


def _json_rows(source: _Source) -> Iterator[Record | Finding]:
    for place, line in source.lines():
        if source.overlong:
            yield source.too_long(place)
        elif line.strip():
            yield _json_row(place, line)


def _json_row(place: Finding, line: bytes) -> Record | Finding:
    text, repaired = _decoded(line)
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        value = _json_with_surrogates(text)
        if value is None:
            return Finding(f"not JSON: {error}{_hint(line)}", place.file, place.line, place.byte_offset)
        repaired = "lone surrogates: replaced by U+FFFD"
    if not isinstance(value, dict):
        problem = f"expected an object, found {type(value).__name__}: write one object a line"
        return Finding(problem, place.file, place.line, place.byte_offset)
    return Record(value, "jsonl", place, repaired)


def _json_with_surrogates(text: str) -> object:
    """Read JSON that is right but for lone surrogates, which Python's json writes; None if it isn't."""
    if "\\ud" not in text.lower():
        return None
    try:
        value = json.loads(text, parse_constant=float)
        return msgspec.json.decode(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _hint(line: bytes) -> str:
    if not line.endswith((b"\n", b"}")):
        return "; the file may have been cut off here"
    if line.strip() in (b"{", b"["):
        return "; one object a line is expected: convert with jq -c '.[]'"
    return ""


def _table_rows(source: _Source) -> Iterator[Record | Finding]:
    # The module's own limit is one for the whole process; raising it to ours refuses nothing that it allowed.
    csv.field_size_limit(max(csv.field_size_limit(), source.limits.json_line_bytes))
    table = _Table(source)
    reader = csv.reader(table, delimiter="\t" if source.format == "tsv" else ",", strict=True)
    columns: list[str] | None = None
    while True:
        table.begin()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield table.finding(f"not {source.format.upper()}: {error}")
            continue
        if table.problem:
            yield table.finding(table.problem)
        elif columns is None:
            columns = [name.strip() for name in row]
        elif row and len(row) != len(columns):
            yield table.finding(f"expected {len(columns)} columns as in the first row, found {len(row)}")
        elif row:
            yield Record(dict(zip(columns, row, strict=True)), source.format, table.place, table.repaired)


class _Table:
    """Feeds decoded lines to csv.reader and knows where the row that it reads began."""

    def __init__(self, source: _Source) -> None:
        self.source = source
        self.lines = source.lines()
        self.begin()

    def begin(self) -> None:
        self.place = Finding("", self.source.name)
        self.repaired = self.problem = ""
        self.bytes = 0

    def __iter__(self) -> _Table:
        return self

    def __next__(self) -> str:
        place, line = next(self.lines)
        self.place = self.place if self.place.line else place
        self.bytes += len(line)
        if self.source.overlong:
            self.problem = self.source.too_long(place).problem
        elif self.bytes > self.source.limits.json_line_bytes:
            raise csv.Error("a row longer than the limit, perhaps a quotation mark that is never closed")
        text, repaired = _decoded(line)
        self.repaired = self.repaired or repaired
        return text

    def finding(self, problem: str) -> Finding:
        return Finding(problem, self.place.file, self.place.line, self.place.byte_offset)


def _whole_file(source: _Source) -> Iterator[Record | Finding]:
    if source.format == "html":
        limit, allowed = "html_bytes", source.limits.html_bytes
    else:
        limit, allowed = "text_characters", 4 * source.limits.text_characters
    data = source.stream.read(allowed + 1)
    place = Finding("", source.name)
    if len(data) > allowed:
        yield Finding(f"more than {allowed:,} bytes: raise it with Limits({limit}=...)", source.name)
        return
    repaired = ""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    else:
        text, repaired = _decoded(data.removeprefix(b"\xef\xbb\xbf"))
    yield Record({"text": text}, source.format, place, repaired)


_ROW_READERS: Mapping[str, Callable[[_Source], Iterator[Record | Finding]]] = {
    "jsonl": _json_rows,
    "csv": _table_rows,
    "tsv": _table_rows,
}
