"""The command line: ``python -m benchmarks``."""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from benchmarks.dbt_runs import REPOSITORY
from benchmarks.measuring import MeasuredCommandError
from benchmarks.report import render
from benchmarks.runner import Bench, SizeResult, WrongResultError
from benchmarks.sizes import SIZES, SMOKE, Size

#: Customers from which on a round takes minutes.
LARGE = 100_000
DEFAULT_OUT = REPOSITORY / "docs" / "performance.md"


def _chosen(_context: click.Context, _parameter: click.Parameter, value: str) -> list[Size]:
    """Sizes from their names, commas between."""
    names = [name.strip().lower() for name in value.split(",") if name.strip()]
    unknown = [name for name in names if name not in SIZES]
    if unknown or not names:
        raise click.BadParameter(f"choose from {', '.join(SIZES)}, with commas between")
    return [SIZES[name] for name in names]


def run_benchmarks(
    sizes: list[Size],
    repeats: int,
    *,
    folder: Path,
    data: Path,
    large_repeats: int | None = None,
    threads: int = 2,
    memory_limit: str | None = None,
) -> list[SizeResult]:
    """Measure sizes one after the other in `folder`, with landing zones kept below `data`.

    large_repeats: rounds of sizes from LARGE customers on, where not as many as of the others.

    Raises WrongResultError where results differ, MeasuredCommandError where a command fails.
    """
    bench = Bench(
        folder, data, threads=threads, memory_limit=memory_limit,
        say=lambda text: click.echo(text, err=True),
    )  # fmt: skip
    bench.warm_up()
    return [
        bench.measure(size, repeats if size.customers < LARGE else large_repeats or repeats)
        for size in sizes
    ]


@click.command(context_settings={"show_default": True})
@click.option("--sizes", default="s,m", callback=_chosen, help="Any of s, m, l, xl.")
@click.option("--repeats", default=3, type=click.IntRange(min=1), help="Rounds for each size.")
@click.option(
    "--large-repeats", default=1, type=click.IntRange(min=1), help="Rounds for sizes l and xl."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The page to write.  [default: docs/performance.md; a smoke run prints instead]",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where landing zones are kept between runs.  [default: a temporary directory]",
)
@click.option("--keep", is_flag=True, help="Keep the temporary directory, and say where it is.")
@click.option("--threads", default=2, type=click.IntRange(min=1), help="Threads of DuckDB.")
@click.option("--memory-limit", help="Memory limit of DuckDB, such as 4GB.")
@click.option("--smoke", is_flag=True, help="One round of a tiny company, to check the work done.")
def main(
    sizes: list[Size],
    repeats: int,
    large_repeats: int,
    out: Path | None,
    data: Path | None,
    keep: bool,
    threads: int,
    memory_limit: str | None,
    smoke: bool,
) -> None:
    """Measure the path from raw billing to MRR movements, as ratios, and write the report."""
    if smoke:
        sizes, repeats = [SMOKE], 1
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="saas-metrics-bench-"))
        (folder / "runs").mkdir()
        if keep:
            click.echo(f"working in {folder}", err=True)
        else:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        try:
            results = run_benchmarks(
                sizes, repeats, folder=folder / "runs", data=data or folder / "data",
                large_repeats=large_repeats, threads=threads, memory_limit=memory_limit,
            )  # fmt: skip
        except (WrongResultError, MeasuredCommandError) as error:
            click.echo(f"benchmarks: {error}", err=True)
            sys.exit(1)
    page = render(results, threads=threads, memory_limit=memory_limit)
    if smoke and out is None:
        click.echo(page)
        return
    out = out or DEFAULT_OUT
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page, encoding="utf-8")
    click.echo(f"written: {out}", err=True)
