"""What is known about one person before it becomes a concept, and the register that merges sources."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from common import plain

#: Words that end a name without being part of the family name.
SUFFIXES = frozenset("jr sr ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xxiii".split())


def fold(name: str) -> str:
    """Return the key under which spellings of one name meet.

    >>> fold("Miguel Díaz-Canel (politician)")
    'miguel diaz canel'
    """
    special = {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ı": "i", "ə": "a", "’": "'"}
    name = "".join(special.get(c, c) for c in re.sub(r"\s*\(.*?\)", "", name))
    return " ".join(re.findall(r"\w+", plain(name).lower()))


def core(name: str) -> str:
    """Return the folded name without initials and suffixes: where formal and everyday names meet.

    >>> core("Robert F. Kennedy Jr.")
    'robert kennedy'
    """
    words = fold(name).split()
    kept = [w for w in words if len(w) > 1 and w not in SUFFIXES]
    return " ".join(kept if len(kept) > 1 else words)


#: Offices that end this year or later go on.
THIS_YEAR = 2026


@dataclass
class Office:
    """One post or seat that a person held; of some the sources don't tell the years, and they are guessed."""

    position: str
    start: int = 0
    end: int = 0
    place: str = ""
    seat: bool = False
    guessed: bool = False

    @property
    def last(self) -> int:
        """The last year in office; an open end counts as the year after the sources stop."""
        return self.end or (2023 if self.start >= 2010 else self.start + 5)


@dataclass
class Person:
    """Everything that the sources and the hand-written tables say about one person."""

    name: str
    qid: str = ""
    names: list[str] = field(default_factory=list)
    formal: dict[str, str] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    birth: int = 0
    death: int = 0
    active: tuple[int, int] = (0, 0)
    countries: list[str] = field(default_factory=list)
    offices: list[Office] = field(default_factory=list)
    occupations: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    vital: int = 0
    fame: float = 0.0
    bioguide: str = ""
    congress: int = 0
    written: int = -1
    source: list[str] = field(default_factory=list)

    def add_name(self, name: str) -> None:
        """Remember another spelling."""
        if name and name != self.name and name not in self.names:
            self.names.append(name)

    def times(self) -> tuple[int, int]:
        """Return the years in which the person came into the news and left the last office, 0 for unknown.

        Written ones come first. The sources know few offices before this century, so that somebody older than
        forty-five may have had some before the first.
        """
        if any(self.active):
            return self.active
        offices = [office for office in self.offices if office.start and not office.guessed]
        if not offices:
            return 0, 0
        first = min(office.start for office in offices)
        ends = [office.end for office in offices]
        last = 0 if 0 in ends or max(ends) >= THIS_YEAR else max(ends)
        return min(first, self.birth + 45) if self.birth else first, last

    def absorb(self, other: Person) -> None:
        """Take over what another record says about the same person; the hand-written label stays."""
        if other.written > self.written:
            self.name, other.name = other.name, self.name
        for name in (other.name, *other.names):
            self.add_name(name)
        self.names = [name for name in self.names if name != self.name]
        for key in ("bare", "countries", "offices", "occupations", "classes", "source"):
            mine = getattr(self, key)
            mine.extend(value for value in getattr(other, key) if value not in mine)
        self.countries = self.countries[:2]
        for key in ("qid", "birth", "death", "bioguide", "formal"):
            setattr(self, key, getattr(self, key) or getattr(other, key))
        self.active = self.active if any(self.active) else other.active
        for key in ("vital", "fame", "congress", "written"):
            setattr(self, key, max(getattr(self, key), getattr(other, key)))


def _twins(person: Person, other: Person) -> bool:
    """Tell whether two persons who share a name are one."""
    if person.birth and other.birth:
        if person.birth != other.birth or (person.qid and other.qid):
            return False
        return not (person.countries and other.countries) or bool(
            set(person.countries) & set(other.countries)
        )
    return bool(person.written >= 0 and other.written >= 0 and set(person.countries) & set(other.countries))


class Register:
    """All persons, found by QID, by folded name and by everyday form of the name."""

    def __init__(self) -> None:
        self._people: list[Person] = []
        self._by_qid: dict[str, Person] = {}
        self._by_name: dict[str, list[Person]] = defaultdict(list)
        self._by_core: dict[str, list[Person]] = defaultdict(list)

    def __iter__(self) -> Iterator[Person]:
        return iter(self._people)

    def __len__(self) -> int:
        return len(self._people)

    def add(self, person: Person) -> Person:
        """Register a person."""
        self._people.append(person)
        if person.qid:
            self._by_qid[person.qid] = person
        self.index(person)
        return person

    def index(self, person: Person) -> None:
        """Make the person findable under all of its names, also those added since."""
        for name in [person.name, *person.names]:
            for table, key in ((self._by_name, fold(name)), (self._by_core, core(name))):
                if key and person not in table[key]:
                    table[key].append(person)

    def qid(self, qid: str) -> Person | None:
        """Return the person with a QID."""
        return self._by_qid.get(qid)

    def merge_twins(self) -> None:
        """Merge persons of two sources whose names and birth years agree."""
        gone: set[int] = set()
        for person in self._people:
            if id(person) in gone:
                continue
            for name in [person.name, *person.names]:
                for other in self._by_name.get(fold(name), []):
                    if other is not person and id(other) not in gone and _twins(person, other):
                        person.absorb(other)
                        gone.add(id(other))
        self._people = [person for person in self._people if id(person) not in gone]

    def named(self, name: str, loose: bool = False) -> list[Person]:
        """Return the persons of that name; ``loose`` ignores initials and suffixes."""
        exact = self._by_name.get(fold(name), [])
        return list(exact or (self._by_core.get(core(name), []) if loose else []))
