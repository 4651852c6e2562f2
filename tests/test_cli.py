"""The command line: data on standard output, words on standard error, and what each exit code means."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import Result

from tagonomy import Article, Tagger, Taxonomy, __version__
from tagonomy.taxonomy import write_taxonomy

SRC = Path(__file__).resolve().parent.parent / "src"
PROGRAM = (sys.executable, "-m", "tagonomy")


def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    """Start the command line in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(SRC), "PYTHONUNBUFFERED": "", **options.pop("env", {})}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen([*PROGRAM, *map(str, arguments)], env=environment, **pipes)


@pytest.fixture
def news(tmp_path: Path, tiny_news: str) -> Path:
    path = tmp_path / "news.txt"
    path.write_text(tiny_news, encoding="utf-8")
    return path


@pytest.fixture
def corpus(tmp_path: Path, tiny_corpus: tuple[Article, ...]) -> Path:
    path = tmp_path / "corpus.jsonl"
    rows = [
        {"id": f"a{i}", "title": a.title, "text": a.text, "tags": a.tags} for i, a in enumerate(tiny_corpus)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


class TestClassify:
    def test_text_is_one_line_a_tag(
        self, run: Callable[..., Result], news: Path, tiny_model: Path, tiny_tagger: Tagger, tiny_news: str
    ) -> None:
        result = run("classify", "--model", tiny_model, news)
        expected = [f"{t.score:.2f}  {t.facet:<13}  {t.label}" for t in tiny_tagger.classify(tiny_news)]
        assert (result.code, result.out.splitlines(), result.err) == (0, expected, "")

    def test_json_is_what_to_dict_gives(
        self, run: Callable[..., Result], news: Path, tiny_model: Path, tiny_tagger: Tagger, tiny_news: str
    ) -> None:
        result = run("classify", "--model", tiny_model, news, "--format", "json")
        found = json.loads(result.out)
        assert found == tiny_tagger.classify(tiny_news).to_dict()
        for tag in found["tags"]:
            assert list(tag) == ["id", "label", "facet", "score", "path", "evidence"]
            for each in tag["evidence"]:
                assert list(each) == ["source", "weight", "surface", "start", "stop"]
                assert each["start"] < 0 or tiny_news[each["start"] : each["stop"]] == each["surface"]

    def test_json_lines_keep_the_ids_and_the_order(
        self, run: Callable[..., Result], corpus: Path, tiny_model: Path, tiny_corpus: tuple[Article, ...]
    ) -> None:
        result = run("classify", "--model", tiny_model, corpus, "--input", "jsonl", "--format", "jsonl")
        assert result.code == 0
        assert [each["id"] for each in result.json_lines] == [f"a{i}" for i in range(len(tiny_corpus))]

    def test_several_files_are_told_apart(
        self, run: Callable[..., Result], news: Path, tiny_model: Path
    ) -> None:
        result = run("classify", "--model", tiny_model, news, news)
        assert [line for line in result.out.splitlines() if line.startswith("#")] == ["#", "#"]
        assert len(run("classify", "--model", tiny_model, news, news, "--format", "jsonl").json_lines) == 2

    def test_explain_shows_the_evidence(
        self, run: Callable[..., Result], news: Path, tiny_model: Path
    ) -> None:
        out = run("classify", "--model", tiny_model, news, "--explain").out
        assert "'annexation of Crimea'  at " in out and "linear model" in out

    def test_threshold_top_and_facet_narrow(
        self, run: Callable[..., Result], news: Path, tiny_model: Path, tiny_tagger: Tagger, tiny_news: str
    ) -> None:
        def ids(*options: object) -> list[str]:
            result = run("classify", "--model", tiny_model, news, "--format", "json", *options)
            return [tag["id"] for tag in json.loads(result.out)["tags"]]

        everything = tiny_tagger.classify(tiny_news)
        assert ids("--top", 2) == list(everything.top(2).ids)
        assert ids("--threshold", 0.9) == list(everything.at_least(0.9).ids)
        assert ids("--facet", "people") == list(everything.facet("people").ids)
        assert ids("--facet", "people", "--facet", "events") == list(everything.facet("people", "events").ids)
        assert ids("--threshold", 1) == []

    def test_a_page_is_read_without_its_tag_line(
        self, run: Callable[..., Result], tmp_path: Path, tiny_model: Path
    ) -> None:
        page = tmp_path / "page.txt"
        page.write_text(
            "Weather today\n\nIt rained a lot in the north on Monday.\n\nTags NATO Vladimir Putin\n"
        )
        assert run("classify", "--model", tiny_model, page, "--input", "page").out == ""

    def test_html_is_read_without_scripts(
        self, run: Callable[..., Result], tmp_path: Path, tiny_model: Path
    ) -> None:
        html = tmp_path / "page.html"
        html.write_text(
            "<title>NATO meets</title><script>var a = 'Vladimir Putin'</script><!-- Ukraine -->"
            "<p>NATO officials of many countries said on Monday that NATO would meet.</p>"
        )
        out = run("classify", "--model", tiny_model, html, "--input", "html", "--threshold", 0).out
        assert "NATO" in out and "Putin" not in out and "Ukraine" not in out

    @pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe\x00", b"\xef\xbb\xbf", b"\x00" * 100])
    def test_bytes_without_text_have_no_tags(
        self, run: Callable[..., Result], tmp_path: Path, tiny_model: Path, content: bytes
    ) -> None:
        path = tmp_path / "odd.txt"
        path.write_bytes(content)
        for kind in ("text", "page", "html"):
            result = run("classify", "--model", tiny_model, path, "--input", kind)
            assert (result.code, result.out, result.err) == (0, "", "")


class TestExitCodes:
    def test_usage(self, run: Callable[..., Result], news: Path, tiny_model: Path, tmp_path: Path) -> None:
        for arguments, hint in [
            ((), "Usage"),
            (("classify",), "Usage"),
            (("clasify", news), "clasify"),
            (("classify", news, "--format", "xml"), "xml"),
            (("classify", news, "--top", 0), "--top"),
            (("classify", news, "--model", "tiny-en"), "no model 'tiny-en'"),
            (("classify", news, "--model", tmp_path / "none.safetensors"), "no model"),
            (("classify", news, "--model", tiny_model, "--threshold", 2), "a probability from 0 to 1"),
            (("classify", news, "--model", tiny_model, "--facet", "animals"), "people, topics"),
            (("classify", tmp_path / "none.txt", "--model", tiny_model), "none.txt"),
        ]:
            result = run(*arguments)
            assert (result.code, result.out) == (2, ""), arguments
            assert hint in result.err and "Traceback" not in result.err

    def test_bad_data(self, run: Callable[..., Result], tmp_path: Path, tiny_model: Path) -> None:
        lines = tmp_path / "bad.jsonl"
        lines.write_text('{"id": "a", "text": "NATO meets NATO"}\n{"text": \n', encoding="utf-8")
        result = run("classify", "--model", tiny_model, lines, "--input", "jsonl", "--format", "jsonl")
        assert result.code == 3 and "bad.jsonl:2" in result.err
        assert [each["id"] for each in result.json_lines] == ["a"]  # what came before is not lost
        assert run("classify", "--model", tiny_model, tmp_path).code == 3
        long = tmp_path / "long.txt"
        long.write_text("a " * 1_000_001, encoding="utf-8")
        result = run("classify", "--model", tiny_model, long)
        assert result.code == 3 and "text_characters" in result.err

    def test_bad_model(
        self, run: Callable[..., Result], tmp_path: Path, tiny_model: Path, news: Path
    ) -> None:
        broken = tmp_path / "broken.safetensors"
        for content in (tiny_model.read_bytes()[:-1], b"\x80\x05N.", b"PK\x03\x04", b""):
            broken.write_bytes(content)
            result = run("classify", "--model", broken, news)
            assert (result.code, result.out) == (4, "") and "broken.safetensors" in result.err

    def test_help_and_version(self, run: Callable[..., Result]) -> None:
        assert run("--version").out == f"tagonomy {__version__}\n"
        for command in ("classify", "train", "evaluate", "models", "taxonomy"):
            result = run(command, "--help")
            assert result.code == 0 and "Usage" in result.out


class TestTaxonomyCommands:
    @pytest.fixture
    def folder(self, tmp_path: Path, tiny_taxonomy: Taxonomy) -> Path:
        write_taxonomy(tiny_taxonomy, tmp_path / "taxonomy")
        return tmp_path / "taxonomy"

    def test_show(self, run: Callable[..., Result], folder: Path, tiny_taxonomy: Taxonomy) -> None:
        for name in ("countries:ua", "ukraine"):
            result = run("taxonomy", "show", name, "--taxonomy", folder)
            assert json.loads(result.out) == json.loads(msgspec.json.encode(tiny_taxonomy["countries:ua"]))
        result = run("taxonomy", "show", "Ukrain", "--taxonomy", folder)
        assert (result.code, result.out) == (2, "") and "did you mean 'Ukraine'" in result.err

    def test_find(self, run: Callable[..., Result], folder: Path) -> None:
        result = run("taxonomy", "find", "crimea", "--taxonomy", folder)
        assert [line.split()[0] for line in result.out.splitlines()] == [
            "countries:ua-crimea",
            "events:annexation-of-crimea",
        ]
        assert (
            len(run("taxonomy", "find", "crimea", "--limit", 1, "--taxonomy", folder).out.splitlines()) == 1
        )
        nothing = run("taxonomy", "find", "zzzz", "--taxonomy", folder)
        assert (nothing.code, nothing.out) == (1, "") and "nothing like 'zzzz'" in nothing.err

    def test_check(self, run: Callable[..., Result], folder: Path) -> None:
        result = run("taxonomy", "check", "--taxonomy", folder)
        assert (result.code, result.out) == (0, "") and "15 concepts" in result.err
        with (folder / "topics.jsonl").open("a", encoding="utf-8") as file:
            file.write('{"id": "topics:a", "label": "a", "broader": ["topics:none"]}\n{"id": 5}\n')
        result = run("taxonomy", "check", "--taxonomy", folder)
        assert result.code == 1 and len(result.out.splitlines()) == 2
        assert all(line.startswith("topics.jsonl:") for line in result.out.splitlines())

    def test_check_reads_the_rules(self, run: Callable[..., Result], tmp_path: Path) -> None:
        path = tmp_path / "topics.jsonl"
        path.write_text('{"id": "topics:a", "label": "a", "rules": ["war AND", "war"]}\n', encoding="utf-8")
        result = run("taxonomy", "check", "--taxonomy", path)
        assert result.code == 1 and result.out.startswith("topics.jsonl:1: topics:a: rule: column")


class TestTrainAndEvaluate:
    def test_train_classify_and_evaluate(
        self, run: Callable[..., Result], corpus: Path, tmp_path: Path, tiny_taxonomy: Taxonomy
    ) -> None:
        write_taxonomy(tiny_taxonomy, tmp_path / "taxonomy")
        model = tmp_path / "mine.safetensors"
        trained = run("train", corpus, "--out", model, "--taxonomy", tmp_path / "taxonomy")
        assert trained.code == 0 and trained.out.strip() == model.read_bytes()[-32:].hex()
        assert Tagger.load(model).manifest["name"] == "mine"
        again = run("train", corpus, "--out", model, "--taxonomy", tmp_path / "taxonomy", "--name", "mine")
        assert again.out == trained.out
        table = run("evaluate", model, corpus)
        assert table.code == 0 and table.out.startswith("facet") and "micro f1" in table.out
        rows = run("evaluate", model, corpus, "--format", "jsonl").json_lines
        assert all(set(row) == {"facet", "metric", "value"} for row in rows)

    def test_a_corpus_that_teaches_nothing_is_bad_data(
        self, run: Callable[..., Result], tmp_path: Path
    ) -> None:
        path = tmp_path / "one.jsonl"
        path.write_text('{"text": "NATO", "tags": ["NATO"]}\n', encoding="utf-8")
        result = run("train", path, "--out", tmp_path / "m")
        assert (result.code, result.out) == (3, "") and "at least two" in result.err
        assert not (tmp_path / "m").exists()

    def test_models_lists_what_is_installed(
        self, run: Callable[..., Result], tiny_model: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tagonomy.registry.data_folder", lambda _: tiny_model.parent)
        assert run("models").out.startswith("tiny  15  ")
        assert run("models", "--format", "json").json_lines[0]["name"] == "tiny"


class TestProcess:
    """What only a process of its own can show."""

    def test_standard_input(self, tiny_model: Path, tiny_news: str) -> None:
        process = start("classify", "-", "--model", tiny_model, "--format", "json", stdin=subprocess.PIPE)
        out, err = process.communicate(tiny_news.encode())
        assert (process.returncode, err) == (0, b"")
        assert "people:antony-blinken" in [tag["id"] for tag in json.loads(out)["tags"]]

    @pytest.mark.parametrize("unbuffered", ["", "1"])
    @pytest.mark.parametrize("articles", [1, 2000])
    def test_a_reader_that_stops_is_no_error(
        self, tiny_model: Path, tmp_path: Path, articles: int, unbuffered: str
    ) -> None:
        path = tmp_path / "many.jsonl"
        path.write_text('{"text": "NATO meets NATO"}\n' * articles, encoding="utf-8")
        reader, writer = os.pipe()
        os.close(reader)
        options = {"stdout": writer, "env": {"PYTHONUNBUFFERED": unbuffered}}
        process = start("classify", path, "--input", "jsonl", "--model", tiny_model, **options)
        os.close(writer)
        _, err = process.communicate()
        assert (process.returncode, err) == (0, b"")

    def test_closed_standard_input_is_bad_data(self, tiny_model: Path) -> None:
        command = f'"{sys.executable}" -m tagonomy classify - --model "{tiny_model}" <&-'
        environment = {**os.environ, "PYTHONPATH": str(SRC)}
        done = subprocess.run(["sh", "-c", command], env=environment, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (3, "")
        assert "standard input is closed" in done.stderr and "Traceback" not in done.stderr

    @pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
    def test_any_locale_will_do(self, tiny_model: Path, tmp_path: Path, encoding: str) -> None:
        path = tmp_path / "wide.txt"
        path.write_text("Ukra\u00efne, Ukraïne: Łódź. Ukrai\u0301ne!", encoding="utf-8")
        options = {"env": {"PYTHONIOENCODING": encoding}}
        process = start("classify", path, "--explain", "--model", tiny_model, "--threshold", 0, **options)
        out, err = process.communicate()
        assert (process.returncode, err) == (0, b"") and b"Ukraine" in out

    @pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
    def test_an_interrupt_exits_with_130(self, tiny_model: Path) -> None:
        process = start(
            *("classify", "-", "--input", "jsonl", "--format", "jsonl", "--model", tiny_model),
            stdin=subprocess.PIPE,
            env={"PYTHONUNBUFFERED": "1"},
        )
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(b'{"text": "NATO"}\n')
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.wait(60)
        _, err = process.communicate()
        assert process.returncode == 130 and b"Traceback" not in err
