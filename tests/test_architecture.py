"""Imports point down, and each kind of work has one place: held by reading the source, not by running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "tagonomy"
MAX_LINES = 400

#: Who stands on which floor. A name stands for a module, or for a package with all that is in it.
#: A module imports from its own floor and those below. ``tagonomy`` itself holds only the names at the
#: door, which come from everywhere when first used.
FLOORS: dict[int, str] = {
    6: "cli __main__",
    5: "training registry evaluation suggestion card",
    4: "tagger found",
    3: "always beside description ranking hierarchy metrics explanation model_audit pipeline python_pipeline "
    "linear_pipeline",
    2: "articles corpora features linear mentions rules results render seeds storage tag",
    1: "config text concepts taxonomy",
    0: "atomic errors garbage strings",
}
#: The only modules that may import these, at any depth of the source.
IMPORTERS = {
    "sklearn": {"training"},
    "joblib": {"training"},
    "optuna": {"training"},
    "scipy": {"training", "results"},
    "pandas": set[str](),
    "pyoxigraph": {"taxonomy"},
}
#: The only modules that print, exit or read arguments.
SPEAKERS = {"cli"}


@dataclass(frozen=True)
class Import:
    """One import statement: what it names, and whether it runs when the module is imported."""

    name: str
    at_once: bool


def modules() -> dict[str, ast.Module]:
    """Return every module by its dotted name below the package; the package itself is ``""``."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        found[name.removesuffix("__init__").removesuffix(".")] = ast.parse(path.read_text(encoding="utf-8"))
    return found


MODULES = modules()


def floor_of(module: str) -> int | None:
    """Return the floor of a module, or of the closest package around it that has one."""
    floors = {name: floor for floor, names in FLOORS.items() for name in names.split()}
    while module and module not in floors:
        module = module.rpartition(".")[0]
    return floors.get(module)


def imports(tree: ast.Module) -> Iterator[Import]:
    """Yield the absolute imports of a module, those inside functions and for type checkers as later ones."""

    def visit(node: ast.AST, at_once: bool) -> Iterator[Import]:
        match node:
            case ast.Import():
                yield from (Import(alias.name, at_once) for alias in node.names)
            case ast.ImportFrom():
                assert node.level == 0, f"line {node.lineno}: imports are absolute"
                yield from (Import(f"{node.module}.{alias.name}", at_once) for alias in node.names)
            case (
                ast.FunctionDef()
                | ast.AsyncFunctionDef()
                | ast.Lambda()
                | ast.If(test=ast.Name("TYPE_CHECKING"))
            ):
                at_once = False
        for child in ast.iter_child_nodes(node):
            yield from visit(child, at_once)

    return visit(tree, True)


def inner_imports(module: str) -> Iterator[tuple[str, bool]]:
    """Yield the modules of this package that one of them imports, and whether at once."""
    for each in imports(MODULES[module]):
        head, _, name = each.name.partition(".")
        if head == "tagonomy":
            while name not in MODULES:
                name = name.rpartition(".")[0]
            yield name, each.at_once


@pytest.mark.parametrize("module", sorted(MODULES.keys() - {""}))
def test_no_module_comes_in_by_the_front_door(module: str) -> None:
    names = {each.name for each in imports(MODULES[module]) if each.name.rpartition(".")[0] == "tagonomy"}
    by_door = {name for name in names if name.removeprefix("tagonomy.") not in MODULES} - {
        "tagonomy.__version__"
    }
    assert not by_door, f"{module}: import {', '.join(sorted(by_door))} from the module that defines it"


@pytest.mark.parametrize("module", sorted(MODULES.keys() - {""}))
def test_imports_point_down(module: str) -> None:
    floor = floor_of(module)
    assert floor is not None, f"{module} has no floor: add it to FLOORS"
    # Of the package itself only the version is imported, which needs nothing.
    above = {name for name, _ in inner_imports(module) if name and (floor_of(name) or 0) > floor}
    assert not above, f"{module} (floor {floor}) imports from above: {', '.join(sorted(above))}"


def test_no_two_modules_need_each_other_to_be_imported() -> None:
    graph = {module: {name for name, at_once in inner_imports(module) if at_once} for module in MODULES}
    # Raises CycleError, which names the ring.
    assert set(TopologicalSorter(graph).static_order()) == set(MODULES)


def test_the_table_names_nothing_that_is_gone() -> None:
    names = {name for names in FLOORS.values() for name in names.split()}
    assert names <= MODULES.keys()


@pytest.mark.parametrize(("library", "allowed"), list(IMPORTERS.items()))
def test_heavy_libraries_have_their_importers(library: str, allowed: set[str]) -> None:
    importers = {
        module
        for module, tree in MODULES.items()
        if any(each.name.split(".")[0] == library for each in imports(tree))
    }
    assert {name.split(".")[0] for name in importers} <= allowed


def test_scipy_is_imported_at_once_only_for_training() -> None:
    importers = {
        module
        for module, tree in MODULES.items()
        if any(each.at_once and each.name.split(".")[0] == "scipy" for each in imports(tree))
    }
    assert {name.split(".")[0] for name in importers} <= {"training"}


@pytest.mark.parametrize("module", sorted(MODULES.keys() - {""}))
def test_only_the_command_line_speaks(module: str) -> None:
    if module.split(".")[0] in SPEAKERS:
        return
    for node in ast.walk(MODULES[module]):
        match node:
            case ast.Call(func=ast.Name(id="print" | "input" | "exit" | "quit" as name)):
                pytest.fail(f"{module}:{node.lineno} calls {name}()")
            case ast.Attribute(
                value=ast.Name(id="sys"), attr="exit" | "argv" | "stdin" | "stdout" | "stderr" as name
            ):
                pytest.fail(f"{module}:{node.lineno} uses sys.{name}")


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_modules_stay_short(path: Path) -> None:
    count = len(path.read_text(encoding="utf-8").splitlines())
    assert count <= MAX_LINES, f"{path.name} has {count} lines: split it"
