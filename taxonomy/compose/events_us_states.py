"""Elections of senators and governors in the states of the United States."""

from __future__ import annotations

from collections import Counter

from common import WRITTEN, Row, read_table, split
from events_kinds import ident
from events_us_general import american_row

SENATE_YEARS = {"1": ("2012", "2018", "2024"), "2": ("2014", "2020", "2026"), "3": ("2010", "2016", "2022")}
#: Words that tell a contest from the work of a senator or governor.
RACE_WORDS = (
    '(race OR nominee OR candidate* OR candidacy OR primary OR primaries OR election OR "re election" '
    "OR reelection"
    " OR opponent OR challenger OR challenging OR campaign* OR runoff OR bid OR running OR ballot*)"
)


def _series(name: str, place: str, office: str, rules: list[str]) -> Row:
    """Return all elections of a state's senators or governors: text seldom tells their year."""
    if office == "Senate":
        label, above = f"United States Senate elections in {name}", "events:united-states-senate-elections"
        names = [
            f"{name} Senate race",
            f"{name} Senate election",
            f"{name} Senate campaign",
            f"{name} Senate primary",
            f"{name} Senate contest",
            f"{name} Senate runoff",
            f"{name} U.S. Senate race",
            f"{name}'s Senate race",
            f"{name}'s Senate primary",
            f"{name}'s Senate election",
            f"{name}'s U.S. Senate race",
            f"Senate race in {name}",
            f"Senate primary in {name}",
            f"Senate election in {name}",
            f"Senate candidate in {name}",
            f"U.S. Senate race in {name}",
        ]
        rule = (
            f'SENTENCE(@{place} AND (Senate NEAR/6 {RACE_WORDS} OR senator NEAR/4 ("re election" OR '
            f"reelection)))"
            ' AND NOT "state Senate"'
        )
    else:
        label, above = f"{name} gubernatorial elections", "events:united-states-gubernatorial-elections"
        names = [
            f"{name} governor's race",
            f"{name} governor race",
            f"{name} gubernatorial race",
            f"{name} gubernatorial election",
            f"{name} gubernatorial primary",
            f"{name} gubernatorial campaign",
            f"{name}'s governor's race",
            f"{name}'s gubernatorial race",
            f"{name}'s gubernatorial election",
            f"governor's race in {name}",
            f"gubernatorial race in {name}",
            f"gubernatorial election in {name}",
            f"race for {name} governor",
            f"race for governor of {name}",
        ]
        rule = (
            f"SENTENCE(@{place} AND (gubernatorial OR governorship* NEAR/6 (won OR win OR wins OR race OR "
            "flip* OR captur* OR elect*) OR governor NEAR/5 (race OR nominee OR "
            'candidate* OR candidacy OR primary OR election OR runoff OR elected OR "for governor")))'
        )
    return american_row(label, names, [above], [rule, *rules], 4, related=[place])


def _contests() -> dict[tuple[str, str, str], list[str]]:
    """Return rules of the contests whose candidates are written down, by year, office and state."""
    table: dict[tuple[str, str, str], list[str]] = {}
    lines = list(read_table(WRITTEN / "events_us_contests.tsv"))
    met = Counter((line["office"], line["iso"], line["candidates"]) for line in lines)
    for line in lines:
        # The calendar tells which of their contests is meant of two who met twice.
        year = line["year"] if met[line["office"], line["iso"], line["candidates"]] == 1 else ""
        pair = [f'"{name}"' if " " in name or "'" in name else name for name in split(line["candidates"])]
        both = " AND ".join(pair)
        words = (
            "(governor OR Gov OR gubernatorial)" if line["office"] == "governor" else "(Senate OR senator)"
        )
        table.setdefault((year, line["office"], line["iso"]), []).extend(
            [
                f"SENTENCE({both}) AND {words} AND COUNT({RACE_WORDS}) >= 1",
                f"LEAD({both} AND {words}) AND COUNT({RACE_WORDS} OR debate* OR voters OR polls OR "
                f"votes) >= 2",
                f"LEAD({both}) AND {words} AND COUNT({RACE_WORDS} OR debate* OR voters OR polls OR "
                f"votes) >= 4",
            ]
        )
    return table


def _senate(line: dict[str, str], year: str, rules: list[str]) -> Row:
    name, place = line["name"], f"countries:us-{line['iso']}"
    return american_row(
        f"{year} United States Senate election in {name}",
        [
            f"{year} {name} Senate race",
            f"{year} {name} Senate election",
            f"{name}'s {year} Senate race",
            f"{year} Senate race in {name}",
            f"{year} U.S. Senate race in {name}",
            f"{year} Senate election in {name}",
        ],
        [ident(f"United States Senate elections in {name}")],
        [
            f"SENTENCE({year} AND Senate NEAR/4 (race OR election OR campaign OR seat OR bid) AND @{place})",
            *rules,
        ],
        3,
        start=str(int(year) - 1),
        end=year,
        related=[place],
        part_of=[f"events:{year}-united-states-senate-elections"],
    )


def _governor(line: dict[str, str], year: str, rules: list[str]) -> Row:
    name, place = line["name"], f"countries:us-{line['iso']}"
    return american_row(
        f"{year} {name} gubernatorial election",
        [
            f"{year} {name} governor's race",
            f"{year} {name} governor race",
            f"{name}'s {year} governor's race",
            f"{name}'s {year} gubernatorial election",
            f"{year} {name} governor election",
            f"{year} gubernatorial election in {name}",
            f"{year} {name} gubernatorial race",
        ],
        [ident(f"{name} gubernatorial elections")],
        [f'SENTENCE({year} AND (gubernatorial OR "governor\'s race") AND @{place})', *rules],
        3,
        start=str(int(year) - 1),
        end=year,
        related=[place],
    )


def state_rows() -> list[Row]:
    """Return the elections of each state: what stands above the years, then these."""
    rows: list[Row] = []
    contests = _contests()
    for line in read_table(WRITTEN / "events_us_states.tsv"):
        place = f"countries:us-{line['iso']}"
        if line["classes"]:
            rows.append(_series(line["name"], place, "Senate", contests.get(("", "senate", line["iso"]), [])))
        for year in sorted(year for one in line["classes"] for year in SENATE_YEARS[one]):
            rows.append(_senate(line, year, contests.get((year, "senate", line["iso"]), [])))
        if line["governor"]:
            rows.append(
                _series(line["name"], place, "governor", contests.get(("", "governor", line["iso"]), []))
            )
        for year in split(line["governor"]):
            rows.append(_governor(line, year, contests.get((year, "governor", line["iso"]), [])))
    return rows
