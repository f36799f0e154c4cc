"""Facts about a Dagster run that several steps must agree on."""

from datetime import UTC, datetime

import dagster as dg

from orchestration.settings import Settings, as_of_text

Context = dg.AssetExecutionContext | dg.AssetCheckExecutionContext
AS_OF_TAG = "saas_metrics/as_of"


def as_of_of(context: Context, settings: Settings) -> str:
    """The one as-of of a run: its tag, else SAAS_METRICS_AS_OF, else the run's creation (UTC).

    Every step of a run gets the same answer, in whichever process it runs and however often it is
    tried again.
    """
    tag = context.run.tags.get(AS_OF_TAG)
    if tag or settings.as_of:
        return tag or str(settings.as_of)
    record = context.instance.get_run_record_by_id(context.run.run_id)
    return as_of_text(record.create_timestamp if record else datetime.now(UTC))
