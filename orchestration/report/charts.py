"""Pictures, drawn by matplotlib as static SVG.

Every picture is drawn twice, for a wide page and for a phone, so that its text keeps its size. What is
under way or not mature is hatched, dashed or hollow, never drawn like the rest.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from orchestration.report.figures import Drawing, Mark
from orchestration.report.svg import TONES, render
from orchestration.report.values import Kind, Value, exact, rounded

WIDE, NARROW = (11.4, 3.9), (3.6, 2.9)
# Space for what stands outside the plot, in inches: left, right, bottom, top.
MARGINS = (0.62, 0.14, 0.52, 0.16)
SIGNS = {"o": "●", "s": "■", "^": "▲", "D": "◆", "v": "▼", "P": "✚"}
OPEN = Mark("under way or not mature", "muted", "hatch")
TICKS_WIDE, TICKS_NARROW = 13, 4


@dataclass(frozen=True)
class Series:
    """One line, or one colour of bars.

    Attributes:
        label: in the legend.
        values: by place; a null leaves a gap.
        tone: colour of the theme.
        marker: shape of a line's points.
        thin: a line of the background, without points.
    """

    label: str
    values: Sequence[Value]
    tone: str
    marker: str = "o"
    thin: bool = False


Draw = Callable[[Axes, bool], None]


def bars(
    name: str,
    title: str,
    labels: Sequence[Value],
    series: Sequence[Series],
    kind: Kind,
    is_open: Sequence[bool],
    targets: Sequence[Value] | None = None,
    described: str = "",
) -> Drawing:
    """Bars by month, stacked: what is above zero upwards, what is below downwards."""

    def draw(axes: Axes, narrow: bool) -> None:
        above, below = [0.0] * len(labels), [0.0] * len(labels)
        for number, one in enumerate(series):
            for place, value in enumerate(one.values):
                if value is None or not (height := _float(value)):
                    continue
                base = above if height > 0 else below
                _bar(axes, place, height, base[place], one.tone, is_open[place], number)
                base[place] += height
        axes.axhline(0, color=TONES["text"], linewidth=0.8)
        if targets:
            places = [n for n, value in enumerate(targets) if value is not None]
            heights = [_float(targets[n]) for n in places]
            axes.plot(
                places, heights, linestyle="none", marker="_", markersize=5 if narrow else 17,
                markeredgewidth=2.4, color=TONES["text"], gid="data-target",
            )  # fmt: skip
        _months(axes, labels, narrow)
        _amounts(axes, kind)

    marks = [Mark(one.label, one.tone) for one in series]
    if targets and any(value is not None for value in targets):
        marks.append(Mark("Target", "text", "━"))
    return _drawing(name, title, described, draw, marks, is_open)


def lines(
    name: str,
    title: str,
    labels: Sequence[Value],
    series: Sequence[Series],
    kind: Kind,
    is_open: Sequence[bool] | None = None,
    axis: str = "",
    level: float | None = None,
    described: str = "",
) -> Drawing:
    """Lines over months, or over ages where labels are numbers; the open part is dashed."""
    opened = list(is_open or [False] * len(labels))

    def draw(axes: Axes, narrow: bool) -> None:
        for number, one in enumerate(series):
            _line(axes, one, opened, number, narrow)
        if level is not None:
            axes.axhline(level, color=TONES["text"], linewidth=0.9, linestyle=(0, (2, 2)))
        if labels and isinstance(labels[0], date):
            _months(axes, labels, narrow)
        else:
            _ages(axes, labels, axis)
        _amounts(axes, kind)
        known = [_float(v) for one in series for v in one.values if v is not None]
        if min(known, default=0.0) >= 0:
            axes.set_ylim(0, max(axes.get_ylim()[1], 1e-9))
        else:
            axes.axhline(0, color=TONES["text"], linewidth=0.8)

    marks = [
        Mark(one.label, one.tone, "─" if one.thin else SIGNS[one.marker])
        for one in series
        if one.label
    ]
    return _drawing(name, title, described, draw, marks, opened, Mark(OPEN.label, "muted", "dash"))


def waterfall(
    name: str, title: str, steps: Sequence[tuple[str, Value, str]], kind: Kind, described: str = ""
) -> Drawing:
    """From a first total over signed steps to a last one; each step is (label, value, tone)."""
    last = len(steps) - 1
    edges = [_float(steps[0][1])]
    for _, value, _ in steps[1:last]:
        edges.append(edges[-1] + _float(value))
    edges.append(_float(steps[last][1]))
    lowest, highest = min(edges), max(edges)
    # Where movements are small against the totals, the axis is cut: a note of the page says so.
    floor = max(0.0, lowest - 4 * (highest - lowest)) if highest > lowest else 0.0

    def draw(axes: Axes, narrow: bool) -> None:
        for place, (_, value, tone) in enumerate(steps):
            total = place in (0, last)
            start = floor if total else edges[place - 1]
            _bar(axes, place, edges[place] - start, start, tone, False, place)
            _bar_label(axes, place, max(start, edges[place]), value, kind, narrow, total)
        for place, edge in enumerate(edges[:-1]):
            axes.plot([place + 0.38, place + 0.62], [edge, edge], color=TONES["muted"], linewidth=1)
        labels = [label.replace(" ", "\n") if narrow else label for label, _, _ in steps]
        axes.set_xticks(range(len(steps)), labels, rotation=90 if narrow else 0)
        axes.set_xlim(-0.6, last + 0.6)
        room = (highest - floor) * 0.12 or 1.0
        axes.set_ylim(min(floor, lowest - room if lowest < 0 else floor), highest + room)
        _amounts(axes, kind)

    # Names stand upright on a phone.
    return _drawing(name, title, described, draw, [], [], bottoms=(0.34, 1.0))


def ranks(
    name: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    kind: Kind,
    is_open: Sequence[bool] | None = None,
    described: str = "",
) -> Drawing:
    """Horizontal bars, one group a label, the first on top."""
    opened = list(is_open or [False] * len(labels))
    room = 0.8 / len(series)

    def draw(axes: Axes, narrow: bool) -> None:
        widest = max((_float(v) for one in series for v in one.values if v is not None), default=0)
        for number, one in enumerate(series):
            for place, value in enumerate(one.values):
                y = place + (number - (len(series) - 1) / 2) * room
                if value is not None:
                    (bar,) = axes.barh(
                        y, _float(value), height=room * 0.86, facecolor=TONES[one.tone]
                    )
                    _fill(bar, opened[place])
                    bar.set_gid(f"data-{number}-{place}")
                text = "—" if value is None else _short(value, kind)
                axes.text(
                    _float(value or 0) + widest * 0.012, y, text, va="center", ha="left",
                    color=TONES["text"], fontsize=8,
                )  # fmt: skip
        axes.set_yticks(range(len(labels)), [_clipped(label, narrow) for label in labels])
        axes.set_ylim(len(labels) - 0.4, -0.6)
        axes.set_xlim(0, widest * 1.16 or 1.0)
        axes.xaxis.set_major_locator(MaxNLocator(4 if narrow else 7))
        axes.xaxis.set_major_formatter(FuncFormatter(partial(_tick, kind)))
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color=TONES["grid"], linewidth=0.8)

    height = max(1.2, 0.55 + len(labels) * max(0.27, 0.2 * len(series)))
    longest = max((len(label) for label in labels), default=0)
    marks = [Mark(one.label, one.tone) for one in series] if len(series) > 1 else []
    return _drawing(
        name, title, described, draw, marks, opened,
        sizes=((WIDE[0], height), (NARROW[0], height)),
        lefts=(min(2.3, 0.25 + longest * 0.085), min(1.35, 0.25 + longest * 0.085)),
        bottoms=(0.34, 0.34),
    )  # fmt: skip


def spark(name: str, title: str, values: Sequence[Value], described: str) -> str:
    """A small line without axes; the last point is marked."""
    with _style(name):
        canvas = Canvas(figsize=(1.7, 0.4))
        axes = canvas.add_axes((0.02, 0.1, 0.96, 0.8))
        axes.set_axis_off()
        _line(axes, Series("", values, "c1", thin=True), [False] * len(values), 0, True)
        points = [n for n, value in enumerate(values) if value is not None]
        if points:
            axes.plot(
                points[-1], _float(values[points[-1]]), "o", markersize=3.4, color=TONES["c1"]
            )
        axes.set_xlim(-0.3, len(values) - 0.7)
        return render(canvas, name, title, described, "spark")


def _style(salt: str) -> AbstractContextManager[None]:
    """What is the same in all pictures; the salt makes ids that are the same each time."""
    return mpl.rc_context(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": salt,
            "font.size": 9,
            "font.family": "sans-serif",
            "font.sans-serif": ["DejaVu Sans"],
            "axes.linewidth": 0.8,
            "axes.axisbelow": True,
            "hatch.linewidth": 1.6,
            "path.simplify": False,
        }
    )


def _drawing(
    name: str,
    title: str,
    described: str,
    draw: Draw,
    marks: Sequence[Mark],
    is_open: Sequence[bool],
    open_mark: Mark = OPEN,
    sizes: tuple[tuple[float, float], tuple[float, float]] = (WIDE, NARROW),
    lefts: tuple[float, float] = (MARGINS[0], MARGINS[0]),
    bottoms: tuple[float, float] = (MARGINS[2], MARGINS[2]),
) -> Drawing:
    drawn = []
    for size, narrow in zip(sizes, (False, True), strict=True):
        own = f"{name}-{'narrow' if narrow else 'wide'}"
        with _style(own):
            canvas = Canvas(figsize=size)
            axes = _axes(canvas, size, lefts[narrow], bottoms[narrow])
            draw(axes, narrow)
            drawn.append(render(canvas, own, title, described, "narrow" if narrow else "wide"))
    legend = list(marks) if len(marks) > 1 or any(is_open) else []
    return Drawing(drawn[0], drawn[1], [*legend, *([open_mark] if any(is_open) else [])])


def _axes(canvas: Canvas, size: tuple[float, float], left: float, bottom: float) -> Axes:
    width, height = size
    _, right, _, top = MARGINS
    box = (left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height)
    axes = canvas.add_axes(box)
    axes.patch.set_gid("plot")
    axes.patch.set_alpha(0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(TONES["muted"])
    axes.tick_params(colors=TONES["text"], length=3, color=TONES["muted"])
    return axes


def _bar(
    axes: Axes, place: int, height: float, base: float, tone: str, is_open: bool, number: int
) -> None:
    (bar,) = axes.bar(place, height, bottom=base, width=0.76, facecolor=TONES[tone])
    _fill(bar, is_open)
    bar.set_gid(f"data-{number}-{place}")


def _fill(bar: Rectangle, is_open: bool) -> None:
    """What is open is striped: the stripes have the colour of the page."""
    bar.set_linewidth(0)
    if is_open:
        bar.set_edgecolor(TONES["surface"])
        bar.set_hatch("////")


def _line(axes: Axes, one: Series, is_open: Sequence[bool], number: int, narrow: bool) -> None:
    """The settled part solid, and from its last point on the open part dashed and hollow."""
    values = [float("nan") if value is None else _float(value) for value in one.values]
    settled = [float("nan") if o else v for v, o in zip(values, is_open, strict=True)]
    width = 0.9 if one.thin and one.tone == "muted" else 1.5 if one.thin else 2.0
    size = 0 if one.thin else 3.0 if narrow or len(values) > 30 else 4.2
    axes.plot(
        range(len(values)), settled, color=TONES[one.tone], linewidth=width,
        marker=None if one.thin else one.marker, markersize=size, gid=f"data-{number}",
    )  # fmt: skip
    first = next((n for n, o in enumerate(is_open) if o), None)
    if first is None:
        return
    start = max(first - 1, 0)
    axes.plot(
        range(start, len(values)), values[start:], color=TONES[one.tone], linewidth=width,
        linestyle=(0, (2, 1.6)), marker=None if one.thin else one.marker, markersize=size,
        markerfacecolor=TONES["surface"], markevery=slice(first - start, None),
        gid=f"data-{number}-open",
    )  # fmt: skip


def _bar_label(
    axes: Axes, place: int, top: float, value: Value, kind: Kind, narrow: bool, total: bool
) -> None:
    text = _short(value, kind) if total else _signed_short(value, kind)
    axes.annotate(
        text, (place, top), xytext=(0, 3), textcoords="offset points", ha="center", va="bottom",
        color=TONES["text"], fontsize=7 if narrow else 9,
    )  # fmt: skip


def _months(axes: Axes, labels: Sequence[Value], narrow: bool) -> None:
    """Names of months below the axis; the last one always."""
    shown = TICKS_NARROW if narrow else TICKS_WIDE
    step = max(1, -(-len(labels) // shown))
    places = list(range(len(labels) - 1, -1, -step))[::-1]
    texts = []
    for place in places:
        month = labels[place]
        texts.append(f"{month:%b}\n{month:%Y}" if isinstance(month, date) else str(month))
    axes.set_xticks(places, texts)
    axes.set_xlim(-0.6, len(labels) - 0.4)


def _ages(axes: Axes, labels: Sequence[Value], axis: str) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.set_xlim(-0.4, max(len(labels) - 0.6, 0.6))
    axes.set_xlabel(axis, color=TONES["text"], labelpad=2)


def _amounts(axes: Axes, kind: Kind) -> None:
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=kind == "count"))
    axes.yaxis.set_major_formatter(FuncFormatter(partial(_tick, kind)))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=TONES["grid"], linewidth=0.8)


def _tick(kind: Kind, value: float, _position: int | None = None) -> str:
    return _short(round(float(value), 9), kind)


def _short(value: Value, kind: Kind) -> str:
    """`1.2M`, `49k`, `37.5 %`: for axes and labels, where the table has the digits."""
    number = _float(value)
    if kind in ("share", "percent"):
        percent = number * 100 if kind == "share" else number
        return f"{_plain(percent, 0 if abs(percent) >= 10 or percent == int(percent) else 1)} %"
    for size, letter in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= size:
            scaled = number / size
            return f"{_plain(scaled, 0 if abs(scaled) >= 100 else 1)}{letter}"
    return _plain(number, 0 if number == int(number) or abs(number) >= 100 else 1)


def _plain(number: float, places: int) -> str:
    text = rounded(Decimal(exact(number)), places)
    return text[:-2] if places == 1 and text.endswith(".0") else text


def _signed_short(value: Value, kind: Kind) -> str:
    return ("+" if _float(value) > 0 else "") + _short(value, kind)


def _clipped(label: str, narrow: bool) -> str:
    most = 16 if narrow else 26
    return label if len(label) <= most else label[: most - 1] + "…"


def _float(value: Value) -> float:
    return float(exact(value))
