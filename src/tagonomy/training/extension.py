"""A trained tagger with other or more concepts: what was learned stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tagonomy.articles.article import Article
from tagonomy.concepts import ConceptIndex
from tagonomy.config import TaggerConfig
from tagonomy.errors import TaxonomyMismatchError
from tagonomy.hierarchy import by_class
from tagonomy.linear import LinearModel
from tagonomy.mentions.lexicon_builder import build_lexicon
from tagonomy.pipeline import Parts
from tagonomy.ranking import Ranker
from tagonomy.rules import RuleSet
from tagonomy.seeds import SeedWords
from tagonomy.tagger import Tagger
from tagonomy.taxonomy import Concept, Taxonomy
from tagonomy.training.addition import config_of, learn_tags
from tagonomy.training.labels import resolve_tags, taxonomy_of
from tagonomy.training.names import still_names, with_names
from tagonomy.training.ranker_fit import default_weights


def extend(
    tagger: Tagger,
    taxonomy: Taxonomy | None = None,
    articles: Iterable[Article] = (),
    *,
    tags: Iterable[str] | None = None,
    config: TaggerConfig | None = None,
    drop: bool = False,
) -> Tagger:
    """Put a trained tagger on another taxonomy, or teach it more tags, without training it anew.

    Concepts that are new are found by their names and rules at once. What was learned of a concept
    that was merged into another goes to that one. Given articles, tags get linear models as well.

    Parameters
    ----------
    tagger : Tagger
        The trained one; it stays as it is.
    taxonomy : Taxonomy, optional
        The concepts to give from now on, for example a newer edition or one with concepts of your own.
        Without one they stay, and tags of the articles that name none of them become concepts, if the
        tagger was trained without a taxonomy, too.
    articles : iterable of Article, optional
        Some with the tags to learn, some without. Only words that the tagger knows teach.
    tags : iterable of str, optional
        Ids of what to learn from the articles; what of them was learned before is learned anew from these
        articles alone. By default those tags of the articles that have no linear model yet.
    config : TaggerConfig, optional
        How to learn; by default as the tagger was trained.
    drop : bool, default False
        Leave out what was learned of concepts that the taxonomy lacks, instead of raising. The new
        tagger's manifest lists them under ``unmapped``.

    Returns
    -------
    Tagger
        With the taxonomy compiled into it. Weights, calibration and thresholds of what it had learned are
        the same bytes; the probability of a tag moves where a new one is its rival.

    Raises
    ------
    TaxonomyMismatchError
        If the tagger has learned concepts that the taxonomy lacks; retired ids are no lack.
    CorpusError
        If too few articles have a tag that is to be learned, or tags of theirs are unknown.

    Examples
    --------
    >>> from tagonomy import Article, Concept, Taxonomy, train
    >>> articles = [Article("Rates rise as the bank fights inflation", tags=("economy",)),
    ...             Article("The striker scored twice in the final", tags=("sport",))] * 10
    >>> tagger = train(articles)
    >>> more = Taxonomy.of([*(Concept(id=id, label=id.partition(":")[2]) for id in tagger.concept_ids),
    ...                     Concept(id="topics:chess", label="chess")])
    >>> sorted(extend(tagger, more).classify("A game of chess before the bank set its rates").labels)
    ['chess', 'economy']

    An article may be about a final without saying so:

    >>> finals = [Article("He scored twice", tags=("finals",)), Article("Rates rise", tags=("economy",))] * 10
    >>> sorted(extend(tagger, articles=finals).classify("The striker scored").labels)
    ['finals', 'sport']
    """
    given = list(articles)
    if taxonomy is None:
        taxonomy = _with_tags_of(given, tagger)
    moved = tagger if taxonomy is None else _put_on(tagger, taxonomy, drop)
    if not given:
        return moved
    return learn_tags(moved, resolve_tags(given, moved if taxonomy is None else taxonomy), tags, config)


def _with_tags_of(articles: Sequence[Article], tagger: Tagger) -> Taxonomy | None:
    """Return the tagger's taxonomy with the tags that it lacks, None if it lacks none.

    A tagger keeps no whole concepts, but what was trained without a taxonomy has only ids and labels.
    """
    unknown = {tag for article in articles for tag in article.tags if tagger.resolve(tag) is None}
    if not unknown:
        return None
    index = tagger.index
    bare = [Concept(id=id, label=label) for id, label in zip(index.ids, index.labels, strict=True)]
    name = str(tagger.manifest.get("taxonomy", ""))
    if Taxonomy.of(bare, name).sha256() != tagger.manifest.get("taxonomy_sha256"):
        return None  # there is more to it: who reads the articles then names the unknown tags
    return Taxonomy.of([*bare, *taxonomy_of([Article("", tags=tuple(sorted(unknown)))])], name)


def _put_on(tagger: Tagger, taxonomy: Taxonomy, drop: bool) -> Tagger:
    old, index = tagger.parts, ConceptIndex.of(taxonomy)
    target = _targets(tagger.index, taxonomy, index)
    learned = [tagger.index.ids[concept] for concept in old.linear.concepts.tolist()]
    lost = sorted({id for id in learned if target[tagger.index.number(id)] < 0})
    if lost and not drop:
        known = set(tagger.concept_ids)
        raise TaxonomyMismatchError([id for id in index.ids if id not in known], lost)
    feature_words = list(old.lexicon.words)[: old.tfidf.n_words]
    number = {word: each for each, word in enumerate(feature_words)}
    seeded = config_of(tagger.manifest).seed_words
    names = still_names(tagger.manifest.get("learned_names", {}), taxonomy)
    parts = Parts(
        index,
        build_lexicon(with_names(taxonomy, names), feature_words, tagger.limits),
        RuleSet.of(taxonomy),
        old.tfidf,
        _moved(old.linear, target),
        _ranker(tagger, index, target),
        replace(old.mentions, concepts=_once(target[old.mentions.concepts])),
        SeedWords.of(taxonomy, number, old.tfidf.idf[0]) if seeded else SeedWords.none(),
    )
    manifest = {**tagger.manifest, "taxonomy": taxonomy.name, "taxonomy_sha256": taxonomy.sha256()}
    manifest.pop("unmapped", None)
    known = {name for name in tagger.thresholds if ":" not in name or index.ids.find(name) >= 0}
    manifest["thresholds"] = {name: tagger.thresholds[name] for name in tagger.thresholds if name in known}
    thresholds = None
    if tagger.own_thresholds is not None:
        thresholds = by_class(manifest["thresholds"], index, 0.5).astype(np.float32)
        _put(thresholds, tagger.own_thresholds, tagger.index, index, target)
    return Tagger(
        parts,
        manifest | ({"unmapped": lost} if lost else {}),
        thresholds=thresholds,
        limits=tagger.limits,
    )


def _targets(old: ConceptIndex, taxonomy: Taxonomy, index: ConceptIndex) -> NDArray[np.int64]:
    """Return the new number of each old concept, -1 for those that the taxonomy lacks."""
    number: Mapping[str, int] = {id: i for i, id in enumerate(index.ids)}
    return np.array([number[taxonomy[id].id] if id in taxonomy else -1 for id in old.ids], dtype=np.int64)


def _moved(linear: LinearModel, target: NDArray[np.int64]) -> LinearModel:
    """Return the linear model with each column's new concept; of two of one concept the first stays."""
    concepts = target[linear.concepts]
    _, firsts = np.unique(concepts, return_index=True)
    kept = np.sort(firsts[concepts[firsts] >= 0])
    column = np.full(len(concepts), -1, dtype=np.int64)
    column[kept] = np.arange(len(kept))
    inside = column[linear.columns] >= 0
    before = np.concatenate(([0], np.cumsum(inside)))
    return LinearModel(
        concepts=concepts[kept].astype(np.int32),
        stops=before[linear.stops],
        columns=column[linear.columns[inside]].astype(linear.columns.dtype),
        weights=linear.weights[inside],
        intercepts=linear.intercepts[kept],
        slopes=linear.slopes[kept],
        offsets=linear.offsets[kept],
    )


