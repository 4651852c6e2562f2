"""Where the kernel's time goes: ``python benchmarks/stages.py`` writes the table of docs/kernel.md.

Every stage counts with the best of several rounds: whatever else the machine does only slows one down.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
_ARTICLES, _ROUNDS = 1000, 9
_BEGIN, _END = "<!-- benchmarks/stages.py writes from here -->\n", "<!-- to here -->\n"


def table(tagger: Any, articles: Sequence[Any], rounds: int = _ROUNDS) -> str:
    """Return the stages as a Markdown table: time an article, time a character, and share of the whole."""
    given = [tagger.given(article) for article in articles]
    characters = sum(len(each.text) for each in given)
    spent = [tagger.pipeline.timings(given, tagger.cuts)[0] for _ in range(rounds)]
    best = [min(times) for times in zip(*spent, strict=True)]
    stages = dict(zip(import_module("tagonomy._kernel").STAGES, best, strict=True))
    limit = stages.pop("touch")
    total = sum(stages.values())
    lines = ["| stage | us an article | ns a character | share |", "|---|---|---|---|"]
    for name, seconds in [*stages.items(), ("all stages", total), ("looking at each character once", limit)]:
        each, character = 1e6 * seconds / len(given), 1e9 * seconds / characters
        lines.append(f"| {name.replace('_', ' ')} | {each:.1f} | {character:.2f} | {seconds / total:.0%} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure the shipped model on real articles, and write the table into the page."""
    import random

    from benchmarks.throughput_run import documents_of
    from tagonomy import Article, load_tagger

    documents = random.Random(0).sample(documents_of("us_news_articles", None), _ARTICLES)
    found = table(load_tagger("news-en"), [Article(each.text, each.title) for each in documents])
    page = _ROOT / "docs" / "kernel.md"
    head, rest = page.read_text(encoding="utf-8").split(_BEGIN)
    page.write_text(head + _BEGIN + "\n" + found + "\n" + _END + rest.split(_END)[1], encoding="utf-8")
    print(found)
    return 0


if __name__ == "__main__":
    # statistics.py beside this script would shadow the standard library's.
    sys.path[0] = str(_ROOT)
    sys.exit(main())
