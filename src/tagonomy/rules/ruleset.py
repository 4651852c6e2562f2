"""Written rules over an article: compile them once, evaluate only those that can be true.

A rule waits in an index under its anchors (see :mod:`tagonomy.rules.syntax`).  An article
wakes the rules whose anchors it has; each of those is parsed on first need, kept, and asked
for the places that make it true.  So ten thousand rules cost an article little more than the
few that it wakes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tagonomy.errors import ModelFormatError
from tagonomy.rules.parser import MIN_PREFIX, parse_rule
from tagonomy.rules.program import CONCEPT, WORD, Symbols, decode, encode
from tagonomy.rules.queries import Query, compile_rule
from tagonomy.rules.scene import ArticleView, Scene, Span
from tagonomy.rules.syntax import ConceptRef, Node, Prefix, Term, Word, anchors, walk
from tagonomy.strings import Strings, StringTable

if TYPE_CHECKING:
    from tagonomy.taxonomy import Taxonomy

__all__ = ["Anchor", "ArticleView", "Firing", "RuleSet", "Span"]

#: A term and the number of the rule that waits for it.
Anchor: TypeAlias = tuple[Term, int]


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that is true of an article.

    Attributes
    ----------
    rule : int
        Its number in the rule set.
    concept : int
        The concept for which it speaks.
    spans : tuple of (start, stop)
        Every place that took part, in order; never empty.
    """

    rule: int
    concept: int
    spans: tuple[Span, ...]


