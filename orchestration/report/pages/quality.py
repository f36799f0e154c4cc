"""Whether the figures can be trusted: checks, rows that are set aside, how far the data reaches."""

from functools import partial

from orchestration.report import charts
from orchestration.report.figures import Figure, Page
from orchestration.report.pages.common import BILLING, CHECKS, metric_columns, shown
from orchestration.report.reading import Column, Copy

RESULTS = "rpt_data_quality_results"
RECONCILED = "rpt_mrr_reconciliation_monthly"
# The column that says how far a mart reaches; others have only months.
REACHES = {
    "fct_mrr_movements": ("movement_date", "MRR movements"),
    "fct_invoice_lines": ("invoice_date", "Invoices"),
    "fct_acquisition_costs_daily": ("cost_date", "Costs of sales and marketing"),
    "fct_web_sessions": ("started_at", "Web sessions"),
    "fct_leads": ("created_at", "Leads"),
    "fct_opportunities": ("created_at", "Opportunities"),
    "fct_sales_activities": ("occurred_at", "Sales activities"),
}


def page(copy: Copy) -> Page:
    """Outcomes, what did not pass, what is set aside, how fresh, which marts."""
    results = ([RESULTS], [CHECKS])
    run = copy.run
    versions = ", ".join(f"{name} {version}" for name, version in sorted(run.versions.items()))
    return Page(
        "quality",
        "Data quality",
        f"Run {run.number} ({run.run_id}) describes the world as of {run.as_of}; it was published "
        f"at {run.published_at} with {len(run.marts)} marts ({versions}).",
        [
            shown(copy, "outcomes", "Checks of the latest runs", *results, partial(_outcomes, copy)),
            shown(copy, "failing", "Checks that did not pass", *results, partial(_failing, copy)),
            shown(copy, "set-aside", "Rows that are set aside", *results, partial(_aside, copy)),
            shown(copy, "freshness", "How far the data reaches", [_any_reach(copy)], [BILLING],
                  partial(_freshness, copy)),
            _marts(copy),
        ],
    )  # fmt: skip


def _outcomes(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select layer, outcome, count(*) as checks, max(checked_at) as checked_at
        from marts.{RESULTS}
        where is_latest_run and layer <> 'quarantine'
        group by layer, outcome
        order by case layer when 'raw' then 1 when 'dbt' then 2 else 3 end, outcome
        """,
        [
            *metric_columns(RESULTS, ("layer", "Layer", "text"), ("outcome", "Outcome", "text")),
            Column("checks", "Checks", "count"),
            Column("checked_at", "Last asked", "time", f"{RESULTS}.checked_at"),
        ],
    )
    if not table:
        return None
    asked = sum(int(str(n)) for n in table.values("checks"))
    bad = sum(
        int(str(row["checks"]))
        for row in table.records()
        if row["outcome"] in ("warned", "failed", "not_evaluated")
    )
    return Figure(
        name,
        title,
        table,
        [RESULTS],
        f"{asked:,} checks were made; {bad:,} did not pass.",
        charts.ranks(
            name,
            title,
            [f"{row['layer']}, {row['outcome']}" for row in table.records()],
            [charts.Series("Checks", table.values("checks"), "c1")],
            "count",
            described=f"{asked} checks, {bad} of them did not pass.",
        ),
        [f"{RESULTS}.outcome", f"{RESULTS}.layer", f"{RESULTS}.severity"],
    )


def _failing(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select layer, dataset, check_name, severity, outcome, failing_rows, observed_value,
            expected_value, message
        from marts.{RESULTS}
        where is_latest_run and outcome in ('warned', 'failed', 'not_evaluated')
        order by severity, layer, dataset, check_name
        """,
        metric_columns(
            RESULTS,
            ("layer", "Layer", "text"),
            ("dataset", "Dataset", "text"),
            ("check_name", "Check", "text"),
            ("severity", "Severity", "text"),
            ("outcome", "Outcome", "text"),
            ("failing_rows", "Rows", "count"),
            ("observed_value", "Found", "text"),
            ("expected_value", "Wanted", "text"),
            ("message", "Message", "text"),
        ),
    )
    finding = "" if table else "Every check that was made in the latest runs has passed."
    if not table and not copy.value(
        f"select count(*) from marts.{RESULTS} where is_latest_run and layer <> 'quarantine'"
    ):
        return None
    return Figure(name, title, table, [RESULTS], finding, metrics=[f"{RESULTS}.is_blocking"])


def _aside(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select dataset, check_name, failing_rows
        from marts.{RESULTS}
        where is_latest_run and layer = 'quarantine'
        order by failing_rows desc, dataset, check_name
        """,
        metric_columns(
            RESULTS,
            ("dataset", "Raw table", "text"),
            ("check_name", "Reason", "text"),
            ("failing_rows", "Rows", "count"),
        ),
    )
    rows = sum(int(str(n)) for n in table.values("failing_rows") if n is not None)
    finding = f"{rows:,} raw rows count for nothing, each for a reason."
    return Figure(
        name, title, table, [RESULTS], finding if table else "No raw row is set aside.",
        metrics=[f"{RESULTS}.failing_rows"],
    )  # fmt: skip


def _any_reach(copy: Copy) -> str:
    return next((mart for mart in REACHES if copy.has(mart)), next(iter(REACHES)))


def _freshness(copy: Copy, name: str, title: str) -> Figure | None:
    there = {mart: reach for mart, reach in REACHES.items() if copy.has(mart)}
    table = copy.ask(
        "\nunion all\n".join(
            f"select '{label}' as what, '{mart}' as mart, count(*) as row_count, "
            f"cast(max({column}) as timestamp) as newest from marts.{mart}"
            for mart, (column, label) in there.items()
        ),
        [
            Column("what", "What", "text"),
            Column("mart", "Mart", "code"),
            Column("row_count", "Rows", "count"),
            Column("newest", "Newest", "time"),
        ],
    )
    return Figure(
        name,
        title,
        table,
        list(there),
        f"The newest row of each fact. Nothing after {copy.run.as_of} is in the marts.",
        notes=["Costs are booked late, and CRMs are read at night: not all reach as-of."],
    )


def _marts(copy: Copy) -> Figure:
    table = copy.ask(
        """
        select table_name as mart, estimated_size as row_count
        from duckdb_tables()
        where schema_name = 'marts' and table_name <> '_publish'
        order by table_name
        """,
        [Column("mart", "Mart", "code"), Column("row_count", "Rows", "count")],
    )
    empty = sum(1 for count in table.values("row_count") if count == 0)
    return Figure(
        "published",
        "What is published",
        table,
        [],
        f"{len(table.rows)} marts, {empty} of them empty.",
        folded=True,
    )
