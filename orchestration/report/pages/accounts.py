"""Target accounts beside the rest: how many, how they are worked, what they bring."""

from orchestration.report.figures import Page
from orchestration.report.pages.common import CRM, last_settled, month_name, recent, said
from orchestration.report.pages.plan import OPEN_MONTH, Answer, Plan, lines_by, stacked
from orchestration.report.reading import Column, Copy

ACCOUNTS = "dim_accounts"
SELLING = "rpt_account_based_selling"
TOUCHED = "fct_account_engagement_monthly"
MARTS = (ACCOUNTS, SELLING, TOUCHED)


def _rates(answer: Answer) -> str:
    """The win rate of each group, in the last complete month."""
    last = last_settled(answer.table)
    if not last:
        return ""
    rows = [row for row in answer.table.records() if row["month"] == last["month"]]
    told = (f"{row['segment_value']} {said(row['win_rate_12m'], 'share')}" for row in rows)
    return f"Twelve months to {month_name(last['month'])}: " + ", ".join(told) + "."


FIGURES = (
    Plan(
        "tiers", "Accounts by tier", ACCOUNTS, [CRM],
        [
            ("target_tier", "Tier", "text"),
            Column("accounts", "Accounts", "count"),
            Column("median_icp_score", "Median fit", "days", f"{ACCOUNTS}.icp_score"),
            Column("scored", "With a score", "count"),
            Column("paying", "Paying", "count"),
            ("current_mrr", "MRR", "money"),
            ("open_pipeline", "Open pipeline", "money"),
            ("won_amount", "Won", "money"),
        ],
        sql=f"""
        select target_tier, count(*) as accounts, median(icp_score) as median_icp_score,
            count(icp_score) as scored, count(*) filter (where current_mrr > 0) as paying,
            sum(current_mrr) as current_mrr, sum(open_pipeline) as open_pipeline,
            sum(won_amount) as won_amount
        from marts.{ACCOUNTS}
        group by target_tier
        order by target_tier = 'none', target_tier
        """,
        finding="At as-of.",
        metrics=["target_tier", "icp_score"],
    ),
    Plan(
        "groups", "Account-based selling", SELLING, [CRM],
        [
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
        ],
        f"month = (select max(month) from marts.{SELLING} where is_complete)",
        order="segment_type, segment_value",
        finding="{month}, and the twelve months up to it.",
        metrics=["win_rate_12m", "cac_12m", "ltv_to_cac_12m"],
    ),
    Plan(
        "win-rate", "Win rate by group", SELLING, [CRM],
        [
            ("month", "Month", "month"),
            ("segment_value", "Group", "text"),
            ("win_rate_12m", "Win rate, 12 months", "share"),
            ("won", "Won", "count"),
            ("lost", "Lost", "count"),
            ("won_amount", "Won amount", "money"),
            OPEN_MONTH,
        ],
        recent(SELLING, "segment_type = 'target'"),
        order="month, segment_value",
        finding=_rates,
        chart=lines_by("Win rate of twelve months, by group", "share", "segment_value",
                       "win_rate_12m"),
        metrics=["win_rate_12m", "won_amount"],
    ),
    Plan(
        "engaged", "Accounts that were active", TOUCHED, [CRM],
        [
            ("month", "Month", "month"),
            Column("accounts", "Accounts", "text", f"{TOUCHED}.is_target_account"),
            Column("active", "Active", "count"),
            ("meetings", "Meetings", "count"),
            ("demos", "Demos", "count"),
            ("calls", "Calls", "count"),
            ("visits", "Visits", "count"),
            OPEN_MONTH,
        ],
        sql=f"""
        select month, case when is_target_account then 'target accounts' else 'others' end as accounts,
            count(*) as active, sum(meetings) as meetings, sum(demos) as demos, sum(calls) as calls,
            sum(visits) as visits, bool_and(is_complete) as is_complete
        from marts.{TOUCHED}
        where {recent(TOUCHED, "true")}
        group by all
        order by month, accounts desc
        """,
        finding="Accounts with any visit, message, call, meeting, demo or use of the product.",
        chart=stacked("Active accounts, by month", "count", "accounts", "active",
                      "Active target accounts and others, stacked."),
        metrics=["engagement_score", "is_target_account"],
    ),
)  # fmt: skip


def page(copy: Copy) -> Page:
    """Accounts by tier, groups in the last complete month, win rates, engagement."""
    return Page(
        "accounts",
        "Accounts",
        "Target accounts beside the rest: how well they fit, how they are worked and what they "
        "bring.",
        [figure.make(copy) for figure in FIGURES],
    )
