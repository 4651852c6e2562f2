"""The tagger: always fitted, frozen, safe to share between threads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tagonomy.always import Completed
from tagonomy.articles.article import Article, as_article, is_plain, title_of
from tagonomy.config import DEFAULT_THRESHOLDS, Limits
from tagonomy.errors import ConfigError, LimitError, ModelFormatError
from tagonomy.found import FoundInArticle
from tagonomy.hierarchy import below, by_class
from tagonomy.mentions.lexicon import NAME
from tagonomy.model_audit import audit_form, audit_tensors
from tagonomy.pipeline import Allowed, Given, Parts, Pipeline, Scored, ScoredBatch, make_pipeline
from tagonomy.ranking import probabilities
from tagonomy.results import LazyTaggings, Tagging, TaggingBatch
from tagonomy.storage import let_go, load_tensors, save_tensors
from tagonomy.tag import Heads, Tag
from tagonomy.text import tokenize

if TYPE_CHECKING:
    from tagonomy.mentions.matcher import Matcher

# A thread takes this many articles at a time: enough that threads rarely wait for each other. One that is
# alone takes more, since what goes on between them takes the time of half an article.
_CHUNK, _CHUNK_ALONE = 32, 128


class Tagger:
    """Maps articles onto the concepts of one taxonomy.

    Made by :func:`tagonomy.train` or :func:`tagonomy.load_tagger`; there is no unfitted one.

    Parameters
    ----------
    parts : Parts
        Taxonomy, labels, rules and what was learned.
    manifest : mapping
        Facts about the model: name, version, data, licence, thresholds by facet or class, figures.
    thresholds : ndarray of float32, shape (n_concepts,), optional
        Probability from which each concept is a tag; by default that of its facet or class in the manifest.
    limits : Limits, optional
        Bounds on the input.
    """

    def __init__(
        self,
        parts: Parts,
        manifest: Mapping[str, Any],
        *,
        thresholds: NDArray[np.float32] | None = None,
        limits: Limits | None = None,
        tensors: Mapping[str, NDArray[Any]] | None = None,
    ) -> None:
        self.parts, self.index = parts, parts.index
        self.manifest = dict(manifest)
        self.limits = limits or Limits()
        self.thresholds = {**DEFAULT_THRESHOLDS, **self.manifest.get("thresholds", {})}
        self.own_thresholds = thresholds
        cuts = by_class(self.thresholds, self.index, 0.5) if thresholds is None else thresholds
        self.cuts = cuts.astype(np.float64)
        self.pipeline: Pipeline = make_pipeline(parts, tensors)
        self.heads = Heads(parts.index)
        always = self.manifest.get("always", [])
        if not (isinstance(always, list) and all(isinstance(name, str) for name in always)):
            raise ValueError(f"the manifest's always is {always!r}: expected names of facets")
        self._always = [facet for facet in map(parts.index.facet_number, always) if facet >= 0]

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
        matcher = self._matcher
        senses = matcher.senses_of(tokenize(label).words)
        names = [sense for sense in senses if matcher.kind[sense] == NAME]
        names.sort(key=matcher.needs_context)  # stable: the highest prior stays first
        return self.index.ids[matcher.concept[names[0]]] if names else None

    @cached_property
    def _matcher(self) -> Matcher:
        from tagonomy.mentions.matcher import Matcher  # classifying has the kernel's

        return Matcher(self.parts.lexicon)

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
            Probability from which a tag is kept: for all, or by facet, or by id of a class for what
            lies under it; by default what the model was trained with. Where its training had a tag of a
            facet for each article, the likeliest is given where none reaches a threshold of the model.
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
        return self._one(given, self._cuts(threshold), self._filter(include, exclude, facets))

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
        given, longest = list(articles), self.limits.text_characters
        cuts, allowed = self._cuts(threshold), self._filter(include, exclude, facets)
        size = _CHUNK_ALONE if n_jobs == 1 else _CHUNK
        chunks = [given[start : start + size] for start in range(0, len(given), size)]

        def some(chunk: list[str | Article]) -> ScoredBatch:
            # The pipeline itself finds the title of a plain text, and joins title and text, in less time.
            asked = [each if is_plain(each, longest) else self.given(each) for each in chunk]
            return ScoredBatch(*self.pipeline.classify_batch(asked, cuts, allowed))

        if n_jobs == 1 or len(chunks) < 2:
            done = list(map(some, chunks))
        else:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(max_workers=None if n_jobs < 0 else n_jobs) as pool:
                done = list(pool.map(some, chunks))

        def make(number: int) -> Tagging:
            part, place = divmod(number, size)
            return self._tagging(given[number], self._complete(done[part], cuts, allowed), place, allowed)

        # Most of the time would go into objects that whoever wants the matrix never looks at.
        taggings = LazyTaggings(range(len(given)), make)
        return TaggingBatch(taggings, [each.rows for each in done], self.concept_ids, allowed)

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
        return (self._one(as_article(article), cuts, allowed) for article in articles)

    def _one(self, article: Article, cuts: NDArray[np.float64], allowed: Allowed) -> Tagging:
        given = self.given(article)
        scored = Scored(*self.pipeline.classify(*given, cuts, allowed))
        return self._tagging(article, self._complete(scored, cuts, allowed), 0, allowed)

    def _complete(
        self, found: Scored | ScoredBatch, cuts: NDArray[np.float64], allowed: Allowed
    ) -> Scored | ScoredBatch | Completed:
        """Add a tag of each facet that always has one; a threshold that is asked for holds."""
        always = self._always
        if always and cuts is not self.cuts:
            asked = set(self.index.facet[cuts != self.cuts].tolist())
            always = [facet for facet in always if facet not in asked]
        return Completed(found, always, self.index, allowed) if always else found

    def rank(self, article: str | Article, concepts: Iterable[str]) -> Tagging:
        """Return some concepts, best first: each by what speaks for it alone, not for what lies under it.

        For choosing one of several, such as the section of a newspaper. :meth:`classify` tells how likely
        each tag is, so that none is less likely than what lies under it; here a concept that others of
        the set lie under has what it is more likely than these.

        Parameters
        ----------
        article : str or Article
            A text, or an article with a title of its own.
        concepts : iterable of str
            Their ids.

        Returns
        -------
        Tagging
            All of them, with a score of 0 where nothing speaks for one, and without evidence.
        """
        article = as_article(article)
        given = self.given(article)
        found, features = self.pipeline.describe(*given)
        chances = probabilities(self.parts.ranker.logits(features, self.index.facet[found]))
        own = dict(zip(found, chances.tolist(), strict=True))
        asked = set(self._numbers(concepts))
        under = dict.fromkeys(asked, 0.0)
        for each in asked:
            for above in asked & self.index.ancestors(each):
                under[above] = max(under[above], own.get(each, 0.0))
        tags = []
        for each in asked:
            id, label, facet, path = self.heads[each]
            tags.append(Tag(id, label, facet, max(own.get(each, 0.0) - under[each], 0.0), path))
        return Tagging(tags, text=given.text, id=article.id)

    def describe(
        self, article: str | Article, linear_logits: Mapping[int, float] | None = None
    ) -> tuple[list[int], NDArray[np.float32]]:
        """Return the candidates of an article and their ranking features: what the ranker learns from.

        ``linear_logits`` stands in for the linear model, as predicted out of fold.
        """
        return self.pipeline.describe(*self.given(as_article(article)), linear_logits)

    def given(self, article: str | Article) -> Given:
        """Return what the pipeline is given of an article; raise :class:`LimitError` if it is too long."""
        if type(article) is not str:  # of a plain one no article need be made
            article = as_article(article)
        text, title_characters = title_of(article)
        if len(text) > self.limits.text_characters:
            raise LimitError("text_characters", len(text), self.limits.text_characters)
        date = "" if isinstance(article, str) else article.date or ""
        return Given(text, title_characters, int(date[:4]) if date[:4].isdecimal() else None)

    def _tagging(
        self,
        article: str | Article,
        scored: Scored | ScoredBatch | Completed,
        number: int,
        allowed: Allowed,
    ) -> Tagging:
        found = FoundInArticle(self, article, scored, number, allowed)
        return Tagging.best_first(found, None if isinstance(article, str) else article.id)

    def _cuts(self, threshold: float | Mapping[str, float] | None) -> NDArray[np.float64]:
        """Return the threshold of each concept."""
        if threshold is None:
            return self.cuts
        names = self.index.facet_names
        asked = threshold if isinstance(threshold, Mapping) else dict.fromkeys(names, threshold)
        for name, value in asked.items():
            if ":" not in name and name not in names:
                raise ConfigError("threshold", name, f"one of the facets {', '.join(names)}, or a concept id")
            if not 0 <= value <= 1:
                raise ConfigError("threshold", value, "a probability from 0 to 1")
        given = by_class(asked, self.index, np.nan)
        return np.where(np.isnan(given), self.cuts, given)

    def _filter(
        self, include: Iterable[str] | None, exclude: Iterable[str], facets: Iterable[str] | None
    ) -> Allowed:
        """Return for each concept whether it may be given, or None if all may."""
        if include is None and facets is None and not exclude:
            return None
        allowed = np.full(len(self.index), include is None, dtype=np.uint8)
        if include is not None:
            allowed[self._below(include)] = 1
        if facets is not None:
            wanted = {facets} if isinstance(facets, str) else set(facets)
            names = self.index.facet_names
            if unknown := sorted(wanted - set(names)):
                raise ConfigError("facets", unknown[0], f"some of {', '.join(names)}")
            allowed &= np.isin(self.index.facet, [names.index(name) for name in wanted])
        allowed[self._below(exclude)] = 0
        return allowed

    def _below(self, ids: Iterable[str]) -> NDArray[np.bool_]:
        """Tell of each concept whether it is one of these or lies under one."""
        return below(self._numbers(ids), self.index)

    def _numbers(self, ids: Iterable[str]) -> list[int]:
        if isinstance(ids, str):
            raise TypeError(f"expected several concept ids, found the str {ids!r}: pass [{ids!r}]")
        return [self.index.number(id) for id in ids]

    def save(self, path: str | Path) -> str:
        """Write the tagger as one sealed file and return its seal; equal taggers give equal bytes."""
        tensors = self.parts.tensors()
        tensors |= {} if self.own_thresholds is None else {"thresholds": self.own_thresholds}
        return save_tensors(Path(path), tensors, self.manifest)

    @classmethod
    def load(
        cls, path: str | Path, *, mmap: bool = True, limits: Limits | None = None, trusted: bool = False
    ) -> Tagger:
        """Read a tagger from its file; see :func:`tagonomy.load_tagger` for models by name.

        Parameters
        ----------
        path, mmap, limits
            As :func:`tagonomy.load_tagger` takes them.
        trusted : bool, default False
            Whether whoever made the file is trusted like whoever made this code. Its seal and the form of its
            arrays are checked, which is enough to find damage; not, for a faster start, that each number in
            them points where it may.
        """
        tensors, manifest = load_tensors(Path(path), mapped=mmap, limits=limits)
        try:
            if trusted:
                audit_form(tensors.forms())
            else:
                audit_tensors(tensors)
            let_go(tensors)
            tagger = cls(
                Parts.from_tensors(tensors),
                {key: value for key, value in manifest.items() if key != "format"},
                thresholds=tensors.get("thresholds"),
                limits=limits,
                tensors=tensors,
            )
            let_go(tensors)
            return tagger
        except (KeyError, IndexError, ValueError) as error:
            raise ModelFormatError(
                f"{Path(path).name}: the parts of the model don't fit together: {error}"
            ) from error

    def __reduce__(self) -> tuple[Any, ...]:
        make = partial(
            type(self), self.parts, self.manifest, thresholds=self.own_thresholds, limits=self.limits
        )
        return make, ()
