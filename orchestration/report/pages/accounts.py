"""Target accounts beside the rest: how many, how they are worked, what they bring."""

from functools import partial

from orchestration.report import charts
from orchestration.report.figures import Figure, Page
from orchestration.report.pages.common import (
    CRM,
    by_value,
    last_settled,
    metric_columns,
    month_name,
    recent,
    said,
    shown,
)
from orchestration.report.reading import Column, Copy

ACCOUNTS = "dim_accounts"
SELLING = "rpt_account_based_selling"
TOUCHED = "fct_account_engagement_monthly"
MARTS = (ACCOUNTS, SELLING, TOUCHED)


def page(copy: Copy) -> Page:
    """Accounts by tier, groups in the last complete month, win rates, engagement."""
    return Page(
        "accounts",
        "Accounts",
        "Target accounts beside the rest: how well they fit, how they are worked and what they "
        "bring.",
        [
            shown(copy, "tiers", "Accounts by tier", [ACCOUNTS], [CRM], partial(_tiers, copy)),
            shown(copy, "groups", "Account-based selling", [SELLING], [CRM], partial(_groups, copy)),
            shown(copy, "win-rate", "Win rate by group", [SELLING], [CRM],
                  partial(_win_rate, copy)),
            shown(copy, "engaged", "Accounts that were active", [TOUCHED], [CRM],
                  partial(_engaged, copy)),
        ],
    )  # fmt: skip


def _tiers(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select target_tier, count(*) as accounts, median(icp_score) as median_icp_score,
            count(icp_score) as scored, count(*) filter (where current_mrr > 0) as paying,
            sum(current_mrr) as current_mrr, sum(open_pipeline) as open_pipeline,
            sum(won_amount) as won_amount
        from marts.{ACCOUNTS}
        group by target_tier
        order by target_tier = 'none', target_tier
        """,
        [
            *metric_columns(ACCOUNTS, ("target_tier", "Tier", "text")),
            Column("accounts", "Accounts", "count"),
            Column("median_icp_score", "Median fit", "days", f"{ACCOUNTS}.icp_score"),
            Column("scored", "With a score", "count"),
            Column("paying", "Paying", "count"),
            Column("current_mrr", "MRR", "money", f"{ACCOUNTS}.current_mrr"),
            Column("open_pipeline", "Open pipeline", "money", f"{ACCOUNTS}.open_pipeline"),
            Column("won_amount", "Won", "money", f"{ACCOUNTS}.won_amount"),
        ],
    )
    if not table:
        return None
    return Figure(
        name,
        title,
        table,
        [ACCOUNTS],
        "At as-of.",
        metrics=[f"{ACCOUNTS}.target_tier", f"{ACCOUNTS}.icp_score"],
    )


def _groups(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select segment_type, segment_value, accounts, created_opportunities, won, lost, win_rate_12m,
            mean_cycle_days_12m, average_contract_value_12m, new_mrr_12m, cac_12m,
            payback_months_12m, ltv_to_cac_12m, closing_mrr, month
        from marts.{SELLING}
        where month = (select max(month) from marts.{SELLING} where is_complete)
        order by segment_type, segment_value
        """,
        metric_columns(
            SELLING,
            ("segment_type", "Cut by", "text"),
            ("segment_value", "Group", "text"),
            ("accounts", "Accounts", "count"),
            ("created_opportunities", "Created", "count"),
            ("won", "Won", "count"),
            ("lost", "Lost", "count"),
            ("win_rate_12m", "Win rate, 12 months", "share"),
            ("mean_cycle_days_12m", "Mean cycle, days", "days"),
            ("average_contract_value_12m", "Average contract", "money"),
            ("new_mrr_12m", "New MRR, 12 months", "money"),
            ("cac_12m", "CAC, 12 months", "money"),
            ("payback_months_12m", "Payback, months", "months"),
            ("ltv_to_cac_12m", "LTV to CAC", "number"),
            ("closing_mrr", "MRR", "money"),
            ("month", "Month", "month"),
        ),
    )
    if not table:
        return None
    month = month_name(table.records()[0]["month"])
    return Figure(
        name,
        title,
        table,
        [SELLING],
        f"{month}, and the twelve months up to it.",
        metrics=[f"{SELLING}.win_rate_12m", f"{SELLING}.cac_12m", f"{SELLING}.ltv_to_cac_12m"],
    )


def _win_rate(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select month, segment_value, win_rate_12m, won, lost, won_amount, is_complete
        from marts.{SELLING}
        where {recent(SELLING, "segment_type = 'target'")}
        order by month, segment_value
        """,
        [
            *metric_columns(
                SELLING,
                ("month", "Month", "month"),
                ("segment_value", "Group", "text"),
                ("win_rate_12m", "Win rate, 12 months", "share"),
                ("won", "Won", "count"),
                ("lost", "Lost", "count"),
                ("won_amount", "Won amount", "money"),
            ),
            Column("is_complete", "Month is", "month_state"),
        ],
    )
    if not table:
        return None
    months, series = by_value(table, "month", "segment_value", "win_rate_12m")
    opened = dict(zip(table.values("month"), table.is_open(), strict=True))
    last = last_settled(table)
    finding = ""
    if last:
        rows = [row for row in table.records() if row["month"] == last["month"]]
        finding = f"Twelve months to {month_name(last['month'])}: " + ", ".join(
            f"{row['segment_value']} {said(row['win_rate_12m'], 'share')}" for row in rows
        )
    return Figure(
        name,
        title,
        table,
        [SELLING],
        finding + "." if finding else "",
        charts.lines(
            name, "Win rate of twelve months, by group", months, series, "share",
            [opened[month] for month in months], described=finding,
        ),
        [f"{SELLING}.win_rate_12m", f"{SELLING}.won_amount"],
    )  # fmt: skip


def _engaged(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select month, case when is_target_account then 'target accounts' else 'others' end as accounts,
            count(*) as active, sum(meetings) as meetings, sum(demos) as demos, sum(calls) as calls,
            sum(visits) as visits, bool_and(is_complete) as is_complete
        from marts.{TOUCHED}
        where {recent(TOUCHED, "true")}
        group by all
        order by month, accounts desc
        """,
        [
            *metric_columns(TOUCHED, ("month", "Month", "month")),
            Column("accounts", "Accounts", "text", f"{TOUCHED}.is_target_account"),
            Column("active", "Active", "count"),
            Column("meetings", "Meetings", "count", f"{TOUCHED}.meetings"),
            Column("demos", "Demos", "count", f"{TOUCHED}.demos"),
            Column("calls", "Calls", "count", f"{TOUCHED}.calls"),
            Column("visits", "Visits", "count", f"{TOUCHED}.visits"),
            Column("is_complete", "Month is", "month_state"),
        ],
    )
    if not table:
        return None
    months, series = by_value(table, "month", "accounts", "active")
    opened = dict(zip(table.values("month"), table.is_open(), strict=True))
    return Figure(
        name,
        title,
        table,
        [TOUCHED],
        "Accounts with any visit, message, call, meeting, demo or use of the product.",
        charts.bars(
            name, "Active accounts, by month", months, series, "count",
            [opened[month] for month in months],
            described="Active target accounts and others, stacked.",
        ),
        [f"{TOUCHED}.engagement_score", f"{TOUCHED}.is_target_account"],
    )  # fmt: skip
