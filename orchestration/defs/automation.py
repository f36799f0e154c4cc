"""Jobs and schedules. Schedules start switched off: whoever deploys this switches them on."""

from collections.abc import Mapping, Sequence

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import (
    UnresolvedAssetJobDefinition,
)
from dagster_dbt import DbtProject
from dagster_dbt.dbt_manifest import validate_manifest

from orchestration.clone import project_vars
from orchestration.defs.dbt_steps import BUILT_TYPES, FULL_REFRESH_TAG
from orchestration.defs.event_days import SINGLE_DAYS, has_event_days
from orchestration.defs.history import EXPORTED_HISTORY
from orchestration.defs.publish import PUBLISHED
from orchestration.defs.report import REPORT
from orchestration.runs import (
    CLOSES_MONTH_TAG,
    LIVE_ONLY_TAG,
    WRITES_TAG,
    version_tags,
)
from orchestration.translator import Translator

NIGHTLY = "nightly"
HOURLY = "hourly"
MONTH_CLOSE = "month_close"
FULL_REFRESH = "full_refresh"
BACKFILL = "backfill"
# dbt models with this tag are built every hour as well.
HOURLY_DBT_TAG = "hourly"

EVERY_NIGHT = "0 5 * * *"
EVERY_HOUR = "20 * * * *"
# Invoices of a month's last day are final by then, and late rates have come.
THIRD_OF_THE_MONTH = "0 6 3 * *"

JOB_TAGS = {WRITES_TAG: "true"}
EVENT_DAYS = dg.AssetSelection.tag(*next(iter(SINGLE_DAYS.items())))


def everything(source_keys: Sequence[dg.AssetKey]) -> dg.AssetSelection:
    """All assets but single event days, their checks, and by name the checks on raw tables.

    A job takes the checks of the assets it makes. Raw tables are made by others, so that a gate on
    them would be absent from the job, without a word, were it not named here.
    """
    return with_gates(dg.AssetSelection.all() - EVENT_DAYS, source_keys)


def with_gates(
    selection: dg.AssetSelection, source_keys: Sequence[dg.AssetKey]
) -> dg.AssetSelection:
    """A selection and the checks on all raw tables."""
    if source_keys:
        selection = selection | dg.AssetSelection.checks_for_assets(*source_keys)
    return selection


def hourly_keys(project: DbtProject) -> list[dg.AssetKey]:
    """Asset keys of what dbt tags `hourly`."""
    manifest = validate_manifest(project.manifest_path)
    translator = Translator()
    return [
        translator.get_asset_key(node)
        for _, node in sorted(manifest["nodes"].items())
        if node["resource_type"] in BUILT_TYPES and HOURLY_DBT_TAG in node["tags"]
    ]


def jobs(
    project: DbtProject, source_keys: Sequence[dg.AssetKey]
) -> list[UnresolvedAssetJobDefinition]:
    """Those that have something to do; a job without assets would only fail."""
    found = [
        _job(
            NIGHTLY,
            everything(source_keys),
            "Everything as of now: gates, dbt build with all data tests, publish, report.",
            {},
        ),
        _job(
            FULL_REFRESH,
            everything(source_keys),
            "The same, with incremental models built again from the start. Snapshots are kept.",
            {FULL_REFRESH_TAG: "true"},
        ),
        _job(
            MONTH_CLOSE,
            everything(source_keys)
            - dg.AssetSelection.tag(LIVE_ONLY_TAG, "true")
            - dg.AssetSelection.checks_for_assets(PUBLISHED),
            "Everything as of the first of this month, published below closed/<month>; what is "
            "served stays as it is.",
            {CLOSES_MONTH_TAG: "last"},
        ),
    ]
    if keys := hourly_keys(project):
        after = (PUBLISHED, dg.AssetKey(REPORT), dg.AssetKey(EXPORTED_HISTORY))
        found.append(
            _job(
                HOURLY,
                with_gates(dg.AssetSelection.assets(*keys, *after), source_keys),
                "What dbt tags `hourly`, publish and the report.",
                {},
            )
        )
    if has_event_days(project):
        found.append(
            _job(
                BACKFILL,
                with_gates(EVENT_DAYS, source_keys),
                "Event days again: a range is one run. The next run of another job publishes.",
                {},
            )
        )
    return found


def definitions(project: DbtProject, source_keys: Sequence[dg.AssetKey]) -> dg.Definitions:
    """The jobs and their schedules."""
    made = jobs(project, source_keys)
    crons = {NIGHTLY: EVERY_NIGHT, HOURLY: EVERY_HOUR, MONTH_CLOSE: THIRD_OF_THE_MONTH}
    schedules = [_schedule(job, crons[job.name]) for job in made if job.name in crons]
    return dg.Definitions(jobs=made, schedules=schedules)


def _job(
    name: str, selection: dg.AssetSelection, description: str, tags: Mapping[str, str]
) -> UnresolvedAssetJobDefinition:
    return dg.define_asset_job(
        name,
        selection=selection,
        description=description,
        tags={**JOB_TAGS, **version_tags(), **tags},
    )


def _schedule(job: UnresolvedAssetJobDefinition, cron: str) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name=f"{job.name}_schedule",
        job=job,
        cron_schedule=cron,
        execution_timezone=str(project_vars().get("reporting_timezone", "UTC")),
        default_status=dg.DefaultScheduleStatus.STOPPED,
    )
