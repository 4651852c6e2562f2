"""What share of real tags the taxonomy names: halves, weights, kinds and floors, on lists of our own."""

from __future__ import annotations

import doctest
import gzip
import io
import json
import tarfile
from collections import Counter
from pathlib import Path

import pytest
from benchmarks import coverage
from benchmarks.rows import read_rows

from tagonomy import Concept, Taxonomy
from tagonomy.taxonomy import write_taxonomy

TAXONOMY = Taxonomy.of(
    [
        Concept(id="countries:tr", label="Turkey", evidence={"city": ("Izmir",)}),
        Concept(id="people:a-b", label="Al Bo", hidden_labels=("Bo",), needs_context=("Bo",)),
        Concept(id="people:a-c", label="Al Co", replaced_by="people:a-b"),
    ]
)


def seen(title: str) -> bool:
    return not title.startswith("hidden")


def test_examples() -> None:
    assert doctest.testmod(coverage).failed == 0


def test_a_tag_weighs_as_often_as_it_was_given_and_rare_ones_are_left_out() -> None:
    counts = Counter({"Turkey": 6, "İzmir": 1, "Izmir": 3, "Rare": 1, "hidden": 2, "hidden Turkey": 2})
    wanted = coverage.TagList(lambda folder: counts, 2, 0.5, 0.5)
    found = list(coverage.measure("list", wanted, counts, TAXONOMY, seen))
    by_metric = {row.metric: row for row in found}
    assert by_metric["coverage_seen"].value == pytest.approx(6 / 9)
    assert by_metric["coverage_seen"].support == 2
    assert by_metric["coverage_unseen"].value == 0.0
    left = by_metric["uncovered_seen"]
    assert (left.tag, left.value, left.support, left.note) == (
        "place of a country",
        pytest.approx(3 / 9),
        1,
        "Izmir",
    )


def test_no_title_of_the_other_half_is_ever_told() -> None:
    counts = Counter({"hidden thing": 9, "Turkey": 1})
    wanted = coverage.TagList(lambda folder: counts, 1, 0.5, 0.5)
    rows = coverage.measure("list", wanted, counts, TAXONOMY, seen)
    assert not [row for row in rows if "hidden" in json.dumps(row.to_dict())]


def test_surnames_alone_name_nobody_and_merged_ids_count() -> None:
    assert coverage.covered("Bo", TAXONOMY) is None
    assert coverage.covered("people:a-c", TAXONOMY) == "people:a-b"
    assert coverage.covered("Albert (Al) Middle Bo", TAXONOMY) is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The three lists as they lie in the data folder, and a taxonomy."""
    table = b"9\tTurkey\n1\tRare\n"
    with tarfile.open(tmp_path / "taxonomy_sources.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo("taxonomy_sources/wikinewstopics/news_tag_freq.tsv")
        info.size = len(table)
        archive.addfile(info, io.BytesIO(table))
    for name, field, value in (
        ("current_events", "entities", "Turkey"),
        ("thehill_people", "people", "Al Bo"),
    ):
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt") as file:
            file.write((json.dumps({field: [value]}) + "\n") * 3)
    write_taxonomy(TAXONOMY, tmp_path / "taxonomy")
    return tmp_path


def test_the_script_tells_the_floors_that_are_missed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "out.jsonl"
    options = ["--data-dir", str(folder), "--taxonomy", str(folder / "taxonomy"), "--json", str(out)]
    assert coverage.main(options) == 1  # one half of each list is empty
    assert "below its floor" in capsys.readouterr().out
    shares = {(row.data, row.metric): row.value for row in read_rows(out)}
    assert len(shares) == 6 and set(shares.values()) == {0.0, 1.0}


def test_a_missing_list_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert coverage.main(["--data-dir", str(tmp_path), "--data", "thehill_people"]) == 0
    assert "thehill_people: skipped" in capsys.readouterr().err
