"""What a page shows of the command line is what happens: its ``console`` blocks, run in order in one folder.

``session.py PAGE --data FOLDER`` runs the commands of a page, and writes what they print below each. The
folder's files are at hand where they run.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[str]:
    """Return the commands of a page, in order."""
    return [line[2:] for block in _BLOCK.findall(page) for line in block.splitlines() if line[:2] == "$ "]


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a reader would, with this Python and its tagonomy; errors stand in its output."""
    programs = folder / ".programs"
    programs.mkdir(exist_ok=True)
    for name, start in (("python", ""), ("tagonomy", "-c 'from tagonomy.cli import main; main()'")):
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {start} "$@"\n')
        (programs / name).chmod(0o755)
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def with_true_output(page: str, folder: Path) -> str:
    """Return a page with what its commands print in a folder."""

    def lines(block: str) -> Iterator[str]:
        for command in commands(f"```console\n{block}```"):
            done = run(command, folder)
            if done.returncode:
                raise SystemExit(f"$ {command}\n{done.stdout}exit code {done.returncode}")
            yield f"$ {command}\n{done.stdout}"

    return _BLOCK.sub(lambda match: f"```console\n{''.join(lines(match[1]))}```", page)


def main() -> int:
    """Write the true output into a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="folder of the files that the commands read")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for file in options.data.resolve().iterdir():
            (Path(name) / file.name).symlink_to(file)
        page = options.page.read_text(encoding="utf-8")
        options.page.write_text(with_true_output(page, Path(name)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
