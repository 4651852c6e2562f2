"""Benchmark rows as tables on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.rows import NOT_AVAILABLE, Row

HEADINGS = {
    "batch_articles_per_s": "batch, articles/s",
    "batch_mb_per_s": "batch, MB/s",
    "batch_articles_per_cpu_s": "batch, articles/CPU s",
    "batch_mb_per_cpu_s": "batch, MB/CPU s",
    "batch_articles_per_s_all_cores": "batch on all cores, articles/s",
    "p50_us": "one article of 800 words, median, us",
    "p99_us": "one article of 800 words, 99th percentile, us",
    "p50_cpu_us": "one article of 800 words, median, CPU us",
    "p99_cpu_us": "one article of 800 words, 99th percentile, CPU us",
    "cold_start_s": "cold start, s",
    "cold_start_cpu_s": "cold start, CPU s",
    "load_s": "load, s",
    "load_cpu_s": "load, CPU s",
    "train_s": "training, s",
    "train_cpu_s": "training, CPU s",
    "peak_mb": "peak memory, MB",
    "model_mb": "model file, MB",
}

# Widths in characters, of the longest heading and of a ratio with its range: more peers than fit beside
# each other get a table of their own, since a figure that is cut off is worse than a long page.
_FIRST_COLUMN, _RATIO_COLUMN = 42, 30


def number(value: float | None) -> str:
    """Return a figure with three digits that count.

    Examples
    --------
    >>> number(1234.5), number(0.01234), number(12.345), number(None)
    ('1,234', '0.0123', '12.3', '-')
    """
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def print_tables(rows: Sequence[Row], console: Console | None = None) -> None:
    """Print throughput rows: figures, a column a model; then ratios with their range, and growth."""
    console = console or Console(width=None if Console().is_terminal else 160)
    for data in dict.fromkeys(row.data for row in rows):
        chosen = [row for row in rows if row.data == data]
        console.print(_figures(data, chosen))
        ratios = [row for row in chosen if row.to is not None]
        peers = list(dict.fromkeys(row.to for row in ratios))
        beside = max(1, (console.width - _FIRST_COLUMN) // _RATIO_COLUMN)
        for start in range(0, len(peers), beside):
            console.print(_ratios([row for row in ratios if row.to in peers[start : start + beside]]))
        growth = [row for row in chosen if row.metric.startswith("growth_")]
        if growth:
            console.print(_growth(growth))
        for row in chosen:
            if row.metric == NOT_AVAILABLE:
                console.print(f"{row.model}: not available ({row.note})", markup=False)


def _figures(data: str, rows: Sequence[Row]) -> Table:
    plain = [row for row in rows if row.to is None and row.value is not None and row.x is None]
    table = _table(
        f"{data}: medians of the rounds", "figure", map(short, dict.fromkeys(row.model for row in plain))
    )
    found = {(row.metric, row.model): row for row in plain}
    for metric in _ordered(plain):
        cells = [found.get((metric, model)) for model in dict.fromkeys(row.model for row in plain)]
        table.add_row(HEADINGS.get(metric, metric), *(number(row.value) if row else "" for row in cells))
    return table


def _ratios(rows: Sequence[Row]) -> Table:
    peers = list(dict.fromkeys(row.to or "" for row in rows))
    title = f"{rows[0].model} as a multiple of a peer: median (least-greatest) of the rounds, each by itself"
    table = _table(title, "figure", [f"/ {short(peer)}" for peer in peers])
    found = {(row.metric, row.to): row for row in rows}
    for metric in _ordered(rows):
        table.add_row(HEADINGS.get(metric, metric), *(_cell(found.get((metric, peer))) for peer in peers))
    return table


def short(model: str) -> str:
    """Return a model's name without the folders of its path.

    Examples
    --------
    >>> short("examples/own_model.py:make"), short("sklearn")
    ('own_model.py:make', 'sklearn')
    """
    return model.rpartition("/")[2]


def _ordered(rows: Sequence[Row]) -> list[str]:
    metrics = {row.metric for row in rows}
    return [*(each for each in HEADINGS if each in metrics), *sorted(metrics - set(HEADINGS))]


def _table(title: str, first: str, rest: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first, no_wrap=True)
    for heading in rest:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _cell(row: Row | None) -> str:
    if row is None:
        return ""
    if row.low == row.high:
        return number(row.value)
    return f"{number(row.value)} ({number(row.low)}-{number(row.high)})"


def _growth(rows: Sequence[Row]) -> Table:
    models = list(dict.fromkeys(row.model for row in rows))
    table = _table("growth of CPU time: exponent, 1 is in proportion", "growing", ("from", "to", *models))
    for metric in dict.fromkeys(row.metric for row in rows):
        found = {row.model: row for row in rows if row.metric == metric}
        sizes = next(iter(found.values())).x or (0.0,)
        cells = [_cell(found.get(model)) for model in models]
        table.add_row(metric.removeprefix("growth_"), number(sizes[0]), number(sizes[-1]), *cells)
    return table
