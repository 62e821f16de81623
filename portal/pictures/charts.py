"""The pictures as SVG, drawn by drawsvg: no style and no script in them, as the policy asks.

Every part is told apart by its pattern or form and by its words, never by colour alone; colours are
classes of the style sheet. A picture has a title, a description and, on its page, its table. Texts
come in the reader's language and with the reader's numbers; drawsvg escapes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import drawsvg
from markupsafe import Markup

WIDTH = 400
"""Of each picture's view box: what a column of the page is wide, so that texts keep their size."""

TEXT = 15
_EDGE = 1


class _Description(drawsvg.Title):  # type: ignore[misc]  # the library ships no types
    TAG_NAME = "desc"


@dataclass(frozen=True)
class Part:
    """A part of a bar: its pattern (see ``_PATTERNS``), how much it is, and what it says."""

    pattern: str
    amount: Decimal | int
    text: str


@dataclass(frozen=True)
class Bar:
    """A bar with what stands above it on both sides; its parts follow each other from the left."""

    label: str
    value: str
    parts: Sequence[Part]
    whole: Decimal | int
    inset: bool = False


@dataclass(frozen=True)
class Mark:
    """A numbered day of a time line: how many days from today, below zero where it is late."""

    n: int
    days: int
    text: str


@dataclass(frozen=True)
class Series:
    """A line over time: its values from the left, None where there is nothing to show."""

    label: str
    form: str
    values: Sequence[Decimal | None]
    texts: Sequence[str] = field(default_factory=tuple)


def _picture(key: str, height: int, title: str, description: str) -> Any:
    picture = drawsvg.Drawing(
        WIDTH,
        height,
        id_prefix=f"{key}-",
        **{
            "class": "chart",
            "role": "img",
            "aria-labelledby": f"{key}-title",
            "aria-describedby": f"{key}-description",
        },
    )
    picture.append(drawsvg.Title(title, id=f"{key}-title"))
    picture.append(_Description(description, id=f"{key}-description"))
    return picture


def _markup(picture: Any) -> Markup:
    return Markup(picture.as_svg(header=""))  # noqa: S704  # drawsvg escapes what it is given


def _text(
    picture: Any, words: str, x: float, y: float, anchor: str = "start", kind: str = ""
) -> None:
    picture.append(
        drawsvg.Text(words, TEXT, x, y, text_anchor=anchor, class_=f"chart-text {kind}".strip())
    )


# The pattern of each part: the size of its tile and the lines in it.
_PATTERNS: dict[str, tuple[int, Sequence[tuple[int, int, int, int]]]] = {
    "full": (8, ()),
    "slanted": (8, ((0, 8, 8, 0), (-1, 1, 1, -1), (7, 9, 9, 7))),
    "upright": (6, ((3, 0, 3, 6),)),
    "level": (6, ((0, 3, 6, 3),)),
    "empty": (8, ()),
}


