"""A saved Tagonomy model, as it is: it learns nothing, tags are looked up in its taxonomy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.peers.names import names_of
from tagonomy.articles.article import Article
from tagonomy.registry import load_tagger

_FACETS: Mapping[str, str] = {
    "places": "countries",
    "orgs": "organizations",
    "areas": "topics",
    "subjects": "topics",
}


class Saved:
    """A tagger of another taxonomy; a tag that names none of its concepts is never given."""

    def __init__(self, model: str) -> None:
        self._tagger = load_tagger(model)

    def fit(self, articles: Sequence[Article], tags: Sequence[str]) -> None:
        """Look up which concept each tag means."""
        self._n_tags = len(tags)
        found = {column: id for column, tag in enumerate(tags) if (id := self._concept(tag))}
        self._columns = np.array(list(found), dtype=np.int64)
        self._concepts = np.array([self._tagger.index.number(id) for id in found.values()], dtype=np.int64)
        thresholds = self._tagger.thresholds
        self.threshold = np.array(
            [thresholds[found[c].partition(":")[0]] if c in found else 1.0 for c in range(len(tags))]
        )

    def _concept(self, tag: str) -> str | None:
        """Return the first concept that a name of the tag means, in its facet if the taxonomy has that."""
        facet = tag.partition(":")[0] if ":" in tag else ""
        facet = _FACETS.get(facet, facet)
        known = facet in self._tagger.index.facet_names
        for name in (tag, *names_of(tag)):
            id = self._tagger.resolve(name)
            if id and (not known or id.startswith(f"{facet}:")):
                return id
        return None

    def scores(self, articles: Sequence[Article]) -> Any:
        """Return the probabilities of the concepts looked up."""
        found = self._tagger.classify_batch([replace(article, tags=()) for article in articles], n_jobs=-1)
        known = sparse.csr_array(found.scores)[:, self._concepts].tocoo()
        return sparse.csr_array(
            (known.data, (known.row, self._columns[known.col])), shape=(len(articles), self._n_tags)
        )
