"""The stages from a text to its tags, one after the other, in Python: the pipeline to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagonomy.articles.article import Article, title_of
from tagonomy.beside import neighbours
from tagonomy.description import candidate_features
from tagonomy.features import LEAD_WORDS
from tagonomy.hierarchy import close_upwards
from tagonomy.mentions.calendar import Calendar
from tagonomy.mentions.candidate import Candidate
from tagonomy.mentions.matcher import Matcher
from tagonomy.mentions.resolution import Resolver
from tagonomy.pipeline import Allowed, Given, Parts, Reasons, Scored
from tagonomy.ranking import LINEAR_CANDIDATE, probabilities
from tagonomy.results import Rows
from tagonomy.rules import ArticleView
from tagonomy.text import Tokens, tokenize

#: A region, such as Europe beside Ukraine, needs so many times its threshold: whoever writes of a country
#: names in passing where it lies.
CLEARLY = 1.7


class PythonPipeline:
    """The stages one after the other; see :class:`tagonomy.pipeline.Pipeline`."""

    def __init__(self, parts: Parts) -> None:
        self.parts, self.index = parts, parts.index
        self.matcher = Matcher(parts.lexicon)
        self.resolver = Resolver(parts.index, self.matcher)
        self.calendar = Calendar(parts.index)
        self._places = self.index.facet_number("countries")
        self._modelled = frozenset(parts.linear.concepts.tolist())

    def classify(
        self,
        text: str,
        title_characters: int,
        year: int | None,
        cuts: NDArray[np.float64],
        allowed: Allowed,
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
            {above: 1.0 for each in chosen for above in self.index.parents[each]}, self.index
        )
        kept = [
            concept
            for concept in chosen
            # What a narrower tag says already is repeated only where the text itself speaks for it.
            if concept not in said
            or (found.speaks_for(concept) and scores[concept] >= self._bar(concept, cuts))
        ]
        kept.sort(key=lambda concept: (-closed[concept], concept))
        return Scored(
            kept,
            [closed[concept] for concept in kept],
            np.array(list(closed), dtype=np.int32).tobytes(),
            np.array(list(closed.values()), dtype=np.float64).tobytes(),
        )

    def _bar(self, concept: int, cuts: NDArray[np.float64]) -> float:
        """Return how probable a tag above others must be by itself."""
        region = self.index.facet[concept] == self._places and concept not in self.matcher.with_capital
        return min(0.95, CLEARLY * float(cuts[concept])) if region else float(cuts[concept])

    def classify_batch(
        self, articles: Sequence[Given | str | Article], cuts: NDArray[np.float64], allowed: Allowed
    ) -> tuple[Any, Any, Any, Any, Any, Any]:
        """Classify one after the other."""
        given = [each if isinstance(each, Given) else Given(*title_of(each)) for each in articles]
        found = [self.classify(*each, cuts, allowed) for each in given]
        rows = Rows.of([(each.considered, each.closed) for each in found])
        return (
            np.array([concept for each in found for concept in each.concepts], dtype=np.int32),
            np.array([score for each in found for score in each.scores], dtype=np.float64),
            np.cumsum([0, *(len(each.concepts) for each in found)]),
            *rows,
        )

    def describe(
        self,
        text: str,
        title_characters: int,
        year: int | None,
        linear_logits: Mapping[int, float] | None = None,
    ) -> tuple[list[int], NDArray[np.float32]]:
        """Run the stages up to the features of the candidates."""
        return _Found(self, Given(text, title_characters, year), linear_logits).described

    def mentioned(self, text: str, title_characters: int) -> list[int]:
        """Run the stages up to the rules."""
        return _Found(self, Given(text, title_characters), {}).mentioned

    def beside(
        self,
        text: str,
        title_characters: int,
        year: int | None,
        linear_logits: Mapping[int, float] | None = None,
    ) -> dict[int, list[tuple[str, str]]]:
        """Return the words before and behind each mention of the concepts that a text mentions."""
        found = _Found(self, Given(text, title_characters, year), linear_logits)
        return {
            concept: [neighbours(found.tokens, match) for match in candidate.mentions()]
            for concept, candidate in found.candidates.items()
        }

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
        self.tokens, self.year = tokenize(given.text, given.title_characters), given.year
        self.numbers = pipeline.matcher.numbers(self.tokens)
        matches = pipeline.matcher.find(self.tokens, self.numbers)
        self.candidates = pipeline.resolver.candidates(self.tokens, self.numbers, matches, given.year)
        self._apply_rules(self.tokens, self.candidates)
        self.mentioned = sorted(self.candidates)
        self.linear_logits = self._logits() if linear_logits is None else linear_logits
        pipeline.calendar.settle(self.candidates, self.linear_logits, self.tokens, given.year)

    @cached_property
    def row(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        return self.parts.row(self.numbers, self.tokens.title_stop, self.mentioned)

    @cached_property
    def described(self) -> tuple[list[int], NDArray[np.float32]]:
        modelled, index = self.pipeline._modelled, self.parts.index
        concepts, known = candidate_features(
            self.candidates,
            self.linear_logits,
            modelled,
            self.tokens,
            index,
            self.year,
            self.parts.ranker.beside,
            self._likeness,
        )
        return concepts, self.parts.ranker.complete(concepts, known, index.facet[concepts])

    @cached_property
    def _likeness(self) -> dict[int, float]:
        seeds = self.parts.seeds
        return seeds.likeness({*self.candidates, *self.linear_logits}, self._said) if len(seeds) else {}

    @cached_property
    def _said(self) -> dict[int, float]:
        """TF-IDF values of the article's words, by their numbers."""
        features, values = self.row
        words = features < self.parts.tfidf.n_words
        return dict(zip(features[words].tolist(), values[words].tolist(), strict=True))

    def _apply_rules(self, tokens: Tokens, candidates: dict[int, Candidate]) -> None:
        ids = self.parts.index.ids
        view = ArticleView(
            words=tokens.words,
            sentence=tokens.sentences,
            section=[0] * tokens.title_stop + [1] * (len(tokens) - tokens.title_stop),
            lead=tokens.title_stop + LEAD_WORDS,
            concepts={ids[concept]: candidate.spans() for concept, candidate in candidates.items()},
            year=self.year,
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

    def speaks_for(self, concept: int) -> bool:
        """Tell whether anything in the text does; what named a series may have gone to its occasion."""
        candidate = self.candidates.get(concept)
        return candidate is not None and bool(candidate.names or candidate.evidence or candidate.rules)

    def reasons(self, concept: int, features: NDArray[np.float32]) -> Reasons:
        candidate = self.candidates.get(concept, Candidate())
        fired = sorted({span for spans in candidate.rules for span in spans})
        shares: dict[tuple[int, int], float] = {}
        for column in np.flatnonzero(self.parts.linear.concepts == concept)[:1].tolist():
            for feature, share in self.parts.linear.contributions(*self.row, column):
                if span := self._first_span(feature):
                    shares[span] = shares.get(span, 0.0) + share
        if not shares:
            for word, weight in self.parts.seeds.row(concept):
                if word in self._said and (span := self._first_span(word)):
                    shares[span] = self._said[word] * weight
        ranked = sorted(shares.items(), key=lambda each: (-each[1], each[0]))
        words = [(*self._places([span])[0], share) for span, share in ranked]
        return Reasons(features, self._places(candidate.spans()), self._places(fired), words)

    def _first_span(self, feature: int) -> tuple[int, int] | None:
        """Return where a word stands first, or what mentions a concept or anything under it."""
        tfidf = self.parts.tfidf
        if feature >= tfidf.n_features:
            return self._first_spans.get(int(self.parts.mentions.concepts[feature - tfidf.n_features]))
        at = self.numbers.index(feature % tfidf.n_words)
        return at, at + 1

    @cached_property
    def _first_spans(self) -> dict[int, tuple[int, int]]:
        first: dict[int, tuple[int, int]] = {}
        for concept, candidate in self.candidates.items():
            spans = [*candidate.spans(), *(span for fired in candidate.rules for span in fired)]
            for above in close_upwards({concept: 1.0}, self.parts.index) if spans else ():
                first[above] = min(first.get(above, min(spans)), min(spans))
        return first

    def _places(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        return [(self.tokens.starts[start], self.tokens.stops[stop - 1]) for start, stop in spans]
