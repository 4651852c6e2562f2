"""Tags to concepts, by their labels, ids, and the URIs and codes of other vocabularies."""

from __future__ import annotations

from functools import cached_property

from tagonomy.articles.tagline import LabelResolver
from tagonomy.taxonomy import Taxonomy
from tagonomy.taxonomy.skos import match_of


class UriResolver:
    """Resolves what a taxonomy does, and also the exact matches of its concepts.

    Parameters
    ----------
    taxonomy : Taxonomy
        Whose ``exact_match`` holds codes such as ``medtop:20000344``, or URIs.

    Examples
    --------
    >>> from tagonomy.taxonomy import Concept
    >>> taxonomy = Taxonomy.of([Concept(id="topics:trade", label="trade", exact_match=("wikidata:Q601401",))])
    >>> UriResolver(taxonomy).resolve("http://www.wikidata.org/entity/Q601401")
    'topics:trade'
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy

    @cached_property
    def _by_match(self) -> dict[str, str]:
        return {
            match: self.taxonomy[concept.id].id for concept in self.taxonomy for match in concept.exact_match
        }

    def resolve(self, label: str) -> str | None:
        """Return the id of the concept that a label, an id, a code or a URI names, or None."""
        id = self.taxonomy.resolve(label)
        if id is None and ":" in label:
            id = self._by_match.get(match_of(label))
        return id


def with_uris(taxonomy: LabelResolver | None) -> LabelResolver | None:
    """Return a resolver that knows URIs, too, where the one given has any."""
    return UriResolver(taxonomy) if isinstance(taxonomy, Taxonomy) else taxonomy
