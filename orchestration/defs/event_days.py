"""Days of web events that are built again: an asset with one partition a day.

Every run finds the days to build by itself: those of which another number of rows has landed, and the
last ones. This asset is for days whose rows changed while their number did not: a range of partitions
is one run and one dbt process. What is below the days follows in the next run of another job.
"""

from datetime import date

import dagster as dg
from dagster_dbt import DbtCliResource, DbtProject
from dagster_dbt.dbt_manifest import validate_manifest

from orchestration.defs.dbt_steps import WRITER_POOL, Build, retry_policy
from orchestration.translator import DEFAULT_OWNER

# dbt models with this tag are built by event day and take `--event-time-start` and `-end`.
EVENT_DAYS_TAG = "event_days"
SINGLE_DAYS = {"saas_metrics/single_days": "true"}
FIRST_DAY = date(2015, 1, 1)


def has_event_days(project: DbtProject) -> bool:
    """Whether the project has models that are built by event day."""
    nodes = validate_manifest(project.manifest_path)["nodes"].values()
    return any(EVENT_DAYS_TAG in node["tags"] for node in nodes)


def event_day_assets(project: DbtProject, build: Build) -> list[dg.AssetsDefinition]:
    """The asset of the event days; none where the project has none."""
    if not has_event_days(project):
        return []

    @dg.asset(
        description="Days of web events, built again whatever has landed since.",
        group_name="intermediate_web",
        kinds={"dbt", "duckdb"},
        owners=[DEFAULT_OWNER],
        tags={"layer": "intermediate", **SINGLE_DAYS},
        partitions_def=dg.DailyPartitionsDefinition(
            start_date=FIRST_DAY.isoformat(), timezone="UTC", end_offset=1
        ),
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool=WRITER_POOL,
        retry_policy=retry_policy(),
    )
    def event_days(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> None:
        window = context.partition_time_window
        build.part(
            context,
            dbt,
            [
                *("--select", f"tag:{EVENT_DAYS_TAG}"),
                *("--event-time-start", f"{window.start:%Y-%m-%d}"),
                *("--event-time-end", f"{window.end:%Y-%m-%d}"),
            ],
        )

    return [event_days]
