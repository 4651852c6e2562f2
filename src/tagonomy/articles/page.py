"""A scraped page, line by line: headline, caption, body, furniture, and the editors' tag line.

Articles reach us as the text of a web page.  The line with the editors' tags must
never reach the classifier, which would only read the answer; what stands around the
article (menus, "Most Popular", rights notices) names people and places that the
article is not about.  Every line gets exactly one role; nothing is moved or rewritten,
so offsets into the page stay valid.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from tagonomy.articles.furniture import (
    ends_sentence,
    is_author,
    is_byline,
    is_caption,
    is_furniture,
    is_paragraph,
    without_agency,
    without_credit,
)
from tagonomy.articles.tagline import (
    LabelResolver,
    TagSplit,
    is_bare_tag_line,
    is_marked_tag_line,
    is_tag_word,
    lists_tags,
    names_tags,
    split_tags,
    without_tag_word,
)
from tagonomy.config import Limits
from tagonomy.errors import LimitError
from tagonomy.text import expected_text

__all__ = ["LabelResolver", "Line", "Page", "Role", "TagSplit", "parse_page", "split_tags"]

_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_SITE_NAME = re.compile(r"\s+[|»]\s+[^|»]{1,40}$")
_LONGEST_HEADLINE = 250
_LISTED_TAG_WORDS, _LISTED_TAG_CHARACTERS = 8, 80
# Text after the tag line or a "Most Popular" is cut when it is at most this share of the text before.
_SHARE_AFTER_END = 0.5
_END_OF_ARTICLE = re.compile(
    r"(?:(?:see|view|browse) (?:all|more)|load more|most (?:popular|read|viewed|shared|recent)"
    r"|more (?:from|stories|news)|related|recommended|you (?:may|might)|trending|up next|popular|latest"
    r"|top stories|editors?|(?:\d+ )?comments?|copyright|©|explore more|around the web"
    r"|from (?:our partners|the web|around)|sponsored|.{1,40} removed its comment)\b",
    re.IGNORECASE,
)


# A box amid an article carries its matter in the line: "Related: Five things to know".
_HEADING_WORDS = 8
_BULLET = re.compile(r"(?:[-–—•*▪◦‣·]|\d{1,2}[.)])\s")


class Role(Enum):
    """What a line of a page is."""

    HEADLINE = "headline"
    BYLINE = "byline"
    CAPTION = "caption"
    BODY = "body"
    FURNITURE = "furniture"
    TAGS = "tags"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank: its role, its text, and where it stands in the page."""

    role: Role
    text: str
    start: int

    @property
    def stop(self) -> int:
        """Offset behind its last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Page:
    """A page taken apart.

    Parameters
    ----------
    lines : tuple of Line
        Every line that is not blank, in order, each with one role.
    """

    lines: tuple[Line, ...] = ()

    def of(self, role: Role) -> tuple[str, ...]:
        """Return the lines of one role, in order."""
        return tuple(line.text for line in self.lines if line.role is role)

    @property
    def headline(self) -> str:
        """The headline without the site's name, or ''."""
        return next(map(without_site_name, self.of(Role.HEADLINE)), "")

    @property
    def body(self) -> str:
        """The article's paragraphs, two line breaks between them, without the agency of the dateline."""
        paragraphs = self.of(Role.BODY)
        return "\n\n".join((*map(without_agency, paragraphs[:1]), *paragraphs[1:]))

    @property
    def caption(self) -> str:
        """The captions of its photos without the credits, or ''."""
        return "\n\n".join(filter(None, map(without_credit, self.of(Role.CAPTION))))

    @property
    def furniture(self) -> tuple[str, ...]:
        """Lines that are not part of the article."""
        return self.of(Role.FURNITURE)

    @property
    def tag_line(self) -> str:
        """The editors' tags as they stand on the page, without the word "Tags"; '' if there are none.

        Tags that stood on lines of their own keep their line breaks.
        """
        return "\n".join(filter(None, map(without_tag_word, self.of(Role.TAGS))))


