"""omikuji: Parabel, three trees, its defaults, on TF-IDF features."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import omikuji

from benchmarks.peers.tfidf import Features, targets, top_rows
from tagonomy.articles.article import Article

REQUIRES = ("omikuji", "scikit-learn")

#: Tags of an article that get a score.
TOP = 50


class Omikuji:
    """A forest of label trees."""

    def fit(self, articles: Sequence[Article], tags: Sequence[str]) -> None:
        """Write the training data as omikuji reads it, and train."""
        self._features = Features()
        X, Y = self._features.fit(articles), targets(articles, tags).tocsr()
        self._n_tags = len(tags)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "train.txt")
            write_xmlc(path, X, Y)
            self._model = omikuji.Model.train_on_data(str(path), omikuji.Model.default_hyper_param())

    def scores(self, articles: Sequence[Article]) -> Any:
        """Return the scores of the best tags of each article."""
        X = self._features(articles)
        rows = []
        for start, stop in zip(X.indptr[:-1], X.indptr[1:], strict=True):
            features = list(zip(X.indices[start:stop].tolist(), X.data[start:stop].tolist(), strict=True))
            rows.append(self._model.predict(features, top_k=min(TOP, self._n_tags)))
        return top_rows(rows, self._n_tags)


def write_xmlc(path: Path, X: Any, Y: Any) -> None:
    """Write features and tags in the format of the Extreme Classification Repository."""
    with path.open("w", encoding="ascii") as file:
        file.write(f"{X.shape[0]} {X.shape[1]} {Y.shape[1]}\n")
        for row in range(X.shape[0]):
            tags = ",".join(map(str, Y.indices[Y.indptr[row] : Y.indptr[row + 1]].tolist()))
            span = slice(X.indptr[row], X.indptr[row + 1])
            pairs = zip(X.indices[span].tolist(), X.data[span].tolist(), strict=True)
            file.write(f"{tags} {' '.join(f'{column}:{value:.6g}' for column, value in pairs)}\n")


def make() -> Omikuji:
    """Make an unfitted model; omikuji takes no seed."""
    return Omikuji()
