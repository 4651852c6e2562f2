"""Seed words: what articles about a concept say, in the knowledge of whoever wrote its taxonomy.

No article need be labelled for them. They tell an article that is about a topic from one that names it in
passing, which a name alone can't.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tagonomy.strings import Lists

if TYPE_CHECKING:
    from tagonomy.taxonomy import Taxonomy  # to classify, that need not be imported


def seed_weights(words: Lists, idf: NDArray[np.float32]) -> NDArray[np.float16]:
    """Return the weights of seed words: rows of TF-IDF of length 1.

    Parameters
    ----------
    words : Lists
        Numbers of the words, a list for each concept.
    idf : ndarray of float32, shape (n_words,)
        Inverse document frequency of each word; above zero for those in lists.

    Returns
    -------
    ndarray of float16, shape (n_entries,)
        Of each word of each list: its inverse document frequency, over the length of all in the list.

    Examples
    --------
    >>> seed_weights(Lists.of([[0, 1], [], [1]]), np.array([3, 4], dtype=np.float32))
    array([0.6, 0.8, 1. ], dtype=float16)
    """
    counts = np.diff(words.stops, prepend=0)
    counts = counts[counts > 0]
    values = idf[words.values].astype(np.float64)
    squares = np.add.reduceat(np.square(values), np.cumsum(counts) - counts) if len(counts) else values
    weights: NDArray[np.float64] = values / np.repeat(np.sqrt(squares), counts)
    return weights.astype(np.float16)


class SeedWords:
    """The seed words of each concept, as rows of TF-IDF of length 1.

    Parameters
    ----------
    words : Lists
        Numbers of the words, a list for each concept; those of a model without any have no lists.
    idf : ndarray of float32, shape (n_words,)
        Inverse document frequency of each word.
    """

    def __init__(self, words: Lists, idf: NDArray[np.float32]) -> None:
        self.words, self._idf = words, idf

    @cached_property
    def weights(self) -> NDArray[np.float16]:
        """Weights of all words, made on first need: the kernel makes its own."""
        return seed_weights(self.words, self._idf)

    @classmethod
    def none(cls) -> SeedWords:
        """Return those of concepts that have none."""
        return cls(Lists(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)), np.zeros(0, np.float32))

    @classmethod
    def of(cls, taxonomy: Taxonomy, number: Mapping[str, int], idf: NDArray[np.float32]) -> SeedWords:
        """Return the seed words of all concepts, but for words that have no number or no weight.

        Parameters
        ----------
        taxonomy : Taxonomy
            Concepts with their words.
        number : mapping of str to int
            The words that have features.
        idf : ndarray of float32, shape (n_words,)
            Inverse document frequency of each.
        """
        known = [
            [number[word] for word in dict.fromkeys(concept.seed_words) if number.get(word, -1) >= 0]
            for concept in taxonomy
        ]
        rows = [[word for word in row if idf[word] > 0] for row in known]
        return cls(Lists.of(rows), idf) if any(rows) else cls.none()

    def __len__(self) -> int:
        return len(self.words.values)

    def row(self, concept: int) -> list[tuple[int, float]]:
        """Return the words of one concept and their weights."""
        if not len(self.words):
            return []
        start = int(self.words.stops[concept - 1]) if concept else 0
        weights = self.weights[start : int(self.words.stops[concept])]
        return list(zip(self.words[concept], weights.tolist(), strict=True))

    def likeness(self, concepts: Iterable[int], said: Mapping[int, float]) -> dict[int, float]:
        """Return how much an article says what is typical of some concepts, of those with seed words.

        Parameters
        ----------
        concepts : iterable of int
            Their numbers.
        said : mapping of int to float
            TF-IDF values of the article's words.

        Returns
        -------
        dict of int to float
            Square root of the cosine of both rows: so that few words of many count, as they do.

        Examples
        --------
        >>> seeds = SeedWords(Lists.of([[0, 1], []]), np.array([3, 4], dtype=np.float32))
        >>> {concept: round(likeness, 2) for concept, likeness in seeds.likeness([0, 1], {1: 0.45}).items()}
        {0: 0.6}
        """
        found = {}
        for concept in concepts:
            if row := self.row(concept):
                cosine = 0.0  # sum() rounds in another way from Python 3.12 on
                for word, weight in row:
                    if word in said:
                        cosine += said[word] * weight
                found[concept] = math.sqrt(cosine)
        return found

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the arrays under which they are saved: none if there are none."""
        if not len(self):
            return {}
        values = self.words.values
        narrow = values.astype(np.uint16) if values.max() < 1 << 16 else values
        return {"seeds.words": narrow, "seeds.stops": self.words.stops}

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]]) -> SeedWords:
        """Return what was saved; a model need not have any."""
        if "seeds.words" not in tensors:
            return cls.none()
        idf = np.atleast_2d(tensors["tfidf.idf"])[0]
        return cls(Lists(tensors["seeds.words"], tensors["seeds.stops"]), idf)
