"""Measures how much of what news is tagged with the taxonomy knows: ``python benchmarks/coverage.py``.

Three lists of real tags are resolved by the taxonomy's own names, and each tag weighs as often as it was
given: the titles linked by news items of 2018, the entities of Wikipedia's Current Events, and the people
linked by The Hill. Half of each list is never looked at while the taxonomy is composed: it measures
whether that covers what nobody thought of. What stays uncovered is told by kind, of the other half only.

A table goes to stdout, all figures to the file of ``--json``. Exit codes: 0 ok, 1 a list falls short of
its floor, 2 usage.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import sys
import tarfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # As a script, the folder of this file must not be searched: statistics.py would shadow the module.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks import datasets, rows
from benchmarks.datasets.base import Unavailable, file_in
from benchmarks.datasets.json_lines import WHERE
from benchmarks.datasets.json_lines import rows as read_rows
from benchmarks.peers.names import names_of
from benchmarks.rows import Row
from tagonomy import Taxonomy, load_taxonomy

_BRACKETS = re.compile(r"\s*\([^)]*\)$")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_OFFICE = re.compile(
    r"\b(?:president|minister|secretary|chancellor|king|queen|prince|governor|mayor|ambassador|premier|speaker|"
    r"senator|government|cabinet|ministry|director-general|chief|leader)s?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TagList:
    """Tags as somebody gave them, and the floors of the share that must resolve."""

    read: Callable[[Path | None], Counter[str]]
    least: int
    seen_floor: float
    unseen_floor: float
    facet: str = "all"


def _news_titles(folder: Path | None) -> Counter[str]:
    """Count the titles linked by news items of 2018, straight from the archive of sources."""
    counts: Counter[str] = Counter()
    with tarfile.open(file_in(folder, "taxonomy_sources.tar.gz", WHERE)) as archive:
        names = [name for name in archive.getnames() if name.endswith("/news_tag_freq.tsv")]
        file = archive.extractfile(names[0]) if names else None
        if file is None:
            raise Unavailable(f"no news_tag_freq.tsv in {archive.name}")
        for line in file.read().decode().splitlines():
            count, _, title = line.partition("\t")
            if title:
                counts[title] += int(count)
    return counts


def _field(file: str, name: str) -> Callable[[Path | None], Counter[str]]:
    """Return a reader that counts the values of a field of gzipped JSON Lines."""

    def count(folder: Path | None) -> Counter[str]:
        return Counter(value for row in read_rows(file_in(folder, file, WHERE)) for value in row[name])

    return count


#: The lists, each tag of which was given at least so often.
LISTS: Mapping[str, TagList] = {
    "wikinewstopics": TagList(_news_titles, 5, 0.85, 0.75),
    "current_events": TagList(_field("current_events.jsonl.gz", "entities"), 3, 0.80, 0.70),
    "thehill_people": TagList(_field("thehill_people.jsonl.gz", "people"), 1, 0.98, 0.96, "people"),
}


@cache
def _halves() -> Callable[[str], bool]:
    """Return the composers' own rule for what they may look at: there must be only one."""
    path = rows.ROOT / "taxonomy" / "compose" / "common.py"
    spec = importlib.util.spec_from_file_location("tagonomy_compose_common", path)
    if spec is None or spec.loader is None:
        raise Unavailable(f"{path} is not there: the benchmark needs a checkout")
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[str], bool] = module.seen
    return found


def covered(tag: str, taxonomy: Taxonomy, facet: str = "all") -> str | None:
    """Return the id of the concept that a tag of a list names, or None.

    Formal names of people are tried the ways that news write them. A title that an encyclopedia sets
    apart in brackets counts only if the taxonomy knows it so: "Shell (projectile)" is not the company.

    >>> from tagonomy import Concept
    >>> georgia = Concept(id="countries:ge", label="Georgia")
    >>> small = Taxonomy.of([Concept(id="people:a-b", label="Al Bo"), georgia])
    >>> covered("Albert (Al) Middle Bo", small, "people"), covered("Georgia (U.S. state)", small)
    ('people:a-b', None)
    """
    names = names_of(f"people:{tag}") if facet == "people" else (tag,)
    return next((id for id in map(taxonomy.resolve, names) if id), None)


