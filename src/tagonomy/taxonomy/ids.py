"""Ids for concepts whose file gives none."""

from __future__ import annotations

import re

from tagonomy.taxonomy import label_key


class IdMaker:
    """Makes ids of labels, each once.

    Parameters
    ----------
    facet : str
        First part of every id.

    Examples
    --------
    >>> ids = IdMaker("countries")
    >>> ids.make("Côte d'Ivoire"), ids.make("cote d'ivoire")
    ('countries:cote-d-ivoire', 'countries:cote-d-ivoire-2')
    """

    def __init__(self, facet: str) -> None:
        self.facet = facet
        self.taken: set[str] = set()
        self._next: dict[str, int] = {}

    def take(self, id: str) -> str:
        """Note that an id is given, and return it."""
        self.taken.add(id)
        return id

    def make(self, label: str) -> str:
        """Return a new id of the label's words."""
        slug = re.sub("[^a-z0-9]+", "-", label_key(label)).strip("-") or "concept"
        id = stem = f"{self.facet}:{slug}"
        while id in self.taken:
            self._next[stem] = self._next.get(stem, 1) + 1
            id = f"{stem}-{self._next[stem]}"
        return self.take(id)
