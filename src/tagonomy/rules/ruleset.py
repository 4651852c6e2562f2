"""Written rules over an article: compile them once, evaluate only those that can be true.

A rule waits in an index under its anchors (see :mod:`tagonomy.rules.syntax`).  An article
wakes the rules whose anchors it has; each of those is parsed on first need, kept, and asked
for the places that make it true.  So ten thousand rules cost an article little more than the
few that it wakes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tagonomy.rules.parser import MIN_PREFIX, parse_rule
from tagonomy.rules.queries import Query, compile_rule
from tagonomy.rules.scene import ArticleView, Scene, Span
from tagonomy.rules.syntax import ConceptRef, Node, Prefix, Term, Word, anchors, walk
from tagonomy.strings import StringTable

__all__ = ["Anchor", "ArticleView", "Firing", "RuleSet", "Span"]

#: Kind ("word", "prefix" or "concept"), text, and the number of the rule that waits for it.
Anchor: TypeAlias = tuple[str, str, int]

_KINDS = ("word", "prefix", "concept")


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
    texts : tuple of str
        The rules as given.
    concepts : tuple of int
        Their concepts.

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

    __slots__ = ("_index", "_queries", "concepts", "texts")

    def __init__(self, rules: Iterable[tuple[int, str]]) -> None:
        pairs = list(rules)
        nodes = [parse_rule(text) for _, text in pairs]
        self._fill([text for _, text in pairs], [concept for concept, _ in pairs], _choose_anchors(nodes))

    @classmethod
    def from_stored(cls, texts: Sequence[str], concepts: Sequence[int], anchors: Iterable[Anchor]) -> RuleSet:
        """Restore a rule set from its parts without parsing a rule.

        Parameters
        ----------
        texts, concepts : sequences of str and int
            As in the attributes of the rule set that was stored.
        anchors : iterable of (str, str, int)
            What its :meth:`anchors` gave.

        Returns
        -------
        RuleSet
            Equal in effect.  A text that is no rule raises RuleError once it is evaluated.

        Raises
        ------
        ValueError
            If the parts do not fit together.
        """
        if len(texts) != len(concepts):
            raise ValueError(
                f"expected a concept for each rule, found {len(concepts)} for {len(texts)} rules"
            )
        rules = cls.__new__(cls)
        rules._fill(texts, concepts, anchors)
        return rules

    def _fill(self, texts: Sequence[str], concepts: Sequence[int], anchors: Iterable[Anchor]) -> None:
        self.texts = tuple(texts)
        self.concepts = tuple(concepts)
        self._index = _Index(anchors, len(texts))
        self._queries: list[Query | None] = [None] * len(texts)

    def __len__(self) -> int:
        return len(self.texts)

    def __reduce__(self) -> tuple[object, ...]:
        # Compiled queries can't be pickled; they are made again on first need.
        return RuleSet.from_stored, (self.texts, self.concepts, self.anchors())

    def anchors(self) -> list[Anchor]:
        """Return the index as rows of kind, text and rule number, sorted."""
        return self._index.rows()

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the arrays under which the rules are saved, their index included."""
        rows = self.anchors()
        return {
            **StringTable.of(self.texts).tensors("rules.texts"),
            **StringTable.of(text for _, text, _ in rows).tensors("rules.anchors"),
            "rules.concepts": np.array(self.concepts, dtype=np.int32),
            "rules.anchor_kinds": np.array([_KINDS.index(kind) for kind, _, _ in rows], dtype=np.uint8),
            "rules.anchor_rules": np.array([rule for _, _, rule in rows], dtype=np.int32),
        }

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]]) -> RuleSet:
        """Return the rules saved in these arrays; none is parsed before it is needed."""
        saved = dict(tensors)
        kinds = (_KINDS[kind] for kind in saved["rules.anchor_kinds"].tolist())
        words = StringTable.from_tensors(saved, "rules.anchors")
        rows = zip(kinds, words, saved["rules.anchor_rules"].tolist(), strict=True)
        texts = list(StringTable.from_tensors(saved, "rules.texts"))
        return cls.from_stored(texts, saved["rules.concepts"].tolist(), rows)

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
            query = self._queries[rule] = compile_rule(parse_rule(self.texts[rule]))
        return query


def _choose_anchors(nodes: Sequence[Node]) -> list[Anchor]:
    """Choose for each rule the terms that wake it: those that the fewest rules name."""
    named: Counter[Term] = Counter()
    for node in nodes:
        named.update({term for term in walk(node) if isinstance(term, Word | Prefix | ConceptRef)})
    chosen = []
    for rule, node in enumerate(nodes):
        for term in anchors(node, named.__getitem__):
            kind = "word" if isinstance(term, Word) else "prefix" if isinstance(term, Prefix) else "concept"
            chosen.append((kind, term.id if isinstance(term, ConceptRef) else term.text, rule))
    return chosen


class _Index:
    """From words, prefixes and concepts to the rules that wait for them."""

    __slots__ = ("_lengths", "_tables")

    def __init__(self, anchors: Iterable[Anchor], rules: int) -> None:
        self._tables: dict[str, dict[str, list[int]]] = {"word": {}, "prefix": {}, "concept": {}}
        for kind, text, rule in sorted(anchors):
            if kind not in self._tables or not 0 <= rule < rules:
                raise ValueError(f"expected an anchor of one of {rules} rules, found {(kind, text, rule)!r}")
            self._tables[kind].setdefault(text, []).append(rule)
        # By its first letters, how long the prefixes are that a word can have.
        lengths: dict[str, set[int]] = {}
        for text in self._tables["prefix"]:
            lengths.setdefault(text[:MIN_PREFIX], set()).add(len(text))
        self._lengths = lengths

    def rows(self) -> list[Anchor]:
        return sorted(
            (kind, text, rule)
            for kind, table in self._tables.items()
            for text, rules in table.items()
            for rule in rules
        )

    def wake(self, scene: Scene) -> set[int]:
        """Return the rules of which an anchor stands in the article."""
        awake: set[int] = set()
        words, prefixes, concepts = (self._tables[kind] for kind in ("word", "prefix", "concept"))
        for word in words.keys() & scene.distinct:
            awake.update(words[word])
        for concept in concepts.keys() & scene.view.concepts.keys():
            awake.update(concepts[concept])
        for word in scene.distinct:
            for length in self._lengths.get(word[:MIN_PREFIX], ()):
                if rules := prefixes.get(word[:length]):
                    awake.update(rules)
        return awake
