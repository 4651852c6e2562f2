"""How sure a figure is: bootstrap intervals, paired tests, and the correction for many of them.

Figures are functions of weighted articles: a row of ``weights`` tells how often each article counts,
all ones for the figure itself, a multinomial draw for a bootstrap replicate. That makes thousands of
replicates a few matrix products.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

Array = np.ndarray[Any, Any]
#: Takes weights, shape (replicates, articles); returns figures, shape (replicates,).
Figure = Callable[[Array], Array]

REPLICATES = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """What was given and what is gold, as sparse 0/1 matrices of shape (articles, tags)."""

    gold: sparse.csr_array
    given: sparse.csr_array

    @property
    def hits(self) -> sparse.csr_array:
        """What is both."""
        return sparse.csr_array(self.gold.multiply(self.given))

    def of_tags(self, columns: Array) -> Decisions:
        """Return the decisions on some tags."""
        return Decisions(
            sparse.csr_array(self.gold.tocsc()[:, columns]), sparse.csr_array(self.given.tocsc()[:, columns])
        )


def micro_figures(decisions: Decisions) -> dict[str, Figure]:
    """Return micro precision, recall and F1."""
    hits, given, gold = (
        np.asarray(each.sum(axis=1), dtype=float).ravel()
        for each in (decisions.hits, decisions.given, decisions.gold)
    )
    return {
        "micro_precision": lambda weights: _ratio(weights @ hits, weights @ given),
        "micro_recall": lambda weights: _ratio(weights @ hits, weights @ gold),
        "micro_f1": lambda weights: _ratio(2 * (weights @ hits), weights @ (given + gold)),
    }


def macro_f1(decisions: Decisions) -> Figure:
    """Return the mean F1 over the tags that have a gold article in the replicate."""
    hits, given, gold = (
        each.astype(np.float64) for each in (decisions.hits, decisions.given, decisions.gold)
    )

    def figure(weights: Array) -> Array:
        support = weights @ gold
        f1 = np.where(support > 0, _ratio(2 * (weights @ hits), weights @ given + support), 0.0)
        return _ratio(f1.sum(axis=1), (support > 0).sum(axis=1))

    return figure


def mean_figure(values: Array) -> Figure:
    """Return the mean of a value an article; articles whose value is NaN do not count."""
    counts = ~np.isnan(values)
    filled = np.where(counts, values, 0.0)
    return lambda weights: _ratio(weights @ filled, weights @ counts.astype(float))


def _ratio(numerator: Array, denominator: Array) -> Array:
    """Return the ratio, NaN where nothing counts."""
    numerator, denominator = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    return np.divide(numerator, denominator, out=np.full_like(numerator, np.nan), where=denominator > 0)


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


def bootstrap(figure: Figure, n_articles: int, seed: int, replicates: int = REPLICATES) -> Interval:
    """Return a figure with its 95 % interval over articles drawn with replacement.

    The draws depend on seed and number of articles only: figures of one test set move together.

    Notes
    -----
    Percentiles, moved by what the replicates are off on average: macro-F1 is higher in them, since
    rare tags, which models find hard, drop out of a draw first. A draw in which nothing can be divided
    does not count; a figure of which that is true has the value 0, as in :mod:`tagonomy.metrics`.
    """
    rng = np.random.default_rng(seed)
    chunks = []
    for start in range(0, replicates, 100):
        size = min(100, replicates - start)
        draws = rng.multinomial(n_articles, np.full(n_articles, 1 / n_articles), size=size).astype(float)
        chunks.append(figure(draws))
    drawn = np.concatenate(chunks)
    drawn = drawn[~np.isnan(drawn)]
    value = float(np.nan_to_num(figure(np.ones((1, n_articles)))[0]))
    if not len(drawn):
        return Interval(value, value, value)
    low, high = np.quantile(drawn - drawn.mean() + value, [0.025, 0.975]).tolist()
    return Interval(value, min(max(low, 0.0), value), max(min(high, 1.0), value))


def randomisation_test(
    left: Sequence[Array], right: Sequence[Array], figure: Callable[..., float], seed: int, rounds: int = 2000
) -> float:
    """Return the p-value that two models differ in a figure by chance (paired, two-sided).

    Parameters
    ----------
    left, right : sequences of ndarray
        Parts that the figure is computed from, the articles in rows, the same for both models.
    figure : callable
        Takes such parts, returns the figure.
    seed : int
        Seed of the exchanges.
    rounds : int, default 2000
        How often the articles' outcomes are exchanged at random.

    Notes
    -----
    Approximate randomisation (Noreen, 1989): were the models alike, exchanging their answers on any
    articles would matter as little as the names of the models. With the one in numerator and
    denominator that stands for the outcome seen, it is never 0.
    """
    rng = np.random.default_rng(seed)
    n_articles = left[0].shape[0] if len(left) else 0
    seen = abs(figure(*left) - figure(*right))
    extreme = 0
    for _ in range(rounds):
        keep = rng.random(n_articles) < 0.5
        one, other = [], []
        for a, b in zip(left, right, strict=True):
            one.append(_exchange(a, b, keep))
            other.append(_exchange(b, a, keep))
        # the tolerance stands for rounding: equal outcomes must count as equal
        extreme += abs(figure(*one) - figure(*other)) >= seen - 1e-12
    return (extreme + 1) / (rounds + 1)


def _exchange(a: Array, b: Array, keep: Array) -> Array:
    return np.where(keep.reshape(-1, *(1,) * (a.ndim - 1)), a, b)


def holm(p_values: Mapping[Any, float]) -> dict[Any, float]:
    """Return p-values corrected for their number (Holm, 1979).

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'c': 0.06, 'b': 0.06}
    """
    corrected, highest = {}, 0.0
    for rank, (key, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, p * (len(p_values) - rank)))
        corrected[key] = highest
    return corrected
