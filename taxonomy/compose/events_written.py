"""Read the hand-written tables of events."""

from __future__ import annotations

import re

from common import WRITTEN, Row, concept, read_table, split, unique
from events_kinds import ident, kind_of, kinds
from events_names import add_names, lower_head, other_names

#: Tables of single events; classes, countries and series have tables of their own.
TABLES = (
    "events_wars",
    "events_attacks",
    "events_disasters",
    "events_laws",
    "events_scandals",
    "events_world",
    "events_recent",
    "events_ongoing",
    "events_politics",
    "events_moments",
    "events_named",
)


def related_ids(cell: str) -> list[str]:
    """Turn ``ua|ru|people:vladimir-putin`` into ids: a bare code is a country's."""
    return [code if ":" in code else f"countries:{code}" for code in split(cell)]


def marked_names(cell: str) -> dict[str, list[str]]:
    """Read names with marks: ``=`` only in this case, ``~`` hidden, ``?`` at the end needs context.

    A name with ``!`` at the end is sure, though it looks like a person's or a place's.

    >>> marked_names("=DACA|Dreamers?")["needs_context"]
    ['Dreamers']
    """
    out: dict[str, list[str]] = {
        "alt_labels": [],
        "hidden_labels": [],
        "case_sensitive": [],
        "needs_context": [],
    }
    for part in split(cell):
        name = part.lstrip("=~").rstrip("?!")
        out["hidden_labels" if "~" in part[:2] else "alt_labels"].append(name)
        if "=" in part[:2]:
            out["case_sensitive"].append(name)
        if part.endswith("?"):
            out["needs_context"].append(name)
    return out


def rules_of(cell: str, words: str) -> list[str]:
    """Expand the short forms of rules.

    ``~KEY`` stands for KEY near the words of the event's kind, ``~A & B`` for all of them
    and such a word in one sentence; anything else is a rule already.

    >>> rules_of('~Bakhmut & 2023', '(battle OR siege)')
    ['SENTENCE(Bakhmut AND 2023 AND (battle OR siege))']
    """
    out = []
    for part in split(cell):
        if not part.startswith("~"):
            out.append(part)
        elif " & " in part:
            out.append("SENTENCE(" + " AND ".join([*part[1:].split(" & "), words]) + ")")
        else:
            out.append(f"{part[1:]} NEAR/8 {words}")
    return out


#: What is written of an event of which only the day of a death is one.
OF_A_DEATH = "(dies OR died OR death OR funeral OR mourn* OR tribute* OR coffin OR burial)"


def key_rules(keys: list[str], words: list[str], code: str) -> list[str]:
    """Return the rules of an event that reporters tell by its places and people.

    Nobody writes *2011 Tohoku earthquake* on the day: it is Sendai, and a tsunami. One of the keys and
    one of the words, the kind's own if there are none, stand in one sentence or in the lead. What is
    told of the dead for years is an event where the headline is about it.

    >>> key_rules(["Sendai", "Naoto Kan"], ["tsunami"], "earthquake")[0]
    'SENTENCE((Sendai OR "Naoto Kan") AND tsunami)'
    """
    of = kinds()[code].words
    some = any_of(words) if words else OF_A_DEATH if code == "funeral" else of
    if code == "royal":
        return [f"LEAD({any_of(keys)} AND {some})"]
    if code == "funeral":
        full = [key for key in keys if " " in key] or keys
        return [f"TITLE({any_of(keys)}) AND LEAD({any_of(full)} AND {some})"]
    return [f"{scope}({any_of(keys)} AND {some})" for scope in ("SENTENCE", "LEAD")]


def any_of(terms: list[str]) -> str:
    """Return terms as alternatives of a rule.

    >>> any_of(["lava", "erupt*", "White Island"])
    '(lava OR erupt* OR "White Island")'
    """
    plain = re.compile(r"[\w*]+|.* NEAR/.*")
    out = [term if plain.fullmatch(term) else f'"{term}"' for term in terms]
    return out[0] if len(out) == 1 else f"({' OR '.join(out)})"


