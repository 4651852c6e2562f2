"""Figures as a table on the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.rows import NOT_AVAILABLE, Row

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


def show(rows: Sequence[Row]) -> None:
    """Print one table for each data set, a line for each model and facet."""
    # Piped into a file, a table is not squeezed into 80 columns.
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 140
    console = Console(width=width, highlight=False)
    for data in dict.fromkeys(row.data for row in rows):
        shown = Table(title=data, title_justify="left")
        shown.add_column("model", no_wrap=True)
        shown.add_column("facet")
        for name in COLUMNS.values():
            shown.add_column(name, justify="right")
        mine = [row for row in rows if row.data == data]
        for model in dict.fromkeys(row.model for row in mine):
            _lines(shown, model, [row for row in mine if row.model == model])
        console.print(shown)


def _lines(shown: Table, model: str, rows: Sequence[Row]) -> None:
    for facet in dict.fromkeys(row.facet for row in rows):
        found = {row.metric: row for row in rows if row.facet == facet and row.tag is None}
        if NOT_AVAILABLE in found:
            shown.add_row(model, facet, f"not available: {found[NOT_AVAILABLE].note}")
        elif "micro_f1" in found:
            shown.add_row(model, facet, *(cell(found.get(metric)) for metric in COLUMNS))


def cell(row: Row | None) -> str:
    """Return a figure as text, a share with its interval.

    >>> cell(Row(data="d", model="m", metric="micro_f1", value=0.5, low=0.4, high=0.6)), cell(None)
    ('.500 (.400-.600)', '')
    """
    if row is None or row.value is None:
        return ""
    if row.low is not None and row.high is not None:
        return f"{_share(row.value)} ({_share(row.low)}-{_share(row.high)})"
    if row.metric == "calibration_error":
        return _share(row.value)
    return f"{row.value:,.0f}" if row.value >= 100 else f"{row.value:,.1f}"


def _share(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")
