"""Which rules an article can make true: each waits for terms of which it needs one.

They are found among the numbers of the rules, without making a node of any: there are many rules, and an
article wakes few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from tagonomy.rules.parser import MIN_PREFIX
from tagonomy.rules.program import COUNT, NEAR, NOT, OPERATORS, OR, YEAR, Programs
from tagonomy.rules.scene import Scene
from tagonomy.rules.syntax import ConceptRef, Prefix, Term, Word

#: A term and the number of the rule that waits for it.
Anchor: TypeAlias = tuple[Term, int]

# What a rule needs one of: a term or set, by its number; or what each side of an OR needs.
_Need: TypeAlias = "int | list[list[_Need]]"
# How often rules name some terms, less the letters of the shortest, and these: the least is to be waited for.
_Choice: TypeAlias = tuple[int, int, tuple[int, ...]]


def find_anchors(programs: Programs) -> Iterator[Anchor]:
    """Yield for each rule the terms that wake it: of what it needs, that which rules name least often.

    Among equals it is the one whose shortest term is longest: long words are rarer.

    Raises
    ------
    ValueError
        If the numbers are no rules, as far as this needs them.
    """
    try:
        sets = [_sides(each, 0, len(each)) for each in programs.sets]
        rules = [_needs(each, 0, len(each)) for each in programs.rules]
        choices = _choices(programs, sets, rules)
        for rule, needs in enumerate(rules):
            if needs:
                for term in min(_choose(need, choices) for need in needs)[2]:
                    yield programs.terms[term], rule
    except (IndexError, RecursionError) as error:
        raise ValueError(f"the numbers are no rules: {error}") from error


def _needs(program: Sequence[int], at: int, stop: int) -> list[_Need]:
    """Return all that nodes need, which stand one after the other."""
    needs: list[_Need] = []
    while at < stop:
        code = program[at]
        if code >= OPERATORS:
            needs.append(code - OPERATORS)
            at += 1
        elif code in {OR, NOT, YEAR}:
            first, at = at + 2, at + _length(program, at)
            sides = _sides(program, first, at) if code == OR else []
            if sides and all(sides):
                needs.append(sides)
        else:
            # What any other node needs is what its operands do.
            at += 3 if code in {NEAR, COUNT} else 2
    return needs


def _sides(program: Sequence[int], at: int, stop: int) -> list[list[_Need]]:
    sides = []
    while at < stop:
        end = at + _length(program, at)
        sides.append(_needs(program, at, end))
        at = end
    return sides


def _length(program: Sequence[int], at: int) -> int:
    if program[at] >= OPERATORS:
        return 1
    if program[at + 1] < 2:
        raise IndexError(f"a node of {program[at + 1]} numbers")
    return program[at + 1]


def _choices(programs: Programs, sets: list[list[list[_Need]]], rules: list[list[_Need]]) -> list[_Choice]:
    """Return what to wait for of each term and each set, by its number."""
    n_terms = len(programs.terms)
    named = Counter(number for needs in rules for number in _numbers(needs))
    for number, sides in enumerate(sets, n_terms):
        for term in _numbers(sides):
            named[term] += named[number]
    choices: list[_Choice] = [
        (named[number], -len(str(term)), (number,)) for number, term in enumerate(programs.terms)
    ]
    # A set holds terms alone: what is no term has no choice yet.
    return choices + [_choose(sides, choices) for sides in sets]


def _numbers(needs: Iterable[_Need] | Iterable[list[_Need]]) -> Iterator[int]:
    for need in needs:
        if isinstance(need, int):
            yield need
        else:
            yield from _numbers(need)


def _choose(need: _Need, choices: list[_Choice]) -> _Choice:
    if isinstance(need, int):
        return choices[need]
    best = [min(_choose(each, choices) for each in side) for side in need]
    terms = sorted({term for _, _, some in best for term in some})
    return sum(choices[term][0] for term in terms), max(letters for _, letters, _ in best), tuple(terms)


class Index:
    """From words, prefixes and concepts to the rules that wait for them."""

    __slots__ = ("_lengths", "_tables")

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self._tables: dict[type[Term], dict[str, list[int]]] = {Word: {}, Prefix: {}, ConceptRef: {}}
        for term, rule in anchors:
            text = term.id if isinstance(term, ConceptRef) else term.text
            self._tables[type(term)].setdefault(text, []).append(rule)
        # By its first letters, how long the prefixes are that a word can have.
        lengths: dict[str, set[int]] = {}
        for text in self._tables[Prefix]:
            lengths.setdefault(text[:MIN_PREFIX], set()).add(len(text))
        self._lengths = lengths

    def rows(self) -> Iterator[Anchor]:
        """Yield each term that wakes rules with each of these."""
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
