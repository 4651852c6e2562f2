"""HTML to the text of a page: headline, paragraphs, date and tags."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import msgspec

from tagonomy.articles.furniture import ends_sentence
from tagonomy.articles.markup import attributes_of, scan, unescaped
from tagonomy.articles.page import Page, parse_page, without_site_name
from tagonomy.config import Limits
from tagonomy.errors import LimitError
from tagonomy.text import expected_text

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
# What stands in these is not the article.
_SKIPPED = frozenset(
    "script style noscript template svg math nav aside footer form button select iframe textarea object "
    "canvas audio video dialog menu xmp noembed noframes map".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd details div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 head header hr html li main nav ol p pre section summary table "
    "tbody td tfoot th thead title tr ul".split()
)
# A start tag of the key closes an open element of the value: the standard lets authors leave out the end tag.
_CLOSES = {
    "li": ("li",),
    "dt": ("dt", "dd"),
    "dd": ("dt", "dd"),
    "tr": ("td", "th", "tr"),
    "td": ("td", "th"),
    "th": ("td", "th"),
    "option": ("option",),
}
_SKIPPED_ROLES = frozenset("navigation complementary contentinfo banner search menu dialog".split())
# Elements across which an end tag that was left out is not looked for.
_SCOPES = frozenset("ul ol dl table select article main section div body".split())
# From the most deliberate to the least: "keywords" alone is often written for search engines.
_TAG_KEYS = (
    "article:tag",
    "news_keywords",
    "rel=tag",
    "parsely-tags",
    "sailthru.tags",
    "ld:keywords",
    "keywords",
)
_DATE_KEYS = (
    "article:published_time",
    "ld:datePublished",
    "datepublished",
    "date",
    "dc.date",
    "parsely-pub-date",
)
# Only attributes with these are taken apart.
_TELLING = re.compile(r"\b(?:hidden|role|rel|style)\b", re.IGNORECASE)
_TAG_DELIMITER = re.compile(r"\s*[,;|]\s*")
_SPACE = re.compile(r"\s+")
_LONGEST_TAG, _MOST_TAGS = 200, 100
# An <article> or <main> is taken for the article when it holds this share of the page's text.
_SHARE_OF_MAIN = 0.3


@dataclass(frozen=True, slots=True)
class HtmlDocument:
    """What an HTML document says about its article.

    Parameters
    ----------
    title : str
        Headline, from og:title, the first h1, or the title element.
    paragraphs : tuple of str
        Blocks of text in order.
    tags : tuple of str
        The editors' tags, from the first of: article:tag, news_keywords, links with
        rel=tag, JSON-LD keywords, keywords.
    date : str
        When it was published, as the page writes it; '' if it does not.
    """

    title: str = ""
    paragraphs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    date: str = ""

    @property
    def page_text(self) -> str:
        """Title and paragraphs as the lines of a page."""
        lines = [line for line in self.paragraphs if line != self.title]
        return "\n\n".join(filter(None, (self.title, *lines)))


def read_html(html: str, limits: Limits | None = None) -> HtmlDocument:
    """Read title, paragraphs, tags and date from an HTML document.

    Parameters
    ----------
    html : str
        The document, or a piece of one.
    limits : Limits, optional
        Bounds; ``html_bytes`` and ``html_depth`` count here.

    Returns
    -------
    HtmlDocument
        Without scripts, styles, menus, forms, comments and attributes.

    Raises
    ------
    TypeError
        If ``html`` is no str.
    LimitError
        If it is too long or nested too deep.

    Notes
    -----
    Linear in the document.

    Examples
    --------
    >>> read_html("<h1>Hope</h1><script>x</script><p>Talks&nbsp;resumed.<!-- no --><p>Go on").paragraphs
    ('Hope', 'Talks resumed.', 'Go on')
    """
    if not isinstance(html, str):
        raise TypeError(expected_text(html))
    limits = limits or Limits()
    size = len(html) if html.isascii() else len(html.encode("utf-8", "replace"))
    if size > limits.html_bytes:
        raise LimitError("html_bytes", size, limits.html_bytes)
    reader = _Reader(limits.html_depth)
    for kind, value, attributes in scan(html):
        getattr(reader, kind)(value, attributes)
    return reader.document()


def html_to_page(html: str, limits: Limits | None = None) -> Page:
    """Read an HTML document and take its text apart as :func:`tagonomy.articles.page.parse_page` does.

    Examples
    --------
    >>> html_to_page("<h1>Hope</h1><p>Talks resumed in Geneva on Monday.<p>ADVERTISEMENT").body
    'Talks resumed in Geneva on Monday.'
    """
    return parse_page(read_html(html, limits).page_text, limits)


def _clean(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


class _Reader:
    """Collects blocks of text while elements open and close."""

    def __init__(self, deepest: int) -> None:
        self.deepest = deepest
        self.open: list[str] = []
        self.counts: Counter[str] = Counter()
        self.skip_depth = 0  # depth of the outermost element that is left out; 0 when none is open
        self.block = _Block()
        self.blocks: list[tuple[str, tuple[int, ...]]] = []
        self.regions: tuple[int, ...] = ()  # the <article> and <main> elements that are open
        self.region_names: list[str] = []
        self.link = ""  # "a" within a link, "tag" within one with rel=tag
        self.heading: list[str] = []
        self.raw_attributes = ""
        self.meta = _Meta()

    def text(self, value: str, _: str) -> None:
        if self.counts["h1"] and not self.meta.heading:
            self.heading.append(value)
        if not self.skip_depth:
            self.block.add(value, self.link)

    def raw(self, value: str, name: str) -> None:
        if name == "title" and not self.meta.title:
            self.meta.title = _clean(unescaped(value))
        elif name == "script" and "ld+json" in self.raw_attributes:
            self.meta.read_linked_data(value)

    def start(self, name: str, attributes: str) -> None:
        self._close_implied(name)
        if name in _BLOCKS:
            self._flush()
        named = attributes_of(attributes) if _TELLING.search(attributes) or name == "meta" else {}
        if name == "meta":
            self.meta.add(named)
        self.raw_attributes = attributes
        if name in _VOID:
            return
        self.open.append(name)
        self.counts[name] += 1
        if len(self.open) > self.deepest:
            raise LimitError("html_depth", len(self.open), self.deepest)
        if not self.skip_depth and (name in _SKIPPED or _hidden(named)):
            self.skip_depth = len(self.open)
        if name == "a":
            self.link = "tag" if named.get("rel", "").split() == ["tag"] else "a"
        elif name in ("article", "main"):
            self.regions += (len(self.region_names),)
            self.region_names.append(name)

    def end(self, name: str, _: str) -> None:
        if name in _BLOCKS:
            self._flush()
        if self.counts[name]:
            self._pop(len(self.open) - 1 - self.open[::-1].index(name))

    def _close_implied(self, name: str) -> None:
        if name in _BLOCKS and name != "br" and self.counts["p"]:
            self._flush()
            self._pop(len(self.open) - 1 - self.open[::-1].index("p"))
        closed = _CLOSES.get(name, ())
        lowest = None
        if any(self.counts[each] for each in closed):
            for index in range(len(self.open) - 1, -1, -1):
                if self.open[index] in closed:
                    lowest = index
                elif self.open[index] in _SCOPES:
                    break
        if lowest is not None:
            self._flush()
            self._pop(lowest)

    def _pop(self, depth: int) -> None:
        for name in self.open[depth:]:
            self.counts[name] -= 1
            if name in ("article", "main"):
                self.regions = self.regions[:-1]
            elif name == "a":
                self.link = ""
            elif name == "h1" and not self.meta.heading:
                self.meta.heading = _clean("".join(self.heading))
        del self.open[depth:]
        if depth < self.skip_depth:
            self.skip_depth = 0

    def _flush(self) -> None:
        block, self.block = self.block, _Block()
        text = _clean("".join(block.parts))
        if not text:
            return
        if block.is_tag_list():
            self.meta.named["rel=tag"] += block.tags
        elif not block.is_menu():
            self.blocks.append((text, self.regions))

    def document(self) -> HtmlDocument:
        """Return what was read; the document has ended."""
        self._flush()
        self._pop(0)
        return HtmlDocument(self.meta.headline(), tuple(self._article()), self.meta.tags(), self.meta.date())

    def _article(self) -> list[str]:
        characters = Counter[int]()
        for text, regions in self.blocks:
            for region in regions:
                characters[region] += len(text)
        total = sum(len(text) for text, _ in self.blocks)
        for name in ("article", "main"):
            named = [region for region in characters if self.region_names[region] == name]
            best = max(named, key=lambda region: characters[region], default=None)
            if best is not None and characters[best] >= _SHARE_OF_MAIN * total:
                return [text for text, regions in self.blocks if best in regions]
        return [text for text, _ in self.blocks]


class _Block:
    """The text between two block elements, and how much of it is links."""

    __slots__ = ("characters", "linked", "parts", "tags")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.tags: list[str] = []
        self.characters = self.linked = 0

    def add(self, text: str, link: str) -> None:
        self.parts.append(text)
        characters = len(text.strip())
        self.characters += characters
        self.linked += characters if link else 0
        if link == "tag":
            self.tags.append(_clean(text))

    def is_tag_list(self) -> bool:
        """Tell whether most of it is links with rel=tag: the editors' tags, not text with a link in it."""
        return 2 * sum(map(len, self.tags)) >= self.characters

    def is_menu(self) -> bool:
        """Tell whether nearly all of it is links and no sentence: a menu or a list of headlines."""
        return self.linked >= 0.8 * self.characters and not ends_sentence("".join(self.parts).rstrip())


