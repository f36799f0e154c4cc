"""`saas-metrics status`: text or JSON, and an exit code for a monitor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from orchestration.status import Status

GATES = {"raw": "gate on raw tables", "dbt": "data tests of dbt", "marts": "gate on marts"}


@click.command()
@click.option("--json", "wants_json", is_flag=True, help="One JSON object instead of text.")
def status(wants_json: bool) -> None:
    """What is published, what the warehouse holds, what can be rolled back to.

    Exit code 1: nothing is published, or what is published is older than
    SAAS_METRICS_STALE_AFTER_HOURS (36).
    """
    from datetime import UTC, datetime

    from orchestration.settings import Settings
    from orchestration.status import gather

    found = gather(Settings.from_environment(), datetime.now(UTC))
    click.echo(as_json(found) if wants_json else "\n".join(lines(found)))
    if not found.is_good:
        raise SystemExit(1)


def lines(found: Status) -> list[str]:
    """Text for a terminal."""
    return [*_served_lines(found), "", *_warehouse_lines(found), "", *_kept_lines(found)]


def as_json(found: Status) -> str:
    """The same facts for a program."""
    import json
    from dataclasses import asdict

    facts = {**asdict(found), "is_stale": found.is_stale, "is_good": found.is_good}
    return json.dumps(facts, indent=2, default=str)


def _served_lines(found: Status) -> list[str]:
    run, age = found.served, found.age_hours
    if run is None or age is None:
        return ["Published  nothing yet: `saas-metrics run`"]
    old = f"  TOO OLD, more than {found.stale_hours} hours" if found.is_stale else ""
    rows = {name: mart.rows for name, mart in run.marts.items()}
    wide = max((len(name) for name in rows), default=0)
    return [
        f"Published  run {run.number} ({run.run_id})",
        f"  as of      {run.as_of}",
        f"  published  {run.published_at}, {_age(age)} ago{old}",
        *(
            f"  checked    {GATES.get(gate.layer, gate.layer)}: {gate.checks:,} checks, "
            f"{gate.blocking} blocking, {gate.warning} warning"
            for gate in found.gates
        ),
        f"  marts      {len(rows)}, {sum(rows.values()):,} rows",
        *(f"    {name:<{wide}}  {count:>12,}" for name, count in rows.items()),
    ]


def _warehouse_lines(found: Status) -> list[str]:
    warehouse = found.warehouse
    if warehouse.bytes is None:
        return [f"Warehouse  {warehouse.path}: {warehouse.problem}"]
    shown = [f"Warehouse  {warehouse.path}, {warehouse.bytes / 1e6:,.0f} MB"]
    if warehouse.build:
        gate = "passed" if warehouse.passed_gate else "has not passed"
        shown.append(
            f"  holds      run {warehouse.build.run_id}, as of {warehouse.build.as_of}; {gate} the "
            "gate on marts"
        )
    if warehouse.problem:
        shown.append(f"  note       {warehouse.problem}")
    if warehouse.tables:
        listed = ", ".join(f"{schema} {number}" for schema, number in warehouse.tables.items())
        shown.append(f"  tables     {listed}")
    return shown


def _kept_lines(found: Status) -> list[str]:
    if not found.kept or found.served is None:
        return ["Kept       nothing to roll back to"]
    return [
        "Kept       (rollback --to NUMBER)",
        *(
            f"{'*' if run.number == found.served.number else ' '} {run.number:>8}  "
            f"{run.published_at}  as of {run.as_of}  {run.run_id}"
            for run in found.kept
        ),
    ]


def _age(hours: float) -> str:
    if hours < 1:
        return f"{hours * 60:.0f} minutes"
    return f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"
