"""20 Newsgroups and RCV1 through scikit-learn's own fetchers, which need the network the first time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.datasets.base import Dataset, Unavailable, make_dataset
from tagonomy.articles.article import Article

#: RCV1's own split: the first 23,149 documents train (Lewis et al., 2004).
_RCV1_TRAIN = 23_149
#: More test documents than these add nothing but time; they are spread evenly over all 781,265.
_RCV1_TEST = 20_000


def _fetch(name: str, **options: Any) -> Any:
    from sklearn import datasets

    try:
        return getattr(datasets, f"fetch_{name}")(**options)
    except OSError as error:  # URLError is one
        raise Unavailable(f"scikit-learn's fetch_{name}() could not download it: {error}") from error


def read_newsgroups(folder: Path | None = None, seed: int = 0) -> Dataset:
    """Read 20 Newsgroups by date, without headers, footers and quotes, which give the group away."""
    sides = []
    for subset in ("train", "test"):
        found = _fetch("20newsgroups", subset=subset, remove=("headers", "footers", "quotes"))
        names = found.target_names
        sides.append(
            [
                Article(text, tags=[names[target]])
                for text, target in zip(found.data, found.target, strict=True)
            ]
        )
    return make_dataset(
        "20newsgroups", *sides, broader=dotted({tag for each in sides[0] for tag in each.tags})
    )


def dotted(tags: set[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the parents of dotted names.

    >>> dotted({"rec.sport.hockey"})
    {'rec.sport.hockey': ('rec.sport',), 'rec.sport': ('rec',)}
    """
    broader = {}
    for tag in sorted(tags):
        while "." in tag:
            broader[tag] = (tag.rpartition(".")[0],)
            tag = tag.rpartition(".")[0]
    return broader


def read_rcv1(folder: Path | None = None, seed: int = 0) -> Dataset:
    """Read RCV1-v2 topics. It is published as weights of stemmed words, so the words are numbers here."""
    found = _fetch("rcv1")
    labels = [str(name) for name in found.target_names]
    target = found.target.tocsr()
    X = found.data.tocsr()
    step = max(1, (X.shape[0] - _RCV1_TRAIN) // _RCV1_TEST)
    df = np.bincount(X[:_RCV1_TRAIN].indices, minlength=X.shape[1])
    idf = np.log(_RCV1_TRAIN / np.maximum(df, 1))

    def article(row: int) -> Article:
        span = slice(X.indptr[row], X.indptr[row + 1])
        columns = target.indices[target.indptr[row] : target.indptr[row + 1]]
        return Article(
            text_of(X.indices[span], X.data[span], idf), id=str(row), tags=[labels[c] for c in columns]
        )

    train = [article(row) for row in range(_RCV1_TRAIN)]
    test = [article(row) for row in range(_RCV1_TRAIN, X.shape[0], step)]
    return make_dataset("rcv1", train, test, broader=rcv1_parents(labels))


def text_of(words: np.ndarray[Any, Any], weights: np.ndarray[Any, Any], idf: np.ndarray[Any, Any]) -> str:
    """Return numbered words as often as they stood in the text.

    The weights are ``(1 + ln tf) * idf``, scaled to length 1; the smallest ``1 + ln tf`` of a text
    is taken to be that of a word that stands there once.

    >>> weights = np.array([1.0, 1 + np.log(3)]) * 0.2
    >>> text_of(np.array([4, 7]), weights, np.ones(9))
    'w4 w7 w7 w7'
    """
    told = idf[words] > 0
    words, scaled = words[told], weights[told] / idf[words[told]]
    if not len(words):
        return ""
    often = np.rint(np.exp(scaled / scaled.min() - 1)).astype(int)
    return " ".join(
        f"w{word}" for word, times in zip(words, often, strict=True) for _ in range(min(times, 1000))
    )


def rcv1_parents(codes: list[str]) -> dict[str, tuple[str, ...]]:
    """Return the parents of RCV1's topic codes: C151 lies under C15, and that under CCAT.

    >>> rcv1_parents(["C15", "C151", "CCAT"])
    {'C15': ('CCAT',), 'C151': ('C15',)}
    """
    broader = {}
    for code in codes:
        above = [other for other in codes if other != code and code.startswith(other)]
        root = f"{code[0]}CAT"
        if above:
            broader[code] = (max(above, key=len),)
        elif code != root and root in codes:
            broader[code] = (root,)
    return broader
