"""The other names of events: how running text writes what a title says."""

from __future__ import annotations

import re
from functools import cache

from common import WRITTEN, Row, read_table, split, unique
from events_kinds import BRACKETS, LEADING_DATE, without_date

#: Words that titles capitalize only because they stand first.
COMMON_HEADS = frozenset(
    "abduction accession acquisition annexation arrest assassination attack attacks "
    "attempted bankruptcy battle "
    "beheading blockade bombing bombardment capture charge collapse conviction "
    "coronation crash crisis deaths death "
    "defenestration destruction disappearance dissolution downfall eruption "
    "evacuation execution expulsion fall "
    "funeral famine genocide handover hijacking impeachment inauguration "
    "independence insurgency insurrection "
    "internment invasion investigation killing killings kidnapping liberation operation "
    "looting lynching massacre massacres "
    "mass mediterranean migrant murder murders occupation partition persecution "
    "poisoning proposed prosecution "
    "protests rape rapes recapture resignation rise sabotage shooting shootings "
    "siege sinking shootdown split "
    "storming suicide surrender survey trial trials unification uprising war "
    "withdrawal wedding second first third "
    "papal presidential stabbing terrorism torture transition allegations anti premiership presidency".split()
)
NOT_COMMON = re.compile(
    r"^(?:War|Trial|Protests|Second|First|Third|Rise|Independence) (?!of |on |in |against )"
)

#: A word of a title and what text says instead.
SWAPS = (
    ("coup d'état", ("coup",)),
    ("coup d'état attempt", ("coup attempt", "failed coup")),
    ("earthquake", ("quake",)),
    ("earthquake and tsunami", ("earthquake", "quake", "tsunami")),
    ("bombing", ("bomb attack", "bomb blast")),
    ("bombings", ("bomb attacks", "bombing")),
    ("explosion", ("blast",)),
    ("explosions", ("explosion", "blast", "blasts")),
    ("wildfires", ("wildfire", "fires")),
    ("floods", ("flood", "flooding")),
    ("mudslides", ("mudslide",)),
    ("protests", ("protest", "demonstrations", "protest movement")),
    ("attacks", ("attack",)),
    ("riots", ("riot", "rioting")),
    ("shooting", ("mass shooting", "shootings", "massacre")),
    ("shootings", ("shooting",)),
    ("school shooting", ("shooting", "massacre")),
    ("stabbing", ("knife attack", "stabbing attack", "stabbings")),
    ("stabbings", ("stabbing", "knife attack")),
    ("train derailment", ("derailment",)),
    ("heat wave", ("heatwave",)),
    ("heatwaves", ("heat wave", "heatwave", "heat waves")),
)

#: Kinds that a place and a word name well enough even without the year.
UNDATED = frozenset(
    "massacre hostage attack shooting bombing assassination killing cyberattack "
    "disaster earthquake wildfire flood "
    "volcano accident aircrash shipwreck railaccident explosion coup revolution protest riot strike scandal "
    "operation battle storm heatwave referendum war politicalcrisis insurgency genocide conflict".split()
)


@cache
def countries() -> dict[str, str]:
    """Return the ISO code of each name and adjective of a country."""
    table: dict[str, str] = {
        "United States": "us",
        "American": "us",
        "U.S.": "us",
        "Gaza": "ps",
        "Gaza Strip": "ps",
    }
    table.update(
        {"Soviet": "ru", "Scottish": "gb", "England": "gb", "Scotland": "gb", "Turkish": "tr", "Burma": "mm"}
    )
    for row in read_table(WRITTEN / "events_countries.tsv"):
        for name in [row["name"], *split(row["adjectives"])]:
            table.setdefault(name, row["iso"])
    return table


@cache
def _country_pattern() -> re.Pattern[str]:
    names = sorted(countries(), key=len, reverse=True)
    return re.compile(r"(?<!\w)(" + "|".join(map(re.escape, names)) + r")(?!\w)")


