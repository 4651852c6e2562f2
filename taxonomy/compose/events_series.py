"""Recurring events: one concept for the series, one for each edition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from common import WRITTEN, Row, concept, plain, read_table, split
from events_kinds import ident, kinds
from events_written import marked_names, merge, phrase, related_ids

ROMAN = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
SMALL = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
SMALL += "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split()
TENS = {20: "twent", 30: "thirt", 40: "fort", 50: "fift", 60: "sixt", 70: "sevent", 80: "eight", 90: "ninet"}


@dataclass(frozen=True)
class Edition:
    """One edition of a series: its year, the year when it was held or ended, place and countries."""

    year: int
    until: int
    place: str
    shared_place: bool
    countries: tuple[str, ...]


def roman(number: int) -> str:
    """Return a Roman numeral.

    >>> roman(59)
    'LIX'
    """
    out = ""
    for value, letters in ROMAN:
        while number >= value:
            out, number = out + letters, number - value
    return out


def ordinal(number: int) -> str:
    """Return a number with its ending.

    >>> ordinal(83)
    '83rd'
    """
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def spelled_ordinal(number: int) -> str:
    """Return the word of an ordinal number below 100, with a capital.

    >>> spelled_ordinal(82), spelled_ordinal(90)
    ('Eighty-second', 'Ninetieth')
    """
    if number < 20:
        return SMALL[number].capitalize()
    if number >= 100:
        return ordinal(number)
    tens, ones = number // 10 * 10, number % 10
    stem = TENS[tens].capitalize()
    return f"{stem}y-{SMALL[ones]}" if ones else f"{stem}ieth"


def editions_of(cell: str) -> Iterator[Edition]:
    """Read ``1990-1992|1994=Place(xx)``; a place with ``!`` names several editions.

    ``2020>2021`` is called after one year and was held, or ended, in the next.
    """
    for part in split(cell):
        span = re.fullmatch(r"(\d{4})-(\d{4})", part)
        if span:
            for year in range(int(span[1]), int(span[2]) + 1):
                yield Edition(year, year, "", False, ())
            continue
        found = re.fullmatch(r"(\d{4})(?:>(\d{4}))?(?:=([^(!]+))?(!?)(?:\(([a-z,-]+)\))?", part)
        if not found:
            raise ValueError(f"edition not understood: {part}")
        codes = tuple(found[5].split(",")) if found[5] else ()
        year = int(found[1])
        yield Edition(year, int(found[2] or year), found[3] or "", bool(found[4]), codes)


def _number(cell: str, year: int) -> int:
    if not cell:
        return 0
    first, number, step = map(int, cell.split(":"))
    return number + (year - first) // step


def _fill(template: str, edition: Edition, number: int) -> str | None:
    """Fill a template; None where it asks for something that the edition lacks."""
    if ("{p}" in template and not edition.place) or ("{c}" in template and not edition.countries):
        return None
    codes = " OR ".join(f"@countries:{code}" for code in edition.countries)
    values = {
        "y": str(edition.year),
        "n": str(number),
        "o": ordinal(number),
        "r": roman(number),
        "p": edition.place,
    }
    values["O"] = spelled_ordinal(number)
    values["c"] = f"({codes})" if len(edition.countries) > 1 else codes
    return template.format(**values)


def _names(line: dict[str, str], edition: Edition, number: int) -> list[str]:
    names = []
    for template in split(line["edition_alts"]):
        if edition.shared_place and "{p}" in template and "{y}" not in template:
            continue
        name = _fill(template, edition, number)
        if name:
            names += [name, plain(name)]
    return names


def _rules(line: dict[str, str], edition: Edition, number: int) -> list[str]:
    quoted = replace(edition, place=phrase(edition.place) if edition.place else "")
    rules = []
    for template in split(line["edition_rules"]):
        if edition.shared_place and "{p}" in template and "{y}" not in template:
            inner = template.removeprefix("SENTENCE(").removesuffix(")")
            whole = template.startswith("SENTENCE(")
            template = f"SENTENCE({inner} AND {{y}})" if whole else f"({template}) AND LEAD({{y}})"
        rule = _fill(_spelled_out(template), quoted, number)
        if rule:
            rules.append(rule)
    return rules


def _spelled_out(rule: str) -> str:
    """Write the words of a sport for its short form: ``World Cup`` beside *goalkeeper*, not *wicket*."""
    return re.sub(r"<(\w+)>", lambda found: f"({VOCABULARIES[found[1]]})", rule)


#: What reporters of a sport write, whose competitions are called as those of other sports are.
VOCABULARIES = {
    "soccer": (
        "football OR footballer* OR soccer OR FIFA OR UEFA OR goalkeeper* OR striker* OR "
        'midfielder* OR penalties OR penalty OR "extra time" OR "hat-trick" OR "hat trick" OR '
        '"group stage" OR equaliser OR equalizer OR "quarter-final*" OR quarterfinal* OR '
        '"semi-final*" OR semifinal* OR defender* OR goals OR Infantino OR Blatter OR '
        '"knockout stage" OR "own goal" OR equalised OR equalized OR scored OR winger* OR '
        '"stoppage time" OR "injury time" OR "penalty shootout" OR "shoot-out" OR midfield OR '
        '"last 16"'
    ),
    "notsoccer": (
        'rugby OR cricket* OR wicket* OR Springbok* OR "All Blacks" OR ski OR skiing OR skier* OR '
        "slalom OR biathl* OR snowboard* OR FIBA OR basketball OR swimm* OR gymnast* OR hockey OR "
        "darts OR T20 OR chess OR dressage OR cycling OR skating OR skater* OR volleyball OR "
        "handball OR archery"
    ),
    "women": "women OR women's OR Lionesses OR Matildas OR USWNT OR Rapinoe OR Hermoso OR Wiegman",
    "rugby": 'rugby OR Springbok* OR "All Blacks" OR Wallabies OR "Webb Ellis" OR "fly-half" OR lineout*',
    "cricket": (
        'cricket* OR wicket* OR batsm* OR bowler* OR innings OR "Super Over" OR "run chase" OR "not out"'
    ),
    "tennis": (
        'tennis OR "Grand Slam" OR "Grand Slams" OR "Centre Court" OR tiebreak* OR "tie-break*" OR '
        '"match point*" OR "straight sets" OR "five sets" OR Djokovic OR Federer OR Nadal OR '
        "Alcaraz OR Sinner OR Swiatek OR Sabalenka OR Gauff OR Osaka"
    ),
    "golf": (
        'golf* OR birdie* OR bogey* OR "PGA Tour" OR "LIV Golf" OR fairway* OR caddie* OR "green jacket"'
    ),
    "olympic": (
        "medal OR medals OR medalist* OR medallist* OR gold OR silver OR bronze OR athletes OR "
        'torch OR cauldron OR "opening ceremony" OR "closing ceremony" OR sprint* OR swimm* OR '
        'gymnast* OR decathl* OR heptathlon OR podium OR IOC OR "I.O.C." OR "Thomas Bach" OR '
        '"Jacques Rogge" OR "victory stand" OR "athletes\' village" OR delegation OR doping'
    ),
    "winter": (
        "skier* OR skiing OR skating OR skater* OR snowboard* OR bobsle* OR luge OR biathl* OR "
        'curling OR "ice hockey" OR "ski jump*" OR slalom OR "Winter Olympic*" OR "Winter Games" OR '
        'figure-skating OR halfpipe OR downhill OR slopestyle OR moguls OR "super-G" OR alpine'
    ),
    "noolympics": (
        '"Special Olympics" OR "Youth Olympic*" OR Paralympi* OR "former Olympi*" OR "ex-Olympi*" OR '
        '"retired Olympi*" OR "Olympic Park bombing" OR "Olympic-size*" OR "Olympics of"'
    ),
}


def edition_row(line: dict[str, str], edition: Edition) -> Row:
    """Return the concept of one edition."""
    number = _number(line["number"], edition.year)
    label = _fill(line["edition"], edition, number) or f"{edition.year} {line['series']}"
    age = 1 if edition.year >= 2008 else 2 if edition.year >= 1992 else 4
    return concept(
        ident(label),
        label,
        alt_labels=_names(line, edition, number),
        broader=[ident(line["series"])],
        related=[*related_ids(line["related"]), *(f"countries:{code}" for code in edition.countries)],
        rules=_rules(line, edition, number),
        start=str(edition.year),
        end=str(edition.until),
        prior=max(1, int(line["prior"]) - age),
        source=["tagonomy"],
    )


def series_row(line: dict[str, str]) -> Row:
    """Return the concept of a series."""
    return concept(
        ident(line["series"]),
        line["series"],
        **marked_names(line["alts"]),
        broader=[kinds()[line["kind"]].id],
        related=related_ids(line["related"]),
        rules=[_spelled_out(rule) for rule in split(line["rules"])],
        prior=int(line["prior"]),
        source=["tagonomy"],
    )


def series_rows() -> list[Row]:
    """Return every series and its editions."""
    rows: dict[str, Row] = {}
    for line in read_table(WRITTEN / "events_series.tsv"):
        made = [series_row(line), *(edition_row(line, edition) for edition in editions_of(line["editions"]))]
        for row in made:
            if row["id"] in rows:
                merge(rows[row["id"]], row)
            else:
                rows[row["id"]] = row
    return list(rows.values())
