"""Charts as inline SVG: horizontal bars, lines and bubbles.

Colours are CSS classes (``s0`` to ``s7``), so that one page shows them light and dark; a model keeps its
number, and so its colour, in every chart. Nothing is told by colour alone: the ninth line and those
after it are dashed, every mark has a tooltip, and the tables beside have all the figures.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

COLOURS = 8
WIDTH = 900
_LETTER = 7.1  # mean width of a letter at 12 px, for what must be laid out without a browser

STYLE = """
svg.chart { font: 12px system-ui, sans-serif; max-width: 100%; height: auto; display: block; }
svg.chart text { fill: var(--ink); }
svg.chart .soft, svg.chart .tick { fill: var(--soft); }
svg.chart .grid { stroke: var(--line); stroke-width: 1; }
svg.chart .axis, svg.chart .whisker { stroke: var(--soft); stroke-width: 1.2; }
svg.chart .diagonal { stroke: var(--soft); stroke-dasharray: 2 4; }
svg.chart .curve { fill: none; stroke-width: 2; stroke-linejoin: round; stroke: var(--c); }
svg.chart .dashed { stroke-dasharray: 6 3; }
svg.chart .mark { fill: var(--c); }
svg.chart .second { fill-opacity: .3; stroke: var(--c); stroke-width: 1; }
svg.chart .bubble { fill: var(--c); fill-opacity: .45; stroke: var(--c); stroke-width: 1.5; }
svg.chart .ring { fill: var(--paper); stroke: var(--c); stroke-width: 2.5; }
"""
_LIGHT = "#0868ac #c2410c #15803d #a21caf #a16207 #0e7490 #b91c5c #57534e".split()
_DARK = "#6cb6ff #ff9d5c #5fd38a #e29bf0 #e6c34a #58d0e0 #ff8fb8 #c9c4bd".split()


def _palette(ink: str, soft: str, line: str, paper: str, colours: Iterable[str]) -> str:
    named = f"--ink: {ink}; --soft: {soft}; --line: {line}; --paper: {paper}; "
    return named + " ".join(f"--c{number}: {colour};" for number, colour in enumerate(colours))


PALETTE = f"""
:root {{ color-scheme: light dark; {_palette("#1c1917", "#57534e", "#e2dfdb", "#ffffff", _LIGHT)} }}
@media (prefers-color-scheme: dark) {{
  :root {{ {_palette("#edeae6", "#aaa49d", "#3a3733", "#181614", _DARK)} }}
}}
""" + "\n".join(f".s{number} {{ --c: var(--c{number}); }}" for number in range(COLOURS))


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its value, and its interval if there is one."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """The bars of one model, one for each group; ``number`` is the model's in the whole report."""

    name: str
    number: int
    bars: Sequence[Bar | None]


@dataclass(frozen=True, slots=True)
class Line:
    """The curve of one model, with a marked point and areas of its points if it has them."""

    name: str
    number: int
    x: Sequence[float]
    y: Sequence[float]
    weight: Sequence[float] | None = None
    at: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Bubble:
    """One model as a circle: its area grows with ``size``."""

    name: str
    number: int
    x: float
    y: float
    size: float | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis shows, from where to where, and whether by powers of ten."""

    label: str
    low: float
    high: float
    log: bool = False

    def share(self, value: float) -> float:
        """Return where a value lies, from 0 to 1; values beyond the ends lie at the ends."""
        low, high = (math.log10(self.low), math.log10(self.high)) if self.log else (self.low, self.high)
        at = math.log10(max(value, self.low)) if self.log else value
        return min(1.0, max(0.0, (at - low) / (high - low)))

    def ticks(self) -> list[float]:
        """Return round values that lie on the axis."""
        if not self.log:
            return nice_ticks(self.low, self.high)
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        steps = (1,) if math.log10(self.high / self.low) > 2.2 else (1, 2, 5)
        ticks = [step * 10.0**power for power in range(first, last + 1) for step in steps]
        return [tick for tick in ticks if self.low * 0.999 <= tick <= self.high * 1.001]


def axis_around(
    label: str, values: Iterable[float], *, log: bool = False, zero: bool = False, room: float = 0.0
) -> Axis:
    """Return an axis around the values; ``room`` is the share of their range to leave at both ends.

    Examples
    --------
    >>> axis_around("s", [0.0, 9.0], zero=True).high
    10.0
    """
    known = [value for value in values if not log or value > 0] or [1.0]
    low, high = min(known), max(known)
    if log:
        return Axis(label, low / 1.6, high * 1.6, True)
    if zero:
        low = min(low, 0.0)
    low, high = low - room * (high - low), high + room * (high - low)
    step = _step(high - low or abs(high) or 1.0)
    return Axis(label, math.floor(low / step) * step, math.ceil(high / step + 1e-9) * step or step)


def nice_ticks(low: float, high: float) -> list[float]:
    """Return five to ten round values between two, ends included where they are round.

    Examples
    --------
    >>> nice_ticks(0, 1)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    step = _step(high - low)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 12) for number in range(first, math.floor(high / step + 1e-9) + 1)]


