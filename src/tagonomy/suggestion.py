"""Names that articles speak of and the taxonomy lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tagonomy.articles.article import Article, as_article, title_of
from tagonomy.errors import ConfigError
from tagonomy.mentions.cue_words import OPENERS
from tagonomy.mentions.lexicon import TITLE
from tagonomy.mentions.matcher import Matcher
from tagonomy.tagger import Tagger
from tagonomy.text import ABBREVIATIONS, Tokens, tokenize

#: Small words that a name may have between its capitals.
_PARTICLES = frozenset("of the de del della der den van von la le du di da dos al el bin ibn".split())
_MOST_WORDS = 7
#: Characters of the text on each side of a name that are shown with it.
_AROUND = 60


class NewTerm(NamedTuple):
    """A name that the taxonomy lacks.

    Attributes
    ----------
    name : str
        As most articles write it.
    articles, places : int
        How many articles have it, and how often in all.
    example : str
        A piece of text around one of its places.
    """

    name: str
    articles: int
    places: int
    example: str


@dataclass(slots=True)
class _Seen:
    spellings: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    example: str = ""


def suggest_new_terms(
    articles: Iterable[str | Article], tagger: Tagger, *, at_least: int = 3, limit: int | None = 100
) -> list[NewTerm]:
    """Return the capitalised names of several words that a tagger's taxonomy lacks.

    Parameters
    ----------
    articles : iterable of str or Article
        Articles; they are read one by one. Headlines are left out, since some capitalise every word.
    tagger : Tagger
        Knows the labels of the taxonomy, and which words are titles or begin a sentence.
    at_least : int, default 3
        Fewest articles that have a name.
    limit : int, optional
        Most names; None for all.

    Returns
    -------
    list of NewTerm
        Those of the most articles first.

    Examples
    --------
    >>> from tagonomy import Article, train
    >>> tagger = train([Article(text="Rates rise", tags=("economy",)),
    ...                 Article(text="Goals fall", tags=("sport",))] * 10)
    >>> texts = ["She met Mary Blythe Jones.", "They said Mary Blythe Jones won."]
    >>> suggest_new_terms(texts, tagger, at_least=2)[0][:3]
    ('Mary Blythe Jones', 2, 2)
    """
    for name, value in (("at_least", at_least), ("limit", limit)):
        if value is not None and value < 1:
            raise ConfigError(name, value, "a whole number of at least 1")
    matcher = Matcher(tagger.parts.lexicon)
    seen: dict[tuple[str, ...], _Seen] = {}
    for each in articles:
        text, title_characters = title_of(as_article(each))
        tokens = tokenize(text, title_characters, tagger.limits)
        found = set()
        for start, stop in _unknown_names(tokens, matcher):
            key = tuple(tokens.words[start:stop])
            entry = seen.setdefault(key, _Seen())
            entry.spellings[" ".join(tokens.surface(start, stop).split())] += 1
            entry.example = entry.example or _around(tokens, start, stop)
            found.add(key)
        for key in found:
            seen[key].articles += 1
    terms = [
        NewTerm(
            min(entry.spellings, key=lambda each: (-entry.spellings[each], each)),
            entry.articles,
            entry.spellings.total(),
            entry.example,
        )
        for entry in seen.values()
        if entry.articles >= at_least
    ]
    terms.sort(key=lambda term: (-term.articles, -term.places, term.name))
    return terms[:limit]


def _unknown_names(tokens: Tokens, matcher: Matcher) -> Iterator[tuple[int, int]]:
    """Yield the word ranges of names of two words or more that no label covers."""
    known = bytearray(len(tokens))  # 1: part of a label of one word, 2: of a longer one, 3: of a title
    for match in matcher.find(tokens, matcher.numbers(tokens)):
        title = any(matcher.kind[sense] == TITLE for sense in match.senses)
        mark = 3 if title else 1 if match.stop - match.start == 1 else 2
        known[match.start : match.stop] = bytes([mark]) * (match.stop - match.start)
    for start, stop in _runs(tokens, known):
        names = [each for each in range(start, stop) if tokens.words[each] not in _PARTICLES]
        shortest = min(len(tokens.words[start]), len(tokens.words[stop - 1]))  # "D-Ohio", "U.N."
        if not 2 <= len(names) <= _MOST_WORDS or shortest < 2:
            continue
        if all(known[each] for each in names) or all(tokens.shouted(each) for each in names):
            continue  # several labels side by side, or a headline in the text
        yield start, stop


def _runs(tokens: Tokens, known: bytearray) -> Iterator[tuple[int, int]]:
    """Yield ranges of capitalised words, small words between them included, without known names in them."""
    start = -1
    stop = 0
    for index in range(tokens.title_stop, len(tokens) + 1):
        ends = index == len(tokens) or known[index] >= 2 or (start >= 0 and not _goes_on(tokens, index))
        if start >= 0 and (ends or not (_belongs(tokens, index) or tokens.words[index] in _PARTICLES)):
            yield start, stop
            start = -1
        if index == len(tokens) or known[index] >= 2 or not _belongs(tokens, index):
            continue
        if start < 0 and _opens_only(tokens, index):
            continue
        start = index if start < 0 else start
        stop = index + 1


def _belongs(tokens: Tokens, index: int) -> bool:
    """Tell whether a word has a capital."""
    return tokens.capitalised(index) and tokens.words[index][0].isalpha()


def _goes_on(tokens: Tokens, index: int) -> bool:
    return not tokens.opens(index) and tokens.joined(index)


def _opens_only(tokens: Tokens, index: int) -> bool:
    """Tell whether a word may owe its capital to the place where it stands."""
    word = tokens.words[index]
    return word in OPENERS or word in ABBREVIATIONS or (tokens.opens(index) and tokens.written_small(word))


def _around(tokens: Tokens, start: int, stop: int) -> str:
    text = tokens.text
    first, last = max(0, tokens.starts[start] - _AROUND), tokens.stops[stop - 1] + _AROUND
    before, after = text[first : tokens.starts[start]], text[tokens.stops[stop - 1] : last]
    if first > 0:
        before = "…" + before.partition(" ")[2]
    if last < len(text):
        after = after.rpartition(" ")[0] + "…"
    return " ".join((before + tokens.surface(start, stop) + after).split())
