"""Rules by example: each operator, each error, the stored form."""

from __future__ import annotations

import doctest
import pickle
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tagonomy.errors import ModelFormatError, RuleError
from tagonomy.rules import Firing, RuleSet
from tagonomy.rules.parser import parse_rule
from tagonomy.rules.program import AND, COUNT
from tagonomy.rules.scene import ArticleView
from tagonomy.rules.syntax import (
    And,
    ConceptRef,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
    smallest_clause,
    walk,
)
from tagonomy.taxonomy import Concept, Taxonomy
from tagonomy.text import tokenize

TITLE = "Russia annexes Crimea"
BODY = (
    "Moscow's cease-fire is over. Troops crossed the Ukrainian border. "
    "The frontier is long, said the President of Türkiye. Crimea is a peninsula."
)


def view(
    title: str = TITLE, body: str = BODY, lead: int = 11, **concepts: list[tuple[int, int]]
) -> ArticleView:
    """Return an article as rules see it; ``lead`` counts words of the body."""
    tokens = tokenize(f"{title}\n\n{body}", title_characters=len(title))
    section = [int(index >= tokens.title_stop) for index in range(len(tokens))]
    found = {f"countries:{slug}": spans for slug, spans in concepts.items()}
    return ArticleView(tokens.words, tokens.sentences, section, tokens.title_stop + lead, found)


def surfaces(rule: str, article: ArticleView) -> list[str] | None:
    """Return the words at the places that make a rule true, or None where it is false."""
    firings = RuleSet([(0, rule)]).evaluate(article)
    if not firings:
        return None
    return [" ".join(article.words[start:stop]) for start, stop in firings[0].spans]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("crimea", ["crimea", "crimea"]),
        ("CRIMEA", ["crimea", "crimea"]),
        ("turkiye", ["turkiye"]),
        ("Türkiye", ["turkiye"]),
        ("sevastopol", None),
        ("crime", None),
        ("annex*", ["annexes"]),
        ("Tür*", ["turkiye"]),
        ('"crimea is"', ["crimea is"]),
        ('"crimea was"', None),
        ('"crimea moscow"', None),  # a phrase stays in its section
        ('"turkiye crimea"', ["turkiye crimea"]),  # but a sentence may end at an abbreviation
        ('"troops cross* the ukr*"', ["troops crossed the ukrainian"]),
        ("cease-fire", ["cease fire"]),
        ("moscow's", ["moscow s"]),
        ("@countries:ru", ["russia", "moscow"]),
        ("@countries:fr", None),
        ("troops AND border", ["troops", "border"]),
        ("troops AND river", None),
        ("river OR frontier OR border", ["border", "frontier"]),
        ("troops AND NOT river", ["troops"]),
        ("troops AND NOT border", None),
        ("river AND troops OR frontier", ["frontier"]),  # AND binds tighter
        ("river AND (troops OR frontier)", None),
        ("frontier AND NOT river OR troops", ["troops", "frontier"]),
        ("frontier AND NOT (river OR troops)", None),
        ("and", None),
    ],
)
def test_words_and_boolean_operators(rule: str, expected: list[str] | None) -> None:
    assert surfaces(rule, view(ru=[(0, 1), (3, 4)])) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("troops NEAR/3 border", ["troops", "border"]),
        ("troops NEAR/2 border", None),
        ("border NEAR/3 troops", ["troops", "border"]),
        ("annexes NEAR/0 crimea", ["annexes", "crimea"]),
        ("crimea NEAR/5 moscow", None),  # one stands in the title, the other in the body
        ("crimea NEAR/9 crime*", None),  # a place is not near itself
        ("troops NEAR/3 (frontier OR border)", ["troops", "border"]),
        ('"cease fire" NEAR/2 over', ["cease fire", "over"]),
        ("@countries:ru NEAR/1 crimea", ["russia", "crimea"]),
        ("annex* NEAR/1 (russia OR crimea)", ["russia", "annexes", "crimea"]),
        ("SENTENCE(border AND troops)", ["troops", "border"]),
        ("SENTENCE(border AND frontier)", None),
        ("SENTENCE(frontier AND NOT border)", ["frontier"]),
        ("SENTENCE(border AND NOT troops)", None),
        ("TITLE(crimea)", ["crimea"]),
        ("TITLE(moscow)", None),
        ("crimea AND NOT TITLE(moscow)", ["crimea", "crimea"]),
        ("LEAD(troops)", ["troops"]),
        ("LEAD(border)", ["border"]),
        ("LEAD(frontier)", None),
        ("LEAD(SENTENCE(troops AND border))", ["troops", "border"]),
        ("COUNT(crimea) >= 2", ["crimea", "crimea"]),
        ("COUNT(crimea) >= 3", None),
        ("COUNT(crimea OR border OR frontier)>=4", ["crimea", "border", "frontier", "crimea"]),
        ("TITLE(COUNT(crimea) >= 2)", None),
        ("frontier AND NOT COUNT(crimea) >= 3", ["frontier"]),
    ],
)
def test_operators_of_place(rule: str, expected: list[str] | None) -> None:
    assert surfaces(rule, view(ru=[(0, 1), (3, 4)])) == expected