def parse_page(text: str, limits: Limits | None = None) -> Page:
    """Take the text of a scraped page apart.

    Parameters
    ----------
    text : str
        The page's text: the first line the headline, then perhaps a caption and a
        byline, the article, and what stands around it.
    limits : Limits, optional
        Bounds; ``text_characters`` counts here.

    Returns
    -------
    Page
        Every line with its role.

    Raises
    ------
    TypeError
        If ``text`` is no str.
    LimitError
        If it is longer than ``limits.text_characters``.

    Notes
    -----
    Linear in the text.  A line between two paragraphs is dropped only if the whole
    line is known furniture; short lines without a full stop are dropped only behind
    the last paragraph.

    Examples
    --------
    >>> page = parse_page('''Rocket reaches orbit
    ... By Ann Smith
    ... The rocket lifted off from Florida on Monday after two delays.
    ... ADVERTISEMENT
    ... Its maker said that the next flight follows in May.
    ... Tags Florida space travel
    ... Most Popular
    ... Ten dogs of the year''')
    >>> page.headline, page.tag_line
    ('Rocket reaches orbit', 'Florida space travel')
    >>> print(page.body)
    The rocket lifted off from Florida on Monday after two delays.
    <BLANKLINE>
    Its maker said that the next flight follows in May.
    >>> page.furniture
    ('ADVERTISEMENT', 'Most Popular', 'Ten dogs of the year')
    """
    if not isinstance(text, str):
        raise TypeError(expected_text(text))
    allowed = (limits or Limits()).text_characters
    if len(text) > allowed:
        raise LimitError("text_characters", len(text), allowed)
    lines = [
        (match.group().strip(), match.start() + _indent(match.group())) for match in _LINE.finditer(text)
    ]
    lines = [(line, start) for line, start in lines if line]
    gaps = [text.count("\n", a + len(line), b) > 1 for (line, a), (_, b) in pairwise(lines)]
    roles = _Roles([line for line, _ in lines], gaps).assign()
    return Page(tuple(Line(role, line, start) for role, (line, start) in zip(roles, lines, strict=True)))


