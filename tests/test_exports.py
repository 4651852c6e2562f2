"""The names at the door, and what opening it costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import tagonomy

PUBLIC = (
    "classify load_tagger list_models Tagger TaggerConfig train Tag Tagging TaggingBatch Evidence Source "
    "Taxonomy Concept load_taxonomy Article read_corpus suggest_new_terms TagonomyError"
).split()
HEAVY = {"sklearn", "scipy", "pandas", "joblib"}


def imported_by(code: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has imported after this code."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, encoding="utf-8"
    )
    assert run.returncode == 0, run.stderr
    lines = (
        line.rpartition("|")[2].strip() for line in run.stderr.splitlines() if line.startswith("import time:")
    )
    return {name.partition(".")[0] for name in lines}


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names_are_there(name: str) -> None:
    value = getattr(tagonomy, name)
    assert value.__name__ == name
    assert value.__doc__, f"{name} has no docstring"


def test_all_lists_the_public_names_in_order() -> None:
    assert tagonomy.__all__ == sorted(PUBLIC)
    assert set(PUBLIC) <= set(dir(tagonomy))


def test_star_import_brings_the_public_names() -> None:
    namespace: dict[str, object] = {}
    exec("from tagonomy import *", namespace)
    assert set(PUBLIC) <= set(namespace)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'clasify'"):
        _ = tagonomy.clasify


def test_types_are_shipped() -> None:
    assert (Path(tagonomy.__file__).parent / "py.typed").is_file()


def test_importing_imports_nothing_heavy() -> None:
    assert not imported_by("import tagonomy") & (HEAVY | {"numpy", "msgspec", "safetensors", "typer", "rich"})


def test_classifying_imports_no_training_library(tiny_model: Path) -> None:
    code = f"import tagonomy; tagonomy.load_tagger({str(tiny_model)!r}).classify('Antony Blinken met NATO.')"
    imported = imported_by(code)
    assert "numpy" in imported
    assert not imported & HEAVY


def test_garbage_is_collected_as_before() -> None:
    code = "import gc, tagonomy as t; {} t.Tag; assert gc.isenabled() is {}"
    for before, after in (("", True), ("gc.disable();", False)):
        subprocess.run([sys.executable, "-c", code.format(before, after)], check=True)
