"""Tagonomy, trained on the data set with its own tags as taxonomy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.peers.names import label_of, names_of
from benchmarks.peers.reuters_names import are_reuters, reuters_taxonomy
from tagonomy.articles.article import Article
from tagonomy.config import TaggerConfig
from tagonomy.results import TaggingBatch
from tagonomy.taxonomy import Concept, Taxonomy
from tagonomy.training import train

REQUIRES = ("scikit-learn", "scipy", "safetensors")

#: What the data sets call the facets of the taxonomy.
_FACETS: Mapping[str, str] = {"places": "countries", "orgs": "organizations", "entities": "organizations"}
#: Settings for newswire, which reports an event several times a day, and for tags that are bare surnames.
NEWSWIRE: Mapping[str, bool] = {"learn_names": True, "folds_by_day": True}


class Trained:
    """A tagger with one concept for each tag.

    Its names are those that the gazetteer peers get as well, for Reuters' codes those of
    :mod:`benchmarks.peers.reuters_names`; without ``names``, no text can contain the ones it gets.
    """

    def __init__(self, seed: int, *, names: bool = True, **settings: Any) -> None:
        self._config, self._names = TaggerConfig(seed=seed, n_jobs=-1), names
        self._settings = settings

    def fit(self, articles: Sequence[Article], tags: Sequence[str]) -> None:
        """Train; afterwards ``threshold`` is the tagger's own."""
        ids = {tag: concept_id(tag, number) for number, tag in enumerate(tags)}
        usual = NEWSWIRE if are_reuters(tags) else {}
        config = replace(self._config, **{**usual, **self._settings})
        if not self._names:
            taxonomy = Taxonomy.of([Concept(id=id, label=f"qx {id} xq") for id in ids.values()], "nameless")
        else:
            taxonomy = reuters_taxonomy(ids) if are_reuters(tags) else plain_taxonomy(ids)
        resolved = [replace(article, tags=tuple(ids[tag] for tag in article.tags)) for article in articles]
        self._tagger = train(resolved, taxonomy, config)
        self._columns = np.array([self._tagger.index.number(ids[tag]) for tag in tags])
        self._column = {ids[tag]: column for column, tag in enumerate(tags)}
        self.threshold = self._tagger.cuts[self._columns]

    def scores(self, articles: Sequence[Article]) -> Any:
        """Return the probabilities of the candidates."""
        return sparse.csr_array(self._found(articles).scores)[:, self._columns]

    def given(self, articles: Sequence[Article]) -> Any:
        """Return which tags are given."""
        cells = [
            (row, self._column[id])
            for row, tagging in enumerate(self._found(articles))
            for id in tagging.ids
            if id in self._column
        ]
        rows, columns = np.array(cells, dtype=np.int64).reshape(-1, 2).T
        shape = len(articles), len(self._column)
        return sparse.csr_array((np.ones(len(cells), dtype=np.float32), (rows, columns)), shape)

    def _found(self, articles: Sequence[Article]) -> TaggingBatch:
        return self._tagger.classify_batch([replace(article, tags=()) for article in articles], n_jobs=-1)


def plain_taxonomy(ids: Mapping[str, str]) -> Taxonomy:
    """Return a taxonomy of tags with the names that the gazetteer peers get."""
    return Taxonomy.of(
        [Concept(id=ids[tag], label=label_of(tag), alt_labels=names_of(tag)[1:]) for tag in ids], "benchmark"
    )


def concept_id(tag: str, number: int) -> str:
    """Return an id in the facet that the tag belongs to, or under topics."""
    facet = tag.partition(":")[0] if re.match("[a-z][a-z0-9-]*:", tag) else "topics"
    return f"{_FACETS.get(facet, facet)}:tag-{number}"


def make(seed: int = 0) -> Trained:
    """Make an unfitted model."""
    return Trained(seed)
