"""What the words around a match tell: a piece of a longer name, a place, a state, a common word."""

from __future__ import annotations

from tagonomy.concepts import ConceptIndex
from tagonomy.mentions.cue_words import JUNIOR, LOCATIVE, OPENERS, STRUCK
from tagonomy.mentions.lexicon import CAPITAL, GIVEN_NAME, SURNAME, TITLE
from tagonomy.mentions.matcher import Match, Matcher
from tagonomy.text import Tokens


class Cues:
    """Reads the surroundings of matches.

    Parameters
    ----------
    index : ConceptIndex
        Facets of the concepts.
    matcher : Matcher
        Senses by number.
    """

    def __init__(self, index: ConceptIndex, matcher: Matcher) -> None:
        self.matcher = matcher
        self._people, self._places = index.facet_number("people"), index.facet_number("countries")
        self._facet = index.facet.tolist()

    def part_of_another_name(
        self, tokens: Tokens, numbers: list[int], matches: list[Match], position: int
    ) -> bool:
        """Tell whether a one-word match is a piece of a longer name that the taxonomy lacks.

        "Jane Putin" is not Vladimir; "Paris Hilton" is not the city; "Denzel Washington" neither.
        """
        match = matches[position]
        if match.stop - match.start > 1:
            return False
        facets = self._facets(match)
        titled = any(self.matcher.kind[sense] == TITLE for sense in match.senses)
        if titled or facets.isdisjoint((self._people, self._places)):
            return False
        word = tokens.surface(match.start, match.stop)
        if word.isupper() and len(word) > 1:
            return False
        person = self._people in facets
        after = match.stop
        if person and after < len(tokens) and tokens.words[after] in JUNIOR:
            return True
        flags = self.matcher.word_flags[numbers[match.start]]
        if match.start and tokens.spaced(match.start) and tokens.capitalised(match.start - 1):
            before = tokens.words[match.start - 1]
            touching = position > 0 and matches[position - 1].stop == match.start
            given = self.matcher.word_flags[numbers[match.start - 1]] & GIVEN_NAME
            plain = before in OPENERS or before.isdigit() or tokens.shouted(match.start - 1)
            if (person or given) and not touching and not plain:
                return True
        if after < len(tokens) and tokens.spaced(after) and tokens.capitalised(after):
            touching = position + 1 < len(matches) and matches[position + 1].start == after
            family = self.matcher.word_flags[numbers[after]] & SURNAME or numbers[after] < 0
            if flags & GIVEN_NAME and family and not touching:
                return True
        return False

    def words_of_names(self, tokens: Tokens, matches: list[Match]) -> frozenset[str]:
        """Return the first and last words of people's full names: after "Michael Jordan", "Jordan" is he."""
        words: set[str] = set()
        for match in matches:
            if match.stop - match.start > 1 and self._people in self._facets(match):
                words.update((tokens.words[match.start], tokens.words[match.stop - 1]))
        return frozenset(words)

    def towns(self, tokens: Tokens, matches: list[Match]) -> dict[str, tuple[int, ...]]:
        """Return what the text says where a town lies: after "Athens, Georgia", "Athens" is that one."""
        return {
            tokens.words[match.start]: match.senses
            for match in matches
            if match.stop - match.start > 1
            and tokens.parted(match.start + 1)
            and self._places in self._facets(match)
        }

    def _facets(self, match: Match) -> set[int]:
        return {self._facet[self.matcher.concept[sense]] for sense in match.senses}

    def plain_word(self, tokens: Tokens, match: Match) -> bool:
        """Tell whether a word is capitalised only where a sentence begins: "Apple pie", "Turkey soup"."""
        start = match.start
        if match.stop - start > 1 or not tokens.opens(start) or not tokens.capitalised(start):
            return False
        if self._people in self._facets(match):
            return False
        return tokens.written_small(tokens.words[start])

    def located(self, tokens: Tokens, match: Match) -> bool:
        """Tell whether the words before show that a place is meant: "in Moscow", "strikes on Kyiv"."""
        before = tokens.words[match.start - 1] if match.start else ""
        if before == "on" and match.start > 1:
            return tokens.words[match.start - 2] in STRUCK
        return before in LOCATIVE

    def stands_for_its_state(self, tokens: Tokens, matches: list[Match], position: int) -> bool:
        """Tell whether a capital is named as its government: "Moscow denied it", not "in Moscow"."""
        match = matches[position]
        capital_of = [
            self.matcher.concept[sense] for sense in match.senses if self.matcher.kind[sense] == CAPITAL
        ]
        if not capital_of or self.located(tokens, match) or tokens.dateline(match.stop):
            return False
        if position + 1 < len(matches) and matches[position + 1].start == match.stop:
            # "Kyiv, Ukraine"
            after = (self.matcher.concept[sense] for sense in matches[position + 1].senses)
            return not (tokens.parted(match.stop) and any(each in capital_of for each in after))
        return True
