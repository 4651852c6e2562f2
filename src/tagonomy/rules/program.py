"""Rules as numbers: how they lie in a model file, and how they come back.

A rule is a guard and a node.  The guard is a list of clauses, of each of which the article must have a
term; most rules that an anchor wakes end there.  A node is its operator, its length, and its operands:

===========  ====================================================================
``TERM``     a term: its kind (``WORD``, ``PREFIX``, ``CONCEPT``) and its number
``PHRASE``   how many terms, and these
``AND, OR``  how many nodes, and these
``NOT``      a node; so ``TITLE`` and ``LEAD``
``NEAR``     the distance, and two nodes
``COUNT``    how many places at least, and a node
``SENTENCE`` clauses of the node, as in the guard, and the node
===========  ====================================================================

Clauses are: how many, and for each one how many terms, and these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

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
    clauses,
)
from tagonomy.strings import Strings

WORD, PREFIX, CONCEPT = range(3)
TERM, PHRASE, AND, OR, NOT, NEAR, COUNT, SENTENCE, TITLE, LEAD = range(10)
_WRAPPERS: Final[dict[int, Callable[[Node], Node]]] = {NOT: Not, TITLE: Title, LEAD: Lead}


@dataclass(frozen=True, slots=True)
class Symbols:
    """Numbers of what rules name.

    Attributes
    ----------
    words, prefixes, concepts : mapping of str to int
        A concept that is not among them is never found; it is written as ``len(concepts)``.
    """

    words: Mapping[str, int]
    prefixes: Mapping[str, int]
    concepts: Mapping[str, int]

    def term(self, term: Term) -> list[int]:
        """Return the kind and the number of a term."""
        match term:
            case Word(text):
                return [WORD, self.words[text]]
            case Prefix(text):
                return [PREFIX, self.prefixes[text]]
            case ConceptRef(id):
                return [CONCEPT, self.concepts.get(id, len(self.concepts))]


def guard_of(node: Node) -> list[frozenset[Term]]:
    """Return the clauses to look at before a rule: those that cost one look-up a term."""
    return [clause for clause in clauses(node) if not any(isinstance(term, Prefix) for term in clause)]


def encode(node: Node, symbols: Symbols) -> list[int]:
    """Return a rule as numbers.

    Examples
    --------
    >>> symbols = Symbols({"river": 4}, {"annex": 0}, {})
    >>> encode(Not(Prefix("annex")), symbols)
    [0, 4, 6, 0, 4, 1, 0]
    """
    return [*_clauses(guard_of(node), symbols), *_node(node, symbols)]


def _clauses(wanted: Iterable[frozenset[Term]], symbols: Symbols) -> list[int]:
    rows = [sorted(symbols.term(term) for term in clause) for clause in wanted]
    return [len(rows), *(number for row in rows for number in (len(row), *chain(*row)))]


def _node(node: Node, symbols: Symbols) -> list[int]:
    match node:
        case Phrase(parts):
            code, rest = PHRASE, [len(parts), *(each for part in parts for each in symbols.term(part))]
        case And(nodes):
            code, rest = AND, [len(nodes), *_nodes(nodes, symbols)]
        case Or(nodes):
            code, rest = OR, [len(nodes), *_nodes(nodes, symbols)]
        case Not(inner):
            code, rest = NOT, _node(inner, symbols)
        case Near(left, right, distance):
            code, rest = NEAR, [distance, *_nodes((left, right), symbols)]
        case Count(inner, least):
            code, rest = COUNT, [least, *_node(inner, symbols)]
        case Sentence(inner):
            code, rest = SENTENCE, [*_clauses(clauses(inner), symbols), *_node(inner, symbols)]
        case Title(inner):
            code, rest = TITLE, _node(inner, symbols)
        case Lead(inner):
            code, rest = LEAD, _node(inner, symbols)
        case Word() | Prefix() | ConceptRef():
            code, rest = TERM, symbols.term(node)
    return [code, len(rest) + 2, *rest]


def _nodes(nodes: Iterable[Node], symbols: Symbols) -> list[int]:
    return [number for node in nodes for number in _node(node, symbols)]


def decode(program: Sequence[int], words: Strings, prefixes: Strings, concepts: Strings) -> Node:
    """Return the node that :func:`encode` was given.

    Raises
    ------
    ValueError
        If the numbers are no rule.

    Examples
    --------
    >>> str(decode([0, 4, 6, 0, 4, 1, 0], [], ["annex"], []))
    'NOT annex*'
    """
    reader = _Reader(program, words, prefixes, concepts)
    try:
        reader.skip_clauses()
        node = reader.node()
    except (IndexError, RecursionError) as error:
        raise ValueError(f"the numbers are no rule: {error}") from error
    if reader.at != len(program):
        raise ValueError(f"the numbers are no rule: it ends at {reader.at} of {len(program)}")
    return node


class _Reader:
    def __init__(self, program: Sequence[int], words: Strings, prefixes: Strings, concepts: Strings) -> None:
        self.program, self.at = program, 0
        self.words, self.prefixes, self.concepts = words, prefixes, concepts

    def next(self) -> int:
        self.at += 1
        return int(self.program[self.at - 1])

    def skip_clauses(self) -> None:
        for _ in range(self.next()):
            self.at += 2 * self.program[self.at] + 1

    def term(self) -> Word | Prefix | ConceptRef:
        kind, number = self.next(), self.next()
        if kind == WORD:
            return Word(self.words[number])
        if kind == PREFIX:
            return Prefix(self.prefixes[number])
        if kind != CONCEPT:
            raise ValueError(f"{kind} is no kind of term")
        return ConceptRef(self.concepts[number] if number < len(self.concepts) else "unknown:concept")

    def node(self) -> Node:
        code = self.next()
        self.at += 1
        if code == TERM:
            return self.term()
        if code in _WRAPPERS:
            return _WRAPPERS[code](self.node())
        if code == SENTENCE:
            self.skip_clauses()
            return Sentence(self.node())
        first = self.next()
        if code == PHRASE:
            parts = [self.term() for _ in range(first)]
            return Phrase(tuple(part for part in parts if not isinstance(part, ConceptRef)))
        if code == AND:
            return And(tuple(self.node() for _ in range(first)))
        if code == OR:
            return Or(tuple(self.node() for _ in range(first)))
        if code == NEAR:
            return Near(self.node(), self.node(), first)
        if code == COUNT:
            return Count(self.node(), first)
        raise ValueError(f"{code} is no operator")
