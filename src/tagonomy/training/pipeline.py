"""From articles to a fitted tagger, step by step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagonomy import __version__
from tagonomy.articles.article import Article, tokens_of
from tagonomy.concepts import ConceptIndex
from tagonomy.config import DEFAULT_THRESHOLDS, TaggerConfig
from tagonomy.corpora.corpus import digest_of
from tagonomy.errors import CorpusError
from tagonomy.hierarchy import by_class
from tagonomy.pipeline import Parts
from tagonomy.ranking import Ranker
from tagonomy.rules import RuleSet
from tagonomy.tagger import Tagger
from tagonomy.taxonomy import Taxonomy
from tagonomy.training.checkpoint import Checkpoint
from tagonomy.training.labels import resolve_tags, taxonomy_of
from tagonomy.training.names import LearnedNames, with_lexicon
from tagonomy.training.one_vs_rest import LinearFit, Progress, fit_linear
from tagonomy.training.ranker_fit import (
    RankingSet,
    default_weights,
    fit_rows,
    ranking_rows,
)
from tagonomy.training.thresholds import Scored, figures_of, tune_thresholds

#: Of a facet that this share of the articles has a tag of, every article has one.
_NEARLY_ALL = 0.99
#: Candidates' worth of belief in each plain weight, where thousands of labelled articles teach others.
_BELIEF = 5.0


def train(
    corpus: Iterable[Article],
    taxonomy: Taxonomy | None = None,
    config: TaggerConfig | None = None,
    *,
    checkpoint: str | Path | None = None,
    progress: Progress | None = None,
) -> Tagger:
    """Train a tagger on labelled articles.

    Parameters
    ----------
    corpus : iterable of Article
        Articles with ``tags``: concept ids or labels of the taxonomy.
    taxonomy : Taxonomy, optional
        Concepts with their labels and rules. Without one, the corpus' own tags make one.
    config : TaggerConfig, optional
        Settings.
    checkpoint : str or Path, optional
        Folder that keeps what is fitted. A training that was stopped goes on from there and gives the
        same bytes as one that was not; delete it when the model is saved.
    progress : callable, optional
        Called with the number of tags that are fitted and that of all, after each block of them.

    Returns
    -------
    Tagger
        Fitted and frozen.

    Raises
    ------
    CorpusError
        If there are fewer than two articles, no words, no tags, or without a taxonomy only one that all
        have, or tags are no concepts of the taxonomy.
    ConfigError
        If the checkpoint is of another training: of other articles, taxonomy, settings or version.

    Examples
    --------
    >>> articles = [Article(text="Rates rise as the bank fights inflation", tags=("economy",)),
    ...             Article(text="The striker scored twice in the final", tags=("sport",))] * 10
    >>> tagger = train(articles)
    >>> tagger.classify("The bank left rates unchanged").labels
    ('economy',)
    """
    config = config or TaggerConfig()
    articles = list(corpus)
    for article in articles:
        if not isinstance(article, Article):
            found = type(article).__name__
            raise TypeError(f"train expects Articles, found {found}: make one as Article(text, tags=[...])")
    if len(articles) < 2:
        raise CorpusError(f"{len(articles)} articles: at least two are needed to train")
    if taxonomy is None:
        taxonomy = taxonomy_of(articles)
        if len(taxonomy) == 1 and all(article.tags for article in articles):
            raise CorpusError(
                f"every article has the one tag {articles[0].tags[0]!r}: there is nothing to tell it from; "
                "add articles without it"
            )
    articles = resolve_tags(articles, taxonomy)
    kept = None if checkpoint is None else Checkpoint(Path(checkpoint), config)
    read = [tokens_of(article) for article in articles]
    names = LearnedNames(articles, taxonomy, config, read) if config.learn_names else None
    named = taxonomy if names is None else names.taxonomy
    outside = [] if names is None else names.outside
    linear = fit_linear(articles, named, config, kept, progress, read=read, outside=outside)
    facets = frozenset(id.partition(":")[0] for article in articles for id in article.tags)
    ranking = RankingSet(articles, facets, logits=linear.out_of_fold, folds=linear.folds)
    ranker = Ranker(default_weights(linear.index))
    draft = assemble(linear, taxonomy, config, ranker)
    rows = ranking_rows(draft, ranking, [with_lexicon(draft, each) for each in outside])
    if config.stacked:
        ranker = fit_rows(linear.index, [(ranking, rows)], _BELIEF)
    scored = rows.scored(ranker, linear.index)
    thresholds = _thresholds(scored, linear.index, facets, config) if config.tuned_thresholds else None
    facts = {
        "tagonomy": __version__,
        "articles": len(articles),
        "corpus_sha256": digest_of(articles),
        "out_of_fold": figures_of(
            scored,
            linear.index,
            by_class(config.thresholds, linear.index, 0.5) if thresholds is None else thresholds,
        ),
    }
    if config.tuned_thresholds and (always := _always(articles, config)):
        facts["always"] = always
    if names is not None:
        facts["learned_names"] = names.found
    return assemble(linear, taxonomy, config, ranker, facts, thresholds)


def _thresholds(
    scored: Scored, index: ConceptIndex, facets: frozenset[str], config: TaggerConfig
) -> NDArray[np.float32]:
    """Return a threshold for each concept: tuned, or as the config sets it for a facet or class."""
    tuned = tune_thresholds(scored, index.facet)
    given = _given(config)
    fixed = {
        name: config.thresholds.get(name, 0.5)
        for name in index.facet_names
        if name not in facets or name in given
    }
    fixed |= {name: value for name, value in given.items() if ":" in name}
    said = by_class(fixed, index, np.nan)
    return np.where(np.isnan(said), tuned, said).astype(np.float32)


def _given(config: TaggerConfig) -> Mapping[str, float]:
    """Return the thresholds that whoever trains has chosen."""
    return {} if config.thresholds is DEFAULT_THRESHOLDS else config.thresholds


def _always(articles: Sequence[Article], config: TaggerConfig) -> list[str]:
    """Return the facets of which nearly every article has a tag, but for those with a chosen threshold."""
    counts = Counter(facet for article in articles for facet in {id.partition(":")[0] for id in article.tags})
    least, given = _NEARLY_ALL * len(articles), {name.partition(":")[0] for name in _given(config)}
    return sorted(name for name, count in counts.items() if count >= least and name not in given)


def assemble(
    linear: LinearFit,
    taxonomy: Taxonomy,
    config: TaggerConfig,
    ranker: Ranker,
    facts: Mapping[str, Any] | None = None,
    thresholds: NDArray[np.float32] | None = None,
) -> Tagger:
    """Return the tagger of these parts; without ``thresholds`` a concept has that of its facet."""
    manifest = {
        "taxonomy": taxonomy.name,
        "taxonomy_sha256": taxonomy.sha256(),
        "config": config.for_manifest(),
        "thresholds": dict(config.thresholds),
        **(facts or {}),
    }
    parts = Parts(
        linear.index,
        linear.lexicon,
        RuleSet.of(taxonomy),
        linear.tfidf,
        linear.model,
        ranker,
        linear.mentions,
        linear.seeds,
    )
    return Tagger(parts, manifest, thresholds=thresholds, limits=config.limits)
