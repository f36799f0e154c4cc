"""`saas-metrics superset`: the bundle as one file to import."""

from pathlib import Path

import click


@click.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False), metavar="OUT.zip")
@click.option(
    "--uri",
    help="SQLAlchemy address as Superset's server sees the marts.  "
    "[default: the published DuckDB file, read-only]",
)
def superset(out: Path, uri: str | None) -> None:
    """Pack datasets, measures, charts and a dashboard for Superset to import.

    Where Superset runs in a container or on another machine, say by --uri where the published copy
    is there; a Postgres copy has an address of its own. A password in it is written to the file:
    write XXXXXXXXXX instead, and Superset asks for it.
    """
    from orchestration.bi.bundle import write_archive
    from orchestration.publishing.manifest import DUCKDB_FILE
    from orchestration.settings import Settings

    settings = Settings.from_environment()
    served = settings.serving_path / DUCKDB_FILE
    write_archive(out, uri or f"duckdb:///{served}?access_mode=read_only")
    click.echo(f"Import {out} in Superset: Dashboards, Import dashboards. docs/bi.md says more.")
