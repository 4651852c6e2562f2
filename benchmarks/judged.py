"""Measures the default tags against an editor's judgement: ``python benchmarks/judged.py --data DIR``.

``judged.tsv`` holds what we thought of sixty articles of ``us_news_articles``, of as many publishers as it
has: every concept that the model of that day gave a chance of .08, kept or struck, and labels of tags that
it lacked. Half of the articles were studied to improve the model, the other half were not looked at.

``written.jsonl`` holds articles of our own on events of the whole world, 1990 to 2026, with their own
judgement. The model learned topics and ranking from three times as many by the same hands; these were
kept apart. People and bodies that they named and the taxonomy lacked were added to it since, so that their
recall tells less of articles by others than their precision does.

Precision is over the given tags that were judged; recall over the kept ones and the labels that were
missing, whether or not the taxonomy has them now. A plain search for all names stands beside it.

A table goes to stdout, and with ``--write``, which needs all articles, into ``docs/benchmarks.md``. Without
the data, only our own articles are measured. Exit codes: 0 ok, 2 usage.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

if __name__ == "__main__":
    # As a script, the folder of this file must not be searched: statistics.py would shadow the module.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks import contrast
from benchmarks.datasets.base import Unavailable, file_in
from benchmarks.datasets.json_lines import WHERE
from benchmarks.datasets.json_lines import rows as read_rows
from tagonomy import Article, Taxonomy, load_tagger, load_taxonomy
from tagonomy.config import FACETS

JUDGED = Path(__file__).with_name("judged.tsv")
WRITTEN = Path(__file__).with_name("written.jsonl")
PARTS = ("studied", "unseen", "written")
PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- benchmarks/judged.py writes from here -->\n", "<!-- to here -->\n"

#: Tells the ids of an article's tags.
Tell = Callable[[Article], set[str]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an editor thinks of the tags of one article, by id, and the labels that were missing, by facet."""

    part: str
    central: frozenset[str]
    kept: frozenset[str]
    struck: frozenset[str]
    missing: tuple[tuple[str, str], ...]

    def today(self, taxonomy: Taxonomy) -> Judgement:
        """Return the judgement of the concepts that its ids have become; kept is what any of them was."""
        central, kept, struck = (
            frozenset(taxonomy[id].id for id in ids) for ids in (self.central, self.kept, self.struck)
        )
        kept -= central
        return Judgement(self.part, central, kept, struck - central - kept, self.missing)


@dataclass(slots=True)
class Counts:
    """Tags of one facet over some articles."""

    given: int = 0
    right: int = 0
    wanted: int = 0
    central: int = 0
    central_found: int = 0

    def __str__(self) -> str:
        shares = (
            (self.right, self.given),
            (self.right, self.wanted),
            (self.central_found, self.central),
        )
        return " | ".join(f"{part / max(whole, 1):.3f}".removeprefix("0") for part, whole in shares)


@dataclass(slots=True)
class Tally:
    """Counts by facet, and of all together."""

    facets: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))

    def add(self, judgement: Judgement, given: set[str], taxonomy: Taxonomy) -> None:
        """Count the tags that one article was given."""
        judgement = judgement.today(taxonomy)
        named = {id: facet for facet, label in judgement.missing if (id := taxonomy.resolve(label))}
        right = judgement.central | judgement.kept | named.keys()
        for id in given & (right | judgement.struck):
            for facet in (id.partition(":")[0], "all"):
                self.facets[facet].given += 1
                self.facets[facet].right += id in right
        wanted = [id.partition(":")[0] for id in judgement.central | judgement.kept]
        for facet in (*wanted, *(facet for facet, _ in judgement.missing)):
            self.facets[facet].wanted += 1
            self.facets["all"].wanted += 1
        for id in judgement.central:
            for facet in (id.partition(":")[0], "all"):
                self.facets[facet].central += 1
                self.facets[facet].central_found += id in given


def judgements() -> dict[str, Judgement]:
    """Read the table: what was thought of each article, by its id."""
    with JUDGED.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        found = {}
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            sets = {name: list(filter(None, row[name].split("|"))) for name in _SETS}
            found[row["article"]] = _judgement(row["half"], sets)
    return found


_SETS = ("central", "kept", "struck", "missing")


def _judgement(part: str, sets: Mapping[str, Sequence[str]]) -> Judgement:
    central, kept, struck = (frozenset(sets[name]) for name in _SETS[:3])
    missing = (each.partition(":") for each in sets["missing"])
    return Judgement(part, central, kept, struck, tuple((facet, label) for facet, _, label in missing))


def articles(folder: Path | None, judged: dict[str, Judgement]) -> Iterator[tuple[Judgement, Article]]:
    """Yield the judged articles."""
    for row in read_rows(file_in(folder, "us_news_articles.jsonl.gz", WHERE)):
        if row["id"] in judged:
            article = Article(title=row["title"] or "", text=row["text"], date=row["date"] or None)
            yield judged[row["id"]], article


def written() -> Iterator[tuple[Judgement, Article]]:
    """Yield the articles of our own."""
    with WRITTEN.open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            yield _judgement("written", row), Article(title=row["title"], text=row["text"], date=row["date"])


def table(tells: Mapping[str, Tell], pairs: Sequence[tuple[Judgement, Article]], taxonomy: Taxonomy) -> str:
    """Return the figures of each part, model and facet as a Markdown table."""
    lines = ["| part | model | facet | precision | recall | recall of central tags |"]
    lines.append("|---|---|---|---:|---:|---:|")
    for part in PARTS:
        there = [(judgement, article) for judgement, article in pairs if judgement.part == part]
        for name, tell in tells.items() if there else ():
            tally = Tally()
            for judgement, article in there:
                tally.add(judgement, tell(article), taxonomy)
            lines += [f"| {part} | {name} | {facet} | {tally.facets[facet]} |" for facet in (*FACETS, "all")]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of us_news_articles.jsonl.gz")
    parser.add_argument("--model", default="news-en", help="name or path of a model")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    options = parser.parse_args()
    pairs = list(written())
    try:
        pairs += articles(options.data, judgements())
    except Unavailable as error:
        print(error, file=sys.stderr)
        if options.write:
            return 2
    tagger, taxonomy = load_tagger(options.model), load_taxonomy()
    tells: dict[str, Tell] = {"tagonomy": lambda article: set(tagger.classify(article).ids)}
    try:
        search = contrast.gazetteer()
        tells["gazetteer"] = lambda article: search(f"{article.title}\n\n{article.text}")
    except ImportError as error:
        print(f"gazetteer: not available: {error}", file=sys.stderr)
    found = table(tells, pairs, taxonomy)
    print(found, end="")
    if options.write:
        head, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
        PAGE.write_text(head + BEGIN + "\n" + found + "\n" + END + rest.split(END)[1], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
