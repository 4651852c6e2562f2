"""Read a corpus: any path, stream or data frame to articles, in one pass and with a report."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from io import BufferedReader
from pathlib import Path

from tagonomy.articles.article import Article
from tagonomy.articles.tagline import LabelResolver
from tagonomy.config import Limits
from tagonomy.corpora.corpus import Corpus, CorpusReport, Tally
from tagonomy.corpora.files import READ_ERRORS, SNIFFED, list_files, open_sources, unpack
from tagonomy.corpora.formats.frames import is_frame, read_frame
from tagonomy.corpora.formats.registry import FORMATS, sniff, sniff_folder, takes
from tagonomy.corpora.records import Finding, Record, Row, Source
from tagonomy.corpora.resolving import with_uris
from tagonomy.corpora.rows import columns_of, row_of
from tagonomy.errors import ConfigError, CorpusError, LimitError


class CorpusReader:
    """One pass over a corpus, article by article: memory stays that of one row and of the report.

    Parameters
    ----------
    source : str, path, binary stream or data frame
        What to read, as :func:`read_corpus` describes it; a stream as :func:`stream_corpus` does.
    format, taxonomy, fields, split, on_bad, max_bad, limits
        As for :func:`read_corpus`.
    name : str, default "-"
        What to call a stream in messages.

    Examples
    --------
    >>> import io
    >>> reader = CorpusReader(io.BufferedReader(io.BytesIO(b'{"text": "Talks.", "url": "u"}')))
    >>> [(row.article.text, dict(row.extra)) for row in reader.rows()], reader.report.rows
    ([('Talks.', {'url': 'u'})], 1)
    """

    def __init__(
        self,
        source: object,
        format: str = "auto",
        *,
        taxonomy: LabelResolver | None = None,
        fields: Mapping[str, str] | None = None,
        split: str | None = None,
        on_bad: str = "error",
        max_bad: int | None = None,
        limits: Limits | None = None,
        name: str = "-",
    ) -> None:
        if format != "auto" and format not in FORMATS:
            raise ConfigError("format", format, f"one of auto, {', '.join(FORMATS)}")
        if on_bad not in ("error", "skip"):
            raise ConfigError("on_bad", on_bad, "error or skip")
        self.source, self.format, self.name = source, format, name
        self.taxonomy, self.split = with_uris(taxonomy), split
        self.max_bad = 0 if on_bad == "error" else max_bad
        self.limits = limits or Limits()
        self.columns = columns_of(fields)
        self._tally = Tally()
        self._records = self._open()

    @property
    def report(self) -> CorpusReport:
        """What was found so far."""
        return self._tally.report()

    def __iter__(self) -> Iterator[Article]:
        return (row.article for row in self.rows())

    def rows(self) -> Iterator[Row]:
        """Yield the articles with their places and the rest of their rows.

        Raises
        ------
        CorpusError
            At a row that can't be read, if that is one too many.
        """
        tally = self._tally
        for record in self._records:
            tally.rows += 1
            read = record if isinstance(record, Finding) else self._row(record)
            if read is None:
                tally.left_out += 1
            elif isinstance(read, Finding):
                tally.bad.append(read)
                if self.max_bad is not None and len(tally.bad) > self.max_bad:
                    raise self._too_bad(read)
            else:
                assert isinstance(record, Record)
                if record.repaired:
                    tally.repaired.append(record.place.because(record.repaired))
                tally.add(read.article)
                yield read

    def _too_bad(self, last: Finding) -> CorpusError:
        if not self.max_bad:
            return last.error()
        problem = f"more than {self.max_bad:,} bad rows, the last one: {last.problem}"
        return last.because(problem).error()

    def _open(self) -> Iterator[Record | Finding]:
        if isinstance(self.source, (str, os.PathLike)):
            return self._files(Path(self.source))
        if isinstance(self.source, BufferedReader):
            if self.format not in ("auto", *(each.name for each in FORMATS.values() if each.streams)):
                raise ConfigError("format", self.format, "a format of rows: jsonl, csv, tsv or the like")
            return _guarded(self._stream(self.source), self.name)
        if is_frame(self.source):
            return read_frame(self.source)
        raise TypeError(f"expected the path of a corpus or a data frame, found {type(self.source).__name__}")

    def _files(self, root: Path) -> Iterator[Record | Finding]:
        files = list_files(root, lambda name: takes(self.format, name))
        format = self.format
        if root.is_dir():
            if not files:
                known = FORMATS.values() if format == "auto" else (FORMATS[format],)
                endings = ", ".join(dict.fromkeys(ending for each in known for ending in each.endings))
                problem = f"no file to read in this folder: expected names ending with {endings}"
                raise CorpusError(problem, file=str(root))
            format = sniff_folder(root, files) or "auto" if format == "auto" else format
            files = [file for file in files if takes(format, file.name)]
        for file in files:
            yield from _guarded(self._file(file, root, format), str(file))

    def _file(self, file: Path, root: Path, format: str) -> Iterator[Record | Finding]:
        for source in open_sources(file, root, self.limits):
            inside = source.path is None  # of an archive: the rest of what is in there is not ours
            if not inside or takes(format, source.name):
                yield from _records(source, format)

    def _stream(self, stream: BufferedReader) -> Iterator[Record | Finding]:
        source = Source(unpack(stream, self.name, self.limits), self.name, self.limits)
        format = sniff(source.stream.peek(SNIFFED)) if self.format == "auto" else self.format
        yield from FORMATS[format if FORMATS[format].streams else "jsonl"].read(source)

    def _row(self, record: Record) -> Row | Finding | None:
        if record.form == "left out":
            return None
        values = record.values
        if self.split is not None and record.form == "row":
            if "split" not in values:
                return record.place.because(f"no column 'split' to tell {self.split!r} by")
            if values["split"] != self.split:
                return None
        try:
            return row_of(record, self.columns, self.taxonomy, self.limits)
        except CorpusError as error:
            return record.place.because(error.problem)
        except LimitError as error:
            return record.place.because(str(error))


def _guarded(records: Iterator[Record | Finding], file: str) -> Iterator[Record | Finding]:
    """Yield records, and what ends them before their time as a finding."""
    try:
        yield from records
    except CorpusError as error:
        yield Finding(error.problem, error.file or file, error.line, error.byte_offset)
    except LimitError as error:
        yield Finding(str(error), file)
    except READ_ERRORS as error:
        yield Finding(f"the file can't be read to its end: {error}", file)


def _records(source: Source, format: str) -> Iterator[Record | Finding]:
    """Yield the records of a file, in its format or the one that its name and first bytes tell."""
    head = source.stream.peek(SNIFFED)[:SNIFFED]
    if format == "auto":
        format = sniff(head, source.name)
    if head.startswith(b"PAR1") and format != "parquet":
        yield Finding(f"expected {format}, found Parquet: read it as format 'parquet'", source.name)
    elif FORMATS[format].streams and head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        problem = "expected UTF-8, found UTF-16: convert it first (iconv -f UTF-16 -t UTF-8)"
        yield Finding(problem, source.name)
    else:
        yield from FORMATS[format].read(source)


def read_corpus(
    path: object,
    format: str = "auto",
    *,
    taxonomy: LabelResolver | None = None,
    fields: Mapping[str, str] | None = None,
    split: str | None = None,
    on_bad: str = "error",
    max_bad: int | None = None,
    limits: Limits | None = None,
) -> Corpus:
    r"""Read a corpus of articles with their editors' tags.

    Parameters
    ----------
    path : str, path or data frame
        A file, a folder of files, a tar archive of files, each packed with gzip or zstd or not; or
        a data frame of pandas, polars or pyarrow.
    format : str, default "auto"
        ``jsonl``, ``json``, ``csv``, ``tsv``, ``page``, ``html``, ``text``, ``reuters``, ``parquet``,
        ``annif-tsv``, ``annif-jsonl``, ``annif-folder``, ``fasttext``, ``class-folders``, ``ninjs``,
        ``label-studio``, ``prodigy`` or ``doccano``.  ``auto`` goes by the ending of the name and the
        first bytes.  ``page`` takes each file apart as a scraped page, ``text`` takes it as it is.
    taxonomy : LabelResolver, optional
        Turns tags, whether labels, ids or URIs, into concept ids; what names no concept goes to
        ``Article.unknown_tags``.  Without one, tags stay as they are.
    fields : mapping of str to str, optional
        Names of the columns for ``text``, ``title``, ``tags``, ``id`` and ``date``, for example
        ``{"tags": "people"}``; those left out are looked for as in
        :data:`~tagonomy.corpora.rows.DEFAULT_FIELDS`.
    split : str, optional
        Only rows whose column ``split`` has this value; Reuters-21578 has ``train`` and ``test`` of
        its ModApte split.  By default all rows.
    on_bad : {"error", "skip"}, default "error"
        What to do with a row that can't be read: stop, or go on and report it.
    max_bad : int, optional
        Most rows that "skip" skips; by default there may be any number.
    limits : Limits, optional
        Bounds on rows, texts and HTML, and on what a packed file unpacks to.

    Returns
    -------
    Corpus
        The articles, and a report of bad rows, tags, unknown tags and duplicates.

    Raises
    ------
    ConfigError
        If ``format``, ``fields`` or ``on_bad`` is none of the above.
    CorpusError
        If the path can't be read, a row can't and ``on_bad`` is "error", or the format needs an extra
        that is not installed.
    TypeError
        If ``path`` is no path and no data frame.

    See Also
    --------
    CorpusReader : the same without holding all articles in memory.

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
    if isinstance(path, BufferedReader):
        raise TypeError("expected the path of a corpus, found an open stream: read it with stream_corpus")
    reader = CorpusReader(
        path,
        format,
        taxonomy=taxonomy,
        fields=fields,
        split=split,
        on_bad=on_bad,
        max_bad=max_bad,
        limits=limits,
    )
    articles = tuple(reader)
    return Corpus(articles, reader.report)


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
        If ``format`` is none of those with an article a row, such as ``jsonl``, ``csv`` and ``tsv``.
    CorpusError
        At the first row that can't be read.
    """
    reader = CorpusReader(stream, format, name=name, taxonomy=taxonomy, fields=fields, limits=limits)
    yield from reader
