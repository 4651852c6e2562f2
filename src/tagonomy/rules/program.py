"""Rules as numbers: how they lie in a model file, and how they come back.

A node is an operator, the length of the node, and its operands; or one number above the operators, which
stands for a term (a word, prefix or concept) or, above the terms, for a set.  A set is an OR over terms and
phrases.  Rules share most of their sets, so that each is kept once, as its operands.

====================  =======================================
``PHRASE``            terms
``AND, OR``           nodes
``NOT``               a node; so ``SENTENCE, TITLE, LEAD``
``NEAR``              the distance, and two nodes
``COUNT``             how many places at least, and a node
``YEAR``              the first and the last year
====================  =======================================

Sets hold no sets: what reads a rule can't run in a circle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from tagonomy.rules.syntax import (
    And,
    ConceptRef,
    Count,
    Lead,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Sentence,
    Term,
    Title,
    Word,
    Year,
    is_place,
    is_positive,
    walk,
)
from tagonomy.strings import Lists, Strings, StringTable

WORD, PREFIX, CONCEPT = range(3)
PHRASE, AND, OR, NOT, NEAR, COUNT, SENTENCE, TITLE, LEAD, YEAR, OPERATORS = range(11)
_WRAPPERS: Final[dict[int, Callable[[Node], Node]]] = {NOT: Not, SENTENCE: Sentence, TITLE: Title, LEAD: Lead}
_LEAVES: Final = (Word, Prefix, ConceptRef, Phrase)


class Rows(Protocol):
    """Rows of numbers: a list of lists, or :class:`~tagonomy.strings.Lists`."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Sequence[int]]: ...
    def __getitem__(self, index: int, /) -> Sequence[int]: ...


