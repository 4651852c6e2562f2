"""A tagging as people read it: HTML with the evidence marked, and plain text."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from tagonomy.tag import Evidence, Source

if TYPE_CHECKING:
    from tagonomy.results import Tagging
    from tagonomy.tag import Tag

_INVISIBLE = {
    code: f"[U+{code:04X}]" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F)
}


def visible(text: str) -> str:
    r"""Return the text with bidi controls and control characters spelled out, so that nothing hides.

    >>> visible("a\u202eb")
    'a[U+202E]b'
    """
    shown = text.translate(_INVISIBLE)
    return "".join(c if c in "\n\t" or c.isprintable() or c == " " else f"[U+{ord(c):04X}]" for c in shown)


def one_line(text: str) -> str:
    """Return a label or a title as one line: the breaks in it are spelled out like all that hides."""
    return visible(text).replace("\n", "[U+000A]").replace("\t", "[U+0009]")


def _escaped(text: str) -> str:
    return escape(visible(text)).replace("\n", "<br>\n")


def to_html(tagging: Tagging) -> str:
    """Return the text with each piece of evidence in a ``<mark>`` that names its tags."""
    marks: dict[tuple[int, int], list[Tag]] = {}
    for tag in tagging:
        for each in tag.evidence:
            if each.start >= 0:
                marks.setdefault((each.start, each.stop), []).append(tag)
    parts, after = [], 0
    for (start, stop), tags in sorted(marks.items(), key=lambda item: (item[0][0], -item[0][1])):
        if start < after:
            continue
        titles = "; ".join(f"{tag.label} ({tag.facet}, {tag.score:.2f})" for tag in tags)
        parts.append(_escaped(tagging.text[after:start]))
        parts.append(f'<mark title="{escape(one_line(titles))}">{_escaped(tagging.text[start:stop])}</mark>')
        after = stop
    parts.append(_escaped(tagging.text[after:]))
    return f'<div class="tagonomy">{"".join(parts)}</div>'


def to_lines(tagging: Tagging, *, explain: bool = False) -> Iterator[str]:
    """Yield one line a tag: score, facet, label; with its evidence below where asked for."""
    for tag in tagging:
        yield f"{tag.score:.2f}  {tag.facet:<13}  {one_line(tag.label)}"
        if explain:
            yield from (f"        {_explain(each)}" for each in tag.evidence)


def _explain(evidence: Evidence) -> str:
    where = f"  at {evidence.start}-{evidence.stop}" if evidence.start >= 0 else ""
    said = f"  {visible(evidence.surface)!r}" if evidence.surface else ""
    name = "linear model" if evidence.source is Source.LINEAR else str(evidence.source)
    return f"{evidence.weight:+.2f}  {name}{said}{where}"
