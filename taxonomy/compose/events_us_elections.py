"""Elections of the United States: presidential, midterm, Senate and governors'."""

from __future__ import annotations

from common import WRITTEN, Row, read_table, split
from events_kinds import ident
from events_us_general import GENERAL, MIDTERM, PRIMARY, american_row, general_rows

SENATE_YEARS = {"1": ("2012", "2018", "2024"), "2": ("2014", "2020", "2026"), "3": ("2010", "2016", "2022")}


#: Words of campaigns; some of them in an article that names two rivals tell what it is about.
CAMPAIGN_WORDS = (
    "(campaign* OR candidate* OR nominee* OR poll OR polls OR voters OR debate* OR primary OR primaries"
    ' OR caucus* OR delegate* OR ballot* OR election OR presidential OR "running mate")'
)
CONTEST_WORDS = (
    "(primary OR primaries OR caucus* OR delegate* OR frontrunner"
    ' OR "front-runner" OR "presidential nomination")'
)
#: Rivals of earlier elections are in the news for other reasons as well.
FIRST_YEAR_OF_RIVALS = 2012


def _people(cell: str) -> list[str]:
    """Return what rules call the people of a cell: the end of an id, or words in quotes."""
    return [name if name.startswith('"') else f"@people:{name}" for name in split(cell)]


def _rivalry(some: list[str], others: list[str], words: str) -> list[str]:
    """Return two rules: both sides are named among words of campaigns; and that more often."""
    one, two = " OR ".join(some), " OR ".join(others)
    return [
        f"COUNT({one}) >= {times} AND COUNT({two}) >= {times} AND COUNT({words}) >= {2 * times}"
        for times in (2, 4)
    ]


def _presidential(line: dict[str, str], rematches: set[str]) -> list[Row]:
    year, rivals = line["year"], _people(line["rivals"])
    names = (
        f"{year} presidential election|{year} election|{year} presidential race|{year} presidential campaign"
    )
    names += (
        f"|{year} campaign|{year} US election|{year} U.S. election|{year} US presidential "
        f"election|{year} elections"
    )
    names += f"|{year} U.S. presidential election|presidential election of {year}|{year} general election"
    names += f"|{year} race for the White House|{year} White House race|{year} American presidential election"
    names += (
        f"|{year} presidential elections|election of {year}|{year} presidential contest"
        f"|{year} presidential bid"
    )
    names += f"|{year} White House bid|{year} election cycle|{year} presidential vote"
    who = " OR ".join(rivals)
    label = f"{year} United States presidential election"
    words = "(election OR campaign OR presidential OR nominee)"
    rules = [f"SENTENCE({year} AND {words} AND ({who}))"]
    if int(year) >= FIRST_YEAR_OF_RIVALS and year not in rematches:
        rules += _rivalry(rivals[:1], rivals[1:2], CAMPAIGN_WORDS)
    last = int(year) >= 2016
    loose = [f"{year} {noun}" for noun in ("campaign", "elections", "general election", "election cycle")]
    if int(year) < 2000:
        loose += [f"{year} election", f"{year} presidential election", f"{year} presidential elections"]
    prior = 8 if last else 6 if int(year) >= 2000 else 4
    fields = {"start": year, "end": year, "needs_context": loose}
    rows = [american_row(label, split(names), [GENERAL], rules, prior, **fields)]
    for party, column in (("Democratic", "democrats"), ("Republican", "republicans")):
        field = _people(line[column])
        if not field:
            continue
        who = " OR ".join(field)
        gop = (
            f"|{year} GOP primary|{year} GOP primaries|{year} GOP presidential primary"
            if party == "Republican"
            else ""
        )
        names = f"{year} {party} primary|{year} {party} primaries|{year} {party} presidential primary"
        names += f"|{year} {party} presidential primaries|{year} {party} presidential nomination"
        names += f"|{year} {party} nomination|{year} {party} field|{year} {party} primary race{gop}"
        rules = [f"SENTENCE({year} AND {party} AND (primary OR primaries OR nomination) AND ({who}))"]
        if int(year) >= FIRST_YEAR_OF_RIVALS:
            for i in range(min(2, len(field) - 1)):
                rules += _rivalry([field[i]], field[i + 1 :], CONTEST_WORDS)
        rows.append(
            american_row(
                f"{year} {party} Party presidential primaries",
                split(names),
                [PRIMARY[party]],
                rules,
                6 if last else 4,
                start=year,
                end=year,
                part_of=[ident(label)],
            )
        )
    places = (line["conventions"] + "|").split("|")
    for party, place in zip(("Democratic", "Republican"), places, strict=False):
        if not place and not field:
            continue
        gop = f"|{year} GOP convention" if party == "Republican" else ""
        names = f"{year} {party} convention|{year} {party} national convention{gop}"
        names += f"|{party} National Convention in {place}|{party} convention in {place}" if place else ""
        convention = [f'SENTENCE({party} AND convention AND "{place}" AND {year})'] if place else []
        rows.append(
            american_row(
                f"{year} {party} National Convention",
                split(names),
                [ident(f"{party} National Convention")],
                convention,
                5 if last else 3,
                start=year,
                end=year,
                part_of=[ident(label)],
            )
        )
    if int(year) >= 1992:
        rows.append(
            american_row(
                f"{year} United States presidential debates",
                [f"{year} presidential debates", f"{year} presidential debate"],
                ["events:united-states-presidential-debates"],
                [f"SENTENCE({year} AND debate* AND ({' OR '.join(rivals)}))"],
                4,
                start=year,
                end=year,
            )
        )
    return rows


