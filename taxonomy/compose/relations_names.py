"""How news writes the names of two countries side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from common import WRITTEN, read_table, split
from countries import Country, country_list

#: Countries whose names follow "the".
WITH_ARTICLE = frozenset(
    {"US", "GB", "AE", "NL", "PH", "VA", "CZ", "DO", "CF", "MV", "BS", "GM", "SB", "MH", "CG"}
)


@dataclass(frozen=True)
class Party:
    """One side of a relation."""

    country: Country
    names: tuple[str, ...]
    adjectives: tuple[str, ...]
    prefix: str = ""
    article: bool = False

    @property
    def placed(self) -> tuple[str, ...]:
        """Return the names as they stand after a preposition: ``the U.S.``."""
        return tuple(f"the {name}" for name in self.names) if self.article else self.names

    @property
    def id(self) -> str:
        """Return the id of the country's concept."""
        return self.country.id

    @property
    def key(self) -> str:
        """Return the country's part of an id."""
        return self.country.iso.lower()

    @property
    def owned(self) -> str:
        """Return the name as an owner: ``Russia's``, ``the Philippines'``."""
        name = self.names[0]
        return name + ("'" if name.endswith("s") else "'s")


@cache
def parties(sources: Path, data: Path) -> dict[str, Party]:
    """Map lower-case ISO codes, and keys of organizations, to names and adjectives."""
    written = {cells["iso"]: cells for cells in read_table(WRITTEN / "relations_names.tsv")}
    found = {}
    for iso, country in country_list(sources, data).items():
        cells = written.get(iso, {})
        names = tuple(split(cells.get("names"))) or (country.label,)
        adjectives = tuple(split(cells.get("adjectives"))) or (country.adjective,)
        found[iso.lower()] = Party(
            country, tuple(names), tuple(adjectives), cells.get("prefix") or "", iso in WITH_ARTICLE
        )
    for cells in read_table(WRITTEN / "relations_bodies.tsv"):
        key, names = cells["key"], tuple(split(cells["names"]))
        body = Country(key.upper(), cells["label"], names[0], int(cells["prior"]), False, cells["id"])
        found[key] = Party(body, names, (), article=bool(cells["article"]))
    return found


def pair_id(left: Party, right: Party) -> str:
    """Return the part of an id that names both, in the order of their codes."""
    return "-".join(sorted((left.key, right.key)))


def side_by_side(left: Party, right: Party) -> Iterator[str]:
    """Yield ``Russia-Ukraine``, ``Ukraine-Russia``, ``Russian-Ukrainian``, ``Sino-Russian`` and so on."""
    for first, second in ((left, right), (right, left)):
        yield from (f"{one}-{two}" for one, two in product(first.names, second.names))
        yield from (f"{one}-{two}" for one, two in product(first.adjectives, second.adjectives))
        if first.prefix:
            yield from (f"{first.prefix}-{two}" for two in second.adjectives)


def joined(left: Party, right: Party) -> Iterator[str]:
    """Yield ``Russia and the U.S.`` in both orders, for each of the names."""
    for first, second in ((left, right), (right, left)):
        yield from (f"{one} and {two}" for one, two in product(first.placed, second.placed))


def label_pair(left: Party, right: Party) -> str:
    """Return both labels in the order of the alphabet."""
    return "-".join(sorted((left.country.label, right.country.label)))
