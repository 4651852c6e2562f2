"""What holds across facets, once every composer is done: no link into nothing, no two of the same."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from common import WRITTEN, Row, drop_name, labels, read_table, unique
from tagonomy.taxonomy import label_key

LINKS = ("broader", "related", "part_of")


def tidy(rows: dict[str, Row]) -> Counter[str]:
    """Mend the concepts in place; return how often each missing concept was linked to.

    Concepts of one facet that are the same Wikidata item become one, and so do those that a written table
    names, whose ids point on. A label means the concept that bears it, in whatever facet. Of concepts in
    several facets that match the same thing exactly, only the first that is no mere class keeps the match.
    Parents are not also related (S27 of SKOS), and nothing ends before it starts.
    """
    pointers = merge_written(rows)
    merge_twins(rows)
    pointers += merge_bodies(rows)
    settle_shared_labels(rows)
    dangling = drop_dangling_links(rows)
    drop_related_kin(rows)
    keep_matches_apart(rows)
    for row in rows.values():
        if row.get("start") and row.get("end") and year(row["end"]) < year(row["start"]):
            del row["end"]
    rows.update((row["id"], row) for row in pointers)
    return dangling


def year(date: str) -> int:
    """Return the year of a date such as ``-0431-05`` or ``2014-03-18``."""
    sign = -1 if date.startswith("-") else 1
    return sign * int(date.lstrip("-").partition("-")[0])


def merge_twins(rows: dict[str, Row]) -> None:
    """Make one concept of those that are the same item; the one with the higher prior gives its id."""
    first: dict[tuple[str, str], str] = {}
    kept: dict[str, str] = {}
    for id in sorted(rows, key=lambda id: (-rows[id].get("prior", 0), id)):
        row = rows[id]
        items = [match for match in row.get("exact_match", []) if match.startswith("wikidata:")]
        twin = next((first[facet_of(id), item] for item in items if (facet_of(id), item) in first), None)
        if twin is None or row.get("abstract") or id.startswith("topics:"):
            first.update({(facet_of(id), item): id for item in items})
            continue
        absorb(rows[twin], row)
        kept[id] = twin
    for id in kept:
        del rows[id]
    relink(rows, kept)


def absorb(into: Row, row: Row) -> None:
    """Let one concept take over what another that means the same says."""
    theirs = [name for name in (row["label"], *row["alt_labels"]) if "(disambiguation)" not in name]
    names = unique([*into["alt_labels"], *theirs])
    shown = {into["label"], *names}
    into["alt_labels"] = [name for name in names if name != into["label"]]
    into["hidden_labels"] = [
        n for n in unique([*into["hidden_labels"], *row["hidden_labels"]]) if n not in shown
    ]
    # A name that either means without support needs none.
    free = {n for each in (into, row) for n in labels(each) if n not in each["needs_context"]}
    for name in ("case_sensitive", "needs_context", "rules", "seed_words", "source", "exact_match", *LINKS):
        into[name] = unique([*into.get(name, []), *row.get(name, [])])
    into["needs_context"] = [name for name in into["needs_context"] if name not in free]
    for name in ("start", "end"):
        if row.get(name) and not into.get(name):
            into[name] = row[name]
    into["prior"] = max(into.get("prior") or 0, row.get("prior") or 0)


def relink(rows: dict[str, Row], kept: dict[str, str]) -> None:
    """Let links lead to the concepts that others became."""
    for row in rows.values():
        for name in LINKS:
            row[name] = unique(kept.get(id, id) for id in row.get(name, []))


def merge_written(rows: dict[str, Row]) -> list[Row]:
    """Merge the concepts that the table of duplicates names; return what points on for their ids.

    Into a concept of another facet go only the names that none of its facet has, and no place in a hierarchy.
    """
    table = list(read_table(WRITTEN / "merged.tsv"))
    kept = {row["id"]: row["into"] for row in table}
    gone = {row["id"]: rows.pop(row["id"]) for row in table if row["id"] in rows}
    taken = {(facet_of(id), label_key(name)) for id, row in rows.items() for name in labels(row)}
    for row in table:
        id, into = row["id"], row["into"]
        if into not in rows:
            raise ValueError(f"merged.tsv: {id} becomes {into}, which is no concept")
        if id not in gone:
            continue
        if facet_of(id) != facet_of(into):
            for name in labels(gone[id]):
                if (facet_of(into), label_key(name)) in taken:
                    drop_name(gone[id], name)
        absorb(rows[into], gone[id])
    relink(rows, kept)
    # What lay above, or below, in a hierarchy of another facet is related.
    for id, each in rows.items():
        others = [above for above in each["broader"] if facet_of(above) != facet_of(id)]
        each["broader"] = [above for above in each["broader"] if above not in others]
        each["related"] = unique([*each["related"], *others])
    return [{"id": row["id"], "label": row["label"], "replaced_by": row["into"]} for row in table]


def merge_bodies(rows: dict[str, Row]) -> list[Row]:
    """Merge events of the sources that are organizations by name; return what points on for their ids.

    A title such as "Five Star Movement" sounds like the kind of event that a movement is.
    """
    bodies = {
        label_key(row["label"]): row["id"]
        for row in rows.values()
        if facet_of(row["id"]) == "organizations" and not row.get("abstract")
    }
    kept: dict[str, str] = {}
    labels_gone: dict[str, str] = {}
    for id in sorted(rows):
        row = rows[id]
        body = bodies.get(label_key(row["label"].replace(" (disambiguation)", "")))
        written = "tagonomy" in row["source"] or row.get("abstract")
        if facet_of(id) == "events" and body and not written and not re.search(r"\d{4}", row["label"]):
            kept[id], labels_gone[id] = body, row["label"]
    for id in kept:
        del rows[id]
    relink(rows, dict.fromkeys(kept, ""))
    return [{"id": id, "label": labels_gone[id], "replaced_by": body} for id, body in kept.items()]


#: Facets whose concepts are told apart by a name's owner; people and places are told apart by the article.
NAMED_BY_OWNER = ("events", "organizations", "topics")


def settle_shared_labels(rows: dict[str, Row]) -> None:
    """Leave a label with the concept that bears it, where concepts of other facets only go by it, too.

    Of several that bear it as their label, the one most in the news needs no context.
    """
    owners: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows.values():
        if facet_of(row["id"]) in NAMED_BY_OWNER and not row.get("abstract"):
            for key in {label_key(name) for name in labels(row) if name not in row["needs_context"]}:
                owners[key].append(row)
    for key, sharing in sorted(owners.items()):
        bearers = [row for row in sharing if label_key(row["label"]) == key]
        if not bearers or len({facet_of(row["id"]) for row in sharing}) < 2:
            continue
        bearers.sort(key=lambda row: (-(row.get("prior") or 0), row["id"]))
        for row in sharing:
            if facet_of(row["id"]) == facet_of(bearers[0]["id"]):
                continue
            same = [name for name in labels(row) if label_key(name) == key]
            if row in bearers:
                row["needs_context"] = unique([*row["needs_context"], *same])
            else:
                for name in same:
                    drop_name(row, name)


def facet_of(id: str) -> str:
    """Return the facet of a concept id."""
    return id.partition(":")[0]


def drop_dangling_links(rows: dict[str, Row]) -> Counter[str]:
    """Remove links to concepts that no composer made; return how often each was named."""
    dangling: Counter[str] = Counter()
    for row in rows.values():
        for name in LINKS:
            targets = row.get(name, [])
            dangling.update(id for id in targets if id not in rows)
            row[name] = [id for id in targets if id in rows and id != row["id"]]
    return dangling


def drop_related_kin(rows: dict[str, Row]) -> None:
    """Remove related concepts that stand above or below: the hierarchy says so already."""
    above = {id: ancestors(id, rows) for id in rows}
    for id, row in rows.items():
        row["related"] = [
            other for other in row["related"] if other not in above[id] and id not in above[other]
        ]


def ancestors(id: str, rows: dict[str, Row]) -> set[str]:
    """Return everything above a concept."""
    found: set[str] = set()
    stack = list(rows[id]["broader"])
    while stack:
        each = stack.pop()
        if each not in found:
            found.add(each)
            stack.extend(rows[each]["broader"])
    return found


def keep_matches_apart(rows: dict[str, Row]) -> None:
    """Let each exact match stand on one concept alone."""
    owner: dict[str, str] = {}
    for id in sorted(rows, key=lambda id: (bool(rows[id].get("abstract")), id)):
        mine = [match for match in rows[id].get("exact_match", []) if match not in owner]
        owner.update(dict.fromkeys(mine, id))
        rows[id]["exact_match"] = mine
