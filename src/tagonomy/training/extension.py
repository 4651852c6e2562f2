"""A trained tagger on another taxonomy: what was learned stays, names and rules are the new ones."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tagonomy.concepts import ConceptIndex
from tagonomy.errors import TaxonomyMismatchError
from tagonomy.linear import LinearModel
from tagonomy.mentions.lexicon_builder import build_lexicon
from tagonomy.pipeline import Parts
from tagonomy.ranking import Ranker
from tagonomy.rules import RuleSet
from tagonomy.tagger import Tagger
from tagonomy.taxonomy import Taxonomy
from tagonomy.training.ranker_fit import default_weights


def extend(tagger: Tagger, taxonomy: Taxonomy, *, drop: bool = False) -> Tagger:
    """Put a trained tagger on another taxonomy, without training.

    Concepts that are new are found by their names and rules at once. What was learned of a concept
    that was merged into another goes to that one.

    Parameters
    ----------
    tagger : Tagger
        The trained one; it stays as it is.
    taxonomy : Taxonomy
        The concepts to give from now on, for example a newer edition or one with concepts of your own.
    drop : bool, default False
        Leave out what was learned of concepts that the taxonomy lacks, instead of raising. The new
        tagger's manifest lists them under ``unmapped``.

    Returns
    -------
    Tagger
        With the taxonomy compiled into it.

    Raises
    ------
    TaxonomyMismatchError
        If the tagger has learned concepts that the taxonomy lacks; retired ids are no lack.

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
    """
    old, index = tagger.parts, ConceptIndex.of(taxonomy)
    target = _targets(tagger.index, taxonomy, index)
    learned = [tagger.index.ids[concept] for concept in old.linear.concepts.tolist()]
    lost = sorted({id for id in learned if target[tagger.index.number(id)] < 0})
    if lost and not drop:
        known = set(tagger.concept_ids)
        raise TaxonomyMismatchError([id for id in index.ids if id not in known], lost)
    feature_words = list(old.lexicon.words)[: old.tfidf.n_words]
    parts = Parts(
        index,
        build_lexicon(taxonomy, feature_words, tagger.limits),
        RuleSet.of(taxonomy),
        old.tfidf,
        _moved(old.linear, target),
        _ranker(tagger, index, target),
    )
    manifest = {**tagger.manifest, "taxonomy": taxonomy.name, "taxonomy_sha256": taxonomy.sha256()}
    manifest.pop("unmapped", None)
    thresholds = None
    if tagger.own_thresholds is not None:
        thresholds = index.by_facet(tagger.thresholds, 0.5).astype(np.float32)
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


def _ranker(tagger: Tagger, index: ConceptIndex, target: NDArray[np.int64]) -> Ranker:
    """Return the ranker with what it knows of facets and concepts at their new numbers."""
    old = tagger.parts.ranker
    weights = default_weights(index)
    for number, name in enumerate(index.facet_names):
        if name in tagger.index.facet_names:
            weights[number] = old.weights[tagger.index.facet_names.index(name)]
    if old.concepts is None:
        return Ranker(weights)
    concepts = np.zeros((len(index), old.concepts.shape[1]), dtype=np.float32)
    _put(concepts, old.concepts, tagger.index, index, target)
    return Ranker(weights, concepts)


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
