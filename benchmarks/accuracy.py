"""Measures how well models tag: ``python benchmarks/accuracy.py --data NAME --model NAME``.

Progress goes to stderr, a table to stdout, and all figures to the file of ``--json``. Without
``--data`` or ``--model`` all data sets or all peers are run. Exit codes: 0 ok, 1 a model failed,
2 usage.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

if __name__ == "__main__":
    # As a script, the folder of this file must not be searched: statistics.py would shadow the module.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks import datasets, judging, rows, table, trial
from benchmarks.peers import GROUPS, PEERS
from benchmarks.rows import NOT_AVAILABLE, Row
from tagonomy.errors import TagonomyError

#: Shares of the training articles of a learning curve.
LEARNING_SHARES = (0.1, 0.2, 0.4, 0.7)
#: Rows of these metrics make up most of a result; ``--slim`` leaves them out.
BULKY = ("decisions", "tag_precision", "tag_recall", "tag_f1")
#: A trial of the slowest peer takes minutes; one that takes this long hangs.
TIME_LIMIT_S = 6 * 3600


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every model on every data set."""
    options = _parser().parse_args(arguments)
    folder = datasets.data_folder(options.data_dir)
    names = [each for name in options.data or list(datasets.DATASETS) for each in datasets.expand(name)]
    models = [each for name in options.model or list(PEERS) for each in GROUPS.get(name, (name,))]
    found: list[Row] = []
    failed = False
    for name in dict.fromkeys(names):
        try:
            data = datasets.load(name, folder, options.seed)
        except datasets.Unavailable as error:
            say(f"{name}: skipped: {error}")
            continue
        except TagonomyError as error:
            say(f"{name}: {error}")
            return 2
        say(
            f"{name}: {len(data.train):,} articles to train on, {len(data.test):,} to test, "
            f"{len(data.tags):,} tags"
        )
        for model in dict.fromkeys(models):
            spec = trial.Spec(name, model, str(folder) if folder else None, options.seed)
            outcome, results = measure(spec, data, options.learning_curve)
            failed |= bool(outcome.error) and not outcome.missing
            kept = [row for row in results if not (options.slim and row.metric in BULKY)]
            if options.json:
                rows.write_rows(options.json, kept, append=bool(found))
            found += kept
    table.show(found)
    if options.json and not found:
        rows.write_rows(options.json, [])
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    sets = ", ".join(datasets.DATASETS)
    parser.add_argument(
        "--data", action="append", metavar="NAME", help=f"{sets}, or the path of a labelled corpus"
    )
    parser.add_argument(
        "--model",
        action="append",
        metavar="NAME",
        help=f"{', '.join(PEERS)}; path/to/mine.py:make, package.module:make, or a saved Tagonomy model",
    )
    parser.add_argument("--data-dir", type=Path, help="where the data sets lie; also TAGONOMY_DATA")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures, as JSON Lines")
    parser.add_argument("--seed", type=int, default=0, help="of models, thresholds, splits and intervals")
    parser.add_argument("--learning-curve", action="store_true", help="also train on 10, 20, 40 and 70 %%")
    parser.add_argument("--slim", action="store_true", help="no rows by tag, and none for compare.py")
    return parser


def measure(
    spec: trial.Spec, data: datasets.Dataset, learning_curve: bool
) -> tuple[trial.Outcome, list[Row]]:
    """Return the outcome of a trial in a fresh process, and its rows."""
    say(f"  {spec.model} ...")
    outcome = run_apart(spec)
    row: Callable[..., Row] = partial(
        Row,
        data=data.name,
        model=spec.model,
        seed=spec.seed,
        versions=outcome.versions or rows.versions(),
        cpu=rows.cpu(),
        commit=rows.commit(),
    )
    if outcome.error:
        say(f"  {spec.model}: not available: {outcome.error}")
        return outcome, [row(facet="all", metric=NOT_AVAILABLE, note=outcome.error)]
    found = list(judging.judge(outcome, data, row, spec.seed))
    found += [row(facet="all", metric=name, value=value) for name, value in outcome.figures.items()]
    if learning_curve:
        found += _learning_curve(spec, data, row, found)
    micro = next(each.value for each in found if each.metric == "micro_f1")
    say(f"  {spec.model}: micro-F1 {micro:.3f}, trained in {outcome.figures['train_s']:.1f} s")
    return outcome, found


def _learning_curve(
    spec: trial.Spec, data: datasets.Dataset, row: Callable[..., Row], whole: Sequence[Row]
) -> Iterator[Row]:
    points = []
    for share in LEARNING_SHARES:
        articles = max(2, round(share * len(data.train)))
        outcome = run_apart(trial.Spec(spec.data, spec.model, spec.folder, spec.seed, articles))
        if outcome.error:
            say(f"  {spec.model} on {articles:,} articles: {outcome.error}")
            continue
        judged = judging.judge(outcome, data, row, spec.seed)
        points.append((articles, next(each.value for each in judged if each.metric == "micro_f1")))
    points.append((len(data.train), next(each.value for each in whole if each.metric == "micro_f1")))
    x, y = zip(*points, strict=True)
    yield row(facet="all", metric="learning_curve", value=y[-1], x=x, y=y)


def run_apart(spec: trial.Spec) -> trial.Outcome:
    """Run a trial in a fresh process; what that process says is shown only if it dies."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        with log.open("wb") as output:
            command = [sys.executable, "-m", "benchmarks.trial", json.dumps(asdict(spec)), folder]
            # A path on the command line is meant from where the user stands.
            environment = _environment()
            try:
                code = subprocess.run(
                    command, stdout=output, stderr=output, env=environment, timeout=TIME_LIMIT_S
                ).returncode
            except subprocess.TimeoutExpired:
                return trial.Outcome(error=f"took more than {TIME_LIMIT_S / 3600:.0f} hours")
        if Path(folder, "trial.json").is_file():
            return trial.read(Path(folder))
        end = log.read_text(encoding="utf-8", errors="replace").strip()[-300:]
        return trial.Outcome(error=f"the process ended with code {code}: {end}")


def _environment() -> dict[str, str]:
    import os

    paths = [str(rows.ROOT), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONUNBUFFERED": "1"}


def say(words: str) -> None:
    """Report progress."""
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
