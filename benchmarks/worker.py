"""A fresh process that does one step of the throughput benchmark and says on stdout what it took.

Only the process that directs the benchmark starts this, as ``python -m benchmarks.worker``.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.contenders import Learner, Loaded, Workload, contender
from benchmarks.measuring import Elapsed, peak_megabytes, quantile, timed
from benchmarks.workloads import (
    Document,
    Size,
    first_words,
    made_documents,
    made_taxonomy,
    read_documents,
    training_documents,
)

#: Tagged one by one are articles of so many words, longer ones cut: so their times can be compared.
SINGLE_WORDS = 800

# Files and caches that the first call fills are part of a cold start, which is measured by itself.
_WARM_UP = 5

#: Answers the process that directs.
Say = Callable[[dict[str, Any]], None]


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
        return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    from tagonomy.registry import data_folder

    model = json.loads(pointer.read_text(encoding="utf-8"))
    packaged = data_folder("trained_models") / f"{model}.safetensors"
    return (Path(model) if Path(model).is_file() else packaged).stat().st_size / 1e6


def load(name: str, folder: str) -> dict[str, Any]:
    """Load what a user would deploy, in a process that has imported nothing for it yet."""
    _, took = timed(lambda: contender(name).load(Path(folder)))
    return {"load_s": took.wall, "load_cpu_s": took.cpu}


def serve(say: Say, name: str, folder: str, documents: str, part: str, parts: str) -> dict[str, Any]:
    """Load and tag one share of the articles, then work in turns with other processes.

    A line on stdin asks for a turn, a line on stdout tells what it took: ``batch SECONDS`` tags the share
    as one batch, again and again for so long; ``single NUMBER`` tags so many articles one by one, each cut
    to ``SINGLE_WORDS``. The last answer, when stdin ends, has the latencies of all turns.
    """
    articles = read_documents(Path(documents))[int(part) :: int(parts)]
    loaded = contender(name).load(Path(folder))
    loaded.batch(articles[:_WARM_UP])
    answers = loaded.batch(articles)
    say({"answers": answers, "peak_mb": peak_megabytes()})
    # Where no article is so long, as in a small sample, they are taken as they are.
    singles = [cut for each in articles if (cut := first_words(each, SINGLE_WORDS))] or articles
    passes: list[list[Elapsed]] = []
    for line in sys.stdin:
        kind, amount = line.split()
        if kind == "batch":
            say(_spell(loaded, articles, float(amount)))
        else:
            loaded.one(singles[0])  # the first after a pause pays for it, whoever it is
            passes.append([timed(partial(loaded.one, each))[1] for each in singles[: int(amount)]])
            say({})
    return _latencies(passes) if passes else {}


def _spell(loaded: Loaded, articles: Sequence[Document], seconds: float) -> dict[str, float]:
    """Tag the batch until the seconds are over, at least once; return the seconds of one batch."""
    wall, cpu, times = 0.0, 0.0, 0
    while not times or wall < seconds:
        _, took = timed(lambda: loaded.batch(articles))
        wall, cpu, times = wall + took.wall, cpu + took.cpu, times + 1
    return {"articles": len(articles), "batch_s": wall / times, "batch_cpu_s": cpu / times}


def _latencies(passes: Sequence[Sequence[Elapsed]]) -> dict[str, float]:
    """Return quantiles over the articles, each with the least of its times.

    So the 99th percentile is that of the articles that take longest, not that of the machine's other work.
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
    each.__name__: each for each in (prepare, load, grow, train, cold, check)
}


def main(arguments: Sequence[str]) -> None:
    """Carry out one step; what models and their libraries print themselves goes to stderr."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers, redirect_stdout(sys.stderr):
        os.dup2(2, 1)  # what is no Python prints too

        def say(found: dict[str, Any]) -> None:
            print(json.dumps(found), file=answers, flush=True)

        steps = {**STEPS, "serve": partial(serve, say)}
        say(steps[arguments[0]](*arguments[1:]))


if __name__ == "__main__":
    main(sys.argv[1:])