def _step(length: float) -> float:
    rough = max(length / 6, sys.float_info.min)  # the least of floats, divided, is 0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= rough * 0.999)


def brief(value: float) -> str:
    """Return a number as short as an axis wants it.

    Examples
    --------
    >>> brief(20000), brief(0.6), brief(1500000), brief(0.00025)
    ('20k', '0.6', '1.5M', '0.00025')
    """
    for unit, letter in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= unit * 0.9995:
            return f"{value / unit:.3g}{letter}"
    return f"{value:.3g}"


def bars(title: str, groups: Sequence[str], series: Sequence[Series], axis: Axis) -> str:
    """Return grouped horizontal bars with their intervals."""
    left = min(260.0, max((len(group) for group in groups), default=0) * _LETTER + 16)
    legend, top = _legend([(each.name, each.number) for each in series])
    thick = max(6.5, min(14.0, 30.0 / max(1, len(series))))
    each_group = thick * len(series) + 10
    height = top + each_group * len(groups) + 40
    right = WIDTH - 16

    def x(value: float) -> float:
        return left + axis.share(value) * (right - left)

    drawn = [legend]
    for tick in axis.ticks():
        drawn.append(_line(x(tick), top, x(tick), height - 40, "grid"))
        drawn.append(_text(x(tick), height - 24, brief(tick), "tick", "middle"))
    drawn.append(_text((left + right) / 2, height - 6, axis.label, "soft", "middle"))
    for place, group in enumerate(groups):
        y = top + each_group * place + 5
        middle = y + thick * len(series) / 2 + 4
        drawn.append(_text(left - 8, middle, _shortened(group, int((left - 12) / _LETTER)), "", "end"))
        for number, one in enumerate(series):
            bar = one.bars[place]
            if bar is not None:
                drawn.append(_bar(x, y + number * thick, thick, bar, f"{group}, {one.name}", one.number))
    return _svg(title, height, drawn)


def _bar(x: Callable[[float], float], y: float, thick: float, bar: Bar, name: str, number: int) -> str:
    interval = "" if bar.low is None or bar.high is None else f" ({bar.low:.3f} to {bar.high:.3f})"
    start, stop = x(0), x(bar.value)
    kind = "mark second" if number >= COLOURS else "mark"
    drawn = (
        f'<rect class="{kind}" x="{start:.1f}" y="{y:.1f}" width="{max(stop - start, 0.8):.1f}" '
        f'height="{thick - 1.5:.1f}" rx="1.5"/>'
    )
    if interval and bar.low is not None and bar.high is not None:
        middle = y + (thick - 1.5) / 2
        drawn += _line(x(bar.low), middle, x(bar.high), middle, "whisker")
    return _group(number, f"{name}: {bar.value:.3f}{interval}", drawn)


def lines(title: str, curves: Sequence[Line], across: Axis, up: Axis, *, diagonal: bool = False) -> str:
    """Return curves; ``diagonal`` adds the line on which both axes are equal."""
    legend, top = _legend([(each.name, each.number) for each in curves])
    frame = _Frame(across, up, top, top + 330)
    drawn = [legend, frame.axes()]
    if diagonal:
        drawn.append(_line(frame.x(0), frame.y(0), frame.x(1), frame.y(1), "diagonal"))
    for curve in curves:
        points = " ".join(f"{frame.x(a):.1f},{frame.y(b):.1f}" for a, b in zip(curve.x, curve.y, strict=True))
        dashed = " dashed" if curve.number >= COLOURS else ""
        parts = [f'<polyline class="curve{dashed}" points="{points}"/>', *_dots(curve, frame)]
        if curve.at is not None:
            there = f"{up.label} {curve.at[1]:.3f}, {across.label} {curve.at[0]:.3f}"
            told = f"{curve.name}, chosen threshold: {there}"
            parts.append(_circle(frame.x(curve.at[0]), frame.y(curve.at[1]), 5.5, "ring", told))
        drawn.append(_group(curve.number, curve.name, "".join(parts)))
    return _svg(title, frame.bottom + 44, drawn)


def _dots(curve: Line, frame: _Frame) -> list[str]:
    """Return the points themselves where they are few, or where they have weights."""
    if curve.weight is None and len(curve.x) > 20:
        return []
    most = max(curve.weight or [1.0]) or 1.0
    weights = curve.weight or [0.25] * len(curve.x)
    return [
        _circle(
            frame.x(a),
            frame.y(b),
            1.5 + 6 * math.sqrt(weight / most),
            "mark",
            f"{curve.name}: {a:.4g}, {b:.4g}" + (f", weight {weight:,.0f}" if curve.weight else ""),
        )
        for a, b, weight in zip(curve.x, curve.y, weights, strict=True)
    ]


