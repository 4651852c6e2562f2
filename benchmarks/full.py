"""Measures everything in ``docs/benchmarks.md`` again: ``python benchmarks/full.py [RESULT ...]``.

Every result is a file of ``benchmarks/results/`` of this name; without one all are measured. A file is
replaced when its measurements are complete, and the page is written at the end. Exit codes: 0 ok, 1 a
model failed or a result could not be measured, and its file is as it was.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

if __name__ == "__main__":
    # As a script, the folder of this file must not be searched: statistics.py would shadow the module.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks import page
from benchmarks.datasets import reuters
from benchmarks.peers import GROUPS, PEERS
from benchmarks.rows import read_rows, write_rows

Command = Sequence[str]


def _accuracy(data: Sequence[str], models: Sequence[str], *more: str) -> Command:
    return ("accuracy", *_each("--data", data), *_each("--model", models), "--slim", *more)


def _each(option: str, values: Sequence[str]) -> list[str]:
    return [word for value in values for word in (option, value)]


_TOGETHER = ("reuters21578-together",)
#: The results, and the scripts with their options that measure each. Annif's are apart since they take
#: longer than all others; omikuji, which takes no seed, runs three times to tell how far chance moves it.
RESULTS: Mapping[str, Sequence[Command]] = {
    "accuracy-reuters21578": [
        _accuracy(_TOGETHER, [name for name in PEERS if name not in GROUPS["annif"]]),
        _accuracy([f"reuters21578-{facet}" for facet in reuters.FACETS], ["tagonomy", "sklearn", "omikuji"]),
    ],
    "accuracy-reuters21578-annif": [_accuracy(_TOGETHER, ["annif"])],
    "accuracy-reuters21578-repeated": [
        _accuracy([*_TOGETHER, "reuters21578-topics"], ["omikuji"], "--seed", seed) for seed in "12"
    ],
    "ablation-reuters21578": [("ablation",)],
    "accuracy-thehill_people": [_accuracy(["thehill_people"], ["news-en", "gazetteer"])],
    "accuracy-current_events": [_accuracy(["current_events"], ["tagonomy", "sklearn"])],
    "accuracy-us_bills": [
        _accuracy(["us_bills"], ["tagonomy", "sklearn", "omikuji", "napkinxc", "fasttext"])
    ],
    "throughput-us_news_articles": [
        (
            "throughput",
            *("--data", "us_news_articles", "--train", "--growth"),
            *_each("--model", ["tagonomy", "sklearn", "sklearn-ovr", "ahocorasick", "spacy"]),
        )
    ],
    # The linear path alone, with scikit-learn's vocabulary and weights.
    "throughput-reuters21578": [
        (
            "throughput",
            *("--data", "reuters21578", "--facet", "topics"),
            *_each("--model", ["tagonomy-linear", "sklearn-ovr", "fasttext", "omikuji"]),
        )
    ],
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, keep, and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("results", nargs="*", metavar="RESULT", help=f"all, or some of {', '.join(RESULTS)}")
    parser.add_argument("--data-dir", type=Path, help="where the data sets lie; also TAGONOMY_DATA")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.results if name not in RESULTS]:
        parser.error(f"no result {', '.join(unknown)}: expected some of {', '.join(RESULTS)}")
    sound = [measure(name, options.data_dir) for name in options.results or RESULTS]
    page.main()
    return 0 if all(sound) else 1


def measure(name: str, data_dir: Path | None = None) -> bool:
    """Measure one result, and replace its file if there are rows; tell whether all went well."""
    where = [] if data_dir is None else ["--data-dir", str(data_dir)]
    sound, rows = True, []
    with tempfile.TemporaryDirectory() as folder:
        for number, (script, *options) in enumerate(RESULTS[name]):
            print(f"{name}: {script} {' '.join(options)}", file=sys.stderr, flush=True)
            out = Path(folder, f"{number}.jsonl")
            command = [sys.executable, str(Path(__file__).with_name(f"{script}.py")), *options, *where]
            sound &= subprocess.run([*command, "--json", str(out)], check=False).returncode == 0
            found = read_rows(out) if out.is_file() else []
            if not found:
                print(f"{name}: nothing was measured, so its file stays as it is", file=sys.stderr)
                return False
            rows += found
    write_rows(page.RESULTS / f"{name}.jsonl", rows)
    return sound


if __name__ == "__main__":
    sys.exit(main())
