"""From a text to scored concepts: the stages in order, in Python, and the choice of the compiled kernel.

The Python pipeline is the one to read.  The kernel does the same with the same bits, many times
faster; the tests hold one against the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from tagonomy.concepts import ConceptIndex
from tagonomy.features import LEAD_WORDS, Tfidf
from tagonomy.hierarchy import close_upwards
from tagonomy.linear import LinearModel
from tagonomy.mentions.cues import JUNIOR, LOCATIVE, OPENERS, STRUCK
from tagonomy.mentions.lexicon import Lexicon
from tagonomy.mentions.matcher import Matcher
from tagonomy.mentions.resolution import POLITE, Candidate, Resolver, telling
from tagonomy.ranking import INTERVIEW, REPORTED, TOLD, Ranker, candidate_features, probabilities
from tagonomy.rules import ArticleView, RuleSet
from tagonomy.text import ABBREVIATIONS, Tokens, tokenize

#: The linear model alone makes a candidate from these log-odds (a probability of 0.12).
LINEAR_CANDIDATE = -2.0
#: A tag above another one, such as "Europe" beside "Russia", needs this much more than the threshold.
REPEATED = 1.3
#: Set to ``python`` to do without the compiled kernel.
KERNEL_VARIABLE = "TAGONOMY_KERNEL"

#: Words that the stages ask for; the kernel knows each set by its place here.
WORD_CLASSES = (
    *(ABBREVIATIONS, OPENERS, LOCATIVE, POLITE, STRUCK, JUNIOR, TOLD, REPORTED, INTERVIEW),
    *(frozenset([word]) for word in ("the", "to", "according", "by", "on", "with")),
)


class Given(NamedTuple):
    """A text, how many of its characters are the title, and the year of the article if it is known."""

    text: str
    title_characters: int = 0
    year: int | None = None


class Scored(NamedTuple):
    """What a pipeline finds in one text.

    Attributes
    ----------
    concepts, scores : list of int and list of float
        The tags, best first; ties in order of numbers.
    considered : bytes
        Numbers of every concept that was considered, and of all above them, as int32.
    closed : bytes
        Their probabilities as float64, none below that of a concept under it.
    """

    concepts: list[int]
    scores: list[float]
    considered: bytes
    closed: bytes


class Reasons(NamedTuple):
    """What speaks for one concept.

    Attributes
    ----------
    features : ndarray of float32, shape (n_features,)
        Columns as in :data:`tagonomy.ranking.FEATURES`.
    places, fired : list of (int, int)
        Where its names and evidence, and what made its rules true, stand in the text; sorted.
    words : list of (int, int, float)
        Where each word stands first that has a weight for it in the linear model, with its share of the
        margin, largest first.
    """

    features: NDArray[np.float32]
    places: list[tuple[int, int]]
    fired: list[tuple[int, int]]
    words: list[tuple[int, int, float]]


class Pipeline(Protocol):
    """What the Python pipeline and the compiled kernel both do."""

    def classify(
        self,
        text: str,
        title_characters: int,
        year: int | None,
        cuts: NDArray[np.float64],
        allowed: NDArray[np.uint8] | None,
    ) -> tuple[list[int], list[float], bytes, bytes]:
        """Return the parts of :class:`Scored`, given each concept's threshold and whether it may be given."""

    def classify_batch(
        self, articles: list[Given], cuts: NDArray[np.float64], allowed: NDArray[np.uint8] | None
    ) -> list[tuple[list[int], list[float], bytes, bytes]]:
        """Return the same for many."""

    def describe(
        self,
        text: str,
        title_characters: int,
        year: int | None,
        linear_logits: Mapping[int, float] | None = None,
    ) -> tuple[list[int], NDArray[np.float32]]:
        """Return the candidates and their features, with other log-odds of the linear model if given."""

    def explain(
        self, text: str, title_characters: int, year: int | None, concepts: list[int]
    ) -> Sequence[tuple[Any, ...] | None]:
        """Return the parts of :class:`Reasons` for some concepts, None for one that was not considered."""


