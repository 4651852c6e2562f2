"""Corpora written and read back: what a format can hold is kept, and what it can not is counted."""

from __future__ import annotations

import csv
import gzip
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagonomy.articles.article import Article
from tagonomy.corpora.formats.registry import FORMATS
from tagonomy.corpora.reading import CorpusReader, read_corpus
from tagonomy.corpora.records import Row
from tagonomy.corpora.writing import target_format, write_corpus
from tagonomy.errors import ConfigError, CorpusError

# Each example writes a file to disk, and waits until it is there.
few = settings(max_examples=30)
WRITABLE = [name for name, format in FORMATS.items() if format.write]
#: Formats with a place for every field and for other columns.
FULL = [name for name in WRITABLE if name not in ("fasttext", "annif-tsv")]
TEXTS = st.text(max_size=30)
TAGS = st.lists(st.text(min_size=1, max_size=12).map(str.strip).filter(bool), max_size=4, unique=True)
NAMES = st.none() | st.text(min_size=1, max_size=8)
ARTICLES = st.builds(Article, text=TEXTS, title=TEXTS, id=NAMES, date=NAMES, tags=TAGS)


def there_and_back(folder: Path, rows: list[Row], format: str) -> tuple[list[Row], dict[str, int]]:
    if format == "parquet":
        pytest.importorskip("pyarrow")
    path = folder / f"corpus{FORMATS[format].endings[0]}"
    written = write_corpus(rows, path, format)
    assert written.articles == len(rows)
    return list(CorpusReader(path, format).rows()), dict(written.losses)


@pytest.mark.parametrize("format", FULL)
@few
@given(st.lists(ARTICLES, max_size=5))
def test_formats_with_all_fields_lose_nothing(
    tmp_path_factory: pytest.TempPathFactory, format: str, articles: list[Article]
) -> None:
    rows, losses = there_and_back(tmp_path_factory.mktemp("a"), [Row(each) for each in articles], format)
    assert [row.article for row in rows] == articles
    assert losses == {} or format == "annif-tsv"


@few
@given(st.lists(ARTICLES, max_size=5))
def test_annif_lines_keep_words_and_tags(
    tmp_path_factory: pytest.TempPathFactory, articles: list[Article]
) -> None:
    rows, losses = there_and_back(tmp_path_factory.mktemp("a"), [Row(each) for each in articles], "annif-tsv")
    assert [row.article.text.split() for row in rows] == [each.full_text.split() for each in articles]
    if "a bracket or line break within a tag: became _" not in losses:
        assert [row.article.tags for row in rows] == [each.tags for each in articles]
    assert bool(losses.get("a title: stands before the text")) == any(each.title for each in articles)


@few
@given(st.lists(ARTICLES, max_size=5))
def test_fasttext_lines_keep_words_and_tags(
    tmp_path_factory: pytest.TempPathFactory, articles: list[Article]
) -> None:
    rows, losses = there_and_back(tmp_path_factory.mktemp("a"), [Row(each) for each in articles], "fasttext")
    kept = [each for each in articles if each.full_text.strip() or each.tags]
    if not any("__label__" in each.full_text for each in articles):
        assert [row.article.text.split() for row in rows] == [each.full_text.split() for each in kept]
    if "a space within a tag: became _" not in losses:
        assert [row.article.tags for row in rows] == [each.tags for each in kept]


EXTRA = st.dictionaries(st.sampled_from(["url", "split", "source"]), TEXTS, max_size=2)


@pytest.mark.parametrize("format", [name for name in FULL if name not in ("csv", "tsv", "parquet")])
@few
@given(st.lists(st.builds(Row, ARTICLES, EXTRA), max_size=4))
def test_other_columns_are_kept(
    tmp_path_factory: pytest.TempPathFactory, format: str, rows: list[Row]
) -> None:
    back, _ = there_and_back(tmp_path_factory.mktemp("a"), rows, format)
    for row, read in zip(rows, back, strict=True):
        assert {name: read.extra.get(name) for name in row.extra} == dict(row.extra)


@pytest.mark.parametrize("format", ["csv", "tsv", "parquet"])
def test_columns_of_tables_are_those_of_the_first_rows(tmp_path: Path, format: str) -> None:
    rows = [Row(Article(str(i)), {"url": "u", "n": 7} if i else {"split": "=x"}) for i in range(1200)]
    rows.append(Row(Article("last"), {"late": "x"}))
    back, losses = there_and_back(tmp_path, rows, format)
    assert back[0].extra["split"] == "=x"
    assert (back[1].extra["url"], back[1].extra["n"]) == ("u", "7")
    assert losses == {"a column 'late' that none of the first 1,000 rows has: left out": 1}


