"""``tagonomy bench``: run the benchmarks of the checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Measure accuracy and throughput, of this and of other models.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

# What a benchmark takes, it says itself: `--help` goes on to it like every other option.
_PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
Arguments = Annotated[
    list[str] | None, typer.Argument(help="Options of the benchmark; --help lists them.", metavar="[OPTIONS]")
]


@app.command(context_settings=_PASSED_ON)
def accuracy(options: Arguments = None) -> None:
    """Measure how well models tag."""
    _run("accuracy", options or [])


@app.command(context_settings=_PASSED_ON)
def throughput(options: Arguments = None) -> None:
    """Measure how fast and how large models are."""
    _run("throughput", options or [])


def _run(name: str, options: list[str]) -> None:
    """Run a script of the checkout in this Python, and end with its exit code."""
    folder = _folder()
    if folder is None:
        print(
            "tagonomy: the benchmarks are no part of the installed package: get the source, install it with "
            "pip install -e '.[bench]', and run this in its folder",
            file=sys.stderr,
        )
        raise typer.Exit(2)
    command = [sys.executable, str(folder / f"{name}.py"), *options]
    raise typer.Exit(subprocess.run(command, check=False).returncode)


def _folder() -> Path | None:
    """Return the benchmarks of the checkout that this module, or else the current folder, is in."""
    for root in (Path(__file__).resolve().parents[3], Path.cwd()):
        if (root / "benchmarks" / "accuracy.py").is_file():
            return root / "benchmarks"
    return None
