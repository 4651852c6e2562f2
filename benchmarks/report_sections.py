"""What a report says: sections of prose, tables and charts, made of benchmark rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks import charts
from benchmarks.charts import Axis, Bar, Bubble, Line, Series, axis_around
from benchmarks.rows import NOT_AVAILABLE, Row
from benchmarks.terminal import HEADINGS, number, short

#: Figures of quality that lead, in order; the others follow in a table of their own.
LEADING = (
    *("micro_f1", "macro_f1", "precision_at_1", "precision_at_5", "ndcg_at_5"),
    *("hierarchical_f1", "calibration_error"),
)
#: What the figures were measured on.
COUNTS = ("articles", "tags", "unseen_pairs")
_TAG_METRIC = "tag_f1"
_TAGS_SHOWN = 25
_BARS_SHOWN = 120  # of all models together: more is a picture that nobody reads to its end
_RATES = ("predict_articles_per_s", "batch_articles_per_s")
_SIZES = (("model_mb", "model file"), ("peak_mb", "peak memory"))


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of text under their headings; all columns but the first are figures."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report; ``key`` names it in links and files."""

    key: str
    title: str
    prose: str = ""
    tables: Sequence[Table] = ()
    charts: Sequence[tuple[str, str]] = ()


class Story:
    """The rows of one or several runs, asked in the report's order."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.data = list(dict.fromkeys(row.data for row in rows))
        models = dict.fromkeys(row.model for row in rows if row.metric != NOT_AVAILABLE)
        self.number = {model: place for place, model in enumerate(models)}

    def sections(self) -> list[Section]:
        """Return the sections that the rows have something for."""
        found: list[Section] = []
        for data in self.data:
            rows = [row for row in self.rows if row.data == data]
            for make in (_quality, _facets, _tags, _precision_recall, _reliability, _learning):
                found += make(data, rows, self.number)
            for make in (_three_ways, _cost, _ratios, _growth):
                found += make(data, rows, self.number)
        return [*found, *_missing(self.rows), *_provenance(self.rows)]


Numbers = dict[str, int]


def _plain(rows: Iterable[Row]) -> list[Row]:
    return [
        row for row in rows if row.value is not None and row.x is None and row.tag is None and row.to is None
    ]


def _key(kind: str, data: str) -> str:
    return "".join(
        letter if letter.isalnum() and letter.isascii() else "-" for letter in f"{kind}-{data}"
    ).lower()


def _is_cost(metric: str) -> bool:
    return metric in HEADINGS or metric.endswith(("_s", "_us", "_mb", "_per_s")) or metric == "threshold"


def _interval(row: Row | None) -> str:
    if row is None or row.value is None:
        return ""
    inside = "" if row.low is None or row.high is None else f" [{row.low:.3f}, {row.high:.3f}]"
    return f"{row.value:.3f}{inside}"


def _quality(data: str, rows: Sequence[Row], numbers: Numbers) -> Iterator[Section]:
    whole = [row for row in _plain(rows) if row.facet == "all" and not _is_cost(row.metric)]
    counts = {row.metric: row.value for row in whole if row.metric in COUNTS}
    figures = [row for row in whole if row.metric not in COUNTS]
    if not figures:
        return
    present = {row.metric for row in figures}
    leading = [metric for metric in LEADING if metric in present]
    tables = [_by_model(figures, each, numbers) for each in (leading, sorted(present - set(LEADING))) if each]
    said = ", ".join(f"{number(value)} {_words(metric)}" for metric, value in counts.items())
    prose = (
        f"Measured on {said}. " if said else ""
    ) + "Value and 95 % interval, over resampled test articles. Of the calibration error less is better."
    yield Section(_key("quality", data), f"{data}: accuracy", prose, tables)


def _by_model(rows: Sequence[Row], metrics: Sequence[str], numbers: Numbers) -> Table:
    found = {(row.model, row.metric): row for row in rows}
    cells = [
        [short(model), *(_interval(found.get((model, metric))) for metric in metrics)]
        for model in _models(rows, numbers)
    ]
    return Table(["model", *map(_words, metrics)], cells)


def _models(rows: Iterable[Row], numbers: Numbers) -> list[str]:
    """Return the models of some rows, in the report's order."""
    return sorted({row.model for row in rows}, key=lambda model: numbers[model])


def _words(metric: str) -> str:
    return HEADINGS.get(metric, metric.replace("_", " ").replace(" f1", " F1").replace("ndcg", "nDCG"))


def _bars(
    title: str,
    groups: Sequence[str],
    rows: Sequence[Row],
    key: Callable[[Row], str],
    numbers: Numbers,
    what: str,
) -> str:
    found = {(row.model, key(row)): row for row in rows}
    models = _models(rows, numbers)

    def bar(row: Row | None) -> Bar | None:
        return None if row is None or row.value is None else Bar(row.value, row.low, row.high)

    series = [
        Series(short(model), numbers[model], [bar(found.get((model, group))) for group in groups])
        for model in models
    ]
    return charts.bars(title, groups, series, Axis(what, 0, 1))


