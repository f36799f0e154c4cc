"""`saas-metrics report`: builds the report of the run that is served now."""

import time
from pathlib import Path

import click

from orchestration.report import ReportError, build_report
from orchestration.settings import Settings, SettingsError


@click.command()
@click.option(
    "--serving",
    type=click.Path(path_type=Path, exists=True, file_okay=False, resolve_path=True),
    help="Directory of the published copy; default: SAAS_METRICS_SERVING_PATH.",
)
def main(serving: Path | None) -> None:
    """Build the report of the run that is served now: a static site that opens without a network.

    It reads the published copy and never the warehouse: what it shows is what is served.
    """
    started = time.monotonic()
    try:
        index = build_report(Settings.from_environment(), serving=serving)
    except (ReportError, SettingsError, RuntimeError) as error:
        raise SystemExit(f"Error: {error}") from error
    click.echo(f"Report: {index} ({time.monotonic() - started:.1f} s)")


if __name__ == "__main__":
    main()
