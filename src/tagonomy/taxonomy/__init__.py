"""Concepts and the taxonomy that they form; how to read, check, edit and convert one."""

from tagonomy.taxonomy.model import (
    Concept,
    ConceptId,
    Draft,
    Taxonomy,
    check,
    label_key,
    read_lines,
    read_taxonomy,
    write_taxonomy,
)

__all__ = [
    "Concept",
    "ConceptId",
    "Draft",
    "Taxonomy",
    "check",
    "label_key",
    "read_lines",
    "read_taxonomy",
    "write_taxonomy",
]
