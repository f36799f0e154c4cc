"""`make run`: raw data to published marts in one process, then the headline numbers.

Exit codes: 0 published; 1 the build or a data test failed; 2 settings or raw data cannot be used;
3 publishing failed; 4 a gate stopped the run. In every case but 0 the last good marts stay served.
"""

import contextlib
import json
import os
import sys
import time
from pathlib import Path
from typing import NoReturn

os.environ.setdefault("DO_NOT_TRACK", "1")

import click
import dagster as dg

from orchestration import publishing
from orchestration.definitions import build_definitions
from orchestration.defs.quality import MARTS_GATE, RAW_GATE
from orchestration.headline import headline_lines, read_headline, reporting_currency
from orchestration.landing import (
    LandingError,
    Sample,
    check_own_data,
    has_raw_data,
    has_source_tables,
    make_sample,
)
from orchestration.progress import Terminal
from orchestration.project import dbt_project
from orchestration.publishing.manifest import DUCKDB_FILE
from orchestration.runs import AS_OF_TAG
from orchestration.settings import (
    PROJECT_DIR,
    Settings,
    SettingsError,
    environment,
    utc_now,
)

BUILD_FAILED, UNUSABLE, PUBLISH_FAILED, GATE_CLOSED = 1, 2, 3, 4
EXIT_CODES = {"published_marts": PUBLISH_FAILED, RAW_GATE: GATE_CLOSED, MARTS_GATE: GATE_CLOSED}
WHAT_TO_DO = {
    "warehouse": "Mend the raw data or the model that the messages above name, then run again; "
    "`.venv/bin/dbt build --select <name>+` repeats one part.",
    RAW_GATE: "Nothing was built. Mend the raw data that the lines above name, then run again; "
    "`.venv/bin/python -m orchestration.quality check --layer raw` asks again.",
    MARTS_GATE: "The marts were built and are not published. "
    "`.venv/bin/python -m orchestration.quality check --layer marts` asks again.",
    "published_marts": "Mend what the message above names, then run again; nothing has to be "
    "cleaned up by hand.",
}


@click.command(help=__doc__)
@click.option("--customers", default=Sample.customers, show_default=True, help="Sample company.")
@click.option("--months", default=Sample.months, show_default=True, help="Sample company.")
@click.option("--seed", default=Sample.seed, show_default=True, help="Sample company.")
@click.option("--no-sample", is_flag=True, help="Never make a sample company.")
@click.option("--full-refresh", is_flag=True, help="Rebuild incremental models from the start.")
def main(customers: int, months: int, seed: int, no_sample: bool, full_refresh: bool) -> None:
    """The command line."""
    terminal = Terminal()
    try:
        settings = Settings.from_environment()
        as_of = settings.as_of or utc_now()
        terminal.say(f"saas-metrics: one run as of {as_of}")
        land(settings, Sample(customers, months, seed), terminal, allowed=not no_sample)
        terminal.say("Preparing: dbt project and Dagster definitions")
        with environment(settings.for_dbt(as_of)):
            definitions = build_definitions(settings, terminal)
    except (SettingsError, LandingError, RuntimeError) as error:
        give_up(str(error), UNUSABLE)
    run_id = execute(definitions, settings, as_of, full_refresh, terminal)
    report(settings, run_id, terminal)


def land(settings: Settings, sample: Sample, terminal: Terminal, *, allowed: bool) -> None:
    """Makes sure that there is raw data: the user's own, or the sample company.

    Raises:
        LandingError: there is none and none may be made.
    """
    check_own_data(settings)
    if has_raw_data(settings.raw_path):
        terminal.say(f"Raw data: {shown(settings.raw_path)}")
        return
    if not settings.raw_path_is_default:
        terminal.say(f"Raw data: no Parquet files below {settings.raw_path}; marts will be empty.")
        return
    if not allowed or has_source_tables(settings.warehouse_path, source_names(settings)):
        terminal.say("Raw data: tables in the warehouse's own database, where there are any.")
        return
    terminal.say(f"Raw data: none yet; making a sample company of {sample.customers:,} customers.")
    make_sample(settings, sample)
    terminal.say(f"Raw data: {shown(settings.raw_path)}, the sample company")


