"""TF-IDF: the words of an article as one sparse row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Tfidf:
    """Sublinear TF-IDF with rows of Euclidean length 1.

    Attributes
    ----------
    idf : ndarray of float32, shape (n_features,)
        Inverse document frequency of each feature word; feature j is word number j of the lexicon.

    Notes
    -----
    ``(1 + ln tf) * idf`` with ``idf = ln((1 + n) / (1 + df)) + 1``, as scikit-learn's
    ``TfidfVectorizer(sublinear_tf=True)`` has it.
    """

    idf: NDArray[np.float32]

    def row(self, numbers: list[int]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the features of an article and their values.

        Parameters
        ----------
        numbers : list of int
            Word numbers of the article; those without a linear weight are ignored.

        Returns
        -------
        features : ndarray of int64, shape (n_nonzero,)
            Ascending feature numbers.
        values : ndarray of float32, shape (n_nonzero,)
            Their TF-IDF values; the sum of squares is 1 unless there are none.
        """
        words = np.array(numbers, dtype=np.int64)
        features, counts = np.unique(words[(words >= 0) & (words < len(self.idf))], return_counts=True)
        values = (1 + np.log(counts)).astype(np.float32) * self.idf[features]
        length = float(np.sqrt(np.dot(values, values)))
        return features, values / np.float32(length) if length else values
