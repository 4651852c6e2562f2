"""Consistency along broader: a concept is never less probable than what lies under it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

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
    closed, parents = dict(scores), index.parents
    done: set[int] = set()
    for concept, score in sorted(scores.items(), key=lambda item: -item[1]):
        stack = [concept]
        while stack:
            each = stack.pop()
            if each in done:
                continue
            done.add(each)
            closed[each] = max(closed.get(each, 0.0), score)
            stack.extend(parents[each])
    return closed


def below(concepts: Collection[int], index: ConceptIndex) -> NDArray[np.bool_]:
    """Tell of each concept, shape (n_concepts,), whether it is one of these or lies under one."""
    parents, children = index.broader.values, index.children
    inside = np.zeros(len(index), dtype=np.bool_)
    inside[list(concepts)] = True
    while True:
        under = children[inside[parents]]
        if inside[under].all():
            return inside
        inside[under] = True


def by_class(values: Mapping[str, float], index: ConceptIndex, default: float) -> NDArray[np.float64]:
    """Return for each concept the value of its facet, or of a class that it lies under.

    Parameters
    ----------
    values : mapping of str to float
        By names of facets, and ids of classes for all that lies under them; the last of several decides.
    index : ConceptIndex
        Facets and parents of each concept.
    default : float
        For the concepts of other facets.

    Returns
    -------
    ndarray of float64, shape (n_concepts,)

    Raises
    ------
    UnknownConceptError
        If an id is none of the taxonomy.
    """
    found = index.by_facet(values, default)
    for name, value in values.items():
        if ":" in name:
            found[below([index.number(name)], index)] = value
    return found
