"""The tutorial on training: its commands run, one after the other, on a small corpus of the same format."""

from __future__ import annotations

import io
import json
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from xml.sax.saxutils import escape

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "train-a-model.md").read_text(encoding="utf-8")
STORY = """<REUTERS TOPICS="YES" LEWISSPLIT="{side}" NEWID="{id}">
<DATE>26-FEB-1987 15:01:01.79</DATE>
<TOPICS><D>{tag}</D></TOPICS>
<TEXT><TITLE>{title}</TITLE><BODY>{text} That was on {day}.</BODY></TEXT>
</REUTERS>
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the tutorial is for a POSIX shell")


@pytest.fixture(scope="module")
def session(load_script: Callable[[str], ModuleType]) -> ModuleType:
    return load_script("docs/session.py")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an archive as that of Reuters-21578, of the articles of the examples."""
    rows = [json.loads(line) for line in (ROOT / "examples" / "corpus.jsonl").read_text().splitlines()]
    stories = [
        STORY.format(
            side="TRAIN" if number % 4 else "TEST",
            id=1000 * number + len(day),
            tag=row["tags"][0],
            title=escape(row["title"]),
            text=escape(row["text"]),
            day=day,
        )
        for day in ("Monday", "Tuesday", "Wednesday")
        for number, row in enumerate(rows)
    ]
    content = "".join(stories).encode("latin-1")
    with tarfile.open(tmp_path / "reuters21578.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("reut2-000.sgm")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    return tmp_path


def test_the_commands_run_and_print_what_they_print_on_the_page(session: ModuleType, folder: Path) -> None:
    commands = session.commands(PAGE)
    assert {command.split()[1] for command in commands if command.startswith("tagonomy")} == {
        *("corpus", "search", "train", "evaluate", "tune", "classify", "card")
    }
    mine = session.with_true_output(PAGE, folder)
    assert session.commands(mine) == commands
    shown, printed = ([line for line in page.splitlines() if line] for page in (PAGE, mine))
    # On another corpus the figures are others, but each kind of line that the text speaks of is there.
    for kind in (
        "facet    ",
        "micro f1  ",
        "macro f1  ",
        "topics      ",
        "# strict",
        "| concepts |",
        "(as it is)",
    ):
        for page in (shown, printed):
            assert any(kind in line for line in page), kind


def test_it_ends_where_a_command_fails(session: ModuleType, tmp_path: Path) -> None:
    page = "```console\n$ echo one\n$ false\n$ touch three\n```\n"
    with pytest.raises(SystemExit, match="exit code 1"):
        session.with_true_output(page, tmp_path)
    assert not (tmp_path / "three").exists()


def test_output_takes_the_place_of_what_was_there(session: ModuleType, tmp_path: Path) -> None:
    page = "Text.\n\n```console\n$ echo one\ntwo\n$ true\n```\n\nMore.\n"
    new = session.with_true_output(page, tmp_path)
    assert new == "Text.\n\n```console\n$ echo one\none\n$ true\n```\n\nMore.\n"
