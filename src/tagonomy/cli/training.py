"""``tagonomy train``, ``extend``, ``tune`` and ``search``: from labelled articles to a model file."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from tagonomy.cli.corpus import Field, Side, Unknown, read_labelled
from tagonomy.errors import ConfigError

if TYPE_CHECKING:
    from tagonomy.training.one_vs_rest import Progress

Model = Annotated[str, typer.Argument(help="Name or path of a trained model.")]
Articles = Annotated[Path, typer.Argument(metavar="CORPUS", help="Labelled articles: a file or folder.")]
Taxonomy = Annotated[
    Path | None, typer.Option(help="Folder or JSON Lines file; by default the corpus' own tags.")
]
Out = Annotated[Path, typer.Option(help="Model file to write.")]
Input = Annotated[str, typer.Option(help="Format of the corpus.")]
UnknownTags = Annotated[Unknown, typer.Option(help="What to do with tags that name no concept.")]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="SETTING=VALUE", help="A field of TaggerConfig, such as C=0.5; may be repeated."
    ),
]
_TERMINATED = 143


def settings_of(pairs: list[str] | None) -> dict[str, Any]:
    """Return the settings that ``--set SETTING=VALUE`` names."""
    found = {}
    for each in pairs or ():
        name, values = _named(each)
        if len(values) != 1:
            raise ConfigError(name, each, "one value")
        found[name] = values[0]
    return found


def _named(pair: str) -> tuple[str, list[Any]]:
    """Return the setting that SETTING=VALUE[,VALUE...] names, and its values."""
    from tagonomy.config import TaggerConfig

    name, _, values = pair.partition("=")
    defaults = TaggerConfig().to_dict()
    known = [name for name, value in defaults.items() if isinstance(value, (int, float)) and name != "seed"]
    if name not in known:
        raise ConfigError("--set", name, f"one of {', '.join(known)}")
    try:
        found = json.loads(f"[{values}]")
    except ValueError:
        found = []
    if not found or not all(isinstance(value, (int, float)) for value in found):
        raise ConfigError(name, values, "a number, true or false")
    return name, found


def train(
    corpus: Articles,
    out: Out,
    taxonomy: Taxonomy = None,
    input: Input = "auto",
    name: Annotated[str | None, typer.Option(help="Name of the model; by default that of the file.")] = None,
    field: Field = None,
    split: Side = None,
    unknown: UnknownTags = Unknown.error,
    jobs: Annotated[int, typer.Option(help="Labels to train side by side; -1 for all cores.")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of solver and folds.")] = 0,
    setting: Set = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the same command was stopped.")
    ] = False,
) -> None:
    """Train a tagger on labelled articles."""
    from tagonomy.config import TaggerConfig
    from tagonomy.registry import load_taxonomy
    from tagonomy.training import train as fit
    from tagonomy.training.checkpoint import remove_checkpoint

    config = TaggerConfig(seed=seed, n_jobs=jobs, **settings_of(setting))
    concepts = load_taxonomy(taxonomy) if taxonomy else None
    articles = read_labelled(corpus, input, field, split, unknown, concepts)
    checkpoint = out.with_name(f"{out.name}.checkpoint")
    if not resume and remove_checkpoint(checkpoint):
        print("training anew: what an earlier one left is gone; --resume would have kept it", file=sys.stderr)
    with _resumable(checkpoint):
        progress = _progress("tags learned")
        tagger = fit(articles, concepts, config, checkpoint=checkpoint, progress=progress)
        tagger.manifest |= {"name": name or out.stem, "data": {corpus.name: str(articles.report)}}
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
            end = "\n" if done == total else ""
            print(f"\r{done:,} of {total:,} {what}", end=end, file=sys.stderr, flush=True)
        elif 10 * done // total > tenth:
            tenth = 10 * done // total
            print(f"{done:,} of {total:,} {what}", file=sys.stderr, flush=True)

    return say


@contextmanager
def _resumable(checkpoint: Path) -> Iterator[None]:
    """Say how to go on if the work is stopped or the disk full; signals give the exit codes of a shell."""

    def terminated(*_: Any) -> NoReturn:
        raise SystemExit(_TERMINATED)

    before: Callable[..., Any] | int | None = signal.signal(signal.SIGTERM, terminated)
    try:
        yield
    except (KeyboardInterrupt, SystemExit, OSError, MemoryError):
        if checkpoint.is_dir():
            print(f"\nstopped: what was learned is in {checkpoint}; ", end="", file=sys.stderr)
            print("the same command with --resume goes on from there", file=sys.stderr)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def extend(
    model: Model,
    out: Out,
    taxonomy: Annotated[
        Path | None, typer.Option(help="Concepts to give from now on: a folder or file.")
    ] = None,
    articles: Annotated[
        Path | None, typer.Option(help="Labelled articles to learn more tags from: a file or folder.")
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option(help="Id to learn from the articles, anew if it was learned; may be repeated."),
    ] = None,
    drop: Annotated[
        bool, typer.Option("--drop", help="Leave out what was learned of concepts that are gone.")
    ] = False,
    input: Input = "auto",
    field: Field = None,
    split: Side = None,
    unknown: UnknownTags = Unknown.error,
) -> None:
    """Put a trained model on another taxonomy, or teach it more tags, without training it anew."""
    from tagonomy.registry import load_tagger, load_taxonomy
    from tagonomy.training import extend as extended

    if taxonomy is None and articles is None:
        raise typer.BadParameter("expected --taxonomy PATH, --articles CORPUS or both")
    if tag and articles is None:
        raise typer.BadParameter("--tag goes with --articles CORPUS, from which it is learned")
    before = load_tagger(model)
    concepts = load_taxonomy(taxonomy) if taxonomy else None
    corpus = read_labelled(articles, input, field, split, unknown, concepts) if articles else ()
    tagger = extended(before, concepts, corpus, tags=tag or None, drop=drop)
    for id in tagger.manifest.get("unmapped", ()):
        print(f"left out: {id}", file=sys.stderr)
    if articles:
        for id in tagger.manifest["added"][-1]["tags"]:
            print(f"learned: {id}", file=sys.stderr)
    tagger.manifest["name"] = out.stem
    seal = tagger.save(out)
    print(f"{out}: {len(tagger.index):,} concepts", file=sys.stderr)
    print(seal)


class By(StrEnum):
    """Who shares a threshold."""

    facet = "facet"
    tag = "tag"


def tune(
    model: Model,
    corpus: Articles,
    out: Out,
    precision: Annotated[float, typer.Option(help="Share of the tags given that shall be right (0-1).")],
    by: Annotated[By, typer.Option(help="One threshold a facet, or one a tag.")] = By.facet,
    input: Input = "auto",
    field: Field = None,
    split: Side = None,
    unknown: UnknownTags = Unknown.error,
) -> None:
    """Set a model's thresholds to a wanted precision, by articles that it has not learned."""
    from tagonomy.evaluation import evaluate
    from tagonomy.registry import load_tagger
    from tagonomy.training import tune as set_thresholds

    tagger = load_tagger(model)
    articles = read_labelled(corpus, input, field, split, unknown, tagger)
    tuned = set_thresholds(tagger, articles, precision, by=by.value)
    for facet in tuned.manifest["tuned"]["unreached"]:
        print(f"warning: {facet}: no threshold gives {precision:g} here: they are not given", file=sys.stderr)
    figures = zip(evaluate(tagger, articles).facets, evaluate(tuned, articles).facets, strict=True)
    for before, after in figures:
        print(
            f"{before.facet:<14} precision {before.micro_precision:.3f} -> {after.micro_precision:.3f}, "
            f"recall {before.micro_recall:.3f} -> {after.micro_recall:.3f}",
            file=sys.stderr,
        )
    print("these articles flatter the thresholds set by them: evaluate with others", file=sys.stderr)
    tuned.manifest["name"] = out.stem
    print(tuned.save(out))


