"""A labelled corpus: articles in order, and a report of what was wrong with the files."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import overload

from tagonomy.articles.article import Article
from tagonomy.corpora.records import Finding


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two articles with the same title and text.

    Parameters
    ----------
    first, second : int
        Their positions in the corpus.
    conflicting : bool
        Whether their tags differ.
    """

    first: int
    second: int
    conflicting: bool


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """What reading a corpus found.

    Parameters
    ----------
    rows : int
        Rows or files read, good and bad.
    bad : tuple of Finding
        Those that were skipped: where and why.
    repaired : tuple of Finding
        Those that were kept after something was replaced, such as bytes that are no UTF-8.
    unknown_tags : mapping of str to int
        Tags that name no concept, with the number of their articles, most frequent first.
    duplicates : tuple of Duplicate
        Articles that stand there twice; they are kept.
    labels : mapping of str to int
        Tags with the number of their articles, most frequent first.
    left_out : int
        Rows that were not asked for: of the other side of a split, or ignored by their annotator.
    """

    rows: int = 0
    bad: tuple[Finding, ...] = ()
    repaired: tuple[Finding, ...] = ()
    unknown_tags: Mapping[str, int] = field(default_factory=dict)
    duplicates: tuple[Duplicate, ...] = ()
    labels: Mapping[str, int] = field(default_factory=dict)
    left_out: int = 0

    @property
    def articles(self) -> int:
        """How many articles were read."""
        return self.rows - len(self.bad) - self.left_out

    def __str__(self) -> str:
        conflicting = sum(each.conflicting for each in self.duplicates)
        left_out = f"{self.left_out:,} left out, " if self.left_out else ""
        return (
            f"{self.rows:,} rows: {len(self.bad):,} bad, {left_out}{len(self.repaired):,} repaired, "
            f"{len(self.duplicates):,} duplicates ({conflicting:,} with other tags), "
            f"{len(self.labels):,} tags, {len(self.unknown_tags):,} unknown tags"
        )


@dataclass(slots=True)
class Tally:
    """A report in the making: what is remembered of each article is a digest, not its text."""

    rows: int = 0
    left_out: int = 0
    bad: list[Finding] = field(default_factory=list)
    repaired: list[Finding] = field(default_factory=list)
    labels: Counter[str] = field(default_factory=Counter)
    unknown_tags: Counter[str] = field(default_factory=Counter)
    duplicates: list[Duplicate] = field(default_factory=list)
    articles: int = 0
    seen: dict[bytes, tuple[int, int]] = field(default_factory=dict)

    def add(self, article: Article) -> None:
        """Count one more article."""
        self.labels.update(article.tags)
        self.unknown_tags.update(article.unknown_tags)
        tags = hash(frozenset(article.tags + article.unknown_tags))
        first, other_tags = self.seen.setdefault(digest(article), (self.articles, tags))
        if first != self.articles:
            self.duplicates.append(Duplicate(first, self.articles, tags != other_tags))
        self.articles += 1

    def report(self) -> CorpusReport:
        """Return what was counted so far."""
        return CorpusReport(
            self.rows,
            tuple(self.bad),
            tuple(self.repaired),
            _ranked(self.unknown_tags),
            tuple(self.duplicates),
            _ranked(self.labels),
            self.left_out,
        )


def digest(article: Article) -> bytes:
    """Return what two articles have in common if and only if they have the same title and text."""
    content = f"{len(article.title)}:{article.title}{article.text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=16).digest()


def digest_of(articles: Iterable[Article]) -> str:
    """Return what two sequences of articles have in common if and only if texts and tags are the same."""
    whole = hashlib.sha256()
    for article in articles:
        whole.update(digest(article))
        whole.update(repr(article.tags).encode("utf-8", "surrogatepass"))
    return whole.hexdigest()


def _ranked(counts: Counter[str]) -> Mapping[str, int]:
    return MappingProxyType(dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))))


@dataclass(frozen=True, slots=True)
class Corpus(Sequence[Article]):
    """A frozen sequence of articles.

    Parameters
    ----------
    articles : tuple of Article
        In the order of the files.
    report : CorpusReport
        What reading them found.

    Examples
    --------
    >>> corpus = Corpus.of([Article("Talks resumed.", tags=["countries:ch"]), Article("Snow fell.")])
    >>> len(corpus), corpus[0].tags, len(corpus[1:])
    (2, ('countries:ch',), 1)
    """

    articles: tuple[Article, ...] = ()
    report: CorpusReport = CorpusReport()

    @classmethod
    def of(cls, articles: Iterable[Article]) -> Corpus:
        """Make a corpus of articles at hand.

        Raises
        ------
        TypeError
            If one is no Article.
        """
        kept = tuple(articles)
        tally = Tally(rows=len(kept))
        for article in kept:
            if not isinstance(article, Article):
                raise TypeError(
                    f"expected articles, found {type(article).__name__}: wrap texts as Article(text)"
                )
            tally.add(article)
        return cls(kept, tally.report())

    def __len__(self) -> int:
        return len(self.articles)

    @overload
    def __getitem__(self, index: int) -> Article: ...
    @overload
    def __getitem__(self, index: slice) -> Corpus: ...
    def __getitem__(self, index: int | slice) -> Article | Corpus:
        return Corpus.of(self.articles[index]) if isinstance(index, slice) else self.articles[index]

    def __iter__(self) -> Iterator[Article]:
        return iter(self.articles)
