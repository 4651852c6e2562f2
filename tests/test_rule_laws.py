"""Rules by law: a slow reading of the language agrees with the fast one, and algebra holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy.errors import ModelFormatError, RuleError
from tagonomy.pipeline import Parts, kernel, make_pipeline
from tagonomy.python_pipeline import PythonPipeline
from tagonomy.rules import RuleSet, Span
from tagonomy.rules.parser import parse_rule
from tagonomy.rules.program import OPERATORS, Programs
from tagonomy.rules.queries import compile_query
from tagonomy.rules.scene import ArticleView, Scene
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
    Title,
    Word,
    Year,
    is_place,
    is_positive,
    smallest_clause,
)
from tagonomy.strings import StringTable
from tagonomy.tagger import Tagger

VOCABULARY = ["annex", "annexed", "annexes", "crime", "crimea", "russia"]
CONCEPTS = ["countries:ru", "countries:ua"]


def oracle(node: Node, view: ArticleView, start: int, stop: int) -> set[Span] | None:
    """Return the places of a true node by trying every place, or None where it is false."""
    match node:
        case And(nodes):
            sides = [oracle(child, view, start, stop) for child in nodes]
            return None if None in sides else {span for side in sides for span in side or ()}
        case Or(nodes):
            sides = [oracle(child, view, start, stop) for child in nodes]
            true = [side for side in sides if side is not None]
            return {span for side in true for span in side} if true else None
        case Not(inner):
            return set() if oracle(inner, view, start, stop) is None else None
        case Title(inner):
            return oracle(inner, view, start, min(stop, sum(section == 0 for section in view.section)))
        case Lead(inner):
            return oracle(inner, view, start, min(stop, view.lead))
        case Count(inner, least):
            places = oracle(inner, view, start, stop) or set()
            return places if len(places) >= least else None
        case Year(first, last):
            return set() if view.year in range(first, last + 1) else None
        case Sentence(inner):
            return oracle_sentences(inner, view, start, stop)
        case Near(left, right, distance):
            return oracle_near(left, right, distance, view, start, stop)
    places = {
        (first, last)
        for first in range(start, stop)
        for last in range(first + 1, stop + 1)
        if stands(node, view, first, last)
    }
    return places or None


def stands(node: Node, view: ArticleView, first: int, last: int) -> bool:
    match node:
        case Word(text):
            return view.words[first:last] == [text]
        case Prefix(text):
            return last - first == 1 and view.words[first].startswith(text)
        case ConceptRef(id):
            return (first, last) in view.concepts.get(id, ())
        case Phrase(parts):
            fits = all(
                stands(part, view, first + at, first + at + 1)
                for at, part in enumerate(parts[: last - first])
            )
            return last - first == len(parts) and fits and len(set(view.section[first:last])) == 1
    raise AssertionError(node)


def oracle_sentences(inner: Node, view: ArticleView, start: int, stop: int) -> set[Span] | None:
    found: set[Span] = set()
    true = False
    for number in set(view.sentence):
        inside = [at for at in range(start, stop) if view.sentence[at] == number]
        places = oracle(inner, view, min(inside), max(inside) + 1) if inside else None
        true |= places is not None
        found |= places or set()
    return found if true else None


def oracle_near(
    left: Node, right: Node, distance: int, view: ArticleView, start: int, stop: int
) -> set[Span] | None:
    found: set[Span] = set()
    for a in oracle(left, view, start, stop) or ():
        for b in oracle(right, view, start, stop) or ():
            (_, end), (begin, _) = sorted([a, b])
            if 0 <= begin - end <= distance and view.section[end - 1] == view.section[begin]:
                found |= {a, b}
    return found or None


terms = st.one_of(
    st.sampled_from(VOCABULARY).map(Word),
    st.sampled_from(["ann", "annex", "annexe", "cri", "crime"]).map(Prefix),
    st.sampled_from(CONCEPTS).map(ConceptRef),
)
words = st.one_of(st.sampled_from(VOCABULARY).map(Word), st.just(Prefix("annex")))
phrases = st.lists(words, min_size=2, max_size=3).map(lambda parts: Phrase(tuple(parts)))
places = st.recursive(
    terms | phrases, lambda inner: st.lists(inner, min_size=2, max_size=3).map(lambda nodes: Or(tuple(nodes)))
)
nears = st.builds(Near, places, places, st.integers(0, 6))
counts = st.builds(Count, places, st.integers(1, 4))
years = st.builds(lambda first, more: Year(first, first + more), st.integers(2013, 2015), st.integers(0, 2))


def larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(And),
        several.map(Or),
        inner.map(Not),
        inner.map(Title),
        inner.map(Lead),
        inner.filter(is_positive).map(Sentence),
    )


nodes = st.recursive(st.one_of(terms, phrases, nears, counts, years), larger, max_leaves=8)
rules = nodes.filter(is_positive)
positive = st.recursive(
    st.one_of(terms, phrases, nears, counts),
    lambda inner: larger(inner).filter(lambda node: "NOT" not in str(node)),
    max_leaves=6,
)


@st.composite
def views(draw: st.DrawFn) -> ArticleView:
    """Draw a small article: a title, sentences that end where sections end, concepts of 1-3 tokens."""
    words = draw(st.lists(st.sampled_from([*VOCABULARY, "the"]), max_size=16))
    size = len(words)
    title = draw(st.integers(0, size))
    firsts = draw(st.sets(st.integers(1, 16))) | {title}
    sentence = [sum(first <= at for first in firsts if first) for at in range(size)]
    section = [int(at >= title) for at in range(size)]
    spans = st.builds(
        lambda start, length: (start, min(size, start + length)), st.integers(0, 15), st.integers(1, 3)
    )
    concepts = {
        concept: [span for span in draw(st.lists(spans, max_size=4)) if span[0] < size]
        for concept in CONCEPTS
    }
    year = draw(st.none() | st.integers(2012, 2016))
    return ArticleView(words, sentence, section, draw(st.integers(title, size)), concepts, year)


def fires(node: Node, view: ArticleView) -> bool:
    return compile_query(node)(Scene(view), 0, len(view.words)) is not None


@given(st.lists(rules, max_size=6), views())
def test_only_waking_rules_is_as_good_as_trying_all(nodes: list[Node], view: ArticleView) -> None:
    rule_set = RuleSet((10 + number, str(node)) for number, node in enumerate(nodes))
    found = {firing.rule: set(firing.spans) for firing in rule_set.evaluate(view)}
    tried = [oracle(node, view, 0, len(view.words)) for node in nodes]
    assert found == {number: spans for number, spans in enumerate(tried) if spans is not None}
    assert all(found.values())  # whatever fires can show a place
    assert all(firing.concept == 10 + firing.rule for firing in rule_set.evaluate(view))
    assert all(list(firing.spans) == sorted(firing.spans) for firing in rule_set.evaluate(view))


@given(st.lists(rules, max_size=6), views())
def test_the_stored_form_is_equal_in_effect(nodes: list[Node], view: ArticleView) -> None:
    rule_set = RuleSet(enumerate(map(str, nodes)))
    words = [*VOCABULARY, "the"]
    restored = RuleSet.from_tensors(rule_set.tensors(words, CONCEPTS), words, CONCEPTS)
    assert restored.evaluate(view) == rule_set.evaluate(view)
    assert restored.anchors() == rule_set.anchors()


@given(st.lists(rules, max_size=6), st.booleans())
def test_numbers_give_back_the_nodes(nodes: list[Node], wide: bool) -> None:
    words = [*VOCABULARY, "the"]
    tensors = Programs.of(nodes).tensors(words, CONCEPTS)
    if wide:
        tensors |= {name: tensors[name].astype(np.int32) for name in ("rules.programs", "rules.sets")}
    restored = Programs.from_tensors(tensors, words, CONCEPTS)
    assert [restored.node(rule) for rule in range(len(nodes))] == nodes
    again = restored.tensors(words, CONCEPTS)
    assert all(np.array_equal(again[name], tensor) for name, tensor in tensors.items())


@given(st.lists(rules, min_size=1, max_size=6))
def test_what_rules_share_is_kept_once(nodes: list[Node]) -> None:
    once, twice = Programs.of(nodes), Programs.of([*nodes, *nodes])
    assert (twice.terms, twice.sets, twice.rules) == (once.terms, once.sets, [*once.rules, *once.rules])
    shared = [tuple(each) for each in once.sets]
    assert len({*shared}) == len(shared)


@given(nodes)
def test_positive_is_to_have_a_clause(node: Node) -> None:
    assert is_positive(node) == bool(smallest_clause(node))


@given(rules)
def test_canonical_text_parses_to_the_same_node(node: Node) -> None:
    assert parse_rule(str(node)) == node


@given(nodes, views())
def test_two_nots_cancel(node: Node, view: ArticleView) -> None:
    assert fires(Not(Not(node)), view) == fires(node, view)


@given(nodes, nodes, views())
def test_de_morgan(a: Node, b: Node, view: ArticleView) -> None:
    assert fires(Not(And((a, b))), view) == fires(Or((Not(a), Not(b))), view)
    assert fires(Not(Or((a, b))), view) == fires(And((Not(a), Not(b))), view)


@given(nodes, nodes, nodes, views())
def test_and_or_commute_and_distribute(a: Node, b: Node, c: Node, view: ArticleView) -> None:
    assert fires(And((a, b)), view) == fires(And((b, a)), view)
    assert fires(Or((a, b)), view) == fires(Or((b, a)), view)
    assert fires(And((a, Or((b, c)))), view) == fires(Or((And((a, b)), And((a, c)))), view)


@given(places, places, st.integers(0, 8), st.integers(0, 8), views())
def test_near_is_symmetric_and_wider_finds_no_less(
    a: Node, b: Node, n: int, more: int, view: ArticleView
) -> None:
    scene, stop = Scene(view), len(view.words)
    narrow = compile_query(Near(a, b, n))(scene, 0, stop)
    assert narrow == compile_query(Near(b, a, n))(scene, 0, stop)
    assert set(narrow or ()) <= set(compile_query(Near(a, b, n + more))(scene, 0, stop) or ())


@given(positive, views())
def test_narrower_scopes_imply_wider_ones(node: Node, view: ArticleView) -> None:
    assert fires(node, view) >= fires(Sentence(node), view)
    assert fires(node, view) >= fires(Lead(node), view) >= fires(Title(node), view)


@given(places, st.integers(1, 5), views())
def test_count_falls_with_its_number(node: Node, least: int, view: ArticleView) -> None:
    assert fires(Count(node, 1), view) == fires(node, view)
    assert fires(Count(node, least), view) >= fires(Count(node, least + 1), view)


PIECES = """AND OR NOT NEAR/2 NEAR NEAR/ SENTENCE( TITLE( LEAD( COUNT( YEAR( 2013-2015 ) ) (
    >= >=2 " " word annex* * @ @a:b ½ é"""
pieces = st.sampled_from(PIECES.split())


@given(st.one_of(st.text(st.characters()), st.lists(pieces | st.text(max_size=3)).map(" ".join)))
def test_any_text_is_a_rule_or_a_rule_error(text: str) -> None:
    try:
        node = parse_rule(text)
    except RuleError as error:
        assert 1 <= error.column <= len(text) + 1
    else:
        assert parse_rule(str(node)) == node


@pytest.fixture(scope="module")
def parts(tiny_tagger: Tagger) -> Parts:
    """The parts of the tiny tagger, in a vocabulary that has every word of the rules."""
    lexicon = tiny_tagger.parts.lexicon
    new = sorted({*VOCABULARY} - {*lexicon.words})
    lexicon = replace(
        lexicon,
        words=StringTable.of([*lexicon.words, *new]),
        word_flags=np.pad(lexicon.word_flags, (0, len(new))),
    )
    given = tiny_tagger.parts
    return Parts(given.index, lexicon, given.rules, given.tfidf, given.linear, given.ranker)


texts = st.lists(
    st.tuples(
        st.sampled_from([*VOCABULARY, "the", "Russia", "Kyiv"]),
        st.sampled_from([" "] * 4 + [". The ", "\n\n"]),
    ).map("".join),
    max_size=20,
).map("".join)


@pytest.mark.skipif(kernel() is None, reason="the package was built without its kernel")
@given(
    st.lists(rules, min_size=1, max_size=6),
    texts,
    st.integers(0, 40),
    st.none() | st.integers(2012, 2016),
    st.sampled_from([1, 1, 30]),
)
def test_the_kernel_wakes_what_python_finds_true(
    parts: Parts, nodes: list[Node], text: str, title: int, year: int | None, times: int
) -> None:
    """Each rule is of a concept of its own; a long text has more sentences than the kernel has bits."""
    rule_set = RuleSet((number, str(node)) for number, node in enumerate(nodes))
    changed = Parts(parts.index, parts.lexicon, rule_set, parts.tfidf, parts.linear, parts.ranker)
    concepts = list(range(len(nodes)))
    found, expected = (
        pipeline.explain(times * text, title, year, concepts)
        for pipeline in (make_pipeline(changed), PythonPipeline(changed))
    )
    for one, other in zip(found, expected, strict=True):
        assert (one is None) == (other is None)
        assert one is None or other is None or (one[0].tobytes(), one[2]) == (other[0].tobytes(), other[2])


@st.composite
def forgeries(draw: st.DrawFn) -> dict[str, np.ndarray]:
    """Draw rules some of whose numbers are others; most are numbers that mean something elsewhere."""
    words = [*VOCABULARY, "the"]
    tensors = Programs.of(draw(st.lists(rules, min_size=1, max_size=3))).tensors(words, CONCEPTS)
    stop = OPERATORS + len(tensors["rules.terms"]) + len(tensors["rules.set_stops"]) + 1
    dtype = draw(st.sampled_from([np.uint16, np.int32]))
    for name in ("rules.programs", "rules.sets"):
        tensors[name] = numbers = tensors[name].astype(dtype)
        for _ in range(draw(st.integers(0, 2)) if len(numbers) else 0):
            number = draw(st.integers(-1 if dtype == np.int32 else 0, stop) | st.just(np.iinfo(dtype).max))
            numbers[draw(st.integers(0, len(numbers) - 1))] = number
    for name in ("rules.stops", "rules.set_stops"):
        stops = tensors[name] = tensors[name].copy()
        if len(stops) > 1 and draw(st.booleans()):
            at = draw(st.integers(0, len(stops) - 2))
            stops[at] = draw(st.integers(stops[at - 1] if at else 0, stops[at + 1]))
    return tensors


@pytest.mark.skipif(kernel() is None, reason="the package was built without its kernel")
@given(forgeries(), texts)
def test_both_refuse_the_same_numbers(parts: Parts, forged: dict[str, np.ndarray], text: str) -> None:
    """What the kernel takes, Python can read, and the other way round; and both find the same with it."""
    n_rules, known = len(forged["rules.stops"]), {text: at for at, text in enumerate(parts.lexicon.words)}
    packed = [4 * known[VOCABULARY[term >> 2]] if term & 3 == 0 else term for term in forged["rules.terms"]]
    concepts = np.arange(n_rules, dtype=np.int32)
    forged |= {"rules.terms": np.array(packed, dtype=np.int32), "rules.concepts": concepts}
    try:
        rule_set = RuleSet.from_tensors(forged, parts.lexicon.words, parts.index.ids)
        sets = [rule_set._programs._known(each, each + 1) for each in range(len(packed), n_known(forged))]
        nodes = [rule_set.node(rule) for rule in range(n_rules)]
    except (ModelFormatError, ValueError):
        with pytest.raises(ValueError, match="rule"):
            make_pipeline(parts, {**parts.tensors(), **forged})
        return
    assert all(map(is_place, [*sets])) and all(map(is_positive, nodes))
    changed = Parts(parts.index, parts.lexicon, rule_set, parts.tfidf, parts.linear, parts.ranker)
    found, expected = (
        pipeline.explain(text, 0, None, list(range(n_rules)))
        for pipeline in (make_pipeline(parts, {**parts.tensors(), **forged}), PythonPipeline(changed))
    )
    for one, other in zip(found, expected, strict=True):
        assert (one is None) == (other is None)
        assert one is None or other is None or (one[0].tobytes(), one[2]) == (other[0].tobytes(), other[2])


def n_known(tensors: dict[str, np.ndarray]) -> int:
    return len(tensors["rules.terms"]) + len(tensors["rules.set_stops"])


@pytest.mark.skipif(kernel() is None, reason="the package was built without its kernel")
@pytest.mark.parametrize(("size", "named", "refused"), [(1000, 50, False), (300_000, 1000, True)])
def test_what_sets_multiply_is_bounded(parts: Parts, size: int, named: int, refused: bool) -> None:
    """A set is a number wherever it is named, and each time as much work as it holds."""
    forged = {
        "rules.terms": np.zeros(1, dtype=np.int32),
        "rules.sets": np.full(size, OPERATORS, dtype=np.uint16),
        "rules.set_stops": np.array([size], dtype=np.int32),
        "rules.programs": np.full(named, OPERATORS + 1, dtype=np.uint16),
        "rules.stops": np.arange(1, named + 1, dtype=np.int32),
        "rules.concepts": np.zeros(named, dtype=np.int32),
        "rules.prefixes.blob": np.zeros(0, dtype=np.uint8),
        "rules.prefixes.stops": np.zeros(0, dtype=np.int32),
    }
    if refused:
        with pytest.raises(ValueError, match="through their sets"):
            make_pipeline(parts, {**parts.tensors(), **forged})
    else:
        word = parts.lexicon.words[0]
        pipeline = make_pipeline(parts, {**parts.tensors(), **forged})
        assert pipeline.mentioned(f"{word} {word}", 0) == [0]
