"""Writes the figures of ``benchmarks/results/`` into ``docs/benchmarks.md``: ``python benchmarks/page.py``.

The tables stand between two comments; all the rest of the page is written by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

if __name__ == "__main__":
    # As a script, the folder of this file must not be searched: statistics.py would shadow the module.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.rows import NOT_AVAILABLE, ROOT, Row, read_rows
from benchmarks.table import COLUMNS, cell

PAGE = ROOT / "docs" / "benchmarks.md"
RESULTS = ROOT / "benchmarks" / "results"
BEGIN, END = "<!-- results: written by benchmarks/page.py -->", "<!-- end of results -->"


def main() -> int:
    """Write the page."""
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, tail = rest.partition(END)
    rows = read_rows(*sorted(RESULTS.glob("accuracy-*.jsonl")))
    PAGE.write_text(f"{head}{BEGIN}\n\n{tables(rows)}\n{END}{tail}", encoding="utf-8")
    return 0


def tables(rows: Sequence[Row]) -> str:
    """Return a table for each data set, and what was measured where."""
    lines: list[str] = []
    for data in dict.fromkeys(row.data for row in rows):
        lines += _table(data, [row for row in rows if row.data == data])
    return "\n".join([*lines, *_circumstances(rows)]) + "\n"


def _table(data: str, rows: Sequence[Row]) -> Iterator[str]:
    facets = list(dict.fromkeys(row.facet for row in rows))
    yield f"### {data}\n"
    yield f"| model | facet | {' | '.join(COLUMNS.values())} |"
    yield "|---|---|" + "---:|" * len(COLUMNS)
    missing = []
    for facet in facets:
        mine = [row for row in rows if row.facet == facet and row.tag is None]
        for model in dict.fromkeys(row.model for row in mine):
            found = {row.metric: row for row in mine if row.model == model}
            if NOT_AVAILABLE in found:
                missing.append(f"{model} is not available: {found[NOT_AVAILABLE].note}")
            else:
                yield f"| {model} | {facet} | {' | '.join(cell(found.get(name)) for name in COLUMNS)} |"
    yield ""
    yield from (f"{line}\n" for line in missing)


def _circumstances(rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        yield "No result is stored."
        return
    versions = {name: number for row in rows for name, number in row.versions.items()}
    listing = ", ".join(f"{name} {number}" for name, number in sorted(versions.items()))
    machines = "; ".join(sorted({row.cpu for row in rows}))
    commits = ", ".join(sorted({row.commit for row in rows}))
    yield f"Measured on {machines}, at commit {commits}, with {listing}."


if __name__ == "__main__":
    sys.exit(main())
