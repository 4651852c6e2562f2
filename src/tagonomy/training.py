"""Corpus and taxonomy to tagger; the only module that imports scikit-learn.

The linear side learns from the articles; the ranker then learns, from margins that were
predicted out of fold, how much to believe each stage.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import msgspec
import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csc_array, csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from tagonomy.article import Article
from tagonomy.concepts import ConceptIndex
from tagonomy.config import FACETS, TaggerConfig
from tagonomy.errors import CorpusError, UnknownConceptError
from tagonomy.features import Tfidf
from tagonomy.hierarchy import close_upwards
from tagonomy.lexicon import Lexicon, build_lexicon
from tagonomy.linear import LinearModel
from tagonomy.ranking import FEATURES, Ranker
from tagonomy.rules import RuleSet
from tagonomy.tagger import Tagger, title_of
from tagonomy.taxonomy import Concept, Taxonomy
from tagonomy.text import Tokens, fold, tokenize

# Platt's slope may not turn the margin's meaning round, nor make it a step.
_SLOPES = (0.5, 8.0)
# LIBLINEAR has one random generator a process: threads that fit side by side would take each other's draws.
_LIBLINEAR = Lock()


@dataclass(frozen=True, slots=True)
class RankingSet:
    """Articles whose tags teach the ranker.

    Attributes
    ----------
    articles : sequence of Article
        With concept ids as tags.
    facets : frozenset of str
        Facets that the tags are complete for: a candidate of another facet teaches nothing.
    known : frozenset of str, optional
        Where given, only these concepts teach: a right tag that the corpus never uses is no mistake.
    weight : float
        Weight of each candidate.
    logits : sequence of mapping of str to float, optional
        Out-of-fold log-odds of the linear model for each article.
    """

    articles: Sequence[Article]
    facets: frozenset[str]
    known: frozenset[str] | None = None
    weight: float = 1.0
    logits: Sequence[Mapping[int, float]] | None = None


def train(
    corpus: Iterable[Article], taxonomy: Taxonomy | None = None, config: TaggerConfig | None = None
) -> Tagger:
    """Train a tagger on labelled articles.

    Parameters
    ----------
    corpus : iterable of Article
        Articles with ``tags``: concept ids or labels of the taxonomy.
    taxonomy : Taxonomy, optional
        Concepts with their labels and rules. Without one, the corpus' own tags make one.
    config : TaggerConfig, optional
        Settings.

    Returns
    -------
    Tagger
        Fitted and frozen.

    Raises
    ------
    CorpusError
        If there are fewer than two articles, no words, or no tags.
    UnknownConceptError
        If a tag is no concept of the taxonomy.

    Examples
    --------
    >>> articles = [Article(text="Rates rise as the bank fights inflation", tags=("economy",)),
    ...             Article(text="The striker scored twice in the final", tags=("sport",))] * 10
    >>> tagger = train(articles)
    >>> tagger.classify("The bank left rates unchanged").labels
    ('economy',)
    """
    config = config or TaggerConfig()
    articles = list(corpus)
    for article in articles:
        if not isinstance(article, Article):
            found = type(article).__name__
            raise TypeError(f"train expects Articles, found {found}: make one as Article(text, tags=[...])")
    if len(articles) < 2:
        raise CorpusError(f"{len(articles)} articles: at least two are needed to train")
    if taxonomy is None:
        taxonomy = taxonomy_of(articles)
    articles = resolve_tags(articles, taxonomy)
    linear = fit_linear(articles, taxonomy, config)
    facets = frozenset(id.partition(":")[0] for article in articles for id in article.tags)
    ranking = RankingSet(articles, facets, logits=linear.out_of_fold)
    tagger = assemble(linear, taxonomy, config, Ranker(default_weights(linear.index)))
    ranker = fit_ranker(tagger, [ranking])
    return assemble(linear, taxonomy, config, ranker, {"articles": len(articles)})


def taxonomy_of(articles: Iterable[Article]) -> Taxonomy:
    """Return the taxonomy that the tags of a corpus form: one topic for each different tag."""
    labels = Counter(tag for article in articles for tag in article.tags)
    if not labels:
        raise CorpusError("no article has a tag: there is nothing to learn")
    concepts: dict[str, Concept] = {}
    for label in sorted(labels):
        facet, _, rest = label.partition(":")
        ready = facet in FACETS and rest.replace("-", "").isalnum() and rest.isascii() and rest.islower()
        id = label if ready else f"topics:{_slug(label)}"
        if id in concepts:
            id += "-" + hashlib.sha256(label.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        concepts[id] = Concept(id=id, label=rest.replace("-", " ") if ready else label)
    return Taxonomy.of(concepts.values(), "corpus")


def _slug(label: str) -> str:
    slug = "-".join("".join(c for c in fold(word) if c.isascii() and c.isalnum()) for word in tokenize(label).words)
    tidy = "-".join(part for part in slug.split("-") if part)
    return tidy or hashlib.sha256(label.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def resolve_tags(articles: Iterable[Article], taxonomy: Taxonomy) -> list[Article]:
    """Return the articles with concept ids for tags; raise :class:`UnknownConceptError` for any other."""
    resolved = []
    for article in articles:
        ids = []
        for tag in article.tags:
            id = taxonomy.resolve(tag)
            if id is None:
                raise UnknownConceptError(tag, [concept.label for concept in taxonomy])
            ids.append(id)
        resolved.append(replace(article, tags=tuple(dict.fromkeys(ids))))
    return resolved


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
    words, idf = _vocabulary(articles, config)
    index = ConceptIndex.of(taxonomy)
    lexicon = build_lexicon(taxonomy, words, config.limits)
    tfidf = Tfidf(idf)
    number = {word: i for i, word in enumerate(words)}
    rows = [tfidf.row([number.get(word, -1) for word in _tokens(article).words]) for article in articles]
    X = _stack(rows, len(words))
    members = _members(articles, taxonomy, index)
    labels = sorted(concept for concept, found in members.items() if config.min_articles <= len(found) < len(articles))
    folds = np.random.default_rng(config.seed).permutation(len(articles)) % config.folds
    fits = Parallel(n_jobs=config.n_jobs)(
        delayed(_fit_label)(X, np.array(members[concept]), folds, config) for concept in labels
    )
    out_of_fold: list[dict[int, float]] = [{} for _ in articles]
    for concept, fit in zip(labels, fits, strict=True):
        for row in np.flatnonzero(fit.logits >= -4.0).tolist():
            out_of_fold[row][concept] = float(fit.logits[row])
    return LinearFit(index, lexicon, tfidf, _pack(labels, fits, len(words)), out_of_fold)


def _stack(rows: Sequence[tuple[NDArray[np.int64], NDArray[np.float32]]], n_features: int) -> csr_array:
    """Return sparse rows as one matrix; LIBLINEAR wants 32-bit indices."""
    stops = np.cumsum([0, *(len(features) for features, _ in rows)], dtype=np.int32)
    features = np.concatenate([features for features, _ in rows]).astype(np.int32)
    return csr_array((np.concatenate([values for _, values in rows]), features, stops), shape=(len(rows), n_features))


def _tokens(article: Article) -> Tokens:
    text, title_characters = title_of(article)
    return tokenize(text, title_characters)


def _vocabulary(articles: Sequence[Article], config: TaggerConfig) -> tuple[list[str], NDArray[np.float32]]:
    """Return the feature words, most frequent first, and their idf."""
    counts: Counter[str] = Counter()
    for article in articles:
        counts.update({word for word in _tokens(article).words if len(word) > 1})
    frequent = sorted(
        (word for word, count in counts.items() if count >= config.min_df), key=lambda word: (-counts[word], word)
    )[: config.max_features]
    if not frequent:
        raise CorpusError(f"no word stands in {config.min_df} articles: nothing can be learned; lower min_df")
    df = np.array([counts[word] for word in frequent])
    return frequent, (np.log((1 + len(articles)) / (1 + df)) + 1).astype(np.float32)


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


def _fit_label(X: csr_array, positive: NDArray[np.int64], folds: NDArray[np.int64], config: TaggerConfig) -> _LabelFit:
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
    by_label = csc_array((values, np.concatenate([fit.features for fit in fits]), stops), (n_features, len(labels)))
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


def assemble(
    linear: LinearFit,
    taxonomy: Taxonomy,
    config: TaggerConfig,
    ranker: Ranker,
    facts: Mapping[str, Any] | None = None,
) -> Tagger:
    """Return the tagger of these parts."""
    number = {concept.id: i for i, concept in enumerate(taxonomy)}
    rules = RuleSet((number[concept.id], rule) for concept in taxonomy for rule in concept.rules)
    encoded = b"\n".join(msgspec.json.encode(concept) for concept in taxonomy)
    manifest = {
        "taxonomy": taxonomy.name,
        "taxonomy_sha256": hashlib.sha256(encoded).hexdigest(),
        "config": config.to_dict(),
        "thresholds": dict(config.thresholds),
        **(facts or {}),
    }
    return Tagger(
        index=linear.index,
        lexicon=linear.lexicon,
        rules=rules,
        tfidf=linear.tfidf,
        linear=linear.model,
        ranker=ranker,
        manifest=manifest,
        limits=config.limits,
    )


#: Where no article teaches otherwise, a ranker believes this; learned weights start from here.
_PLAIN_WEIGHTS = {
    "bias": -2.2,
    "named": 1.6,
    "title": 1.5,
    "title_evidence": 0.5,
    "lead": 1.0,
    "lead_evidence": 0.3,
    "names": 0.8,
    "demonyms": 0.5,
    "places": 0.3,
    "implied": 0.3,
    "share": 0.8,
    "first": 0.4,
    "doubt": -2.0,
    "support": 0.3,
    "rule": 1.0,
    "rule_only": 1.0,
    "linear": 0.5,
    "linear_only": 1.0,
}
#: How many candidates' worth of belief stands behind each plain weight.
_BELIEF = 200.0


def default_weights(index: ConceptIndex) -> NDArray[np.float32]:
    """Return the plain ranking weights of every facet."""
    row = np.array([_PLAIN_WEIGHTS.get(name, 0.0) for name in FEATURES], dtype=np.float32)
    return np.tile(row, (len(index.facet_names), 1))


def fit_ranker(tagger: Tagger, sets: Sequence[RankingSet]) -> Ranker:
    """Fit one logistic regression for all facets, each with weights of its own on top of shared ones.

    Parameters
    ----------
    tagger : Tagger
        Gives the candidates and their features; its own ranker is not used.
    sets : sequence of RankingSet
        Labelled articles.

    Returns
    -------
    Ranker
        Facets without any candidate keep the plain weights, moved by what all facets share.

    Notes
    -----
    The features are repeated for each facet ("frustratingly easy" domain adaptation, Daumé III,
    2007), so that facets with few articles lean on the others. The penalty draws the weights to the
    plain ones instead of to zero. Where several sets judge a facet, the first one sets its level:
    each later one gets an intercept of its own, dropped afterwards, since how many tags its editors
    gave says nothing about other editors.
    """
    parts = [(origin, each, *_ranking_rows(tagger, each)) for origin, each in enumerate(sets)]
    plain = default_weights(tagger.index)
    if not parts:
        return Ranker(plain)
    X = np.concatenate([features for _, _, features, _, _ in parts])
    y = np.concatenate([targets for *_, targets, _ in parts]).astype(np.float64)
    facet = np.concatenate([facets for *_, facets in parts])
    origin = np.concatenate([np.full(len(targets), number) for number, *_, targets, _ in parts])
    weight = np.concatenate([np.full(len(targets), each.weight) for _, each, _, targets, _ in parts])
    n_facets, n_features = plain.shape
    own = np.zeros((len(X), n_facets * n_features))
    for number in range(n_facets):
        rows = facet == number
        own[rows, number * n_features : (number + 1) * n_features] = X[rows]
    pairs = sorted(set(zip(facet.tolist(), origin.tolist(), strict=True)))
    later = [(f, o) for f, o in pairs if any(f == g and p < o for g, p in pairs)]
    levels = [(facet == f) & (origin == o) for f, o in later]
    design = np.hstack([X, own, *(level[:, None].astype(float) for level in levels)])
    start = np.zeros(design.shape[1])
    start[:n_features] = plain[0]
    fitted = _logistic(design, y, weight, start)
    shared, particular = fitted[:n_features], fitted[n_features : n_features * (1 + n_facets)]
    return Ranker((shared + particular.reshape(n_facets, n_features)).astype(np.float32))


def _logistic(
    X: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64], start: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the weights of a logistic regression whose penalty draws them to ``start``."""
    sign = 2.0 * y - 1

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (X @ w)
        value = weight @ np.logaddexp(0, -margin) + _BELIEF / 2 * np.sum((w - start) ** 2)
        wrong = 0.5 * (1 - np.tanh(0.5 * margin))
        return float(value), -X.T @ (weight * sign * wrong) + _BELIEF * (w - start)

    solution: NDArray[np.float64] = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return solution


