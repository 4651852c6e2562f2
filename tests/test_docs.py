"""The documentation names all there is: public names, commands and their options."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

import tagonomy
from tagonomy.cli import app

DOCS = Path(__file__).resolve().parent.parent / "docs"


def test_the_reference_has_every_public_name() -> None:
    reference = (DOCS / "api.rst").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\.\. auto\w+:: (?:tagonomy\.)?(\w+)$", reference, re.MULTILINE))
    assert set(tagonomy.__all__) <= documented


COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", list(COMMANDS))
def test_the_command_line_page_has_every_command_and_option(name: str) -> None:
    page = (DOCS / "command-line.md").read_text(encoding="utf-8")
    command = COMMANDS[name]
    inner = {f"tagonomy {name} {part}": each for part, each in getattr(command, "commands", {}).items()}
    for call, each in (inner or {f"tagonomy {name}": command}).items():
        assert call in page
        options = [
            option for parameter in each.params for option in parameter.opts if option.startswith("--")
        ]
        assert [option for option in options if f"`{option}" not in page] == []
