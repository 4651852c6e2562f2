"""The report: every section from a few rows, nothing loaded, nothing that a label could inject."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from benchmarks import report_pages
from benchmarks.charts import Axis, Bubble, Line, axis_around, bubbles, lines, nice_ticks
from benchmarks.report_pages import html_page, markdown_page, picture_files
from benchmarks.report_sections import Story
from benchmarks.rows import NOT_AVAILABLE, Row, write_rows
from hypothesis import example, given
from hypothesis import strategies as st

BAD = "<script>alert('1')</script> & \"x\" | y"


def row(metric: str, value: float | None = None, model: str = "ours", **more: object) -> Row:
    return Row(data="set", model=model, metric=metric, value=value, seed=0, **more)  # type: ignore[arg-type]


def every_kind(model: str = "ours") -> list[Row]:
    """Return at least one row for every section."""
    curve = {"x": (0.1, 0.9), "y": (0.8, 0.4), "model": model}
    return [
        row("micro_f1", 0.8, model, low=0.7, high=0.9),
        row("micro_f1", 0.7, model, facet="people", low=0.6, high=0.8),
        row("micro_f1", 0.9, model, facet="topics"),
        row("micro_recall", 0.6, model),
        row("articles", 3299.0, model),
        row("tag_f1", 0.5, model, tag="trade", support=12),
        row("tag_f1", 0.0, model, tag="rare", support=1),
        row("pr_curve", 0.4, at=(0.9, 0.4), **curve),
        row("reliability", 0.03, weight=(10.0, 2.0), **curve),
        row("learning_curve", 0.8, model=model, x=(100.0, 1000.0), y=(0.5, 0.8)),
        row("predict_articles_per_s", 500.0, model),
        row("peak_mb", 200.0, model),
        row("load_s", 0.5, model, low=0.4, high=0.6),
        row("load_s", 0.25, model, low=0.2, high=0.3, to="peer"),
        row("growth_tags", 0.1, model=model, x=(1.0, 2.0), y=(1.0, 1.1), low=0.0, high=0.2),
    ]


ALL = [*every_kind(), row(NOT_AVAILABLE, model="absent", note="no wheel")]
KEYS = ["quality", "facets", "tags", "precision-recall", "reliability", "learning", "three-ways"]
KEYS += ["cost", "ratios", "growth"]


class Reader(HTMLParser):
    """Collects the tags of a page, checks that they close in order, and what they would load."""

    VOID = frozenset("meta br".split())
    ALONE = frozenset("line circle rect polyline".split())

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.loads: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "data")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.ALONE
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def pictures(page: str) -> list[str]:
    return re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)


def test_every_section_is_made_of_its_rows() -> None:
    found = [section.key for section in Story(ALL).sections()]
    assert found == [*(f"{key}-set" for key in KEYS), "missing", "provenance"]
    assert sum(len(section.charts) for section in Story(ALL).sections()) == 7


@pytest.mark.parametrize("left_out", sorted({each.metric for each in ALL}))
def test_a_report_lacks_nothing_else_when_a_metric_is_missing(left_out: str) -> None:
    rows = [each for each in ALL if each.metric != left_out]
    reader = Reader(html_page(rows))
    assert not reader.open
    assert markdown_page(rows).startswith("# ")


def test_page_loads_nothing_and_opens_with_its_limits() -> None:
    page = html_page(ALL)
    reader = Reader(page)
    assert not reader.open
    assert all(each.startswith("#") for each in reader.loads)
    assert not {"script", "link", "img", "iframe", "object"} & set(reader.seen)
    assert "default-src 'none'" in page
    assert "prefers-color-scheme: dark" in page
    assert page.index("do not say") < page.index("<table")
    assert "url(" not in page and "@import" not in page


def test_labels_cannot_become_markup() -> None:
    rows = [replace(each, model=BAD, data=BAD) for each in every_kind()]
    rows += [row("tag_f1", 0.3, BAD, tag=BAD, support=3), row("micro_f1", 0.2, BAD, facet=BAD)]
    rows += [row(NOT_AVAILABLE, model="x", note=BAD), row("load_s", 1.0, BAD, to=BAD), row(BAD, 0.5, BAD)]
    page = html_page(rows)
    assert "script" not in Reader(page).seen
    assert "<script" not in page
    for svg in pictures(page):
        ElementTree.fromstring(svg)
    text = markdown_page(rows, "pictures")
    assert "<script" not in text
    for table in re.findall(r"(?:^\|.*\|$\n?)+", text, flags=re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.strip().splitlines()}
        assert len(widths) == 1


@given(st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32), min_size=1, max_size=30))
def test_any_name_gives_a_page_that_closes(name: str) -> None:
    rows = [replace(each, model=name) for each in every_kind()]
    page = html_page(rows)
    assert not Reader(page).open
    for svg in pictures(page):
        ElementTree.fromstring(svg)


def test_a_model_keeps_its_colour_in_every_picture() -> None:
    rows = [*every_kind("first"), *every_kind("second")]
    for svg in pictures(html_page(rows)):
        marks = re.findall(r'<g class="(s\d)"><title>([^<]*)', svg)
        assert {kind for kind, told in marks if "second" in told} <= {"s1"}
        assert {kind for kind, told in marks if "first" in told} <= {"s0"}


def test_the_ninth_model_is_told_from_the_first() -> None:
    rows = [each for number in range(9) for each in every_kind(f"model{number}")]
    drawn = [svg for svg in pictures(html_page(rows)) if "polyline" in svg]
    assert drawn
    assert all("dashed" in svg for svg in drawn)


def test_markdown_has_tables_and_links_to_pictures(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", ALL)
    arguments = [str(tmp_path / "rows.jsonl"), "--html", str(tmp_path / "page.html")]
    arguments += ["--markdown", str(tmp_path / "docs.md"), "--pictures", str(tmp_path / "pictures")]
    assert report_pages.main(arguments) == 0
    text = (tmp_path / "docs.md").read_text(encoding="utf-8")
    assert "0.800 \\[0.700, 0.900\\]" in text
    linked = re.findall(r"\]\((pictures/[^)]+)\)", text)
    assert len(linked) == 7
    for file in linked:
        ElementTree.fromstring((tmp_path / file).read_text(encoding="utf-8"))
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == html_page(ALL)


def test_picture_files_differ() -> None:
    rows = [*ALL, row("pr_curve", 0.4, facet="people", x=(0.5,), y=(0.5,))]
    files = [file for section in Story(rows).sections() for file in picture_files(section)]
    assert len(files) == len(set(files)) == 8


def test_bad_results_are_one_line_and_an_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.jsonl").write_text("", encoding="utf-8")
    assert report_pages.main([str(tmp_path / "empty.jsonl"), "--html", str(tmp_path / "page.html")]) == 3
    assert report_pages.main([str(tmp_path / "absent.jsonl"), "--html", str(tmp_path / "page.html")]) == 3
    assert "absent.jsonl" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        report_pages.main([str(tmp_path / "empty.jsonl")])


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=8), st.booleans())
@example([5e-324], False)
def test_axes_hold_all_values_and_have_ticks(values: list[float], log: bool) -> None:
    axis = axis_around("x", values, log=log)
    assert axis.low < axis.high
    held = [value for value in values if not log or value > 0]
    assert all(axis.low <= value <= axis.high or abs(value) < 1e-9 * max(map(abs, values)) for value in held)
    assert all(0 <= axis.share(value) <= 1 for value in values)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_few_and_inside(low: float, length: float) -> None:
    ticks = nice_ticks(low, low + length)
    assert 2 <= len(ticks) <= 9
    assert all(low - length * 1e-6 <= tick <= low + length * (1 + 1e-6) for tick in ticks)


def test_bubbles_of_equal_and_of_unknown_size() -> None:
    same = [Bubble(f"model {number}", number, 10.0, 0.5) for number in range(9)]
    assert bubbles("t", same, axis_around("x", [10.0], log=True), Axis("y", 0, 1), "MB").count("<circle") == 9


def test_a_tag_without_test_articles_has_no_bar() -> None:
    rows = [row("tag_f1", 0.5, tag="trade", support=12), row("tag_f1", 0.0, tag="unseen", support=0)]
    assert "trade (12)" in html_page(rows) and "unseen" not in html_page(rows)


def test_room_is_left_around_circles() -> None:
    axis = axis_around("F1", [0.3, 0.7], room=0.1)
    assert axis.low < 0.3 and axis.high > 0.7


def test_one_point_is_a_curve() -> None:
    assert "polyline" in lines("t", [Line("m", 0, [0.5], [0.5])], Axis("x", 0, 1), Axis("y", 0, 1))
