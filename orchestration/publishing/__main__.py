"""The published copy: publish, roll back, repair, verify, list, copy to Postgres."""

import json
from pathlib import Path

import click

from orchestration import built
from orchestration.built import Built
from orchestration.publishing import (
    Published,
    PublishError,
    publish,
    repair,
    rollback,
    served,
    verify,
)
from orchestration.publishing.contracts import contracts
from orchestration.publishing.manifest import read_run, read_top
from orchestration.publishing.postgres import publish_to_postgres
from orchestration.secrets import POSTGRES_URI
from orchestration.settings import Settings, SettingsError, utc_now


@click.group(help=__doc__)
def cli() -> None:
    """Subcommands of the publisher."""


@cli.command("publish")
@click.option("--run-id", default=None, help="Shown to readers; default: the build's own.")
@click.option(
    "--unchecked",
    is_flag=True,
    help="Publish what the warehouse holds, past all checks, as manual-<now>.",
)
def publish_command(run_id: str | None, unchecked: bool) -> None:
    """Publish the marts of the last good build again.

    Refuses a warehouse whose last build failed or is at work, that was written to since, or that the
    gate on marts has not let through.
    """
    settings = Settings.from_environment()
    if unchecked:
        build = Built(f"manual-{utc_now()}", settings.as_of or "unknown")
    else:
        build = _good_build(settings.warehouse_path)
    run = publish(
        warehouse=settings.warehouse_path,
        serving=settings.serving_path,
        run_id=run_id or build.run_id,
        as_of=build.as_of,
        keep=settings.keep_runs,
    )
    _say("Published", run, settings.serving_path)


@cli.command("rollback")
@click.option("--to", type=int, default=None, help="Run number; default: the one before.")
def rollback_command(to: int | None) -> None:
    """Serve an earlier kept run again."""
    settings = Settings.from_environment()
    _say("Serving", rollback(settings.serving_path, to), settings.serving_path)


@cli.command("repair")
def repair_command() -> None:
    """Make the directory agree with its manifest."""
    settings = Settings.from_environment()
    run = repair(settings.serving_path)
    if run:
        _say("Serving", run, settings.serving_path)
    else:
        click.echo(f"Nothing is published at {settings.serving_path}.")


@cli.command("verify")
def verify_command() -> None:
    """Compare every kept run with its manifest."""
    settings = Settings.from_environment()
    for run in verify(settings.serving_path):
        _say("Whole:", run, settings.serving_path)


@cli.command("postgres")
def postgres_command() -> None:
    """Copy the served run to Postgres.

    The database is that of SAAS_METRICS_POSTGRES_URI.
    """
    settings = Settings.from_environment()
    if settings.postgres_uri is None:
        raise PublishError(f"{POSTGRES_URI} is not set.")
    manifest = json.loads((settings.target_path / "manifest.json").read_text(encoding="utf-8"))
    run = publish_to_postgres(
        settings.serving_path,
        contracts(manifest, served(settings.serving_path).marts),
        settings.postgres_uri,
        settings.postgres_schema,
        settings.postgres_reader,
    )
    click.echo(f"Postgres schema {settings.postgres_schema} shows run {run.number}.")


@cli.command("list")
def list_command() -> None:
    """List the kept runs; the served one has an asterisk."""
    settings = Settings.from_environment()
    top = read_top(settings.serving_path)
    if top is None:
        click.echo(f"Nothing is published at {settings.serving_path}.")
        return
    for number in top.kept_runs:
        run = read_run(settings.serving_path, number)
        mark = "*" if number == top.run.number else " "
        click.echo(f"{mark} {number:>6}  {run.published_at}  as of {run.as_of}  {run.run_id}")


def _good_build(warehouse: Path) -> Built:
    """What the warehouse holds, where a job would publish it.

    Raises:
        PublishError: it would not.
    """
    try:
        build = built.read(warehouse)
    except built.NotBuiltError as error:
        raise PublishError(f"{error} Or give --unchecked.") from error
    if build.purpose != built.LIVE:
        raise PublishError(f"{warehouse.name} holds the close of a month. Run the job nightly.")
    if not built.has_passed_gate(warehouse):
        raise PublishError(
            f"The gate on marts has not let {warehouse.name} through. Run the job nightly, or give "
            "--unchecked."
        )
    return build


def _say(verb: str, run: Published, serving: Path) -> None:
    click.echo(f"{verb} run {run.number}: {len(run.marts)} marts as of {run.as_of}, {serving}")


if __name__ == "__main__":
    try:
        cli()
    except (PublishError, SettingsError) as error:
        raise SystemExit(f"Error: {error}") from error
