"""What the words around a match tell: a piece of a longer name, a place, a state, a common word."""

from __future__ import annotations

from tagonomy.concepts import ConceptIndex
from tagonomy.mentions.cue_words import (
    ACROSS,
    AIRPORTS,
    ARENAS,
    JUNIOR,
    LOCATIVE,
    MONUMENTS,
    OPENERS,
    PARTICLES,
    PARTISANS,
    SHIPS,
    STRUCK,
    VESSELS,
    WATERS,
)
from tagonomy.mentions.lexicon import CAPITAL, CITY, DIVISION, GIVEN_NAME, NAME, SURNAME, TITLE
from tagonomy.mentions.matcher import Match, Matcher
from tagonomy.text import Tokens

#: Between a town and its country, as in "Marigot, Sud-Est, Haiti", stand at most so many other words.
_BETWEEN = 3
#: So many places with hardly a word between them are a form to choose from, not an article.
_ENUMERATED = 15


class Cues:
    """Reads the surroundings of matches.

    Parameters
    ----------
    index : ConceptIndex
        Facets and parents of the concepts.
    matcher : Matcher
        Senses by number.
    """

    def __init__(self, index: ConceptIndex, matcher: Matcher) -> None:
        self.index, self.matcher = index, matcher
        self._people, self._places = index.facet_number("people"), index.facet_number("countries")
        self._bodies = index.facet_number("organizations")
        self._facet = index.facet.tolist()
        self._facets_of: dict[tuple[int, ...], frozenset[int]] = {}

    def one_name(self, tokens: Tokens, match: Match) -> bool:
        """Tell whether a match is one word, or written as one, or a surname: "O'Brien", "du Plessis"."""
        if tokens.in_one_piece(match.start, match.stop):
            return True
        return tokens.words[match.start] in PARTICLES and all(
            self._facet[self.matcher.concept[sense]] == self._people and self.matcher.needs_context(sense)
            for sense in match.senses
        )

    def part_of_another_name(
        self, tokens: Tokens, numbers: list[int], matches: list[Match], position: int
    ) -> bool:
        """Tell whether a one-word match is a piece of a longer name that the taxonomy lacks.

        "Jane Putin" is not Vladimir; "Paris Hilton" is not the city; "Denzel Washington" neither; nor
        is "Marina Ferrari" the firm.
        """
        match = matches[position]
        if not self.one_name(tokens, match):
            return False
        facets = self._facets(match)
        titled = any(self.matcher.kind[sense] == TITLE for sense in match.senses)
        if titled or facets.isdisjoint((self._people, self._places, self._bodies)):
            return False
        if tokens.in_capitals(match.start, match.stop):
            return False
        person = self._people in facets
        after = match.stop
        if person and after < len(tokens) and tokens.words[after] in JUNIOR:
            return True
        flags = self.matcher.word_flags[numbers[match.start]]
        if match.start and tokens.spaced(match.start) and tokens.capitalised(match.start - 1):
            before = tokens.words[match.start - 1]
            given = self.matcher.word_flags[numbers[match.start - 1]] & GIVEN_NAME
            touching = position > 0 and matches[position - 1].stop == match.start
            shielded = touching and not (given and self._mere_name(matches[position - 1]))
            plain = before in OPENERS or before.isdigit() or tokens.shouted(match.start - 1)
            if (person or given) and not shielded and not plain:
                return True
        if after < len(tokens) and tokens.spaced(after) and tokens.capitalised(after):
            touching = position + 1 < len(matches) and matches[position + 1].start == after
            touching = touching and not self._mere_name(matches[position + 1])
            named = any(self.matcher.kind[sense] == NAME for sense in match.senses)
            # A demonym before a word that nobody knows is no given name: "a German SC250 bomb".
            family = self.matcher.word_flags[numbers[after]] & SURNAME or (numbers[after] < 0 and named)
            if flags & GIVEN_NAME and family and not touching:
                return True
        return False

    def _mere_name(self, match: Match) -> bool:
        """Tell whether one word means nothing but people who would have to be named in full."""
        return match.stop - match.start == 1 and all(
            self.matcher.kind[sense] == NAME
            and self.matcher.needs_context(sense)
            and self._facet[self.matcher.concept[sense]] == self._people
            for sense in match.senses
        )

    def part_of_another_thing(self, tokens: Tokens, matches: list[Match], position: int) -> bool:
        """Tell whether a match stands inside the name of a thing: a currency, a ship, a water, a town.

        "US$100", "USS Gerald R. Ford", "the carrier Ronald Reagan", "the Gulf of Oman", "the Pan-American
        Highway"; so does the state of "(R-Texas)" or "Ted Cruz of Texas", which tells where somebody comes
        from, and "Marigot, Haiti" is no town of another country.
        """
        match, words = matches[position], tokens.words
        left, right = tokens.beside(match.start, match.stop)
        if right == "$":
            return True
        if not match.start:
            return self._town_elsewhere(tokens, matches, position)
        before = match.start - 1
        if left == "-" and words[before] in ACROSS:
            return True
        if words[before] in VESSELS and tokens.spaced(match.start) and tokens.shouted(before):
            return True
        if words[before] in SHIPS and tokens.spaced(match.start) and self._may_name_a_ship(match):
            return True
        if self._places in self._facets(match):
            if self._origin_of_somebody(tokens, matches, position):
                return True
            before -= words[before] == "the"
            water = before > 0 and words[before] == "of" and words[before - 1] in WATERS
            if water and tokens.capitalised(before - 1) and tokens.spaced(match.start):
                return True
        return self._town_elsewhere(tokens, matches, position)

    def enumerated(self, matches: list[Match]) -> frozenset[int]:
        """Return the positions of places in a long row, as of a form: "Albania Algeria Andorra ..."."""
        found: set[int] = set()
        row: list[int] = []
        for position, match in enumerate(matches):
            if self._places not in self._facets(match):
                row = []
                continue
            if row and match.start - matches[row[-1]].stop > 2:
                row = []
            row.append(position)
            if len(row) >= _ENUMERATED:
                found.update(row)
        return frozenset(found)

    def _origin_of_somebody(self, tokens: Tokens, matches: list[Match], position: int) -> bool:
        """Tell whether a part of a country is where a politician comes from: "John McCain of Arizona"."""
        match, words = matches[position], tokens.words
        after = match.stop
        introduced = (
            position > 0
            and words[match.start - 1] == "of"
            and matches[position - 1].stop == match.start - 1
            and self._facets(matches[position - 1]) == {self._people}
        )
        partisan = after < len(tokens) and words[after] in PARTISANS and tokens.capitalised(after)
        return (introduced or partisan) and self._names_parts_of_countries(match)

    def _may_name_a_ship(self, match: Match) -> bool:
        """Tell whether ships are named after what a match means: people and provinces, but not states."""
        return self._people in self._facets(match) or self._names_parts_of_countries(match)

    def _names_parts_of_countries(self, match: Match) -> bool:
        named = [self.matcher.concept[sense] for sense in match.senses if self.matcher.kind[sense] == NAME]
        return bool(named) and all(map(self._part_of_a_country, named))

    def _part_of_a_country(self, concept: int) -> bool:
        return self._facet[concept] == self._places and any(
            self._facet[above] == self._places and not self.index.abstract[above]
            for above in self.index.parents[concept]
        )

    def _town_elsewhere(self, tokens: Tokens, matches: list[Match], position: int) -> bool:
        """Tell whether what follows says that a town lies in another country than the known one."""
        match = matches[position]
        if position + 1 == len(matches) or not all(
            self.matcher.kind[sense] in (CAPITAL, CITY, DIVISION) for sense in match.senses
        ):
            return False
        stop = matches[position + 1].start
        if stop - match.stop > _BETWEEN or not tokens.parted(match.stop) or not tokens.parted(stop):
            return False
        if not all(tokens.capitalised(index) for index in range(match.stop, stop)):
            return False
        concept = self.matcher.concept
        said = [concept[sense] for sense in matches[position + 1].senses if self._names_place(sense)]
        mine = [concept[sense] for sense in match.senses]
        return bool(said) and not any(self._within(one, other) for one in mine for other in said)

    def _names_place(self, sense: int) -> bool:
        concept = self.matcher.concept[sense]
        return bool(self.matcher.kind[sense] == NAME and self._facet[concept] == self._places)

    def _within(self, one: int, other: int) -> bool:
        """Tell whether two concepts are the same or one lies below the other."""
        return one == other or other in self.index.ancestors(one) or one in self.index.ancestors(other)

    def lends_its_name(self, tokens: Tokens, match: Match) -> bool:
        """Tell whether a thing bears the name of a match: "Kennedy Center", "Reagan airport"."""
        after = match.stop
        if after == len(tokens) or not tokens.spaced(after):
            return False
        word, person = tokens.words[after], self._people in self._facets(match)
        if tokens.capitalised(after):
            return word in ARENAS or (person and word in MONUMENTS)
        return person and word in AIRPORTS

    def words_of_names(self, tokens: Tokens, matches: list[Match]) -> frozenset[str]:
        """Return the first and last words of people's full names: after "Michael Jordan", "Jordan" is he."""
        words: set[str] = set()
        for match in matches:
            if self._people in self._facets(match) and not self.one_name(tokens, match):
                words.update((tokens.words[match.start], tokens.words[match.stop - 1]))
        return frozenset(words)

    def words_of_events(self, tokens: Tokens, matches: list[Match], events: int) -> frozenset[str]:
        """Return the last words of events: after "the killing of Rayshard Brooks", "Brooks" is he.

        Not so of a name in one piece: the "3" of "Chandrayaan-3" is nobody.
        """
        return frozenset(
            tokens.words[match.stop - 1]
            for match in matches
            if self._facets(match) == {events} and not tokens.in_one_piece(match.start, match.stop)
        )

    def towns(self, tokens: Tokens, matches: list[Match]) -> dict[str, tuple[int, ...]]:
        """Return what the text says where a town lies: after "Athens, Georgia", "Athens" is that one."""
        return {
            tokens.words[match.start]: match.senses
            for match in matches
            if match.stop - match.start > 1
            and tokens.parted(match.start + 1)
            and self._places in self._facets(match)
        }

    def _facets(self, match: Match) -> frozenset[int]:
        known = self._facets_of.get(match.senses)
        if known is None:
            known = frozenset(self._facet[self.matcher.concept[sense]] for sense in match.senses)
            self._facets_of[match.senses] = known
        return known

    def plain_word(self, tokens: Tokens, match: Match) -> bool:
        """Tell whether a word is capitalised only where a sentence begins: "Apple pie", "Turkey soup"."""
        start = match.start
        if match.stop - start > 1 or not tokens.opens(start) or not tokens.capitalised(start):
            return False
        if self._facets(match) == {self._people}:
            return False
        return tokens.written_small(tokens.words[start])

    def stands_out(self, tokens: Tokens, match: Match) -> bool:
        """Tell whether a word is capitalised by itself amid a sentence, and nowhere small: "at Target"."""
        start, after = match.start, match.stop
        if after - start > 1 or start <= tokens.title_stop or tokens.opens(start):
            return False
        if tokens.capitalised(start - 1) or tokens.written_small(tokens.words[start]):
            return False
        return after == len(tokens) or not (tokens.spaced(after) and tokens.capitalised(after))

    def located(self, tokens: Tokens, match: Match) -> bool:
        """Tell whether the words before show that a place is meant: "in Moscow", "strikes on Kyiv"."""
        before = tokens.words[match.start - 1] if match.start else ""
        if before == "on" and match.start > 1:
            return tokens.words[match.start - 2] in STRUCK
        return before in LOCATIVE

    def stands_for_its_state(self, tokens: Tokens, matches: list[Match], position: int) -> bool:
        """Tell whether a capital is named as its government: "Moscow denied it", not "in Moscow".

        The capital of a province is no government, and in a list of towns no capital is.
        """
        match = matches[position]
        capital_of = self._capital_of(match)
        if not capital_of or self.located(tokens, match) or tokens.dateline(match.stop):
            return False
        if any(self._listed_town(tokens, matches, first, position) for first in (position - 1, position)):
            return False
        if position + 1 < len(matches) and matches[position + 1].start == match.stop:
            # "Kyiv, Ukraine"
            after = (self.matcher.concept[sense] for sense in matches[position + 1].senses)
            return not (tokens.parted(match.stop) and any(each in capital_of for each in after))
        return True

    def _capital_of(self, match: Match) -> list[int]:
        """Return the states, not the provinces, of which a match is the capital."""
        concepts = [
            self.matcher.concept[sense] for sense in match.senses if self.matcher.kind[sense] == CAPITAL
        ]
        return [concept for concept in concepts if not self._lies_in_a_state(concept)]

    def _lies_in_a_state(self, concept: int) -> bool:
        return not self.matcher.with_capital.isdisjoint(self.index.ancestors(concept))

    def _listed_town(self, tokens: Tokens, matches: list[Match], first: int, position: int) -> bool:
        """Tell whether a match and the next stand in a list, and the other one is no government."""
        if first < 0 or first + 1 == len(matches):
            return False
        start, stop = matches[first].stop, matches[first + 1].start
        other = matches[first + 1 if first == position else first]
        if start < stop and tokens.words[stop - 1] == "the":
            stop -= 1
        if stop - start > 1 or (stop > start and tokens.words[start] not in ("and", "or")):
            return False
        if stop == start and not tokens.parted(start):
            return False
        if self._capital_of(other):
            return False
        return any(
            self.matcher.kind[sense] in (CITY, DIVISION)
            or (self._names_place(sense) and self._lies_in_a_state(self.matcher.concept[sense]))
            for sense in other.senses
        )
