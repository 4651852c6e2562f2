"""One linear model a tag: vocabulary, TF-IDF, support vector machines, and calibration out of fold."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from tagonomy.articles.article import Article, title_of
from tagonomy.concepts import ConceptIndex
from tagonomy.config import TaggerConfig
from tagonomy.errors import CorpusError
from tagonomy.features import BLOCKS, Tfidf
from tagonomy.linear import LinearModel
from tagonomy.mentions.lexicon import Lexicon
from tagonomy.mentions.lexicon_builder import build_lexicon
from tagonomy.ranking import LINEAR_CANDIDATE
from tagonomy.taxonomy import Taxonomy
from tagonomy.text import Tokens, tokenize
from tagonomy.training.calibration import platt
from tagonomy.training.solver import fit_with_folds, solver


@dataclass(frozen=True, slots=True, eq=False)
class LinearFit:
    """What the linear side learned.

    Attributes
    ----------
    index, lexicon, tfidf, model : ConceptIndex, Lexicon, Tfidf, LinearModel
        Parts of a tagger.
    out_of_fold : list of dict of int to float
        For each training article, log-odds by concept, predicted by models that did not see it.
    folds : ndarray of int64, shape (n_articles,)
        The fold that each article was left out with.
    """

    index: ConceptIndex
    lexicon: Lexicon
    tfidf: Tfidf
    model: LinearModel
    out_of_fold: list[dict[int, float]]
    folds: NDArray[np.int64]


def fit_linear(articles: Sequence[Article], taxonomy: Taxonomy, config: TaggerConfig) -> LinearFit:
    """Fit vocabulary, TF-IDF and one calibrated linear model for each tag with enough articles."""
    read = [_tokens(article) for article in articles]
    words = _vocabulary(read, config)
    index = ConceptIndex.of(taxonomy)
    lexicon = build_lexicon(taxonomy, words, config.limits)
    number = {word: i for i, word in enumerate(words)}
    numbers = [[number.get(word, -1) for word in tokens.words] for tokens in read]
    titles = [tokens.title_stop for tokens in read]
    n_blocks = len(BLOCKS) if config.title_and_lead else 1
    X, tfidf = _features(numbers, titles, Tfidf(np.ones((n_blocks, len(words)), dtype=np.float32)))
    members = _members(articles, taxonomy, index, config.ancestors)
    labels = sorted(
        concept for concept, found in members.items() if config.min_articles <= len(found) < len(articles)
    )
    folds = np.random.default_rng(config.seed).permutation(len(articles)) % config.folds
    width = math.lcm(solver()[1], config.folds + 1) // (config.folds + 1)  # no lane is left idle
    # The solver leaves the interpreter's lock while it works, so threads share the articles.
    blocks = Parallel(n_jobs=config.n_jobs, prefer="threads")(
        delayed(_fit_labels)(X, [members[concept] for concept in labels[i : i + width]], folds, config)
        for i in range(0, len(labels), width)
    )
    fits = [fit for block in blocks for fit in block]
    out_of_fold: list[dict[int, float]] = [{} for _ in articles]
    for concept, fit in zip(labels, fits, strict=True):
        rows_above = np.flatnonzero(fit.logits >= LINEAR_CANDIDATE)
        for row, logit in zip(rows_above.tolist(), fit.logits[rows_above].tolist(), strict=True):
            out_of_fold[row][concept] = logit
    return LinearFit(index, lexicon, tfidf, _pack(labels, fits, tfidf.n_features), out_of_fold, folds)


def _features(numbers: Sequence[list[int]], titles: Sequence[int], plain: Tfidf) -> tuple[csr_array, Tfidf]:
    """Return the rows of all articles, and the TF-IDF that gives them; ``plain`` has ones for weights."""
    rows = [plain.counts(each, title) for each, title in zip(numbers, titles, strict=True)]
    stops = np.cumsum([0, *(len(features) for features, _ in rows)])
    features = np.concatenate([features for features, _ in rows])
    values = (1 + np.log(np.concatenate([counts for _, counts in rows]))).astype(np.float32)
    df = np.bincount(features, minlength=plain.n_features)
    idf = np.where(df > 0, np.log((1 + len(rows)) / (1 + df)) + 1, 0).astype(np.float32)
    values *= idf[features]
    owner = np.repeat(np.arange(len(rows)), np.diff(stops))
    lengths = np.sqrt(np.bincount(owner, values.astype(np.float64) ** 2, minlength=len(rows)))
    values /= lengths[owner].astype(np.float32)
    X = csr_array((values, features.astype(np.int32), stops.astype(np.int32)), (len(rows), len(idf)))
    return X, Tfidf(idf.reshape(plain.idf.shape))


def _tokens(article: Article) -> Tokens:
    text, title_characters = title_of(article)
    return tokenize(text, title_characters)


def _vocabulary(read: Sequence[Tokens], config: TaggerConfig) -> list[str]:
    """Return the feature words, most frequent first."""
    counts: Counter[str] = Counter()
    for tokens in read:
        # Figures name no subject: without them Reuters-21578 ranks better, with a third fewer features.
        counts.update({word for word in tokens.words if len(word) > 1 and not word.isdigit()})
    frequent = sorted(
        (word for word, count in counts.items() if count >= config.min_df),
        key=lambda word: (-counts[word], word),
    )[: config.max_features]
    if not frequent:
        raise CorpusError(f"no word stands in {config.min_df} articles: nothing can be learned; lower min_df")
    return frequent


def _members(
    articles: Sequence[Article], taxonomy: Taxonomy, index: ConceptIndex, ancestors: bool
) -> dict[int, list[int]]:
    """Return the articles of each concept; with ``ancestors``, those of what lies under it are its own."""
    members: dict[int, list[int]] = defaultdict(list)
    number = {id: concept for concept, id in enumerate(index.ids)}
    for row, article in enumerate(articles):
        ids = set(article.tags)
        if ancestors:
            ids.update(above for id in article.tags for above in taxonomy.ancestors(id))
        for id in ids:
            members[number[id]].append(row)
    return members


@dataclass(frozen=True, slots=True, eq=False)
class _LabelFit:
    features: NDArray[np.int64]
    weights: NDArray[np.float16]
    intercept: float
    slope: float
    offset: float
    logits: NDArray[np.float64]


def _fit_labels(
    X: csr_array, members: Sequence[list[int]], folds: NDArray[np.int64], config: TaggerConfig
) -> list[_LabelFit]:
    """Fit labels on all articles and outside each fold, and calibrate them on what the folds predict."""
    gold = np.zeros((len(folds), len(members)), dtype=bool)
    for column, rows in enumerate(members):
        gold[rows, column] = True
    fitted = fit_with_folds(
        X, gold, folds, C=config.C, positive_weight=config.positive_weight, seed=config.seed
    )
    # What follows is learned from the weights as they are saved.
    weights = np.where(np.abs(fitted.weights) < config.prune, 0, fitted.weights)
    saved = replace(fitted, weights=weights.astype(np.float16).astype(np.float32))
    margins = saved.margins(X)
    slopes, offsets = platt(margins, gold)
    logits = margins * slopes + offsets
    fits = []
    for column in range(len(members)):
        lane = column * saved.step
        kept = np.flatnonzero(saved.weights[:, lane])
        fits.append(
            _LabelFit(
                kept,
                saved.weights[kept, lane].astype(np.float16),
                float(saved.intercepts[lane]),
                float(slopes[column]),
                float(offsets[column]),
                logits[:, column],
            )
        )
    return fits


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