class _Roles:
    """Assigns a role to each line; later steps see what earlier ones found."""

    def __init__(self, lines: list[str], gaps: list[bool]) -> None:
        self.lines = lines
        self.gaps = gaps  # whether a blank line follows
        self.paragraphs = [is_paragraph(line) for line in lines]
        self.roles = [Role.FURNITURE if is_furniture(line) else Role.BODY for line in lines]
        self.words_before = [0]
        for line, paragraph in zip(lines, self.paragraphs, strict=True):
            self.words_before.append(self.words_before[-1] + (line.count(" ") + 1 if paragraph else 0))

    def assign(self) -> list[Role]:
        head = self._mark_headline()
        self._mark_tags(head)
        self._mark_top(head)
        self._mark_tail()
        return self.roles

    def _mark_headline(self) -> int:
        """Mark the headline; return the index of the first line behind it."""
        for index, line in enumerate(self.lines[:8]):
            if self.roles[index] is Role.BODY and not is_byline(line) and not is_tag_word(line):
                # A text that opens with a paragraph has no headline.
                sentence = (
                    ends_sentence(line) and not line.endswith(("?", "!", "…")) and len(line.split()) > 12
                )
                if index + 1 < len(self.lines) and len(line) <= _LONGEST_HEADLINE and not sentence:
                    self.roles[index] = Role.HEADLINE
                    return index + 1
                return index
        return 0

    def _mark_tags(self, head: int) -> None:
        for index in range(head, len(self.lines)):
            if self.roles[index] is Role.TAGS:
                continue
            found = self._tag_lines_at(index)
            for each in found:
                self.roles[each] = Role.TAGS
            if found and self._ends_article(found[-1] + 1):
                self._drop_rest(found[-1] + 1)

    def _tag_lines_at(self, index: int) -> range:
        line = self.lines[index]
        if is_tag_word(line):
            at_top = self.words_before[index] == 0
            return self._listed_tags(index) if at_top or self._stands_late(index) else range(0)
        if is_marked_tag_line(line) or (
            is_bare_tag_line(line) and (names_tags(line) or self._stands_late(index))
        ):
            return range(index, index + 1)
        return range(0)

    def _listed_tags(self, index: int) -> range:
        """Return the range of a lone "Tags" and the lines of tags that follow it."""
        stop = index + 1
        while stop < len(self.lines) and self.roles[stop] is Role.BODY and lists_tags(self.lines[stop]):
            short = (
                len(self.lines[stop].split()) <= _LISTED_TAG_WORDS
                and len(self.lines[stop]) <= _LISTED_TAG_CHARACTERS
            )
            first = stop == index + 1
            # A blank line ends a list whose lines stood close together.
            if not first and (not short or (self.gaps[stop - 1] and not self.gaps[index + 1])):
                break
            stop += 1
            if not short:
                break
        return range(index, stop if stop > index + 1 else index)

    def _stands_late(self, index: int) -> bool:
        before, after = self.words_before[index], self.words_before[-1] - self.words_before[index + 1]
        return self._ends_article(index + 1) or (before > 0 and after <= before)

    def _ends_article(self, index: int) -> bool:
        """Tell whether so little text follows that it can't be the rest of the article."""
        before, after = self.words_before[index], self.words_before[-1] - self.words_before[index]
        return before > 0 and after <= _SHARE_AFTER_END * before

    def _drop_rest(self, index: int) -> None:
        for each in range(index, len(self.lines)):
            if self.roles[each] is Role.BODY and not self._tag_lines_at(each):
                self.roles[each] = Role.FURNITURE

    def _mark_top(self, head: int) -> None:
        """Tell bylines and captions from text above the first paragraph, and captions anywhere."""
        first = next((i for i in range(head, len(self.lines)) if self._is_text(i)), len(self.lines))
        for index in range(len(self.lines)):
            line = self.lines[index]
            if index < first and index >= head and self.roles[index] in (Role.BODY, Role.FURNITURE):
                if is_caption(line):
                    self.roles[index] = Role.CAPTION if without_credit(line) else Role.BYLINE
                elif self.roles[index] is Role.BODY and (
                    is_byline(line) or (first < len(self.lines) and is_author(line))
                ):
                    self.roles[index] = Role.BYLINE
            elif self.roles[index] is Role.BODY and is_caption(line):
                self.roles[index] = Role.CAPTION

    def _is_text(self, index: int) -> bool:
        line = self.lines[index]
        return (
            self.roles[index] is Role.BODY
            and self.paragraphs[index]
            and not is_caption(line)
            and not is_byline(line)
        )

    def _mark_tail(self) -> None:
        """Drop what stands behind the article: short lines, headlines, teasers."""
        for index, line in enumerate(self.lines):
            if self.roles[index] is Role.FURNITURE and _opens_end(line) and self._closes(index):
                self._drop_rest(index)
                break
        last = max((i for i in range(len(self.lines)) if self._is_text(i)), default=None)
        if last is None:
            return
        listing = True  # a list that ends an article follows its last paragraph at once
        for index in range(last + 1, len(self.lines)):
            listing = listing and _BULLET.match(self.lines[index]) is not None
            if self.roles[index] is Role.BODY and not self.paragraphs[index] and not listing:
                self.roles[index] = Role.FURNITURE

    def _closes(self, index: int) -> bool:
        """Tell whether a furniture line opens the end of the page, not a box amid the article."""
        before, after = self.words_before[index], self.words_before[-1] - self.words_before[index + 1]
        return before >= 40 and after <= 0.2 * before


def _opens_end(line: str) -> bool:
    heading = len(line.split()) <= _HEADING_WORDS and ":" not in line[:-1]
    return heading and _END_OF_ARTICLE.match(line) is not None


def without_site_name(headline: str) -> str:
    """Return a headline without the name of the site behind it.

    Examples
    --------
    >>> without_site_name("Talks resume | Example News")
    'Talks resume'
    """
    return _SITE_NAME.sub("", headline)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
