"""Seed words: a concept is likelier where the article says what articles about it say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy import Article, Concept, Tagger, Taxonomy, train
from tagonomy.config import TaggerConfig
from tagonomy.errors import TaxonomyError
from tagonomy.pipeline import Parts, kernel, make_pipeline
from tagonomy.python_pipeline import PythonPipeline
from tagonomy.ranking import FEATURES
from tagonomy.seeds import SeedWords
from tagonomy.strings import Lists
from tagonomy.tag import Source
from tagonomy.training import extend
from tagonomy.training.addition import config_of

ABOUT = "The bank left its rates alone; economists see less inflation and more lending. NATO met."
PASSING = "The alliance held its summit; troops paraded, officials spoke of defence and of interest rates."

IDF = np.linspace(1, 9, 21, dtype=np.float32)
rows = st.lists(st.lists(st.integers(0, 20), max_size=8, unique=True), max_size=5)
articles = st.dictionaries(st.integers(0, 20), st.floats(0, 1, width=32))


def packed(rows: list[list[int]]) -> SeedWords:
    return SeedWords(Lists.of(rows), IDF)


@given(rows, articles)
def test_likeness_is_the_root_of_the_product_of_both_rows(
    rows: list[list[int]], said: dict[int, float]
) -> None:
    dense = np.zeros((len(rows) + 1, 21))
    for concept, row in enumerate(rows):
        dense[concept, row] = IDF[row] / math.sqrt(sum(float(IDF[word]) ** 2 for word in row) or 1)
    dense[-1, list(said)] = list(said.values())
    found = packed(rows).likeness(range(len(rows)), said)
    assert sorted(found) == [concept for concept, row in enumerate(rows) if row]
    for concept, likeness in found.items():
        assert math.isclose(likeness**2, dense[concept] @ dense[-1], rel_tol=1e-3, abs_tol=1e-3)


@given(rows, articles, st.integers(0, 20))
def test_a_word_more_never_makes_a_concept_less_likely(
    rows: list[list[int]], said: dict[int, float], word: int
) -> None:
    before = packed(rows).likeness(range(len(rows)), said)
    after = packed(rows).likeness(range(len(rows)), said | {word: 1.0})
    assert all(after[concept] >= before[concept] for concept in before)


@given(rows)
def test_what_is_saved_is_what_was(rows: list[list[int]]) -> None:
    seeds = packed(rows)
    again = SeedWords.from_tensors(seeds.tensors() | {"tfidf.idf": IDF})
    assert len(again) == len(seeds)
    if len(seeds):
        assert [again.row(concept) for concept in range(len(rows))] == [
            seeds.row(concept) for concept in range(len(rows))
        ]


def test_rows_have_length_one(tiny_tagger: Tagger) -> None:
    seeds = tiny_tagger.parts.seeds
    rows = [seeds.row(concept) for concept in range(len(tiny_tagger.index))]
    assert [tiny_tagger.index.ids[concept] for concept, row in enumerate(rows) if row] == [
        "organizations:nato",
        "topics:interest-rates",
    ]
    for row in filter(None, rows):
        assert math.isclose(sum(weight**2 for _, weight in row), 1, rel_tol=1e-2)


def test_a_seed_word_that_no_article_has_counts_all_the_same(tiny_tagger: Tagger) -> None:
    idf = tiny_tagger.parts.tfidf.idf[0]
    assert idf[list(tiny_tagger.parts.lexicon.words).index("economists")] == idf.max()


def feature(tagger: Tagger, text: str, id: str, name: str) -> float:
    concepts, features = tagger.describe(text)
    return float(features[concepts.index(tagger.index.number(id)), FEATURES.index(name)])


def test_who_is_about_it_says_more_of_it_than_who_names_it(tiny_tagger: Tagger) -> None:
    about = feature(tiny_tagger, ABOUT + " Interest rates!", "topics:interest-rates", "seeds")
    passing = feature(tiny_tagger, PASSING, "topics:interest-rates", "seeds")
    assert about > passing == 0
    assert feature(tiny_tagger, PASSING, "topics:interest-rates", "has_seeds") == 1


def test_the_likest_of_a_facet_has_all_of_the_share(tiny_tagger: Tagger) -> None:
    text = ABOUT + " Interest rates, the economy!"
    assert feature(tiny_tagger, text, "topics:interest-rates", "seeds_share") == 1
    assert feature(tiny_tagger, text, "topics:economy", "seeds_share") == 0
    assert feature(tiny_tagger, text, "topics:economy", "has_seeds") == 0


def test_evidence_shows_seed_words_and_adds_up(tiny_tagger: Tagger) -> None:
    tag = next(tag for tag in tiny_tagger.classify("Officials of the alliance met. NATO! NATO!", threshold=0))
    assert tag.id == "organizations:nato"
    shown = [each.surface for each in tag.evidence if each.source is Source.LINEAR]
    assert sorted(shown) == ["Officials", "alliance"]
    total = sum(each.weight for each in tag.evidence)
    assert math.isclose(total, math.log(tag.score / (1 - tag.score)), rel_tol=1e-6)


def test_the_setting_switches_them_off(tiny_corpus: tuple[Article, ...], tiny_taxonomy: Taxonomy) -> None:
    tagger = train(tiny_corpus, tiny_taxonomy, TaggerConfig(min_articles=8, seed_words=False))
    assert not len(tagger.parts.seeds)
    assert "economists" not in list(tagger.parts.lexicon.words)[: tagger.parts.tfidf.n_words]


def test_who_learned_without_them_gets_none_later(
    tiny_corpus: tuple[Article, ...], tiny_taxonomy: Taxonomy
) -> None:
    config = TaggerConfig(min_articles=8, seed_words=False, copies_together=False)
    tagger = train(tiny_corpus, tiny_taxonomy, config)
    assert config_of(tagger.manifest).to_dict() == config.to_dict()
    assert not len(extend(tagger, tiny_taxonomy).parts.seeds)


@pytest.mark.skipif(kernel() is None, reason="no compiled kernel")
@given(st.lists(st.sampled_from(f"{ABOUT} {PASSING}".split()), max_size=30).map(" ".join))
def test_wide_numbers_of_words_say_the_same(tiny_tagger: Tagger, text: str) -> None:
    tensors = tiny_tagger.parts.tensors()
    wide = {**tensors, "seeds.words": tensors["seeds.words"].astype(np.int32)}
    parts = Parts.from_tensors(wide)
    for pipeline in (make_pipeline(parts, wide), PythonPipeline(parts)):
        concepts, features = pipeline.describe(text, 0, None)
        expected, known = tiny_tagger.describe(text)
        assert list(concepts) == list(expected)
        np.testing.assert_array_equal(features, known)


def test_a_newer_taxonomy_brings_its_own(tiny_tagger: Tagger, tiny_taxonomy: Taxonomy) -> None:
    more = Concept(id="topics:banking", label="banking", seed_words=("lending", "unheard"))
    moved = extend(tiny_tagger, Taxonomy.of([*tiny_taxonomy, more]))
    row = moved.parts.seeds.row(moved.index.number("topics:banking"))
    assert [moved.parts.lexicon.words[word] for word, _ in row] == ["lending"]


@pytest.mark.parametrize("word", ["Bank", "two words", "e-mail", "", "café"])
def test_a_seed_word_is_one_word_in_small_letters(word: str) -> None:
    with pytest.raises(TaxonomyError, match="seed word"):
        Taxonomy.of([Concept(id="topics:a", label="a", seed_words=(word,))])
