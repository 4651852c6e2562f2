"""``tagonomy taxonomy``: change a taxonomy, and write it in other formats."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tagonomy.taxonomy import Taxonomy

Folder = Annotated[
    Path | None,
    typer.Option("--taxonomy", help="Folder or file of any format; by default the shipped taxonomy."),
]
Facet = Annotated[str, typer.Option(help="Facet of concepts whose file names none.")]
Language = Annotated[str, typer.Option(help="Language of the labels, where a file has several.")]
Out = Annotated[
    Path | None, typer.Option(help="Folder or file to write; by default that of --taxonomy, in place.")
]
Several = Annotated[list[str] | None, typer.Option(help="May be repeated.")]


def _change(taxonomy: Path | None, out: Path | None, edit: Callable[[Taxonomy], Taxonomy]) -> None:
    """Load a taxonomy, change it and write it; the shipped one is never written over."""
    from tagonomy.errors import ConfigError
    from tagonomy.registry import load_taxonomy
    from tagonomy.taxonomy.formats import write_any
    from tagonomy.taxonomy.report import diff

    target = out or taxonomy
    if target is None:
        raise ConfigError("--out", None, "a folder or file to write: the shipped taxonomy stays as it is")
    before = load_taxonomy(taxonomy)
    after = edit(before)
    write_any(after, target)
    for line in diff(before, after).lines():
        print(line)


def add(
    id: Annotated[str, typer.Argument(help="New id: <facet>:<slug>.")],
    label: Annotated[str, typer.Argument(help="What readers see.")],
    alt_label: Several = None,
    hidden_label: Several = None,
    broader: Several = None,
    related: Several = None,
    exact_match: Several = None,
    rule: Several = None,
    taxonomy: Folder = None,
    out: Out = None,
) -> None:
    """Add a concept."""
    from tagonomy.rules.parser import parse_rule
    from tagonomy.taxonomy import Concept
    from tagonomy.taxonomy.edit import add as added

    for text in rule or ():
        parse_rule(text)
    concept = Concept(
        id=id,
        label=label,
        alt_labels=tuple(alt_label or ()),
        hidden_labels=tuple(hidden_label or ()),
        broader=tuple(broader or ()),
        related=tuple(related or ()),
        exact_match=tuple(exact_match or ()),
        rules=tuple(rule or ()),
    )
    _change(taxonomy, out, lambda concepts: added(concepts, concept))


def merge(
    id: Annotated[str, typer.Argument(help="Concept that goes.")],
    into: Annotated[str, typer.Argument(help="Concept that stays, and gets all that the other had.")],
    taxonomy: Folder = None,
    out: Out = None,
) -> None:
    """Merge one concept into another; its id then stands for that one."""
    from tagonomy.taxonomy.edit import merge as merged

    _change(taxonomy, out, lambda concepts: merged(concepts, id, into))


def retire(
    id: Annotated[str, typer.Argument(help="Concept that goes.")],
    replaced_by: Annotated[
        str | None, typer.Option(help="What its id stands for from now on; by default its first parent.")
    ] = None,
    taxonomy: Folder = None,
    out: Out = None,
) -> None:
    """Retire a concept; its id then stands for another."""
    from tagonomy.taxonomy.edit import retire as retired

    _change(taxonomy, out, lambda concepts: retired(concepts, id, replaced_by))


def overlay(
    other: Annotated[Path, typer.Argument(help="What to lay over it: only what is new, other or hidden.")],
    out: Annotated[Path, typer.Option(help="Folder or file to write.")],
    taxonomy: Folder = None,
) -> None:
    """Lay a taxonomy of your own over another one."""
    from tagonomy.taxonomy.formats import read_overlay

    _change(taxonomy, out, lambda concepts: concepts.overlay(read_overlay(other)))


def convert(
    target: Annotated[Path, typer.Argument(help="File whose suffix names the format, or a folder.")],
    taxonomy: Folder = None,
    facet: Facet = "topics",
    language: Language = "en",
) -> None:
    """Write a taxonomy as .jsonl, .csv, .tsv (Annif), .txt, or SKOS (.ttl, .rdf, .jsonld)."""
    from tagonomy.registry import data_folder
    from tagonomy.taxonomy.formats import Reading, read_draft, write_any

    draft = read_draft(taxonomy or data_folder("taxonomy"), Reading(facet, language))
    concepts = draft.taxonomy()
    write_any(concepts, target, language)
    for note in draft.notes:
        print(f"note: {note}", file=sys.stderr)
    print(f"{target}: {len(concepts):,} concepts", file=sys.stderr)


#: In the order of the help.
COMMANDS: tuple[Callable[..., None], ...] = (add, merge, retire, overlay, convert)
