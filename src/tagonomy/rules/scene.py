"""What rules look at: an article's words and concepts, and the look-ups that all rules share."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, takewhile
from typing import TypeAlias

#: Half-open interval of token numbers.
Span: TypeAlias = tuple[int, int]
Spans: TypeAlias = Sequence[Span]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """What rules look at in an article: its tokens, title first, and the concepts found there.

    Attributes
    ----------
    words : sequence of str
        Folded tokens in order.
    sentence : sequence of int
        Number of each token's sentence, never falling; a sentence lies in one section.
    section : sequence of int
        0 for tokens of the title, 1 and up for those of the body; never falling.
    lead : int
        Number of tokens of the title and the first words of the body together.
    concepts : mapping of str to sequences of (start, stop)
        By concept id, where an alias or evidence term of it was found, in tokens.
    year : int, optional
        In which the article appeared.
    """

    words: Sequence[str]
    sentence: Sequence[int]
    section: Sequence[int]
    lead: int
    concepts: Mapping[str, Spans] = field(default_factory=dict)
    year: int | None = None


class Scene:
    """An article with its look-ups, each made on first need and shared by all rules."""

    def __init__(self, view: ArticleView) -> None:
        self.view = view
        self.stop = len(view.words)
        self._words: dict[str, Spans] = {}
        self._prefixes: dict[str, Spans] = {}
        self._concepts: dict[str, Spans] = {}

    @cached_property
    def distinct(self) -> set[str]:
        """The words that the article has."""
        return set(self.view.words)

    @cached_property
    def present(self) -> set[str]:
        """The words and concepts that the article has, each as a rule writes it."""
        return self.distinct.union("@" + id for id in self.view.concepts)

    @cached_property
    def title_stop(self) -> int:
        """Number of tokens of the title."""
        return bisect_left(self.view.section, 1)

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.distinct)

    @cached_property
    def _positions(self) -> dict[str, list[int]]:
        positions = defaultdict(list)
        for position, word in enumerate(self.view.words):
            positions[word].append(position)
        return dict(positions)

    def word(self, text: str) -> Spans:
        """Return every place of a word, in order."""
        spans = self._words.get(text)
        if spans is None:
            spans = [(position, position + 1) for position in self._positions.get(text, ())]
            self._words[text] = spans
        return spans

    def prefix(self, text: str) -> Spans:
        """Return every place of a word that starts so, in order."""
        spans = self._prefixes.get(text)
        if spans is None:
            first = bisect_left(self._sorted, text)
            words = takewhile(lambda word: word.startswith(text), islice(self._sorted, first, None))
            positions = sorted(position for word in words for position in self._positions[word])
            spans = self._prefixes[text] = [(position, position + 1) for position in positions]
        return spans

    def concept(self, id: str) -> Spans:
        """Return every place of a concept's aliases and evidence terms, in order."""
        spans = self._concepts.get(id)
        if spans is None:
            spans = self._concepts[id] = sorted(set(self.view.concepts.get(id, ())))
        return spans
