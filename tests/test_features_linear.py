"""TF-IDF rows and linear margins against scikit-learn and dense numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from tagonomy import Article, TaggerConfig, Taxonomy
from tagonomy.articles.article import title_of
from tagonomy.features import LEAD_WORDS, MentionFeatures, Tfidf
from tagonomy.linear import LinearModel
from tagonomy.text import tokenize
from tagonomy.training import fit_linear

TEXTS = [
    "The bank raised rates; the BANK fights inflation.",
    "Rates, rates and more rates in Łódź",
    "The striker scored twice: a final in Łódź!",
    "",
    "Nothing of the kind (twice) in lodz",
]


def words_of(text: str) -> list[str]:
    return tokenize(text).words


class TestTfidf:
    @pytest.mark.parametrize("text", [*TEXTS, "unseen words only", "bank " * 500])
    def test_rows_are_those_of_scikit_learn(self, text: str) -> None:
        vectorizer = TfidfVectorizer(analyzer=words_of, sublinear_tf=True).fit(TEXTS)
        number = vectorizer.vocabulary_
        features, values = Tfidf(vectorizer.idf_.astype(np.float32)[None]).row(
            [number.get(w, -1) for w in words_of(text)]
        )
        row = vectorizer.transform([text])
        row.sort_indices()
        order = np.argsort(features)
        assert features[order].tolist() == row.indices.tolist()
        np.testing.assert_allclose(values[order], row.data, rtol=1e-6)

    @given(st.lists(st.integers(-1, 30)))
    def test_a_row_has_length_one_or_is_empty(self, numbers: list[int]) -> None:
        features, values = Tfidf(np.linspace(1, 3, 20, dtype=np.float32)[None]).row(numbers)
        # As they come in the text: sorting them would cost time and bring nothing.
        assert features.tolist() == list(dict.fromkeys(number for number in numbers if 0 <= number < 20))
        assert values.dtype == np.float32
        assert np.dot(values, values) == pytest.approx(1 if len(features) else 0, abs=1e-5)

    @given(st.lists(st.integers(0, 9), min_size=1), st.randoms())
    def test_the_order_of_words_does_not_matter(self, numbers: list[int], random: st.DataObject) -> None:
        tfidf = Tfidf(np.linspace(1, 3, 10, dtype=np.float32)[None])
        shuffled = list(numbers)
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        one, other = (dict(zip(*tfidf.row(each), strict=True)) for each in (numbers, shuffled))
        assert one == pytest.approx(other, rel=1e-6)

    @given(st.lists(st.integers(0, 9)), st.lists(st.integers(10, 99)))
    def test_words_without_weight_change_nothing(self, numbers: list[int], unknown: list[int]) -> None:
        tfidf = Tfidf(np.linspace(1, 3, 10, dtype=np.float32)[None])
        for one, other in zip(tfidf.row(numbers), tfidf.row([*unknown, *numbers, -1]), strict=True):
            assert one.tolist() == other.tolist()

    @given(st.lists(st.integers(-1, 12), max_size=100), st.integers(0, 100))
    def test_title_and_lead_are_blocks_of_their_own(self, numbers: list[int], title: int) -> None:
        idf = np.array([np.linspace(1, 3, 10), np.linspace(0, 2, 10), np.full(10, 2)], dtype=np.float32)
        features, values = Tfidf(idf).row(numbers, title)
        expected: dict[int, float] = {}
        parts = (numbers, numbers[:title], numbers[title:][:LEAD_WORDS])
        for block, part in enumerate(parts):
            for word in dict.fromkeys(part):
                if 0 <= word < 10 and idf[block, word]:
                    expected[block * 10 + word] = (1 + math.log(part.count(word))) * idf[block, word]
        length = math.sqrt(sum(value * value for value in expected.values()))
        assert features.tolist() == list(expected)
        np.testing.assert_allclose(values, [expected[f] / length for f in features.tolist()], rtol=1e-5)


class TestMentionFeatures:
    @given(st.sets(st.integers(0, 30)), st.lists(st.integers(-1, 30), unique=True), st.data())
    def test_a_row_has_half_the_length_of_the_words(
        self, mentioned: set[int], concepts: list[int], data: st.DataObject
    ) -> None:
        sizes = st.lists(st.floats(1, 12, width=32), min_size=len(concepts), max_size=len(concepts))
        idf = np.array(data.draw(sizes), dtype=np.float32)
        features, values = MentionFeatures(np.array(concepts, dtype=np.int32), idf).row(mentioned)
        expected = [place for place, concept in enumerate(concepts) if concept in mentioned]
        assert features.tolist() == expected
        length = math.sqrt(sum(float(idf[place]) ** 2 for place in expected))
        np.testing.assert_allclose(values, [0.5 * idf[place] / length for place in expected], rtol=1e-5)

    def test_none_is_not_saved(self) -> None:
        assert MentionFeatures.none().tensors() == {}
        assert len(MentionFeatures.from_tensors({})) == 0


def model_of(dense: np.ndarray, intercepts: np.ndarray) -> LinearModel:
    """Return a model of weights given as features x columns."""
    sparse = csr_array(dense)
    columns = dense.shape[1]
    return LinearModel(
        concepts=np.arange(columns, dtype=np.int32),
        stops=sparse.indptr[1:].astype(np.int64),
        columns=sparse.indices.astype(np.uint16),
        weights=sparse.data.astype(np.float16),
        intercepts=intercepts.astype(np.float32),
        slopes=np.linspace(0.5, 2, columns, dtype=np.float32),
        offsets=np.linspace(-1, 1, columns, dtype=np.float32),
    )


@st.composite
def models(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Return dense weights, many of them 0, and intercepts; halves are exact in float16."""
    shape = (draw(st.integers(1, 8)), draw(st.integers(1, 5)))
    cells = st.integers(-4, 4).map(lambda n: n / 2 if n > -3 else 0.0)
    weights = draw(st.lists(cells, min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))
    intercepts = draw(st.lists(cells, min_size=shape[1], max_size=shape[1]))
    return np.array(weights, dtype=np.float64).reshape(shape), np.array(intercepts)


