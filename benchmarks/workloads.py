"""What the throughput benchmark reads: samples of real articles, and made ones that grow along one axis."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

_CONSONANTS = "bcdfghjklmnprstvz"
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Document:
    """One article with its tags."""

    title: str
    text: str
    tags: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """Title and text, as a peer without a notion of titles reads them."""
        return f"{self.title}\n\n{self.text}" if self.title else self.text


def first_words(document: Document, count: int) -> Document | None:
    """Return an article cut to so many words of text, or None if it has fewer.

    >>> first_words(Document("Rain", "It rained on Sunday."), 3).text
    'It rained on'
    """
    found = re.match(rf"\s*(?:\S+\s+){{{count - 1}}}\S+", document.text)
    return replace(document, text=found[0]) if found else None


@dataclass(frozen=True, slots=True)
class Concept:
    """A made tag with the names that stand for it."""

    label: str
    aliases: tuple[str, ...]


def read_documents(path: Path) -> list[Document]:
    """Return the articles of a JSON Lines file with ``title``, ``text`` and ``topic`` or ``tags``.

    Raises
    ------
    ValueError
        If a line holds no article; names the line.
    """
    return list(_documents(path))


def _documents(path: Path) -> Iterator[Document]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        for number, line in enumerate(file, 1):
            try:
                values = json.loads(line)
                text, title = values.get("text") or "", values.get("title") or ""
                tags = values.get("tags") or ([values["topic"]] if values.get("topic") else [])
            except (ValueError, AttributeError) as error:
                raise ValueError(f"{path}:{number}: expected an article as a JSON object: {error}") from error
            if title or text:
                yield Document(str(title), str(text), tuple(map(str, tags)))


def write_documents(path: Path, documents: Sequence[Document]) -> None:
    """Write articles as JSON Lines, for the processes that are measured."""
    with path.open("w", encoding="utf-8") as file:
        for document in documents:
            file.write(json.dumps(asdict(document)) + "\n")


@dataclass(frozen=True, slots=True)
class Size:
    """How large a made workload is.

    Attributes
    ----------
    articles, words : int
        Number of articles, and words of each.
    tags, aliases : int
        Number of tags, and names of each besides its label.
    """

    articles: int = 100
    words: int = 300
    tags: int = 1000
    aliases: int = 2

    def grown(self, axis: str, factor: int) -> Size:
        """Return this size with one axis multiplied.

        Examples
        --------
        >>> Size(articles=100).grown("articles", 4).articles
        400
        """
        return replace(self, **{axis: getattr(self, axis) * factor})


AXES = ("articles", "tags", "aliases", "words")


def made_taxonomy(size: Size, seed: int = 0) -> list[Concept]:
    """Return tags with made-up names of two words each; no two names are alike."""
    draw = random.Random(f"taxonomy {seed}")
    taken: set[str] = set()

    def name() -> str:
        while True:
            made = f"{_word(draw).capitalize()} {_word(draw).capitalize()}"
            if made not in taken:
                taken.add(made)
                return made

    return [Concept(name(), tuple(name() for _ in range(size.aliases))) for _ in range(size.tags)]


def made_documents(size: Size, concepts: Sequence[Concept], seed: int = 0) -> list[Document]:
    """Return articles of Zipf-distributed made-up words; every fortieth word is a tag's name.

    The density of names stays the same along every axis, so growth is not a change of subject.
    """
    draw = random.Random(f"articles {seed}")
    vocabulary = _vocabulary(seed)
    return [
        _document(draw, vocabulary, size.words, draw.choices(concepts, k=max(1, size.words // 40)))
        for _ in range(size.articles)
    ]


def training_documents(concepts: Sequence[Concept], seed: int = 0) -> list[Document]:
    """Return articles from which every tenth tag can be learnt: three articles for each, five tags in one.

    They depend on the tags only: were the articles to be measured learnt from, then longer ones would
    teach more tags, and the growth with the length would be that of the model as well.
    """
    draw = random.Random(f"training {seed}")
    vocabulary = _vocabulary(seed)
    taught = list(concepts[::10]) * 3
    return [_document(draw, vocabulary, 200, taught[start : start + 5]) for start in range(0, len(taught), 5)]


def _vocabulary(seed: int) -> list[str]:
    draw = random.Random(f"vocabulary {seed}")
    return [_word(draw) for _ in range(5000)]


def _document(
    draw: random.Random, vocabulary: Sequence[str], length: int, named: Sequence[Concept]
) -> Document:
    words = draw.choices(vocabulary, cum_weights=_zipf(len(vocabulary)), k=length)
    for place, concept in enumerate(named):
        words[place * 40 % length] = draw.choice((concept.label, *concept.aliases))
    return Document("", _prose(words), tuple(sorted({concept.label for concept in named})))


@lru_cache(maxsize=4)
def _zipf(length: int) -> tuple[float, ...]:
    return tuple(accumulate(1 / rank for rank in range(1, length + 1)))


def _word(draw: random.Random) -> str:
    return "".join(draw.choice(_CONSONANTS) + draw.choice(_VOWELS) for _ in range(draw.randint(2, 4)))


def _prose(words: Sequence[str]) -> str:
    """Set words as sentences of 20, five of them a paragraph."""
    sentences = [" ".join(words[start : start + 20]) + "." for start in range(0, len(words), 20)]
    return "\n\n".join(" ".join(sentences[start : start + 5]) for start in range(0, len(sentences), 5))
