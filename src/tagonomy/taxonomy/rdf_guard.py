"""What an RDF file may not do: declare a DTD or entities, fetch anything, nest or expand without end.

The parser behind never opens a connection; these checks refuse such files with a reason, before it runs.
"""

from __future__ import annotations

from typing import NoReturn
from xml.parsers import expat

import msgspec

from tagonomy.config import Limits
from tagonomy.errors import LimitError, Problem, TaxonomyError

#: Deepest nesting of XML elements or JSON values.
MAX_DEPTH = 256
#: How many times the size of a file its terms may take, beyond what the limit allows: a prefix may be
#: short and stand for a long name.
EXPANSION_FACTOR = 16


def guard(content: bytes, syntax: str, name: str, limits: Limits | None = None) -> None:
    """Refuse an RDF file that could do more than state facts.

    Parameters
    ----------
    content : bytes
        The file.
    syntax : str
        ``turtle``, ``xml`` or ``json-ld``.
    name : str
        Name of the file, for the problem.
    limits : Limits, optional
        ``rdf_bytes`` bounds the file.

    Raises
    ------
    TaxonomyError
        If it has a document type, entities or a remote context, or is not UTF-8.
    LimitError
        If it is too large.
    """
    limits = limits or Limits()
    if len(content) > limits.rdf_bytes:
        raise LimitError("rdf_bytes", len(content), limits.rdf_bytes)
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TaxonomyError([Problem(f"no UTF-8: {error}", name)]) from error
    if syntax == "xml":
        _guard_xml(content, name)
    elif syntax == "json-ld":
        _guard_json(content, name)


def _guard_xml(content: bytes, name: str) -> None:
    parser = expat.ParserCreate("UTF-8")
    depth = 0

    def refuse(what: str) -> NoReturn:
        raise TaxonomyError([Problem(what, name, parser.CurrentLineNumber)])

    def doctype(*_: object) -> None:
        refuse("has a document type (DOCTYPE): entities are not read; resolve them first, or use Turtle")

    def start(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            refuse(f"elements lie more than {MAX_DEPTH} deep")

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise TaxonomyError([Problem(f"no XML: {error}", name, error.lineno)]) from error


def _guard_json(content: bytes, name: str) -> None:
    try:
        # A tree that is too deep for the decoder is too deep.
        values: list[object] = [msgspec.json.decode(content)]
    except (msgspec.DecodeError, RecursionError) as error:
        raise TaxonomyError([Problem(f"no JSON: {error}", name)]) from error
    while values:
        value = values.pop()
        if isinstance(value, dict):
            for key in ("@context", "@import"):
                remote = _remote(value.get(key))
                if remote:
                    what = f"{key} {remote!r} lies elsewhere: nothing is fetched; put it into the file"
                    raise TaxonomyError([Problem(what, name)])
            values.extend(each for each in value.values() if isinstance(each, dict | list))
        elif isinstance(value, list):
            values.extend(value)


def _remote(context: object) -> str:
    """Return the address of a context, or an empty string where it is given in place."""
    if isinstance(context, list):
        return next(filter(None, map(_remote, context)), "")
    return context if isinstance(context, str) else ""


class Expansion:
    """Counts the characters of terms as they are read, and stops a file that makes far more of them."""

    def __init__(self, size: int, limits: Limits) -> None:
        self.allowed = limits.rdf_expansion + EXPANSION_FACTOR * size
        self.used = 0

    def add(self, *terms: str) -> None:
        """Count terms; raise :class:`LimitError` beyond the bound."""
        self.used += sum(map(len, terms))
        if self.used > self.allowed:
            raise LimitError("rdf_expansion", self.used, self.allowed)
