"""Corpora: every row is an article or a finding with its place."""

from __future__ import annotations

import codecs
import csv
import gzip
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy.articles.article import Article
from tagonomy.config import Limits
from tagonomy.corpora.corpus import Corpus, CorpusReport, Duplicate
from tagonomy.corpora.formats.registry import sniff
from tagonomy.corpora.reading import read_corpus
from tagonomy.errors import ConfigError, CorpusError

PAGE = "Talks resume\n\nTalks resumed in Geneva on Monday, a spokesman said.\n\nTags: Geneva, peace talks\n"


class Labels(dict[str, str]):
    def resolve(self, label: str) -> str | None:
        return self.get(label.lower())


LABELS = Labels(
    {"geneva": "places:geneva", "peace talks": "topics:peace-talks", "places:geneva": "places:geneva"}
)


def write(path: Path, *rows: object, ending: str = "\n") -> Path:
    path.write_bytes("".join(json.dumps(row) + ending for row in rows).encode())
    return path


@pytest.fixture
def jsonl(tmp_path: Path) -> Path:
    return tmp_path / "news.jsonl"


class TestJsonLines:
    def test_fields(self, jsonl: Path) -> None:
        write(
            jsonl,
            {"id": 7, "title": "Hope", "text": "Talks.", "tags": ["Geneva", "Odesa"], "date": "2022", "x": 1},
        )
        assert read_corpus(jsonl)[0] == Article("Talks.", "Hope", "7", "2022", ("Geneva", "Odesa"))
        known = read_corpus(jsonl, taxonomy=LABELS)
        assert (known[0].tags, known[0].unknown_tags) == (("places:geneva",), ("Odesa",))
        assert known.report.unknown_tags == {"Odesa": 1}

    def test_named_fields(self, jsonl: Path) -> None:
        write(jsonl, {"body": "A", "story": "B", "people": ["Bo Lee"], "tags": ["x"]})
        article = read_corpus(jsonl, fields={"text": "story", "tags": "people"})[0]
        assert (article.text, article.tags) == ("B", ("Bo Lee",))

    @pytest.mark.parametrize(
        ("tags", "known", "unknown"),
        [
            ("Geneva peace talks", ("places:geneva", "topics:peace-talks"), ()),
            ("peace talks; Odesa", ("topics:peace-talks",), ("Odesa",)),
            (["places:geneva", "Geneva", " "], ("places:geneva",), ()),
            ("", (), ()),
            (None, (), ()),
            ([], (), ()),
        ],
    )
    def test_tags_as_string_or_list(
        self, jsonl: Path, tags: object, known: tuple[str, ...], unknown: tuple[str, ...]
    ) -> None:
        article = read_corpus(write(jsonl, {"text": "Talks.", "tags": tags}), taxonomy=LABELS)[0]
        assert (article.tags, article.unknown_tags) == (known, unknown)

    def test_one_tag_as_a_string_needs_no_taxonomy(self, jsonl: Path) -> None:
        assert read_corpus(write(jsonl, {"text": "Talks.", "tags": "peace talks"}))[0].tags == (
            "peace talks",
        )

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            (b"{", "not JSON"),
            (b'{"text": "Talks', "not JSON"),
            (b"[1]", "expected an object, found list"),
            (b"7", "found int"),
            (b'{"text": NaN}', "not JSON"),
            (b'{"text": "a", "x": 1e999}', "not JSON"),
            (b"[" * 100_000, "not JSON"),
            (b'{"title": null, "text": null}', "no text: expected a column 'text'"),
            (b'{"headlines": "a"}', "found 'headlines'"),
            (b'{"text": 7}', "text: expected a string, found int"),
            (b'{"text": "a", "title": ["b"]}', "title: expected a string, found list"),
            (b'{"text": "a", "tags": 7}', "tags: expected a list"),
            (b'{"text": "a", "tags": ["b", null]}', "found NoneType"),
            (b'{"text": "a", "tags": {"b": 1}}', "found dict"),
            (b'{"text": "a", "id": true}', "id: expected"),
            (b'{"text": "%s"}' % (b"a" * 300), "limit is 200"),
            (b'{"text": "%s"}' % (b"a" * 80), "text_characters"),
        ],
    )
    def test_a_bad_row_says_where_and_why(self, jsonl: Path, line: bytes, problem: str) -> None:
        good = b'{"text": "One."}\n'
        jsonl.write_bytes(good + b"\n" + line + b"\n" + good)
        limits = Limits(json_line_bytes=200 if len(line) < 1000 else 2**20, text_characters=50)
        with pytest.raises(CorpusError) as caught:
            read_corpus(jsonl, limits=limits)
        assert problem in str(caught.value)
        assert (caught.value.file, caught.value.line, caught.value.byte_offset) == (
            str(jsonl),
            3,
            len(good) + 1,
        )
        corpus = read_corpus(jsonl, on_bad="skip", limits=limits)
        assert [article.text for article in corpus] == ["One.", "One."]
        assert (corpus.report.rows, len(corpus.report.bad), corpus.report.bad[0].line) == (3, 1, 3)

    def test_a_cut_last_line_is_called_so(self, jsonl: Path) -> None:
        jsonl.write_bytes(b'{"text": "One."}\n{"text": "Tal')
        with pytest.raises(CorpusError, match="cut off here") as caught:
            read_corpus(jsonl)
        assert caught.value.line == 2

    def test_a_line_that_never_ends_costs_no_more_than_the_limit(self, jsonl: Path) -> None:
        jsonl.write_bytes(b"x" * 1_000_000 + b'\n{"text": "One."}')
        corpus = read_corpus(jsonl, on_bad="skip", limits=Limits(json_line_bytes=100))
        assert corpus[0].text == "One."
        assert "1,000,001 bytes" in corpus.report.bad[0].problem

    def test_bytes_that_are_no_utf8_are_replaced_and_reported(self, jsonl: Path) -> None:
        jsonl.write_bytes(b'\xef\xbb\xbf{"text": "One."}\r\n{"text": "Z\xfcrich"}')
        corpus = read_corpus(jsonl)
        assert [article.text for article in corpus] == ["One.", "Z\ufffdrich"]
        assert "byte 11" in corpus.report.repaired[0].problem
        assert (corpus.report.repaired[0].line, corpus.report.repaired[0].byte_offset) == (2, 21)

    def test_lone_surrogates_are_replaced_and_reported(self, jsonl: Path) -> None:
        jsonl.write_bytes(b'{"text": "a \\ud800 b", "tags": ["\\udfff"]}')
        corpus = read_corpus(jsonl)
        corpus[0].text.encode("utf-8")
        assert corpus[0].text.startswith("a ")
        assert "surrogates" in corpus.report.repaired[0].problem

    def test_utf16_is_named(self, jsonl: Path) -> None:
        jsonl.write_bytes('{"text": "One."}'.encode("utf-16"))
        with pytest.raises(CorpusError, match="UTF-16"):
            read_corpus(jsonl)

    def test_an_array_over_several_lines_is_read_unless_lines_were_asked_for(self, jsonl: Path) -> None:
        jsonl.write_text(json.dumps([{"text": "One."}], indent=1))
        assert read_corpus(jsonl)[0].text == "One."
        with pytest.raises(CorpusError, match=r'read it as format "json"'):
            read_corpus(jsonl, "jsonl")

    def test_no_rows(self, jsonl: Path) -> None:
        jsonl.write_text("\n\n")
        assert len(read_corpus(jsonl)) == 0


