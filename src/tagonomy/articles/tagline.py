"""The editors' tag line: told from sentences by its wording, and split into single tags.

Most pages write the tags one after the other without any delimiter, so only a
taxonomy can tell where one ends: the longest match over its labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from tagonomy.articles.furniture import ends_sentence, is_furniture

_TAG_WORD = (
    r"(?:tags?|topics?|keywords?|filed (?:under|in)|(?:article|post|story|related) (?:tags|topics)"
    r"|tagged(?: (?:as|with|in))?)"
)
_MARKED_TAGS = re.compile(rf"(?:\W{{0,3}}){_TAG_WORD}\s?(?:[:：|»]|\s[-–—]\s)\s*(?P<tags>.*)", re.IGNORECASE)
_LONE_TAGS = re.compile(rf"\W{{0,3}}(?:{_TAG_WORD}|explore more topics)\s?[:：]?", re.IGNORECASE)
_BARE_TAGS = re.compile(
    r"(?:T(?:ags?|AGS?)|Filed (?:[Uu]nder|[Ii]n)|FILED (?:UNDER|IN)|Topics|TOPICS)\s+(?P<tags>.+)"
)
# Lower-case words that tags hardly hold but sentences do; capitalised they may be names ("Will Smith").
_SENTENCE_WORDS = frozenset(
    "is are was were be been being am has have had having do does did will would can could may might must "
    "should shall that which who whom whose this these those they them their he him his she her it its we "
    "us our you your i my said says say told show shows showed shown make makes made get gets got not if "
    "when while because where there here than then also just about into through during after before "
    "between under".split()
)
# "Tags on the coats", "Topics include": a sentence about tags goes on like this.
_NOT_AFTER_TAG = _SENTENCE_WORDS | frozenset(
    "on of from for in at and or with by to as the a an include includes included".split()
)
_DELIMITER = re.compile(r"\s*[,|;•·\n\t]\s*|\s+/\s+|\s*[›»]\s*|(?:^|\s)#(?=\w)")
_LONGEST_TAG_LINE = 2000
_LONGEST_LABEL_WORDS = 12
# Labels with a comma inside ("Washington, D.C.") span at most so many pieces.
_MOST_PIECES = 3
_CONNECTIVES = frozenset("of on in for to with at by from and the a an vs &".split())


def is_tag_word(line: str) -> bool:
    """Tell whether a line is nothing but "Tags" or the like.

    Examples
    --------
    >>> is_tag_word("TAGS:"), is_tag_word("Filed Under"), is_tag_word("Tags Russia")
    (True, True, False)
    """
    return _LONE_TAGS.fullmatch(line) is not None


def is_marked_tag_line(line: str) -> bool:
    """Tell whether a line is "Tags" with a colon or the like and tags behind it.

    Examples
    --------
    >>> is_marked_tag_line("Filed under: Russia, U.S."), is_marked_tag_line("Topics: they were few.")
    (True, False)
    """
    match = _MARKED_TAGS.fullmatch(line)
    # Some sites close the list with a full stop.
    return match is not None and lists_tags(match["tags"].removesuffix("."))


def is_bare_tag_line(line: str) -> bool:
    """Tell whether a line may be "Tags" and tags without any mark between; where it stands must decide.

    Examples
    --------
    >>> is_bare_tag_line("Tags siege of Odesa Ann Smith U.S."), is_bare_tag_line("Tags on the coats were red")
    (True, False)
    """
    match = _BARE_TAGS.fullmatch(line)
    return match is not None and match["tags"].split()[0] not in _NOT_AFTER_TAG and lists_tags(match["tags"])


def names_tags(line: str) -> bool:
    """Tell whether most words of a bare tag line are capitalised, so that it needs no place to be one.

    Examples
    --------
    >>> names_tags("Tags siege of Odesa Ann Smith"), names_tags("Tags trade wool prices")
    (True, False)
    """
    words = without_tag_word(line).split()
    return len(words) > 1 and 5 * sum(word[:1].isupper() or word[:1].isdigit() for word in words) >= 3 * len(
        words
    )


def lists_tags(text: str) -> bool:
    """Tell whether a text reads as tags put one after the other, not as a sentence or furniture.

    Examples
    --------
    >>> lists_tags("siege of Odesa U.S."), lists_tags("She met him in Odesa"), lists_tags("Load more")
    (True, False, False)
    """
    words = text.split()
    if not words or len(text) > _LONGEST_TAG_LINE or is_furniture(text):
        return False
    if ends_sentence(text) and not text.endswith(("?", "!")):
        return False
    sentence_words = sum(word.strip("\"'“”‘’(),") in _SENTENCE_WORDS for word in words)
    return sentence_words <= len(words) // 12


def without_tag_word(line: str) -> str:
    """Return the tags of a tag line, without the word that marks it.

    Examples
    --------
    >>> without_tag_word("Tags: Russia, U.S."), without_tag_word("Tags"), without_tag_word("Russia")
    ('Russia, U.S.', '', 'Russia')
    """
    if is_tag_word(line):
        return ""
    match = _MARKED_TAGS.fullmatch(line) or _BARE_TAGS.fullmatch(line)
    return match["tags"].strip() if match else line


class LabelResolver(Protocol):
    """What splitting needs of a taxonomy: :meth:`tagonomy.taxonomy.Taxonomy.resolve`."""

    def resolve(self, label: str) -> str | None:
        """Return the id of the concept that a label names, or None."""
        ...


@dataclass(frozen=True, slots=True)
class TagSplit:
    """The tags of one line.

    Parameters
    ----------
    tags : tuple of str
        Ids of the concepts found, in order, each once; labels where no taxonomy was at hand.
    unknown : tuple of str
        What names no concept, as it stands on the page, each once.
    """

    tags: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def split_tags(line: str, taxonomy: LabelResolver | None = None) -> TagSplit:
    """Split a tag line into concepts.

    Parameters
    ----------
    line : str
        The tags as :attr:`tagonomy.articles.page.Page.tag_line` gives them.
    taxonomy : LabelResolver, optional
        Whose labels are looked for.  Without one, tags with delimiters keep their label,
        and a line without is one unknown tag.

    Returns
    -------
    TagSplit
        Ids of known concepts and the rest.

    Notes
    -----
    With delimiters (comma, bar, semicolon, bullet, line break, #) each piece is one tag.
    Without, dynamic programming picks the labels that cover the most words with the
    fewest labels.  A label does not end before or start behind "of", "in" and the like
    in lower case, so that "siege of Odesa" is one unknown tag and not "Odesa".
    At most 12 look-ups a word.

    Examples
    --------
    >>> class Labels(dict):
    ...     def resolve(self, label):
    ...         return self.get(label.lower())
    >>> labels = Labels({"space": "t:space", "space travel": "t:travel", "florida": "t:fl"})
    >>> split_tags("Florida space travel Ann Smith", labels)
    TagSplit(tags=('t:fl', 't:travel'), unknown=('Ann Smith',))
    >>> split_tags("Florida, space | travel", labels)
    TagSplit(tags=('t:fl', 't:space'), unknown=('travel',))
    """
    pieces = [piece.strip() for piece in _DELIMITER.split(line)]
    pieces = [piece for piece in pieces if piece]
    if taxonomy is None:
        return TagSplit(tags=_once(pieces)) if len(pieces) > 1 else TagSplit(unknown=_once(pieces))
    if len(pieces) > 1:
        found = _cover(pieces, ", ", _MOST_PIECES, taxonomy, frozenset())
    else:
        words = line.split()
        shouted = all(word == word.upper() for word in words)
        links = {word.upper() for word in _CONNECTIVES - {"the", "a"}} if shouted else _CONNECTIVES
        found = _cover(words, " ", _LONGEST_LABEL_WORDS, taxonomy, links)
    return TagSplit(
        tags=_once([name for name, known in found if known]),
        unknown=_once([name for name, known in found if not known]),
    )


def resolve_tags(names: Iterable[str], taxonomy: LabelResolver | None) -> TagSplit:
    """Turn tags that are already apart into concepts; without a taxonomy they stay as they are.

    Examples
    --------
    >>> resolve_tags(["Geneva", "Geneva", "peace talks"], None).tags
    ('Geneva', 'peace talks')
    """
    if taxonomy is None:
        return TagSplit(tags=_once(names))
    ids = {name: taxonomy.resolve(name) for name in names}
    return TagSplit(
        tags=_once([id for id in ids.values() if id is not None]),
        unknown=_once([name for name, id in ids.items() if id is None]),
    )


def _cover(
    units: list[str], glue: str, longest: int, taxonomy: LabelResolver, links: frozenset[str] | set[str]
) -> list[tuple[str, bool]]:
    """Return the best segments of ``units``: (concept id, True) or (words, False)."""
    # best[i]: (units left uncovered, labels used) for units[i:], and the choice that gives it.
    best: list[tuple[tuple[int, int], int, str | None]] = [((0, 0), 0, None)] * (len(units) + 1)
    for start in range(len(units) - 1, -1, -1):
        (uncovered, labels), *_ = best[start + 1]
        choice: tuple[tuple[int, int], int, str | None] = ((uncovered + 1, labels), start + 1, None)
        blocked = start > 0 and units[start - 1] in links
        for stop in range(start + 1, min(start + longest, len(units)) + 1):
            if blocked or (stop < len(units) and units[stop] in links):
                continue
            id = taxonomy.resolve(glue.join(units[start:stop]))
            if id is None:
                continue
            (uncovered, labels), *_ = best[stop]
            # At a tie the longer label wins: "<=" as stop grows.
            if (uncovered, labels + 1) <= choice[0]:
                choice = ((uncovered, labels + 1), stop, id)
        best[start] = choice
    return _segments(units, best, join_unknown=glue == " ")


def _segments(
    units: list[str], best: list[tuple[tuple[int, int], int, str | None]], *, join_unknown: bool
) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    unknown: list[str] = []
    start = 0
    while start < len(units):
        _, stop, id = best[start]
        if id is None:
            unknown.append(units[start])
        if unknown and (id is not None or not join_unknown or stop == len(units)):
            found.append((" ".join(unknown), False))
            unknown = []
        if id is not None:
            found.append((id, True))
        start = stop
    return found


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
