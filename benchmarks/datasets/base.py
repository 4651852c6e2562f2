"""What a data set is: articles to train on and to test, and the tags in question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

from tagonomy.articles.article import Article
from tagonomy.errors import CorpusError


class Unavailable(Exception):
    """A data set or a model can't be had here; the message says why, and how to get it."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Articles with gold tags, split.

    Attributes
    ----------
    name : str
        As on the command line.
    train, test : tuple of Article
        Gold tags of both are ``tags`` only.
    tags : tuple of str
        The tags in question, sorted. A tag reads ``facet:label`` if the set has facets.
    facets : tuple of str
        Names of the facets, empty if there are none.
    broader : mapping of str to tuple of str
        Parents of a tag, for the hierarchical figures; may name tags beyond ``tags``.
    unseen : int
        Gold pairs of article and tag in the test split that were dropped: their tag is none of ``tags``.
    """

    name: str
    train: tuple[Article, ...]
    test: tuple[Article, ...]
    tags: tuple[str, ...]
    facets: tuple[str, ...] = ()
    broader: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unseen: int = 0

    def facet_of(self, tag: str) -> str:
        """Return the facet of a tag, or ``""``."""
        facet, colon, _ = tag.partition(":")
        return facet if colon and facet in self.facets else ""

    def ancestors(self, tag: str) -> frozenset[str]:
        """Return the tags above one, the facet as the uppermost."""
        above: set[str] = set()
        stack = [tag]
        while stack:
            for parent in self.broader.get(stack.pop(), ()):
                if parent not in above:
                    above.add(parent)
                    stack.append(parent)
        return frozenset(above | {facet} if (facet := self.facet_of(tag)) else above)


def make_dataset(
    name: str,
    train: Iterable[Article],
    test: Iterable[Article],
    *,
    tags: Iterable[str] | None = None,
    facets: tuple[str, ...] = (),
    broader: Mapping[str, tuple[str, ...]] | None = None,
) -> Dataset:
    """Make a data set; without ``tags``, those of the training split are in question.

    Raises
    ------
    CorpusError
        If a split is empty, or there is no tag.
    """
    train, test = tuple(train), tuple(test)
    for split, articles in (("train on", train), ("test", test)):
        if not articles:
            raise CorpusError(f"data set {name} has no articles to {split}")
    known = set(tags) if tags is not None else {tag for article in train for tag in article.tags}
    if not known:
        raise CorpusError(f"data set {name}: no article to train on has a tag")
    unseen = sum(tag not in known for article in test for tag in article.tags)
    return Dataset(
        name, _only(train, known), _only(test, known), tuple(sorted(known)), facets, broader or {}, unseen
    )


def _only(articles: tuple[Article, ...], known: set[str]) -> tuple[Article, ...]:
    kept = []
    for article in articles:
        tags = tuple(dict.fromkeys(tag for tag in article.tags if tag in known))
        kept.append(article if tags == article.tags else replace(article, tags=tags))
    return tuple(kept)


def file_in(folder: Path | None, name: str, where: str) -> Path:
    """Return a file of the data folder; raise :class:`Unavailable` with ``where`` to get it."""
    if folder is None:
        raise Unavailable(
            f"no data folder: name one with --data-dir or TAGONOMY_DATA, and put {name} there ({where})"
        )
    if not (folder / name).is_file():
        raise Unavailable(f"{folder / name} is not there: {where}")
    return folder / name


def tidy(values: Iterable[str], least: int) -> dict[str, str]:
    """Return which real value each value means, where rare ones may be misspelt.

    Values that differ in case only are one, spelt as most often; those of fewer than ``least``
    articles become the closest frequent one, or are left out where none is close.

    >>> tidy(["Law and crime"] * 3 + ["Sports"] * 3 + ["Law and Crime", "Law and crimee", "x"], 3)
    {'Law and crime': 'Law and crime', 'Sports': 'Sports', 'Law and Crime': 'Law and crime', \
'Law and crimee': 'Law and crime'}
    """
    counts = Counter(value for value in values if value)
    spelling: dict[str, str] = {}
    total: Counter[str] = Counter()
    for value, count in counts.most_common():
        total[spelling.setdefault(value.casefold(), value)] += count
    real = {key: value for key, value in spelling.items() if total[value] >= least}
    meant = {}
    for value in counts:
        key = value.casefold()
        # "attacks and armed conflicts" is the same set of words in another order
        sameness = {" ".join(sorted(each.split())): each for each in real}
        close = [key] if key in real else [sameness.get(" ".join(sorted(key.split())), "")]
        close = close if close[0] else get_close_matches(key, list(real), n=1, cutoff=0.75)
        if close:
            meant[value] = real[close[0]]
    return meant
