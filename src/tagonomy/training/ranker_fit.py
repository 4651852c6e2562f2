"""What makes a mention matter, learned from labelled articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from tagonomy.articles.article import Article
from tagonomy.concepts import ConceptIndex
from tagonomy.hierarchy import close_upwards
from tagonomy.python_pipeline import PythonPipeline
from tagonomy.ranking import FEATURES, Ranker, probabilities
from tagonomy.tagger import Tagger
from tagonomy.training.neighbours import Columns, Neighbours, shares_of
from tagonomy.training.shared_logistic import fit_shared
from tagonomy.training.thresholds import Scored


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
    logits : sequence of mapping of int to float, optional
        Out-of-fold log-odds of the linear model for each article; None for one that it did not learn from.
    folds : ndarray of int64, shape (n_articles,), optional
        The folds of these. With them, how often each concept is a tag, and how far its name can be
        trusted, is learned as well: for each article from those of other folds.
    untagged : float
        Weight, beside that, of a candidate that is no tag though the text names it or has evidence of
        it: less than 1 where editors tag only some of what an article is about.
    own_level : bool
        Whether its editors may give more or fewer tags than those of the sets before it.
    refused : sequence of frozenset of str, optional
        Concepts that were considered for each article and are no tags of it. Then tags are exact: what
        lies above one is none, unless it is given too; and a concept that the text names and nobody
        considered teaches nothing.
    neighbours : bool
        Whether the words right beside mentions teach, too: who is *former* matters less.
    classes : frozenset of str
        Facets whose classes teach, too, how far a name can be trusted: an article that names a newspaper
        is seldom about it, and one that names an election seldom about elections. Whatever is neither a
        person nor an event is a class by itself, too. Only where no set has ``folds``, which tell it of
        each concept.
    """

    articles: Sequence[Article]
    facets: frozenset[str]
    known: frozenset[str] | None = None
    weight: float = 1.0
    logits: Sequence[Mapping[int, float] | None] | None = None
    folds: NDArray[np.int64] | None = None
    untagged: float = 1.0
    own_level: bool = True
    refused: Sequence[frozenset[str]] | None = None
    classes: frozenset[str] = frozenset()
    neighbours: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RankingRows:
    """The candidates of a set that can be judged, one a row.

    Attributes
    ----------
    features : ndarray of float32, shape (n_rows, n_features)
        Columns as in :data:`tagonomy.ranking.FEATURES`.
    right : ndarray of bool, shape (n_rows,)
        Whether the article has the concept.
    articles, concepts : ndarray of int64, shape (n_rows,)
        Number of the article in the set, and of the concept.
    learned : ndarray of float32, shape (n_concepts, 2)
        Frequency and trust of each concept, for the ranker to keep.
    gold : ndarray of int64, shape (n_folds, n_concepts)
        Articles of each fold that have each concept; one fold if the set has none.
    neighbours : sequence of Neighbours
        What stands beside the mentions of each; empty ones if the set does not teach that.
    """

    features: NDArray[np.float32]
    right: NDArray[np.bool_]
    articles: NDArray[np.int64]
    concepts: NDArray[np.int64]
    learned: NDArray[np.float32]
    gold: NDArray[np.int64]
    neighbours: Sequence[Neighbours]

    def scored(self, ranker: Ranker, index: ConceptIndex) -> Scored:
        """Return the candidates with the probabilities that a ranker gives them."""
        features, facets = self.features, index.facet[self.concepts]
        if any(self.neighbours):
            features = features.copy()
            pairs = zip(self.neighbours, facets.tolist(), strict=True)
            features[:, _BESIDE] = [ranker.beside.weigh(shares, facet) for shares, facet in pairs]
        chances = probabilities(ranker.logits(features, facets))
        return Scored(self.articles, self.concepts, chances, self.right, self.gold.sum(axis=0))


