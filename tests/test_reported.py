"""Short reports of our own: most tags that they expect are found, though their labels seldom stand there."""

from __future__ import annotations

import pytest
from benchmarks import reported

from tagonomy import Article, load_tagger


@pytest.mark.parametrize("file", reported.FILES)
def test_reports_expect_and_reject_known_concepts(file: str) -> None:
    known = set(load_tagger().concept_ids)
    rows = reported.reports(file)
    assert {row["half"] for row in rows} == {"studied", "held_out"}
    for row in rows:
        assert row["expect"] or row["reject"]
        assert known.issuperset([*row["expect"], *row["reject"]]), row["title"]
        assert not set(row["expect"]) & set(row["reject"])


def test_shares_are_over_all_reports() -> None:
    rows = [
        {"title": "a", "text": "", "date": None, "expect": ["x", "y"], "reject": ["z"]},
        {"title": "b", "text": "", "date": None, "expect": ["x"], "reject": []},
    ]

    def tell(article: Article) -> set[str]:
        return {"x", "z"} if article.title == "a" else set()

    assert reported.shares(tell, rows) == (pytest.approx(1 / 3), 1.0)


def test_most_expected_tags_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert reported.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + 2 * len(reported.FILES)