class TestGzip:
    def test_joined_members_under_any_name(self, tmp_path: Path) -> None:
        path = tmp_path / "news.jsonl"
        path.write_bytes(gzip.compress(b'{"text": "One."}\n') + gzip.compress(b'{"text": "Two."}\n'))
        assert [article.text for article in read_corpus(path)] == ["One.", "Two."]

    @pytest.mark.parametrize(
        "damage", [lambda data: data[:-20], lambda data: data[:60] + b"\x00" * 40 + data[100:]]
    )
    def test_a_damaged_file_keeps_what_was_read(self, tmp_path: Path, damage: object) -> None:
        rows = "".join(json.dumps({"text": os.urandom(200).hex()}) + "\n" for _ in range(2000)).encode()
        path = tmp_path / "news.jsonl.gz"
        path.write_bytes(damage(gzip.compress(rows)))  # type: ignore[operator]
        with pytest.raises(CorpusError, match=r"read to its end|not JSON"):
            read_corpus(path)
        assert read_corpus(path, on_bad="skip").report.bad[-1].file == str(path)


class TestTables:
    @pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ","), ("a.tsv", "\t")])
    def test_rows(self, tmp_path: Path, name: str, delimiter: str) -> None:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.writer(file, delimiter=delimiter)
            writer.writerows(
                [["title", "text", "tags"], ["Hope", 'Two\nlines, "quoted"', "Geneva; peace talks"]]
            )
        article = read_corpus(path, taxonomy=LABELS)[0]
        assert article.text == 'Two\nlines, "quoted"'
        assert article.tags == ("places:geneva", "topics:peace-talks")

    def test_long_fields_pass(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_text("title,text\nHope," + "word " * 60_000)
        assert len(read_corpus(path)[0].text) == 300_000

    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            ("a,b,c", "expected 2 columns"),
            ("a", "expected 2 columns"),
            ('a,"b" c', "not CSV"),
            ('a,"b', "not CSV"),
        ],
    )
    def test_a_bad_row_says_where(self, tmp_path: Path, row: str, problem: str) -> None:
        path = tmp_path / "a.csv"
        path.write_text(f'text,tags\n"One\nline",x\n{row}\n')
        corpus = read_corpus(path, on_bad="skip")
        assert len(corpus) == 1
        assert problem in corpus.report.bad[0].problem
        assert (corpus.report.bad[0].line, corpus.report.bad[0].byte_offset) == (4, 23)

    def test_a_quotation_mark_that_is_never_closed_stops_at_the_limit(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_text('text,tags\n"One,x\n' + "Two,y\n" * 1000)
        corpus = read_corpus(path, on_bad="skip", limits=Limits(json_line_bytes=600))
        assert "never closed" in corpus.report.bad[0].problem
        assert len(corpus) > 0

    def test_a_null_byte_is_no_crash(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_bytes(b"text,tags\nOne\x00,x\n")
        assert read_corpus(path, on_bad="skip").report.rows == 1


class TestFiles:
    def test_a_folder_of_pages_and_html(self, tmp_path: Path) -> None:
        (tmp_path / "b").mkdir()
        (tmp_path / "b" / "one.txt").write_text(PAGE)
        (tmp_path / "a.html").write_text(
            "<h1>Hope</h1><p>Talks resumed in Geneva.<meta name=keywords content=Geneva>"
        )
        (tmp_path / ".hidden.txt").write_text("no")
        (tmp_path / "notes.bin").write_text("no")
        corpus = read_corpus(tmp_path, taxonomy=LABELS)
        assert [article.id for article in corpus] == ["a", "b/one"]
        assert [article.title for article in corpus] == ["Hope", "Talks resume"]
        assert corpus[0].tags == ("places:geneva",)
        assert corpus[1].tags == ("places:geneva", "topics:peace-talks")
        assert len(read_corpus(tmp_path, "page")) == 1

    def test_one_page(self, tmp_path: Path) -> None:
        path = tmp_path / "one.v2.txt.gz"
        path.write_bytes(gzip.compress(PAGE.encode()))
        corpus = read_corpus(path)
        assert (corpus[0].id, corpus[0].title) == ("one.v2", "Talks resume")

    def test_text_is_not_taken_apart(self, tmp_path: Path) -> None:
        (tmp_path / "one.txt").write_text(PAGE)
        article = read_corpus(tmp_path, "text")[0]
        assert (article.title, article.text) == ("", PAGE.strip())

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
    def test_byte_order_marks(self, tmp_path: Path, encoding: str) -> None:
        path = tmp_path / "one.txt"
        path.write_bytes(PAGE.encode(encoding))
        corpus = read_corpus(path)
        assert corpus[0].title == "Talks resume"
        assert corpus.report.repaired == ()

    def test_too_long(self, tmp_path: Path) -> None:
        (tmp_path / "one.txt").write_text(PAGE * 10)
        (tmp_path / "two.html").write_text("<p>" * 50)
        corpus = read_corpus(tmp_path, on_bad="skip", limits=Limits(text_characters=20, html_bytes=20))
        assert len(corpus) == 0
        assert all("Limits(" in finding.problem for finding in corpus.report.bad)

    @pytest.mark.parametrize(
        ("data", "hint"),
        [(b"PK\x03\x04rest", "zip"), (b"%PDF-1.7", "PDF"), (b"PAR1rest", "Parquet"), (b"BZh9", "bunzip2")],
    )
    def test_other_kinds_of_files_are_named(self, tmp_path: Path, data: bytes, hint: str) -> None:
        path = tmp_path / "news.jsonl"
        path.write_bytes(data)
        with pytest.raises(CorpusError, match=hint):
            read_corpus(path)

    def test_paths_that_hold_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match="No such file"):
            read_corpus(tmp_path / "missing.jsonl")
        with pytest.raises(CorpusError, match=r"no file to read.*\.jsonl"):
            read_corpus(tmp_path)
        with pytest.raises(CorpusError, match=r"\.html"):
            read_corpus(tmp_path, "html")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
    def test_a_pipe_or_device_does_not_block(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "a.jsonl")
        with pytest.raises(CorpusError, match="not a regular file"):
            read_corpus(tmp_path / "a.jsonl")
        with pytest.raises(CorpusError, match="not a regular file"):
            read_corpus(os.devnull)

    @pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
    def test_a_loop_of_links_ends(self, tmp_path: Path) -> None:
        (tmp_path / "one.txt").write_text(PAGE)
        (tmp_path / "loop").symlink_to(tmp_path)
        (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
        corpus = read_corpus(tmp_path, on_bad="skip")
        assert len(corpus) == 1
        assert corpus.report.bad[0].file.endswith("self.txt")


class TestArguments:
    @pytest.mark.parametrize(
        ("arguments", "field"),
        [
            ({"format": "xml"}, "format"),
            ({"on_bad": "warn"}, "on_bad"),
            ({"fields": {"body": "text"}}, "fields"),
        ],
    )
    def test_wrong_settings(self, jsonl: Path, arguments: dict[str, object], field: str) -> None:
        with pytest.raises(ConfigError) as caught:
            read_corpus(write(jsonl), **arguments)  # type: ignore[arg-type]
        assert caught.value.field == field

    @pytest.mark.parametrize("path", [None, 3, ["a.jsonl"]])
    def test_wrong_paths(self, path: object) -> None:
        with pytest.raises(TypeError, match="path of a corpus"):
            read_corpus(path)  # type: ignore[arg-type]

    def test_a_given_format_beats_the_name(self, tmp_path: Path) -> None:
        path = write(tmp_path / "news.txt", {"text": "One."})
        assert read_corpus(path, "jsonl")[0].text == "One."

    def test_the_first_bytes_decide_where_the_name_does_not(self, tmp_path: Path) -> None:
        assert read_corpus(write(tmp_path / "news", {"text": "One."}))[0].text == "One."
        assert sniff(codecs.BOM_UTF8 + b"\n <html>") == "html"
        assert sniff(b'"title"\t"text"\r\n') == "tsv"
        assert sniff(b"Talks resume, again\nText") == "page"


class TestCorpus:
    def test_it_is_a_frozen_sequence(self) -> None:
        articles = [Article("One."), Article("Two."), Article("Three.")]
        corpus = Corpus.of(articles)
        assert list(corpus) == articles
        assert corpus[-1] == articles[-1]
        assert isinstance(corpus[:2], Corpus)
        assert list(corpus[:2]) == articles[:2]
        assert articles[1] in corpus
        assert Corpus.of(iter(articles)) == corpus
        with pytest.raises(IndexError):
            corpus[3]

    @pytest.mark.parametrize("articles", ["abc", ["text"], [None]])
    def test_only_articles(self, articles: object) -> None:
        with pytest.raises(TypeError, match=r"Article\(text\)"):
            Corpus.of(articles)  # type: ignore[arg-type]

    def test_duplicates_are_kept_and_reported(self) -> None:
        corpus = Corpus.of(
            [
                Article("One.", tags=("a",)),
                Article("Two."),
                Article("One.", tags=("b",)),
                Article("One.", tags=("a",)),
                Article("One.", title="Other"),
            ]
        )
        assert len(corpus) == 5
        assert corpus.report.duplicates == (Duplicate(0, 2, True), Duplicate(0, 3, False))

    def test_unknown_tags_most_frequent_first(self) -> None:
        corpus = Corpus.of([Article("One.", unknown_tags=("b", "a")), Article("Two.", unknown_tags=("b",))])
        assert list(corpus.report.unknown_tags.items()) == [("b", 2), ("a", 1)]

    def test_a_report_reads_as_one_line(self) -> None:
        assert str(CorpusReport(rows=1200)).startswith("1,200 rows: 0 bad")


TEXTS = st.text(st.characters(), max_size=20)
ROWS = st.dictionaries(
    st.sampled_from(["text", "title", "tags", "id", "other"]),
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        TEXTS,
        st.lists(st.one_of(TEXTS, st.none()), max_size=3),
    ),
)


@given(
    st.lists(st.one_of(ROWS.map(lambda row: json.dumps(row).encode()), st.binary(max_size=30)), max_size=8)
)
def test_any_bytes_are_articles_or_findings(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.jsonl"
    path.write_bytes(b"\n".join(lines))
    for format in ("jsonl", "csv", "page", "html", "auto"):
        corpus = read_corpus(path, format, on_bad="skip")
        assert len(corpus) + len(corpus.report.bad) == corpus.report.rows


@given(
    st.lists(
        st.tuples(st.text(max_size=20), st.lists(st.text(min_size=1).filter(str.strip), max_size=3)),
        max_size=5,
    )
)
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, list[str]]]
) -> None:
    path = write(
        tmp_path_factory.mktemp("any") / "a.jsonl", *({"text": text, "tags": tags} for text, tags in rows)
    )
    corpus = read_corpus(path)
    assert [article.text for article in corpus] == [text for text, _ in rows]
    assert [article.tags for article in corpus] == [
        tuple(dict.fromkeys(tag.strip() for tag in tags)) for _, tags in rows
    ]
