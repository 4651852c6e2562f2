"""What every composer shares: ids, readers of the sources, merging, writing.

A composer is a module with ``compose(sources, data) -> list[dict]``, where
``sources`` is the unpacked folder of raw facts and ``data`` the folder with the
labelled corpora.  Each dict is one concept of ``docs/taxonomy-format.md``.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

Row = dict[str, Any]

WRITTEN = Path(__file__).parent / "written"

#: The order in which fields stand on a line.
FIELDS = (
    "id label alt_labels hidden_labels case_sensitive needs_context abstract broader related part_of "
    "exact_match evidence rules seed_words start end active_start active_end prior replaced_by source"
).split()

#: The last day of Current Events that may inform the taxonomy; later ones test it.
CURRENT_EVENTS_UNTIL = "2026-03-31"


def slug(name: str) -> str:
    """Return the ASCII part of a concept id for a name.

    >>> slug("Recep Tayyip Erdoğan")
    'recep-tayyip-erdogan'
    """
    special = {
        "ß": "ss",
        "ø": "o",
        "Ø": "o",
        "ł": "l",
        "Ł": "l",
        "đ": "d",
        "Đ": "d",
        "ı": "i",
        "æ": "ae",
        "Æ": "ae",
    }
    name = "".join(special.get(c, c) for c in name)
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name.lower().replace("'", "")).strip("-")


def plain(name: str) -> str:
    """Return the name without diacritics, as wire services write it.

    >>> plain("Nicolás Maduro")
    'Nicolas Maduro'
    """
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def seen(title: str) -> bool:
    """Tell whether a title belongs to the half of a coverage list that composers may look at.

    The other half measures how well the taxonomy covers what nobody looked at.
    """
    return zlib.crc32(title.encode()) % 2 == 0


def prior_of_count(count: float) -> int:
    """Return the prior (0-9) of a concept that news named ``count`` times."""
    return min(9, round(math.log2(1 + count))) if count > 0 else 0


@cache
def news_counts(sources: Path, data: Path) -> Counter[str]:
    """Count how often each title was linked by news items (2018) and Current Events (to March 2026)."""
    counts: Counter[str] = Counter()
    with (sources / "wikinewstopics" / "news_tag_freq.tsv").open(encoding="utf-8") as file:
        for line in file:
            count, _, title = line.rstrip("\n").partition("\t")
            counts[title] += int(count)
    for item in current_events(data):
        counts.update(item["entities"] + item["topics"])
    return counts


def current_events(data: Path) -> Iterator[Row]:
    """Yield the items of Current Events up to :data:`CURRENT_EVENTS_UNTIL`."""
    for item in read_jsonl(data / "current_events.jsonl.gz"):
        if item["date"] <= CURRENT_EVENTS_UNTIL:
            yield item


def read_jsonl(path: Path) -> Iterator[Row]:
    """Yield the rows of a JSON Lines file, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def read_table(path: Path, delimiter: str = "\t") -> Iterator[dict[str, str]]:
    """Yield the rows of a table with a header line; lines that start with # are comments."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = (line for line in file if line.strip() and not line.startswith("#"))
        quoting = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
        yield from csv.DictReader(rows, delimiter=delimiter, quoting=quoting)


def rules_of_concepts(table: str) -> dict[str, list[str]]:
    """Return the hand-written rules of each concept of a table."""
    rules: dict[str, list[str]] = {}
    for line in read_table(WRITTEN / table):
        rules.setdefault(line["id"], []).append(line["rule"])
    return rules


def split(cell: str | None) -> list[str]:
    """Split a cell of several values at ``|``."""
    return [part.strip() for part in (cell or "").split("|") if part.strip()]


def unique(values: Iterable[str]) -> list[str]:
    """Return the values without repeats and blanks, in order."""
    return list(dict.fromkeys(value.strip() for value in values if value and value.strip()))


def labels(row: Row) -> list[str]:
    """Return all names of a concept."""
    return [row["label"], *row["alt_labels"], *row["hidden_labels"]]


def drop_name(row: Row, name: str) -> None:
    """Take a name that is not its label from a concept, in place."""
    for field in ("alt_labels", "hidden_labels", "case_sensitive", "needs_context"):
        row[field] = [each for each in row[field] if each != name]


def concept(id: str, label: str, **fields: Any) -> Row:
    """Return one concept with tidy lists: no repeats, no alternative label equal to the label."""
    row: Row = {"id": id, "label": label.strip(), **fields}
    row["alt_labels"] = [name for name in unique(row.get("alt_labels", ())) if name != row["label"]]
    shown = {row["label"], *row["alt_labels"]}
    row["hidden_labels"] = [name for name in unique(row.get("hidden_labels", ())) if name not in shown]
    for key in (
        "case_sensitive",
        "needs_context",
        "broader",
        "related",
        "part_of",
        "exact_match",
        "rules",
        "source",
    ):
        row[key] = unique(row.get(key, ()))
    return row


def write_jsonl(path: Path, rows: Iterable[Row]) -> int:
    """Write concepts sorted by id, one a line, without empty fields; return their number."""
    ordered = sorted(rows, key=lambda row: row["id"])
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in ordered:
            unknown = set(row) - set(FIELDS)
            if unknown:
                raise ValueError(f"{row['id']}: unknown fields {sorted(unknown)}")
            kept = {key: row[key] for key in FIELDS if row.get(key)}
            file.write(json.dumps(kept, ensure_ascii=False) + "\n")
    return len(ordered)
