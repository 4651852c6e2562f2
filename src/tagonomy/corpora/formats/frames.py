"""Parquet files and data frames of pandas, polars, pyarrow and whatever narwhals knows.

Needs the extra ``frames``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib import import_module
from itertools import islice
from typing import Any, BinaryIO

from tagonomy.corpora.formats.tables import columnar
from tagonomy.corpora.records import Finding, Record, Row, Source
from tagonomy.errors import CorpusError

#: Rows that are held at once.
BATCH = 1000
# Methods by which objects of data frame libraries are known without importing any of them.
_PROTOCOLS = ("__narwhals_dataframe__", "__narwhals_lazyframe__", "__dataframe__", "__arrow_c_stream__")


def library(name: str, what: str) -> Any:
    """Return a library of the extra; raise :class:`CorpusError` with the way to get it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise CorpusError(f"{what} needs an extra: pip install 'tagonomy[frames]'") from error


def read_parquet(source: Source) -> Iterator[Record | Finding]:
    """Yield the rows of a Parquet file; the lines of places are numbers of rows."""
    parquet = library("pyarrow.parquet", "Parquet")
    if source.path is None:
        yield Finding("a Parquet file within another or from a pipe: give its own path", source.name)
        return
    number = 0
    try:
        with parquet.ParquetFile(source.path) as file:
            for batch in file.iter_batches(BATCH):
                for row in batch.to_pylist():
                    number += 1
                    yield Record(plain(row), Finding("", source.name, number))
    except (import_module("pyarrow").ArrowException, OSError) as error:
        yield Finding(f"the file can't be read to its end: {error}", source.name, number + 1)


def is_frame(value: object) -> bool:
    """Tell whether a value is a data frame of some library."""
    return any(hasattr(value, name) for name in _PROTOCOLS) or type(value).__name__ == "LazyFrame"


def read_frame(frame: object) -> Iterator[Record | Finding]:
    """Yield the rows of a data frame."""
    narwhals = library("narwhals", "a data frame")
    known = narwhals.from_native(frame)
    if isinstance(known, narwhals.LazyFrame):
        known = known.collect()
    for number, row in enumerate(known.iter_rows(named=True), start=1):
        yield Record(plain(row), Finding("", f"<{type(frame).__name__}>", number))


def plain(row: Mapping[str, object]) -> dict[str, object]:
    """Return a row with plain values: lists for arrays, ISO dates, and None for the many ways to miss."""
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> object:
    if isinstance(value, str) or value is None:
        return value
    if type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, date):
        return value.isoformat()
    return value.tolist() if hasattr(value, "tolist") else value


def write_parquet(rows: Iterable[Row], out: BinaryIO, losses: Counter[str]) -> None:
    """Write a table of texts, with the tags as lists, a batch at a time."""
    arrow, parquet = library("pyarrow", "Parquet"), library("pyarrow.parquet", "Parquet")
    columns, records = columnar(rows, losses)
    text, tags = arrow.string(), arrow.list_(arrow.string())
    schema = arrow.schema([(name, tags if name == "tags" else text) for name in columns])
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while batch := list(islice(records, BATCH)):
            writer.write_table(arrow.Table.from_pylist(batch, schema=schema))
