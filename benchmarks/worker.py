"""A fresh process that does one step of the throughput benchmark and says on stdout what it took.

Only the process that directs the benchmark starts this, as ``python -m benchmarks.worker``.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
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
# Another program on the machine nearly halves the speed for seconds at a time (seen: a factor of 1.8 in
# CPU time). Batches and single articles take turns, at least seven times and for some seconds, and the
# least time of each counts: it repeats where the mean and the median do not.
_LEAST_TURNS, _MOST_TURNS, _ENOUGH_SECONDS = 7, 30, 8.0
# How long all processes work side by side: a share of a few milliseconds would measure their start.
_SHARED_SECONDS = 3.0


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
    """Load, then tag all articles as one batch and some of them one by one, in turns."""
    articles = read_documents(Path(documents))
    loaded, load = timed(lambda: contender(name).load(Path(folder)))
    loaded.batch(articles[:_WARM_UP])
    answers, first = timed(lambda: loaded.batch(articles))
    peak = peak_megabytes()
    batches, passes = [first], [_one_by_one(loaded, articles[: int(singles)])]
    began = time.perf_counter()
    while len(passes) < _LEAST_TURNS or (
        len(passes) < _MOST_TURNS and time.perf_counter() - began < _ENOUGH_SECONDS
    ):
        batches.append(timed(lambda: loaded.batch(articles))[1])
        passes.append(_one_by_one(loaded, articles[: int(singles)]))
    return {
        "load_s": load.wall,
        "load_cpu_s": load.cpu,
        "batch_s": min(each.wall for each in batches),
        "batch_cpu_s": min(each.cpu for each in batches),
        "peak_mb": peak,
        "answers": answers,
        **_latencies(passes),
    }


def _one_by_one(loaded: Loaded, articles: Sequence[Document]) -> list[Elapsed]:
    return [timed(partial(loaded.one, article))[1] for article in articles]


def _latencies(passes: Sequence[Sequence[Elapsed]]) -> dict[str, float]:
    """Return quantiles over the articles, each with the least of its times.

    So the 99th percentile is that of the long articles, not that of the machine's other work.
    """
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


def share(name: str, folder: str, documents: str, number: str, of: str) -> dict[str, Any]:
    """Load, wait for the word to start, and tag one share of the articles, again and again for a while."""
    articles = read_documents(Path(documents))[int(number) :: int(of)]
    loaded = contender(name).load(Path(folder))
    loaded.batch(articles[:_WARM_UP])
    print("ready", flush=True)
    if not sys.stdin.readline():
        raise SystemExit("whoever directs the benchmark is gone")
    done, began = 0, time.perf_counter()
    while not done or time.perf_counter() - began < _SHARED_SECONDS:
        loaded.batch(articles)
        done += len(articles)
    return {"articles_per_s": done / (time.perf_counter() - began)}


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
