"""Written rules over an article: compile them once, evaluate only those that can be true.

A rule waits in an index under its anchors (see :mod:`tagonomy.rules.waking`).  An article
wakes the rules whose anchors it has; each of those is compiled on first need, kept, and asked
for the places that make it true.  So ten thousand rules cost an article little more than the
few that it wakes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tagonomy.errors import ModelFormatError
from tagonomy.rules.parser import parse_rule
from tagonomy.rules.program import Programs
from tagonomy.rules.queries import Query, compile_rule
from tagonomy.rules.scene import ArticleView, Scene, Span
from tagonomy.rules.syntax import Node
from tagonomy.rules.waking import Anchor, Index, find_anchors
from tagonomy.strings import Strings

if TYPE_CHECKING:
    from tagonomy.taxonomy import Taxonomy

__all__ = ["Anchor", "ArticleView", "Firing", "RuleSet", "Span"]


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

    __slots__ = ("_index", "_programs", "_queries", "concepts")

    def __init__(self, rules: Iterable[tuple[int, str]]) -> None:
        pairs = list(rules)
        self._fill(Programs.of(parse_rule(text) for _, text in pairs), [concept for concept, _ in pairs])

    @classmethod
    def of(cls, taxonomy: Taxonomy) -> RuleSet:
        """Return the rules of all concepts, which are numbered in the taxonomy's order."""
        return cls((number, rule) for number, concept in enumerate(taxonomy) for rule in concept.rules)

    def _fill(self, programs: Programs, concepts: Sequence[int]) -> None:
        self._programs = programs
        self.concepts = tuple(concepts)
        self._index = Index(find_anchors(programs))
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
        """Return the arrays under which the rules are saved; see :meth:`Programs.tensors`."""
        numbers = np.array(self.concepts, dtype=np.int32)
        return {"rules.concepts": numbers, **self._programs.tensors(words, concepts)}

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]], words: Strings, concepts: Strings) -> RuleSet:
        """Return the rules saved in these arrays; none is decoded before it is needed."""
        rules = cls.__new__(cls)
        try:
            rules._fill(Programs.from_tensors(tensors, words, concepts), tensors["rules.concepts"].tolist())
        except ValueError as error:
            raise ModelFormatError(f"the rules of the model: {error}") from error
        return rules

    def node(self, rule: int) -> Node:
        """Return the outermost node of a rule."""
        try:
            return self._programs.node(rule)
        except ValueError as error:
            raise ModelFormatError(f"rule {rule} of the model: {error}") from error

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
