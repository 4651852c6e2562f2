"""The page on corpora: its table names every format, and its examples are read as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tagonomy.corpora.formats.registry import FORMATS
from tagonomy.corpora.reading import read_corpus
from tagonomy.corpora.rows import DEFAULT_FIELDS

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "corpora.md").read_text(encoding="utf-8")
BLOCKS = dict(
    re.findall(r"^```\{code-block\} \w+\n:caption: (\S+)\n\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
)
#: What each example is a corpus of: a file of its own, or the folder that it lies in.
EXAMPLES = sorted({name.partition("/")[0] for name in BLOCKS})


def test_the_table_has_every_format() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| ([^|]+?) \| [^|]+? \| (yes)? ?\|$", PAGE, re.MULTILINE)
    assert {name: (what, bool(written)) for name, what, written in rows} == {
        format.name: (format.what, format.write is not None) for format in FORMATS.values()
    }


def test_the_columns_are_those_that_are_tried() -> None:
    for field, columns in DEFAULT_FIELDS.items():
        assert f"| {field} | {', '.join(f'`{column}`' for column in columns)} |" in PAGE


def test_every_format_but_parquet_and_text_has_an_example() -> None:
    shown = set(re.findall(r"^`([\w-]+)`[: ]", PAGE, re.MULTILINE)) | {"html", "text"}
    assert shown == set(FORMATS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_read_without_naming_their_format(name: str, tmp_path: Path) -> None:
    for file, content in BLOCKS.items():
        if file.partition("/")[0] == name:
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text(content)
    first = read_corpus(tmp_path / name)[0]
    assert "lifted off from Florida" in first.text
    assert any("space" in tag for tag in first.tags)
    assert len(first.tags) == (1 if name == "classes" else 2)
    one_line = {"annif.tsv", "annif", "classes", "fasttext.txt", "doccano.jsonl"}
    assert first.title == ("" if name in one_line else "Rocket reaches orbit")
