"""A labelled corpus: articles in order, and a report of what was wrong with the files."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from types import MappingProxyType
from typing import overload

from tagonomy.articles.article import Article
from tagonomy.articles.records import FORMATS, Finding, Record, list_files, read_records, stream_records
from tagonomy.articles.tagline import LabelResolver, TagSplit, resolve_tags, split_tags
from tagonomy.config import Limits
from tagonomy.errors import ConfigError, CorpusError, LimitError

#: Columns that are tried for each field of an article, in order, where ``fields`` names none.
DEFAULT_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "text": ("text", "body", "content"),
        "title": ("title", "headline"),
        "tags": ("tags", "labels"),
        "id": ("id",),
        "date": ("date", "published"),
    }
)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two articles with the same title and text.

    Parameters
    ----------
    first, second : int
        Their positions in the corpus.
    conflicting : bool
        Whether their tags differ.
    """

    first: int
    second: int
    conflicting: bool


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """What reading a corpus found.

    Parameters
    ----------
    rows : int
        Rows or files read, good and bad.
    bad : tuple of Finding
        Those that were skipped: where and why.
    repaired : tuple of Finding
        Those that were kept after something was replaced, such as bytes that are no UTF-8.
    unknown_tags : mapping of str to int
        Tags that name no concept, with the number of their articles, most frequent first.
    duplicates : tuple of Duplicate
        Articles that stand there twice; they are kept.
    """

    rows: int = 0
    bad: tuple[Finding, ...] = ()
    repaired: tuple[Finding, ...] = ()
    unknown_tags: Mapping[str, int] = field(default_factory=dict)
    duplicates: tuple[Duplicate, ...] = ()

    def __str__(self) -> str:
        conflicting = sum(each.conflicting for each in self.duplicates)
        return (
            f"{self.rows:,} rows: {len(self.bad):,} bad, {len(self.repaired):,} repaired, "
            f"{len(self.duplicates):,} duplicates ({conflicting:,} with other tags), "
            f"{len(self.unknown_tags):,} unknown tags"
        )


@dataclass(frozen=True, slots=True)
class Corpus(Sequence[Article]):
    """A frozen sequence of articles.

    Parameters
    ----------
    articles : tuple of Article
        In the order of the files.
    report : CorpusReport
        What reading them found.

    Examples
    --------
    >>> corpus = Corpus.of([Article("Talks resumed.", tags=["countries:ch"]), Article("Snow fell.")])
    >>> len(corpus), corpus[0].tags, len(corpus[1:])
    (2, ('countries:ch',), 1)
    """

    articles: tuple[Article, ...] = ()
    report: CorpusReport = CorpusReport()

    @classmethod
    def of(cls, articles: Iterable[Article]) -> Corpus:
        """Make a corpus of articles at hand.

        Raises
        ------
        TypeError
            If one is no Article.
        """
        kept = tuple(articles)
        for article in kept:
            if not isinstance(article, Article):
                raise TypeError(
                    f"expected articles, found {type(article).__name__}: wrap texts as Article(text)"
                )
        return cls(kept, _report(len(kept), kept))

    def __len__(self) -> int:
        return len(self.articles)

    @overload
    def __getitem__(self, index: int) -> Article: ...
    @overload
    def __getitem__(self, index: slice) -> Corpus: ...
    def __getitem__(self, index: int | slice) -> Article | Corpus:
        return Corpus.of(self.articles[index]) if isinstance(index, slice) else self.articles[index]

    def __iter__(self) -> Iterator[Article]:
        return iter(self.articles)


