"""Outcomes of dbt's data tests, read from the artifacts of a dbt command."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.quality.results import GateError, Outcome, Report, Result

DBT = "dbt"
SHOWN_ROWS, SHOWN_CHARACTERS = 3, 400
#: Of a row with more than a few columns its key and what the test asks about are shown.
FEW_COLUMNS, KEY_COLUMNS = 8, 3
OUTCOMES = {
    "pass": Outcome.PASSED,
    "warn": Outcome.WARNED,
    "fail": Outcome.FAILED,
    "error": Outcome.NOT_EVALUATED,
    "skipped": Outcome.SKIPPED,
}


def read_dbt_results(
    artifacts: Path, run_id: str | None, as_of: str, warehouse: Path | None = None
) -> Report:
    """The data tests of the dbt command whose artifacts are in a directory.

    Args:
        artifacts: directory with run_results.json and manifest.json.
        run_id: id of the run; None for dbt's own invocation id.
        as_of: as-of of the run.
        warehouse: where a test that did not pass is asked again for a few of its rows, which say
            what to mend; None for no rows.

    Raises:
        GateError: the artifacts are not there or cannot be read.
    """
    try:
        run = json.loads((artifacts / "run_results.json").read_text(encoding="utf-8"))
        manifest = json.loads((artifacts / "manifest.json").read_text(encoding="utf-8"))
        results = [
            dbt_result(result, manifest["nodes"], warehouse)
            for result in run["results"]
            if str(result["unique_id"]).startswith("test.")
        ]
        run_id = run_id or str(run["metadata"]["invocation_id"])
    except (OSError, ValueError, KeyError) as error:
        raise GateError(f"There are no results of a dbt command in {artifacts}: {error}") from error
    return Report(DBT, run_id, as_of, datetime.now(UTC), results)


def dbt_result(
    result: Mapping[str, Any], nodes: Mapping[str, Any], warehouse: Path | None = None
) -> Result:
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
        rows = failing_rows(warehouse, str(result.get("compiled_code") or ""))
        message += f" Rows: {'; '.join(rows)}." if rows else ""
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


def failing_rows(warehouse: Path | None, sql: str) -> list[str]:
    """A few rows that a data test returns, as `column: value` texts; none where they are not to be had.

    A test that says where, which row and what to do says it in its rows.
    """
    if warehouse is None or not warehouse.exists() or not sql:
        return []
    try:
        with duckdb.connect(str(warehouse), read_only=True) as con:
            con.execute("set TimeZone = 'UTC'")
            cursor = con.execute(f"select * from ({sql.strip().rstrip(';')}\n) limit {SHOWN_ROWS}")
            names = [column[0] for column in cursor.description or ()]
            found = cursor.fetchall()
    except duckdb.Error:
        return []
    asked = set(re.findall(r"\w+", sql.rpartition("where")[2]))
    telling = {*names[:KEY_COLUMNS], *asked} if len(names) > FEW_COLUMNS else set(names)
    return [
        ", ".join(
            f"{name}: {value}"
            for name, value in zip(names, row, strict=True)
            if value is not None and name in telling
        )[:SHOWN_CHARACTERS]
        for row in found
    ]
