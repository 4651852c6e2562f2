"""Candidates to probabilities: a logistic regression over what makes a mention matter."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tagonomy.beside import Beside
from tagonomy.features import LEAD_WORDS
from tagonomy.mentions.candidate import Candidate
from tagonomy.mentions.cue_words import INTERVIEW, REPORTED, SAYING, SPOKEN, STAFF, TOLD, WRITTEN
from tagonomy.mentions.lexicon import KINDS

if TYPE_CHECKING:
    from tagonomy.concepts import ConceptIndex
    from tagonomy.mentions.matcher import Match
    from tagonomy.text import Tokens

_PLACE_KINDS = frozenset(KINDS.index(kind) for kind in ("capital", "city", "division", "metonym", "organ"))
_DEMONYM = KINDS.index("demonym")
#: A text of so many words leaves no room for passing mentions.
BRIEF_WORDS = 50
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
#: What is known of a candidate by itself: what :func:`candidate_features` gives.
KNOWN = (*_SAID, *_AROUND, *_KNOWN_BEFORE, *_BESIDE)
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
)
_COLUMN = {name: i for i, name in enumerate(FEATURES)}
_BRIEF, _BRIEFLY_OF = len(_SAID) + len(_DERIVED) + len(_AROUND), [_COLUMN[name] for name in _BRIEFLY]
_KNOWN_AT = [_COLUMN[name] for name in KNOWN]
_LINEAR = (
    *("linear", "has_linear", "linear_only", "linear_named", "linear_positive"),
    *("frequency", "rival", "ahead", "behind"),
    *("brief_linear", "brief_has_linear", "brief_linear_only"),
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


def candidate_features(
    candidates: Mapping[int, Candidate],
    linear_logits: Mapping[int, float],
    modelled: frozenset[int],
    tokens: Tokens,
    index: ConceptIndex,
    year: int | None = None,
    beside: Beside | None = None,
) -> tuple[list[int], NDArray[np.float32]]:
    """Return the concept numbers of all candidates and what is known of each by itself.

    Parameters
    ----------
    candidates : mapping of int to Candidate
        What the text names.
    linear_logits : mapping of int to float
        Log-odds of the linear model for the concepts to be considered.
    modelled : frozenset of int
        Concepts that have a linear model.
    tokens : Tokens
        Words of the article.
    index : ConceptIndex
        Facets, priors and years.
    year : int, optional
        In which the article appeared.
    beside : Beside, optional
        Weights of the words beside mentions.

    Returns
    -------
    concepts : list of int
        Ascending, those of ``candidates`` and ``linear_logits``.
    features : ndarray of float32, shape (n_concepts, n_known)
        Columns as in :data:`KNOWN`; :meth:`Ranker.complete` adds the others.
    """
    concepts = sorted({*candidates, *linear_logits})
    length = max(len(tokens), 1)
    title, lead = tokens.title_stop, tokens.title_stop + LEAD_WORDS
    brief = min(1.0, BRIEF_WORDS / length)
    bodies, events = index.facet_number("organizations"), index.facet_number("events")
    none = Candidate()
    places: list[int] = []
    most: dict[int, int] = {}
    named = {concept for concept, candidate in candidates.items() if candidate.names}
    narrower = Counter(above for concept in named for above in index.parents[concept])
    rows: list[list[float]] = []
    for concept in concepts:
        candidate = candidates.get(concept, none)
        names = [match.start for match in candidate.names]
        evidence = [match.start for match, _ in candidate.evidence]
        kinds = [kind for _, kind in candidate.evidence]
        spans = [span for spans in candidate.rules for span in spans]
        everywhere = names + evidence + [start for start, _ in spans]
        first, last = (min(everywhere), max(everywhere)) if everywhere else (length, length)
        count = len(names) + len(evidence)
        facet = int(index.facet[concept])
        most[facet] = max(most.get(facet, 1), count)
        places.append(count)
        demonyms = sum(kind == _DEMONYM for kind in kinds)
        located = sum(kind in _PLACE_KINDS for kind in kinds)
        linear_only = float(concept in modelled and not everywhere)
        rows.append(
            [
                1.0,
                float(bool(names)),
                float(any(match.stop - match.start > 1 for match in candidate.names)),
                float(any(start < title for start in names)),
                float(any(start < title for start in evidence)),
                float(any(title <= start < lead for start in names)),
                float(any(title <= start < lead for start in evidence)),
                math.log1p(len(names)),
                math.log1p(demonyms),
                math.log1p(located),
                math.log1p(len(kinds) - demonyms - located),
                0.0,
                1 - first / length,
                (last - first) / length,
                min(100 * count / length, 10.0),
                candidate.doubt,
                math.log1p(candidate.support),
                math.log1p(len(candidate.rules)),
                float(bool(candidate.rules) and not count),
                max(-HIGHEST, min(HIGHEST, linear_logits.get(concept, -4.0 if concept in modelled else 0.0))),
                float(concept in modelled),
                linear_only,
                linear_only * (1 - brief),
                brief,
                sum(_cited(tokens, match) for match in candidate.names if facet == bodies)
                / max(len(names), 1),
                _several(spans, 0, title),
                _several(spans, title, lead),
                math.log1p(len(spans)),
                math.log1p(narrower[concept]),
                float(any(above in named for above in index.parents[concept])),
                float(any(_speaks(tokens, match) for match in candidate.names)),
                float(index.breadth[concept]) * math.log1p(len(names)),
                _over(int(index.years[concept, 1]), year) if facet == events else 0.0,
                int(index.prior[concept]) / 8,
                beside.of(candidate, facet, tokens) * (1 - brief) if beside else 0.0,
            ]
        )
    features = np.array(rows, dtype=np.float32).reshape(len(rows), len(KNOWN))
    for row, concept in enumerate(concepts):
        features[row, _COLUMN["share"]] = places[row] / most[int(index.facet[concept])]
    return concepts, features


def _over(last: int, year: int | None) -> float:
    """Return ln(1 + years from the last one of an event to that of the article), 0 where it goes on."""
    return math.log1p(year - last) if year is not None and 0 < last < year else 0.0


def _several(spans: list[tuple[int, int]], start: int, stop: int) -> float:
    """Return 1 if spans that begin in a range of words reach over two words, else 0."""
    there = [span for span in spans if start <= span[0] < stop]
    return float(bool(there) and max(last for _, last in there) - min(first for first, _ in there) > 1)


def _speaks(tokens: Tokens, match: Match) -> bool:
    """Tell whether a word of saying stands beside a name: "Kirby said", "said John Kirby"."""
    words, start, after = tokens.words, match.start, match.stop
    return (after < len(words) and words[after] in SAYING) or (start > 0 and words[start - 1] in SAYING)


def _cited(tokens: Tokens, match: Match) -> bool:
    """Tell whether a body only tells where something was said: "told CNN", "(Reuters) -", "a Gallup poll"."""
    words, after = tokens.words, match.stop
    left, right = tokens.beside(match.start, after)
    if after < len(words) and (words[after] in REPORTED or words[after] in STAFF):
        return True
    alone = left == "\n" and right in ("\n", "") and match.start >= tokens.title_stop
    if alone or "/" in (left, right) or (left == "(" and right == ")" and tokens.dateline(after)):
        return True
    last = match.start - 1
    if last >= 0 and words[last] == "the":
        last -= 1
    before, earlier = words[last] if last >= 0 else "", words[last - 1] if last >= 1 else ""
    if before in TOLD:
        return True
    if before == "to":
        return earlier == "according"
    if before == "by":
        return earlier in REPORTED
    if before == "in":
        return earlier in WRITTEN
    return (before == "on" and earlier in SPOKEN) or (before in ("with", "on") and earlier in INTERVIEW)


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
