"""The benchmark page: written from stored rows, and the run that measures all of them anew."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from benchmarks import full, page
from benchmarks.datasets import DATASETS
from benchmarks.figures import Source, figure_rows, growth_row, ratio_rows
from benchmarks.page import tables
from benchmarks.peers import GROUPS, PEERS
from benchmarks.rows import NOT_AVAILABLE, Row, read_rows, write_rows

ROUNDS = {"ours": {"load_s": [1.0], "p50_us": [2.0]}, "peer": {"load_s": [4.0], "p50_us": [1.0]}}


def row(metric: str, value: float | None, model: str = "ours", **more: Any) -> Row:
    return Row(**{"data": "set", "model": model, "metric": metric, "value": value, "seed": 0, **more})


def test_accuracy_is_a_table_a_data_set_and_who_is_missing_is_told() -> None:
    rows = [row("micro_f1", 0.5, low=0.4, high=0.6), row("micro_f1", 0.7, facet="people", low=0.6, high=0.8)]
    rows += [row(NOT_AVAILABLE, None, "peer", note="no wheel")]
    text = tables(rows)
    assert "### set" in text and "| ours | people | .700 (.600-.800) |" in text
    assert "peer is not available: no wheel" in text


def test_a_repeated_run_tells_how_far_chance_goes_and_stays_out_of_the_table() -> None:
    runs = ((0, 0.5, 0.3), (1, 0.52, 0.31), (2, 0.51, 0.28))
    rows = [row("micro_f1", micro, seed=seed, low=0.0, high=1.0) for seed, micro, _ in runs]
    rows += [row("macro_f1", macro, seed=seed, low=0.0, high=1.0) for seed, _, macro in runs]
    text = tables(rows)
    assert "3 runs of ours gave micro-F1 .500 to .520 and macro-F1 .280 to .310." in text
    assert text.count("| ours |") == 1 and "| ours | all | .500" in text
    assert "runs of" not in tables(rows[:1])


def test_throughput_is_tables_of_figures_ratios_and_growth() -> None:
    source = Source("news", 0)
    rows = [*figure_rows(source, ROUNDS), *ratio_rows(source, ROUNDS, "ours")]
    rows.append(growth_row(source, "ours", "tags", {1: [1.0], 2: [2.0]}))
    text = tables(rows)
    assert "### news: time and memory" in text and "### news: ratios" in text and "### news: growth" in text
    assert "| load, s | 0.25 |" in text and "| tags | 1 |" in text
    assert "Where the figures come from" not in text


def test_the_page_keeps_what_is_written_by_hand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(page, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(page, "RESULTS", tmp_path)
    (tmp_path / "page.md").write_text(f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n", encoding="utf-8")
    page.main()
    assert "No result is stored." in (tmp_path / "page.md").read_text(encoding="utf-8")
    write_rows(tmp_path / "accuracy-set.jsonl", [row("micro_f1", 0.5, low=0.4, high=0.6)])
    page.main()
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n")
    assert "old" not in text and text.count("### set") == 1


def test_the_page_of_the_docs_is_that_of_the_stored_results() -> None:
    rows = read_rows(*sorted(page.RESULTS.glob("*.jsonl"), key=lambda path: path.stem))
    assert tables(rows) in page.PAGE.read_text(encoding="utf-8")


def test_stored_results_are_those_that_a_full_run_measures() -> None:
    assert {path.stem for path in page.RESULTS.iterdir()} <= set(full.RESULTS)
    for commands in full.RESULTS.values():
        for script, *options in commands:
            named = dict.fromkeys(("--data", "--model"), ())
            for option in named:
                named[option] = tuple(b for a, b in pairwise(options) if a == option)
            assert set(named["--data"]) <= set(DATASETS)
            if script == "accuracy":
                assert set(named["--model"]) <= {*PEERS, *GROUPS, "news-en"}


@pytest.mark.parametrize("code", [0, 1])
def test_a_result_is_replaced_when_all_of_it_is_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: int
) -> None:
    def run(command: list[str], check: bool) -> subprocess.CompletedProcess[str]:
        assert Path(command[1]).is_file() and command[-4:-1] == ["--data-dir", "there", "--json"]
        write_rows(command[-1], [row("micro_f1", 0.5, seed=int(command[command.index("--seed") + 1]))])
        return subprocess.CompletedProcess(command, code)

    monkeypatch.setattr(page, "RESULTS", tmp_path)
    monkeypatch.setattr(subprocess, "run", run)
    name = "accuracy-reuters21578-repeated"
    assert full.measure(name, Path("there")) == (code == 0)
    assert [each.seed for each in read_rows(tmp_path / f"{name}.jsonl")] == [1, 2]


def test_what_could_not_be_measured_keeps_its_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(page, "RESULTS", tmp_path)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 3))
    assert not full.measure("accuracy-us_bills")
    assert "stays as it is" in capsys.readouterr().err and not list(tmp_path.iterdir())
    with pytest.raises(SystemExit, match="2"):
        full.main(["nosuch"])
