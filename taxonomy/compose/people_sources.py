"""Readers of the person sources: candidates, office holders, Pantheon, vital articles."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from common import WRITTEN, read_table, split
from people_model import SUFFIXES, Office, Person, Register, fold

#: Folders of every-politician whose country the folder name does not spell.
NO_COUNTRY = frozenset({"world", "world-leaders-2021"})
#: Positions that make nobody a politician of note by themselves.
ASSEMBLY_ABROAD = re.compile(r"Parliamentary Assembly|Pan-African Parliament|Andean Parliament")


@cache
def country_codes() -> dict[str, str]:
    """Return the ISO code of every country string that the sources use."""
    table = read_table(WRITTEN / "people_countries.tsv")
    return {name.lower(): row["iso2"] for row in table for name in split(row["names"])}


def year(cell: str | None) -> int:
    """Return the year of a date cell, 0 when there is none."""
    found = re.match(r"(-?\d{1,4})", cell or "")
    return int(found[1]) if found else 0


def usable(name: str) -> bool:
    """Tell whether a name is written in Latin letters and is the name of a person, not a title."""
    if not name or re.search(r"[^\W\d_]", name) is None or re.match(r"Q\d+$", name):
        return False
    letters = [c for c in name if c.isalpha() and c not in "ʻʼʿʾəʹ"]
    if any(ord(c) > 0x24F and not 0x1E00 <= ord(c) <= 0x1EFF for c in letters):
        return False
    if name in ("Pope", "King", "Queen", "Patriarch", "Anonymous"):
        return False
    return not re.match(r"(Comte|Comtesse|Marquis|Duc|Baron|Graf|List) ", name) and len(name.split()) < 8


def clean(name: str) -> str:
    """Return a title without its disambiguation, and the first of several."""
    name = name.partition("|")[0]
    return re.sub(r"\s*\(.*?\)\s*$", "", name).replace("’", "'").strip()


def load_candidates(sources: Path, register: Register) -> None:
    """Register the merged candidates: one person a QID."""
    codes = country_codes()
    with (sources / "person_candidates.tsv").open(encoding="utf-8") as file:
        for line in file:
            qid, name, birth, countries, _, keys = (line.rstrip("\n").split("\t") + [""] * 5)[:6]
            if not usable(name):
                continue
            person = Person(clean(name), qid=qid, birth=year(birth))
            # Folders say where somebody holds office; Pantheon's country is only where he was born.
            strings = sorted(split(countries), key=lambda text: not text.islower())
            folders = [codes[text] for text in strings if text.islower() and text in codes]
            named = [codes[text.lower()] for text in strings if text.lower() in codes]
            person.countries = list(dict.fromkeys(folders or named))[:2]
            sources_of = keys.split(",")
            person.occupations = [key.partition(":")[2] for key in sources_of if key.startswith("pantheon:")]
            person.source = ["every-politician"] * ("everypol" in keys) + ["pantheon"] * ("pantheon" in keys)
            person.source += ["wikipedia-vital"] * ("vital5" in keys)
            person.vital = 5 if "vital5" in keys else 0
            register.add(person)


def load_offices(sources: Path, register: Register) -> None:
    """Add posts, seats, article titles and dates of death from every-politician."""
    for folder in sorted((sources / "every-politician").iterdir()):
        place = country_codes().get(re.sub(r"-(ministers|cabinet)$", "", folder.name), "")
        for name in ("holders21", "current", "legislators"):
            for row in _rows(folder / f"{name}.csv"):
                _add_office(register, row, place, seat=name == "legislators")
        for row in _rows(folder / "bio.csv"):
            _add_dates(register.qid(row["id"]), row["enwiki"], row["dob"], row["dod"])
    for name in ("wikidata", "wikipedia"):
        for row in _rows(sources / "every-politician" / "world-leaders-2021" / f"{name}.csv"):
            _add_leader(register, row)
    for person in register:
        register.index(person)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _add_office(register: Register, row: dict[str, str], place: str, seat: bool) -> None:
    person = register.qid(row["personID"])
    if person is None:
        return
    if not (place == "" and ASSEMBLY_ABROAD.search(row["position"])):
        office = Office(row["position"], year(row["start"]), year(row.get("end")), place, seat)
        if office not in person.offices:
            person.offices.append(office)
    _add_dates(person, row.get("enwiki", ""), row.get("DOB", ""), row.get("DOD", ""))


def _add_dates(person: Person | None, title: str, born: str, died: str) -> None:
    if person is None:
        return
    # The article's title is the everyday name; the item's label is often the formal one.
    if title and usable(title) and "," not in title and clean(title) != person.name:
        person.add_name(person.name)
        person.name = clean(title)
    person.birth = person.birth or year(born)
    person.death = person.death or year(died)


def _add_leader(register: Register, row: dict[str, str]) -> None:
    person = register.qid(row["officeholder"])
    if person is None:
        return
    label = row.get("positionLabel") or row.get("positionlabel") or ""
    code = country_codes().get(row["country"].lower(), "")
    if any(o.position == label for o in person.offices):
        return
    person.offices.append(Office(label, year(row["start_year"]), year(row["end_year"]), code))
    if code and code not in person.countries and len(person.countries) < 2:
        person.countries.append(code)


def load_pantheon(sources: Path, register: Register) -> None:
    """Add fame and occupation from Pantheon, and its people without a QID."""
    codes = country_codes()
    with (sources / "pantheon_extra.tsv").open(encoding="utf-8") as file:
        for line in file:
            name, birth, country, occupation, _ = line.rstrip("\n").split("\t")
            if usable(name) and not _known(register, name, year(birth)):
                code = codes.get(country.lower(), "")
                register.add(
                    Person(
                        clean(name),
                        birth=year(birth),
                        countries=[code] if code else [],
                        occupations=[occupation],
                        source=["pantheon"],
                    )
                )
    for row in read_table(sources / "pantheon" / "pantheon.tsv"):
        for person in register.named(row["name"]):
            if not person.birth or abs(person.birth - year(row["birthyear"])) <= 1:
                person.fame = max(person.fame, float(row["HPI"]))
                if row["occupation"] not in person.occupations:
                    person.occupations.append(row["occupation"])


def _known(register: Register, name: str, birth: int) -> bool:
    same = register.named(name) or [p for p in register.named(name, loose=True) if p.birth == birth]
    return bool(same)


def load_vital(sources: Path, register: Register) -> None:
    """Add the level of vital articles, and the occupation from the neighbours in the ordered list."""
    folder = sources / "wikipedia-vital-l5"
    for name in ("yaronkoren_every.csv", "yaronkoren_vital4.csv"):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            person = register.qid(line.split("\t")[1])
            if person:
                person.vital = 4
    links = (folder / "vital_article_links.txt").read_text(encoding="utf-8").splitlines()
    titles = [unquote(link.removeprefix("/wiki/")).replace("_", " ") for link in links]
    listed = [next((p for p in register.named(title) if p.vital), None) for title in titles]
    known = [(i, p.occupations[0]) for i, p in enumerate(listed) if p and p.occupations]
    position = 0
    for i, person in enumerate(listed):
        while position < len(known) and known[position][0] < i:
            position += 1
        if person and not person.occupations and not person.offices:
            near = [job for j, job in known[max(0, position - 4) : position + 4] if abs(j - i) < 40]
            if near:
                person.classes.append("near:" + Counter(near).most_common(1)[0][0])


def rank(person: Person) -> tuple[bool, float, int, int, int]:
    """Return what sorts persons of one name, the best known first."""
    posts = sum(not office.seat for office in person.offices)
    return (not person.congress, -person.fame, -person.vital, -posts, -person.birth)


def by_name(
    register: Register, name: str, birth: int = 0, country: str = "", apart: frozenset[str] = frozenset()
) -> Person | None:
    """Return the registered person that a name with its circumstances most likely means.

    Nobody is returned where the circumstances contradict: another person of the same name. ``apart``
    holds the items of persons who are known to be others.
    """
    named = register.named(name, loose=True)
    everybody = [p for p in named if not _contradict(name, p) and p.qid not in apart]
    if birth:
        found = [p for p in everybody if not p.birth or abs(p.birth - birth) <= 1]
    else:
        found = [p for p in everybody if not p.birth or p.birth >= 1900] or [
            p for p in everybody if p.vital == 4 or _crowned(p) or (p.vital and country in p.countries)
        ]
    if country and not (birth and any(p.birth == birth for p in found)):
        found = [p for p in found if not p.countries or country in p.countries] or [
            p for p in found if p.vital or (p.occupations and not p.offices and p.birth >= 1920)
        ]
    exact = [p for p in found if fold(p.name) == fold(name)]
    ranked = sorted(exact or found, key=rank)
    return ranked[0] if ranked else None


def _contradict(name: str, person: Person) -> bool:
    """Tell whether middle initials differ, or the name is of a junior and the person not."""
    mine, theirs = (_distinctions(each) for each in (name, person.name))
    if any(fold(other) == fold(name) for other in [person.name, *person.names]):
        return False
    both = mine[0] and theirs[0] and mine[0][:1] != theirs[0][:1]
    return bool(both or (mine[1] and mine[1] != theirs[1]))


def _distinctions(name: str) -> tuple[str, str]:
    """Return the initials within a name, and what follows it: Jr., III."""
    words = fold(name).split()
    initials = "".join(word for word in words[1:-1] if len(word) == 1)
    return initials, words[-1] if words[-1] in SUFFIXES else ""


def _crowned(person: Person) -> bool:
    """Tell whether a person is known by a ruler's number: such names are of one person alone."""
    return bool(re.search(r" [IVX]+$", person.name))
