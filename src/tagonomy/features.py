"""What the linear model sees: words, those of headline and lead apart, and which concepts are mentioned."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: What the blocks of features count: the words of the whole article, of its title, of its lead.
BLOCKS = ("article", "title", "lead")
#: Words of the body that count as its lead.
LEAD_WORDS = 60
#: Length of the row of mentions beside that of the words, which is 1. Out of fold, .4 to .7 gave the most on
#: Reuters-21578 and Current Events; as long as the words, mentions drowned them.
MENTIONS_LENGTH = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Tfidf:
    """Sublinear TF-IDF with rows of Euclidean length 1.

    Attributes
    ----------
    idf : ndarray of float32, shape (n_blocks, n_words)
        Inverse document frequency of each feature word within each of :data:`BLOCKS`, or the first of
        them, times the weight of the block; 0 where the word is no feature of the block. Feature
        ``block * n_words + word`` is word number ``word`` of the lexicon.

    Notes
    -----
    ``(1 + ln tf) * idf`` with ``idf = ln((1 + n) / (1 + df)) + 1``, as scikit-learn's
    ``TfidfVectorizer(sublinear_tf=True)`` has it. All blocks together have length 1: on Reuters-21578
    a row of which each block has a length of its own ranked worse.
    """

    idf: NDArray[np.float32]

    @property
    def n_words(self) -> int:
        """Number of words that have features."""
        return int(self.idf.shape[1])

    @property
    def n_features(self) -> int:
        """Number of features of all blocks."""
        return int(self.idf.size)

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the array under which this is saved."""
        return {"tfidf.idf": self.idf}

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]]) -> Tfidf:
        """Return what was saved; models of version 0.1 have one block, as a plain row."""
        return cls(np.atleast_2d(tensors["tfidf.idf"]))

    def row(self, numbers: list[int], title_stop: int = 0) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the features of an article and their values.

        Parameters
        ----------
        numbers : list of int
            Word numbers of the article; those that are no feature are ignored.
        title_stop : int, default 0
            How many of them are the title.

        Returns
        -------
        features : ndarray of int64, shape (n_nonzero,)
            Feature numbers, block after block, each in the order of the words.
        values : ndarray of float32, shape (n_nonzero,)
            Their TF-IDF values; the sum of squares is 1 unless there are none.
        """
        features, first, counts = np.unique(
            self._features(numbers, title_stop), return_index=True, return_counts=True
        )
        order = np.argsort(first)
        features, values, _ = self.weigh(features[order], counts[order], np.zeros(len(order), dtype=np.int64))
        return features, values

    def weigh(
        self, features: NDArray[np.int64], counts: NDArray[np.int64], articles: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
        """Return the features of articles with their values, without those of value 0.

        Parameters
        ----------
        features, counts : ndarray of int64, shape (n_nonzero,)
            Each feature of each article once, and how often it stands in its block.
        articles : ndarray of int64, shape (n_nonzero,)
            The article of each, from 0, ascending.

        Returns
        -------
        features, values, articles : ndarray, shape (n_kept,)
            Those that are kept; the sum of squares of an article's values is 1.

        Examples
        --------
        >>> tfidf = Tfidf(np.array([[1.0, 0.0, 1.0]], dtype=np.float32))
        >>> tfidf.weigh(np.array([0, 1, 2]), np.array([3, 1, 1]), np.array([0, 0, 1]))
        (array([0, 2]), array([1., 1.], dtype=float32), array([0, 1]))
        """
        # Nearly all counts are small: each one that occurs is worked out once.
        tf = np.zeros(counts.max(initial=0) + 1, dtype=np.float32)
        distinct = np.flatnonzero(np.bincount(counts))
        tf[distinct] = [1 + math.log(count) for count in distinct.tolist()]
        values = tf[counts] * self.idf.ravel()[features]
        if not values.all():
            kept = values > 0
            features, values, articles = features[kept], values[kept], articles[kept]
        # bincount() adds squares one after the other, so that the compiled kernel gives the same bits.
        squares = np.bincount(articles, weights=np.square(values, dtype=np.float64))
        return features, values / np.sqrt(squares).astype(np.float32)[articles], articles

    def counts(self, numbers: list[int], title_stop: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the features of an article, ascending, and how often each one stands in its block."""
        return np.unique(self._features(numbers, title_stop), return_counts=True)

    def _features(self, numbers: list[int], title_stop: int) -> NDArray[np.int64]:
        """Return the feature of each word in each block that it stands in."""
        words = np.array(numbers, dtype=np.int64)
        words[words >= self.n_words] = -1
        parts = (words, words[:title_stop], words[title_stop : title_stop + LEAD_WORDS])
        return np.concatenate(
            [part[part >= 0] + block * self.n_words for block, part in enumerate(parts[: len(self.idf)])]
        )


@dataclass(frozen=True, slots=True, eq=False)
class MentionFeatures:
    """Concepts that an article mentions, and all above them, as features beside its words.

    A mention tells what no word does: "Merkel" and "Scholz" both make it an article with a German politician.

    Attributes
    ----------
    concepts : ndarray of int32, shape (n_features,)
        Concept of each feature, -1 for one that the taxonomy has no more. In the linear model, they follow
        those of :class:`Tfidf`.
    idf : ndarray of float32, shape (n_features,)
        Inverse document frequency of each.

    Examples
    --------
    >>> mentions = MentionFeatures(np.array([7, 2], dtype=np.int32), np.ones(2, dtype=np.float32))
    >>> mentions.row([2, 3])
    (array([1]), array([0.5], dtype=float32))
    """

    concepts: NDArray[np.int32]
    idf: NDArray[np.float32]

    @classmethod
    def none(cls) -> MentionFeatures:
        """Return no features: words speak alone."""
        return cls(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))

    def __len__(self) -> int:
        return len(self.concepts)

    def row(self, concepts: Collection[int]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the features of an article and their values.

        Parameters
        ----------
        concepts : collection of int
            Concepts that it mentions, and all above them.

        Returns
        -------
        features : ndarray of int64, shape (n_nonzero,)
            Feature numbers, ascending.
        values : ndarray of float32, shape (n_nonzero,)
            Their inverse document frequencies, scaled to a length of :data:`MENTIONS_LENGTH`.
        """
        features = np.flatnonzero(np.isin(self.concepts, list(concepts)))
        values = self.idf[features]
        if not len(features):
            return features, values
        # bincount() adds squares one after the other, so that the compiled kernel gives the same bits.
        squares = np.bincount(np.zeros_like(features), weights=np.square(values, dtype=np.float64))
        return features, values * (MENTIONS_LENGTH / np.sqrt(squares)).astype(np.float32)

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the arrays under which this is saved: none if there are no features."""
        return {"mentions.concepts": self.concepts, "mentions.idf": self.idf} if len(self) else {}

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]]) -> MentionFeatures:
        """Return what was saved; a model need not have any."""
        if "mentions.concepts" not in tensors:
            return cls.none()
        return cls(tensors["mentions.concepts"], tensors["mentions.idf"])
