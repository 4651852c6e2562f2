"""Compose the facet of events: wars, elections, disasters, trials, summits, games and more.

Hand-written tables come first; generated families (elections, summits, games) and the
candidates of the sources join them or stand beside them.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from common import WRITTEN, Row, concept, news_counts, prior_of_count, read_table, split, unique
from events_elections import national_rows
from events_kinds import BRACKETS, class_rows, ident, kinds
from events_names import british_dates, countries_in
from events_rules import day_rules
from events_series import series_rows
from events_sources import candidate_rows, plain_key, redirects, topic_rows
from events_us_elections import american_rows
from events_written import add_keys, merge, related_ids, written_rows


def _index(rows: dict[str, Row]) -> dict[str, str]:
    """Return the id of the event that each name means, by the form that ignores case and accents."""
    index: dict[str, str] = {}
    for row in rows.values():
        for name in [row["label"], *row["alt_labels"]]:
            if name not in row["needs_context"]:
                index.setdefault(plain_key(name), row["id"])
    return index


def _find(row: Row, rows: dict[str, Row], index: dict[str, str], leads_to: dict[str, str]) -> str | None:
    """Return the id of the event that a row describes again."""
    title: str = row["label"]
    for name in (title, leads_to.get(title, title)):
        found = index.get(plain_key(name))
        if found:
            return found
    found = index.get(plain_key(BRACKETS.sub("", title)))
    if found and BRACKETS.search(title):
        years = [int((one.get("start") or "0")[:4]) for one in (row, rows[found])]
        if 0 not in years and abs(years[0] - years[1]) <= 1:
            return found
    return None


def _settle_undated(rows: dict[str, Row]) -> None:
    """Give "Kabul bombing" to the event that alone, or by far, is meant by it.

    Where several events share the name, each keeps it for articles that support it otherwise.
    """
    claims: defaultdict[str, list[Row]] = defaultdict(list)
    taken = {plain_key(name) for row in rows.values() for name in [row["label"], *row["alt_labels"]]}
    for row in rows.values():
        for name in row.pop("undated", ()):
            claims[name].append(row)
    for name, owners in claims.items():
        if plain_key(name) in taken:
            continue
        owners.sort(key=lambda row: (-row["prior"], row.get("start") or ""))
        best = owners[0]
        alone = len(owners) == 1 or best["prior"] >= owners[1]["prior"] + 2
        for row in owners[:1] if alone else owners[:3]:
            row["alt_labels"] = unique([*row["alt_labels"], name])
            recent = (row.get("start") or "")[:4] >= "1990"
            if not alone or not recent or _vague(name):
                row["needs_context"] = unique([*row["needs_context"], name])


def _vague(name: str) -> bool:
    """Tell whether a name without its year may as well mean another event of the same country."""
    short = len(name.split()) <= 2 or bool(countries_in(name))
    return short and name.rsplit(" ", 1)[-1] in VAGUE_ENDS


VAGUE_ENDS = frozenset(
    "protests protest demonstrations crisis conflict floods flood flooding "
    "earthquake quake strike strikes clashes "
    "referendum war unrest riots riot offensive movement coup bombing bombings "
    "attack attacks shooting wildfires fires "
    "earthquakes storm heatwave operation airstrike airstrikes blast explosion".split()
)


def _settle_shared(rows: dict[str, Row]) -> None:
    """Leave a name that several events bear with the one that news means by it."""
    owners: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows.values():
        for name in unique([row["label"], *row["alt_labels"]]):
            owners[plain_key(name)].append(row)
    for key, sharing in owners.items():
        if len({row["id"] for row in sharing}) < 2:
            continue
        sharing.sort(
            key=lambda row: (plain_key(row["label"]) != key, _unsure(row, key), -row["prior"], row["id"])
        )
        for row in sharing[1:]:
            row["alt_labels"] = [name for name in row["alt_labels"] if plain_key(name) != key]
            for field in ("needs_context", "case_sensitive"):
                row[field] = [name for name in row[field] if plain_key(name) != key or name == row["label"]]


def _unsure(row: Row, key: str) -> bool:
    """Tell whether a name counts for an event only in the right context."""
    return any(plain_key(name) == key for name in row["needs_context"])


#: Kinds of events that are over within their year. News of a killing goes on: of the trial, of the dead.
MOMENTS = frozenset(
    "massacre hostage attack shooting bombing cyberattack disaster earthquake storm "
    "wildfire flood volcano heatwave accident aircrash shipwreck railaccident explosion election referendum "
    "transition coup summit sports awards royal funeral".split()
)


def _end_moments(rows: dict[str, Row]) -> None:
    """Let an event of a moment end in the year in which it began, so that later news is not about it."""
    classes = {kinds()[code].id for code in MOMENTS}
    for row in rows.values():
        if row.get("start") and not row.get("end") and not classes.isdisjoint(row["broader"]):
            row["end"] = row["start"][:4] if row["start"][0] != "-" else row["start"]


def _put_under_series(rows: dict[str, Row]) -> None:
    """Put single events under the series that they are occasions of, beside their class."""
    for line in read_table(WRITTEN / "events_occasions.tsv"):
        series = ident(line["series"])
        for label in split(line["occasions"]):
            row = rows[ident(label)]
            row["broader"] = unique([*row["broader"], series])


def _share_names(rows: dict[str, Row]) -> None:
    """Give what several events are called to a series of them; the calendar tells which one is meant."""
    for line in read_table(WRITTEN / "events_times.tsv"):
        names, rules = split(line["names"]), split(line["rules"])
        series = concept(
            ident(line["series"]),
            line["series"],
            alt_labels=names,
            broader=[kinds()[line["kind"]].id],
            related=related_ids(line["related"]),
            rules=rules,
            start=line["start"],
            prior=int(line["prior"]),
            source=["tagonomy"],
        )
        if series["id"] in rows:
            raise ValueError(f"{series['id']} stands twice")
        rows[series["id"]] = series
        shared = {plain_key(name) for name in (line["series"], *names)}
        for label in split(line["occasions"]):
            row = rows[ident(label)]
            row["alt_labels"] = [name for name in row["alt_labels"] if plain_key(name) not in shared]
            for field in ("needs_context", "case_sensitive"):
                row[field] = [name for name in row[field] if plain_key(name) not in shared]
            row["rules"] = [rule for rule in row["rules"] if rule not in rules]
            row["broader"] = unique([*row["broader"], series["id"]])


def _check(rows: dict[str, Row]) -> None:
    """Drop links to events that do not exist, and refuse a class that does not."""
    for row in rows.values():
        row["part_of"] = [whole for whole in row["part_of"] if whole in rows and whole != row["id"]]
        missing = [parent for parent in row["broader"] if parent not in rows]
        if missing:
            raise ValueError(f"{row['id']}: unknown class {missing}")
        names = {row["label"], *row["alt_labels"], *row["hidden_labels"]}
        row["needs_context"] = [name for name in row["needs_context"] if name in names]
        row["case_sensitive"] = [name for name in row["case_sensitive"] if name in names]


def compose(sources: Path, data: Path) -> list[Row]:
    """Return every event.

    Parameters
    ----------
    sources
        The unpacked folder of raw facts.
    data
        The folder with the labelled corpora.
    """
    rows: dict[str, Row] = {row["id"]: row for row in class_rows()}
    occasions = series_rows()
    for row in [*written_rows(), *occasions, *national_rows(), *american_rows()]:
        if row["id"] in rows:
            merge(rows[row["id"]], row)
        else:
            rows[row["id"]] = row
    for row in occasions:
        # What a table of single events tells more of is still an occasion of its series.
        if not rows[row["broader"][0]].get("abstract"):
            rows[row["id"]]["broader"] = row["broader"]
    index, leads_to = _index(rows), redirects(sources)
    counts = news_counts(sources, data)
    for row in [*topic_rows(sources, data), *candidate_rows(sources, data)]:
        found = row["id"] if row["id"] in rows else _find(row, rows, index, leads_to)
        if found and not rows[found].get("abstract"):
            merge(rows[found], row)
            rows[found].setdefault("undated", []).extend(row["undated"])
        elif not found:
            rows[row["id"]] = row
            index.setdefault(plain_key(row["label"]), row["id"])
    add_keys(rows)
    for row in rows.values():
        row["prior"] = max(row.get("prior") or 0, min(8, prior_of_count(counts[row["label"]])))
    _share_names(rows)
    _settle_undated(rows)
    _settle_shared(rows)
    _end_moments(rows)
    _put_under_series(rows)
    day_rules(rows)
    british_dates(rows)
    _check(rows)
    return list(rows.values())
