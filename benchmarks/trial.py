"""One model on one data set, in a process of its own: ``python -m benchmarks.trial SPEC OUT``.

What comes out is a folder with ``trial.json`` and, unless that tells an error, the scores of the
test articles.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.datasets import Dataset, Unavailable, load
from benchmarks.datasets.json_lines import split
from benchmarks.peers.tfidf import targets
from benchmarks.protocol import (
    ProtocolError,
    checked_scores,
    find_factory,
    given_by,
    make_model,
    threshold_of,
)
from benchmarks.rows import versions
from tagonomy.errors import TagonomyError

#: Share of the training articles on which a threshold is tuned.
TUNING_SHARE = 0.2
#: Differences of F1 that tuning takes for chance. On Reuters-21578 the very best cut of omikuji wanders
#: from .16 to .21 between runs, and macro-F1 with it by .04; the middle of these from .18 to .20.
FLAT = 0.005


@dataclass(frozen=True, slots=True)
class Spec:
    """What to run."""

    data: str
    model: str
    folder: str | None = None
    seed: int = 0
    articles: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; ``scores`` and ``threshold`` are none if there was an error.

    ``given`` are the tags that the model gives, where it tells; otherwise those above their threshold.

    Attributes
    ----------
    figures : dict of str to float
        Times in seconds, rates, and the peak memory of the process and its children in MB (10^6 bytes).
    error : str
        Why there is no result; ``missing`` tells that something is not installed.
    """

    figures: dict[str, float] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    error: str = ""
    missing: bool = False
    scores: Any = None
    threshold: np.ndarray[Any, Any] | None = None
    given: sparse.csr_array | None = None


def run(spec: Spec, data: Dataset) -> Outcome:
    """Fit, score the test articles, and find a threshold if the model has none.

    Memory and time are those of fitting on all training articles and scoring the test articles;
    tuning the threshold is timed on its own.
    """
    factory, packages = find_factory(spec.model)
    tags = list(data.tags)
    train = data.train
    if spec.articles is not None:
        chosen = np.random.default_rng(spec.seed).permutation(len(train))[: spec.articles]
        train = tuple(train[i] for i in sorted(chosen.tolist()))
    figures: dict[str, float] = {}
    started = time.perf_counter()
    model = make_model(factory, spec.seed)
    model.fit(list(train), list(tags))
    figures["train_s"] = time.perf_counter() - started
    started = time.perf_counter()
    scores = model.scores(list(data.test))
    took = time.perf_counter() - started
    figures["predict_articles_per_s"] = len(data.test) / max(took, 1e-9)
    scores = checked_scores(scores, len(data.test), len(tags))
    threshold = threshold_of(model, len(tags))
    given = None if threshold is None else given_by(model, list(data.test), len(tags))
    figures["peak_mb"] = peak_mb()
    if threshold is None:
        del model
        started = time.perf_counter()
        best = tune(factory, train, tags, spec.seed)
        threshold = np.full(len(tags), best, dtype=np.float32)
        figures["tuning_s"] = time.perf_counter() - started
        figures["threshold"] = best
    return Outcome(figures, versions(*packages), scores=scores, threshold=threshold, given=given)


def peak_mb() -> float:
    """Return the most memory that this process held, or one of its children if that is more."""
    unit = 1 if sys.platform == "darwin" else 1024
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) * unit / 1e6


def tune(factory: Callable[..., Any], train: Sequence[Any], tags: Sequence[str], seed: int) -> float:
    """Return the threshold that gives the best micro-F1 on articles that a second model never saw."""
    learn, judge = split(list(train), seed, TUNING_SHARE)
    if not learn:
        raise ProtocolError(
            "one training article: too few to tune a threshold, so the model must have its own"
        )
    model = make_model(factory, seed)
    model.fit(learn, list(tags))
    scores = checked_scores(model.scores(judge), len(judge), len(tags))
    return best_threshold(scores, targets(judge, tags))


def best_threshold(scores: Any, gold: Any) -> float:
    """Return the cut that maximises micro-F1; tags with at least this score are given.

    It is the middle of the cuts that are as good as the best, give or take :data:`FLAT`: which of
    them is the very best is chance, and rare tags depend on it. If no cut gives a right tag, it
    lies above every score.

    >>> best_threshold(np.array([[0.9, 0.2], [0.6, 0.5]]), sparse.csr_array([[1, 0], [1, 0]]))
    0.6
    """
    if sparse.issparse(scores):
        pairs = scores.tocoo()
        values = pairs.data
        right = np.asarray(gold.tocsr()[pairs.row, pairs.col]).ravel() if len(values) else np.zeros(0)
    else:
        values, right = np.asarray(scores).ravel(), np.asarray(gold.todense()).ravel()
    if not len(values):
        return 1.0
    order = np.argsort(-values, kind="stable")
    values, hits = values[order], np.cumsum(right[order] > 0)
    f1 = 2 * hits / (np.arange(1, len(values) + 1) + gold.sum())
    f1[:-1][values[:-1] == values[1:]] = -1.0  # equal scores are given together
    best = int(np.argmax(f1))
    if not hits[best]:
        return float(np.nextafter(values[0], np.float32(np.inf)))
    good = values[f1 >= f1[best] - FLAT]
    return float((good[0] + good[-1]) / 2)


def save(outcome: Outcome, folder: Path) -> None:
    """Write an outcome to a folder."""
    if outcome.scores is not None:
        if sparse.issparse(outcome.scores):
            sparse.save_npz(folder / "scores.npz", outcome.scores)
        else:
            np.save(folder / "scores.npy", outcome.scores)
        np.save(folder / "threshold.npy", outcome.threshold)
    if outcome.given is not None:
        sparse.save_npz(folder / "given.npz", outcome.given)
    matrices = ("scores", "threshold", "given")
    told = {key: value for key, value in asdict_plain(outcome).items() if key not in matrices}
    (folder / "trial.json").write_text(json.dumps(told), encoding="utf-8")


def asdict_plain(outcome: Outcome) -> dict[str, Any]:
    """Return the fields of an outcome, its matrices not copied."""
    return {name: getattr(outcome, name) for name in outcome.__dataclass_fields__}


def read(folder: Path) -> Outcome:
    """Read what :func:`save` wrote."""
    told = json.loads((folder / "trial.json").read_text(encoding="utf-8"))
    if told["error"]:
        return Outcome(**told)
    name = "scores.npz" if (folder / "scores.npz").is_file() else "scores.npy"
    scores = sparse.load_npz(folder / name) if name.endswith("z") else np.load(folder / name)
    kept = folder / "given.npz"
    given = sparse.load_npz(kept) if kept.is_file() else None
    return Outcome(**told, scores=scores, threshold=np.load(folder / "threshold.npy"), given=given)


def main(arguments: Sequence[str]) -> int:
    """Run one trial; errors of the model are an outcome too."""
    spec, folder = Spec(**json.loads(arguments[0])), Path(arguments[1])
    try:
        outcome = run(spec, load(spec.data, Path(spec.folder) if spec.folder else None, spec.seed))
    except (Unavailable, ImportError) as error:
        outcome = Outcome(error=str(error), missing=True)
    except (ProtocolError, TagonomyError) as error:
        outcome = Outcome(error=str(error))
    except Exception as error:  # another's code: whatever it raises is told, with where
        traceback.print_exc(file=sys.stderr)
        where = traceback.extract_tb(error.__traceback__)[-1]
        outcome = Outcome(
            error=f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        )
    save(outcome, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
