"""Starts the fresh processes that are measured, and reads what they say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.measuring import Elapsed
from benchmarks.rows import ROOT

# One process, one core: what a library spreads over threads by itself would be no figure of one core.
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
)


class WorkerError(RuntimeError):
    """A process under measurement failed; the message ends with what it said last."""


def _environment() -> dict[str, str]:
    return {**os.environ, **_ONE_THREAD}


def run_step(step: str, *arguments: object) -> dict[str, Any]:
    """Run one step of :mod:`benchmarks.worker` in a fresh process and return its answer.

    Raises
    ------
    WorkerError
        If the process fails.
    """
    command = [sys.executable, "-m", "benchmarks.worker", step, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True)
    return _answer(step, arguments, done.returncode, done.stdout, done.stderr)


def _answer(step: str, arguments: Sequence[object], code: int, said: str, complained: str) -> dict[str, Any]:
    if code:
        last = complained.strip().splitlines()[-1:] or ["no message"]
        raise WorkerError(f"{step} of {arguments[0]} failed with exit code {code}: {last[0]}")
    answer: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return answer


def run_shares(name: str, folder: Path, documents: Path, processes: int) -> float:
    """Tag the articles with several processes at once; return how many they do in a second together.

    All load first and start together, so that loading is no part of it.
    """
    command = [sys.executable, "-m", "benchmarks.worker", "share", name, str(folder), str(documents)]
    workers = [
        subprocess.Popen(
            [*command, str(number), str(processes)],
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    try:
        for worker in workers:
            assert worker.stdout is not None
            worker.stdout.readline()  # "ready", or the end of a process that failed: seen below
        for worker in workers:
            if worker.poll() is None and worker.stdin is not None:
                worker.stdin.write("go\n")
                worker.stdin.flush()
        answers = []
        for worker in workers:
            said, complained = worker.communicate()
            answers.append(_answer("share", [name], worker.returncode, said, complained))
    finally:
        for worker in workers:
            if worker.poll() is None:
                worker.kill()
                worker.wait()
    return sum(float(answer["articles_per_s"]) for answer in answers)


def run_cold(command: Sequence[str]) -> Elapsed:
    """Run a command from start to end; return its wall time, and the CPU time of the process.

    Raises
    ------
    WorkerError
        If it fails.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise WorkerError(f"{' '.join(command)} failed with exit code {process.returncode}")
    return Elapsed(wall, usage.ru_utime + usage.ru_stime)