@pytest.mark.parametrize("source", WRITABLE)
@pytest.mark.parametrize("target", WRITABLE)
def test_from_any_format_to_any_other_and_back(tmp_path: Path, source: str, target: str) -> None:
    """A to B to A: what both can hold comes back."""
    articles = [
        Article("Talks resumed.", "", "1", "2024-01-02", ("topics:peace", "countries:ch")),
        Article("Snow fell.", "", "2", "2024-01-03", ()),
    ]
    first, _ = there_and_back(tmp_path, [Row(each) for each in articles], source)
    second, _ = there_and_back(tmp_path, first, target)
    third, _ = there_and_back(tmp_path, second, source)
    assert [(row.article.text, row.article.tags) for row in third] == [
        (each.text, each.tags) for each in articles
    ]
    if {source, target} <= set(FULL):
        assert [row.article for row in third] == articles


@pytest.mark.parametrize("format", FULL)
def test_what_was_written_is_told_by_its_name_and_bytes(tmp_path: Path, format: str) -> None:
    if format == "parquet":
        pytest.importorskip("pyarrow")
    article = Article("Talks resumed.", "Hope", "a1", tags=("topics:peace",))
    path = tmp_path / f"a{FORMATS[format].endings[0]}"
    write_corpus([article], path, format)
    assert list(read_corpus(path)) == [article]


def test_odd_labels_are_stored_and_run_nowhere(tmp_path: Path) -> None:
    odd = ("a\nb", "a\tb", "a/b", "<img onerror=x>", "=cmd|' /C calc'!A0", "x" * 10_000)
    for format in ("jsonl", "csv", "tsv", "label-studio", "prodigy", "doccano"):
        path = tmp_path / f"{format}{FORMATS[format].endings[0]}"
        write_corpus([Article("=1+1", tags=odd)], path, format)
        assert read_corpus(path, format)[0] == Article("=1+1", tags=odd)
    with (tmp_path / "csv.csv").open(newline="") as file:
        assert not any(cell.startswith(("=", "+", "-", "@")) for row in csv.reader(file) for cell in row)


def test_unknown_tags_are_written_too(tmp_path: Path) -> None:
    write_corpus([Article("One.", tags=("a",), unknown_tags=("b",))], tmp_path / "a.jsonl")
    assert json.loads((tmp_path / "a.jsonl").read_text())["tags"] == ["a", "b"]


def test_lone_surrogates_are_replaced(tmp_path: Path) -> None:
    for format in WRITABLE:
        if format != "parquet":
            write_corpus([Article("a \ud800 b", tags=("c",))], tmp_path / "a", format)
            assert read_corpus(tmp_path / "a", format)[0].tags == ("c",)


class TestFiles:
    def test_gzip_is_the_same_at_any_time(self, tmp_path: Path) -> None:
        for name in ("a.jsonl.gz", "b.jsonl.gz"):
            write_corpus([Article("One.")], tmp_path / name)
        assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()
        assert gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()) == b'{"text":"One.","tags":[]}\n'

    def test_zstd(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        if sys.version_info < (3, 14):
            pytest.importorskip("zstandard")
        write_corpus([Article("One.")], tmp_path / "a.jsonl.zst")
        assert read_corpus(tmp_path / "a.jsonl.zst")[0].text == "One."
        for name in ("compression.zstd", "zstandard"):
            monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(CorpusError, match=r"tagonomy\[zstd\]"):
            write_corpus([Article("One.")], tmp_path / "b.jsonl.zst")

    def test_the_old_file_stays_if_reading_fails(self, tmp_path: Path) -> None:
        source, target = tmp_path / "a.jsonl", tmp_path / "b.csv"
        source.write_text('{"text": "One."}\n{')
        target.write_text("old")
        with pytest.raises(CorpusError):
            write_corpus(CorpusReader(source).rows(), target)
        assert (target.read_text(), len(list(tmp_path.iterdir()))) == ("old", 2)

    def test_a_corpus_may_be_written_onto_itself(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_text('{"text": "One."}\n' * 3)
        write_corpus(CorpusReader(path).rows(), path)
        assert len(read_corpus(path)) == 3

    @pytest.mark.parametrize(
        ("name", "format"), [("a.txt", "auto"), ("a", "auto"), ("a.jsonl", "reuters"), ("a", "x")]
    )
    def test_formats_that_are_only_read(self, name: str, format: str) -> None:
        with pytest.raises(ConfigError, match="one that can be written: jsonl"):
            target_format(name, format)
