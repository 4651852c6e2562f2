"""CSV and TSV with a header row: columns by name, and cells that no spreadsheet runs as a formula."""

from __future__ import annotations

import ast
import csv
import json
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from io import TextIOWrapper
from itertools import chain, islice
from typing import Any, BinaryIO, cast

from tagonomy.corpora.formats.objects import encoded, fields_of
from tagonomy.corpora.records import Finding, Record, Row, Source, decoded

#: Between the columns of ``csv``; the one that the first row has most of counts.
DELIMITERS = ",;\t|"
#: Columns of every table that is written.
FIELDS = ("id", "title", "text", "date", "tags")
# What of a stream is looked at for its columns.
_LOOKED_AT = 1000
# Cells that a spreadsheet would run (and those that already are protected, so that the mark can be undone).
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_PROTECTED = re.compile(r"'+[=+\-@\t\r]")
# What may part tags in a cell: a tag with one of these inside needs a list that can be read back.
_URIS = re.compile(r"(?:<[^<>\s]+>\s*)+")
_DELIMITING = re.compile(r"[,|;•·\n\t\r#›»/<>\[\]]|^\s|\s$|^$")


def read_csv(source: Source) -> Iterator[Record | Finding]:
    """Yield the rows of a CSV file with whatever delimiter its first row has."""
    head = source.stream.peek(1).lstrip(b"\xef\xbb\xbf\r\n").partition(b"\n")[0]
    delimiter = max(DELIMITERS, key=lambda each: head.count(each.encode()))
    yield from _rows(source, delimiter if head.count(delimiter.encode()) else ",", "CSV")


def read_tsv(source: Source) -> Iterator[Record | Finding]:
    """Yield the rows of a TSV file."""
    yield from _rows(source, "\t", "TSV")


def _rows(source: Source, delimiter: str, name: str) -> Iterator[Record | Finding]:
    # The module's own limit is one for the whole process; raising it to ours refuses nothing that it allowed.
    csv.field_size_limit(max(csv.field_size_limit(), source.limits.json_line_bytes))
    lines = _Lines(source)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    columns: list[str] | None = None
    while True:
        lines.begin()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield lines.place.because(f"not {name}: {error}")
            lines.back_to_second()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        if lines.place.problem:
            yield lines.place
        elif columns is None:
            columns = [column.strip() for column in row]
            if twice := sorted({column for column in columns if column and columns.count(column) > 1}):
                yield lines.place.because(f"the column {twice[0]!r} stands twice: rename one of them")
                return
        elif row and len(row) != len(columns):
            problem = f"expected {len(columns)} columns as in the first row, found {len(row)}"
            yield lines.place.because(problem)
        elif row:
            yield Record(dict(zip(columns, map(unprotected, row), strict=True)), lines.place, lines.repaired)


class _Lines:
    """Feeds decoded lines to csv.reader, and knows those of the row that it reads."""

    def __init__(self, source: Source) -> None:
        self.limit = source.limits.json_line_bytes
        self.lines = source.lines()
        self.again: deque[tuple[Finding, bytes]] = deque()
        self.name = source.name
        self.begin()

    def begin(self) -> None:
        self.place = Finding("", self.name)
        self.repaired = ""
        self.row: list[tuple[Finding, bytes]] = []
        self.bytes = 0

    def back_to_second(self) -> None:
        """Go back to the second line of a row: a quotation mark that is never closed costs one line."""
        self.again.extendleft(reversed(self.row[1:]))

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        place, line = self.again.popleft() if self.again else next(self.lines)
        if not self.row or place.problem:
            self.place = self.place.because(place.problem) if self.row else place
        self.row.append((place, line))
        self.bytes += len(line)
        if self.bytes > self.limit:
            raise csv.Error("a row longer than the limit, perhaps a quotation mark that is never closed")
        text, repaired = decoded(line)
        self.repaired = self.repaired or repaired
        return text