def _once(concepts: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the concepts with -1 for all but the first of equal ones."""
    _, firsts = np.unique(concepts, return_index=True)
    found = np.full(len(concepts), -1, dtype=np.int32)
    found[firsts] = concepts[firsts]
    return found


def _ranker(tagger: Tagger, index: ConceptIndex, target: NDArray[np.int64]) -> Ranker:
    """Return the ranker with what it knows of facets and concepts at their new numbers."""
    old = tagger.parts.ranker
    weights = default_weights(index)
    numbers = [
        tagger.index.facet_names.index(name) if name in tagger.index.facet_names else -1
        for name in index.facet_names
    ]
    for number, before in enumerate(numbers):
        if before >= 0:
            weights[number] = old.weights[before]
    beside = old.beside.of_facets(numbers)
    if old.concepts is None:
        return Ranker(weights, None, beside)
    concepts = np.zeros((len(index), old.concepts.shape[1]), dtype=np.float32)
    _put(concepts, old.concepts, tagger.index, index, target)
    return Ranker(weights, concepts, beside)


def _put(
    values: NDArray[np.float32],
    old: NDArray[np.float32],
    before: ConceptIndex,
    after: ConceptIndex,
    target: NDArray[np.int64],
) -> None:
    """Write what is known of each old concept at its new number; what a concept had itself wins."""
    ids = list(after.ids)
    for concept in sorted(
        np.flatnonzero(target >= 0).tolist(), key=lambda i: ids[target[i]] == before.ids[i]
    ):
        values[target[concept]] = old[concept]