#: Where no article teaches otherwise, a ranker believes this; learned weights start from here.
_PLAIN_WEIGHTS = {
    "bias": -3.8,
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
    "rule_only": 1.6,
    "linear": 0.5,
    "linear_only": 1.0,
    "silent": -3.5,
    "brief": 2.6,
    "cited": -1.5,
    "rule_title": 0.8,
    "rule_lead": 0.4,
    "seeds": 4.0,
    "has_seeds": -1.2,
}
#: How many times more firmly some plain weights can be believed.
_FIRMNESS = 100.0
#: How many candidates' worth of belief stands behind each plain weight.
BELIEF = 200.0
#: How many namings' worth of belief stands behind a name being as good as others of its facet.
_TRUST_BELIEF = 2.0
#: How many times as much stands behind a class being as good as others of its facet as behind a plain weight.
_CLASS_FIRMNESS = 3.0
#: ... and as many times as much behind a word beside mentions telling nothing.
_NEIGHBOUR_FIRMNESS = 10.0
#: Facets of which each concept tells as much as others of its class.
_ALIKE = frozenset({"people", "events"})
_NAMED, _FREQUENCY, _TRUST = (FEATURES.index(name) for name in ("named", "frequency", "trust"))
_BRIEF, _BRIEF_TRUST, _BESIDE = (FEATURES.index(name) for name in ("brief", "brief_trust", "beside"))
_MENTIONED = [FEATURES.index(name) for name in ("named", "demonyms", "places", "implied")]


def default_weights(index: ConceptIndex) -> NDArray[np.float32]:
    """Return the plain ranking weights of every facet."""
    row = np.array([_PLAIN_WEIGHTS.get(name, 0.0) for name in FEATURES], dtype=np.float32)
    return np.tile(row, (len(index.facet_names), 1))


def fit_ranker(
    tagger: Tagger, sets: Sequence[RankingSet], belief: float = BELIEF, firmly: Collection[str] = ()
) -> Ranker:
    """Fit one logistic regression for all facets, each with weights of its own on top of shared ones.

    Parameters
    ----------
    tagger : Tagger
        Gives the candidates and their features; its own ranker is not used.
    sets : sequence of RankingSet
        Labelled articles.
    belief : float
        How many candidates' worth of belief stands behind each plain weight.
    firmly : collection of str
        Features behind whose plain weights stands a hundred times that: what few articles can teach.

    Returns
    -------
    Ranker
        Facets without any candidate keep the plain weights, moved by what all facets share.

    Notes
    -----
    The features are repeated for each facet ("frustratingly easy" domain adaptation, Daumé III,
    2007), so that facets with few articles lean on the others. The penalty draws the weights to the
    plain ones instead of to zero. Where several sets judge a facet, the first one sets its level:
    each later one, unless it shares that, gets an intercept of its own, dropped afterwards, since how
    many tags its editors gave says nothing about other editors.
    """
    return fit_rows(tagger.index, [(each, ranking_rows(tagger, each)) for each in sets], belief, firmly)


