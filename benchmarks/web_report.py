"""The results of web events as a section of the page."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from benchmarks.dbt_runs import WEB_SELECTED
from benchmarks.report import (
    NOT_RUN,
    TOP_NODES,
    in_bytes,
    in_seconds,
    in_times,
    measured_line,
    table,
)
from benchmarks.web import COMPARED, WEB_KINDS, WINDOWS_UP_TO, WebResult

WEB_HEADING = "# Web events"

WEB_LABELS = {
    "empty": "dbt alone: the same build without a row of raw data",
    "scan": "scan of the same columns of the same files",
    "before": "full refresh without the last day",
    "increment": "**the last day and late events, on top of it**",
    "again": "the same once more, when nothing has landed",
    "full": "**full refresh with the last day**",
    "windows": "window-function sessions over the same files",
}

INTRODUCTION = """\
{heading}

Events in the shape of the GA4 export, made by `benchmarks/web_events.py`: about five events a
session, one event of 499 delivered twice, a visitor of thirty signing in on two devices, and
contacts of a CRM for a third of those people, whose leads are attributed.

- **Full refresh**: `dbt build` of
  `{selected}`, without tests,
  into a new warehouse; its CPU is less that of the same build on an empty landing zone.
- **Increment**: the same command on the warehouse of the day before, after the last day landed, and
  one of a hundred events of the first, second, third and thirtieth day before it. It builds the last
  three days anyway, since GA4 changes events for 72 hours. The tables {compared} are then compared
  with those of a full refresh, and must be equal.
- **Windows**: the method of dbt-ga4 in our own words (`benchmarks/window_sessions.sql`), over full
  history: sessions only, with no identity, traffic or attribution. Both find the same number of
  sessions. Run up to {windows_up_to:,} events.
"""


def _ratios(results: Sequence[WebResult]) -> str:
    return table(
        [
            "size", "full / scan, CPU", "windows / full, CPU", "increment / full", "again / full",
            "full, CPU s", "increment, CPU s", "dbt alone, CPU s", "peak memory", "spill", "rounds",
        ],
        [
            [
                r.size.name.upper(),
                in_times(r.work_ratio("full", "scan")),
                f"{r.work_ratio('windows', 'full'):.2f}" if r.usages["windows"] else NOT_RUN,
                f"{100 * r.work_ratio('increment', 'full'):.1f} %",
                f"{100 * r.work_ratio('again', 'full'):.1f} %",
                in_seconds(median(r.work_cpu("full"))),
                in_seconds(median(r.work_cpu("increment"))),
                in_seconds(r.median("empty", "cpu")),
                in_bytes(max(r.median(kind, "peak_rss") for kind in ("full", "increment"))),
                in_bytes(r.median("full", "peak_spill")),
                str(len(r.usages["full"])),
            ]
            for r in results
        ],
    )  # fmt: skip


def _sizes(results: Sequence[WebResult]) -> str:
    return table(
        [
            "size (events, days)", "rows landed", "Parquet", "sessions", "attributed rows",
            "events of the last day", "events built again", "warehouse",
        ],
        [
            [
                f"{r.size.name.upper()} ({r.size.events:,}, {r.size.days})",
                f"{r.rows['ga4.events']:,}",
                in_bytes(r.raw_bytes),
                f"{r.rows['marts.fct_web_sessions']:,}",
                f"{r.rows['marts.fct_attribution']:,}",
                f"{r.day_events:,}",
                f"{r.due_events:,}",
                in_bytes(r.warehouse_bytes),
            ]
            for r in results
        ],
    )  # fmt: skip


def _detail(result: WebResult) -> str:
    rows = [
        [
            WEB_LABELS[kind],
            "" if kind == "empty" else in_seconds(median(result.work_cpu(kind))),
            *(in_seconds(result.median(kind, measure)) for measure in ("cpu", "wall")),
            *(in_bytes(result.median(kind, measure)) for measure in ("peak_rss", "peak_spill")),
        ]
        for kind in WEB_KINDS
        if result.usages[kind]
    ]
    parts = [
        f"## {result.size.name.upper()}: {result.size.events:,} web events over "
        f"{result.size.days} days",
        f"Load average {min(result.load):.1f} to {max(result.load):.1f}.",
        table(["work", "CPU s", "with start-up", "wall s", "peak memory", "spill"], rows),
        f"The {TOP_NODES} slowest nodes (wall seconds as dbt counts them; two run at once):",
    ]
    slowest = zip(
        result.nodes["full"][:TOP_NODES], result.nodes["increment"][:TOP_NODES], strict=True
    )
    parts.append(
        table(
            ["full refresh", "s", "increment", "s"],
            [
                [
                    f"`{full.name}`",
                    in_seconds(full.seconds),
                    f"`{day.name}`",
                    in_seconds(day.seconds),
                ]
                for full, day in slowest
            ],
        )
    )
    return "\n\n".join(parts)


def render_web(results: Sequence[WebResult], *, threads: int, memory_limit: str | None) -> str:
    """The section of web events."""
    loads = [load for result in results for load in result.load]
    names = ", ".join(f"`{name.split('.')[1]}`" for name in COMPARED)
    introduction = INTRODUCTION.format(
        heading=WEB_HEADING,
        selected=" ".join(WEB_SELECTED),
        compared=names,
        windows_up_to=WINDOWS_UP_TO,
    )
    return (
        "\n\n".join(
            [
                introduction.rstrip(),
                measured_line(loads, threads=threads, memory_limit=memory_limit),
                "## Web events in short",
                _ratios(results),
                _sizes(results),
                *(_detail(result) for result in results),
            ]
        )
        + "\n"
    )
