"""`saas-metrics report`: the report of the published marts."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click

MODULE = "orchestration.report"


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="What people open.  [default: report in the serving directory]",
)
def report(out: Path | None) -> None:
    """Make the report, a static site that opens without a network.

    It reads the published copy and never the warehouse: what it shows is what is served.
    """
    from orchestration.settings import Settings

    if find_spec(MODULE) is None:
        raise click.UsageError(f"This version has no report ({MODULE} is not there).")
    module = import_module(MODULE)
    try:
        site = module.build_report(Settings.from_environment(), out)
    except module.ReportError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Report: {site}")
