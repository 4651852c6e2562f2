"""Other names of concepts that any composer made: how articles write them, and what sites call their tags."""

from __future__ import annotations

from common import WRITTEN, Row, plain, read_table, unique
from organizations_names import Names

TABLE = "names.tsv"


def add_names(rows: dict[str, Row]) -> None:
    """Give each concept the names that the table has for it, in place; marks as in those of organizations."""
    for line in read_table(WRITTEN / TABLE):
        if line["id"] not in rows:
            raise ValueError(f"{TABLE}: {line['id']} is no concept")
        row, names = rows[line["id"]], Names()
        name = names.add(line["name"])
        given = {row["label"], *row["alt_labels"]}
        row["alt_labels"] = unique([*row["alt_labels"], *({name} - given)])
        row["hidden_labels"] = unique([*row["hidden_labels"], *({plain(name)} - {name} - given)])
        shown = {name, plain(name)}
        row["needs_context"] = unique([*row["needs_context"], *sorted(shown if names.context else ())])
        row["case_sensitive"] = unique([*row["case_sensitive"], *sorted(shown if names.cased else ())])
