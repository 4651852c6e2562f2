"""Training that is stopped, at whatever moment, and goes on: the same bytes as if it had not been."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Result
from hypothesis import given, settings
from hypothesis import strategies as st

from tagonomy import Article, TaggerConfig, train
from tagonomy.errors import ConfigError
from tagonomy.training import one_vs_rest
from tagonomy.training.checkpoint import remove_checkpoint

SRC = Path(__file__).resolve().parent.parent / "src"
TAGS = 20
#: Twenty tags: blocks of eight with the kernel, one block without, unless a test makes them small.
CORPUS = [
    Article(f"word{tag} word{tag} common{other} text", tags=(f"tag {tag:02}",))
    for tag in range(TAGS)
    for other in range(4)
]
CONFIG = TaggerConfig(min_articles=2, folds=2)

# Trains with blocks of one tag, and kills itself once so many are fitted.
PROGRAM = """
import os, signal, sys
from tagonomy.training import one_vs_rest
one_vs_rest._labels_at_once = lambda folds: 1
sys.argv[1:], (stop, how) = sys.argv[3:], sys.argv[1:3]
fit, fitted = one_vs_rest._fit_labels, []
def counted(*arguments):
    if len(fitted) == int(stop):
        os.kill(os.getpid(), getattr(signal, how))
    fitted.append(1)
    return fit(*arguments)
one_vs_rest._fit_labels = counted
from tagonomy.cli import main
main()
"""


@pytest.fixture(autouse=True)
def blocks_of_one_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_vs_rest, "_labels_at_once", lambda folds: 1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The seal of a training that nobody stopped."""
    return train(CORPUS, config=CONFIG).save(tmp_path_factory.mktemp("whole") / "model")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.jsonl"
    rows = [{"text": article.text, "tags": article.tags} for article in CORPUS * 3]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


# The same, but it dies, or its disk is full, at a call that touches the disk.
DISK = (
    PROGRAM.partition("fit, fitted")[0]
    + """
import errno, pathlib
calls = []
def touched(real):
    def call(*arguments, **named):
        calls.append(1)
        if len(calls) == int(stop):
            if how == "FULL":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.kill(os.getpid(), getattr(signal, how))
        return real(*arguments, **named)
    return call
os.fsync, pathlib.Path.replace = touched(os.fsync), touched(pathlib.Path.replace)
from tagonomy.cli import main
main()
"""
)


class Stopped(Exception):
    """The power went out."""


def stopped_at(number: int, folder: Path, config: TaggerConfig = CONFIG) -> None:
    def progress(done: int, total: int) -> None:
        assert done <= total == TAGS
        if done >= number:
            raise Stopped

    with pytest.raises(Stopped):
        train(CORPUS, config=config, checkpoint=folder, progress=progress)


