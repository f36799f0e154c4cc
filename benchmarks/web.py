"""Measures web events: the full refresh, the increment of a day, and the window-function method."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from benchmarks.columns import WEB_COLUMNS
from benchmarks.dbt_runs import REPOSITORY, WEB_SELECTED, NodeTime, Project
from benchmarks.machine import load_average
from benchmarks.measuring import Usage, run_measured
from benchmarks.runner import Say, WrongResultError
from benchmarks.sizes import WEB_AS_OF, WebSize

#: In the order of a round. `again` is the increment when nothing has landed.
WEB_KINDS = ("empty", "scan", "before", "increment", "again", "full", "windows")
WEB_OWN_WORK = ("scan", "windows")
#: Events from which on the window-function method is not run: it spills more than the data is large.
WINDOWS_UP_TO = 20_000_000
#: What must be the same after an increment as after a full refresh, with the columns that are not.
COMPARED = {
    "intermediate.int_web__sessions_identified": "joined_at, decided_at",
    "marts.fct_web_sessions": None,
    "marts.rpt_web_traffic_daily": None,
    "marts.rpt_web_traffic_monthly": None,
    "marts.fct_attribution": None,
}
#: The last day is not there yet, or landed and over.
YESTERDAY, TODAY = WEB_AS_OF, WEB_AS_OF + timedelta(days=1)
PARTS = "intermediate.int_web__session_parts_built"

Fingerprint = tuple[int, int]


@dataclass
class WebResult:
    """Everything that was measured and counted for one size."""

    size: WebSize
    usages: dict[str, list[Usage]] = field(default_factory=lambda: {k: [] for k in WEB_KINDS})
    work: dict[str, list[float]] = field(default_factory=lambda: {k: [] for k in WEB_OWN_WORK})
    rows: dict[str, int] = field(default_factory=dict)
    raw_bytes: int = 0
    warehouse_bytes: int = 0
    day_events: int = 0
    due_events: int = 0
    nodes: dict[str, list[NodeTime]] = field(default_factory=dict)
    load: list[float] = field(default_factory=list)

    def median(self, kind: str, measure: str) -> float:
        """The median of a measure (an attribute of Usage) over the rounds."""
        return median(float(getattr(usage, measure)) for usage in self.usages[kind])

    def work_cpu(self, kind: str) -> list[float]:
        """CPU seconds of the work of each round, without the start of Python or dbt alone."""
        if kind in WEB_OWN_WORK:
            return self.work[kind]
        pairs = zip(self.usages[kind], self.usages["empty"], strict=True)
        return [done.cpu - empty.cpu for done, empty in pairs]

    def work_ratio(self, kind: str, to: str) -> float:
        """The median of the rounds' ratios of work_cpu."""
        pairs = zip(self.work_cpu(kind), self.work_cpu(to), strict=True)
        return median(value / base for value, base in pairs)


