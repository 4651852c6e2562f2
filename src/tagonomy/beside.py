"""What the words right beside a mention say of it: who is *former* or named behind *like* matters less."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tagonomy.strings import StringTable

if TYPE_CHECKING:
    from tagonomy.mentions.candidate import Candidate
    from tagonomy.mentions.matcher import Match
    from tagonomy.text import Tokens

#: Stands for the word beside a mention that begins or ends its sentence.
NOTHING = ""


class Beside:
    """Weights of the words before and behind a mention, for each facet.

    Parameters
    ----------
    words : sequence of str
        Folded words, ascending; the first may be :data:`NOTHING`.
    weights : ndarray of float32, shape (n_words, 2 * n_facets)
        What each word adds to the log-odds: before a mention, facet by facet, then behind one.
    """

    def __init__(self, words: Sequence[str], weights: NDArray[np.float32]) -> None:
        self.words, self.weights = tuple(words), weights

    def __reduce__(self) -> tuple[Any, ...]:
        return Beside, (self.words, self.weights)

    @classmethod
    def none(cls) -> Beside:
        """Return weights of no words."""
        return cls((), np.zeros((0, 0), dtype=np.float32))

    def of_facets(self, numbers: Sequence[int]) -> Beside:
        """Return the same weights for facets that had these numbers, nothing for those with -1."""
        if not self.words:
            return self
        both = self.weights.reshape(len(self.words), 2, -1)
        chosen = np.where(np.array(numbers) < 0, np.float32(0), both[:, :, numbers])
        return Beside(self.words, chosen.reshape(len(self.words), -1))

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def _rows(self) -> dict[str, list[float]]:
        return dict(zip(self.words, self.weights.tolist(), strict=True))

    def of(self, candidate: Candidate, facet: int, tokens: Tokens) -> float:
        """Return what the words beside all mentions of a concept say, for a text that is long.

        Notes
        -----
        The weights of both neighbours of each of *n* mentions, added up, over the square root of *n*:
        more mentions tell more, but not in proportion.
        """
        if not self.words or not candidate.places:
            return 0.0
        total, rows, behind = 0.0, self._rows, self.weights.shape[1] // 2
        for match in candidate.mentions():
            before, after = neighbours(tokens, match)
            if row := rows.get(before):
                total += row[facet]
            if row := rows.get(after):
                total += row[behind + facet]
        return total / math.sqrt(candidate.places)

    def weigh(self, shares: Mapping[tuple[int, str], float], facet: int) -> float:
        """Return what words say that stand before (0) and behind (1) mentions, each counted so much."""
        total, behind = 0.0, self.weights.shape[1] // 2
        for (side, word), share in shares.items():
            if row := self._rows.get(word):
                total += row[behind * side + facet] * share
        return total

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the arrays under which the weights are saved."""
        if not self.words:
            return {}
        return {**StringTable.of(self.words).tensors("beside.words"), "beside.weights": self.weights}

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]]) -> Beside:
        """Return the weights saved in these arrays, none where there are none."""
        if "beside.weights" not in tensors:
            return cls.none()
        return cls(tuple(StringTable.from_tensors(tensors, "beside.words")), tensors["beside.weights"])


def neighbours(tokens: Tokens, match: Match) -> tuple[str, str]:
    """Return the words before and behind a mention within its sentence.

    Examples
    --------
    >>> from tagonomy.mentions.matcher import Match
    >>> from tagonomy.text import tokenize
    >>> neighbours(tokenize("He met former President Obama. Then he left."), Match(4, 5, ()))
    ('president', '')
    """
    words, sentences, start, stop = tokens.words, tokens.sentences, match.start, match.stop
    own = sentences[start]
    before = words[start - 1] if start and sentences[start - 1] == own else NOTHING
    after = words[stop] if stop < len(words) and sentences[stop] == own else NOTHING
    return before, after
