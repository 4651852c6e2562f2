"""Articles: plain values that check themselves."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest

from tagonomy.articles.article import Article


def test_offsets_point_into_title_and_text() -> None:
    article = Article("Talks resumed.", title="Hope")
    assert article.full_text == "Hope\n\nTalks resumed."
    assert article.full_text[: article.title_characters] == "Hope"
    assert Article("Talks resumed.").full_text == "Talks resumed."


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (b"Talks", "decode"),
        (bytearray(b"Talks"), "decode"),
        (None, "''"),
        (["Talks"], "list"),
        (3, "int"),
        (float("nan"), "float"),
        (Path("a.txt"), "Path"),
        ({"text": "Talks"}, "dict"),
    ],
)
def test_a_wrong_type_is_named_with_the_way_out(value: object, hint: str) -> None:
    with pytest.raises(TypeError, match=hint):
        Article(value)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=hint):
        Article("Talks", title=value)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Article.from_page(value)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Article.from_html(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("tags", ["Geneva", b"Geneva", None, 3, [None], [3], [float("nan")]])
def test_tags_are_strings_in_a_sequence(tags: object) -> None:
    with pytest.raises(TypeError, match=r"Article\.tags"):
        Article("Talks", tags=tags)  # type: ignore[arg-type]


def test_id_and_date_are_strings() -> None:
    with pytest.raises(TypeError, match=r"Article\.id"):
        Article("Talks", id=7)  # type: ignore[arg-type]
    assert Article("Talks", id="7", date="2022").id == "7"


def test_subclasses_of_str_become_plain() -> None:
    article = Article(np.str_("Talks"), tags=[np.str_("Geneva")])  # type: ignore[arg-type]
    assert type(article.text) is str
    assert type(article.tags[0]) is str


def test_it_is_a_frozen_value() -> None:
    article = Article("Talks", tags=["Geneva"])  # type: ignore[arg-type]
    assert article == Article("Talks", tags=("Geneva",))
    assert len({article, Article("Talks", tags=("Geneva",))}) == 1
    assert pickle.loads(pickle.dumps(article)) == article
    with pytest.raises(FrozenInstanceError):
        article.text = ""  # type: ignore[misc]


def test_a_page_gives_title_text_and_tags() -> None:
    article = Article.from_page(
        "Talks resume\n\nEnvoys in Geneva. (AP Photo/Bo Lee)\n\n"
        "Talks resumed in Geneva on Monday.\n\nTags: Geneva, talks",
        id="a",
    )
    assert article == Article(
        "Talks resumed in Geneva on Monday.\n\nEnvoys in Geneva.",
        "Talks resume",
        "a",
        tags=("Geneva", "talks"),
    )


def test_an_undelimited_tag_line_is_unknown_without_a_taxonomy() -> None:
    article = Article.from_page("Talks resume\nTalks resumed in Geneva on Monday.\nTags Geneva peace talks")
    assert (article.tags, article.unknown_tags) == ((), ("Geneva peace talks",))


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "\u202e", "e" + "\u0301" * 1000])
def test_odd_texts_are_kept_as_given(text: str) -> None:
    assert Article(text).full_text == text
    Article.from_page(text)
    Article.from_html(text)
