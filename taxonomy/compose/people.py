"""Composer of the facet people: who is in the news, under which names, and in which roles."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from common import Row, concept, news_counts, slug, unique
from people_classes import class_concepts, class_rows, classes
from people_congress import load_congress, load_factbook
from people_model import Person, Register, fold
from people_names import surnames, variants, words_of
from people_select import chosen, prior
from people_sources import load_candidates, load_offices, load_pantheon, load_vital
from people_written import load_times, load_written

#: Below this prior nobody is called by the surname alone in an article that does not say who it is.
SURNAME_PRIOR = 3


def gather(sources: Path) -> Register:
    """Return everybody whom the sources and the hand-written tables know."""
    register = Register()
    load_candidates(sources, register)
    load_offices(sources, register)
    load_pantheon(sources, register)
    load_vital(sources, register)
    load_congress(sources, register)
    load_written(register)
    load_factbook(sources, register)
    register.merge_twins()
    load_times(register)
    return register


def compose(sources: Path, data: Path) -> list[Row]:
    """Return the concepts of the facet people.

    Parameters
    ----------
    sources : Path
        The unpacked folder of raw facts.
    data : Path
        The folder with the labelled corpora, for how often news names somebody.

    Returns
    -------
    list of dict
        Concepts, the abstract classes first.
    """
    counts = news_counts(sources, data)
    people = [(prior(person, counts), person) for person in gather(sources) if chosen(person, counts)]
    # The better known first: they keep the plain id and the plain name.
    people.sort(key=lambda pair: (-pair[0], -pair[1].vital, -pair[1].fame, pair[1].name, pair[1].qid))
    owners = _owners(people)
    ids: set[str] = {f"people:{name}" for name in class_rows()}
    rows = [_row(person, weight, owners, ids) for weight, person in people]
    return class_concepts() + rows


def _owners(people: list[tuple[int, Person]]) -> dict[str, list[Person]]:
    """Return who bears a name by right: as label or as a name of the sources, best known first."""
    owners: dict[str, list[Person]] = defaultdict(list)
    for _, person in people:
        for name in unique([person.name, *person.names]):
            if person not in owners[fold(name)]:
                owners[fold(name)].append(person)
    return owners


def _identify(person: Person, ids: set[str]) -> str:
    base = f"people:{slug(person.name)}"
    last = person.qid.lower() or person.bioguide.lower() or "2"
    for candidate in (base, f"{base}-{person.birth}", f"{base}-{last}"):
        if candidate not in ids and not candidate.endswith("-0"):
            ids.add(candidate)
            return candidate
    number = 3
    while f"{base}-{number}" in ids:
        number += 1
    ids.add(f"{base}-{number}")
    return f"{base}-{number}"


def _row(person: Person, weight: int, owners: dict[str, list[Person]], ids: set[str]) -> Row:
    own = [n for n in person.names if len(n.split()) > 1 or n in person.bare]
    generated = [n for n in variants(person) if n not in own]
    # A name made by rule yields to whoever bears that name by right.
    alternatives = own + [n for n in generated if not [p for p in owners.get(fold(n), ()) if p is not person]]
    alternatives = _one_each([n for n in alternatives if _sound(n)], person.name)
    hidden, context = _short_names(person, weight)
    for name in [person.name, *alternatives]:
        if owners.get(fold(name), [person])[0] is not person:
            context.append(name)
    if len(person.name.split()) == 1 and person.name not in person.bare:
        context.append(person.name)
    shown = {fold(n) for n in (person.name, *alternatives)}
    hidden = [n for n in hidden if fold(n) not in shown]
    labels = {person.name, *alternatives, *hidden}
    keys = {"wikidata": person.qid, "bioguide": person.bioguide}
    exact = [f"{key}:{value}" for key, value in keys.items() if value]
    first, last = person.times()
    return concept(
        _identify(person, ids),
        person.name,
        alt_labels=alternatives,
        hidden_labels=hidden,
        case_sensitive=sorted(
            n for n in labels if n in words_of("exact_case") or (n.isupper() and len(n) <= 5)
        ),
        needs_context=[n for n in context if n in labels],
        broader=[f"people:{name}" for name in classes(person)],
        related=[f"countries:{code}" for code in person.countries],
        exact_match=exact,
        start=_year(person.birth),
        end=_year(person.death),
        active_start=_year(first),
        active_end=_year(last),
        prior=weight,
        source=sorted(set(person.source)),
    )


def _year(year: int) -> str:
    return f"{year:04d}" if year > 0 else ""


def _sound(name: str) -> bool:
    words = name.split()
    return len(name) > 2 and not re.search(r"[\d,()\"]", name) and max(len(w.strip(".")) for w in words) > 1


def _one_each(names: list[str], label: str) -> list[str]:
    """Leave out spellings that matching cannot tell from an earlier one."""
    kept: dict[str, str] = {fold(label): label}
    for name in names:
        kept.setdefault(fold(name), name)
    return [name for name in kept.values() if name != label]


def _short_names(person: Person, weight: int) -> tuple[list[str], list[str]]:
    """Return the hidden labels (surnames, epithets) and those of them that need support."""
    hidden = list(person.bare) + [n for n in person.names if len(n.split()) == 1]
    context = [n for n in hidden if n not in person.bare]
    current = person.written >= 0 or person.congress >= 2000
    gone = bool(person.death) and person.death < 1980
    if weight >= SURNAME_PRIOR - current + gone:
        for name in surnames(person):
            if name in words_of("never") or (name in words_of("given") and not person.congress):
                continue
            if len(name) > 1 and fold(name) not in {fold(other) for other in hidden}:
                hidden.append(name)
                context.append(name)
    kept = {fold(name): name for name in reversed(unique(hidden))}
    return [n for n in unique(hidden) if n in kept.values()], [
        n for n in unique(context) if n in kept.values()
    ]
