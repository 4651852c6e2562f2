"""A tagger against a labelled corpus: figures by facet and by tag, and where it errs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from itertools import product
from typing import Any

from tagonomy.articles.article import Article
from tagonomy.articles.tagline import resolve_tags
from tagonomy.concepts import ConceptIndex
from tagonomy.corpora.suggestions import unknown_tags_error
from tagonomy.hierarchy import close_upwards
from tagonomy.metrics import (
    Scores,
    hierarchical_scores,
    macro_f1_score,
    micro_scores,
    ndcg_at_k,
    per_tag_scores,
    precision_at_k,
)
from tagonomy.tagger import Tagger

#: Most examples that are kept of each kind of error.
EXAMPLES = 3
_TITLE_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class FacetFigures:
    """Figures of one facet, or of ``all``; each is defined in :mod:`tagonomy.metrics`."""

    facet: str
    articles: int
    micro_precision: float
    micro_recall: float
    micro_f1: float
    hierarchical_precision: float
    hierarchical_recall: float
    hierarchical_f1: float
    macro_f1: float
    precision_at_1: float
    ndcg_at_5: float


@dataclass(frozen=True, slots=True)
class Example:
    """An article that shows an error.

    Attributes
    ----------
    number : int
        Its place in the corpus, from 0.
    id : str, optional
        What the corpus calls it.
    title : str
        Its title, or the first words of its text.
    """

    number: int
    id: str | None
    title: str


@dataclass(frozen=True, slots=True)
class TagFigures:
    """Figures of one tag.

    Attributes
    ----------
    id, label, facet : str
        The concept.
    articles, given : int
        How many articles have the tag, and to how many the tagger gave it.
    precision, recall, f1 : float
        Of its articles.
    missed, wrong : tuple of Example
        Articles that have the tag and did not get it, and the other way round; not all of them.
    """

    id: str
    label: str
    facet: str
    articles: int
    given: int
    precision: float
    recall: float
    f1: float
    missed: tuple[Example, ...]
    wrong: tuple[Example, ...]

    @property
    def errors(self) -> int:
        """How many articles did not get the tag or got it wrongly."""
        return self.articles + self.given - 2 * round(self.recall * self.articles)


@dataclass(frozen=True, slots=True)
class Confusion:
    """Two tags with a parent in common, or at the top of a facet, of which one was given for the other.

    Attributes
    ----------
    gold, given : str
        Ids of the tag that was missed, and of the one that was given in its place.
    articles : int
        How often.
    examples : tuple of Example
        Some of them.
    """

    gold: str
    given: str
    articles: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What comparing a tagger with a corpus found.

    Attributes
    ----------
    articles : int
        How many articles were compared.
    facets : tuple of FacetFigures
        ``all``, then each facet that the corpus uses.
    tags : tuple of TagFigures
        Of every tag that was due or given, by id.
    confusions : tuple of Confusion
        The most frequent first.
    """

    articles: int
    facets: tuple[FacetFigures, ...]
    tags: tuple[TagFigures, ...]
    confusions: tuple[Confusion, ...]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The figures of the facets as rows with ``facet``, ``metric`` and ``value``."""
        return [
            {"facet": each.facet, "metric": field.name, "value": float(getattr(each, field.name))}
            for each in self.facets
            for field in fields(each)
            if field.name != "facet"
        ]

    def worst(self, count: int) -> tuple[TagFigures, ...]:
        """Return the tags with most errors: what would gain most from more or better articles."""
        erring = sorted((each for each in self.tags if each.errors), key=lambda each: (-each.errors, each.id))
        return tuple(erring[:count])

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, ready for JSON."""
        return asdict(self)