def read_corpus(
    path: str | os.PathLike[str],
    format: str = "auto",
    *,
    taxonomy: LabelResolver | None = None,
    fields: Mapping[str, str] | None = None,
    on_bad: str = "error",
    limits: Limits | None = None,
) -> Corpus:
    r"""Read a corpus of articles with their editors' tags.

    Parameters
    ----------
    path : str or path
        A file, gzipped or not, or a folder of files.
    format : {"auto", "jsonl", "csv", "tsv", "page", "html", "text"}, default "auto"
        ``auto`` goes by the ending of the name, then by the first bytes.  ``page`` takes
        each file apart as a scraped page, ``text`` takes it as the article's text as is.
    taxonomy : LabelResolver, optional
        Turns tags, whether labels or ids, into concept ids; what names no concept goes to
        ``Article.unknown_tags``.  Without one, tags stay as they are.
    fields : mapping of str to str, optional
        Names of the columns for ``text``, ``title``, ``tags``, ``id`` and ``date``, for example
        ``{"tags": "people"}``; those left out are looked for as in :data:`DEFAULT_FIELDS`.
    on_bad : {"error", "skip"}, default "error"
        What to do with a row that can't be read: stop, or go on and report it.
    limits : Limits, optional
        Bounds on rows, texts and HTML.

    Returns
    -------
    Corpus
        The articles, and a report of bad rows, unknown tags and duplicates.

    Raises
    ------
    ConfigError
        If ``format``, ``fields`` or ``on_bad`` is none of the above.
    CorpusError
        If the path can't be read, or a row can't and ``on_bad`` is "error".
    TypeError
        If ``path`` is no path.

    Notes
    -----
    All articles are held in memory.  Tags may be a list of strings, or one string: with
    delimiters between the tags, or, given a taxonomy, without.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "news.jsonl")
    >>> _ = path.write_text('{"text": "Talks resumed.", "tags": ["Geneva"]}\n{"text": 7}\n')
    >>> corpus = read_corpus(path, on_bad="skip")
    >>> corpus[0].tags, corpus.report.bad[0].problem
    (('Geneva',), 'text: expected a string, found int')
    """
    columns = _checked(path, format, fields, on_bad)
    limits = limits or Limits()
    root = Path(path)
    articles: list[Article] = []
    bad: list[Finding] = []
    repaired: list[Finding] = []
    rows = 0
    for file, known in list_files(root, format):
        for record in read_records(file, known, limits):
            rows += 1
            read = record if isinstance(record, Finding) else _read(record, root, columns, taxonomy, limits)
            if isinstance(read, Article):
                articles.append(read)
                if isinstance(record, Record) and record.repaired:
                    repaired.append(record.finding(record.repaired))
            elif on_bad == "error":
                raise read.error()
            else:
                bad.append(read)
    return Corpus(tuple(articles), _report(rows, articles, bad, repaired))


def stream_corpus(
    stream: BufferedReader,
    format: str = "jsonl",
    *,
    name: str = "-",
    taxonomy: LabelResolver | None = None,
    fields: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Iterator[Article]:
    """Yield the articles of an open binary stream as they arrive, such as standard input from a pipe.

    Memory stays that of one row; :func:`read_corpus` describes the other parameters.

    Raises
    ------
    ConfigError
        If ``format`` is none of ``jsonl``, ``csv`` and ``tsv``.
    CorpusError
        At the first row that can't be read.
    """
    if format not in ("jsonl", "csv", "tsv"):
        raise ConfigError("format", format, "a format of rows: jsonl, csv or tsv")
    columns = _checked(name, format, fields, "error")
    limits = limits or Limits()
    for record in stream_records(stream, name, format, limits):
        read = record if isinstance(record, Finding) else _read(record, Path(name), columns, taxonomy, limits)
        if isinstance(read, Finding):
            raise read.error()
        yield read


def _checked(
    path: object, format: str, fields: Mapping[str, str] | None, on_bad: str
) -> dict[str, tuple[str, ...]]:
    """Check the arguments; return the columns to try for each field."""
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"expected the path of a corpus, found {type(path).__name__}")
    if format != "auto" and format not in FORMATS:
        raise ConfigError("format", format, f"one of auto, {', '.join(FORMATS)}")
    if on_bad not in ("error", "skip"):
        raise ConfigError("on_bad", on_bad, "error or skip")
    columns = dict(DEFAULT_FIELDS)
    for name, column in (fields or {}).items():
        if name not in DEFAULT_FIELDS or not isinstance(column, str):
            raise ConfigError("fields", {name: column}, f"column names for {', '.join(DEFAULT_FIELDS)}")
        columns[name] = (column,)
    return columns