def fit_rows(
    index: ConceptIndex,
    parts: Sequence[tuple[RankingSet, RankingRows]],
    belief: float = BELIEF,
    firmly: Collection[str] = (),
) -> Ranker:
    """Fit the ranker to candidates that are described already; see :func:`fit_ranker`."""
    plain = default_weights(index)
    learned = [rows.learned for each, rows in parts if each.folds is not None]
    # Two corpora would each tell of their own habits: the first one is believed.
    concepts = learned[0] if learned else None
    if not parts:
        return Ranker(plain)
    X = np.concatenate([rows.features for _, rows in parts]).astype(np.float64)
    X[:, _BESIDE] = 0  # what the ranker of the tagger that described them says of words does not count
    y = np.concatenate([rows.right for _, rows in parts])
    facet = index.facet[np.concatenate([rows.concepts for _, rows in parts])]
    origin = np.repeat(np.arange(len(parts)), [len(rows.right) for _, rows in parts])
    weight = np.array([each.weight for each, _ in parts])[origin]
    untagged = np.array([each.untagged for each, _ in parts])[origin]
    weight *= np.where(~y & X[:, _MENTIONED].any(axis=1), untagged, 1.0)
    pairs = sorted(set(zip(facet.tolist(), origin.tolist(), strict=True)))
    later = [(f, o) for f, o in pairs if parts[o][0].own_level and any(f == g and p < o for g, p in pairs)]
    levels = [np.flatnonzero((facet == f) & (origin == o)) for f, o in later]
    of_facet = [np.flatnonzero(facet == number) for number in range(len(plain))]
    beliefs = np.array([belief * (_FIRMNESS if name in firmly else 1) for name in FEATURES])
    classes = {} if learned else _rows_of_classes(index, parts)
    told = Columns.of([row for _, rows in parts for row in rows.neighbours], facet)
    firmness = [1.0, _CLASS_FIRMNESS, _NEIGHBOUR_FIRMNESS]
    behind = np.repeat(np.multiply(firmness, belief), [len(levels), len(classes), len(told.keys)])
    # In a sentence nothing is named in passing, whatever its class.
    named = _columns([*classes.values()], len(X)) * (1 - X[:, [_BRIEF]])
    groups = csr_array(hstack([_columns(levels, len(X)), named, told.values]))
    weights, effects = fit_shared(X, y, weight, of_facet, groups, plain[0], beliefs, behind)
    _, of_classes, of_words = np.split(effects, np.cumsum([len(levels), len(classes)]))
    if classes:
        facets = np.unique(index.facet[list(classes)])
        weights[facets, _TRUST], weights[facets, _BRIEF_TRUST] = 1.0, -1.0
        concepts = _trust_of_classes(index, dict(zip(classes, of_classes, strict=True)))
    weights[:, _BESIDE] = bool(told.keys)
    return Ranker(weights, concepts, told.learned(of_words, len(plain)))


def _rows_of_classes(
    index: ConceptIndex, parts: Sequence[tuple[RankingSet, RankingRows]]
) -> dict[int, list[int]]:
    """Return for each class the rows that name a concept below it, of the sets that tell of classes."""
    found: dict[int, list[int]] = defaultdict(list)
    start = 0
    for each, rows in parts:
        for row in np.flatnonzero(rows.features[:, _NAMED]).tolist():
            concept = int(rows.concepts[row])
            if index.facet_of(concept) in each.classes:
                for above in _classes(index, concept):
                    found[above].append(start + row)
        start += len(rows.right)
    return dict(sorted(found.items()))


def _trust_of_classes(index: ConceptIndex, effects: Mapping[int, float]) -> NDArray[np.float32]:
    """Return frequency, of which nothing is known, and trust of each concept: the sum of its classes'."""
    learned = np.zeros((len(index), 2), dtype=np.float32)
    for concept in range(len(index)):
        learned[concept, 1] = sum(effects.get(above, 0.0) for above in _classes(index, concept))
    return learned


def _classes(index: ConceptIndex, concept: int) -> list[int]:
    """Return the classes above a concept, in order, and itself if others of its class say little of it.

    One senator in passing is as good as another; the White House is not as good as any other body.
    """
    found = {above for above in index.ancestors(concept) if index.abstract[above]}
    if index.facet_of(concept) not in _ALIKE:
        found.add(concept)
    return sorted(found)


def _columns(groups: Sequence[Collection[int] | NDArray[np.int64]], n_rows: int) -> csr_array:
    """Return a matrix with a column for each group of rows, 1 where a row belongs to it."""
    sizes = list(map(len, groups))
    rows = np.concatenate([np.zeros(0, dtype=np.int64), *(np.asarray(group) for group in groups)])
    columns = np.repeat(np.arange(len(groups)), sizes)
    return csr_array((np.ones(len(rows)), (rows, columns)), (n_rows, len(groups)))


