"""The card of a model: what it learned from, how well, and its limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conftest import Result

from tagonomy import Article, Tagger, TaggerConfig, Taxonomy, load_tagger, train
from tagonomy.card import model_card
from tagonomy.evaluation import evaluate
from tagonomy.training import extend, tune

NEWS = [
    Article(f"{words} on day{day}", tags=tags)
    for day in range(12)
    for words, tags in (
        ("The bank raised rates", ("economy",)),
        ("The striker scored twice", ("sport",)),
        ("Nothing happened", ("rare",) if day == 3 else ()),
    )
]


def cells(card: str, first: str) -> list[str]:
    """Return the row of a table by its first cell."""
    (row,) = (line for line in card.splitlines() if line.startswith(f"| {first} |"))
    return [cell.strip() for cell in row.strip("|").split(" | ")]


def test_every_tag_has_its_figures_threshold_and_source() -> None:
    tagger = train(NEWS)
    card = model_card(tagger)
    economy = cells(card, "economy")
    cut = tagger.cuts[tagger.index.number("topics:economy")]
    assert economy[1:] == ["topics", "12", "1.000", "1.000", "1.000", f"{cut:.2f}", "yes"]
    assert cells(card, "rare")[2] == "1" and cells(card, "rare")[-1] == "no"
    assert cells(card, "articles learned")[1].startswith("36 (SHA-256 ")
    assert cells(card, "C")[1] == "1.0" and cells(card, "min_df")[1] == "2"
    assert "1 of 3 concepts had too few training articles" in card
    assert "fewer than 30 articles, so that their figures are rough: economy, sport." in card


def test_figures_are_counts_of_articles_left_out(
    tiny_corpus: tuple[Article, ...], tiny_taxonomy: Taxonomy
) -> None:
    tagger = train(tiny_corpus, tiny_taxonomy, TaggerConfig(min_articles=8))
    counts = tagger.manifest["out_of_fold"]
    for id, (articles, given, right) in counts.items():
        below = {id, *(other for other in tiny_taxonomy.concepts if id in tiny_taxonomy.ancestors(other))}
        assert articles == sum(bool(below & set(article.tags)) for article in tiny_corpus)
        assert 0 <= right <= min(articles, given)
    seen = {tag.id: tag.f1 for tag in evaluate(tagger, tiny_corpus).tags}
    _, given, right = counts["topics:football"]
    assert right / given <= seen["topics:football"]  # whoever has seen an article knows it at least as well


def test_what_was_added_and_tuned_is_told() -> None:
    more = [Article(f"{article.text} again", tags=article.tags) for article in NEWS]
    new = [Article("The goal", tags=("goals",)), Article("The bank", tags=("economy",))] * 10
    tagger = tune(extend(train(NEWS), articles=new), more, 0.9)
    card = model_card(tagger)
    assert cells(card, "articles added")[1].endswith("for topics:goals")
    assert cells(card, "articles that set thresholds")[1] == "36, to a precision of 0.9 by facet"
    assert cells(card, "goals")[2] == "10"


def test_nothing_of_a_label_becomes_markup() -> None:
    label = "a|b\n<img src=x onerror=y>"
    articles = [Article("one two", tags=(label,)), Article("three four", tags=("other",))] * 10
    card = model_card(train(articles))
    assert "| a\\|b[U+000A]&lt;img src=x onerror=y&gt; |" in card and "<img" not in card


def test_the_shipped_model_has_one() -> None:
    card = model_card(load_tagger())
    assert card.startswith("# news-en\n") and "## Figures\n" in card and "US Government" not in card


def test_command(run: Callable[..., Result], tmp_path: Path) -> None:
    model = tmp_path / "mine.safetensors"
    assert run("train", "examples/corpus.jsonl", "--out", model).code == 0
    result = run("card", model)
    assert result.code == 0 and result.out == model_card(Tagger.load(model))
    assert cells(result.out, "corpus.jsonl")[1].startswith("36 rows: 0 bad")
