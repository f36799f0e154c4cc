"""One run of a job in this process, with its progress on the terminal."""

import contextlib
import json
import time
from pathlib import Path

import dagster as dg

from orchestration.definitions import build_definitions
from orchestration.defs.automation import FULL_REFRESH, NIGHTLY
from orchestration.defs.history import EXPORTED_HISTORY
from orchestration.defs.quality import MARTS_GATE, RAW_GATE
from orchestration.defs.report import REPORT
from orchestration.progress import Terminal
from orchestration.project import dbt_project, manifest_is_stale
from orchestration.runs import AS_OF_TAG, failure_message
from orchestration.settings import Settings, environment, utc_now

WHAT_TO_DO = {
    "warehouse": "Mend the raw data or the model that the messages above name, then run again; "
    "`.venv/bin/dbt build --select <name>+` repeats one part.",
    RAW_GATE: "Nothing was built. Mend the raw data that the lines above name, then run again; "
    "`.venv/bin/python -m orchestration.quality check --layer raw` asks again.",
    MARTS_GATE: "The marts were built and are not published. "
    "`.venv/bin/python -m orchestration.quality check --layer marts` asks again.",
    REPORT: "`.venv/bin/python -m orchestration.report` builds it again from what is published.",
    EXPORTED_HISTORY: "Read docs/history.md, then run again or `python -m orchestration.history export`.",
}
LAST_GOOD = "The last good marts, if there are any, stay served."
WHAT_HOLDS = {
    EXPORTED_HISTORY: "The new marts are published; the last good export is kept.",
    REPORT: "The new marts are published; the report is that of an earlier run.",
}
OTHERWISE = (
    "Mend what the message above names, then run again; nothing has to be cleaned up by hand."
)


class RunFailedError(Exception):
    """A run failed; what was served before still is.

    Attributes:
        step: name of the step that failed.
        log_path: file with everything that was said.
    """

    def __init__(self, message: str, step: str, log_path: Path) -> None:
        super().__init__(message)
        self.step = step
        self.log_path = log_path


def run_in_process(
    settings: Settings, as_of: str, terminal: Terminal, *, full_refresh: bool = False
) -> str:
    """Runs the nightly job, or the one that rebuilds everything, and returns its run id.

    Raises:
        RunFailedError: a step failed.
        RuntimeError: the dbt project cannot be parsed.
    """
    if manifest_is_stale(settings.target_path / "manifest.json"):
        terminal.say("Preparing: parsing the dbt project")
    with environment(settings.for_dbt(as_of)):
        definitions = build_definitions(settings, terminal)
    started = time.monotonic()
    log_path = settings.target_path / "make-run.log"
    log_path.parent.mkdir(parents=True, exist_ok=True)
    terminal.start("Gate on raw tables, then dbt build: models, seeds, snapshots and data tests")
    with log_path.open("w", encoding="utf-8") as log, contextlib.redirect_stdout(log):
        job = definitions.resolve_job_def(FULL_REFRESH if full_refresh else NIGHTLY)
        result = job.execute_in_process(
            run_config={
                "ops": {"warehouse": {"config": {"collect_metadata": False}}},
                # The terminal shows our own lines; dbt's full output goes to the log file.
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
            tags={AS_OF_TAG: as_of},
            instance=dg.DagsterInstance.ephemeral(),
            raise_on_error=False,
        )
    terminal.end_build()
    if not result.success:
        raise run_failed(result, log_path)
    terminal.say(f"Published in run {result.run_id}; {time.monotonic() - started:.0f} s in all.")
    terminal.say(f"History: {exported(result)}")
    return result.run_id


def run_failed(result: dg.ExecuteInProcessResult, log_path: Path) -> RunFailedError:
    """Says which step failed, what still holds and what to do."""
    failed = [event for event in result.all_events if event.is_step_failure]
    step = str(failed[0].step_key) if failed else "the run"
    message = failure_message(failed[0]) if failed else "The run stopped."
    if step in ("warehouse", RAW_GATE, MARTS_GATE):
        # Its own messages are on the terminal already.
        message = message.splitlines()[0]
    return RunFailedError(
        f"{message}\nStep {step} failed. {WHAT_HOLDS.get(step, LAST_GOOD)}\n"
        f"{WHAT_TO_DO.get(step, OTHERWISE)}",
        step,
        log_path,
    )


def exported(result: dg.ExecuteInProcessResult) -> str:
    """What the step that exports the history says of itself, for a person."""
    (made,) = result.asset_materializations_for_node(EXPORTED_HISTORY)
    number, up_to = (made.metadata[name].value for name in ("export_number", "up_to"))
    return f"export {number}, up to {up_to}" if number else "nothing to export yet"


def source_names(settings: Settings) -> set[str]:
    """Names of the declared sources."""
    with environment(settings.for_dbt(settings.as_of or utc_now())):
        manifest = json.loads(dbt_project(settings.target_path).manifest_path.read_bytes())
    return {source["source_name"] for source in manifest["sources"].values()}