class TestResuming:
    @given(
        stops=st.lists(st.integers(1, TAGS), max_size=3),
        damaged=st.lists(st.integers(0, TAGS - 1), max_size=3),
        jobs=st.sampled_from([1, 2]),
    )
    @settings(max_examples=15)
    def test_stopped_anywhere_the_model_is_the_same(
        self,
        stops: list[int],
        damaged: list[int],
        jobs: int,
        whole: str,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> None:
        folder = tmp_path_factory.mktemp("checkpoint")
        config = TaggerConfig(min_articles=2, folds=2, n_jobs=jobs)
        for stop in stops:
            stopped_at(stop, folder, config)
        files = sorted(folder.glob("block-*"))
        for number in damaged:
            if number < len(files):
                files[number].write_bytes(files[number].read_bytes()[:-1])
        assert train(CORPUS, config=config, checkpoint=folder).save(folder / "model") == whole

    def test_what_is_done_is_not_done_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        stopped_at(12, tmp_path)
        fitted = []
        fit = one_vs_rest._fit_labels
        monkeypatch.setattr(one_vs_rest, "_fit_labels", lambda *a: fitted.append(a[1]) or fit(*a))
        seen: list[tuple[int, int]] = []
        train(CORPUS, config=CONFIG, checkpoint=tmp_path, progress=lambda *done: seen.append(done))
        assert len(fitted) == TAGS - 12
        assert seen == [(done, TAGS) for done in range(12, TAGS + 1)]

    @pytest.mark.parametrize(
        ("corpus", "config", "what"),
        [
            ([*CORPUS[:-1], Article("word19 other", tags=("tag 19",))], CONFIG, "articles or tags"),
            ([*CORPUS[:-1], Article(CORPUS[-1].text, tags=("tag 18",))], CONFIG, "articles or tags"),
            (CORPUS, TaggerConfig(min_articles=2, folds=2, C=0.5), "settings"),
        ],
    )
    def test_a_checkpoint_of_another_training_is_refused(
        self, tmp_path: Path, corpus: list[Article], config: TaggerConfig, what: str
    ) -> None:
        stopped_at(3, tmp_path)
        before = {path: path.read_bytes() for path in tmp_path.iterdir()}
        with pytest.raises(ConfigError, match=f"of other {what}: train with those, or anew"):
            train(corpus, config=config, checkpoint=tmp_path)
        assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before

    def test_so_is_one_of_another_version(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        stopped_at(3, tmp_path)
        monkeypatch.setattr("tagonomy.training.checkpoint.__version__", "9.9")
        with pytest.raises(ConfigError, match="of other version of tagonomy"):
            train(CORPUS, config=CONFIG, checkpoint=tmp_path)

    def test_removing_it_leaves_what_is_not_of_it(self, tmp_path: Path) -> None:
        assert not remove_checkpoint(tmp_path / "none")
        stopped_at(3, tmp_path / "checkpoint")
        (tmp_path / "checkpoint" / ".block-000009.safetensors.xy").write_bytes(b"half")
        (tmp_path / "checkpoint" / "mine.txt").write_text("mine")
        assert remove_checkpoint(tmp_path / "checkpoint")
        assert [path.name for path in (tmp_path / "checkpoint").iterdir()] == ["mine.txt"]


class TestCommand:
    def stopping(
        self, stop: int, how: str, *arguments: object, code: int, program: str = PROGRAM
    ) -> subprocess.CompletedProcess[str]:
        """Run the command line in a process that kills itself after ``stop`` fitted tags."""
        done = subprocess.run(
            [sys.executable, "-c", program, str(stop), how, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(SRC)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stderr
        return done

    @pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
    @pytest.mark.parametrize("jobs", [1, 2])
    def test_killed_and_resumed_the_model_is_the_same_and_the_old_one_stays_until_then(
        self, run: Callable[..., Result], corpus: Path, tmp_path: Path, jobs: int
    ) -> None:
        model, other = tmp_path / "model.safetensors", tmp_path / "other.safetensors"
        assert run("train", corpus, "--out", other, "--name", "model").code == 0
        model.write_bytes(b"the old one")
        command = ("train", corpus, "--out", model, "--jobs", jobs, "--resume")
        for stop in (0, 1, 7, 5, 3):
            self.stopping(stop, "SIGKILL", *command, code=-signal.SIGKILL)
            assert model.read_bytes() == b"the old one"
        if jobs == 1:  # several threads may fit blocks faster than they are saved
            assert len(list(tmp_path.glob("model.safetensors.checkpoint/block-*"))) == 16
        finished = run(*command)
        assert finished.code == 0 and "20 of 20 tags learned" in finished.err
        assert model.read_bytes() == other.read_bytes()
        assert {path.name for path in tmp_path.iterdir()} == {
            *("corpus.jsonl", "model.safetensors", "other.safetensors")
        }

    @pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
    @pytest.mark.parametrize(("how", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
    def test_who_stops_it_is_told_how_to_go_on(
        self, run: Callable[..., Result], corpus: Path, tmp_path: Path, how: str, code: int
    ) -> None:
        command = ("train", corpus, "--out", tmp_path / "model")
        stopped = self.stopping(4, how, *command, code=code)
        assert "with --resume goes on from there" in stopped.stderr
        assert "Traceback" not in stopped.stderr and stopped.stdout == ""
        assert not (tmp_path / "model").exists()
        resumed = run(*command, "--resume")
        assert resumed.code == 0 and not (tmp_path / "model.checkpoint").exists()

    @pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
    @pytest.mark.parametrize(("how", "code"), [("SIGKILL", -9), ("FULL", 3)])
    def test_at_no_call_that_touches_the_disk_is_anything_lost(
        self, run: Callable[..., Result], corpus: Path, tmp_path: Path, how: str, code: int
    ) -> None:
        model, other = tmp_path / "model.safetensors", tmp_path / "other.safetensors"
        assert run("train", corpus, "--out", other, "--name", "model").code == 0
        model.write_bytes(b"the old one")
        command = ("train", corpus, "--out", model, "--resume")
        blocks = 0
        for stop in (1, 2, 3, 4, 5, 26):  # each file is two calls: its bytes, then its name
            failed = self.stopping(stop, how, *command, code=code, program=DISK)
            assert how != "FULL" or ("No space left" in failed.stderr and "--resume" in failed.stderr)
            assert model.read_bytes() == b"the old one"
            before, blocks = blocks, len(list(tmp_path.glob("model.safetensors.checkpoint/block-*")))
            assert blocks >= before
        assert blocks >= 8
        assert run(*command).code == 0
        assert model.read_bytes() == other.read_bytes()

    def test_without_resume_it_begins_anew(
        self, run: Callable[..., Result], corpus: Path, tmp_path: Path
    ) -> None:
        command = ("train", corpus, "--out", tmp_path / "model")
        self.stopping(4, "SIGKILL", *command, code=-signal.SIGKILL)
        assert run(*command, "--set", "C=0").code == 2  # wrong use costs nothing
        assert (tmp_path / "model.checkpoint").is_dir()
        again = run(*command)
        assert again.code == 0 and "training anew" in again.err

    def test_resuming_another_training_is_wrong_use(
        self, run: Callable[..., Result], corpus: Path, tmp_path: Path
    ) -> None:
        command = ("train", corpus, "--out", tmp_path / "model")
        self.stopping(4, "SIGKILL", *command, code=-signal.SIGKILL)
        other = run(*command, "--resume", "--seed", 1)
        assert other.code == 2 and "of other settings" in other.err