class TestMargins:
    @given(models(), st.data())
    def test_they_are_the_dense_product(
        self, parts: tuple[np.ndarray, np.ndarray], data: st.DataObject
    ) -> None:
        dense, intercepts = parts
        model = model_of(dense, intercepts)
        features = np.array(sorted(data.draw(st.sets(st.integers(0, len(dense) - 1)))), dtype=np.int64)
        values = np.array([(i + 1) / 4 for i in range(len(features))], dtype=np.float32)
        row = np.zeros(len(dense))
        row[features] = values
        margins = model.margins(features, values)
        np.testing.assert_allclose(margins, row @ dense + intercepts, atol=1e-6)
        np.testing.assert_allclose(model.logits(margins), margins * model.slopes + model.offsets)

    @given(models())
    def test_contributions_add_up_to_the_margin_largest_first(
        self, parts: tuple[np.ndarray, np.ndarray]
    ) -> None:
        dense, intercepts = parts
        model = model_of(dense, intercepts)
        features, values = np.arange(len(dense)), np.full(len(dense), 0.5, dtype=np.float32)
        margins = model.margins(features, values)
        for column in range(dense.shape[1]):
            shares = model.contributions(features, values, column)
            assert [share for _, share in shares] == sorted((share for _, share in shares), reverse=True)
            assert {number for number, _ in shares} == set(np.flatnonzero(dense[:, column]).tolist())
            assert sum(share for _, share in shares) + intercepts[column] == pytest.approx(margins[column])

    def test_an_article_without_features_gets_the_intercepts(self) -> None:
        model = model_of(np.eye(3), np.array([1.0, -1.0, 0.5]))
        none = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        assert model.margins(*none).tolist() == [1.0, -1.0, 0.5]
        assert model.contributions(*none, 0) == []

    def test_a_model_of_no_concept_gives_no_margin(self) -> None:
        model = LinearModel.empty(4)
        assert model.margins(np.array([0, 3]), np.ones(2, dtype=np.float32)).shape == (0,)

    def test_a_saved_model_is_the_same(self) -> None:
        model = model_of(np.eye(3), np.ones(3))
        again = LinearModel.from_tensors(model.tensors())
        assert {name: t.tolist() for name, t in model.tensors().items()} == {
            name: t.tolist() for name, t in again.tensors().items()
        }

    def test_they_are_the_decision_function_of_linear_svc(
        self, tiny_taxonomy: Taxonomy, tiny_corpus: tuple[Article, ...]
    ) -> None:
        config = TaggerConfig(min_articles=8, prune=0.0, word_ratios=False)
        fit = fit_linear(tiny_corpus, tiny_taxonomy, config)
        number = {word: i for i, word in enumerate(list(fit.lexicon.words)[: fit.tfidf.n_words])}
        rows = []
        for article in tiny_corpus:
            text, title_characters = title_of(article)
            tokens = tokenize(text, title_characters)
            rows.append(fit.tfidf.row([number.get(w, -1) for w in tokens.words], tokens.title_stop))
        X = np.zeros((len(rows), fit.tfidf.n_features))
        for row, (features, values) in enumerate(rows):
            X[row, features] = values
        members = {
            concept: {
                row
                for row, article in enumerate(tiny_corpus)
                if any(id in (tag, *tiny_taxonomy.ancestors(tag)) for tag in article.tags)
            }
            for concept, id in ((concept, fit.index.ids[concept]) for concept in fit.model.concepts.tolist())
        }
        assert len(members) >= 4
        for column, concept in enumerate(fit.model.concepts.tolist()):
            y = np.isin(np.arange(len(rows)), list(members[concept]))
            expected = LinearSVC(C=config.C, random_state=config.seed).fit(X, y).decision_function(X)
            found = [fit.model.margins(*row)[column] for row in rows]
            np.testing.assert_allclose(found, expected, atol=0.05)  # a few passes, and weights as float16
