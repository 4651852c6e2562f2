"""Says which differences between two results are real: ``python benchmarks/compare.py BASE HEAD``.

BASE and HEAD are files that ``accuracy.py --json`` wrote; ``FILE#MODEL`` takes one model of a file, so
that ``out.jsonl#sklearn out.jsonl#tagonomy`` compares two models of one run. Without it every model
is compared with itself. F1 is tested on the same articles (approximate randomisation, corrected for
the number of tests by Holm); other figures are told with the ratio alone. Exit codes: 0 ok, 1 HEAD is
really worse in something, 2 nothing to compare.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # As a script, the folder of this file must not be searched: statistics.py would shadow the module.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import sparse

from benchmarks.judging import decisions_of
from benchmarks.rows import Row, read_rows
from benchmarks.significance import holm, randomisation_test

Array = np.ndarray[Any, Any]
#: Differences with a smaller corrected p-value are real.
LEVEL = 0.05
ROUNDS = 2000
#: Figures that are told with their ratio, where both files have them.
PLAIN = ("precision_at_1", "ndcg_at_5", "hierarchical_f1", "calibration_error", "train_s", "peak_mb")


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of both sides; ``p`` is None where there is no test."""

    data: str
    model: str
    metric: str
    base: float
    head: float
    p: float | None = None

    @property
    def real(self) -> bool:
        """Whether chance is no explanation."""
        return self.p is not None and self.p < LEVEL


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare two results and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("base", help="FILE or FILE#MODEL")
    parser.add_argument("head", help="FILE or FILE#MODEL")
    parser.add_argument("--seed", type=int, default=0, help="of the exchanges")
    options = parser.parse_args(arguments)
    try:
        found = differences(_side(options.base), _side(options.head), options.seed)
    except (OSError, ValueError) as error:
        print(f"compare.py: {error}", file=sys.stderr)
        return 2
    if not found:
        print("compare.py: the two have no data set and model in common", file=sys.stderr)
        return 2
    show(found)
    return 1 if any(each.real and each.head < each.base for each in found) else 0


def _side(name: str) -> dict[tuple[str, str], list[Row]]:
    """Return the rows of the whole by data set and model; a single model is called ``""``."""
    path, _, only = name.partition("#")
    found: dict[tuple[str, str], list[Row]] = {}
    for row in read_rows(path):
        if row.facet == "all" and row.tag is None and row.to is None and (not only or row.model == only):
            found.setdefault((row.data, "" if only else row.model), []).append(row)
    if not found:
        raise ValueError(f"{name}: no rows" + (f" of model {only!r}" if only else ""))
    return found


def differences(
    base: dict[tuple[str, str], list[Row]], head: dict[tuple[str, str], list[Row]], seed: int = 0
) -> list[Difference]:
    """Return all differences, p-values corrected for their number.

    Raises
    ------
    ValueError
        If the two were measured on other articles or other gold tags.
    """
    found = []
    for key in base.keys() & head.keys():
        sides = [{row.metric: row for row in rows} for rows in (base[key], head[key])]
        found += _plain(key, *sides)
        if all("decisions" in side for side in sides):
            found += _tested(key, *(side["decisions"] for side in sides), seed)
        else:
            found += _plain(key, *sides, metrics=("micro_f1", "macro_f1"))
    corrected = holm({i: each.p for i, each in enumerate(found) if each.p is not None})
    found = [replace(each, p=corrected.get(i)) for i, each in enumerate(found)]
    return sorted(
        found, key=lambda each: (each.data, each.model, each.metric not in ("micro_f1", "macro_f1"))
    )


def _plain(
    key: tuple[str, str], base: dict[str, Row], head: dict[str, Row], metrics: Sequence[str] = PLAIN
) -> list[Difference]:
    both = [(name, base[name].value, head[name].value) for name in metrics if name in base and name in head]
    return [Difference(*key, name, a, b) for name, a, b in both if a is not None and b is not None]


def _tested(key: tuple[str, str], base: Row, head: Row, seed: int) -> list[Difference]:
    left, right = decisions_of(base), decisions_of(head)
    sides = (left, right)
    shape = tuple(max(int(side[axis].max(initial=-1)) for side in sides) + 1 for axis in (0, 1))
    counts = [_counts(side, shape) for side in sides]
    if (counts[0][1] != counts[1][1]).nnz:
        raise ValueError(f"{key[0]}: the two were measured on other articles or other gold tags")
    found = []
    figures: tuple[tuple[str, Callable[..., float]], ...] = (("micro_f1", _micro), ("macro_f1", _macro))
    for metric, figure in figures:
        parts = [_parts(metric, *count) for count in counts]
        p = randomisation_test(
            parts[0], parts[1], figure, seed, ROUNDS if metric == "micro_f1" else ROUNDS // 4
        )
        found.append(Difference(*key, metric, figure(*parts[0]), figure(*parts[1]), p))
    return found


def _counts(side: tuple[Array, Array, Array], shape: tuple[int, ...]) -> tuple[Any, Any, Any]:
    """Return hits, gold and given as matrices of articles and tags."""
    article, tag, outcome = side

    def matrix(kept: Array) -> Any:
        ones = np.ones(int(kept.sum()), dtype=np.int32)
        return sparse.csr_array((ones, (article[kept], tag[kept])), shape=shape)

    return matrix(outcome == 1), matrix(outcome != 0), matrix(outcome >= 0)


def _parts(metric: str, hits: Any, gold: Any, given: Any) -> list[Array]:
    if metric == "micro_f1":
        return [np.asarray(each.sum(axis=1)).ravel() for each in (hits, gold, given)]
    # Tags without gold do not count in macro-F1.
    kept = np.flatnonzero(np.asarray(gold.sum(axis=0)).ravel())
    return [each.tocsc()[:, kept].toarray().astype(np.int8) for each in (hits, gold, given)]


def _micro(hits: Array, gold: Array, given: Array) -> float:
    total = gold.sum() + given.sum()
    return float(2 * hits.sum() / total) if total else 0.0


def _macro(hits: Array, gold: Array, given: Array) -> float:
    total = gold.sum(axis=0, dtype=np.int64) + given.sum(axis=0, dtype=np.int64)
    return float(np.mean(2 * hits.sum(axis=0, dtype=np.int64) / total)) if len(total) else 0.0


def show(found: Sequence[Difference]) -> None:
    """Print the differences."""
    table = Table()
    for name in ("data", "model", "metric", "base", "head", "change", "p", ""):
        table.add_column(name, justify="right" if name in ("base", "head", "change", "p") else "left")
    for each in found:
        share = f"{each.head / each.base - 1:+.1%}" if each.base else ""
        change = f"{each.head - each.base:+.4f}" if each.p is not None else share
        verdict = "" if each.p is None else "real" if each.real else "may be chance"
        p = "" if each.p is None else f"{each.p:.4f}"
        table.add_row(
            each.data, each.model, each.metric, f"{each.base:.4g}", f"{each.head:.4g}", change, p, verdict
        )
    Console(width=None if sys.stdout.isatty() else 120, highlight=False).print(table)


if __name__ == "__main__":
    sys.exit(main())
