"""What tables add to the concepts of any composer: names, what is named with them, rules, seed words."""

from __future__ import annotations

from common import WRITTEN, Row, drop_name, labels, plain, read_table, split, unique
from events_rules import in_the_body
from organizations_names import Names
from tagonomy.taxonomy import label_key


def add_names(rows: dict[str, Row]) -> None:
    """Give concepts the names of ``names.tsv``, in place, with the marks that those of organizations have.

    They are how articles write them, and what sites call their tags. A name with ``!`` is taken from others.
    """
    alone: dict[str, str] = {}
    for line in read_table(WRITTEN / "names.tsv"):
        row, names = known(rows, line["id"], "names.tsv"), Names()
        name = names.add(line["name"].removesuffix("!"))
        if line["name"].endswith("!"):
            alone[label_key(name)] = line["id"]
        given = {row["label"], *row["alt_labels"]}
        row["alt_labels"] = unique([*row["alt_labels"], *({name} - given)])
        row["hidden_labels"] = unique([*row["hidden_labels"], *({plain(name)} - {name} - given)])
        shown = {name, plain(name)}
        row["needs_context"] = unique([*row["needs_context"], *sorted(shown if names.context else ())])
        row["case_sensitive"] = unique([*row["case_sensitive"], *sorted(shown if names.cased else ())])
    for id, row in rows.items():
        for name in labels(row)[1:]:
            if alone.get(label_key(name), id) != id:
                drop_name(row, name)


def add_related(rows: dict[str, Row]) -> None:
    """Relate concepts to what ``related.tsv`` has for them, in place: it tells them from their namesakes."""
    for line in read_table(WRITTEN / "related.tsv"):
        row = known(rows, line["id"], "related.tsv")
        row["related"] = unique([*row["related"], *split(line["related"])])


def add_day_rules(rows: dict[str, Row]) -> None:
    """Give events the rules of ``events_day_rules.tsv``, in place, and what these ask of longer reports."""
    for line in read_table(WRITTEN / "events_day_rules.tsv"):
        row = known(rows, line["id"], "events_day_rules.tsv")
        row["rules"] = unique([*row["rules"], line["rule"], *in_the_body(line["rule"])])


def add_seed_words(rows: dict[str, Row]) -> None:
    """Give concepts the words of the tables ``seed_words_*.tsv``, in place."""
    for path in sorted(WRITTEN.glob("seed_words_*.tsv")):
        for line in read_table(path):
            known(rows, line["id"], path.name)["seed_words"] = unique(line["words"].split())


def known(rows: dict[str, Row], id: str, table: str) -> Row:
    """Return a concept that a table speaks of."""
    if id not in rows:
        raise ValueError(f"{table}: {id} is no concept")
    return rows[id]