def protected(cell: str) -> str:
    """Return a cell that a spreadsheet takes for text, where it would take it for a formula.

    Examples
    --------
    >>> protected("=cmd|' /C calc'!A0"), protected("Talks = hope")
    ("'=cmd|' /C calc'!A0", 'Talks = hope')
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unprotected(cell: str) -> str:
    """Return the text of a cell that :func:`protected` may have marked.

    Examples
    --------
    >>> unprotected("'=cmd"), unprotected("'tis")
    ('=cmd', "'tis")
    """
    return cell[1:] if _PROTECTED.match(cell) else cell


def tags_cell(tags: Sequence[str]) -> str:
    """Return tags as one cell, from which :func:`listed` and the splitting of tag lines get them back.

    Examples
    --------
    >>> tags_cell(["Geneva", "peace talks"]), tags_cell(["Washington, D.C."])
    ('Geneva; peace talks', '["Washington, D.C."]')
    """
    if any(_DELIMITING.search(tag) for tag in tags):
        return json.dumps(list(tags), ensure_ascii=False)
    return "; ".join(tags)


def listed(cell: str) -> list[object] | None:
    """Return the list that a cell spells out as JSON, as Python or as URIs, or None.

    Examples
    --------
    >>> listed('["a", "b"]'), listed("['a', 'b']"), listed("<http://a.example/1> <http://a.example/2>")
    (['a', 'b'], ['a', 'b'], ['http://a.example/1', 'http://a.example/2'])
    >>> listed("a, b")
    """
    cell = cell.strip()
    if _URIS.fullmatch(cell):
        return list(re.findall(r"<([^<>]*)>", cell))
    if not (cell.startswith("[") and cell.endswith("]")):
        return None
    for read in (json.loads, ast.literal_eval):
        try:
            value = read(cell)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        return value if isinstance(value, list) else None
    return None


def write_csv(rows: Iterable[Row], out: BinaryIO, losses: Counter[str]) -> None:
    """Write a table with commas, its cells protected against being run as formulas."""
    _write(rows, out, losses, ",")


def write_tsv(rows: Iterable[Row], out: BinaryIO, losses: Counter[str]) -> None:
    """Write a table with tabs, its cells protected against being run as formulas."""
    _write(rows, out, losses, "\t")


def _write(rows: Iterable[Row], out: BinaryIO, losses: Counter[str], delimiter: str) -> None:
    columns, records = columnar(rows, losses)
    text = TextIOWrapper(cast(Any, out), "utf-8", errors="replace", newline="", write_through=True)
    try:
        writer = csv.writer(text, delimiter=delimiter)
        writer.writerow(map(protected, columns))
        for record in records:
            cells = {name: value for name, value in record.items() if name != "tags"}
            cells["tags"] = tags_cell(record["tags"])
            writer.writerow([protected(cells.get(name) or "") for name in columns])
    finally:
        text.detach()


def columnar(rows: Iterable[Row], losses: Counter[str]) -> tuple[list[str], Iterator[dict[str, Any]]]:
    """Return the columns of rows, as the first of them have them, and the rows as texts and lists of tags.

    What a later row has besides is lost, and counted.
    """
    rows = iter(rows)
    first = [fields_of(row, losses) for row in islice(rows, _LOOKED_AT)]
    columns = list(dict.fromkeys([*FIELDS, *(name for record in first for name in record)]))

    def records() -> Iterator[dict[str, Any]]:
        for record in chain(first, (fields_of(row, losses) for row in rows)):
            for name in record.keys() - columns:
                losses[f"a column {name!r} that none of the first {_LOOKED_AT:,} rows has: left out"] += 1
            yield {
                name: value if name == "tags" or isinstance(value, str) else _cell(value)
                for name, value in record.items()
                if name in columns
            }

    return columns, records()


def _cell(value: object) -> str:
    return "" if value is None else encoded(value).decode()
