"""napkinXC: probabilistic label trees, and binary relevance, on TF-IDF features."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import Any

from napkinxc.models import BR, PLT

from benchmarks.peers.tfidf import Features, targets, top_rows
from tagonomy.articles.article import Article

REQUIRES = ("napkinxc", "scikit-learn")

#: Tags of an article that get a score.
TOP = 50


class Napkin:
    """One of napkinXC's models, with its defaults."""

    def __init__(self, kind: Any, seed: int) -> None:
        self._kind, self._seed = kind, seed

    def fit(self, articles: Sequence[Article], tags: Sequence[str]) -> None:
        """Train; the model lives in a temporary folder."""
        self._features = Features()
        X, Y = self._features.fit(articles), targets(articles, tags).tocsr()
        self._n_tags = len(tags)
        self._folder = tempfile.TemporaryDirectory()
        gold = [Y.indices[start:stop].tolist() for start, stop in zip(Y.indptr, Y.indptr[1:], strict=False)]
        self._model = self._kind(self._folder.name, seed=self._seed, verbose=False)
        self._model.fit(X, gold)

    def scores(self, articles: Sequence[Article]) -> Any:
        """Return the probabilities of the best tags of each article."""
        found = self._model.predict_proba(self._features(articles), top_k=min(TOP, self._n_tags))
        return top_rows(found, self._n_tags)


def make(seed: int = 0) -> Napkin:
    """Make an unfitted probabilistic label tree."""
    return Napkin(PLT, seed)


def make_br(seed: int = 0) -> Napkin:
    """Make an unfitted binary relevance model."""
    return Napkin(BR, seed)
