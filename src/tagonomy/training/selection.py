"""Which articles to annotate next: those in doubt, on rare tags, and each unlike the others."""

from __future__ import annotations

import heapq
import math
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

from tagonomy.articles.article import Article
from tagonomy.corpora.corpus import digest
from tagonomy.corpora.records import Row
from tagonomy.errors import ConfigError
from tagonomy.tagger import Tagger

# Articles that are tagged at once.
_BATCH = 256
# So many of the articles with most to learn from are held for each that is wanted.
_CANDIDATES, _LEAST_CANDIDATES = 20, 1000
# So many of an article's least sure tags count: a long text must not win by its length.
_COUNTED = 5
# A tag that is surer than this is not in doubt.
_DOUBTED = 0.3
_LEAST_WORTH = 1e-6


@dataclass(frozen=True, slots=True)
class Pick:
    """An article that is worth annotating.

    Parameters
    ----------
    row : Row
        The article as its corpus gives it.
    score : float
        How much there is to learn from it: the doubts about its tags, rare ones counting more, times
        how unlike the picks before it is.
    predicted : tuple of (str, str, float)
        Id, label and probability of the tags that the model would give, best first.
    doubted : tuple of (str, str, float)
        The same of those near their thresholds, given or not, the least sure first.
    """

    row: Row
    score: float
    predicted: tuple[tuple[str, str, float], ...]
    doubted: tuple[tuple[str, str, float], ...]


def next_to_label(
    tagger: Tagger,
    pool: Iterable[Row | Article],
    count: int,
    *,
    labelled: Mapping[str, int] | None = None,
    seen: Container[bytes] = frozenset(),
) -> list[Pick]:
    """Choose the articles of a pool from whose annotation a model would learn most.

    Parameters
    ----------
    tagger : Tagger
        The model as it is now.
    pool : iterable of Row or Article
        Articles without annotations, taken one by one; memory holds the candidates only.
    count : int
        How many are wanted.
    labelled : mapping of str to int, optional
        How many articles of each concept id are annotated already; those of few count more.
    seen : container of bytes, optional
        Digests of articles that are annotated already, which are left out.

    Returns
    -------
    list of Pick
        At most ``count``, best first; each text once.

    Raises
    ------
    ConfigError
        If ``count`` is less than 1.

    Notes
    -----
    The doubt about a tag is 1 where its probability is its threshold, and falls linearly to 0 where it
    is 0 or 1; a tag with ``n`` annotated articles weighs ``1 / sqrt(1 + n)``. The five largest products
    are an article's worth. Picks are greedy: the worth times one minus the largest cosine, in TF-IDF,
    to what was picked before.

    Examples
    --------
    >>> from tagonomy.training import train
    >>> articles = [Article("Rates rise as the bank fights inflation", tags=("economy",)),
    ...             Article("The striker scored twice in the final", tags=("sport",))] * 10
    >>> pool = [Article("The striker scored twice in the final"), Article("The bank scored twice")]
    >>> [pick.row.article.text for pick in next_to_label(train(articles), pool, 1)]
    ['The bank scored twice']
    """
    if count < 1:
        raise ConfigError("count", count, "a number of articles of at least 1")
    kept = max(_LEAST_CANDIDATES, _CANDIDATES * count)
    best: list[tuple[float, int, Pick]] = []
    for number, pick in enumerate(_judged(tagger, pool, labelled or {}, seen)):
        push = heapq.heappush if len(best) < kept else heapq.heappushpop
        push(best, (pick.score, -number, pick))
    candidates = [pick for _, _, pick in sorted(best, key=lambda entry: entry[:2], reverse=True)]
    rows = _tfidf([pick.row.article.full_text for pick in candidates])
    worth = np.array([pick.score for pick in candidates])
    return [replace(candidates[i], score=score) for i, score in greedy(rows, worth, count)]


def _judged(
    tagger: Tagger, pool: Iterable[Row | Article], labelled: Mapping[str, int], seen: Container[bytes]
) -> Iterator[Pick]:
    """Yield each new article of the pool with its worth and its predictions."""
    weights = np.array([1 / math.sqrt(1 + labelled.get(id, 0)) for id in tagger.concept_ids])
    weights[tagger.index.abstract != 0] = 0  # classes that only group others are no tags
    cuts = np.clip(tagger.cuts, 0.01, 0.99)
    known: set[bytes] = set()
    rows = (Row(each) if isinstance(each, Article) else each for each in pool)
    while batch := list(islice(rows, _BATCH)):
        new = []
        for row in batch:
            key = digest(row.article)
            if key not in known and key not in seen:
                known.add(key)
                new.append(row)
        taggings = tagger.classify_batch([row.article for row in new])
        scores = taggings.scores
        for number, (row, tagging) in enumerate(zip(new, taggings, strict=True)):
            start, stop = scores.indptr[number], scores.indptr[number + 1]
            columns, likely = scores.indices[start:stop], scores.data[start:stop].astype(np.float64)
            cut = cuts[columns]
            doubt = 1 - np.abs(likely - cut) / np.where(likely < cut, cut, 1 - cut)
            worth = doubt * weights[columns]
            order = np.lexsort((columns, -worth))[:_COUNTED]
            doubted = [
                (tagger.index.ids[column], tagger.index.labels[column], float(likely[i]))
                for i, column in zip(order.tolist(), columns[order].tolist(), strict=True)
                if doubt[i] >= _DOUBTED and weights[column]
            ]
            predicted = tuple((tag.id, tag.label, tag.score) for tag in tagging)
            yield Pick(row, float(worth[order].sum()), predicted, tuple(doubted))


def _tfidf(texts: list[str]) -> csr_array:
    """Return the texts as rows of length 1."""
    if not texts:
        return csr_array((0, 1))
    # Hashed, so that no vocabulary is held, and pools without a word are no special case.
    counts = HashingVectorizer(norm=None, alternate_sign=False, dtype=np.float32).transform(texts)
    return csr_array(TfidfTransformer(sublinear_tf=True).fit_transform(counts))


def greedy(rows: csr_array, worth: NDArray[np.float64], count: int) -> list[tuple[int, float]]:
    """Return the rows to pick, in order, each with its worth times how unlike those before it is."""
    # What is worth nothing still differs: better than an article that is the same as another.
    worth = np.maximum(worth, _LEAST_WORTH)
    likeness = np.zeros(len(worth))
    picked: list[tuple[int, float]] = []
    left = np.ones(len(worth), dtype=bool)
    for _ in range(min(count, len(worth))):
        value = np.where(left, worth * (1 - likeness), -1.0)
        best = int(np.argmax(value))
        picked.append((best, float(value[best])))
        left[best] = False
        row = rows[[best]]
        likeness = np.maximum(likeness, np.minimum(1.0, (rows @ row.T).toarray().ravel()))
    return picked
