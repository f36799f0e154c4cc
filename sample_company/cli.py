"""The command line: ``python -m sample_company``."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click


class _Meter:
    """Says on stderr how far it has come, at most twice a second."""

    def __init__(self) -> None:
        self.began = self.said = time.monotonic()

    def __call__(self, done: int, total: int, rows: int) -> None:
        now = time.monotonic()
        if now - self.said < 0.5 and done < total:
            return
        self.said = now
        click.echo(
            f"{done:,} of {total:,} customers, {rows:,} rows, {now - self.began:.0f} s", err=True
        )


@click.command(context_settings={"show_default": True})
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Directory of the landing zone: <out>/<source>/<table>/*.parquet.",
)
@click.option(
    "--truth",
    type=click.Path(path_type=Path, file_okay=False),
    help="Directory of the company's own truth.  [default: 'truth' beside the landing zone]",
)
@click.option("--customers", type=click.IntRange(min=1), default=2_000, help="How many customers.")
@click.option("--months", type=click.IntRange(1, 240), default=36, help="Age of the company.")
@click.option("--seed", type=click.IntRange(min=0), default=7, help="Same seed, same bytes.")
@click.option(
    "--until",
    type=click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]),
    help="The as-of instant in UTC; nothing later is written.  [default: today 00:00 UTC]",
)
@click.option(
    "--landed-by",
    type=click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]),
    help="Write only the billing rows that the loader had brought by this instant: the first of two "
    "landings of one company. A run as of it, and one after the whole landing, show a restatement.",
)
@click.option(
    "--world/--no-world",
    default=True,
    help="Visits, people, CRM, product and surveys around the billing customers.",
)
@click.option("--quiet", is_flag=True, help="Say nothing while working.")
def main(
    out: Path,
    truth: Path | None,
    customers: int,
    months: int,
    seed: int,
    until: datetime | None,
    landed_by: datetime | None,
    world: bool,
    quiet: bool,
) -> None:
    """Write a believable raw landing zone of a SaaS company, and the truth about it."""
    # Libraries of a second, which a shell that completes a word need not wait for.
    from sample_company.company import generate
    from sample_company.demand import SOURCES
    from sample_company.writer import ForeignDirectoryError

    if until is None:
        until = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        summary = generate(
            out,
            truth=truth,
            customers=customers,
            months=months,
            seed=seed,
            until=until,
            world=SOURCES if world else (),
            landed_by=landed_by,
            progress=None if quiet else _Meter(),
        )
    except (ForeignDirectoryError, ValueError) as error:
        click.echo(f"sample_company: {error}", err=True)
        sys.exit(2)
    if not quiet:
        click.echo(
            f"{summary.total_rows:,} rows in {summary.out}, truth in {summary.truth}", err=True
        )
