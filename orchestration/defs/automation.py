"""Jobs and schedules. Schedules start switched off: whoever deploys this switches them on."""

from collections.abc import Sequence

import dagster as dg

NIGHTLY = "nightly"
FIVE_IN_THE_MORNING = "0 5 * * *"


def nightly_selection(source_keys: Sequence[dg.AssetKey]) -> dg.AssetSelection:
    """Everything, and by name the checks on raw tables.

    A job takes the checks of the assets it makes. Raw tables are made by others, so that a gate on
    them would be absent from the job, without a word, were it not named here.
    """
    selection: dg.AssetSelection = dg.AssetSelection.all()
    if source_keys:
        selection = selection | dg.AssetSelection.checks_for_assets(*source_keys)
    return selection


def definitions(source_keys: Sequence[dg.AssetKey]) -> dg.Definitions:
    """The nightly job and its schedule."""
    nightly = dg.define_asset_job(
        NIGHTLY,
        selection=nightly_selection(source_keys),
        description="dbt build with all data tests, then publish.",
    )
    schedule = dg.ScheduleDefinition(
        name="nightly_schedule",
        job=nightly,
        cron_schedule=FIVE_IN_THE_MORNING,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.STOPPED,
    )
    return dg.Definitions(jobs=[nightly], schedules=[schedule])