def kind(tag: str, evidence: frozenset[str]) -> str:
    """Tell what kind of thing a tag without a concept probably is, by its words alone.

    >>> [kind(tag, frozenset({"izmir"})) for tag in ("2018 Pacific storm", "Dump truck", "Izmir")]
    ['dated event', 'common word', 'place of a country']
    """
    name = _BRACKETS.sub("", tag)
    words = name.split()
    if name.casefold() in evidence or name.partition(",")[0].casefold() in evidence:
        return "place of a country"
    if _YEAR.search(tag):
        return "dated event"
    if _OFFICE.search(name):
        return "office or government"
    if re.search(r"\b(?:in|of|by|to|from|at|for)\b", name):
        return "topic of a place"
    if not any(word[0].isupper() for word in words[1:]):
        return "common word" if len(words) > 1 else "single word"
    return "other name"


def measure(
    name: str, wanted: TagList, counts: Mapping[str, int], taxonomy: Taxonomy, seen: Callable[[str], bool]
) -> Iterator[Row]:
    """Yield the covered share of both halves of a list, and the kinds of what stays, of the seen half."""

    def row(metric: str, value: float, **more: Any) -> Row:
        found = {"versions": rows.versions(), "cpu": rows.cpu(), "commit": rows.commit(), **more}
        return Row(data=name, model="taxonomy", facet=wanted.facet, metric=metric, value=value, **found)

    kept = {tag: count for tag, count in counts.items() if count >= wanted.least}
    for half in (True, False):
        mine = {tag: count for tag, count in kept.items() if seen(tag) is half}
        missing = {tag: n for tag, n in mine.items() if covered(tag, taxonomy, wanted.facet) is None}
        mass = sum(mine.values())
        share = 1 - sum(missing.values()) / mass if mass else 0.0
        yield row("coverage_seen" if half else "coverage_unseen", share, support=len(mine))
        if half:
            yield from _uncovered(missing, mass, taxonomy, row)


def _uncovered(
    missing: Mapping[str, int], mass: int, taxonomy: Taxonomy, row: Callable[..., Row]
) -> Iterator[Row]:
    evidence = frozenset(
        term.casefold() for concept in taxonomy for terms in concept.evidence.values() for term in terms
    )
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for tag in sorted(missing, key=lambda tag: (-missing[tag], tag)):
        groups[kind(tag, evidence)].append(tag)
    for label, tags in sorted(groups.items(), key=lambda group: -sum(missing[tag] for tag in group[1])):
        share = sum(missing[tag] for tag in tags) / mass
        yield row("uncovered_seen", share, tag=label, support=len(tags), note="; ".join(tags[:5]))


def short_of_floor(found: Sequence[Row]) -> list[Row]:
    """Return the figures below the floors of their lists."""
    floors = {
        (name, metric): floor
        for name, wanted in LISTS.items()
        for metric, floor in (("coverage_seen", wanted.seen_floor), ("coverage_unseen", wanted.unseen_floor))
    }
    return [row for row in found if (row.value or 0.0) < floors.get((row.data, row.metric), 0.0)]


def show(found: Sequence[Row]) -> None:
    """Print the figures, a line each."""
    low = short_of_floor(found)
    for row in found:
        share = f"{100 * (row.value or 0.0):5.1f} %"
        if row.metric == "uncovered_seen":
            print(f"    {share}  {row.tag} ({row.support}): {row.note}")
        else:
            short = "  below its floor" if row in low else ""
            print(f"{row.data:<16} {row.metric:<16} {share} of {row.support:,} tags{short}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every list."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", action="append", choices=list(LISTS), help="only this list; may be repeated"
    )
    parser.add_argument("--taxonomy", type=Path, metavar="PATH", help="another than the shipped taxonomy")
    parser.add_argument("--data-dir", type=Path, help="where the data sets lie; also TAGONOMY_DATA")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures, as JSON Lines")
    options = parser.parse_args(arguments)
    folder = datasets.data_folder(options.data_dir)
    taxonomy = load_taxonomy(options.taxonomy)
    found: list[Row] = []
    for name in dict.fromkeys(options.data or LISTS):
        try:
            found += measure(name, LISTS[name], LISTS[name].read(folder), taxonomy, _halves())
        except Unavailable as error:
            print(f"{name}: skipped: {error}", file=sys.stderr)
    show(found)
    if options.json:
        rows.write_rows(options.json, found)
    return 1 if short_of_floor(found) else 0


if __name__ == "__main__":
    sys.exit(main())
