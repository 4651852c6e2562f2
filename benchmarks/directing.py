"""Starts the fresh processes that are measured, and reads what they say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from benchmarks.contenders import interpreter
from benchmarks.measuring import Elapsed
from benchmarks.rows import ROOT

# One process, one core: what a library spreads over threads by itself would be no figure of one core.
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
)

_WORKER = ("-m", "benchmarks.worker")


class WorkerError(RuntimeError):
    """A process under measurement failed; the message ends with what it said last."""


def _environment() -> dict[str, str]:
    """Return the environment of what is measured.

    Packages that are installed have their modules compiled, ours in a checkout only if Python may write them.
    """
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, **_ONE_THREAD}


def run_step(step: str, *arguments: object) -> dict[str, Any]:
    """Run one step of :mod:`benchmarks.worker` in a fresh process and return its answer.

    Raises
    ------
    WorkerError
        If the process fails.
    """
    # What a contender's own interpreter is, its folder tells, if the step has one.
    python = interpreter(Path(str(arguments[1]))) if len(arguments) > 1 else sys.executable
    command = [python, *_WORKER, step, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True)
    return _answer(step, arguments, done.returncode, done.stdout, done.stderr)


def _answer(step: str, arguments: Sequence[object], code: int, said: str, complained: str) -> dict[str, Any]:
    if code:
        raise WorkerError(_failure(step, arguments[0], code, complained))
    answer: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return answer


def _failure(step: str, name: object, code: int, complained: str) -> str:
    last = complained.strip().splitlines()[-1:] or ["no message"]
    return f"{step} of {name} failed with exit code {code}: {last[0]}"


class Team:
    """The processes of one model, which have loaded it and wait for their turns.

    Parameters
    ----------
    name : str
        The model.
    folder, documents : Path
        What :func:`~benchmarks.worker.prepare` wrote, and the articles.
    processes : int, default 1
        How many share the articles.

    Attributes
    ----------
    ready : dict
        What the first process said when it was ready.

    Raises
    ------
    WorkerError
        If a process fails: on entering, in a turn, or at the end.
    """

    def __init__(self, name: str, folder: Path, documents: Path, processes: int = 1) -> None:
        self._name = name
        self._command = [interpreter(folder), *_WORKER, "serve", name, str(folder), str(documents)]
        self._processes = processes

    def __enter__(self) -> Team:
        self._workers = [self._start(number) for number in range(self._processes)]
        try:
            self.ready = self._answers()[0]
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self, number: int) -> tuple[subprocess.Popen[str], IO[str]]:
        # A file, since a pipe that nobody reads stops who writes much.
        complaints = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        process = subprocess.Popen(
            [*self._command, str(number), str(self._processes)],
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        )
        return process, complaints

    def turn(self, order: str) -> list[dict[str, Any]]:
        """Let all processes carry out an order at once, and return what each says of it."""
        for process, _ in self._workers:
            assert process.stdin is not None
            # Who has died can't be told anything; that it did is seen when it should answer.
            with suppress(BrokenPipeError):
                process.stdin.write(f"{order}\n")
                process.stdin.flush()
        return self._answers()

    def finish(self) -> list[dict[str, Any]]:
        """Send all home, and return their last words."""
        for process, _ in self._workers:
            assert process.stdin is not None
            process.stdin.close()
        return self._answers()

    def _answers(self) -> list[dict[str, Any]]:
        answers = []
        for process, complaints in self._workers:
            assert process.stdout is not None
            said = process.stdout.readline()
            if not said:
                code = process.wait()
                complaints.seek(0)
                raise WorkerError(_failure("serve", self._name, code, complaints.read()))
            answers.append(json.loads(said))
        return answers

    def __exit__(self, *_: object) -> None:
        for process, complaints in self._workers:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):
                        pipe.close()
            complaints.close()


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
