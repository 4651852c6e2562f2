"""Which one is meant: from matches that may mean several things to candidates.

Two passes.  The first collects what is certain: names that need no context, and
evidence.  The second decides the rest by what the first found: a surname belongs to
the person already named, or follows a title; a place that shares its name goes to
the one whose relations the article names.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from tagonomy.concepts import ConceptIndex
from tagonomy.mentions.lexicon import CAPITAL, GIVEN_NAME, NAME, SURNAME, TITLE
from tagonomy.mentions.matcher import Match, Matcher
from tagonomy.text import Tokens

# Capitalised only because they open a sentence: what follows is no surname of theirs.
_OPENERS = frozenset(
    """
    a about according after again all also although amid among an and another any are as asked at away
    back because before being but by can could critics despite did do does during earlier even ever
    every few first for former from given had has have having he her here his how however i if in inside
    instead into is it its just last late later like many maybe meanwhile more most much my never new
    next no nor not now of off old on once one only or other our out over perhaps re s said says she
    should since so some soon still such than that the their then there these they this those though
    thus to today too under unless until unlike up upon was watch we were what when where whether which
    while who whose why will with without would yes yesterday yet you your monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september october
    november december republican democratic democrat democrats republicans gop conservative liberal
    incumbent mr mrs ms dr sir dame lord lady messrs
    """.split()
)
# A capital behind one of these is a place; elsewhere it mostly stands for the state.
_LOCATIVE = frozenset(
    "in at near outside inside around across from to of into through toward towards via leave "
    "left visited visit reached central downtown northern southern eastern western greater".split()
)
#: Polite forms: they announce a person without telling the office.
_POLITE = frozenset(
    "mr mrs ms mx messrs dr sir dame lord lady madame monsieur herr frau prof professor".split()
)


@dataclass(slots=True)
class Candidate:
    """What speaks for one concept in one article.

    Attributes
    ----------
    names : list of Match
        Places where a label names it.
    evidence : list of (Match, int)
        Places of evidence terms, with the kind of each.
    rules : list of tuple of (int, int)
        Word ranges that made a rule true, one tuple a firing.
    doubt : float
        0 where the meaning is certain, up to 1 where it was a guess.
    support : int
        Related concepts that the article also names.
    """

    names: list[Match] = field(default_factory=list)
    evidence: list[tuple[Match, int]] = field(default_factory=list)
    rules: list[tuple[tuple[int, int], ...]] = field(default_factory=list)
    doubt: float = 0.0
    support: int = 0

    def spans(self) -> list[tuple[int, int]]:
        """Return the word ranges of its names and evidence, in order, each once."""
        matches = [*self.names, *(match for match, _ in self.evidence)]
        return sorted({(match.start, match.stop) for match in matches})


@dataclass(slots=True)
class _Article:
    """What the second pass looks at: the certain finds of one article."""

    tokens: Tokens
    weights: dict[int, float]
    titles: dict[int, Match]
    strangers: set[str]
    named: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


class Resolver:
    """Turns matches into candidates.

    Parameters
    ----------
    index : ConceptIndex
        Relations and priors of the concepts.
    matcher : Matcher
        Senses by number.
    """

    def __init__(self, index: ConceptIndex, matcher: Matcher) -> None:
        self.index, self.matcher = index, matcher
        self._prior = index.prior.tolist()
        self._people = index.facet_names.index("people") if "people" in index.facet_names else -1
        self._places = index.facet_names.index("countries") if "countries" in index.facet_names else -1
        self._events = index.facet_names.index("events") if "events" in index.facet_names else -1
        self._facet = index.facet.tolist()
        self._abstract = index.abstract.tolist()
        # What thousands of concepts are related to, such as a large country, tells little.
        mentioned = np.bincount(index.related.values, minlength=len(index))
        self._telling = (1 / (1 + np.log1p(mentioned))).tolist()
        self._relations: dict[int, tuple[int, ...]] = {}
        self._classes: dict[int, frozenset[int]] = {}

    def candidates(self, tokens: Tokens, numbers: list[int], matches: list[Match]) -> dict[int, Candidate]:
        """Return the candidates of an article by concept number."""
        found: dict[int, Candidate] = defaultdict(Candidate)
        open_matches: list[tuple[Match, list[int]]] = []
        titles: dict[int, Match] = {}
        strangers: set[str] = set()
        kind, concept = self.matcher.kind, self.matcher.concept
        for position, match in enumerate(matches):
            if self._part_of_another_name(tokens, numbers, matches, position):
                strangers.add(tokens.words[match.start])
                continue
            names = [sense for sense in match.senses if kind[sense] == NAME]
            certain = [sense for sense in names if not self.matcher.needs_context(sense)]
            for sense in match.senses:
                if kind[sense] == TITLE:
                    titles[match.stop] = match
                elif kind[sense] != NAME:
                    found[concept[sense]].evidence.append((match, kind[sense]))
            if self._stands_for_its_state(tokens, match):
                names = certain = []
            surname = match.stop - match.start == 1 and self._facet_of(names) == self._people
            if len(certain) == 1 and len(names) == 1 and not surname:
                self._name(found, match, certain[0], 0.0)
            elif names:
                open_matches.append((match, names))
        weights = self._weights(found)
        article = _Article(tokens, weights, titles, strangers)
        for number, candidate in found.items():
            article.named[number] = [match.start for match in candidate.names]
        for match, senses in sorted(
            open_matches, key=lambda each: each[0].stop - each[0].start, reverse=True
        ):
            choice = self._choose(match, senses, article)
            if choice is not None:
                sense, doubt = choice
                self._name(found, match, sense, doubt)
                if match.stop - match.start > 1 or match.start in titles:
                    # A full name, once decided, supports the surnames and relations that follow.
                    article.named[concept[sense]].append(match.start)
                    weights[concept[sense]] += 1
                    for related in self._related(concept[sense]):
                        weights[related] += 0.5
        for number, candidate in found.items():
            candidate.names.sort(key=lambda match: match.start)
            candidate.support = self._support(number, found)
        return dict(found)

    def _stands_for_its_state(self, tokens: Tokens, match: Match) -> bool:
        """Tell whether a capital is named as its government: "Moscow denied it", not "in Moscow"."""
        if match.start == 0 or tokens.words[match.start - 1] in _LOCATIVE:
            return False
        return any(self.matcher.kind[sense] == CAPITAL for sense in match.senses)

    def _name(self, found: dict[int, Candidate], match: Match, sense: int, doubt: float) -> None:
        candidate = found[self.matcher.concept[sense]]
        candidate.doubt = doubt if not candidate.names else min(candidate.doubt, doubt)
        candidate.names.append(match)
        for implied, kind in self.matcher.implied(sense):
            # "The Obama administration" hardly names the man; "annexation of Crimea" does name the place.
            if kind == NAME and self._facet[implied] != self._people:
                found[implied].names.append(match)
            else:
                found[implied].evidence.append((match, kind))

    def _related(self, concept: int) -> tuple[int, ...]:
        """Return what a concept declares to be named together with it, its parents included."""
        known = self._relations.get(concept)
        if known is None:
            parents = [above for above in self.index.broader[concept] if not self._abstract[above]]
            known = self._relations[concept] = tuple(dict.fromkeys([*self.index.related[concept], *parents]))
        return known

    def _class_ids(self, concept: int) -> frozenset[int]:
        """Return every class above a concept."""
        known = self._classes.get(concept)
        if known is None:
            above = self.index.broader[concept]
            known = frozenset(above).union(*(self._class_ids(each) for each in above))
            self._classes[concept] = known
        return known

    def _weights(self, found: dict[int, Candidate]) -> dict[int, float]:
        """Return how strongly the certain matches speak for each concept, directly or by relation."""
        weights: dict[int, float] = defaultdict(float)
        for number, candidate in found.items():
            weights[number] += 2 if candidate.names else 1
            if candidate.names:
                for related in self._related(number):
                    weights[related] += 0.25
        return weights

    def doubt_later_events(self, candidates: dict[int, Candidate], tokens: Tokens, date: str | None) -> None:
        """Doubt events that began after the article was written.

        Without a date, an article is taken to be no older than the last year that it names.
        """
        years = [int(date[:4])] if date and date[:4].isdigit() else []
        sure = bool(years)
        if not sure:
            named = (
                int(word) for word in tokens.words if len(word) == 4 and word.isascii() and word.isdigit()
            )
            years = [year for year in named if 1900 <= year <= 2100]
        if not years:
            return
        latest = max(years) + (0 if sure else 1)
        for concept, candidate in candidates.items():
            if self.index.years[concept, 0] > latest and self._facet[concept] == self._events:
                candidate.doubt = 3.0 if sure else 1.0

    def _support(self, concept: int, found: dict[int, Candidate]) -> int:
        return sum(related in found for related in self._related(concept))

    def _choose(self, match: Match, senses: list[int], article: _Article) -> tuple[int, float] | None:
        """Return the sense that the article supports best and how doubtful it is, or None."""
        people = [sense for sense in senses if self._facet[self.matcher.concept[sense]] == self._people]
        if people and match.stop - match.start == 1:
            person = self._whose_surname(match, people, article)
            if person is not None or len(people) == len(senses):
                return person
            senses = [sense for sense in senses if sense not in people]
        return self._best_supported(senses, article)

    def _whose_surname(self, match: Match, senses: list[int], article: _Article) -> tuple[int, float] | None:
        """Return the person whom a bare surname means.

        A title decides; then who was named in full, the more often the better; a surname that the
        taxonomy gives to one person alone stands for itself, unless a stranger of that name came up.
        """
        concept, tokens = self.matcher.concept, article.tokens
        title = article.titles.get(match.start)
        if title is not None and tokens.joined(match.start):
            chosen = self._after_title(tokens, title, senses, article.weights)
            if chosen is not None:
                return chosen
        claims: list[tuple[float, int, int]] = []
        for sense in senses:
            places = article.named[concept[sense]]
            famous = (
                not self.matcher.needs_context(sense) and tokens.words[match.start] not in article.strangers
            )
            if places or famous:
                before = sum(place <= match.start for place in places)
                fame = self._prior[concept[sense]] / 3 if famous else 0.0
                claims.append((before + fame, max(places, default=-1), sense))
        if not claims:
            return None
        _, _, best = max(claims)
        return best, 0.0 if article.named[concept[best]] else 0.1

    def _best_supported(self, senses: list[int], article: _Article) -> tuple[int, float] | None:
        """Return the sense whose relations the article names most."""
        concept = self.matcher.concept
        certain = [sense for sense in senses if not self.matcher.needs_context(sense)]
        # A place that shares its name with another is one of them; any other doubtful word may be neither.
        places = len(senses) > 1 and self._facet_of(senses) == self._places
        rated = [
            (self._rate(concept[sense], article.weights), self._prior[concept[sense]], -sense)
            for sense in senses
            if sense in certain
            or places
            or article.named[concept[sense]]
            or self._rate(concept[sense], article.weights) >= 1
        ]
        if not rated:
            return None
        ordered = sorted(rated, key=lambda each: (each[0] + each[1] / 4, each[2]), reverse=True)
        best = -ordered[0][2]
        if len(ordered) == 1:
            return best, 0.0 if best in certain or article.named[concept[best]] else 0.3
        lead = ordered[0][0] - ordered[1][0] + (ordered[0][1] - ordered[1][1]) / 4
        return best, max(0.0, 0.8 - lead / 2)

    def _facet_of(self, senses: list[int]) -> int:
        """Return the facet that all senses share, or -1."""
        facets = {self._facet[self.matcher.concept[sense]] for sense in senses}
        return facets.pop() if len(facets) == 1 else -1

    def _rate(self, concept: int, weights: dict[int, float]) -> float:
        """Return how much of what the article certainly names speaks for a concept."""
        related = sum(min(weights[other], 2) * self._telling[other] for other in self._related(concept))
        return float(2 * weights[concept] + related)

    def _after_title(
        self, tokens: Tokens, title: Match, senses: list[int], weights: dict[int, float]
    ) -> tuple[int, float] | None:
        """Return the person whom a title and a surname mean, if one fits clearly best."""
        if not senses:
            return None
        concept, kind = self.matcher.concept, self.matcher.kind
        roles = {concept[sense] for sense in title.senses if kind[sense] == TITLE}
        polite = tokens.words[title.start] in _POLITE
        fitting = [s for s in senses if not roles.isdisjoint(self._class_ids(concept[s]))]
        pool = fitting or (senses if polite else [])
        if not pool:
            return None

        def rate(sense: int) -> float:
            return float(self._prior[concept[sense]] + 2 * min(self._rate(concept[sense], weights), 3))

        ordered = sorted(pool, key=rate, reverse=True)
        lead = rate(ordered[0]) - (rate(ordered[1]) if len(ordered) > 1 else 0)
        if lead < 1 and not (fitting and lead > 0):
            return None
        return ordered[0], 0.2 if fitting and lead >= 2 else 0.5

    def _part_of_another_name(
        self, tokens: Tokens, numbers: list[int], matches: list[Match], position: int
    ) -> bool:
        """Tell whether a one-word match is a piece of a longer name that the taxonomy lacks.

        "Jane Putin" is not Vladimir; "Paris Hilton" is not the city; "Denzel Washington" neither.
        """
        match = matches[position]
        if match.stop - match.start > 1:
            return False
        facets = {self._facet[self.matcher.concept[sense]] for sense in match.senses}
        titled = any(self.matcher.kind[sense] == TITLE for sense in match.senses)
        if titled or facets.isdisjoint((self._people, self._places)):
            return False
        word = tokens.surface(match.start, match.stop)
        if word.isupper() and len(word) > 1:
            return False
        person = self._people in facets
        flags = self.matcher.word_flags[numbers[match.start]]
        if match.start and tokens.spaced(match.start) and tokens.capitalised(match.start - 1):
            before = tokens.words[match.start - 1]
            touching = position > 0 and matches[position - 1].stop == match.start
            given = self.matcher.word_flags[numbers[match.start - 1]] & GIVEN_NAME
            plain = before in _OPENERS or before.isdigit() or tokens.shouted(match.start - 1)
            if (person or given) and not touching and not plain:
                return True
        after = match.stop
        if after < len(tokens) and tokens.spaced(after) and tokens.capitalised(after):
            touching = position + 1 < len(matches) and matches[position + 1].start == after
            family = self.matcher.word_flags[numbers[after]] & SURNAME or numbers[after] < 0
            if flags & GIVEN_NAME and family and not touching:
                return True
        return False
