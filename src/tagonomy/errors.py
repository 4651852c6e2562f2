"""The error tree: one root, and each error also is the builtin that callers know.

TagonomyError
├── ConfigError (ValueError)
├── TaxonomyError (ValueError)
├── RuleError (ValueError)
├── UnknownConceptError (LookupError)
├── CorpusError (ValueError)
├── LimitError (ValueError)
└── ModelError
    ├── UnknownModelError (LookupError)
    ├── ModelFormatError
    ├── ModelIntegrityError
    └── TaxonomyMismatchError

Every message says what was found, what was expected, where, and the way out.
A wrong argument *type* is a plain :class:`TypeError`, as everywhere in Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import partial
from typing import Any, Self


class TagonomyError(Exception):
    """Root of all errors that this library raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        # The default calls the class with the message alone, which errors with named parts don't accept.
        return partial(_rebuild, type(self)), (self.args, self.__dict__)


def _rebuild(cls: type[TagonomyError], args: tuple[Any, ...], state: dict[str, Any]) -> TagonomyError:
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error


class ConfigError(TagonomyError, ValueError):
    """A setting has a value that is not allowed."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field, self.value, self.allowed = field, value, allowed
        super().__init__(f"{field}={value!r} is not allowed: expected {allowed}")


class Problem(str):
    """One finding about a taxonomy: where it stands and what is wrong."""

    __slots__ = ("file", "line")
    file: str
    line: int

    def __new__(cls, message: str, file: str = "", line: int = 0) -> Self:
        """Put the place before the message."""
        where = f"{file}:{line}: " if line else f"{file}: " if file else ""
        self = super().__new__(cls, where + message)
        self.file, self.line = file, line
        return self

    def __getnewargs__(self) -> tuple[str]:
        return (str(self),)


class TaxonomyError(TagonomyError, ValueError):
    """A taxonomy breaks its rules; ``problems`` lists every finding, not only the first."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        shown = "\n".join(f"  {problem}" for problem in self.problems[:20])
        more = f"\n  and {len(self.problems) - 20} more" if len(self.problems) > 20 else ""
        count = f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''}"
        super().__init__(f"the taxonomy has {count}:\n{shown}{more}")


class RuleError(TagonomyError, ValueError):
    """A rule can't be read; ``column`` counts from 1."""

    def __init__(self, rule: str, column: int, expected: str) -> None:
        self.rule, self.column, self.expected = rule, column, expected
        start = max(0, column - 60)
        excerpt = rule[start : column + 40]
        pointer = " " * (column - 1 - start) + "^"
        super().__init__(f"column {column}: expected {expected}\n  {excerpt}\n  {pointer}")


class UnknownConceptError(TagonomyError, LookupError):
    """No concept has this id or label; the message names the closest ones."""

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        self.name = name
        self.close = tuple(get_close_matches(name, list(known), n=3, cutoff=0.6))
        super().__init__(f"no concept {name!r} in this taxonomy{_did_you_mean(self.close)}")


class CorpusError(TagonomyError, ValueError):
    """A corpus can't be read; says the file, the line (from 1) and the byte offset where known."""

    def __init__(
        self, problem: str, *, file: str = "", line: int | None = None, byte_offset: int | None = None
    ) -> None:
        self.problem, self.file, self.line, self.byte_offset = problem, file, line, byte_offset
        where = file
        if line is not None:
            where += f":{line}" if file else f"line {line}"
        if byte_offset is not None:
            where += f" (byte {byte_offset:,})"
        super().__init__(f"{where}: {problem}" if where else problem)


class LimitError(TagonomyError, ValueError):
    """An input is larger than a limit of :class:`~tagonomy.config.Limits` allows."""

    def __init__(self, limit: str, value: int, allowed: int) -> None:
        self.limit, self.value, self.allowed = limit, value, allowed
        super().__init__(
            f"{limit}: found {value:,}, the limit is {allowed:,}; "
            f"raise it with Limits({limit}=...) if you trust the input"
        )


class ModelError(TagonomyError):
    """Root of what can go wrong with a model."""


class UnknownModelError(ModelError, LookupError):
    """No model of this name is installed and no file of this path exists."""

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        self.name, self.known = name, tuple(known)
        close = tuple(get_close_matches(name, self.known, n=3, cutoff=0.4))
        listing = f"; installed models: {', '.join(self.known) or 'none'}"
        super().__init__(
            f"no model {name!r}{_did_you_mean(close)}{listing}; or give the path of a model file"
        )


class ModelFormatError(ModelError):
    """A file is no Tagonomy model, or one of a format that this version can't read."""


class ModelIntegrityError(ModelError):
    """A model file is damaged: its bytes are not those that were saved."""


class TaxonomyMismatchError(ModelError):
    """A model was trained on another taxonomy than the one given."""

    def __init__(self, added: Sequence[str], removed: Sequence[str]) -> None:
        self.added, self.removed = tuple(added), tuple(removed)
        super().__init__(
            "the model was trained on another taxonomy: "
            f"{len(added)} concepts are new ({_some(added)}), {len(removed)} are gone ({_some(removed)}); "
            "train again, or pass the taxonomy that the model came with"
        )


def _did_you_mean(close: Sequence[str]) -> str:
    return f"; did you mean {' or '.join(repr(name) for name in close)}?" if close else ""


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids[:5]) + (", ..." if len(ids) > 5 else "") if ids else "none"
