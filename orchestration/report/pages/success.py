"""How customers fare: what they say, how they use the product, who may leave, who may take more."""

from dataclasses import replace
from functools import partial

from orchestration.report import charts
from orchestration.report.figures import Figure, Page
from orchestration.report.pages.common import (
    BILLING,
    NPS,
    PRODUCT,
    TONES,
    by_value,
    last_settled,
    metric_columns,
    month_name,
    recent,
    said,
    shown,
)
from orchestration.report.reading import Column, Copy

SCORES = "rpt_nps_monthly"
ENGAGEMENT = "rpt_customer_engagement_monthly"
HEALTH = "fct_customer_health_monthly"
BACKTEST = "rpt_health_backtest"
SIGNALS = "fct_upsell_signals"
MARTS = (SCORES, ENGAGEMENT, HEALTH, BACKTEST, SIGNALS)
COMPANY = "segment_type = 'all'"
# Bands of the seed as it comes; others get the colours of any series.
BANDS = {"healthy": "c3", "watch": "c5", "at_risk": "c2", "unknown": "c7"}
# Months after which the back-test of the picture looks; the mart has others too.
HORIZON = 3


def page(copy: Copy) -> Page:
    """NPS, health by band, the back-test of the bands, engagement, signals of upsell."""
    return Page(
        "success",
        "Customer success",
        "What customers say, how they use the product, who may leave and who may take more.",
        [
            shown(copy, "nps", "Net promoter score", [SCORES], [NPS], partial(_nps, copy)),
            shown(copy, "health", "Customers by health", [HEALTH], [BILLING, PRODUCT],
                  partial(_health, copy)),
            shown(copy, "backtest", "Does health foretell churn?", [BACKTEST], [BILLING, PRODUCT],
                  partial(_backtest, copy)),
            shown(copy, "engagement", "Use of the product", [ENGAGEMENT], [PRODUCT],
                  partial(_engagement, copy)),
            shown(copy, "upsell", "Customers that could take more", [SIGNALS], [PRODUCT],
                  partial(_signals, copy)),
        ],
    )  # fmt: skip


def _nps(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select month, responses, promoters, passives, detractors, nps, nps_low, nps_high,
            responses_3m, nps_3m, response_rate, is_complete
        from marts.{SCORES}
        where {recent(SCORES, COMPANY)}
        order by month
        """,
        [
            *metric_columns(
                SCORES,
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
            f"Over the three months to {month_name(last['month'])}: {said(last['nps_3m'], 'days')} "
            f"from {said(last['responses_3m'], 'count')} answers."
        )
    return Figure(
        name,
        title,
        table,
        [SCORES],
        finding,
        charts.lines(
            name,
            "Net promoter score, by month",
            table.values("month"),
            [
                charts.Series("Over 3 months", table.values("nps_3m"), "c1"),
                charts.Series("Month alone", table.values("nps"), "c5", "s"),
            ],
            "number",
            table.is_open(),
            described=finding,
        ),
        [f"{SCORES}.nps_3m", f"{SCORES}.nps", f"{SCORES}.nps_low", f"{SCORES}.response_rate"],
        ["With few answers the score of one month says little: look at its bounds."],
    )


def _health(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select month, health_band, count(*) as customers, sum(closing_mrr) as closing_mrr,
            bool_or(is_at_risk) as is_at_risk, bool_and(is_complete) as is_complete
        from marts.{HEALTH}
        where {recent(HEALTH, "true")}
        group by month, health_band
        order by month, avg(health_score) desc nulls last, health_band
        """,
        [
            *metric_columns(
                HEALTH, ("month", "Month", "month"), ("health_band", "Band", "text")
            ),
            Column("customers", "Customers", "count"),
            Column("closing_mrr", "Their MRR", "money", f"{HEALTH}.closing_mrr"),
            Column("is_at_risk", "At risk", "text", f"{HEALTH}.is_at_risk"),
            Column("is_complete", "Month is", "month_state"),
        ],
    )  # fmt: skip
    if not table:
        return None
    months, series = by_value(table, "month", "health_band", "customers")
    series = [replace(one, tone=BANDS.get(one.label, one.tone)) for one in series]
    opened = dict(zip(table.values("month"), table.is_open(), strict=True))
    last = last_settled(table)
    finding = ""
    if last:
        rows = [row for row in table.records() if row["month"] == last["month"]]
        risk = sum(int(str(row["customers"])) for row in rows if row["is_at_risk"])
        of = sum(int(str(row["customers"])) for row in rows)
        finding = (
            f"{month_name(last['month'])}: {risk:,} of {of:,} customers are in a band at risk."
        )
    return Figure(
        name,
        title,
        table,
        [HEALTH],
        finding,
        charts.bars(
            name, "Customers by health band, by month", months, series, "count",
            [opened[month] for month in months], described=finding,
        ),
        [f"{HEALTH}.health_band", f"{HEALTH}.health_score", f"{HEALTH}.is_at_risk"],
    )  # fmt: skip


