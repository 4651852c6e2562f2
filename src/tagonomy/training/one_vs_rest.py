"""One linear model a tag: vocabulary, TF-IDF, support vector machines, and calibration out of fold."""

from __future__ import annotations

import hashlib
import math
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import DTypeLike, NDArray
from scipy.sparse import csc_array, csr_array, hstack

from tagonomy.articles.article import Article, tokens_of
from tagonomy.concepts import ConceptIndex
from tagonomy.config import TaggerConfig
from tagonomy.corpora.corpus import digest_of
from tagonomy.errors import CorpusError
from tagonomy.features import BLOCKS, MentionFeatures, Tfidf
from tagonomy.linear import LinearModel
from tagonomy.mentions.lexicon import Lexicon
from tagonomy.mentions.lexicon_builder import build_lexicon
from tagonomy.ranking import LINEAR_CANDIDATE
from tagonomy.rules import RuleSet
from tagonomy.seeds import SeedWords
from tagonomy.taxonomy import Taxonomy
from tagonomy.text import Tokens
from tagonomy.training.calibration import platt
from tagonomy.training.checkpoint import Checkpoint
from tagonomy.training.folds import folds_of
from tagonomy.training.mentioned import mention_rows, mentioned_in
from tagonomy.training.solver import fit_with_folds, solver


@dataclass(frozen=True, slots=True, eq=False)
class LinearFit:
    """What the linear side learned.

    Attributes
    ----------
    index, lexicon, tfidf, mentions, model, seeds : parts of a tagger
        As :class:`tagonomy.pipeline.Parts` has them.
    out_of_fold : list of dict of int to float
        For each training article, log-odds by concept, predicted by models that did not see it.
    folds : ndarray of int64, shape (n_articles,)
        The fold that each article was left out with.
    """

    index: ConceptIndex
    lexicon: Lexicon
    tfidf: Tfidf
    mentions: MentionFeatures
    model: LinearModel
    seeds: SeedWords
    out_of_fold: list[dict[int, float]]
    folds: NDArray[np.int64]


#: Told, after each block of tags, how many are fitted, and how many there are.
Progress = Callable[[int, int], None]


#: Gives the numbers of the articles that have an opinion on a concept, by its id.
Judges: TypeAlias = Callable[[str], range]


def fit_linear(
    articles: Sequence[Article],
    taxonomy: Taxonomy,
    config: TaggerConfig,
    checkpoint: Checkpoint | None = None,
    progress: Progress | None = None,
    judges: Judges | None = None,
    read: Sequence[Tokens] | None = None,
    outside: Sequence[Taxonomy] = (),
) -> LinearFit:
    """Fit vocabulary, TF-IDF and one calibrated linear model for each tag with enough articles.

    ``judges`` tells, where articles of several kinds are trained on together, which of them have an opinion
    on a tag: the others neither have it nor lack it. ``read`` are the words of the articles, if they are at
    hand. ``outside`` are, for each fold, the concepts with the names that its articles are searched for, as
    :class:`~tagonomy.training.names.LearnedNames` has them.
    """
    read = [tokens_of(article) for article in articles] if read is None else read
    seeded = (
        sorted({word for concept in taxonomy for word in concept.seed_words}) if config.seed_words else []
    )
    words = _vocabulary(read, config)
    n_taught = len(words)
    words += sorted(set(seeded) - set(words))
    index = ConceptIndex.of(taxonomy)
    lexicon = build_lexicon(taxonomy, words, config.limits)
    number = {word: i for i, word in enumerate(words)}
    numbers = [[number.get(word, -1) for word in tokens.words] for tokens in read]
    titles = [tokens.title_stop for tokens in read]
    n_blocks = len(BLOCKS) if config.title_and_lead else 1
    plain = Tfidf(np.ones((n_blocks, len(words)), dtype=np.float32))
    X, tfidf = _features(numbers, titles, plain, [number[word] for word in seeded])
    seeds = SeedWords.of(taxonomy, number, tfidf.idf[0]) if config.seed_words else SeedWords.none()
    X.data[X.indices % len(words) >= n_taught] = 0  # seed words that are too rare to learn from
    X.eliminate_zeros()
    folds = folds_of(articles, config, read)
    mentions = MentionFeatures.none()
    if config.mentions:
        lexicons = [build_lexicon(each, words, config.limits) for each in outside] or [lexicon]
        found = mentioned_in(articles, index, RuleSet.of(taxonomy), lexicons, folds)
        rows, mentions = mention_rows(found, index, config.min_df)
        X = hstack([X, rows], format="csr")
    members = _members(articles, taxonomy, index, config.ancestors)
    within: dict[int, range] = {}
    if judges is not None:
        within = {concept: judges(index.ids[concept]) for concept in members}
        members = {
            concept: [row for row in found if row in within[concept]] for concept, found in members.items()
        }
    labels = sorted(
        concept
        for concept, found in members.items()
        if config.min_articles <= len(found) < len(within.get(concept, articles))
    )
    if checkpoint is not None:
        facts = {"articles": digest_of(articles), "taxonomy": taxonomy.sha256()}
        facts["judges"] = hashlib.sha256(repr(sorted(within.items(), key=itemgetter(0))).encode()).hexdigest()
        checkpoint.open({**facts, "lanes": str(_labels_at_once(config.folds))})
    blocks = fit_blocks(X, labels, members, folds, config, checkpoint, progress, within)
    out_of_fold = out_of_fold_of(blocks, len(articles))
    model = pack(blocks, X.shape[1])
    return LinearFit(index, lexicon, tfidf, mentions, model, seeds, out_of_fold, folds)


