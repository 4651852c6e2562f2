"""ninjs, the IPTC's news in JSON: headline, body and the concepts that a news item is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tagonomy.articles.html import read_html
from tagonomy.config import Limits
from tagonomy.corpora.formats.objects import read_any
from tagonomy.corpora.records import Finding, Record, Source
from tagonomy.errors import LimitError

#: Members that hold concepts, as versions 1 and 2 (and later) call them.
CONCEPTS = (
    ("subject", "subjects"),
    ("person", "people"),
    ("organisation", "organisations"),
    ("place", "places"),
    ("event", "events"),
)
_HTML = ("body_xhtml", "body_html", "body_html5")


def read(source: Source) -> Iterator[Record | Finding]:
    """Yield the news items of a file: one over several lines, one a line, or an array."""
    for record in read_any(source):
        if isinstance(record, Finding):
            yield record
            continue
        try:
            values = _item(record.values, source.limits)
        except LimitError as error:
            yield record.place.because(str(error))
        except ValueError as error:
            yield record.place.because(f"not ninjs: {error}")
        else:
            yield Record(values, record.place, record.repaired)


def _item(values: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    tags: dict[str, None] = {}
    for names in CONCEPTS:
        for name in names:
            for concept in _objects(values, name):
                named = (concept[key] for key in ("name", "uri", "code", "literal") if concept.get(key))
                tags[next(named, "")] = None
    dates = ("versioncreated", "versionCreated", "firstcreated", "firstCreated", "published")
    return {
        "id": values.get("uri"),
        "title": values.get("headline") or _preferred(values, "headlines", limits),
        "text": _body(values, limits),
        "date": next((values[name] for name in dates if values.get(name)), None),
        "tags": list(filter(None, tags)),
    }


def _body(values: Mapping[str, Any], limits: Limits) -> object:
    if values.get("body_text") or values.get("bodies"):
        return values.get("body_text") or _preferred(values, "bodies", limits)
    for name in _HTML:
        if isinstance(values.get(name), str):
            return _text_of(values[name], limits)
    return values.get("description_text") or _preferred(values, "descriptions", limits)


def _preferred(values: Mapping[str, Any], name: str, limits: Limits) -> str:
    """Return the value of the main one of several headlines or bodies, plain text before HTML."""
    found = [each for each in _objects(values, name) if isinstance(each.get("value"), str)]
    if not found:
        return ""

    def rank(each: Mapping[str, Any]) -> tuple[bool, bool]:
        return "html" in str(each.get("contenttype", "")), str(each.get("role", "main")) != "main"

    best = min(found, key=rank)
    return _text_of(best["value"], limits) if rank(best)[0] else str(best["value"])


def _text_of(html: str, limits: Limits) -> str:
    return read_html(html, limits).page_text.strip()


def _objects(values: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = values.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ValueError(f"{name}: expected a list of objects, found {found!r:.40}")
    return found
