"""Candidates to probabilities: a logistic regression over what makes a mention matter."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagonomy.beside import Beside

#: Where, how often and by what a candidate is named.
_SAID = (
    "bias",
    "named",  # a label of its own stands in the text
    "full",  # ... and has several words: a full name, not a surname alone
    "title",  # named in the headline
    "title_evidence",  # only evidence stands there
    "lead",  # named in the first words of the body
    "lead_evidence",
    "names",  # ln(1 + places where it is named)
    "demonyms",  # ln(1 + places of demonyms)
    "places",  # ln(1 + capitals, cities, metonyms)
    "implied",  # ln(1 + labels of related concepts that contain its name)
    "share",  # its places among those of the most frequent concept of the facet
    "first",  # where it first stands, 1 at the beginning, 0 at the end
    "spread",  # distance from first to last place, over the length
    "density",  # places per hundred words
    "doubt",  # how much of a guess its meaning is
    "support",  # ln(1 + related concepts found)
    "rule",  # ln(1 + rules fired)
    "rule_only",  # only rules speak for it
    "linear",  # log-odds of the linear model
    "has_linear",  # there is a linear model for it
    "linear_only",  # only the linear model speaks for it
    "silent",  # ... though a long text had room to name it
    "brief",  # 1 for a sentence or two, near 0 for a long text, where a mention says less
    "cited",  # share of a body's names that only tell the source: "told CNN", "according to Reuters"
)
#: What follows from that, from what training learned of the concept, and from the other candidates.
_DERIVED = (
    "linear_named",  # log-odds of the linear model where a label stands in the text
    "linear_positive",  # ... where it is for the concept: being sure is not twice being in favour
    "frequency",  # ln(1 + training articles) of the concept
    # How much more often than others of its facet articles that name it, or one of its class, have it.
    "trust",  # in log-odds
    "rival",  # best log-odds of the linear model for another concept of the facet
    "ahead",  # how far it is above that
    "behind",  # or below
)
#: What else stands in the text. Columns keep their places in saved models: new ones come last.
_AROUND = (
    "rule_title",  # two words of its rules stand in the headline
    "rule_lead",  # ... in the first words of the body
    "rule_places",  # ln(1 + places that made its rules true)
    "narrower",  # ln(1 + concepts right under it that are named)
    "broader",  # one right above it is named
    "speaks",  # a word of saying stands beside a name of it
)
#: What the taxonomy knows of a candidate, weighed against what the text says.
_KNOWN_BEFORE = (
    "wide",  # ln(1 + concepts below a topic or event), times ln(1 + places where it is named)
    "over",  # ln(1 + years that an event was over when the article appeared)
    "prior",  # how often news is about it, 0-9, over 8
)
#: What the words beside its mentions say, as training learned it; times 1 - "brief".
_BESIDE = ("beside",)
#: How typical of a concept the words of the article are.
_SEEDS = ("seeds", "has_seeds")
#: ... with what follows from that and from the other candidates.
_OF_SEEDS = (
    *_SEEDS,
    "seeds_share",  # "seeds" over the most of another candidate of the facet, or its own
    *("brief_seeds", "brief_has_seeds", "brief_seeds_share"),
)
#: What is known of a candidate by itself: what :func:`tagonomy.description.candidate_features` gives.
KNOWN = (*_SAID, *_AROUND, *_KNOWN_BEFORE, *_BESIDE, *_SEEDS)
#: What a sentence means otherwise than an article: these once more, times "brief".
_BRIEFLY = (
    *("named", "names", "places", "demonyms", "share", "first", "support", "rule"),
    *("linear", "has_linear", "linear_only", "narrower", "broader"),
)
#: The ranker's columns.
FEATURES = (
    *(*_SAID, *_DERIVED, *_AROUND),
    *(f"brief_{name}" for name in _BRIEFLY),
    *_KNOWN_BEFORE,
    "brief_trust",  # a sentence has no room for names in passing
    *_BESIDE,
    *_OF_SEEDS,
    "brief_density",  # of a sentence, how long it is
)
_COLUMN = {name: i for i, name in enumerate(FEATURES)}
_BRIEF, _BRIEFLY_OF = len(_SAID) + len(_DERIVED) + len(_AROUND), [_COLUMN[name] for name in _BRIEFLY]
_KNOWN_AT = [_COLUMN[name] for name in KNOWN]
_LINEAR = (
    *("linear", "has_linear", "linear_only", "linear_named", "linear_positive"),
    *("frequency", "rival", "ahead", "behind"),
    *("brief_linear", "brief_has_linear", "brief_linear_only"),
    *_OF_SEEDS,
)
_RULE = ("rule", "rule_only", "rule_title", "rule_lead", "rule_places", "brief_rule")
#: The linear model alone makes a candidate from these log-odds (a probability of 0.05).
LINEAR_CANDIDATE = -3.0
#: Log-odds of the linear model beyond this count as this.
HIGHEST = 8.0
#: Where so few sorts of concepts are told apart, as where only classes taught, each is saved once.
_MOST_KINDS = 1 << 16
# Of the exponential function: 1/k! from 1/13! on, 1 / ln 2, what rounds a sum to a whole number, and ln 2
# in two parts, the first of which times a whole number is exact.
_TERMS = [1.0 / math.factorial(k) for k in range(13, -1, -1)]
_TO_POWER, _ROUNDER = float.fromhex("0x1.71547652b82fep+0"), float.fromhex("0x1.8p52")
_LN2_HEAD, _LN2_TAIL = float.fromhex("0x1.62e42fefa3800p-1"), float.fromhex("0x1.ef35793c76730p-45")


@dataclass(frozen=True, slots=True, eq=False)
class Ranker:
    """One row of weights for each facet, and what training learned of each concept.

    Attributes
    ----------
    weights : ndarray of float32, shape (n_facets, n_features)
        Columns as in :data:`FEATURES`; rows as in ``ConceptIndex.facet_names``.
    concepts : ndarray of float32, shape (n_concepts, 2), optional
        Frequency and trust of each concept, as the features of these names; 0 for all by default.
    beside : Beside
        Weights of the words beside mentions, for the feature of this name; of none by default.
    """

    weights: NDArray[np.float32]
    concepts: NDArray[np.float32] | None = None
    beside: Beside = field(default_factory=Beside.none)

    def complete(
        self, concepts: list[int], known: NDArray[np.float32], facets: NDArray[np.uint8]
    ) -> NDArray[np.float32]:
        """Return the features of an article's candidates with the derived ones, shape (n, n_features)."""
        features = np.zeros((len(concepts), len(FEATURES)), dtype=np.float32)
        features[:, _KNOWN_AT] = known
        if not concepts:
            return features
        linear, modelled = features[:, _COLUMN["linear"]], features[:, _COLUMN["has_linear"]]
        named = features[:, _COLUMN["named"]]
        features[:, _COLUMN["linear_named"]] = linear * named
        features[:, _COLUMN["linear_positive"]] = np.maximum(linear, 0)
        if self.concepts is not None:
            learned = self.concepts[concepts]
            features[:, _COLUMN["frequency"]] = learned[:, 0]
            features[:, _COLUMN["trust"]] = learned[:, 1] * named
            features[:, _COLUMN["brief_trust"]] = (
                features[:, _COLUMN["trust"]] * features[:, _COLUMN["brief"]]
            )
        logits = np.where(modelled > 0, np.maximum(linear, LINEAR_CANDIDATE), LINEAR_CANDIDATE).tolist()
        rivals = _rivals(facets.tolist(), logits)
        features[:, _COLUMN["rival"]] = rivals
        features[:, _COLUMN["ahead"]] = np.maximum(np.subtract(logits, rivals), 0)
        features[:, _COLUMN["behind"]] = np.maximum(np.subtract(rivals, logits), 0)
        seeds = features[:, _COLUMN["seeds"]]
        most = np.zeros(int(facets.max()) + 1, dtype=np.float32)
        np.maximum.at(most, facets, seeds)
        np.divide(seeds, most[facets], out=features[:, _COLUMN["seeds_share"]], where=seeds > 0)
        for name in ("seeds", "has_seeds", "seeds_share", "density"):
            features[:, _COLUMN[f"brief_{name}"]] = features[:, _COLUMN[name]] * features[:, _COLUMN["brief"]]
        brief = slice(_BRIEF, _BRIEF + len(_BRIEFLY))
        features[:, brief] = features[:, _BRIEFLY_OF] * features[:, [_COLUMN["brief"]]]
        return features

    def logits(self, features: NDArray[np.float32], facets: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return the log-odds of candidates, shape (n_candidates,)."""
        products = features.astype(np.float64) * self.weights[facets]
        # Column by column, so that the compiled kernel gives the same bits.
        logits = np.zeros(len(products))
        for column in products.T:
            logits += column
        return logits

    def shares(self, features: NDArray[np.float32], facet: int) -> dict[str, float]:
        """Return what rules, the linear model and mentions contribute to one candidate's log-odds."""
        products = features.astype(np.float64) * self.weights[facet]
        rule = sum(products[_COLUMN[name]] for name in _RULE)
        linear = sum(products[_COLUMN[name]] for name in _LINEAR)
        return {
            "rule": float(rule),
            "linear": float(linear),
            "mention": float(products.sum() - rule - linear),
        }

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the arrays under which the ranker is saved."""
        saved: dict[str, NDArray[Any]] = {"ranker.weights": self.weights, **self.beside.tensors()}
        if self.concepts is None:
            return saved
        kinds, kind_of = np.unique(self.concepts, axis=0, return_inverse=True)
        if len(kinds) > min(_MOST_KINDS, len(self.concepts) // 2):
            return {**saved, "ranker.concepts": self.concepts}
        return {**saved, "ranker.kinds": kinds, "ranker.kind_of": kind_of.reshape(-1).astype(np.uint16)}

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]]) -> Ranker:
        """Return the saved ranker; features that it was not trained with count nothing."""
        weights = tensors["ranker.weights"]
        missing = len(FEATURES) - weights.shape[1]
        concepts = tensors.get("ranker.concepts")
        if "ranker.kinds" in tensors:
            concepts = tensors["ranker.kinds"][tensors["ranker.kind_of"]]
        return cls(np.pad(weights, ((0, 0), (0, missing))), concepts, Beside.from_tensors(tensors))


def _rivals(facets: list[int], logits: list[float]) -> list[float]:
    """Return for each candidate the best log-odds of another one of its facet."""
    best: dict[int, tuple[float, float]] = {}
    for facet, logit in zip(facets, logits, strict=True):
        first, second = best.get(facet, (LINEAR_CANDIDATE, LINEAR_CANDIDATE))
        if logit > first:
            best[facet] = logit, first
        elif logit > second:
            best[facet] = first, logit
    none = (LINEAR_CANDIDATE, LINEAR_CANDIDATE)
    both = [best.get(facet, none) for facet in facets]
    return [second if logit >= first else first for (first, second), logit in zip(both, logits, strict=True)]


def probabilities(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logistic function of log-odds, without overflow.

    The exponential is written out, in products and sums that round alike everywhere: the compiled kernel
    gives the same bits for several at once, where the C library has them one by one (a tenth of the time).
    """
    far = np.minimum(np.abs(logits), 700.0)
    # exp(-far) is a power of two times exp(rest), the rest at most half of ln 2.
    power = (far * _TO_POWER + _ROUNDER) - _ROUNDER
    rest = power * _LN2_HEAD - far + power * _LN2_TAIL
    total = np.full_like(far, _TERMS[0])
    for term in _TERMS[1:]:
        total = total * rest + term
    odds = np.ldexp(total, -power.astype(np.int64))
    return np.where(logits < 0, odds, 1.0) / (1.0 + odds)


def log_odds(probability: float) -> float:
    """Return the log-odds of a probability; 0 and 1 are taken as very unlikely and very likely."""
    bounded = min(max(probability, 1e-12), 1 - 1e-12)
    return math.log(bounded / (1 - bounded))