def _facets(data: str, rows: Sequence[Row], numbers: Numbers) -> Iterator[Section]:
    metric = "micro_f1"
    chosen = [row for row in _plain(rows) if row.metric == metric]
    groups = list(dict.fromkeys(row.facet for row in chosen))
    if len(groups) < 2:
        return
    title = f"{data}: by facet"
    yield Section(
        _key("facets", data),
        title,
        "Micro-F1 of each facet by itself, with its interval.",
        charts=[("by facet", _bars(title, groups, chosen, lambda row: row.facet, numbers, "micro-F1"))],
    )


def _tags(data: str, rows: Sequence[Row], numbers: Numbers) -> Iterator[Section]:
    # Of a tag without a test article there is only one thing to see: that it was not given wrongly.
    chosen = [row for row in rows if row.metric == _TAG_METRIC and row.tag is not None and row.support]
    if not chosen:
        return
    support = {row.tag or "": row.support or 0 for row in chosen}
    many = max(_TAGS_SHOWN // 3, _BARS_SHOWN // len(_models(chosen, numbers)))
    shown = sorted(support, key=lambda tag: (-support[tag], tag))[: min(_TAGS_SHOWN, many)]
    title = f"{data}: by tag"
    names = {tag: f"{tag} ({support[tag]:,})" for tag in shown}
    kept = [row for row in chosen if row.tag in names]
    drawn = _bars(title, list(names.values()), kept, lambda row: names[row.tag or ""], numbers, "F1")
    prose = (
        f"F1 of the {len(shown)} tags with most test articles, of {len(support):,}; their number in brackets."
    )
    yield Section(_key("tags", data), title, prose, charts=[("by tag", drawn)])


def _curves(rows: Sequence[Row], metric: str, numbers: Numbers, facet: str) -> list[Line]:
    return [
        Line(short(row.model), numbers[row.model], row.x, row.y, row.weight, row.at)
        for row in rows
        if row.metric == metric and row.facet == facet and row.x and row.y
    ]


def _facets_with(rows: Sequence[Row], metric: str) -> list[str]:
    return list(dict.fromkeys(row.facet for row in rows if row.metric == metric and row.x))


def _precision_recall(data: str, rows: Sequence[Row], numbers: Numbers) -> Iterator[Section]:
    drawn = []
    for facet in _facets_with(rows, "pr_curve"):
        name = f"{data}, {facet}: precision and recall"
        curves = _curves(rows, "pr_curve", numbers, facet)
        drawn.append((facet, charts.lines(name, curves, Axis("recall", 0, 1), Axis("precision", 0, 1))))
    if drawn:
        prose = "Every threshold a point; the ring is the one that was chosen without the test articles."
        yield Section(_key("precision-recall", data), f"{data}: precision and recall", prose, charts=drawn)


def _reliability(data: str, rows: Sequence[Row], numbers: Numbers) -> Iterator[Section]:
    drawn = []
    for facet in _facets_with(rows, "reliability"):
        name = f"{data}, {facet}: reliability"
        curves = _curves(rows, "reliability", numbers, facet)
        said, true = Axis("probability that was said", 0, 1), Axis("share that was true", 0, 1)
        drawn.append((facet, charts.lines(name, curves, said, true, diagonal=True)))
    if drawn:
        prose = (
            "On the dotted line a probability means what it says; below it the model is too sure. "
            "The area of a dot grows with the number of its answers."
        )
        yield Section(_key("reliability", data), f"{data}: reliability", prose, charts=drawn)


def _learning(data: str, rows: Sequence[Row], numbers: Numbers) -> Iterator[Section]:
    curves = _curves(rows, "learning_curve", numbers, "all")
    if not curves:
        return
    across = axis_around("training articles", [each for curve in curves for each in curve.x], log=True)
    up = axis_around("micro-F1", [each for curve in curves for each in curve.y])
    title = f"{data}: learning curve"
    drawn = charts.lines(title, curves, across, up)
    prose = "Micro-F1 on the same test articles after learning from more and more."
    yield Section(_key("learning", data), title, prose, charts=[("learning curve", drawn)])


def _first(rows: Iterable[Row], model: str, metrics: Iterable[str]) -> tuple[str, float] | None:
    found = {row.metric: row.value for row in rows if row.model == model and row.facet == "all"}
    for metric in metrics:
        value = found.get(metric)
        if value is not None:
            return metric, value
    return None


def _three_ways(data: str, rows: Sequence[Row], numbers: Numbers) -> Iterator[Section]:
    """Accuracy against throughput against size, of the models that have the first two on this data set."""
    plain = _plain(rows)
    unit = next((size for size in _SIZES if any(row.metric == size[0] for row in plain)), _SIZES[0])
    found = []
    for model in dict.fromkeys(row.model for row in plain):
        quality, rate = _first(plain, model, ["micro_f1"]), _first(plain, model, _RATES)
        size = _first(plain, model, [unit[0]])
        if quality and rate and rate[1] > 0:
            found.append(Bubble(short(model), numbers[model], rate[1], quality[1], size[1] if size else None))
    if not found:
        return
    title = f"{data}: accuracy, throughput and size"
    across = axis_around("articles/s", [each.x for each in found], log=True)
    up = axis_around("micro-F1", [each.y for each in found], room=0.12)
    drawn = charts.bubbles(title, found, across, up, "MB")
    prose = f"Upper right is better. The area of a circle grows with its {unit[1]}."
    yield Section(_key("three-ways", data), title, prose, charts=[("accuracy, throughput and size", drawn)])


def _cost(data: str, rows: Sequence[Row], numbers: Numbers) -> Iterator[Section]:
    chosen = [row for row in _plain(rows) if _is_cost(row.metric)]
    if not chosen:
        return
    models = _models(chosen, numbers)
    found = {(row.metric, row.model): row for row in chosen}
    present = {row.metric for row in chosen}
    metrics = [*(each for each in HEADINGS if each in present), *sorted(present - set(HEADINGS))]
    table = [["figure", *map(short, models)]]
    for metric in metrics:
        table.append([_words(metric), *(_number(found.get((metric, model))) for model in models)])
    if len(models) > len(metrics):  # a page is longer than wide
        table = [list(column) for column in zip(*table, strict=True)]
    prose = "CPU seconds are steadier than seconds of the clock where a machine has other work too."
    yield Section(_key("cost", data), f"{data}: time and memory", prose, [Table(table[0], table[1:])])


def _number(row: Row | None) -> str:
    return "" if row is None else number(row.value)


def _ratios(data: str, rows: Sequence[Row], numbers: Numbers) -> Iterator[Section]:
    chosen = [row for row in rows if row.to is not None and row.value is not None and _is_cost(row.metric)]
    if not chosen:
        return
    pairs = list(dict.fromkeys((row.model, row.to or "") for row in chosen))
    found = {(row.metric, row.model, row.to): row for row in chosen}
    present = {row.metric for row in chosen}
    metrics = [*(each for each in HEADINGS if each in present), *sorted(present - set(HEADINGS))]
    cells = [[_words(metric), *(_range(found.get((metric, *pair))) for pair in pairs)] for metric in metrics]
    prose = (
        "Median of the rounds (least to greatest); in a round the models work in turns, and the best counts."
    )
    headings = ["figure", *(f"{short(model)} / {short(peer)}" for model, peer in pairs)]
    yield Section(_key("ratios", data), f"{data}: ratios", prose, [Table(headings, cells)])


def _range(row: Row | None) -> str:
    if row is None:
        return ""
    inside = "" if row.low is None or row.low == row.high else f" ({number(row.low)} to {number(row.high)})"
    return number(row.value) + inside


def _growth(data: str, rows: Sequence[Row], numbers: Numbers) -> Iterator[Section]:
    chosen = [row for row in rows if row.metric.startswith("growth_") and row.x and row.y]
    if not chosen:
        return
    drawn, cells = [], []
    models = _models(chosen, numbers)
    for metric in dict.fromkeys(row.metric for row in chosen):
        axis = metric.removeprefix("growth_")
        curves = _curves(chosen, metric, numbers, "all")
        across = axis_around(axis, [each for curve in curves for each in curve.x], log=True)
        up = axis_around("CPU seconds", [each for curve in curves for each in curve.y], log=True)
        drawn.append((f"growth with {axis}", charts.lines(f"{data}: growth with {axis}", curves, across, up)))
        found = {row.model: row for row in chosen if row.metric == metric}
        cells.append([axis, *(_range(found.get(model)) for model in models)])
    prose = "CPU time of a batch when one thing doubles three times; the exponent 1 is growth in proportion."
    table = Table(["exponent", *map(short, models)], cells)
    yield Section(_key("growth", data), f"{data}: growth", prose, [table], drawn)


def _missing(rows: Sequence[Row]) -> Iterator[Section]:
    cells = [[row.model, row.data, row.note or ""] for row in rows if row.metric == NOT_AVAILABLE]
    if cells:
        table = Table(["model", "data", "why"], cells)
        yield Section("missing", "Not measured", "What is not in the pictures, and why.", [table])


def _provenance(rows: Sequence[Row]) -> Iterator[Section]:
    cells = dict.fromkeys(
        (
            row.model,
            row.data,
            row.commit,
            "" if row.seed is None else str(row.seed),
            row.cpu,
            ", ".join(f"{name} {version}" for name, version in sorted(row.versions.items())),
        )
        for row in rows
        if row.metric != NOT_AVAILABLE
    )
    table = Table(["model", "data", "commit", "seed", "machine", "versions"], [list(each) for each in cells])
    yield Section("provenance", "Where the figures come from", "", [table])