class Sampler(StrEnum):
    """How settings to try are chosen."""

    random = "random"
    grid = "grid"
    optuna = "optuna"


class Metric(StrEnum):
    """What the best settings are best at."""

    micro_f1 = "micro_f1"
    macro_f1 = "macro_f1"
    hierarchical_f1 = "hierarchical_f1"


def search(
    corpus: Articles,
    taxonomy: Taxonomy = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(metavar="SETTING=VALUE,...", help="Values to try of a setting; may be repeated."),
    ] = None,
    trials: Annotated[int, typer.Option(help="How many settings to try.", min=0)] = 10,
    folds: Annotated[int, typer.Option(help="Folds of the cross-validation.", min=2)] = 3,
    metric: Annotated[Metric, typer.Option(help="What is best, over all facets.")] = Metric.micro_f1,
    sampler: Annotated[Sampler, typer.Option(help="How settings are chosen.")] = Sampler.random,
    setting: Set = None,
    jobs: Annotated[int, typer.Option(help="Labels to train side by side; -1 for all cores.")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of samples, folds and solver.")] = 0,
    input: Input = "auto",
    field: Field = None,
    split: Side = None,
    unknown: UnknownTags = Unknown.error,
) -> None:
    """Try settings of training by cross-validation; print them as options of train, the best first."""
    from tagonomy.config import TaggerConfig
    from tagonomy.registry import load_taxonomy
    from tagonomy.training.search import SPACE, Trial
    from tagonomy.training.search import search as find

    config = TaggerConfig(seed=seed, n_jobs=jobs, **settings_of(setting))
    concepts = load_taxonomy(taxonomy) if taxonomy else None
    articles = read_labelled(corpus, input, field, split, unknown, concepts)

    def line(trial: Trial) -> str:
        options = [f"--set {name}={json.dumps(value)}" for name, value in trial.settings.items()]
        return f"{trial.score:.4f} +-{trial.error:.4f}  {' '.join(options) or '(as it is)'}"

    found = find(
        articles,
        concepts,
        config,
        space=dict(map(_named, vary)) if vary else SPACE,
        trials=trials,
        folds=folds,
        metric=metric.value,
        sampler=sampler.value,
        progress=lambda trial: print(line(trial), file=sys.stderr, flush=True),
    )
    for trial in found:
        print(line(trial))


#: In the order of the help.
COMMANDS: tuple[Callable[..., None], ...] = (train, extend, tune, search)
