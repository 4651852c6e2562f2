"""One linear model a tag: vocabulary, TF-IDF, LinearSVC, and calibration out of fold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from tagonomy.articles.article import Article, title_of
from tagonomy.concepts import ConceptIndex
from tagonomy.config import TaggerConfig
from tagonomy.errors import CorpusError
from tagonomy.features import BLOCKS, Tfidf
from tagonomy.linear import LinearModel
from tagonomy.mentions.lexicon import Lexicon
from tagonomy.mentions.lexicon_builder import build_lexicon
from tagonomy.taxonomy import Taxonomy
from tagonomy.text import Tokens, tokenize

# Platt's slope may not turn the margin's meaning round, nor make it a step.
_SLOPES = (0.5, 8.0)
# LIBLINEAR has one random generator a process: threads that fit side by side would take each other's draws.
_LIBLINEAR = Lock()


@dataclass(frozen=True, slots=True, eq=False)
class LinearFit:
    """What the linear side learned.

    Attributes
    ----------
    index, lexicon, tfidf, model : ConceptIndex, Lexicon, Tfidf, LinearModel
        Parts of a tagger.
    out_of_fold : list of dict of int to float
        For each training article, log-odds by concept, predicted by models that did not see it.
    """

    index: ConceptIndex
    lexicon: Lexicon
    tfidf: Tfidf
    model: LinearModel
    out_of_fold: list[dict[int, float]]


def fit_linear(articles: Sequence[Article], taxonomy: Taxonomy, config: TaggerConfig) -> LinearFit:
    """Fit vocabulary, TF-IDF and one calibrated LinearSVC for each tag with enough articles."""
    read = [_tokens(article) for article in articles]
    words = _vocabulary(read, config)
    index = ConceptIndex.of(taxonomy)
    lexicon = build_lexicon(taxonomy, words, config.limits)
    number = {word: i for i, word in enumerate(words)}
    numbers = [[number.get(word, -1) for word in tokens.words] for tokens in read]
    titles = [tokens.title_stop for tokens in read]
    tfidf = Tfidf(_idf(numbers, titles, len(words)))
    rows = [tfidf.row(*each) for each in zip(numbers, titles, strict=True)]
    X = _stack(rows, tfidf.n_features)
    members = _members(articles, taxonomy, index)
    labels = sorted(
        concept for concept, found in members.items() if config.min_articles <= len(found) < len(articles)
    )
    folds = np.random.default_rng(config.seed).permutation(len(articles)) % config.folds
    fits = Parallel(n_jobs=config.n_jobs)(
        delayed(_fit_label)(X, np.array(members[concept]), folds, config) for concept in labels
    )
    out_of_fold: list[dict[int, float]] = [{} for _ in articles]
    for concept, fit in zip(labels, fits, strict=True):
        for row in np.flatnonzero(fit.logits >= -4.0).tolist():
            out_of_fold[row][concept] = float(fit.logits[row])
    return LinearFit(index, lexicon, tfidf, _pack(labels, fits, tfidf.n_features), out_of_fold)


def _stack(rows: Sequence[tuple[NDArray[np.int64], NDArray[np.float32]]], n_features: int) -> csr_array:
    """Return sparse rows as one matrix; LIBLINEAR wants 32-bit indices."""
    stops = np.cumsum([0, *(len(features) for features, _ in rows)], dtype=np.int32)
    features = np.concatenate([features for features, _ in rows]).astype(np.int32)
    return csr_array(
        (np.concatenate([values for _, values in rows]), features, stops), shape=(len(rows), n_features)
    )


def _tokens(article: Article) -> Tokens:
    text, title_characters = title_of(article)
    return tokenize(text, title_characters)


def _vocabulary(read: Sequence[Tokens], config: TaggerConfig) -> list[str]:
    """Return the feature words, most frequent first."""
    counts: Counter[str] = Counter()
    for tokens in read:
        counts.update({word for word in tokens.words if len(word) > 1})
    frequent = sorted(
        (word for word, count in counts.items() if count >= config.min_df),
        key=lambda word: (-counts[word], word),
    )[: config.max_features]
    if not frequent:
        raise CorpusError(f"no word stands in {config.min_df} articles: nothing can be learned; lower min_df")
    return frequent


def _idf(numbers: Sequence[list[int]], titles: Sequence[int], n_words: int) -> NDArray[np.float32]:
    """Return the inverse document frequency of each word in each block, 0 where it never stands."""
    df = np.zeros(len(BLOCKS) * n_words, dtype=np.int64)
    whole = Tfidf(np.ones((len(BLOCKS), n_words), dtype=np.float32))
    for each, title in zip(numbers, titles, strict=True):
        df[whole.row(each, title)[0]] += 1
    idf = np.where(df > 0, np.log((1 + len(numbers)) / (1 + df)) + 1, 0)
    return idf.astype(np.float32).reshape(len(BLOCKS), n_words)


def _members(articles: Sequence[Article], taxonomy: Taxonomy, index: ConceptIndex) -> dict[int, list[int]]:
    """Return the articles of each concept; an article of a concept is one of all above it."""
    members: dict[int, list[int]] = defaultdict(list)
    for row, article in enumerate(articles):
        ids = {above for id in article.tags for above in (id, *taxonomy.ancestors(id))}
        for id in ids:
            members[index.number(id)].append(row)
    return members


@dataclass(frozen=True, slots=True, eq=False)
class _LabelFit:
    features: NDArray[np.int64]
    weights: NDArray[np.float16]
    intercept: float
    slope: float
    offset: float
    logits: NDArray[np.float64]


def _fit_label(
    X: csr_array, positive: NDArray[np.int64], folds: NDArray[np.int64], config: TaggerConfig
) -> _LabelFit:
    """Fit one label on all articles, and calibrate it on margins from outside each fold."""
    y = np.zeros(X.shape[0], dtype=np.int8)
    y[positive] = 1
    margins = np.zeros(len(y))
    for fold_number in range(config.folds):
        inside, outside = folds != fold_number, folds == fold_number
        if 0 < y[inside].sum() < inside.sum():
            margins[outside] = _svc(X[inside], y[inside], config).decision_function(X[outside])
        else:
            margins[outside] = -1.0
    slope, offset = _platt(margins, y)
    final = _svc(X, y, config)
    kept = np.flatnonzero(np.abs(final.coef_[0]) >= config.prune)
    return _LabelFit(
        kept,
        final.coef_[0][kept].astype(np.float16),
        float(final.intercept_[0]),
        slope,
        offset,
        margins * slope + offset,
    )


def _svc(X: csr_array, y: NDArray[np.int8], config: TaggerConfig) -> LinearSVC:
    with _LIBLINEAR:
        return LinearSVC(C=config.C, random_state=config.seed).fit(X, y)


def _platt(margins: NDArray[np.float64], y: NDArray[np.int8]) -> tuple[float, float]:
    """Return slope and offset of the log-odds of margins (Platt, 1999, by logistic regression)."""
    fitted = LogisticRegression(C=10.0).fit(margins.reshape(-1, 1), y)
    slope = float(np.clip(fitted.coef_[0, 0], *_SLOPES))
    return slope, float(fitted.intercept_[0])


def _pack(labels: Sequence[int], fits: Sequence[_LabelFit], n_features: int) -> LinearModel:
    """Return the weights of all labels feature by feature."""
    if not labels:
        return LinearModel.empty(n_features)
    stops = np.cumsum([0, *(len(fit.features) for fit in fits)])
    values = np.concatenate([fit.weights for fit in fits]).astype(np.float32)
    by_label = csc_array(
        (values, np.concatenate([fit.features for fit in fits]), stops), (n_features, len(labels))
    )
    by_feature = by_label.tocsr()
    by_feature.sort_indices()
    return LinearModel(
        concepts=np.array(labels, dtype=np.int32),
        stops=by_feature.indptr[1:].astype(np.int64),
        columns=by_feature.indices.astype(np.uint16 if len(labels) < 2**16 else np.int32),
        weights=by_feature.data.astype(np.float16),
        intercepts=np.array([fit.intercept for fit in fits], dtype=np.float32),
        slopes=np.array([fit.slope for fit in fits], dtype=np.float32),
        offsets=np.array([fit.offset for fit in fits], dtype=np.float32),
    )
