"""Many articles at a time give the bits that one after the other gives, and the compiled kernel too."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from test_kernel import closed, texts

from tagonomy import Concept, Tagger, Taxonomy
from tagonomy.concepts import ConceptIndex
from tagonomy.config import Limits
from tagonomy.features import Tfidf
from tagonomy.linear import LinearModel
from tagonomy.linear_pipeline import LinearPipeline
from tagonomy.mentions.lexicon_builder import build_lexicon
from tagonomy.pipeline import KERNEL_VARIABLE, Given, Parts, Pipeline, Scored, ScoredBatch, make_pipeline
from tagonomy.python_pipeline import PythonPipeline
from tagonomy.ranking import FEATURES, Ranker
from tagonomy.rules import RuleSet

#: Words of the texts that the kernel is tried with, and some that fold to them.
WORDS = (
    "biden brussels corn geneva in istanbul paris putin said senate strasse the to troops ukraine us x"
).split()
#: How much of the weights there is: all, most, next to nothing, nothing.
SHARES = (1.0, 0.7, 0.1, 0.0)

batches = st.lists(
    st.one_of(texts, st.lists(st.sampled_from([*WORDS, "Straße", "\u0130stanbul", "zzz"])).map(" ".join)),
    max_size=6,
)


@lru_cache
def parts_of(seed: int, n_tags: int, share: float) -> Parts:
    """Return a model of random weights, some features without any, in columns of no order."""
    draw = np.random.default_rng(seed)
    index = ConceptIndex.of(
        Taxonomy.of(
            [
                Concept(id=f"{facet}:t{number}", label=f"t {number}", abstract=number == 4)
                for number, facet in zip(range(n_tags), ("topics", "events") * n_tags, strict=False)
            ]
        )
    )
    n_words = len(WORDS) - 2  # the last ones are known, but no features
    filled = draw.random((n_words, n_tags)) < share
    filled[::5] = share > 0
    linear = LinearModel(
        concepts=draw.permutation(n_tags).astype(np.int32),
        stops=filled.sum(axis=1).cumsum().astype(np.int64),
        columns=np.nonzero(filled)[1].astype(np.uint16),
        weights=(3 * draw.normal(size=filled.sum())).astype(np.float16 if seed % 2 else np.float32),
        intercepts=draw.normal(size=n_tags).astype(np.float32),
        slopes=draw.normal(1, 1, size=n_tags).astype(np.float32),
        offsets=draw.normal(size=n_tags).astype(np.float32),
    )
    ranker = np.zeros((len(index.facet_names), len(FEATURES)), dtype=np.float32)
    ranker[:, FEATURES.index("linear")] = draw.normal(1, 1, size=len(ranker))
    idf = np.where(draw.random(n_words) < 0.9, draw.uniform(1, 9, n_words), 0)
    lexicon = build_lexicon(Taxonomy.of([], "names"), WORDS, Limits())
    return Parts(index, lexicon, RuleSet([]), Tfidf(idf.astype(np.float32)[None]), linear, Ranker(ranker))


@given(
    batches,
    st.integers(0, 9),
    st.sampled_from((1, 2, 9, 90)),
    st.sampled_from(SHARES),
    st.floats(0, 1),
    st.booleans(),
)
@example(
    ["the " * 300 + "troops", "", "\ud800 the", "The\u0301 th\u00ade \U0001d54b\U00010400"],
    0,
    9,
    1.0,
    0.5,
    False,
)
def test_a_batch_is_one_article_after_the_other(
    batch: list[str], seed: int, n_tags: int, share: float, cut: float, some: bool
) -> None:
    parts = parts_of(seed, n_tags, share)
    assert LinearPipeline.suffices(parts)
    cuts = np.full(n_tags, cut)
    allowed = (np.arange(n_tags) % 3 != 1).astype(np.uint8) if some else None
    articles = [Given(text, 3, 2001) for text in batch]
    fast = LinearPipeline(parts)

    def batch_of(pipeline: Pipeline) -> list[Scored]:
        found = ScoredBatch(*pipeline.classify_batch(articles, cuts, allowed))
        return [found.one(number) for number in range(len(articles))]

    found = batch_of(fast)
    for name, pipeline in {"python": PythonPipeline(parts), "chosen": make_pipeline(parts)}.items():
        expected = batch_of(pipeline)
        assert [each[:2] for each in found] == [each[:2] for each in expected], name
        assert list(map(closed, found)) == list(map(closed, expected)), name
    assert found == [fast.classify(*each, cuts, allowed) for each in articles]
    plain = ScoredBatch(*fast.classify_batch(batch, cuts, allowed))
    assert [plain.one(number) for number in range(len(batch))] == found


@given(st.integers(0, 300), st.integers(2, 100), st.integers(0, 2**32 - 1))
@example(9, 2, 0)
@example(1000, 1000, 0)
def test_rows_of_the_table_are_added_one_after_the_other(n_rows: int, n_columns: int, seed: int) -> None:
    # What the bits rest on: numpy adds up in pairs along the axis that is fastest in memory, along no other.
    rows = np.random.default_rng(seed).normal(size=(n_rows, n_columns)).astype(np.float32)
    expected, sums = np.zeros(n_columns), np.zeros(n_columns)
    for row in rows:
        expected += row
    np.add.reduce(rows, axis=0, dtype=np.float64, out=sums)
    assert sums.tolist() == expected.tolist()


def test_it_is_chosen_where_nothing_but_the_linear_model_speaks(
    monkeypatch: pytest.MonkeyPatch, tiny_tagger: Tagger
) -> None:
    monkeypatch.setenv(KERNEL_VARIABLE, "python")
    assert type(make_pipeline(parts_of(0, 9, 1.0))) is LinearPipeline
    assert type(make_pipeline(tiny_tagger.parts)) is PythonPipeline


@pytest.mark.parametrize("what", ["names", "rules", "blocks", "ranker", "hierarchy"])
def test_it_is_not_chosen_where_more_counts(what: str) -> None:
    parts = parts_of(0, 9, 1.0)
    arguments = {
        name: getattr(parts, name) for name in ("index", "lexicon", "rules", "tfidf", "linear", "ranker")
    }
    topic = Concept(id="topics:a", label="A")
    match what:
        case "names":
            arguments["lexicon"] = build_lexicon(Taxonomy.of([topic], "names"), WORDS, Limits())
        case "rules":
            arguments["rules"] = RuleSet([(0, "corn")])
        case "blocks":
            arguments["tfidf"] = Tfidf(np.ones((3, len(WORDS)), dtype=np.float32))
        case "ranker":
            arguments["ranker"] = replace(parts.ranker, weights=np.ones_like(parts.ranker.weights))
        case "hierarchy":
            below = Concept(id="topics:b", label="B", broader=("topics:a",))
            arguments["index"] = ConceptIndex.of(Taxonomy.of([topic, below]))
    assert not LinearPipeline.suffices(Parts(**arguments))
