"""What a new customer costs, and when it has earned that back."""

from datetime import date
from functools import partial

from orchestration.report import charts
from orchestration.report.figures import Figure, Page
from orchestration.report.pages.common import (
    BILLING,
    COSTS,
    MARKERS,
    TONES,
    last_settled,
    metric_columns,
    month_name,
    recent,
    said,
    shown,
)
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


def page(copy: Copy) -> Page:
    """CAC by month, payback by the formula, curves of cohorts and of channels."""
    needed = [COSTS, BILLING]
    return Page(
        "payback",
        "CAC and payback",
        "What a new customer costs, and how long its gross profit takes to earn that back: by the "
        "formula, and as it really came.",
        [
            shown(copy, "cac", "CAC by month", [CAC], needed, partial(_cac, copy)),
            shown(copy, "payback", "Payback by the formula", [PAYBACK], needed,
                  partial(_payback, copy)),
            shown(copy, "cohorts", "What cohorts have earned back", [COHORTS], needed,
                  partial(_cohorts, copy)),
            shown(copy, "channels", "What channels have earned back", [COHORTS], needed,
                  partial(_channels, copy)),
            shown(copy, "by-cohort", "Payback of each cohort", [COHORTS], needed,
                  partial(_table, copy)),
        ],
    )  # fmt: skip


def _cac(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select month, spend_total, new_customers, cac_program, cac_fully_loaded,
            cac_fully_loaded_3m, cac_fully_loaded_12m, new_cac_ratio, blended_cac_ratio, is_complete
        from marts.{CAC}
        where {recent(CAC, COMPANY)}
        order by month
        """,
        [
            *metric_columns(
                CAC,
                ("month", "Month", "month"),
                ("spend_total", "Costs", "money"),
                ("new_customers", "New customers", "count"),
                ("cac_program", "Media and programs", "money"),
                ("cac_fully_loaded", "Fully loaded", "money"),
                ("cac_fully_loaded_3m", "Over 3 months", "money"),
                ("cac_fully_loaded_12m", "Over 12 months", "money"),
                ("new_cac_ratio", "New CAC ratio", "number"),
                ("blended_cac_ratio", "Blended CAC ratio", "number"),
            ),
            Column("is_complete", "Costs are", "cost_state"),
        ],
    )
    if not table:
        return None
    last = last_settled(table)
    finding = ""
    if last:
        finding = (
            f"A customer of {month_name(last['month'])} cost "
            f"{said(last['cac_fully_loaded'], 'money', copy.currency)}, fully loaded; over twelve months "
            f"{said(last['cac_fully_loaded_12m'], 'money', copy.currency)}."
        )
    return Figure(
        name,
        title,
        table,
        [CAC],
        finding,
        charts.lines(
            name,
            "CAC by month",
            table.values("month"),
            [
                charts.Series("Fully loaded", table.values("cac_fully_loaded"), "c1"),
                charts.Series(
                    "Fully loaded, 12 months", table.values("cac_fully_loaded_12m"), "c2", "s"
                ),
                charts.Series("Media and programs", table.values("cac_program"), "c3", "^"),
            ],
            "money",
            table.is_open(),
            described=finding,
        ),
        [f"{CAC}.cac_fully_loaded", f"{CAC}.cac_fully_loaded_12m", f"{CAC}.cac_program",
         f"{CAC}.new_cac_ratio", f"{CAC}.blended_cac_ratio"],
    )  # fmt: skip


def _payback(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select month, cac_fully_loaded, arpa_new, gross_margin, payback_months, payback_months_3m,
            payback_status_3m, is_complete
        from marts.{PAYBACK}
        where {recent(PAYBACK, COMPANY)}
        order by month
        """,
        [
            *metric_columns(
                PAYBACK,
                ("month", "Month", "month"),
                ("cac_fully_loaded", "CAC", "money"),
                ("arpa_new", "ARPA of new", "money"),
                ("gross_margin", "Gross margin", "share"),
                ("payback_months", "Payback, months", "months"),
                ("payback_months_3m", "Over 3 months", "months"),
                ("payback_status_3m", "Which is", "text"),
            ),
            Column("is_complete", "Costs are", "cost_state"),
        ],
    )
    if not table:
        return None
    last = last_settled(table)
    finding = ""
    if last and last["payback_months_3m"] is not None:
        finding = (
            f"Over the three months to {month_name(last['month'])}: "
            f"{said(last['payback_months_3m'], 'months')} months."
        )
    return Figure(
        name,
        title,
        table,
        [PAYBACK],
        finding,
        charts.lines(
            name,
            "CAC payback in months, by month of the new customers",
            table.values("month"),
            [
                charts.Series("Over 3 months", table.values("payback_months_3m"), "c1"),
                charts.Series("Month alone", table.values("payback_months"), "c5", "s"),
            ],
            "months",
            table.is_open(),
            level=12.0,
            described=finding,
        ),
        [f"{PAYBACK}.payback_months_3m", f"{PAYBACK}.payback_months", f"{PAYBACK}.gross_margin",
         f"{PAYBACK}.payback_status_3m"],
        ["The dotted line is at 12 months, the end of what the field calls healthy."],
    )  # fmt: skip


