"""What was reported when: export, restore, verify, list, start over."""

import click

from orchestration.history import (
    Export,
    HistoryError,
    export_history,
    history_directory,
    restore_history,
    start_over,
    verify_history,
)
from orchestration.history.manifest import manifest_path, newest, read_export
from orchestration.settings import Settings, SettingsError

DAMAGED = 1


@click.group(help=__doc__)
def cli() -> None:
    """Subcommands of the history."""


@cli.command("export")
@click.option(
    "--replace",
    "replace_other",
    is_flag=True,
    help="Write everything anew, also where this history does not go on from the exported one.",
)
def export_command(replace_other: bool) -> None:
    """Export the history of the warehouse.

    A nightly run does so by itself.
    """
    settings = Settings.from_environment()
    directory = history_directory(settings.serving_path)
    export = export_history(
        warehouse=settings.warehouse_path,
        directory=directory,
        keep=settings.keep_runs,
        replace_other=replace_other,
    )
    if export is None:
        click.echo(f"{settings.warehouse_path} has no history yet.")
    else:
        click.echo(f"Export {export.number}: {described(export)}; {directory}")


@cli.command("restore")
@click.option("--export", "number", type=int, default=None, help="Number; default: the newest.")
@click.option("--force", is_flag=True, help="Also where the warehouse's history is newer.")
def restore_command(number: int | None, force: bool) -> None:
    """Replace the warehouse's history by an exported one."""
    settings = Settings.from_environment()
    export = restore_history(
        warehouse=settings.warehouse_path,
        directory=history_directory(settings.serving_path),
        number=number,
        force=force,
    )
    click.echo(f"Restored export {export.number}: {described(export)}; {settings.warehouse_path}")


@cli.command("verify")
def verify_command() -> None:
    """Compare every kept export with its checksums.

    Exit code 1 where one differs.
    """
    directory = history_directory(Settings.from_environment().serving_path)
    problems = verify_history(directory)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        click.echo(
            "Damaged exports cannot be restored. The next export is whole again: it writes what is "
            "damaged anew from the warehouse.",
            err=True,
        )
        raise SystemExit(DAMAGED)
    click.echo(f"All kept exports at {directory} are what was exported.")


@cli.command("list")
def list_command() -> None:
    """List the kept exports; the newest has an asterisk."""
    directory = history_directory(Settings.from_environment().serving_path)
    top = newest(directory)
    if top is None:
        click.echo(f"No history is exported at {directory}.")
        return
    for number in top.kept:
        mark = "*" if number == top.number else " "
        if number != top.number and not manifest_path(directory, number).exists():
            click.echo(f"{mark} {number:>6}  its manifest is gone")
            continue
        export = read_export(directory, number)
        click.echo(f"{mark} {number:>6}  {export.exported_at}  {described(export)}")


@cli.command("start-over")
@click.confirmation_option(prompt="Forget every report so far and begin a new history?")
def start_over_command() -> None:
    """Begin a new history, the old one set aside.

    As after a trial with other raw data.
    """
    settings = Settings.from_environment()
    aside = start_over(
        warehouse=settings.warehouse_path, directory=history_directory(settings.serving_path)
    )
    if aside is None:
        click.echo(f"{settings.warehouse_path} has no history yet.")
    else:
        click.echo(f"The next run begins a new history. What there was is kept in {aside}.")


def described(export: Export) -> str:
    """What an export holds, for people."""
    rows = sum(table.rows for table in export.tables.values())
    return f"{len(export.tables)} tables, {rows:,} rows, up to {export.up_to or 'nothing'}"


if __name__ == "__main__":
    try:
        cli()
    except (HistoryError, SettingsError) as error:
        raise SystemExit(f"Error: {error}") from error
