"""The tagger: always fitted, frozen, safe to share between threads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagonomy.articles.article import Article, as_article, title_of
from tagonomy.concepts import ConceptIndex
from tagonomy.config import DEFAULT_THRESHOLDS, Limits
from tagonomy.errors import ConfigError, ModelFormatError
from tagonomy.explanation import evidence_of
from tagonomy.features import LEAD_WORDS, Tfidf
from tagonomy.hierarchy import below, close_upwards
from tagonomy.linear import LinearModel
from tagonomy.mentions.lexicon import NAME, Lexicon
from tagonomy.mentions.matcher import Matcher
from tagonomy.mentions.resolution import Candidate, Resolver
from tagonomy.model_audit import audit_tensors
from tagonomy.ranking import Ranker, candidate_features, log_odds, probabilities
from tagonomy.results import Evidence, Source, Tag, Tagging, TaggingBatch
from tagonomy.rules import ArticleView, RuleSet
from tagonomy.storage import load_tensors, save_tensors
from tagonomy.text import Tokens, tokenize

#: The linear model alone makes a candidate from these log-odds (a probability of 0.12).
LINEAR_CANDIDATE = -2.0
#: A tag above another one, such as "Europe" beside "Russia", needs this much more than the threshold.
REPEATED = 1.3


class Tagger:
    """Maps articles onto the concepts of one taxonomy.

    Made by :func:`tagonomy.train` or :func:`tagonomy.load_tagger`; there is no unfitted one.

    Parameters
    ----------
    index : ConceptIndex
        The taxonomy, compiled.
    lexicon : Lexicon
        Labels and evidence terms, compiled.
    rules : RuleSet
        Rules of the concepts.
    tfidf, linear, ranker : Tfidf, LinearModel, Ranker
        The learned parts.
    manifest : mapping
        Facts about the model: name, version, data, licence, thresholds of the facets, figures.
    thresholds : ndarray of float32, shape (n_concepts,), optional
        Probability from which each concept is a tag; by default that of its facet in the manifest.
    limits : Limits, optional
        Bounds on the input.
    """

    def __init__(
        self,
        *,
        index: ConceptIndex,
        lexicon: Lexicon,
        rules: RuleSet,
        tfidf: Tfidf,
        linear: LinearModel,
        ranker: Ranker,
        manifest: Mapping[str, Any],
        thresholds: NDArray[np.float32] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.index, self.lexicon, self.rules = index, lexicon, rules
        self.tfidf, self.linear, self.ranker = tfidf, linear, ranker
        self.manifest = dict(manifest)
        self.limits = limits or Limits()
        self.matcher = Matcher(lexicon)
        self.resolver = Resolver(index, self.matcher)
        self.thresholds = {**DEFAULT_THRESHOLDS, **self.manifest.get("thresholds", {})}
        self._own_cuts = thresholds
        cuts = self.index.by_facet(self.thresholds, 0.5) if thresholds is None else thresholds
        self.cuts = cuts.astype(np.float64)
        self._modelled = frozenset(linear.concepts.tolist())

    def __repr__(self) -> str:
        return f"Tagger({self.manifest.get('name', 'unnamed')!r}, {len(self.index):,} concepts)"

    @cached_property
    def concept_ids(self) -> tuple[str, ...]:
        """Ids of all concepts, in order of their numbers."""
        return tuple(self.index.ids)

    def resolve(self, label: str) -> str | None:
        """Return the id of the concept that a label most likely names, or None; an id resolves to itself."""
        if self.index.ids.find(label) >= 0:
            return label
        senses = self.matcher.senses_of(tokenize(label).words)
        names = [sense for sense in senses if self.matcher.kind[sense] == NAME]
        names.sort(key=self.matcher.needs_context)  # stable: the highest prior stays first
        return self.index.ids[self.matcher.concept[names[0]]] if names else None

    def classify(
        self,
        article: str | Article,
        *,
        threshold: float | Mapping[str, float] | None = None,
        include: Iterable[str] | None = None,
        exclude: Iterable[str] = (),
        facets: Iterable[str] | None = None,
    ) -> Tagging:
        """Return the tags of one article.

        Parameters
        ----------
        article : str or Article
            A text, or an article with a title of its own. A plain text that begins with a short
            line and a blank line is taken as title and body.
        threshold : float or mapping of str to float, optional
            Probability from which a tag is kept, for all facets or by facet; by default what the
            model was trained with.
        include, exclude : iterable of str, optional
            Only, or none of, these concepts and what lies under them.
        facets : iterable of str, optional
            Only these facets.

        Returns
        -------
        Tagging
            Best first. Offsets of the evidence point into :attr:`Tagging.text`, which is the text as
            given, or title, blank line and text of an :class:`Article`.

        Raises
        ------
        TypeError
            If ``article`` is neither.
        LimitError
            If the text is longer than the tagger's limits allow.
        UnknownConceptError
            If ``include`` or ``exclude`` names no concept.
        """
        given = as_article(article)
        allowed = self._filter(include, exclude, facets)
        return self._classify(given, self._cuts(threshold), allowed)[0]

    def classify_batch(
        self,
        articles: Iterable[str | Article],
        *,
        n_jobs: int = 1,
        threshold: float | Mapping[str, float] | None = None,
        include: Iterable[str] | None = None,
        exclude: Iterable[str] = (),
        facets: Iterable[str] | None = None,
    ) -> TaggingBatch:
        """Return the tags of many articles, in their order; the same as :meth:`classify` of each.

        Parameters are those of :meth:`classify`; ``n_jobs`` threads share the model.
        """
        if isinstance(articles, (str, bytes, Article)):
            raise TypeError("classify_batch expects several articles: use classify() for one")
        if n_jobs == 0:
            raise ConfigError("n_jobs", 0, "a number of threads, or -1 for one a core")
        given = [as_article(article) for article in articles]
        cuts, allowed = self._cuts(threshold), self._filter(include, exclude, facets)

        def one(article: Article) -> tuple[Tagging, dict[int, float]]:
            return self._classify(article, cuts, allowed)

        if n_jobs == 1 or len(given) < 2:
            done = [one(article) for article in given]
        else:
            with ThreadPoolExecutor(max_workers=None if n_jobs < 0 else n_jobs) as pool:
                done = list(pool.map(one, given))
        return TaggingBatch([tagging for tagging, _ in done], [row for _, row in done], self.concept_ids)

    def classify_stream(
        self,
        articles: Iterable[str | Article],
        *,
        threshold: float | Mapping[str, float] | None = None,
        include: Iterable[str] | None = None,
        exclude: Iterable[str] = (),
        facets: Iterable[str] | None = None,
    ) -> Iterator[Tagging]:
        """Yield the tagging of each article as it comes; parameters are those of :meth:`classify`."""
        if isinstance(articles, (str, bytes, Article)):
            raise TypeError("classify_stream expects several articles: use classify() for one")
        cuts, allowed = self._cuts(threshold), self._filter(include, exclude, facets)
        return (self._classify(as_article(article), cuts, allowed)[0] for article in articles)

    def _classify(
        self, article: Article, cuts: NDArray[np.float64], allowed: frozenset[int] | None
    ) -> tuple[Tagging, dict[int, float]]:
        """Run the pipeline: words, matches, candidates, rules, margins, ranking, hierarchy."""
        text, title_characters = title_of(article)
        tokens = tokenize(text, title_characters, self.limits)
        numbers = self.matcher.numbers(tokens)
        matches = self.matcher.find(tokens, numbers)
        candidates = self.resolver.candidates(tokens, numbers, matches)
        self._apply_rules(tokens, candidates)
        feature_row = self.tfidf.row(numbers, tokens.title_stop)
        linear_logits = self._linear_logits(feature_row)
        self.resolver.doubt_later_events(candidates, linear_logits, tokens, article.date)
        concepts, features = self._features(tokens, candidates, linear_logits)
        logits = self.ranker.logits(features, self.index.facet[concepts] if concepts else _NO_FACETS)
        scores = dict(zip(concepts, probabilities(logits).tolist(), strict=True))
        closed = close_upwards(scores, self.index)
        chosen = {
            concept: row
            for row, concept in enumerate(concepts)
            if not self.index.abstract[concept]
            and scores[concept] >= cuts[concept]
            and (allowed is None or concept in allowed)
        }
        said = close_upwards(
            {above: 1.0 for each in chosen for above in self.index.broader[each]}, self.index
        )
        kept = [
            self._tag(concept, closed[concept], features[row], tokens, numbers, candidates, feature_row)
            for concept, row in chosen.items()
            # What a narrower tag says already is repeated only where the text itself says it clearly.
            if concept not in said
            or (concept in candidates and scores[concept] >= min(0.95, REPEATED * cuts[concept]))
        ]
        if allowed is not None:
            closed = {concept: score for concept, score in closed.items() if concept in allowed}

        def broader(tags: Sequence[Tag]) -> list[Tag]:
            return self._broader_tags(tags, closed)

        return Tagging(kept, broader=broader, text=text, id=article.id), closed

    def describe(
        self, article: str | Article, linear_logits: Mapping[int, float] | None = None
    ) -> tuple[list[int], NDArray[np.float32]]:
        """Return the candidates of an article and their ranking features: what the ranker learns from.

        ``linear_logits`` stands in for the linear model, as predicted out of fold.
        """
        given = as_article(article)
        text, title_characters = title_of(given)
        tokens = tokenize(text, title_characters, self.limits)
        numbers = self.matcher.numbers(tokens)
        candidates = self.resolver.candidates(tokens, numbers, self.matcher.find(tokens, numbers))
        self._apply_rules(tokens, candidates)
        if linear_logits is None:
            linear_logits = self._linear_logits(self.tfidf.row(numbers, tokens.title_stop))
        self.resolver.doubt_later_events(candidates, linear_logits, tokens, given.date)
        return self._features(tokens, candidates, linear_logits)

    def _features(
        self, tokens: Tokens, candidates: dict[int, Candidate], linear_logits: Mapping[int, float]
    ) -> tuple[list[int], NDArray[np.float32]]:
        return candidate_features(candidates, linear_logits, self._modelled, tokens, self.index)

    def _apply_rules(self, tokens: Tokens, candidates: dict[int, Candidate]) -> None:
        view = ArticleView(
            words=tokens.words,
            sentence=tokens.sentences,
            section=[0] * tokens.title_stop + [1] * (len(tokens) - tokens.title_stop),
            lead=tokens.title_stop + LEAD_WORDS,
            concepts={
                self.index.ids[concept]: candidate.spans() for concept, candidate in candidates.items()
            },
        )
        for firing in self.rules.evaluate(view):
            candidates.setdefault(firing.concept, Candidate()).rules.append(firing.spans)

    def _linear_logits(self, feature_row: tuple[NDArray[np.int64], NDArray[np.float32]]) -> dict[int, float]:
        """Return the log-odds of the concepts for which the linear model speaks loudly enough."""
        if not len(self.linear.concepts) or not len(feature_row[0]):
            return {}
        logits = self.linear.logits(self.linear.margins(*feature_row))
        (columns,) = np.nonzero(logits >= LINEAR_CANDIDATE)
        return dict(zip(self.linear.concepts[columns].tolist(), logits[columns].tolist(), strict=True))

    def _tag(
        self,
        concept: int,
        score: float,
        features: NDArray[np.float32],
        tokens: Tokens,
        numbers: list[int],
        candidates: dict[int, Candidate],
        feature_row: tuple[NDArray[np.int64], NDArray[np.float32]],
    ) -> Tag:
        shares = self.ranker.shares(features, int(self.index.facet[concept]))
        words: list[tuple[int, float]] = []
        if shares["linear"] and concept in self._modelled:
            column = int(np.flatnonzero(self.linear.concepts == concept)[0])
            words = self.tfidf.by_word(self.linear.contributions(*feature_row, column))
        own = evidence_of(candidates.get(concept, Candidate()), shares, words, tokens, numbers)
        raised = log_odds(score) - sum(shares.values())
        below = (Evidence(Source.BROADER, raised),) if raised > 1e-6 else ()
        return self._plain_tag(concept, score, (*own, *below))

    def _plain_tag(self, concept: int, score: float, evidence: tuple[Evidence, ...]) -> Tag:
        return Tag(
            id=self.index.ids[concept],
            label=self.index.labels[concept],
            facet=self.index.facet_of(concept),
            score=score,
            path=self.index.path(concept),
            evidence=evidence,
        )

    def _broader_tags(self, tags: Sequence[Tag], closed: Mapping[int, float]) -> list[Tag]:
        above: dict[int, float] = {}
        for tag in tags:
            stack = list(self.index.broader[self.index.number(tag.id)])
            while stack:
                concept = stack.pop()
                if above.get(concept, 0.0) < tag.score:
                    above[concept] = max(tag.score, closed.get(concept, 0.0))
                    stack.extend(self.index.broader[concept])
        return [
            self._plain_tag(concept, score, (Evidence(Source.BROADER, log_odds(score)),))
            for concept, score in above.items()
        ]

    def _cuts(self, threshold: float | Mapping[str, float] | None) -> NDArray[np.float64]:
        """Return the threshold of each concept."""
        if threshold is None:
            return self.cuts
        names = self.index.facet_names
        by_facet = threshold if isinstance(threshold, Mapping) else dict.fromkeys(names, threshold)
        for name, value in by_facet.items():
            if name not in names:
                raise ConfigError("threshold", name, f"one of the facets {', '.join(names)}")
            if not 0 <= value <= 1:
                raise ConfigError("threshold", value, "a probability from 0 to 1")
        given = self.index.by_facet(by_facet, np.nan)
        return np.where(np.isnan(given), self.cuts, given)

    def _filter(
        self, include: Iterable[str] | None, exclude: Iterable[str], facets: Iterable[str] | None
    ) -> frozenset[int] | None:
        """Return the concepts that may be given, or None for all."""
        if include is None and facets is None and not exclude:
            return None
        everything = set(range(len(self.index)))
        allowed = everything if include is None else self._below(include)
        if facets is not None:
            wanted = {facets} if isinstance(facets, str) else set(facets)
            names = self.index.facet_names
            if unknown := sorted(wanted - set(names)):
                raise ConfigError("facets", unknown[0], f"some of {', '.join(names)}")
            allowed &= {concept for concept in allowed if self.index.facet_of(concept) in wanted}
        return frozenset(allowed - self._below(exclude))

    def _below(self, ids: Iterable[str]) -> set[int]:
        """Return these concepts and all under them."""
        if isinstance(ids, str):
            raise TypeError(f"expected several concept ids, found the str {ids!r}: pass [{ids!r}]")
        return below({self.index.number(id) for id in ids}, self.index)

    def save(self, path: str | Path) -> str:
        """Write the tagger as one sealed file and return its seal; equal taggers give equal bytes."""
        tensors = {
            **self.index.tensors(),
            **self.lexicon.tensors(),
            **self.linear.tensors(),
            **self.rules.tensors(list(self.lexicon.words), self.concept_ids),
            **self.tfidf.tensors(),
            "ranker.weights": self.ranker.weights,
        }
        tensors |= {} if self._own_cuts is None else {"thresholds": self._own_cuts}
        return save_tensors(Path(path), tensors, self.manifest)

    @classmethod
    def load(cls, path: str | Path, *, mmap: bool = True, limits: Limits | None = None) -> Tagger:
        """Read a tagger from its file; see :func:`tagonomy.load_tagger` for models by name."""
        tensors, manifest = load_tensors(Path(path), mapped=mmap, limits=limits)
        try:
            audit_tensors(tensors)
            index, lexicon = ConceptIndex.from_tensors(tensors), Lexicon.from_tensors(tensors)
            return cls(
                index=index,
                lexicon=lexicon,
                rules=RuleSet.from_tensors(tensors, lexicon.words, index.ids),
                tfidf=Tfidf.from_tensors(tensors),
                linear=LinearModel.from_tensors(tensors),
                ranker=Ranker(tensors["ranker.weights"]),
                manifest={key: value for key, value in manifest.items() if key != "format"},
                thresholds=tensors.get("thresholds"),
                limits=limits,
            )
        except (KeyError, IndexError, ValueError) as error:
            raise ModelFormatError(
                f"{Path(path).name}: the parts of the model don't fit together: {error}"
            ) from error

    def __reduce__(self) -> tuple[Any, ...]:
        names = ("index", "lexicon", "rules", "tfidf", "linear", "ranker", "manifest", "limits")
        state = {name: getattr(self, name) for name in names}
        return partial(type(self), **state, thresholds=self._own_cuts), ()


_NO_FACETS = np.zeros(0, dtype=np.uint8)
