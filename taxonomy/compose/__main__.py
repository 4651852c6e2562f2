"""Compose the shipped taxonomy: ``python taxonomy/compose --sources DIR --data DIR``.

``DIR`` of the sources is the unpacked archive of raw facts that ``taxonomy/SOURCES.md``
lists; the other holds the labelled corpora.  The same input gives the same files.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import countries
import events
import organizations
import people
import relations
import topics
from additions import add_day_rules, add_names, add_related, add_seed_words
from common import Row, write_jsonl
from matches import add_matches
from tagonomy.errors import TaxonomyError
from tagonomy.taxonomy import read_taxonomy
from tidy import tidy

FOLDER = Path(__file__).resolve().parents[1]
COMPOSERS = (countries, people, organizations, events, topics, relations)


def main() -> int:
    """Run every composer, tie up their links, write one file a facet, and check the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, required=True, help="unpacked folder of raw facts")
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled corpora")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write to")
    options = parser.parse_args()
    rows: dict[str, Row] = {}
    for composer in COMPOSERS:
        for row in composer.compose(options.sources, options.data):
            if row["id"] in rows:
                raise SystemExit(f"{composer.__name__}: {row['id']} stands twice")
            rows[row["id"]] = row
    add_names(rows)
    add_related(rows)
    add_day_rules(rows)
    add_seed_words(rows)
    add_matches(rows, options.sources, options.data)
    dangling = tidy(rows)
    if dangling:
        shown = ", ".join(f"{id} ({count})" for id, count in dangling.most_common(20))
        raise SystemExit(f"{sum(dangling.values())} links to {len(dangling)} missing concepts: {shown}")
    for facet in sorted({id.partition(":")[0] for id in rows}):
        count = write_jsonl(
            options.out / f"{facet}.jsonl", (row for id, row in rows.items() if id.startswith(f"{facet}:"))
        )
        print(f"{facet:<14} {count:>7,}")
    try:
        read_taxonomy(options.out)
    except TaxonomyError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