def is_doubtful(name: str, code: str) -> bool:
    """Tell whether an alias by itself rather names a person, a place or a firm than the event.

    >>> is_doubtful("Bryan Kohberger", "killing"), is_doubtful("Uvalde massacre", "shooting")
    (True, False)
    """
    if kind_of(name) or re.search(r"\d|^[A-Z]{3,}$", name):
        return False
    words = name.split()
    if ", " in name:
        return True
    if code in PERSONAL and 2 <= len(words) <= 3:
        return all(word[0].isupper() for word in words) and words[-1] not in TELLING
    return code in LOCAL and len(words) == 1 and name not in CERTAIN


#: Kinds whose events are often called after a person, and after a place.
PERSONAL = frozenset(
    "killing trial scandal assassination hostage attack shooting bombing deal operation".split()
)
LOCAL = frozenset(
    "attack shooting bombing battle hostage riot earthquake wildfire flood accident "
    "explosion shipwreck aircrash "
    "railaccident insurgency conflict massacre killing assassination volcano "
    "genocide trial economic protest".split()
)
TELLING = frozenset(
    "Papers Massacre Report Inquiry Committee Files Leaks Plot Scandal Case Spring Down".split()
)
#: Single words that mean the event nearly always.
CERTAIN = frozenset(
    "Columbine 9/11 Srebrenica Euromaidan EuroMaidan Maidan Bataclan Grexit Holocaust Shoah Nakba EndSARS "
    "Intifada Astroworld Chernobyl Lockerbie Watergate Aragalaya Hirak Capitol Unabomber".split()
)


#: What makes a change of power a coup, whatever its soldiers call it.
SOLDIERS = (
    "(soldiers OR army OR military OR troops OR generals OR junta OR mutin* OR guard OR colonel* OR officers)"
)
SEIZURE = (
    '(coup OR putsch OR "seize* power" OR "seizing power" OR "seized control" OR "took control" OR '
    '"take control" OR '
    '"took power" OR toppl* OR ousted OR ousts OR overthr* OR deposed OR "house arrest" OR removed OR '
    "detained OR "
    '"suspended the constitution" OR "state of emergency" OR revolt OR uprising)'
)
#: How a referendum is told of on the day.
BALLOT = (
    '(referendum OR plebiscite OR "voted to" OR "votes to" OR "vote to" OR voters OR "voted against" OR '
    '"said yes"'
    ' OR "said no")'
)
FIRST_YEAR_OF_KIND_RULES = "2008"


def _rules_of_kind(code: str, line: dict[str, str]) -> list[str]:
    """Return the rules that any event of a kind has, from the country that it lies in."""
    country = split(line["related"])[:1]
    if not country or ":" in country[0] or (line["start"] or "") < FIRST_YEAR_OF_KIND_RULES:
        return []
    place = f"@countries:{country[0]}"
    if code == "coup":
        return [
            f"SENTENCE({place} AND {SOLDIERS} AND {SEIZURE}) AND LEAD({place} AND {SOLDIERS} AND {SEIZURE})",
            f"LEAD({place} AND coup)",
        ]
    if code == "referendum":
        return [f"LEAD({place} AND {BALLOT}) AND SENTENCE({place} AND (referendum OR plebiscite))"]
    return []


def written_row(line: dict[str, str]) -> Row:
    """Turn one line of a table into a concept."""
    label = line["label"].rstrip("?")
    code = line["kind"] or kind_of(label) or ""
    if code not in kinds():
        raise ValueError(f"{label}: unknown kind {code!r}")
    names = marked_names(line["alts"])
    if line["label"].endswith("?"):
        names["needs_context"].append(label)
    row = concept(
        ident(label),
        label,
        **names,
        broader=[kinds()[code].id],
        related=related_ids(line["related"]),
        part_of=[ident(whole) for whole in split(line["part_of"])],
        rules=[
            *rules_of(line["rules"] or "", kinds()[code].words),
            *_rules_of_kind(code, line),
            *(storm_rules(label, related_ids(line["related"])) if code == "storm" else ()),
        ],
        start=line["start"],
        end=line["end"],
        prior=int(line["prior"] or 0),
        source=["tagonomy"],
    )
    sure = {label, *(part.rstrip("!") for part in split(line["alts"]) if part.endswith("!"))}
    doubtful = [name for name in names["alt_labels"] if name not in sure and is_doubtful(name, code)]
    row["needs_context"] = list(dict.fromkeys([*row["needs_context"], *doubtful]))
    own, _ = other_names(label, code)
    flagged = set(row["needs_context"])
    add_names(row, [name for name in own if name not in flagged])
    add_names(row, [low for name in row["alt_labels"] if name not in flagged for low in lower_head(name)])
    return row


