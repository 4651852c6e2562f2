"""JSON: one object a line, an array of objects, or objects over several lines; read one at a time."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import msgspec

from tagonomy.corpora.files import SNIFFED
from tagonomy.corpora.records import Finding, Record, Row, Source, decoded

# A string, a bracket, or the beginning of a string whose end is still to come.
_TOKEN = re.compile(rb'"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+"|[\[\]{}"]')
_KEY = re.compile(rb"\s*:")
_DEEPEST = 64
_CUT = "; the file may have been cut off here"


def read_lines(source: Source) -> Iterator[Record | Finding]:
    """Yield the object of each line."""
    for place, line in source.lines():
        if place.problem:
            yield place
        elif line.strip():
            yield _record(place, line)


def read_values(source: Source) -> Iterator[Record | Finding]:
    """Yield the objects of an array, or those that stand one after the other, over any number of lines."""
    for place, value in _elements(source):
        yield place if place.problem else _record(place, value)


def read_any(source: Source) -> Iterator[Record | Finding]:
    """Yield objects line by line if the first line is one, and else wherever they stand."""
    one_a_line = first_line_is_object(source.stream.peek(SNIFFED))
    yield from (read_lines if one_a_line else read_values)(source)


def first_line_is_object(head: bytes) -> bool:
    r"""Tell whether the first bytes of a file are those of JSON Lines.

    Examples
    --------
    >>> first_line_is_object(b'{"text": "Talks"}\n{'), first_line_is_object(b'{\n "text": "Talks"\n}')
    (True, False)
    """
    first, line_break, _ = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    return first.startswith(b"{") and (not line_break or first.rstrip().endswith(b"}"))


def keys_of_first(head: bytes) -> frozenset[str]:
    """Return the keys of the first object in the first bytes of a file, as far as they reach.

    Examples
    --------
    >>> sorted(keys_of_first(b'[{"data": {"text": "a"}, "annotations": [{"id"'))
    ['annotations', 'data']
    """
    keys = set()
    depth = objects = 0
    for token in _TOKEN.finditer(head):
        mark = token[0]
        if mark in (b"{", b"["):
            depth += 1
            objects = objects or (depth if mark == b"{" else 0)
        elif mark in (b"}", b"]"):
            depth -= 1
            if objects and depth < objects:
                break
        elif depth == objects and _KEY.match(head, token.end()):
            keys.add(mark[1:-1].decode("utf-8", "replace"))
    return frozenset(keys)


def _record(place: Finding, data: bytes) -> Record | Finding:
    text, repaired = decoded(data)
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        value = _with_surrogates(text)
        if value is None:
            return place.because(f"not JSON: {error}{_hint(data)}")
        repaired = "lone surrogates: replaced by U+FFFD"
    if not isinstance(value, dict):
        return place.because(f"expected an object, found {type(value).__name__}: write one object a line")
    keys, depth = _measured(value)
    if depth > _DEEPEST:
        return place.because(f"nested deeper than {_DEEPEST} levels")
    if twice := _key_twice(text, keys):
        return place.because(f"the key {twice!r} stands twice in one object: keep one of them")
    return Record(value, place, repaired)


def _with_surrogates(text: str) -> object:
    """Read JSON that is right but for lone surrogates, which Python's json writes; None if it isn't."""
    if "\\ud" not in text.lower():
        return None
    try:
        value = json.loads(text, parse_constant=float)
        return msgspec.json.decode(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _key_twice(text: str, keys: int) -> str:
    """Return a key that an object gives twice: of two texts, JSON would silently keep the second."""
    if text.count('":') + text.count('" :') == keys:
        return ""  # as good as always, and quickly seen
    twice: list[str] = []

    def look(pairs: list[tuple[str, object]]) -> dict[str, object]:
        counts = Counter(name for name, _ in pairs)
        twice.extend(name for name, count in counts.items() if count > 1)
        return dict(pairs)

    json.loads(text, object_pairs_hook=look)
    return twice[0] if twice else ""


def _measured(value: object) -> tuple[int, int]:
    """Return how many keys the objects within a value have, and how deep it is nested."""
    keys = depth = 0
    level = [value]
    while level:
        depth += 1
        below: list[object] = []
        for each in level:
            if isinstance(each, dict):
                keys += len(each)
                below += each.values()
            elif isinstance(each, list):
                below += each
        level = [each for each in below if isinstance(each, (dict, list))]
    return keys, depth


def _hint(data: bytes) -> str:
    if not data.endswith((b"\n", b"}")):
        return _CUT
    if data.strip() in (b"{", b"["):
        return "; one object a line is expected: read it as format \"json\", or convert with jq -c '.[]'"
    return ""


def _elements(source: Source) -> Iterator[tuple[Finding, bytes]]:
    """Yield the place and the bytes of each top-level value, or a finding and b''.

    Brackets and strings are all that is looked at, so that a value which is no JSON costs only itself.
    """
    window = _Window(source)
    start = -1  # where the value that is being read begins
    depth, floor = 0, -1  # brackets that are open; how many of them stand around each value
    while mark := window.next_mark():
        if mark in (b"{", b"["):
            if floor < 0:
                floor = int(mark == b"[")
                if floor:
                    depth, window.keep = 1, window.at
                    continue
            if depth == floor:
                start = window.at - 1
                yield from window.strays(start)
                window.keep = start
            depth += 1
        elif mark in (b"}", b"]"):
            depth -= 1
            if depth == floor and start >= 0:
                yield window.place(window.keep), window.buffer[window.keep : window.at]
                window.keep, start = window.at, -1
            elif depth < floor:  # the array ends, or a bracket that nothing opened
                yield from window.strays(window.at - 1)
                window.keep, depth, floor = window.at, 0, 0
    if window.overlong:
        yield window.place(window.keep, f"{window.overlong}; nothing after it is read"), b""
    elif start >= 0:
        yield window.place(window.keep), window.buffer[window.keep :]
    else:
        yield from window.strays(len(window.buffer))
        if floor == 1:
            yield window.place(len(window.buffer), f"the array is not closed{_CUT}"), b""


class _Window:
    """The part of a file that a value needs: it moves on as marks (brackets and strings) are read."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.buffer = source.stream.read(SNIFFED)
        if self.buffer.startswith(b"\xef\xbb\xbf"):
            self.buffer, source.offset = self.buffer[3:], 3
        self.at = self.keep = 0  # where to look on; from where the bytes are still needed
        self.line, self.counted = 1, 0  # the line of buffer[counted]
        self.overlong = ""

    def next_mark(self) -> bytes:
        """Return the next bracket or string, which ends at ``at``; b'' at the end of the file."""
        while True:
            token = _TOKEN.search(self.buffer, self.at)
            if token is not None and token[0] != b'"':
                self.at = token.end()
                return token[0]
            if token is not None and (line_break := self.buffer.find(b"\n", token.end())) >= 0:
                self.at = line_break  # no string goes on behind a line break: this one is broken
                continue
            self.at = token.start() if token is not None else len(self.buffer)
            if not self._more():
                return b""

    def _more(self) -> bool:
        """Read on; return False at the end of the file, or where the value is too long."""
        length = len(self.buffer) - self.keep
        if length > self.source.limits.json_line_bytes:
            self.overlong = self.source.too_long("a value", length)
            return False
        # As much again as is there: a long string is not looked through anew for each little piece.
        more = self.source.stream.read(max(SNIFFED, length))
        self.line += self.buffer.count(b"\n", self.counted, self.keep)
        self.source.offset += self.keep
        self.buffer = self.buffer[self.keep :] + more
        self.at, self.keep, self.counted = self.at - self.keep, 0, 0
        return bool(more)

    def place(self, position: int, problem: str = "") -> Finding:
        """Return a place in the window; positions only grow."""
        self.line += self.buffer.count(b"\n", self.counted, position)
        self.counted = position
        return Finding(problem, self.source.name, self.line, self.source.offset + position)

    def strays(self, stop: int) -> Iterator[tuple[Finding, bytes]]:
        """Yield a finding if more than separators stand between ``keep`` and the next value."""
        found = self.buffer[self.keep : stop].strip(b" \t\r\n,")
        if found:
            shown = found[:40].decode("utf-8", "replace")
            where = self.buffer.index(found, self.keep)
            yield self.place(where, f"expected an object, found {shown!r}"), b""


