"""Indented text: a label a line, each below what it is narrower than.

A line may end with the concept's id in brackets.  A line of an id alone says that the concept
of that id, which has its own line elsewhere, lies here too.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from tagonomy.errors import Problem
from tagonomy.taxonomy import Concept, Draft, Taxonomy
from tagonomy.taxonomy.ids import IdMaker
from tagonomy.taxonomy.report import tree

_ID = re.compile(r"[a-z][a-z0-9]*:[a-z0-9-]+")
_TAB = 4


def write_text(taxonomy: Taxonomy) -> str:
    """Return the live concepts of a taxonomy as indented text: ids, labels and parents.

    Examples
    --------
    >>> arts = Concept(id="topics:a", label="Arts")
    >>> ballet = Concept(id="topics:b", label="Ballet", broader=("topics:a",))
    >>> print(write_text(Taxonomy.of([arts, ballet])), end="")
    Arts [topics:a]
      Ballet [topics:b]
    """
    lines = []
    path: list[Concept] = []
    for level, concept in tree(taxonomy):
        path[level:] = [concept]
        if concept.replaced_by:
            continue
        main = level == 0 or concept.broader[0] == path[level - 1].id
        label = " ".join(concept.label.split()) + " " if main else ""
        # What lies under a retired concept stands where that would: not below the line before it.
        depth = sum(not above.replaced_by for above in path[:level])
        lines.append(f"{'  ' * depth}{label}[{concept.id}]\n")
    return "".join(lines)


def read_text(text: str, name: str, ids: IdMaker) -> Draft:
    """Read indented text.

    Parameters
    ----------
    text : str
        A label a line; spaces or tabs before it say how deep it lies.
    name : str
        Name of the file, for its problems.
    ids : IdMaker
        Makes the ids that the text leaves out.

    Returns
    -------
    Draft
        Its concepts.
    """
    draft = Draft(Path(name).stem)
    found: dict[str, Concept] = {}
    also: dict[str, list[str]] = {}
    open_lines: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        indent = len(line.expandtabs(_TAB)) - len(line.expandtabs(_TAB).lstrip())
        label, given = _parts(line.strip())
        while open_lines and open_lines[-1][0] >= indent:
            open_lines.pop()
        above = open_lines[-1][1] if open_lines else None
        if not open_lines and indent and not found:
            draft.problems.append(Problem("the first line is indented", name, number))
        id = ids.take(given) if given else ids.make(label)
        open_lines.append((indent, id))
        if not label:
            if above is not None:
                also.setdefault(id, []).append(above)
            draft.places.setdefault(id, (name, number))
        elif id in found:
            draft.problems.append(Problem(f"{id}: the id stands twice", name, number))
        else:
            found[id] = Concept(id=id, label=label, broader=(above,) if above else ())
            draft.places[id] = (name, number)
    for id in also.keys() - found.keys():
        draft.problems.append(Problem(f"{id}: has no line with its label", *draft.places[id]))
    draft.concepts = [
        msgspec.structs.replace(concept, broader=tuple(dict.fromkeys([*concept.broader, *also.get(id, ())])))
        for id, concept in found.items()
    ]
    return draft


def _parts(line: str) -> tuple[str, str]:
    """Return the label of a line, and the id at its end if there is one."""
    label, bracket, rest = line.rpartition("[")
    if bracket and rest.endswith("]") and _ID.fullmatch(rest[:-1]):
        return label.strip(), rest[:-1]
    return line, ""
