"""The tags of a corpus: turned into concepts, or into a taxonomy of their own."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from tagonomy.articles.article import Article
from tagonomy.articles.tagline import resolve_tags as resolve
from tagonomy.config import FACETS, Limits
from tagonomy.corpora.suggestions import unknown_tags_error
from tagonomy.errors import CorpusError
from tagonomy.tagger import Tagger
from tagonomy.taxonomy import Concept, Taxonomy
from tagonomy.text import fold, tokenize


def taxonomy_of(articles: Iterable[Article]) -> Taxonomy:
    """Return the taxonomy that the tags of a corpus form: one topic for each different tag."""
    labels = Counter(tag for article in articles for tag in article.tags)
    if not labels:
        raise CorpusError("no article has a tag: there is nothing to learn")
    longest, most = max(labels, key=len), Limits().label_characters
    if len(longest) > most:
        raise CorpusError(
            f"a tag has {len(longest):,} characters, {longest[:40]!r}...: at most {most} are allowed; "
            "is what was read as tags something else?"
        )
    return Taxonomy.of(concepts_of(labels).values(), "corpus")


def concepts_of(labels: Iterable[str]) -> dict[str, Concept]:
    """Return a concept for each label, ordered by label: a topic, unless the label is a ready id."""
    concepts: dict[str, Concept] = {}
    taken: set[str] = set()
    for label in sorted(labels):
        facet, _, rest = label.partition(":")
        ready = facet in FACETS and rest.replace("-", "").isalnum() and rest.isascii() and rest.islower()
        id = label if ready else f"topics:{_slug(label)}"
        if id in taken:
            id += "-" + hashlib.sha256(label.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        taken.add(id)
        concepts[label] = Concept(id=id, label=rest.replace("-", " ") if ready else label)
    return concepts


def _slug(label: str) -> str:
    slug = "-".join(
        "".join(c for c in fold(word) if c.isascii() and c.isalnum()) for word in tokenize(label).words
    )
    tidy = "-".join(part for part in slug.split("-") if part)
    return tidy or hashlib.sha256(label.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def resolve_tags(articles: Iterable[Article], concepts: Taxonomy | Tagger) -> list[Article]:
    """Return the articles with concept ids for tags; raise :class:`CorpusError` with all others."""
    resolved = []
    unknown: Counter[str] = Counter()
    for article in articles:
        split = resolve(article.tags, concepts)
        unknown.update(split.unknown)
        resolved.append(replace(article, tags=tuple(dict.fromkeys(split.tags))))
    if unknown:
        known = concepts.index.labels if isinstance(concepts, Tagger) else (each.label for each in concepts)
        raise unknown_tags_error(unknown, known)
    return resolved
