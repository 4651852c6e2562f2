"""``tagonomy taxonomy``: look at a taxonomy and check it."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Look at a taxonomy and check it.", no_args_is_help=True, rich_markup_mode=None)

Folder = Annotated[
    Path | None, typer.Option("--taxonomy", help="Folder or JSON Lines file; by default the shipped taxonomy.")
]


@app.command()
def show(name: Annotated[str, typer.Argument(help="Id or label of a concept.")], taxonomy: Folder = None) -> None:
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
def check(taxonomy: Folder = None) -> None:
    """List every problem of a taxonomy; exit with 1 if there is one."""
    from tagonomy.errors import RuleError, TaxonomyError
    from tagonomy.registry import load_taxonomy
    from tagonomy.rule_parser import parse_rule

    try:
        concepts = load_taxonomy(taxonomy)
    except TaxonomyError as error:
        print("\n".join(error.problems))
        raise typer.Exit(1) from error
    problems = 0
    for concept in concepts:
        for rule in concept.rules:
            try:
                parse_rule(rule)
            except RuleError as error:
                problems += 1
                print(f"{concept.id}: rule: {error}")
    counts = Counter(concept.facet for concept in concepts)
    listing = ", ".join(f"{count:,} {facet}" for facet, count in sorted(counts.items()))
    print(f"{len(concepts):,} concepts ({listing}), {problems} problems", file=sys.stderr)
    if problems:
        raise typer.Exit(1)
