"""Reuters-21578: the SGML files as everybody downloads them, with the ModApte split."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from tagonomy.corpora.records import Finding, Record, Source

#: Elements that hold tags; a tag is the element in lower case, a colon and the label: ``topics:grain``.
CATEGORIES = ("TOPICS", "PLACES", "PEOPLE", "ORGS", "EXCHANGES", "COMPANIES")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_TAG = re.compile(r"<D>(.*?)</D>", re.DOTALL)
_MARKUP = re.compile(r"</?(?:TEXT|TITLE|DATELINE|AUTHOR|BODY)[^>]*>")
_DATE = re.compile(r"(\d{1,2})-([A-Z]{3})-(\d{4}) (\d\d:\d\d:\d\d)")
_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
_BEGIN, _END = b"<REUTERS", b"</REUTERS>"


def read(source: Source) -> Iterator[Record | Finding]:
    """Yield the stories of a file.

    Column ``split`` says on which side of ModApte a story is: ``train``, ``test``, or ``unused``
    for those without a judgement on topics.
    """
    story, place = bytearray(), Finding("", source.name)
    count = 0
    for where, line in source.lines():
        if where.problem:
            yield where
        elif not story and (begin := line.find(_BEGIN)) >= 0:
            place, story = where, bytearray(line[begin:])
        elif story:
            story += line
        if story and _END in line:
            yield _record(story.decode("latin-1"), place)
            story.clear()
            count += 1
        elif len(story) > source.limits.json_line_bytes:
            yield place.because(source.too_long("a story", len(story)))
            story.clear()
            count += 1
    if not story and not count:
        yield Finding("expected stories of Reuters-21578 in <REUTERS>, found none", source.name)
    if story:
        yield place.because("the story has no end; the file may have been cut off here")


def _record(sgml: str, place: Finding) -> Record:
    head, _, content = sgml.partition(">")
    attributes = dict(_ATTRIBUTE.findall(head))
    side = attributes.get("LEWISSPLIT", "").lower()
    judged = attributes.get("TOPICS") == "YES" and side in ("train", "test")
    above, _, _ = content.partition("<TEXT")
    tags = [
        f"{category.lower()}:{unescape(label).strip()}"
        for category in CATEGORIES
        for label in _TAG.findall(_element(above, category))
    ]
    title, text = _text(content)
    values = {
        "id": attributes.get("NEWID"),
        "title": title,
        "text": text,
        "date": _date(_element(above, "DATE").strip()),
        "tags": tags,
        "split": side if judged else "unused",
    }
    return Record(values, place)


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


def _date(text: str) -> str:
    """Return ``26-FEB-1987 15:01:01.79`` in the order that sorts; what is no date as it stands."""
    found = _DATE.match(text)
    if found is None or found[2] not in _MONTHS:
        return text
    return f"{found[3]}-{_MONTHS.index(found[2]) + 1:02}-{int(found[1]):02} {found[4]}"
