"""From lead to customer: how many come, how many go on, how long it takes, where they wait."""

from functools import partial

from orchestration.report import charts
from orchestration.report.figures import Figure, Page
from orchestration.report.pages.common import (
    CRM,
    last_settled,
    metric_columns,
    month_name,
    recent,
    said,
    shown,
)
from orchestration.report.reading import Column, Copy

MONTHS = "rpt_funnel_monthly"
COHORTS = "rpt_funnel_cohort_monthly"
AGES = "rpt_lead_stage_ages"
COMPANY = "segment_type = 'all'"
PAIRS = (
    ("lead", "mql"),
    ("mql", "sql"),
    ("sql", "opportunity"),
    ("opportunity", "customer"),
    ("lead", "customer"),
    ("lead", "first_call"),
    ("demo", "trial"),
    ("trial", "customer"),
)
ORDER = " ".join(
    f"when from_stage = '{one}' and to_stage = '{other}' then {number}"
    for number, (one, other) in enumerate(PAIRS)
)
SHOWN_COHORTS = 12


def page(copy: Copy) -> Page:
    """Conversion of mature cohorts, lead to customer by cohort, entries by month, waiting leads."""
    cohorts, months = ([COHORTS], [CRM]), ([MONTHS], [CRM])
    return Page(
        "funnel",
        "Funnel",
        "From lead to customer. A cohort is followed until its window is over; before that it is "
        "still maturing and its rate still rises.",
        [
            shown(copy, "conversion", "Conversion of the last mature cohort", *cohorts,
                  partial(_conversion, copy)),
            shown(copy, "lead-to-customer", "Lead to customer, by month of the lead", *cohorts,
                  partial(_cohorts, copy)),
            shown(copy, "entries", "What happened in each month", *months, partial(_entries, copy)),
            shown(copy, "pairs", "Every step by cohort", *cohorts, partial(_pairs, copy)),
            shown(copy, "waiting", "Where open leads wait", [AGES], [CRM], partial(_ages, copy)),
        ],
    )  # fmt: skip


def _conversion(copy: Copy, name: str, title: str) -> Figure | None:
    columns = (
        ("from_stage", "From", "text"),
        ("to_stage", "To", "text"),
        ("cohort_month", "Cohort", "month"),
        ("entered", "Entered", "count"),
        ("converted_within_window", "Within the window", "count"),
        ("conversion_rate_within_window", "Rate", "share"),
        ("median_days", "Median days", "days"),
    )
    table = copy.ask(
        f"""
        select {", ".join(column for column, _, _ in columns)}, is_mature
        from marts.{COHORTS}
        where {COMPANY} and is_mature
        qualify cohort_month = max(cohort_month) over (partition by from_stage, to_stage)
        order by case {ORDER} end
        """,
        [
            *metric_columns(
                COHORTS,
                ("from_stage", "From", "text"),
                ("to_stage", "To", "text"),
                ("cohort_month", "Cohort", "month"),
                ("entered", "Entered", "count"),
                ("converted_within_window", "Within the window", "count"),
                ("conversion_rate_within_window", "Rate", "share"),
                ("median_days", "Median days", "days"),
            ),
            Column("is_mature", "Cohort is", "maturity"),
        ],
    )
    if not table:
        return None
    rows = table.records()
    whole = next(
        (r for r in rows if (r["from_stage"], r["to_stage"]) == ("lead", "customer")), None
    )
    finding = ""
    if whole:
        finding = (
            f"Of {said(whole['entered'], 'count')} leads of {month_name(whole['cohort_month'])} "
            f"{said(whole['converted_within_window'], 'count')} became customers within the window: "
            f"{said(whole['conversion_rate_within_window'], 'share')}."
        )
    return Figure(
        name,
        title,
        table,
        [COHORTS],
        finding,
        charts.ranks(
            name,
            "Conversion within the window, by step",
            [f"{_stage(row['from_stage'])} → {_stage(row['to_stage'])}" for row in rows],
            [charts.Series("Rate", table.values("conversion_rate_within_window"), "c1")],
            "share",
            described=finding,
        ),
        [f"{COHORTS}.conversion_rate_within_window", f"{COHORTS}.entered",
         f"{COHORTS}.median_days", f"{COHORTS}.is_mature"],
        ["Each step is of the last month whose window is over for all that entered."],
    )  # fmt: skip


def _stage(name: object) -> str:
    words = str(name).replace("_", " ")
    return words.upper() if words in ("mql", "sql") else words


