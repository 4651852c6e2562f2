"""Text to words with offsets: the one scan that every later stage shares.

A word is a run of letters, digits and underscores; combining marks and invisible
format characters (soft hyphen, zero-width joiner, bidi controls) inside it belong
to it.  Words are folded for comparison, but offsets always point into the text as
given, so that ``text[start:stop]`` is what stands there.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from functools import lru_cache
from itertools import pairwise

import numpy as np

from tagonomy.config import Limits
from tagonomy.errors import LimitError

_WORD = re.compile(r"\w+")
# A superset of all marks and format characters: where none occurs, the plain pattern is exact.
_SUSPECT = re.compile(
    "[\u00ad\u0300-\u036f\u0483-\u0489\u0590-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff"
    "\u2cef-\u2cf1\u2d7f\u2de0-\u2dff\u302a-\u302f\u3099\u309a\ua66f-\ua6f1\ua802-\uabed\ufb1e"
    "\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\ufff9-\ufffb\U00010000-\U0010ffff]"
)
# What makes the words of an ASCII text: capitals small, what is in no word a space.
_ASCII_WORDS = bytes(ord(chr(c).lower()) if _WORD.match(chr(c)) else 32 for c in range(128)) + bytes(128)
# What news writes beyond ASCII most often, besides letters: in no word, so that a space does for it.
_TYPOGRAPHY = "\u2019\u201c\u201d\u2018\u2014\u2013\u2026\u00a9\u00a0\u2022\u00a3\u00b7\u20ac"
# Letters that news writes without their stroke or ligature, and that NFKD leaves alone.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "ə": "e", "þ": "th"}
)
# Folding a longer word costs time and can't make it match: labels are shorter.
_FOLDED_CHARACTERS = 256

#: After these a full stop does not end the sentence, and a name may go on ("St. Louis").
ABBREVIATIONS = frozenset(
    """
    adm amb apr asst aug ave brig capt cmdr co col comdr corp cpl dec dept det dist dr est feb fr ft gen
    gov hon inc jan jr lt ltd maj mar messrs mr mrs ms mt no nov oct op ph pres prof pvt rep reps res
    ret rev sec sen sens sept sgt sr st supt treas univ vs
    """.split()
)
_PLAIN_GAPS = frozenset(
    [" ", "-", "\u2010", "\u2011", "\u2013", "'", "\u2019", ".", "\u00a0", "/", "&", " & ", "\n"]
)
#: A dateline has fewer words than these, and the place in it fewer than those.
LONGEST_DATELINE, LONGEST_PLACE = 10, 4
_DATELINE_GAPS = frozenset([")", "(", "-", "--", "\u2013", "\u2014", ":"])
_SENTENCE_END = re.compile(r"[.!?\u2026][\"'\u201d\u2019)\]]*\s+(?=[\"'\u201c\u2018(\[]*[^\W_a-z])|\n\s*\n")


def fold(word: str) -> str:
    """Return the form under which a word is compared: no case, no diacritics.

    Parameters
    ----------
    word : str
        One word.

    Returns
    -------
    str
        Case-folded, NFKD-decomposed, without marks and invisible characters.

    Examples
    --------
    >>> fold("Erdoğan"), fold("STRASSE"), fold("Straße"), fold("İzmir")
    ('erdogan', 'strasse', 'strasse', 'izmir')
    """
    return word.lower() if word.isascii() else _fold_wide(word[:_FOLDED_CHARACTERS])


@lru_cache(maxsize=1 << 16)
def _fold_wide(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    kept = "".join(
        c for c in decomposed if unicodedata.category(c)[0] != "M" and unicodedata.category(c) != "Cf"
    )
    return kept.casefold().translate(_PLAIN_LETTERS)


@lru_cache(maxsize=1)
def _word_with_marks() -> re.Pattern[str]:
    """Return the pattern for text that has marks or format characters (built once, on first need)."""
    codes = (code for code in range(0x300, 0xE01F0) if code < 0x20000 or code >= 0xE0000)
    inside = ["\u00ad"] + [chr(c) for c in codes if unicodedata.category(chr(c)) in ("Mn", "Mc", "Me", "Cf")]
    return re.compile(rf"\w[\w{re.escape(''.join(inside))}]*")


def words_of(text: str) -> list[str]:
    """Return the folded words of a text in order, without their places.

    Examples
    --------
    >>> words_of("Moscow's troops left Łódź.")
    ['moscow', 's', 'troops', 'left', 'lodz']
    """
    plain = _plain(text)
    return _words(text, _pattern_of(text)) if plain is None else plain.decode().split()


def _plain(text: str) -> bytes | None:
    """Return a text in small letters, a space for all that is in no word; None if it has others.

    What it has stands where it stood. This is a short cut past the patterns, several times as fast.
    """
    if not text.isascii():
        for character in _TYPOGRAPHY:
            text = text.replace(character, " ")
    return text.encode().translate(_ASCII_WORDS) if text.isascii() else None


def _pattern_of(text: str) -> re.Pattern[str]:
    """Return the pattern of a word that is exact for a text."""
    return _WORD if text.isascii() or not _SUSPECT.search(text) else _word_with_marks()


def _words(text: str, pattern: re.Pattern[str]) -> list[str]:
    lowered = text.lower()
    if pattern is _WORD and len(lowered) == len(text):
        return [word if word.isascii() else fold(word) for word in pattern.findall(lowered)]
    return [fold(word) for word in pattern.findall(text)]


class Tokens:
    """The words of one article, in order.

    Attributes
    ----------
    text : str
        The text as given.
    words : list of str
        Folded words.
    starts, stops : list of int
        Half-open code-point offsets of each word in ``text``.
    title_stop : int
        Number of words that belong to the title.
    """

    __slots__ = ("_sentences", "_small", "starts", "stops", "text", "title_stop", "words")

    def __init__(self, text: str, title_characters: int = 0) -> None:
        self.text = text
        plain = _plain(text)
        if plain is None:
            pattern = _pattern_of(text)
            spans = [match.span() for match in pattern.finditer(text)]
            self.starts = [start for start, _ in spans]
            self.stops = [stop for _, stop in spans]
            self.words = _words(text, pattern)
        else:
            inside = np.frombuffer(b" " + plain + b" ", dtype=np.uint8) != ord(" ")
            edges = np.flatnonzero(inside[1:] != inside[:-1])
            self.starts, self.stops = edges[::2].tolist(), edges[1::2].tolist()
            self.words = plain.decode().split()
        self.title_stop = bisect_left(self.starts, title_characters) if title_characters else 0
        self._sentences: list[int] | None = None
        self._small: frozenset[str] | None = None

    def __len__(self) -> int:
        return len(self.words)

    def surface(self, start: int, stop: int) -> str:
        """Return the text from word ``start`` to before word ``stop``, as it stands."""
        return self.text[self.starts[start] : self.stops[stop - 1]]

    def capitalised(self, index: int) -> bool:
        """Tell whether a word starts with anything but a small letter."""
        return not self.text[self.starts[index]].islower()

    def shouted(self, index: int) -> bool:
        """Tell whether a word of two letters or more is all capitals."""
        # A letter may be followed by its mark as a character of its own: the folded word has letters only.
        return len(self.words[index]) > 1 and self.text[self.starts[index] : self.stops[index]].isupper()

    def in_capitals(self, start: int, stop: int) -> bool:
        """Tell whether words are shouted, single letters among them aside."""
        words = range(start, stop)
        letters = [index for index in words if len(self.words[index]) == 1 and self.capitalised(index)]
        return len(letters) < stop - start and all(index in letters or self.shouted(index) for index in words)

    def joined(self, index: int, *, comma: bool = False) -> bool:
        """Tell whether a name may go on from the word before ``index`` to the word at ``index``.

        Spaces, hyphens, apostrophes, that of a plural too, a single line break and the full stop of an
        initial or an abbreviation join, and a comma where ``comma`` allows it; other punctuation and blank
        lines part.
        """
        gap = self.text[self.stops[index - 1] : self.starts[index]]
        if gap in _PLAIN_GAPS:
            return True
        if gap in ("' ", "\u2019 "):  # "Workers' Party"; behind another letter a quotation ends
            return self.text[self.stops[index - 1] - 1] in "sS"
        before = self.words[index - 1]
        if gap[0] == "." and gap[1:].strip() == "" and gap.count("\n") < 2:
            return len(before) == 1 or before in ABBREVIATIONS
        if gap[0] == "," and gap[1:].strip() == "":
            return comma
        return gap.strip() == "" and gap.count("\n") < 2

    def spaced(self, index: int) -> bool:
        """Tell whether nothing but white space parts the word at ``index`` from the one before."""
        return index > 0 and self.text[self.stops[index - 1] : self.starts[index]] in (" ", "\u00a0", "\n")

    def parted(self, index: int) -> bool:
        """Tell whether a comma alone parts the word at ``index`` from the one before."""
        return self.text[self.stops[index - 1] : self.starts[index]] == ", "

    def in_one_piece(self, start: int, stop: int) -> bool:
        """Tell whether no white space parts the words from ``start`` to before ``stop``: "O'Brien"."""
        return stop - start == 1 or all(
            self.starts[index] == self.stops[index - 1] + 1 and not self.spaced(index)
            for index in range(start + 1, stop)
        )

    def beside(self, start: int, stop: int) -> tuple[str, str]:
        """Return the character before word ``start`` and the one behind word ``stop - 1``, or ""."""
        first, last = self.starts[start], self.stops[stop - 1]
        return self.text[max(first - 1, 0) : first], self.text[last : last + 1]

    def opens(self, index: int) -> bool:
        """Tell whether a word is the first of its sentence."""
        return index == 0 or self.sentences[index] > self.sentences[index - 1]

    def dateline(self, stop: int) -> bool:
        """Tell whether the words before ``stop`` say where or for whom an article was written: "(AP) -"."""
        if not self.title_stop < stop < min(self.title_stop + LONGEST_DATELINE, len(self)):
            return False
        gap = self.text[self.stops[stop - 1] : self.starts[stop]].strip()
        if len(gap) > 1 and gap[0] == ")":  # after a source, as in "SAN JOSE, Calif., Nov. 2 (AP) - "
            return gap[1:].strip() in _DATELINE_GAPS
        return stop < self.title_stop + LONGEST_PLACE and gap in _DATELINE_GAPS

    def written_small(self, word: str) -> bool:
        """Tell whether a word stands in the text without a capital (found on first need)."""
        if self._small is None:
            pairs = zip(self.words, self.starts, strict=True)
            self._small = frozenset(word for word, start in pairs if self.text[start].islower())
        return word in self._small

    @property
    def sentences(self) -> list[int]:
        """Number of the sentence that each word stands in, from 0 (computed on first need)."""
        if self._sentences is None:
            self._sentences = self._number_sentences()
        return self._sentences

    def _number_sentences(self) -> list[int]:
        firsts = set()
        for match in _SENTENCE_END.finditer(self.text):
            first = bisect_left(self.starts, match.end())
            full_stop = self.text[match.start()] == "." and "\n\n" not in match.group()
            if first and full_stop:
                before = self.words[first - 1]
                if len(before) == 1 or before in ABBREVIATIONS:
                    continue
            firsts.add(first)
        if self.title_stop:
            firsts.add(self.title_stop)
        edges = sorted(firsts - {0, len(self.words)})
        spans = pairwise([0, *edges, len(self.words)])
        return [number for number, (start, stop) in enumerate(spans) for _ in range(start, stop)]


def tokenize(text: str, title_characters: int = 0, limits: Limits | None = None) -> Tokens:
    """Split a text into words with offsets.

    Parameters
    ----------
    text : str
        Text of an article, title first.
    title_characters : int, default 0
        How many leading code points are the title.
    limits : Limits, optional
        Bounds; the default allows 2,000,000 code points.

    Returns
    -------
    Tokens
        Words in order of the text.

    Raises
    ------
    TypeError
        If ``text`` is no str.
    LimitError
        If the text is longer than ``limits.text_characters``.

    Examples
    --------
    >>> tokens = tokenize("Moscow's troops left Kyiv.")
    >>> tokens.words
    ['moscow', 's', 'troops', 'left', 'kyiv']
    >>> tokens.surface(0, 3)
    "Moscow's troops"
    """
    if not isinstance(text, str):
        raise TypeError(expected_text(text))
    allowed = (limits or _DEFAULT_LIMITS).text_characters
    if len(text) > allowed:
        raise LimitError("text_characters", len(text), allowed)
    return Tokens(text, title_characters)


_DEFAULT_LIMITS = Limits()


def expected_text(value: object) -> str:
    """Return the message for a value that stands where a text is due."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "expected text as str, found bytes: decode it first, for example data.decode('utf-8')"
    if value is None:
        return "expected text as str, found None: pass '' for an article without text"
    if isinstance(value, (list, tuple, set, dict)):
        kind = type(value).__name__
        return f"expected one text as str, found {kind}: use classify_batch() for several articles"
    return f"expected text as str, found {type(value).__name__}"
