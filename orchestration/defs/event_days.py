"""Models of event days (microbatch models) as assets with one partition a day.

They are a dbt step of their own, made only where the project has such models. A range of days is one
run and one dbt process, which works through the days itself.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, DbtProject, dbt_assets
from dagster_dbt.dbt_manifest import validate_manifest

from orchestration.defs.dbt_steps import FULL_REFRESH_TAG, WRITER_POOL, Build, retry_policy
from orchestration.translator import Translator

EVENT_DAY_MODELS = "config.incremental_strategy:microbatch"
STEP = "event_days"
# Runs with this tag leave it to dbt which days are due: all of them the first time, later the last
# ones (each model's `lookback`). Others build exactly the days of their partitions.
CATCH_UP_TAG = "saas_metrics/catch_up"


class EventDayConfig(dg.Config):
    """Run configuration of the step."""

    collect_metadata: bool = True


def event_day_models(project: DbtProject) -> list[Mapping[str, Any]]:
    """The microbatch models of the project, as the manifest has them."""
    manifest = validate_manifest(project.manifest_path)
    return [
        node
        for _, node in sorted(manifest["nodes"].items())
        if node["resource_type"] == "model"
        and node["config"].get("incremental_strategy") == "microbatch"
    ]


def event_days(models: list[Mapping[str, Any]]) -> dg.DailyPartitionsDefinition:
    """One partition a day, in UTC, from the first day that any model has until today."""
    begins = [str(model["config"]["begin"])[:10] for model in models]
    first = date.fromisoformat(min(begins))
    return dg.DailyPartitionsDefinition(start_date=first.isoformat(), timezone="UTC", end_offset=1)


def event_day_assets(project: DbtProject, build: Build) -> dg.AssetsDefinition | None:
    """The dbt step of the event-day models; None where there are none."""
    models = event_day_models(project)
    if not models:
        return None

    @dbt_assets(
        manifest=project.manifest_path,
        project=project,
        name=STEP,
        select=EVENT_DAY_MODELS,
        dagster_dbt_translator=Translator(),
        partitions_def=event_days(models),
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool=WRITER_POOL,
        retry_policy=retry_policy(),
    )
    def event_day_step(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, config: EventDayConfig
    ) -> Any:
        args = []
        if not {CATCH_UP_TAG, FULL_REFRESH_TAG} & set(context.run.tags):
            window = context.partition_time_window
            args = [
                *("--event-time-start", f"{window.start:%Y-%m-%d}"),
                *("--event-time-end", f"{window.end:%Y-%m-%d}"),
            ]
        yield from build(context, dbt, args, config.collect_metadata)

    return event_day_step
