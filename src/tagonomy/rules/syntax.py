"""What a rule consists of: frozen nodes, their canonical text, and what they can't do without.

``str(node)`` is a rule that parses to the same node again.  A *clause* of a node is a set
of terms of which at least one must stand in an article for the node to be true.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Word:
    """One folded token, such as ``crimea``."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any token that starts with ``text``, such as ``annex*``."""

    text: str

    def __str__(self) -> str:
        return self.text + "*"


@dataclass(frozen=True, slots=True)
class ConceptRef:
    """Any alias or evidence term of a concept, such as ``@countries:ua``."""

    id: str

    def __str__(self) -> str:
        return "@" + self.id


@dataclass(frozen=True, slots=True)
class Phrase:
    """Two or more tokens one after the other within a section; each may be a prefix."""

    parts: tuple[Word | Prefix, ...]

    def __str__(self) -> str:
        return '"' + " ".join(map(str, self.parts)) + '"'


@dataclass(frozen=True, slots=True)
class And:
    """Every one of two or more nodes is true."""

    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return " AND ".join(_grouped(node, And, Or) for node in self.nodes)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of two or more nodes is true."""

    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(_grouped(node, Or) for node in self.nodes)


@dataclass(frozen=True, slots=True)
class Not:
    """The node is not true."""

    node: Node

    def __str__(self) -> str:
        return "NOT " + _grouped(self.node, And, Or)


@dataclass(frozen=True, slots=True)
class Near:
    """At most ``distance`` tokens lie between a place of one side and a place of the other."""

    left: Node
    right: Node
    distance: int

    def __str__(self) -> str:
        return f"{_grouped(self.left, Or)} NEAR/{self.distance} {_grouped(self.right, Or)}"


@dataclass(frozen=True, slots=True)
class Sentence:
    """The node is true of one sentence alone."""

    node: Node

    def __str__(self) -> str:
        return f"SENTENCE({self.node})"


@dataclass(frozen=True, slots=True)
class Title:
    """The node is true of the title alone."""

    node: Node

    def __str__(self) -> str:
        return f"TITLE({self.node})"


@dataclass(frozen=True, slots=True)
class Lead:
    """The node is true of the title and the first words of the text."""

    node: Node

    def __str__(self) -> str:
        return f"LEAD({self.node})"


@dataclass(frozen=True, slots=True)
class Count:
    """The node has at least ``least`` places."""

    node: Node
    least: int

    def __str__(self) -> str:
        return f"COUNT({self.node}) >= {self.least}"


@dataclass(frozen=True, slots=True)
class Year:
    """The article appeared in one of these years; one without a date did not, as far as anybody knows."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"YEAR({self.first:04}{f'-{self.last:04}' if self.last > self.first else ''})"


#: What an index can look up.
Term: TypeAlias = Word | Prefix | ConceptRef
Node: TypeAlias = Term | Phrase | And | Or | Not | Near | Sentence | Title | Lead | Count | Year


def _grouped(node: Node, *kinds: type) -> str:
    return f"({node})" if isinstance(node, kinds) else str(node)


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly under a node, in order.

    >>> [str(child) for child in children(Or((Word("border"), Prefix("frontier"))))]
    ['border', 'frontier*']
    """
    match node:
        case And(nodes) | Or(nodes):
            return nodes
        case Phrase(parts):
            return parts
        case Near(left, right):
            return left, right
        case Not(inner) | Sentence(inner) | Title(inner) | Lead(inner) | Count(inner):
            return (inner,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all nodes under it, parents first.

    >>> rule = Near(Prefix("annex"), ConceptRef("countries:ua-crimea"), 8)
    >>> [found.id for found in walk(rule) if isinstance(found, ConceptRef)]
    ['countries:ua-crimea']
    """
    yield node
    for child in children(node):
        yield from walk(child)


def is_place(node: Node) -> bool:
    """Tell whether a node is a word, phrase, prefix, concept or an OR of these.

    Only such nodes stand at countable places of a text; NEAR and COUNT take no others.

    >>> is_place(Word("border")), is_place(Not(Word("border")))
    (True, False)
    """
    if isinstance(node, Or):
        return all(map(is_place, node.nodes))
    return isinstance(node, Word | Prefix | ConceptRef | Phrase)


def is_positive(node: Node) -> bool:
    """Tell whether a node can only be true of an article that has one of its terms.

    >>> is_positive(And((Word("border"), Not(Word("ice"))))), is_positive(Not(Word("ice")))
    (True, False)
    """
    match node:
        case Word() | Prefix() | ConceptRef():
            return True
        case Not():
            return False
        case Or(nodes):
            return all(map(is_positive, nodes))
        case _:
            return any(map(is_positive, children(node)))


def clauses(node: Node) -> list[frozenset[Term]]:
    """Return sets of terms, of each of which one must stand in the article for the node to be true.

    Parameters
    ----------
    node : Node
        The rule or a part of it.

    Returns
    -------
    list of frozenset of Term
        Empty where the node is not positive.  An OR gives one set, made of the smallest of each side.

    Examples
    --------
    >>> rule = And((Or((Word("border"), Word("frontier"))), ConceptRef("countries:ru"), Not(Word("ice"))))
    >>> [sorted(map(str, clause)) for clause in clauses(rule)]
    [['border', 'frontier'], ['@countries:ru']]
    """
    match node:
        case Word() | Prefix() | ConceptRef():
            return [frozenset({node})]
        case Not() | Year():
            return []
        case Or(nodes):
            sides = [smallest_clause(child) for child in nodes]
            return [frozenset().union(*sides)] if all(sides) else []
        case _:
            return [clause for child in children(node) for clause in clauses(child)]


def smallest_clause(node: Node) -> frozenset[Term]:
    """Return the smallest clause of a node, or an empty set where it has none.

    Among clauses of equal size it is the one whose shortest term is longest: long words
    are rarer.

    >>> rule = And((Or((Word("border"), Word("frontier"))), ConceptRef("countries:ru"), Not(Word("ice"))))
    >>> sorted(map(str, smallest_clause(rule)))
    ['@countries:ru']
    """

    def rank(clause: frozenset[Term]) -> tuple[int, int, list[str]]:
        texts = sorted(map(str, clause))
        # The texts come last, so that the choice is the same on every run.
        return len(clause), -min(map(len, texts)), texts

    found = clauses(node)
    return min(found, key=rank) if len(found) > 1 else found[0] if found else frozenset()
