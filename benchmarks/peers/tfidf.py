"""The features that all linear peers share: scikit-learn's TF-IDF, logarithmic in the term's frequency."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from tagonomy.articles.article import Article


class Features:
    """Texts to matrices; float32, which halves the memory and changes no figure."""

    def __init__(self) -> None:
        self._vectorizer = TfidfVectorizer(sublinear_tf=True, dtype=np.float32)

    def fit(self, articles: Sequence[Article]) -> Any:
        """Learn the vocabulary; return the matrix of these articles."""
        return self._vectorizer.fit_transform(map(text_of, articles))

    def __call__(self, articles: Sequence[Article]) -> Any:
        """Return the matrix of other articles."""
        return self._vectorizer.transform(map(text_of, articles))


def text_of(article: Article) -> str:
    """Return title and body as one text."""
    return article.full_text


def targets(articles: Sequence[Article], tags: Sequence[str]) -> sparse.csc_array:
    """Return the gold tags as a matrix of zeros and ones, a column for each tag."""
    column = {tag: number for number, tag in enumerate(tags)}
    pairs = [(row, column[tag]) for row, article in enumerate(articles) for tag in article.tags]
    rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
    ones = np.ones(len(pairs), dtype=np.int8)
    return sparse.csc_array((ones, (rows, columns)), shape=(len(articles), len(tags)))


class OneVsRest(ABC):
    """A linear classifier of its own for every tag that some training articles have and others lack.

    Subclasses say which classifier, and how its answer becomes a score.
    """

    #: Score of a tag that nothing can be learned of.
    never: float

    @abstractmethod
    def classifier(self) -> Any:
        """Return an unfitted classifier for one tag."""

    @abstractmethod
    def score(self, classifier: Any, X: Any) -> np.ndarray[Any, Any]:
        """Return the scores of one tag."""

    def fit(self, articles: Sequence[Article], tags: Sequence[str]) -> None:
        """Fit features and classifiers, on all cores."""
        from joblib import Parallel, delayed

        self._features = Features()
        X, Y = self._features.fit(articles), targets(articles, tags)
        support = np.diff(Y.indptr)
        self._columns = np.flatnonzero((support > 0) & (support < len(articles)))
        self._always = np.flatnonzero(support == len(articles))
        self._n_tags = len(tags)
        columns = (Y[:, [column]].toarray().ravel() for column in self._columns)
        self._fitted = Parallel(n_jobs=-1, backend="threading")(
            delayed(self.classifier().fit)(X, y) for y in columns
        )

    def scores(self, articles: Sequence[Article]) -> np.ndarray[Any, Any]:
        """Return dense scores."""
        X = self._features(articles)
        scores = np.full((len(articles), self._n_tags), self.never, dtype=np.float32)
        scores[:, self._always] = 1.0
        for column, classifier in zip(self._columns, self._fitted, strict=True):
            scores[:, column] = self.score(classifier, X)
        return scores


def top_rows(rows: Sequence[Sequence[tuple[int, float]]], n_tags: int) -> sparse.csr_array:
    """Return lists of (column, score) as a sparse matrix."""
    stops = np.cumsum([0, *map(len, rows)])
    columns = [column for row in rows for column, _ in row]
    values = np.array([value for row in rows for _, value in row], dtype=np.float32)
    return sparse.csr_array((values, columns, stops), shape=(len(rows), n_tags))
