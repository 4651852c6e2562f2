"""Consistency along broader: a concept is never less probable than what lies under it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from tagonomy.concepts import ConceptIndex


def close_upwards(scores: Mapping[int, float], index: ConceptIndex) -> dict[int, float]:
    """Return the scores with every ancestor raised to its best descendant.

    Parameters
    ----------
    scores : mapping of int to float
        Probability of some concepts.
    index : ConceptIndex
        Parents of each concept.

    Returns
    -------
    dict of int to float
        The same concepts and all above them.

    Notes
    -----
    Each concept is visited once for each time its score rises; taking the concepts from the
    best down, that is once.
    """
    closed = dict(scores)
    done: set[int] = set()
    for concept, score in sorted(scores.items(), key=lambda item: -item[1]):
        stack = [concept]
        while stack:
            each = stack.pop()
            if each in done:
                continue
            done.add(each)
            closed[each] = max(closed.get(each, 0.0), score)
            stack.extend(index.broader[each])
    return closed


def below(concepts: set[int], index: ConceptIndex) -> set[int]:
    """Return these concepts and everything under them."""
    narrower: dict[int, list[int]] = defaultdict(list)
    for concept in range(len(index)):
        for above in index.broader[concept]:
            narrower[above].append(concept)
    found, stack = set(concepts), list(concepts)
    while stack:
        fresh = [each for each in narrower[stack.pop()] if each not in found]
        found.update(fresh)
        stack.extend(fresh)
    return found
