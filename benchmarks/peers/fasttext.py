"""fastText: one-vs-all, word bigrams, 40 epochs at a learning rate of 0.5."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fasttext

from benchmarks.peers.tfidf import text_of, top_rows
from tagonomy.articles.article import Article

REQUIRES = ("fasttext-wheel", "fasttext")

_WORD = re.compile(r"\w+")
_LABEL = "__label__"


class FastText:
    """Bags of words and bigrams; the run of two threads is never quite repeatable."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def fit(self, articles: Sequence[Article], tags: Sequence[str]) -> None:
        """Write the training data as fastText reads it, and train."""
        number = {tag: column for column, tag in enumerate(tags)}
        self._n_tags = len(tags)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "train.txt")
            with path.open("w", encoding="utf-8") as file:
                for article in articles:
                    labels = " ".join(f"{_LABEL}{number[tag]}" for tag in article.tags)
                    # fastText skips lines without a label: it can't learn that an article has none.
                    if labels:
                        file.write(f"{labels} {line_of(article)}\n")
            options = {
                "loss": "ova",
                "wordNgrams": 2,
                "epoch": 40,
                "lr": 0.5,
                "seed": self._seed,
                "verbose": 0,
            }
            self._model = fasttext.train_supervised(input=str(path), **options)

    def scores(self, articles: Sequence[Article]) -> Any:
        """Return the probabilities of all tags that have any."""
        rows = []
        for article in articles:
            # The method predict() of the wheel breaks on numpy 2; what it calls does not.
            found = self._model.f.predict(line_of(article) + "\n", -1, 1e-4, "strict")
            rows.append([(int(label.removeprefix(_LABEL)), min(float(p), 1.0)) for p, label in found])
        return top_rows(rows, self._n_tags)


def line_of(article: Article) -> str:
    """Return the words of an article, in small letters, on one line."""
    return " ".join(_WORD.findall(text_of(article).lower()))


def make(seed: int = 0) -> FastText:
    """Make an unfitted model."""
    return FastText(seed)
