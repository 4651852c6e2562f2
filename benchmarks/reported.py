"""Measures whether the tags of short reports are found: ``python benchmarks/reported.py``.

The reports of ``tests/data`` are our own, each a headline and a few sentences as one would write them on the
day, mostly without the label of the event, body or topic that they are about. Every one lists tags that it
expects, and some list tags of another year, place or sense that it rejects. Half of the reports were studied
while names and rules were written; their authors knew the others, but not how they fared.

A table goes to stdout: the share of expected tags that are found, and of rejected ones that are given.
Exit codes: 0 ok, 1 below the floor, 2 usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # As a script, the folder of this file must not be searched: statistics.py would shadow the module.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks import contrast
from tagonomy import Article, load_tagger

FILES = ("events_politics", "events_world", "names_and_topics")
FLOOR = 0.75

#: Tells the ids of an article's tags.
Tell = Callable[[Article], set[str]]


def reports(file: str) -> list[dict[str, Any]]:
    """Read the reports of one file."""
    lines = (contrast.DATA / f"{file}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def shares(tell: Tell, rows: Sequence[dict[str, Any]]) -> tuple[float, float]:
    """Return the share of expected tags that are found, and of rejected ones that are given."""
    expected = rejected = found = given = 0
    for row in rows:
        tags = tell(Article(title=row["title"], text=row["text"], date=row["date"]))
        expected += len(row["expect"])
        rejected += len(row["reject"])
        found += len(tags.intersection(row["expect"]))
        given += len(tags.intersection(row["reject"]))
    return found / max(expected, 1), given / max(rejected, 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the shares of each file and half."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default="news-en", help="name or path of a model")
    options = parser.parse_args(arguments)
    tagger = load_tagger(options.model)
    print("| reports | half | expected tags found | rejected tags given |\n|---|---|---:|---:|")
    least = 1.0
    for file in FILES:
        for half in ("studied", "held_out"):
            rows = [row for row in reports(file) if row["half"] == half]
            found, given = shares(lambda article: set(tagger.classify(article).ids), rows)
            least = min(least, found)
            print(f"| {file.replace('_', ' ')} | {half.replace('_', ' ')} | {found:.3f} | {given:.3f} |")
    return 0 if least >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