def written_rows() -> list[Row]:
    """Return every hand-written event."""
    rows: dict[str, Row] = {}
    for table in TABLES:
        for line in read_table(WRITTEN / f"{table}.tsv"):
            row = written_row(line)
            if row["id"] in rows:
                merge(rows[row["id"]], row)
            else:
                rows[row["id"]] = row
    return list(rows.values())


#: What is told of a storm alone, and of other weather and other troubles as well.
OF_A_STORM = (
    '(mph OR "km/h" OR kph OR landfall OR "storm surge" OR "tropical storm" OR "Category 4" OR typhoon OR '
    "cyclone)"
)
OF_WEATHER = (
    "(winds OR storm OR flooding OR floods OR floodwaters OR rain OR evacuat* OR ashore OR outages OR debris)"
)


def storm_rules(label: str, related: list[str]) -> list[str]:
    """Return the rules of a storm that has a name, beside the places that it struck.

    >>> storm_rules("Hurricane Otis", ["countries:mx"])[1][:34]
    'LEAD(Otis AND (@countries:mx) AND '
    """
    found = re.fullmatch(r"(?:Hurricane|Typhoon|Cyclone) (\w+)", label)
    if not found:
        return []
    places = " OR ".join(f"@{each}" for each in related if each.startswith("countries:"))
    rules = [f"SENTENCE({found[1]} AND {OF_A_STORM})"]
    return [*rules, f"LEAD({found[1]} AND ({places}) AND {OF_WEATHER})"] if places else rules


def add_keys(rows: dict[str, Row]) -> None:
    """Give events the rules of the table of keys, in place."""
    codes = {kind.id: kind.code for kind in kinds().values()}
    for line in read_table(WRITTEN / "events_keys.tsv"):
        row = rows.get(ident(line["label"]))
        if row is None:
            raise ValueError(f"no event {line['label']!r}")
        found = key_rules(split(line["keys"]), split(line["words"]), codes.get(row["broader"][0], "sports"))
        row["rules"] = unique([*row["rules"], *found])


def merge(into: Row, row: Row) -> None:
    """Add to a concept what another description of the same event knows.

    Descriptions whose years differ share the name only: the match of one is not that of the other.
    """
    years = [int((each.get("start") or "0")[:5].rstrip("-") or 0) for each in (into, row)]
    if 0 not in years and abs(years[0] - years[1]) > 2:
        row = {**row, "exact_match": []}
    add_names(into, [row["label"], *row["alt_labels"]])
    for key in (
        "hidden_labels",
        "case_sensitive",
        "needs_context",
        "related",
        "part_of",
        "exact_match",
        "rules",
    ):
        into[key] = list(dict.fromkeys([*into[key], *row[key]]))
    into["source"] = list(dict.fromkeys([*into["source"], *row["source"]]))
    for key in ("start", "end"):
        if row.get(key) and not into.get(key):
            into[key] = row[key]
    into["prior"] = max(into.get("prior") or 0, row.get("prior") or 0)


def phrase(text: str) -> str:
    """Return a place's name as a term of a rule.

    >>> phrase("New Delhi"), phrase("Rome")
    ('"New Delhi"', 'Rome')
    """
    return text if re.fullmatch(r"[A-Za-zÀ-ÿ]+", text) else f'"{text}"'
