"""Labels in running text: the longest match at each place, and what it may mean."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import repeat

from tagonomy.mentions.lexicon import (
    AFTER_COMMA,
    CAPITAL,
    CONTEXT,
    EXACT,
    FOLLOWING,
    KINDS,
    OPENING,
    Lexicon,
    numbers_among,
)
from tagonomy.text import Tokens


@dataclass(frozen=True, slots=True)
class Match:
    """Words that form a label.

    Attributes
    ----------
    start, stop : int
        Half-open range of words.
    senses : tuple of int
        Senses of the lexicon that fit the spelling, those with the highest prior first.
    """

    start: int
    stop: int
    senses: tuple[int, ...]


class Matcher:
    """Finds labels in tokenised text; thread-safe, since it only reads.

    Parameters
    ----------
    lexicon : Lexicon
        Compiled labels.

    Notes
    -----
    Matches don't overlap: the leftmost begins, the longest label wins ("New York Times",
    not "New York"); but behind an article begins the one that ends later: "the West Virginia
    senator" is not of "the West". A label with capitals asks for capitals at the same words,
    unless the whole text has none. Cost grows with the text, not with the number of labels.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.word_number = dict(zip(lexicon.words, range(len(lexicon.words)), strict=True))
        roots = numbers_among(lexicon.word_flags, OPENING)
        self._roots = [*roots.tolist(), -1]  # the last answers for unknown words, number -1
        self._following = [*numbers_among(lexicon.word_flags, FOLLOWING).tolist(), -1]
        self._node_words = lexicon.node_words.tolist()
        # The last one of each answers for node -1: where those of node 0 begin.
        self._child_stops = [*lexicon.child_stops.tolist(), int((roots >= 0).sum())]
        self._sense_stops = [*lexicon.sense_stops.tolist(), 0]
        self.concept = lexicon.concept.tolist()
        self.kind = lexicon.kind.tolist()
        self.flags = lexicon.flags.tolist()
        self._capitals = lexicon.capitals.tolist()
        self.word_flags = [*lexicon.word_flags.tolist(), 0]
        self._implied: dict[int, tuple[tuple[int, int], ...]] = {}
        senses = zip(self.concept, self.kind, strict=True)
        #: Places that a capital rules: countries and states, not continents.
        self.with_capital = frozenset(concept for concept, kind in senses if kind == CAPITAL)
        self._spelling = dict(zip(lexicon.exact_senses.tolist(), lexicon.spellings, strict=True))

    def numbers(self, tokens: Tokens) -> list[int]:
        """Return the vocabulary number of each word, -1 for unknown ones."""
        return list(map(self.word_number.get, tokens.words, repeat(-1)))

    def find(self, tokens: Tokens, numbers: list[int]) -> list[Match]:
        """Return the longest labels of a text, in order and without overlap.

        Parameters
        ----------
        tokens : Tokens
            Words of the text.
        numbers : list of int
            What :meth:`numbers` gives for them.
        """
        uncased = tokens.text.islower() or not any(map(str.isupper, tokens.text))
        matches: list[Match] = []
        after = 0
        for start in range(len(numbers)):
            best = self._longest(tokens, numbers, start, uncased) if start >= after else None
            if best is None:
                continue
            if tokens.words[start] == "the" and best.stop > start + 1:
                behind = self._longest(tokens, numbers, start + 1, uncased)
                if behind is not None and behind.stop > best.stop:
                    best = behind
            matches.append(best)
            after = best.stop
        return matches

    def _longest(self, tokens: Tokens, numbers: list[int], start: int, uncased: bool) -> Match | None:
        """Return the longest label that begins with a word, if any does."""
        stops, count = self._sense_stops, len(numbers)
        node, stop = self._roots[numbers[start]], start + 1
        best: Match | None = None
        while node >= 0:
            if stops[node] > stops[node - 1]:
                senses = self._fitting(tokens, node, start, stop, uncased)
                if senses:
                    best = Match(start, stop, senses)
            if stop == count or stop == tokens.title_stop:
                break
            if not tokens.joined(stop, comma=bool(self.word_flags[numbers[stop]] & AFTER_COMMA)):
                break
            node, stop = self._child(node, numbers[stop]), stop + 1
        return best

    def _child(self, node: int, word: int) -> int:
        """Return the node that a word leads to, or -1."""
        word = self._following[word]
        start, stop = self._child_stops[node - 1], self._child_stops[node]
        place = bisect_left(self._node_words, word, start, stop)
        return place if place < stop and self._node_words[place] == word else -1

    def _fitting(self, tokens: Tokens, node: int, start: int, stop: int, uncased: bool) -> tuple[int, ...]:
        """Return the senses of a node whose spelling fits the words as they stand."""
        fitting = []
        for sense in range(self._sense_stops[node - 1], self._sense_stops[node]):
            if self.flags[sense] & EXACT:
                if not self._exact(tokens, sense, start, stop):
                    continue
            elif not (uncased and stop - start > 1) and not self._capitals_fit(tokens, sense, start, stop):
                continue
            fitting.append(sense)
        return tuple(fitting)

    def _capitals_fit(self, tokens: Tokens, sense: int, start: int, stop: int) -> bool:
        mask, index = self._capitals[sense], start
        while mask and index < stop:
            if mask & 1 and not tokens.capitalised(index):
                return False
            mask, index = mask >> 1, index + 1
        return True

    def _exact(self, tokens: Tokens, sense: int, start: int, stop: int) -> bool:
        if tokens.surface(start, stop) != self._spelling[sense]:
            return False
        # Between shouted words, capitals say nothing: "TELL US NOW" is not about a country.
        around = [i for i in (start - 1, stop) if 0 <= i < len(tokens)]
        return not (around and all(tokens.shouted(i) for i in around))

    def senses_of(self, words: list[str]) -> tuple[int, ...]:
        """Return every sense of a label given as folded words, those with the highest prior first."""
        numbers = [self.word_number.get(word, -1) for word in words]
        node = self._roots[numbers[0]] if numbers else -1
        for number in numbers[1:]:
            node = self._child(node, number) if node >= 0 else -1
        return tuple(range(self._sense_stops[node - 1], self._sense_stops[node])) if node >= 0 else ()

    def implied(self, sense: int) -> tuple[tuple[int, int], ...]:
        """Return the concepts that a sense's label also names, each with the kind of the inner term."""
        known = self._implied.get(sense)
        if known is None:
            codes = self.lexicon.implied[sense]
            known = self._implied[sense] = tuple(divmod(code, len(KINDS)) for code in codes)
        return known

    def needs_context(self, sense: int) -> bool:
        """Tell whether a sense counts only where the article supports it."""
        return bool(self.flags[sense] & CONTEXT)

    def exact(self, sense: int) -> bool:
        """Tell whether a sense counts only in one spelling."""
        return bool(self.flags[sense] & EXACT)
