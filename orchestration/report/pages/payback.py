"""What a new customer costs, and when it has earned that back."""

from datetime import date

from orchestration.report import charts
from orchestration.report.figures import Drawing, Page
from orchestration.report.pages.common import BILLING, COSTS, MARKERS, TONES, recent
from orchestration.report.pages.plan import OPEN_COSTS, Answer, Plan, lines, part
from orchestration.report.reading import Column, Copy
from orchestration.report.values import Value

CAC = "rpt_cac_monthly"
PAYBACK = "rpt_cac_payback_monthly"
COHORTS = "rpt_cac_payback_cohorts"
COMPANY = "segment_type = 'all' and attribution_model = 'none'"
BY_CHANNEL = "segment_type = 'acquisition_channel'"
# The curve of channels follows the same cohorts at every age, so that ages can be compared.
FOLLOWED = 12
SHOWN_CHANNELS = 6
NEEDED = (COSTS, BILLING)
AXIS = "Months since the cohort's own"

Curve = dict[int, Value]


def _curves(answer: Answer, by: str) -> dict[Value, Curve]:
    """The share that is earned back by age, for each cohort or channel."""
    curves: dict[Value, Curve] = {}
    for row in answer.table.records():
        age = int(str(row["months_since"]))
        curves.setdefault(row[by], {})[age] = row["recovered_share"]
    return curves


def _earned(answer: Answer) -> str:
    curves = _curves(answer, "cohort_month").values()
    done = sum(
        any(share is not None and float(str(share)) >= 1 for share in curve.values())
        for curve in curves
    )
    return f"{done} of {len(curves)} cohorts have earned back what they cost."


