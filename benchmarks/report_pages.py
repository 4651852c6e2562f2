"""A report as one self-contained HTML page, or as Markdown with its pictures beside it."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path

from benchmarks.charts import PALETTE, STYLE, standalone
from benchmarks.report_sections import Section, Story, Table
from benchmarks.rows import Row, read_rows

TITLE = "Benchmarks"
#: What every reader of the figures should know first.
LIMITS = (
    "The public set Reuters-21578 is newswire of 1987: it tells how well a model learns from labelled "
    "articles, not how well the shipped model tags the news of today.",
    "Where editors linked people only in passing, a right tag that they left out counts as wrong: "
    "compare models on such a set, but do not read its precision as a share of mistakes.",
    "An interval tells what other test articles of the same kind would have given. It does not cover "
    "other years, publishers or languages.",
    "The peers ran with the settings that are named here, not with the best that an expert would find.",
    "Seconds belong to the machine named below. Ratios travel better, and ratios of CPU time best; but a "
    "peer that does less is faster: a vectorizer gives no tags, and a list of names knows no topics.",
)
_FIGURE = re.compile(r"([\d.,e+-]+) ([\[(].+)")
_PAGE_STYLE = """
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { margin-bottom: .2em; } h2 { margin: 2.2em 0 .3em; line-height: 1.25; }
h3 { margin: 1.4em 0 .3em; font-size: 1rem; color: var(--soft); font-weight: 600; }
p, li { max-width: 44rem; } a { color: var(--c0); }
small { color: var(--soft); }
nav ul { columns: 18rem; column-gap: 2.5rem; padding-left: 1.2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .82rem; line-height: 1.35;
  font-variant-numeric: tabular-nums; margin: .8em 0; }
th, td { padding: .3em .55em; border-bottom: 1px solid var(--line); text-align: right;
  white-space: nowrap; vertical-align: top; }
th { color: var(--soft); font-weight: 600; }
th:first-child, td:first-child, .words th, .words td { text-align: left; }
.words td { white-space: normal; min-width: 5rem; }
tbody th { color: var(--ink); position: sticky; left: 0; background: var(--paper); }
"""


def html_page(rows: Sequence[Row]) -> str:
    """Return the report as one HTML page that loads nothing."""
    sections = Story(rows).sections()
    links = "".join(f'<li><a href="#{each.key}">{escape(each.title)}</a></li>' for each in sections)
    limits = "".join(f"<li>{escape(each)}</li>" for each in LIMITS)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{TITLE}</title>
<style>{PALETTE}{_PAGE_STYLE}{STYLE}</style>
</head>
<body>
<h1>{TITLE}</h1>
<h3>What the numbers do not say</h3>
<ul>{limits}</ul>
<nav><ul>{links}</ul></nav>
{"".join(map(_html_section, sections))}
</body>
</html>
"""


def _html_section(section: Section) -> str:
    parts = [f'<section id="{section.key}"><h2>{escape(section.title)}</h2>']
    if section.prose:
        parts.append(f"<p>{escape(section.prose)}</p>")
    parts += map(_html_table, section.tables)
    for name, svg in section.charts:
        heading = f"<h3>{escape(name)}</h3>" if len(section.charts) > 1 else ""
        parts.append(f'{heading}<div class="scroll">{svg}</div>')
    return "\n".join([*parts, "</section>\n"])


def _html_table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in table.headings)
    body = "".join(map(_html_row, table.rows))
    rows = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    kind = "" if _has_figures(table) else ' class="words"'
    return f'<div class="scroll"><table{kind}>{rows}</table></div>'


def _html_row(row: Sequence[str]) -> str:
    cells = "".join(f"<td>{_html_cell(each)}</td>" for each in row[1:])
    return f'<tr><th scope="row">{escape(row[0])}</th>{cells}</tr>'


def _html_cell(words: str) -> str:
    """Return a cell, the interval of a figure on a line of its own: tables are wide enough."""
    found = _FIGURE.fullmatch(words)
    return f"{escape(found[1])}<br><small>{escape(found[2])}</small>" if found else escape(words)


def _has_figures(table: Table) -> bool:
    """Tell whether the second column holds figures."""
    return any(len(row) > 1 and row[1][:1].isdigit() for row in table.rows)


def markdown_page(rows: Sequence[Row], pictures: str | None = None) -> str:
    """Return the report as Markdown; ``pictures`` is the folder of its SVG files as links name it."""
    sections = Story(rows).sections()
    parts = [f"# {TITLE}", "## What the numbers do not say", "\n".join(f"- {each}" for each in LIMITS)]
    for section in sections:
        parts += [f"## {_markdown(section.title)}", _markdown(section.prose)]
        parts += map(markdown_table, section.tables)
        if pictures is not None:
            several = len(section.charts) > 1
            for (name, _), file in zip(section.charts, picture_files(section), strict=True):
                told = f"{section.title}, {name}" if several else section.title
                parts.append(f"![{_markdown(told)}]({pictures}/{file})")
    return "\n\n".join(part for part in parts if part) + "\n"


def picture_files(section: Section) -> list[str]:
    """Return the file name of each chart of a section."""
    if len(section.charts) == 1:
        return [f"{section.key}.svg"]
    return [f"{section.key}-{number}.svg" for number, _ in enumerate(section.charts, 1)]


def write_pictures(rows: Sequence[Row], folder: Path) -> None:
    """Write every chart as an SVG file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for section in Story(rows).sections():
        for (_, svg), file in zip(section.charts, picture_files(section), strict=True):
            (folder / file).write_text(standalone(svg), encoding="utf-8")


def markdown_table(table: Table) -> str:
    """Return a table as Markdown."""
    rule = ["---", *("---:" if _has_figures(table) else "---" for _ in table.headings[1:])]
    rows = [[*map(_markdown, table.headings)], rule, *([*map(_markdown, row)] for row in table.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _markdown(words: str) -> str:
    """Return words that Markdown shows as they are, on one line."""
    flat = escape(" ".join(words.split()), quote=False)
    return re.sub(r"([\\`*_|\[\]$])", r"\\\1", flat)


def main(argv: Sequence[str] | None = None) -> int:
    """Write what was asked for; return the exit code."""
    parser = argparse.ArgumentParser(prog="report", description=__doc__)
    parser.add_argument("results", nargs="+", type=Path, help="files of benchmark rows, as JSON Lines")
    parser.add_argument("--html", type=Path, help="write one self-contained page")
    parser.add_argument("--markdown", type=Path, help="write Markdown")
    parser.add_argument("--pictures", type=Path, help="write the charts as SVG files, linked by the Markdown")
    given = parser.parse_args(argv)
    if not (given.html or given.markdown or given.pictures):
        parser.error("nothing to write: give --html, --markdown or --pictures")
    try:
        rows = read_rows(*given.results)
        if not rows:
            raise ValueError("no rows: nothing to report")
        if given.html:
            given.html.write_text(html_page(rows), encoding="utf-8")
        if given.pictures:
            write_pictures(rows, given.pictures)
        if given.markdown:
            link = None
            if given.pictures:
                base = given.markdown.parent
                link = Path(os.path.relpath(given.pictures, base)).as_posix()
            given.markdown.write_text(markdown_page(rows, link), encoding="utf-8")
    except (OSError, ValueError) as error:
        print(f"report: {error}", file=sys.stderr)
        return 3
    return 0
