"""Files that are one article each: pages, HTML, plain text, and folders whose names are the tags."""

from __future__ import annotations

from collections.abc import Iterator

from tagonomy.corpora.records import Finding, Record, Source


def read_page(source: Source) -> Iterator[Record | Finding]:
    """Yield the text of a scraped page, which is still to be taken apart."""
    return _whole(source, "page")


def read_html(source: Source) -> Iterator[Record | Finding]:
    """Yield the source of an HTML document, which is still to be taken apart."""
    return _whole(source, "html")


def read_text(source: Source) -> Iterator[Record | Finding]:
    """Yield the text as it is."""
    return _whole(source, "row")


def read_class(source: Source) -> Iterator[Record | Finding]:
    """Yield the text with the name of the folder that it lies in as its tag."""
    *_, folder, _ = ("", *source.stem.split("/"))
    if not folder:
        yield Finding("expected a file in the folder of its class, found it at the top", source.name)
        return
    for record in _whole(source, "row"):
        if isinstance(record, Finding):
            yield record
        else:
            yield Record({**record.values, "tags": [folder]}, record.place, record.repaired)


def _whole(source: Source, form: str) -> Iterator[Record | Finding]:
    if form == "html":
        whole = source.whole("html_bytes", source.limits.html_bytes)
    else:
        whole = source.whole("text_characters", 4 * source.limits.text_characters)
    if isinstance(whole, Finding):
        yield whole
    else:
        text, repaired = whole
        text = text.strip() if form == "row" else text
        yield Record({"id": source.stem, "text": text}, Finding("", source.name), repaired, form)
