"""Composes the armed forces of states, their branches, commands and famous units."""

from __future__ import annotations

from common import WRITTEN, Row, concept, read_table, split
from countries_facts import distinct, folded
from relations_names import Party

CLASS = "organizations:armed-forces"

#: Soldiers by the adjective of their country: "Russian troops".
PEOPLE_WORDS = ("troops", "forces", "soldiers", "soldier", "troop")

#: The body by the adjective of its country: "Russian army"; also by the name: "Russia's army".
BODY_WORDS = ("military", "army", "armed forces", "air force", "navy", "ground forces", "special forces")

#: What only armed forces do or have, by the adjective of their country: "Russian drone strike".
DEEDS = (
    "airstrike",
    "air strike",
    "drone strike",
    "drone attack",
    "missile strike",
    "missile attack",
    "warplane",
)

#: States without forces of their own, or whose adjective would mislead.
WITHOUT = frozenset("VA AD MC SM LI NR TV PW MH FM KI CR IS LC DM GD VC MU SB VU WS KM ST".split())


def forces_id(key: str) -> str:
    """Return the id of the armed forces of a country, given its code in lower case."""
    return f"organizations:armed-forces-{key}"


def has_forces(party: Party) -> bool:
    """Tell whether a country has a concept for its armed forces."""
    return party.country.sovereign and party.country.iso not in WITHOUT


def force_names(party: Party) -> list[str]:
    """Return what news calls the armed forces of a country."""
    words = (*PEOPLE_WORDS, *BODY_WORDS, *DEEDS, *(f"{deed}s" for deed in DEEDS), "shelling", "fighter jets")
    names = [f"{adjective} {word}" for adjective in party.adjectives for word in words]
    names += [f"{party.owned} {word}" for word in ("military", "army", "armed forces", "troops", "forces")]
    names += [f"Armed Forces of {name}" for name in party.names]
    return names


def force(party: Party, cells: dict[str, str]) -> Row:
    """Return the concept of the armed forces of one country."""
    label = cells.get("label") or f"{party.adjectives[-1]} Armed Forces"
    names = distinct([label, *split(cells.get("alt_labels")), *force_names(party)])
    return concept(
        forces_id(party.key),
        label,
        alt_labels=names,
        case_sensitive=split(cells.get("case_sensitive")),
        needs_context=split(cells.get("needs_context")),
        broader=[CLASS],
        related=[party.id],
        prior=int(cells.get("prior") or max(0, party.country.prior - 4)),
        source=["tagonomy"],
    )


def branch(cells: dict[str, str], known: dict[str, Party]) -> Row:
    """Return the concept of a branch of armed forces."""
    party = known[cells["iso"].lower()]
    return concept(
        f"organizations:{cells['id']}",
        cells["label"],
        alt_labels=distinct([cells["label"], *split(cells["alt_labels"])]),
        case_sensitive=split(cells["case_sensitive"]),
        needs_context=split(cells["needs_context"]),
        broader=[forces_id(party.key)],
        related=[*(f"countries:{place}" for place in split(cells["related"])), party.id],
        prior=int(cells["prior"]),
        source=["tagonomy"],
    )


def compose_forces(known: dict[str, Party]) -> list[Row]:
    """Return the class of armed forces, those of every state, and their branches."""
    written = {cells["iso"]: cells for cells in read_table(WRITTEN / "relations_forces.tsv")}
    rows = [concept(CLASS, "Armed forces", abstract=True, source=["tagonomy"])]
    for party in known.values():
        iso = party.country.iso
        if has_forces(party):
            rows.append(force(party, written.get(iso, {})))
    branches = [branch(cells, known) for cells in read_table(WRITTEN / "relations_branches.tsv")]
    taken = {folded(name) for row in branches for name in (row["label"], *row["alt_labels"])}
    for row in rows:
        # What a branch is called is not also a name of the whole.
        row["alt_labels"] = [name for name in row["alt_labels"] if folded(name) not in taken]
    return rows + branches
