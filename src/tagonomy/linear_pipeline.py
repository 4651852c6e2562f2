"""The pipeline of a tagger that is a linear model and nothing else: many articles at a time, in numpy.

It gives the bits that :class:`tagonomy.python_pipeline.PythonPipeline` gives article by article, which the
tests hold it to, in a small part of the time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tagonomy.pipeline import Allowed, Given, Parts, Scored, ScoredBatch
from tagonomy.python_pipeline import PythonPipeline
from tagonomy.ranking import FEATURES, HIGHEST, LINEAR_CANDIDATE, probabilities
from tagonomy.text import words_of

if TYPE_CHECKING:
    from tagonomy.articles.article import Article

_LINEAR = FEATURES.index("linear")
# A table of the weights is faster than the weights one by one as long as no more of it than this is empty.
_CELLS_A_WEIGHT = 4


class LinearPipeline(PythonPipeline):
    """The stages that a linear model alone needs; see :class:`tagonomy.pipeline.Pipeline`."""

    @staticmethod
    def suffices(parts: Parts) -> bool:
        """Tell whether nothing but the words of an article, wherever they stand, decides on its tags."""
        believed = np.flatnonzero(parts.ranker.weights.any(axis=0)).tolist()
        return (
            not len(parts.lexicon.concept)
            and not len(parts.rules)
            and not len(parts.seeds)
            and len(parts.tfidf.idf) == 1
            and not len(parts.index.broader.values)
            and believed in ([], [_LINEAR])
        )

    def classify(
        self,
        text: str,
        title_characters: int,
        year: int | None,
        cuts: NDArray[np.float64],
        allowed: Allowed,
    ) -> Scored:
        """Classify a batch of one."""
        batch = self.classify_batch([Given(text, title_characters, year)], cuts, allowed)
        return ScoredBatch(*batch).one(0)

    def classify_batch(
        self, articles: Sequence[Given | str | Article], cuts: NDArray[np.float64], allowed: Allowed
    ) -> tuple[Any, Any, Any, Any, Any, Any]:
        """Run the stages, each for all articles: words, TF-IDF, margins, scores, tags."""
        linear, index = self.parts.linear, self.parts.index
        logits, speaks = self._logits(list(map(_text_of, articles)))
        places, columns = np.nonzero((logits >= LINEAR_CANDIDATE) & speaks[:, None])
        concepts = linear.concepts[columns]
        weights = self.parts.ranker.weights[index.facet[linear.concepts], _LINEAR].astype(np.float64)
        features = np.clip(logits[places, columns], -HIGHEST, HIGHEST).astype(np.float32)
        scores = probabilities(features * weights[columns])

        given = index.abstract == 0 if allowed is None else (index.abstract == 0) & (allowed != 0)
        least = np.where(given, cuts, np.inf)[linear.concepts]
        tags = np.flatnonzero(scores >= least[columns])
        tags = tags[np.lexsort((concepts[tags], -scores[tags], places[tags]))]
        edges = np.arange(len(articles) + 1)
        return (
            *(concepts[tags], scores[tags], np.searchsorted(places[tags], edges)),
            *(concepts, scores, np.searchsorted(places, edges)),
        )

    def _logits(self, texts: list[str]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return log-odds, shape (n_texts, n_columns), and whether any word of a text speaks for them."""
        linear = self.parts.linear
        features, values, places = self._rows(texts)
        stops = np.searchsorted(places, np.arange(len(texts) + 1)).tolist()
        sums = np.zeros((len(texts), max(2, len(linear.concepts))))
        for place in range(len(texts)):
            row = slice(stops[place], stops[place + 1])
            self._add_up(features[row], values[row], sums[place])
        margins = sums[:, : len(linear.concepts)] + linear.intercepts
        return linear.logits(margins), np.diff(stops) > 0

    def _rows(self, texts: list[str]) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
        """Return the features of all texts, in order of their words, with values and places of the texts."""
        counted = [Counter(words_of(text)) for text in texts]
        each = map(self.matcher.word_number.get, chain.from_iterable(counted), repeat(-1))
        features = np.fromiter(each, dtype=np.int64)
        counts = np.fromiter(chain.from_iterable(map(Counter.values, counted)), dtype=np.int64)
        places = np.repeat(np.arange(len(texts)), list(map(len, counted)))
        known = (features >= 0) & (features < self.parts.tfidf.n_words)
        return self.parts.tfidf.weigh(features[known], counts[known], places[known])

    def _add_up(
        self, features: NDArray[np.int64], values: NDArray[np.float32], sums: NDArray[np.float64]
    ) -> None:
        """Add the weighted rows of some features to zeros, one row after the other."""
        if self._table is None:
            sums[: len(self.parts.linear.concepts)] = self.parts.linear.sums(features, values)
            return
        products = self._table.take(features, axis=0)
        products *= values[:, None]
        # numpy adds row to row only where a row has two numbers and more.
        np.add.reduce(products, axis=0, dtype=np.float64, out=sums)

    @cached_property
    def _table(self) -> NDArray[np.float32] | None:
        """Weights as features x columns, or None where most of it would be empty."""
        linear = self.parts.linear
        shape = len(linear.stops), max(2, len(linear.concepts))
        if shape[0] * shape[1] > _CELLS_A_WEIGHT * len(linear.weights):
            return None
        table = np.zeros(shape, dtype=np.float32)
        rows = np.repeat(np.arange(shape[0]), np.diff(linear.stops, prepend=0))
        table[rows, linear.columns] = linear.weights
        return table


def _text_of(article: Given | str | Article) -> str:
    if isinstance(article, str):
        return article
    return article.text if isinstance(article, Given) else article.full_text
