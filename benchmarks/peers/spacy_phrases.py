"""spaCy's PhraseMatcher with the names of the tags; it learns nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import spacy
from spacy.matcher import PhraseMatcher

from benchmarks.peers.names import names_of
from benchmarks.peers.tfidf import text_of, top_rows
from tagonomy.articles.article import Article

REQUIRES = ("spacy",)


class Phrases:
    """Gives every tag one of whose names stands in the text, in any case."""

    #: Whatever is found is given.
    threshold = 1e-6

    def fit(self, articles: Sequence[Article], tags: Sequence[str]) -> None:
        """Add the names of the tags to the matcher."""
        self._n_tags = len(tags)
        self._tokenizer = spacy.blank("en").tokenizer
        self._matcher = PhraseMatcher(self._tokenizer.vocab, attr="LOWER")
        for column, tag in enumerate(tags):
            self._matcher.add(str(column), list(self._tokenizer.pipe(names_of(tag))))

    def scores(self, articles: Sequence[Article]) -> Any:
        """Return the share of each tag in all names found."""
        strings = self._tokenizer.vocab.strings
        rows = []
        for document in self._tokenizer.pipe(map(text_of, articles)):
            counts = Counter(int(strings[match]) for match, _, _ in self._matcher(document))
            rows.append([(column, count / counts.total()) for column, count in counts.items()])
        return top_rows(rows, self._n_tags)


def make() -> Phrases:
    """Make an unfitted model."""
    return Phrases()