def _read(
    record: Record,
    root: Path,
    columns: Mapping[str, tuple[str, ...]],
    taxonomy: LabelResolver | None,
    limits: Limits,
) -> Article | Finding:
    try:
        if record.format in ("page", "html", "text"):
            return _file_article(record, root, taxonomy, limits)
        return _row_article(record.values, columns, taxonomy, limits)
    except CorpusError as error:
        return record.finding(error.problem)
    except LimitError as error:
        return record.finding(str(error))


def _file_article(record: Record, root: Path, taxonomy: LabelResolver | None, limits: Limits) -> Article:
    text = str(record.values["text"])
    file = Path(record.place.file)
    name = file.relative_to(root) if file != root else Path(file.name)
    id = (
        name.as_posix()
        .removesuffix(".gz")
        .removesuffix(name.with_suffix("").suffix if name.suffix == ".gz" else name.suffix)
    )
    if record.format == "text":
        _limited(text, limits)
        return Article(text.strip(), id=id)
    if record.format == "html":
        return Article.from_html(text, taxonomy, id=id, limits=limits)
    return Article.from_page(text, taxonomy, id=id, limits=limits)


def _row_article(
    values: Mapping[str, object],
    columns: Mapping[str, tuple[str, ...]],
    taxonomy: LabelResolver | None,
    limits: Limits,
) -> Article:
    found = {
        name: next((values[each] for each in tried if each in values), None)
        for name, tried in columns.items()
    }
    if found["text"] is None and found["title"] is None:
        wanted = " or ".join(map(repr, columns["text"] + columns["title"]))
        have = ", ".join(map(repr, list(values)[:8])) or "none"
        raise CorpusError(f"no text: expected a column {wanted}, found {have}; name yours with fields=")
    text, title = _text("text", found["text"]), _text("title", found["title"])
    _limited(text, limits)
    _limited(title, limits)
    split = _tags(found["tags"], taxonomy)
    return Article(
        text,
        title,
        id=_name("id", found["id"]),
        date=_name("date", found["date"]),
        tags=split.tags,
        unknown_tags=split.unknown,
    )


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise CorpusError(f"{name}: expected a string, found {type(value).__name__}")
    return value


def _name(name: str, value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise CorpusError(f"{name}: expected a string or a whole number, found {type(value).__name__}")
    return str(value)


def _tags(value: object, taxonomy: LabelResolver | None) -> TagSplit:
    if value is None or value == "":
        return TagSplit()
    if isinstance(value, str):
        split = split_tags(value, taxonomy)
        # One tag alone in its column is a tag, not a line that can't be split.
        return split if taxonomy is not None or split.tags else resolve_tags(split.unknown, None)
    if not isinstance(value, list):
        raise CorpusError(f"tags: expected a list of strings or one string, found {type(value).__name__}")
    for tag in value:
        if not isinstance(tag, str):
            raise CorpusError(
                f"tags: expected each tag as a string, found {type(tag).__name__} ({tag!r:.40})"
            )
    return resolve_tags([tag.strip() for tag in value if tag.strip()], taxonomy)


def _limited(text: str, limits: Limits) -> None:
    if len(text) > limits.text_characters:
        raise LimitError("text_characters", len(text), limits.text_characters)


def _report(
    rows: int, articles: Sequence[Article], bad: Sequence[Finding] = (), repaired: Sequence[Finding] = ()
) -> CorpusReport:
    unknown = Counter(tag for article in articles for tag in article.unknown_tags)
    ranked = sorted(unknown.items(), key=lambda item: (-item[1], item[0]))
    duplicates = tuple(_duplicates(articles))
    return CorpusReport(rows, tuple(bad), tuple(repaired), MappingProxyType(dict(ranked)), duplicates)


def _duplicates(articles: Sequence[Article]) -> Iterator[Duplicate]:
    seen: dict[tuple[str, str], int] = {}
    for position, article in enumerate(articles):
        first = seen.setdefault((article.title, article.text), position)
        if first != position:
            other = articles[first]
            conflicting = set(article.tags + article.unknown_tags) != set(other.tags + other.unknown_tags)
            yield Duplicate(first, position, conflicting)
