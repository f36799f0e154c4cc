"""`saas-metrics report`: the report of the published marts."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click

MODULE = "orchestration.report"


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Directory of the site.  [default: data/report]",
)
def report(out: Path | None) -> None:
    """Make the report, a static site that opens without a network.

    It reads the published copy and never the warehouse: what it shows is what is served.
    """
    from orchestration.settings import PROJECT_DIR, Settings

    if find_spec(MODULE) is None:
        raise click.UsageError(f"This version has no report ({MODULE} is not there).")
    settings = Settings.from_environment()
    site = import_module(MODULE).build_report(settings, out or PROJECT_DIR / "data" / "report")
    click.echo(f"Report: {site}")
