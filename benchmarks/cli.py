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
from benchmarks.plots import draw
from benchmarks.report import render
from benchmarks.runner import Bench, SizeResult, WrongResultError
from benchmarks.sizes import SIZES, SMOKE, WEB_SIZES, WEB_SMOKE, Size, WebSize
from benchmarks.web import WebBench, WebResult
from benchmarks.web_report import WEB_HEADING, render_web

#: Customers from which on a round takes minutes.
LARGE = 100_000
#: Web events from which on a round takes minutes.
MANY_EVENTS = 10_000_000
#: Of DuckDB where no other is named, so that a build of web events stays within 6 GiB.
WEB_MEMORY_LIMIT = "4500MB"
DEFAULT_OUT = REPOSITORY / "docs" / "performance.md"


def _chosen(_context: click.Context, _parameter: click.Parameter, value: str) -> list[Size]:
    """Sizes from their names, commas between."""
    names = [name.strip().lower() for name in value.split(",") if name.strip()]
    unknown = [name for name in names if name not in SIZES]
    if unknown or not names:
        raise click.BadParameter(f"choose from {', '.join(SIZES)}, with commas between")
    return [SIZES[name] for name in names]


def _chosen_web(_context: click.Context, _parameter: click.Parameter, value: str) -> list[WebSize]:
    """Sizes of web events from their names, commas between."""
    names = [name.strip().lower() for name in value.split(",") if name.strip()]
    if unknown := [name for name in names if name not in WEB_SIZES]:
        raise click.BadParameter(
            f"{', '.join(unknown)}: choose from {', '.join(WEB_SIZES)}, with commas between"
        )
    return [WEB_SIZES[name] for name in names]


def run_web_benchmarks(
    sizes: list[WebSize],
    repeats: int,
    *,
    folder: Path,
    data: Path,
    large_repeats: int | None = None,
    threads: int = 2,
    memory_limit: str | None = None,
) -> list[WebResult]:
    """The same of web events; large_repeats: rounds of sizes from MANY_EVENTS on.

    Raises WrongResultError where results differ, MeasuredCommandError where a command fails.
    """
    bench = WebBench(
        folder, data, threads=threads, memory_limit=memory_limit,
        say=lambda text: click.echo(text, err=True),
    )  # fmt: skip
    bench.warm_up()
    return [
        bench.measure(size, repeats if size.events < MANY_EVENTS else large_repeats or repeats)
        for size in sizes
    ]


def joined_pages(billing: str | None, web: str | None, page: str) -> str:
    """The page with the parts that were measured; a part that was not stays as it is in `page`."""
    old_billing, heading, old_web = page.partition(f"\n{WEB_HEADING}\n")
    parts = [billing or old_billing, web or (f"{WEB_HEADING}\n{old_web}" if heading else "")]
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


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
@click.option(
    "--web-sizes", default="s", callback=_chosen_web, help="Of web events: any of s, m, l."
)
@click.option("--web-only", is_flag=True, help="Leave the part of billing as it is.")
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
    web_sizes: list[WebSize],
    web_only: bool,
    repeats: int,
    large_repeats: int,
    out: Path | None,
    data: Path | None,
    keep: bool,
    threads: int,
    memory_limit: str | None,
    smoke: bool,
) -> None:
    """Measure the paths from raw billing to MRR movements and from web events to sessions, as ratios."""
    if smoke:
        sizes, web_sizes, repeats = [SMOKE], [WEB_SMOKE], 1
    billing = web = None
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="saas-metrics-bench-"))
        (folder / "runs").mkdir()
        if keep:
            click.echo(f"working in {folder}", err=True)
        else:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        zones = data or folder / "data"
        try:
            if not web_only:
                results = run_benchmarks(
                    sizes, repeats, folder=folder / "runs", data=zones,
                    large_repeats=large_repeats, threads=threads, memory_limit=memory_limit,
                )  # fmt: skip
                billing = render(results, threads=threads, memory_limit=memory_limit)
            if web_sizes:
                limit = memory_limit or WEB_MEMORY_LIMIT
                found = run_web_benchmarks(
                    web_sizes, repeats, folder=folder / "web", data=zones,
                    large_repeats=large_repeats, threads=threads, memory_limit=limit,
                )  # fmt: skip
                web = render_web(found, threads=threads, memory_limit=limit)
        except (WrongResultError, MeasuredCommandError) as error:
            click.echo(f"benchmarks: {error}", err=True)
            sys.exit(1)
    if smoke and out is None:
        click.echo(joined_pages(billing, web, ""))
        return
    out = out or DEFAULT_OUT
    out.parent.mkdir(parents=True, exist_ok=True)
    old = out.read_text(encoding="utf-8") if out.exists() else ""
    page = joined_pages(billing, web, old)
    out.write_text(page, encoding="utf-8")
    draw(page, out.with_suffix(".svg"))
    click.echo(f"written: {out}", err=True)
