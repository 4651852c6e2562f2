"""Elections of the United States: presidential, midterm, Senate and governors'."""

from __future__ import annotations

from common import WRITTEN, Row, read_table, split
from events_kinds import ident
from events_us_general import GENERAL, MIDTERM, PRIMARY, american_row, general_rows
from events_us_states import state_rows

#: Words of campaigns; some of them in an article that names two rivals tell what it is about.
CAMPAIGN_WORDS = (
    "(campaign* OR candidate* OR nominee* OR nomination OR poll OR polls OR voters OR votes OR debate* "
    "OR primary"
    " OR primaries OR caucus* OR delegate* OR ballot* OR election OR presidential OR convention OR concede*"
    " OR November OR endorse* OR elected"
    ' OR "running mate" OR "Election Day" OR "swing state*" OR "battleground state*" OR "White House race")'
)
CONTEST_WORDS = (
    "(primary OR primaries OR caucus* OR delegate* OR frontrunner OR nomination"
    ' OR "front-runner" OR "New Hampshire" OR Iowa OR "Super Tuesday")'
)
#: At the head of an article that names two candidates of a party, these tell enough.
LEAD_WORDS = (
    CONTEST_WORDS[:-1]
    + ' OR debate* OR "South Carolina" OR Nevada OR "dropped out" OR "drop out" OR "dropping out" OR ballots'
    ' OR race OR rivals OR candidates OR "his bid" OR "her bid")'
)
PARTY_WORDS = {"Democratic": "Democrat*", "Republican": "Republican* OR GOP"}
#: Before, the debates of a party's candidates were not counted as a series of their own.
FIRST_YEAR_OF_DEBATES = 2008
#: Rivals of earlier elections are in the news for other reasons as well.
FIRST_YEAR_OF_RIVALS = 2012


def _people(cell: str) -> list[str]:
    """Return what rules call the people of a cell: the end of an id, or words in quotes."""
    return [name if name.startswith('"') else f"@people:{name}" for name in split(cell)]


def _rivalry(
    some: list[str], others: list[str], words: str, lead_words: str = "", least: int = 3
) -> list[str]:
    """Return rules: both sides are named among words of campaigns; that more often; both at the head."""
    one, two = " OR ".join(some), " OR ".join(others)
    return [
        f"COUNT({one}) >= {times} AND COUNT({two}) >= {times} AND COUNT({words}) >= {2 * times}"
        for times in (2, 4)
    ] + [f"LEAD(({one}) AND ({two})) AND COUNT({lead_words or words}) >= {least}"]


def _of_two(one: str, two: str, least: int = 2) -> list[str]:
    """Return the rules that find an election by those who led it."""
    return [
        *_rivalry([one], [two], CAMPAIGN_WORDS, CAMPAIGN_WORDS[:-1] + " OR race)", least),
        f"LEAD(debate* AND {one} AND {two} AND (stage OR moderat* OR night OR presidential OR debates "
        f"OR first))",
        f"({one} NEAR/3 campaign* AND {two}) AND COUNT({CAMPAIGN_WORDS}) >= 2",
        f"({two} NEAR/3 campaign* AND {one}) AND COUNT({CAMPAIGN_WORDS}) >= 2",
    ]


def _before(year: str) -> str:
    """Return the year before: campaigns begin then, and what is said of a race then means this one."""
    return str(int(year) - 1)


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
        rules += _of_two(*rivals[:2])
    last = int(year) >= 2016
    loose = [f"{year} {noun}" for noun in ("campaign", "elections", "general election", "election cycle")]
    if int(year) < 2000:
        loose += [f"{year} election", f"{year} presidential election", f"{year} presidential elections"]
    prior = 8 if last else 6 if int(year) >= 2000 else 4
    fields = {"start": _before(year), "end": year, "needs_context": loose}
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
                *often, at_head = _rivalry([field[i]], field[i + 1 :], CONTEST_WORDS, LEAD_WORDS, 2)
                rules += [*often, f'{at_head} AND NOT "running mate"']
                # Who stands for a party stands for president.
                rows[0]["rules"].append(
                    f"LEAD({field[i]} AND ({' OR '.join(field[i + 1 :])})) AND COUNT({LEAD_WORDS}) >= 3"
                )
        rows.append(
            american_row(
                f"{year} {party} Party presidential primaries",
                split(names),
                [PRIMARY[party]],
                rules,
                6 if last else 4,
                start=_before(year),
                end=year,
                part_of=[ident(label)],
            )
        )
        if len(field) > 1 and int(year) >= FIRST_YEAR_OF_DEBATES:
            rows.append(_primary_debates(year, party, field, last))
    places = (line["conventions"] + "|").split("|")
    for party, place in zip(("Democratic", "Republican"), places, strict=False):
        if not place and not field:
            continue
        gop = f"|{year} GOP convention" if party == "Republican" else ""
        names = f"{year} {party} convention|{year} {party} national convention{gop}"
        names += f"|{party} National Convention in {place}|{party} convention in {place}" if place else ""
        convention = []
        if place:
            nominees = " OR ".join([one for one in rivals if one in field] or field[:1] or rivals[:2])
            convention = [
                f'SENTENCE({party} AND convention AND "{place}" AND {year})',
                f'LEAD("{place}") AND COUNT({PARTY_WORDS[party]}) >= 1 AND ({nominees}) AND '
                '(convention OR delegates OR gather* OR "party\'s nomination" OR nominat* NEAR/3 accept*)',
            ]
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
                [
                    f"SENTENCE({year} AND debate* AND ({' OR '.join(rivals)}))",
                    f"LEAD(debate* AND {rivals[0]} AND {rivals[1]} AND (moderat* OR stage OR night OR "
                    f"first OR second "
                    "OR third OR final OR presidential OR debates))",
                ],
                4,
                start=year,
                end=year,
            )
        )
    return rows


def _primary_debates(year: str, party: str, field: list[str], last: bool) -> Row:
    """Return the debates of a party's candidates before its nomination."""
    names = [
        f"{year} {party} debates",
        f"{year} {party} primary debates",
        f"{year} {party} presidential debates",
    ]
    if party == "Republican":
        names += [f"{year} GOP debates", f"{year} GOP primary debates"]
    pairs = [
        f'LEAD(debate* AND {field[i]} AND ({" OR ".join(field[i + 1 :])})) AND NOT "running mate"'
        for i in range(min(3, len(field) - 1))
    ]
    return american_row(
        f"{year} {party} Party presidential debates and forums",
        names,
        [f"events:{party.lower()}-presidential-primary-debates"],
        pairs,
        4 if last else 3,
        start=_before(year),
        end=year,
        part_of=[ident(f"{year} {party} Party presidential primaries")],
    )


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
            start=str(year - 1),
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
                start=str(year - 1),
                end=str(year),
                part_of=[ident(whole)],
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
    series = next(row for row in rows if row["id"] == GENERAL)
    for year in sorted(rematches):
        if int(year) >= FIRST_YEAR_OF_RIVALS:
            one, two = _people("|".join(rivals[year][:2]))
            series["rules"] += _of_two(one, two, 3)
    for line in lines:
        rows += _presidential(line, rematches)
    for year in range(1990, 2031, 4):
        rows += _midterm(year)
    for year in range(2008, 2027, 2):
        rows += _congress(year)
    return rows + state_rows()
