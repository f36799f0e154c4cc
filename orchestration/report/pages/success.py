"""How customers fare: what they say, how they use the product, who may leave, who may take more."""

from collections.abc import Mapping

from orchestration.report.figures import Page
from orchestration.report.pages.common import (
    BILLING,
    COSTS,
    NPS,
    PRODUCT,
    last_settled,
    month_name,
    recent,
    said,
)
from orchestration.report.pages.plan import (
    OPEN_MONTH,
    Answer,
    Plan,
    bars,
    lines,
    part,
    ranks,
    stacked,
)
from orchestration.report.reading import Column, Copy
from orchestration.report.values import Value

SCORES = "rpt_nps_monthly"
ENGAGEMENT = "rpt_customer_engagement_monthly"
HEALTH = "fct_customer_health_monthly"
BACKTEST = "rpt_health_backtest"
SIGNALS = "fct_upsell_signals"
OUTCOMES = "rpt_nps_outcomes"
ECONOMICS = "rpt_unit_economics_monthly"
KPIS = "rpt_saas_kpis_monthly"
MARTS = (SCORES, OUTCOMES, ENGAGEMENT, HEALTH, BACKTEST, SIGNALS)
COMPANY = "segment_type = 'all'"
# Bands of the seed as it comes; others get the colours of any series.
BANDS = {"healthy": "c3", "watch": "c5", "at_risk": "c2", "unknown": "c7"}
# Months after which the back-test of the picture looks; the mart has others too.
HORIZON = 3
TESTED = f"horizon_months = {HORIZON} and customers_12m is not null"


def _at_risk(answer: Answer) -> str:
    last = last_settled(answer.table)
    if not last:
        return ""
    rows = [row for row in answer.table.records() if row["month"] == last["month"]]
    risk = sum(int(str(row["customers"])) for row in rows if row["is_at_risk"])
    of = sum(int(str(row["customers"])) for row in rows)
    return f"{month_name(last['month'])}: {risk:,} of {of:,} customers are in a band at risk."


def _outcomes(answer: Answer) -> str:
    """The scores of who left and who stayed, over the shortest window."""
    first = answer.table.records()[0]["window_months"]
    scores = {
        row["outcome"]: said(row["nps"], "days")
        for row in answer.table.records()
        if row["window_months"] == first
    }
    if len(scores) < 2:
        return ""
    return f"Who left within {first} months had given {scores['churned']}, who stayed {scores['stayed']}."


def _left(row: Mapping[str, Value]) -> bool:
    return row["outcome"] == "churned"


def _window(row: Mapping[str, Value]) -> str:
    return f"{row['window_months']} months"


