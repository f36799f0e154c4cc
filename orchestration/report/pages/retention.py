"""Who stays and what they are worth: rates by month, curves by age, and the triangle of cohorts."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from orchestration.report import charts
from orchestration.report.figures import Figure, Page
from orchestration.report.pages.common import (
    BILLING,
    last_settled,
    metric_columns,
    month_name,
    recent,
    said,
    shown,
)
from orchestration.report.reading import Column, Copy, Table
from orchestration.report.values import Kind, Value

RATES = "rpt_retention_monthly"
COHORTS = "rpt_cohort_retention"
COMPANY = "segment_type = 'all'"
AGES = 24


def page(copy: Copy) -> Page:
    """Twelve-month retention, churn by month, curves, two triangles."""
    rates, cohorts = ([RATES], [BILLING]), ([COHORTS], [BILLING])
    return Page(
        "retention",
        "Retention",
        "Who stays, and what those who stay are worth. A cohort is the customers who began to pay "
        "in one month.",
        [
            shown(copy, "retention-12m", "Retention over twelve months", *rates,
                  partial(_yearly, copy)),
            shown(copy, "churn", "Churn by month", *rates, partial(_churn, copy)),
            shown(copy, "curves", "Retention by age", *cohorts, partial(_curves, copy)),
            shown(copy, "triangle-mrr", "MRR retention by cohort", *cohorts,
                  partial(_triangle, copy, "mrr_retention_rate")),
            shown(copy, "triangle-logos", "Customer retention by cohort", *cohorts,
                  partial(_triangle, copy, "logo_retention_rate")),
        ],
    )  # fmt: skip


def _rates(copy: Copy, columns: Sequence[tuple[str, str, Kind]], and_known: str) -> Table:
    return copy.ask(
        f"""
        select month, {", ".join(name for name, _, _ in columns)}, is_complete
        from marts.{RATES}
        where {recent(RATES, COMPANY)} and {and_known} is not null
        order by month
        """,
        [
            *metric_columns(RATES, ("month", "Month", "month"), *columns),
            Column("is_complete", "Month is", "month_state"),
        ],
    )


def _yearly(copy: Copy, name: str, title: str) -> Figure | None:
    table = _rates(
        copy,
        [
            ("nrr_12m", "NRR", "share"),
            ("grr_12m", "GRR", "share"),
            ("logo_retention_12m", "Customers", "share"),
            ("opening_mrr_12m", "MRR a year before", "money"),
            ("opening_customers_12m", "Customers a year before", "count"),
        ],
        "nrr_12m",
    )
    if not table:
        return None
    last = last_settled(table)
    finding = ""
    if last:
        finding = (
            f"In the year to {month_name(last['month'])} net revenue retention was "
            f"{said(last['nrr_12m'], 'share')}, gross {said(last['grr_12m'], 'share')}."
        )
    return Figure(
        name,
        title,
        table,
        [RATES],
        finding,
        charts.lines(
            name,
            f"{title}, by month",
            table.values("month"),
            [
                charts.Series("Net revenue (NRR)", table.values("nrr_12m"), "c1"),
                charts.Series("Gross revenue (GRR)", table.values("grr_12m"), "c2", "s"),
                charts.Series("Customers", table.values("logo_retention_12m"), "c3", "^"),
            ],
            "share",
            table.is_open(),
            level=1.0,
            described=finding,
        ),
        [f"{RATES}.nrr_12m", f"{RATES}.grr_12m", f"{RATES}.logo_retention_12m"],
    )


def _churn(copy: Copy, name: str, title: str) -> Figure | None:
    table = _rates(
        copy,
        [
            ("logo_churn_rate", "Customers", "share"),
            ("gross_mrr_churn_rate", "Gross MRR", "share"),
            ("net_mrr_churn_rate", "Net MRR", "share"),
            ("voluntary_churned_customers", "Left by choice", "count"),
            ("involuntary_churned_customers", "Payment failed", "count"),
            ("logo_churn_flag", "Against usual", "text"),
        ],
        "logo_churn_rate",
    )
    if not table:
        return None
    last = last_settled(table)
    finding = ""
    if last:
        finding = (
            f"{month_name(last['month'])}: {said(last['logo_churn_rate'], 'share')} of customers and "
            f"{said(last['gross_mrr_churn_rate'], 'share')} of their MRR were lost."
        )
    return Figure(
        name,
        title,
        table,
        [RATES],
        finding,
        charts.lines(
            name,
            "Churn rates, by month",
            table.values("month"),
            [
                charts.Series("Customers", table.values("logo_churn_rate"), "c1"),
                charts.Series("Gross MRR", table.values("gross_mrr_churn_rate"), "c2", "s"),
                charts.Series("Net MRR", table.values("net_mrr_churn_rate"), "c3", "^"),
            ],
            "share",
            table.is_open(),
            described=finding,
        ),
        [
            f"{RATES}.logo_churn_rate",
            f"{RATES}.gross_mrr_churn_rate",
            f"{RATES}.net_mrr_churn_rate",
            f"{RATES}.voluntary_churned_customers",
            f"{RATES}.involuntary_churned_customers",
            f"{RATES}.logo_churn_flag",
        ],
        ["Net MRR churn is below 0 where customers who stayed grew by more than others lost."],
    )


def _curves(copy: Copy, name: str, title: str) -> Figure | None:
    """All cohorts together, weighed by what they began with; complete months only."""
    table = copy.ask(
        f"""
        select
            months_since,
            sum(retained_mrr) / sum(mrr) as mrr_retention_rate,
            sum(gross_retained_mrr) / sum(mrr) as gross_mrr_retention_rate,
            sum(retained_customers) / sum(customers) as logo_retention_rate,
            count(*) as cohorts,
            count(*) * 2 >= (
                select count(distinct cohort_month) from marts.{COHORTS}
                where {COMPANY} and is_complete
            ) as is_mature
        from marts.{COHORTS}
        where {COMPANY} and is_complete and months_since <= {AGES}
        group by months_since
        having sum(mrr) > 0
        order by months_since
        """,
        [
            *metric_columns(
                COHORTS,
                ("months_since", "Months since", "count"),
                ("mrr_retention_rate", "MRR", "share"),
                ("gross_mrr_retention_rate", "Gross MRR", "share"),
                ("logo_retention_rate", "Customers", "share"),
            ),
            Column("cohorts", "Cohorts of that age", "count"),
            Column("is_mature", "At least half of the cohorts", "maturity"),
        ],
    )
    if not table:
        return None
    ages = table.values("months_since")
    rows = {row["months_since"]: row for row in table.records()}
    at = max((age for age in (3, 6, 12, 24) if age in rows and rows[age]["is_mature"]), default=0)
    finding = (
        f"After {at} months cohorts keep {said(rows[at]['mrr_retention_rate'], 'share')} of their "
        f"MRR and {said(rows[at]['logo_retention_rate'], 'share')} of their customers."
    )
    return Figure(
        name,
        title,
        table,
        [COHORTS],
        finding if at else "",
        charts.lines(
            name,
            "Retention of all cohorts, by months since they began to pay",
            ages,
            [
                charts.Series("MRR", table.values("mrr_retention_rate"), "c1"),
                charts.Series("Gross MRR", table.values("gross_mrr_retention_rate"), "c2", "s"),
                charts.Series("Customers", table.values("logo_retention_rate"), "c3", "^"),
            ],
            "share",
            table.is_open(),
            axis="Months since the first payment",
            level=1.0,
            described=finding,
        ),
        [
            f"{COHORTS}.mrr_retention_rate",
            f"{COHORTS}.gross_mrr_retention_rate",
            f"{COHORTS}.logo_retention_rate",
        ],
        [
            "All cohorts together, each weighed by what it began with. The dashed part is of ages "
            "that fewer than half of the cohorts have reached: other cohorts may do otherwise."
        ],
    )


def _triangle(copy: Copy, measure: str, name: str, title: str) -> Figure | None:
    """Cohorts down, ages across; cells of the month under way are left out."""
    start = "mrr" if measure == "mrr_retention_rate" else "customers"
    kind: Kind = "money" if start == "mrr" else "count"
    where = f"{recent(COHORTS, COMPANY, AGES + 1, 'cohort_month')} and is_complete"
    found = copy.connection.execute(
        f"select cohort_month, months_since, {start}, {measure} from marts.{COHORTS} "
        f"where {where} and months_since <= {AGES} order by cohort_month, months_since"
    ).fetchall()
    if not found:
        return None
    ages = sorted({age for _, age, _, _ in found})
    starts: dict[date, Value] = {month: value for month, _, value, _ in found}
    rates: dict[tuple[date, int], Value] = {(month, age): rate for month, age, _, rate in found}
    columns = [
        Column("cohort_month", "Cohort", "month"),
        Column(
            start, "MRR at start" if start == "mrr" else "Customers", kind, f"{COHORTS}.{start}"
        ),
        *(Column(f"m{age}", str(age), "whole_share") for age in ages),
    ]
    cells = ",\n    ".join(
        f"max({measure}) filter (where months_since = {age}) as m{age}" for age in ages
    )
    sql = (
        f"select cohort_month, max({start}) as {start},\n    {cells}\nfrom marts.{COHORTS}\n"
        f"where {where}\ngroup by cohort_month\norder by cohort_month"
    )
    rows = [
        (month, begun, *(rates.get((month, age)) for age in ages))
        for month, begun in starts.items()
    ]
    return Figure(
        name,
        title,
        Table(sql, columns, rows),
        [COHORTS],
        "Across: whole months since the cohort began to pay. Deeper means that more is left.",
        metrics=[f"{COHORTS}.{measure}", f"{COHORTS}.{start}"],
        notes=[
            "Cells of the month under way are left out. Month 0 is 100 % by definition; who left "
            "within the first month is lost in month 1."
        ],
        heat=True,
    )
