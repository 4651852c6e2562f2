"""Figures as a table on the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.rows import NOT_AVAILABLE, Row
from benchmarks.terminal import short

#: Which figures are shown, and how.
COLUMNS = {
    "micro_f1": "micro-F1",
    "macro_f1": "macro-F1",
    "precision_at_1": "P@1",
    "ndcg_at_5": "nDCG@5",
    "hierarchical_f1": "hF",
    "calibration_error": "ECE",
    "train_s": "train s",
    "predict_articles_per_s": "articles/s",
    "peak_mb": "peak MB",
}
#: The others have theirs in the JSON: a line has no room for all.
WITH_INTERVAL = ("micro_f1", "macro_f1")


def show(rows: Sequence[Row]) -> None:
    """Print one table for each data set, a line for each model and facet."""
    # Piped into a file, a table is not squeezed into 80 columns.
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 150
    console = Console(width=width, highlight=False)
    for data in dict.fromkeys(row.data for row in rows):
        shown = Table(title=data, title_justify="left")
        shown.add_column("model", no_wrap=True)
        shown.add_column("facet")
        for name in COLUMNS.values():
            shown.add_column(name, justify="right", no_wrap=True)
        mine = [row for row in rows if row.data == data]
        for model in dict.fromkeys(row.model for row in mine):
            _lines(shown, model, [row for row in mine if row.model == model])
        if shown.row_count:
            console.print(shown)
        for row in mine:
            if row.metric == NOT_AVAILABLE:
                console.print(f"{data}: {row.model}: not available: {row.note}", markup=False, soft_wrap=True)


def _lines(shown: Table, model: str, rows: Sequence[Row]) -> None:
    for facet in dict.fromkeys(row.facet for row in rows):
        found = {row.metric: row for row in rows if row.facet == facet and row.tag is None}
        if "micro_f1" in found:
            shown.add_row(short(model), facet, *(cell(found.get(metric)) for metric in COLUMNS))


def cell(row: Row | None) -> str:
    """Return a figure as text, a share with its interval.

    >>> cell(Row(data="d", model="m", metric="micro_f1", value=0.5, low=0.4, high=0.6)), cell(None)
    ('.500 (.400-.600)', '')
    """
    if row is None or row.value is None:
        return ""
    if row.low is not None and row.high is not None and row.metric in WITH_INTERVAL:
        return f"{_share(row.value)} ({_share(row.low)}-{_share(row.high)})"
    if row.low is not None or row.metric == "calibration_error":
        return _share(row.value)
    return f"{row.value:,.0f}" if row.value >= 100 else f"{row.value:,.1f}"


def _share(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")
