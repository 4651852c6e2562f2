"""A plain gazetteer: the longest names found in the text, by ahocorasick-rs; it learns nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from benchmarks.peers.names import names_of
from benchmarks.peers.tfidf import text_of, top_rows
from tagonomy.articles.article import Article

REQUIRES = ("ahocorasick-rs",)


class Gazetteer:
    """Gives every tag one of whose names stands in the text; the score is the share of the names found."""

    #: Whatever is found is given.
    threshold = 1e-6

    def fit(self, articles: Sequence[Article], tags: Sequence[str]) -> None:
        """Compile the names of the tags."""
        self._n_tags = len(tags)
        self._columns: list[list[int]] = []
        number: dict[str, int] = {}
        for column, tag in enumerate(tags):
            for name in names_of(tag):
                if number.setdefault(name.casefold(), len(self._columns)) == len(self._columns):
                    self._columns.append([])
                self._columns[number[name.casefold()]].append(column)
        self._matcher = AhoCorasick(list(number), matchkind=MatchKind.LeftmostLongest)

    def scores(self, articles: Sequence[Article]) -> Any:
        """Return the share of each tag in all names found."""
        return top_rows([self._row(text_of(article).casefold()) for article in articles], self._n_tags)

    def _row(self, text: str) -> list[tuple[int, float]]:
        counts: dict[int, int] = {}
        for pattern, start, stop in self._matcher.find_matches_as_indexes(text):
            if not (text[start - 1 : start].isalnum() or text[stop : stop + 1].isalnum()):
                for column in self._columns[pattern]:
                    counts[column] = counts.get(column, 0) + 1
        total = sum(counts.values())
        return [(column, count / total) for column, count in counts.items()]


def make() -> Gazetteer:
    """Make an unfitted model."""
    return Gazetteer()
