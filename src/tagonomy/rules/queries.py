"""Rules as functions over an article: what each operator means, said once.

:func:`compile_query` turns a node into a function of a scene and a window of tokens.  It
returns the places inside the window that make the node true, in order, or None where it is
false.  A NOT or YEAR that is true has no places.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import TypeAlias

from tagonomy.rules.scene import ArticleView, Scene, Span, Spans
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
    clauses,
)

#: The places that make a node true within a window of tokens, or None where it is false.
Query: TypeAlias = Callable[[Scene, int, int], Spans | None]


def compile_rule(node: Node) -> Query:
    """Return the function that evaluates a whole rule.

    It first looks whether the article has the words that the rule needs.  Of the rules that an
    anchor wakes, most end there: a country wakes all its elections, and the year settles which.

    Examples
    --------
    >>> query = compile_rule(Near(Prefix("annex"), Word("crimea"), 3))
    >>> query(Scene(ArticleView(["annexed", "crimea"], [0, 0], [0, 0], 2)), 0, 2)
    [(0, 1), (1, 2)]
    """
    query = compile_query(node)
    # A prefix costs more than a look-up.
    cheap = [clause for clause in clauses(node) if not any(isinstance(term, Prefix) for term in clause)]
    needed = [frozenset(map(str, clause)) for clause in cheap]

    def guarded(scene: Scene, start: int, stop: int) -> Spans | None:
        present = scene.present
        for clause in needed:
            if present.isdisjoint(clause):
                return None
        return query(scene, start, stop)

    return guarded


def compile_query(node: Node) -> Query:
    """Return the function that evaluates a node.

    Examples
    --------
    >>> query = compile_query(And((Word("budget"), Not(Prefix("hock")))))
    >>> words = "senate passes the budget".split()
    >>> query(Scene(ArticleView(words, [0] * 4, [0] * 4, 4)), 0, 4)
    [(3, 4)]
    """
    match node:
        case And(nodes):
            return _all_of([compile_query(child) for child in nodes])
        case Or(nodes):
            return _any_of([compile_query(child) for child in nodes])
        case Not(inner):
            return _none_of(compile_query(inner))
        case Near(left, right, distance):
            return _near(compile_query(left), compile_query(right), distance)
        case Count(inner, least):
            return _at_least(compile_query(inner), least)
        case Sentence(inner):
            return _in_a_sentence(compile_query(inner), clauses(inner))
        case Title(inner):
            return _before(compile_query(inner), lambda scene: scene.title_stop)
        case Lead(inner):
            return _before(compile_query(inner), lambda scene: scene.view.lead)
        case Year(first, last):
            return _appeared(first, last)
        case Phrase(parts):
            return _phrase(parts)
        case Word() | Prefix() | ConceptRef():
            return _term(node)


def _within(spans: Spans, start: int, stop: int) -> Spans:
    """Return the spans that lie in a window whole."""
    inside = spans[bisect_left(spans, (start,)) : bisect_left(spans, (stop,))]
    return [span for span in inside if span[1] <= stop]


def _look_up(term: Term) -> Callable[[Scene], Spans]:
    match term:
        case Word(text):
            return lambda scene: scene.word(text)
        case Prefix(text):
            return lambda scene: scene.prefix(text)
        case ConceptRef(id):
            return lambda scene: scene.concept(id)


def _term(term: Term) -> Query:
    look_up = _look_up(term)

    def query(scene: Scene, start: int, stop: int) -> Spans | None:
        spans = look_up(scene)
        return (_within(spans, start, stop) or None) if spans else None

    return query


def _phrase(parts: Sequence[Word | Prefix]) -> Query:
    length = len(parts)
    look_ups = [_look_up(part) for part in parts]

    def query(scene: Scene, start: int, stop: int) -> Spans | None:
        places = [look_up(scene) for look_up in look_ups]
        rarest = min(range(length), key=lambda part: len(places[part]))
        firsts = (position - rarest for position, _ in places[rarest])
        inside = (first for first in firsts if start <= first and first + length <= stop)
        return [(first, first + length) for first in inside if _stands(parts, scene.view, first)] or None

    return query


def _stands(parts: Sequence[Word | Prefix], view: ArticleView, first: int) -> bool:
    """Tell whether the parts stand one after the other from a token on, in one section."""
    last = first + len(parts) - 1
    words = view.words[first : last + 1]
    return view.section[first] == view.section[last] and all(map(_fits, parts, words))


def _fits(part: Word | Prefix, word: str) -> bool:
    return word.startswith(part.text) if isinstance(part, Prefix) else word == part.text


def _all_of(queries: Sequence[Query]) -> Query:
    def query(scene: Scene, start: int, stop: int) -> Spans | None:
        found: set[Span] = set()
        for part in queries:
            spans = part(scene, start, stop)
            if spans is None:
                return None
            found.update(spans)
        return sorted(found)

    return query


def _any_of(queries: Sequence[Query]) -> Query:
    def query(scene: Scene, start: int, stop: int) -> Spans | None:
        true = [spans for part in queries if (spans := part(scene, start, stop)) is not None]
        return sorted(set().union(*true)) if true else None

    return query


def _none_of(inner: Query) -> Query:
    def query(scene: Scene, start: int, stop: int) -> Spans | None:
        return [] if inner(scene, start, stop) is None else None

    return query


def _appeared(first: int, last: int) -> Query:
    def query(scene: Scene, start: int, stop: int) -> Spans | None:
        year = scene.view.year
        return [] if year is not None and first <= year <= last else None

    return query


def _at_least(inner: Query, least: int) -> Query:
    def query(scene: Scene, start: int, stop: int) -> Spans | None:
        spans = inner(scene, start, stop)
        return spans if spans is not None and len(spans) >= least else None

    return query


def _before(inner: Query, bound: Callable[[Scene], int]) -> Query:
    def query(scene: Scene, start: int, stop: int) -> Spans | None:
        return inner(scene, start, min(stop, bound(scene)))

    return query


def _in_a_sentence(inner: Query, terms: Sequence[frozenset[Term]]) -> Query:
    look_ups = [[_look_up(term) for term in clause] for clause in terms]

    def candidates(scene: Scene, start: int, stop: int) -> set[int]:
        """Return the sentences that have a term of each clause: no other can make the inner node true."""
        sentence = scene.view.sentence
        numbers: set[int] | None = None
        for clause in look_ups:
            found = {sentence[first] for find in clause for first, _ in _within(find(scene), start, stop)}
            numbers = found if numbers is None else numbers & found
            if not numbers:
                break
        return numbers or set()

    def query(scene: Scene, start: int, stop: int) -> Spans | None:
        sentence = scene.view.sentence
        found: set[Span] = set()
        for number in candidates(scene, start, stop):
            first, last = bisect_left(sentence, number), bisect_right(sentence, number)
            found.update(inner(scene, max(start, first), min(stop, last)) or ())
        # The inner node has a positive term, so where it is true it has a place.
        return sorted(found) or None

    return query


def _near(left: Query, right: Query, distance: int) -> Query:
    def query(scene: Scene, start: int, stop: int) -> Spans | None:
        a = left(scene, start, stop)
        b = right(scene, start, stop) if a else None
        if not a or not b:
            return None
        section = scene.view.section
        found = _beside(a, b, distance, section) | _beside(b, a, distance, section)
        return sorted(found) or None

    return query


def _beside(spans: Spans, others: Spans, distance: int, section: Sequence[int]) -> set[Span]:
    """Return the spans that have one of the others before or after them, near and in the same section."""
    starts = [start for start, _ in others]  # spans are in order of their starts
    stops = sorted(stop for _, stop in others)

    def linked(stop: int, start: int) -> bool:
        return start - stop <= distance and section[stop - 1] == section[start]

    found = set()
    for start, stop in spans:
        after, before = bisect_left(starts, stop), bisect_right(stops, start) - 1
        if (after < len(starts) and linked(stop, starts[after])) or (
            before >= 0 and linked(stops[before], start)
        ):
            found.add((start, stop))
    return found
