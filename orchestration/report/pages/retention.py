"""Who stays and what they are worth: rates by month, curves by age, and the triangle of cohorts."""

from datetime import date
from functools import partial

from orchestration.report.figures import Figure, Page
from orchestration.report.pages.common import BILLING, recent, said, shown
from orchestration.report.pages.plan import OPEN_MONTH, Answer, Plan, lines, part
from orchestration.report.reading import Column, Copy, Table
from orchestration.report.values import Kind, Value

RATES = "rpt_retention_monthly"
COHORTS = "rpt_cohort_retention"
COMPANY = "segment_type = 'all'"
AGES = 24
TRIANGLES = (
    ("triangle-mrr", "MRR retention by cohort", "mrr_retention_rate"),
    ("triangle-logos", "Customer retention by cohort", "logo_retention_rate"),
)


def _kept(answer: Answer) -> str:
    """What is left at the greatest round age that enough cohorts have reached."""
    rows = {row["months_since"]: row for row in answer.table.records()}
    at = max((age for age in (3, 6, 12, 24) if age in rows and rows[age]["is_mature"]), default=0)
    if not at:
        return ""
    return (
        f"After {at} months cohorts keep {said(rows[at]['mrr_retention_rate'], 'share')} of their "
        f"MRR and {said(rows[at]['logo_retention_rate'], 'share')} of their customers."
    )


FIGURES = (
    Plan(
        "retention-12m", "Retention over twelve months", RATES, [BILLING],
        [
            ("month", "Month", "month"),
            ("nrr_12m", "NRR", "share"),
            ("grr_12m", "GRR", "share"),
            ("logo_retention_12m", "Customers", "share"),
            ("opening_mrr_12m", "MRR a year before", "money"),
            ("opening_customers_12m", "Customers a year before", "count"),
            OPEN_MONTH,
        ],
        f"{recent(RATES, COMPANY)} and nrr_12m is not null",
        finding="In the year to {month} net revenue retention was {nrr_12m}, gross {grr_12m}.",
        chart=lines("Retention over twelve months, by month", "share",
                    part("nrr_12m", "Net revenue (NRR)"),
                    part("grr_12m", "Gross revenue (GRR)"),
                    part("logo_retention_12m", "Customers"), level=1.0),
        metrics=["nrr_12m", "grr_12m", "logo_retention_12m"],
    ),
    Plan(
        "churn", "Churn by month", RATES, [BILLING],
        [
            ("month", "Month", "month"),
            ("logo_churn_rate", "Customers", "share"),
            ("gross_mrr_churn_rate", "Gross MRR", "share"),
            ("net_mrr_churn_rate", "Net MRR", "share"),
            ("voluntary_churned_customers", "Left by choice", "count"),
            ("involuntary_churned_customers", "Payment failed", "count"),
            ("logo_churn_flag", "Against usual", "code"),
            OPEN_MONTH,
        ],
        f"{recent(RATES, COMPANY)} and logo_churn_rate is not null",
        finding="{month}: {logo_churn_rate} of customers and {gross_mrr_churn_rate} of their MRR were "
                "lost.",
        chart=lines("Churn rates, by month", "share",
                    part("logo_churn_rate", "Customers"),
                    part("gross_mrr_churn_rate", "Gross MRR"),
                    part("net_mrr_churn_rate", "Net MRR")),
        metrics=["logo_churn_rate", "gross_mrr_churn_rate", "net_mrr_churn_rate",
                 "voluntary_churned_customers", "involuntary_churned_customers", "logo_churn_flag"],
        notes=["Net MRR churn is below 0 where customers who stayed grew by more than others lost."],
    ),
    # All cohorts together, weighed by what they began with; complete months only.
    Plan(
        "curves", "Retention by age", COHORTS, [BILLING],
        [
            ("months_since", "Months since", "count"),
            ("mrr_retention_rate", "MRR", "share"),
            ("gross_mrr_retention_rate", "Gross MRR", "share"),
            ("logo_retention_rate", "Customers", "share"),
            Column("cohorts", "Cohorts of that age", "count"),
            Column("is_mature", "At least half of the cohorts", "maturity"),
        ],
        sql=f"""
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
        finding=_kept,
        chart=lines("Retention of all cohorts, by months since they began to pay", "share",
                    part("mrr_retention_rate", "MRR"),
                    part("gross_mrr_retention_rate", "Gross MRR"),
                    part("logo_retention_rate", "Customers"),
                    axis="Months since the first payment", level=1.0),
        metrics=["mrr_retention_rate", "gross_mrr_retention_rate", "logo_retention_rate"],
        notes=[
            "All cohorts together, each weighed by what it began with. The dashed part is of ages "
            "that fewer than half of the cohorts have reached: other cohorts may do otherwise."
        ],
    ),
)  # fmt: skip


def page(copy: Copy) -> Page:
    """Twelve-month retention, churn by month, curves, two triangles."""
    return Page(
        "retention",
        "Retention",
        "Who stays, and what those who stay are worth. A cohort is the customers who began to pay "
        "in one month.",
        [
            *(figure.make(copy) for figure in FIGURES),
            *(
                shown(copy, name, title, [COHORTS], [BILLING], partial(_triangle, copy, measure))
                for name, title, measure in TRIANGLES
            ),
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
