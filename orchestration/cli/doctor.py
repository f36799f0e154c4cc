"""`saas-metrics doctor`: findings on the terminal as they come, or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from orchestration.doctor import Finding

MARKS = {"ok": "  ok     ", "warning": "  warning", "error": "  ERROR  "}


@click.command()
@click.option("--json", "wants_json", is_flag=True, help="One JSON object instead of text.")
def doctor(wants_json: bool) -> None:
    """Look at environment, settings and raw data, and say what to do.

    Changes nothing and sends nothing. Exit code 1: something would stop a run. A warning alone is 0.
    """
    import json
    import os
    from dataclasses import asdict

    from orchestration.doctor import Level, examine

    found: list[Finding] = []
    for finding in examine(os.environ):
        if not wants_json:
            for line in lines(finding, found[-1] if found else None):
                click.echo(line)
        found.append(finding)
    errors = sum(finding.level == Level.ERROR for finding in found)
    warnings = sum(finding.level == Level.WARNING for finding in found)
    if wants_json:
        click.echo(json.dumps([asdict(finding) for finding in found], indent=2))
    else:
        click.echo(f"\n{errors} errors, {warnings} warnings, {len(found)} findings")
    if errors:
        raise SystemExit(1)


def lines(finding: Finding, before: Finding | None) -> list[str]:
    """One finding as text, below the heading of its area where that is a new one."""
    heading = [] if before and before.area == finding.area else [finding.area]
    advice = [f"           -> {finding.advice}"] if finding.advice else []
    return [*heading, f"{MARKS[finding.level]}  {finding.text}", *advice]
