"""``tagonomy taxonomy``: look at a taxonomy and check it."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tagonomy.cli import taxonomy_edit
from tagonomy.cli.taxonomy_edit import Facet, Folder, Language

app = typer.Typer(
    help="Look at a taxonomy, check and change it.", no_args_is_help=True, rich_markup_mode=None
)
for command in taxonomy_edit.COMMANDS:
    app.command()(command)


class Form(StrEnum):
    """How figures are written."""

    text = "text"
    json = "json"


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Id or label of a concept.")], taxonomy: Folder = None
) -> None:
    """Print one concept as JSON."""
    import msgspec

    from tagonomy.errors import UnknownConceptError
    from tagonomy.registry import load_taxonomy

    concepts = load_taxonomy(taxonomy)
    id = concepts.resolve(name)
    if id is None:
        known = [label for concept in concepts for label in (concept.label, concept.id)]
        raise UnknownConceptError(name, known)
    encoded = msgspec.json.encode(concepts[id])
    print(msgspec.json.format(encoded, indent=2).decode())


@app.command()
def find(
    text: Annotated[str, typer.Argument(help="Part of a label, or something like it.")],
    taxonomy: Folder = None,
    limit: Annotated[int, typer.Option(help="Most concepts.", min=1)] = 10,
) -> None:
    """List the concepts whose labels are closest to a text."""
    from tagonomy.registry import load_taxonomy

    found = load_taxonomy(taxonomy).find(text, limit)
    for concept in found:
        print(f"{concept.id:<44} {concept.label}")
    if not found:
        print(f"nothing like {text!r}", file=sys.stderr)
        raise typer.Exit(1)


@app.command()
def check(
    taxonomy: Folder = None,
    warnings: Annotated[bool, typer.Option("--warnings", help="List labels that mislead, too.")] = False,
    ambiguous: Annotated[
        bool, typer.Option("--ambiguous", help="List labels of several concepts, and how each is resolved.")
    ] = False,
    facet: Facet = "topics",
    language: Language = "en",
) -> None:
    """List every problem of a taxonomy; exit with 1 if there is one."""
    from tagonomy.errors import TaxonomyError
    from tagonomy.registry import data_folder
    from tagonomy.rules.checks import rule_problems
    from tagonomy.taxonomy.audit import ambiguous_labels, integrity_problems, label_warnings
    from tagonomy.taxonomy.formats import Reading, read_draft

    try:
        draft = read_draft(taxonomy or data_folder("taxonomy"), Reading(facet, language))
    except TaxonomyError as error:
        print("\n".join(error.problems))
        raise typer.Exit(1) from error
    concepts = draft.concepts
    problems = draft.all_problems()
    problems += draft.placed([*integrity_problems(concepts), *rule_problems(concepts)])
    doubts = draft.placed(label_warnings(concepts))
    shared = ambiguous_labels(concepts)
    for problem in problems:
        print(problem)
    for doubt in doubts if warnings else ():
        print(f"warning: {doubt}")
    for each in shared if ambiguous else ():
        print(f"ambiguous: {each}")
    for note in draft.notes:
        print(f"note: {note}", file=sys.stderr)
    guesses = sum(each.guess for each in shared)
    print(
        f"{len(concepts):,} concepts, {len(problems):,} problems, {len(doubts):,} warnings, "
        f"{len(shared):,} ambiguous labels ({guesses:,} of them with equal priors)",
        file=sys.stderr,
    )
    if problems:
        raise typer.Exit(1)


@app.command()
def tree(
    root: Annotated[str | None, typer.Argument(help="Id or label to start from; by default the top.")] = None,
    taxonomy: Folder = None,
    depth: Annotated[int | None, typer.Option(help="Levels to show.", min=1)] = None,
    facet: Annotated[str | None, typer.Option(help="Only this facet.")] = None,
) -> None:
    """Print the hierarchy, each level indented below its parent."""
    from tagonomy.errors import UnknownConceptError
    from tagonomy.registry import load_taxonomy
    from tagonomy.taxonomy.report import tree as walk

    concepts = load_taxonomy(taxonomy)
    start = concepts.resolve(root) if root else facet
    if (root and start is None) or (facet and facet not in concepts.facets):
        raise UnknownConceptError(root or facet or "", [*concepts.concepts, *concepts.facets])
    for level, concept in walk(concepts, start, depth):
        onward = f" -> {concept.replaced_by}" if concept.replaced_by else ""
        print(f"{'  ' * level}{concept.label} [{concept.id}]{onward}")


@app.command()
def stats(
    taxonomy: Folder = None,
    format: Annotated[Form, typer.Option(help="How to write the figures.")] = Form.text,
) -> None:
    """Print how many concepts, labels, rules ... each facet has."""
    from tagonomy.registry import load_taxonomy
    from tagonomy.taxonomy.report import stats as count

    rows = [row.to_dict() for row in count(load_taxonomy(taxonomy))]
    if format is Form.json:
        print(json.dumps(rows, indent=2))
        return
    print(f"{'facet':<14}" + "".join(f"{name.replace('_', ' '):>18}" for name in list(rows[0])[1:]))
    for row in rows:
        facet, *figures = row.values()
        cells = [f"{figure:.1%}" if isinstance(figure, float) else f"{figure:,}" for figure in figures]
        print(f"{facet:<14}" + "".join(f"{cell:>18}" for cell in cells))


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="Folder or file.")],
    new: Annotated[Path, typer.Argument(help="Folder or file.")],
) -> None:
    """List concepts that were added (+), removed (-) and changed (~) from one taxonomy to another."""
    from tagonomy.registry import load_taxonomy
    from tagonomy.taxonomy.report import diff as compare

    found = compare(load_taxonomy(old), load_taxonomy(new))
    for line in found.lines():
        print(line)
    changed = len({change.id for change in found.changed})
    print(f"{len(found.added):,} added, {len(found.removed):,} removed, {changed:,} changed", file=sys.stderr)


@app.command()
def suggest(
    corpus: Annotated[Path, typer.Argument(help="Articles: a file or folder.")],
    model: Annotated[str, typer.Option(help="Name or path of a model, whose taxonomy is meant.")] = "news-en",
    input: Annotated[str, typer.Option(help="Format of the corpus.")] = "auto",
    at_least: Annotated[int, typer.Option(help="Fewest articles that have a name.", min=1)] = 3,
    limit: Annotated[int, typer.Option(help="Most names.", min=1)] = 50,
    format: Annotated[Form, typer.Option(help="How to write the names.")] = Form.text,
) -> None:
    """List names that articles speak of and the taxonomy lacks: articles, places, name, an example."""
    from tagonomy.corpora.reading import read_corpus
    from tagonomy.registry import load_tagger
    from tagonomy.suggestion import suggest_new_terms

    articles = read_corpus(corpus, format=input)
    terms = suggest_new_terms(articles, load_tagger(model), at_least=at_least, limit=limit)
    if format is Form.json:
        print(json.dumps([term._asdict() for term in terms], indent=2, ensure_ascii=False))
        return
    for term in terms:
        print(f"{term.articles:>6,} {term.places:>6,}  {term.name:<32}  {term.example}")
    print(f"{len(terms):,} names that the taxonomy lacks", file=sys.stderr)
