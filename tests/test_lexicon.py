"""Labels compiled to a trie: every label leads to its senses, whatever order they came in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy.config import Limits
from tagonomy.mentions.lexicon import (
    AFTER_COMMA,
    CONTEXT,
    EXACT,
    FOLLOWING,
    GIVEN_NAME,
    KINDS,
    NAME,
    OPENING,
    SURNAME,
    Lexicon,
)
from tagonomy.mentions.lexicon_builder import build_lexicon
from tagonomy.mentions.matcher import Matcher
from tagonomy.taxonomy import Concept, Taxonomy
from tagonomy.text import tokenize


def senses(lexicon: Lexicon, label: str) -> list[tuple[int, str, int]]:
    """Return concept, kind and flags of what a label may mean."""
    found = Matcher(lexicon).senses_of(tokenize(label).words)
    return [(int(lexicon.concept[s]), KINDS[lexicon.kind[s]], int(lexicon.flags[s])) for s in found]


def lexicon_of(*concepts: Concept, limits: Limits | None = None) -> Lexicon:
    return build_lexicon(Taxonomy.of(concepts), limits=limits)


def same(a: Lexicon, b: Lexicon) -> bool:
    one, other = a.tensors(), b.tensors()
    return one.keys() == other.keys() and all(
        one[name].dtype == other[name].dtype and np.array_equal(one[name], other[name]) for name in one
    )


def test_every_label_and_evidence_term_leads_to_its_concept(tiny_taxonomy: Taxonomy) -> None:
    lexicon = build_lexicon(tiny_taxonomy)
    for number, concept in enumerate(tiny_taxonomy):
        active = not concept.replaced_by
        for label in concept.labels:
            named = number in [c for c, kind, _ in senses(lexicon, label) if kind == "name"]
            assert named == (active and not concept.abstract)
        for kind, terms in concept.evidence.items():
            for term in terms:
                assert (number, kind, 0) in senses(lexicon, term)


def test_flags_tell_labels_that_need_context_or_their_exact_case(tiny_taxonomy: Taxonomy) -> None:
    lexicon = build_lexicon(tiny_taxonomy)
    us, blinken = (list(tiny_taxonomy.concepts).index(id) for id in ("countries:us", "people:antony-blinken"))
    assert senses(lexicon, "US") == [(us, "name", EXACT)]
    assert senses(lexicon, "Blinken") == [(blinken, "name", CONTEXT)]
    assert senses(lexicon, "Antony Blinken") == [(blinken, "name", 0)]


def test_a_label_that_several_concepts_share_has_the_highest_prior_first() -> None:
    smiths = [Concept(id=f"people:smith-{i}", label="John Smith", prior=i) for i in range(5)]
    assert [concept for concept, _, _ in senses(lexicon_of(*smiths), "john smith")] == [4, 3, 2, 1, 0]
    few = lexicon_of(*smiths, limits=Limits(senses_per_label=2))
    assert [concept for concept, _, _ in senses(few, "john smith")] == [4, 3]


def test_spellings_of_one_label_make_one_sense_the_most_permissive() -> None:
    concept = Concept(
        id="topics:a",
        label="Covid-19",
        alt_labels=("COVID-19", "COVID 19", "covid-19"),
        case_sensitive=("COVID-19",),
        needs_context=("COVID 19",),
    )
    lexicon = lexicon_of(concept)
    assert senses(lexicon, "covid 19") == [(0, "name", 0)]
    assert lexicon.capitals.tolist() == [0]


def test_the_same_alias_twice_is_once() -> None:
    once = lexicon_of(Concept(id="topics:a", label="economy", alt_labels=("business",)))
    twice = lexicon_of(
        Concept(
            id="topics:a", label="economy", alt_labels=("business", "business"), hidden_labels=("economy",)
        )
    )
    assert same(once, twice)


def test_a_name_and_evidence_in_the_same_words_are_two_senses() -> None:
    mexico = Concept(
        id="countries:mx", label="Mexico", evidence={"city": ("Mexico",), "demonym": ("Mexican",)}
    )
    assert senses(lexicon_of(mexico), "Mexico") == [(0, "name", 0), (0, "city", 0)]


def test_capitals_are_asked_for_where_the_label_has_them() -> None:
    lexicon = lexicon_of(Concept(id="topics:a", label="annexation of Crimea"))
    assert lexicon.capitals.tolist() == [0b100]


def test_labels_without_a_word_are_left_out() -> None:
    lexicon = lexicon_of(Concept(id="topics:a", label="a", alt_labels=("...", "👩\u200d🚀")))
    assert (list(lexicon.words), len(lexicon.concept)) == (["a"], 1)


def test_a_retired_person_is_no_obstacle() -> None:
    lexicon = lexicon_of(
        Concept(id="people:a", label="Ada Lovelace"),
        Concept(id="people:b", label="Ada King", replaced_by="people:a"),
    )
    assert senses(lexicon, "Ada King") == []


def test_an_empty_taxonomy_compiles_to_nothing() -> None:
    lexicon = lexicon_of()
    assert (len(lexicon.words), len(lexicon.concept), len(lexicon.node_words)) == (0, 0, 0)
    matcher, tokens = Matcher(lexicon), tokenize("Any text.")
    assert matcher.find(tokens, matcher.numbers(tokens)) == []


def test_feature_words_get_the_first_numbers(tiny_taxonomy: Taxonomy) -> None:
    lexicon = build_lexicon(tiny_taxonomy, ["zebra", "ukraine", "bank"])
    words = list(lexicon.words)
    assert words[:3] == ["zebra", "ukraine", "bank"]
    assert len(words) == len(set(words))
    assert words[3:] == sorted(words[3:])


def test_nodes_are_found_by_numbers_of_the_words_that_follow_others(tiny_taxonomy: Taxonomy) -> None:
    lexicon = build_lexicon(tiny_taxonomy, ["zebra", "ukraine", "bank"])
    following = [w for w, flag in zip(lexicon.words, lexicon.word_flags, strict=True) if flag & FOLLOWING]
    roots = int((lexicon.word_flags & OPENING != 0).sum())
    labels = [tokenize(label).words for concept in tiny_taxonomy for label in concept.labels]
    assert {word for words in labels for word in words[1:]} <= set(following)
    assert not {"zebra", "bank"} & set(following)
    assert not lexicon.node_words[:roots].any()
    assert {following[number] for number in lexicon.node_words[roots:]} == set(following)


def test_given_names_are_those_of_two_people_and_surnames_those_of_one() -> None:
    lexicon = lexicon_of(
        Concept(id="people:a", label="Paris Hilton"),
        Concept(id="people:b", label="Paris Jackson"),
        Concept(id="people:c", label="Pelé"),
        Concept(id="people:d", label="Ada Lovelace"),
        Concept(id="countries:paris", label="Paris Region"),
    )
    flags = dict(zip(lexicon.words, lexicon.word_flags.tolist(), strict=True))
    assert flags == {
        "paris": GIVEN_NAME | OPENING,
        "hilton": SURNAME | FOLLOWING,
        "jackson": SURNAME | FOLLOWING,
        "lovelace": SURNAME | FOLLOWING,
        "ada": OPENING,
        "pele": OPENING,
        "region": FOLLOWING,
    }


def test_words_after_a_comma_in_some_label_are_marked() -> None:
    lexicon = lexicon_of(
        Concept(id="countries:a", label="Springfield, Ohio", evidence={"city": ("Old Town, Ruritania",)}),
        Concept(id="countries:b", label="Ohio Valley"),
    )
    marked = {w for w, flag in zip(lexicon.words, lexicon.word_flags, strict=True) if flag & AFTER_COMMA}
    assert marked == {"ohio", "ruritania"}


def test_a_label_that_names_a_related_concept_implies_it(tiny_taxonomy: Taxonomy) -> None:
    troops = Concept(id="countries:troops", label="Russian troops", related=("countries:ru",))
    taxonomy = Taxonomy.of([*tiny_taxonomy, troops])
    matcher = Matcher(build_lexicon(taxonomy))
    ids = list(taxonomy.concepts)
    implied = {
        ids[matcher.concept[sense]]: [(ids[number], KINDS[kind]) for number, kind in found]
        for sense in range(len(matcher.concept))
        if (found := matcher.implied(sense))
    }
    assert implied == {
        "events:annexation-of-crimea": [("countries:ua-crimea", "name")],
        "countries:troops": [("countries:ru", "demonym")],
    }


WORDS = st.sampled_from("new york Times city of The".split())
LABELS = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


@given(st.lists(st.tuples(LABELS, st.lists(LABELS, max_size=3), st.integers(0, 9)), max_size=6), st.randoms())
def test_the_order_of_concepts_does_not_matter(
    rows: list[tuple[str, list[str], int]], random: st.DataObject
) -> None:
    concepts = [
        Concept(id=f"topics:t{i}", label=label, alt_labels=tuple(alts), prior=prior)
        for i, (label, alts, prior) in enumerate(rows)
    ]
    shuffled = list(concepts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert same(lexicon_of(*concepts), lexicon_of(*shuffled))


LABEL_OF_ANY_SCRIPT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(str.strip)


@given(st.lists(LABEL_OF_ANY_SCRIPT, min_size=1, max_size=4))
def test_labels_of_any_unicode_compile_and_are_found_again(labels: list[str]) -> None:
    lexicon = lexicon_of(*(Concept(id=f"topics:t{i}", label=label) for i, label in enumerate(labels)))
    for number, label in enumerate(labels):
        if tokenize(label).words:
            assert (number, "name", 0) in senses(lexicon, label)
    assert same(Lexicon.from_tensors(lexicon.tensors()), lexicon)


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_evidence_keep_their_name(kind: str) -> None:
    concept = Concept(id="countries:a", label="Aland", evidence={kind: ("Term",)})
    assert senses(lexicon_of(concept), "Term") == [(0, kind, 0)]
    assert KINDS[NAME] == "name"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The W.H.O. warned.", True),
        ("Said the W.H.O.", True),
        ("W.H.O.-led teams", True),
        ("w.h.o. knows", False),
        ("who knows", False),
    ],
)
def test_what_stands_around_the_words_of_a_spelling_is_not_compared(text: str, named: bool) -> None:
    concept = Concept(id="organizations:a", label="W.H.O.", case_sensitive=("W.H.O.",))
    matcher = Matcher(lexicon_of(concept))
    tokens = tokenize(text)
    assert bool(matcher.find(tokens, matcher.numbers(tokens))) == named


@pytest.mark.parametrize(
    ("phrase", "inner", "lent"),
    [
        (Concept(id="topics:a", label="FBI raids"), Concept(id="organizations:b", label="FBI"), True),
        (
            Concept(id="topics:a", label="pack the High Court"),
            Concept(id="organizations:b", label="High Court"),
            True,
        ),
        (Concept(id="topics:a", label="Medicaid cuts"), Concept(id="topics:b", label="Medicaid"), True),
        (
            Concept(id="events:a", label="2020 GOP primaries"),
            Concept(id="organizations:b", label="GOP"),
            True,
        ),
        # A capital goes on beside it, it may be a plain word, it needs context, or is written otherwise.
        (Concept(id="topics:a", label="Bears Ears"), Concept(id="organizations:b", label="Bears"), False),
        (
            Concept(id="topics:a", label="Amazon forests"),
            Concept(id="organizations:b", label="Amazon"),
            False,
        ),
        (
            Concept(id="topics:a", label="FBI raids"),
            Concept(id="organizations:b", label="FBI", needs_context=("FBI",)),
            False,
        ),
        (Concept(id="events:a", label="battle of Gao"), Concept(id="organizations:b", label="GAO"), False),
    ],
)
def test_a_phrase_names_the_body_within_it(phrase: Concept, inner: Concept, lent: bool) -> None:
    lexicon = lexicon_of(phrase, inner)
    order = sorted([phrase.id, inner.id])
    (sense,) = [s for s in range(len(lexicon.concept)) if lexicon.concept[s] == order.index(phrase.id)]
    implied = [code // len(KINDS) for code in lexicon.implied[sense]]
    assert implied == ([order.index(inner.id)] if lent else [])


@pytest.mark.parametrize(
    ("label", "place", "lent"),
    [
        ("Arlville climate deal", Concept(id="countries:b", label="Arlville"), False),
        ("Arlville protests", Concept(id="countries:b", label="Arlville"), True),
        (
            "Arland nuclear deal",
            Concept(id="countries:b", label="Arland", evidence={"capital": ("Tarn",)}),
            True,
        ),
    ],
)
def test_an_agreement_is_not_about_the_town_where_it_was_signed(
    label: str, place: Concept, lent: bool
) -> None:
    lexicon = lexicon_of(Concept(id="events:a", label=label), place)
    (sense,) = np.flatnonzero(lexicon.concept == 1)
    assert bool(lexicon.implied[sense]) == lent


def test_a_name_that_two_share_is_lent_to_neither() -> None:
    lexicon = lexicon_of(
        Concept(id="topics:a", label="ICC warrants"),
        Concept(id="organizations:b", label="ICC"),
        Concept(id="organizations:c", label="ICC"),
    )
    assert not any(lexicon.implied[s] for s in range(len(lexicon.concept)))


def test_a_name_speaks_for_the_topics_of_its_class() -> None:
    taxonomy = Taxonomy.of(
        [
            Concept(id="people:players", label="Players", abstract=True, related=("topics:football",)),
            Concept(id="people:a", label="Ada Lovelace", alt_labels=("Ada",), broader=("people:players",)),
            Concept(id="people:b", label="Bo Derek", related=("topics:football",)),
            Concept(id="topics:football", label="football"),
        ]
    )
    lexicon = build_lexicon(taxonomy)
    ids = [concept.id for concept in taxonomy]
    told = {
        (ids[concept], ids[code // len(KINDS)], KINDS[code % len(KINDS)])
        for sense, concept in enumerate(lexicon.concept.tolist())
        for code in lexicon.implied[sense]
    }
    assert told == {("people:a", "topics:football", "organ")}
