"""Where there must be a tag: the likeliest one, though it does not reach its threshold."""

from __future__ import annotations

from collections.abc import Sequence

from tagonomy.concepts import ConceptIndex
from tagonomy.pipeline import Allowed, Scored, ScoredBatch

#: From this probability on, the likeliest tag is better than none.
STILL_LIKELY = 0.1


def with_one_of_each(scored: Scored, facets: Sequence[int], index: ConceptIndex, allowed: Allowed) -> Scored:
    """Return what was found with the likeliest tag of each of some facets that have none.

    Thresholds are tuned on articles like those of training. Where newer ones are written in other words,
    everything becomes less likely, and an article of a corpus that has a tag for each goes without.

    Parameters
    ----------
    scored : Scored
        What a pipeline found.
    facets : sequence of int
        Numbers of the facets of which every article has a tag.
    index : ConceptIndex
        The taxonomy, compiled.
    allowed : ndarray of uint8, shape (n_concepts,), optional
        Whether each concept may be given.

    Returns
    -------
    Scored
        Tags best first, as before.
    """
    tags = dict(zip(scored.concepts, scored.scores, strict=True))
    concepts, scores = scored.inside(allowed)
    for facet in set(facets) - set(index.facet[scored.concepts].tolist()):
        likely = (index.facet[concepts] == facet) & (index.abstract[concepts] == 0) & (scores >= STILL_LIKELY)
        if likely.any():
            best = float(scores[likely].max())
            tags[_narrowest(concepts[likely & (scores == best)].tolist(), index)] = best
    ordered = sorted(tags, key=lambda concept: (-tags[concept], concept))
    return scored._replace(concepts=ordered, scores=[tags[concept] for concept in ordered])


def _narrowest(concepts: list[int], index: ConceptIndex) -> int:
    """Return the first that lies above none of the others: what is above is as likely as what is under it."""
    above = {parent for concept in concepts for parent in index.ancestors(concept)}
    return min(set(concepts) - above)


class Completed:
    """What a pipeline found in one or more articles, with one tag of each of some facets.

    Parameters
    ----------
    found : Scored or ScoredBatch
        What it found.
    facets, index, allowed
        As for :func:`with_one_of_each`.
    """

    __slots__ = ("_allowed", "_facets", "_found", "_index", "_last")

    def __init__(
        self,
        found: Scored | ScoredBatch,
        facets: Sequence[int],
        index: ConceptIndex,
        allowed: Allowed,
    ) -> None:
        self._found, self._facets, self._index, self._allowed = found, facets, index, allowed
        self._last: tuple[int, Scored] | None = None  # who asks for tags asks for their scores next

    def one(self, number: int) -> Scored:
        """Return what was found in one article."""
        if self._last is None or self._last[0] != number:
            scored = self._found.one(number)
            self._last = number, with_one_of_each(scored, self._facets, self._index, self._allowed)
        return self._last[1]

    def concepts_of(self, number: int) -> list[int]:
        """Return the tags of one article."""
        return self.one(number).concepts