def test_a_firing_names_its_rule_and_concept() -> None:
    rules = RuleSet([(7, "river"), (7, "troops AND border"), (2, "crimea")])
    assert rules.evaluate(view()) == [Firing(1, 7, ((9, 10), (13, 14))), Firing(2, 2, ((2, 3), (23, 24)))]
    assert rules.evaluate(view("", "")) == []
    assert RuleSet([]).evaluate(view()) == []


@pytest.mark.parametrize(
    ("rule", "column", "expected"),
    [
        ("", 1, "a word"),
        ("   ", 4, "a word"),
        ("border frontier", 8, "AND, OR, NEAR/n or the end"),
        ("border and frontier", 8, "AND, OR"),
        ("border AND", 11, "a word"),
        ("OR border", 1, "a word"),
        ("border AND OR frontier", 12, "a word"),
        ("(border", 8, "AND, OR, NEAR/n or )"),
        ("(border frontier)", 9, "AND, OR, NEAR/n or )"),
        ("border)", 7, "the end of the rule"),
        ("()", 2, "a word"),
        ('a AND "border', 7, 'a closing "'),
        ("a AND @ukraine", 7, "a concept's id"),
        ("@countries:ua, b", 1, "a concept's id"),
        ("ab*", 3, "at least 3 letters before *"),
        ("a AND *", 7, "at least 3 letters before *"),
        ("fro*tier", 4, "* only at the end"),
        ("foo-*", 5, "at least 3 letters before *"),
        ("a AND --", 7, "a letter or a digit"),
        ('""', 1, "a letter or a digit"),
        ("½", 1, "letters and digits"),
        ("a NEAR b", 3, "NEAR/n with n from 0 to 1,000"),
        ("a NEAR/ b", 3, "NEAR/n with n"),
        ("a NEAR/x b", 3, "NEAR/n with n"),
        ("a NEAR/1001 b", 3, "NEAR/n with n from 0 to 1,000"),
        ("a NEAR/999999999999 b", 3, "NEAR/n with n"),
        ("a NEAR/2 b NEAR/2 c", 12, "AND, OR"),
        ("(a AND b) NEAR/2 c", 1, "beside NEAR"),
        ("c NEAR/2 TITLE(a)", 10, "beside NEAR"),
        ("a NEAR/2 NOT b", 10, "a word"),
        ("TITLE", 6, "( after TITLE"),
        ("TITLE budget", 7, "( after TITLE"),
        ("COUNT(a)", 9, ">= n after COUNT( )"),
        ("COUNT(a) > 2", 10, ">= n after COUNT( )"),
        ("COUNT(a) >= x", 13, "a number from 1 to 1,000"),
        ("COUNT(a) >= 0", 13, "a number from 1"),
        ("COUNT(a) >= ²", 13, "a number from 1"),
        ("COUNT(a) >=", 12, "a number"),
        ("COUNT(a AND b) >= 2", 7, "in COUNT"),
        ("NOT border", 1, "a positive term"),
        ("border OR NOT frontier", 1, "a positive term"),
        ("NOT NOT border", 1, "a positive term"),
        ("a AND SENTENCE(NOT b)", 16, "a positive term"),
        ("a = b", 3, "AND, OR"),
    ],
)
def test_errors_point_at_the_column(rule: str, column: int, expected: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rule(rule)
    assert caught.value.rule == rule
    assert (caught.value.column, expected in caught.value.expected) == (column, True), caught.value


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("(" * 10_000 + "a" + ")" * 10_000, "characters"),
        ("a" * 10_000, "characters"),
        ("(" * 2000 + "a" + ")" * 2000, "levels"),
        ("NOT " * 1000 + "a", "levels"),
        ("TITLE(" * 65 + "a" + ")" * 65, "levels"),
        (" OR ".join(["ab"] * 257), "words and concepts"),
        ('"' + "a " * 300 + '"', "words and concepts"),
        ("COUNT(a) >= " + "9" * 4000, "a number"),
        ("a NEAR/" + "9" * 4000 + " b", "NEAR/n"),
        ("\udcff(\x00", "a letter or a digit"),
    ],
)
def test_hostile_rules_are_refused_soon(rule: str, expected: str) -> None:
    began = time.perf_counter()
    with pytest.raises(RuleError, match=expected):
        parse_rule(rule)
    assert time.perf_counter() - began < 30  # a hang guard, not a timing