def bubbles(title: str, found: Sequence[Bubble], across: Axis, up: Axis, unit: str) -> str:
    """Return one labelled circle a model; the unit is that of the sizes."""
    frame = _Frame(across, up, 14, 374)
    most = max((each.size or 0.0 for each in found), default=0.0) or 1.0
    drawn = [frame.axes()]
    placed = [
        (each, frame.x(each.x), frame.y(each.y), 5 + 21 * math.sqrt((each.size or 0.0) / most))
        for each in sorted(found, key=lambda bubble: -(bubble.size or 0.0))
    ]
    taken = [_Box(x - radius, y - radius, x + radius, y + radius) for _, x, y, radius in placed]
    for each, x, y, radius in placed:
        size = "" if each.size is None else f" ({brief(each.size)} {unit})"
        told = f"{each.name}{size}: {up.label} {each.y:.3f}, {brief(each.x)} {across.label}"
        drawn.append(_group(each.number, told, _circle(x, y, radius, "bubble", told)))
        label = each.name + size
        box = _free_box(x, y, radius, len(label) * _LETTER, taken)
        taken.append(box)
        drawn.append(_text(box.left, box.bottom - 3, label))
    return _svg(title, frame.bottom + 44, drawn)


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)


def _free_box(x: float, y: float, radius: float, width: float, taken: Sequence[_Box]) -> _Box:
    """Return where a label fits beside its circle: right, left, above or below, else right all the same."""
    corners = [(x + radius + 4, y - 8), (x - radius - 4 - width, y - 8)]
    corners += [(x - width / 2, y - radius - 17), (x - width / 2, y + radius + 2)]
    corners += [(x + radius * 0.8, y + side * (radius + 10) - 8) for side in (-1, 1)]
    boxes = [_Box(left, top, left + width, top + 15) for left, top in corners]
    inside = [box for box in boxes if box.left > 66 and box.right < WIDTH] or boxes
    return next((box for box in inside if not any(map(box.meets, taken))), inside[0])


class _Frame:
    """The square of a chart with two axes."""

    def __init__(self, across: Axis, up: Axis, top: float, bottom: float) -> None:
        self.across, self.up, self.top, self.bottom = across, up, top, bottom
        self.left, self.right = 64.0, WIDTH - 20.0

    def x(self, value: float) -> float:
        return self.left + self.across.share(value) * (self.right - self.left)

    def y(self, value: float) -> float:
        return self.bottom - self.up.share(value) * (self.bottom - self.top)

    def axes(self) -> str:
        drawn = []
        for tick in self.across.ticks():
            drawn.append(_line(self.x(tick), self.top, self.x(tick), self.bottom, "grid"))
            drawn.append(_text(self.x(tick), self.bottom + 17, brief(tick), "tick", "middle"))
        for tick in self.up.ticks():
            drawn.append(_line(self.left, self.y(tick), self.right, self.y(tick), "grid"))
            drawn.append(_text(self.left - 7, self.y(tick) + 4, brief(tick), "tick", "end"))
        drawn.append(_line(self.left, self.bottom, self.right, self.bottom, "axis"))
        drawn.append(_line(self.left, self.top, self.left, self.bottom, "axis"))
        middle = (self.left + self.right) / 2
        drawn.append(_text(middle, self.bottom + 36, self.across.label, "soft", "middle"))
        half = (self.top + self.bottom) / 2
        turned = f'transform="rotate(-90 16 {half:.1f})"'
        drawn.append(_text(16, half, self.up.label, "soft", "middle", turned))
        return "".join(drawn)


def _legend(names: Sequence[tuple[str, int]]) -> tuple[str, float]:
    """Return the legend, in as many rows as it needs, and where the chart may begin."""
    x, y, drawn = 4.0, 14.0, []
    for name, number in names:
        width = 24 + len(name) * _LETTER + 14
        if x + width > WIDTH and x > 4:
            x, y = 4.0, y + 19
        dashed = " dashed" if number >= COLOURS else ""
        mark = (
            f'<line class="curve{dashed}" x1="{x:.1f}" y1="{y - 4:.1f}" x2="{x + 18:.1f}" y2="{y - 4:.1f}"/>'
        )
        drawn.append(f'<g class="s{number % COLOURS}">{mark}</g>{_text(x + 24, y, name)}')
        x += width
    return "".join(drawn), y + 14


def _svg(title: str, height: float, drawn: Sequence[str]) -> str:
    """Return the picture; its title is what a screen reader says."""
    return (
        f'<svg class="chart" role="img" aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" height="{height:.0f}">{"".join(drawn)}</svg>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _group(number: int, told: str, drawn: str) -> str:
    return f'<g class="s{number % COLOURS}"><title>{escape(told)}</title>{drawn}</g>'


def _circle(x: float, y: float, radius: float, kind: str, told: str) -> str:
    title = f"<title>{escape(told)}</title>"
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}">{title}</circle>'


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start", more: str = "") -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{escape(words)}</text>'
    )


def _shortened(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def standalone(svg: str) -> str:
    """Return a picture that stands as a file of its own, light and dark."""
    head, _, rest = svg.partition(">")
    return f"{head}><style>{PALETTE}{STYLE}svg.chart {{ background: var(--paper); }}</style>{rest}\n"
