"""Which one is meant: from matches that may mean several things to candidates.

Two passes.  The first collects what is certain: names that need no context, and
evidence.  The second decides the rest by what the first found: a surname belongs to
the person already named, or follows a title; a place that shares its name goes to
the one whose relations the article names.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

from tagonomy.concepts import ConceptIndex
from tagonomy.mentions.candidate import Candidate
from tagonomy.mentions.cue_words import POLITE
from tagonomy.mentions.cues import Cues
from tagonomy.mentions.lexicon import NAME, TITLE
from tagonomy.mentions.matcher import Match, Matcher
from tagonomy.text import Tokens

#: From this prior on, a title and a surname are enough to name somebody.
WELL_KNOWN = 6
#: So much more must speak for one of several bodies of a name, if all need the context: else it is another.
CLEAR = 0.3
#: What a prior loses for each year that the article is too early for somebody, and how much at most.
PER_YEAR_BEFORE, MOST_BEFORE = 2.0, 8.0
#: ... and for each year too late, once somebody has been out of office for so many.
YEARS_REMEMBERED, PER_YEAR_AFTER, MOST_AFTER = 8, 0.1, 2.0


@dataclass(slots=True)
class _Article:
    """What the second pass looks at: the certain finds of one article."""

    tokens: Tokens
    found: dict[int, Candidate]
    weights: dict[int, float]
    titles: dict[int, Match]
    strangers: frozenset[str]
    borne: frozenset[str]
    year: int | None
    #: By the last word of the full names of people: whom they mean.
    bearers: dict[str, set[int]]
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
        self._prior, self._years = index.prior.tolist(), index.years.tolist()
        self._cues = Cues(index, matcher)
        self._people, self._places = index.facet_number("people"), index.facet_number("countries")
        self._events, self._bodies = index.facet_number("events"), index.facet_number("organizations")
        self._facet = index.facet.tolist()
        self._abstract = index.abstract.tolist()
        self._telling = index.telling().tolist()
        self._relations: dict[int, tuple[int, ...]] = {}
        self._contexts: dict[int, tuple[int, ...]] = {}
        self._classes: dict[int, frozenset[int]] = {}

    def candidates(
        self, tokens: Tokens, numbers: list[int], matches: list[Match], year: int | None = None
    ) -> dict[int, Candidate]:
        """Return the candidates of an article of a year by concept number."""
        found: dict[int, Candidate] = defaultdict(Candidate)
        open_matches: list[tuple[Match, list[int]]] = []
        titles: dict[int, Match] = {}
        bearers: dict[str, set[int]] = defaultdict(set)
        kind, concept = self.matcher.kind, self.matcher.concept
        others = [
            self._cues.part_of_another_name(tokens, numbers, matches, position)
            for position in range(len(matches))
        ]
        strangers = self._cues.words_of_events(tokens, matches, self._events) | frozenset(
            tokens.words[match.stop - 1] for match, other in zip(matches, others, strict=True) if other
        )
        borne = strangers | self._cues.words_of_names(tokens, matches)
        towns, listed = self._cues.towns(tokens, matches), self._cues.enumerated(matches)
        for position, match in enumerate(matches):
            if others[position] or self._cues.plain_word(tokens, match):
                continue
            if position in listed or self._cues.part_of_another_thing(tokens, matches, position):
                continue
            if match.stop - match.start == 1 and tokens.words[match.start] in towns:
                match = self._that_town(match, towns[tokens.words[match.start]])
            names = [sense for sense in match.senses if kind[sense] == NAME]
            if self._cues.lends_its_name(tokens, match):
                names = [sense for sense in names if self._facet[concept[sense]] == self._places]
            certain = [sense for sense in names if not self.matcher.needs_context(sense)]
            for sense in match.senses:
                if kind[sense] == TITLE:
                    if match.stop not in titles:  # "French president" speaks for France, once
                        for implied, inner in self.matcher.implied(sense):
                            found[implied].evidence.append((match, inner))
                    titles[match.stop] = match
                elif kind[sense] != NAME:
                    found[concept[sense]].evidence.append((match, kind[sense]))
            if self._cues.stands_for_its_state(tokens, matches, position):
                names = certain = []
            one = self._cues.one_name(tokens, match)
            surname = one and self._facet_of(names) == self._people
            borrowed = one and tokens.words[match.stop - 1] in borne and not self._cues.located(tokens, match)
            if len(certain) == 1 and len(names) == 1 and not surname and not borrowed:
                self._name(found, match, certain[0], 0.0)
                if not one and self._facet[concept[certain[0]]] == self._people:
                    bearers[tokens.words[match.stop - 1]].add(certain[0])
            elif names:
                open_matches.append((match, names))
        weights = self._weights(found)
        article = _Article(tokens, found, weights, titles, strangers, borne, year, bearers)
        for number, candidate in found.items():
            article.named[number] = [match.start for match in candidate.names]
        for match, senses in sorted(
            open_matches, key=lambda each: each[0].stop - each[0].start, reverse=True
        ):
            choice = self._choose(match, senses, article)
            if choice is not None:
                sense, doubt = choice
                self._name(found, match, sense, doubt)
                one = self._cues.one_name(tokens, match)
                if not one and self._facet[concept[sense]] == self._people:
                    bearers[tokens.words[match.stop - 1]].add(sense)
                if not one or match.start in titles:
                    # A full name, once decided, supports the surnames and relations that follow.
                    article.named[concept[sense]].append(match.start)
                    weights[concept[sense]] += 1
                    for related in self._related(concept[sense]):
                        weights[related] += 0.5
        for number, candidate in found.items():
            candidate.names.sort(key=lambda match: match.start)
            candidate.support = self._support(number, found)
        return dict(found)

    def _that_town(self, match: Match, said: tuple[int, ...]) -> Match:
        """Return the match with the senses that the text gave its word, unless one of its own lies there."""
        concept = self.matcher.concept
        there = {concept[sense] for sense in said}
        lies = any(
            concept[sense] in there or not there.isdisjoint(self._class_ids(concept[sense]))
            for sense in match.senses
        )
        return match if lies else Match(match.start, match.stop, said)

    def _name(self, found: dict[int, Candidate], match: Match, sense: int, doubt: float) -> None:
        candidate = found[self.matcher.concept[sense]]
        candidate.doubt = doubt if not candidate.names else min(candidate.doubt, doubt)
        candidate.names.append(match)
        for implied, kind in self.matcher.implied(sense):
            if kind == NAME:
                found[implied].names.append(match)
            else:
                found[implied].evidence.append((match, kind))

    def _related(self, concept: int) -> tuple[int, ...]:
        """Return what a concept declares to be named together with it, its parents included."""
        known = self._relations.get(concept)
        if known is None:
            known = self._relations[concept] = tuple(
                dict.fromkeys([*self.index.related[concept], *self._parents(concept)])
            )
        return known

    def _context(self, concept: int) -> tuple[int, ...]:
        """Return what a concept, or the class that it belongs to, declares to be related."""
        known = self._contexts.get(concept)
        if known is None:
            classes = [above for above in self.index.broader[concept] if self._abstract[above]]
            of_class = [other for each in classes for other in self.index.related[each]]
            known = self._contexts[concept] = tuple(dict.fromkeys([*self.index.related[concept], *of_class]))
        return known

    def _parents(self, concept: int) -> list[int]:
        return [above for above in self.index.parents[concept] if not self._abstract[above]]

    def _class_ids(self, concept: int) -> frozenset[int]:
        """Return every class above a concept."""
        known = self._classes.get(concept)
        if known is None:
            known = self._classes[concept] = self.index.ancestors(concept)
        return known

    def _weights(self, found: dict[int, Candidate]) -> dict[int, float]:
        """Return how strongly the certain matches speak for each concept, directly or by relation."""
        weights: dict[int, float] = defaultdict(float)
        for number, candidate in found.items():
            weights[number] += 2 if candidate.names else 1
            if candidate.names:
                for related in self._related(number):
                    weights[related] += 0.5
        return weights

    def _support(self, concept: int, found: dict[int, Candidate]) -> int:
        return sum(related in found for related in self._related(concept))

    def _choose(self, match: Match, senses: list[int], article: _Article) -> tuple[int, float] | None:
        """Return the sense that the article supports best and how doubtful it is, or None."""
        people = [sense for sense in senses if self._facet[self.matcher.concept[sense]] == self._people]
        if people and self._cues.one_name(article.tokens, match):
            person = self._whose_surname(match, people, article)
            if person is not None or len(people) == len(senses):
                return person
            senses = [sense for sense in senses if sense not in people]
        return self._best_supported(match, senses, article)

    def _whose_surname(self, match: Match, senses: list[int], article: _Article) -> tuple[int, float] | None:
        """Return the person whom a bare surname means.

        The title of an office decides, but for somebody little known where the article names another of that
        surname; then who was named in full, the more often the better; a surname that the taxonomy gives to
        one person alone stands for itself, unless a stranger of that name came up; a polite form announces
        anybody else. Whoever was not in the news yet gives way to somebody who was.
        """
        concept, tokens = self.matcher.concept, article.tokens
        title = article.titles.get(match.start)
        if title is not None and not tokens.joined(match.start):
            title = None
        polite = title is not None and tokens.words[title.start] in POLITE
        strange = tokens.words[match.stop - 1] in article.strangers
        namesakes = self._namesakes(match, senses, article)
        if title is not None and not polite:
            chosen = self._after_title(title, senses, article)
            if chosen is not None and self._may_be_meant(chosen[0], senses + namesakes, article):
                return chosen
        claims: list[tuple[float, int, int]] = []
        for sense in senses + namesakes:
            places = article.named[concept[sense]]
            famous = not (self.matcher.needs_context(sense) or strange or sense in namesakes)
            if places or famous:
                # A headline has the surname before the text has the name.
                before = max(sum(place <= match.start for place in places), min(len(places), 1))
                fame = (self._known(concept[sense], article.year) - 4) / 2 if famous else 0.0
                claims.append((before + fame, max(places, default=-1), sense))
        if not claims:
            chosen = self._clearly(senses, [], article.weights, None) if polite and not strange else None
        else:
            _, _, best = max(claims)
            if article.named[concept[best]]:
                return best, 0.0
            chosen = best, 0.1
        if chosen is not None and self._not_yet(concept[chosen[0]], article.year):
            # Whom the name means today was not in the news then: somebody else may have been.
            other = self._clearly(senses, [], article.weights, article.year)
            if other is not None and other[0] != chosen[0]:
                return other
        return chosen

    def _namesakes(self, match: Match, senses: list[int], article: _Article) -> list[int]:
        """Return whom full names mean that end in a surname for which the taxonomy doesn't know them."""
        concept = self.matcher.concept
        known = {concept[sense] for sense in senses}
        bearers = article.bearers.get(article.tokens.words[match.stop - 1], set())
        return [sense for sense in bearers if concept[sense] not in known]

    def _may_be_meant(self, chosen: int, senses: list[int], article: _Article) -> bool:
        """Tell whether whom a title chose is well known or named, or nobody else of that surname is."""
        concept = self.matcher.concept
        if self._prior[concept[chosen]] >= WELL_KNOWN or article.named[concept[chosen]]:
            return True
        return not any(article.named[concept[sense]] for sense in senses)

    def _best_supported(self, match: Match, senses: list[int], article: _Article) -> tuple[int, float] | None:
        """Return the sense whose relations the article names most."""
        concept = self.matcher.concept
        one = self._cues.one_name(article.tokens, match)
        facet = self._facet_of(senses)
        bodies = facet == self._bodies
        if one and article.tokens.words[match.stop - 1] in article.borne:
            certain, somehow = list[int](), self._cues.located(article.tokens, match)
        else:
            certain = [sense for sense in senses if not self.matcher.needs_context(sense)]
            # A place that shares its name with another is one of them, and so is what is named in several
            # words, but for bodies: there are more of a name than we know. A doubtful word may be anything.
            several = facet == self._places if one else not bodies
            somehow = several and len(senses) > 1 and not certain
        if one and len(senses) == 1 and self.matcher.exact(senses[0]):
            # "Shares of Target fell": only a name has a capital there.
            somehow = somehow or self._cues.stands_out(article.tokens, match)
        rated = []
        for sense, more in zip(senses, self._at_home(senses, one, article), strict=True):
            rate = self._rate(concept[sense], article.weights) + more
            if sense in certain or somehow or article.named[concept[sense]] or rate >= 1:
                rated.append((rate, self._known(concept[sense], article.year), -sense))
        if not rated:
            return None
        ordered = sorted(rated, key=lambda each: (each[0] + each[1] / 4, each[2]), reverse=True)
        best = -ordered[0][2]
        if len(ordered) == 1:
            return best, 0.0 if best in certain or article.named[concept[best]] else 0.3
        lead = ordered[0][0] - ordered[1][0] + (ordered[0][1] - ordered[1][1]) / 4
        if bodies and not certain and lead < CLEAR:
            return None
        return best, max(0.0, 0.8 - lead / 2)

    def _at_home(self, senses: list[int], one: bool, article: _Article) -> list[float]:
        """Return what each sense gains by its country: the Senate is that of the one the article names most.

        In ``one`` word, only a body gains, and only where no other body's country is named as much.
        """
        concept = self.matcher.concept
        home = [self._home(concept[sense], article) for sense in senses]
        if not one:
            return [2 * math.log1p(each) for each in home]
        body = [self._facet[concept[sense]] == self._bodies for sense in senses]
        most = max((each for each, fits in zip(home, body, strict=True) if fits), default=0.0)
        at_home = [fits and 0 < each == most for each, fits in zip(home, body, strict=True)]
        alone = sum(at_home) == 1 < len(senses)
        return [float(fits and alone) for fits in at_home]

    def _home(self, concept: int, article: _Article) -> float:
        """Return how much the article names the place that a concept is related to, of several the most."""
        return max(
            (
                article.weights[other] + max(article.found[other].places - 1, 0)
                for other in self._related(concept)
                if self._facet[other] == self._places and other in article.found
            ),
            default=0.0,
        )

    def _known(self, concept: int, year: int | None) -> float:
        """Return how often the news of a year is on a concept: its prior, less for who has another time."""
        return float(self._prior[concept] - self._beyond(concept, year))

    def _beyond(self, concept: int, year: int | None) -> float:
        """Return what somebody of another time than an article of this year loses."""
        first, last = self._years[concept]
        if year is None or self._facet[concept] != self._people:
            return 0.0
        if self._not_yet(concept, year):
            return float(min((first - year) * PER_YEAR_BEFORE, MOST_BEFORE))
        over = year - last - YEARS_REMEMBERED if last else 0
        return float(min(over * PER_YEAR_AFTER, MOST_AFTER)) if over > 0 else 0.0

    def _not_yet(self, person: int, year: int | None) -> bool:
        """Tell whether somebody came into the news later than in this year."""
        return year is not None and year < self._years[person][0]

    def _facet_of(self, senses: list[int]) -> int:
        """Return the facet that all senses share, or -1."""
        facets = {self._facet[self.matcher.concept[sense]] for sense in senses}
        return facets.pop() if len(facets) == 1 else -1

    def _rate(self, concept: int, weights: dict[int, float]) -> float:
        """Return how much of what the article certainly names speaks for a concept."""
        related = 0.0  # sum() rounds in another way from Python 3.12 on
        for other in self._context(concept):
            related += min(weights[other], 2) * self._telling[other]
        above = sum(min(weights[other], 2) for other in self._parents(concept))
        return float(2 * weights[concept] + related + above / 2)

    def _after_title(self, title: Match, senses: list[int], article: _Article) -> tuple[int, float] | None:
        """Return the person whom the title of an office and a surname mean, if one fits clearly best."""
        concept, kind = self.matcher.concept, self.matcher.kind
        roles = {concept[sense] for sense in title.senses if kind[sense] == TITLE}
        fitting = [s for s in senses if not roles.isdisjoint(self._class_ids(concept[s]))]
        return self._clearly(fitting, fitting, article.weights, article.year)

    def _clearly(
        self, senses: list[int], fitting: list[int], weights: dict[int, float], year: int | None
    ) -> tuple[int, float] | None:
        """Return the best known person of several, if one stands out; less has to, where a title fits."""
        if not senses:
            return None

        def rate(sense: int) -> float:
            concept = self.matcher.concept[sense]
            return self._known(concept, year) + 2 * min(self._rate(concept, weights), 3)

        ordered = sorted(senses, key=rate, reverse=True)
        lead = rate(ordered[0]) - (rate(ordered[1]) if len(ordered) > 1 else 0)
        if lead < 1 and not (fitting and lead > 0):
            return None
        known = self._prior[self.matcher.concept[ordered[0]]] >= WELL_KNOWN
        return ordered[0], 0.2 if fitting and lead >= 2 and known else 0.5