def _cohorts(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select cohort_month, entered, converted_within_window, conversion_rate_within_window,
            converted, conversion_rate, is_mature
        from marts.{COHORTS}
        where {recent(COHORTS, COMPANY, month="cohort_month")}
            and from_stage = 'lead' and to_stage = 'customer'
        order by cohort_month
        """,
        [
            *metric_columns(
                COHORTS,
                ("cohort_month", "Cohort", "month"),
                ("entered", "Leads", "count"),
                ("converted_within_window", "Within the window", "count"),
                ("conversion_rate_within_window", "Rate within the window", "share"),
                ("converted", "So far", "count"),
                ("conversion_rate", "Rate so far", "share"),
            ),
            Column("is_mature", "Cohort is", "maturity"),
        ],
    )
    if not table:
        return None
    young = sum(table.is_open())
    finding = f"{young} of {len(table.rows)} cohorts are still maturing: their bars will grow."
    return Figure(
        name,
        title,
        table,
        [COHORTS],
        finding if young else "",
        charts.bars(
            name,
            title,
            table.values("cohort_month"),
            [
                charts.Series(
                    "Rate within the window", table.values("conversion_rate_within_window"), "c1"
                )
            ],
            "share",
            table.is_open(),
            described=finding,
        ),
        [f"{COHORTS}.conversion_rate_within_window", f"{COHORTS}.conversion_rate",
         f"{COHORTS}.is_mature"],
    )  # fmt: skip


def _entries(copy: Copy, name: str, title: str) -> Figure | None:
    counts = ("leads", "mqls", "sqls", "opportunities", "customers")
    others = ("first_calls", "demos", "trials", "lost_leads")
    table = copy.ask(
        f"""
        select month, {", ".join(counts)}, {", ".join(others)}, lead_to_customer_rate, is_complete
        from marts.{MONTHS}
        where {recent(MONTHS, COMPANY)}
        order by month
        """,
        [
            *metric_columns(
                MONTHS,
                ("month", "Month", "month"),
                ("leads", "Leads", "count"),
                ("mqls", "MQLs", "count"),
                ("sqls", "SQLs", "count"),
                ("opportunities", "Opportunities", "count"),
                ("customers", "Customers", "count"),
                ("first_calls", "First calls", "count"),
                ("demos", "Demos", "count"),
                ("trials", "Trials", "count"),
                ("lost_leads", "Lost", "count"),
                ("lead_to_customer_rate", "Customers / leads", "share"),
            ),
            Column("is_complete", "Month is", "month_state"),
        ],
    )
    if not table:
        return None
    last = last_settled(table)
    finding = ""
    if last:
        finding = (
            f"{month_name(last['month'])}: {said(last['leads'], 'count')} leads came and "
            f"{said(last['customers'], 'count')} became customers, whenever they had come."
        )
    labels = ("Leads", "MQLs", "SQLs", "Opportunities", "Customers")
    series = [
        charts.Series(label, table.values(column), f"c{number}", marker)
        for number, (label, column, marker) in enumerate(
            zip(labels, counts, ("o", "s", "^", "D", "v"), strict=True), start=1
        )
    ]
    return Figure(
        name,
        title,
        table,
        [MONTHS],
        finding,
        charts.lines(
            name, "Entries into each stage, by month", table.values("month"), series, "count",
            table.is_open(), described=finding,
        ),
        [f"{MONTHS}.{column}" for column in (*counts, *others, "lead_to_customer_rate")],
        ["A ratio of one month's entries mixes leads of many months; cohorts do not."],
    )  # fmt: skip


def _pairs(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select cohort_month, from_stage, to_stage, entered, converted, conversion_rate,
            conversion_rate_within_window, median_days, is_mature
        from marts.{COHORTS}
        where {recent(COHORTS, COMPANY, SHOWN_COHORTS, "cohort_month")}
        order by cohort_month desc, case {ORDER} end
        """,
        [
            *metric_columns(
                COHORTS,
                ("cohort_month", "Cohort", "month"),
                ("from_stage", "From", "text"),
                ("to_stage", "To", "text"),
                ("entered", "Entered", "count"),
                ("converted", "So far", "count"),
                ("conversion_rate", "Rate so far", "share"),
                ("conversion_rate_within_window", "Rate within the window", "share"),
                ("median_days", "Median days", "days"),
            ),
            Column("is_mature", "Cohort is", "maturity"),
        ],
    )
    return Figure(name, title, table, [COHORTS], folded=True) if table else None


def _ages(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select current_stage, open_leads, median_days, longest_days, leads_over_30_days,
            leads_over_90_days, leads_never_called
        from marts.{AGES}
        where {COMPANY}
        order by open_leads desc, current_stage
        """,
        metric_columns(
            AGES,
            ("current_stage", "Stage", "text"),
            ("open_leads", "Open leads", "count"),
            ("median_days", "Median days in it", "days"),
            ("longest_days", "Longest", "count"),
            ("leads_over_30_days", "Over 30 days", "count"),
            ("leads_over_90_days", "Over 90 days", "count"),
            ("leads_never_called", "Never called", "count"),
        ),
    )
    return Figure(name, title, table, [AGES], metrics=[f"{AGES}.median_days"]) if table else None
