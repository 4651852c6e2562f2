"""Reuters-21578 as everybody downloads it: the 22 SGML files, in their tarball or unpacked."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from benchmarks.datasets.base import Dataset, Unavailable, file_in, make_dataset
from tagonomy.articles.article import Article
from tagonomy.errors import CorpusError

FACETS = ("topics", "places", "people", "orgs")
WHERE = (
    "download reuters21578.tar.gz of the UCI Machine Learning Repository, "
    "Reuters-21578 Text Categorization Collection"
)

_STORY = re.compile(r"<REUTERS ([^>]*)>(.*?)</REUTERS>", re.DOTALL)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_TAG = re.compile(r"<D>(.*?)</D>", re.DOTALL)
_MARKUP = re.compile(r"</?(?:TEXT|TITLE|DATELINE|AUTHOR|BODY)[^>]*>")


def read(folder: Path | None, seed: int = 0, *, facet: str | None = None) -> Dataset:
    """Read the ModApte split (9,603 and 3,299 stories) with all four facets, or with one.

    Text is title and body. The labels in question are those of the training split.
    """
    splits: dict[str, list[Article]] = {"TRAIN": [], "TEST": []}
    for sgml in _files(folder):
        for split, article in stories(sgml, (facet,) if facet else FACETS):
            if split in splits:
                splits[split].append(article)
    name = f"reuters21578-{facet}" if facet else "reuters21578"
    return make_dataset(name, splits["TRAIN"], splits["TEST"], facets=(facet,) if facet else FACETS)


def _files(folder: Path | None) -> Iterator[str]:
    unpacked = folder / "reuters21578" if folder else None
    if unpacked and unpacked.is_dir():
        files = sorted(unpacked.glob("reut2-*.sgm"))
        if not files:
            raise Unavailable(f"{unpacked} holds no reut2-*.sgm: {WHERE}")
        yield from (path.read_text(encoding="latin-1") for path in files)
        return
    path = file_in(folder, "reuters21578.tar.gz", WHERE)
    try:
        with tarfile.open(path) as tar:
            members = sorted((m for m in tar.getmembers() if m.name.endswith(".sgm")), key=lambda m: m.name)
            if not members:
                raise CorpusError("the archive holds no .sgm file", file=str(path))
            for member in members:
                stream = tar.extractfile(member)
                if stream is not None:
                    yield stream.read().decode("latin-1")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise CorpusError(f"can't be unpacked: {error}", file=str(path)) from error


def stories(sgml: str, facets: tuple[str, ...] = FACETS) -> Iterator[tuple[str, Article]]:
    """Yield the stories of one file with their side of the ModApte split: TRAIN, TEST or none."""
    for match in _STORY.finditer(sgml):
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        used = attributes.get("TOPICS") == "YES" and attributes.get("LEWISSPLIT") in ("TRAIN", "TEST")
        content = match[2]
        tags = tuple(
            f"{facet}:{unescape(label).strip()}"
            for facet in facets
            for label in _TAG.findall(_element(content, facet.upper()))
        )
        title, body = _text(content)
        article = Article(body, title, id=attributes.get("NEWID"), tags=tuple(dict.fromkeys(tags)))
        yield attributes["LEWISSPLIT"] if used else "", article


def _element(content: str, name: str) -> str:
    found = re.search(rf"<{name}\b[^>]*>(.*?)</{name}>", content, re.DOTALL)
    return found[1] if found else ""


def _text(content: str) -> tuple[str, str]:
    """Return title and body; a story of type UNPROC has neither, only raw text."""
    whole = _element(content, "TEXT")
    title, body = _element(whole, "TITLE"), _element(whole, "BODY")
    if not title and not body:
        body = _MARKUP.sub(" ", whole)
    # References such as &#3; are control characters of the newswire: unescape() drops most, strip() the rest.
    return unescape(title).strip(), unescape(body).strip("\x00\x02\x03 \n")
