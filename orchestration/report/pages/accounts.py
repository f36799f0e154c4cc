"""Target accounts beside the rest: how many, how they are worked, what they bring."""

from collections.abc import Mapping

from orchestration.report.figures import Page
from orchestration.report.pages.common import (
    BILLING,
    COSTS,
    CRM,
    last_settled,
    month_name,
    recent,
    said,
)
from orchestration.report.pages.plan import (
    OPEN_MONTH,
    Answer,
    Plan,
    always,
    lines,
    lines_by,
    part,
    ranks,
    stacked,
)
from orchestration.report.reading import Column, Copy
from orchestration.report.values import Kind, Value

ACCOUNTS = "dim_accounts"
SELLING = "rpt_account_based_selling"
TOUCHED = "fct_account_engagement_monthly"
PROFILE = "rpt_icp_profile"
COMMITTEES = "fct_opportunity_committees"
KPIS = "rpt_saas_kpis_monthly"
MARTS = (ACCOUNTS, SELLING, TOUCHED, PROFILE, COMMITTEES)
SHOWN_VALUES, SHOWN_ACCOUNTS, SHOWN_DEALS = 14, 10, 20


def _rates(answer: Answer) -> str:
    """The win rate of each group, in the last complete month."""
    last = last_settled(answer.table)
    if not last:
        return ""
    rows = [row for row in answer.table.records() if row["month"] == last["month"]]
    told = (f"{row['segment_value']} {said(row['win_rate_12m'], 'share')}" for row in rows)
    return f"Twelve months to {month_name(last['month'])}: " + ", ".join(told) + "."


def _has_points(row: Mapping[str, Value]) -> bool:
    """Whether the profile says something of the value, and some deal has told its worth."""
    return bool(row["weight"]) and row["points_share"] is not None and row["win_rate"] is not None


def _value(row: Mapping[str, Value]) -> str:
    return f"{said(row['label'], 'code')} ({said(row['criterion'], 'code')})"


def _top(what: str, title: str, rank: str, amount: tuple[str, str], kind: Kind, told: str) -> Plan:
    """The first accounts by one of their ranks."""
    name, label = amount
    return Plan(
        f"top-{what}", title, ACCOUNTS, [BILLING, CRM],
        [
            Column("account", "Account", "text", f"{ACCOUNTS}.account_name"),
            (rank, "Place", "count"),
            (name, label, kind),
            ("customer_status", "Is", "code"),
            ("target_tier", "Tier", "code"),
            ("segment", "Size", "code"),
            ("industry", "Industry", "text"),
            ("country", "Country", "text"),
            ("icp_score", "Fit", "days"),
        ],
        sql=f"""
        select coalesce(account_name, account_id) as account, {rank}, {name}, customer_status,
            target_tier, segment, industry, country, icp_score
        from marts.{ACCOUNTS}
        where {rank} <= {SHOWN_ACCOUNTS}
        order by {rank}, account_id
        """,
        finding=told,
        chart=ranks(title, kind, part(name, label)),
        metrics=[name, rank],
    )  # fmt: skip


