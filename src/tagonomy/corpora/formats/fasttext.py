"""fastText's training files: a line an article, its labels as words that begin with ``__label__``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from tagonomy.corpora.records import Finding, Record, Row, Source, decoded

MARK = "__label__"
_SPACE = re.compile(r"\s")
_BREAK = re.compile(r"[\t\r\n]")
_LABEL = re.compile(rf"(?:(?<=\s)|^){MARK}(\S*)(?:[ \t]+|$)")


def read(source: Source) -> Iterator[Record | Finding]:
    """Yield the text of each line and its labels, wherever in the line they stand."""
    for place, line in source.lines():
        if place.problem:
            yield place
            continue
        text, repaired = decoded(line)
        text = text.strip("\r\n")
        if text.strip():
            tags = [tag for tag in _LABEL.findall(text) if tag]
            yield Record({"text": _LABEL.sub("", text).strip(), "tags": tags}, place, repaired)


def write(rows: Iterable[Row], out: BinaryIO, losses: Counter[str]) -> None:
    """Write an article a line, its labels first."""
    for row in rows:
        article = row.article
        tags = article.tags + article.unknown_tags
        labels = [_SPACE.sub("_", tag) for tag in tags]
        losses["a space within a tag: became _"] += sum(map(str.__ne__, tags, labels))
        text = one_line(row, losses)
        if MARK in text:
            losses[f"{MARK} within a text: became _label_"] += 1
            text = text.replace(MARK, "_label_")
        line = " ".join([*(MARK + label for label in labels), text])
        if not line.strip():
            losses["an article without text and tags: left out"] += 1
            continue
        out.write(line.encode("utf-8", "replace") + b"\n")
        lost_fields(row, losses)


def one_line(row: Row, losses: Counter[str]) -> str:
    """Return title and text on one line, for formats that hold no more."""
    article = row.article
    text = article.full_text
    losses["a title: stands before the text"] += bool(article.title)
    losses["line breaks and tabs within a text: became spaces"] += bool(_BREAK.search(article.text))
    return _BREAK.sub(" ", text)


def lost_fields(row: Row, losses: Counter[str]) -> None:
    """Count what a format has no place for."""
    for name in ("id", "date"):
        losses[f"the {name}: left out"] += getattr(row.article, name) is not None
    losses["other columns: left out"] += bool(row.extra)
