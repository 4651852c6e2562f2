"""Every format that people have corpora in: told by name and first bytes, and read with its places."""

from __future__ import annotations

import gzip
import io
import json
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy.articles.article import Article
from tagonomy.config import Limits
from tagonomy.corpora import files
from tagonomy.corpora.corpus import Corpus
from tagonomy.corpora.formats.objects import read_values
from tagonomy.corpora.formats.registry import FORMATS, sniff
from tagonomy.corpora.formats.tables import listed, protected, tags_cell, unprotected
from tagonomy.corpora.reading import CorpusReader, read_corpus, stream_corpus
from tagonomy.corpora.records import Finding, Source
from tagonomy.errors import ConfigError, CorpusError
from tagonomy.taxonomy import Concept, Taxonomy

Put = Callable[[str, str | bytes], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Write a file below the test's folder."""

    def put(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return put


def tagged(corpus: Corpus) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(article.title, article.text, article.tags) for article in corpus]


class TestJson:
    ROWS = (
        {"text": 'One "]" one.', "tags": ["a"]},
        {"text": "Two\\", "tags": []},
        {"text": "}{", "x": [{}, [1]]},
    )

    @pytest.mark.parametrize("indent", [None, 0, 2])
    def test_arrays_of_any_layout(self, put: Put, indent: int | None) -> None:
        corpus = read_corpus(put("a.json", json.dumps(self.ROWS, indent=indent)))
        assert [article.text for article in corpus] == [row["text"] for row in self.ROWS]

    def test_one_object_over_several_lines(self, put: Put) -> None:
        assert read_corpus(put("a.json", '{\n "text": "One."\n}\n'))[0].text == "One."

    def test_what_is_wrong_in_an_array_costs_only_itself(self, put: Put) -> None:
        path = put(
            "a.json", '[\n {"text": "One."},\n {"text": tru},\n 7,\n {"text": "Two."}\n]\n{"text": "Three."}'
        )
        corpus = read_corpus(path, on_bad="skip")
        assert [article.text for article in corpus] == ["One.", "Two.", "Three."]
        assert [(each.line, each.byte_offset) for each in corpus.report.bad] == [(3, 22), (4, 38)]
        assert "found '7'" in corpus.report.bad[1].problem

    def test_a_string_without_an_end_ends_with_its_line(self, put: Put) -> None:
        path = put("a.json", '[\n{"text": "One.},\n{"text": "Two."}\n]')
        report = read_corpus(path, on_bad="skip").report
        assert report.bad
        assert report.bad[0].line == 2

    @pytest.mark.parametrize(
        "cut", ['[{"text": "One."}, {"text": "Tw', '[{"text": "One."},', '[{"text": "One."}']
    )
    def test_a_cut_array_is_called_so(self, put: Put, cut: str) -> None:
        corpus = read_corpus(put("a.json", cut), on_bad="skip")
        assert [article.text for article in corpus] == ["One."]
        assert "cut off" in corpus.report.bad[-1].problem

    def test_a_value_without_end_costs_no_more_than_the_limit(self, put: Put) -> None:
        path = put("a.json", '[{"text": "One."}, {"text": "' + "x" * 1_000_000 + '"}]')
        corpus = read_corpus(path, on_bad="skip", limits=Limits(json_line_bytes=1000))
        assert (len(corpus), corpus.report.bad[0].line) == (1, 1)
        assert "json_line_bytes" in corpus.report.bad[0].problem

    @pytest.mark.parametrize(
        "line",
        [
            '{"text": "a", "text": "b"}',
            '{"text": "a", "x": [{"y": 1, "y" : 2}]}',
            '{"text": "a\\":", "text":"b"}',
        ],
    )
    def test_a_key_that_stands_twice_is_refused(self, put: Put, line: str) -> None:
        with pytest.raises(CorpusError, match="stands twice"):
            read_corpus(put("a.jsonl", line))

    def test_what_is_nested_too_deep_is_refused(self, put: Put) -> None:
        for depth in (62, 64, 500, 5000):
            path = put("a.jsonl", '{"text": "One.", "x": ' + "[" * depth + "]" * depth + "}")
            if depth == 62:
                assert len(read_corpus(path)) == 1
            else:
                with pytest.raises(CorpusError, match=r"nested deeper than 64|not JSON"):
                    read_corpus(path)

    def test_a_text_that_looks_like_keys_is_none(self, put: Put) -> None:
        text = 'He said "x": "y" : and "x": again'
        assert read_corpus(put("a.jsonl", json.dumps({"text": text})))[0].text == text


@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=5),
            st.recursive(st.none() | st.text(max_size=8), st.lists, max_leaves=4),
            max_size=3,
        ),
        max_size=6,
    ),
    st.sampled_from([None, 0, 3]),
    st.integers(1, 40),
)
def test_values_are_found_wherever_a_read_ends(values: list[Any], indent: int | None, bite: int) -> None:
    """What is read at a time is a detail: an array gives its elements byte for byte."""

    class Bites(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or bite, bite))

    data = json.dumps(values, indent=indent, ensure_ascii=False).encode()
    stream = io.BufferedReader(Bites(data), 1)  # type: ignore[arg-type]
    stream.read = Bites(data).read  # type: ignore[method-assign,assignment]
    records = list(read_values(Source(stream, "a")))
    assert not any(isinstance(each, Finding) for each in records)
    assert [dict(each.values) for each in records if not isinstance(each, Finding)] == values
    for each in records:
        assert not isinstance(each, Finding)
        assert each.place.byte_offset is not None
        assert each.place.line == data.count(b"\n", 0, each.place.byte_offset) + 1
        assert data[each.place.byte_offset : each.place.byte_offset + 1] == b"{"


