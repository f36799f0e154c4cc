"""Raw data to published marts and their report, then the headline numbers.

Exit codes: 0 published; 1 the build or a data test failed; 2 settings or raw data cannot be used;
3 publishing failed; 4 published, and the history could not be exported; 5 a gate stopped the run;
6 published, and the report could not be built. In every case but 0, 4 and 6 the last good marts stay
served.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn

os.environ.setdefault("DO_NOT_TRACK", "1")

import click
from click.core import ParameterSource

from orchestration import publishing
from orchestration.headline import headline_lines, read_headline, reporting_currency
from orchestration.history import history_directory, restore_lost
from orchestration.landing import (
    LandingError,
    Sample,
    check_own_data,
    has_raw_data,
    has_source_tables,
    make_sample,
)
from orchestration.progress import Terminal
from orchestration.publishing.manifest import DUCKDB_FILE
from orchestration.report import REPORT
from orchestration.settings import PROJECT_DIR, Settings, SettingsError, utc_now

BUILD_FAILED, UNUSABLE, PUBLISH_FAILED, EXPORT_FAILED, GATE_CLOSED, REPORT_FAILED = 1, 2, 3, 4, 5, 6
# By step; what is not here is a build that failed.
EXIT_CODES = {
    "raw_gate": GATE_CLOSED,
    "marts_gate": GATE_CLOSED,
    "published_marts": PUBLISH_FAILED,
    "exported_history": EXPORT_FAILED,
    "report": REPORT_FAILED,
}


@click.command(name="run", help=__doc__)
@click.option(
    "--customers", type=click.IntRange(min=1), default=Sample.customers, show_default=True,
    help="Customers of the sample company, where one is made.",
)  # fmt: skip
@click.option(
    "--months", type=click.IntRange(1, 240), default=Sample.months, show_default=True,
    help="Age of the sample company, where one is made.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(min=0), default=Sample.seed, show_default=True,
    help="Seed of the sample company, where one is made: same seed, same company.",
)  # fmt: skip
@click.option("--no-sample", is_flag=True, help="Never make a sample company.")
@click.option("--full-refresh", is_flag=True, help="Rebuild incremental models from the start.")
def main(customers: int, months: int, seed: int, no_sample: bool, full_refresh: bool) -> None:
    """The command line."""
    terminal = Terminal()
    try:
        settings = Settings.from_environment()
        as_of = settings.as_of or utc_now()
        terminal.say(f"saas-metrics: one run as of {as_of}")
        sampled = land(settings, Sample(customers, months, seed), terminal, allowed=not no_sample)
        if unused := [] if sampled else options_of_a_sample(click.get_current_context()):
            terminal.say(
                f"Raw data: no sample company was made; without effect: {', '.join(unused)}"
            )
        restore(settings, terminal)
        terminal.say("Preparing: loading Dagster and dbt")
        # Seconds of imports, which a person should not wait for before the first line.
        from orchestration.in_process import RunFailedError, run_in_process

        run_id = run_in_process(settings, as_of, terminal, full_refresh=full_refresh)
    except (SettingsError, LandingError, RuntimeError) as error:
        give_up(str(error), UNUSABLE)
    except RunFailedError as error:
        give_up(
            f"{error}\nFull log: {shown(error.log_path)}",
            EXIT_CODES.get(error.step, BUILD_FAILED),
        )
    report(settings, run_id, terminal)


def options_of_a_sample(context: click.Context) -> list[str]:
    """The options of a sample company that were named on the command line."""
    return [
        f"--{name}"
        for name in ("customers", "months", "seed")
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    ]


def land(settings: Settings, sample: Sample, terminal: Terminal, *, allowed: bool) -> bool:
    """Makes sure that there is raw data: the user's own, or the sample company.

    Returns whether a sample company was made.

    Raises:
        LandingError: there is none and none may be made.
    """
    check_own_data(settings)
    if has_raw_data(settings.raw_path):
        terminal.say(f"Raw data: {shown(settings.raw_path)}")
        return False
    if not settings.raw_path_is_default:
        terminal.say(f"Raw data: no Parquet files below {settings.raw_path}; marts will be empty.")
        return False
    if not allowed or _keeps_sources(settings):
        terminal.say("Raw data: tables in the warehouse's own database, where there are any.")
        return False
    terminal.say(f"Raw data: none yet; making a sample company of {sample.customers:,} customers.")
    make_sample(settings, sample)
    terminal.say(f"Raw data: {shown(settings.raw_path)}, the sample company")
    return True


def restore(settings: Settings, terminal: Terminal) -> None:
    """Gives a new or lost warehouse the exported history, where there is one, and says so.

    Raises:
        HistoryError: there is one and it cannot be restored.
    """
    directory = history_directory(settings.serving_path)
    export = restore_lost(warehouse=settings.warehouse_path, directory=directory)
    if export:
        terminal.say(
            f"History: the warehouse had none; restored what was reported up to {export.up_to} "
            f"from {shown(directory)}"
        )


def _keeps_sources(settings: Settings) -> bool:
    """True where another loader keeps source tables in the warehouse's own database."""
    if not settings.warehouse_path.exists():
        return False
    from orchestration.in_process import source_names

    return has_source_tables(settings.warehouse_path, source_names(settings))


def report(settings: Settings, run_id: str, terminal: Terminal) -> None:
    """Prints the headline numbers of the copy that was just published, and where to look."""
    run = publishing.served(settings.serving_path)
    headline = read_headline(settings.serving_path)
    for line in ["", *headline_lines(headline, reporting_currency(), run.as_of)]:
        terminal.say(line)
    served = shown(settings.serving_path / DUCKDB_FILE)
    query = (
        "select month, closing_mrr from marts.rpt_mrr_bridge_monthly "
        "where segment_type = 'all' order by month"
    )
    for line in [
        "",
        f"As of {run.as_of}, run {run.number} ({run_id}), {len(run.marts)} marts",
        f"Report          {shown(settings.serving_path / REPORT / 'index.html')}",
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