def ranking_rows(tagger: Tagger, each: RankingSet, outside: Sequence[Tagger] = ()) -> RankingRows:
    """Return the candidates that a set can judge, described.

    ``outside`` are taggers that describe the articles of each fold, where they know less than ``tagger``.
    """
    index = tagger.index
    known = None if each.known is None else {index.ids.find(id) for id in each.known}
    judged = np.isin(index.facet, [i for i, name in enumerate(index.facet_names) if name in each.facets])
    judged &= index.abstract == 0
    folds = np.zeros(len(each.articles), dtype=np.int64) if each.folds is None else each.folds
    gold = np.zeros((int(folds.max(initial=0)) + 1, len(index)), dtype=np.int64)
    number_of = {id: concept for concept, id in enumerate(index.ids)}
    blocks = [np.zeros((0, len(FEATURES)), dtype=np.float32)]
    right: list[bool] = []
    articles: list[int] = []
    concepts: list[int] = []
    neighbours: list[Neighbours] = []
    readers = [PythonPipeline(one.parts) for one in outside or [tagger]] if each.neighbours else []
    for number, article in enumerate(each.articles):
        logits = None if each.logits is None else each.logits[number]
        candidates, features = (outside[folds[number]] if outside else tagger).describe(article, logits)
        true = dict.fromkeys((number_of[id] for id in article.tags), 1.0)
        if each.refused is None:
            true = close_upwards(true, index)
        gold[folds[number], [concept for concept in true if judged[concept]]] += 1
        chosen = [i for i, c in enumerate(candidates) if judged[c] and (known is None or c in known)]
        if each.refused is not None:
            considered = {number_of[id] for id in each.refused[number]} | true.keys()
            chosen = [i for i in chosen if candidates[i] in considered or not features[i, _NAMED]]
        reader = readers[folds[number] if outside else 0] if readers else None
        beside = reader.beside(*tagger.given(article), logits) if reader else {}
        neighbours += [shares_of(beside.get(candidates[i], ()), features[i, _BRIEF]) for i in chosen]
        blocks.append(features[chosen])
        right += [candidates[i] in true for i in chosen]
        articles += [number] * len(chosen)
        concepts += [candidates[i] for i in chosen]
    rows = RankingRows(
        np.concatenate(blocks),
        np.array(right, dtype=bool),
        np.array(articles, dtype=np.int64),
        np.array(concepts, dtype=np.int64),
        np.zeros((len(index), 2), dtype=np.float32),
        gold,
        neighbours,
    )
    if each.folds is not None:
        _learn_concepts(rows, folds[rows.articles], index.facet)
    return rows


def _learn_concepts(rows: RankingRows, folds: NDArray[np.int64], facets: NDArray[np.uint8]) -> None:
    """Fill frequency and trust: those of all articles to keep, those of other folds as features."""
    support = rows.gold.sum(axis=0)
    named = rows.features[:, _NAMED] > 0
    rows.learned[:, 0] = np.log1p(support)
    rows.learned[:, 1] = _trust(rows, named, support, facets)
    rows.features[:, _FREQUENCY] = rows.learned[rows.concepts, 0]
    for fold in range(len(rows.gold)):
        trust = _trust(rows, named & (folds != fold), support, facets)
        mine = named & (folds == fold)
        rows.features[mine, _TRUST] = trust[rows.concepts[mine]]


def _trust(
    rows: RankingRows, named: NDArray[np.bool_], support: NDArray[np.int64], facets: NDArray[np.uint8]
) -> NDArray[np.float64]:
    """Return the log-odds that an article which names a concept has it, over those of its whole facet."""
    n = len(facets)
    times = np.bincount(rows.concepts[named], minlength=n)
    hits = np.bincount(rows.concepts[named & rows.right], minlength=n)
    n_facets = int(facets.max(initial=0)) + 1
    times_of_facet = np.bincount(facets, times, minlength=n_facets)
    usual = ((np.bincount(facets, hits, minlength=n_facets) + 0.5) / (times_of_facet + 1))[facets]
    chance = (hits + _TRUST_BELIEF * usual) / (times + _TRUST_BELIEF)
    trust: NDArray[np.float64] = np.log(chance / (1 - chance)) - np.log(usual / (1 - usual))
    # Of a concept that no article has, nothing can be told: the corpus may just not use it.
    return np.where(support > 0, trust, 0.0)