FIGURES = (
    Plan(
        "tiers", "Accounts by tier", ACCOUNTS, [CRM],
        [
            ("target_tier", "Tier", "code"),
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
            ("segment_type", "Cut by", "code"),
            ("segment_value", "Group", "code"),
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
            ("segment_value", "Group", "code"),
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
        "programme", "Return of the programme", SELLING, [COSTS, CRM],
        [
            ("month", "Month", "month"),
            ("programme_return_12m", "Return, 12 months", "share"),
            ("programme_spend_12m", "Costs of the programme, 12 months", "money"),
            ("new_mrr_12m", "New MRR of targets, 12 months", "money"),
            ("new_customers_12m", "New customers, 12 months", "count"),
            ("cac_12m", "CAC", "money"),
            ("payback_months_12m", "Payback, months", "months"),
            ("ltv_to_cac_12m", "LTV to CAC", "number"),
            Column("is_complete", "Costs are", "cost_state", f"{KPIS}.is_cost_complete"),
        ],
        sql=f"""
        select month, programme_return_12m, programme_spend_12m, new_mrr_12m, new_customers_12m,
            cac_12m, payback_months_12m, ltv_to_cac_12m,
            coalesce(booked.is_cost_complete, false) as is_complete
        from marts.{SELLING}
        left join (select month, is_cost_complete from marts.{KPIS}) as booked using (month)
        where {recent(SELLING, "segment_value = 'target' and programme_return_12m is not null")}
        order by month
        """,
        finding="Twelve months to {month}: a return of {programme_return_12m} on costs of "
                "{programme_spend_12m}.",
        chart=lines("Return of the programme over twelve months, by month", "share",
                    part("programme_return_12m", "Return"), level=0.0),
        metrics=["programme_return_12m", "programme_spend_12m", "cac_12m", "payback_months_12m",
                 "ltv_to_cac_12m"],
        notes=["It is no proof that the programme brought them: some targets would have bought "
               "without it. Where costs are not booked yet, the return is too high."],
        also=[KPIS],
    ),
    Plan(
        "profile", "The ideal profile, and that of won deals", PROFILE, [CRM],
        [
            ("criterion", "Criterion", "code"),
            ("label", "Value", "code"),
            ("weight", "Weight", "count"),
            Column("points_share", "Points of 100", "share", f"{PROFILE}.points"),
            ("won", "Won", "count"),
            ("lost", "Lost", "count"),
            ("open_opportunities", "Open", "count"),
            ("win_rate", "Win rate", "share"),
            ("share_of_won", "Of all won", "share"),
            ("lift", "Lift", "number"),
            ("average_contract_value", "Average contract", "money"),
        ],
        sql=f"""
        select criterion, label, weight, cast(points / 100 as double) as points_share, won, lost,
            open_opportunities, win_rate, share_of_won, lift, average_contract_value
        from marts.{PROFILE}
        order by weight desc, criterion, points desc nulls last, label
        """,
        finding="What the profile holds for good, beside what was really won: where both disagree, "
                "the profile is to be looked at.",
        chart=ranks("Points of the ideal profile and win rate, by value", "share",
                    part("points_share", "Points of 100"), part("win_rate", "Win rate"),
                    label=_value, only=_has_points, most=SHOWN_VALUES,
                    described="For values of the criteria with most weight, the points that the "
                              "profile gives, and the share of closed deals that was won."),
        metrics=["lift", "win_rate", "share_of_won", "points"],
        notes=["The picture has the criteria with most weight, the table has all. With few deals a "
               "win rate says little."],
    ),
    Plan(
        "committees", "Buying committees", COMMITTEES, [CRM],
        [
            ("status", "Deals are", "code"),
            Column("deals", "Deals", "count"),
            Column("with_roles", "With known roles", "count"),
            Column("coverage", "Mean coverage", "share", f"{COMMITTEES}.role_coverage"),
            Column("covered", "All roles covered", "share", f"{COMMITTEES}.role_coverage"),
            Column("single", "Only one person", "share", f"{COMMITTEES}.is_single_threaded"),
            Column("people", "People on a deal", "number", f"{COMMITTEES}.contacts"),
        ],
        sql=f"""
        select status, count(*) as deals, count(role_coverage) as with_roles,
            avg(role_coverage) as coverage,
            count(*) filter (where role_coverage = 1) / nullif(count(role_coverage), 0) as covered,
            count(*) filter (where is_single_threaded) / count(*) as single,
            avg(contacts) as people
        from marts.{COMMITTEES}
        group by status
        order by case status when 'open' then 1 when 'won' then 2 else 3 end
        """,
        finding="How many of the roles that a deal of its size needs are filled, and how many deals "
                "hang on one person.",
        chart=ranks("Coverage of buying roles, by status of the deal", "share",
                    part("coverage", "Mean coverage"), part("single", "Only one person")),
        metrics=["role_coverage", "is_single_threaded", "contacts"],
        notes=["Roles are those of today, not of the day of the close."],
    ),
    Plan(
        "gaps", "Open deals with roles that nobody has", COMMITTEES, [CRM],
        [
            Column("deal", "Deal", "text", "fct_opportunities.opportunity_name"),
            ("amount", "Amount", "money"),
            ("contacts", "People", "count"),
            ("covered_roles", "Roles covered", "count"),
            ("required_roles", "Of", "count"),
            ("missing_roles", "Missing", "code"),
        ],
        sql=f"""
        select coalesce(opportunity_name, opportunity_id) as deal, committees.amount, contacts,
            covered_roles, required_roles, missing_roles
        from marts.{COMMITTEES} as committees
        inner join marts.fct_opportunities using (opportunity_id)
        where committees.status = 'open' and missing_roles is not null
        order by committees.amount desc nulls last, opportunity_id
        limit {SHOWN_DEALS}
        """,
        finding=f"The greatest by amount, at most {SHOWN_DEALS}.",
        metrics=["missing_roles", "required_roles"],
        also=["fct_opportunities"],
        may_be_empty=always,
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
    _top("value", "Accounts of the greatest value", "value_rank", ("current_mrr", "MRR"), "money",
         "By their MRR at as-of."),
    _top("growth", "Accounts that grew most", "growth_rank", ("mrr_growth_12m", "Growth of MRR"),
         "money", "By how much their MRR grew over twelve months."),
    _top("activity", "Accounts that are most active", "activity_rank",
         ("engagement_score_3m", "Engagement, 3 months"), "days",
         "By their engagement over three months, that of as-of included."),
)  # fmt: skip


def page(copy: Copy) -> Page:
    """Tiers, groups, the programme, the profile, committees, engagement, the first accounts."""
    return Page(
        "accounts",
        "Accounts",
        "Target accounts beside the rest: how well they fit, who decides there, how they are worked "
        "and what they bring.",
        [figure.make(copy) for figure in FIGURES],
    )
