"""Write a corpus in another format, packed or not, so that the old file stays whole until the new one is."""

from __future__ import annotations

import contextlib
import gzip
import importlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from tagonomy.articles.article import Article
from tagonomy.atomic import replacing
from tagonomy.corpora.files import packing
from tagonomy.corpora.formats.registry import FORMATS, format_of_name
from tagonomy.corpora.records import Row
from tagonomy.errors import ConfigError, CorpusError


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Parameters
    ----------
    articles : int
        How many.
    losses : mapping of str to int
        What the format has no place for, and how often that was met.
    """

    articles: int
    losses: Mapping[str, int]


def target_format(name: str, format: str = "auto") -> str:
    """Return the format to write a file in; ``auto`` goes by the ending of its name.

    Raises
    ------
    ConfigError
        If it is none that can be written.

    Examples
    --------
    >>> target_format("news.csv.gz"), target_format("news.txt", "fasttext")
    ('csv', 'fasttext')
    """
    found = format_of_name(name) if format == "auto" else format
    if found not in FORMATS or FORMATS[found].write is None:
        writable = ", ".join(each.name for each in FORMATS.values() if each.write)
        raise ConfigError("format", found or format, f"one that can be written: {writable}")
    return found


def write_corpus(
    rows: Iterable[Row | Article], path: str | os.PathLike[str], format: str = "auto"
) -> Written:
    r"""Write articles to a file.

    Parameters
    ----------
    rows : iterable of Article or Row
        Taken one by one. A row of :meth:`CorpusReader.rows` also brings the columns that are no
        field of an article.
    path : str or path
        Packed if it ends with ``.gz`` or ``.zst``. An existing file stays until the new one is whole.
    format : str, default "auto"
        ``jsonl``, ``json``, ``csv``, ``tsv``, ``parquet``, ``annif-tsv``, ``annif-jsonl``,
        ``fasttext``, ``label-studio``, ``prodigy`` or ``doccano``; ``auto`` goes by the ending.

    Returns
    -------
    Written
        How many articles, and what the format had no place for.

    Raises
    ------
    ConfigError
        If the format is none of the above.
    CorpusError
        If it needs an extra that is not installed.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "news.txt")
    >>> written = write_corpus([Article("Talks.", "Hope", tags=["peace talks"])], path, "fasttext")
    >>> path.read_text(), dict(written.losses)
    ('__label__peace_talks Hope  Talks.\n',
     {'a space within a tag: became _': 1, 'a title: stands before the text': 1})
    """
    path = Path(path)
    format = target_format(path.name, format)
    with replacing(path) as file, _packed(file, packing(path.name), str(path)) as out:
        return write_rows(rows, out, format)


def write_rows(rows: Iterable[Row | Article], out: BinaryIO, format: str) -> Written:
    """Write articles to an open binary stream; :func:`write_corpus` describes the rest."""
    write = FORMATS[target_format("", format)].write
    assert write is not None
    losses: Counter[str] = Counter()
    count = 0

    def counted() -> Iterator[Row]:
        nonlocal count
        for row in rows:
            count += 1
            yield Row(row) if isinstance(row, Article) else row

    write(counted(), out, losses)
    return Written(count, {what: times for what, times in losses.items() if times})


@contextlib.contextmanager
def _packed(file: BinaryIO, ending: str, name: str) -> Iterator[BinaryIO]:
    """Pack what is written; the same articles give the same bytes at any time."""
    if ending.lower() == ".gz":
        with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            yield cast(BinaryIO, packed)
    elif ending.lower() == ".zst":
        with _zstd_writer(file, name) as packed:
            yield packed
    else:
        yield file


def _zstd_writer(file: BinaryIO, name: str) -> Any:
    with contextlib.suppress(ImportError):
        return importlib.import_module("compression.zstd").ZstdFile(file, "wb")
    try:
        library = importlib.import_module("zstandard")
    except ImportError as error:
        raise CorpusError("zstd needs an extra: pip install 'tagonomy[zstd]'", file=name) from error
    return library.ZstdCompressor().stream_writer(file, closefd=False)
