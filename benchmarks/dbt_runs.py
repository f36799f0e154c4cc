"""Builds the measured path with dbt, in a folder that holds everything a run writes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from benchmarks.measuring import Usage, run_measured
from benchmarks.sizes import AS_OF
from benchmarks.stages import TO_INPUT, TO_INTERVALS, TO_MONTHS, Span

REPOSITORY = Path(__file__).resolve().parents[1]
#: What is measured: from the raw files to the movements and the customers' months.
SELECTED = ("+fct_mrr_movements", "+fct_customer_mrr_monthly")
#: From raw web events to sessions, traffic and attribution.
WEB_SELECTED = (
    "+fct_web_sessions", "+rpt_web_traffic_daily", "+rpt_web_traffic_monthly", "+fct_attribution",
)  # fmt: skip
#: Where customers' revenue is intervals of time.
INTERVALS = "int_revenue__recurring_intervals"
#: Our models from the intervals on, in the order in which they are built.
DELTA_MODELS = (
    "int_revenue__daily_deltas",
    "int_revenue__customer_days_balanced",
    "int_revenue__movements_classified",
    "int_revenue__customer_months_filled",
    "fct_customer_mrr_monthly",
)


#: Of dbt's timing of a node: compiling comes first, executing last.
_ENDS = ((0, "started_at"), (-1, "completed_at"))


def _seconds(instant: str) -> float:
    """Seconds since 1970 of an instant as dbt writes it, in UTC."""
    return datetime.fromisoformat(instant).replace(tzinfo=UTC).timestamp()


@dataclass(frozen=True)
class NodeTime:
    """How long dbt worked on one node. seconds: wall; two nodes may run at once."""

    name: str
    materialized: str
    seconds: float


@dataclass
class Project:
    """The dbt project with a profile, target folder and warehouse of its own below `folder`.

    dbt parses again whenever a path in its profile or environment changes, so every company is seen
    under one path, the link `current`, and each as-of has a target folder of its own: how long dbt
    parses is no part of the work.
    """

    folder: Path
    threads: int
    memory_limit: str | None = None

    def __post_init__(self) -> None:
        profiles = yaml.safe_load((REPOSITORY / "profiles.yml").read_text(encoding="utf-8"))
        settings = profiles["saas_metrics"]["outputs"]["duckdb"]["settings"]
        settings["threads"] = self.threads
        if self.memory_limit:
            settings["memory_limit"] = self.memory_limit
        (self.folder / "profiles.yml").write_text(yaml.safe_dump(profiles), encoding="utf-8")
        self._target = self._target_of(AS_OF)

    def _target_of(self, as_of: datetime) -> Path:
        return self.folder / f"target-{as_of:%Y%m%d}"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that dbt writes."""
        return self.folder / "warehouse.duckdb"

    @property
    def spill_folder(self) -> Path:
        """Where DuckDB puts what does not fit into memory."""
        return self.folder / "warehouse.duckdb.tmp"

    def environment(self) -> dict[str, str]:
        """The variables of a run; nothing of the caller's own settings."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SAAS_METRICS_", "DBT_"))
        }
        return {
            **inherited,
            "SAAS_METRICS_RAW_PATH": str(self.folder / "current"),
            "SAAS_METRICS_WAREHOUSE_PATH": str(self.warehouse),
            "SAAS_METRICS_AS_OF": AS_OF.isoformat(),
            "DBT_TARGET": "duckdb",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DO_NOT_TRACK": "1",
        }

    def build(
        self,
        raw: Path,
        *,
        selected: Sequence[str] = SELECTED,
        as_of: datetime = AS_OF,
        fresh: bool = True,
    ) -> Usage:
        """Build `selected` from the landing zone `raw`, as of `as_of`.

        fresh: into a new warehouse; else on top of what was built before. Raises MeasuredCommandError where a node fails.
        """
        if fresh:
            self.warehouse.unlink(missing_ok=True)
        return self._dbt(
            raw, as_of,
            ["build", "--select", *selected, "--exclude-resource-types", "test", "unit_test"],
        )  # fmt: skip

    def parse(self, raw: Path, as_of: datetime) -> None:
        """Let dbt parse the project, so that no build as of `as_of` has to."""
        self._dbt(raw, as_of, ["parse"])

    def _dbt(self, raw: Path, as_of: datetime, command: Sequence[str]) -> Usage:
        current = self.folder / "current"
        current.unlink(missing_ok=True)
        current.symlink_to(raw.resolve(), target_is_directory=True)
        self._target = self._target_of(as_of)
        usage, _ = run_measured(
            [
                str(Path(sys.executable).with_name("dbt")), "--quiet", "--no-use-colors", *command,
                "--project-dir", str(REPOSITORY), "--profiles-dir", str(self.folder),
                "--target-path", str(self._target), "--log-path", str(self.folder / "logs"),
            ],
            environment={**self.environment(), "SAAS_METRICS_AS_OF": as_of.isoformat()},
            folder=REPOSITORY,
            spill_folder=self.spill_folder,
        )  # fmt: skip
        return usage

    def node_times(self) -> list[NodeTime]:
        """The nodes of the last build, slowest first."""
        kinds = {
            unique_id: "hook"
            if node["resource_type"] == "operation"
            else str(node["config"]["materialized"])
            for unique_id, node in self._artifact("manifest.json")["nodes"].items()
        }
        times = [
            NodeTime(
                result["unique_id"].split(".")[2],
                kinds[result["unique_id"]],
                float(result["execution_time"]),
            )
            for result in self._artifact("run_results.json")["results"]
            if result["unique_id"] in kinds
        ]
        return sorted(times, key=lambda node: node.seconds, reverse=True)

    def spans(self) -> list[Span]:
        """When each node of the last build ran, and the stage that it belongs to."""
        manifest = self._artifact("manifest.json")
        nodes, parents = manifest["nodes"], manifest["parent_map"]
        before_intervals, ahead = set(), [f"model.saas_metrics.{INTERVALS}"]
        while ahead:
            node = ahead.pop()
            if node not in before_intervals:
                before_intervals.add(node)
                ahead += parents.get(node, [])

        def stage(unique_id: str) -> str:
            kind, layer = nodes[unique_id]["resource_type"], nodes[unique_id]["fqn"][1]
            if kind in ("operation", "seed") or layer in ("staging", "input"):
                return TO_INPUT
            return TO_INTERVALS if unique_id in before_intervals else TO_MONTHS

        return [
            Span(
                result["unique_id"].split(".")[2],
                str(nodes[result["unique_id"]]["config"]["materialized"]),
                stage(result["unique_id"]),
                *(_seconds(result["timing"][place][key]) for place, key in _ENDS),
            )
            for result in self._artifact("run_results.json")["results"]
            if result["timing"]
        ]

    def mounted_tables(self) -> set[str]:
        """The source tables that the measured path reads, as '<source>.<table>'."""
        manifest = self._artifact("manifest.json")
        built = {result["unique_id"] for result in self._artifact("run_results.json")["results"]}
        return {
            ".".join(parent.split(".")[2:])
            for node in built
            for parent in manifest["parent_map"].get(node, [])
            if parent.startswith("source.")
        }

    def compiled(self) -> dict[str, tuple[str, str]]:
        """Query and relation of each model, as the last build compiled them."""
        return {
            result["unique_id"].split(".")[2]: (result["compiled_code"], result["relation_name"])
            for result in self._artifact("run_results.json")["results"]
            if result["unique_id"].startswith("model.")
        }

    def delta_statements(self) -> list[tuple[str, str]]:
        """Name and query of our models from the intervals on, as the last build compiled them.

        What they read of each other is read by its bare name, everything else from the warehouse.
        """
        compiled = self.compiled()
        statements = []
        for name in DELTA_MODELS:
            sql = compiled[name][0]
            for other in DELTA_MODELS:
                sql = sql.replace(compiled[other][1], other)
            statements.append((name, sql))
        return statements

    def _artifact(self, name: str) -> dict[str, Any]:
        text = (self._target / name).read_text(encoding="utf-8")
        artifact: dict[str, Any] = json.loads(text)
        return artifact
