"""National elections of every country, generated from a table of years."""

from __future__ import annotations

from collections import Counter

from common import WRITTEN, Row, concept, read_table, split
from events_kinds import ident, kinds

#: Countries whose elections the whole world's press covers.
LARGE = frozenset("gb fr de ru ua in il ir tr br mx ca au it es jp kr tw pl".split())
#: The names of these are also names of states or of wider regions.
AMBIGUOUS_NAMES = frozenset({"ge", "cg", "dm", "gn", "ps"})
PRESIDENT_RULES = frozenset("fr ru ua ir tw kr co dz eg af by kz pt ro sn ve cy lk cz at".split())
PLURALS = ("election", "elections")


def _shared_adjectives() -> frozenset[str]:
    counts: Counter[str] = Counter()
    for row in read_table(WRITTEN / "events_countries.tsv"):
        counts.update(split(row["adjectives"]))
    return frozenset(name for name, count in counts.items() if count > 1)


def _the(name: str) -> str:
    plural = {
        "Netherlands",
        "Philippines",
        "Maldives",
        "Bahamas",
        "Seychelles",
        "Solomon Islands",
        "Marshall Islands",
    }
    plural |= {"United Kingdom", "United Arab Emirates", "Czech Republic", "Dominican Republic"}
    plural |= {
        "Central African Republic",
        "Democratic Republic of the Congo",
        "Republic of the Congo",
        "Comoros",
    }
    return f"the {name}" if name in plural else name


def country_row(line: dict[str, str], adjectives: list[str]) -> Row:
    """Return the concept of all of a country's elections."""
    name, iso = line["name"], line["iso"]
    names = (
        []
        if iso in AMBIGUOUS_NAMES
        else [f"elections in {_the(name)}", f"{name}'s election", f"{name}'s elections"]
    )
    sorts = sorted({line["kind"], "general", "presidential", "parliamentary", "snap", "national"})
    for adjective in adjectives:
        names += [f"{adjective} {noun}" for noun in PLURALS]
        names += [f"{adjective} {sort} {noun}" for sort in sorts for noun in PLURALS]
    if iso not in AMBIGUOUS_NAMES:
        names += [f"{name}'s {sort} {noun}" for sort in sorts for noun in (*PLURALS, "vote")]
        names += [f"{sort} {noun} in {_the(name)}" for sort in sorts for noun in PLURALS]
    polls = (
        '("polling stations" OR "went to the polls"'
        ' OR "go to the polls" OR "snap election" OR "snap elections")'
    )
    return concept(
        ident(f"elections in {name}"),
        f"Elections in {_the(name)}",
        alt_labels=names,
        broader=["events:national-elections"],
        related=[f"countries:{iso}"],
        rules=[f"SENTENCE(@countries:{iso} AND {polls})"],
        prior=5 if iso in LARGE else 3,
        source=["tagonomy"],
    )


def _election(line: dict[str, str], adjectives: list[str], year: str, sort: str, short: bool) -> Row:
    """Return one election; ``short`` tells whether the year's plain names are its own."""
    name, iso = line["name"], line["iso"]
    label = f"{year} {split(line['adjectives'])[0]} {sort} election"
    if iso == "gb":
        label = f"{year} United Kingdom general election"
    names = []
    for adjective in adjectives:
        names += [f"{year} {adjective} {sort} {noun}" for noun in PLURALS]
        names += [f"{adjective} {sort} {noun} of {year}" for noun in PLURALS]
        if sort != "presidential":
            names += [
                f"{year} {adjective} {other} election"
                for other in ("parliamentary", "general", "legislative")
            ]
        if short:
            names += [f"{year} {adjective} {noun}" for noun in PLURALS]
    if iso not in AMBIGUOUS_NAMES:
        names += [f"{year} {name} {sort} election", f"{year} {sort} election in {_the(name)}"]
        if short:
            names += [f"{year} {name} election", f"{name}'s {year} election", f"{name}'s {year} elections"]
            names += [f"{year} election in {_the(name)}", f"{year} elections in {_the(name)}"]
    words = f"{year} NEAR/3 (election OR elections)"
    extra = "" if short else f" AND {sort}"
    return concept(
        ident(label),
        label,
        alt_labels=names,
        broader=[ident(f"elections in {name}")],
        related=[f"countries:{iso}"],
        rules=[f"SENTENCE({words} AND @countries:{iso}{extra})"],
        start=year,
        end=year,
        prior=(4 if int(year) >= 2010 else 3) + (1 if iso in LARGE else -1),
        source=["tagonomy"],
    )


def national_rows() -> list[Row]:
    """Return the national elections of all countries but the United States."""
    shared = _shared_adjectives()
    rows: list[Row] = [
        concept(
            "events:national-elections",
            "national elections",
            abstract=True,
            broader=[kinds()["election"].id],
            exact_match=["medtop:20000579"],
            source=["iptc-mediatopics", "tagonomy"],
        )
    ]
    for line in read_table(WRITTEN / "events_countries.tsv"):
        adjectives = [name for name in split(line["adjectives"]) if name not in shared]
        general, presidential = split(line["general"]), split(line["presidential"])
        if not general and not presidential:
            continue
        rows.append(country_row(line, adjectives))
        rules = line["iso"] in PRESIDENT_RULES
        for year in presidential:
            rows.append(_election(line, adjectives, year, "presidential", rules or year not in general))
        for year in general:
            rows.append(
                _election(line, adjectives, year, line["kind"], not rules or year not in presidential)
            )
    return rows