def _backtest(copy: Copy, name: str, title: str) -> Figure | None:
    where = f"horizon_months = {HORIZON} and customers_12m is not null"
    table = copy.ask(
        f"""
        select health_band, customers_12m, churned_customers_12m, churn_rate_12m, lift_12m,
            opening_mrr_12m, lost_mrr_12m, month
        from marts.{BACKTEST}
        where {where} and month = (select max(month) from marts.{BACKTEST} where {where})
        order by churn_rate_12m desc nulls last, health_band
        """,
        metric_columns(
            BACKTEST,
            ("health_band", "Band", "text"),
            ("customers_12m", "Customer months", "count"),
            ("churned_customers_12m", "Of them left", "count"),
            ("churn_rate_12m", "Share", "share"),
            ("lift_12m", "Lift", "number"),
            ("opening_mrr_12m", "MRR", "money"),
            ("lost_mrr_12m", "Lost MRR", "money"),
            ("month", "Twelve months to", "month"),
        ),
    )
    if not table:
        return None
    return Figure(
        name,
        title,
        table,
        [BACKTEST],
        f"Of each band, how many left within {HORIZON} months; twelve months of bands together.",
        charts.ranks(
            name,
            f"Share of customers who left within {HORIZON} months, by health band",
            [str(band) for band in table.values("health_band")],
            [charts.Series("Left", table.values("churn_rate_12m"), "c2")],
            "share",
            described="Bands by the share of their customers who left.",
        ),
        [f"{BACKTEST}.churn_rate_12m", f"{BACKTEST}.lift_12m"],
        ["A score that says something has its highest share in the bands at risk."],
    )


def _engagement(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select month, count(*) as customers, median(engagement_score) as median_score,
            count(engagement_score) as scored, sum(monthly_active_users) as active_users,
            count(*) filter (where monthly_active_users > 0) as using_customers,
            bool_and(is_complete) as is_complete
        from marts.{ENGAGEMENT}
        where {recent(ENGAGEMENT, "true")}
        group by month
        order by month
        """,
        [
            *metric_columns(ENGAGEMENT, ("month", "Month", "month")),
            Column("customers", "Customers", "count"),
            Column("median_score", "Median score", "days", f"{ENGAGEMENT}.engagement_score"),
            Column("scored", "With a score", "count"),
            Column("active_users", "Active users", "count", f"{ENGAGEMENT}.monthly_active_users"),
            Column("using_customers", "Customers that use it", "count"),
            Column("is_complete", "Month is", "month_state"),
        ],
    )
    if not table:
        return None
    last = last_settled(table)
    finding = ""
    if last:
        finding = (
            f"{month_name(last['month'])}: {said(last['using_customers'], 'count')} of "
            f"{said(last['customers'], 'count')} customers used the product."
        )
    return Figure(
        name,
        title,
        table,
        [ENGAGEMENT],
        finding,
        charts.lines(
            name,
            "Customers, and those that use the product, by month",
            table.values("month"),
            [
                charts.Series("Customers", table.values("customers"), "c7"),
                charts.Series("That use it", table.values("using_customers"), "c1", "s"),
            ],
            "count",
            table.is_open(),
            described=finding,
        ),
        [f"{ENGAGEMENT}.monthly_active_users", f"{ENGAGEMENT}.engagement_score"],
    )


def _signals(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select signal, count(distinct customer_id) as customers, count(*) as signals,
            count(distinct customer_id) filter (where health_band in (
                select distinct health_band from marts.{HEALTH} where is_at_risk
            )) as at_risk
        from marts.{SIGNALS}
        group by signal
        order by customers desc, signal
        """,
        [
            *metric_columns(SIGNALS, ("signal", "Signal", "text")),
            Column("customers", "Customers", "count"),
            Column("signals", "Signals", "count"),
            Column("at_risk", "At risk", "count"),
        ],
    ) if copy.has(HEALTH) else None  # fmt: skip
    if not table:
        return None
    return Figure(
        name,
        title,
        table,
        [SIGNALS, HEALTH],
        "At as-of; a customer can show several signals. Who is at risk is to be kept first.",
        charts.ranks(
            name,
            "Customers by signal",
            [str(signal) for signal in table.values("signal")],
            [
                charts.Series("Customers", table.values("customers"), TONES[0]),
                charts.Series("Of them at risk", table.values("at_risk"), TONES[1]),
            ],
            "count",
            described="Customers that show each signal, and how many of them are at risk.",
        ),
        [f"{SIGNALS}.signal"],
    )
