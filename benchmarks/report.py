"""The results as a Markdown page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median

from benchmarks.dbt_runs import SELECTED
from benchmarks.machine import describe_machine
from benchmarks.runner import ITEMS_UP_TO, KINDS, SizeResult
from benchmarks.stages import STAGES, Cost, costs

TOP_NODES = 10
NOT_RUN = "not run"
GIB, MIB = 2**30, 2**20

LABELS = {
    "empty": "dbt alone: the same build without a row of raw data",
    "scan": "scan of the same columns of the same files",
    "path": "**raw to movements and customers' months** (dbt build)",
    "again": "the same once more on top of it, as in a nightly run",
    "items": "item-month method over the same files",
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
- **Item-month**: the item MRR report of dbt_stripe in our own words (`benchmarks/item_month.sql`), from
  the raw files to customer-months; its numbers are another matter ([peers.md](peers.md)). Run up to
  {items_up_to:,} customers.
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
            in_bytes(r.bytes_again),
        ]
        for r in results
    ]
    return table(
        [
            "size (customers x months)", "raw rows", "invoice lines", "Parquet", "intervals",
            "movements", "customer-months", "warehouse", "built again",
        ],
        rows,
    )  # fmt: skip


def _ratios_table(results: Sequence[SizeResult]) -> str:
    rows = [
        [
            r.size.name.upper(),
            in_times(r.work_ratio("path", "scan")),
            f"{r.work_ratio('items', 'path'):.2f}" if r.usages["items"] else NOT_RUN,
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
            "size", "path / scan, CPU", "item-month / path, CPU", "spine / deltas, CPU",
            "spine / deltas, memory",
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
        if result.usages[kind]
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
            "Where the path's last build spent it, start-up included (two nodes that run at once "
            "share the seconds of that time; memory and spill are those of the whole process):",
            _stages(result),
            f"The {TOP_NODES} dearest nodes, in the same way:",
            _nodes(result),
            "The dearest operators of the first of them, run once more by hand:",
            table(
                ["node", "operator", "CPU s", "rows"],
                [
                    [f"`{node}`", operator, in_seconds(seconds), f"{rows:,}"]
                    for node, operators in result.operators.items()
                    for operator, seconds, rows in operators
                ],
            ),
        ]
    )


def _stages(result: SizeResult) -> str:
    found = costs(result.usages["path"][-1].samples, result.spans, lambda span: span.stage)
    return table(
        ["stage", "CPU s", "wall s", "peak memory", "spill"],
        [
            [
                stage,
                in_seconds(cost.cpu),
                in_seconds(cost.wall),
                in_bytes(cost.peak_rss),
                in_bytes(cost.peak_spill),
            ]
            for stage, cost in ((stage, found.get(stage, Cost())) for stage in STAGES)
        ],
    )


def _nodes(result: SizeResult) -> str:
    found = costs(result.usages["path"][-1].samples, result.spans, lambda span: span.node)
    kinds = {span.node: span.materialized for span in result.spans}
    dearest = sorted(kinds, key=lambda node: -found[node].cpu if node in found else 0.0)
    return table(
        ["node", "materialized", "CPU s", "wall s"],
        [
            [f"`{node}`", kinds[node], in_seconds(found[node].cpu), in_seconds(found[node].wall)]
            for node in dearest[:TOP_NODES]
        ],
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
        INTRODUCTION.format(
            threads=threads, selected=" ".join(SELECTED), items_up_to=ITEMS_UP_TO
        ).rstrip(),
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
