"""Whether the figures can be trusted: checks, rows that are set aside, how far the data reaches."""

from collections.abc import Mapping
from functools import partial

from orchestration.report.figures import Figure, Page
from orchestration.report.pages.common import BILLING, CHECKS, shown
from orchestration.report.pages.plan import Answer, Plan, always, part, ranks
from orchestration.report.reading import Column, Copy
from orchestration.report.values import Value

RESULTS = "rpt_data_quality_results"
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
BAD = ("warned", "failed", "not_evaluated")


def _layer(row: Mapping[str, Value]) -> str:
    return f"{row['layer']}, {row['outcome']}"


def _asked(answer: Answer) -> str:
    rows = answer.table.records()
    bad = sum(int(str(row["checks"])) for row in rows if row["outcome"] in BAD)
    return (
        f"{sum(int(str(row['checks'])) for row in rows):,} checks were made; {bad:,} did not pass."
    )


def _was_asked(copy: Copy) -> bool:
    """Whether any check was made: else that none failed says nothing."""
    made = f"select count(*) from marts.{RESULTS} where is_latest_run and layer <> 'quarantine'"
    return bool(copy.value(made))


def _passed(answer: Answer) -> str:
    return "" if answer.table else "Every check that was made in the latest runs has passed."


def _aside(answer: Answer) -> str:
    if not answer.table:
        return "No raw row is set aside."
    rows = sum(int(str(n)) for n in answer.table.values("failing_rows") if n is not None)
    return f"{rows:,} raw rows count for nothing, each for a reason."


FIGURES = (
    Plan(
        "outcomes", "Checks of the latest runs", RESULTS, [CHECKS],
        [
            ("layer", "Layer", "code"),
            ("outcome", "Outcome", "code"),
            Column("checks", "Checks", "count"),
            Column("checked_at", "Last asked", "time", f"{RESULTS}.checked_at"),
        ],
        sql=f"""
        select layer, outcome, count(*) as checks, max(checked_at) as checked_at
        from marts.{RESULTS}
        where is_latest_run and layer <> 'quarantine'
        group by layer, outcome
        order by case layer when 'raw' then 1 when 'dbt' then 2 else 3 end, outcome
        """,
        finding=_asked,
        chart=ranks("Checks of the latest runs", "count", part("checks", "Checks"), label=_layer),
        metrics=["outcome", "layer", "severity"],
    ),
    Plan(
        "failing", "Checks that did not pass", RESULTS, [CHECKS],
        [
            ("layer", "Layer", "code"),
            ("dataset", "Dataset", "text"),
            ("check_name", "Check", "text"),
            ("severity", "Severity", "code"),
            ("outcome", "Outcome", "code"),
            ("failing_rows", "Rows", "count"),
            ("observed_value", "Found", "text"),
            ("expected_value", "Wanted", "text"),
            ("message", "Message", "text"),
        ],
        "is_latest_run and outcome in ('warned', 'failed', 'not_evaluated')",
        order="severity, layer, dataset, check_name",
        finding=_passed,
        metrics=["is_blocking"],
        may_be_empty=_was_asked,
    ),
    Plan(
        "set-aside", "Rows that are set aside", RESULTS, [CHECKS],
        [
            ("dataset", "Raw table", "text"),
            ("check_name", "Reason", "code"),
            ("failing_rows", "Rows", "count"),
        ],
        "is_latest_run and layer = 'quarantine'",
        order="failing_rows desc, dataset, check_name",
        finding=_aside,
        metrics=["failing_rows"],
        may_be_empty=always,
    ),
)  # fmt: skip


def page(copy: Copy) -> Page:
    """Outcomes, what did not pass, what is set aside, how fresh, which marts."""
    run = copy.run
    versions = ", ".join(f"{name} {version}" for name, version in sorted(run.versions.items()))
    return Page(
        "quality",
        "Data quality",
        f"Run {run.number} ({run.run_id}) describes the world as of {run.as_of}; it was published "
        f"at {run.published_at} with {len(run.marts)} marts ({versions}).",
        [
            *(figure.make(copy) for figure in FIGURES),
            shown(copy, "freshness", "How far the data reaches", [_any_reach(copy)], [BILLING],
                  partial(_freshness, copy)),
            _marts(copy),
        ],
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
            Column("mart", "Mart", "mart"),
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
        [Column("mart", "Mart", "mart"), Column("row_count", "Rows", "count")],
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