def evaluate(tagger: Tagger, corpus: Iterable[Article]) -> Evaluation:
    """Compare a tagger's tags with those of a labelled corpus.

    Parameters
    ----------
    tagger : Tagger
        What is measured.
    corpus : iterable of Article
        Articles with gold tags: concept ids or labels.

    Returns
    -------
    Evaluation
        Only facets that the gold tags use are judged: an editor who tags no topics has no opinion on them.

    Raises
    ------
    CorpusError
        If gold tags are no concepts of the tagger; all of them are named.

    Examples
    --------
    >>> from tagonomy import train
    >>> articles = [Article("Rates rise as the bank fights inflation", tags=("economy",)),
    ...             Article("The striker scored twice in the final", tags=("sport",))] * 10
    >>> found = evaluate(train(articles), [Article("The bank and the striker", tags=("sport",))])
    >>> found.facets[0].micro_recall, found.articles
    (1.0, 1)
    """
    articles = list(corpus)
    splits = [resolve_tags(article.tags, tagger) for article in articles]
    if unknown := Counter(tag for split in splits for tag in split.unknown):
        raise unknown_tags_error(unknown, tagger.index.labels)
    gold = [frozenset(split.tags) for split in splits]
    facets = sorted({id.partition(":")[0] for ids in gold for id in ids})
    given = [tagging.ids for tagging in tagger.classify_batch(articles, facets=facets)] if articles else []

    @cache
    def above(id: Hashable) -> frozenset[Hashable]:
        closed = close_upwards({tagger.index.number(str(id)): 1.0}, tagger.index)
        return frozenset(tagger.index.ids[concept] for concept in closed)

    def figures(facet: str) -> FacetFigures:
        mark = "" if facet == "all" else f"{facet}:"
        wanted = [frozenset(id for id in ids if id.startswith(mark)) for ids in gold]
        ranked = [tuple(id for id in ids if id.startswith(mark)) for ids in given]
        found = [frozenset(ids) for ids in ranked]
        micro, hierarchical = micro_scores(wanted, found), hierarchical_scores(wanted, found, above)
        return FacetFigures(
            facet,
            sum(map(bool, wanted)),
            *(micro.precision, micro.recall, micro.f1),
            *(hierarchical.precision, hierarchical.recall, hierarchical.f1),
            macro_f1_score(wanted, found),
            precision_at_k(wanted, ranked, 1),
            ndcg_at_k(wanted, ranked, 5),
        )

    return Evaluation(
        len(articles),
        tuple(map(figures, ["all", *facets])),
        _tags(tagger.index, articles, gold, given),
        _confusions(tagger.index, articles, gold, given),
    )


def _tags(
    index: ConceptIndex,
    articles: Sequence[Article],
    gold: Sequence[frozenset[str]],
    given: Sequence[Sequence[str]],
) -> tuple[TagFigures, ...]:
    missed: dict[str, list[Example]] = defaultdict(list)
    wrong: dict[str, list[Example]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for number, (article, wanted, found) in enumerate(zip(articles, gold, given, strict=True)):
        counts.update(found)
        for examples, ids in ((missed, wanted.difference(found)), (wrong, set(found) - wanted)):
            for id in ids:
                if len(examples[id]) < EXAMPLES:
                    examples[id].append(_example(number, article))

    def figures(id: str, scores: Scores, support: int) -> TagFigures:
        return TagFigures(
            id,
            index.labels[index.number(id)],
            id.partition(":")[0],
            support,
            counts[id],
            *(scores.precision, scores.recall, scores.f1),
            tuple(missed[id]),
            tuple(wrong[id]),
        )

    found_of = per_tag_scores(gold, [set(ids) for ids in given])
    return tuple(figures(id, *found_of[id]) for id in sorted(map(str, found_of)))


def _confusions(
    index: ConceptIndex,
    articles: Sequence[Article],
    gold: Sequence[frozenset[str]],
    given: Sequence[Sequence[str]],
) -> tuple[Confusion, ...]:
    @cache
    def family(id: str) -> frozenset[Hashable]:
        return frozenset(index.broader[index.number(id)]) or frozenset([id.partition(":")[0]])

    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for number, (article, wanted, found) in enumerate(zip(articles, gold, given, strict=True)):
        for pair in product(wanted.difference(found), set(found) - wanted):
            if not family(pair[0]).isdisjoint(family(pair[1])):
                counts[pair] += 1
                if len(examples[pair]) < EXAMPLES:
                    examples[pair].append(_example(number, article))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Confusion(*pair, count, tuple(examples[pair])) for pair, count in ranked)


def _example(number: int, article: Article) -> Example:
    text = article.title or article.text.strip()
    title = text if len(text) <= _TITLE_CHARACTERS else f"{text[:_TITLE_CHARACTERS]}..."
    return Example(number, article.id, title)
