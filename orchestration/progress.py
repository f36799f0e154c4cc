"""What dbt is doing, in a few lines: for a terminal that waits."""

import re
import sys
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any, Protocol, TextIO

from orchestration.quality.results import Report

GATE_NAMES = {"raw": "Gate on raw tables", "marts": "Gate on marts"}
RESULT_EVENTS = {"LogModelResult", "LogTestResult", "LogSeedResult", "LogSnapshotResult"}
# What dbt says before its first result: that it is there, and what it found to do.
STARTING = {"MainReportVersion", "FoundStats", "JinjaLogInfo"}
FAILED = {"error", "fail", "runtime error"}
MAX_NAME = 70
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Progress(Protocol):
    """Receives every event of a dbt process, in order."""

    def on_event(self, event: Mapping[str, Any]) -> None:
        """Takes one line of dbt's JSON log, as a mapping with `info` and `data`."""

    def on_report(self, report: Report) -> None:
        """Takes what a gate found."""


class Silent:
    """For runs that nobody watches; Dagster keeps dbt's output in its compute logs."""

    def on_event(self, event: Mapping[str, Any]) -> None:
        """Does nothing."""

    def on_report(self, report: Report) -> None:
        """Does nothing."""


class Terminal:
    """A line every few seconds with counts, at once where something failed, and errors in full."""

    def __init__(self, stream: TextIO | None = None, seconds_between_lines: float = 2.0) -> None:
        self._stream = stream or sys.stdout
        self._pause = seconds_between_lines
        self._started = time.monotonic()
        self._last_line = self._started
        self._total = 0
        self._build_ended = False
        self.counts: Counter[str] = Counter()
        self.failed: list[str] = []
        self.warned: list[str] = []

    def say(self, text: str) -> None:
        """Writes one line at once."""
        self._stream.write(text + "\n")
        self._stream.flush()

    def start(self, text: str) -> None:
        """Writes a line and counts seconds from here."""
        self._started = self._last_line = time.monotonic()
        self.say(text)

    def on_event(self, event: Mapping[str, Any]) -> None:
        """Counts results and prints what a person who waits wants to see."""
        info, data = event["info"], event["data"]
        message = ANSI.sub("", str(info.get("msg", ""))).rstrip()
        if info["name"] in RESULT_EVENTS:
            self._on_result(data)
        elif message.strip() and (info["level"] == "error" or info["name"] in STARTING):
            self.say(f"  {message.strip()}")

    def on_report(self, report: Report) -> None:
        """Prints a gate's summary, and what blocks or warns."""
        for line in report.lines():
            self.say(f"  {line}")
        if report.layer in GATE_NAMES:
            self.say(f"{GATE_NAMES[report.layer]}: {report.summary()}")
            self._started = self._last_line = time.monotonic()
        else:
            self.end_build()

    def end_build(self) -> None:
        """Prints dbt's summary, once, where dbt did anything."""
        if self.counts and not self._build_ended:
            self._build_ended = True
            self.say(f"dbt build: {self.summary()}")

    def _on_result(self, data: Mapping[str, Any]) -> None:
        node = data.get("node_info", {})
        kind = str(node.get("resource_type", "node"))
        status = str(data.get("status") or node.get("node_status") or "").lower().split(" ")[0]
        name = str(node.get("node_name", "?"))
        self.counts[kind] += 1
        if status in FAILED:
            self.failed.append(name)
            self.say(f"  FAILED  {kind} {name}")
        elif status == "warn":
            self.warned.append(name)
            self.say(f"  warning {kind} {name}")
        now = time.monotonic()
        index = int(data.get("index") or 0)
        # results of tests call the total by another name than results of models
        self._total = int(data.get("total") or data.get("num_models") or self._total)
        if now - self._last_line >= self._pause or index == self._total:
            self._last_line = now
            shown = name if len(name) <= MAX_NAME else name[: MAX_NAME - 3] + "..."
            self.say(f"  {index:>4} of {self._total}  {now - self._started:5.0f} s  {shown}")

    def summary(self) -> str:
        """`61 models, 240 tests; 0 failed, 1 warning; 41 s`."""
        done = ", ".join(count(number, kind) for kind, number in sorted(self.counts.items()))
        seconds = time.monotonic() - self._started
        return (
            f"{done or 'nothing done'}; {len(self.failed)} failed, "
            f"{count(len(self.warned), 'warning')}; {seconds:.0f} s"
        )


def count(number: int, noun: str) -> str:
    """`1 model`, `2 models`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
