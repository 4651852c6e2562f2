"""Readers of the US Congress and presidents, and of the Factbook's leaders."""

from __future__ import annotations

import csv
import html
import json
import re
from pathlib import Path
from typing import Any

from .people_model import Office, Person, Register, fold
from .people_sources import by_name, clean, country_codes, year

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
        person.offices.append(Office(position, 1990 if recent else 1900, 1995 if recent else 1910, "us", True))
    person.source.append("congress-legislators")
    register.index(person)


def _executive(register: Register, row: dict[str, Any]) -> None:
    name, ids = row["name"], row["id"]
    title = clean(ids.get("wikipedia") or f"{name['first']} {name['last']}")
    born = year(row["bio"].get("birthday"))
    person = register.qid(ids.get("wikidata", ""))
    if person is None:
        # A president has namesakes; of those born in the same year he is the famous one.
        same = [p for p in register.named(title, loose=True) if abs(p.birth - born) <= 1]
        same.sort(key=lambda p: (-p.fame, -p.vital))
        person = same[0] if same else register.add(Person(title, qid=ids.get("wikidata", ""), birth=born))
    person.birth = person.birth or born
    person.formal = person.formal or _formal(name)
    person.countries, person.congress = ["us"], max(person.congress, 1900)
    for term in row["terms"]:
        position = "President" if term["type"] == "prez" else "Vice President"
        person.offices.append(Office(position, year(term["start"]), year(term["end"]), "us"))
    person.source.append("congress-legislators")


_LEADER = re.compile(r"^(?:\(acting\) )?(?P<title>.*?)\s+(?P<name>(?:[\w'’.-]+ )*?[\w'’.-]*[A-ZÀ-Þ]{2}[\w'’ .,-]*?)\s*\(")
_TITLE_WORDS = re.compile(
    r"\b(President|Prime|Minister|Chancellor|King|Queen|Acting|Interim|Transitional|Transition|Taoiseach|General|"
    r"Captain|Colonel|Field|Marshal|Lieutenant|Governor|Premier|Sultan|Amir|Emir|Supreme|Leader|Crown|Prince|"
    r"Chairman|Chairperson|Chief|of|the|and|State|Council|Head|Government|Federal|Executive|Secretary|First|"
    r"Representative|Vice|Deputy|Dr\.|Sir|Dame|Gen\.|Maj\.|Brig\.|Lt\.|Grand|Duke|Ayatollah|HRH|Sheikh|Shaykh)\b\s*"
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
        for key, position in (("chief of state", "Head of state"), ("head of government", "Head of government")):
            if code in names:
                _leader(register, branch.get(key, {}).get("text", ""), position, code)


def _leader(register: Register, text: str, position: str, code: str) -> None:
    text = html.unescape(re.sub(r"<[^>]+>", " ", text)).split(";")[0]
    found = _LEADER.search(text)
    if not found or any(r in text.split("(")[0] for r in ("King ", "Queen ", "Prince ", "Sultan ", "Amir ", "Grand Duke")):
        return
    name = _TITLE_WORDS.sub("", text[: found.end() - 1]).split(",")[0].strip(" ()")
    words = [w.capitalize() if w.isupper() and len(w) > 2 and "." not in w else w for w in name.split()]
    words = [re.sub(r"(?<=[-'’])\w", lambda m: m[0].upper(), w) if "-" in w and w[0].isupper() else w for w in words]
    name = " ".join(words)
    if len(words) < 2 or not re.fullmatch(r"[\w .'’-]+", name):
        return
    person = by_name(register, name, country=code)
    if person is None:
        person = register.add(Person(name, countries=[code]))
    since = re.search(r"since .*?(\d{4})", text)
    person.offices.append(Office(position, int(since[1]) if since else 2020, 2027, code))
    person.source.append("cia-factbook")
