"""fastText's training files: a line an article, its labels as words that begin with ``__label__``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tagonomy.corpora.records import Finding, Record, Source, decoded

MARK = "__label__"
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
