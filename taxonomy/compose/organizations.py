"""Compose the facet of organizations: hand-written tables, organs of states, and what sources add."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import organizations_sources as readers
import organizations_us_states as us_states
from common import WRITTEN, Row, concept, news_counts, prior_of_count, read_table, rules_of_concepts, split
from organizations_draft import Draft, Register, draft, settle_collisions
from organizations_names import at_home, offices
from organizations_states import State, read_states, state_organs

ROOT = "organizations"

#: Root classes whose names are often common words and whose articles need not be about their country.
WORLDLY = {
    "companies", "media", "nongovernmental-organizations", "science-and-education", "sports-organizations"
}  # fmt: skip

#: The league of a class of teams in a country.
LEAGUES = {
    ("american-football-teams", "US"): "nfl",
    ("basketball-teams", "US"): "nba",
    ("basketball-teams", "CA"): "nba",
    ("baseball-teams", "US"): "mlb",
    ("baseball-teams", "CA"): "mlb",
    ("ice-hockey-teams", "US"): "nhl",
    ("ice-hockey-teams", "CA"): "nhl",
    ("football-clubs", "GB"): "premier-league",
    ("football-clubs", "ES"): "la-liga",
    ("football-clubs", "IT"): "serie-a",
    ("football-clubs", "DE"): "bundesliga",
    ("football-clubs", "FR"): "ligue-1",
    ("football-clubs", "US"): "mls",
}


def compose(sources: Path, data: Path) -> list[Row]:
    """Return the concepts of the facet ``organizations``.

    Parameters
    ----------
    sources
        The unpacked folder of raw facts.
    data
        The folder with the labelled corpora, read for priors only.
    """
    classes = list(read_table(WRITTEN / "organizations_classes.tsv"))
    register = Register(_roots(classes))
    states = read_states()
    for one in written():
        register.add(one)
    for one in state_organs(states):
        register.merge(one)
    for one in source_drafts(sources, states):
        register.merge(one)
    parts = us_states.state_names()
    for one in list(us_states.legislatures(register.drafts, parts)):
        register.add(one)
    us_states.relate(register.drafts, parts)
    _set_priors(register.drafts, sources, data)
    _add_names_at_home(register.drafts, states)
    settle_collisions(register.drafts)
    _set_support(register)
    register.tell_apart({state.code: state.names[0] for state in states})
    register.number()
    rules = rules_of_concepts("organizations_rules.tsv")
    rows = [one.row(rules.pop(one.id, [])) for one in register.drafts]
    if rules:
        raise ValueError(f"organizations_rules.tsv: unknown concepts: {sorted(rules)}")
    _add_evidence(rows)
    return [_class_row(row) for row in classes] + rows


def _add_evidence(rows: list[Row]) -> None:
    """Add the words that tell of bodies without naming them."""
    by_id = {row["id"]: row for row in rows}
    for line in read_table(WRITTEN / "organizations_evidence.tsv"):
        by_id[line["id"]].setdefault("evidence", {})[line["kind"]] = split(line["terms"])


def written() -> Iterator[Draft]:
    """Yield the organizations of the hand-written tables."""
    adjectives = {name: state.adjectives for state in read_states() for name in state.names}
    for path in sorted(WRITTEN.glob("organizations_list_*.tsv")):
        for row in read_table(path):
            if None in row.values() or None in row:
                raise ValueError(f"{path.name}: {row['label']}: a row needs as many cells as the header")
            names = split(row["names"])
            if row["class"] == "offices-of-state":
                names += offices(row["label"], adjectives)
            yield draft(
                row["label"], names, split(row["class"]), "tagonomy",
                countries=split(row["country"].upper()), prior=int(row["prior"] or 3),
                related=split(row["related"]),
            )  # fmt: skip


def source_drafts(sources: Path, states: list[State]) -> Iterator[Draft]:
    """Yield what the sources know, the richest first."""
    yield from readers.wikitrivia(sources)
    yield from readers.s_and_p(sources)
    yield from readers.us_agencies(sources)
    yield from readers.parties(sources, {state.alpha3: state.code for state in states})
    yield from readers.armed_groups(sources)
    yield from readers.football(sources)


def _roots(classes: list[dict[str, str]]) -> dict[str, str]:
    """Map each class to the root class above it."""
    parent = {row["slug"]: row["parent"] for row in classes}
    roots = {}
    for name in parent:
        root = name
        while parent[root]:
            root = parent[root]
        roots[name] = root
    return roots


def _class_row(row: dict[str, str]) -> Row:
    broader = [f"{ROOT}:{row['parent']}"] if row["parent"] else []
    return concept(
        f"{ROOT}:{row['slug']}", row["label"], abstract=True, broader=broader,
        related=split(row["related"]), source=["tagonomy"],
    )  # fmt: skip


#: Classes of bodies that every country has, and that its own articles call by no more than their kind.
AT_HOME = {"political-parties", "courts", "legislatures"}
#: Of bodies less in the news than this, hardly any article leaves out the country.
LEAST_AT_HOME = 2


def _add_names_at_home(drafts: list[Draft], states: list[State]) -> None:
    """Let bodies go by their name without the country, where the article supports them otherwise."""
    places = {name for state in states for name in state.names}
    adjectives = {state.code: state.adjectives for state in states}
    for one in drafts:
        own = adjectives.get(one.countries[0], ()) if one.countries else ()
        name = at_home(one.label, places, own)
        if name and one.prior >= LEAST_AT_HOME and AT_HOME.intersection(one.classes):
            one.names.add(name + "?")


def _set_support(register: Register) -> None:
    """Choose what supports names that need context: for a club its league, not its country.

    An article on a country names it throughout, so that a common word would always find support in it.
    """
    for one in register.drafts:
        league = LEAGUES.get((one.classes[0], one.countries[0] if one.countries else ""))
        if league:
            one.related.append(f"{ROOT}:{league}")
        one.rooted &= not (one.names.context and register.top_class[one.classes[0]] in WORLDLY)


def _set_priors(drafts: list[Draft], sources: Path, data: Path) -> None:
    """Raise priors to what the news of 2018 and Current Events say of unambiguous names."""
    counts = news_counts(sources, data)
    for one in drafts:
        names = [
            name for name in {one.label, *one.names.labels, *one.hidden} if name not in one.names.context
        ]
        one.prior = max(one.prior, prior_of_count(sum(counts[name] for name in names)))
