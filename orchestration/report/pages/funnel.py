"""From lead to customer: how many come, how many go on, how long it takes, where they wait."""

from collections.abc import Mapping

from orchestration.report.figures import Page
from orchestration.report.pages.common import CRM, month_name, recent, said
from orchestration.report.pages.plan import (
    MATURITY,
    OPEN_MONTH,
    Answer,
    Plan,
    bars,
    lines,
    part,
    ranks,
)
from orchestration.report.reading import Copy
from orchestration.report.values import Value

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


def _whole(answer: Answer) -> str:
    """The way from lead to customer, in numbers."""
    for row in answer.table.records():
        if (row["from_stage"], row["to_stage"]) == ("lead", "customer"):
            return (
                f"Of {said(row['entered'], 'count')} leads of {month_name(row['cohort_month'])} "
                f"{said(row['converted_within_window'], 'count')} became customers within the "
                f"window: {said(row['conversion_rate_within_window'], 'share')}."
            )
    return ""


def _step(row: Mapping[str, Value]) -> str:
    return f"{_stage(row['from_stage'])} → {_stage(row['to_stage'])}"


def _stage(name: object) -> str:
    words = str(name).replace("_", " ")
    return words.upper() if words in ("mql", "sql") else words


def _young(answer: Answer) -> str:
    young = sum(answer.table.is_open())
    of = len(answer.table.rows)
    return f"{young} of {of} cohorts are still maturing: their bars will grow." if young else ""


FIGURES = (
    Plan(
        "conversion", "Conversion of the last mature cohort", COHORTS, [CRM],
        [
            ("from_stage", "From", "code"),
            ("to_stage", "To", "code"),
            ("cohort_month", "Cohort", "month"),
            ("entered", "Entered", "count"),
            ("converted_within_window", "Within the window", "count"),
            ("conversion_rate_within_window", "Rate", "share"),
            ("median_days", "Median days", "days"),
            MATURITY,
        ],
        f"""{COMPANY} and is_mature
qualify cohort_month = max(cohort_month) over (partition by from_stage, to_stage)""",
        order=f"case {ORDER} end",
        finding=_whole,
        chart=ranks("Conversion within the window, by step", "share",
                    part("conversion_rate_within_window", "Rate"), label=_step),
        metrics=["conversion_rate_within_window", "entered", "median_days", "is_mature"],
        notes=["Each step is of the last month whose window is over for all that entered."],
    ),
    Plan(
        "lead-to-customer", "Lead to customer, by month of the lead", COHORTS, [CRM],
        [
            ("cohort_month", "Cohort", "month"),
            ("entered", "Leads", "count"),
            ("converted_within_window", "Within the window", "count"),
            ("conversion_rate_within_window", "Rate within the window", "share"),
            ("converted", "So far", "count"),
            ("conversion_rate", "Rate so far", "share"),
            MATURITY,
        ],
        f"""{recent(COHORTS, COMPANY, month="cohort_month")}
    and from_stage = 'lead' and to_stage = 'customer'""",
        order="cohort_month",
        finding=_young,
        chart=bars("Lead to customer, by month of the lead", "share",
                   part("conversion_rate_within_window", "Rate within the window")),
        metrics=["conversion_rate_within_window", "conversion_rate", "is_mature"],
    ),
    Plan(
        "entries", "What happened in each month", MONTHS, [CRM],
        [
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
            OPEN_MONTH,
        ],
        recent(MONTHS, COMPANY),
        finding="{month}: {leads} leads came and {customers} became customers, whenever they had "
                "come.",
        chart=lines("Entries into each stage, by month", "count",
                    part("leads", "Leads"), part("mqls", "MQLs"), part("sqls", "SQLs"),
                    part("opportunities", "Opportunities"), part("customers", "Customers")),
        metrics=["leads", "mqls", "sqls", "opportunities", "customers", "first_calls", "demos",
                 "trials", "lost_leads", "lead_to_customer_rate"],
        notes=["A ratio of one month's entries mixes leads of many months; cohorts do not."],
    ),
    Plan(
        "pairs", "Every step by cohort", COHORTS, [CRM],
        [
            ("cohort_month", "Cohort", "month"),
            ("from_stage", "From", "code"),
            ("to_stage", "To", "code"),
            ("entered", "Entered", "count"),
            ("converted", "So far", "count"),
            ("conversion_rate", "Rate so far", "share"),
            ("conversion_rate_within_window", "Rate within the window", "share"),
            ("median_days", "Median days", "days"),
            MATURITY,
        ],
        recent(COHORTS, COMPANY, SHOWN_COHORTS, "cohort_month"),
        finding="Of those who entered a stage in a month, how many went on to the next.",
        order=f"cohort_month desc, case {ORDER} end",
        metrics=["conversion_rate", "conversion_rate_within_window", "entered", "median_days",
                 "is_mature"],
        folded=True,
    ),
    Plan(
        "waiting", "Where open leads wait", AGES, [CRM],
        [
            ("current_stage", "Stage", "code"),
            ("open_leads", "Open leads", "count"),
            ("median_days", "Median days in it", "days"),
            ("longest_days", "Longest", "count"),
            ("leads_over_30_days", "Over 30 days", "count"),
            ("leads_over_90_days", "Over 90 days", "count"),
            ("leads_never_called", "Never called", "count"),
        ],
        COMPANY,
        order="open_leads desc, current_stage",
        metrics=["median_days"],
    ),
)  # fmt: skip


def page(copy: Copy) -> Page:
    """Conversion of mature cohorts, lead to customer by cohort, entries by month, waiting leads."""
    return Page(
        "funnel",
        "Funnel",
        "From lead to customer. A cohort is followed until its window is over; before that it is "
        "still maturing and its rate still rises.",
        [figure.make(copy) for figure in FIGURES],
    )
