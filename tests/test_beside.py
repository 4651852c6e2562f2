"""What the words right beside mentions say: learned, saved, and added up alike by both pipelines."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy import Article, Tagger, load_tagger
from tagonomy.beside import NOTHING, Beside, neighbours
from tagonomy.mentions.candidate import Candidate
from tagonomy.mentions.matcher import Match
from tagonomy.model_audit import audit_tensors
from tagonomy.pipeline import kernel
from tagonomy.python_pipeline import PythonPipeline
from tagonomy.ranking import FEATURES, probabilities
from tagonomy.storage import load_tensors
from tagonomy.text import tokenize
from tagonomy.training import RankingSet, fit_ranker
from tagonomy.training.neighbours import LEAST_CANDIDATES, Columns, shares_of
from tagonomy.training.ranker_fit import ranking_rows

COLUMN = FEATURES.index("beside")
WORDS = ("", "former", "president", "said", "zyxwv")
TEXT = "He met former President Obama. Obama said so. Others praised Obama, who left."


def table(n_facets: int = 3) -> Beside:
    return Beside(WORDS, np.arange(len(WORDS) * 2 * n_facets, dtype=np.float32).reshape(len(WORDS), -1) / 8)


def test_neighbours_stay_within_the_sentence() -> None:
    tokens = tokenize(TEXT)
    places = [Match(i, i + 1, ()) for i, word in enumerate(tokens.words) if word == "obama"]
    assert [neighbours(tokens, place) for place in places] == [
        ("president", NOTHING),
        (NOTHING, "said"),
        ("praised", "who"),
    ]


def test_the_title_is_a_sentence_of_its_own() -> None:
    tokens = tokenize("Praise for Obama\nHe smiled.", title_characters=16)
    assert neighbours(tokens, Match(2, 3, ())) == ("for", NOTHING)


def test_weights_add_up_over_the_root_of_the_mentions() -> None:
    tokens = tokenize(TEXT)
    at = [i for i, word in enumerate(tokens.words) if word == "obama"]
    candidate = Candidate(names=[Match(at[0], at[0] + 1, ())], evidence=[(Match(at[1], at[1] + 1, ()), 0)])
    beside = table()
    # "president", nothing; nothing, "said"
    expected = [12 + 1, 3 + 1, 0 + 1, 18 + 3 + 1]
    assert beside.of(candidate, 1, tokens) == pytest.approx(sum(expected) / 8 / math.sqrt(2))
    assert beside.of(Candidate(), 1, tokens) == 0
    assert Beside.none().of(candidate, 1, tokens) == 0


@given(st.lists(st.integers(-1, 2), min_size=1, max_size=5))
def test_facets_can_be_numbered_anew(numbers: list[int]) -> None:
    tokens, candidate, beside = tokenize(TEXT), Candidate(names=[Match(4, 5, ())]), table()
    moved = beside.of_facets(numbers)
    for facet, before in enumerate(numbers):
        expected = beside.of(candidate, before, tokens) if before >= 0 else 0
        assert moved.of(candidate, facet, tokens) == expected


def test_weights_survive_saving() -> None:
    beside = table()
    again = Beside.from_tensors(beside.tensors())
    assert again.words == beside.words
    np.testing.assert_array_equal(again.weights, beside.weights)
    assert not Beside.none().tensors()
    assert not len(Beside.from_tensors({}))


def test_what_does_not_fit_is_refused(tiny_model: Path) -> None:
    tensors = load_tensors(tiny_model)[0]
    good = table(len(tensors["concepts.facets.stops"])).tensors()
    audit_tensors({**tensors, **good})
    for wrong in (
        {key: value for key, value in good.items() if key != "beside.weights"},
        {**good, "beside.weights": good["beside.weights"][1:]},
        {**good, "beside.weights": good["beside.weights"][:, 1:]},
        {**good, "beside.weights": good["beside.weights"].ravel()},
        {**good, "beside.weights": good["beside.weights"] * np.float32(np.nan)},
        {**good, "beside.words.stops": good["beside.words.stops"][::-1]},
        {key: value for key, value in good.items() if key != "beside.words.blob"},
        {**good, "beside.weights": good["beside.weights"] * np.float32(1e30)},
    ):
        with pytest.raises(ValueError, match="beside"):
            audit_tensors({**tensors, **wrong})


def test_a_kernel_knows_words_that_its_vocabulary_lacks(tiny_tagger: Tagger) -> None:
    if kernel() is None:
        pytest.skip("the package was built without its kernel")
    tagger = told(tiny_tagger)
    text = "Zyxwv Russia said nothing. " * 30 + "Former Ukraine zyxwv. Russia"
    for each in (text, text.upper(), "Russia", ""):
        concepts, features = tagger.pipeline.describe(each, 0, None)
        expected, rows = PythonPipeline(tagger.parts).describe(each, 0, None)
        assert list(concepts) == list(expected)
        np.testing.assert_array_equal(features, rows)
    assert tagger.pipeline.describe(text, 0, None)[1][:, COLUMN].any()


def told(tagger: Tagger) -> Tagger:
    """Return the tagger with weights of a few words."""
    beside = table(len(tagger.index.facet_names))
    ranker = replace(tagger.parts.ranker, beside=beside)
    return Tagger(tagger.parts.replace(ranker=ranker), tagger.manifest)


@given(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)), min_size=1, max_size=5),
    st.floats(0, 1),
)
def test_learning_and_adding_up_agree(pairs: list[tuple[str, str]], brief: float) -> None:
    rows = [shares_of(pairs, brief)] * LEAST_CANDIDATES
    columns = Columns.of(rows, np.zeros(LEAST_CANDIDATES, dtype=np.uint8))
    effects = np.arange(1.0, len(columns.keys) + 1)
    beside = columns.learned(effects, 1)
    by_word = dict(zip(beside.words, beside.weights.tolist(), strict=True))
    added = sum(by_word[before][0] + by_word[after][1] for before, after in pairs)
    expected = (columns.values @ effects)[0]
    assert added / math.sqrt(len(pairs)) * (1 - brief) == pytest.approx(expected, abs=1e-5)


def test_a_rare_word_tells_nothing() -> None:
    rows = [shares_of([("former", "said")], 0.0)] * (LEAST_CANDIDATES - 1)
    assert not Columns.of(rows, np.zeros(len(rows), dtype=np.uint8)).keys


def test_a_ranker_learns_what_the_words_say(tiny_tagger: Tagger) -> None:
    filler = "It rained on all the roads of the town and the crops were late again this year. " * 10
    articles = [
        Article(text=f"{filler} {said} {filler}", tags=tags)
        for said, tags in (
            ("He wrote that former Russia mattered.", ()),
            ("He wrote that today Russia mattered.", ("countries:ru",)),
        )
    ] * LEAST_CANDIDATES
    facets = frozenset(tiny_tagger.index.facet_names)
    ranker = fit_ranker(tiny_tagger, [RankingSet(articles, facets, neighbours=True)], belief=0.5)
    assert (ranker.weights[:, COLUMN] == 1).all()
    facet = tiny_tagger.index.facet_number("countries")
    weights = dict(zip(ranker.beside.words, ranker.beside.weights[:, facet].tolist(), strict=True))
    assert weights["former"] < 0 < weights["today"]
    without = fit_ranker(tiny_tagger, [RankingSet(articles, facets)], belief=0.5)
    assert not len(without.beside)
    assert not without.weights[:, COLUMN].any()


def test_what_the_describing_tagger_has_learned_does_not_count(tiny_tagger: Tagger) -> None:
    articles = [
        Article(text="They say former Russia fell. " * 30),
        Article("They say that Russia fell. " * 30, tags=("countries:ru",)),
    ]
    each = RankingSet(articles * LEAST_CANDIDATES, frozenset(tiny_tagger.index.facet_names), neighbours=True)
    one, other = (fit_ranker(tagger, [each], belief=0.5) for tagger in (tiny_tagger, told(tiny_tagger)))
    np.testing.assert_array_equal(one.weights, other.weights)
    np.testing.assert_array_equal(one.beside.weights, other.beside.weights)


def test_rows_are_scored_with_what_their_words_say(tiny_tagger: Tagger) -> None:
    articles = [
        Article(text="They say former Russia fell. " * 30),
        Article("They say that Russia fell. " * 30, tags=("countries:ru",)),
    ]
    each = RankingSet(articles * LEAST_CANDIDATES, frozenset(tiny_tagger.index.facet_names), neighbours=True)
    ranker = fit_ranker(tiny_tagger, [each], belief=0.5)
    tagger = Tagger(tiny_tagger.parts.replace(ranker=ranker), tiny_tagger.manifest)
    scored = ranking_rows(tiny_tagger, each).scored(ranker, tiny_tagger.index)
    russia = tiny_tagger.index.number("countries:ru")
    chances = scored.probabilities[(scored.articles == 0) & (scored.concepts == russia)]
    concepts, features = tagger.describe(articles[0])
    at = list(concepts).index(russia)
    own = probabilities(ranker.logits(features[at : at + 1], tagger.index.facet[[russia]]))
    assert chances.tolist() == pytest.approx(own.tolist(), abs=1e-6)


def test_of_two_mentions_in_passing_the_former_one_matters_less() -> None:
    filler = "It rained on all the roads of the town and the crops were late again this year. " * 12
    chances = [
        {tag.id: tag.score for tag in load_tagger().classify(f"{filler}\n\n{said} {filler}", threshold=0.01)}
        for said in (
            "She is a former spokeswoman of former Gov. Chris Christie.",
            "Gov. Chris Christie is here.",
        )
    ]
    assert chances[0]["people:chris-christie"] < chances[1]["people:chris-christie"]