def _cohorts(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select cohort_month, months_since, cohort_cac, gross_profit, cumulative_gross_profit,
            recovered_share
        from marts.{COHORTS}
        where {recent(COHORTS, COMPANY, month="cohort_month")} and recovered_share is not null
        order by cohort_month, months_since
        """,
        metric_columns(
            COHORTS,
            ("cohort_month", "Cohort", "month"),
            ("months_since", "Months since", "count"),
            ("cohort_cac", "Costs", "money"),
            ("gross_profit", "Gross profit", "money"),
            ("cumulative_gross_profit", "So far", "money"),
            ("recovered_share", "Earned back", "share"),
        ),
    )
    if not table:
        return None
    curves: dict[Value, dict[int, Value]] = {}
    for row in table.records():
        curves.setdefault(row["cohort_month"], {})[int(str(row["months_since"]))] = row[
            "recovered_share"
        ]
    ages = list(range(max(max(curve) for curve in curves.values()) + 1))
    # Three cohorts stand out, the oldest, the middle and one a year old or less; the others frame.
    months = list(curves)
    marked = {
        months[0]: ("c1", "o"),
        months[len(months) // 2]: ("c2", "s"),
        months[-min(4, len(months))]: ("c3", "^"),
    }
    series = [
        charts.Series("", [curve.get(age) for age in ages], "muted", thin=True)
        for month, curve in curves.items()
        if month not in marked
    ]
    if series:
        first = series[0]
        series[0] = charts.Series("Other cohorts", first.values, first.tone, thin=True)
    series += [
        charts.Series(_cohort(month), [curves[month].get(age) for age in ages], *look)
        for month, look in marked.items()
    ]
    done = sum(
        any(share is not None and float(str(share)) >= 1 for share in curve.values())
        for curve in curves.values()
    )
    finding = f"{done} of {len(curves)} cohorts have earned back what they cost."
    return Figure(
        name,
        title,
        table,
        [COHORTS],
        finding,
        charts.lines(
            name,
            "Gross profit so far over costs, by months since",
            ages,
            series,
            "share",
            axis="Months since the cohort's own",
            level=1.0,
            described=finding,
        ),
        [f"{COHORTS}.recovered_share", f"{COHORTS}.cumulative_gross_profit",
         f"{COHORTS}.cohort_cac"],
        ["The dotted line is where all is earned back. Only complete months are drawn, so that "
         "young cohorts end early: they are not done, and have not failed."],
    )  # fmt: skip


def _cohort(month: Value) -> str:
    return f"{month:%b %Y}" if isinstance(month, date) else str(month)


def _channels(copy: Copy, name: str, title: str) -> Figure | None:
    """Cohorts that are old enough, together: the same ones at every age."""
    table = copy.ask(
        f"""
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
        [
            *metric_columns(
                COHORTS,
                ("segment_value", "Channel", "text"),
                ("months_since", "Months since", "count"),
            ),
            Column("cohorts", "Cohorts", "count"),
            Column("costs", "Costs", "money"),
            Column("earned", "Gross profit so far", "money"),
            Column("recovered_share", "Earned back", "share"),
        ],
    )
    if not table:
        return None
    found = {(row["segment_value"], row["months_since"]): row for row in table.records()}
    channels = list(dict.fromkeys(table.values("segment_value")))[:SHOWN_CHANNELS]
    ages = list(range(FOLLOWED))
    series = [
        charts.Series(
            str(channel),
            [found[channel, age]["recovered_share"] if (channel, age) in found else None
             for age in ages],
            TONES[number],
            MARKERS[number],
        )
        for number, channel in enumerate(channels)
    ]  # fmt: skip
    finding = (
        f"Cohorts with at least {FOLLOWED} complete months, all of a channel together, under the "
        "headline attribution model."
    )
    return Figure(
        name,
        title,
        table,
        [COHORTS],
        finding,
        charts.lines(
            name,
            "Gross profit so far over costs, by channel",
            ages,
            series,
            "share",
            axis="Months since the cohort's own",
            level=1.0,
            described=finding,
        ),
        [f"{COHORTS}.recovered_share", f"{COHORTS}.cohort_cac", f"{COHORTS}.attribution_model"],
        [f"The {SHOWN_CHANNELS} channels with the highest costs; the table has all. Younger cohorts "
         "are left out, so that every age is of the same customers."],
    )  # fmt: skip


def _table(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select cohort_month, new_customers, cohort_cac, cumulative_gross_profit, recovered_share,
            payback_month, payback_status, months_since
        from marts.{COHORTS}
        where {recent(COHORTS, COMPANY, month="cohort_month")}
        qualify months_since = max(months_since) over (partition by cohort_month)
        order by cohort_month desc
        """,
        metric_columns(
            COHORTS,
            ("cohort_month", "Cohort", "month"),
            ("new_customers", "New customers", "count"),
            ("cohort_cac", "Costs", "money"),
            ("cumulative_gross_profit", "Gross profit so far", "money"),
            ("recovered_share", "Earned back", "share"),
            ("payback_month", "Paid back in month", "count"),
            ("payback_status", "Status", "text"),
            ("months_since", "Months since", "count"),
        ),
    )
    if not table:
        return None
    return Figure(
        name, title, table, [COHORTS], metrics=[f"{COHORTS}.payback_month",
                                                f"{COHORTS}.payback_status"],
        notes=["Status open: the cohort is not twelve months old and has not paid back yet."],
    )  # fmt: skip
