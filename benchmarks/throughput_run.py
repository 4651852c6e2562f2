"""The throughput benchmark: rounds in turn, each in fresh processes, to rows and a table."""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from benchmarks.contenders import CONTENDERS, Learner, cold_command, contender, missing
from benchmarks.datasets import Unavailable, load
from benchmarks.directing import Team, WorkerError, run_cold, run_step
from benchmarks.figures import Source, better, figure_rows, growth_row, missing_row, rates, ratio_rows
from benchmarks.rows import Row, write_rows
from benchmarks.terminal import print_tables
from benchmarks.workloads import AXES, Document, Size, read_documents, write_documents

Measured = dict[str, dict[str, list[float]]]
#: The command whose start everybody who uses scikit-learn pays, whatever comes after it.
IMPORT_SKLEARN = "import sklearn"
_GROWTH_FACTORS = (1, 2, 4, 8)
# Another program on the machine nearly halves the speed for seconds at a time (seen: a factor of 1.8, in
# CPU time as well). So turns are short and many, those to be compared come one right after the other,
# backwards every other time, and the best turn of a round counts: with 8 programs on 2 cores, medians of
# the turns' ratios differed by 22 % between runs, ratios of the best turns by 1 %.
_SPELL_SECONDS = 0.25
_LEAST_TURNS, _MOST_TURNS, _ENOUGH_SECONDS = 3, 15, 6.0
#: Fresh processes a round that only load, and that only tag one article; one of each where loading takes
#: so many seconds: the longer a thing takes, the steadier it is.
_STARTS, _SLOW_START = 3, 2.0


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="throughput", description=__doc__)
    add = parser.add_argument
    add("--data", action="append", help="name of a data set, or a JSON Lines file; repeatable")
    add("--data-dir", type=Path, help="where the sets lie; else TAGONOMY_DATA, else the shared data")
    add("--model", action="append", help=f"{', '.join(CONTENDERS)}, or what accuracy.py takes; repeatable")
    add("--model-file", default="news-en", help="name or path of the Tagonomy model")
    add("--articles", type=int, default=200, help="size of the sample; 0 takes all")
    add("--facet", help="keep only the tags that begin so, and the articles that have one: topics")
    add("--singles", type=int, default=200, help="articles that are tagged one by one, for the latency")
    add("--rounds", type=int, default=5, help="rounds of all models in turn")
    add("--seed", type=int, default=0, help="of the sample and of what is made")
    add(
        "--cores", type=int, default=os.cpu_count() or 1, help="processes of the all-cores figure; 1 skips it"
    )
    add("--train", action="store_true", help="time training on the tags of the data, too")
    add("--growth", action="store_true", help="time made workloads that double three times, too")
    add("--check-all", action="store_true", help="tag every article of the set; fail if one fails")
    add("--json", type=Path, help="append the rows to this file, as JSON Lines")
    given = parser.parse_args(argv)
    given.data = given.data or ["us_news_articles"]
    given.model = list(dict.fromkeys(given.model or ["tagonomy", "sklearn"]))
    if given.rounds < 1 or given.singles < 1 or given.articles < 0 or given.cores < 1:
        parser.error("--rounds, --singles and --cores take at least 1, --articles at least 0")
    return given


def documents_of(name: str, folder: Path | None) -> list[Document]:
    """Return all articles of a data set, or of a file of JSON Lines.

    Raises
    ------
    Unavailable, ValueError
        If there is no such data set here, or it can't be read.
    """
    if Path(name).is_file():
        return read_documents(Path(name))
    found = load(name, folder)
    return [Document(each.title, each.text, each.tags) for each in (*found.train, *found.test)]


def _of_facet(documents: Sequence[Document], facet: str | None) -> list[Document]:
    """Return the articles that have a tag of a facet, with no other tags."""
    if facet is None:
        return list(documents)
    kept = [
        replace(each, tags=tuple(tag for tag in each.tags if tag.startswith(f"{facet}:")))
        for each in documents
    ]
    return [each for each in kept if each.tags]


def say(words: str) -> None:
    """Report progress."""
    print(words, file=sys.stderr, flush=True)


