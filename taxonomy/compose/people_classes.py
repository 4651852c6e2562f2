"""The classes of people, and what an office or an occupation makes of somebody."""

from __future__ import annotations

import re
from functools import cache

from common import WRITTEN, Row, concept, read_table, split, unique
from organizations_states import read_states
from people_model import Office, Person

#: Countries whose ministers are in world news.
BIG = frozenset("us gb fr de it es jp cn in ru ua ca br au mx za sa ir il tr kr kp pk id eg pl eu".split())

#: What news calls an office behind the adjective of its state: "Kenyan president".
OFFICES = {
    "heads-of-state": "president",
    "heads-of-government": "prime minister",
    "vice-presidents": "vice president",
}


@cache
def class_rows() -> dict[str, dict[str, str]]:
    """Return the table of classes by slug."""
    return {row["slug"]: row for row in read_table(WRITTEN / "people_classes.tsv")}


@cache
def _occupations() -> dict[str, str]:
    return {job: slug for slug, row in class_rows().items() for job in split(row["occupations"])}


@cache
def _positions() -> list[tuple[re.Pattern[str], str, int, int]]:
    rows = read_table(WRITTEN / "people_positions.tsv")
    return [(re.compile(r["pattern"]), r["class"], int(r["weight"]), int(r["us"])) for r in rows]


def class_concepts() -> list[Row]:
    """Return the abstract concepts that group people, with the titles that announce one of them."""
    titles = {row["slug"]: split(row["titles"]) for row in read_table(WRITTEN / "people_titles.tsv")}
    # With their state before them, they are names of an office as well, and announce a holder none the less.
    for slug, office in OFFICES.items():
        titles[slug] += [f"{adjective} {office}" for state in read_states() for adjective in state.adjectives]
    rows = []
    for slug, row in class_rows().items():
        broader = [f"people:{row['broader']}"] if row["broader"] else []
        row_concept = concept(
            f"people:{slug}",
            row["label"],
            abstract=True,
            broader=broader,
            related=split(row["related"]),
            source=["tagonomy"],
        )
        if slug in titles:
            row_concept["evidence"] = {"title": titles[slug]}
        rows.append(row_concept)
    return rows


def office_class(office: Office) -> tuple[str, int]:
    """Return the class of an office and how newsworthy it is at its height."""
    if office.seat and not office.position.startswith("United States "):
        return "legislators", 0
    for pattern, slug, weight, american in _positions():
        if pattern.search(office.position):
            if office.place == "us":
                return slug, american
            # Ministers of small countries and heads of states that few recognize are rarely in the news.
            weight -= office.place not in BIG and slug != "international-officials"
            return slug, max(weight if office.place else min(weight, 2), 0)
    return "officials", 1


def classes(person: Person) -> list[str]:
    """Return the slugs of the classes of a person, the telling ones first, at most three."""
    written = [c for c in person.classes if c in class_rows()]
    if person.congress and "political-operatives" in written:
        written.remove("political-operatives")
    ranked = sorted(person.offices, key=lambda office: (-office_class(office)[1], -office.last))
    held = unique(office_class(office)[0] for office in ranked)
    jobs = [_occupations().get(job, "") for job in person.occupations]
    near = [_occupations().get(c.partition(":")[2], "") for c in person.classes if c.startswith("near:")]
    if held and "politicians" in jobs:
        jobs.remove("politicians")
    found = unique([*written, *held[:2], *([] if written else jobs + near)])
    parents = {class_rows()[slug]["broader"] for slug in found}
    return [slug for slug in found if slug not in parents][:3] or ["others"]
