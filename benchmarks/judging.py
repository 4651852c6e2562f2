"""From the scores of a trial to rows of figures, with intervals, by facet and by tag."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.datasets import Dataset
from benchmarks.peers.tfidf import targets
from benchmarks.rows import Row
from benchmarks.significance import (
    Decisions,
    Figure,
    Interval,
    bootstrap,
    macro_f1,
    mean_figure,
    micro_figures,
)
from benchmarks.trial import Outcome
from tagonomy.metrics import expected_calibration_error, per_tag_scores, reliability_bins

Array = np.ndarray[Any, Any]

#: Places of the ranking that count.
KS = (1, 3, 5)
#: Answers of a lower probability are shown to nobody; with them, being right about the millions of
#: tags that nobody would think of would hide every error of calibration.
SHOWN = 0.05
#: Tags with at most this many in question get a row each.
MOST_TAGS = 500
#: Points of a precision-recall curve.
CURVE_POINTS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Test articles under judgement: gold, given, and the best tags of each, for some of the tags."""

    decisions: Decisions
    scores: Any
    columns: Array
    tags: tuple[str, ...]

    @property
    def n_articles(self) -> int:
        """Number of test articles."""
        return int(self.decisions.gold.shape[0])


def judge(outcome: Outcome, data: Dataset, row: Callable[..., Row], seed: int) -> Iterator[Row]:
    """Yield all rows of a trial; ``row`` makes one from facet, metric and value."""
    gold = sparse.csr_array(targets(data.test, data.tags))
    given = given_tags(outcome.scores, outcome.threshold) if outcome.given is None else outcome.given
    for facet in ("all", *(data.facets if len(data.facets) > 1 else ())):
        columns = np.array(
            [i for i, tag in enumerate(data.tags) if facet in ("all", data.facet_of(tag))], dtype=np.int64
        )
        decisions = Decisions(gold, given).of_tags(columns)
        judged = Judged(
            decisions, _columns(outcome.scores, columns), columns, tuple(data.tags[c] for c in columns)
        )
        for metric, interval in figures(judged, data, seed).items():
            yield row(facet=facet, metric=metric, value=interval.value, low=interval.low, high=interval.high)
        yield row(facet=facet, metric="articles", value=judged.n_articles)
        yield row(facet=facet, metric="tags", value=len(columns))
        yield from _calibration(judged, row, facet)
        yield from _curve(judged, outcome.threshold, row, facet)
        if facet == "all":
            yield row(facet=facet, metric="unseen_pairs", value=data.unseen)
            yield from _by_tag(judged, data, row)
            yield _decisions(decisions, row)


def given_tags(scores: Any, threshold: Array | None) -> sparse.csr_array:
    """Return which tags are given: those that have at least their threshold's score."""
    assert threshold is not None
    if not sparse.issparse(scores):
        return sparse.csr_array((scores >= threshold).astype(np.int8))
    pairs = scores.tocoo()
    kept = pairs.data >= threshold[pairs.col]
    ones = np.ones(int(kept.sum()), dtype=np.int8)
    return sparse.csr_array((ones, (pairs.row[kept], pairs.col[kept])), shape=scores.shape)


def _columns(scores: Any, columns: Array) -> Any:
    return sparse.csr_array(scores.tocsc()[:, columns]) if sparse.issparse(scores) else scores[:, columns]


def best_columns(scores: Any, k: int) -> list[list[int]]:
    """Return the ``k`` best columns of each row; equal scores in the order of the columns.

    What a sparse matrix does not store, or stores as 0, is no answer.
    """
    if not sparse.issparse(scores):
        return [order[:k].tolist() for order in np.argsort(-scores, axis=1, kind="stable")]
    best = []
    for start, stop in zip(scores.indptr[:-1], scores.indptr[1:], strict=True):
        columns, values = scores.indices[start:stop], scores.data[start:stop]
        order = np.lexsort((columns, -values))
        best.append([int(columns[i]) for i in order[:k] if values[i] > 0])
    return best


def figures(judged: Judged, data: Dataset, seed: int) -> dict[str, Interval]:
    """Return every figure that has an interval."""
    closed = Decisions(
        *(_closed(each, judged, data) for each in (judged.decisions.gold, judged.decisions.given))
    )
    hierarchical = {
        name.replace("micro", "hierarchical"): figure for name, figure in micro_figures(closed).items()
    }
    wanted: dict[str, Figure] = {
        **micro_figures(judged.decisions),
        "macro_f1": macro_f1(judged.decisions),
        **_ranking_figures(judged),
        **hierarchical,
    }
    return {name: bootstrap(figure, judged.n_articles, seed) for name, figure in wanted.items()}


def _closed(matrix: sparse.csr_array, judged: Judged, data: Dataset) -> sparse.csr_array:
    """Return a matrix with a column more for each tag above, where each article is marked upwards."""
    above = [data.ancestors(tag) for tag in judged.tags]
    number = {tag: i for i, tag in enumerate([*judged.tags, *sorted(set().union(*above) - set(judged.tags))])}
    pairs = [(i, number[up]) for i, tags in enumerate(above) for up in (judged.tags[i], *tags)]
    rows, columns = zip(*pairs, strict=True)
    upwards = sparse.csr_array(
        (np.ones(len(pairs), dtype=np.int32), (rows, columns)), (len(above), len(number))
    )
    return sparse.csr_array((matrix.astype(np.int32) @ upwards) > 0).astype(np.int8)


