"""Where visitors, leads and customers come from, and what each channel is credited with."""

from functools import partial

from orchestration.report import charts
from orchestration.report.figures import Figure, Page
from orchestration.report.pages.common import (
    BILLING,
    COSTS,
    CRM,
    WEB,
    last_settled,
    metric_columns,
    month_name,
    recent,
    said,
    shown,
)
from orchestration.report.reading import Column, Copy

TRAFFIC = "rpt_web_traffic_monthly"
ATTRIBUTION = "fct_attribution"
CAC = "rpt_cac_monthly"
KPIS = "rpt_saas_kpis_monthly"
MODELS = (
    ("first_touch", "First touch"),
    ("last_touch", "Last touch"),
    ("last_non_direct", "Last non-direct"),
    ("linear", "Linear"),
    ("position_based", "Position based"),
    ("w_shaped", "W-shaped"),
    ("time_decay", "Time decay"),
)
CONVERSIONS = (("customer", "New customers"), ("lead", "Leads"))


def page(copy: Copy) -> Page:
    """Traffic by month and channel, credit by model, CAC by channel."""
    return Page(
        "channels",
        "Channels",
        "Where visitors, leads and customers come from. Which channel brought a customer depends on "
        "the attribution model: all of them are shown.",
        [
            shown(copy, "traffic", "Web sessions by month", [TRAFFIC], [WEB],
                  partial(_traffic, copy)),
            shown(copy, "sessions", "Channels of the last complete month", [TRAFFIC], [WEB],
                  partial(_channels, copy)),
            *(
                shown(copy, f"attribution-{kind}", f"{label} by channel and attribution model",
                      [ATTRIBUTION], [WEB, BILLING if kind == "customer" else CRM],
                      partial(_credit, copy, kind))
                for kind, label in CONVERSIONS
            ),
            shown(copy, "cac", "CAC by channel", [CAC, ATTRIBUTION], [COSTS, BILLING],
                  partial(_cac, copy)),
        ],
    )  # fmt: skip


def settled(copy: Copy) -> str:
    """Condition for months that were over at as-of, for marts that do not say it themselves."""
    return f"< date '{copy.open_month}'"


