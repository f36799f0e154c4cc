"""Customers and pipeline by kind of company, by how it was sold, and by how it is paid for."""

from collections.abc import Sequence

from orchestration.report.figures import Page
from orchestration.report.pages.common import BILLING, CRM, month_name, recent, said
from orchestration.report.pages.plan import OPEN_MONTH, Answer, Part, Plan, part, ranks, stacked
from orchestration.report.reading import Copy

MARKETS = "rpt_market_monthly"
MARTS = (MARKETS,)
LATEST = f"month = (select max(month) from marts.{MARKETS} where is_complete)"
# The picture has the first ones by MRR, the table has all.
SHOWN = 12
PRICES = (
    part("average_selling_price_12m", "Selling price"),
    part("average_new_mrr_12m", "MRR of a new customer"),
)


def _most(answer: Answer) -> str:
    """The greatest market that is known, and how many customers are of an unknown one."""
    rows = answer.table.records()
    known = [row for row in rows if row["segment_value"] != "unknown"]
    if not known:
        return ""
    found = (
        f"{month_name(known[0]['month'])}: {known[0]['segment_value']} has the most MRR, "
        f"{said(known[0]['closing_mrr'], 'money', answer.copy.currency)} of "
        f"{said(known[0]['closing_customers'], 'count')} customers."
    )
    hidden = next((row for row in rows if row["segment_value"] == "unknown"), None)
    if hidden and hidden["closing_customers"]:
        found += f" Of {said(hidden['closing_customers'], 'count')} customers it is not known."
    return found


def _market(
    kind: str, name: str, title: str, picture: str, parts: Sequence[Part], notes: Sequence[str]
) -> Plan:
    """One cut of the company, in the last complete month."""
    return Plan(
        name, title, MARKETS, [BILLING, CRM],
        [
            ("segment_value", "Market", "code"),
            ("closing_customers", "Customers", "count"),
            ("closing_mrr", "MRR", "money"),
            ("arpa", "ARPA", "money"),
            ("new_customers", "New", "count"),
            ("churned_customers", "Churned", "count"),
            ("win_rate_12m", "Win rate, 12 months", "share"),
            ("average_selling_price_12m", "Selling price, 12 months", "money"),
            ("average_new_mrr_12m", "MRR of a new customer, 12 months", "money"),
            ("open_opportunities", "Open deals", "count"),
            ("open_amount", "Open pipeline", "money"),
            ("month", "Month", "month"),
        ],
        f"segment_type = '{kind}'\n    and {LATEST}",
        order="closing_mrr desc, segment_value",
        finding=_most,
        chart=ranks(picture, "money", *parts, most=SHOWN),
        metrics=[*(one.column for one in parts), "win_rate_12m"],
        notes=notes,
    )  # fmt: skip


SIZES = (part("closing_mrr", "MRR"), part("open_amount", "Open pipeline"))
SIZE_NOTE = "MRR is of one month, the pipeline is amounts of deals: compare each with its own."
PRICE_NOTE = (
    "A selling price is the amount of a deal, MRR is of one month: compare each with its own."
)
BY_MARKET = "MRR and open pipeline, {month}, {currency}"
BY_PRICE = "Average selling price and MRR of a new customer, twelve months, {currency}"
FIGURES = (
    _market("country", "geography", "By geography", BY_MARKET, SIZES, [SIZE_NOTE]),
    _market("industry", "industry", "By industry", BY_MARKET, SIZES, [SIZE_NOTE]),
    _market("segment", "size", "By size", BY_MARKET, SIZES, [SIZE_NOTE]),
    _market("ownership", "ownership", "Public and private", BY_MARKET, SIZES, [SIZE_NOTE]),
    _market("sales_team_share", "sales-teams", "By share of the employees that sell", BY_MARKET,
            SIZES, [SIZE_NOTE]),
    _market("sales_model", "sales-model", "By sales model", BY_PRICE, PRICES, [PRICE_NOTE]),
    Plan(
        "sales-model-history", "MRR by sales model", MARKETS, [BILLING],
        [
            ("month", "Month", "month"),
            ("segment_value", "Sales model", "code"),
            ("closing_mrr", "MRR", "money"),
            ("closing_customers", "Customers", "count"),
            ("average_selling_price", "Selling price", "money"),
            ("average_new_mrr", "MRR of a new customer", "money"),
            OPEN_MONTH,
        ],
        recent(MARKETS, "segment_type = 'sales_model'"),
        order="month, segment_value",
        finding="Each customer counts by how it was sold, all the time that it stays.",
        chart=stacked("MRR by sales model, by month", "money", "segment_value", "closing_mrr",
                      "Closing MRR of each sales model, stacked."),
        metrics=["closing_mrr", "average_selling_price", "average_new_mrr"],
    ),
    _market("pricing_model", "pricing-model", "By pricing model", BY_PRICE, PRICES,
            [PRICE_NOTE, "Of a lost deal nobody knows how it would have been paid for: no win rate by "
                         "pricing model."]),
)  # fmt: skip


def page(copy: Copy) -> Page:
    """Geography, industry, size, ownership, sales teams, sales model, pricing model."""
    return Page(
        "markets",
        "Markets",
        "Customers and pipeline by kind of company, by how they were sold to and by how they pay. "
        "Kinds are those of today; renewals are left out of deals.",
        [figure.make(copy) for figure in FIGURES],
    )
