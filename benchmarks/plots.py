"""The curves of the page: CPU against rows, read from the page's own tables, so that both agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from benchmarks.dbt_runs import REPOSITORY
from benchmarks.report import NOT_RUN
from benchmarks.web_report import WEB_HEADING

WINDOWS = "window functions, sessions alone"
#: One row of a table by the names of its columns.
Row = Mapping[str, str]
COLOURS = ("#1b5e8c", "#8a8a8a", "#c05a1b", "#4b7f3a")


@dataclass(frozen=True)
class Curve:
    """Points of one kind of work: (rows landed, CPU seconds), fewest rows first."""

    label: str
    points: tuple[tuple[float, float], ...]

    @property
    def exponent(self) -> float | None:
        """How the work grows from the last size but one to the last, as a power of the rows."""
        if len(self.points) < 2:
            return None
        (rows, cpu), (more_rows, more_cpu) = self.points[-2:]
        return log(more_cpu / cpu) / log(more_rows / rows)


def tables(page: str) -> list[list[Row]]:
    """The Markdown tables of a page in their order."""
    found: list[list[Row]] = []
    header: list[str] | None = None
    for line in page.splitlines():
        if not line.startswith("|"):
            header = None
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if header is None:
            header = cells
            found.append([])
        elif not set(cells[0]) <= {"-", ":"}:
            found[-1].append(dict(zip(header, cells, strict=True)))
    return found


def curves(page: str) -> dict[str, list[Curve]]:
    """The curves of billing and of web events; raises KeyError where a table lacks a column."""
    billing, _, web = page.partition(f"\n{WEB_HEADING}\n")
    found = {}
    if billing.strip():
        short, sizes, *_ = tables(billing)
        found["Billing: raw files to movements and months"] = _curves(short, sizes, "raw rows", {
            "dbt build of the path": lambda row: _number(row["path, CPU s"]),
            "scan of the same files": lambda row: (
                _number(row["path, CPU s"]) / _number(row["path / scan, CPU"])
            ),
        })  # fmt: skip
    if web.strip():
        short, sizes, *_ = tables(web)
        full = "full, CPU s"
        found["Web: raw events to sessions, traffic, attribution"] = _curves(
            short, sizes, "rows landed", {
                "full refresh": lambda row: _number(row[full]),
                "scan of the same files": lambda row: (
                    _number(row[full]) / _number(row["full / scan, CPU"])
                ),
                "a day on top": lambda row: _number(row["increment, CPU s"]),
                WINDOWS: lambda row: (
                    _number(row[full]) * _number(row["windows / full, CPU"])
                ),
            },
        )  # fmt: skip
    return found


def draw(page: str, path: Path) -> None:
    """Writes the curves of a page as SVG."""
    found = curves(page)
    with matplotlib.rc_context(
        {"svg.hashsalt": "performance", "svg.fonttype": "none", "font.size": 9}
    ):
        figure = Figure(figsize=(5.2 * len(found), 4.2), layout="constrained")
        for place, (title, lines) in enumerate(found.items(), start=1):
            axes = figure.add_subplot(1, len(found), place)
            for curve, colour in zip(lines, COLOURS, strict=False):
                rows, cpu = zip(*curve.points, strict=True)
                exponent = f", n^{curve.exponent:.2f}" if curve.exponent is not None else ""
                axes.plot(rows, cpu, "o-", color=colour, label=curve.label + exponent)
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.set_title(title, loc="left", fontsize=10)
            axes.set_xlabel("raw rows")
            axes.set_ylabel("CPU seconds")
            axes.grid(visible=True, which="major", color="#dddddd", linewidth=0.6)
            axes.spines[["top", "right"]].set_visible(False)
            axes.legend(frameon=False, fontsize=8)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _curves(
    short: Sequence[Row],
    sizes: Sequence[Row],
    rows: str,
    kinds: Mapping[str, Callable[[Row], float]],
) -> list[Curve]:
    landed = [_number(row[rows]) for row in sizes]
    return [
        Curve(
            label,
            tuple(
                (n, cpu(row))
                for n, row in zip(landed, short, strict=True)
                if label != WINDOWS or row["windows / full, CPU"] != NOT_RUN
            ),
        )
        for label, cpu in kinds.items()
    ]


def _number(cell: str) -> float:
    return float(cell.replace(",", "").removesuffix("%"))


if __name__ == "__main__":
    written = REPOSITORY / "docs" / "performance.md"
    draw(written.read_text(encoding="utf-8"), written.with_suffix(".svg"))
