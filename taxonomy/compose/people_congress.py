"""Readers of the US Congress and presidents, and of the Factbook's leaders."""

from __future__ import annotations

import csv
import html
import json
import re
from pathlib import Path
from typing import Any

from people_classes import office_class
from people_model import Office, Person, Register, fold
from people_sources import by_name, clean, country_codes, year

#: The file of former members is in order of leaving; from here on they left in 1989 or later.
FIRST_RECENT_ROW = 10780


def load_congress(sources: Path, register: Register) -> None:
    """Add bioguide ids and all forms of the names of members, and members without a QID."""
    folder = sources / "congress-legislators"
    for row in json.loads((folder / "legislators-current.json").read_text(encoding="utf-8")):
        _current_member(register, row)
    with (folder / "legislators-historical.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            _former_member(register, row, recent=number >= FIRST_RECENT_ROW)
    for row in json.loads((folder / "executive.json").read_text(encoding="utf-8")):
        _executive(register, row)


def _formal(name: dict[str, Any]) -> dict[str, str]:
    keys = {"first": "first", "middle": "middle", "last": "last", "suffix": "suffix", "nickname": "nickname"}
    return {key: (name.get(source) or "").strip() for key, source in keys.items()}


def _current_member(register: Register, row: dict[str, Any]) -> None:
    ids, name, terms = row["id"], row["name"], row["terms"]
    title = clean(ids.get("wikipedia") or name.get("official_full") or f"{name['first']} {name['last']}")
    born = year(row["bio"].get("birthday"))
    person = register.qid(ids.get("wikidata", "")) or by_name(register, title, born, "us")
    if person is None:
        person = register.add(Person(title, qid=ids.get("wikidata", "")))
    person.add_name(person.name)
    person.name = title
    person.names = [n for n in person.names if n != title]
    person.add_name(re.sub(r'\s*"[^"]*"', "", name.get("official_full", "")))
    person.formal, person.bioguide, person.birth = _formal(name), ids["bioguide"], born
    person.countries, person.congress = ["us"], 2026
    seat = "United States senator" if terms[-1]["type"] == "sen" else "United States representative"
    person.offices.append(Office(seat, year(terms[0]["start"]), 2027, "us", True))
    person.source.append("congress-legislators")
    register.index(person)


def _former_member(register: Register, row: dict[str, str], recent: bool) -> None:
    title, born = clean(row["wikipedia_id"]), year(row["birthday"])
    person = by_name(register, title, born, "us") if title and born else None
    if person is None:
        if not recent:
            return
        person = register.add(Person(title or f"{row['nickname'] or row['first_name']} {row['last_name']}"))
    if person.bioguide and person.bioguide != row["bioguide_id"]:
        return
    person.bioguide, person.birth = row["bioguide_id"], person.birth or born
    person.formal = {
        "first": row["first_name"],
        "middle": row["middle_name"],
        "last": row["last_name"],
        "suffix": row["suffix"],
        "nickname": row["nickname"],
    }
    if title and fold(title) != fold(person.name):
        person.add_name(person.name)
        person.name = title
    person.countries = ["us"]
    person.congress = max(person.congress, 2000 if recent else 1900)
    position = "United States senator" if row["type"] == "sen" else "United States representative"
    if not any(o.position == position for o in person.offices):
        # The file tells no dates: only whether the member left lately.
        first = 1990 if recent else 1900
        person.offices.append(Office(position, first, first + 5, "us", True, guessed=True))
    person.source.append("congress-legislators")
    register.index(person)


def _executive(register: Register, row: dict[str, Any]) -> None:
    name, ids = row["name"], row["id"]
    title = clean(ids.get("wikipedia") or f"{name['first']} {name['last']}")
    born = year(row["bio"].get("birthday"))
    person = register.qid(ids.get("wikidata", ""))
    if person is None:
        # A president has namesakes; of those born in the same year he is the famous one.
        family = fold(name["last"])
        same = [
            p
            for p in register
            if p.birth == born and family in fold(p.name).split() and (p.fame or p.vital or p.congress)
        ]
        same.sort(key=lambda p: (fold(title) != fold(p.name), -p.fame, -p.vital))
        person = same[0] if same else register.add(Person(title, qid=ids.get("wikidata", ""), birth=born))
    person.qid = person.qid or ids.get("wikidata", "")
    person.birth = person.birth or born
    person.formal = person.formal or _formal(name)
    person.countries, person.congress = ["us"], max(person.congress, 1900)
    for term in row["terms"]:
        position = "President" if term["type"] == "prez" else "Vice President"
        person.offices.append(Office(position, year(term["start"]), year(term["end"]), "us"))
    person.source.append("congress-legislators")


_TITLE_WORDS = re.compile(
    r"\b(President|Prime|Minister|Chancellor|King|Queen|Acting|Interim|Transitional|Transition|Taoiseach|General|"
    r"Captain|Colonel|Field|Marshal|Lieutenant|Governor|Premier|Sultan|Amir|Emir|Supreme|Leader|Crown|Prince|"
    r"Chairman|Chairperson|Chief|of|the|and|State|Council|Head|Government|Federal|Executive|Secretary|First|"
    r"Representative|Vice|Deputy|GNU|Co-prince|Taliban|China|Cabinet|Ministers|Assembly|People's|for|Foreign|Political|"
    r"Affairs|Dr\.|Sir|Dame|Gen\.|Maj\.|Brig\.|Lt\.|Grand|Duke|Ayatollah|HRH|Sheikh|Shaykh)\b\s*"
)


def load_factbook(sources: Path, register: Register) -> None:
    """Add the heads of state and government of the Factbook, current in 2026."""
    names = {code: code for code in country_codes().values()}
    for path in sorted((sources / "factbook").glob("*/*.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(facts, dict) or "Government" not in facts:
            continue
        government = facts["Government"]
        title = government.get("Country name", {}).get("conventional short form", {}).get("text", "")
        long = government.get("Country name", {}).get("conventional long form", {}).get("text", "")
        code = country_codes().get(title.lower()) or country_codes().get(long.lower(), "")
        branch = government.get("Executive branch", {})
        for key in ("chief of state", "head of government"):
            if code in names:
                position = key.replace("chief", "head").capitalize()
                _leader(register, branch.get(key, {}).get("text", ""), position, code)


def _leader(register: Register, text: str, position: str, code: str) -> None:
    text = html.unescape(re.sub(r"<[^>]+>", " ", text)).split(";")[0].split("(")[0]
    if re.search(r"\b(King|Queen|Prince|Sultan|Amir|Grand Duke|Commission|Council)\b", text):
        return
    words = [_cased(word) for word in _TITLE_WORDS.sub("", text).split(",")[0].split()]
    family = [fold(word) for word in re.findall(r"[\w'’-]*[A-ZÀ-Þ]{2}[\w'’-]*", text)]
    name = " ".join(words)
    if len(words) < 2 or not family or not re.fullmatch(r"[\w .'’-]+", name):
        return
    known = {p.name: p for p in register if code in p.countries and _is_leader(p) and _alike(p, name, family)}
    person = next(iter(known.values()), None) or by_name(register, name, country=code)
    if person is None:
        person = register.add(Person(name, countries=[code]))
    person.offices.append(Office(position, 2021, 2027, code, guessed=True))
    person.source.append("cia-factbook")


def _cased(word: str) -> str:
    """Write a family name in capitals as a name."""
    if not word.isupper() or len(word) < 3 or "." in word:
        return word
    return "-".join(part.capitalize() for part in word.split("-"))


def _is_leader(person: Person) -> bool:
    heads = {"heads-of-state", "heads-of-government"}
    return bool(heads & set(person.classes)) or any(
        office_class(office)[0] in heads for office in person.offices
    )


def _alike(person: Person, name: str, family: list[str]) -> bool:
    """Tell whether two names of leaders of one country share the family name and another word."""
    own = set(fold(" ".join([person.name, *person.names])).split())
    family_words = set(" ".join(family).split())
    return bool(own & family_words) and len(own & set(fold(name).split())) >= 2