def encoded(value: object) -> bytes:
    """Return a value as JSON on one line; lone surrogates, which UTF-8 can't hold, become U+FFFD."""
    try:
        return msgspec.json.encode(value, enc_hook=str)
    except UnicodeEncodeError:
        return json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "replace")


def write_lines(rows: Iterable[Row], out: BinaryIO, losses: Counter[str]) -> None:
    """Write an object a line."""
    for row in rows:
        out.write(encoded(fields_of(row, losses)) + b"\n")


def write_array(rows: Iterable[Row], out: BinaryIO, losses: Counter[str]) -> None:
    """Write an array with an object a line."""
    write_elements((fields_of(row, losses) for row in rows), out)


def write_elements(values: Iterable[object], out: BinaryIO) -> None:
    """Write values as an array, one a line."""
    separator = b"[\n"
    for value in values:
        out.write(separator + encoded(value))
        separator = b",\n"
    out.write((b"" if separator != b"[\n" else separator) + b"\n]\n")


def fields_of(row: Row, losses: Counter[str]) -> dict[str, Any]:
    """Return what a row holds under the names of an article's fields, without those that are empty."""
    article = row.article
    fields = {"id": article.id, "title": article.title, "text": article.text, "date": article.date}
    found: dict[str, Any] = {name: value for name, value in fields.items() if value or name == "text"}
    found["tags"] = [*article.tags, *article.unknown_tags]
    for name, value in row.extra.items():
        if name not in fields and name != "tags":
            found[name] = value
        elif value is not None:
            losses[f"a column {name!r} besides the one that is read as {name}: left out"] += 1
    return found