def _by_cohort(name: str, answer: Answer, finding: str) -> Drawing:
    """Three cohorts stand out, the oldest, the middle and one a year old or less; others frame."""
    curves = _curves(answer, "cohort_month")
    ages = list(range(max(max(curve) for curve in curves.values()) + 1))
    months = list(curves)
    marked = {
        months[0]: ("c1", "o"),
        months[len(months) // 2]: ("c2", "s"),
        months[-min(4, len(months))]: ("c3", "^"),
    }
    others = [curve for month, curve in curves.items() if month not in marked]
    series = [
        charts.Series(
            "" if number else "Other cohorts", [curve.get(age) for age in ages], "muted", thin=True
        )
        for number, curve in enumerate(others)
    ]
    series += [
        charts.Series(_cohort(month), [curves[month].get(age) for age in ages], *look)
        for month, look in marked.items()
    ]
    title = "Gross profit so far over costs, by months since"
    return charts.lines(name, title, ages, series, "share", axis=AXIS, level=1.0, described=finding)


def _cohort(month: Value) -> str:
    return f"{month:%b %Y}" if isinstance(month, date) else str(month)


def _by_channel(name: str, answer: Answer, finding: str) -> Drawing:
    ages = list(range(FOLLOWED))
    curves = list(_curves(answer, "segment_value").items())[:SHOWN_CHANNELS]
    series = [
        charts.Series(
            str(channel), [curve.get(age) for age in ages], TONES[number], MARKERS[number]
        )
        for number, (channel, curve) in enumerate(curves)
    ]
    title = "Gross profit so far over costs, by channel"
    return charts.lines(name, title, ages, series, "share", axis=AXIS, level=1.0, described=finding)


FIGURES = (
    Plan(
        "cac", "CAC by month", CAC, NEEDED,
        [
            ("month", "Month", "month"),
            ("spend_total", "Costs", "money"),
            ("new_customers", "New customers", "count"),
            ("cac_program", "Media and programs", "money"),
            ("cac_fully_loaded", "Fully loaded", "money"),
            ("cac_fully_loaded_3m", "Over 3 months", "money"),
            ("cac_fully_loaded_12m", "Over 12 months", "money"),
            ("new_cac_ratio", "New CAC ratio", "number"),
            ("blended_cac_ratio", "Blended CAC ratio", "number"),
            OPEN_COSTS,
        ],
        recent(CAC, COMPANY),
        finding="A customer of {month} cost {cac_fully_loaded}, fully loaded; over twelve months "
                "{cac_fully_loaded_12m}.",
        chart=lines("CAC by month", "money",
                    part("cac_fully_loaded", "Fully loaded"),
                    part("cac_fully_loaded_12m", "Fully loaded, 12 months"),
                    part("cac_program", "Media and programs")),
        metrics=["cac_fully_loaded", "cac_fully_loaded_12m", "cac_program", "new_cac_ratio",
                 "blended_cac_ratio"],
    ),
    Plan(
        "payback", "Payback by the formula", PAYBACK, NEEDED,
        [
            ("month", "Month", "month"),
            ("cac_fully_loaded", "CAC", "money"),
            ("arpa_new", "ARPA of new", "money"),
            ("gross_margin", "Gross margin", "share"),
            ("payback_months", "Payback, months", "months"),
            ("payback_months_3m", "Over 3 months", "months"),
            ("payback_status_3m", "Which is", "code"),
            OPEN_COSTS,
        ],
        recent(PAYBACK, COMPANY),
        finding="Over the three months to {month}: {payback_months_3m} months.",
        chart=lines("CAC payback in months, by month of the new customers", "months",
                    part("payback_months_3m", "Over 3 months"),
                    part("payback_months", "Month alone", "c5", "s"), level=12.0),
        metrics=["payback_months_3m", "payback_months", "gross_margin", "payback_status_3m"],
        notes=["The dotted line is at 12 months, the end of what the field calls healthy."],
    ),
    Plan(
        "cohorts", "What cohorts have earned back", COHORTS, NEEDED,
        [
            ("cohort_month", "Cohort", "month"),
            ("months_since", "Months since", "count"),
            ("cohort_cac", "Costs", "money"),
            ("gross_profit", "Gross profit", "money"),
            ("cumulative_gross_profit", "So far", "money"),
            ("recovered_share", "Earned back", "share"),
        ],
        f"""{recent(COHORTS, COMPANY, month="cohort_month")}
    and recovered_share is not null""",
        order="cohort_month, months_since",
        finding=_earned,
        chart=_by_cohort,
        metrics=["recovered_share", "cumulative_gross_profit", "cohort_cac"],
        notes=["The dotted line is where all is earned back. Only complete months are drawn, so that "
               "young cohorts end early: they are not done, and have not failed."],
    ),
    Plan(
        "channels", "What channels have earned back", COHORTS, NEEDED,
        [
            ("segment_value", "Channel", "code"),
            ("months_since", "Months since", "count"),
            Column("cohorts", "Cohorts", "count"),
            Column("costs", "Costs", "money"),
            Column("earned", "Gross profit so far", "money"),
            Column("recovered_share", "Earned back", "share"),
        ],
        sql=f"""
        with followed as (
            select segment_value, cohort_month
            from marts.{COHORTS}
            where {BY_CHANNEL} and cohort_cac > 0
            group by segment_value, cohort_month
            having max(months_since) >= {FOLLOWED - 1}
                and bool_and(cumulative_gross_profit is not null)
        )

        select
            segment_value,
            months_since,
            count(*) as cohorts,
            sum(cohort_cac) as costs,
            sum(cumulative_gross_profit) as earned,
            sum(cumulative_gross_profit) / sum(cohort_cac) as recovered_share
        from marts.{COHORTS}
        inner join followed using (segment_value, cohort_month)
        where {BY_CHANNEL} and months_since < {FOLLOWED}
        group by segment_value, months_since
        order by max(sum(cohort_cac)) over (partition by segment_value) desc, segment_value,
            months_since
        """,
        finding=f"Cohorts with at least {FOLLOWED} complete months, all of a channel together, under "
                "the headline attribution model.",
        chart=_by_channel,
        metrics=["recovered_share", "cohort_cac", "attribution_model"],
        notes=[f"The {SHOWN_CHANNELS} channels with the highest costs; the table has all. Younger "
               "cohorts are left out, so that every age is of the same customers."],
    ),
    Plan(
        "by-cohort", "Payback of each cohort", COHORTS, NEEDED,
        [
            ("cohort_month", "Cohort", "month"),
            ("new_customers", "New customers", "count"),
            ("cohort_cac", "Costs", "money"),
            ("cumulative_gross_profit", "Gross profit so far", "money"),
            ("recovered_share", "Earned back", "share"),
            ("payback_month", "Paid back in month", "count"),
            ("payback_status", "Status", "code"),
            ("months_since", "Months since", "count"),
        ],
        f"""{recent(COHORTS, COMPANY, month="cohort_month")}
qualify months_since = max(months_since) over (partition by cohort_month)""",
        order="cohort_month desc",
        metrics=["payback_month", "payback_status"],
        notes=["Status open: the cohort is not twelve months old and has not paid back yet."],
    ),
)  # fmt: skip


def page(copy: Copy) -> Page:
    """CAC by month, payback by the formula, curves of cohorts and of channels."""
    return Page(
        "payback",
        "CAC and payback",
        "What a new customer costs, and how long its gross profit takes to earn that back: by the "
        "formula, and as it really came.",
        [figure.make(copy) for figure in FIGURES],
    )
