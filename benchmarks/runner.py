"""Measures one size: every kind of work once in each round, each in a fresh process."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.checks import Comparison, compare_balances, count_rows
from benchmarks.columns import NEEDED_COLUMNS
from benchmarks.dbt_runs import INTERVALS, REPOSITORY, Project
from benchmarks.machine import load_average
from benchmarks.measuring import Usage, run_measured
from benchmarks.sizes import AS_OF, SEED, Size
from benchmarks.stages import Span, costs

#: The kinds of work, in the order of a round. `empty` is dbt's path without a row of raw data.
KINDS = ("empty", "scan", "path", "again", "items", "spine", "deltas")
#: Those that benchmarks/work.py does, and times from inside.
OWN_WORK = ("scan", "items", "spine", "deltas")
#: Customers up to which the item-month method is run: it takes ten times its input in memory.
ITEMS_UP_TO = 200_000
#: Nodes whose operators are told.
PROFILED = 3
MART_MOVEMENTS = "marts.fct_mrr_movements"
MART_MONTHS = "marts.fct_customer_mrr_monthly"
INTERVAL_TABLE = f"intermediate.{INTERVALS}"

Say = Callable[[str], None]


class WrongResultError(RuntimeError):
    """Work that was measured did not give the result that it should."""


@dataclass
class SizeResult:
    """Everything that was measured and counted for one size."""

    size: Size
    usages: dict[str, list[Usage]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    work: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in OWN_WORK})
    rows: dict[str, int] = field(default_factory=dict)
    raw_rows: dict[str, int] = field(default_factory=dict)
    raw_bytes: int = 0
    warehouse_bytes: int = 0
    bytes_again: int = 0
    spans: list[Span] = field(default_factory=list)
    operators: dict[str, list[tuple[str, float, int]]] = field(default_factory=dict)
    comparison: Comparison | None = None
    load: list[float] = field(default_factory=list)

    def median(self, kind: str, measure: str) -> float:
        """The median of a measure (an attribute of Usage) over the rounds."""
        return median(float(getattr(usage, measure)) for usage in self.usages[kind])

    def work_cpu(self, kind: str) -> list[float]:
        """CPU seconds of the work of each round, without the start of Python or dbt.

        Those of a build are less those of the build without a row of raw data.
        """
        if kind in OWN_WORK:
            return self.work[kind]
        pairs = zip(self.usages[kind], self.usages["empty"], strict=True)
        return [path.cpu - empty.cpu for path, empty in pairs]

    def work_ratio(self, kind: str, to: str) -> float:
        """The median of the rounds' ratios of work_cpu."""
        pairs = zip(self.work_cpu(kind), self.work_cpu(to), strict=True)
        return median(value / base for value, base in pairs)

    def memory_ratio(self, kind: str, to: str) -> float:
        """The median of the rounds' ratios of peak memory."""
        pairs = zip(self.usages[kind], self.usages[to], strict=True)
        return median(value.peak_rss / base.peak_rss for value, base in pairs)