def _ranking_rows(
    tagger: Tagger, each: RankingSet
) -> tuple[NDArray[np.float32], NDArray[np.int8], NDArray[np.uint8]]:
    """Return features, targets and facets of the candidates that a set can judge."""
    index = tagger.index
    known = None if each.known is None else {index.ids.find(id) for id in each.known}
    wanted = np.isin(index.facet, [i for i, name in enumerate(index.facet_names) if name in each.facets])
    blocks, targets, facets = [], [], []
    for row, article in enumerate(each.articles):
        logits = None if each.logits is None else each.logits[row]
        concepts, features = tagger.describe(article, logits)
        gold = close_upwards(dict.fromkeys((index.number(id) for id in article.tags), 1.0), index)
        chosen = [
            i for i, c in enumerate(concepts) if wanted[c] and not index.abstract[c] and (known is None or c in known)
        ]
        blocks.append(features[chosen])
        targets.append(np.array([concepts[i] in gold for i in chosen], dtype=np.int8))
        facets.append(index.facet[[concepts[i] for i in chosen]] if chosen else np.zeros(0, dtype=np.uint8))
    if not blocks:
        return np.zeros((0, len(FEATURES)), np.float32), np.zeros(0, np.int8), np.zeros(0, np.uint8)
    return np.concatenate(blocks), np.concatenate(targets), np.concatenate(facets)
