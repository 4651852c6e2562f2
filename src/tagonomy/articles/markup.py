"""HTML to a stream of text, start and end tags, in linear time.

The standard library's HTMLParser is not linear on Python 3.11: 60 kB of ``<a <a <a ``
take it 32 s and 80 kB of ``<!--<!--`` 3 s.  The scanner here never looks at a character
more than a fixed number of times: what is not closed swallows the rest of the document,
as the HTML standard says it should.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from html import unescape

_MARKUP = re.compile(r"<(?:(?P<start>[a-zA-Z][^\s/>]*)|/(?P<end>[a-zA-Z][^\s/>]*)|(?P<comment>!--)|[/!?])")
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s/>=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?""")
_RAW = frozenset("script style textarea title xmp iframe noembed noframes".split())
_LONG_REFERENCE = re.compile(r"&#[0-9]{9,};?")


def scan(html: str) -> Iterator[tuple[str, str, str]]:
    """Split a document into events.

    Parameters
    ----------
    html : str
        A document or a piece of one.

    Yields
    ------
    tuple of str
        ``("text", text, "")`` with references resolved, ``("start", name, attributes)``,
        ``("end", name, "")``, or ``("raw", content, name)`` for elements without markup
        inside, such as scripts.  Comments and declarations yield nothing.

    Examples
    --------
    >>> list(scan("<P class=x>A &amp; B<!-- no --></p>"))
    [('start', 'p', ' class=x'), ('text', 'A & B', ''), ('end', 'p', '')]
    """
    position = 0
    while True:
        found = _MARKUP.search(html, position)
        start = found.start() if found else len(html)
        if start > position:
            yield "text", unescaped(html[position:start]), ""
        if not found:
            return
        if found["start"]:
            position = yield from _start_tag(html, found["start"].lower(), found.end())
        elif found["end"]:
            position = _after(html, ">", found.end())
            yield "end", found["end"].lower(), ""
        else:
            position = _after(html, "-->" if found["comment"] else ">", found.end())


def _start_tag(html: str, name: str, position: int) -> Generator[tuple[str, str, str], None, int]:
    """Yield a start tag, and the content of an element that holds no markup; return the offset behind."""
    stop = _tag_end(html, position)
    yield "start", name, html[position : stop - 1]
    if name in _RAW:
        close = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, stop)
        end = close.start() if close else len(html)
        yield "raw", html[stop:end], name
        return end
    return stop


def _tag_end(html: str, position: int) -> int:
    """Return the offset behind the ">" of a start tag: one in a quoted attribute value does not count."""
    while match := _ATTRIBUTE.match(html, position):
        position = match.end()
    return _after(html, ">", position)


def _after(html: str, mark: str, position: int) -> int:
    found = html.find(mark, position)
    return found + len(mark) if found >= 0 else len(html)


def unescaped(text: str) -> str:
    """Resolve character references; an absurdly long one becomes U+FFFD.

    Examples
    --------
    >>> unescaped("R&amp;D &#39;23")
    "R&D '23"
    """
    # html.unescape raises ValueError on a decimal reference of more than 4,300 digits.
    return unescape(_LONG_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def attributes_of(source: str) -> dict[str, str]:
    """Return the attributes of a start tag; the first of a name counts.

    Examples
    --------
    >>> attributes_of(' REL="tag" href=/x hidden')
    {'rel': 'tag', 'href': '/x', 'hidden': ''}
    """
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(source):
        value = match[2] if match[2] is not None else match[3] if match[3] is not None else match[4] or ""
        found.setdefault(match[1].lower(), unescaped(value))
    return found