class Programs:
    """Rules as numbers, and the tables that they share.

    Parameters
    ----------
    terms : sequence of Term
        What the rules name.
    sets : rows of int
        ORs over terms and phrases: the operands of each.
    rules : rows of int
        The outermost node of each rule.

    Examples
    --------
    >>> strike = Or((Word("strike"), Phrase((Word("walk"), Word("out")))))
    >>> programs = Programs.of([Sentence(And((Prefix("rail"), strike))), Count(strike, 2)])
    >>> [str(term) for term in programs.terms]
    ['out', 'strike', 'walk', 'rail*']
    >>> programs.sets, programs.rules
    ([[11, 0, 4, 12, 10]], [[6, 6, 1, 4, 13, 14], [5, 4, 2, 14]])
    >>> str(programs.node(0))
    'SENTENCE(rail* AND (strike OR "walk out"))'
    """

    __slots__ = ("rules", "sets", "terms")

    def __init__(self, terms: Sequence[Term], sets: Rows, rules: Rows) -> None:
        self.terms, self.sets, self.rules = terms, sets, rules

    @classmethod
    def of(cls, nodes: Iterable[Node]) -> Programs:
        """Return these rules as numbers."""
        given = list(nodes)
        # Each once, in the order of the rules: what a rule needs lies near what its neighbours need.
        parts = dict.fromkeys(node for rule in given for node in walk(rule))
        terms = sorted((node for node in parts if isinstance(node, Word | Prefix | ConceptRef)), key=_place)
        sets = [node for node in parts if isinstance(node, Or) and _is_set(node)]
        numbers: dict[Node, int] = {node: OPERATORS + each for each, node in enumerate([*terms, *sets])}
        return cls(
            terms,
            [_nodes(each.nodes, numbers) for each in sets],
            [_node(each, numbers) for each in given],
        )

    def node(self, rule: int) -> Node:
        """Return the outermost node of a rule.

        Raises
        ------
        ValueError
            If its numbers are no rule.
        """
        try:
            nodes = self._read(self.rules[rule], len(self.terms) + len(self.sets))
        except RecursionError as error:
            raise ValueError(f"the numbers are no rule: {error}") from error
        if len(nodes) != 1 or not is_positive(nodes[0]):
            raise ValueError("the numbers are no rule, which is one node that needs a term")
        return nodes[0]

    def _read(self, program: Sequence[int], known: int) -> list[Node]:
        """Return the nodes that numbers are; they may mean so many terms and sets."""
        nodes: list[Node] = []
        at = 0
        while at < len(program):
            code = program[at]
            if code >= OPERATORS:
                nodes.append(self._known(code - OPERATORS, known))
                at += 1
                continue
            if at + 2 >= len(program):
                raise ValueError(f"the numbers are no rule: they end within the node at {at}")
            first, stop = at + 2 + (code in (NEAR, COUNT)), at + program[at + 1]
            if not first < stop <= len(program) or program[at + 2] < (code == COUNT):
                raise ValueError(f"the numbers are no rule: a node of {stop - at} at {at}")
            operands = [] if code == YEAR else self._read(program[first:stop], known)
            nodes.append(_made(code, program[at + 2 : stop], operands))
            at = stop
        return nodes

    def _known(self, number: int, known: int) -> Node:
        if number >= known:
            raise ValueError(f"the numbers are no rule: {number} of {known} terms and sets")
        if number < len(self.terms):
            return self.terms[number]
        number -= len(self.terms)
        # Sets hold no sets.
        found = Or(tuple(self._read(self.sets[number], len(self.terms))))
        if not found.nodes or not _is_set(found):
            raise ValueError(f"set {number} of the rules is no OR over terms and phrases")
        return found

    def tensors(self, words: Sequence[str], concepts: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Return the arrays under which the rules are saved.

        Parameters
        ----------
        words : sequence of str
            The vocabulary; it has every word of the rules.
        concepts : sequence of str
            Ids of all concepts. One that is not among them is never found; it is written as their number.
        """
        prefixes = [term.text for term in self.terms if isinstance(term, Prefix)]
        numbers = [{text: each for each, text in enumerate(texts)} for texts in (words, prefixes, concepts)]

        def packed(term: Term) -> int:
            kind, text = _place(term)
            known = numbers[kind]
            return 4 * (known.get(text, len(known)) if kind == CONCEPT else known[text]) + kind

        sets, rules = Lists.of(self.sets), Lists.of(self.rules)
        widest = max(int(each.values.max(initial=0)) for each in (sets, rules))
        dtype = np.uint16 if widest < 1 << 16 else np.int32
        return {
            "rules.terms": np.array(list(map(packed, self.terms)), dtype=np.int32),
            "rules.sets": sets.values.astype(dtype),
            "rules.set_stops": sets.stops,
            "rules.programs": rules.values.astype(dtype),
            "rules.stops": rules.stops,
            **StringTable.of(prefixes).tensors("rules.prefixes"),
        }

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]], words: Strings, concepts: Strings) -> Programs:
        """Return the rules saved in these arrays; none is read before it is needed."""
        prefixes = StringTable.from_tensors(tensors, "rules.prefixes")

        def term(packed: int) -> Term:
            kind, number = packed & 3, packed >> 2
            if kind == CONCEPT:
                return ConceptRef(concepts[number] if number < len(concepts) else "unknown:concept")
            return Word(words[number]) if kind == WORD else Prefix(prefixes[number])

        sets = Lists(tensors["rules.sets"], tensors["rules.set_stops"])
        rules = Lists(tensors["rules.programs"], tensors["rules.stops"])
        return cls(list(map(term, tensors["rules.terms"].tolist())), sets, rules)


def _is_set(node: Or) -> bool:
    return all(isinstance(each, _LEAVES) for each in node.nodes)


def _place(term: Term) -> tuple[int, str]:
    """Return the kind and the text of a term, by which terms are in order."""
    match term:
        case Word(text):
            return WORD, text
        case Prefix(text):
            return PREFIX, text
        case ConceptRef(id):
            return CONCEPT, id


def _node(node: Node, numbers: Mapping[Node, int]) -> list[int]:
    match node:
        case Word() | Prefix() | ConceptRef():
            return [numbers[node]]
        case Or(nodes):
            if node in numbers:
                return [numbers[node]]
            code, rest = OR, _nodes(nodes, numbers)
        case Phrase(parts):
            code, rest = PHRASE, _nodes(parts, numbers)
        case And(nodes):
            code, rest = AND, _nodes(nodes, numbers)
        case Near(left, right, distance):
            code, rest = NEAR, [distance, *_nodes((left, right), numbers)]
        case Count(inner, least):
            code, rest = COUNT, [least, *_node(inner, numbers)]
        case Not(inner):
            code, rest = NOT, _node(inner, numbers)
        case Sentence(inner):
            code, rest = SENTENCE, _node(inner, numbers)
        case Title(inner):
            code, rest = TITLE, _node(inner, numbers)
        case Lead(inner):
            code, rest = LEAD, _node(inner, numbers)
        case Year(first, last):
            code, rest = YEAR, [first, last]
    return [code, len(rest) + 2, *rest]


def _nodes(nodes: Iterable[Node], numbers: Mapping[Node, int]) -> list[int]:
    return [number for node in nodes for number in _node(node, numbers)]


def _made(code: int, numbers: Sequence[int], nodes: Sequence[Node]) -> Node:
    """Return the node of an operator over its operands; NEAR and COUNT have a number besides, YEAR two."""
    if code == PHRASE:
        parts = tuple(each for each in nodes if isinstance(each, Word | Prefix))
        if len(parts) == len(nodes):
            return Phrase(parts)
    elif code == AND:
        return And(tuple(nodes))
    elif code == OR:
        return Or(tuple(nodes))
    elif code in {NEAR, COUNT} and not all(map(is_place, nodes)):
        pass
    elif code == NEAR and len(nodes) == 2:
        return Near(nodes[0], nodes[1], numbers[0])
    elif code == COUNT and len(nodes) == 1:
        return Count(nodes[0], numbers[0])
    elif code == YEAR and len(numbers) == 2 and numbers[0] <= numbers[1]:
        return Year(numbers[0], numbers[1])
    elif code in _WRAPPERS and len(nodes) == 1 and (code != SENTENCE or is_positive(nodes[0])):
        return _WRAPPERS[code](nodes[0])
    raise ValueError(f"the numbers are no rule: {code} over {len(nodes)} nodes")
