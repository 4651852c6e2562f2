"""A tagger against a labelled corpus: figures by facet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from functools import cache
from typing import Any

from tagonomy.articles.article import Article
from tagonomy.articles.tagline import resolve_tags
from tagonomy.corpora.suggestions import unknown_tags_error
from tagonomy.hierarchy import close_upwards
from tagonomy.metrics import hierarchical_scores, macro_f1_score, micro_scores, ndcg_at_k, precision_at_k
from tagonomy.tagger import Tagger


def evaluate(tagger: Tagger, corpus: Iterable[Article]) -> list[dict[str, Any]]:
    """Return one row a facet and figure.

    Parameters
    ----------
    tagger : Tagger
        What is measured.
    corpus : iterable of Article
        Articles with gold tags: concept ids or labels.

    Returns
    -------
    list of dict
        Rows with ``facet``, ``metric`` and ``value``; facet ``all`` is the whole. Only facets that
        the gold tags use are judged: an editor who tags no topics has no opinion on them.

    Raises
    ------
    CorpusError
        If gold tags are no concepts of the tagger; all of them are named.
    """
    articles = list(corpus)
    splits = [resolve_tags(article.tags, tagger) for article in articles]
    if unknown := Counter(tag for split in splits for tag in split.unknown):
        raise unknown_tags_error(unknown, tagger.index.labels)
    gold = [frozenset(split.tags) for split in splits]
    facets = sorted({id.partition(":")[0] for ids in gold for id in ids})
    taggings = tagger.classify_batch(articles, facets=facets) if articles else []
    rows: list[dict[str, Any]] = []

    @cache
    def above(id: Hashable) -> frozenset[Hashable]:
        closed = close_upwards({tagger.index.number(str(id)): 1.0}, tagger.index)
        return frozenset(tagger.index.ids[concept] for concept in closed)

    for facet in ["all", *facets]:
        wanted = [frozenset(id for id in ids if facet == "all" or id.startswith(f"{facet}:")) for ids in gold]
        ranked = [(tagging if facet == "all" else tagging.facet(facet)).ids for tagging in taggings]
        micro = micro_scores(wanted, [set(ids) for ids in ranked])
        figures = {
            "articles": float(sum(map(bool, wanted))),
            "micro_precision": micro.precision,
            "micro_recall": micro.recall,
            "micro_f1": micro.f1,
            "hierarchical_f1": hierarchical_scores(wanted, [set(ids) for ids in ranked], above).f1,
            "macro_f1": macro_f1_score(wanted, [set(ids) for ids in ranked]),
            "precision_at_1": precision_at_k(wanted, ranked, 1),
            "ndcg_at_5": ndcg_at_k(wanted, ranked, 5),
        }
        rows += [{"facet": facet, "metric": name, "value": value} for name, value in figures.items()]
    return rows
