"""The results of a benchmark: one row a figure, kept as JSON Lines.

Every row has the keys ``data, model, facet, metric, value, low, high, seed, versions, cpu, commit``;
``facet`` is ``all`` for the whole, and ``value`` is null where a figure is undefined. Further keys,
left out where they do not apply:

``to``
    On a ratio: the model that is divided by. ``metric`` stays that of the figures divided.
``tag``, ``support``
    On figures of one tag (``tag_f1``, ``tag_precision``, ``tag_recall``): its label or id, and the
    number of test articles that carry it.
``x``, ``y``, ``weight``, ``at``
    On curves, lists of equal length, and a marked point ``[x, y]``:

    ================== ================== ================== ============= ====================
    metric             ``x``              ``y``              ``weight``    ``value``
    ================== ================== ================== ============= ====================
    ``pr_curve``       recall             precision                        threshold of ``at``
    ``reliability``    mean probability   share that is true answers a bin calibration error
    ``learning_curve`` training articles  micro-F1                         the last ``y``
    ``growth_...``     size               seconds                          fitted exponent
    ================== ================== ================== ============= ====================
``note``
    What a reader must know, such as why a peer is missing: its row has the metric
    ``not_available`` and no value.

The modules of this folder are imported as ``benchmarks.rows`` and so on, from the checkout's root: a
script that is run by its path takes its own folder off ``sys.path``, where ``statistics.py`` would
shadow the module of that name in the standard library.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NOT_AVAILABLE = "not_available"
_REQUIRED = ("data", "model", "facet", "metric", "value", "low", "high", "seed", "versions", "cpu", "commit")
_CURVES = ("x", "y", "weight")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure, with what is needed to reproduce and compare it.

    Examples
    --------
    >>> Row(data="bills", model="sklearn", metric="micro_f1", value=0.81).to_dict()["facet"]
    'all'
    """

    data: str
    model: str
    facet: str = "all"
    metric: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    seed: int | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    cpu: str = ""
    commit: str = ""
    to: str | None = None
    tag: str | None = None
    support: int | None = None
    x: tuple[float, ...] | None = None
    y: tuple[float, ...] | None = None
    weight: tuple[float, ...] | None = None
    at: tuple[float, float] | None = None
    note: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON holds it: the required keys, and of the others those that are set."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if name in _REQUIRED or value is not None}


def row_from_dict(values: Mapping[str, Any]) -> Row:
    """Return the row that :meth:`Row.to_dict` wrote.

    Raises
    ------
    ValueError
        If a required key is missing, a key is unknown, or a curve's lists differ in length.
    """
    known = {each.name for each in fields(Row)}
    missing, unknown = set(_REQUIRED) - set(values), set(values) - known
    if missing or unknown:
        raise ValueError(f"no benchmark row: missing {sorted(missing)}, unknown {sorted(unknown)}")
    lists = {name: tuple(values[name]) for name in (*_CURVES, "at") if values.get(name) is not None}
    if len({len(lists[name]) for name in _CURVES if name in lists}) > 1:
        raise ValueError("no benchmark row: x, y and weight differ in length")
    return Row(**{**values, **lists})


def write_rows(path: str | Path, rows: Iterable[Row], *, append: bool = False) -> None:
    """Write rows as JSON Lines; NaN and infinities are refused, since JSON has none."""
    lines = [json.dumps(row.to_dict(), ensure_ascii=False, allow_nan=False) + "\n" for row in rows]
    with Path(path).open("a" if append else "w", encoding="utf-8") as file:
        file.writelines(lines)


def read_rows(*paths: str | Path) -> list[Row]:
    """Read the rows of JSON Lines files.

    Raises
    ------
    ValueError
        At a line that holds no row; names the file and the line.
    """
    rows = []
    for path in paths:
        for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip():
                continue
            try:
                rows.append(row_from_dict(json.loads(line)))
            except (ValueError, TypeError) as error:
                raise ValueError(f"{path}:{number}: {error}") from error
    return rows


def versions(*packages: str) -> dict[str, str]:
    """Return the versions of Python, Tagonomy, numpy and the named packages, as far as installed.

    ``pipeline`` tells whether Tagonomy's is compiled: the one in Python is many times as slow.
    """
    from tagonomy.pipeline import environment

    found = {"python": platform.python_version(), "pipeline": environment()["pipeline"]}
    for package in ("tagonomy", "numpy", *packages):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


@lru_cache(maxsize=1)
def cpu() -> str:
    """Return the name of the processor, and the number of cores that this process may use."""
    info = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (info.read_text(encoding="utf-8").splitlines() if info.is_file() else [])
        if line.startswith("model name")
    ]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{names[0] if names else platform.processor() or platform.machine()}, {cores} cores"


@lru_cache(maxsize=1)
def commit() -> str:
    """Return the checkout's commit, with ``+`` where tracked files were changed since; or ``unknown``."""
    head = _git("rev-parse", "--short=12", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return f"{head}{'+' if changed else ''}" if head else "unknown"


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):  # no git, or no checkout: an unpacked sdist
        return ""
    return done.stdout.strip()
