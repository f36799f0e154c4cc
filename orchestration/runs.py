"""Facts about a Dagster run that several steps must agree on."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import metadata
from zoneinfo import ZoneInfo

import dagster as dg
import duckdb

from orchestration.clone import git_commit, project_vars
from orchestration.settings import Settings, as_of_text, project_version

Context = dg.AssetExecutionContext | dg.AssetCheckExecutionContext
AS_OF_TAG = "saas_metrics/as_of"
# Runs with this tag build the whole world as of the first of their month and close the month before.
CLOSES_MONTH_TAG = "saas_metrics/closes_month"
# The instance lets one run with this tag work at a time; others wait in its queue.
WRITES_TAG = "saas_metrics/writes_warehouse"
# Assets with this tag follow what is served, and have no part in closing a month.
LIVE_ONLY_TAG = "saas_metrics/live_only"


def as_of_of(context: Context, settings: Settings) -> str:
    """The one as-of of a run: its tag, else SAAS_METRICS_AS_OF, else the run's creation (UTC).

    Every step of a run gets the same answer, in whichever process it runs and however often it is
    tried again. A run that closes a month gets the first of its month instead of the instant.
    """
    tag = context.run.tags.get(AS_OF_TAG)
    if tag:
        return tag
    if settings.as_of and CLOSES_MONTH_TAG not in context.run.tags:
        return settings.as_of
    if settings.as_of:
        return first_of_month(datetime.fromisoformat(settings.as_of)).isoformat()
    record = context.instance.get_run_record_by_id(context.run.run_id)
    created = record.create_timestamp if record else datetime.now(UTC)
    if CLOSES_MONTH_TAG in context.run.tags:
        return first_of_month(created).isoformat()
    return as_of_text(created)


def record_as_of(context: dg.AssetExecutionContext, as_of: str) -> None:
    """Writes the as-of on the run, where a person looks for it and a re-execution finds it."""
    if AS_OF_TAG not in context.run.tags:
        context.instance.add_run_tags(context.run.run_id, {AS_OF_TAG: as_of})


def first_of_month(instant: datetime) -> date:
    """First day of the instant's month in the reporting time zone; naive means in that zone."""
    zone = ZoneInfo(str(project_vars().get("reporting_timezone", "UTC")))
    local = instant.astimezone(zone) if instant.tzinfo else instant
    return local.date().replace(day=1)


def closed_month(as_of: str) -> str:
    """The last whole month before an as-of, as `2026-10`."""
    first = first_of_month(datetime.fromisoformat(as_of))
    return (first - timedelta(days=1)).strftime("%Y-%m")


@cache
def version_tags() -> dict[str, str]:
    """Run tags that say which code made a number."""
    return {
        "saas_metrics/version": project_version(),
        "saas_metrics/git_commit": git_commit(),
        "saas_metrics/dbt": metadata.version("dbt-core"),
        "saas_metrics/duckdb": duckdb.__version__,
        "saas_metrics/dagster": metadata.version("dagster"),
    }


def failure_message(event: dg.DagsterEvent) -> str:
    """The message of the error at the root of a failed step."""
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return data.user_failure_data.description
    error = data.error
    while error and error.cause:
        error = error.cause
    return error.message.strip() if error else "No message."
