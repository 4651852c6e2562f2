"""``tagonomy corpus``: check labelled articles, convert, split and count them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tagonomy.errors import CorpusError

if TYPE_CHECKING:
    from tagonomy.corpora.corpus import Corpus, CorpusReport
    from tagonomy.corpora.reading import CorpusReader
    from tagonomy.tagger import Tagger
    from tagonomy.taxonomy import Taxonomy

app = typer.Typer(
    help="Check labelled articles, convert, split and count them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Source = Annotated[Path, typer.Argument(metavar="CORPUS", help="File, folder or archive of articles.")]
Input = Annotated[str, typer.Option(help="Format of the corpus.")]
Field = Annotated[
    list[str] | None, typer.Option(metavar="FIELD=COLUMN", help="Column of a field; may be repeated.")
]
Side = Annotated[str | None, typer.Option(help="Only rows whose column 'split' says so.")]
Folder = Annotated[Path | None, typer.Option("--taxonomy", help="Taxonomy whose concepts the tags name.")]
MaxBad = Annotated[int, typer.Option(help="Most rows that may be skipped since they can't be read.", min=0)]


class Form(StrEnum):
    """How findings and figures are written."""

    text = "text"
    json = "json"


class By(StrEnum):
    """What a corpus is split by."""

    tags = "tags"
    date = "date"


class Unknown(StrEnum):
    """What to do with tags of a corpus that name no concept."""

    error = "error"
    warn = "warn"
    skip = "skip"


def settle_unknown(report: CorpusReport, labels: Iterable[str], how: Unknown) -> None:
    """Stop where a corpus has unknown tags, or say which, or leave it at their number in the report."""
    from tagonomy.corpora.suggestions import unknown_tags_error

    if not report.unknown_tags or how is Unknown.skip:
        return
    error = unknown_tags_error(report.unknown_tags, labels)
    if how is Unknown.warn:
        print(f"warning: {error}", file=sys.stderr)
        return
    raise CorpusError(f"{error}\n  give them concepts, or go on without them by --unknown warn")


def read_labelled(
    source: Path,
    input: str,
    field: list[str] | None,
    split: str | None,
    unknown: Unknown,
    concepts: Taxonomy | Tagger | None,
) -> Corpus:
    """Read articles to learn from or to judge by, and say what reading them found."""
    from tagonomy.corpora.reading import read_corpus
    from tagonomy.tagger import Tagger

    found = read_corpus(source, format=input, taxonomy=concepts, fields=columns_of(field), split=split)
    print(found.report, file=sys.stderr)
    labels = concepts.index.labels if isinstance(concepts, Tagger) else (c.label for c in concepts or ())
    settle_unknown(found.report, labels, unknown)
    return found


def reader_of(source: Path, input: str, field: list[str] | None, **options: Any) -> CorpusReader:
    """Return the reader of a file, or of standard input for ``-``."""
    from tagonomy.corpora.reading import CorpusReader

    if str(source) == "-":
        # A second look at a pipe is not to be had; formats of rows are read as they arrive.
        stream = open(sys.stdin.fileno(), "rb", closefd=False)  # noqa: SIM115 (lives as long as the reader)
        return CorpusReader(stream, input, fields=columns_of(field), **options)
    return CorpusReader(source, input, fields=columns_of(field), **options)


def columns_of(field: list[str] | None) -> dict[str, str]:
    """Return the columns that ``--field FIELD=COLUMN`` names."""
    found = {}
    for each in field or ():
        name, equals, column = each.partition("=")
        if not equals or not column:
            raise typer.BadParameter(f"expected FIELD=COLUMN such as tags=people, found {each!r}")
        found[name] = column
    return found


def _taxonomy(folder: Path | None) -> Taxonomy | None:
    from tagonomy.registry import load_taxonomy

    return load_taxonomy(folder) if folder else None


def shown(text: str) -> str:
    """Return a line with what would hide in it, or break it, spelled out."""
    from tagonomy.render import visible

    return visible(text).replace("\n", "[U+000A]").replace("\t", "[U+0009]")


@app.command()
def check(
    corpus: Source,
    input: Input = "auto",
    field: Field = None,
    split: Side = None,
    taxonomy: Folder = None,
    against: Annotated[
        list[Path] | None,
        typer.Option(help="Corpus with none of whose articles this may share; may be repeated."),
    ] = None,
    warnings: Annotated[bool, typer.Option("--warnings", help="List what may be meant, too.")] = False,
    format: Annotated[Form, typer.Option(help="How to write the findings.")] = Form.text,
) -> None:
    """List every problem of a corpus; exit with 1 if there is one."""
    from tagonomy.corpora.checking import Inspection, digests

    concepts = _taxonomy(taxonomy)
    others: dict[bytes, str] = {}
    for other in against or ():
        others |= digests(reader_of(other, "auto", field, on_bad="skip"), str(other))
    reader = reader_of(corpus, input, field, split=split, taxonomy=concepts, on_bad="skip")
    inspection = Inspection(others)
    for article in reader:
        inspection.add(article)
    report = reader.report
    labels = [label for concept in concepts or () for label in (concept.label, *concept.alt_labels)]
    problems, doubts = list(inspection.problems(report, labels)), list(inspection.doubts(report))
    if format is Form.json:
        facts = {"rows": report.rows, "articles": inspection.articles, "left_out": report.left_out}
        tags = {"labels": dict(report.labels), "unknown_tags": dict(report.unknown_tags)}
        print(json.dumps({**facts, "problems": problems, "warnings": doubts, **tags}, indent=2))
    else:
        for line in (*problems, *(f"warning: {doubt}" for doubt in doubts if warnings)):
            print(shown(line))
    print(f"{report}; {len(problems):,} problems, {len(doubts):,} warnings", file=sys.stderr)
    if problems:
        raise typer.Exit(1)


@app.command()
def convert(
    corpus: Source,
    target: Annotated[
        Path, typer.Argument(help="File to write, packed if .gz or .zst; - is standard output.")
    ],
    to: Annotated[
        str, typer.Option(help="Format to write; by default the one that the ending names.")
    ] = "auto",
    input: Input = "auto",
    field: Field = None,
    split: Side = None,
    taxonomy: Folder = None,
    max_bad: MaxBad = 0,
) -> None:
    """Write a corpus in another format; given a taxonomy, with the ids of its concepts for tags."""
    from tagonomy.corpora.writing import target_format, write_corpus, write_rows

    format = target_format(target.name, to)
    reader = reader_of(
        corpus, input, field, split=split, taxonomy=_taxonomy(taxonomy), on_bad="skip", max_bad=max_bad
    )
    if str(target) == "-":
        written = write_rows(reader.rows(), sys.stdout.buffer, format)
    else:
        written = write_corpus(reader.rows(), target, format)
    _say_findings(reader)
    print(f"{target}: {written.articles:,} articles as {format}", file=sys.stderr)
    for what, count in written.losses.items():
        print(f"{format} has no place for: {what} ({count:,})", file=sys.stderr)


def _say_findings(reader: CorpusReader) -> None:
    report = reader.report
    for finding in (*report.bad, *report.repaired):
        print(f"warning: {finding}", file=sys.stderr)
    print(report, file=sys.stderr)


@app.command("split")
def divide(
    corpus: Source,
    out: Annotated[Path, typer.Option(help="Folder to write a file for each part to.")],
    part: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=SHARE", help="Repeated for each part; by default train=0.8 and test=0.2."),
    ] = None,
    by: Annotated[
        By, typer.Option(help="Each tag shared out alike, or the oldest articles first.")
    ] = By.tags,
    group: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Rows with the same value here stay together.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Which of otherwise equal articles goes where.", min=0)] = 0,
    to: Annotated[str, typer.Option(help="Format to write.")] = "jsonl",
    input: Input = "auto",
    field: Field = None,
    max_bad: MaxBad = 0,
) -> None:
    """Divide a corpus into parts; equal texts never come apart, so that none is learned and tested."""
    from tagonomy.corpora.formats.registry import FORMATS
    from tagonomy.corpora.splitting import checked_parts
    from tagonomy.corpora.writing import target_format, write_corpus

    shares = checked_parts(_shares(part or ["train=0.8", "test=0.2"]))
    format = target_format("", to)
    if group is not None and by is By.date:
        raise typer.BadParameter("--group goes with --by tags: a group has no one date")
    if str(corpus) == "-":
        raise typer.BadParameter("a corpus is read twice to split it: give the name of a file")
    parts = _assignment(
        reader_of(corpus, input, field, on_bad="skip", max_bad=max_bad), shares, by, group, seed
    )
    out.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(shares):
        file = out / f"{name}{FORMATS[format].endings[0]}"
        rows = reader_of(corpus, input, field, on_bad="skip").rows()
        kept = (row for row, its_part in zip(rows, parts, strict=True) if its_part == number)
        print(f"{file}: {write_corpus(kept, file, format).articles:,} articles", file=sys.stderr)


def _shares(parts: list[str]) -> dict[str, float]:
    found = {}
    for part in parts:
        name, _, share = part.partition("=")
        try:
            found[name] = float(share)
        except ValueError as error:
            raise typer.BadParameter(f"expected NAME=SHARE such as train=0.8, found {part!r}") from error
        if not name or Path(name).name != name:
            raise typer.BadParameter(f"expected the name of a file, found {name!r}")
    return found


def _assignment(
    reader: CorpusReader, shares: dict[str, float], by: By, group: str | None, seed: int
) -> list[int]:
    """Read a corpus once, and return the part of each of its articles."""
    from tagonomy.corpora.corpus import digest
    from tagonomy.corpora.splitting import linked, split_by_date, split_stratified

    tags, dates, texts, groups = [], [], [], []
    for row in reader.rows():
        texts.append(digest(row.article))
        tags.append(row.article.tags + row.article.unknown_tags)
        dates.append(row.article.date)
        if group is not None:
            if row.extra.get(group) is None:
                found = ", ".join(map(repr, list(row.extra)[:8])) or "no other columns"
                problem = f"no column {group!r} to group by, found {found}"
                raise row.place.because(problem).error() if row.place else CorpusError(problem)
            groups.append(str(row.extra[group]))
    _say_findings(reader)
    ratios = list(shares.values())
    if by is By.date:
        return list(map(int, split_by_date(dates, ratios)))
    units = linked(texts, groups) if group is not None else texts
    return list(map(int, split_stratified(tags, units, ratios, seed=seed)))


@app.command()
def stats(
    corpus: Source,
    input: Input = "auto",
    field: Field = None,
    split: Side = None,
    taxonomy: Folder = None,
    top: Annotated[int, typer.Option(help="Most tags to list of each facet.", min=0)] = 10,
    max_bad: MaxBad = 0,
    format: Annotated[Form, typer.Option(help="How to write the figures.")] = Form.text,
) -> None:
    """Print how many articles and tags a corpus has, how long and how dense."""
    from tagonomy.corpora.figures import corpus_figures

    reader = reader_of(
        corpus, input, field, split=split, taxonomy=_taxonomy(taxonomy), on_bad="skip", max_bad=max_bad
    )
    figures = corpus_figures(reader, top)
    _say_findings(reader)
    if format is Form.json:
        print(json.dumps(figures, indent=2))
        return
    for name, value in figures.items():
        if isinstance(value, int):
            print(f"{name:<18} {value:>12,}")
        elif isinstance(value, float):
            print(f"{name:<18} {value:>12.4g}")
    for name in ("words", "tags_per_article"):
        print(f"{name:<18} " + "  ".join(f"{key} {value:,.4g}" for key, value in figures[name].items()))
    for facet, own in figures["facets"].items():
        print(f"\n{facet}: {own['labels']:,} tags ({own['rare']:,} rare), given {own['assignments']:,} times")
        for tag, count in own["top"].items():
            print(f"{count:>12,}  {shown(tag)}")
