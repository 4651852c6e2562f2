"""Composes what ties countries together: borders, bilateral relations, armed forces.

Borders belong to the facet of countries, relations to topics, forces to
organizations; all of them are named after countries, so they are made together,
as are governments, offices and topics within one country.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from common import WRITTEN, Row, concept, read_table, split
from countries_facts import distinct, neighbours
from relations_forces import compose_forces
from relations_names import Party, joined, label_pair, pair_id, parties, side_by_side
from relations_topics import compose_country_topics, compose_governors

#: A rule costs time in every article, so it must be for countries that news writes about.
MIN_PRIOR = 3

#: The concept of IPTC Media Topics above all relations.
INTERNATIONAL_RELATIONS = "topics:medtop-20000638"

BORDER_WORDS = "(border OR borders OR bordering OR frontier)"
TIES_WORDS = (
    '(relations OR relationship OR rapprochement OR "ties with" OR "ties between" OR "diplomatic ties")'
)
DEALING_WORDS = (
    "diplomat* OR ambassador* OR embassy OR envoy* OR relations OR ties OR bilateral OR sanction* OR "
    "tariff* OR summit OR talks OR negotiat* OR dialogue OR treaty OR agreement OR pact OR alliance OR "
    'allies OR expel* OR visit* OR "foreign minister" OR "foreign ministers" OR "foreign secretary" OR '
    '"secretary of state"'
)


def border_names(left: Party, right: Party) -> list[str]:
    """Return what news calls the border of two countries."""
    names = [f"{pair} border" for pair in side_by_side(left, right)]
    names += [f"{word} between {pair}" for word in ("border", "frontier") for pair in joined(left, right)]
    for one, two in ((left, right), (right, left)):
        owners = [one.owned, *one.adjectives]
        names += [f"{owner} border with {name}" for owner in owners for name in two.placed[:2]]
        names += [f"border of {one.placed[0]} and {two.placed[0]}"]
    return names


def near_both(words: str, left: Party, right: Party, distance: int) -> str:
    """Return a rule: in one sentence, both countries stand near one of the words."""
    clauses = (f"{words} NEAR/{distance} @{party.id}" for party in (left, right))
    return f"SENTENCE({' AND '.join(clauses)})"


def border(left: Party, right: Party, cells: dict[str, str]) -> Row:
    """Return the concept of one border."""
    prior = min(left.country.prior, right.country.prior)
    rules = split(cells.get("rules"))
    if prior >= MIN_PRIOR:
        both = near_both(BORDER_WORDS, left, right, 8)
        # What leads an article counts twice.
        rules += [both, f"LEAD({both})"]
    written = split(cells.get("alt_labels"))
    label = cells.get("label") or f"{label_pair(left, right)} border"
    return concept(
        f"countries:border-{pair_id(left, right)}",
        label,
        alt_labels=distinct([label, *written, *border_names(left, right)]),
        needs_context=[name for name in (label, *written) if name in DOUBTFUL_BORDERS],
        broader=["countries:borders"],
        related=[left.id, right.id],
        rules=rules,
        prior=int(cells.get("prior") or max(0, prior - 3)),
        source=["cia-factbook", "tagonomy"],
    )


#: Names of borders that other places share.
DOUBTFUL_BORDERS = frozenset({"Green Line", "DMZ", "Demilitarized Zone", "Blue Line", "Yalu"})


def compose_borders(sources: Path, known: dict[str, Party]) -> list[Row]:
    """Return the class of borders and every land border between two countries."""
    written = {}
    for cells in read_table(WRITTEN / "relations_borders.tsv"):
        left, right = (known[code] for code in cells["pair"].split("-"))
        written[pair_id(left, right)] = cells
    land = {
        pair_id(known[iso.lower()], known[other.lower()])
        for iso, others in neighbours(sources).items()
        for other in others
    }
    rows = [concept("countries:borders", "Borders", abstract=True, source=["tagonomy"])]
    for pair in sorted(land | set(written)):
        left, right = (known[code] for code in pair.split("-"))
        rows.append(border(left, right, written.get(pair, {})))
    return rows


def tie_names(left: Party, right: Party) -> list[str]:
    """Return what news calls the relations of two countries."""
    pairs = list(side_by_side(left, right))
    names = [f"{pair} {word}" for word in ("relations", "ties", "tensions", "relationship") for pair in pairs]
    for pair in joined(left, right):
        names += [f"{word} between {pair}" for word in ("relations", "ties", "tensions", "relationship")]
    for one, two in ((left, right), (right, left)):
        words = ("relations", "ties", "relationship")
        names += [f"{one.owned} {word} with {name}" for name in two.placed for word in words]
    return names


def tie_rules(left: Party, right: Party) -> list[str]:
    """Return the rules of a pair: ties named near both, or both lead an article on dealings of states."""
    both = f"@{left.id} AND @{right.id}"
    often = " AND ".join(f"COUNT(@{party.id}) >= 3" for party in (left, right))
    return [
        near_both(TIES_WORDS, left, right, 5),
        f"TITLE({both}) AND COUNT({DEALING_WORDS}) >= 2",
        f"LEAD({both}) AND {often} AND COUNT({DEALING_WORDS}) >= 4",
    ]


def compose_ties(known: dict[str, Party]) -> list[Row]:
    """Return the class of bilateral relations and the pairs of countries written by hand."""
    top = "topics:bilateral-relations"
    rows = [
        concept(
            top, "Bilateral relations", abstract=True, broader=[INTERNATIONAL_RELATIONS], source=["tagonomy"]
        )
    ]
    for cells in read_table(WRITTEN / "relations_pairs.tsv"):
        left, right = (known[code] for code in cells["pair"].split("-"))
        label = f"{label_pair(left, right)} relations"
        rows.append(
            concept(
                f"topics:relations-{pair_id(left, right)}",
                label,
                alt_labels=distinct([label, *split(cells["alt_labels"]), *tie_names(left, right)]),
                broader=[top],
                related=[left.id, right.id],
                rules=tie_rules(left, right),
                prior=int(cells["prior"]),
                source=["tagonomy"],
            )
        )
    return rows


def compose(sources: Path, data: Path) -> list[Row]:
    """Return borders, bilateral relations, armed forces, governments and topics of countries.

    Parameters
    ----------
    sources
        The unpacked folder of raw facts.
    data
        The folder with the labelled corpora.
    """
    known = parties(sources, data)
    found: Iterable[Iterable[Row]] = (
        compose_borders(sources, known),
        compose_ties(known),
        compose_forces(known),
        compose_country_topics(known, sources),
        compose_governors(),
    )
    return [row for rows in found for row in rows]