class _Meta:
    """What the document says about itself outside its text."""

    def __init__(self) -> None:
        self.title = ""
        self.heading = ""
        self.named: defaultdict[str, list[str]] = defaultdict(list)

    def add(self, attributes: dict[str, str]) -> None:
        name = (
            attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
        ).lower()
        content = _clean(attributes.get("content", ""))
        if name and content:
            self.named[name].append(content)

    def read_linked_data(self, source: str) -> None:
        """Keep headline, date and keywords of JSON-LD; what can't be read says nothing about the article."""
        try:
            data = msgspec.json.decode(source.strip().encode("utf-8", "replace"))
        except (msgspec.DecodeError, RecursionError):
            return
        items = data if isinstance(data, list) else [data]
        for item in [*items, *_graph(items)]:
            if isinstance(item, dict) and ("headline" in item or "keywords" in item):
                for key in ("headline", "datePublished", "keywords"):
                    values = item.get(key)
                    values = values if isinstance(values, list) else [values]
                    self.named[f"ld:{key}"] += [_clean(unescaped(v)) for v in values if isinstance(v, str)]

    def headline(self) -> str:
        named = self._first("og:title", "twitter:title", "ld:headline")
        return without_site_name(named[0] if named else self.heading or self.title)

    def date(self) -> str:
        return next(iter(self._first(*_DATE_KEYS)), "")

    def tags(self) -> tuple[str, ...]:
        values = self._first(*_TAG_KEYS)
        names = [name for value in values for name in _TAG_DELIMITER.split(value)]
        kept = [name for name in names if 0 < len(name) <= _LONGEST_TAG]
        return tuple(dict.fromkeys(kept))[:_MOST_TAGS]

    def _first(self, *names: str) -> list[str]:
        return next((self.named[name] for name in names if self.named.get(name)), [])


def _graph(items: list[Any]) -> list[Any]:
    graphs = [item.get("@graph") for item in items if isinstance(item, dict)]
    return [item for graph in graphs if isinstance(graph, list) for item in graph]


def _hidden(attributes: dict[str, str]) -> bool:
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden", "").lower() == "true"
        or attributes.get("role", "").lower() in _SKIPPED_ROLES
        or "display:none" in attributes.get("style", "").replace(" ", "").lower()
    )
