"""Which articles are left out together, so that none is predicted by what learned from its double."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from tagonomy.articles.article import Article, tokens_of
from tagonomy.config import TaggerConfig
from tagonomy.text import Tokens

# Texts that share four of five of all their words are taken for copies nearly always, those that share one of
# two seldom (one in seven).
_BANDS, _ROWS = 10, 6


def folds_of(
    articles: Sequence[Article], config: TaggerConfig, read: Sequence[Tokens] | None = None
) -> NDArray[np.int64]:
    """Return the fold of each article, shape (n_articles,).

    Two reports of one event have nearly the same words: apart, each would tell the other's fold what it is
    about, and margins would be surer than they are on the news of another day. So by day, all articles of
    a day share a fold, where there are as many days as folds; otherwise, copies do. What takes more than a
    fold follows a pattern: of that, only what has the same words is kept together, unless that takes more,
    too.

    ``read`` are the words of the articles, if they are at hand.
    """
    n, rng = len(articles), np.random.default_rng(config.seed)
    days = [article.date[:10] if article.date else str(row) for row, article in enumerate(articles)]
    if config.folds_by_day and len(set(days)) >= config.folds:
        # The longest days first, each to the emptiest fold.
        return _filled(sorted(Counter(days).items(), key=lambda day: (-day[1], day[0])), days, config.folds)
    if not config.copies_together:
        return rng.permutation(n) % config.folds
    read = [tokens_of(article) for article in articles] if read is None else read
    groups = copies(read)
    # Of a pattern, those are copies that have the very same words.
    for key in (lambda row: frozenset(read[row].words), lambda row: row):
        large = np.flatnonzero(np.bincount(groups, minlength=1)[groups] > n / config.folds)
        apart: dict[Any, int] = {}
        first = int(groups.max(initial=0)) + 1
        groups[large] = [apart.setdefault(key(row), first + len(apart)) for row in large.tolist()]
    sizes = Counter(groups[rng.permutation(n)].tolist())  # groups of one size in any order
    return _filled(sizes.most_common(), groups.tolist(), config.folds)


def _filled(sizes: Sequence[tuple[Any, int]], groups: Sequence[Any], n_folds: int) -> NDArray[np.int64]:
    """Return the fold of each member of some groups: they go one after the other to the emptiest fold."""
    filled = [0] * n_folds
    fold: dict[Any, int] = {}
    for group, size in sizes:
        fold[group] = min(range(n_folds), key=filled.__getitem__)
        filled[fold[group]] += size
    return np.array([fold[group] for group in groups], dtype=np.int64)


def copies(read: Sequence[Tokens], seed: int = 0) -> NDArray[np.int64]:
    """Return a number for each article, the same for those that have nearly the same words.

    Parameters
    ----------
    read : sequence of Tokens
        Their words.
    seed : int
        Of the random orders below.

    Returns
    -------
    ndarray of int64, shape (n_articles,)
        What is alike step by step is one group as well.

    Notes
    -----
    MinHash (Broder, 1997): with the words in a random order, the first word of both is the same with the
    probability of the share that both have of all their words. Those that agree in all orders of some band
    are alike (Indyk and Motwani, 1998).
    """
    number: dict[str, int] = {}
    rows = [[number.setdefault(word, len(number)) for word in dict.fromkeys(tokens.words)] for tokens in read]
    there = np.flatnonzero([bool(row) for row in rows])
    if not len(there):
        return np.arange(len(rows))
    words = np.array([word for row in rows for word in row], dtype=np.int64)
    starts = np.cumsum([0, *(len(rows[each]) for each in there.tolist())])[:-1]
    rng = np.random.default_rng(seed)
    ones, others = [], []
    for _ in range(_BANDS):
        firsts = [np.minimum.reduceat(rng.permutation(len(number))[words], starts) for _ in range(_ROWS)]
        order = np.lexsort(firsts)
        same = np.logical_and.reduce([first[order[1:]] == first[order[:-1]] for first in firsts])
        ones.append(there[order[:-1][same]])
        others.append(there[order[1:][same]])
    ends = np.concatenate(ones), np.concatenate(others)
    links = csr_array((np.ones(len(ends[0]), dtype=np.int8), ends), (len(rows), len(rows)))
    groups: NDArray[np.int64] = connected_components(links, directed=False)[1].astype(np.int64)
    return groups