FIGURES = (
    Plan(
        "nps", "Net promoter score", SCORES, [NPS],
        [
            ("month", "Month", "month"),
            ("responses", "Answers", "count"),
            ("promoters", "Promoters", "count"),
            ("passives", "Passives", "count"),
            ("detractors", "Detractors", "count"),
            ("nps", "NPS", "days"),
            ("nps_low", "At least", "days"),
            ("nps_high", "At most", "days"),
            ("responses_3m", "Answers, 3 months", "count"),
            ("nps_3m", "NPS, 3 months", "days"),
            ("response_rate", "Answered", "share"),
            OPEN_MONTH,
        ],
        recent(SCORES, COMPANY),
        finding="Over the three months to {month}: {nps_3m} from {responses_3m} answers.",
        chart=lines("Net promoter score, by month", "number",
                    part("nps_3m", "Over 3 months"), part("nps", "Month alone", "c5", "s")),
        metrics=["nps_3m", "nps", "nps_low", "response_rate"],
        notes=["With few answers the score of one month says little: look at its bounds."],
    ),
    Plan(
        "nps-outcomes", "What those who left had answered", OUTCOMES, [NPS, BILLING],
        [
            ("window_months", "Months after", "count"),
            ("outcome", "They", "code"),
            ("responses", "Answers", "count"),
            ("customers", "Customers", "count"),
            ("nps", "NPS", "days"),
            ("nps_low", "At least", "days"),
            ("nps_high", "At most", "days"),
            ("promoters_share", "Of promoters", "share"),
            ("passives_share", "Of passives", "share"),
            ("detractors_share", "Of detractors", "share"),
        ],
        order="window_months, outcome desc",
        finding=_outcomes,
        chart=ranks("Share of promoters, passives and detractors who left, by months after", "share",
                    part("promoters_share", "Promoters", "c3"),
                    part("passives_share", "Passives", "c5"),
                    part("detractors_share", "Detractors", "c2"),
                    label=_window, only=_left),
        metrics=["nps", "promoters_share", "passives_share", "detractors_share"],
        notes=["Only answers whose window is over are in it. Of few answers it says little: look at "
               "the bounds."],
    ),
    Plan(
        "health", "Customers by health", HEALTH, [BILLING, PRODUCT],
        [
            ("month", "Month", "month"),
            ("health_band", "Band", "code"),
            Column("customers", "Customers", "count"),
            Column("closing_mrr", "Their MRR", "money", f"{HEALTH}.closing_mrr"),
            Column("is_at_risk", "At risk", "text", f"{HEALTH}.is_at_risk"),
            OPEN_MONTH,
        ],
        sql=f"""
        select month, health_band, count(*) as customers, sum(closing_mrr) as closing_mrr,
            bool_or(is_at_risk) as is_at_risk, bool_and(is_complete) as is_complete
        from marts.{HEALTH}
        where {recent(HEALTH, "true")}
        group by month, health_band
        order by month, avg(health_score) desc nulls last, health_band
        """,
        finding=_at_risk,
        chart=stacked("Customers by health band, by month", "count", "health_band", "customers",
                      tones=BANDS),
        metrics=["health_band", "health_score", "is_at_risk"],
    ),
    Plan(
        "backtest", "Does health foretell churn?", BACKTEST, [BILLING, PRODUCT],
        [
            ("health_band", "Band", "code"),
            ("customers_12m", "Customer months", "count"),
            ("churned_customers_12m", "Of them left", "count"),
            ("churn_rate_12m", "Share", "share"),
            ("lift_12m", "Lift", "number"),
            ("opening_mrr_12m", "MRR", "money"),
            ("lost_mrr_12m", "Lost MRR", "money"),
            ("month", "Twelve months to", "month"),
        ],
        f"{TESTED} and month = (select max(month) from marts.{BACKTEST} where {TESTED})",
        order="churn_rate_12m desc nulls last, health_band",
        finding=f"Of each band, how many left within {HORIZON} months; twelve months of bands "
                "together.",
        chart=ranks(f"Share of customers who left within {HORIZON} months, by health band", "share",
                    part("churn_rate_12m", "Left", "c2"),
                    described="Bands by the share of their customers who left."),
        metrics=["churn_rate_12m", "lift_12m"],
        notes=["A score that says something has its highest share in the bands at risk."],
    ),
    Plan(
        "engagement", "Use of the product", ENGAGEMENT, [PRODUCT],
        [
            ("month", "Month", "month"),
            Column("customers", "Customers", "count"),
            Column("median_score", "Median score", "days", f"{ENGAGEMENT}.engagement_score"),
            Column("scored", "With a score", "count"),
            Column("active_users", "Active users", "count", f"{ENGAGEMENT}.monthly_active_users"),
            Column("using_customers", "Customers that use it", "count"),
            OPEN_MONTH,
        ],
        sql=f"""
        select month, count(*) as customers, median(engagement_score) as median_score,
            count(engagement_score) as scored, sum(monthly_active_users) as active_users,
            count(*) filter (where monthly_active_users > 0) as using_customers,
            bool_and(is_complete) as is_complete
        from marts.{ENGAGEMENT}
        where {recent(ENGAGEMENT, "true")}
        group by month
        order by month
        """,
        finding="{month}: {using_customers} of {customers} customers used the product.",
        chart=lines("Customers, and those that use the product, by month", "count",
                    part("customers", "Customers", "c7"),
                    part("using_customers", "That use it", "c1", "s")),
        metrics=["monthly_active_users", "engagement_score"],
    ),
    Plan(
        "upsell", "Customers that could take more", SIGNALS, [PRODUCT],
        [
            ("signal", "Signal", "code"),
            Column("customers", "Customers", "count"),
            Column("signals", "Signals", "count"),
            Column("at_risk", "At risk", "count"),
        ],
        sql=f"""
        select signal, count(distinct customer_id) as customers, count(*) as signals,
            count(distinct customer_id) filter (where health_band in (
                select distinct health_band from marts.{HEALTH} where is_at_risk
            )) as at_risk
        from marts.{SIGNALS}
        group by signal
        order by customers desc, signal
        """,
        finding="At as-of; a customer can show several signals. Who is at risk is to be kept first.",
        chart=ranks("Customers by signal", "count",
                    part("customers", "Customers"), part("at_risk", "Of them at risk"),
                    described="Customers that show each signal, and how many of them are at risk."),
        metrics=["signal"],
        also=[HEALTH],
    ),
    Plan(
        "expansion", "Growth that came from customers", ECONOMICS, [BILLING],
        [
            ("month", "Month", "month"),
            ("expansion_share_of_growth", "Expansion share of growth", "share"),
            Column("expansion_mrr", "Expansion MRR", "money", f"{KPIS}.expansion_mrr"),
            Column("new_mrr", "New MRR", "money", f"{KPIS}.new_mrr"),
            OPEN_MONTH,
        ],
        sql=f"""
        select month, expansion_share_of_growth, kpis.expansion_mrr, kpis.new_mrr,
            economics.is_complete
        from marts.{ECONOMICS} as economics
        inner join marts.{KPIS} as kpis using (month)
        where {recent(ECONOMICS, COMPANY)}
        order by month
        """,
        finding="{month}: {expansion_share_of_growth} of the MRR that was gained came from customers "
                "that were there already.",
        chart=lines("Expansion share of growth, by month", "share",
                    part("expansion_share_of_growth", "Expansion share")),
        metrics=["expansion_share_of_growth"],
        notes=["It rises also where new business fails."],
        also=[KPIS],
    ),
    Plan(
        "retention-cost", "What keeping costs beside winning", ECONOMICS, [COSTS],
        [
            ("month", "Month", "month"),
            ("retention_cost", "Retention", "money"),
            ("acquisition_cost", "Acquisition", "money"),
            ("retention_to_acquisition_cost", "Retention / acquisition", "share"),
            ("retention_cost_per_customer", "Retention per customer", "money"),
            Column("is_complete", "Costs are", "cost_state", f"{KPIS}.is_cost_complete"),
        ],
        sql=f"""
        select month, retention_cost, acquisition_cost, retention_to_acquisition_cost,
            retention_cost_per_customer, coalesce(booked.is_cost_complete, false) as is_complete
        from marts.{ECONOMICS}
        left join (select month, is_cost_complete from marts.{KPIS}) as booked using (month)
        where {recent(ECONOMICS, f"{COMPANY} and acquisition_cost is not null")}
        order by month
        """,
        finding="{month}: {retention_cost} for keeping customers, {acquisition_cost} for winning "
                "them, {retention_to_acquisition_cost} of it.",
        chart=bars("Costs of keeping and of winning customers, by month", "money",
                   part("retention_cost", "Retention"), part("acquisition_cost", "Acquisition")),
        metrics=["retention_to_acquisition_cost", "retention_cost", "acquisition_cost",
                 "retention_cost_per_customer"],
        also=[KPIS],
    ),
)  # fmt: skip


def page(copy: Copy) -> Page:
    """NPS and who left, health and its back-test, engagement, signals of upsell, what growth costs."""
    return Page(
        "success",
        "Customer success",
        "What customers say, how they use the product, who may leave and who may take more.",
        [figure.make(copy) for figure in FIGURES],
    )
