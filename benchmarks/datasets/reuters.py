"""Reuters-21578 as everybody downloads it: the 22 SGML files, in their tarball or unpacked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.datasets.base import Dataset, Unavailable, file_in, make_dataset
from tagonomy.articles.article import Article
from tagonomy.corpora.reading import CorpusReader

FACETS = ("topics", "places", "people", "orgs")
WHERE = (
    "download reuters21578.tar.gz of the UCI Machine Learning Repository, "
    "Reuters-21578 Text Categorization Collection"
)


def read(folder: Path | None, seed: int = 0, *, facet: str | None = None) -> Dataset:
    """Read the ModApte split (9,603 and 3,299 stories) with all four facets, or with one.

    Text is title and body. The labels in question are those of the training split.
    """
    facets = (facet,) if facet else FACETS
    splits: dict[object, list[Article]] = {"train": [], "test": [], "unused": []}
    for row in CorpusReader(_path(folder), "reuters").rows():
        tags = [tag for tag in row.article.tags if tag.partition(":")[0] in facets]
        splits[row.extra["split"]].append(replace(row.article, tags=tags))
    for articles in splits.values():  # however the archive was packed
        articles.sort(key=lambda article: int(article.id or 0))
    name = f"reuters21578-{facet}" if facet else "reuters21578"
    return make_dataset(name, splits["train"], splits["test"], facets=facets)


def _path(folder: Path | None) -> Path:
    unpacked = folder / "reuters21578" if folder else None
    if unpacked is None or not unpacked.is_dir():
        return file_in(folder, "reuters21578.tar.gz", WHERE)
    if not any(unpacked.glob("reut2-*.sgm")):
        raise Unavailable(f"{unpacked} holds no reut2-*.sgm: {WHERE}")
    return unpacked
