"""``tagonomy corpus``, and what the command line makes of bad corpora: where, why, and which exit code."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Result

from tagonomy import Article, Taxonomy, read_corpus
from tagonomy.corpora.figures import corpus_figures, facet_of
from tagonomy.corpora.suggestions import Suggester, unknown_tags_error
from tagonomy.corpora.writing import write_corpus
from tagonomy.taxonomy import write_taxonomy

Run = Callable[..., Result]


@pytest.fixture
def news(tmp_path: Path, tiny_corpus: tuple[Article, ...]) -> Path:
    path = tmp_path / "news.jsonl"
    write_corpus(tiny_corpus, path)
    return path


@pytest.fixture
def taxonomy(tmp_path: Path, tiny_taxonomy: Taxonomy) -> Path:
    write_taxonomy(tiny_taxonomy, tmp_path / "taxonomy")
    return tmp_path / "taxonomy"


def lines(path: Path, *rows: object) -> Path:
    path.write_text("".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows))
    return path


class TestCheck:
    def test_a_good_corpus(self, run: Run, news: Path, taxonomy: Path) -> None:
        result = run("corpus", "check", news, "--taxonomy", taxonomy)
        assert (result.code, result.out) == (0, "")
        assert "0 problems" in result.err

    def test_every_problem_has_its_place(self, run: Run, tmp_path: Path, taxonomy: Path) -> None:
        path = lines(
            tmp_path / "a.jsonl",
            {"text": "One.", "tags": ["topics:sport", "interst rates"]},
            "{\n",
            {"text": "One.", "tags": ["topics:economy"]},
            {"text": 7},
            {"text": "Z\ufffdrich", "tags": ["football"]},
        )
        path.write_bytes(path.read_bytes().replace(b"\\ufffd", b"\xfc"))
        result = run("corpus", "check", path, "--taxonomy", taxonomy, "--warnings")
        assert result.code == 1
        found = result.out.splitlines()
        assert found[0].startswith(f"{path}:2 (byte 60): not JSON")
        assert found[1].startswith(f"{path}:4 (byte 107): text: expected a string, found int")
        assert found[2] == "unknown tag 'interst rates' (1 article); did you mean 'interest rates'?"
        assert found[3] == "articles 1 and 2 have the same text but other tags"
        assert found[4].startswith(f"warning: {path}:5 (byte 119): not UTF-8")
        assert "5 rows: 2 bad, 1 repaired, 1 duplicates" in result.err

    def test_json(self, run: Run, tmp_path: Path) -> None:
        path = lines(
            tmp_path / "a.jsonl", {"text": "One.", "tags": ["a"]}, {"text": "Two.", "tags": ["a", "A"]}
        )
        result = run("corpus", "check", path, "--format", "json")
        facts = json.loads(result.out)
        assert (result.code, facts["articles"], facts["labels"]) == (0, 2, {"a": 2, "A": 1})
        assert "tags that differ in spelling only: 'a', 'A'" in facts["warnings"]
        assert "the tag 'a' stands on every article" in facts["warnings"]

    def test_a_leak_from_training_to_test(self, run: Run, tmp_path: Path) -> None:
        train = lines(
            tmp_path / "train.jsonl", {"text": "One.", "tags": ["a"]}, {"text": "Two.", "tags": ["b"]}
        )
        test = lines(
            tmp_path / "test.jsonl",
            {"id": "x", "text": "Two.", "tags": ["b"]},
            {"text": "New.", "tags": ["a"]},
        )
        result = run("corpus", "check", test, "--against", train)
        assert (result.code, result.out) == (1, f"article 1 ('x') also stands in {train} (article 2)\n")

    @pytest.mark.parametrize(
        ("rows", "problem"),
        [
            ([], "0 articles: at least two"),
            ([{"text": "One.", "tags": ["a"]}], "1 articles: at least two"),
            ([{"text": "One.", "people": ["a"]}] * 2, "--field tags=COLUMN"),
            ([{"text": "", "tags": ["a"]}, {"text": " ", "tags": ["b"]}], "--field text=COLUMN"),
            ([{"text": "One.", "tags": ["a"]}, {"text": "Two.", "tags": ["a"]}], "the one tag 'a'"),
        ],
    )
    def test_what_nothing_can_be_learned_from(
        self, run: Run, tmp_path: Path, rows: list[object], problem: str
    ) -> None:
        result = run("corpus", "check", lines(tmp_path / "a.jsonl", *rows))
        assert result.code == 1
        assert problem in result.out

    def test_columns_are_named(self, run: Run, tmp_path: Path) -> None:
        path = lines(
            tmp_path / "a.jsonl", {"story": "One.", "people": ["a"]}, {"story": "Two.", "people": ["b"]}
        )
        assert run("corpus", "check", path, "--field", "text=story", "--field", "tags=people").code == 0
        assert run("corpus", "check", path, "--field", "story").code == 2
        assert run("corpus", "check", path, "--field", "body=story").code == 2

    def test_what_would_hide_or_break_a_line_is_spelled_out(
        self, run: Run, tmp_path: Path, taxonomy: Path
    ) -> None:
        tags = ["a\nb", "<img onerror=x>", "x\u202ey", "\x1b[31m"]
        path = lines(tmp_path / "a.jsonl", {"text": "One.", "tags": tags}, {"text": "Two.", "tags": []})
        for arguments in (("check", path, "--taxonomy", taxonomy), ("stats", path)):
            out = run("corpus", *arguments).out
            assert not {"\x1b", "\u202e"} & set(out)
            assert "a\nb" not in out


class TestConvert:
    @pytest.mark.parametrize(
        "to",
        [
            "jsonl",
            "json",
            "csv",
            "tsv",
            "annif-tsv",
            "annif-jsonl",
            "fasttext",
            "label-studio",
            "prodigy",
            "doccano",
            "parquet",
        ],
    )
    def test_every_format(self, run: Run, news: Path, tmp_path: Path, to: str) -> None:
        if to == "parquet":
            pytest.importorskip("pyarrow")
        target = tmp_path / "out"
        result = run("corpus", "convert", news, target, "--to", to)
        assert result.code == 0
        written, read = read_corpus(target, to), read_corpus(news)
        assert [each.tags for each in written] == [each.tags for each in read]
        assert f"{len(read)} articles as {to}" in result.err

    def test_losses_are_said(self, run: Run, news: Path, tmp_path: Path) -> None:
        err = run("corpus", "convert", news, tmp_path / "a.txt", "--to", "fasttext").err
        assert "fasttext has no place for: a title: stands before the text" in err

    def test_to_standard_output(self, run: Run, news: Path) -> None:
        result = run("corpus", "convert", news, "-", "--to", "jsonl")
        assert len(result.json_lines) == len(read_corpus(news))

    def test_from_standard_input(self, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        source = lines(tmp_path / "a.jsonl", {"text": "One.", "tags": ["a"]})
        with source.open() as file:
            monkeypatch.setattr(sys, "stdin", file)
            result = run("corpus", "convert", "-", "-", "--to", "csv")
        assert (result.code, result.out.splitlines()[1]) == (0, ",,One.,,a")

    def test_with_a_taxonomy_tags_become_ids(self, run: Run, tmp_path: Path, taxonomy: Path) -> None:
        path = lines(tmp_path / "a.jsonl", {"text": "One.", "tags": ["Football", "kicking"]})
        result = run("corpus", "convert", path, "-", "--to", "jsonl", "--taxonomy", taxonomy)
        assert result.json_lines[0]["tags"] == ["topics:football", "kicking"]

    def test_unwritable_formats_and_endings_are_wrong_use(self, run: Run, news: Path, tmp_path: Path) -> None:
        assert run("corpus", "convert", news, tmp_path / "a.txt").code == 2
        assert run("corpus", "convert", news, tmp_path / "a.jsonl", "--to", "reuters").code == 2
        assert run("corpus", "convert", news, tmp_path / "a.jsonl", "--input", "x").code == 2


class TestSplit:
    def test_parts(self, run: Run, news: Path, tmp_path: Path) -> None:
        out = tmp_path / "parts"
        result = run(
            "corpus", "split", news, "--out", out, "--part", "train=6", "--part", "dev=2", "--part", "test=2"
        )
        assert result.code == 0
        parts = {path.stem: read_corpus(path) for path in out.iterdir()}
        assert sorted(parts) == ["dev", "test", "train"]
        everything = sorted(article.text for part in parts.values() for article in part)
        assert everything == sorted(article.text for article in read_corpus(news))
        assert len(parts["train"]) > len(parts["dev"]) + len(parts["test"])

    def test_equal_texts_and_groups_stay_together_and_columns_stay(self, run: Run, tmp_path: Path) -> None:
        rows = [
            {"text": f"Article {i // 2}.", "tags": ["ab"[i % 2]], "source": f"s{i % 6}"} for i in range(60)
        ]
        path = lines(tmp_path / "a.jsonl", *rows)
        for arguments, key in (((), "text"), (("--group", "source"), "source")):
            out = tmp_path / key
            assert (
                run("corpus", "split", path, "--out", out, "--part", "a=1", "--part", "b=1", *arguments).code
                == 0
            )
            kept = [
                {json.loads(row)[key] for row in file.read_text().splitlines()}
                for file in sorted(out.iterdir())
            ]
            if key == "text":
                assert all(kept)
                assert not kept[0] & kept[1]

    def test_a_group_never_comes_apart(self, run: Run, tmp_path: Path) -> None:
        rows = [{"text": f"Article {i}.", "tags": ["ab"[i % 2]], "source": f"s{i % 7}"} for i in range(70)]
        out = tmp_path / "out"
        assert (
            run("corpus", "split", lines(tmp_path / "a.jsonl", *rows), "--out", out, "--group", "source").code
            == 0
        )
        kept = [
            {json.loads(row)["source"] for row in file.read_text().splitlines()} for file in out.iterdir()
        ]
        assert all(kept)
        assert not kept[0] & kept[1]

    def test_by_date(self, run: Run, tmp_path: Path) -> None:
        rows = [{"text": f"Article {i}.", "tags": ["a"], "date": f"2024-01-{31 - i:02}"} for i in range(20)]
        path = lines(tmp_path / "a.jsonl", *rows)
        assert run("corpus", "split", path, "--out", tmp_path / "out", "--by", "date").code == 0
        train, test = (read_corpus(tmp_path / "out" / f"{name}.jsonl") for name in ("train", "test"))
        assert max(article.date or "" for article in train) < min(article.date or "" for article in test)
        assert (len(train), len(test)) == (16, 4)

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (("--part", "train"), 2),
            (("--part", "a=1"), 2),
            (("--part", "a=x", "--part", "b=1"), 2),
            (("--part", "../a=1", "--part", "b=1"), 2),
            (("--to", "reuters"), 2),
            (("--by", "date", "--group", "x"), 2),
            (("--by", "date"), 3),
            (("--group", "x"), 3),
        ],
    )
    def test_what_can_not_be_divided_so(
        self, run: Run, news: Path, tmp_path: Path, arguments: tuple[str, ...], code: int
    ) -> None:
        result = run("corpus", "split", news, "--out", tmp_path / "out", *arguments)
        assert result.code == code
        assert not (tmp_path / "out").exists()
        assert run("corpus", "split", "-", "--out", tmp_path / "out").code == 2


class TestStats:
    def test_figures(self, run: Run, tmp_path: Path) -> None:
        path = lines(
            tmp_path / "a.jsonl",
            {
                "text": "One two three.",
                "title": "Four",
                "tags": ["topics:a", "places:b"],
                "date": "2024-02-01",
            },
            {"text": "One.", "tags": ["topics:a", "c d"], "date": "2023-02-01"},
            {"text": "", "tags": []},
        )
        figures = json.loads(run("corpus", "stats", path, "--format", "json").out)
        assert {
            name: figures[name] for name in ("articles", "with_tags", "labels", "assignments", "label_sets")
        } == {
            "articles": 3,
            "with_tags": 2,
            "labels": 3,
            "assignments": 4,
            "label_sets": 3,
        }
        assert figures["cardinality"] == pytest.approx(4 / 3)
        assert figures["dates"] == ["2023-02-01", "2024-02-01"]
        assert (figures["words"]["50%"], figures["words"]["100%"]) == (1, 4)
        assert figures["facets"]["topics"] == {
            "labels": 1,
            "assignments": 2,
            "rare": 1,
            "top": {"topics:a": 2},
        }
        assert list(figures["facets"]) == ["other", "places", "topics"]
        text = run("corpus", "stats", path).out
        assert "articles                      3" in text
        assert "topics: 1 tags (1 rare), given 2 times" in text

    def test_no_articles(self) -> None:
        assert corpus_figures([])["words"] == {}

    @pytest.mark.parametrize(
        ("tag", "facet"),
        [("http://a.example/x", "other"), ("a b:c", "other"), (":a", "other"), ("orgs:ec", "orgs")],
    )
    def test_facets(self, tag: str, facet: str) -> None:
        assert facet_of(tag) == facet


class TestSuggestions:
    def test_the_closest_first_and_none_where_none_is_close(self) -> None:
        suggester = Suggester(["Geneva", "Genoa", "Vienna", "interest rates"])
        assert suggester.closest("geneva")[0] == "Geneva"
        assert suggester.closest("zzz") == ()
        assert suggester.closest("") == ()

    def test_long_lists_are_cut(self) -> None:
        error = unknown_tags_error({f"tag {i:03}": 1 + i for i in range(30)}, ["tag 007x"])
        assert "30 tags of the corpus" in str(error)
        assert str(error).index("'tag 029'") < str(error).index("'tag 011'")
        assert "and 10 more" in str(error)


class TestBadCorpora:
    """Bad inputs, in the order of their list: nan labels, unknown tags, ..., odd labels."""

    @pytest.fixture
    def train(self, run: Run, tmp_path: Path) -> Callable[..., Result]:
        def train(path: Path, *arguments: object) -> Result:
            result = run("train", path, "--out", tmp_path / "model.safetensors", *arguments)
            assert (tmp_path / "model.safetensors").exists() == (result.code == 0)
            return result

        return train

    GOOD = tuple(
        {"text": f"{words} again and again {i}", "tags": [tag]}
        for i in range(12)
        for words, tag in (("rates rise", "money"), ("goals fall", "sport"))
    )

    @pytest.mark.parametrize("tags", ["[NaN]", "[null]", "NaN", '["a", null]', "7"])
    def test_nan_and_none_as_tags(
        self, train: Callable[..., Result], run: Run, tmp_path: Path, tags: str
    ) -> None:
        path = lines(tmp_path / "a.jsonl", *self.GOOD, f'{{"text": "x", "tags": {tags}}}\n')
        for result in (train(path), run("corpus", "convert", path, tmp_path / "b.csv")):
            assert result.code == 3
            assert f"{path}:25 (byte " in result.err
        assert not (tmp_path / "b.csv").exists()

    def test_unknown_tags(
        self, train: Callable[..., Result], run: Run, tmp_path: Path, taxonomy: Path, tiny_model: Path
    ) -> None:
        rows = [
            {"text": f"rates rise {i}", "tags": ["topics:economy" if i % 2 else "topics:sport"]}
            for i in range(20)
        ]
        path = lines(tmp_path / "a.jsonl", *rows, {"text": "x", "tags": ["intrest rates"]})
        for call in (
            lambda *a: train(path, "--taxonomy", taxonomy, *a),
            lambda *a: run("evaluate", tiny_model, path, *a),
        ):
            refused = call()
            assert refused.code == 3
            assert "unknown tag 'intrest rates' (1 article); did you mean 'interest rates'" in refused.err
            assert "--unknown warn" in refused.err
            warned = call("--unknown", "warn")
            assert warned.code == 0
            assert "did you mean" in warned.err
            skipped = call("--unknown", "skip")
            assert skipped.code == 0
            assert "1 unknown tags" in skipped.err
            assert "did you mean" not in skipped.err
            (tmp_path / "model.safetensors").unlink(missing_ok=True)

    def test_columns_and_a_side_of_a_split(self, train: Callable[..., Result], tmp_path: Path) -> None:
        rows = [{"body": row["text"], "people": row["tags"], "split": "train"} for row in self.GOOD]
        path = lines(tmp_path / "a.jsonl", *rows, {"body": "x", "people": ["other"], "split": "test"})
        result = train(path, "--field", "tags=people", "--split", "train")
        assert result.code == 0
        assert "25 rows: 0 bad, 1 left out" in result.err
        assert "2 concepts" in result.err

    def test_a_tag_of_every_article_and_one_of_none(
        self, train: Callable[..., Result], tmp_path: Path, taxonomy: Path
    ) -> None:
        rows = [
            {"text": f"{words} {i}", "tags": ["topics:economy", tag]}
            for i in range(12)
            for words, tag in (("rates rise", "topics:interest-rates"), ("goals fall", "topics:sport"))
        ]
        assert train(lines(tmp_path / "a.jsonl", *rows), "--taxonomy", taxonomy).code == 0

    @pytest.mark.parametrize(
        ("rows", "problem"),
        [
            ([], "0 articles"),
            ([{"text": "One.", "tags": ["a"]}], "1 articles"),
            ([{"text": "", "tags": ["a"]}, {"text": "", "tags": ["b"]}], "no word stands"),
            ([{"text": "One.", "tags": []}] * 3, "no article has a tag"),
        ],
    )
    def test_too_little_to_learn_from(
        self, train: Callable[..., Result], tmp_path: Path, rows: list[object], problem: str
    ) -> None:
        result = train(lines(tmp_path / "a.jsonl", *rows))
        assert result.code == 3
        assert problem in result.err
        assert "Traceback" not in result.err

    @pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv"])
    def test_a_bad_row_among_many(self, run: Run, tmp_path: Path, name: str) -> None:
        rows = [{"text": f"Article {i}", "tags": ["a"]} for i in range(2000)]
        path, out = tmp_path / name, tmp_path / "out.jsonl"
        write_corpus([Article(str(row["text"]), tags=("a",)) for row in rows], path)
        content = path.read_bytes()
        bad = b',"Article 1000",x,y,z,1' if name == "a.csv" else b'{"text": tru, "tags": ["a"]}'
        before, _, after = content.partition(b"Article 1000")
        start = before.rindex(b"\n") + 1
        after = after[after.index(b"\n") :] if name != "a.json" else b"," + after[after.index(b"\n") :]
        path.write_bytes(content[:start] + bad + after)
        refused = run("corpus", "convert", path, out)
        assert refused.code == 3
        assert f"(byte {start:,})" in refused.err
        assert not out.exists()
        kept = run("corpus", "convert", path, out, "--max-bad", 1)
        assert (kept.code, len(read_corpus(out))) == (0, 1999)
        assert f"{path}:1002 (byte {start:,})" in kept.err or f"{path}:1001 (byte {start:,})" in kept.err

    def test_a_last_line_that_was_cut(self, run: Run, tmp_path: Path) -> None:
        path = lines(tmp_path / "a.jsonl", {"text": "One."}, '{"text": "Tw')
        result = run("corpus", "convert", path, "-", "--to", "csv")
        assert result.code == 3
        assert ":2 (byte 17): not JSON" in result.err
        assert "cut off" in result.err

    def test_a_line_without_end(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        with path.open("wb") as file:
            file.write(b'{"text": "')
            file.truncate(64 * 2**20)  # the rest is a hole of NUL bytes, which takes no room on disk
        result = run("corpus", "check", path)
        assert result.code == 1
        assert "a line of 67,108,864 bytes; the limit is 16,777,216" in result.out

    @pytest.mark.parametrize(
        "row", ['{"text": "a", "text": "b"}', '{"text": NaN}', '{"text": "a", "x": 1e999}', "[" * 100_000]
    )
    def test_json_that_is_refused(self, run: Run, tmp_path: Path, row: str) -> None:
        path = lines(tmp_path / "a.jsonl", {"text": "One."}, row + "\n")
        result = run("corpus", "convert", path, "-", "--to", "csv")
        assert result.code == 3
        assert f"{path}:2 (byte 17): " in result.err

    def test_tables_with_odd_cells(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_bytes(b'text,tags\n"One\ntwo",a\n=cmd|x,b\n"unclosed,c\nFour,d\n')
        result = run("corpus", "convert", path, tmp_path / "b.csv", "--max-bad", 1)
        assert result.code == 0
        assert f"{path}:5 (byte 31): not CSV" in result.err
        assert [article.text for article in read_corpus(tmp_path / "b.csv")] == ["One\ntwo", "=cmd|x", "Four"]
        assert "'=cmd|x" in (tmp_path / "b.csv").read_text()

    @pytest.mark.parametrize("damage", ["cut", "bomb"])
    def test_packed_files(self, run: Run, tmp_path: Path, damage: str) -> None:
        path = tmp_path / "a.jsonl.gz"
        path.write_bytes(
            gzip.compress(b'{"text": "One."}\n' * 9999)[:-9]
            if damage == "cut"
            else gzip.compress(b" " * 2**25)
        )
        result = run("corpus", "convert", path, "-", "--to", "csv")
        assert result.code == 3
        assert ("read to its end" if damage == "cut" else "unpack_ratio") in result.err

    def test_paths_that_are_no_files(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        for path in (tmp_path / "loop", Path("/dev/zero"), tmp_path / "missing", tmp_path):
            assert run("corpus", "convert", path, "-", "--to", "csv").code == 3

    def test_odd_tags_are_stored(self, train: Callable[..., Result], run: Run, tmp_path: Path) -> None:
        odd = ["a\nb", "a\tb", "a/b", "<img onerror=x>", "x" * 150]
        rows = [{**row, "tags": odd if row["tags"] == ["money"] else row["tags"]} for row in self.GOOD]
        path = lines(tmp_path / "a.jsonl", *rows)
        assert train(path).code == 0
        shown = run("classify", "--model", tmp_path / "model.safetensors", "--input", "jsonl", path).out
        assert "a[U+0009]b" in shown

    def test_no_command_that_learns_or_judges_loses_anything_to_a_bad_row(
        self, run: Run, tmp_path: Path, tiny_model: Path
    ) -> None:
        bad = lines(tmp_path / "bad.jsonl", *self.GOOD, '{"text": "x", "tags": [NaN]}\n', *self.GOOD)
        out = tmp_path / "out.safetensors"
        out.write_bytes(b"what was there")
        for command in (
            ("train", bad, "--out", out),
            ("evaluate", tiny_model, bad),
            ("tune", tiny_model, bad, "--precision", 0.9, "--out", out),
            ("extend", tiny_model, "--articles", bad, "--out", out),
            ("search", bad),
            ("taxonomy", "suggest", bad),
        ):
            result = run(*command)
            assert (result.code, result.out) == (3, ""), command
            assert f"{bad}:25 (byte " in result.err and "Traceback" not in result.err
        assert out.read_bytes() == b"what was there"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.jsonl", "out.safetensors"]
