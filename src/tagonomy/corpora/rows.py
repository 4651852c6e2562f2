"""Rows of any format to articles: which column is which field, and what a tag may be."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tagonomy.articles.article import Article
from tagonomy.articles.tagline import LabelResolver, TagSplit, resolve_tags, split_tags
from tagonomy.config import Limits
from tagonomy.corpora.formats.tables import listed
from tagonomy.corpora.records import Record, Row
from tagonomy.errors import ConfigError, CorpusError, LimitError

#: Columns that are tried for each field of an article, in order, where ``fields`` names none.
DEFAULT_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "text": ("text", "body", "content"),
        "title": ("title", "headline"),
        "tags": ("tags", "labels", "label", "subjects", "subject_uris"),
        "id": ("id", "document_id"),
        "date": ("date", "published"),
    }
)


def row_of(
    record: Record, columns: Mapping[str, tuple[str, ...]], taxonomy: LabelResolver | None, limits: Limits
) -> Row:
    """Return the article of a record; raise :class:`CorpusError` or :class:`LimitError` if it makes none."""
    values = record.values
    if record.form != "row":
        make = Article.from_html if record.form == "html" else Article.from_page
        article = make(str(values["text"]), taxonomy, id=str(values["id"]), limits=limits)
        return Row(article, {}, record.place)
    chosen = {
        name: next((column for column in tried if values.get(column) is not None), tried[0])
        for name, tried in columns.items()
    }
    found = {name: values.get(column) for name, column in chosen.items()}
    if found["text"] is None and found["title"] is None:
        wanted = " or ".join(map(repr, columns["text"] + columns["title"]))
        have = ", ".join(map(repr, list(values)[:8])) or "none"
        raise CorpusError(f"no text: expected a column {wanted}, found {have}; name yours with fields=")
    text, title = _text("text", found["text"]), _text("title", found["title"])
    for each in (text, title):
        if len(each) > limits.text_characters:
            raise LimitError("text_characters", len(each), limits.text_characters)
    split = _tags(found["tags"], taxonomy)
    article = Article(
        text,
        title,
        id=_name("id", found["id"]),
        date=_name("date", found["date"]),
        tags=split.tags,
        unknown_tags=split.unknown,
    )
    used = set(chosen.values())
    return Row(article, {name: value for name, value in values.items() if name not in used}, record.place)


def columns_of(fields: Mapping[str, str] | None) -> dict[str, tuple[str, ...]]:
    """Return the columns to try for each field."""
    columns = dict(DEFAULT_FIELDS)
    for name, column in (fields or {}).items():
        if name not in DEFAULT_FIELDS or not isinstance(column, str):
            raise ConfigError("fields", {name: column}, f"column names for {', '.join(DEFAULT_FIELDS)}")
        columns[name] = (column,)
    return columns


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise CorpusError(f"{name}: expected a string, found {type(value).__name__}")
    return value


def _name(name: str, value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise CorpusError(f"{name}: expected a string or a whole number, found {type(value).__name__}")
    return str(value)


def _tags(value: object, taxonomy: LabelResolver | None) -> TagSplit:
    if value is None or value == "":
        return TagSplit()
    if isinstance(value, str):
        spelled_out = listed(value)
        if spelled_out is None:
            split = split_tags(value, taxonomy)
            # One tag alone in its column is a tag, not a line that can't be split.
            return split if taxonomy is not None or split.tags else resolve_tags(split.unknown, None)
        value = spelled_out
    if not isinstance(value, (list, tuple)):
        raise CorpusError(f"tags: expected a list of strings or one string, found {type(value).__name__}")
    for tag in value:
        if not isinstance(tag, str):
            raise CorpusError(
                f"tags: expected each tag as a string, found {type(tag).__name__} ({tag!r:.40})"
            )
    return resolve_tags([tag.strip() for tag in value if tag.strip()], taxonomy)
