"""Measures what each ingredient of training brings: ``python benchmarks/ablation.py --json FILE``.

Each row of the table leaves out one ingredient, or changes one. All are trained on the first four
fifths of a training split and judged on the last fifth, which is the latest where the articles are in
order of time: the test split is not read. Exit codes: 0 ok, 2 usage.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # As a script, the folder of this file must not be searched: statistics.py would shadow the module.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np

from benchmarks import datasets, judging, rows, table
from benchmarks.datasets.base import Dataset, make_dataset
from benchmarks.peers.tagonomy import REQUIRES, Trained
from benchmarks.rows import Row
from benchmarks.trial import Outcome
from tagonomy.errors import TagonomyError

#: What each variant changes; ``names`` stands for the taxonomy's names, all others for settings.
VARIANTS: dict[str, dict[str, Any]] = {
    "all": {},
    "no names": {"names": False},
    "no learned names": {"learn_names": False},
    "folds at random": {"folds_by_day": False},
    "no title and lead": {"title_and_lead": False},
    "mentions": {"mentions": True},
    "no word ratios": {"word_ratios": False},
    "min_df=1": {"min_df": 1},
    "plain ranker": {"stacked": False, "tuned_thresholds": False},
    "threshold .5": {"tuned_thresholds": False},
    "3 folds": {"folds": 3},
    "C=0.5": {"C": 0.5},
    "C=2": {"C": 2.0},
    "positive weight 2": {"positive_weight": 2.0},
    "no pruning": {"prune": 0.0},
    "3 articles": {"min_articles": 3},
    "30 articles": {"min_articles": 30},
}
METRICS = ("micro_f1", "macro_f1", "hierarchical_f1", "calibration_error", "precision_at_1", "ndcg_at_5")


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and judge every variant."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", default="reuters21578", metavar="NAME", help="default: reuters21578")
    parser.add_argument("--data-dir", type=Path, help="where the data sets lie; also TAGONOMY_DATA")
    parser.add_argument("--variant", action="append", choices=VARIANTS, help="default: all of them")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures, as JSON Lines")
    parser.add_argument("--seed", type=int, default=0, help="of folds, solver and intervals")
    options = parser.parse_args(arguments)
    try:
        whole = datasets.load(options.data, datasets.data_folder(options.data_dir), options.seed)
    except (datasets.Unavailable, TagonomyError) as error:
        print(error, file=sys.stderr)
        return 2
    data = held_out(whole)
    found: list[Row] = []
    for name in options.variant or VARIANTS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        found += measure(name, data, options.seed)
    table.show(found)
    if options.json:
        rows.write_rows(options.json, found)
    return 0


def held_out(data: Dataset) -> Dataset:
    """Return the training split in two parts, the last fifth to judge."""
    stop = len(data.train) * 4 // 5
    return make_dataset(
        f"{data.name}-held-out",
        data.train[:stop],
        data.train[stop:],
        tags=data.tags,
        facets=data.facets,
        broader=data.broader,
    )


def measure(name: str, data: Dataset, seed: int) -> list[Row]:
    """Return the figures of one variant."""
    model = Trained(seed, **VARIANTS[name])
    started = time.perf_counter()
    model.fit(data.train, data.tags)
    took = time.perf_counter() - started
    scores = model.scores(data.test).astype(np.float32)
    row = partial(
        Row,
        data=data.name,
        model=name,
        seed=seed,
        versions=rows.versions(*REQUIRES),
        cpu=rows.cpu(),
        commit=rows.commit(),
    )
    outcome = Outcome(scores=scores, threshold=model.threshold, given=model.given(data.test))
    judged = [each for each in judging.judge(outcome, data, row, seed) if each.metric in METRICS]
    return [*judged, row(facet="all", metric="train_s", value=took)]


if __name__ == "__main__":
    sys.exit(main())