class TestTables:
    @pytest.mark.parametrize("delimiter", list(",;\t|"))
    def test_csv_of_any_delimiter(self, put: Put, delimiter: str) -> None:
        path = put(
            "a.csv",
            f'title{delimiter}text{delimiter}tags\r\nHope{delimiter}"Two{delimiter}three"{delimiter}x\r\n',
        )
        assert tagged(read_corpus(path)) == [("Hope", f"Two{delimiter}three", ("x",))]

    @pytest.mark.parametrize(
        ("cell", "tags"),
        [
            ('["a, b", "c"]', ("a, b", "c")),
            ("['a, b', 'c']", ("a, b", "c")),
            ("<http://a.example/1> <http://a.example/2>", ("http://a.example/1", "http://a.example/2")),
            ("a; b", ("a", "b")),
            ("[a]", ("[a]",)),
        ],
    )
    def test_lists_in_a_cell(self, put: Put, cell: str, tags: tuple[str, ...]) -> None:
        quoted = cell.replace('"', '""')
        assert read_corpus(put("a.csv", f'text,tags\nOne.,"{quoted}"\n'))[0].tags == tags

    def test_a_column_that_stands_twice_is_refused(self, put: Put) -> None:
        with pytest.raises(CorpusError, match="'text' stands twice") as caught:
            read_corpus(put("a.csv", "text,tags,text\nOne.,a,b\n"))
        assert caught.value.line == 1

    @pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "''@"])
    def test_no_cell_is_a_formula(self, cell: str) -> None:
        assert protected(cell) == f"'{cell}"

    @given(st.text())
    def test_protection_is_undone(self, cell: str) -> None:
        assert unprotected(protected(cell)) == cell
        assert protected(cell)[:1] not in tuple("=+-@\t\r")

    @given(st.lists(st.text(min_size=1), max_size=4))
    def test_a_cell_of_tags_gives_them_back(self, tags: list[str]) -> None:
        cell = tags_cell(tags)
        assert (listed(cell) or [tag for tag in cell.split("; ") if tag]) == tags


class TestFastText:
    def test_lines(self, put: Put) -> None:
        path = put(
            "a.txt", "__label__a __label__b One  two.\nNo label.\n\nThree __label__c four\n__label__d\n"
        )
        assert tagged(read_corpus(path)) == [
            ("", "One  two.", ("a", "b")),
            ("", "No label.", ()),
            ("", "Three four", ("c",)),
            ("", "", ("d",)),
        ]


