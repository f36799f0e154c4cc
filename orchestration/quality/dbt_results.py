"""Outcomes of dbt's data tests, read from the artifacts of a dbt command."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.quality.results import GateError, Outcome, Report, Result

DBT = "dbt"
OUTCOMES = {
    "pass": Outcome.PASSED,
    "warn": Outcome.WARNED,
    "fail": Outcome.FAILED,
    "error": Outcome.NOT_EVALUATED,
    "skipped": Outcome.SKIPPED,
}


def read_dbt_results(artifacts: Path, run_id: str | None, as_of: str) -> Report:
    """The data tests of the dbt command whose artifacts are in a directory.

    Args:
        artifacts: directory with run_results.json and manifest.json.
        run_id: id of the run; None for dbt's own invocation id.
        as_of: as-of of the run.

    Raises:
        GateError: the artifacts are not there or cannot be read.
    """
    try:
        run = json.loads((artifacts / "run_results.json").read_text(encoding="utf-8"))
        manifest = json.loads((artifacts / "manifest.json").read_text(encoding="utf-8"))
        results = [
            dbt_result(result, manifest["nodes"])
            for result in run["results"]
            if str(result["unique_id"]).startswith("test.")
        ]
        run_id = run_id or str(run["metadata"]["invocation_id"])
    except (OSError, ValueError, KeyError) as error:
        raise GateError(f"There are no results of a dbt command in {artifacts}: {error}") from error
    return Report(DBT, run_id, as_of, datetime.now(UTC), results)


def dbt_result(result: Mapping[str, Any], nodes: Mapping[str, Any]) -> Result:
    """One data test."""
    node = nodes.get(result["unique_id"], {})
    parents = node.get("depends_on", {}).get("nodes", [])
    about = node.get("attached_node") or (parents[0] if parents else str(result["unique_id"]))
    dataset = about.split(".")[-1]
    severity = str(node.get("config", {}).get("severity", "error")).lower()
    outcome = OUTCOMES.get(str(result["status"]), Outcome.NOT_EVALUATED)
    name = str(node.get("name", result["unique_id"]))
    message = ""
    if outcome in (Outcome.WARNED, Outcome.FAILED, Outcome.NOT_EVALUATED):
        description = str(node.get("description") or "").strip()
        message = f"model {dataset}: dbt test {name}: {result.get('message') or 'failed'}. "
        message += description or f"See it with `dbt test --select {name} --store-failures`."
    return Result(
        layer=DBT,
        dataset=dataset,
        check_name=name,
        check_type=str((node.get("test_metadata") or {}).get("name", "singular")),
        column_names=str(node.get("column_name") or ""),
        severity="warning" if severity == "warn" else "critical",
        outcome=outcome,
        failing_rows=int(result["failures"]) if result.get("failures") is not None else None,
        message=" ".join(message.split()),
    )
