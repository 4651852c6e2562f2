"""Figures of a corpus: how many articles and tags, how long, how many tags each; in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np

from tagonomy.articles.article import Article
from tagonomy.config import FACETS
from tagonomy.corpora.splitting import moment

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
#: A tag with fewer articles is called rare: the least that a linear model is trained on by default.
RARE = 10


def facet_of(tag: str) -> str:
    """Return the facet that a tag names before its colon, or ``other``.

    Examples
    --------
    >>> facet_of("countries:ua"), facet_of("places:usa"), facet_of("peace talks")
    ('countries', 'places', 'other')
    """
    facet, colon, rest = tag.partition(":")
    named = colon and rest and not rest.startswith("//") and (facet in FACETS or facet.isidentifier())
    return facet if named else "other"


def corpus_figures(articles: Iterable[Article], top: int = 10) -> dict[str, Any]:
    """Return figures of articles, ready for JSON.

    Parameters
    ----------
    articles : iterable of Article
        Taken one by one; of each only numbers are remembered.
    top : int, default 10
        Most tags that are listed of each facet.

    Returns
    -------
    dict
        ``articles``, ``with_tags``, ``labels``, ``assignments``, ``cardinality`` (tags an article),
        ``density`` (cardinality by the number of tags), ``label_sets`` (different sets of tags),
        ``dates`` (first and last), ``words`` and ``tags_per_article`` with their quantiles, and
        ``facets`` with the figures of each: ``labels``, ``assignments``, ``rare`` (tags with fewer
        than 10 articles), ``top``.

    Examples
    --------
    >>> figures = corpus_figures([Article("Talks resumed.", tags=["countries:ch"]), Article("Snow.")])
    >>> figures["articles"], figures["cardinality"], figures["words"]["mean"]
    (2, 0.5, 1.5)
    """
    words: list[int] = []
    given: list[int] = []
    dates: list[tuple[float, str]] = []
    counts: Counter[str] = Counter()
    sets: set[int] = set()
    for article in articles:
        tags = dict.fromkeys(article.tags + article.unknown_tags)
        words.append(len(article.title.split()) + len(article.text.split()))
        given.append(len(tags))
        counts.update(tags.keys())
        sets.add(hash(frozenset(tags)))
        if article.date and (at := moment(article.date)) is not None:
            dates = [f([(at, article.date), *dates]) for f in (min, max)]
    cardinality = sum(given) / len(given) if given else 0.0
    facets: dict[str, Counter[str]] = {}
    for tag, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        facets.setdefault(facet_of(tag), Counter())[tag] = count
    return {
        "articles": len(words),
        "with_tags": sum(map(bool, given)),
        "labels": len(counts),
        "assignments": sum(given),
        "cardinality": cardinality,
        "density": cardinality / len(counts) if counts else 0.0,
        "label_sets": len(sets),
        "dates": [date for _, date in dates],
        "words": _distribution(words),
        "tags_per_article": _distribution(given),
        "facets": {
            facet: {
                "labels": len(own),
                "assignments": own.total(),
                "rare": sum(count < RARE for count in own.values()),
                "top": dict(list(own.items())[:top]),
            }
            for facet, own in sorted(facets.items())
        },
    }


def _distribution(values: list[int]) -> dict[str, float]:
    """Return mean and quantiles under names such as ``5%``."""
    if not values:
        return {}
    quantiles = np.quantile(values, QUANTILES, method="inverted_cdf").tolist()
    return {"mean": sum(values) / len(values)} | {
        f"{quantile:.0%}": float(value) for quantile, value in zip(QUANTILES, quantiles, strict=True)
    }
