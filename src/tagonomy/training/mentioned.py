"""Which concepts the training articles mention, as features of the linear model beside their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from tagonomy.articles.article import Article, title_of
from tagonomy.concepts import ConceptIndex
from tagonomy.features import MENTIONS_LENGTH, MentionFeatures, Tfidf
from tagonomy.hierarchy import close_upwards
from tagonomy.linear import LinearModel
from tagonomy.mentions.lexicon import Lexicon
from tagonomy.pipeline import Parts, make_pipeline
from tagonomy.ranking import Ranker
from tagonomy.rules import RuleSet


def mentioned_in(
    articles: Sequence[Article],
    index: ConceptIndex,
    rules: RuleSet,
    lexicons: Sequence[Lexicon],
    folds: NDArray[np.int64],
) -> list[set[int]]:
    """Return the concepts that each article mentions, and all above them.

    Parameters
    ----------
    articles : sequence of Article
        Texts.
    index, rules : ConceptIndex, RuleSet
        The taxonomy, compiled.
    lexicons : sequence of Lexicon
        The names to find: for the articles of each fold, or one for all.
    folds : ndarray of int64, shape (n_articles,)
        Fold of each article.
    """
    nothing = np.zeros((1, 0), dtype=np.float32), np.zeros((len(index.facet_names), 1), dtype=np.float32)
    learned = Tfidf(nothing[0]), LinearModel.empty(0), Ranker(nothing[1])
    pipelines = [make_pipeline(Parts(index, lexicon, rules, *learned)) for lexicon in lexicons]
    above: dict[int, Collection[int]] = {}
    found = []
    for article, fold in zip(articles, folds.tolist(), strict=True):
        concepts = pipelines[fold if len(pipelines) > 1 else 0].mentioned(*title_of(article))
        for concept in concepts:
            if concept not in above:
                above[concept] = close_upwards({concept: 1.0}, index).keys()
        found.append(set(chain.from_iterable(map(above.__getitem__, concepts))))
    return found


def mention_rows(
    mentioned: Sequence[Collection[int]], index: ConceptIndex, min_df: int
) -> tuple[csr_array, MentionFeatures]:
    """Return the mentions of all articles as rows, and the features that give them.

    A concept that fewer than ``min_df`` articles mention is no feature.
    """
    df = Counter(chain.from_iterable(mentioned))
    concepts = np.array(sorted(concept for concept, n in df.items() if n >= min_df), dtype=np.int32)
    counts = np.array([df[concept] for concept in concepts.tolist()], dtype=np.int64)
    features = MentionFeatures(concepts, (np.log((1 + len(mentioned)) / (1 + counts)) + 1).astype(np.float32))
    column = np.full(len(index), -1, dtype=np.int64)
    column[concepts] = np.arange(len(concepts))
    rows = [np.sort(column[list(each)]) if each else np.zeros(0, dtype=np.int64) for each in mentioned]
    rows = [row[np.searchsorted(row, 0) :] for row in rows]
    stops = np.cumsum([0, *map(len, rows)])
    columns = np.concatenate(rows)
    owner = np.repeat(np.arange(len(rows)), np.diff(stops))
    values = features.idf[columns]
    squares = np.bincount(owner, np.square(values, dtype=np.float64), minlength=len(rows))
    values = values * (MENTIONS_LENGTH / np.sqrt(np.maximum(squares, 1e-30))).astype(np.float32)[owner]
    shape = len(rows), len(features)
    return csr_array((values, columns.astype(np.int32), stops.astype(np.int32)), shape), features