class TestAnnif:
    def test_tsv(self, put: Put) -> None:
        path = put(
            "a.tsv", "One.\t<http://a.example/1> <http://a.example/2>\nTwo.\thttp://a.example/3\nNo tab\n"
        )
        corpus = read_corpus(path, on_bad="skip")
        assert tagged(corpus) == [
            ("", "One.", ("http://a.example/1", "http://a.example/2")),
            ("", "Two.", ("http://a.example/3",)),
        ]
        assert (corpus.report.bad[0].line, corpus.report.bad[0].problem) == (
            3,
            "expected text, a tab and URIs, found no tab",
        )

    def test_objects(self, put: Put) -> None:
        row = {
            "document_id": "d1",
            "text": "One.",
            "metadata": {"title": "Hope"},
            "subjects": [{"uri": "http://a.example/1", "label": "a"}, {"label": "b"}],
        }
        corpus = read_corpus(put("a.jsonl", json.dumps(row)))
        assert tagged(corpus) == [("Hope", "One.", ("http://a.example/1", "b"))]
        assert corpus[0].id == "d1"

    @pytest.mark.parametrize("subjects", ["a", [7], [{"uri": 7}], [{}]])
    def test_other_subjects_are_refused(self, put: Put, subjects: object) -> None:
        with pytest.raises(CorpusError, match="subjects"):
            read_corpus(put("a.jsonl", json.dumps({"text": "One.", "subjects": subjects})), "annif-jsonl")

    def test_folder(self, put: Put, tmp_path: Path) -> None:
        for name in ("a", "b", "c"):
            put(f"{name}.txt", f"Text {name}.\n")
        put("a.key", "one\n\nanother one\n")
        put("b.tsv", "<http://a.example/1>\tone\n<http://a.example/2>\tanother\t0.5\n")
        put("d.json", json.dumps({"text": "Text d.", "subjects": [{"label": "one"}]}, indent=1))
        corpus = read_corpus(tmp_path)
        assert tagged(corpus) == [
            ("", "Text a.", ("one", "another one")),
            ("", "Text b.", ("http://a.example/1", "http://a.example/2")),
            ("", "Text c.", ()),
            ("", "Text d.", ("one",)),
        ]
        assert corpus[0].id == "a"


class TestClassFolders:
    def test_a_folder_of_folders_of_texts(self, put: Put, tmp_path: Path) -> None:
        put("sport/1.txt", "The striker scored.")
        put("economy/2.txt", "Rates rose.\n")
        assert tagged(read_corpus(tmp_path)) == [
            ("", "Rates rose.", ("economy",)),
            ("", "The striker scored.", ("sport",)),
        ]

    def test_dates_and_pages_are_no_classes(self, put: Put, tmp_path: Path) -> None:
        put("2024-01/1.txt", "Rates rose.")
        put("2024-02/2.txt", "Rates fell.")
        assert not any(article.tags for article in read_corpus(tmp_path))
        page = "Talks resume\n\nTalks resumed in Geneva on Monday, he said.\n\nTags: Geneva, peace talks\n"
        put("x/a/3.txt", page)
        put("x/b/4.txt", page)
        assert [article.tags for article in read_corpus(tmp_path / "x")] == [("Geneva", "peace talks")] * 2

    def test_any_name_of_a_file_and_any_depth(self, put: Put, tmp_path: Path) -> None:
        put("train/alt.space/53", b"Z\xfcrich.")
        put("top", "No class.")
        corpus = read_corpus(tmp_path, "class-folders", on_bad="skip")
        assert (corpus[0].tags, corpus[0].id) == (("alt.space",), "train/alt.space/53")
        assert "byte 1" in corpus.report.repaired[0].problem
        assert "at the top" in corpus.report.bad[0].problem


STORY = """<REUTERS TOPICS="{judged}" LEWISSPLIT="{side}" CGISPLIT="TRAINING-SET" OLDID="1" NEWID="{id}">
<DATE>26-FEB-1987 15:01:01.79</DATE>
<TOPICS><D>grain</D><D>wheat</D></TOPICS>
<PLACES><D>usa</D></PLACES>
<PEOPLE></PEOPLE>
<TEXT>&#2;
<TITLE>GRAIN &lt;UP></TITLE>
<DATELINE>    CHICAGO, Feb 26 - </DATELINE><BODY>Prices rose {id}.
 REUTER
&#3;</BODY></TEXT>
</REUTERS>
"""
SGML = '<!DOCTYPE lewis SYSTEM "lewis.dtd">\n' + "".join(
    STORY.format(judged=judged, side=side, id=id)
    for id, (judged, side) in enumerate(
        [("YES", "TRAIN"), ("YES", "TEST"), ("NO", "TRAIN"), ("BYPASS", "NOT-USED")], 1
    )
)


