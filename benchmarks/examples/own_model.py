"""A model of one's own: ``--model benchmarks/examples/own_model.py:make``. It knows the nearest centroid."""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer


class NearestCentroid:
    """Scores a tag by how alike an article is to the mean of the articles that have it."""

    def fit(self, articles, tags):
        """Learn from ``article.full_text`` and ``article.tags``; ``tags`` is the sorted list of all."""
        self.vectorizer = TfidfVectorizer(sublinear_tf=True)
        X = self.vectorizer.fit_transform(article.full_text for article in articles)
        has = np.array([[tag in article.tags for tag in tags] for article in articles], dtype=float)
        self.centroids = (has.T @ X) / np.maximum(has.sum(axis=0), 1)[:, None]

    def scores(self, articles):
        """Return an array of shape (n_articles, n_tags); columns in the order of ``tags``."""
        X = self.vectorizer.transform(article.full_text for article in articles)
        return X @ self.centroids.T


def make():
    """Return a model that has learned nothing yet."""
    return NearestCentroid()