class RuleSet:
    """Many rules, evaluated together.

    Parameters
    ----------
    rules : iterable of (int, str)
        Index of the concept that a rule speaks for, and the rule's text.

    Attributes
    ----------
    concepts : tuple of int
        Index of each rule's concept.
    node : callable
        Gives the outermost node of a rule by its number.

    Raises
    ------
    RuleError
        If a text is no rule.

    Notes
    -----
    Threads may share a rule set.  Two of them may parse the same rule at the same time;
    both get the same result, and one of the two is kept.

    Examples
    --------
    >>> rules = RuleSet([(7, "annex* NEAR/8 crimea"), (9, "TITLE(budget)")])
    >>> words = "moscow annexed the crimea".split()
    >>> rules.evaluate(ArticleView(words, [0, 0, 1, 1], [1, 1, 1, 1], lead=4))
    [Firing(rule=0, concept=7, spans=((1, 2), (3, 4)))]
    """

    __slots__ = ("_index", "_queries", "concepts", "node")

    def __init__(self, rules: Iterable[tuple[int, str]]) -> None:
        pairs = list(rules)
        nodes = [parse_rule(text) for _, text in pairs]
        self._fill(nodes.__getitem__, [concept for concept, _ in pairs], _choose_anchors(nodes))

    @classmethod
    def of(cls, taxonomy: Taxonomy) -> RuleSet:
        """Return the rules of all concepts, which are numbered in the taxonomy's order."""
        return cls((number, rule) for number, concept in enumerate(taxonomy) for rule in concept.rules)

    def _fill(self, node: Callable[[int], Node], concepts: Sequence[int], anchors: Iterable[Anchor]) -> None:
        self.node = node
        self.concepts = tuple(concepts)
        self._index = _Index(anchors, len(concepts))
        self._queries: list[Query | None] = [None] * len(concepts)

    def __len__(self) -> int:
        return len(self.concepts)

    def __reduce__(self) -> tuple[object, ...]:
        # Compiled queries can't be pickled; they are made again on first need.
        return RuleSet, ([(concept, str(self.node(rule))) for rule, concept in enumerate(self.concepts)],)

    def anchors(self) -> list[Anchor]:
        """Return the index: each term that wakes rules, with each of these, in order."""
        return sorted(self._index.rows(), key=lambda row: (str(row[0]), row[1]))

    def tensors(self, words: Sequence[str], concepts: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Return the arrays under which the rules are saved, their index included.

        Parameters
        ----------
        words : sequence of str
            The vocabulary; it has every word of the rules.
        concepts : sequence of str
            Ids of all concepts.
        """
        nodes = [self.node(rule) for rule in range(len(self))]
        prefixes = sorted({term.text for node in nodes for term in walk(node) if isinstance(term, Prefix)})
        symbols = Symbols(*({text: i for i, text in enumerate(each)} for each in (words, prefixes, concepts)))
        programs = [encode(node, symbols) for node in nodes]
        anchors = sorted((*symbols.term(term), rule) for term, rule in self.anchors())
        numbers = [number for program in programs for number in program]
        return {
            "rules.concepts": np.array(self.concepts, dtype=np.int32),
            "rules.programs": np.array(
                numbers, dtype=np.uint16 if max(numbers, default=0) < 1 << 16 else np.int32
            ),
            "rules.stops": np.cumsum([len(program) for program in programs], dtype=np.int32),
            **StringTable.of(prefixes).tensors("rules.prefixes"),
            "rules.anchors": np.array(anchors, dtype=np.int32).reshape(-1, 3),
        }

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]], words: Strings, concepts: Strings) -> RuleSet:
        """Return the rules saved in these arrays; none is decoded before it is needed."""
        programs, stops = tensors["rules.programs"], tensors["rules.stops"]
        prefixes = StringTable.from_tensors(tensors, "rules.prefixes")

        def node(rule: int) -> Node:
            start = int(stops[rule - 1]) if rule else 0
            try:
                return decode(programs[start : int(stops[rule])].tolist(), words, prefixes, concepts)
            except ValueError as error:
                raise ModelFormatError(f"rule {rule} of the model: {error}") from error

        def anchor(kind: int, number: int) -> Term:
            if kind == CONCEPT:
                return ConceptRef(concepts[number] if number < len(concepts) else "unknown:concept")
            return Word(words[number]) if kind == WORD else Prefix(prefixes[number])

        rules = cls.__new__(cls)
        rows = ((anchor(kind, number), rule) for kind, number, rule in tensors["rules.anchors"].tolist())
        rules._fill(node, tensors["rules.concepts"].tolist(), rows)
        return rules

    def evaluate(self, view: ArticleView) -> list[Firing]:
        """Return the rules that are true of an article, in order of their numbers.

        Parameters
        ----------
        view : ArticleView
            The article; an empty one fires nothing.

        Returns
        -------
        list of Firing
            One for each rule that is true.

        Notes
        -----
        Costs one pass over the distinct words, then a few microseconds for each rule that wakes.
        """
        scene = Scene(view)
        fired = []
        for rule in sorted(self._index.wake(scene)):
            spans = self._query(rule)(scene, 0, scene.stop)
            if spans is not None:
                fired.append(Firing(rule, self.concepts[rule], tuple(spans)))
        return fired

    def _query(self, rule: int) -> Query:
        query = self._queries[rule]
        if query is None:
            query = self._queries[rule] = compile_rule(self.node(rule))
        return query


def _choose_anchors(nodes: Sequence[Node]) -> list[Anchor]:
    """Choose for each rule the terms that wake it: those that the fewest rules name."""
    named: Counter[Term] = Counter()
    for node in nodes:
        named.update({term for term in walk(node) if isinstance(term, Word | Prefix | ConceptRef)})
    return [(term, rule) for rule, node in enumerate(nodes) for term in anchors(node, named.__getitem__)]


class _Index:
    """From words, prefixes and concepts to the rules that wait for them."""

    __slots__ = ("_lengths", "_tables")

    def __init__(self, anchors: Iterable[Anchor], rules: int) -> None:
        self._tables: dict[type[Term], dict[str, list[int]]] = {Word: {}, Prefix: {}, ConceptRef: {}}
        for term, rule in anchors:
            if not 0 <= rule < rules:
                raise ValueError(f"expected an anchor of one of {rules} rules, found {rule}")
            text = term.id if isinstance(term, ConceptRef) else term.text
            self._tables[type(term)].setdefault(text, []).append(rule)
        # By its first letters, how long the prefixes are that a word can have.
        lengths: dict[str, set[int]] = {}
        for text in self._tables[Prefix]:
            lengths.setdefault(text[:MIN_PREFIX], set()).add(len(text))
        self._lengths = lengths

    def rows(self) -> Iterator[Anchor]:
        for kind, table in self._tables.items():
            for text, rules in table.items():
                yield from ((kind(text), rule) for rule in rules)

    def wake(self, scene: Scene) -> set[int]:
        """Return the rules of which an anchor stands in the article."""
        awake: set[int] = set()
        words, prefixes, concepts = (self._tables[kind] for kind in (Word, Prefix, ConceptRef))
        for word in words.keys() & scene.distinct:
            awake.update(words[word])
        for concept in concepts.keys() & scene.view.concepts.keys():
            awake.update(concepts[concept])
        for word in scene.distinct:
            for length in self._lengths.get(word[:MIN_PREFIX], ()):
                if rules := prefixes.get(word[:length]):
                    awake.update(rules)
        return awake
