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

from benchmarks.report_pages import markdown_table
from benchmarks.report_sections import Story
from benchmarks.rows import NOT_AVAILABLE, ROOT, Row, read_rows
from benchmarks.table import COLUMNS, cell
from benchmarks.terminal import HEADINGS

PAGE = ROOT / "docs" / "benchmarks.md"
RESULTS = ROOT / "benchmarks" / "results"
BEGIN, END = "<!-- results: written by benchmarks/page.py -->", "<!-- end of results -->"


def main() -> int:
    """Write the page."""
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, tail = rest.partition(END)
    # By the bare name, so that what is measured of the same data besides comes after it.
    rows = read_rows(*sorted(RESULTS.glob("*.jsonl"), key=lambda path: path.stem))
    PAGE.write_text(f"{head}{BEGIN}\n\n{tables(rows)}\n{END}{tail}", encoding="utf-8")
    return 0


def tables(rows: Sequence[Row]) -> str:
    """Return the tables of all data sets, and what was measured where."""
    lines: list[str] = []
    fast = {row.data for row in rows if row.metric in HEADINGS and row.to is not None}
    for data in dict.fromkeys(row.data for row in rows if row.data not in fast):
        mine = [row for row in rows if row.data == data]
        lines += [*_table(data, _first_runs(mine)), *_repeated(mine)]
    for section in Story([row for row in rows if row.data in fast]).sections():
        if section.tables and section.key != "provenance":
            lines += [f"### {section.title}", "", section.prose, ""]
            lines += [line for table in section.tables for line in (markdown_table(table), "")]
    return "\n".join([*lines, *_circumstances(rows)]) + "\n"


def _first_runs(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of each model's run with the least seed."""
    first: dict[str, int] = {}
    for row in rows:
        first[row.model] = min(first.get(row.model, row.seed or 0), row.seed or 0)
    return [row for row in rows if (row.seed or 0) == first[row.model]]


def _repeated(rows: Sequence[Row]) -> Iterator[str]:
    """Tell how far apart the runs of a model are that were made with several seeds."""
    for model in dict.fromkeys(row.model for row in rows):
        told = []
        for metric in ("micro_f1", "macro_f1"):
            found = {
                row.seed: row.value
                for row in rows
                if (row.model, row.facet, row.metric) == (model, "all", metric) and row.value is not None
            }
            if len(found) > 1:
                ends = [f"{end:.3f}".removeprefix("0") for end in (min(found.values()), max(found.values()))]
                told.append(f"{COLUMNS[metric]} {ends[0]} to {ends[1]}")
        if told:
            yield f"{len(found)} runs of {model} gave {' and '.join(told)}.\n"


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
