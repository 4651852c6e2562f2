"""From the text of a rule to its nodes: a recursive-descent parser within fixed bounds.

The grammar stands in the documentation under *Rules*.  A rule is refused with the
column of the first thing that does not fit and what would fit there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple, NoReturn

from tagonomy.errors import RuleError
from tagonomy.rules.syntax import (
    And,
    ConceptRef,
    Count,
    Lead,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Sentence,
    Title,
    Word,
    Year,
    is_place,
    is_positive,
)
from tagonomy.text import tokenize

#: Bounds that no rule of a person comes near; they keep hostile rules cheap.
MAX_CHARACTERS: Final = 4096
MAX_DEPTH: Final = 64
MAX_TERMS: Final = 256
MAX_NUMBER: Final = 1000
MIN_PREFIX: Final = 3

_TOKEN = re.compile(
    r"""
      (?P<open>\() | (?P<close>\)) | (?P<least>>=)
    | "(?P<quoted>[^"]*)"
    | @(?P<concept>[a-z0-9-]+:[a-z0-9-]+)(?![^\s()])
    | NEAR/(?P<near>[0-9]+)(?![^\s()"@])
    | (?P<word>[^\s()"@<>=]+)
    | (?P<other>[<>=])
    | (?P<end>\Z)
    """,
    re.VERBOSE,
)
_CHUNK = re.compile(r"\S+")
_YEARS = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?")
_OPERATORS: Final = {"AND", "OR", "NOT", "NEAR"}
_SCOPES: Final[dict[str, Callable[[Node], Node]]] = {"SENTENCE": Sentence, "TITLE": Title, "LEAD": Lead}
_OPERAND: Final = 'a word, "phrase", prefix*, @concept, NOT or ('
_PLACE: Final = "a word, phrase, prefix*, @concept or an OR of these"

_UNREADABLE: Final = {'"': 'a closing "', "@": "a concept's id, such as @countries:ua"}


class _Token(NamedTuple):
    kind: str  # a group of _TOKEN, or "operator"
    text: str
    column: int


def parse_rule(text: str) -> Node:
    """Parse the text of a rule.

    Parameters
    ----------
    text : str
        The rule: at most 4,096 characters, 256 words and concepts, 64 levels deep.

    Returns
    -------
    Node
        Its outermost node; ``str(node)`` is the rule in canonical form.

    Raises
    ------
    RuleError
        If the text is no rule, goes beyond a bound, or could be true of an article
        that has none of its words.

    Examples
    --------
    >>> parse_rule("annex* NEAR/8 @countries:ua-crimea")
    Near(left=Prefix(text='annex'), right=ConceptRef(id='countries:ua-crimea'), distance=8)
    >>> print(parse_rule('( cease-fire  OR "Truce" ) AND NOT (LEAD( hockey ))'))
    ("cease fire" OR truce) AND NOT LEAD(hockey)
    >>> parse_rule("border frontier")
    Traceback (most recent call last):
    ...
    tagonomy.errors.RuleError: column 8: expected AND, OR, NEAR/n or the end of the rule
      border frontier
             ^
    """
    if len(text) > MAX_CHARACTERS:
        raise RuleError(text, MAX_CHARACTERS + 1, f"at most {MAX_CHARACTERS:,} characters")
    return _Parser(text).rule()


class _Parser:
    """One pass over one rule; ``token`` is the next that has not been used."""

    __slots__ = ("_depth", "_stop", "_terms", "text", "token")

    def __init__(self, text: str) -> None:
        self.text = text
        self._stop = self._depth = self._terms = 0
        self.token = self._read()

    def rule(self) -> Node:
        start = self.token.column
        node = self._or()
        if self.token.kind != "end":
            self._fail(self.token.column, self._continuation("the end of the rule"))
        if not is_positive(node):
            self._fail(start, "a positive term: one that must stand in the article")
        return node

    def _or(self) -> Node:
        nodes = [self._and()]
        while self._accept("operator", "OR"):
            nodes.append(self._and())
        return Or(tuple(nodes)) if len(nodes) > 1 else nodes[0]

    def _and(self) -> Node:
        nodes = [self._not()]
        while self._accept("operator", "AND"):
            nodes.append(self._not())
        return And(tuple(nodes)) if len(nodes) > 1 else nodes[0]

    def _not(self) -> Node:
        token = self.token
        if not self._accept("operator", "NOT"):
            return self._near()
        self._enter(token.column)
        node = self._not()
        self._depth -= 1
        return Not(node)

    def _near(self) -> Node:
        start = self.token.column
        left = self._operand()
        near = self.token
        if not self._accept("near"):
            return left
        distance = self._number(near, 0, "NEAR/n with n")
        place = self.token.column
        right = self._operand()
        for column, side in (start, left), (place, right):
            if not is_place(side):
                self._fail(column, f"{_PLACE} beside NEAR")
        return Near(left, right, distance)

    def _operand(self) -> Node:
        kind, text, column = token = self.token
        if kind == "open":
            return self._group()
        if kind not in {"word", "quoted", "concept"}:
            self._fail(column, _OPERAND)
        self.token = self._read()
        if kind == "concept":
            self._spend(column)
            return ConceptRef(text)
        if kind == "word" and text in _SCOPES:
            return self._scope(text)
        if kind == "word" and text == "COUNT":
            return self._count()
        if kind == "word" and text == "YEAR":
            return self._year()
        return self._words(token)

    def _scope(self, name: str) -> Node:
        inside = self.token.column + 1
        node = self._group(f"( after {name}")
        if name == "SENTENCE" and not is_positive(node):
            self._fail(inside, "a positive term: one that must stand in the sentence")
        return _SCOPES[name](node)

    def _count(self) -> Node:
        inside = self.token.column + 1
        node = self._group("( after COUNT")
        if not is_place(node):
            self._fail(inside, f"{_PLACE} in COUNT")
        if not self._accept("least"):
            self._fail(self.token.column, ">= n after COUNT( )")
        number = self.token
        if not self._accept("word"):
            self._fail(number.column, "a number after >=")
        return Count(node, self._number(number, 1, "a number"))

    def _year(self) -> Node:
        if not self._accept("open"):
            self._fail(self.token.column, "( after YEAR")
        years = self.token
        found = _YEARS.fullmatch(years.text) if self._accept("word") else None
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if last < first:
            self._fail(years.column, "a year, such as 2013, or the first and the last, such as 2013-2015")
        if not self._accept("close"):
            self._fail(self.token.column, ")")
        return Year(first, last)

    def _group(self, expected: str = "(") -> Node:
        self._enter(self.token.column)
        if not self._accept("open"):
            self._fail(self.token.column, expected)
        node = self._or()
        if not self._accept("close"):
            self._fail(self.token.column, self._continuation(")"))
        self._depth -= 1
        return node

    def _words(self, token: _Token) -> Node:
        """Read a bare word or what stands between quotes: as many tokens as a text would have there."""
        start = token.column + (token.kind == "quoted")
        parts: list[Word | Prefix] = []
        for chunk in _CHUNK.finditer(token.text):
            parts += self._chunk(chunk[0], start + chunk.start())
        if not parts:
            self._fail(token.column, "a word with a letter or a digit")
        self._spend(token.column, len(parts))
        return Phrase(tuple(parts)) if len(parts) > 1 else parts[0]

    def _chunk(self, chunk: str, column: int) -> list[Word | Prefix]:
        body = chunk.removesuffix("*")
        if "*" in body:
            self._fail(column + body.index("*"), "* only at the end of a word")
        texts = tokenize(body).words
        if not body.isascii() and tokenize(" ".join(texts)).words != texts:
            # The fold of a few characters, such as the fraction one half, is no word itself.
            self._fail(column, "a word of letters and digits")
        words: list[Word | Prefix] = [Word(text) for text in texts]
        if body != chunk:
            if not tokenize(body[-1:]).words or len(texts[-1]) < MIN_PREFIX:
                self._fail(column + len(body), f"at least {MIN_PREFIX} letters before *")
            words[-1] = Prefix(texts[-1])
        return words

    def _number(self, token: _Token, least: int, what: str) -> int:
        digits = token.text
        # The length comes first: turning a long row of digits into a number is slow.
        short = len(digits) <= len(str(MAX_NUMBER)) and digits.isascii() and digits.isdigit()
        if not short or not least <= int(digits) <= MAX_NUMBER:
            self._fail(token.column, f"{what} from {least} to {MAX_NUMBER:,}")
        return int(digits)

    def _accept(self, kind: str, text: str | None = None) -> bool:
        if self.token.kind != kind or text not in (None, self.token.text):
            return False
        self.token = self._read()
        return True

    def _read(self) -> _Token:
        while self.text[self._stop : self._stop + 1].isspace():
            self._stop += 1
        start = self._stop
        found = _TOKEN.match(self.text, start)
        if found is None or found.lastgroup is None:
            self._fail(start + 1, _UNREADABLE[self.text[start]])
        self._stop = found.end()
        kind, text = found.lastgroup, found[found.lastgroup]
        if kind == "word" and (text in _OPERATORS or text.startswith("NEAR/")):
            kind = "operator"
        return _Token(kind, text, start + 1)

    def _continuation(self, end: str) -> str:
        if self.token.kind == "operator" and self.token.text.startswith("NEAR"):
            return f"NEAR/n with n from 0 to {MAX_NUMBER:,}"
        return f"AND, OR, NEAR/n or {end}"

    def _enter(self, column: int) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(column, f"at most {MAX_DEPTH} levels of ( ) and NOT")

    def _spend(self, column: int, terms: int = 1) -> None:
        self._terms += terms
        if self._terms > MAX_TERMS:
            self._fail(column, f"at most {MAX_TERMS} words and concepts")

    def _fail(self, column: int, expected: str) -> NoReturn:
        raise RuleError(self.text, column, expected)