class WebBench:
    """Runs measurements in `folder`; landing zones are kept below `data`."""

    def __init__(
        self, folder: Path, data: Path, *, threads: int, memory_limit: str | None, say: Say
    ) -> None:
        self.folder, self.data, self.say = folder.resolve(), data.resolve(), say
        self.folder.mkdir(parents=True, exist_ok=True)
        self.threads, self.memory_limit = threads, memory_limit
        self.project = Project(self.folder, threads, memory_limit)
        self.nothing = self.folder / "nothing"
        self.nothing.mkdir(exist_ok=True)

    def warm_up(self) -> None:
        """Let dbt parse the project once for each as-of."""
        self.say("dbt parses the project")
        for as_of in (YESTERDAY, TODAY):
            self.project.parse(self.nothing, as_of)

    def landing_zones(self, size: WebSize) -> tuple[Path, Path]:
        """The landing zone before the last day, and with it; made where there is none."""
        folder = self.data / size.folder
        before, after = folder / "before", folder / "after"
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            for zone, what in ((before, "base"), (after, "increment")):
                usage, _ = run_measured(
                    [
                        sys.executable, "-m", "benchmarks.web_events",
                        str(zone), str(size.events), str(size.days), what,
                    ],
                    environment=self._environment(), folder=REPOSITORY,
                )  # fmt: skip
                self.say(f"{size.name}: web events, {what}: made in {usage.wall:.0f} s")
            for path in before.rglob("*.parquet"):
                (after / path.relative_to(before)).hardlink_to(path)
            (folder / "done").touch()
        return before, after

    def measure(self, size: WebSize, repeats: int) -> WebResult:
        """All kinds of work, `repeats` rounds. Raises WrongResultError where a result is wrong."""
        before, after = self.landing_zones(size)
        result = WebResult(size)
        result.raw_bytes = sum(path.stat().st_size for path in after.rglob("*.parquet"))
        for _ in range(repeats):
            result.load.append(load_average())
            self._build(result, "empty", self.nothing, as_of=TODAY)
            raw_rows = self._work(result, "scan", {"raw": str(after), "columns": WEB_COLUMNS})
            result.rows |= raw_rows["rows"]
            self._build(result, "before", before, as_of=YESTERDAY)
            self._build(result, "increment", after, as_of=TODAY, fresh=False)
            result.day_events, result.due_events = self._counts_of_days()
            self._build(result, "again", after, as_of=TODAY, fresh=False)
            by_increment = self._fingerprints()
            self._build(result, "full", after, as_of=TODAY)
            self._check(size, by_increment, self._fingerprints())
            if size.events <= WINDOWS_UP_TO:
                files = sorted(str(path) for path in (after / "ga4").rglob("*.parquet"))
                counts = self._work(result, "windows", {"files": files})
                result.rows |= {f"windows.{name}": number for name, number in counts.items()}
            result.load.append(load_average())
        result.warehouse_bytes = self.project.warehouse.stat().st_size
        result.rows |= {table: rows for table, (rows, _) in self._fingerprints().items()}
        sessions = result.rows["marts.fct_web_sessions"]
        if result.rows.get("windows.sessions", sessions) != sessions:
            raise WrongResultError(
                f"{size.name}: the sessions of both methods differ: {result.rows}"
            )
        return result

    def _build(self, result: WebResult, kind: str, raw: Path, **options: Any) -> None:
        usage = self.project.build(raw, selected=WEB_SELECTED, **options)
        result.usages[kind].append(usage)
        result.nodes[kind] = self.project.node_times()
        self.say(f"{result.size.name}: {kind}: {usage.cpu:.1f} CPU s, {usage.wall:.0f} s")

    def _work(self, result: WebResult, kind: str, order: dict[str, Any]) -> dict[str, Any]:
        database = self.folder / f"{kind}.duckdb"
        database.unlink(missing_ok=True)
        order |= {
            "database": str(database),
            "threads": self.threads,
            "memory_limit": self.memory_limit,
        }
        path = self.folder / f"{kind}.json"
        path.write_text(json.dumps(order), encoding="utf-8")
        usage, text = run_measured(
            [sys.executable, "-m", "benchmarks.work", kind, str(path)],
            environment=self._environment(),
            folder=REPOSITORY,
            spill_folder=Path(f"{database}.tmp"),
        )
        database.unlink(missing_ok=True)
        counts: dict[str, Any] = json.loads(text)
        result.usages[kind].append(usage)
        result.work[kind].append(counts.pop("cpu"))
        self.say(f"{result.size.name}: {kind}: {usage.cpu:.1f} CPU s, {usage.wall:.0f} s")
        return counts

    def _counts_of_days(self) -> tuple[int, int]:
        """Events of the last day, and of all days that the last run built again."""
        with duckdb.connect(str(self.project.warehouse), read_only=True) as connection:
            row = connection.execute(
                f"""
                select
                    sum(case when event_date = date '{WEB_AS_OF:%Y-%m-%d}' then events end),
                    sum(case when built_at = (select max(built_at) from {PARTS}) then events end)
                from {PARTS}
                """
            ).fetchone()
        if row is None or row[0] is None:
            raise WrongResultError("the increment built no event of its day")
        return int(row[0]), int(row[1])

    def _fingerprints(self) -> dict[str, Fingerprint]:
        """Of every compared table the number of rows and a hash over them, whatever their order."""
        found = {}
        with duckdb.connect(str(self.project.warehouse), read_only=True) as connection:
            connection.execute(f"set threads = {self.threads}")
            if self.memory_limit:
                connection.execute(f"set memory_limit = '{self.memory_limit}'")
            for table, left_out in COMPARED.items():
                columns = f"* exclude ({left_out})" if left_out else "*"
                row = connection.execute(
                    "select count(*), coalesce(sum(hash(content)::hugeint), 0) "
                    f"from (select {columns} from {table}) as content"
                ).fetchone()
                if row is None:
                    raise RuntimeError("a count gave no row")
                found[table] = (int(row[0]), int(row[1]))
        return found

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(REPOSITORY)}

    @staticmethod
    def _check(
        size: WebSize, by_increment: dict[str, Fingerprint], full: dict[str, Fingerprint]
    ) -> None:
        """Raise WrongResultError where an increment gives something else than a full refresh."""
        differing = [table for table in COMPARED if by_increment[table] != full[table]]
        empty = [table for table, (rows, _) in full.items() if not rows]
        if differing or empty:
            raise WrongResultError(
                f"{size.name}: not the same after an increment: {differing}; without rows: {empty}"
            )
