"""The program `saas-metrics`: its commands, and how errors become exit codes."""

import os
import sys
from typing import NoReturn

import click

from orchestration.cli.lazy import Entry, LazyGroup
from orchestration.settings import PROJECT_DIR, RAW_PATH, Settings, project_version

PROGRAM = "saas-metrics"
COMPLETE_VARIABLE = "_SAAS_METRICS_COMPLETE"
FOUND_WRONG, UNUSABLE, PUBLISH_FAILED = 1, 2, 3

ENTRIES = {
    "sample": Entry(
        "sample_company.cli:main",
        "Write the raw data of a made-up company.",
        (
            "saas-metrics sample",
            "saas-metrics sample --customers 500 --months 24 --seed 3",
            "saas-metrics sample --out /tmp/raw --until 2026-11-01",
        ),
    ),
    "run": Entry(
        "orchestration.run:main",
        "Raw data to published marts; makes a sample company where there is no raw data.",
        (
            "saas-metrics run",
            "saas-metrics run --no-sample",
            "SAAS_METRICS_AS_OF=2026-11-01 saas-metrics run --full-refresh",
        ),
    ),
    "status": Entry(
        "orchestration.cli.status:status",
        "What is published, what the warehouse holds, what can be rolled back to.",
        ("saas-metrics status", "saas-metrics status --json"),
    ),
    "explain": Entry(
        "orchestration.explain.__main__:main",
        "Why a customer's MRR is what it is, down to the raw rows.",
        (
            "saas-metrics explain --customer cus_000042 --month 2026-03",
            "saas-metrics explain --customer 'Acme Inc' --month 2026-03 --json",
        ),
    ),
    "report": Entry(
        "orchestration.report.__main__:main",
        "Make the report, a static site that opens without a network.",
        ("saas-metrics report",),
    ),
    "metrics": Entry(
        "orchestration.metrics:main",
        "Ask the semantic layer: a metric by month, segment, channel or rep.",
        (
            "saas-metrics metrics list",
            "saas-metrics metrics list --metrics closing_mrr,arpa",
            "saas-metrics metrics query --saved-query mrr_bridge_by_month",
            "saas-metrics metrics query --metrics leads --group-by metric_time__month,lead__channel",
        ),
    ),
    "superset": Entry(
        "orchestration.cli.superset:superset",
        "Pack datasets, measures and a dashboard for Superset to import.",
        (
            "saas-metrics superset target/superset.zip",
            "saas-metrics superset target/superset.zip "
            "--uri 'postgresql+psycopg2://bi_reader:XXXXXXXXXX@db:5432/marts'",
        ),
    ),
    "publish": Entry(
        "orchestration.publishing.__main__:publish_command",
        "Publish the marts of the last good build again.",
        ("saas-metrics publish", "saas-metrics publish --unchecked --run-id trial"),
    ),
    "rollback": Entry(
        "orchestration.publishing.__main__:rollback_command",
        "Serve an earlier kept run again.",
        ("saas-metrics rollback", "saas-metrics rollback --to 5"),
    ),
    "serving": Entry(
        "orchestration.publishing.__main__:cli",
        "The published copy: list, verify, repair, copy to Postgres.",
        ("saas-metrics serving list", "saas-metrics serving verify"),
    ),
    "history": Entry(
        "orchestration.history.__main__:cli",
        "What was reported when: export, restore, verify.",
        ("saas-metrics history list", "saas-metrics history verify"),
    ),
    "quality": Entry(
        "orchestration.quality.__main__:cli",
        "The gates: ask them by hand, see what they said, accept a change.",
        (
            "saas-metrics quality check --layer raw",
            "saas-metrics quality history",
            "saas-metrics quality accept --layer raw --reason 'Moved to the new CRM'",
        ),
    ),
    "bench": Entry(
        "benchmarks.cli:main",
        "Measure raw data to movements against a scan of the same files.",
        ("saas-metrics bench --smoke", "saas-metrics bench --sizes s,m --repeats 5"),
    ),
    "doctor": Entry(
        "orchestration.cli.doctor:doctor",
        "Look at environment, settings and raw data, and say what to do.",
        ("saas-metrics doctor", "saas-metrics doctor --json"),
    ),
    "completion": Entry(
        "orchestration.cli.completion:completion",
        "Print the script that makes a shell complete this program's words.",
        (
            'eval "$(saas-metrics completion bash)"',
            "saas-metrics completion fish > ~/.config/fish/completions/saas-metrics.fish",
        ),
    ),
}

HELP = """SaaS metrics from raw data to published marts.

Settings are environment variables (SAAS_METRICS_...); `saas-metrics doctor` shows which are set and
what is wrong with them.
"""

EPILOG = """\b
Exit codes:
  0  done
  1  found wrong: a build or data test failed (run), nothing published or too old (status),
     amounts that do not add up (explain), a gate that blocks (quality), an error (doctor),
     no report (report), a question that has no answer (metrics), a damaged export (history)
  2  the command line, the settings or the raw data cannot be used
  3  publishing or rolling back failed, or what is published is damaged (serving)
  4  published, and the history could not be exported (run)
  5  a gate stopped the run (run)
  6  published, and the report could not be built (run)
In every case but 0, 4 and 6 the last good marts stay served.

\b
Examples:
  saas-metrics run
  saas-metrics status
  saas-metrics explain --customer cus_000042 --month 2026-03
  saas-metrics rollback
"""


class Program(LazyGroup):
    """The commands of this program."""

    entries = ENTRIES


@click.command(
    cls=Program,
    name=PROGRAM,
    help=HELP,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(project_version(), prog_name=PROGRAM)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """The group."""
    # Where the landing zone is, the sample is written, so that the next run finds it.
    raw = os.environ.get(RAW_PATH, "").strip()
    path = Settings.from_environment({RAW_PATH: raw or "data/raw"}).raw_path
    ctx.default_map = {"sample": {"out": str(path)}}


def main() -> None:
    """Runs the program; what a person can mend becomes one line and an exit code."""
    if not (PROJECT_DIR / "dbt_project.yml").exists():
        click.echo(
            f"Error: {PROJECT_DIR} holds no dbt project. This program works on a clone of the "
            "repository: run it as `.venv/bin/saas-metrics`, which `make run` puts there.",
            err=True,
        )
        raise SystemExit(UNUSABLE)
    for name, value in environment().items():
        os.environ.setdefault(name, value)
    try:
        cli(prog_name=PROGRAM, complete_var=COMPLETE_VARIABLE)
    except publish_errors() as error:
        fail(error, PUBLISH_FAILED)
    except usage_errors() as error:
        fail(error, UNUSABLE)


def environment() -> dict[str, str]:
    """Nothing calls home, and dbt reads the profile that is in the repository."""
    return {
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "DBT_PROFILES_DIR": str(PROJECT_DIR),
    }


def publish_errors() -> type[Exception]:
    """Imported when something went wrong, like the others below."""
    from orchestration.publishing.manifest import PublishError

    return PublishError


def usage_errors() -> tuple[type[Exception], ...]:
    """Errors whose text says what is wrong and what to do."""
    from orchestration.built import NotBuiltError
    from orchestration.durable import DirectoryLockedError
    from orchestration.history import HistoryError
    from orchestration.quality.results import GateError
    from orchestration.settings import SettingsError

    return (SettingsError, NotBuiltError, HistoryError, GateError, DirectoryLockedError)


def fail(error: Exception, code: int) -> NoReturn:
    """Says what is wrong and ends the process."""
    print(f"Error: {error}", file=sys.stderr)
    raise SystemExit(code)