def test_rules_up_to_the_bounds_are_read() -> None:
    assert str(parse_rule("(" * 64 + "a" + ")" * 64)) == "a"
    assert len(parse_rule(" OR ".join(["ab"] * 256)).nodes) == 256  # type: ignore[union-attr]


def test_nodes() -> None:
    rule = parse_rule('(troop* OR "the border") NEAR/3 @countries:ua AND NOT (a OR b)')
    near = Near(Or((Prefix("troop"), Phrase((Word("the"), Word("border"))))), ConceptRef("countries:ua"), 3)
    assert rule == And((near, Not(Or((Word("a"), Word("b"))))))
    assert [node.id for node in walk(rule) if isinstance(node, ConceptRef)] == ["countries:ua"]
    assert str(rule) == '(troop* OR "the border") NEAR/3 @countries:ua AND NOT (a OR b)'


def test_anchors_are_the_terms_that_the_fewest_rules_name() -> None:
    texts = [
        "annex* NEAR/8 @countries:ua-crimea",
        "SENTENCE(@countries:ru AND (border OR frontier))",
        "TITLE(budget) AND @countries:ru AND NOT senate",
        '"the frontier" OR COUNT(annexation) >= 2',
    ]
    rules = RuleSet(enumerate(texts))
    assert rules.anchors() == [
        (ConceptRef("countries:ru"), 1),
        (ConceptRef("countries:ua-crimea"), 0),
        (Word("annexation"), 3),
        (Word("budget"), 2),
        (Word("the"), 3),
    ]
    assert smallest_clause(parse_rule("a AND (bcd OR efg)")) == {Word("a")}


def stored(rules: RuleSet) -> RuleSet:
    """Return the rules as a model file gives them back."""
    words = sorted({word for node in map(rules.node, range(len(rules))) for word in words_of(node)})
    concepts = ["countries:ru"]
    return RuleSet.from_tensors(rules.tensors(words, concepts), words, concepts)


def words_of(node: Node) -> set[str]:
    parts = {part for each in walk(node) if isinstance(each, Phrase) for part in each.parts}
    return {each.text for each in {*walk(node), *parts} if isinstance(each, Word)}


def test_the_stored_form_is_equal() -> None:
    rules = RuleSet([(5, "annex* AND crimea"), (6, "river"), (7, "@countries:ru AND NOT river")])
    article = view(ru=[(0, 1)])
    assert stored(rules).evaluate(article) == rules.evaluate(article) != []
    assert stored(rules).anchors() == rules.anchors()
    assert pickle.loads(pickle.dumps(rules)).evaluate(article) == rules.evaluate(article)


def test_a_concept_that_the_taxonomy_lacks_is_never_found() -> None:
    rules = stored(RuleSet([(5, "@countries:xx OR crimea"), (6, "crimea AND NOT @countries:xx")]))
    assert [firing.rule for firing in rules.evaluate(view(xx=[(0, 1)]))] == [0, 1]


def test_numbers_that_are_no_rule_are_refused_when_it_wakes() -> None:
    tensors = RuleSet([(5, "river"), (6, "crimea AND NOT river")]).tensors(["crimea", "river"], [])
    tensors["rules.programs"][1] = AND
    tensors["rules.programs"][-3] = COUNT
    broken = RuleSet.from_tensors(tensors, ["crimea", "river"], [])
    assert broken.evaluate(view(title="River", body="A river.")) != []
    with pytest.raises(ModelFormatError, match="rule 1 of the model: the numbers are no rule"):
        broken.evaluate(view())


def test_the_rules_of_a_taxonomy_speak_for_its_concepts() -> None:
    rules = RuleSet.of(
        Taxonomy.of(
            [
                Concept(id="events:a", label="A", rules=("river", "crimea")),
                Concept(id="events:b", label="B"),
                Concept(id="events:c", label="C", rules=("border",)),
            ]
        )
    )
    assert rules.concepts == (0, 0, 2)
    assert [firing.concept for firing in rules.evaluate(view())] == [0, 2]


def test_threads_share_a_rule_set() -> None:
    rules = RuleSet((number, f"crimea AND NOT word{number}") for number in range(200))
    expected = RuleSet((number, f"crimea AND NOT word{number}") for number in range(200)).evaluate(view())
    with ThreadPoolExecutor(8) as pool:
        assert all(found == expected for found in pool.map(lambda _: rules.evaluate(view()), range(64)))


def test_the_documentation_says_what_happens() -> None:
    page = Path(__file__).parent.parent / "docs" / "rules.md"
    failed, attempted = doctest.testfile(str(page), module_relative=False)
    assert not failed and attempted