def countries_in(title: str) -> list[str]:
    """Return the ids of the countries that a title names.

    >>> countries_in("2025 Cambodia–Thailand clashes")
    ['countries:kh', 'countries:th']
    """
    table = countries()
    hidden = re.sub(
        r"New Mexico|South Georgia|Georgia (?=Senate|governor)|American Samoa|Lebanon, ", " ", title
    )
    return unique(f"countries:{table[name]}" for name in _country_pattern().findall(hidden))


def _swapped(name: str) -> list[str]:
    out = []
    for word, others in SWAPS:
        if name.endswith(" " + word) and len(name) > len(word) + 2:
            out += [name[: -len(word)] + other for other in others]
    return out


def _shorter_country(name: str) -> list[str]:
    out = []
    for full, shorts in (("United States", ("US", "U.S.")), ("United Kingdom", ("UK", "British"))):
        if full in name:
            out += [name.replace(full, short) for short in shorts]
    return out


def lower_head(name: str) -> list[str]:
    """Return the name with a small first letter where its first word is a common noun.

    >>> lower_head("Annexation of Crimea")
    ['annexation of Crimea']
    """
    head = name.split(" ", 1)[0]
    if " " in name and head.lower() in COMMON_HEADS and head != head.lower() and not NOT_COMMON.match(name):
        return [name[0].lower() + name[1:]]
    return []


def _possessive(name: str) -> list[str]:
    """Turn "Killing of X" around: "X's killing" or "X killing"."""
    found = re.fullmatch(
        r"(Assassination|Attempted assassination|Murder|Killing|Trial|Arrest|Impeachment"
        r"|Inauguration|Coronation"
        r"|Poisoning|Disappearance|Funeral|Resignation|Prosecution|Siege|Annexation|Invasion|Battle|Capture"
        r"|Liberation|Bombing|Storming|Death|Shooting) of (?:the )?((?:(?! by | in | and ).)+)",
        name,
    )
    if not found:
        return []
    noun, whom = found[1].lower().replace("attempted assassination", "assassination attempt"), found[2]
    if noun in {"siege", "annexation", "invasion", "capture", "liberation", "bombing", "storming"}:
        return [f"{whom} {noun}"]
    if noun == "battle":
        return [f"battle of {whom}", f"battle for {whom}"]
    return [f"{whom}'s {noun}", f"{whom} {noun}"]


def other_names(title: str, kind: str) -> tuple[list[str], list[str]]:
    """Return the names of an event that mean it alone, and those that other years share.

    >>> other_names("2017 Zimbabwean coup d'état", "coup")
    (['2017 Zimbabwean coup'], ["Zimbabwean coup d'état", 'Zimbabwean coup'])
    """
    bare = BRACKETS.sub("", title)
    own = [bare] if bare != title and (" " in bare) else []
    own += lower_head(bare) + _possessive(bare)
    own += [name for base in [bare, *own] for name in _shorter_country(base)]
    own += _swapped(bare)
    undated: list[str] = []
    if kind in UNDATED and LEADING_DATE.match(bare):
        short = without_date(title)
        if len(short.split()) > 1 and short[0].isupper():
            undated = [short, *_swapped(short), *_shorter_country(short)]
    return unique(own), unique(undated)


DAY = re.compile(
    r"\b(Jan|Feb|Aug|Sept|Oct|Nov|Dec|January|February|March|April|June|July|August|September|October"
    r"|November|December)\.? (\d{1,2})(?!\d|,? \d)"
)


def british_dates(rows: dict[str, Row]) -> None:
    """Name events that are called by their day as they are in London, too: "11 September", in place.

    A name that is doubtful in Washington is so there.
    """
    for row in rows.values():
        for name in [row["label"], *row["alt_labels"]] if DAY.search(" ".join(row["alt_labels"])) else ():
            turned = DAY.sub(r"\2 \1", name)
            if turned != name and not DAY.match(turned):
                row["alt_labels"] = unique([*row["alt_labels"], turned])
                if name in row["needs_context"]:
                    row["needs_context"] = unique([*row["needs_context"], turned])


def add_names(row: Row, names: list[str]) -> None:
    """Add alternative labels to a concept."""
    row["alt_labels"] = [name for name in unique([*row["alt_labels"], *names]) if name != row["label"]]
