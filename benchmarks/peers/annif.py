"""Annif: its tfidf, omikuji and MLLM backends, and the ensemble of the last two, through its command line.

Its pins differ from ours, so it runs in an environment of its own, which is made on first use below
``~/.cache/tagonomy`` (or ``TAGONOMY_CACHE``). Times and memory hold the start of its processes.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import venv
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.datasets.base import Unavailable
from benchmarks.datasets.json_lines import split
from benchmarks.peers.names import names_of
from benchmarks.peers.tfidf import targets, text_of, top_rows
from benchmarks.trial import FLAT
from tagonomy.articles.article import Article

VERSION = "1.4.3"
#: Tags of an article that get a score.
TOP = 50
_URI = "urn:tag:"
_BACKENDS = {
    "tfidf": "backend=tfidf",
    "omikuji": "backend=omikuji",
    "mllm": "backend=mllm",
    "ensemble": "backend=ensemble\nsources=omikuji,mllm",
}


class Annif:
    """One of Annif's projects, and those that it is made of.

    Parameters
    ----------
    backend : str
        Name of the project.
    limited : bool, default False
        Whether an article gets at most so many tags as are best on a fifth of the articles, as Annif's own
        ``optimize`` does. tfidf is of little use without: its scores tell the tags of an article apart,
        but hardly the articles (Reuters-21578: micro-F1 .27 with a threshold alone, .56 with three tags).
    folder : Path, optional
        Where the projects lie; by default in a temporary one.
    """

    def __init__(self, backend: str, *, limited: bool = False, folder: Path | None = None) -> None:
        self._backend, self._limited = backend, limited
        self._parts = ("omikuji", "mllm") if backend == "ensemble" else (backend,)
        self._home, self._given = environment(), folder

    def fit(self, articles: Sequence[Article], tags: Sequence[str]) -> None:
        """Load the tags as a SKOS vocabulary and train."""
        self._n_tags = len(tags)
        self._temporary = None if self._given else tempfile.TemporaryDirectory()
        self._folder = self._given or Path(self._temporary.name)
        (self._folder / "projects.cfg").write_text(_projects(len(tags)), encoding="utf-8")
        (self._folder / "tags.ttl").write_text(skos(tags), encoding="utf-8")
        self._run("load-vocab", "tags", "tags.ttl")
        if self._limited:
            learn, judge = split(list(articles), 0)
            self._train(learn, tags)
            self._limit = best_limit(self._suggest(judge), targets(judge, tags))
        self._train(articles, tags)

    def _train(self, articles: Sequence[Article], tags: Sequence[str]) -> None:
        # Annif learns from articles with a tag only.
        _write(self._folder / "train.tsv", [article for article in articles if article.tags], tags)
        for part in self._parts:
            self._run("train", part, "train.tsv")

    def scores(self, articles: Sequence[Article]) -> Any:
        """Return the scores of the best tags of each article; those within the limit are raised by 1.

        So a threshold of 1 and more is one within the limit, and the ranking stays as it was.
        """
        rows = self._suggest(articles)
        if self._limited:
            rows = [
                [(tag, score + (place < self._limit)) for place, (tag, score) in enumerate(row)]
                for row in rows
            ]
        return top_rows(rows, self._n_tags)

    def _suggest(self, articles: Sequence[Article]) -> list[list[tuple[int, float]]]:
        """Return tags and scores of each article, best first."""
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            for number, article in enumerate(articles):
                Path(folder, f"{number}.txt").write_text(text_of(article) or " ", encoding="utf-8")
            self._run("index", "--limit", str(TOP), self._backend, folder)
            return [_suggestions(Path(folder, f"{number}.annif")) for number in range(len(articles))]

    def _run(self, *arguments: str) -> None:
        environment = {**os.environ, **variables(self._home, self._folder)}
        environment.pop("PYTHONPATH", None)
        command = [str(self._home / "bin" / "annif"), *arguments]
        done = subprocess.run(
            command, cwd=self._folder, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"annif {arguments[0]} ended with {done.returncode}: {done.stderr[-300:]}")


def variables(home: Path, folder: Path) -> dict[str, str]:
    """Return the variables by which Annif finds its projects, its data and the model of its tokenizer."""
    return {
        "ANNIF_PROJECTS": str(folder / "projects.cfg"),
        "ANNIF_DATADIR": str(folder / "data"),
        "NLTK_DATA": str(home / "nltk_data"),
    }


def environment() -> Path:
    """Return the environment that holds Annif, made on first use.

    Raises
    ------
    Unavailable
        If it can't be installed.
    """
    cache = Path(os.environ.get("TAGONOMY_CACHE", Path.home() / ".cache" / "tagonomy"))
    home, ready = cache / f"annif-{VERSION}", cache / f"annif-{VERSION}.ready"
    if not ready.is_file():
        try:
            venv.create(home, with_pip=True, clear=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise Unavailable(f"no environment can be made for Annif: {error}") from error
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "-q", f"annif[omikuji]=={VERSION}"]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Unavailable(f"Annif {VERSION} can't be installed: {done.stderr.strip()[-300:]}")
        _add_punkt(home)
        ready.touch()
    return home


def _add_punkt(home: Path) -> None:
    """Give Annif's tokenizer the sentence model that it needs: NLTK's, or without a network an empty one.

    The model splits sentences at full stops; an empty one knows no abbreviation, which matters little
    to backends that look at words.
    """
    data = home / "nltk_data"
    download = [str(home / "bin" / "python"), "-m", "nltk.downloader", "-q", "-d", str(data), "punkt_tab"]
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(download, capture_output=True, timeout=120, check=False)
    folder = data / "tokenizers" / "punkt_tab" / "english"
    if not folder.is_dir():
        folder.mkdir(parents=True)
        for name in ("abbrev_types.txt", "collocations.tab", "ortho_context.tab", "sent_starters.txt"):
            (folder / name).touch()


def _projects(n_tags: int) -> str:
    common = f"language=en\nanalyzer=snowball(english)\nvocab=tags\nlimit={min(TOP, n_tags)}"
    return "\n".join(f"[{name}]\nname={name}\n{own}\n{common}\n" for name, own in _BACKENDS.items())


def skos(tags: Sequence[str]) -> str:
    """Return the tags as a SKOS vocabulary in Turtle, with the names that all peers get."""
    lines = ["@prefix skos: <http://www.w3.org/2004/02/skos/core#> ."]
    for number, tag in enumerate(tags):
        first, *others = (json.dumps(name) + "@en" for name in names_of(tag))
        also = "".join(f" ; skos:altLabel {name}" for name in others)
        lines.append(f"<{_URI}{number}> a skos:Concept ; skos:prefLabel {first}{also} .")
    return "\n".join(lines) + "\n"


def _write(path: Path, articles: Sequence[Article], tags: Sequence[str]) -> None:
    number = {tag: column for column, tag in enumerate(tags)}
    with path.open("w", encoding="utf-8") as file:
        for article in articles:
            uris = " ".join(f"<{_URI}{number[tag]}>" for tag in article.tags)
            file.write(f"{' '.join(text_of(article).split())}\t{uris}\n")


def best_limit(rows: Sequence[Sequence[tuple[int, float]]], gold: Any) -> int:
    """Return how many tags an article should get at most, so that micro-F1 is best.

    Of limits that are as good, give or take :data:`~benchmarks.trial.FLAT`, the greatest: the threshold that
    is tuned afterwards only takes tags away.

    >>> best_limit([[(0, 0.9), (1, 0.8), (2, 0.7)], [(2, 0.2), (0, 0.1)]], np.array([[1, 1, 0], [1, 0, 1]]))
    2
    """
    wanted = sparse.csr_array(gold).toarray() > 0
    f1 = []
    right = given = 0
    for place in range(max(map(len, rows))):
        at_place = [
            bool(wanted[article, row[place][0]]) for article, row in enumerate(rows) if place < len(row)
        ]
        right, given = right + sum(at_place), given + len(at_place)
        f1.append(2 * right / (given + wanted.sum()))
    return int(np.flatnonzero(np.array(f1) >= max(f1) - FLAT)[-1]) + 1


def _suggestions(path: Path) -> list[tuple[int, float]]:
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        uri, _, score = line.split("\t")
        rows.append((int(uri.strip("<>").removeprefix(_URI)), float(score)))
    return sorted(rows, key=lambda row: -row[1])


def make_tfidf() -> Annif:
    """Make an unfitted tfidf project."""
    return Annif("tfidf", limited=True)


def make_omikuji() -> Annif:
    """Make an unfitted omikuji project."""
    return Annif("omikuji")


def make_mllm() -> Annif:
    """Make an unfitted MLLM project: names in text, ranked by what it learned."""
    return Annif("mllm")


def make_ensemble() -> Annif:
    """Make an unfitted ensemble of omikuji and MLLM, half and half."""
    return Annif("ensemble")
