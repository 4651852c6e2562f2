"""The command line: the only part that prints, exits and reads arguments."""

from tagonomy.cli.commands import app, main

__all__ = ["app", "main"]
