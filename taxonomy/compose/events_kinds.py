"""The classes of events: what a title says about its kind, and the words that go with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from common import WRITTEN, Row, concept, read_table, slug, split

#: A country's or a month's name at the head of a title says when, not what.
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
YEAR = r"(?:1[0-9]|20)\d\d"
LEADING_DATE = re.compile(
    rf"^(?:\d{{1,2}} )?(?:(?:{MONTHS})(?:[–-](?:{MONTHS}))? )?(?:\d{{1,2}},? "
    rf")?{YEAR}(?:[–-](?:\d{{2,4}}|present))? "
)
BRACKETS = re.compile(r" \([^()]*\)$")

#: Where several kinds fit a title, the one whose word stands last in the title's head wins; these
#: kinds are so general that any other goes first.
GENERAL = frozenset({"conflict", "disaster", "accident", "politicalcrisis", "movement", "period"})


@dataclass(frozen=True)
class Kind:
    """A class of events."""

    code: str
    id: str
    label: str
    parent: str
    medtop: str
    related: tuple[str, ...]
    words: str
    title: re.Pattern[str]


def ident(label: str) -> str:
    """Return the id of the event with this label.

    >>> ident("2019–2020 Hong Kong protests")
    'events:2019-2020-hong-kong-protests'
    """
    return f"events:{slug(label.replace('–', '-').replace('—', '-'))}"


@cache
def kinds() -> dict[str, Kind]:
    """Return every kind by its code."""
    rows = read_table(WRITTEN / "events_classes.tsv")
    return {
        row["kind"]: Kind(
            row["kind"],
            ident(row["label"]),
            row["label"],
            row["parent"],
            row["medtop"],
            tuple(split(row["related"])),
            f"({row['words']})",
            re.compile(row["title"], re.IGNORECASE if row["kind"] != "ruling" else 0),
        )
        for row in rows
    }


def class_rows() -> list[Row]:
    """Return the abstract concepts that group the events."""
    table = kinds()
    return [
        concept(
            kind.id,
            kind.label,
            abstract=True,
            broader=[table[kind.parent].id] if kind.parent else [],
            related=kind.related,
            exact_match=[f"medtop:{kind.medtop}"] if kind.medtop else [],
            source=["iptc-mediatopics", "tagonomy"] if kind.medtop else ["tagonomy"],
        )
        for kind in table.values()
    ]


def kind_of(title: str) -> str | None:
    """Return the code of the kind that a title names, or None where it names no event.

    The last word that names a kind counts most: a bombing of a train is a bombing.
    """
    head = BRACKETS.sub("", title)
    best: tuple[bool, int, int, str] | None = None
    for code, kind in kinds().items():
        found = list(kind.title.finditer(head))
        if not found:
            continue
        last = found[-1]
        rank = (code not in GENERAL, 1000 if found[0].start() == 0 else last.end(), len(last[0]), code)
        if best is None or rank[:3] > best[:3]:
            best = rank
    return best[3] if best else None


def without_date(title: str) -> str:
    """Return the title without a date at its head and without brackets at its end.

    >>> without_date("April 2015 Nepal earthquake (Gorkha)")
    'Nepal earthquake'
    """
    return BRACKETS.sub("", LEADING_DATE.sub("", title))
