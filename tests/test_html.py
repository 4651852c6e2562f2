"""HTML: what a reader sees is text, nothing else is, and no document takes long."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy.articles.article import Article
from tagonomy.articles.html import html_to_page, read_html
from tagonomy.articles.markup import attributes_of, scan
from tagonomy.config import Limits
from tagonomy.errors import LimitError

BODY = "<p>Talks resumed in Geneva on Monday, a spokesman said.</p><p>They are to last a week or two.</p>"
PARAGRAPHS = ("Talks resumed in Geneva on Monday, a spokesman said.", "They are to last a week or two.")


def test_a_whole_document() -> None:
    article = Article.from_html(
        f"""<!DOCTYPE html><html><head><title>Talks | Example News</title>
        <meta property="og:title" content="Talks resume &amp; stall | Example News">
        <meta property="article:published_time" content="2022-03-14T10:02:00Z">
        <meta property="article:tag" content="Geneva"><meta property="article:tag" content="peace talks">
        <script>var a = "<p>Odesa</p>";</script><style>p {{ color: red }}</style></head>
        <body><nav><a href="/">Home</a><p>Menu of Odesa.</p></nav>
        <main><article><h1>Talks resume</h1>{BODY}<!-- <p>Odesa</p> -->
        <figure><img alt="Odesa"><figcaption>Envoys in Geneva. (AP Photo/Bo Lee)</figcaption></figure>
        <aside><p>Odesa reopened its harbour.</p></aside></article></main>
        <footer><p>Odesa Media. All rights reserved.</p></footer></body></html>"""
    )
    assert article.title == "Talks resume & stall"
    assert article.tags == ("Geneva", "peace talks")
    assert article.date == "2022-03-14T10:02:00Z"
    assert all(paragraph in article.text for paragraph in PARAGRAPHS)
    assert article.text.endswith("Envoys in Geneva.")
    assert "Odesa" not in article.full_text


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>Odesa</script>",
        "<script>if (a</b) '</scrip' Odesa </script >",
        "<style>Odesa</style>",
        "<!-- Odesa --",
        "<!-- > Odesa -->",
        "<textarea>Odesa</textarea>",
        "<template><p>Odesa</p></template>",
        '<div hidden="">Odesa</div>',
        '<div aria-hidden="true"><p>Odesa<p>Odesa</div>',
        '<div style="display: none">Odesa</div>',
        '<div role="navigation">Odesa</div>',
        '<img alt="a > Odesa">',
        "<img alt='a > Odesa'>",
        "<a title=Odesa></a>",
        "<?php Odesa ?>",
        "<![CDATA[Odesa]]>",
        "<button>Odesa</button>",
        "<ul><li><a href=/>Why Odesa waits</a></li><li><a href=/>Odesa today</a></li></ul>",
    ],
)
def test_what_readers_do_not_see_is_no_text(hidden: str) -> None:
    if hidden.endswith("--"):  # never closed: it swallows the rest
        assert read_html(BODY + hidden).paragraphs == PARAGRAPHS
    else:
        assert read_html(BODY + hidden + "<p>End.").paragraphs == (*PARAGRAPHS, "End.")


@pytest.mark.parametrize(
    ("html", "paragraphs"),
    [
        ("", ()),
        ("Talks resumed", ("Talks resumed",)),
        ("<p>One<p>Two<p>Three", ("One", "Two", "Three")),
        ("<ul><li>One<li>Two</ul>Three", ("One", "Two", "Three")),
        ("<table><tr><td>One<td>Two<tr><td>Three</table>", ("One", "Two", "Three")),
        ("One<br>Two<BR/>Three", ("One", "Two", "Three")),
        ("<p>a <b>bo</b>ld\n  word", ("a bold word",)),
        ("<p>2 < 3 and 4<5 &lt;p&gt; &eacute; &#39; &bogus;", ("2 < 3 and 4<5 <p> é ' &bogus;",)),
        ("<p>&#" + "1" * 5000 + "; end", ("\ufffd end",)),
        ("</p></div>One</b>", ("One",)),
        ('<p title="it\'s">One</p>', ("One",)),
        ('<p title="never closed>One</p><p>Two</p>', ("One", "Two")),
        ("<P CLASS=X>One</P>", ("One",)),
        ("<p>One <a href=/>Two</a> three.</p>", ("One Two three.",)),
        ("<div><div>One</div>Two</div>", ("One", "Two")),
    ],
)
def test_broken_and_plain_markup(html: str, paragraphs: tuple[str, ...]) -> None:
    assert read_html(html).paragraphs == paragraphs


def test_the_article_element_wins_over_teasers() -> None:
    html = f"<article><p>Odesa.</p></article><article>{BODY}</article><div><p>Odesa.</p></div>"
    assert read_html(html).paragraphs == PARAGRAPHS


def test_many_small_articles_are_all_read() -> None:
    html = "".join(f"<article><p>Post {number} of the live page.</p></article>" for number in range(9))
    assert len(read_html(html).paragraphs) == 9


class TestHeadline:
    @pytest.mark.parametrize(
        ("html", "title"),
        [
            ("<title>From title</title>", "From title"),
            ("<title>From title</title><h1>From <em>h1</em></h1>", "From h1"),
            ("<h1>From h1</h1><meta property=og:title content='From og'>", "From og"),
            ('<script type="application/ld+json">{"headline": "From data"}</script><h1>h1</h1>', "From data"),
            ("<title>One &amp; two | Example News", "One & two"),
            ("<p>Text", ""),
        ],
    )
    def test_sources_in_order(self, html: str, title: str) -> None:
        assert read_html(html).title == title

    def test_it_does_not_stand_twice(self) -> None:
        page = html_to_page(f"<h1>Talks resume</h1>{BODY}")
        assert page.headline == "Talks resume"
        assert page.body == "\n\n".join(PARAGRAPHS)


class TestTags:
    @pytest.mark.parametrize(
        ("html", "tags"),
        [
            ('<meta name="keywords" content="Geneva, peace talks; Geneva">', ("Geneva", "peace talks")),
            ('<meta name=keywords content=low><meta name=news_keywords content="high">', ("high",)),
            (
                '<script type="application/ld+json">{"@graph": [{"keywords": ["Geneva"]}]}</script>',
                ("Geneva",),
            ),
            (
                '<script type="application/ld+json">[{"keywords": "Geneva, talks"}]</script>',
                ("Geneva", "talks"),
            ),
            ('<script type="application/ld+json">{"keywords": [NaN</script>', ()),
            ('<script type="application/ld+json">' + "[" * 100_000 + "</script>", ()),
            ('<ul><li><a rel="tag" href=/>Geneva</a><li><a rel=tag>talks</a></ul>', ("Geneva", "talks")),
            ("<meta name=keywords content=''>", ()),
        ],
    )
    def test_sources_in_order(self, html: str, tags: tuple[str, ...]) -> None:
        document = read_html(html + BODY)
        assert document.tags == tags
        assert document.paragraphs == PARAGRAPHS

    def test_a_link_with_rel_tag_amid_a_sentence_stays_text(self) -> None:
        document = read_html("<p>Talks in <a rel=tag>Geneva</a> resumed on Monday, a spokesman said.")
        assert document.paragraphs == ("Talks in Geneva resumed on Monday, a spokesman said.",)
        assert document.tags == ()

    def test_a_visible_tag_line_never_reaches_the_text(self) -> None:
        article = Article.from_html(f"<h1>Talks resume</h1>{BODY}<div>Tags: Geneva, peace talks</div>")
        assert article.tags == ("Geneva", "peace talks")
        assert "Tags" not in article.text


class TestLimits:
    def test_size_counts_bytes(self) -> None:
        assert read_html("é" * 5, Limits(html_bytes=10)).paragraphs == ("ééééé",)
        with pytest.raises(LimitError, match="html_bytes: found 12"):
            read_html("é" * 6, Limits(html_bytes=10))

    def test_depth(self) -> None:
        assert read_html("<div>" * 512 + "One").paragraphs == ("One",)
        with pytest.raises(LimitError, match="html_depth"):
            read_html("<div>" * 200_000)

    def test_wrong_type(self) -> None:
        with pytest.raises(TypeError, match="decode"):
            read_html(b"<p>")  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        "unit",
        [
            "<",
            "<!--",
            "<a ",
            "</a",
            "<![CDATA[",
            '<a b="',
            "<a b='",
            "<?",
            "<p>",
            "<b><p>",
            "<li>",
            "&",
            "&#1",
            "<script>",
            "<a",
            "</",
            "<tr><td>",
            "<a href=x>y</a>",
            "<article></article>",
            "<h1>",
            "<a b= ",
            "<!",
            "</script>",
            "<a>",
        ],
    )
    def test_no_document_takes_long(self, unit: str) -> None:
        # The standard library's parser takes over 30 s on 60 kB of "<a ".
        html = unit * (200_000 // len(unit))
        started = time.perf_counter()
        with suppress(LimitError):
            read_html(html)
        assert time.perf_counter() - started < 60  # a hang guard, not a timing

    def test_a_run_of_angle_brackets_is_fast(self) -> None:
        read_html("<")
        started = time.perf_counter()
        read_html("<" * 200_000)
        assert time.perf_counter() - started < 20  # a hang guard, not a timing


FRAGMENTS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div",
        ">",
        "<",
        "</",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        '"',
        "'",
        "=",
        "a",
        " ",
        "&amp;",
        "&#",
        "<li>",
        "<table>",
        "<td>",
        "</table>",
        "<a rel=tag>",
        "</a>",
        "<h1>",
        "</h1>",
        "<article>",
        "</article>",
        "\x00",
    ]
)


@given(st.lists(st.one_of(FRAGMENTS, st.text(st.characters(), max_size=5)), max_size=40).map("".join))
def test_any_string_is_read(html: str) -> None:
    document = read_html(html)
    assert all(paragraph == " ".join(paragraph.split()) for paragraph in document.paragraphs)
    html_to_page(html)


@given(st.text(st.characters(exclude_characters="<&"), max_size=60))
def test_text_without_markup_is_itself(text: str) -> None:
    assert "".join(value for _, value, _ in scan(text)) == text


def test_attributes() -> None:
    assert attributes_of(" a=1 B='2 3' c=\"4>\" d a=9 /") == {"a": "1", "b": "2 3", "c": "4>", "d": ""}
