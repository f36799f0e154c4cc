"""The gates: check, accept, record, history."""

from pathlib import Path
from uuid import uuid4

import click

from orchestration.publishing.manifest import PublishError
from orchestration.quality.gate import MARTS, RAW, check_marts, check_raw
from orchestration.quality.results import GateError, Report, accept, history, record
from orchestration.settings import Settings, SettingsError, utc_now

BLOCKED, UNUSABLE = 1, 2
LAYER = click.Choice([RAW, MARTS])


@click.group(help=__doc__)
def cli() -> None:
    """Subcommands of the gates."""


@cli.command("check")
@click.option("--layer", type=LAYER, required=True, help="Raw tables, or marts.")
@click.option("--run-id", default=None, help="Under which the answers are kept; default: new.")
@click.option("--verbose", is_flag=True, help="Every check, not only those that failed.")
def check_command(layer: str, run_id: str | None, verbose: bool) -> None:
    """Ask all questions of a layer.

    Exit code 1: something blocks. 2: the gate cannot work.
    """
    settings = Settings.from_environment()
    now = utc_now()
    as_of = settings.as_of or now
    # Two checks within a second are two runs.
    run_id = run_id or f"manual-{now.replace(':', '').replace('-', '')}-{uuid4().hex[:8]}"
    gate = check_raw if layer == RAW else check_marts
    report = gate(settings, run_id, as_of)
    say(report, verbose)
    if not report.passed:
        raise SystemExit(BLOCKED)


def say(report: Report, verbose: bool) -> None:
    """Prints a report."""
    if verbose:
        for result in report.results:
            shown = "" if result.observed_value is None else f"  {result.observed_value[:60]}"
            click.echo(f"{result.outcome:<14}{result.dataset}  {result.check_name}{shown}")
    for line in report.lines(limit=1000):
        click.echo(line)
    click.echo(f"{report.layer}: {report.summary()}")
    if report.data_docs:
        click.echo(f"Data Docs: {report.data_docs}")


@cli.command("accept")
@click.option("--layer", type=LAYER, required=True, help="Whose change it is.")
@click.option("--reason", required=True, help="Why the change is right; kept beside the results.")
def accept_command(layer: str, reason: str) -> None:
    """Say that a change of volume, columns or means is right.

    Runs are compared with the next one from then on.
    """
    settings = Settings.from_environment()
    accept(settings.quality_path, layer, reason)
    click.echo(f"Accepted. The next run on {layer} sets what later ones are compared with.")


@cli.command("record")
@click.option("--run-id", default=None, help="Under which they are kept; default: dbt's own id.")
@click.option(
    "--target-path", type=click.Path(path_type=Path), default=None, help="dbt's artifacts."
)
def record_command(run_id: str | None, target_path: Path | None) -> None:
    """Keep what dbt's data tests said last."""
    from orchestration.quality.dbt_results import read_dbt_results

    settings = Settings.from_environment()
    report = read_dbt_results(
        target_path or settings.target_path,
        run_id,
        settings.as_of or utc_now(),
        settings.warehouse_path,
    )
    record(settings.quality_path, report)
    say(report, verbose=False)


@cli.command("history")
@click.option("--runs", default=10, show_default=True, help="How many reports.")
def history_command(runs: int) -> None:
    """List the last reports."""
    settings = Settings.from_environment()
    for when, run_id, layer, as_of, checks, blocking, warning in history(
        settings.quality_path, runs
    ):
        click.echo(
            f"{when}  {layer:<6} {checks:>5} checks {blocking:>3} block {warning:>3} warn  "
            f"as of {as_of}  {run_id}"
        )


if __name__ == "__main__":
    try:
        cli()
    except (GateError, PublishError, SettingsError) as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(UNUSABLE) from error
