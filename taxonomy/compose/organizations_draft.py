"""Organizations under way to become concepts: one draft each, merged over tables and sources."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from common import Row, concept, slug
from organizations_names import Names, key, matched, variants

#: Root classes that sources of brands and websites do not tell apart.
COMMERCIAL = {"companies", "media"}


@dataclass
class Draft:
    """What is known of one organization."""

    label: str
    names: Names
    classes: list[str]
    countries: list[str] = field(default_factory=list)
    prior: int = 0
    start: str = ""
    matches: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    rooted: bool = True  # whether its country's name supports its names
    id: str = ""

    def row(self, rules: Iterable[str] = ()) -> Row:
        """Return the concept, with rules that find it where it is not named."""
        self.names.drop_repeats(self.label)
        return concept(
            self.id,
            self.label,
            alt_labels=self.names.labels,
            hidden_labels=self.hidden,
            case_sensitive=sorted(self.names.cased),
            needs_context=sorted(self.names.context),
            broader=[f"organizations:{name}" for name in self.classes],
            related=[*self.related, *(f"countries:{code.lower()}" for code in self.countries if self.rooted)],
            exact_match=self.matches,
            rules=list(rules),
            start=self.start,
            prior=self.prior,
            source=self.sources,
        )


def draft(label: str, names: Iterable[str], classes: list[str], source: str, **facts: object) -> Draft:
    """Return a new draft; marks at the names' ends set their flags, see :class:`Names`."""
    known = Names()
    label = known.add(label)
    for name in names:
        known.add(name)
    bare = re.sub(r"\s*\([^)]*\)$", "", label)
    # A single word that needs an explanation in brackets is too common: tables list it if it is not.
    if bare != label and bare not in known.labels and " " in bare.removeprefix("The "):
        known.add(bare + "?")
    american = any(name.startswith("us-") for name in classes)
    for name in list(known.labels):
        known.extend(variants(name, american), like=name)
    if "us-departments" in classes:
        # Behind its state, news writes a department small as often as not.
        named = [re.match(r"(U\.S\.|US|United States) (.+)", name) for name in known.labels]
        known.extend([f"{found[1]} {found[2].lower()}" for found in named if found], like=label)
    made = Draft(label, known, classes, sources=[source])
    for name, value in facts.items():
        setattr(made, name, value)
    return made


class Register:
    """All drafts; finds the one that a source's name means."""

    def __init__(self, top_class: dict[str, str]) -> None:
        """Start an empty register; ``top_class`` maps each class to its root, which names must share."""
        self.drafts: list[Draft] = []
        self.top_class = top_class
        self._by_key: defaultdict[str, list[Draft]] = defaultdict(list)

    def add(self, new: Draft) -> Draft:
        """Add a draft, unless its name has no letter that an id could be made of."""
        if not slug(new.label):
            return new
        self.drafts.append(new)
        for name in dict.fromkeys(key(label) for label in [new.label, *new.names.labels, *new.hidden]):
            self._by_key[name].append(new)
        return new

    def find(self, name: str, classes: list[str], countries: Iterable[str] = ()) -> Draft | None:
        """Return the draft of this name, of the same root class, and of the country if it is known.

        Lists of companies and media hold leagues, unions and agencies, too: there, a name of several
        words may mean an organization of any class.
        """
        roots = {self.top_class[name] for name in classes}
        if roots & COMMERCIAL:
            roots |= set(self.top_class.values()) if " " in name else COMMERCIAL
        named = self._by_key[key(name)]
        found = [d for d in named if roots & {self.top_class[c] for c in d.classes}]
        if not found and name.count(" ") >= 2:
            found = named
        wanted = set(countries)
        if wanted:
            found = [d for d in found if not d.countries or wanted & set(d.countries)]
        if len(found) > 1:
            found = [d for d in found if key(d.label) == key(name)]
        return found[0] if len(found) == 1 else None

    def merge(self, new: Draft) -> Draft:
        """Add a source's draft, or its facts to the draft that stands for the same organization."""
        others = new.names.labels
        if not new.countries:
            others = [name for name in others if " " in name and name not in new.names.context]
        names = [new.label, *others]
        known = next(filter(None, (self.find(name, new.classes, new.countries) for name in names)), None)
        if known is None:
            return self.add(new)
        if not known.start:
            known.start = new.start
        if not known.matches:
            known.matches = new.matches
        known.countries = known.countries or new.countries
        known.sources += [source for source in new.sources if source not in known.sources]
        known.prior = max(known.prior, new.prior)
        return known

    def tell_apart(self, state_names: dict[str, str]) -> None:
        """Add the state to labels that several organizations bear, as readers need it."""
        bearers: defaultdict[str, list[Draft]] = defaultdict(list)
        for one in self.drafts:
            bearers[matched(one.label)].append(one)
        for same in bearers.values():
            for one in same:
                state = state_names.get(one.countries[0]) if one.countries else None
                if len(same) > 1 and one.label in one.names.context and state:
                    one.label = one.names.add(f"{one.label} ({state})")

    def number(self) -> None:
        """Give every draft its id: the label, then the country where labels coincide."""
        taken: set[str] = {f"organizations:{name}" for name in self.top_class}
        for one in self.drafts:
            country = one.countries[0].lower() if one.countries else one.classes[0]
            for name in (
                slug(one.label),
                f"{slug(one.label)}-{country}",
                f"{slug(one.label)}-{one.classes[0]}",
            ):
                one.id = one.id or (f"organizations:{name}" if f"organizations:{name}" not in taken else "")
            if not one.id:
                raise ValueError(f"two organizations are called {one.label!r}")
            taken.add(one.id)


def settle_collisions(drafts: Iterable[Draft]) -> None:
    """Ask for context where one name means several organizations.

    The organization whose label it is keeps the name free if it is the only one, or far the most in the news.
    """
    owners: defaultdict[str, list[tuple[Draft, str]]] = defaultdict(list)
    for one in drafts:
        for name in one.names.labels:
            owners[matched(name)].append((one, name))
    for claims in owners.values():
        if len({id(one) for one, _ in claims}) < 2:
            continue
        free = [claim for claim in claims if claim[1] not in claim[0].names.context]
        keeper = _keeper(free)
        for one, name in free:
            if one is not keeper:
                one.names.context.add(name)


def _keeper(claims: list[tuple[Draft, str]]) -> Draft | None:
    """Return the draft that may keep a name without context."""
    own = [one for one, name in claims if matched(one.label) == matched(name)]
    if len({id(one) for one in own}) == 1:
        return own[0]
    ranked = sorted(own, key=lambda one: -one.prior)
    return ranked[0] if len(ranked) > 1 and ranked[0].prior >= ranked[1].prior + 3 else None
