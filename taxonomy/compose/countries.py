"""Composes the facet of countries: countries, regions, states, provinces, cities.

Names are written by hand in ``written/countries_*.tsv``; neighbours come from the
CIA World Factbook, further cities from GeoNames.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from common import WRITTEN, Row, concept, news_counts, prior_of_count, read_table, split, unique
from countries_facts import distinct, folded, namesakes, neighbours, telling_cities, telling_divisions

#: What the kind of a unit adds to its bare name.
SUFFIXES = {
    "province": ["province"],
    "state": ["state"],
    "region": ["region"],
    "territory": ["territory"],
    "department": ["department"],
    "oblast": ["Oblast", "region", "province"],
}

EVIDENCE = ("demonym", "capital", "city", "division", "metonym", "organ")

#: At most so many neighbours stand in ``related``.
MAX_NEIGHBOURS = 6

#: The provinces of countries that news hardly names are mostly parishes named after saints.
MIN_PRIOR = 4

#: A label that other concepts share stands for a title of Wikipedia with an addition.
TITLES = {
    "ge": ["Georgia (country)"],
    "us-ga": ["Georgia (U.S. state)"],
    "us-ny": ["New York (state)"],
    "us-wa": ["Washington (state)"],
    "ie": ["Republic of Ireland"],
    "ps": ["Palestinians", "Palestinian territories"],
    "us": ["U.S."],
}


@dataclass(frozen=True)
class Country:
    """What other composers need to know of a country."""

    iso: str
    label: str
    adjective: str
    prior: int
    sovereign: bool
    concept: str = ""

    @property
    def id(self) -> str:
        """Return the id of the concept."""
        return self.concept or f"countries:{self.iso.lower()}"


def table(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a hand-written table of this facet."""
    return read_table(WRITTEN / f"countries_{name}.tsv")


@cache
def country_list(sources: Path, data: Path) -> dict[str, Country]:
    """Map ISO codes to countries."""
    counts = news_counts(sources, data)
    found = {}
    for cells in table("iso"):
        adjective = (split(cells["demonym"]) or [cells["label"]])[0]
        prior = prior_of(cells["iso"].lower(), cells, counts)
        found[cells["iso"]] = Country(cells["iso"], cells["label"], adjective, prior, not cells["territory"])
    return found


def prior_of(key: str, cells: dict[str, str], counts: dict[str, int]) -> int:
    """Return the written prior, or one from how often news linked the names."""
    if cells.get("prior"):
        return int(cells["prior"])
    names = unique([cells["label"], *split(cells.get("alt_labels")), *TITLES.get(key, ())])
    return min(8, prior_of_count(sum(counts.get(name, 0) for name in names)))


def is_country(key: str) -> bool:
    """Tell whether the part of an id after the colon is the code of a country."""
    return len(key) == 2 and key not in {"su", "yu"}


def build(key: str, cells: dict[str, str], broader: list[str], prior: int, source: list[str]) -> Row:
    """Return the concept of one row of a table."""
    names = distinct([cells["label"], *split(cells.get("alt_labels"))])
    flagged = {name: split(cells.get(name)) for name in ("needs_context", "case_sensitive")}
    flags = {field: [name for name in listed if name in names] for field, listed in flagged.items()}
    return concept(
        f"countries:{key}",
        cells["label"],
        alt_labels=names,
        broader=[f"countries:{parent}" for parent in broader],
        related=[f"countries:{other}" for other in split(cells.get("related"))],
        exact_match=split(cells.get("exact_match")),
        evidence={kind: distinct(split(cells.get(kind))) for kind in EVIDENCE if cells.get(kind)},
        abstract=bool(cells.get("abstract")),
        start=cells.get("start") or "",
        end=cells.get("end") or "",
        prior=prior,
        source=source,
        **flags,
    )


def composed_tables(counts: dict[str, int]) -> Iterator[Row]:
    """Yield the concepts of all hand-written tables."""
    for cells in table("regions"):
        source = ["tagonomy", "un-m49"] if cells["exact_match"] else ["tagonomy"]
        yield build(cells["id"], cells, split(cells["broader"]), prior_of(cells["id"], cells, counts), source)
    for cells in table("iso"):
        key = cells["iso"].lower()
        cells["exact_match"] = "" if key == "xk" else f"iso:{cells['iso']}"
        yield build(
            key, cells, split(cells["broader"]), prior_of(key, cells, counts), ["iso-3166", "tagonomy"]
        )
    for name in ("places", "us_states", "us_parts", "units"):
        for cells in table(name):
            yield unit(cells, counts)
    for cells in table("cities"):
        key = f"city-{cells['slug']}"
        yield build(key, cells, split(cells["broader"]), prior_of(key, cells, counts), ["tagonomy"])


def unit(cells: dict[str, str], counts: dict[str, int]) -> Row:
    """Return the concept of a part of a country, or of a historic or disputed one."""
    key, base = cells["id"], cells["label"]
    country = key.partition("-")[0]
    broader = split(cells.get("broader")) or [country]
    suffixes = SUFFIXES.get(cells.get("kind") or "", [])
    named = [f"{base} {suffix}" for suffix in suffixes]
    if cells.get("kind") == "oblast":
        # The bare name is the city; only with its suffix does it mean the region around it.
        cells = {**cells, "label": named.pop(0)}
    cells = {**cells, "alt_labels": "|".join([*named, *split(cells.get("alt_labels"))])}
    return build(key, cells, broader, prior_of(key, cells, counts), ["tagonomy"])