def _labels_at_once(folds: int) -> int:
    """Return how many labels make a block: no lane of the solver is left idle."""
    return math.lcm(solver()[1], folds + 1) // (folds + 1)


def fit_blocks(
    X: csr_array,
    labels: Sequence[int],
    members: Mapping[int, list[int]],
    folds: NDArray[np.int64],
    config: TaggerConfig,
    checkpoint: Checkpoint | None = None,
    progress: Progress | None = None,
    within: Mapping[int, range] | None = None,
) -> list[LabelBlock]:
    """Fit labels block by block, but for those that a checkpoint has; each is saved when it is done.

    A label that ``within`` gives articles to is learned from these alone, one of its block with others of
    the same articles.
    """
    width = _labels_at_once(config.folds)
    seen = within or {}
    all_articles = range(X.shape[0])
    alike: dict[range, list[int]] = defaultdict(list)
    for label in labels:
        alike[seen.get(label, all_articles)].append(label)
    groups = [same[i : i + width] for same in alike.values() for i in range(0, len(same), width)]
    articles = {number: seen.get(group[0], all_articles) for number, group in enumerate(groups)}
    saved = {number: checkpoint.load(number) for number in range(len(groups))} if checkpoint else {}
    blocks = {number: LabelBlock.from_tensors(each) for number, each in saved.items() if each is not None}
    missing = [number for number in range(len(groups)) if number not in blocks]
    done, total = sum(len(block.labels) for block in blocks.values()), sum(map(len, groups))
    if progress is not None and done:
        progress(done, total)
    # The solver leaves the interpreter's lock while it works, so threads share the articles.
    found = Parallel(n_jobs=config.n_jobs, prefer="threads", return_as="generator")(
        delayed(_fit_labels)(
            X, groups[number], [members[label] for label in groups[number]], folds, config, articles[number]
        )
        for number in missing
    )
    try:
        for number, block in zip(missing, found, strict=True):
            blocks[number] = block
            if checkpoint is not None:
                checkpoint.save(number, block.tensors())
            done += len(block.labels)
            if progress is not None:
                progress(done, total)
    finally:
        with warnings.catch_warnings():
            # Whoever stops the work knows that some of it was in vain.
            warnings.simplefilter("ignore", UserWarning)
            found.close()
    return [blocks[number] for number in range(len(groups))]


def out_of_fold_of(blocks: Sequence[LabelBlock], n_articles: int) -> list[dict[int, float]]:
    """Return for each article the out-of-fold log-odds of the labels that they make candidates."""
    found: list[dict[int, float]] = [{} for _ in range(n_articles)]
    for block in blocks:
        stops = [0, *block.row_stops.tolist()]
        for column, concept in enumerate(block.labels.tolist()):
            mine = slice(stops[column], stops[column + 1])
            for row, logit in zip(block.rows[mine].tolist(), block.logits[mine].tolist(), strict=True):
                found[row][concept] = logit
    return found


def _features(
    numbers: Sequence[list[int]], titles: Sequence[int], plain: Tfidf, always: Sequence[int]
) -> tuple[csr_array, Tfidf]:
    """Return the rows of all articles, and the TF-IDF that gives them; ``plain`` has ones for weights.

    A word of ``always`` has a weight although it stands in no article: the largest.
    """
    rows = [plain.counts(each, title) for each, title in zip(numbers, titles, strict=True)]
    stops = np.cumsum([0, *(len(features) for features, _ in rows)])
    features = np.concatenate([features for features, _ in rows])
    values = (1 + np.log(np.concatenate([counts for _, counts in rows]))).astype(np.float32)
    df = np.bincount(features, minlength=plain.n_features)
    known = df > 0
    known[always] = True
    idf = np.where(known, np.log((1 + len(rows)) / (1 + df)) + 1, 0).astype(np.float32)
    values *= idf[features]
    owner = np.repeat(np.arange(len(rows)), np.diff(stops))
    lengths = np.sqrt(np.bincount(owner, values.astype(np.float64) ** 2, minlength=len(rows)))
    values /= lengths[owner].astype(np.float32)
    X = csr_array((values, features.astype(np.int32), stops.astype(np.int32)), (len(rows), len(idf)))
    return X, Tfidf(idf.reshape(plain.idf.shape))


