"""Names that the taxonomy lacks: what is found in running text, and what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tagonomy import Article, Tagger, suggest_new_terms
from tagonomy.cli import app
from tagonomy.errors import ConfigError


def names(tagger: Tagger, *texts: str, at_least: int = 1) -> list[str]:
    return [term.name for term in suggest_new_terms(texts, tagger, at_least=at_least)]


def test_names_are_counted_by_articles_and_places(tiny_tagger: Tagger) -> None:
    texts = [
        "Then Mary Blythe spoke. Later Mary Blythe left.",
        "Guests met Mary Blythe and Olga Hay.",
    ]
    mary, olga = suggest_new_terms(texts, tiny_tagger, at_least=1)
    assert mary[:3] == ("Mary Blythe", 2, 3)
    assert olga[:3] == ("Olga Hay", 1, 1)
    assert [term.name for term in suggest_new_terms(texts, tiny_tagger, at_least=2)] == ["Mary Blythe"]
    assert [term.name for term in suggest_new_terms(texts, tiny_tagger, at_least=1, limit=1)] == [
        "Mary Blythe"
    ]


def test_labels_of_the_taxonomy_are_known(tiny_tagger: Tagger) -> None:
    assert names(tiny_tagger, "Aides of Vladimir Putin met Sen. Olga Hay in Russia.") == ["Olga Hay"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("They joined the Bank of the Lakes in May.", ["Bank of the Lakes"]),
        ("They read the report of Friday.", []),
        ("However Mary Blythe left.", ["Mary Blythe"]),
        ("They love green. Green Tea Rooms opened.", ["Tea Rooms"]),
        ("Mary Blythe. Olga Hay.", ["Mary Blythe", "Olga Hay"]),
        ("Mary Blythe, Olga Hay and others.", ["Mary Blythe", "Olga Hay"]),
        ("They saw Mary O'Hara-Blythe.", ["Mary O'Hara-Blythe"]),
        ("READ MORE NOW about it, said D-Ohio.", []),
        ("they saw mary blythe", []),
        ("", []),
    ],
)
def test_what_a_name_is(tiny_tagger: Tagger, text: str, found: list[str]) -> None:
    assert sorted(names(tiny_tagger, text)) == sorted(found)


def test_headlines_are_left_out(tiny_tagger: Tagger) -> None:
    article = Article(title="Mary Blythe Wins Big", text="She won, Olga Hay said.")
    assert [term.name for term in suggest_new_terms([article], tiny_tagger, at_least=1)] == ["Olga Hay"]


def test_spellings_of_a_name_are_one(tiny_tagger: Tagger) -> None:
    texts = ["They met José Ruiz.", "They met José Ruiz.", "They met Jose Ruiz."]
    (term,) = suggest_new_terms(texts, tiny_tagger)
    assert term[:3] == ("José Ruiz", 3, 3)


def test_the_example_shows_the_name_in_its_place(tiny_tagger: Tagger) -> None:
    (term,) = suggest_new_terms(["word " * 50 + "and Mary Blythe " + "word " * 50], tiny_tagger, at_least=1)
    assert "word and Mary Blythe word" in term.example
    assert term.example[0] == term.example[-1] == "…" and len(term.example) < 150


@given(st.text(st.characters()))
def test_any_text_is_read(tiny_tagger: Tagger, text: str) -> None:
    for term in suggest_new_terms([text], tiny_tagger, at_least=1):
        assert term.articles == 1 and term.places >= 1 and term.name in " ".join(text.split())


def test_bounds_are_checked(tiny_tagger: Tagger) -> None:
    with pytest.raises(ConfigError, match="at_least=0"):
        suggest_new_terms([], tiny_tagger, at_least=0)


def test_command_lists_names(tmp_path: Path, tiny_tagger: Tagger) -> None:
    tiny_tagger.save(tmp_path / "m.safetensors")
    rows = [{"text": f"Aides met Mary Blythe {n} times.", "tags": []} for n in range(3)]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = ["taxonomy", "suggest", str(corpus), "--model", str(tmp_path / "m.safetensors")]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert "Mary Blythe" in done.stdout
    done = CliRunner().invoke(app, [*command, "--format", "json", "--at-least", "2", "--limit", "1"])
    assert json.loads(done.stdout)[0]["articles"] == 3
