"""The command line: the only place that prints, exits and reads arguments.

Data goes to stdout, words to stderr.  Exit codes: 0 ok, 1 a check failed, 2 usage,
3 bad data, 4 bad model, 130 interrupted, 143 terminated.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from enum import StrEnum
from io import TextIOWrapper
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from tagonomy import __version__, errors
from tagonomy.cli import bench, corpus, taxonomy, training
from tagonomy.cli.evaluating import card, evaluate
from tagonomy.cli.label import label

if TYPE_CHECKING:
    from tagonomy.articles.article import Article
    from tagonomy.results import Tagging


class _Commands(TyperGroup):
    """All commands: they stop quietly when nobody reads on (``| head``), where Typer would exit with 1."""

    def invoke(self, ctx: Any) -> Any:  # the type of ctx differs between versions of Typer
        try:
            result = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
        except BrokenPipeError as error:
            # What is still in the buffer has no reader: the flush at exit must not meet the pipe again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from error
        return result


app = typer.Typer(
    name="tagonomy",
    cls=_Commands,
    help="Tag articles with people, countries, organizations, events and topics.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(taxonomy.app, name="taxonomy")
for command in training.COMMANDS:
    app.command()(command)
app.command()(evaluate)
app.command()(card)
app.command()(label)
app.add_typer(corpus.app, name="corpus")
app.add_typer(bench.app, name="bench")

# Which exit code an error means; the first class that fits counts.
_EXIT_CODES: tuple[tuple[type[Exception], int], ...] = (
    (errors.UnknownModelError, 2),
    (errors.ModelError, 4),
    (errors.ConfigError, 2),
    (errors.UnknownConceptError, 2),
    (errors.TagonomyError, 3),
    (FileNotFoundError, 2),
    (OSError, 3),
)


class Input(StrEnum):
    """How the bytes of a file become articles."""

    text = "text"
    page = "page"
    html = "html"
    jsonl = "jsonl"


class Format(StrEnum):
    """How taggings are written."""

    text = "text"
    json = "json"
    jsonl = "jsonl"


def main() -> None:
    """Run the command line and turn errors into one line and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # no locale may turn a name into a crash
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except (errors.TagonomyError, OSError) as error:
        print(f"tagonomy: {error}", file=sys.stderr)
        sys.exit(next(code for kind, code in _EXIT_CODES if isinstance(error, kind)))


def _version(wanted: bool) -> None:
    if wanted:
        print(f"tagonomy {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Tag articles with people, countries, organizations, events and topics."""


@app.command()
def classify(
    files: Annotated[list[str], typer.Argument(help="Files to tag; - reads standard input.")],
    input: Annotated[Input, typer.Option(help="What the files hold.")] = Input.text,
    format: Annotated[Format, typer.Option(help="How to write the tags.")] = Format.text,
    model: Annotated[str, typer.Option(help="Name or path of a model.")] = "news-en",
    threshold: Annotated[float | None, typer.Option(help="Least probability of a tag (0-1).")] = None,
    top: Annotated[int | None, typer.Option(help="Most tags of an article.", min=1)] = None,
    facet: Annotated[list[str] | None, typer.Option(help="Only this facet; may be repeated.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show the evidence of each tag.")] = False,
) -> None:
    """Print the tags of articles."""
    from tagonomy.registry import load_tagger

    tagger = load_tagger(model)
    several = len(files) > 1 or input is Input.jsonl
    for name in files:
        for article in _articles(name, input):
            tagging = tagger.classify(article, threshold=threshold, facets=facet)
            _write(tagging.top(top) if top else tagging, format, explain, several)


def _articles(name: str, input: Input) -> Iterator[Article]:
    """Yield the articles of a file, or of standard input; JSON Lines one by one as they arrive."""
    from tagonomy.articles.article import Article

    if name == "-" and sys.stdin is None:
        raise errors.CorpusError("standard input is closed: give the name of a file")
    with open(sys.stdin.fileno() if name == "-" else name, "rb", closefd=name != "-") as stream:
        if input is Input.jsonl:
            from tagonomy.corpora.reading import stream_corpus

            yield from stream_corpus(stream, name=name)
            return
        text = stream.read().decode("utf-8-sig", errors="replace")
    if input is Input.page:
        yield Article.from_page(text)
    elif input is Input.html:
        yield Article.from_html(text)
    else:
        yield Article(text=text)


def _write(tagging: Tagging, format: Format, explain: bool, several: bool) -> None:
    from tagonomy.render import to_lines

    if format is Format.text:
        if several:
            print(f"# {tagging.id or ''}".rstrip())
        for line in to_lines(tagging, explain=explain):
            print(line)
    else:
        print(json.dumps(tagging.to_dict(), indent=2 if format is Format.json else None))


@app.command()
def models(
    format: Annotated[Format, typer.Option(help="How to write the list.")] = Format.text,
    env: Annotated[bool, typer.Option("--env", help="Tell what runs them instead.")] = False,
) -> None:
    """List the installed models, or tell what runs them: versions, and whether the kernel is compiled."""
    from tagonomy.registry import list_models, load_tagger

    if env:
        from tagonomy.pipeline import environment

        known = environment()
        print(json.dumps(known) if format is not Format.text else "\n".join(map("  ".join, known.items())))
        return
    for name in list_models():
        tagger = load_tagger(name)
        facts = {"name": name, "concepts": len(tagger.index), "learned": len(tagger.parts.linear.concepts)}
        facts |= {key: tagger.manifest[key] for key in ("version", "licence") if key in tagger.manifest}
        if format is Format.text:
            print(
                "  ".join(f"{value:,}" if isinstance(value, int) else str(value) for value in facts.values())
            )
        else:
            print(json.dumps(facts))
