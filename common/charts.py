"""Charts drawn on the server: plain SVG with no style or script of its own, and the same figures as a table.

Widths are percentages and letters are pixels, so a chart is as easy to read on a phone as on a desk. pygal was tried:
its pictures carry a style sheet and scripts, which our content policy refuses, and letters that shrink with the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from zlib import crc32

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from common.money import pounds

Value = int | None
Series = Mapping[str, Sequence[Value]]
Say = Callable[[int], str]

LEFT, RIGHT = 11.0, 100.0  # per cent of the width between which columns and lines stand
PLOT, FOOT, KEY = 220, 40, 24  # pixels: the plot, the labels beneath it, one line of the key
DASHES = ("", "7 4", "2 4", "10 3 2 3", "4 2", "12 4")
COLOURS = len(DASHES)


@dataclass(frozen=True)
class Table:
    header: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Chart:
    title: str
    svg: SafeString
    table: Table
    csv_url: str = ""


def number(value: int) -> str:
    return f"{value:,}"


def bars(
    *,
    title: str,
    of: str,
    labels: Sequence[str],
    series: Series,
    say: Say = pounds,
    gap: str = "Not shown",
    csv_url: str = "",
) -> Chart:
    """Draw horizontal bars, one for each label, with parts end to end: for funders, areas, purposes."""
    most = highest(totals(series, len(labels)))
    top = key_height(series)
    drawn = [key(series)]
    for row, label in enumerate(labels):
        y = top + row * 46
        cells = [values[row] for values in series.values()]
        said = say(sum(v or 0 for v in cells)) if any(v is not None for v in cells) else gap
        drawn.append(text(0, y + 15, label) + text(100, y + 15, said, anchor="end", bold=True))
        drawn.append(f'<rect x="0" y="{y + 22}" width="100%" height="14" class="track"/>')
        drawn.append(lying_parts(y + 22, label, series, row, most, say))
    svg = frame(title, top + len(labels) * 46, drawn, describe(labels, series, say))
    return Chart(title, svg, tabled(of, labels, series, say, gap), csv_url)


def lying_parts(y: int, label: str, series: Series, row: int, most: float, say: Say) -> str:
    parts, at = [], 0.0
    for index, (name, values) in enumerate(series.items()):
        width = max(values[row] or 0, 0) / most * 100
        parts.append(box(at, y, width, 14, index, f"{label}, {name}: {say(values[row] or 0)}"))
        at += width
    return "".join(parts)


def columns(
    *,
    title: str,
    of: str,
    labels: Sequence[str],
    series: Series,
    say: Say = pounds,
    gap: str = "Not shown",
    csv_url: str = "",
) -> Chart:
    """Draw columns, one for each label, with parts stacked: for figures month by month."""
    scale = Scale.over(totals(series, len(labels)), top=key_height(series) + 12)
    step = (RIGHT - LEFT) / max(len(labels), 1)
    drawn = [key(series), scale.grid(say), axis_labels(labels, step, scale.foot)]
    for column, label in enumerate(labels):
        y = float(scale.foot)
        for index, (name, values) in enumerate(series.items()):
            height = max(values[column] or 0, 0) / scale.most * PLOT
            y -= height
            hint = f"{label}, {name}: {say(values[column] or 0)}"
            drawn.append(box(LEFT + step * (column + 0.14), y, step * 0.72, height, index, hint))
    svg = frame(title, scale.foot + FOOT, drawn, describe(labels, series, say))
    return Chart(title, svg, tabled(of, labels, series, say, gap), csv_url)


def lines(
    *,
    title: str,
    of: str,
    labels: Sequence[str],
    series: Series,
    say: Say = number,
    gap: str = "Not shown",
    csv_url: str = "",
) -> Chart:
    """Draw a line for each series over time. A missing figure leaves a break."""
    scale = Scale.over([v or 0 for values in series.values() for v in values], top=key_height(series, lined=True) + 12)
    step = (RIGHT - LEFT) / max(len(labels), 1)
    drawn = [key(series, lined=True), scale.grid(say), axis_labels(labels, step, scale.foot)]
    for index, (name, values) in enumerate(series.items()):
        points = [
            (LEFT + step * (at + 0.5), scale.y(value), f"{label}, {name}: {say(value)}") if value is not None else None
            for at, (label, value) in enumerate(zip(labels, values, strict=True))
        ]
        drawn.append(line(points, index))
    svg = frame(title, scale.foot + FOOT, drawn, describe(labels, series, say))
    return Chart(title, svg, tabled(of, labels, series, say, gap), csv_url)


def line(points: Sequence[tuple[float, float, str] | None], index: int) -> str:
    dash = f' stroke-dasharray="{DASHES[index % COLOURS]}"' if DASHES[index % COLOURS] else ""
    joined = "".join(
        f'<line x1="{a[0]:.2f}%" y1="{a[1]:.1f}" x2="{b[0]:.2f}%" y2="{b[1]:.1f}" class="l{index % COLOURS + 1}" '
        f'stroke-width="2.5"{dash}/>'
        for a, b in zip(points, points[1:], strict=False)
        if a and b
    )
    dots = "".join(
        f'<circle cx="{p[0]:.2f}%" cy="{p[1]:.1f}" r="4" class="s{index % COLOURS + 1}">'
        f"<title>{escape(p[2])}</title></circle>"
        for p in points
        if p
    )
    return joined + dots


@dataclass(frozen=True)
class Scale:
    """The vertical axis: its highest value and its grid lines."""

    most: float
    tick: float
    top: int

    @classmethod
    def over(cls, values: Sequence[float], *, top: int) -> Scale:
        tick = round_step(highest(values) / 4)
        return cls(most=ceil(highest(values) / tick) * tick, tick=tick, top=top)

    @property
    def foot(self) -> int:
        return self.top + PLOT

    def y(self, value: float) -> float:
        return self.foot - max(value, 0) / self.most * PLOT

    def grid(self, say: Say) -> str:
        levels = [self.tick * n for n in range(int(self.most / self.tick + 0.5) + 1)]
        return "".join(
            f'<line x1="{LEFT}%" x2="100%" y1="{y:.1f}" y2="{y:.1f}" class="{"grid" if level else "axis"}"/>'
            + text(LEFT - 1, y + 4, brief(level, money=say is pounds), anchor="end", quiet=True)
            for level, y in ((level, self.y(level)) for level in levels)
        )


def round_step(least: float) -> float:
    """Return the smallest of 1, 2, 2.5, 5 × 10ⁿ that is not below `least`; at least 1."""
    power = 10 ** floor(log10(least)) if least > 0 else 1
    return max(1.0, next(power * n for n in (1, 2, 2.5, 5, 10) if power * n >= least))


def highest(values: Sequence[float]) -> float:
    return max([*values, 0]) or 1


def totals(series: Series, count: int) -> list[int]:
    return [sum(max(values[at] or 0, 0) for values in series.values()) for at in range(count)]


def brief(value: float, *, money: bool) -> str:
    """Return a figure short enough for an axis: £1.2k, £40k, £1m."""
    amount, sign = (value / 100, "£") if money else (value, "")
    for size, letter in ((1_000_000, "m"), (1_000, "k")):
        if amount >= size:
            return f"{sign}{amount / size:.1f}".removesuffix(".0") + letter
    return f"{sign}{amount:.2f}".rstrip("0").rstrip(".")


def axis_labels(labels: Sequence[str], step: float, foot: int) -> str:
    """Draw "Jan" under each column, with "2026" where a year begins; on a phone under every other one."""
    every = ceil(len(labels) / 13) or 1
    drawn, before = [], ""
    for nth, (at, label) in enumerate(list(enumerate(labels))[::every]):
        first, _, rest = label.partition(" ")
        first = first[:3] if rest.isdigit() else first
        middle = LEFT + step * (at + 0.5)
        drawn.append(text(middle, foot + 17, first, anchor="middle", quiet=True, wide=len(labels) > 6 and nth % 2 == 1))
        if rest != before:
            drawn.append(text(middle, foot + 33, rest, anchor="middle", quiet=True))
        before = rest
    return "".join(drawn)


def key_height(series: Series, *, lined: bool = False) -> int:
    return len(series) * KEY if len(series) > 1 else 0


def key(series: Series, *, lined: bool = False) -> str:
    """Draw which colour is which, a line each. A single series needs none."""
    if len(series) < 2:
        return ""
    marks = []
    for index, name in enumerate(series):
        y = index * KEY
        dash = f' stroke-dasharray="{DASHES[index % COLOURS]}"' if DASHES[index % COLOURS] else ""
        mark = (
            f'<line x1="0" y1="{y + 10}" x2="26" y2="{y + 10}" class="l{index % COLOURS + 1}" stroke-width="3"{dash}/>'
            if lined
            else f'<rect x="0" y="{y + 3}" width="14" height="14" class="s{index % COLOURS + 1}"/>'
        )
        marks.append(mark + f'<text x="{34 if lined else 22}" y="{y + 15}" font-size="14">{escape(name)}</text>')
    return "".join(marks)


def text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    bold: bool = False,
    quiet: bool = False,
    wide: bool = False,
) -> str:
    """Draw words. `wide` ones are hidden on a narrow screen."""
    weight = ' font-weight="700"' if bold else ""
    size = 12 if quiet else 14
    named = " ".join(name for name, on in (("quiet", quiet), ("wide", wide)) if on)
    shade = f' class="{named}"' if named else ""
    place = f'x="{x:.2f}%" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"'
    return f"<text {place}{weight}{shade}>{escape(words)}</text>"


def box(x: float, y: float, width: float, height: float, index: int, hint: str) -> str:
    if not width or not height:
        return ""
    place = f'x="{x:.2f}%" y="{y:.1f}" width="{width:.2f}%" height="{height:.1f}"'
    return f'<rect {place} class="s{index % COLOURS + 1}"><title>{escape(hint)}</title></rect>'


def frame(title: str, height: int, drawn: Sequence[str], told: str) -> SafeString:
    body = "".join(drawn)
    name = f"chart-{crc32((title + body).encode('utf-8', 'replace')):x}"
    head = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(told)}</desc>'
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="kit-chart__svg" role="img" width="100%" height="{height}" '
        f'aria-labelledby="{name}-title" aria-describedby="{name}-desc">'
    )
    return mark_safe(f"{opening}{head}{body}</svg>")  # noqa: S308 - every word in it was escaped


def describe(labels: Sequence[str], series: Series, say: Say) -> str:
    """Describe the chart in a sentence, for those who do not see it."""
    if not labels:
        return "There is nothing to show yet."
    sums = totals(series, len(labels))
    top = max(range(len(labels)), key=lambda at: sums[at])
    return (
        f"{len(labels)} figures. The highest is {labels[top]}, {say(sums[top])}. The table that follows has them all."
    )


def tabled(of: str, labels: Sequence[str], series: Series, say: Say, gap: str) -> Table:
    rows = [
        [label, *(gap if (value := values[at]) is None else say(value) for values in series.values())]
        for at, label in enumerate(labels)
    ]
    return Table([of, *series], rows)