def source_names(settings: Settings) -> set[str]:
    """Names of the declared sources."""
    with environment(settings.for_dbt(settings.as_of or utc_now())):
        manifest = json.loads(dbt_project(settings.target_path).manifest_path.read_bytes())
    return {source["source_name"] for source in manifest["sources"].values()}


def execute(
    definitions: dg.Definitions,
    settings: Settings,
    as_of: str,
    full_refresh: bool,
    terminal: Terminal,
) -> str:
    """Runs the nightly job in this process and returns its run id; ends the process on failure."""
    started = time.monotonic()
    log_path = settings.target_path / "make-run.log"
    log_path.parent.mkdir(parents=True, exist_ok=True)
    config = {"full_refresh": full_refresh, "collect_metadata": False}
    terminal.start("Gate on raw tables, then dbt build: models, seeds, snapshots and data tests")
    with log_path.open("w", encoding="utf-8") as log, contextlib.redirect_stdout(log):
        result = definitions.resolve_job_def("nightly").execute_in_process(
            run_config={
                "ops": {"warehouse": {"config": config}},
                # The terminal shows our own lines; dbt's full output goes to the log file.
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
            tags={AS_OF_TAG: as_of},
            instance=dg.DagsterInstance.ephemeral(),
            raise_on_error=False,
        )
    terminal.end_build()
    if not result.success:
        explain_failure(result, log_path)
    terminal.say(f"Published in run {result.run_id}; {time.monotonic() - started:.0f} s in all.")
    return result.run_id


def explain_failure(result: dg.ExecuteInProcessResult, log_path: Path) -> NoReturn:
    """Says which step failed, what still holds and what to do, and ends the process."""
    failed = [event for event in result.all_events if event.is_step_failure]
    step = str(failed[0].step_key) if failed else "the run"
    message = failure_message(failed[0]) if failed else "The run stopped."
    if step in ("warehouse", RAW_GATE, MARTS_GATE):
        # Its own messages are on the terminal already.
        message = message.splitlines()[0]
    give_up(
        f"{message}\nStep {step} failed. The last good marts, if there are any, stay served.\n"
        f"{WHAT_TO_DO.get(step, '')}\nFull log: {shown(log_path)}",
        EXIT_CODES.get(step, BUILD_FAILED),
    )


def failure_message(event: dg.DagsterEvent) -> str:
    """The message of the error at the root of a failed step."""
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return data.user_failure_data.description
    error = data.error
    while error and error.cause:
        error = error.cause
    return error.message.strip() if error else "No message."


def report(settings: Settings, run_id: str, terminal: Terminal) -> None:
    """Prints the headline numbers of the copy that was just published, and where to look."""
    run = publishing.served(settings.serving_path)
    for line in ["", *headline_lines(read_headline(settings.serving_path), reporting_currency())]:
        terminal.say(line)
    served = shown(settings.serving_path / DUCKDB_FILE)
    query = (
        "select month, closing_mrr from marts.rpt_mrr_bridge_monthly "
        "where segment_type = 'all' order by month"
    )
    for line in [
        "",
        f"As of {run.as_of}, run {run.number} ({run_id}), {len(run.marts)} marts",
        f"Published copy  {served}",
        f"Parquet files   {shown(settings.serving_path / 'runs' / f'{run.number:06d}')}",
        'Query it        .venv/bin/python -c "import duckdb; '
        f'print(duckdb.connect(\'{served}\', read_only=True).sql(\\"{query}\\"))"',
        "Read on         README.md, docs/; `make docs` builds the dbt documentation",
    ]:
        terminal.say(line)


def shown(path: Path) -> str:
    """A path as a person in the repository's root would type it."""
    try:
        return str(path.relative_to(PROJECT_DIR))
    except ValueError:
        return str(path)


def give_up(message: str, code: int) -> NoReturn:
    """Prints an error and ends the process."""
    print(f"\n{message}", file=sys.stderr)
    raise SystemExit(code)


if __name__ == "__main__":
    main()
