"""``tagonomy label``: which articles to annotate next."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from tagonomy.cli.corpus import Field, Input, reader_of

if TYPE_CHECKING:
    from tagonomy.training.selection import Pick


class Task(StrEnum):
    """How articles to annotate are written."""

    jsonl = "jsonl"
    label_studio = "label-studio"
    prodigy = "prodigy"


def label(
    model: Annotated[str, typer.Argument(help="Name or path of the model as it is now.")],
    pool: Annotated[Path, typer.Argument(help="Articles to choose from: a file, folder or archive.")],
    next: Annotated[int, typer.Option("--next", help="How many articles to choose.", min=1)] = 100,
    labelled: Annotated[
        Path | None,
        typer.Option(help="Articles annotated so far: left out, and their rare tags count more."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; by default standard output.")] = None,
    to: Annotated[Task, typer.Option(help="For which tool to write them.")] = Task.jsonl,
    input: Input = "auto",
    field: Field = None,
) -> None:
    """Choose the articles to annotate next, with the model's tags to begin from."""
    from tagonomy.atomic import replacing
    from tagonomy.corpora.corpus import digest
    from tagonomy.corpora.formats.objects import encoded, write_elements
    from tagonomy.registry import load_tagger
    from tagonomy.training.selection import next_to_label

    tagger = load_tagger(model)
    reader = reader_of(pool, input, field, on_bad="skip")
    counts, seen = {}, set()
    if labelled is not None:
        known = reader_of(labelled, "auto", field, taxonomy=tagger, on_bad="skip")
        seen = {digest(article) for article in known}
        counts = dict(known.report.labels)
        print(f"{labelled}: {known.report}", file=sys.stderr)
    picks = next_to_label(tagger, reader.rows(), next, labelled=counts, seen=seen)
    name = str(tagger.manifest.get("name", "tagonomy"))
    tasks = (_task(pick, to, name) for pick in picks)
    with ExitStack() as stack:
        file: BinaryIO = stack.enter_context(replacing(out)) if out else sys.stdout.buffer
        if to is Task.label_studio:
            write_elements(tasks, file)
        else:
            file.writelines(encoded(task) + b"\n" for task in tasks)
    print(f"{pool}: {reader.report}", file=sys.stderr)
    print(f"{len(picks):,} articles to annotate", file=sys.stderr)


def _task(pick: Pick, to: Task, model: str) -> dict[str, Any]:
    from collections import Counter

    from tagonomy.corpora.formats.annotation import label_studio_prediction, prodigy_suggestion
    from tagonomy.corpora.formats.objects import fields_of

    if to is Task.prodigy:
        return prodigy_suggestion(pick.row, pick.predicted, pick.doubted, pick.score)
    if to is Task.label_studio:
        return label_studio_prediction(pick.row, pick.predicted, pick.doubted, pick.score, model)
    article = fields_of(pick.row, Counter())
    del article["tags"]
    return {**article, "score": round(pick.score, 4), **dict(_listed(pick))}


def _listed(pick: Pick) -> Iterator[tuple[str, list[dict[str, object]]]]:
    for name, tags in (("predicted", pick.predicted), ("doubted", pick.doubted)):
        yield name, [{"id": id, "label": text, "score": round(score, 4)} for id, text, score in tags]
