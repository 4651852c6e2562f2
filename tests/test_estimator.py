"""The learned side as scikit-learn estimators: its own checks, pipelines, searches and frames."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MultiLabelBinarizer
from sklearn.utils.estimator_checks import parametrize_with_checks

from tagonomy import Article, Taxonomy
from tagonomy.errors import CorpusError, TagonomyError
from tagonomy.training import LinearHead, TagClassifier

KINDS = {
    "economy": ["Rates rise as the bank fights inflation", "The bank left rates unchanged"],
    "sport": ["The striker scored twice in the final", "A late goal by the striker won the final"],
    "weather": ["Storms bring rain to the coast", "More rain and storms are forecast"],
}
TEXTS = [text for texts in KINDS.values() for text in texts] * 6
TAGS = [[tag] for tag, texts in KINDS.items() for _ in texts] * 6
TEXTS += ["The bank pays for the final of the striker", "Storms end the final early"] * 3
TAGS += [["economy", "sport"], ["sport", "weather"]] * 3
MATRIX = MultiLabelBinarizer().fit_transform(TAGS)
NAMES = ["economy", "sport", "weather"]


@parametrize_with_checks([LinearHead(), LinearHead(positive_weight=2.0)])
def test_the_head_passes_the_checks_of_scikit_learn(estimator: LinearHead, check: object) -> None:
    check(estimator)  # type: ignore[operator]


class TestHead:
    def test_several_labels_have_thresholds_of_their_own(self) -> None:
        X = TfidfVectorizer().fit_transform(TEXTS)
        head = LinearHead().fit(X, MATRIX)
        assert head.coef_.shape == (3, X.shape[1]) and head.thresholds_.shape == (3,)
        assert head.predict_proba(X).shape == MATRIX.shape
        assert head.score(X, MATRIX) > 0.9

    def test_sparse_and_dense_features_are_the_same(self) -> None:
        X = TfidfVectorizer().fit_transform(TEXTS)
        one, other = LinearHead().fit(X, MATRIX), LinearHead().fit(X.toarray(), MATRIX)
        assert one.coef_.tobytes() == other.coef_.tobytes()
        np.testing.assert_allclose(one.decision_function(csr_array(X)), other.decision_function(X.toarray()))

    def test_one_class_is_refused(self) -> None:
        with pytest.raises(ValueError, match="one class"):
            LinearHead().fit(np.eye(4), [1, 1, 1, 1])


class TestTagClassifier:
    def test_it_is_the_tagger_that_train_makes(self) -> None:
        classifier = TagClassifier(copies_together=False).fit(TEXTS, TAGS)
        assert classifier.classes_.tolist() == NAMES
        assert classifier.predict(TEXTS).tolist() == MATRIX.tolist()
        assert classifier.predict_tags(TEXTS[:1]) == [("economy",)]
        assert classifier.score(TEXTS, TAGS) == classifier.score(TEXTS, MATRIX) == 1
        tagging = classifier.tagger_.classify(TEXTS[0])
        assert tagging.labels == ("economy",) and tagging[0].evidence
        assert classifier.predict_proba(TEXTS[:1])[0, 0] == pytest.approx(tagging[0].score)

    def test_the_tags_of_articles_are_not_looked_at(self) -> None:
        articles = [Article(text, tags=("topics:nothing",)) for text in TEXTS]
        classifier = TagClassifier(copies_together=False).fit(articles, TAGS)
        assert classifier.predict(articles).tolist() == MATRIX.tolist()

    def test_a_taxonomy_brings_its_names(self, tiny_taxonomy: Taxonomy) -> None:
        tags = [["Russia"] if i % 2 else ["sport"] for i in range(20)]
        texts = ["Vladimir Putin spoke" if i % 2 else "The striker scored" for i in range(20)]
        classifier = TagClassifier(taxonomy=tiny_taxonomy).fit(texts, tags)
        assert classifier.classes_.tolist() == ["Russia", "sport"]
        assert "people:vladimir-putin" in classifier.tagger_.concept_ids

    def test_columns_may_be_named(self) -> None:
        classifier = TagClassifier(classes=NAMES).fit(TEXTS, MATRIX)
        assert classifier.predict_tags(TEXTS[:1]) == [("economy",)]
        assert TagClassifier().fit(TEXTS, MATRIX).classes_.tolist() == ["0", "1", "2"]
        assert TagClassifier().fit(TEXTS, csr_array(MATRIX)).classes_.tolist() == ["0", "1", "2"]
        with pytest.raises(CorpusError, match="3 columns of tags, but 2 names"):
            TagClassifier(classes=NAMES[:2]).fit(TEXTS, MATRIX)

    def test_a_column_of_zeros_is_never_given(self) -> None:
        empty = np.hstack([MATRIX, np.zeros((len(MATRIX), 1), dtype=int)])
        classifier = TagClassifier(copies_together=False).fit(TEXTS, empty)
        assert classifier.predict(TEXTS).tolist() == empty.tolist()
        assert not classifier.predict_proba(TEXTS)[:, 3].any()

    def test_clone_and_pickle(self) -> None:
        classifier = TagClassifier(C=0.5, classes=NAMES).fit(TEXTS, MATRIX)
        assert clone(classifier).get_params() == classifier.get_params()
        again = pickle.loads(pickle.dumps(classifier))
        assert again.predict_proba(TEXTS).tolist() == classifier.predict_proba(TEXTS).tolist()

    def test_pipeline_and_search(self) -> None:
        shorten = FunctionTransformer(lambda texts: [text[:40] for text in texts])
        search = GridSearchCV(
            make_pipeline(shorten, TagClassifier(min_articles=2)),
            {"tagclassifier__C": [0.1, 1.0]},
            cv=2,
            scoring="f1_micro",
        ).fit(TEXTS, MATRIX)
        assert search.best_score_ > 0.8
        assert search.predict(TEXTS[:2]).shape == (2, 3)
        assert cross_val_score(TagClassifier(min_articles=2), TEXTS, MATRIX, cv=2).min() > 0.5

    @pytest.mark.parametrize("kind", ["pandas", "polars"])
    def test_frames_have_the_tags_for_columns(self, kind: str) -> None:
        pytest.importorskip(kind)
        classifier = TagClassifier().set_output(transform=kind).fit(TEXTS, TAGS)
        frame = classifier.transform(TEXTS)
        assert list(frame.columns) == NAMES and len(frame) == len(TEXTS)

    def test_tags_in_a_frame_are_named_by_its_columns(self) -> None:
        pandas = pytest.importorskip("pandas")
        frame = pandas.DataFrame(MATRIX, columns=NAMES)
        classifier = TagClassifier().fit(pandas.Series(TEXTS), frame)
        assert classifier.classes_.tolist() == NAMES
        assert classifier.score(TEXTS, frame) == 1

    @pytest.mark.parametrize("tags", [["economy"] * len(TEXTS), [1] * len(TEXTS)])
    def test_one_tag_that_is_no_sequence_is_refused(self, tags: list[object]) -> None:
        with pytest.raises(CorpusError, match="tags of text 0"):
            TagClassifier().fit(TEXTS, tags)

    def test_texts_and_tags_must_be_equally_many(self) -> None:
        with pytest.raises(CorpusError, match="42 texts but tags of 41"):
            TagClassifier().fit(TEXTS, TAGS[:-1])

    def test_a_wrong_setting_is_told_when_it_is_fitted(self) -> None:
        with pytest.raises(TagonomyError, match="min_df"):
            TagClassifier(min_df=0).fit(TEXTS, TAGS)