class TestReuters:
    def test_a_file(self, put: Put) -> None:
        corpus = read_corpus(put("reut2-000.sgm", SGML))
        assert corpus[0] == Article(
            "Prices rose 1.\n REUTER",
            "GRAIN <UP>",
            "1",
            "1987-02-26 15:01:01",
            ("topics:grain", "topics:wheat", "places:usa"),
        )
        assert len(corpus) == 4

    def test_modapte(self, put: Put, tmp_path: Path) -> None:
        put("reut2-000.sgm", SGML)
        for split, ids in (("train", ["1"]), ("test", ["2"]), ("unused", ["3", "4"])):
            corpus = read_corpus(tmp_path, split=split)
            assert [article.id for article in corpus] == ids
            assert (corpus.report.rows, corpus.report.left_out) == (4, 4 - len(ids))

    def test_an_archive(self, tmp_path: Path) -> None:
        path = tmp_path / "reuters.tar.gz"
        path.write_bytes(
            tarball({"r/reut2-001.sgm": SGML, "r/README.bin": "no", "r/reut2-000.sgm": SGML}, "gz")
        )
        corpus = read_corpus(path)
        assert [article.id for article in corpus] == ["1", "2", "3", "4"] * 2

    def test_another_file_is_called_so(self, put: Put) -> None:
        with pytest.raises(CorpusError, match="in <REUTERS>, found none"):
            read_corpus(put("reuters.tar.gz", "no archive"), "reuters")

    def test_a_cut_story_is_reported(self, put: Put) -> None:
        corpus = read_corpus(put("a.sgm", SGML[:-30]), on_bad="skip")
        assert (len(corpus), corpus.report.bad[0].line) == (3, 2 + 3 * STORY.count("\n"))

    def test_a_story_without_end_costs_no_more_than_the_limit(self, put: Put) -> None:
        path = put("a.sgm", SGML.split("</REUTERS>")[0] + "x\n" * 10_000)
        corpus = read_corpus(path, on_bad="skip", limits=Limits(json_line_bytes=2000))
        assert "json_line_bytes" in corpus.report.bad[0].problem

    def test_a_split_needs_its_column(self, put: Put) -> None:
        with pytest.raises(CorpusError, match="no column 'split'"):
            read_corpus(put("a.jsonl", '{"text": "One."}'), split="train")
        path = put("b.jsonl", '{"text": "One.", "split": "train"}\n{"text": "Two.", "split": "dev"}')
        assert [article.text for article in read_corpus(path, split="dev")] == ["Two."]


class TestNinjs:
    def test_version_1(self, put: Put) -> None:
        item = {
            "uri": "http://a.example/n1",
            "headline": "Hope",
            "body_text": "Talks resumed.",
            "versioncreated": "2024-01-02T03:04:05Z",
            "subject": [{"code": "medtop:1", "name": "politics"}, {"code": "medtop:2"}],
            "person": [{"name": "Ann Smith"}],
            "place": [{"name": "Geneva"}, {"name": "Geneva"}],
        }
        corpus = read_corpus(put("a.json", json.dumps(item, indent=2)))
        tags = ("politics", "medtop:2", "Ann Smith", "Geneva")
        assert corpus[0] == Article(
            "Talks resumed.", "Hope", "http://a.example/n1", "2024-01-02T03:04:05Z", tags
        )

    def test_version_2(self, put: Put) -> None:
        item = {
            "uri": "n2",
            "headlines": [{"role": "short", "value": "H"}, {"role": "main", "value": "Hope"}],
            "bodies": [
                {"contenttype": "text/html", "value": "<p>No</p>"},
                {"contenttype": "text/plain", "value": "Talks resumed."},
            ],
            "subjects": [{"name": "politics"}],
        }
        assert tagged(read_corpus(put("a.jsonl", json.dumps(item)))) == [
            ("Hope", "Talks resumed.", ("politics",))
        ]

    def test_html_is_stripped(self, put: Put) -> None:
        item = {
            "uri": "n3",
            "headline": "Hope",
            "body_xhtml": "<p>Talks resumed in Geneva.</p><script>no</script>",
        }
        assert read_corpus(put("a.json", json.dumps(item)))[0].text == "Talks resumed in Geneva."

    def test_another_shape_is_reported(self, put: Put) -> None:
        with pytest.raises(CorpusError, match="subject: expected a list of objects"):
            read_corpus(put("a.json", '{"uri": "n", "headline": "H", "subject": "politics"}'))


def annotation(*choices: str, **more: object) -> dict[str, Any]:
    value = {"choices": list(choices)}
    return {"result": [{"from_name": "tags", "to_name": "text", "type": "choices", "value": value}], **more}


