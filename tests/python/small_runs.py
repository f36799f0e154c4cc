"""Whole runs of the jobs on a dbt project of one model, so that a run takes seconds.

It uses the repository's own profile and definitions; nothing of the repository's models is in it.
"""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtProject

from orchestration import project
from orchestration.definitions import build_definitions
from orchestration.progress import Silent
from orchestration.quality import Report
from orchestration.runs import AS_OF_TAG
from orchestration.settings import PROJECT_DIR, Settings

AS_OF = "2026-11-01T00:00:00Z"

SMALL_PROJECT = {
    "dbt_project.yml": """
name: small
version: "1.0"
config-version: 2
profile: saas_metrics
flags: {send_anonymous_usage_stats: false}
on-run-start:
  - create schema if not exists landed
  - create table if not exists landed.things as select 1 as id
models:
  small:
    marts: {+materialized: table, +schema: marts}
""",
    "macros/generate_schema_name.sql": """
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
""",
    "models/sources.yml": """
sources:
  - name: landed
    tables: [{name: things}]
""",
    "models/marts/fct_things.sql": """
select id, cast({{ env_var('SMALL_VALUE', '1') }} as integer) as amount,
    cast('{{ env_var("SAAS_METRICS_AS_OF") }}' as varchar) as as_of
from {{ source('landed', 'things') }}
""",
    "models/marts/fct_things.yml": """
models:
  - name: fct_things
    description: One row.
    columns:
      - name: amount
        data_tests:
          - accepted_values: {arguments: {values: [1, 3], quote: false}}
""",
}


class Recorder:
    """Keeps dbt's events, and acts on one of them where a test wants to."""

    def __init__(self, act: Callable[[str], None] | None = None) -> None:
        self.events: list[Mapping[str, Any]] = []
        self.reports: list[Report] = []
        self._act = act

    def on_event(self, event: Mapping[str, Any]) -> None:
        self.events.append(event)
        if self._act:
            self._act(str(event["info"].get("msg", "")))

    def on_report(self, report: Report) -> None:
        self.reports.append(report)

    @property
    def dbt_processes(self) -> int:
        return sum(event["info"]["name"] == "MainReportVersion" for event in self.events)


def make_small_project(root: Path, more: Mapping[str, str] | None = None) -> DbtProject:
    """Writes the project, with more files where given, and parses it."""
    for name, text in {**SMALL_PROJECT, **(more or {})}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    target = root / "target"
    subprocess.run(
        [project.dbt_executable(), "parse", "--quiet", "--target-path", str(target)],
        cwd=root,
        env={**os.environ, "DBT_PROFILES_DIR": str(PROJECT_DIR), "SAAS_METRICS_AS_OF": AS_OF},
        check=True,
    )
    return DbtProject(project_dir=root, profiles_dir=PROJECT_DIR, target_path=target)


def small_settings(root: Path, **variables: str) -> Settings:
    """Settings with everything below a directory."""
    return Settings.from_environment(
        {
            "SAAS_METRICS_RAW_PATH": str(root / "raw"),
            "SAAS_METRICS_WAREHOUSE_PATH": str(root / "saas_warehouse.duckdb"),
            "SAAS_METRICS_SERVING_PATH": str(root / "serving"),
            "SAAS_METRICS_QUALITY_PATH": str(root / "quality"),
            "DBT_TARGET_PATH": str(root / "target"),
            **variables,
        }
    )


def run_nightly(
    small_project: DbtProject,
    settings: Settings,
    progress: Recorder | None = None,
    collect_metadata: bool = False,
) -> dg.ExecuteInProcessResult:
    return run_job(
        "nightly", small_project, settings, progress, collect_metadata, tags={AS_OF_TAG: AS_OF}
    )


def run_job(
    job: str,
    small_project: DbtProject,
    settings: Settings,
    progress: Recorder | None = None,
    collect_metadata: bool = False,
    *,
    tags: Mapping[str, str] | None = None,
    instance: dg.DagsterInstance | None = None,
    steps: tuple[str, ...] = ("warehouse",),
    assets: list[dg.AssetKey] | None = None,
) -> dg.ExecuteInProcessResult:
    """Runs a job, or a few of its assets, in this process, without an error for a failed run."""
    definitions = build_definitions(settings, progress or Silent(), small_project)
    return definitions.resolve_job_def(job).execute_in_process(
        run_config={
            "ops": {step: {"config": {"collect_metadata": collect_metadata}} for step in steps},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
        tags=dict(tags or {}),
        instance=instance or dg.DagsterInstance.ephemeral(),
        raise_on_error=False,
        asset_selection=assets,
    )


def failed_steps(result: dg.ExecuteInProcessResult) -> list[str]:
    return [str(event.step_key) for event in result.all_events if event.is_step_failure]
