"""Where visitors, leads and customers come from, and what each channel is credited with."""

from functools import partial

from orchestration.report import charts
from orchestration.report.figures import Drawing, Page
from orchestration.report.pages.common import BILLING, COSTS, CRM, WEB, recent
from orchestration.report.pages.plan import OPEN_MONTH, Answer, Plan, lines, part, ranks
from orchestration.report.reading import Column, Copy

TRAFFIC = "rpt_web_traffic_monthly"
ATTRIBUTION = "fct_attribution"
CAC = "rpt_cac_monthly"
MODELS = {
    "first_touch": "First touch",
    "last_touch": "Last touch",
    "last_non_direct": "Last non-direct",
    "linear": "Linear",
    "position_based": "Position based",
    "w_shaped": "W-shaped",
    "time_decay": "Time decay",
}
HEADLINE = f"(select min(model) from marts.{ATTRIBUTION} where is_headline)"
CREDITED = f"""segment_type = 'acquisition_channel' and is_complete
    and attribution_model = {HEADLINE}"""


def _headline(copy: Copy) -> str:
    return str(copy.value(f"select min(model) from marts.{ATTRIBUTION} where is_headline"))


def _model(copy: Copy) -> str:
    """Name of the headline model, within a sentence."""
    headline = _headline(copy)
    return MODELS.get(headline, headline).lower()


def _credits(title: str, name: str, answer: Answer, _finding: str) -> Drawing | None:
    """The channels with most credit, by the headline model and the two ends."""
    headline = _headline(answer.copy)
    tops = [row for row in answer.table.records() if row["channel"] != "unattributed"][:8]
    chosen = [one for one in MODELS if one in (headline, "first_touch", "last_touch")]
    if not tops:
        return None
    return charts.ranks(
        name,
        f"{title}, twelve complete months",
        [str(row["channel"]) for row in tops],
        [
            charts.Series(MODELS[model], [row[model] for row in tops], f"c{number}")
            for number, model in enumerate(chosen, start=1)
        ],
        "number",
        described="The eight channels with most credit under the headline model, "
        f"{MODELS.get(headline, headline)}.",
    )


def _credit(conversion: str, label: str, kind: str) -> Plan:
    """Credit of twelve complete months: channels down, models across."""
    sums = ",\n            ".join(
        f"sum(case when model = '{model}' then credit else 0 end) as {model}" for model in MODELS
    )
    title = f"{label} by channel and attribution model"
    return Plan(
        f"attribution-{conversion}", title, ATTRIBUTION, [WEB, kind],
        [
            ("channel", "Channel", "text"),
            *(Column(model, name, "number", f"{ATTRIBUTION}.model") for model, name in MODELS.items()),
        ],
        sql=f"""
        select
            channel,
            {sums}
        from marts.{ATTRIBUTION}
        where conversion_type = '{conversion}'
            and conversion_month < :open_month
            and conversion_month >= :open_month - interval 12 month
        group by channel
        order by sum(case when is_headline then credit else 0 end) desc, channel
        """,
        finding=lambda answer: "Twelve complete months up to as-of. The headline model is: "
        f"{_model(answer.copy)}.",
        chart=partial(_credits, title),
        metrics=["credit", "model", "channel"],
        notes=[
            "A conversion is credited 1 in all under each model. The picture has the eight channels "
            "with most credit; the table has all, and what no touch is known of."
        ],
    )  # fmt: skip


FIGURES = (
    Plan(
        "traffic", "Web sessions by month", TRAFFIC, [WEB],
        [
            ("month", "Month", "month"),
            ("sessions", "Sessions", "count"),
            ("engaged_sessions", "Engaged", "count"),
            ("unique_visitors", "Visitors", "count"),
            ("new_visitors", "New visitors", "count"),
            ("leads", "Leads", "count"),
            ("visitor_to_lead_rate", "Leads / visitors", "share"),
            OPEN_MONTH,
        ],
        sql=f"""
        select month, sessions, engaged_sessions, unique_visitors, new_visitors, leads,
            visitor_to_lead_rate, month < :open_month as is_complete
        from marts.{TRAFFIC}
        where {recent(TRAFFIC, "channel = 'all'")}
        order by month
        """,
        finding="{month}: {sessions} sessions of {unique_visitors} visitors, {leads} leads.",
        chart=lines("Sessions and visitors, by month", "count",
                    part("sessions", "Sessions"),
                    part("unique_visitors", "Unique visitors"),
                    part("engaged_sessions", "Engaged sessions")),
        metrics=["sessions", "unique_visitors", "engaged_sessions", "new_visitors", "leads",
                 "visitor_to_lead_rate"],
    ),
    Plan(
        "sessions", "Channels of the last complete month", TRAFFIC, [WEB],
        [
            ("channel", "Channel", "text"),
            ("is_paid", "Paid", "text"),
            ("sessions", "Sessions", "count"),
            ("engagement_rate", "Engaged", "share"),
            ("unique_visitors", "Visitors", "count"),
            ("leads", "Leads", "count"),
            ("visitor_to_lead_rate", "Leads / visitors", "share"),
            ("month", "Month", "month"),
        ],
        f"""channel <> 'all'
    and month = (select max(month) from marts.{TRAFFIC} where month < :open_month)""",
        order="sessions desc, channel",
        finding="{month}: most sessions came by {channel}.",
        chart=ranks("Sessions by channel, {month}", "count", part("sessions", "Sessions"),
                    described="Most came by {channel}: {sessions}."),
        metrics=["sessions", "leads", "visitor_to_lead_rate"],
        notes=["Visitors of channels do not add up: one visitor can come by several."],
    ),
    _credit("customer", "New customers", BILLING),
    _credit("lead", "Leads", CRM),
    Plan(
        "cac", "CAC by channel", CAC, [COSTS, BILLING],
        [
            ("segment_value", "Channel", "text"),
            ("spend_total_12m", "Costs", "money"),
            ("new_customers_12m", "New customers", "number"),
            ("new_mrr_12m", "New MRR", "money"),
            ("cac_fully_loaded_12m", "CAC", "money"),
            ("new_cac_ratio_12m", "New CAC ratio", "number"),
            ("month", "Twelve months to", "month"),
            Column("is_complete", "Month is", "cost_state"),
        ],
        f"""{CREDITED}
    and month = (
        select max(month) from marts.{CAC}
        where {CREDITED}
    )""",
        order="spend_total_12m desc, segment_value",
        finding=lambda answer: answer.say(
            "Costs of the twelve months to {month} against the customers that model "
            f"{_model(answer.copy)} credits to each channel."
        ),
        chart=ranks("Fully loaded CAC by channel, twelve months, {currency}", "money",
                    part("cac_fully_loaded_12m", "CAC")),
        metrics=["cac_fully_loaded_12m", "spend_total_12m", "new_customers_12m",
                 "new_cac_ratio_12m"],
        notes=[
            "Ordered by costs. A dash means that a channel had costs and is credited with nobody. "
            "Customers are shares of credit."
        ],
        also=[ATTRIBUTION],
    ),
)  # fmt: skip


def page(copy: Copy) -> Page:
    """Traffic by month and channel, credit by model, CAC by channel."""
    return Page(
        "channels",
        "Channels",
        "Where visitors, leads and customers come from. Which channel brought a customer depends on "
        "the attribution model: all of them are shown.",
        [figure.make(copy) for figure in FIGURES],
    )
