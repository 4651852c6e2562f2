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
#: Words of a vote, and of how it went.
VOTE_WORDS = (
    "(vote OR votes OR voted OR voters OR voting OR election* OR elected OR ballot* OR seats OR runoff "
    "OR turnout"
    " OR landslide OR poll OR polls OR candidate*)"
)
#: ... and of who won it, which tells enough where two rivals are named.
RIVAL_WORDS = (
    VOTE_WORDS[:-1] + " OR president OR presidency OR won OR win OR wins OR winner OR beat OR defeat*"
    " OR majority OR victory"
    ' OR campaign* OR term OR coalition OR conced* OR parliament OR "next prime minister" OR parties)'
)
RESULT_WORDS = (
    VOTE_WORDS[:-1]
    + " OR presidency OR won OR win OR wins OR winner OR beat* OR defeat* OR victory OR campaign* OR conced*"
    ' OR majority OR coalition OR "came first" OR "form a government")'
)
OUTCOME = (
    '(runoff OR "run off" OR landslide OR "elected president" OR "re elected" OR reelected OR "voters" '
    "OR victory"
    ' OR "general election" OR "presidential election" OR "parliamentary election*" OR "legislative '
    'election*"'
    ' OR "electoral commission" OR "election commission" OR "won the presidency" OR "presidency of" OR '
    '"vote count*"'
    ' OR "declared winner" OR "declared the winner" OR majority OR "next prime minister" OR election)'
)
#: Said in a sentence about a country in a lead, these are of its own vote ...
AT_THE_POLLS = (
    '("vote to elect" OR "votes to elect" OR "voted to elect" OR "vote for their" OR "vote for a new"'
    ' OR "vote in a" OR "vote in an" OR "head to the polls" OR "heads to the polls" OR "cast ballots"'
    ' OR "cast their ballots" OR "electoral council" OR "electoral commission" OR "electoral tribunal"'
    ' OR "election commission" OR "presidential election*" OR "general election*"'
    ' OR "parliamentary election*" OR "legislative election*" OR "presidential candidate*"'
    ' OR "presidential runoff" OR "presidential run off" OR "re election" OR reelection'
    ' OR "re elected" OR reelected OR "elected president" OR "elected as president"'
    ' OR "elected prime minister" OR "election results" OR "election day")'
)
#: ... and near it, these mostly.
ELECTING = "(election OR elections OR elect OR elects)"
#: A lead about these is about American politics, whatever country it names.
HOME = '(Republican* OR Democrats OR GOP OR Congress OR Senate OR "presidential nominee" OR @countries:us)'
#: Countries that are said to meddle in the elections of others.
MEDDLERS = frozenset("ru ir cn".split())
MEDDLING = (
    "(interfer* OR meddl* OR troll* OR collu* OR hack* OR influence OR disinformation"
    " OR Trump OR Clinton OR Mueller OR American)"
)


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
    place = f"@countries:{iso}"
    polls = (
        '("polling stations" OR "went to the polls" OR "going to the polls"'
        ' OR "go to the polls" OR "snap election" OR "snap elections" OR "exit polls" OR "early elections"'
        ' OR "elect a successor" OR "new elections" OR "election campaign" OR "election is due")'
    )
    abroad = f"NOT LEAD({HOME}){' AND NOT ' + MEDDLING if iso in MEDDLERS else ''}"
    rules = [
        f"SENTENCE({place} AND {polls})",
        f"LEAD(SENTENCE({place} AND {AT_THE_POLLS})) AND {abroad}",
        f"LEAD({place} NEAR/10 {ELECTING}) AND {abroad}",
        f"SENTENCE({place} AND {OUTCOME}) AND LEAD({place} AND {OUTCOME}) AND COUNT({RIVAL_WORDS}) >= 4 "
        f"AND COUNT({VOTE_WORDS}) >= 2 AND {abroad}",
    ]
    return concept(
        ident(f"elections in {name}"),
        f"Elections in {_the(name)}",
        alt_labels=names,
        broader=["events:national-elections"],
        related=[f"countries:{iso}"],
        rules=rules,
        prior=5 if iso in LARGE else 3,
        source=["tagonomy"],
    )


def _pairs(iso: str, sort: str = "") -> list[str]:
    """Return rules of the rivals that are written down: both in a sentence, among words of a vote."""
    rules = []
    for line in read_table(WRITTEN / "events_rivals.tsv"):
        if line["iso"] == iso and sort in ("", line["sort"]):
            both = " AND ".join(f'"{one}"' if " " in one else one for one in split(line["rivals"]))
            rules += [
                f"SENTENCE({both}) AND COUNT({RIVAL_WORDS}) >= 4 AND COUNT({VOTE_WORDS}) >= 2",
                f"LEAD({both}) AND COUNT({RESULT_WORDS}) >= 2",
            ]
    return rules


def _sort_row(line: dict[str, str], adjectives: list[str], sort: str) -> Row:
    """Return what stands above the elections of one sort in a country that has both."""
    name, iso = line["name"], line["iso"]
    adjective = split(line["adjectives"])[0]
    sorts = ["presidential"] if sort == "presidential" else sorted({sort, "parliamentary", "legislative"})
    names = [f"{one} {kind} {noun}" for one in adjectives for kind in sorts for noun in (*PLURALS, "vote")]
    if sort == "presidential":
        names += [
            f"{one} presidential {noun}" for one in adjectives for noun in ("race", "runoff", "campaign")
        ]
    if iso not in AMBIGUOUS_NAMES:
        names += [f"{name}'s {kind} {noun}" for kind in sorts for noun in (*PLURALS, "vote")]
        names += [f"{kind} {noun} in {_the(name)}" for kind in sorts for noun in PLURALS]
        if sort == "presidential":
            names += [
                f"presidency of {_the(name)}",
                f"{name}'s presidential race",
                f"{name}'s presidential runoff",
            ]
    label = f"{adjective} {sort} elections"
    doubtful = [one for one in names if one.startswith("presidency of ")]
    return concept(
        ident(label),
        label,
        alt_labels=names,
        needs_context=doubtful,
        broader=[ident(f"elections in {name}")],
        related=[f"countries:{iso}"],
        rules=_pairs(iso, sort),
        prior=4 if iso in LARGE else 2,
        source=["tagonomy"],
    )


def _election(
    line: dict[str, str], adjectives: list[str], year: str, sort: str, short: bool, both: bool
) -> Row:
    """Return one election; ``short`` tells whether the year's plain names are its own."""
    above = [ident(f"{split(line['adjectives'])[0]} {sort} elections")] if both else []
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
    if iso in MEDDLERS:
        extra += f" AND NOT {MEDDLING}"
    return concept(
        ident(label),
        label,
        alt_labels=names,
        broader=[ident(f"elections in {name}"), *above],
        related=[f"countries:{iso}"],
        rules=[f"SENTENCE({words} AND @countries:{iso}{extra})"],
        start=year,
        end=year,
        prior=(4 if int(year) >= 2010 else 3) + (1 if iso in LARGE else -1) + (1 if above and short else 0),
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
        both = bool(general and presidential)
        if both:
            rows += [_sort_row(line, adjectives, sort) for sort in ("presidential", line["kind"])]
        else:
            rows[-1]["rules"] += _pairs(line["iso"])
        for year in presidential:
            rows.append(_election(line, adjectives, year, "presidential", rules or year not in general, both))
        for year in general:
            plain_year = not rules or year not in presidential
            rows.append(_election(line, adjectives, year, line["kind"], plain_year, both))
    return rows
