"""Changes to a taxonomy: each takes one and returns a new, checked one.  No id is ever lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from tagonomy.errors import Problem, TaxonomyError, UnknownConceptError
from tagonomy.taxonomy import Concept, Taxonomy
from tagonomy.taxonomy.checks import DATES

_LINKS = ("broader", "related", "part_of")
#: Fields of which a merged concept has all that both have.
_UNITED = ("exact_match", "rules", "seed_words", "source")


def add(taxonomy: Taxonomy, concept: Concept) -> Taxonomy:
    """Return the taxonomy with one more concept.

    Raises
    ------
    TaxonomyError
        If the id is taken, even by a retired concept, or a link leads nowhere.

    Examples
    --------
    >>> taxonomy = add(Taxonomy.of([]), Concept(id="topics:trade", label="trade"))
    >>> taxonomy.resolve("trade")
    'topics:trade'
    """
    if concept.id in taxonomy:
        raise TaxonomyError([Problem(f"{concept.id}: the id is taken, and ids are never reused")])
    return Taxonomy.of([*taxonomy, concept], taxonomy.name)


def retire(taxonomy: Taxonomy, id: str, replaced_by: str | None = None) -> Taxonomy:
    """Return the taxonomy without one concept; its id points on for ever.

    Parameters
    ----------
    taxonomy : Taxonomy
        Where it is.
    id : str
        Concept to retire.
    replaced_by : str, optional
        What stands for it from now on; by default its first parent.

    Returns
    -------
    Taxonomy
        Links and rules that named the concept name the other one, and so do ids that pointed to it.

    Raises
    ------
    TaxonomyError
        If it has no parent and no other concept is given.
    UnknownConceptError
        If there is no such concept.

    Examples
    --------
    >>> taxonomy = Taxonomy.of([Concept(id="topics:sport", label="sport"),
    ...                         Concept(id="topics:soccer", label="soccer", broader=("topics:sport",))])
    >>> retire(taxonomy, "topics:soccer")["topics:soccer"].label
    'sport'
    """
    concept = _live(taxonomy, id)
    onward = replaced_by or next(iter(concept.broader), None)
    if onward is None:
        raise TaxonomyError([Problem(f"{id}: has no parent: say which concept stands for it from now on")])
    return _replace(taxonomy, concept, _live(taxonomy, onward))


def merge(taxonomy: Taxonomy, id: str, into: str) -> Taxonomy:
    """Return the taxonomy with one concept merged into another, which gets all that it had.

    Parameters
    ----------
    taxonomy : Taxonomy
        Where both are.
    id, into : str
        Concept that goes, and the one that stays.  What both say once, such as a date, the latter says.

    Returns
    -------
    Taxonomy
        As :func:`retire` leaves it.

    Examples
    --------
    >>> taxonomy = Taxonomy.of([Concept(id="topics:football", label="football"),
    ...                         Concept(id="topics:soccer", label="soccer", exact_match=("wikidata:Q2736",))])
    >>> merge(taxonomy, "topics:soccer", "topics:football").concepts["topics:football"].alt_labels
    ('soccer',)
    """
    gone, kept = _live(taxonomy, id), _live(taxonomy, into)
    shown = _unique(kept.label, *kept.alt_labels, gone.label, *gone.alt_labels)
    hidden = tuple(label for label in _unique(*kept.hidden_labels, *gone.hidden_labels) if label not in shown)
    kinds = dict.fromkeys([*kept.evidence, *gone.evidence])
    fields: dict[str, object] = {
        name: _unique(*getattr(kept, name), *getattr(gone, name)) for name in _UNITED
    }
    # What stood without a condition before goes on to count without one.
    for name in ("case_sensitive", "needs_context"):
        free = set(kept.labels) - set(getattr(kept, name)) | (set(gone.labels) - set(getattr(gone, name)))
        fields[name] = tuple(
            label for label in _unique(*getattr(kept, name), *getattr(gone, name)) if label not in free
        )
    for name in _LINKS:
        links = _unique(*getattr(kept, name), *getattr(gone, name))
        fields[name] = tuple(each for each in links if each not in (gone.id, kept.id))
    if gone.facet != kept.facet:
        fields["broader"] = kept.broader
    united = msgspec.structs.replace(
        kept,
        alt_labels=shown[1:],
        hidden_labels=hidden,
        evidence={
            kind: _unique(*kept.evidence.get(kind, ()), *gone.evidence.get(kind, ())) for kind in kinds
        },
        start=kept.start or gone.start,
        end=kept.end or (gone.end if not kept.start or kept.start == gone.start else ""),
        active_start=kept.active_start or gone.active_start,
        active_end=kept.active_end or (gone.active_end if not kept.active_start else ""),
        prior=max(kept.prior, gone.prior),
        **fields,
    )
    return _replace(taxonomy, gone, united)


def overlay(taxonomy: Taxonomy, other: Iterable[Concept | Mapping[str, object]]) -> Taxonomy:
    """Return a taxonomy with another laid over it: see :meth:`Taxonomy.overlay`."""
    concepts = dict(taxonomy.concepts)
    problems: list[Problem] = []
    for entry in other:
        if isinstance(entry, Concept):
            concepts[entry.id] = entry
            continue
        id = str(entry.get("id", ""))
        try:
            concepts[id] = _patched(concepts.get(id), entry)
        except (msgspec.ValidationError, UnknownConceptError) as error:
            problems.append(Problem(f"{id}: {error}"))
    if problems:
        raise TaxonomyError(problems)
    return Taxonomy.of(concepts.values(), taxonomy.name)


def _patched(concept: Concept | None, entry: Mapping[str, object]) -> Concept:
    """Return a concept with the fields that an overlay gives; without one, all must be given."""
    fields = dict(entry)
    hidden = fields.pop("hidden", False)
    if not isinstance(hidden, bool):
        raise msgspec.ValidationError("Expected `bool`, got something else - at `$.hidden`")
    if concept is None:
        if hidden:
            raise UnknownConceptError(str(entry.get("id", "")))
        return msgspec.convert(fields, Concept)
    patched = msgspec.convert({**msgspec.structs.asdict(concept), **fields}, Concept)
    return _silent(patched) if hidden else patched


def _silent(concept: Concept) -> Concept:
    """Return a concept that nothing in a text names; it stays for what lies below it, and for its id."""
    kept = (
        "id",
        "label",
        "broader",
        "related",
        "part_of",
        "exact_match",
        *DATES,
        "replaced_by",
        "source",
    )
    return Concept(abstract=True, **{name: getattr(concept, name) for name in kept})


def _live(taxonomy: Taxonomy, id: str) -> Concept:
    concept = taxonomy.concepts.get(id)
    if concept is None:
        raise UnknownConceptError(id, taxonomy.concepts)
    if concept.replaced_by:
        raise TaxonomyError([Problem(f"{id}: is retired already, and points to {taxonomy[id].id}")])
    return concept


def _replace(taxonomy: Taxonomy, gone: Concept, kept: Concept) -> Taxonomy:
    """Return the taxonomy with ``gone`` pointing to ``kept``, in links and rules too."""
    if gone.id == kept.id:
        raise TaxonomyError([Problem(f"{gone.id}: can't stand for itself")])

    def renamed(id: str) -> str:
        return kept.id if id == gone.id else id

    concepts = []
    for concept in taxonomy:
        if concept.id == gone.id:
            concepts.append(Concept(id=gone.id, label=gone.label, replaced_by=kept.id, source=gone.source))
        else:
            concepts.append(_relinked(kept if concept.id == kept.id else concept, gone, renamed))
    return Taxonomy.of(_without_circles(concepts, gone, kept), taxonomy.name)


def _relinked(concept: Concept, gone: Concept, renamed: Callable[[str], str]) -> Concept:
    """Return a concept whose links and rules no longer name the one that is gone."""
    fields: dict[str, object] = {}
    for name in _LINKS:
        links = getattr(concept, name)
        if gone.id in links:
            ids = _unique(*map(renamed, links))
            fields[name] = tuple(id for id in ids if id != concept.id)
    if "broader" in fields and concept.id == renamed(gone.id):
        # It lay below the one that is gone, so it moves up.
        kept = (id for id in (*concept.broader, *gone.broader) if id not in (gone.id, concept.id))
        fields["broader"] = _unique(*kept)
    elif "broader" in fields and concept.facet != renamed(gone.id).partition(":")[0]:
        fields["broader"] = tuple(id for id in concept.broader if id != gone.id) or tuple(
            id for id in gone.broader if id != concept.id
        )
    if any(f"@{gone.id}" in rule for rule in concept.rules):
        fields["rules"] = _unique(
            *(_renamed_in_rule(rule, gone.id, renamed(gone.id)) for rule in concept.rules)
        )
    if concept.replaced_by == gone.id:
        fields["replaced_by"] = renamed(gone.id)
    return msgspec.structs.replace(concept, **fields) if fields else concept


def _renamed_in_rule(rule: str, old: str, new: str) -> str:
    """Return a rule that names another concept; what stands between quotes is text."""
    parts = rule.split('"')
    for i in range(0, len(parts), 2):
        pieces = parts[i].split(f"@{old}")
        # The id may only be the beginning of a longer one.
        parts[i] = pieces[0] + "".join(
            (f"@{old}" if piece[:1].isalnum() or piece[:1] == "-" else f"@{new}") + piece
            for piece in pieces[1:]
        )
    return '"'.join(parts)


def _without_circles(concepts: list[Concept], gone: Concept, kept: Concept) -> list[Concept]:
    """Return the concepts; where the one kept lay below the one gone, it moves up to the latter's parents."""
    by_id = {concept.id: concept for concept in concepts}
    below, queue = {kept.id}, [kept.id]
    children: dict[str, list[str]] = {}
    for concept in concepts:
        for above in concept.broader:
            children.setdefault(above, []).append(concept.id)
    while queue:
        for child in children.get(queue.pop(), ()):
            if child not in below:
                below.add(child)
                queue.append(child)
    target = by_id[kept.id]
    # What was above it only through the concept that is gone can't be above it any more.
    broader = tuple(id for id in target.broader if id not in below)
    if broader != target.broader:
        same = gone.facet == kept.facet
        broader = _unique(*broader, *(id for id in gone.broader if same and id not in below))
        by_id[kept.id] = msgspec.structs.replace(target, broader=broader)
    return list(by_id.values())


def _unique(*entries: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entries))
