"""The contrast set: short passages in pairs that differ in what one name means."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks import contrast

from tagonomy import Article, Tagger, load_tagger

DATA = Path(__file__).parent / "data"
#: The first was studied while the rules of resolution were made, the second was not.
FILES = ("contrast.jsonl", "contrast_held_out.jsonl")
LEAST = 0.95


@pytest.fixture(scope="module")
def shipped() -> Tagger:
    return load_tagger()


def passages(file: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / file).read_text(encoding="utf-8").splitlines()]


def wrong(tagger: Tagger, passage: dict[str, Any]) -> set[str]:
    """Return the expected concepts that are no tags of a passage, and the rejected ones that are."""
    article = Article(text=passage["text"], title=passage.get("title", ""), date=passage.get("date"))
    tags = set(tagger.classify(article).ids)
    return (set(passage["expect"]) - tags) | (set(passage["reject"]) & tags)


@pytest.mark.parametrize("file", FILES)
def test_most_passages_are_understood(shipped: Tagger, file: str) -> None:
    mistakes = {each["id"]: sorted(found) for each in passages(file) if (found := wrong(shipped, each))}
    assert 1 - len(mistakes) / len(passages(file)) >= LEAST, mistakes


def test_passages_come_in_pairs_of_known_concepts(shipped: Tagger) -> None:
    every = [each for file in FILES for each in passages(file)]
    assert len(every) >= 300
    names = [each["id"].partition("/")[0] for each in every]
    assert all(names.count(name) == 2 for name in set(names))
    known = set(shipped.concept_ids)
    assert all(each["expect"] or each["reject"] for each in every)
    assert all(known.issuperset([*each["expect"], *each["reject"]]) for each in every)


def test_the_benchmark_counts_passages_that_are_understood_whole() -> None:
    rows = [
        {"text": "a", "expect": ["x"], "reject": ["y"]},
        {"text": "b", "expect": ["x"], "reject": []},
        {"text": "c", "expect": [], "reject": ["x"]},
    ]
    answers = {"a": {"x"}, "b": {"y"}, "c": {"x"}}
    assert contrast.accuracy(answers.__getitem__, rows) == pytest.approx(1 / 3)


def test_the_benchmark_gives_peers_names_that_need_no_context() -> None:
    known = contrast.by_name()
    assert known["Vladimir Putin"] == {"people:vladimir-putin"}
    assert "countries:ge" not in known.get("Georgia", set())


def test_the_benchmark_prints_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert contrast.main(["--only", "tagonomy"]) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["system", "studied", "held", "out"]
    assert all(contrast.FLOOR <= float(figure) <= 1 for figure in row.split()[1:])
