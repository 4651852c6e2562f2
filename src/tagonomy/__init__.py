"""Tagonomy maps the text of an article onto a hierarchical tag taxonomy.

>>> from tagonomy import classify
>>> tagging = classify("Vladimir Putin met Xi Jinping in Moscow.")

Importing this package reads no file and imports no heavy module: names come when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tagonomy.articles.article import Article
    from tagonomy.config import TaggerConfig
    from tagonomy.corpora.reading import read_corpus
    from tagonomy.errors import TagonomyError
    from tagonomy.registry import classify, list_models, load_tagger, load_taxonomy
    from tagonomy.results import Tagging, TaggingBatch
    from tagonomy.suggestion import suggest_new_terms
    from tagonomy.tag import Evidence, Source, Tag
    from tagonomy.tagger import Tagger
    from tagonomy.taxonomy import Concept, Taxonomy
    from tagonomy.training import train

__version__ = "0.1.0"

_HOMES = {
    "Article": "articles.article",
    "Concept": "taxonomy",
    "Evidence": "tag",
    "Source": "tag",
    "Tag": "tag",
    "Tagger": "tagger",
    "TaggerConfig": "config",
    "Tagging": "results",
    "TaggingBatch": "results",
    "TagonomyError": "errors",
    "Taxonomy": "taxonomy",
    "classify": "registry",
    "list_models": "registry",
    "load_tagger": "registry",
    "load_taxonomy": "registry",
    "read_corpus": "corpora.reading",
    "suggest_new_terms": "suggestion",
    "train": "training",
}

__all__ = [
    "Article",
    "Concept",
    "Evidence",
    "Source",
    "Tag",
    "Tagger",
    "TaggerConfig",
    "Tagging",
    "TaggingBatch",
    "TagonomyError",
    "Taxonomy",
    "classify",
    "list_models",
    "load_tagger",
    "load_taxonomy",
    "read_corpus",
    "suggest_new_terms",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    from tagonomy.garbage import Keeping

    with Keeping():
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
