"""``tagonomy evaluate`` and ``card``: how well a model tags, where it errs, and what it says of itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tagonomy.cli.corpus import Field, Side, Unknown, read_labelled, shown
from tagonomy.cli.training import Articles, Input, Model, UnknownTags

if TYPE_CHECKING:
    from tagonomy.evaluation import Evaluation, Example


class Form(StrEnum):
    """How figures are written."""

    text = "text"
    json = "json"
    jsonl = "jsonl"


def evaluate(
    model: Model,
    corpus: Articles,
    input: Input = "auto",
    field: Field = None,
    split: Side = None,
    unknown: UnknownTags = Unknown.error,
    format: Annotated[Form, typer.Option(help="How to write the figures.")] = Form.text,
    worst: Annotated[
        int, typer.Option(help="Most tags, and most pairs of confused ones, to list as text.", min=0)
    ] = 10,
) -> None:
    """Compare a model's tags with those of a labelled corpus: by facet, by tag, and where it errs."""
    from tagonomy.evaluation import evaluate as measure
    from tagonomy.registry import load_tagger

    tagger = load_tagger(model)
    articles = read_labelled(corpus, input, field, split, unknown, tagger)
    found = measure(tagger, articles)
    if format is Form.json:
        print(json.dumps(found.to_dict(), indent=2))
    elif format is Form.jsonl:
        for row in found.rows:
            print(json.dumps(row))
    else:
        for line in lines(found, worst):
            print(line)


def card(model: Model) -> None:
    """Print the card of a model: data, settings, figures of each tag, thresholds and limits, as Markdown."""
    from tagonomy.card import model_card
    from tagonomy.registry import load_tagger

    print(model_card(load_tagger(model)), end="")


def lines(found: Evaluation, worst: int) -> Iterator[str]:
    """Yield the figures as people read them: a column a facet, then the worst tags, then confusions."""
    yield f"{'facet':<22}" + "".join(f" {each.facet:>13}" for each in found.facets)
    for name in (field.name for field in fields(found.facets[0]) if field.name != "facet"):
        values = [getattr(each, name) for each in found.facets]
        cells = (f"{value:>14,}" if isinstance(value, int) else f"{value:>14.4f}" for value in values)
        yield f"{name.replace('_', ' '):<22}" + "".join(cells)
    tags = found.worst(worst)
    if tags:
        yield f"\n{'tags with most errors':<38} articles  given  precision  recall      F1"
    for tag in tags:
        figures = (
            f"{tag.articles:>8,} {tag.given:>6,} {tag.precision:>10.4f} {tag.recall:>7.4f} {tag.f1:>7.4f}"
        )
        yield f"{shown(tag.label):<38} {figures}"
        yield from _examples("missed", tag.missed)
        yield from _examples("wrong", tag.wrong)
    labels = {tag.id: tag.label for tag in found.tags}
    if worst and found.confusions:
        yield f"\n{'most confused siblings':<38} articles"
    for pair in found.confusions[:worst]:
        yield (
            f"{shown(labels[pair.given])} for {shown(labels[pair.gold])}".ljust(38) + f" {pair.articles:>8,}"
        )
        yield from _examples("in", pair.examples)


def _examples(what: str, examples: tuple[Example, ...]) -> Iterator[str]:
    for each in examples:
        name = f"article {each.number + 1}" if each.id is None else each.id
        yield f"    {what} {shown(name)}: {shown(each.title)}"