def _vocabulary(read: Sequence[Tokens], config: TaggerConfig) -> list[str]:
    """Return the words to learn from, most frequent first."""
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
class LabelBlock:
    """What was learned of some labels, each array the parts of all of them one after the other.

    Attributes
    ----------
    labels : ndarray of int32, shape (n_labels,)
        Their concepts.
    weight_stops : ndarray of int, shape (n_labels,)
        Where the weights of each label end.
    features, weights : ndarray of int32 and of float16
        Those that are not 0.
    intercepts, slopes, offsets : ndarray of float32, shape (n_labels,)
        As in :class:`tagonomy.linear.LinearModel`.
    row_stops : ndarray of int, shape (n_labels,)
        Where the out-of-fold log-odds of each label end.
    rows, logits : ndarray of int32 and of float64
        Those that make the label a candidate, and the number of their article.
    """

    labels: NDArray[np.int32]
    weight_stops: NDArray[Any]
    features: NDArray[np.int32]
    weights: NDArray[np.float16]
    intercepts: NDArray[np.float32]
    slopes: NDArray[np.float32]
    offsets: NDArray[np.float32]
    row_stops: NDArray[Any]
    rows: NDArray[np.int32]
    logits: NDArray[np.float64]

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the arrays under which a checkpoint keeps this."""
        own = {each.name: getattr(self, each.name) for each in fields(self)}
        return own | {"logits": self.logits.view(np.int64)}  # files of ours hold no float64

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]]) -> LabelBlock:
        """Return what a checkpoint kept."""
        return cls(**{**tensors, "logits": tensors["logits"].view(np.float64)})


def _fit_labels(
    X: csr_array,
    labels: Sequence[int],
    members: Sequence[list[int]],
    folds: NDArray[np.int64],
    config: TaggerConfig,
    articles: range,
) -> LabelBlock:
    """Fit labels on some articles and outside each fold, and calibrate them on what the folds predict."""
    if len(articles) < len(folds):
        X, folds = X[articles.start : articles.stop], folds[articles.start : articles.stop]
    gold = np.zeros((len(folds), len(members)), dtype=bool)
    for column, rows in enumerate(members):
        gold[np.array(rows) - articles.start, column] = True
    fitted = fit_with_folds(
        X,
        gold,
        folds,
        C=config.C,
        positive_weight=config.positive_weight,
        seed=config.seed,
        word_ratios=config.word_ratios,
    )
    # What follows is learned from the weights as they are saved.
    weights = np.where(np.abs(fitted.weights) < config.prune, 0, fitted.weights)
    saved = replace(fitted, weights=weights.astype(np.float16).astype(np.float32))
    margins = saved.margins(X)
    slopes, offsets = platt(margins, gold)
    logits = margins * slopes + offsets
    own = saved.weights[:, :: saved.step]
    kept, likely = own.T != 0, logits.T >= LINEAR_CANDIDATE
    return LabelBlock(
        labels=np.array(labels, dtype=np.int32),
        weight_stops=np.cumsum(kept.sum(axis=1)),
        features=np.nonzero(kept)[1].astype(np.int32),
        weights=own.T[kept].astype(np.float16),
        intercepts=saved.intercepts[:: saved.step].astype(np.float32),
        slopes=slopes.astype(np.float32),
        offsets=offsets.astype(np.float32),
        row_stops=np.cumsum(likely.sum(axis=1)),
        rows=(np.nonzero(likely)[1] + articles.start).astype(np.int32),
        logits=logits.T[likely],
    )


def pack(blocks: Sequence[LabelBlock], n_features: int) -> LinearModel:
    """Return the weights of all labels feature by feature."""
    if not blocks:
        return LinearModel.empty(n_features)

    def joined(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(block, name) for block in blocks])

    labels = joined("labels")
    counts = np.concatenate([np.diff(block.weight_stops, prepend=0) for block in blocks])
    stops = np.cumsum([0, *counts.tolist()])
    by_label = csc_array(
        (joined("weights").astype(np.float32), joined("features"), stops), (n_features, len(labels))
    )
    return model_of(by_label.tocsr(), labels, joined("intercepts"), joined("slopes"), joined("offsets"))


def model_of(
    weights: csr_array,
    concepts: NDArray[np.int32],
    intercepts: NDArray[np.float32],
    slopes: NDArray[np.float32],
    offsets: NDArray[np.float32],
    dtype: DTypeLike = np.float16,
) -> LinearModel:
    """Return the linear model with these weights, shape (n_features, n_columns), in its least space."""
    weights.sort_indices()
    return LinearModel(
        concepts=concepts,
        stops=weights.indptr[1:].astype(np.int64),
        columns=weights.indices.astype(np.uint16 if len(concepts) < 1 << 16 else np.int32),
        weights=weights.data.astype(dtype),
        intercepts=intercepts,
        slopes=slopes,
        offsets=offsets,
    )