def _midterm(year: int) -> list[Row]:
    names = (
        f"{year} midterm elections|{year} midterms|{year} midterm election|{year} midterm|midterms of {year}"
    )
    names += (
        f"|midterm elections of {year}|{year} US midterms|{year} U.S. midterm elections"
        f"|{year} congressional elections"
    )
    names += (
        f"|{year} elections|{year} election|{year} election cycle|{year} midterm campaign"
        f"|{year} mid-term elections"
    )
    names += f"|November {year} elections|{year} U.S. elections"
    label = f"{year} United States midterm elections"
    loose = [f"{year} election", f"{year} elections", f"{year} election cycle", f"November {year} elections"]
    return [
        american_row(
            label,
            split(names),
            [MIDTERM],
            [f"SENTENCE(midterm* AND {year})"],
            7 if year >= 2014 else 5,
            start=str(year),
            end=str(year),
            needs_context=loose,
        )
    ]


def _congress(year: int) -> list[Row]:
    whole = (
        f"{year} United States presidential election"
        if year % 4 == 0
        else f"{year} United States midterm elections"
    )
    rows = []
    for body, label in (
        ("Senate", "Senate elections"),
        ("House", "House elections"),
        ("gubernatorial", "gubernatorial elections"),
    ):
        names = [
            f"{year} {body} elections",
            f"{year} {body} races",
            f"{year} {body} election",
            f"{year} U.S. {body} elections",
        ]
        if body == "gubernatorial":
            names += [f"{year} governors' races", f"{year} governor's races"]
        rows.append(
            american_row(
                f"{year} United States {label}",
                names,
                [ident(f"United States {label}")],
                [f"SENTENCE({year} AND {body} NEAR/4 (race* OR election* OR campaign OR seat*))"],
                4,
                start=str(year),
                end=str(year),
                part_of=[ident(whole)],
            )
        )
    return rows


def _states() -> list[Row]:
    rows = []
    for line in read_table(WRITTEN / "events_us_states.tsv"):
        name, place = line["name"], f"countries:us-{line['iso']}"
        for year in sorted(year for one in line["classes"] for year in SENATE_YEARS[one]):
            names = [
                f"{year} {name} Senate race",
                f"{year} {name} Senate election",
                f"{name}'s {year} Senate race",
                f"{year} Senate race in {name}",
                f"{year} U.S. Senate race in {name}",
                f"{year} Senate election in {name}",
            ]
            rows.append(
                american_row(
                    f"{year} United States Senate election in {name}",
                    names,
                    ["events:united-states-senate-elections"],
                    [
                        f"SENTENCE({year} AND Senate NEAR/4 (race OR election OR campaign OR seat OR bid) "
                        f"AND @{place})"
                    ],
                    3,
                    start=year,
                    end=year,
                    related=[place],
                    part_of=[f"events:{year}-united-states-senate-elections"],
                )
            )
        for year in split(line["governor"]):
            names = [
                f"{year} {name} governor's race",
                f"{year} {name} governor race",
                f"{name}'s {year} governor's race",
                f"{name}'s {year} gubernatorial election",
                f"{year} {name} governor election",
                f"{year} gubernatorial election in {name}",
                f"{year} {name} gubernatorial race",
            ]
            rows.append(
                american_row(
                    f"{year} {name} gubernatorial election",
                    names,
                    ["events:united-states-gubernatorial-elections"],
                    [f'SENTENCE({year} AND (gubernatorial OR "governor\'s race") AND @{place})'],
                    3,
                    start=year,
                    end=year,
                    related=[place],
                )
            )
    return rows


def american_rows() -> list[Row]:
    """Return the elections of the United States."""
    rows = general_rows()
    lines = list(read_table(WRITTEN / "events_us_elections.tsv"))
    rivals = {line["year"]: split(line["rivals"]) for line in lines}
    rematches = {
        year
        for year, pair in rivals.items()
        if any(set(pair[:2]) <= set(others) for other, others in rivals.items() if other != year)
    }
    for line in lines:
        rows += _presidential(line, rematches)
    for year in range(1990, 2031, 4):
        rows += _midterm(year)
    for year in range(2008, 2027, 2):
        rows += _congress(year)
    return rows + _states()
