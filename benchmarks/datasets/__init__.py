"""The data sets: readers for the formats as users download them, each with a fixed train/test split."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from benchmarks.datasets import json_lines, own, reuters, scikit
from benchmarks.datasets.base import Dataset, Unavailable, make_dataset
from tagonomy.errors import CorpusError

__all__ = ["DATASETS", "Dataset", "Unavailable", "data_folder", "expand", "load", "make_dataset"]

Reader = Callable[[Path | None, int], Dataset]

#: Every data set by its name. A reader takes the folder where the sets lie and a seed, which only
#: matters to sets without a split of their own.
DATASETS: Mapping[str, Reader] = {
    "reuters21578": reuters.read,
    "reuters21578-together": reuters.read,
    **{f"reuters21578-{facet}": partial(reuters.read, facet=facet) for facet in reuters.FACETS},
    "thehill_people": json_lines.read_thehill,
    "current_events": json_lines.read_current_events,
    "us_bills": json_lines.read_us_bills,
    "us_news_articles": json_lines.read_us_news,
    "20newsgroups": scikit.read_newsgroups,
    "rcv1": scikit.read_rcv1,
}


def data_folder(given: str | Path | None = None) -> Path | None:
    """Return where the data sets lie: as given, ``TAGONOMY_DATA``, or the shared data beside the checkout."""
    if given or os.environ.get("TAGONOMY_DATA"):
        return Path(given or os.environ["TAGONOMY_DATA"])
    shared = Path(__file__).resolve().parents[3] / "shared" / "data"
    return shared if shared.is_dir() else None


def expand(name: str) -> tuple[str, ...]:
    """Return the data sets that a name on the command line means.

    Reuters-21578 is run with its four facets together and with each alone.

    >>> expand("reuters21578")[:2], expand("us_bills")
    (('reuters21578', 'reuters21578-topics'), ('us_bills',))
    """
    if name != "reuters21578":
        return (name,)
    return (name, *(f"{name}-{facet}" for facet in reuters.FACETS))


def load(name: str, folder: Path | None = None, seed: int = 0) -> Dataset:
    """Read a data set by name, or any labelled corpus by path.

    Parameters
    ----------
    name : str
        One of :data:`DATASETS`, or the path of a corpus that :func:`tagonomy.read_corpus` reads.
    folder : Path, optional
        Where the data sets lie; by default as :func:`data_folder` finds.
    seed : int, default 0
        Draws the test articles where the corpus has no split of its own.

    Raises
    ------
    Unavailable
        If the data set is not there: says where to get it.
    CorpusError
        If there is none of this name, it can't be read, or has no articles to train on or to test.
    """
    if name in DATASETS:
        return DATASETS[name](folder or data_folder(), seed)
    if Path(name).exists():
        return own.read(Path(name), seed)
    raise CorpusError(f"no data set {name!r} and no such file: the data sets are {', '.join(DATASETS)}")