class Run:
    """One data set, measured with every model."""

    def __init__(self, given: argparse.Namespace, data: str, folder: Path) -> None:
        self.given, self.data, self.folder = given, data, folder
        everything = _of_facet(documents_of(data, given.data_dir), given.facet)
        if not everything:
            raise ValueError(f"{data} holds no article")
        wanted = min(given.articles or len(everything), len(everything))
        self.sample = random.Random(given.seed).sample(everything, wanted)
        self.sample_file, self.everything_file = folder / "sample.jsonl", folder / "all.jsonl"
        write_documents(self.sample_file, self.sample)
        write_documents(self.everything_file, everything)
        self.megabytes = sum(len(each.whole.encode("utf-8", "replace")) for each in self.sample) / 1e6
        packages = {name: contender(name).packages for name in given.model}
        name = Path(data).name.removesuffix(".gz").removesuffix(".jsonl")
        name += f":{given.facet}" if given.facet else ""
        self.source = Source(name, given.seed, {**packages, IMPORT_SKLEARN: ("scikit-learn",)})
        self.rounds: Measured = defaultdict(lambda: defaultdict(list))
        self.number = 0
        self.sizes: dict[str, float] = {}
        self.missing: dict[str, str] = {}

    @property
    def models(self) -> list[str]:
        """The models that can be measured, in the order given."""
        return [name for name in self.given.model if name in self.sizes]

    def rows(self) -> Iterator[Row]:
        """Measure everything that was asked for."""
        say(f"{self.data}: {len(self.sample):,} articles, {self.megabytes:.1f} MB")
        self._prepare()
        for number in range(self.given.rounds):
            say(f"round {number + 1} of {self.given.rounds}")
            self.number = number
            self._round(self.models)
        yield from figure_rows(self.source, self.rounds)
        if self.models:
            yield from ratio_rows(self.source, self.rounds, self.models[0])
        for name, why in self.missing.items():
            yield missing_row(self.source, name, why)
        if self.given.growth:
            yield from self._growth()

    def _prepare(self) -> None:
        for name in self.given.model:
            if absent := missing(name):
                self.missing[name] = f"not installed: {', '.join(absent)} (pip install 'tagonomy[bench]')"
                say(f"{name}: {self.missing[name]}")
                continue
            place = self.folder / _folder(name)
            place.mkdir()
            try:
                made = run_step("prepare", name, place, self.sample_file, self.given.model_file)
            except WorkerError as error:
                self.missing[name] = str(error)
                say(f"{name}: {error}")
                continue
            self.sizes[name] = made["model_mb"]
            say(f"{name}: prepared in {made['prepare_s']:.1f} s")

    def _round(self, models: Sequence[str]) -> None:
        article = self.folder / "article.txt"
        article.write_text(_typical(self.sample).whole, encoding="utf-8")
        for processes in dict.fromkeys((1, min(self.given.cores, len(self.sample)))):
            self._take_turns([name for name in models if name in self.sizes], processes)
        for number in range(_STARTS):
            for name in models if number % 2 == 0 else models[::-1]:
                if not number or not self._starts_slowly(name):
                    self._attempt(name, self._load)
                    self._attempt(name, self._cold_model)
            if not missing("sklearn"):
                self._cold(IMPORT_SKLEARN, [sys.executable, "-c", IMPORT_SKLEARN])
        for name in models:
            self._attempt(name, self._train)

    def _take_turns(self, models: Sequence[str], processes: int) -> None:
        """Let all models tag in turns, each in processes of its own that wait meanwhile."""
        with ExitStack() as stack:
            teams: dict[str, Team] = {}

            def enter(name: str) -> None:
                team = Team(name, self.folder / _folder(name), self.sample_file, processes)
                teams[name] = stack.enter_context(team)

            for name in models:
                self._attempt(name, enter)
            steps = [partial(self._batch, teams)]
            if processes == 1:
                steps.append(partial(self._single, teams))
            began = time.perf_counter()
            for turn in range(_MOST_TURNS):
                if turn >= _LEAST_TURNS and time.perf_counter() - began > _ENOUGH_SECONDS * len(teams):
                    break
                for step in steps:
                    for name in models if turn % 2 == 0 else models[::-1]:
                        self._attempt(name, step)
            if processes == 1:
                for name in models:
                    self._attempt(name, partial(self._finish, teams))

    def _batch(self, teams: Mapping[str, Team], name: str) -> None:
        answers = teams[name].turn(f"batch {_SPELL_SECONDS}")
        if len(answers) == 1:
            self._note(name, rates(answers[0], len(self.sample), self.megabytes))
        else:
            rate = sum(each["articles"] / each["batch_s"] for each in answers)
            self._note(name, {"batch_articles_per_s_all_cores": rate})

    def _single(self, teams: Mapping[str, Team], name: str) -> None:
        teams[name].turn(f"single {self.given.singles}")

    def _finish(self, teams: Mapping[str, Team], name: str) -> None:
        latencies = teams[name].finish()[0]
        memory = {"peak_mb": teams[name].ready["peak_mb"], "model_mb": self.sizes[name]}
        self._note(name, latencies | memory)

    def _load(self, name: str) -> None:
        self._note(name, run_step("load", name, self.folder / _folder(name)))

    def _starts_slowly(self, name: str) -> bool:
        return name in self.sizes and self.rounds[name]["load_cpu_s"][-1] >= _SLOW_START

    def _cold_model(self, name: str) -> None:
        self._cold(name, cold_command(name, self.folder / _folder(name), self.folder / "article.txt"))

    def _train(self, name: str) -> None:
        if self.given.train and isinstance(contender(name), Learner):
            self._note(name, run_step("train", name, self.sample_file))

    def _attempt(self, name: str, step: Callable[[str], None]) -> None:
        """Carry out a step, unless the model is out; a failure takes it out."""
        if name not in self.sizes:
            return
        try:
            step(name)
        except WorkerError as error:
            # What fails in one round can't be compared by rounds.
            say(f"{name}: {error}")
            self.missing[name] = str(error)
            del self.sizes[name]
            self.rounds.pop(name, None)

    def _cold(self, name: str, command: Sequence[str]) -> None:
        took = run_cold(command)
        self._note(name, {"cold_start_s": took.wall, "cold_start_cpu_s": took.cpu})

    def _note(self, name: str, figures: dict[str, float]) -> None:
        """Keep the figures of a turn, where no better turn of this round has been."""
        for metric, value in figures.items():
            rounds = self.rounds[name][metric]
            if len(rounds) <= self.number:
                rounds.append(value)
            rounds[-1] = better(metric, rounds[-1], value)

    def _growth(self) -> Iterator[Row]:
        for axis in AXES:
            for name in self.models:
                say(f"growth of {axis}: {name}")
                curve = {}
                for factor in _GROWTH_FACTORS:
                    size = Size().grown(axis, factor)
                    with tempfile.TemporaryDirectory() as folder:
                        step = json.dumps(asdict(size)), self.given.seed, self.given.rounds
                        curve[getattr(size, axis)] = run_step("grow", name, folder, *step)["batch_cpu_s"]
                yield growth_row(self.source, name, axis, curve)

    def check_all(self) -> bool:
        """Tag every article of the whole set with the first model; tell whether none failed."""
        name = self.given.model[0]
        say(f"{name}: every article of {self.data}")
        found = run_step("check", name, self.folder / _folder(name), self.everything_file)
        print(
            f"{self.data}: {found['tagged']:,} of {found['articles']:,} articles tagged, "
            f"{found['empty']:,} without a tag, {sum(found['failures'].values()):,} failed"
        )
        for failure, times in found["failures"].items():
            print(f"  {times} times {failure}")
        return not found["failures"]


def _folder(name: str) -> str:
    """Return a folder's name for a model, which may be known by a path."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name)


def _typical(documents: Sequence[Document]) -> Document:
    """Return the article of median length."""
    return sorted(documents, key=lambda document: len(document.whole))[len(documents) // 2]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit code."""
    given = arguments(argv)
    sound = True
    for data in given.data:
        with tempfile.TemporaryDirectory() as folder:
            try:
                run = Run(given, data, Path(folder))
                rows = list(run.rows())
                print_tables(rows)
                if given.json:
                    write_rows(given.json, rows, append=True)
                sound &= not given.check_all or run.check_all()
            except (OSError, ValueError, Unavailable, WorkerError) as error:
                say(f"throughput: {error}")
                return 3
    return 0 if sound else 1