class Bench:
    """Runs measurements in `folder`; landing zones are kept below `data`."""

    def __init__(
        self, folder: Path, data: Path, *, threads: int, memory_limit: str | None, say: Say
    ) -> None:
        self.folder, self.data = folder.resolve(), data.resolve()
        self.threads, self.memory_limit, self.say = threads, memory_limit, say
        self.project = Project(self.folder, threads, memory_limit)
        self.nothing = self.folder / "nothing"
        self.nothing.mkdir()

    def warm_up(self) -> None:
        """Let dbt parse the project once, and check that the scan reads what the path reads."""
        self.say("dbt parses the project")
        self.project.build(self.nothing)
        # Of costs and deals the path only asks in which currencies they are: a few rows.
        billing = {name.partition(".")[0] for name in NEEDED_COLUMNS}
        read = {t for t in self.project.mounted_tables() if t.partition(".")[0] in billing}
        scanned = set(NEEDED_COLUMNS)
        if read != scanned:
            raise WrongResultError(
                "benchmarks/columns.py does not list the source tables of the path: "
                f"missing {sorted(read - scanned)}, not read {sorted(scanned - read)}"
            )

    def landing_zone(self, size: Size) -> Path:
        """The raw data of a size, made where there is none."""
        company = self.data / size.folder
        done = company / "done"
        if not done.exists():
            shutil.rmtree(company, ignore_errors=True)
            company.mkdir(parents=True)
            usage, _ = run_measured(
                [
                    sys.executable, "-m", "sample_company", "--quiet", "--seed", str(SEED),
                    "--out", str(company / "raw"), "--truth", str(company / "truth"),
                    "--customers", str(size.customers), "--months", str(size.months),
                    "--until", f"{AS_OF:%Y-%m-%d}", "--no-world",
                ],
                environment=self._environment(), folder=REPOSITORY,
            )  # fmt: skip
            done.touch()
            self.say(f"{size.name}: landing zone made in {usage.wall:.0f} s")
        return company / "raw"

    def measure(self, size: Size, repeats: int) -> SizeResult:
        """All kinds of work, `repeats` rounds. Raises WrongResultError where a result is wrong."""
        raw = self.landing_zone(size)
        result = SizeResult(size)
        result.raw_bytes = sum(path.stat().st_size for path in raw.rglob("*.parquet"))
        for number in range(1, repeats + 1):
            result.load.append(load_average())
            result.usages["empty"].append(self.project.build(self.nothing))
            order = {"raw": str(raw), "columns": NEEDED_COLUMNS}
            result.raw_rows = self._work(result, "scan", order)["rows"]
            result.usages["path"].append(self.project.build(raw))
            result.spans = self.project.spans()
            result.warehouse_bytes = self.project.warehouse.stat().st_size
            result.usages["again"].append(self.project.build(raw, fresh=False))
            result.bytes_again = self.project.warehouse.stat().st_size
            if size.customers <= ITEMS_UP_TO:
                counts = self._work(
                    result, "items", {"raw": str(raw), "as_of": f"{AS_OF:%Y-%m-%d}"}
                )
                result.rows["items.customer_months"] = counts["customer_months"]
            # Which of the two comes first changes from round to round.
            for kind in ("spine", "deltas") if number % 2 else ("deltas", "spine"):
                counts = self._work(result, kind, self._order(kind))
                result.rows |= {f"{kind}.{name}": n for name, n in _flat(counts).items()}
            result.load.append(load_average())
            self.say(
                f"{size.name}: round {number} of {repeats}: "
                + ", ".join(
                    f"{kind} {used[-1].cpu:.2f}" for kind, used in result.usages.items() if used
                )
                + " CPU s, start-up included"
            )
        self._check(result)
        result.operators = self._profile(result)
        return result

    def _order(self, kind: str) -> dict[str, Any]:
        order: dict[str, Any] = {
            "warehouse": str(self.project.warehouse),
            "as_of": AS_OF.isoformat(sep=" "),
        }
        if kind == "deltas":
            order["models"] = self.project.delta_statements()
        return order

    def _profile(self, result: SizeResult) -> dict[str, list[tuple[str, float, int]]]:
        """The dearest operators of the dearest nodes, run by hand once more."""
        compiled = self.project.compiled()
        of_nodes = costs(result.usages["path"][-1].samples, result.spans, lambda span: span.node)
        dearest = sorted(set(of_nodes) & set(compiled), key=lambda node: -of_nodes[node].cpu)
        models = [(node, compiled[node][0]) for node in dearest[:PROFILED]]
        order = {"warehouse": str(self.project.warehouse), "models": models}
        _, counts = self._run_work("profile", order)
        operators: dict[str, list[tuple[str, float, int]]] = counts["operators"]
        return operators

    def _work(self, result: SizeResult, kind: str, order: dict[str, Any]) -> dict[str, Any]:
        usage, counts = self._run_work(kind, order)
        result.usages[kind].append(usage)
        result.work[kind].append(counts.pop("cpu"))
        return counts

    def _run_work(self, kind: str, order: dict[str, Any]) -> tuple[Usage, dict[str, Any]]:
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
        counts: dict[str, Any] = json.loads(text)
        return usage, counts

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(REPOSITORY)}

    def _check(self, result: SizeResult) -> None:
        """Raise WrongResultError unless all methods gave the same balances."""
        warehouse = self.project.warehouse
        built = count_rows(warehouse, INTERVAL_TABLE, MART_MOVEMENTS, MART_MONTHS)
        result.rows |= {table.split(".")[1]: rows for table, rows in built.items()}
        result.comparison = compare_balances(
            self.folder / "deltas.duckdb", "fct_customer_mrr_monthly",
            self.folder / "spine.duckdb", "customer_months_by_spine",
        )  # fmt: skip
        by_dbt = compare_balances(
            warehouse, MART_MONTHS, self.folder / "deltas.duckdb", "fct_customer_mrr_monthly"
        )
        if not result.comparison.equal:
            raise WrongResultError(
                f"{result.size.name}: the month spine and the deltas differ: {result.comparison}"
            )
        same_rows = (
            result.rows["deltas.fct_customer_mrr_monthly"] == built[MART_MONTHS]
            and result.rows["deltas.int_revenue__movements_classified"] == built[MART_MOVEMENTS]
        )
        if not by_dbt.equal or not same_rows:
            raise WrongResultError(
                f"{result.size.name}: the deltas run by hand differ from dbt's: {by_dbt}, "
                f"{result.rows}"
            )


def _flat(counts: dict[str, Any]) -> dict[str, int]:
    """The counts of a piece of work, nested ones under their own names."""
    return {**counts.get("rows", {}), **{k: v for k, v in counts.items() if k != "rows"}}
