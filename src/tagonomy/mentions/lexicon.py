"""Labels and evidence terms compiled to a trie over word numbers.

The trie's nodes carry *senses*: what the words up to there may mean.  One label may
have several senses (John Smith), one concept many labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagonomy.strings import Lists, StringTable

#: What a sense is: a name of the concept, or evidence of some kind. Titles ("Sen.") stand on role classes.
KINDS = ("name", "demonym", "capital", "city", "division", "metonym", "organ", "title")
NAME, _DEMONYM, CAPITAL, CITY, DIVISION, _METONYM, ORGAN, TITLE = range(len(KINDS))

#: The sense counts only where the article supports it in another way.
CONTEXT = 1
#: The sense counts only in exactly this spelling.
EXACT = 2

#: Bits of :attr:`Lexicon.word_flags`: the word begins, or ends, the name of a person; it follows a
#: comma in some label ("Springfield, Ohio", "King, Jr."); it begins a label; it stands in one behind the
#: first word.
GIVEN_NAME, SURNAME, AFTER_COMMA, OPENING, FOLLOWING = 1, 2, 4, 8, 16

#: Words of a label that may ask for a capital, the first ones: a byte has a bit for each.
CAPITALS = 8


def numbers_among(word_flags: NDArray[np.uint8], flag: int) -> NDArray[np.int32]:
    """Number the words that have a flag, in their order; the others get -1.

    Of :data:`OPENING`, these are the trie nodes of one word; of :data:`FOLLOWING`, what other nodes are found
    by, so that sixteen bits hold more of them.

    Examples
    --------
    >>> numbers_among(np.array([OPENING, 0, OPENING | SURNAME], dtype=np.uint8), OPENING)
    array([ 0, -1,  1], dtype=int32)
    """
    marked = word_flags & flag != 0
    return np.where(marked, np.cumsum(marked, dtype=np.int32) - 1, np.int32(-1))


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Vocabulary, trie and senses as flat arrays.

    Attributes
    ----------
    words : StringTable
        The vocabulary: words with a linear weight first, then those of labels and of rules.
    word_flags : ndarray of uint8, shape (n_words,)
        :data:`GIVEN_NAME`, :data:`SURNAME`, :data:`AFTER_COMMA`, :data:`OPENING` and :data:`FOLLOWING`.
    node_words : ndarray of uint16 or int32, shape (n_nodes,)
        The last word of each node, as :func:`numbers_among` numbers those that follow others; 0 for nodes of
        one word. Nodes are numbered breadth first, children in order of their words.
    child_stops, sense_stops : ndarray of int32, shape (n_nodes,)
        Where the children, and the senses, of each node end; those of the next node follow. The first
        children stand behind the roots.
    concept, kind, flags, capitals : ndarray, shape (n_senses,)
        The parts of each sense; bit i of ``capitals`` asks for a capital at its i-th word
        of the first :data:`CAPITALS`.
    exact_senses : ndarray of int32, shape (n_exact,)
        Senses that count only in one spelling.
    spellings : StringTable
        The spelling of each of these.
    implied : Lists
        For each sense, what stands inside the label and also counts ("Russian troops" speaks for
        Russia): ``concept * len(KINDS) + kind``.
    """

    words: StringTable
    word_flags: NDArray[np.uint8]
    node_words: NDArray[Any]
    child_stops: NDArray[np.int32]
    sense_stops: NDArray[np.int32]
    concept: NDArray[np.int32]
    kind: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    capitals: NDArray[np.uint8]
    exact_senses: NDArray[np.int32]
    spellings: StringTable
    implied: Lists

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the arrays under which the lexicon is saved."""
        return {
            **self.words.tensors("lexicon.words"),
            **self.spellings.tensors("lexicon.spellings"),
            **self.implied.tensors("lexicon.implied"),
            **{f"lexicon.{name}": getattr(self, name) for name in _ARRAYS},
        }

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]]) -> Lexicon:
        """Return the lexicon saved in these arrays."""
        return cls(
            words=StringTable.from_tensors(tensors, "lexicon.words"),
            spellings=StringTable.from_tensors(tensors, "lexicon.spellings"),
            implied=Lists.from_tensors(tensors, "lexicon.implied"),
            **{name: tensors[f"lexicon.{name}"] for name in _ARRAYS},
        )


_ARRAYS = (
    *("word_flags", "node_words", "child_stops", "sense_stops"),
    *("concept", "kind", "flags", "capitals", "exact_senses"),
)
