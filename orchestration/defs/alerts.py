"""Sensors that tell a person: a run failed, a check warned, the published copy is old.

They change nothing, and what they say must not wait for somebody to switch them on: unlike schedules
they run from the start.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import dagster as dg

from orchestration import publishing
from orchestration.alerts import Alert, Sink, deliver, sinks_of
from orchestration.runs import AS_OF_TAG, failure_message, version_tags
from orchestration.settings import Settings

WILL_RETRY_TAG = "dagster/will_retry"
SECONDS_BETWEEN_AGE_CHECKS = 900
SERVED = "The last good marts, if there are any, stay served."


def failure_alert(run: dg.DagsterRun, failed: Sequence[dg.DagsterEvent], message: str) -> Alert:
    """A run failed: which steps, and why."""
    steps = [f"{event.step_key}: {failure_message(event)}" for event in failed]
    again = "It is launched again.\n" if run.tags.get(WILL_RETRY_TAG) == "true" else ""
    return Alert(
        "failure",
        f"{run.job_name} failed" + (f" in {failed[0].step_key}" if failed else ""),
        f"{again}{SERVED}\n\n" + "\n\n".join(steps or [message]),
        facts(run),
    )


def warning_alert(run: dg.DagsterRun, warned: Sequence[dg.AssetCheckEvaluation]) -> Alert | None:
    """A run succeeded although checks that only warn did not pass; None where all did."""
    if not warned:
        return None
    lines = [
        f"{check.asset_key.to_user_string()}: {check.check_name}"
        + (f" ({check.description})" if check.description else "")
        for check in warned
    ]
    return Alert(
        "warning",
        f"{run.job_name}: {len(warned)} checks warn" if len(warned) > 1 else
        f"{run.job_name}: {warned[0].check_name} warns",
        "The run was published.\n\n" + "\n".join(lines),
        facts(run),
    )  # fmt: skip


def stale_alert(published: publishing.Published, age_hours: float, limit: int) -> Alert | None:
    """The served run is older than it may be, whatever the reason; None where it is not."""
    if age_hours < limit:
        return None
    return Alert(
        "failure",
        f"The published marts are {age_hours:.0f} hours old",
        f"No run was published for longer than {limit} hours. Look at the schedules, the daemon and "
        "the failed runs.",
        {"run": str(published.number), "run_id": published.run_id, "as_of": published.as_of,
         "published_at": published.published_at},
    )  # fmt: skip


def facts(run: dg.DagsterRun) -> Mapping[str, str]:
    """What identifies a run."""
    known = {name: run.tags[name] for name in (AS_OF_TAG, *version_tags()) if name in run.tags}
    return {
        "job": run.job_name,
        "run_id": run.run_id,
        **{name.removeprefix("saas_metrics/"): value for name, value in known.items()},
    }


def warned_checks(instance: dg.DagsterInstance, run_id: str) -> list[dg.AssetCheckEvaluation]:
    """Checks of a run that did not pass with severity WARN."""
    records = instance.get_records_for_run(
        run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ).records
    events = [record.event_log_entry.dagster_event for record in records]
    found = [event.asset_check_evaluation_data for event in events if event]
    return [c for c in found if not c.passed and c.severity == dg.AssetCheckSeverity.WARN]


def failure_sensor(sinks: Sequence[Sink]) -> dg.SensorDefinition:
    """Tells of every failed run of this code location."""

    @dg.run_failure_sensor(
        name="alert_on_failure",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells every sink of each failed run.",
    )
    def alert_on_failure(context: dg.RunFailureSensorContext) -> None:
        failed = list(context.get_step_failure_events())
        message = context.failure_event.message or "The run stopped."
        deliver(failure_alert(context.dagster_run, failed, message), sinks)

    return alert_on_failure


def warning_sensor(sinks: Sequence[Sink]) -> dg.SensorDefinition:
    """Tells of checks that warn in runs that succeed: no failure would ever show them."""

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="alert_on_warnings",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells every sink of checks that warn in a run that succeeded.",
    )
    def alert_on_warnings(context: dg.RunStatusSensorContext) -> None:
        run = context.dagster_run
        if alert := warning_alert(run, warned_checks(context.instance, run.run_id)):
            deliver(alert, sinks)

    return alert_on_warnings


def stale_sensor(
    settings: Settings, sinks: Sequence[Sink], clock: Callable[[], float] = time.time
) -> dg.SensorDefinition:
    """Tells once of each served run that has become too old: also where no run failed or began."""

    @dg.sensor(
        name="alert_on_stale_marts",
        minimum_interval_seconds=SECONDS_BETWEEN_AGE_CHECKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Tells every sink when the published copy is older than "
        f"{settings.stale_hours} hours.",
    )
    def alert_on_stale_marts(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        try:
            published = publishing.served(settings.serving_path)
        except publishing.PublishError as error:
            return dg.SkipReason(str(error))
        if context.cursor == str(published.number):
            return dg.SkipReason(f"Run {published.number} has been told of.")
        written = datetime.fromisoformat(published.published_at).timestamp()
        alert = stale_alert(published, (clock() - written) / 3600, settings.stale_hours)
        if alert is None:
            return dg.SkipReason("The published copy is recent.")
        deliver(alert, sinks)
        context.update_cursor(str(published.number))
        return dg.SkipReason(alert.title)

    return alert_on_stale_marts


def definitions(settings: Settings) -> dg.Definitions:
    """The three sensors, with the sinks that the environment sets up."""
    sinks = sinks_of(settings.alerts)
    return dg.Definitions(
        sensors=[failure_sensor(sinks), warning_sensor(sinks), stale_sensor(settings, sinks)]
    )