def ancestors(rows: dict[str, Row], id: str) -> list[str]:
    """Return all ids above a concept, the nearest first."""
    found: list[str] = []
    queue = list(rows[id]["broader"])
    while queue:
        parent = queue.pop(0)
        if parent not in found and parent in rows:
            found.append(parent)
            queue.extend(rows[parent]["broader"])
    return found


def add_evidence(row: Row, kind: str, names: list[str]) -> None:
    """Add terms to a concept, except its own names and those it has under another kind."""
    known = {folded(name) for name in [row["label"], *row["alt_labels"]]}
    for terms in row["evidence"].values():
        known.update(folded(name) for name in terms)
    fresh = distinct(name for name in names if folded(name) not in known)
    if fresh:
        row["evidence"].setdefault(kind, []).extend(fresh)


def safe_names(row: Row) -> list[str]:
    """Return the names of a concept that need no context."""
    doubtful = {*row["needs_context"], *row["case_sensitive"]}
    return [name for name in [row["label"], *row["alt_labels"]] if name not in doubtful]


def lift(rows: dict[str, Row]) -> None:
    """Make the names of cities and units evidence of the country or state that they lie in."""
    for row in list(rows.values()):
        key = row["id"].partition(":")[2]
        if is_country(key):
            continue
        kind = "city" if key.startswith("city-") else "division"
        for parent in ancestors(rows, row["id"]):
            parent_key = parent.partition(":")[2]
            if is_country(parent_key) or parent_key.startswith("us-"):
                add_evidence(rows[parent], kind, safe_names(row))


def add_places(rows: dict[str, Row], sources: Path) -> None:
    """Add the provinces of the Factbook and the cities of GeoNames whose bare name is telling."""
    taken: dict[str, str] = {}
    for row in rows.values():
        chain = [row["id"], *ancestors(rows, row["id"])]
        owner = next((id.partition(":")[2] for id in chain if is_country(id.partition(":")[2])), "")
        names = [row["label"], *row["alt_labels"]]
        for terms in row["evidence"].values():
            names.extend(terms)
        for name in names:
            taken.setdefault(folded(name), owner.upper())
    for code, names in telling_divisions(sources).items():
        owner_row = rows[f"countries:{code.lower()}"]
        if owner_row["prior"] < MIN_PRIOR:
            continue
        add_evidence(owner_row, "division", [name for name in names if taken.get(folded(name), code) == code])
    for code, names in telling_cities(sources, taken).items():
        found = rows.get(f"countries:{code.lower()}")
        if found is not None:
            add_evidence(found, "city", names)
            found["source"] = unique([*found["source"], "geonames"])


def add_stated_cities(rows: dict[str, Row], sources: Path) -> None:
    """Add ``Springfield, Ill.`` and the like to states, and such names to their cities."""
    shared = namesakes(sources)
    for cells in table("us_states"):
        if "," in cells["label"]:
            continue  # Washington, D.C. is a city itself
        label, short = cells["label"].removesuffix(" state"), cells["abbreviation"]
        row = rows[f"countries:{cells['id']}"]
        own = [
            city.removesuffix(f", {label}") for city in split(cells["city"]) if city.endswith(f", {label}")
        ]
        names = unique([*own, *shared.get(cells["id"].upper(), ())])
        endings = [ending for ending in (label, short) if ending]
        add_evidence(row, "city", [f"{name}, {ending}" for name in names for ending in endings])
        for city in rows.values():
            if ":city-" in city["id"] and row["id"] in city["broader"]:
                base = city["label"].partition(",")[0]
                stated = [f"{base}, {ending}" for ending in endings]
                city["alt_labels"] = distinct([city["label"], *city["alt_labels"], *stated])[1:]


def contained(inner: Row, outer: Row) -> bool:
    """Tell whether a name of one concept stands within a name of the other: Sudan in South Sudan."""
    inside = [f" {folded(name)} " for name in (inner["label"], *inner["alt_labels"])]
    outside = [f" {folded(name)} " for name in (outer["label"], *outer["alt_labels"])]
    return any(short in long for short in inside for long in outside)


def relate(rows: dict[str, Row], sources: Path) -> None:
    """Relate countries to their neighbours and to the concept of their capital."""
    city_rows = [row for row in rows.values() if ":city-" in row["id"]]
    cities = {folded(name): row["id"] for row in city_rows for name in safe_names(row)}
    for iso, others in neighbours(sources).items():
        row = rows[f"countries:{iso.lower()}"]
        # A related concept counts as named wherever its name stands within one of ours.
        near = [f"countries:{other.lower()}" for other in others]
        near = [id for id in near if not contained(rows[id], row)]
        near.sort(key=lambda id: (-rows[id]["prior"], id))
        row["related"] = unique([*row["related"], *near[:MAX_NEIGHBOURS]])
        row["source"] = unique([*row["source"], "cia-factbook"])
    for row in rows.values():
        capitals = [cities.get(folded(name), "") for name in row["evidence"].get("capital", ())]
        inside = [id for id in capitals if id and row["id"] in ancestors(rows, id)]
        row["related"] = unique([*inside, *row["related"]])


def compose(sources: Path, data: Path) -> list[Row]:
    """Return the concepts of the facet ``countries``.

    Parameters
    ----------
    sources
        The unpacked folder of raw facts.
    data
        The folder with the labelled corpora.
    """
    rows: dict[str, Row] = {}
    repeated: dict[str, int] = defaultdict(int)
    for row in composed_tables(news_counts(sources, data)):
        repeated[row["id"]] += 1
        rows[row["id"]] = row
    twice = sorted(id for id, count in repeated.items() if count > 1)
    if twice:
        raise ValueError(f"countries written twice: {twice}")
    lift(rows)
    add_places(rows, sources)
    add_stated_cities(rows, sources)
    relate(rows, sources)
    return list(rows.values())
