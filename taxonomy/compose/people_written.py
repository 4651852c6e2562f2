"""The hand-written people: merged onto the person of the sources where there is one."""

from __future__ import annotations

from pathlib import Path

from common import WRITTEN, read_table, split
from people_model import Person, Register, fold
from people_sources import by_name, rank

#: Tables of people; the other people_*.tsv are word lists.
TABLES = "people_in_*.tsv"


def load_written(register: Register) -> None:
    """Add every row of the hand-written tables of people."""
    for path in sorted(WRITTEN.glob(TABLES)):
        _load_table(path, register)


def load_times(register: Register) -> None:
    """Add when people were in the news, and what else they were."""
    for row in read_table(WRITTEN / "people_times.tsv"):
        same = [person for person in register.named(row["name"]) if person.name == row["name"]]
        if not same:
            raise ValueError(f"people_times.tsv: nobody is called {row['name']}")
        person = min(same, key=lambda person: (-person.written, rank(person)))
        person.active = int(row["from"]), int(row["to"] or 0)
        person.classes += split(row["class"])


def _load_table(path: Path, register: Register) -> None:
    others: dict[str, set[str]] = {}
    for row in read_table(WRITTEN / "people_apart.tsv"):
        others.setdefault(row["name"], set()).add(row["item"])
    for row in read_table(path):
        if "(" in row["name"]:
            raise ValueError(f"{path.name}: {row['name']}: the last word of a name is a surname")
        birth = int(row["birth"] or 0)
        countries = split(row["country"])
        country = countries[0] if countries else ""
        person = None
        for name in [row["name"], *split(row["also"])]:
            # A single word is the person's name only where it is the name that he is known by.
            if len(name.split()) > 1 or name == row["name"] or len(name) > 5:
                person = by_name(register, name, birth, country, frozenset(others.get(row["name"], ())))
            if person:
                break
        if person is None:
            person = register.add(Person(row["name"]))
        if row["name"] != person.name:
            person.add_name(person.name)
            person.name = row["name"]
        for name in split(row["also"]):
            person.add_name(name)
        person.names = [n for n in person.names if fold(n) != fold(person.name)]
        person.bare += split(row["bare"])
        person.countries = countries or person.countries
        person.classes = [*split(row["class"]), *person.classes]
        person.birth = person.birth or birth
        person.written = max(person.written, int(row["prior"] or 2))
        if "tagonomy" not in person.source:
            person.source.append("tagonomy")
        register.index(person)
