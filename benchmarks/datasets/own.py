"""Any labelled corpus of the user's."""

from __future__ import annotations

from pathlib import Path

from benchmarks.datasets.base import Dataset, make_dataset
from benchmarks.datasets.json_lines import split
from tagonomy.config import FACETS
from tagonomy.corpora.reading import read_corpus
from tagonomy.errors import CorpusError


def read(path: Path, seed: int = 0) -> Dataset:
    """Read a corpus from a file or folder.

    A folder with ``train.*`` and ``test.*`` is split by them; of anything else a fifth, drawn by
    the seed, tests. Tags that begin with one of Tagonomy's facets, such as ``people:``, are told apart.
    """
    sides = {side: sorted(path.glob(f"{side}.*")) for side in ("train", "test")} if path.is_dir() else {}
    if all(sides.values()) and sides:
        train, test = (
            [article for file in sides[side] for article in read_corpus(file)] for side in ("train", "test")
        )
    else:
        articles = list(read_corpus(path))
        if len(articles) < 2:
            raise CorpusError(
                f"{len(articles)} articles: at least two are needed for a split", file=str(path)
            )
        train, test = split(articles, seed)
    used = {tag.partition(":")[0] for article in train for tag in article.tags if ":" in tag}
    facets = tuple(facet for facet in FACETS if facet in used)
    return make_dataset(path.name.partition(".")[0], train, test, facets=facets)
