"""Composes what newsrooms tag of one country: its government, its offices, its economy and politics."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from common import WRITTEN, Row, concept, read_table, split
from countries_facts import distinct
from people_sources import country_codes
from relations_names import WITH_ARTICLE, Party


@cache
def offices(sources: Path) -> dict[str, str]:
    """Return what the Factbook says of the heads of each state and government, by lower-case code."""
    found: dict[str, str] = {}
    for path in sorted((sources / "factbook").glob("*/*.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))
        government = facts.get("Government", {}) if isinstance(facts, dict) else {}
        title = government.get("Country name", {}).get("conventional short form", {}).get("text", "")
        long = government.get("Country name", {}).get("conventional long form", {}).get("text", "")
        code = country_codes().get(title.lower()) or country_codes().get(long.lower(), "")
        branch = government.get("Executive branch", {})
        heads = [branch.get(key, {}).get("text", "") for key in ("chief of state", "head of government")]
        if code:
            # The first of several heads; what follows the name says since when, and who deputises.
            plain = [html.unescape(re.sub(r"<[^>]+>", " ", text)) for text in heads]
            first = [re.split(r";|\(since", text)[0] for text in plain]
            found[code] = " / ".join(first)
    return found


def filled(templates: list[str], party: Party) -> list[str]:
    """Return the names that templates give for a country, the label's own first."""
    names = distinct([party.country.label, *party.names])
    article = party.country.iso in WITH_ARTICLE
    placed = [f"the {name}" if article and name != "Britain" else name for name in names]
    owned = [name + ("'" if name.endswith("s") else "'s") for name in names]
    found = []
    for template in templates:
        marks = (("{the}", placed), ("{own}", owned), ("{adj}", party.adjectives))
        for mark, values in marks:
            if mark in template:
                found += [template.replace(mark, value) for value in values]
    return found


def compose_country_topics(known: dict[str, Party], sources: Path) -> Iterator[Row]:
    """Yield the concepts of the table for every sovereign country that is in the news enough."""
    heads = offices(sources)
    for cells in read_table(WRITTEN / "relations_topics.tsv"):
        facet = cells["parent"].partition(":")[0]
        for party in known.values():
            country = party.country
            if not country.sovereign or country.prior < int(cells["floor"]):
                continue
            titles = split(cells["office"])
            if titles and not re.search(rf"\b(?:{'|'.join(titles)})\b", heads.get(party.key, "")):
                continue
            names = distinct(filled(split(cells["names"]), party))
            yield concept(
                f"{facet}:{cells['key']}-{party.key}",
                names[0],
                alt_labels=names[1:],
                broader=[cells["parent"]],
                related=[party.id],
                prior=max(0, country.prior - int(cells["loss"])),
                source=["tagonomy", *(["cia-factbook"] if titles else [])],
            )


def compose_governors() -> Iterator[Row]:
    """Yield the office of the governor of each of the United States."""
    for cells in read_table(WRITTEN / "countries_us_states.tsv"):
        if cells["id"] != "us-dc":
            yield concept(
                f"organizations:governor-{cells['id']}",
                f"Governor of {cells['label'].removesuffix(' state')}",
                broader=["organizations:offices-of-state"],
                related=[f"countries:{cells['id']}"],
                source=["tagonomy"],
            )
