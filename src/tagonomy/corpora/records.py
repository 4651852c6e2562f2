"""What a reader of any format gives: records with their place, and findings about what can't be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

from tagonomy.articles.article import Article
from tagonomy.config import Limits
from tagonomy.errors import CorpusError

_CHUNK = 1 << 16
_BOM = b"\xef\xbb\xbf"


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
        From 1; the number of the row where a file has rows but no lines, None where it has neither.
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

    def because(self, problem: str) -> Finding:
        """Return a finding about the same place."""
        return Finding(problem, self.file, self.line, self.byte_offset)

    def __str__(self) -> str:
        return str(self.error())


@dataclass(frozen=True, slots=True)
class Record:
    """One row, or one whole file: its values by column, and where it stands.

    Parameters
    ----------
    values : mapping of str to object
        Under the names of the file's own columns, or those of an article's fields.
    place : Finding
        With an empty problem.
    repaired : str
        What was replaced to read it.
    form : str
        ``row``; ``page`` or ``html`` where the text still is to be taken apart; ``left out`` for a row
        that its annotator wanted to be ignored.
    """

    values: Mapping[str, object]
    place: Finding
    repaired: str = ""
    form: str = "row"


@dataclass(frozen=True, slots=True)
class Row:
    """An article with what else its row holds.

    Parameters
    ----------
    article : Article
        The article.
    extra : mapping of str to object
        The columns that no field of the article is read from.
    place : Finding, optional
        File, line and byte offset; its problem is empty.
    """

    article: Article
    extra: Mapping[str, object] = field(default_factory=dict)
    place: Finding | None = None


@dataclass(slots=True)
class Source:
    """An open file, uncompressed, and how far its lines were read.

    Parameters
    ----------
    stream : BufferedReader
        At its beginning.
    name : str
        Path, for messages.
    limits : Limits
        Bounds on lines and whole files.
    stem : str
        Path below the corpus, with ``/`` and without endings: the id of an article that is a file.
    path : Path, optional
        Where it lies on disk, unless it is a stream or part of an archive.
    """

    stream: BufferedReader
    name: str
    limits: Limits = field(default_factory=Limits)
    stem: str = ""
    path: Path | None = None
    line: int = 0
    offset: int = 0

    def lines(self) -> Iterator[tuple[Finding, bytes]]:
        """Yield each line with its place; of one that is too long, b'' and the place says so."""
        allowed = self.limits.json_line_bytes
        while line := self.stream.readline(allowed + 1):
            self.line += 1
            place = Finding("", self.name, self.line, self.offset)
            self.offset += len(line)
            if self.line == 1:
                line = line.removeprefix(_BOM)
            if len(line) > allowed:
                length = len(line)
                while not line.endswith(b"\n") and (line := self.stream.readline(_CHUNK)):
                    length += len(line)
                    self.offset += len(line)
                place, line = place.because(self.too_long("a line", length)), b""
            yield place, line

    def too_long(self, what: str, length: int) -> str:
        """Return the problem of a row that exceeds its limit."""
        return (
            f"{what} of {length:,} bytes; the limit is {self.limits.json_line_bytes:,}: "
            "raise it with Limits(json_line_bytes=...)"
        )

    def whole(self, limit: str, allowed: int) -> tuple[str, str] | Finding:
        """Return the text of the whole file and what was replaced in it."""
        data = self.stream.read(allowed + 1)
        if len(data) > allowed:
            return Finding(f"more than {allowed:,} bytes: raise it with Limits({limit}=...)", self.name)
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16", "replace"), ""
        return decoded(data.removeprefix(_BOM), "file")


def decoded(data: bytes, what: str = "row") -> tuple[str, str]:
    r"""Return text, and what had to be replaced to read it.

    Examples
    --------
    >>> decoded(b"Z\xfcrich")
    ('Z\ufffdrich', 'not UTF-8 from byte 1 of the row on: replaced by U+FFFD')
    """
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        text = data.decode("utf-8", "replace")
        return text, f"not UTF-8 from byte {error.start} of the {what} on: replaced by U+FFFD"
