"""A closer look at a taxonomy, for those who edit one: contradictions, and labels that mislead.

The integrity rules that are named S13, S27 and S46 here are those of the SKOS reference.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tagonomy.config import Limits
from tagonomy.errors import Problem
from tagonomy.taxonomy import Concept, label_key
from tagonomy.taxonomy.checks import rings

#: Kinds of evidence that the tagger tells apart; any other counts as an organ.
EVIDENCE_KINDS = frozenset("demonym capital city division metonym organ title".split())
_LISTS = (
    *("alt_labels", "hidden_labels", "case_sensitive", "needs_context", "broader"),
    *("related", "part_of", "exact_match", "rules", "seed_words", "source"),
)
#: Words that stand in nearly every article: as a label, one would tag them all.
_STOP_WORDS = frozenset(
    "a about after all also an and any are as at be because been before but by can could did do even "
    "first for from get give go had has have he her him his how i if in into is it its just like make "
    "me more most my new no not now of on one only or other our out over said say she so some than that "
    "the their them then there these they this time to two up us was we well were what when which who "
    "will with would year you your".split()
)


def integrity_problems(concepts: Iterable[Concept], limits: Limits | None = None) -> Iterator[Problem]:
    """Yield what contradicts itself in concepts that each are sound.

    Parameters
    ----------
    concepts : iterable of Concept
        All concepts of a taxonomy.
    limits : Limits, optional
        ``taxonomy_depth`` also bounds chains of ``part_of``.

    Yields
    ------
    Problem
        A label that is both preferred and alternative (S13), a link both related and broader (S27), one
        item of another vocabulary on two concepts (S46), a link to a retired concept, an entry given
        twice, an event that ends before it starts, a circle of ``part_of``.
    """
    by_id = {concept.id: concept for concept in concepts}
    limits = limits or Limits()
    circles = any(rings({id: concept.broader for id, concept in by_id.items()}, "broader", limits))
    # Where broader has no end, what lies above is not defined, and finding it could take as long.
    above = _Above({} if circles else by_id)
    matched: dict[str, str] = {}
    for concept in by_id.values():
        for what in (*_label_problems(concept), *_link_problems(concept, by_id, above)):
            yield Problem(f"{concept.id}: {what}")
        if not concept.replaced_by:
            for match in concept.exact_match:
                first = matched.setdefault(match, concept.id)
                if first != concept.id:
                    yield Problem(
                        f"{concept.id}: exact_match {match} also stands on {first} (S46): merge the two"
                    )
    parts = {id: concept.part_of for id, concept in by_id.items()}
    yield from rings(parts, "part_of", limits)


def _label_problems(concept: Concept) -> Iterator[str]:
    spoken = {concept.label, *concept.alt_labels}
    for label in concept.alt_labels:
        if label == concept.label:
            yield f"{label!r} is both the label and an alternative one (S13)"
    for label in concept.hidden_labels:
        if label in spoken:
            yield f"{label!r} is both a shown and a hidden label (S13)"
    for name in _LISTS:
        entries: tuple[str, ...] = getattr(concept, name)
        if len(entries) > 1 and len(set(entries)) < len(entries):
            twice = next(entry for entry in entries if entries.count(entry) > 1)
            yield f"{name} gives {twice!r} twice"
    terms = [*concept.labels, *(term for terms in concept.evidence.values() for term in terms)]
    if not all(map(str.strip, terms)) and concept.label.strip():
        yield "a label or evidence term is empty"
    if (
        concept.start
        and concept.end
        and concept.start[:1] != "-"
        and concept.end < concept.start[: len(concept.end)]
    ):
        yield f"ends in {concept.end}, before its start in {concept.start}"


def _link_problems(concept: Concept, by_id: Mapping[str, Concept], above: _Above) -> Iterator[str]:
    for name in ("broader", "related", "part_of"):
        for id in getattr(concept, name):
            other = by_id.get(id)
            if other is not None and other.replaced_by and not concept.replaced_by:
                yield f"{name} points to {id}, which is retired: use {other.replaced_by}"
    for id in concept.related:
        if id.partition(":")[0] == concept.facet and id in by_id:  # broader never leaves a facet
            if id in above(concept.id):
                yield f"{id} is both related and broader (S27)"
            elif concept.id in above(id) and concept.id not in by_id[id].related:
                yield f"{id} is both related and narrower (S27)"


class _Above:
    """Everything above a concept, found once for each."""

    def __init__(self, by_id: Mapping[str, Concept]) -> None:
        self.by_id = by_id
        self.known: dict[str, frozenset[str]] = {}

    def __call__(self, id: str) -> frozenset[str]:
        if id not in self.known:
            found: set[str] = set()
            queue = list(self.by_id[id].broader) if id in self.by_id else []
            while queue:
                each = queue.pop()
                if each not in found and each in self.by_id:
                    found.add(each)
                    queue.extend(self.by_id[each].broader)
            self.known[id] = frozenset(found)
        return self.known[id]


def label_warnings(concepts: Iterable[Concept]) -> Iterator[Problem]:
    """Yield labels and terms that can hardly be meant: they would match far too much, or nothing at all."""
    for concept in concepts:
        if concept.replaced_by:
            continue
        labels = () if concept.abstract else concept.labels
        for label in labels:
            if label.isascii() and len(label) > 4 and label.isprintable():
                continue  # neither short nor odd: as good as always
            if what := _doubt(label, concept):
                yield Problem(f"{concept.id}: {what}")
        for kind in concept.evidence.keys() - EVIDENCE_KINDS:
            yield Problem(f"{concept.id}: evidence of the unknown kind {kind!r} counts as 'organ'")
        if concept.abstract and concept.rules:
            yield Problem(f"{concept.id}: its rules find nothing, since it is abstract")


def _doubt(label: str, concept: Concept) -> str:
    key = label_key(label)
    exact = label in concept.case_sensitive or label in concept.needs_context
    if not key:
        return f"the label {label!r} has no letter or digit and never matches"
    if len(key) == 1 and not exact:
        return f"the label {label!r} is a single letter or digit"
    if key in _STOP_WORDS and not exact:
        return f"the label {label!r} is a stop word: make it case-sensitive, or let it need context"
    if any(unicodedata.category(sign) == "Cc" for sign in label):
        return f"the label {label!r} has a control character"
    return ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One concept that a label may mean."""

    id: str
    label: str
    prior: int
    hidden: bool
    needs_context: bool
    case_sensitive: bool

    def __str__(self) -> str:
        flags = [name for name in ("hidden", "needs_context", "case_sensitive") if getattr(self, name)]
        return (
            f"{self.id} ({', '.join([f'prior {self.prior}', *(name.replace('_', ' ') for name in flags)])})"
        )


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A label that several concepts have.

    Attributes
    ----------
    key : str
        The label as it is compared.
    claims : tuple of Claim
        Who has it, the likeliest first.
    """

    key: str
    claims: tuple[Claim, ...]

    @property
    def outcome(self) -> str:
        """How the tagger decides."""
        first, second = self.claims[:2]
        if first.needs_context:
            return "the article decides; without support, none"
        if second.needs_context:
            return f"{first.id}, unless the article supports another"
        if first.prior > second.prior:
            return f"the article decides; without support, {first.id} (higher prior)"
        return "the article decides; without support it is a guess, since the priors are equal"

    @property
    def guess(self) -> bool:
        """True where nothing but the article can tell the first two apart, though both count at once."""
        first, second = self.claims[:2]
        return not second.needs_context and not first.needs_context and first.prior == second.prior

    def __str__(self) -> str:
        return f"{self.key!r}: {'; '.join(map(str, self.claims))} -> {self.outcome}"


def ambiguous_labels(concepts: Iterable[Concept]) -> list[Ambiguity]:
    """Return every label that several concepts have, with how it is resolved, in alphabetical order.

    Examples
    --------
    >>> concepts = [Concept(id="countries:jo", label="Jordan", prior=6),
    ...             Concept(id="people:jordan", label="Jordan Doe", hidden_labels=("Jordan",), prior=3)]
    >>> print(ambiguous_labels(concepts)[0].outcome)
    the article decides; without support, countries:jo (higher prior)
    """
    live = [concept for concept in concepts if not (concept.abstract or concept.replaced_by)]
    first: dict[str, int] = {}
    shared: dict[str, dict[int, str]] = defaultdict(dict)
    for number, concept in enumerate(live):
        for label in concept.labels:
            key = label_key(label)
            owner = first.setdefault(key, number)
            if owner != number and key:
                shared[key].setdefault(number, label)
    found = []
    for key in sorted(shared):
        holder = live[first[key]]
        spelling = next(label for label in holder.labels if label_key(label) == key)
        claims = [_claim(holder, spelling), *(_claim(live[n], label) for n, label in shared[key].items())]
        claims.sort(key=lambda claim: (claim.needs_context, -claim.prior, claim.hidden, claim.id))
        found.append(Ambiguity(key, tuple(claims)))
    return found


def _claim(concept: Concept, label: str) -> Claim:
    return Claim(
        concept.id,
        label,
        concept.prior,
        label in concept.hidden_labels,
        label in concept.needs_context,
        label in concept.case_sensitive,
    )
