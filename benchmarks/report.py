"""The results as a Markdown page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median

from benchmarks.dbt_runs import SELECTED
from benchmarks.machine import describe_machine
from benchmarks.runner import KINDS, SizeResult

TOP_NODES = 10
GIB, MIB = 2**30, 2**20

LABELS = {
    "empty": "dbt alone: the same build without a row of raw data",
    "scan": "scan of the same columns of the same files",
    "path": "**raw to movements and customers' months** (dbt build)",
    "spine": "month spine over the intervals",
    "deltas": "our delta models over the same intervals",
}

INTRODUCTION = """\
# Performance

Written by `make bench`; the figures below are what it measured. Compare ratios, not seconds: both
sides of a ratio come from the same round on the same machine. What it means for larger data is in
[scale.md](scale.md).

![CPU seconds against raw rows, billing and web events](performance.svg)

Both axes are logarithmic; n^1.00 is a line that grows as the rows do, from the last size but one to
the last.

- **Scan**: DuckDB sums every column that the path cannot do without, over the same Parquet files. No
  way to the same result is cheaper.
- **Path**: `dbt build` of
  `{selected}` and the snapshot, without tests: mounting,
  staging, input, intervals, movements and months. Its CPU is that of the whole build less that of
  the same build on an empty landing zone (*dbt alone*: start-up, parsing, work for each node).
- **Month spine**: the method of mrr-playbook in our own words (`benchmarks/month_spine.sql`): customers
  crossed with months, balances at month ends, comparison with the month before. It is given the
  finished interval table and exchange rates, and knows neither days nor reasons nor exchange-rate
  effects.
- **Deltas**: our models from the same interval table on, run by hand with the SQL that dbt compiled:
  movements by day, and the same dense customer-months.

Every measurement is a fresh process with a DuckDB file of its own and {threads} threads. CPU is user
and system time, without the start of Python; memory is the largest resident size seen, Python and dbt
included. The kinds of work
take turns; medians over the rounds, ratios are medians of each round's own ratio. In every run the
customer-months of spine, deltas and dbt are compared one by one and must be equal.
"""


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; every column but the first is aligned to the right."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [header, rule, *rows])


def in_seconds(value: float) -> str:
    """Seconds, with three digits."""
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def in_times(value: float) -> str:
    """A ratio."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def in_bytes(value: float) -> str:
    """Bytes as GiB or MiB."""
    if value >= GIB:
        return f"{value / GIB:.2f} GiB"
    return f"{value / MIB:.{0 if value >= 10 * MIB else 1}f} MiB"


def _sizes_table(results: Sequence[SizeResult]) -> str:
    rows = [
        [
            f"{r.size.name.upper()} ({r.size.customers:,} x {r.size.months})",
            f"{sum(r.raw_rows.values()):,}",
            f"{r.raw_rows.get('stripe.invoice_line_item', 0):,}",
            in_bytes(r.raw_bytes),
            f"{r.rows['int_revenue__recurring_intervals']:,}",
            f"{r.rows['fct_mrr_movements']:,}",
            f"{r.rows['fct_customer_mrr_monthly']:,}",
            in_bytes(r.warehouse_bytes),
        ]
        for r in results
    ]
    return table(
        [
            "size (customers x months)", "raw rows", "invoice lines", "Parquet", "intervals",
            "movements", "customer-months", "warehouse",
        ],
        rows,
    )  # fmt: skip


def _ratios_table(results: Sequence[SizeResult]) -> str:
    rows = [
        [
            r.size.name.upper(),
            in_times(r.work_ratio("path", "scan")),
            f"{r.work_ratio('spine', 'deltas'):.2f}",
            f"{r.memory_ratio('spine', 'deltas'):.2f}",
            in_seconds(median(r.work_cpu("path"))),
            in_seconds(r.median("empty", "cpu")),
            in_bytes(r.median("path", "peak_rss")),
            str(len(r.usages["path"])),
        ]
        for r in results
    ]
    return table(
        [
            "size", "path / scan, CPU", "spine / deltas, CPU", "spine / deltas, memory",
            "path, CPU s", "dbt alone, CPU s", "path, peak memory", "rounds",
        ],
        rows,
    )  # fmt: skip


def _detail(result: SizeResult) -> str:
    rows = [
        [
            LABELS[kind],
            "" if kind == "empty" else in_seconds(median(result.work_cpu(kind))),
            *(in_seconds(result.median(kind, measure)) for measure in ("cpu", "wall")),
            *(in_bytes(result.median(kind, measure)) for measure in ("peak_rss", "peak_spill")),
        ]
        for kind in KINDS
    ]
    slowest = [
        [f"`{node.name}`", node.materialized, in_seconds(node.seconds)]
        for node in result.nodes[:TOP_NODES]
    ]
    comparison = result.comparison
    if comparison is None:
        raise ValueError("results are compared before they are reported")
    return "\n\n".join(
        [
            f"## {result.size.name.upper()}: {result.size.customers:,} customers over "
            f"{result.size.months} months",
            f"Load average {min(result.load):.1f} to {max(result.load):.1f}. Both methods agree on "
            f"{comparison.paying_months:,} customer-months with revenue. The spine writes "
            f"{result.rows['spine.customer_months']:,} rows, our models "
            f"{result.rows['deltas.fct_customer_mrr_monthly']:,} customer-months and "
            f"{result.rows['deltas.int_revenue__movements_classified']:,} movements.",
            table(["work", "CPU s", "with start-up", "wall s", "peak memory", "spill"], rows),
            f"The {TOP_NODES} slowest nodes of the last build (wall seconds as dbt counts them; two "
            "run at once):",
            table(["node", "materialized", "s"], slowest),
        ]
    )


def measured_line(loads: Sequence[float], *, threads: int, memory_limit: str | None) -> str:
    """When and on what was measured, and beside how much other work."""
    limit = f" DuckDB's memory limit: {memory_limit}." if memory_limit else ""
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {describe_machine()}, {threads} threads; load average "
        f"{min(loads):.1f} to {max(loads):.1f} (other work was running where it is above the number "
        f"of threads).{limit}"
    )


def render(results: Sequence[SizeResult], *, threads: int, memory_limit: str | None) -> str:
    """The page. Raises ValueError on results that were not checked."""
    loads = [load for result in results for load in result.load]
    parts = [
        INTRODUCTION.format(threads=threads, selected=" ".join(SELECTED)).rstrip(),
        measured_line(loads, threads=threads, memory_limit=memory_limit),
        "## In short",
        _ratios_table(results),
        "Spine / deltas is how many times our models are cheaper than the month spine: below 1 the "
        "spine is the cheaper one. At the smallest size dbt's start-up varies by as much as the "
        "work itself takes: read the larger ones.",
        _sizes_table(results),
        *(_detail(result) for result in results),
    ]
    return "\n\n".join(parts) + "\n"
