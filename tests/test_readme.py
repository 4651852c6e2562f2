"""The README's commands and output are true."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def readme(load_script: Callable[[str], ModuleType]) -> ModuleType:
    return load_script("docs/readme.py")


def test_two_commands_of_one_line_each(readme: ModuleType) -> None:
    first, second = readme.commands((ROOT / "README.md").read_text(encoding="utf-8"))
    assert "tagonomy classify --explain examples/article.txt" in first
    assert second.endswith("pytest")
    assert "\n" not in first + second


def test_the_output_is_what_the_example_prints(readme: ModuleType) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.with_true_output(text) == text, "run make readme"


def test_links_into_the_checkout_lead_somewhere() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []
