"""A corpus whose every article has a tag of a facet makes a tagger that always gives one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy import Article, Tagger, TaggerConfig, Taxonomy, train
from tagonomy.always import STILL_LIKELY, with_one_of_each
from tagonomy.concepts import ConceptIndex
from tagonomy.errors import ModelFormatError
from tagonomy.pipeline import Scored
from tagonomy.storage import save_tensors
from tagonomy.taxonomy import Concept
from tagonomy.training import TagClassifier, tune

TAXONOMY = Taxonomy.of(
    [
        Concept(id="areas:all", label="qqa", abstract=True),
        Concept(id="areas:money", label="qqb", broader=("areas:all",)),
        Concept(id="areas:sport", label="qqc", broader=("areas:all",)),
        Concept(id="topics:bonds", label="qqd"),
        Concept(id="topics:goals", label="qqe"),
    ]
)
INDEX = ConceptIndex.of(TAXONOMY)
NUMBERS = range(len(INDEX))


def scored(chances: dict[int, float], cut: float) -> Scored:
    """Return what a pipeline gives that finds these concepts this likely."""
    tags = sorted((c for c in chances if chances[c] >= cut), key=lambda c: (-chances[c], c))
    return Scored(
        tags,
        [chances[c] for c in tags],
        np.array(list(chances), dtype=np.int32).tobytes(),
        np.array(list(chances.values())).tobytes(),
    )


@given(
    st.dictionaries(st.sampled_from(NUMBERS), st.floats(0, 1)),
    st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_what_is_given_stays_and_each_facet_gets_its_likeliest(
    chances: dict[int, float], may_be: list[bool]
) -> None:
    allowed = np.array(may_be, dtype=np.uint8)
    before = scored({c: p for c, p in chances.items() if not INDEX.abstract[c] and may_be[c]}, 0.5)
    before = before._replace(considered=scored(chances, 2).considered, closed=scored(chances, 2).closed)
    after = with_one_of_each(before, [0, 1], INDEX, allowed)
    assert set(before.concepts) <= set(after.concepts)
    assert after.scores == sorted(after.scores, reverse=True)
    for facet in (0, 1):
        mine = [c for c in after.concepts if INDEX.facet[c] == facet]
        able = {
            c: p
            for c, p in chances.items()
            if INDEX.facet[c] == facet and may_be[c] and not INDEX.abstract[c] and p >= STILL_LIKELY
        }
        if not able:
            assert not mine
        elif max(able.values()) < 0.5:
            assert len(mine) == 1
            assert able[mine[0]] == max(able.values())


WORDS = {"areas:money": ("bank", "rates", "bonds"), "areas:sport": ("goal", "striker", "final")}
CORPUS = [
    Article(
        f"The {word} of {other} on day {day}", tags=(area, *(["topics:bonds"] if word == "bonds" else []))
    )
    for day in range(6)
    for area, words in WORDS.items()
    for word in words
    for other in words
]


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return train(CORPUS, TAXONOMY)


def test_training_notices_which_facet_every_article_has(tagger: Tagger) -> None:
    assert tagger.manifest["always"] == ["areas"]


def test_such_a_facet_is_never_empty_where_anything_is_likely(tagger: Tagger) -> None:
    strict = Tagger(tagger.parts, tagger.manifest, thresholds=np.full(len(tagger.index), 2.0, np.float32))
    tagging = strict.classify("The bank and its bonds")
    assert tagging.ids == ("areas:money",)
    assert tagging[0].score >= STILL_LIKELY
    assert tagging[0].evidence
    assert strict.classify_batch(["The bank and its bonds"])[0].ids == ("areas:money",)
    assert strict.classify("").ids == ()


def test_who_asks_for_a_threshold_gets_it(tagger: Tagger) -> None:
    assert tagger.classify("The bank and its bonds", threshold=1.0).ids == ()
    assert tune(tagger, CORPUS[1:], 0.9).manifest.get("always") is None
    given = train(CORPUS, TAXONOMY, TaggerConfig(thresholds={"areas": 0.9}))
    assert "always" not in given.manifest


def test_a_threshold_of_another_facet_changes_nothing(tagger: Tagger) -> None:
    strict = Tagger(tagger.parts, tagger.manifest, thresholds=np.full(len(tagger.index), 2.0, np.float32))
    assert "areas:money" in strict.classify("The bank and its bonds", threshold={"topics": 0.5}).ids
    assert strict.classify("The bank and its bonds", threshold={}).ids == ("areas:money",)
    assert strict.classify("The bank and its bonds", threshold={"areas": 1.0}).ids == ()
    topics = [Article(each.text, tags=("topics:bonds",)) for each in CORPUS[:9] if "bonds" in each.text]
    assert tune(tagger, topics, 0.9).manifest["always"] == ["areas"]
    chosen = TaggerConfig(thresholds={"areas:all": 0.9})
    assert "always" not in train(CORPUS, TAXONOMY, chosen).manifest


def test_what_lies_above_is_not_given_instead() -> None:
    taxonomy = Taxonomy.of(
        [
            Concept(id="areas:money", label="qqa"),
            Concept(id="areas:sport", label="qqb"),
            Concept(id="areas:sport-ball", label="qqc", broader=("areas:sport",)),
        ]
    )
    corpus = [
        Article(each.text, tags=("areas:sport-ball" if "areas:sport" in each.tags else "areas:money",))
        for each in CORPUS
    ]
    trained = train(corpus, taxonomy)
    strict = Tagger(trained.parts, trained.manifest, thresholds=np.full(3, 2.0, np.float32))
    assert strict.classify("A striker in the final").ids == ("areas:sport-ball",)


@pytest.mark.parametrize("always", [5, None, "areas", {"areas": 1}, [1]])
def test_a_manifest_that_says_nonsense_is_refused(tagger: Tagger, tmp_path: Path, always: object) -> None:
    save_tensors(tmp_path / "model", tagger.parts.tensors(), {**tagger.manifest, "always": always})
    with pytest.raises(ModelFormatError, match="always"):
        Tagger.load(tmp_path / "model")


def test_what_may_not_be_given_is_not(tagger: Tagger) -> None:
    strict = Tagger(tagger.parts, tagger.manifest, thresholds=np.full(len(tagger.index), 2.0, np.float32))
    assert strict.classify("The bank and its bonds", exclude=["areas:money"]).ids in ((), ("areas:sport",))
    assert strict.classify("The bank and its bonds", facets=["topics"]).ids == ()


def test_it_survives_saving(tagger: Tagger, tmp_path: Path) -> None:
    tagger.save(tmp_path / "model")
    loaded = Tagger.load(tmp_path / "model")
    assert loaded.manifest["always"] == ["areas"]
    texts = [article.text for article in CORPUS]
    assert [each.ids for each in loaded.classify_batch(texts)] == [
        each.ids for each in tagger.classify_batch(texts)
    ]


def test_the_estimator_gives_what_the_tagger_does() -> None:
    texts, tags = [article.text for article in CORPUS], [article.tags for article in CORPUS]
    classifier = TagClassifier(taxonomy=TAXONOMY).fit(texts, tags)
    cuts = np.full(len(classifier.tagger_.index), 2.0, np.float32)
    classifier.tagger_ = Tagger(classifier.tagger_.parts, classifier.tagger_.manifest, thresholds=cuts)
    asked = ["The bank and its bonds", "A striker in the final", ""]
    assert classifier.predict_tags(asked) == [classifier.tagger_.classify(text).ids for text in asked]


def test_articles_without_a_tag_make_no_such_facet() -> None:
    tagger = train([*CORPUS, *(Article(f"Nothing of note on day {day}") for day in range(9))], TAXONOMY)
    assert "always" not in tagger.manifest
