"""Thresholds that give a wanted precision, from articles that the model has not learned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tagonomy.articles.article import Article
from tagonomy.corpora.corpus import digest_of
from tagonomy.errors import ConfigError, CorpusError
from tagonomy.hierarchy import close_upwards
from tagonomy.tagger import Tagger
from tagonomy.training.labels import resolve_tags
from tagonomy.training.thresholds import between

#: A tag that can't be given so often with the wanted precision shares the cut of all such of its facet.
LEAST_GIVEN = 10
#: No probability reaches it: the tag is not given.
NEVER = 1.0


def tune(
    tagger: Tagger, corpus: Iterable[Article], precision: float, *, by: Literal["facet", "tag"] = "facet"
) -> Tagger:
    """Return the tagger with thresholds that give a wanted precision on labelled articles.

    Each is the lowest that does, so that the most tags are given that can be. Facets that no article has a
    tag of keep theirs.

    Parameters
    ----------
    tagger : Tagger
        The trained one; it stays as it is.
    corpus : iterable of Article
        Labelled articles that it has not learned: of those it is too sure.
    precision : float
        Share of the tags given that shall be right, above 0 and below 1.
    by : {"facet", "tag"}, default "facet"
        Whether all tags of a facet share a threshold, or each gets one of its own. Tags that can't be given
        ten times with this precision share one even so.

    Returns
    -------
    Tagger
        Its manifest says under ``tuned`` what was wanted, by how many articles, and the facets whose shared
        threshold can't reach it (``unreached``): what shares it is not given at all.

    Raises
    ------
    ConfigError
        If ``precision`` is no such share.
    CorpusError
        If no article has a tag, tags are unknown, or the articles are those that the tagger has learned.

    Notes
    -----
    A tag is right if the article has it or one under it. The precision on other articles is a little lower,
    since the cuts were chosen on these: measure it with :func:`tagonomy.evaluation.evaluate` on others.

    Examples
    --------
    >>> from tagonomy import train
    >>> news = [("rates", "economy"), ("inflation", "economy"), ("striker", "sport"), ("penalty", "sport")]
    >>> articles = [Article(f"The {word} of today", tags=(tag,)) for word, tag in news] * 10
    >>> strict = tune(train(articles), articles[:-1], 0.9)
    >>> strict.manifest["tuned"]["articles"], len(set(strict.cuts.tolist()))
    (39, 1)
    """
    if not 0 < precision < 1:
        raise ConfigError("precision", precision, "a share above 0 and below 1")
    if by not in ("tag", "facet"):
        raise ConfigError("by", by, "'tag' or 'facet'")
    articles = resolve_tags(corpus, tagger)
    if not any(article.tags for article in articles):
        raise CorpusError("no article has a tag: there is nothing to tune by")
    if digest_of(articles) == tagger.manifest.get("corpus_sha256"):
        raise CorpusError("the model has learned these articles and is too sure of them: tune it by others")
    concepts, chances, right = _judged(tagger, articles)
    index = tagger.index
    cuts = tagger.cuts.copy()
    shared: dict[str, float] = {}
    unreached: list[str] = []
    tuned = sorted({id.partition(":")[0] for article in articles for id in article.tags})
    for facet in tuned:
        mine = index.facet == index.facet_names.index(facet)
        pairs = np.flatnonzero(mine[concepts])
        own: dict[int, float] = {}
        pairs = pairs[np.argsort(concepts[pairs], kind="stable")]
        present, starts = np.unique(concepts[pairs], return_index=True)
        groups = zip(present.tolist(), np.split(pairs, starts[1:]), strict=True) if len(pairs) else ()
        for concept, its in groups if by == "tag" else ():
            if (cut := _cut(chances[its], right[its], precision, LEAST_GIVEN)) is not None:
                own[concept] = cut
        rest = pairs[np.isin(concepts[pairs], list(own), invert=True)]
        if len(rest):
            common = _cut(chances[rest], right[rest], precision, 1)
            if common is None:
                unreached.append(facet)
            shared[facet] = NEVER if common is None else common
            cuts[mine] = shared[facet]
        cuts[list(own)] = list(own.values())
    # Who wants a precision does not want a tag whatever it takes.
    always = [facet for facet in tagger.manifest.get("always", ()) if facet not in tuned]
    manifest = {
        **{key: value for key, value in tagger.manifest.items() if key != "always"},
        **({"always": always} if always else {}),
        "thresholds": tagger.thresholds | shared,
        "tuned": {"precision": precision, "by": by, "articles": len(articles), "unreached": unreached},
    }
    return Tagger(tagger.parts, manifest, thresholds=cuts.astype(np.float32), limits=tagger.limits)


def _judged(
    tagger: Tagger, articles: list[Article]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return concept, probability and truth of all that the tagger considers for any article."""
    index = tagger.index
    scores = tagger.classify_batch(articles).scores
    gold = [close_upwards(dict.fromkeys(map(index.number, article.tags), 1.0), index) for article in articles]
    owner = np.repeat(np.arange(len(articles)), np.diff(scores.indptr))
    concepts = scores.indices.astype(np.int64)
    right = np.array(
        [concept in gold[row] for row, concept in zip(owner.tolist(), concepts.tolist(), strict=True)],
        dtype=bool,
    )
    tags = index.abstract[concepts] == 0  # classes that only group others are never given
    return concepts[tags], scores.data[tags].astype(np.float64), right[tags]


def _cut(
    chances: NDArray[np.float64], right: NDArray[np.bool_], precision: float, least: int
) -> float | None:
    """Return the lowest cut whose precision is enough and that gives at least so many, None without one."""
    order = np.argsort(-chances, kind="stable")
    values, given = chances[order], np.arange(1, len(order) + 1)
    good = np.cumsum(right[order]) >= precision * given
    good[:-1] &= values[:-1] != values[1:]  # equal probabilities are given together
    good[: least - 1] = False
    found = np.flatnonzero(good)
    return between(values, int(found[-1]) + 1) if len(found) else None