class TestLabelStudio:
    def test_json(self, put: Put) -> None:
        taxonomy = {"type": "taxonomy", "value": {"taxonomy": [["Europe", "France"], ["Asia"]]}}
        spans = {"type": "labels", "value": {"start": 0, "end": 3, "labels": ["PER"]}}
        tasks = [
            {
                "id": 7,
                "data": {"title": "Hope", "text": "One.", "url": "u"},
                "annotations": [annotation("a", "b")],
            },
            {"id": 8, "data": {"text": "Two."}, "annotations": [{"result": [taxonomy, spans]}]},
            {"id": 9, "data": {"text": "Three."}, "annotations": [], "predictions": [annotation("a")]},
            {
                "id": 10,
                "data": {"text": "Four."},
                "annotations": [
                    annotation("a", "b"),
                    annotation("b"),
                    annotation("c", was_cancelled=True),
                    annotation("d"),
                ],
            },
            {
                "id": 11,
                "data": {"text": "Five."},
                "annotations": [annotation("a"), annotation("b", ground_truth=True)],
            },
        ]
        corpus = read_corpus(put("export.json", json.dumps(tasks)))
        assert tagged(corpus) == [
            ("Hope", "One.", ("a", "b")),
            ("", "Two.", ("France", "Asia")),
            ("", "Three.", ()),
            ("", "Four.", ("b",)),
            ("", "Five.", ("b",)),
        ]
        assert corpus[0].id == "7"

    def test_json_min(self, put: Put) -> None:
        base = {"annotation_id": 1, "annotator": 1, "id": 1, "lead_time": 2.0}
        rows = [
            {**base, "text": "One.", "topic": {"choices": ["a", "b"]}},
            {**base, "text": "Two.", "sentiment": "c"},
        ]
        assert tagged(read_corpus(put("export.json", json.dumps(rows)))) == [
            ("", "One.", ("a", "b")),
            ("", "Two.", ("c",)),
        ]

    def test_fields_name_columns_of_the_data(self, put: Put) -> None:
        task = {"data": {"story": "One."}, "annotations": [annotation("a")]}
        path = put("export.json", json.dumps([task]))
        assert tagged(read_corpus(path, fields={"text": "story"})) == [("", "One.", ("a",))]

    @pytest.mark.parametrize(
        "annotations",
        [7, [7], [{"result": 7}], [{"result": [7]}], [{"result": [{"value": {"choices": "a"}}]}]],
    )
    def test_another_shape_is_reported(self, put: Put, annotations: object) -> None:
        task = {"data": {"text": "One."}, "annotations": annotations}
        with pytest.raises(CorpusError, match="annotations: expected"):
            read_corpus(put("export.json", json.dumps([task])), "label-studio")