@dataclass(frozen=True)
class Parts:
    """What a pipeline is made of."""

    index: ConceptIndex
    lexicon: Lexicon
    rules: RuleSet
    tfidf: Tfidf
    linear: LinearModel
    ranker: Ranker

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the arrays under which the parts are saved."""
        return {
            **self.index.tensors(),
            **self.lexicon.tensors(),
            **self.linear.tensors(),
            **self.rules.tensors(list(self.lexicon.words), list(self.index.ids)),
            **self.tfidf.tensors(),
            "ranker.weights": self.ranker.weights,
        }

    @classmethod
    def from_tensors(cls, tensors: dict[str, NDArray[Any]]) -> Parts:
        """Return the parts saved in these arrays."""
        index, lexicon = ConceptIndex.from_tensors(tensors), Lexicon.from_tensors(tensors)
        return cls(
            index=index,
            lexicon=lexicon,
            rules=RuleSet.from_tensors(tensors, lexicon.words, index.ids),
            tfidf=Tfidf.from_tensors(tensors),
            linear=LinearModel.from_tensors(tensors),
            ranker=Ranker(tensors["ranker.weights"]),
        )


def kernel_class() -> Callable[..., Pipeline] | None:
    """Return the compiled kernel, or None where the package was built without one or it is switched off."""
    if os.environ.get(KERNEL_VARIABLE) == "python":
        return None
    try:
        from tagonomy._kernel import Kernel
    except ImportError:  # no compiler was there when the package was installed
        return None
    return Kernel


def make_pipeline(parts: Parts, tensors: Mapping[str, NDArray[Any]] | None = None) -> Pipeline:
    """Return the fastest pipeline that there is.

    Parameters
    ----------
    parts : Parts
        The model.
    tensors : mapping of str to ndarray, optional
        Its arrays, if they are at hand.
    """
    compiled = kernel_class()
    if compiled is None:
        return PythonPipeline(parts)
    index = parts.index
    return compiled(tensors or parts.tensors(), telling(index), WORD_CLASSES, index.facet_names)


class PythonPipeline:
    """The stages one after the other; see :class:`Pipeline`."""

    def __init__(self, parts: Parts) -> None:
        self.parts, self.index = parts, parts.index
        self.matcher = Matcher(parts.lexicon)
        self.resolver = Resolver(parts.index, self.matcher)
        self._modelled = frozenset(parts.linear.concepts.tolist())

    def classify(
        self,
        text: str,
        title_characters: int,
        year: int | None,
        cuts: NDArray[np.float64],
        allowed: NDArray[np.uint8] | None,
    ) -> Scored:
        """Run all stages: words, matches, candidates, rules, margins, ranking, hierarchy."""
        found = _Found(self, Given(text, title_characters, year))
        concepts, features = found.described
        logits = self.parts.ranker.logits(features, self.index.facet[concepts])
        scores = dict(zip(concepts, probabilities(logits).tolist(), strict=True))
        closed = close_upwards(scores, self.index)
        chosen = [
            concept
            for concept in concepts
            if not self.index.abstract[concept]
            and scores[concept] >= cuts[concept]
            and (allowed is None or allowed[concept])
        ]
        said = close_upwards(
            {above: 1.0 for each in chosen for above in self.index.broader[each]}, self.index
        )
        kept = [
            concept
            for concept in chosen
            # What a narrower tag says already is repeated only where the text itself says it clearly.
            if concept not in said
            or (concept in found.candidates and scores[concept] >= min(0.95, REPEATED * cuts[concept]))
        ]
        kept.sort(key=lambda concept: (-closed[concept], concept))
        return Scored(
            kept,
            [closed[concept] for concept in kept],
            np.array(list(closed), dtype=np.int32).tobytes(),
            np.array(list(closed.values()), dtype=np.float64).tobytes(),
        )

    def classify_batch(
        self, articles: list[Given], cuts: NDArray[np.float64], allowed: NDArray[np.uint8] | None
    ) -> list[tuple[list[int], list[float], bytes, bytes]]:
        """Classify one after the other."""
        return [self.classify(*given, cuts, allowed) for given in articles]

    def describe(
        self,
        text: str,
        title_characters: int,
        year: int | None,
        linear_logits: Mapping[int, float] | None = None,
    ) -> tuple[list[int], NDArray[np.float32]]:
        """Run the stages up to the features of the candidates."""
        return _Found(self, Given(text, title_characters, year), linear_logits).described

    def explain(
        self, text: str, title_characters: int, year: int | None, concepts: list[int]
    ) -> list[Reasons | None]:
        """Run the stages up to the features and say where they come from."""
        found = _Found(self, Given(text, title_characters, year))
        row = dict(zip(*found.described, strict=True))
        return [found.reasons(concept, row[concept]) if concept in row else None for concept in concepts]


class _Found:
    """What the stages find in one text, each computed when it is asked for."""

    def __init__(
        self, pipeline: PythonPipeline, given: Given, linear_logits: Mapping[int, float] | None = None
    ) -> None:
        self.pipeline, self.parts = pipeline, pipeline.parts
        self.tokens = tokenize(given.text, given.title_characters)
        self.numbers = pipeline.matcher.numbers(self.tokens)
        matches = pipeline.matcher.find(self.tokens, self.numbers)
        self.candidates = pipeline.resolver.candidates(self.tokens, self.numbers, matches)
        self._apply_rules(self.tokens, self.candidates)
        self.linear_logits = self._logits() if linear_logits is None else linear_logits
        pipeline.resolver.doubt_later_events(self.candidates, self.linear_logits, self.tokens, given.year)

    @cached_property
    def row(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        return self.parts.tfidf.row(self.numbers, self.tokens.title_stop)

    @cached_property
    def described(self) -> tuple[list[int], NDArray[np.float32]]:
        modelled = self.pipeline._modelled
        return candidate_features(
            self.candidates, self.linear_logits, modelled, self.tokens, self.parts.index
        )

    def _apply_rules(self, tokens: Tokens, candidates: dict[int, Candidate]) -> None:
        ids = self.parts.index.ids
        view = ArticleView(
            words=tokens.words,
            sentence=tokens.sentences,
            section=[0] * tokens.title_stop + [1] * (len(tokens) - tokens.title_stop),
            lead=tokens.title_stop + LEAD_WORDS,
            concepts={ids[concept]: candidate.spans() for concept, candidate in candidates.items()},
        )
        for firing in self.parts.rules.evaluate(view):
            candidates.setdefault(firing.concept, Candidate()).rules.append(firing.spans)

    def _logits(self) -> dict[int, float]:
        """Return the log-odds of the concepts for which the linear model speaks loudly enough."""
        linear = self.parts.linear
        if not len(linear.concepts) or not len(self.row[0]):
            return {}
        logits = linear.logits(linear.margins(*self.row))
        (columns,) = np.nonzero(logits >= LINEAR_CANDIDATE)
        return dict(zip(linear.concepts[columns].tolist(), logits[columns].tolist(), strict=True))

    def reasons(self, concept: int, features: NDArray[np.float32]) -> Reasons:
        candidate = self.candidates.get(concept, Candidate())
        fired = sorted({span for spans in candidate.rules for span in spans})
        words = []
        for column in np.flatnonzero(self.parts.linear.concepts == concept)[:1].tolist():
            shares = self.parts.tfidf.by_word(self.parts.linear.contributions(*self.row, column))
            for number, share in shares:
                at = self.numbers.index(number)
                words.append((self.tokens.starts[at], self.tokens.stops[at], share))
        return Reasons(features, self._places(candidate.spans()), self._places(fired), words)

    def _places(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        return [(self.tokens.starts[start], self.tokens.stops[stop - 1]) for start, stop in spans]
