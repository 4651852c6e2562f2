"""A tagging as people read it: all of the text, nothing hidden, nothing run."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy import Evidence, Source, Tag, Tagging
from tagonomy.render import to_html, to_lines, visible

ANY_TEXT = st.text(st.characters())


def tag(label: str, *evidence: Evidence, score: float = 0.75) -> Tag:
    return Tag("people:someone", label, "people", score, ("people:someone",), evidence)


def mention(text: str, start: int, stop: int, weight: float = 1.0) -> Evidence:
    return Evidence(Source.MENTION, weight, text[start:stop], start, stop)


class Elements(HTMLParser):
    """Collects what a browser would see: elements, their attributes, and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@st.composite
def taggings(draw: st.DrawFn) -> Tagging:
    """Return any text with any spans of it as evidence, overlapping ones too."""
    text = draw(ANY_TEXT)
    tags = []
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        stop = draw(st.integers(start, len(text)))
        tags.append(tag(draw(ANY_TEXT), mention(text, start, stop)))
    return Tagging(tags, text=text)


@given(ANY_TEXT)
def test_visible_text_has_no_character_that_hides(text: str) -> None:
    assert all(c.isprintable() or c in "\n\t" for c in visible(text))
    visible(text).encode("utf-8")


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_plain_text_is_visible_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b", "a[U+0000]b"),
        ("\u202eabc\u202c", "[U+202E]abc[U+202C]"),
        ("\u2066x\u2069", "[U+2066]x[U+2069]"),
        ("\ud800", "[U+D800]"),
        ("\x1b[31m", "[U+001B][31m"),
        ("\u200b", "[U+200B]"),
        ("Łódź é 中 🚀", "Łódź é 中 🚀"),
    ],
)
def test_what_hides_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(taggings())
def test_html_holds_the_whole_text_once_and_only_its_own_elements(tagging: Tagging) -> None:
    html = to_html(tagging)
    inner = html.removeprefix('<div class="tagonomy">').removesuffix("</div>")
    stripped = re.sub(r"<[^>]*>", "", inner)
    assert unescape(stripped) == visible(tagging.text)
    assert {name for name, _ in Elements(html).elements} <= {"div", "mark", "br"}


def test_evidence_is_marked_with_its_tags() -> None:
    text = "Putin & <Xi> met"
    tags = [tag("Vladimir Putin", mention(text, 0, 5)), tag('Xi "Jinping"', mention(text, 9, 11), score=0.5)]
    html = to_html(Tagging(tags, text=text))
    marks = [attributes["title"] for name, attributes in Elements(html).elements if name == "mark"]
    assert marks == ["Vladimir Putin (people, 0.75)", 'Xi "Jinping" (people, 0.50)']
    assert Elements(html).text == text
    assert Tagging(tags, text=text).to_html() == html


def test_the_longer_of_overlapping_marks_stands() -> None:
    text = "annexation of Crimea"
    tagging = Tagging(
        [tag("Crimea", mention(text, 14, 20)), tag("annexation", mention(text, 0, 20))], text=text
    )
    marks = [
        attributes["title"] for name, attributes in Elements(to_html(tagging)).elements if name == "mark"
    ]
    assert marks == ["annexation (people, 0.75)"]


@pytest.mark.parametrize(
    "label",
    ['<img src=x onerror="alert(1)">', '" onmouseover="alert(1)', "</mark><script>x</script>", "a\nb\tc"],
)
def test_a_hostile_label_stays_text(label: str) -> None:
    html = to_html(Tagging([tag(label, mention("Putin", 0, 5))], text="Putin"))
    elements = Elements(html).elements
    assert [name for name, _ in elements] == ["div", "mark"]
    assert all(set(attributes) <= {"class", "title"} for _, attributes in elements)


def test_lines_show_score_facet_and_label() -> None:
    assert list(to_lines(Tagging([tag("Vladimir Putin")]))) == ["0.75  people         Vladimir Putin"]
    assert list(to_lines(Tagging([]))) == []


def test_explained_lines_show_weight_source_words_and_place() -> None:
    tagging = Tagging([tag("Vladimir Putin", mention("Putin", 0, 5, 1.5), Evidence(Source.LINEAR, -0.25))])
    assert list(to_lines(tagging, explain=True)) == [
        "0.75  people         Vladimir Putin",
        "        +1.50  mention  'Putin'  at 0-5",
        "        -0.25  linear model",
    ]


@given(ANY_TEXT)
def test_a_tag_is_one_line_whatever_its_label(label: str) -> None:
    (line,) = to_lines(Tagging([tag(label)]))
    assert "\n" not in line