class TestProdigy:
    def test_choices(self, put: Put) -> None:
        rows = [
            {
                "text": "One.",
                "accept": ["a", "b"],
                "answer": "accept",
                "_task_hash": 1,
                "options": [{"id": "a"}],
            },
            {"text": "Two.", "accept": ["a"], "answer": "reject", "_task_hash": 2},
            {"text": "Three.", "accept": [], "answer": "ignore", "_task_hash": 3},
            {
                "text": "Hope\n\nFour.",
                "accept": ["a"],
                "answer": "accept",
                "meta": {"title": "Hope", "id": "n4"},
            },
        ]
        corpus = read_corpus(put("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows)))
        assert tagged(corpus) == [("", "One.", ("a", "b")), ("", "Two.", ()), ("Hope", "Four.", ("a",))]
        assert (corpus[2].id, corpus.report.rows, corpus.report.left_out) == ("n4", 4, 1)

    def test_questions_about_one_label(self, put: Put) -> None:
        answers = [
            ("One.", "a", "accept"),
            ("One.", "b", "reject"),
            ("Two.", "a", "reject"),
            ("One.", "c", "accept"),
        ]
        rows = [
            {"text": text, "label": label, "answer": answer, "_input_hash": hash(text)}
            for text, label, answer in answers
        ]
        corpus = read_corpus(put("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows)))
        assert tagged(corpus) == [("", "One.", ("a", "c")), ("", "Two.", ())]


class TestDoccano:
    @pytest.mark.parametrize(
        "row",
        [
            {"id": 1, "text": "One.", "label": ["a", "b"], "Comments": []},
            {"id": 1, "data": "One.", "label": ["a", "b"]},
            {"id": 1, "text": "One.", "labels": ["a", "b"]},
            {"id": 1, "text": "One.", "cats": {"a": 1, "b": 0.5, "c": 0}},
            {"id": 1, "text": "One.", "annotations": [{"label": "a"}, {"label": "b"}], "meta": {}},
        ],
    )
    def test_shapes_of_its_versions(self, put: Put, row: dict[str, object]) -> None:
        corpus = read_corpus(put("a.jsonl", json.dumps(row)), "doccano")
        assert (tagged(corpus), corpus[0].id) == ([("", "One.", ("a", "b"))], "1")

    def test_numbers_of_labels_are_their_names(self, put: Put) -> None:
        row = {"text": "One.", "annotations": [{"label": 3}], "meta": {}}
        assert read_corpus(put("a.jsonl", json.dumps(row)))[0].tags == ("3",)

    def test_spans_are_no_tags(self, put: Put) -> None:
        with pytest.raises(CorpusError, match="spans"):
            read_corpus(put("a.jsonl", '{"text": "One.", "label": [[0, 3, "PER"]], "Comments": []}'))


class TestFrames:
    ROWS = (
        {"title": "Hope", "text": "One.", "tags": ["a", "b"]},
        {"title": None, "text": "Two.", "tags": None},
    )
    READ = (("Hope", "One.", ("a", "b")), ("", "Two.", ()))

    def test_parquet(self, tmp_path: Path) -> None:
        arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        parquet.write_table(arrow.Table.from_pylist(list(self.ROWS)), tmp_path / "a.parquet")
        assert tagged(read_corpus(tmp_path / "a.parquet")) == list(self.READ)
        assert tagged(read_corpus(tmp_path)) == list(self.READ)
        damaged = tmp_path / "b.parquet"
        damaged.write_bytes((tmp_path / "a.parquet").read_bytes()[:-20])
        with pytest.raises(CorpusError, match="read to its end"):
            read_corpus(damaged)

    @pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
    def test_data_frames(self, library: str) -> None:
        pytest.importorskip("narwhals")
        module = pytest.importorskip(library)
        frame = (
            module.Table.from_pylist(list(self.ROWS))
            if library == "pyarrow"
            else module.DataFrame(list(self.ROWS))
        )
        assert tagged(read_corpus(frame)) == list(self.READ)
        if library == "polars":
            assert tagged(read_corpus(frame.lazy())) == list(self.READ)

    def test_pandas_says_missing_in_many_ways(self) -> None:
        pandas = pytest.importorskip("pandas")
        frame = pandas.DataFrame(
            {"text": ["One."] * 4, "tags": [float("nan"), None, pandas.NA, ["a", float("nan")]]}
        )
        with pytest.raises(CorpusError, match=r"found float \(nan\)") as caught:
            read_corpus(frame)
        assert caught.value.line == 4
        assert [article.tags for article in read_corpus(frame[:3])] == [()] * 3

    def test_without_the_extra(self, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("pyarrow", "pyarrow.parquet", "narwhals"):
            monkeypatch.setitem(sys.modules, name, None)

        class Frame:
            def __arrow_c_stream__(self) -> None: ...

        with pytest.raises(CorpusError, match=r"Parquet needs an extra: pip install 'tagonomy\[frames\]'"):
            read_corpus(put("a.parquet", b"PAR1"))
        with pytest.raises(CorpusError, match=r"a data frame needs an extra"):
            read_corpus(Frame())


def tarball(members: dict[str, str], packing: str = "") -> bytes:
    """Return an archive of these files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{packing}") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content.encode())
            archive.addfile(info, io.BytesIO(content.encode()))
    return out.getvalue()


class TestPacked:
    @pytest.mark.parametrize("packing", ["", "gz"])
    def test_archives_are_read_like_folders(self, tmp_path: Path, packing: str) -> None:
        path = tmp_path / "news.tar"
        members = {
            "n/a.jsonl": '{"text": "One."}',
            "n/b.csv": "text,tags\nTwo.,x\n",
            "n/.c.jsonl": "no",
            "n/d.bin": "no",
        }
        path.write_bytes(tarball(members, packing))
        corpus = read_corpus(path)
        assert tagged(corpus) == [("", "One.", ()), ("", "Two.", ("x",))]

    @pytest.mark.parametrize("name", ["../a.jsonl", "/a.jsonl", "n/../../a.jsonl"])
    def test_paths_out_of_an_archive_are_refused(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / "news.tar"
        path.write_bytes(tarball({name: '{"text": "One."}'}))
        with pytest.raises(CorpusError, match="leads out of it"):
            read_corpus(path)
        assert [each.name for each in tmp_path.iterdir()] == ["news.tar"]

    def test_links_and_devices_in_an_archive_are_left(self, tmp_path: Path) -> None:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            for kind in (tarfile.SYMTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
                info = tarfile.TarInfo("a.jsonl")
                info.type, info.linkname = kind, "/etc/passwd"
                archive.addfile(info)
        (tmp_path / "a.tar").write_bytes(out.getvalue())
        assert len(read_corpus(tmp_path / "a.tar")) == 0

    def test_a_gzip_bomb_is_stopped(self, put: Put) -> None:
        path = put("a.jsonl.gz", gzip.compress(b" " * (20 * 2**20)))
        with pytest.raises(CorpusError, match=r"unpack_ratio: found .* the limit is 200"):
            read_corpus(path)
        with pytest.raises(CorpusError, match="unpacked_bytes"):
            read_corpus(path, limits=Limits(unpacked_bytes=2**20))

    @pytest.fixture
    def zstd(self) -> Callable[[bytes], bytes]:
        if sys.version_info >= (3, 14):
            from compression.zstd import compress
        else:
            compress = pytest.importorskip("zstandard").compress
        packed: Callable[[bytes], bytes] = compress
        return packed

    def test_zstd(self, put: Put, zstd: Callable[[bytes], bytes]) -> None:
        rows = [f'{{"text": "Article {i}"}}\n'.encode() for i in range(3000)]
        packed = zstd(b"".join(rows[:1000])) + zstd(b"") + zstd(b"".join(rows[1000:]))
        assert len(read_corpus(put("a.jsonl.zst", packed))) == 3000
        assert len(read_corpus(put("b.jsonl", packed))) == 3000
        for damaged in (
            packed[:-5],
            packed[:20],
            packed + b"more",
            packed[:200] + b"\x00" * 50 + packed[250:],
        ):
            with pytest.raises(CorpusError, match=r"read to its end|not JSON"):
                read_corpus(put("a.jsonl.zst", damaged))

    def test_a_zstd_bomb_is_stopped(self, put: Put, zstd: Callable[[bytes], bytes]) -> None:
        with pytest.raises(CorpusError, match="unpack_ratio"):
            read_corpus(put("a.jsonl.zst", zstd(b" " * (100 * 2**20))))

    def test_zstd_without_a_library(self, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("compression.zstd", "zstandard"):
            monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(CorpusError, match=r"pip install 'tagonomy\[zstd\]'"):
            read_corpus(put("a.jsonl.zst", b"\x28\xb5\x2f\xfd rest"))


class TestReader:
    def test_rows_keep_the_rest_of_their_columns(self, put: Put) -> None:
        path = put("a.jsonl", '{"text": "One.", "url": "u", "tags": ["a"]}\n{"body": "Two.", "text": null}\n')
        reader = CorpusReader(path)
        rows = list(reader.rows())
        assert [dict(row.extra) for row in rows] == [{"url": "u"}, {"text": None}]
        assert [row.place and row.place.line for row in rows] == [1, 2]
        assert dict(reader.report.labels) == {"a": 1}

    def test_labels_are_counted(self, put: Put) -> None:
        report = read_corpus(
            put("a.jsonl", '{"text": "1", "tags": ["b", "a"]}\n{"text": "2", "tags": ["b"]}\n')
        ).report
        assert list(report.labels.items()) == [("b", 2), ("a", 1)]
        assert report.articles == 2

    def test_some_rows_may_be_bad(self, put: Put) -> None:
        path = put("a.jsonl", '{"text": "One."}\n{\n{\n{"text": "Two."}\n')
        assert len(read_corpus(path, on_bad="skip", max_bad=2)) == 2
        with pytest.raises(CorpusError, match="more than 1 bad rows") as caught:
            read_corpus(path, on_bad="skip", max_bad=1)
        assert caught.value.line == 3

    def test_streams(self) -> None:
        packed = io.BufferedReader(io.BytesIO(gzip.compress(b'{"text": "One."}')))  # type: ignore[arg-type]
        assert [article.text for article in stream_corpus(packed)] == ["One."]
        lines = io.BufferedReader(io.BytesIO(b"__label__a One.\n"))  # type: ignore[arg-type]
        assert [article.tags for article in stream_corpus(lines, "fasttext")] == [("a",)]
        with pytest.raises(ConfigError, match="format"):
            list(stream_corpus(lines, "page"))
        with pytest.raises(TypeError, match="stream_corpus"):
            read_corpus(lines)

    def test_a_stream_tells_its_format_by_its_first_bytes(self) -> None:
        for content in (b"text,tags\nOne.,a\n", b'[{"text": "One.", "tags": ["a"]}]', b"__label__a One.\n"):
            stream = io.BufferedReader(io.BytesIO(content))  # type: ignore[arg-type]
            assert [article.tags for article in CorpusReader(stream)] == [("a",)]

    def test_a_damaged_stream_is_a_bad_corpus(self) -> None:
        packed = gzip.compress(b'{"text": "One."}\n' * 99)[:-9]
        with pytest.raises(CorpusError, match="read to its end"):
            list(stream_corpus(io.BufferedReader(io.BytesIO(packed))))  # type: ignore[arg-type]

    def test_uris_and_codes_of_other_vocabularies_name_concepts(self, put: Put) -> None:
        matches = ("medtop:20000344", "http://a.example/economy")
        taxonomy = Taxonomy.of([Concept(id="topics:economy", label="economy", exact_match=matches)])
        names = [*matches, "http://cv.iptc.org/newscodes/mediatopic/20000344", "Economy", "topics:economy"]
        for name in names:
            article = read_corpus(put("a.tsv", f"One.\t<{name}>\n"), "annif-tsv", taxonomy=taxonomy)[0]
            assert article.tags == ("topics:economy",)
        article = read_corpus(put("a.tsv", "One.\t<http://a.example/x>\n"), taxonomy=taxonomy)[0]
        assert article.unknown_tags == ("http://a.example/x",)


class TestSniffing:
    @pytest.mark.parametrize(
        ("head", "name", "format"),
        [
            ('{"text": "One.", "tags": []}\n', "a.jsonl", "jsonl"),
            ('{\n "text": "One."}', "a.json", "json"),
            ('{"text": "One.", "meta": {"accept": [], "answer": "accept"}}', "a.jsonl", "jsonl"),
            ('{"text": "One.", "subjects": ["a"]}', "a.jsonl", "jsonl"),
            ('{"text": "One.", "subjects": [{"uri": "a"}]}', "a.jsonl", "annif-jsonl"),
            ("title\ttext\n", "a.tsv", "tsv"),
            ("One.\t<http://a.example/1>\n", "a.tsv", "annif-tsv"),
            ("One.\t<http://a.example/1>\n", "a.txt", "page"),
            ("One.\t<http://a.example/1>\n", "", "annif-tsv"),
            ("__label__a One.", "a.txt", "fasttext"),
            ("__label__a One.", "train", "fasttext"),
            ("title;text\n", "data", "csv"),
            ("PAR1", "data", "parquet"),
            ('<!DOCTYPE lewis SYSTEM "lewis.dtd">', "data", "reuters"),
            ("{", "a.csv", "csv"),
            ("", "", "page"),
        ],
    )
    def test_the_bytes_decide_within_a_family(self, head: str, name: str, format: str) -> None:
        assert sniff(head.encode(), name) == format

    @given(st.binary(max_size=60), st.sampled_from(["", "a.json", "a.tsv", "a.txt", "x"]))
    def test_any_bytes_are_of_some_format(self, head: bytes, name: str) -> None:
        assert sniff(head, name) in FORMATS


@given(st.sampled_from(sorted(FORMATS)), st.binary(max_size=80))
def test_any_bytes_in_any_format_are_articles_or_findings(
    tmp_path_factory: pytest.TempPathFactory, format: str, data: bytes
) -> None:
    if format == "parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path_factory.mktemp("any") / "a.txt"
    path.write_bytes(data)
    corpus = read_corpus(path, format, on_bad="skip")
    assert len(corpus) + len(corpus.report.bad) + corpus.report.left_out == corpus.report.rows


def test_names_of_files_need_not_be_utf8(tmp_path: Path) -> None:
    path = tmp_path / "Z\udcfcrich.txt"
    try:
        path.write_text("Talks resumed.")
    except (OSError, UnicodeEncodeError):
        pytest.skip("this file system wants UTF-8")
    assert files.stem_of(path, tmp_path) == "Z\ufffdrich"
    assert read_corpus(tmp_path)[0].id == "Z\ufffdrich"
