"""A pipeline of scikit-learn as a tagger: the same decisions, the same scores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from tagonomy import load_tagger
from tagonomy.errors import ConfigError
from tagonomy.python_pipeline import PythonPipeline
from tagonomy.training import from_sklearn

TEXTS = [
    "Rates rise as the bank fights inflation again and again",
    "The striker scored twice in the final",
    "Wheat and corn prices rise after the drought",
    "The bank finances corn exports, it said",
    "A final decision of the bank on rates",
] * 4
TAGS = ("economy", "sport", "grain")
GOLD = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [1, 0, 0]] * 4)
WORDS = [*sorted({word for text in TEXTS for word in text.replace(",", "").split()}), "unseen", "Bank", "of"]


def fitted(classifier: Any, **settings: Any) -> Pipeline:
    vectorizer = TfidfVectorizer(**{"sublinear_tf": True, **settings})
    return make_pipeline(vectorizer, OneVsRestClassifier(classifier)).fit(TEXTS, GOLD)


PIPELINES = {
    "svc": fitted(LinearSVC(random_state=0)),
    "logistic": fitted(LogisticRegression(C=10)),
    "no idf": fitted(LinearSVC(random_state=0), use_idf=False),
    "some zeros": fitted(LinearSVC(random_state=0)),
}
for plane in PIPELINES["some zeros"][-1].estimators_:
    plane.coef_[np.abs(plane.coef_) < np.median(np.abs(plane.coef_))] = 0


@pytest.mark.parametrize("name", PIPELINES)
@given(words=st.lists(st.sampled_from(WORDS), max_size=30))
def test_scores_are_those_of_the_pipeline(name: str, words: list[str]) -> None:
    pipeline, tagger, text = PIPELINES[name], TAGGERS[name], " ".join(words)
    margins = pipeline.decision_function([text])[0]
    expected = {tag: margin for tag, margin in zip(TAGS, margins, strict=True) if margin >= -2.999}
    if any(-3.001 < margin < -2.999 for margin in margins):
        return
    found = tagger.classify(text, threshold=0.0)
    if not pipeline[0].transform([text]).nnz:
        expected = {}
    assert set(found.labels) == set(expected)
    for tag in found:
        assert np.log(tag.score / (1 - tag.score)) == pytest.approx(expected[tag.label], abs=1e-5)
    python = PythonPipeline(tagger.parts).classify(text, 0, None, np.zeros(3), None)
    assert python.scores == [tag.score for tag in found]


TAGGERS = {name: from_sklearn(pipeline, TAGS) for name, pipeline in PIPELINES.items()}


def test_it_can_be_saved_and_gives_the_same(tmp_path: Path) -> None:
    TAGGERS["svc"].save(tmp_path / "svc.safetensors")
    again = load_tagger(str(tmp_path / "svc.safetensors"))
    assert again.classify_batch(TEXTS).scores.toarray().tolist() == (
        TAGGERS["svc"].classify_batch(TEXTS).scores.toarray().tolist()
    )


def test_half_the_precision_is_near() -> None:
    half = from_sklearn(PIPELINES["svc"], TAGS, dtype="float16").classify_batch(TEXTS).scores.toarray()
    np.testing.assert_allclose(half, TAGGERS["svc"].classify_batch(TEXTS).scores.toarray(), atol=1e-3)


@pytest.mark.parametrize(
    ("pipeline", "tags", "message"),
    [
        (fitted(LinearSVC(), sublinear_tf=False), TAGS, "sublinear_tf"),
        (fitted(LinearSVC(), ngram_range=(1, 2)), TAGS, "ngram_range"),
        (fitted(RandomForestClassifier(2)), TAGS, "a linear one"),
        (PIPELINES["svc"], TAGS[:2], "3 different tags"),
        (PIPELINES["svc"], ("a", "a", "b"), "3 different tags"),
        (
            make_pipeline(TfidfVectorizer(sublinear_tf=True), LinearSVC()).fit(
                ["café au", "lait de"], [0, 1]
            ),
            ["a"],
            "strip_accents",
        ),
    ],
)
def test_what_can_not_be_taken_over_is_told(pipeline: Pipeline, tags: tuple[str, ...], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        from_sklearn(pipeline, tags)


def test_dtype_is_checked() -> None:
    with pytest.raises(ConfigError, match="float16"):
        from_sklearn(PIPELINES["svc"], TAGS, dtype="float64")
