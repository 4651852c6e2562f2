"""A fresh process that does one step of the throughput benchmark and says on stdout what it took.

Only the process that directs the benchmark starts this, as ``python -m benchmarks.worker``.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.contenders import Learner, Loaded, Workload, contender
from benchmarks.measuring import Elapsed, peak_megabytes, quantile, timed
from benchmarks.workloads import (
    Document,
    Size,
    made_documents,
    made_taxonomy,
    read_documents,
    training_documents,
)

# Files and caches that the first call fills are part of a cold start, which is measured by itself.
_WARM_UP = 5
# A batch of a tenth of a second is at the mercy of whatever else the machine does: it is repeated
# until there is a second of it, and the median counts.
_ENOUGH_SECONDS, _MOST_BATCHES, _LEAST_PASSES = 1.0, 15, 5


def prepare(name: str, folder: str, documents: str, model: str) -> dict[str, Any]:
    """Make a contender's files for real articles."""
    articles = read_documents(Path(documents))
    workload = Workload(articles, articles, model=model)
    _, took = timed(lambda: contender(name).prepare(workload, Path(folder)))
    return {"prepare_s": took.cpu, "model_mb": _megabytes(Path(folder))}


def _megabytes(folder: Path) -> float:
    """Return the size of what a user would deploy."""
    pointer = folder / "model.json"
    if not pointer.is_file():
        return sum(file.stat().st_size for file in folder.iterdir()) / 1e6
    from tagonomy.registry import data_folder

    model = json.loads(pointer.read_text(encoding="utf-8"))
    packaged = data_folder("trained_models") / f"{model}.safetensors"
    return (Path(model) if Path(model).is_file() else packaged).stat().st_size / 1e6


def measure(name: str, folder: str, documents: str, singles: str) -> dict[str, Any]:
    """Load, tag all articles as one batch, then some of them one by one."""
    articles = read_documents(Path(documents))
    loaded, load = timed(lambda: contender(name).load(Path(folder)))
    loaded.batch(articles[:_WARM_UP])
    answers, first = timed(lambda: loaded.batch(articles))
    peak = peak_megabytes()
    batch = [first]
    while sum(each.wall for each in batch) < _ENOUGH_SECONDS and len(batch) < _MOST_BATCHES:
        batch.append(timed(lambda: loaded.batch(articles))[1])
    return {
        "load_s": load.wall,
        "load_cpu_s": load.cpu,
        "batch_s": median(each.wall for each in batch),
        "batch_cpu_s": median(each.cpu for each in batch),
        "peak_mb": peak,
        "answers": answers,
        **_latencies(loaded, articles[: int(singles)]),
    }


def _latencies(loaded: Loaded, articles: Sequence[Document]) -> dict[str, float]:
    """Return quantiles over the articles, each with its least time.

    What another program on the machine adds falls on one pass or the other: the least time of several
    is the article's own, and the 99th percentile that of the long articles, not of the disturbances.
    """
    passes: list[list[Elapsed]] = []
    while len(passes) < _LEAST_PASSES or (_seconds(passes) < _ENOUGH_SECONDS and len(passes) < _MOST_BATCHES):
        passes.append([timed(partial(loaded.one, article))[1] for article in articles])
    wall, cpu = (
        [1e6 * min(getattr(one, clock) for one in times) for times in zip(*passes, strict=True)]
        for clock in ("wall", "cpu")
    )
    return {
        "p50_us": quantile(wall, 0.5),
        "p99_us": quantile(wall, 0.99),
        "p50_cpu_us": quantile(cpu, 0.5),
        "p99_cpu_us": quantile(cpu, 0.99),
    }


def _seconds(passes: Sequence[Sequence[Elapsed]]) -> float:
    return sum(one.wall for each in passes for one in each)


def share(name: str, folder: str, documents: str, number: str, of: str) -> dict[str, Any]:
    """Load, wait for the word to start, and tag one share of the articles: one core's part of all cores."""
    articles = read_documents(Path(documents))[int(number) :: int(of)]
    loaded = contender(name).load(Path(folder))
    loaded.batch(articles[:_WARM_UP])
    print("ready", flush=True)
    if not sys.stdin.readline():
        raise SystemExit("whoever directs the benchmark is gone")
    _, took = timed(lambda: loaded.batch(articles))
    return {"batch_s": took.wall, "batch_cpu_s": took.cpu, "articles": len(articles)}


def grow(name: str, folder: str, size: str, seed: str, rounds: str) -> dict[str, Any]:
    """Prepare for a made workload of a size, then time one batch of it several times."""
    wanted = Size(**json.loads(size))
    concepts = made_taxonomy(wanted, int(seed))
    documents = made_documents(wanted, concepts, int(seed))
    workload = Workload(documents, training_documents(concepts, int(seed)), concepts)
    contender(name).prepare(workload, Path(folder))
    loaded, load = timed(lambda: contender(name).load(Path(folder)))
    loaded.batch(documents)  # the first batch fills caches, the more the larger it is
    took = [timed(lambda: loaded.batch(documents))[1].cpu for _ in range(int(rounds))]
    return {"batch_cpu_s": took, "load_cpu_s": load.cpu}


def train(name: str, documents: str) -> dict[str, Any]:
    """Train on the articles and their tags."""
    learner = contender(name)
    if not isinstance(learner, Learner):
        raise ValueError(f"{name} learns nothing from tagged articles")
    articles = [article for article in read_documents(Path(documents)) if article.tags]
    _, took = timed(lambda: learner.train(articles))
    return {"train_s": took.wall, "train_cpu_s": took.cpu}


def cold(name: str, folder: str, article: str) -> dict[str, Any]:
    """Load and tag one article: all that a fresh process of a peer does."""
    text = Path(article).read_text(encoding="utf-8")
    return {"answers": contender(name).load(Path(folder)).one(Document("", text))}


def check(name: str, folder: str, documents: str) -> dict[str, Any]:
    """Tag every article by itself; count those that fail or are skipped, and those without any answer."""
    loaded = contender(name).load(Path(folder))
    failures: Counter[str] = Counter()
    tagged = empty = 0
    articles = read_documents(Path(documents))
    for document in articles:
        try:
            answers = loaded.one(document)
        except Exception as error:  # whatever it is, counting it is what this step is for
            failures[f"{type(error).__name__}: {str(error)[:200]}"] += 1
            continue
        tagged += 1
        empty += not answers
    return {"articles": len(articles), "tagged": tagged, "empty": empty, "failures": dict(failures)}


STEPS: dict[str, Callable[..., dict[str, Any]]] = {
    each.__name__: each for each in (prepare, measure, share, grow, train, cold, check)
}


if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])), flush=True)
