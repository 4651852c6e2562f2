"""More tags for a trained tagger, learned from more articles; what it has learned stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from tagonomy.articles.article import Article, title_of, tokens_of
from tagonomy.concepts import ConceptIndex
from tagonomy.config import LATER, TaggerConfig
from tagonomy.corpora.corpus import digest_of
from tagonomy.errors import CorpusError
from tagonomy.hierarchy import close_upwards
from tagonomy.linear import LinearModel
from tagonomy.ranking import LINEAR_CANDIDATE, Ranker
from tagonomy.tagger import Tagger
from tagonomy.training.folds import folds_of
from tagonomy.training.one_vs_rest import fit_blocks, model_of, out_of_fold_of, pack
from tagonomy.training.ranker_fit import RankingRows, RankingSet, ranking_rows
from tagonomy.training.thresholds import figures_of, tune_thresholds


def learn_tags(
    tagger: Tagger, articles: Sequence[Article], tags: Iterable[str] | None, config: TaggerConfig | None
) -> Tagger:
    """Return the tagger with linear models, calibration and thresholds for more tags.

    Parameters
    ----------
    tagger : Tagger
        Knows the tags by name already.
    articles : sequence of Article
        With concept ids for tags, some of them without the tags to learn.
    tags : iterable of str, optional
        What to learn, anew if it was learned; by default what of the articles the tagger has not learned.
    config : TaggerConfig, optional
        By default that of the tagger's own training.
    """
    config = config or config_of(tagger.manifest)
    index, members = tagger.index, _members(articles, tagger.index, config)
    old = set(tagger.parts.linear.concepts.tolist())
    wanted = set(members) - old if tags is None else {index.number(id) for id in tags}
    labels = sorted(
        concept for concept in wanted if config.min_articles <= len(members.get(concept, ())) < len(articles)
    )
    if not labels or (tags is not None and len(labels) < len(wanted)):
        few = sorted(wanted - set(labels), key=lambda concept: -len(members.get(concept, ())))[:5]
        counts = ", ".join(f"{index.ids[concept]} ({len(members.get(concept, ())):,})" for concept in few)
        raise CorpusError(
            f"of {len(articles):,} articles too few, or all, have {counts or 'a tag that is not learned'}: "
            f"at least {config.min_articles} must have it, and some must not"
        )
    X, logits = _rows(tagger, articles)
    folds = folds_of(articles, config)
    blocks = fit_blocks(X, labels, members, folds, config)
    for known, found in zip(logits, out_of_fold_of(blocks, len(articles)), strict=True):
        for concept in labels:
            known.pop(concept, None)
        known.update(found)
    linear = _joined(tagger.parts.linear, labels, pack(blocks, X.shape[1]))
    draft = _with(tagger, linear, tagger.parts.ranker, tagger.own_thresholds, tagger.manifest)
    facets = frozenset(index.facet_of(concept) for concept in labels)
    judged = RankingSet(
        articles, facets, frozenset(index.ids[concept] for concept in members), logits=logits, folds=folds
    )
    rows = _of(labels, ranking_rows(draft, judged))
    ranker = tagger.parts.ranker
    if ranker.concepts is not None:
        learned = ranker.concepts.copy()
        learned[labels] = rows.learned[labels]
        ranker = replace(ranker, concepts=learned)
    cuts = tagger.cuts.astype(np.float32)
    scored = rows.scored(ranker, index)
    if config.tuned_thresholds:
        cuts[labels] = tune_thresholds(scored, index.facet)[labels]
    fact = {
        "articles": len(articles),
        "corpus_sha256": digest_of(articles),
        "tags": [index.ids[concept] for concept in labels],
    }
    manifest = {
        **tagger.manifest,
        "added": [*tagger.manifest.get("added", ()), fact],
        "out_of_fold": {**tagger.manifest.get("out_of_fold", {}), **figures_of(scored, index, cuts)},
    }
    return _with(tagger, linear, ranker, cuts, manifest)


def config_of(manifest: Mapping[str, Any]) -> TaggerConfig:
    """Return the settings that a tagger was trained with, as far as this version knows them."""
    known = {each.name for each in fields(TaggerConfig)}
    given = {name: value for name, value in manifest.get("config", {}).items() if name in known}
    return TaggerConfig(**{**LATER, **given})


def _members(articles: Sequence[Article], index: ConceptIndex, config: TaggerConfig) -> dict[int, list[int]]:
    """Return the articles of each concept."""
    members: dict[int, list[int]] = {}
    for row, article in enumerate(articles):
        own = dict.fromkeys(map(index.number, article.tags), 1.0)
        for concept in close_upwards(own, index) if config.ancestors else own:
            members.setdefault(concept, []).append(row)
    return members


def _rows(tagger: Tagger, articles: Sequence[Article]) -> tuple[csr_array, list[dict[int, float]]]:
    """Return the articles as the linear models see them, and what these say."""
    parts, linear = tagger.parts, tagger.parts.linear
    words = list(parts.lexicon.words)[: parts.tfidf.n_words]
    number = {word: i for i, word in enumerate(words)}
    rows, logits = [], []
    for article in articles:
        tokens = tokens_of(article)
        mentioned = tagger.pipeline.mentioned(*title_of(article)) if len(parts.mentions) else ()
        row = parts.row([number.get(word, -1) for word in tokens.words], tokens.title_stop, mentioned)
        rows.append(row)
        found = linear.logits(linear.margins(*row)) if len(linear.concepts) else np.zeros(0)
        likely = np.flatnonzero(found >= LINEAR_CANDIDATE)
        logits.append(dict(zip(linear.concepts[likely].tolist(), found[likely].tolist(), strict=True)))
    stops = np.cumsum([0, *(len(features) for features, _ in rows)])
    X = csr_array(
        (
            np.concatenate([values for _, values in rows]),
            np.concatenate([features for features, _ in rows]).astype(np.int32),
            stops.astype(np.int32),
        ),
        (len(rows), parts.tfidf.n_features + len(parts.mentions)),
    )
    X.sort_indices()
    return X, logits


def _joined(old: LinearModel, anew: Sequence[int], new: LinearModel) -> LinearModel:
    """Return one model of both, without the old columns of what was learned anew."""
    kept = ~np.isin(old.concepts, anew)
    both = hstack([_by_feature(old)[:, np.flatnonzero(kept)], _by_feature(new)], format="csr")

    def joined(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(old, name)[kept], getattr(new, name)])

    return model_of(both, *map(joined, ("concepts", "intercepts", "slopes", "offsets")))


def _by_feature(linear: LinearModel) -> csr_array:
    stops = np.concatenate([[0], linear.stops])
    shape = (len(linear.stops), len(linear.concepts))
    return csr_array((linear.weights.astype(np.float32), linear.columns.astype(np.int32), stops), shape)


def _of(labels: Sequence[int], rows: RankingRows) -> RankingRows:
    """Return the rows of some concepts, as if there were no others."""
    mine = np.isin(rows.concepts, labels)
    others = np.ones(rows.gold.shape[1], dtype=bool)
    others[labels] = False
    gold = np.where(others, 0, rows.gold)
    return RankingRows(
        rows.features[mine],
        rows.right[mine],
        rows.articles[mine],
        rows.concepts[mine],
        rows.learned,
        gold,
        [rows.neighbours[row] for row in np.flatnonzero(mine).tolist()],
    )


def _with(
    tagger: Tagger,
    linear: LinearModel,
    ranker: Ranker,
    thresholds: NDArray[np.float32] | None,
    manifest: Mapping[str, Any],
) -> Tagger:
    old = tagger.parts
    return Tagger(
        old.replace(linear=linear, ranker=ranker), manifest, thresholds=thresholds, limits=tagger.limits
    )