def _traffic(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select month, sessions, engaged_sessions, unique_visitors, new_visitors, leads,
            visitor_to_lead_rate, month {settled(copy)} as is_complete
        from marts.{TRAFFIC}
        where {recent(TRAFFIC, "channel = 'all'")}
        order by month
        """,
        [
            *metric_columns(
                TRAFFIC,
                ("month", "Month", "month"),
                ("sessions", "Sessions", "count"),
                ("engaged_sessions", "Engaged", "count"),
                ("unique_visitors", "Visitors", "count"),
                ("new_visitors", "New visitors", "count"),
                ("leads", "Leads", "count"),
                ("visitor_to_lead_rate", "Leads / visitors", "share"),
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
            f"{month_name(last['month'])}: {said(last['sessions'], 'count')} sessions of "
            f"{said(last['unique_visitors'], 'count')} visitors, {said(last['leads'], 'count')} leads."
        )
    return Figure(
        name,
        title,
        table,
        [TRAFFIC],
        finding,
        charts.lines(
            name,
            "Sessions and visitors, by month",
            table.values("month"),
            [
                charts.Series("Sessions", table.values("sessions"), "c1"),
                charts.Series("Unique visitors", table.values("unique_visitors"), "c2", "s"),
                charts.Series("Engaged sessions", table.values("engaged_sessions"), "c3", "^"),
            ],
            "count",
            table.is_open(),
            described=finding,
        ),
        [f"{TRAFFIC}.{column}" for column in ("sessions", "unique_visitors", "engaged_sessions",
                                              "new_visitors", "leads", "visitor_to_lead_rate")],
    )  # fmt: skip


def _channels(copy: Copy, name: str, title: str) -> Figure | None:
    table = copy.ask(
        f"""
        select channel, is_paid, sessions, engagement_rate, unique_visitors, leads,
            visitor_to_lead_rate, month
        from marts.{TRAFFIC}
        where channel <> 'all'
            and month = (select max(month) from marts.{TRAFFIC} where month {settled(copy)})
        order by sessions desc, channel
        """,
        metric_columns(
            TRAFFIC,
            ("channel", "Channel", "text"),
            ("is_paid", "Paid", "text"),
            ("sessions", "Sessions", "count"),
            ("engagement_rate", "Engaged", "share"),
            ("unique_visitors", "Visitors", "count"),
            ("leads", "Leads", "count"),
            ("visitor_to_lead_rate", "Leads / visitors", "share"),
            ("month", "Month", "month"),
        ),
    )
    if not table:
        return None
    top = table.records()[0]
    return Figure(
        name,
        title,
        table,
        [TRAFFIC],
        f"{month_name(top['month'])}: most sessions came by {top['channel']}.",
        charts.ranks(
            name,
            f"Sessions by channel, {month_name(top['month'])}",
            [str(channel) for channel in table.values("channel")],
            [charts.Series("Sessions", table.values("sessions"), "c1")],
            "count",
            described=f"Most came by {top['channel']}: {said(top['sessions'], 'count')}.",
        ),
        [f"{TRAFFIC}.sessions", f"{TRAFFIC}.leads", f"{TRAFFIC}.visitor_to_lead_rate"],
        ["Visitors of channels do not add up: one visitor can come by several."],
    )


def _credit(copy: Copy, conversion: str, name: str, title: str) -> Figure | None:
    """Credit of twelve complete months: channels down, models across."""
    sums = ",\n            ".join(
        f"sum(case when model = '{model}' then credit else 0 end) as {model}" for model, _ in MODELS
    )
    table = copy.ask(
        f"""
        select
            channel,
            {sums}
        from marts.{ATTRIBUTION}
        where conversion_type = '{conversion}'
            and conversion_month {settled(copy)}
            and conversion_month >= date '{copy.open_month}' - interval 12 month
        group by channel
        order by sum(case when is_headline then credit else 0 end) desc, channel
        """,
        [
            Column("channel", "Channel", "text", f"{ATTRIBUTION}.channel"),
            *(Column(model, label, "number", f"{ATTRIBUTION}.model") for model, label in MODELS),
        ],
    )
    if not table:
        return None
    headline = str(copy.value(f"select min(model) from marts.{ATTRIBUTION} where is_headline"))
    tops = [row for row in table.records() if str(row["channel"]) != "unattributed"][:8]
    shown_models = [m for m in MODELS if m[0] in (headline, "first_touch", "last_touch")]
    series = [
        charts.Series(label, [row[model] for row in tops], f"c{number}")
        for number, (model, label) in enumerate(shown_models, start=1)
    ]
    known = dict(MODELS).get(headline, headline)
    drawing = charts.ranks(
        name,
        f"{title}, twelve complete months",
        [str(row["channel"]) for row in tops],
        series,
        "number",
        described=f"The eight channels with most credit under the headline model, {known}.",
    ) if tops else None  # fmt: skip
    return Figure(
        name,
        title,
        table,
        [ATTRIBUTION],
        f"Twelve complete months up to as-of. The headline model is: {known.lower()}.",
        drawing,
        [f"{ATTRIBUTION}.credit", f"{ATTRIBUTION}.model", f"{ATTRIBUTION}.channel"],
        [
            "A conversion is credited 1 in all under each model. The picture has the eight channels "
            "with most credit; the table has all, and what no touch is known of."
        ],
    )


def _cac(copy: Copy, name: str, title: str) -> Figure | None:
    headline = str(copy.value(f"select min(model) from marts.{ATTRIBUTION} where is_headline"))
    where = (
        f"segment_type = 'acquisition_channel' and attribution_model = '{headline}' and is_complete"
    )
    table = copy.ask(
        f"""
        select segment_value, spend_total_12m, new_customers_12m, new_mrr_12m, cac_fully_loaded_12m,
            new_cac_ratio_12m, month, is_complete
        from marts.{CAC}
        where {where}
            and month = (select max(month) from marts.{CAC} where {where})
        order by spend_total_12m desc, segment_value
        """,
        [
            *metric_columns(
                CAC,
                ("segment_value", "Channel", "text"),
                ("spend_total_12m", "Costs", "money"),
                ("new_customers_12m", "New customers", "number"),
                ("new_mrr_12m", "New MRR", "money"),
                ("cac_fully_loaded_12m", "CAC", "money"),
                ("new_cac_ratio_12m", "New CAC ratio", "number"),
                ("month", "Twelve months to", "month"),
            ),
            Column("is_complete", "Month is", "cost_state"),
        ],
    )
    if not table:
        return None
    rows = table.records()
    finding = (
        f"Costs of the twelve months to {month_name(rows[0]['month'])} against the customers that "
        f"model {dict(MODELS).get(headline, headline).lower()} credits to each channel."
    )
    return Figure(
        name,
        title,
        table,
        [CAC, ATTRIBUTION],
        finding,
        charts.ranks(
            name,
            f"Fully loaded CAC by channel, twelve months, {copy.currency}",
            [str(row["segment_value"]) for row in rows],
            [charts.Series("CAC", [row["cac_fully_loaded_12m"] for row in rows], "c1")],
            "money",
            described=finding,
        ),
        [f"{CAC}.cac_fully_loaded_12m", f"{CAC}.spend_total_12m", f"{CAC}.new_customers_12m",
         f"{CAC}.new_cac_ratio_12m"],
        [
            "Ordered by costs. A dash means that a channel had costs and is credited with nobody. "
            "Customers are shares of credit."
        ],
    )  # fmt: skip
