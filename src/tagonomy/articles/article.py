"""One article: what is tagged, and what training learns from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagonomy.config import Limits
from tagonomy.text import Tokens, expected_text, tokenize

if TYPE_CHECKING:
    from tagonomy.articles.tagline import LabelResolver

#: Between title and text in :attr:`Article.full_text`: a paragraph break, so no match spans it.
TITLE_BREAK = "\n\n"


@dataclass(frozen=True, slots=True)
class Article:
    r"""An article, with its editors' tags if they are known.

    Parameters
    ----------
    text : str
        The body.
    title : str, default ""
        The headline; a name in it counts more than one in passing.
    id : str, optional
        What the caller calls it; results carry it.
    date : str, optional
        When it was published, as the source writes it.
    tags : sequence of str, default ()
        Gold tags: concept ids, or labels where no taxonomy was at hand.
    unknown_tags : sequence of str, default ()
        Tags of the editors that name no concept of the taxonomy.

    Raises
    ------
    TypeError
        If a field is of another type; the message says what to do.

    Examples
    --------
    >>> article = Article("Talks resumed in Geneva.", title="Hope for peace", tags=["countries:ch"])
    >>> article.full_text
    'Hope for peace\n\nTalks resumed in Geneva.'
    >>> Article(b"Talks")
    Traceback (most recent call last):
        ...
    TypeError: Article.text: expected text as str, found bytes: decode it first, ...
    """

    text: str
    title: str = ""
    id: str | None = None
    date: str | None = None
    tags: tuple[str, ...] = ()
    unknown_tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # Most are as they should be, and going through them costs more than to look, setting one even more.
        if (
            (type(self.text) is type(self.title) is str)
            and (self.id is self.date is None)
            and not (self.tags or self.unknown_tags)
            and (type(self.tags) is type(self.unknown_tags) is tuple)
        ):
            return
        for name, value in (("text", self.text), ("title", self.title), ("id", self.id), ("date", self.date)):
            if type(value) is not str and (value is not None or name in ("text", "title")):
                # str() makes a plain str of subclasses such as numpy.str_, which compiled code would refuse.
                object.__setattr__(self, name, str(_checked(name, value)))
        for name, names in (("tags", self.tags), ("unknown_tags", self.unknown_tags)):
            if type(names) is not tuple or names:
                object.__setattr__(self, name, _names(name, names))

    @property
    def full_text(self) -> str:
        """Title, a blank line, and text, or the text alone: what offsets of evidence point into."""
        return self.title + TITLE_BREAK + self.text if self.title else self.text

    @property
    def title_characters(self) -> int:
        """How many leading code points of :attr:`full_text` are the title."""
        return len(self.title)

    @classmethod
    def from_page(
        cls,
        text: str,
        taxonomy: LabelResolver | None = None,
        *,
        id: str | None = None,
        limits: Limits | None = None,
    ) -> Article:
        """Make an article of the text of a scraped page.

        Its tag line and its furniture stay out of the text.

        Parameters
        ----------
        text : str
            The page: headline first, then the article, then what stands around it.
        taxonomy : LabelResolver, optional
            Splits the tag line into concepts; see :func:`tagonomy.articles.tagline.split_tags`.
        id : str, optional
            What to call the article.
        limits : Limits, optional
            Bounds; ``text_characters`` counts here.

        Returns
        -------
        Article
            Headline, body with the captions behind it, and the editors' tags.

        Raises
        ------
        TypeError
            If ``text`` is no str.
        LimitError
            If it is too long.

        See Also
        --------
        tagonomy.articles.page.parse_page : the page line by line.

        Examples
        --------
        >>> article = Article.from_page('''Rocket reaches orbit
        ... The rocket lifted off from Florida on Monday after two delays.
        ... Tags: Florida, space travel''')
        >>> article.title, article.text
        ('Rocket reaches orbit', 'The rocket lifted off from Florida on Monday after two delays.')
        >>> article.tags
        ('Florida', 'space travel')
        """
        # Most articles are no pages: they need not wait for these modules.
        from tagonomy.articles.page import parse_page
        from tagonomy.articles.tagline import split_tags

        page = parse_page(text, limits)
        split = split_tags(page.tag_line, taxonomy)
        body = "\n\n".join(filter(None, (page.body, page.caption)))
        return cls(body, page.headline, id=id, tags=split.tags, unknown_tags=split.unknown)

    @classmethod
    def from_html(
        cls,
        html: str,
        taxonomy: LabelResolver | None = None,
        *,
        id: str | None = None,
        limits: Limits | None = None,
    ) -> Article:
        """Make an article of an HTML document.

        Parameters
        ----------
        html : str
            The document; scripts, styles, menus, comments and attributes are not read as text.
        taxonomy : LabelResolver, optional
            Turns the page's tags into concepts; without one they keep their labels.
        id : str, optional
            What to call the article.
        limits : Limits, optional
            Bounds; ``html_bytes`` and ``html_depth`` count here.

        Returns
        -------
        Article
            Headline, body, date and tags as far as the document states them.

        Raises
        ------
        TypeError
            If ``html`` is no str.
        LimitError
            If it is too long or nested too deep.

        Examples
        --------
        >>> article = Article.from_html('''<title>Talks resume | Example News</title>
        ... <meta property="article:tag" content="Geneva"><p>Talks resumed in Geneva on Monday morning.''')
        >>> article.title, article.tags
        ('Talks resume', ('Geneva',))
        """
        from tagonomy.articles.html import read_html
        from tagonomy.articles.tagline import resolve_tags

        document = read_html(html, limits)
        article = cls.from_page(document.page_text, taxonomy, id=id, limits=limits)
        named = resolve_tags(document.tags, taxonomy)
        return cls(
            article.text,
            article.title,
            id=id,
            date=document.date or None,
            tags=_once(article.tags, named.tags),
            unknown_tags=_once(article.unknown_tags, named.unknown),
        )


def _checked(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"Article.{name}: {expected_text(value)}")
    return value


def _names(field: str, value: object) -> tuple[str, ...]:
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise TypeError(
            f"Article.{field}: expected a list of str, found {type(value).__name__}: wrap one tag as [tag]"
        )
    names = tuple(value)
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"Article.{field}: expected tags as str, found {type(name).__name__}")
    return tuple(map(str, names))


def _once(*groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for group in groups for name in group))


def as_article(value: str | Article) -> Article:
    """Return the article that a value stands for; raise TypeError with what to do instead."""
    if isinstance(value, Article):
        return value
    if not isinstance(value, str):
        raise TypeError(expected_text(value))
    return Article(text=str(value))


def is_plain(article: str | Article, longest: int) -> bool:
    """Tell whether an article is neither too long nor dated."""
    if type(article) is str:
        return len(article) <= longest
    if type(article) is Article and article.date is None:
        return len(article.title) + len(TITLE_BREAK) + len(article.text) <= longest
    return False


#: A first line of at most this many characters, followed by a blank line or a line break and more
#: text, is a headline.
_TITLE_CHARACTERS = 160


def title_of(article: str | Article) -> tuple[str, int]:
    """Return the full text of an article or a plain text, and how many of its first characters are the title.

    An article without a title of its own has one if its first line reads like a headline: short,
    without a full stop at its end, and with more text below.
    """
    if isinstance(article, Article) and article.title:
        return article.full_text, len(article.title)
    text = article.text if isinstance(article, Article) else article
    start = len(text) - len(text.lstrip())
    stop = text.find("\n", start)
    headline = text[start:stop].rstrip() if start < stop else ""
    # The rest is looked at last: of a long text it is long.
    if 0 < len(headline) <= _TITLE_CHARACTERS and headline[-1] not in ".!:,;" and text[stop:].strip():
        return text, start + len(headline)
    return text, 0


def tokens_of(article: str | Article) -> Tokens:
    """Return the words of a text, or of an article's title and text."""
    text, title_characters = title_of(article)
    return tokenize(text, title_characters)