def _ranking_figures(judged: Judged) -> dict[str, Figure]:
    gold = judged.decisions.gold
    best = best_columns(judged.scores, max(KS))
    right = np.zeros((judged.n_articles, max(KS)))
    support = np.diff(gold.indptr)
    for row, columns in enumerate(best):
        wanted = set(gold.indices[gold.indptr[row] : gold.indptr[row + 1]].tolist())
        right[row, : len(columns)] = [column in wanted for column in columns]
    discount = 1 / np.log2(np.arange(max(KS)) + 2)
    found: dict[str, Figure] = {}
    # An article without a gold tag in the facet is no question to the ranking.
    asked = np.where(support > 0, 1.0, np.nan)
    for k in KS:
        ideal = np.array([discount[: min(k, n)].sum() for n in support])
        found[f"precision_at_{k}"] = mean_figure(right[:, :k].mean(axis=1) * asked)
        found[f"recall_at_{k}"] = mean_figure(right[:, :k].sum(axis=1) / np.maximum(support, 1) * asked)
        found[f"ndcg_at_{k}"] = mean_figure(right[:, :k] @ discount[:k] / np.maximum(ideal, 1e-9) * asked)
    return found


def _calibration(judged: Judged, row: Callable[..., Row], facet: str) -> Iterator[Row]:
    _, values, right = _pairs(judged)
    if len(values) and (values.min() < 0 or values.max() > 1):
        yield row(facet=facet, metric="calibration_error", note="the scores are no probabilities")
        return
    shown = values >= SHOWN
    truth, probability = right[shown].tolist(), values[shown].tolist()
    error = expected_calibration_error(truth, probability)
    yield row(facet=facet, metric="calibration_error", value=error)
    bins = reliability_bins(truth, probability)
    yield row(
        facet=facet,
        metric="reliability",
        value=error,
        x=tuple(round(each.probability, 5) for each in bins),
        y=tuple(round(each.truth, 5) for each in bins),
        weight=tuple(each.count for each in bins),
    )


def _pairs(judged: Judged) -> tuple[Array, Array, Array]:
    """Return column, score and truth of every pair that has a score."""
    if not sparse.issparse(judged.scores):
        shape = judged.scores.shape
        columns = np.broadcast_to(np.arange(shape[1]), shape).ravel()
        return columns, judged.scores.ravel(), judged.decisions.gold.toarray().ravel() > 0
    pairs = judged.scores.tocoo()
    truth = np.asarray(judged.decisions.gold[pairs.row, pairs.col]).ravel() if pairs.nnz else np.zeros(0)
    return pairs.col, pairs.data, truth > 0


def _curve(judged: Judged, threshold: Array | None, row: Callable[..., Row], facet: str) -> Iterator[Row]:
    """Yield the precision-recall curve: the same distance from every tag's own threshold, moved."""
    assert threshold is not None
    columns, values, right = _pairs(judged)
    gold = judged.decisions.gold.sum()
    if not len(values) or not gold:
        return
    # Single precision decides, as it does for the tags given: a score on the threshold is given.
    cuts = threshold.astype(np.float32)[judged.columns[columns]]
    distance = values.astype(np.float32) - cuts
    order = np.argsort(-distance, kind="stable")
    hits = np.cumsum(right[order])
    counts = np.arange(1, len(order) + 1)
    recall, precision = hits / gold, hits / counts
    # Points at even steps of recall: most of the pairs lie at its very end.
    at = np.unique(np.searchsorted(recall, np.linspace(recall[0], recall[-1], CURVE_POINTS)))
    given = int((distance >= 0).sum())
    one = float(threshold[0]) if (threshold == threshold[0]).all() else None
    yield row(
        facet=facet,
        metric="pr_curve",
        value=one,
        x=tuple(np.round(recall[at], 5).tolist()),
        y=tuple(np.round(precision[at], 5).tolist()),
        at=(round(float(recall[given - 1]), 5), round(float(precision[given - 1]), 5)) if given else None,
    )


def _by_tag(judged: Judged, data: Dataset, row: Callable[..., Row]) -> Iterator[Row]:
    if len(judged.tags) > MOST_TAGS:
        return
    gold, given = (_sets(each, judged.tags) for each in (judged.decisions.gold, judged.decisions.given))
    for tag, (scores, support) in sorted(per_tag_scores(gold, given).items(), key=lambda item: str(item[0])):
        facet = data.facet_of(str(tag)) or "all"
        for name in ("precision", "recall", "f1"):
            yield row(
                facet=facet, metric=f"tag_{name}", value=getattr(scores, name), tag=str(tag), support=support
            )


def _sets(matrix: sparse.csr_array, tags: tuple[str, ...]) -> list[frozenset[str]]:
    return [
        frozenset(tags[column] for column in matrix.indices[start:stop])
        for start, stop in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
    ]


def _decisions(decisions: Decisions, row: Callable[..., Row]) -> Row:
    """Return every pair that is gold or given: article, tag, and 1 if right, 0 if wrong, -1 if missed."""
    both = sparse.csr_array(decisions.given.astype(np.int32) * 2 + decisions.gold.astype(np.int32)).tocoo()
    code = np.array([0, -1, 0, 1])[both.data]
    order = np.lexsort((both.col, both.row))
    x, y, weight = (tuple(each[order].tolist()) for each in (both.row, both.col, code))
    return row(facet="all", metric="decisions", value=len(x), x=x, y=y, weight=weight)


def decisions_of(row: Row) -> tuple[Array, Array, Array]:
    """Return article, tag and outcome of a row of decisions."""
    return tuple(np.array(each or (), dtype=np.int64) for each in (row.x, row.y, row.weight))  # type: ignore[return-value]
