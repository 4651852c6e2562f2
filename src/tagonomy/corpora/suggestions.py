"""Which labels an unknown tag may mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from tagonomy.errors import CorpusError

# So many labels with the most trigrams in common are compared letter by letter.
_COMPARED = 24
_LEAST_RATIO = 0.7
_LISTED = 20


class Suggester:
    """Finds the labels that are spelt most like a name, by the trigrams that they have in common.

    Parameters
    ----------
    labels : iterable of str
        All labels that a tag may have.

    Examples
    --------
    >>> Suggester(["Geneva", "Genoa", "peace talks", "interest rates"]).closest("Genva")
    ('Geneva', 'Genoa')
    """

    def __init__(self, labels: Iterable[str]) -> None:
        self.labels = tuple(dict.fromkeys(labels))
        having: dict[str, list[int]] = {}
        self._sizes = np.zeros(len(self.labels), dtype=np.int64)
        for number, label in enumerate(self.labels):
            trigrams = _trigrams(label)
            self._sizes[number] = len(trigrams)
            for trigram in trigrams:
                having.setdefault(trigram, []).append(number)
        self._having = {trigram: np.array(numbers) for trigram, numbers in having.items()}

    def closest(self, name: str, most: int = 3) -> tuple[str, ...]:
        """Return the labels most like a name, the best first; none if none is like it."""
        trigrams = _trigrams(name[:200])
        having = [self._having[each] for each in trigrams if each in self._having]
        if not having:
            return ()
        shared = np.bincount(np.concatenate(having), minlength=len(self.labels))
        alike = shared / (self._sizes + len(trigrams) - shared)
        best = np.arange(len(alike)) if len(alike) <= _COMPARED else _largest(alike)
        matcher = SequenceMatcher(b=name[:200].casefold(), autojunk=False)
        ranked = []
        for number in best[:_COMPARED].tolist():
            matcher.set_seq1(self.labels[number][:200].casefold())
            if matcher.quick_ratio() >= _LEAST_RATIO and (ratio := matcher.ratio()) >= _LEAST_RATIO:
                ranked.append((-ratio, self.labels[number]))
        return tuple(label for _, label in sorted(ranked)[:most])


def _largest(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return where the largest values are, in order of their places."""
    return np.sort(np.argpartition(-values, _COMPARED)[:_COMPARED])


def _trigrams(text: str) -> set[str]:
    padded = f"  {text.casefold()} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def describe_unknown(counts: Mapping[str, int], suggester: Suggester) -> list[str]:
    """Return one line for each unknown tag: how often it is given, and what it may mean.

    Examples
    --------
    >>> describe_unknown({"Genva": 12}, Suggester(["Geneva"]))
    ["unknown tag 'Genva' (12 articles); did you mean 'Geneva'?"]
    """
    lines = []
    for tag, count in counts.items():
        close = suggester.closest(tag)
        meant = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
        lines.append(f"unknown tag {tag!r} ({count:,} article{'s' if count != 1 else ''}){meant}")
    return lines


def unknown_tags_error(counts: Mapping[str, int], labels: Iterable[str]) -> CorpusError:
    """Return the error that a corpus has tags which name no concept, the most frequent ones listed."""
    worst = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_LISTED])
    lines = describe_unknown(worst, Suggester(labels))
    more = f"\n  and {len(counts) - _LISTED:,} more" if len(counts) > _LISTED else ""
    listing = "\n  ".join(lines)
    return CorpusError(
        f"{len(counts):,} tag{'s' if len(counts) != 1 else ''} of the corpus name no concept of the taxonomy:"
        f"\n  {listing}{more}"
    )