class _Fills:
    """The patterns of one picture, each made once."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def of(self, name: str) -> Any:
        if name not in self._made:
            size, lines = _PATTERNS[name]
            tile = drawsvg.Pattern(size, size, class_=f"chart-{name}")
            tile.append(drawsvg.Rectangle(0, 0, size, size, class_="chart-ground"))
            for line in lines:
                tile.append(drawsvg.Line(*line, class_="chart-hatch"))
            self._made[name] = tile
        return self._made[name]


def _box(
    picture: Any, fills: _Fills, part: Part, x: float, y: float, width: float, height: int
) -> None:
    box = drawsvg.Rectangle(
        round(x, 1), y, round(width, 1), height, fill=fills.of(part.pattern), class_="chart-part"
    )
    box.append_title(part.text)
    picture.append(box)


def bars(
    key: str, title: str, description: str, rows: Sequence[Bar], legend: Sequence[Part] = ()
) -> Markup:
    """Bars one below the other, and what their patterns mean below them."""
    row, tall = 50, 18
    below = len(rows) * row
    picture = _picture(key, below + 24 * -(-len(legend) // 2) + 8, title, description)
    fills = _Fills()
    for n, bar in enumerate(rows):
        left = 24 if bar.inset else _EDGE
        room = WIDTH - _EDGE - left
        top = n * row
        _text(picture, bar.label, left, top + 18)
        _text(picture, bar.value, WIDTH - _EDGE, top + 18, "end", "chart-strong")
        foot = top + 25 + tall
        picture.append(drawsvg.Line(left, top + 25, left, foot, class_="chart-axis"))
        x = float(left)
        for part in bar.parts:
            if part.amount > 0 and bar.whole > 0:
                width = float(Fraction(part.amount) / Fraction(bar.whole) * room)
                _box(picture, fills, part, x, top + 25, width, tall)
                x += width
        if bar.inset:
            picture.append(drawsvg.Line(12, top, 12, top + row - 6, class_="chart-axis"))
    for n, part in enumerate(legend):
        x, y = _EDGE + (n % 2) * WIDTH / 2, below + 8 + n // 2 * 24
        _box(picture, fills, part, x, y, 22, 14)
        _text(picture, part.text, x + 30, y + 12)
    return _markup(picture)


def time_line(
    key: str,
    title: str,
    description: str,
    marks: Iterable[Mark],
    ticks: Sequence[tuple[int, str]],
    late: str,
) -> Markup:
    """Numbered days on a line from today on; the late ones, in squares, in a field before it.

    ``ticks`` are days from today with the words below them, the last the line's end.
    """
    marks = list(marks)
    any_late = any(mark.days < 0 for mark in marks)
    radius, start, end = 13, 122 if any_late else 30, WIDTH - 24
    last = ticks[-1][0]
    placed: list[tuple[Mark, float, int]] = []
    for mark in sorted(marks, key=lambda one: one.n):
        x = start + (end - start) * max(0, mark.days) / last if mark.days >= 0 else 42.0
        lane = 0
        while any(lane == other and abs(x - there) < 2 * radius + 3 for _m, there, other in placed):
            lane += 1
        placed.append((mark, x, lane))
    lanes = max((lane for _mark, _x, lane in placed), default=0) + 1
    base = lanes * (2 * radius + 6) + 16
    picture = _picture(key, base + 34, title, description)
    picture.append(drawsvg.Line(start, base, end, base, class_="chart-axis"))
    if any_late:
        picture.append(drawsvg.Line(10, base, 74, base, class_="chart-axis chart-late"))
        _text(picture, late, 42, base + 24, "middle", "chart-strong")
    for n, (days, words) in enumerate(ticks):
        x = start + (end - start) * days / last
        picture.append(drawsvg.Line(x, base - 5, x, base + 5, class_="chart-axis"))
        is_last = n == len(ticks) - 1
        _text(picture, words, WIDTH if is_last else x, base + 24, "end" if is_last else "middle")
    for mark, x, lane in placed:
        y = base - 12 - radius - lane * (2 * radius + 6)
        if lane == 0:
            picture.append(drawsvg.Line(x, y, x, base, class_="chart-axis"))
        form = (
            drawsvg.Rectangle(
                x - radius, y - radius, 2 * radius, 2 * radius, class_="chart-mark chart-late"
            )
            if mark.days < 0
            else drawsvg.Circle(round(x, 1), y, radius, class_="chart-mark")
        )
        form.append_title(mark.text)
        picture.append(form)
        _text(picture, str(mark.n), round(x, 1), y + 5, "middle", "chart-in-mark")
    return _markup(picture)


def lines(
    key: str,
    title: str,
    description: str,
    series: Sequence[Series],
    times: Sequence[str],
    scale: tuple[int, int],
) -> Markup:
    """Values over time. What has no value has no mark, and no line leads across it."""
    low, high = scale
    left, right, top, bottom = 30, WIDTH - 16, 16, 176
    step = (right - left) / len(times)
    legend = bottom + 38
    picture = _picture(key, legend + 24 * len(series), title, description)

    def place(n: int, value: Decimal) -> tuple[float, float]:
        share = Fraction(value - low) / (high - low)
        return round(left + step * (n + 0.5), 1), round(bottom - float(share) * (bottom - top), 1)

    for value in range(low, high + 1):
        y = place(0, Decimal(value))[1]
        picture.append(drawsvg.Line(left, y, right, y, class_="chart-grid"))
        _text(picture, str(value), left - 10, y + 5, "end")
    for n, words in enumerate(times):
        if n % 2 == len(times) % 2:
            continue
        _text(picture, words, round(left + step * (n + 0.5), 1), bottom + 22, "middle")
    for nth, one in enumerate(series):
        before: tuple[float, float] | None = None
        for n, found in enumerate(one.values):
            here = None if found is None else place(n, found)
            if here is not None and before is not None:
                picture.append(drawsvg.Line(*before, *here, class_=f"chart-line chart-{one.form}"))
            before = here
        for n, found in enumerate(one.values):
            if found is not None:
                _dot(picture, one.form, *place(n, found), one.texts[n])
        y = legend + 8 + nth * 24
        picture.append(drawsvg.Line(left, y, left + 36, y, class_=f"chart-line chart-{one.form}"))
        _dot(picture, one.form, left + 18, y, one.label)
        _text(picture, one.label, left + 46, y + 5)
    return _markup(picture)


def _dot(picture: Any, form: str, x: float, y: float, words: str) -> None:
    dot = (
        drawsvg.Circle(x, y, 6, class_="chart-dot")
        if form == "round"
        else drawsvg.Rectangle(x - 6, y - 6, 12, 12, class_="chart-dot chart-square")
    )
    dot.append_title(words)
    picture.append(dot)
