"""The table that says where the kernel's time goes."""

from __future__ import annotations

import pytest
from benchmarks.stages import table

from tagonomy import Article, Tagger
from tagonomy.pipeline import kernel


@pytest.mark.skipif(kernel() is None, reason="no compiled kernel")
def test_every_stage_has_a_row_and_the_limit_stands_beside_them(tiny_tagger: Tagger, tiny_news: str) -> None:
    rows = table(tiny_tagger, [Article(tiny_news)] * 3, rounds=2).splitlines()
    names = [row.split("|")[1].strip() for row in rows[2:]]
    assert {"scan", "matches", "rules", "margins", "all stages"} < set(names)
    assert names[-1] == "looking at each character once" and "touch" not in names
    assert all(row.count("|") == 5 for row in rows)
