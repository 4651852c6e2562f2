"""What the README shows is what happens: its commands by number, and its example with true output.

``readme.py command N`` prints the N-th shell command, ``readme.py write`` runs the Python example
and writes what it prints below it, ``readme.py check`` fails where that would change the file.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
_COMMAND = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXAMPLE = re.compile(
    r"^```python\n(?P<code>.*?)^```\n\n```text\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL
)


def commands(readme: str) -> list[str]:
    """Return the shell commands of the README, in order."""
    return [block.strip() for block in _COMMAND.findall(readme)]


def with_true_output(readme: str) -> str:
    """Return the README with what its Python example prints, run from the checkout."""

    def rewritten(match: re.Match[str]) -> str:
        run = subprocess.run(
            [sys.executable, "-c", match["code"]], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
        )
        if run.returncode:
            raise SystemExit(f"the README's example fails:\n{run.stderr}")
        return f"```python\n{match['code']}```\n\n```text\n{run.stdout}```"

    rewritten_readme, count = _EXAMPLE.subn(rewritten, readme)
    if count != 1:
        raise SystemExit(f"expected one Python example followed by its output in the README, found {count}")
    return rewritten_readme


def main(arguments: list[str]) -> int:
    """Run one of the three actions; return the exit code."""
    readme = README.read_text(encoding="utf-8")
    match arguments:
        case ["command", number]:
            print(commands(readme)[int(number) - 1])
        case ["write"]:
            README.write_text(with_true_output(readme), encoding="utf-8")
        case ["check"]:
            if with_true_output(readme) != readme:
                print(
                    "README.md: the output of the example is not what it prints: run make readme",
                    file=sys.stderr,
                )
                return 1
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
