"""``tagonomy train`` and ``extend``: from labelled articles to a model file."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from tagonomy.cli.corpus import Field, Side, Unknown, columns_of, settle_unknown

if TYPE_CHECKING:
    from tagonomy.training.one_vs_rest import Progress

Model = Annotated[str, typer.Argument(help="Name or path of a trained model.")]
Articles = Annotated[Path, typer.Argument(metavar="CORPUS", help="Labelled articles: a file or folder.")]
Out = Annotated[Path, typer.Option(help="Model file to write.")]
Input = Annotated[str, typer.Option(help="Format of the corpus.")]
UnknownTags = Annotated[Unknown, typer.Option(help="What to do with tags that name no concept.")]
_TERMINATED = 143


def train(
    corpus: Articles,
    out: Out,
    taxonomy: Annotated[
        Path | None, typer.Option(help="Folder or JSON Lines file; by default the corpus' own tags.")
    ] = None,
    input: Input = "auto",
    name: Annotated[str | None, typer.Option(help="Name of the model; by default that of the file.")] = None,
    field: Field = None,
    split: Side = None,
    unknown: UnknownTags = Unknown.error,
    jobs: Annotated[int, typer.Option(help="Labels to train side by side; -1 for all cores.")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of solver and folds.")] = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the same command was stopped.")
    ] = False,
) -> None:
    """Train a tagger on labelled articles."""
    from tagonomy.config import TaggerConfig
    from tagonomy.corpora.reading import read_corpus
    from tagonomy.registry import load_taxonomy
    from tagonomy.training import train as fit
    from tagonomy.training.checkpoint import remove_checkpoint

    concepts = load_taxonomy(taxonomy) if taxonomy else None
    articles = read_corpus(corpus, format=input, taxonomy=concepts, fields=columns_of(field), split=split)
    print(articles.report, file=sys.stderr)
    settle_unknown(articles.report, (concept.label for concept in concepts or ()), unknown)
    checkpoint = out.with_name(f"{out.name}.checkpoint")
    if not resume and remove_checkpoint(checkpoint):
        print("training anew: what an earlier one left is gone; --resume would have kept it", file=sys.stderr)
    with _resumable(checkpoint):
        tagger = fit(
            articles,
            concepts,
            TaggerConfig(seed=seed, n_jobs=jobs),
            checkpoint=checkpoint,
            progress=_progress("tags learned"),
        )
        tagger.manifest["name"] = name or out.stem
        seal = tagger.save(out)
    remove_checkpoint(checkpoint)
    print(
        f"{out}: {len(tagger.index):,} concepts, {len(tagger.parts.linear.concepts):,} of them learned",
        file=sys.stderr,
    )
    print(seal)


def _progress(what: str) -> Progress:
    """Return what says how far it is: in place on a terminal, elsewhere a line for each tenth."""
    tenth = 0

    def say(done: int, total: int) -> None:
        nonlocal tenth
        if sys.stderr.isatty():
            print(f"\r{done:,} of {total:,} {what}", end="\n" if done == total else "", file=sys.stderr)
        elif 10 * done // total > tenth:
            tenth = 10 * done // total
            print(f"{done:,} of {total:,} {what}", file=sys.stderr, flush=True)

    return say


@contextmanager
def _resumable(checkpoint: Path) -> Iterator[None]:
    """Say how to go on if the work is interrupted or terminated; the exit codes are those of a shell."""

    def terminated(*_: Any) -> NoReturn:
        raise SystemExit(_TERMINATED)

    before: Callable[..., Any] | int | None = signal.signal(signal.SIGTERM, terminated)
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        if checkpoint.is_dir():
            print(f"\nstopped: what was learned is in {checkpoint}; ", end="", file=sys.stderr)
            print("the same command with --resume goes on from there", file=sys.stderr)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def extend(
    model: Model,
    taxonomy: Annotated[Path, typer.Option(help="Concepts to give from now on: a folder or file.")],
    out: Out,
    drop: Annotated[
        bool, typer.Option("--drop", help="Leave out what was learned of concepts that are gone.")
    ] = False,
) -> None:
    """Put a trained model on another taxonomy, without training."""
    from tagonomy.registry import load_tagger, load_taxonomy
    from tagonomy.training import extend as put_on

    tagger = put_on(load_tagger(model), load_taxonomy(taxonomy), drop=drop)
    for id in tagger.manifest.get("unmapped", ()):
        print(f"left out: {id}", file=sys.stderr)
    tagger.manifest["name"] = out.stem
    seal = tagger.save(out)
    print(f"{out}: {len(tagger.index):,} concepts", file=sys.stderr)
    print(seal)


#: In the order of the help.
COMMANDS: tuple[Callable[..., None], ...] = (train, extend)
