"""What all pages share: months, and figures that cannot be shown."""

from collections.abc import Callable, Sequence
from datetime import date

from orchestration.report.charts import Series
from orchestration.report.figures import Figure, Missing
from orchestration.report.reading import Copy, Table
from orchestration.report.values import Kind, Value, cell

# Months of a history, the one under way among them.
HISTORY = 25
TONES = ("c1", "c2", "c3", "c4", "c5", "c6", "c7")
MARKERS = ("o", "s", "^", "D", "v", "P", "o")

# Raw data in words, and the sources of which one would do.
BILLING = "billing"
COSTS = "costs"
CRM = "crm"
WEB = "web"
CHECKS = "checks"
PRODUCT = "product"
NPS = "nps"
NEEDS: dict[str, tuple[str, tuple[str, ...]]] = {
    BILLING: ("subscriptions and invoices of billing", ("stripe", "generic")),
    COSTS: (
        "costs of sales and marketing",
        ("finance", "google_ads", "facebook_ads", "linkedin_ads"),
    ),
    CRM: ("leads, opportunities and activities of a CRM", ("hubspot", "salesforce")),
    WEB: ("web events", ("ga4", "segment")),
    CHECKS: ("a run with its gates", ("quality",)),
    PRODUCT: ("events of the product", ("product",)),
    NPS: ("answers to surveys of customers", ("surveys",)),
}


def needs(*kinds: str) -> str:
    """`web events (ga4 or segment) and ...`."""
    return " and ".join(f"{NEEDS[kind][0]} ({' or '.join(NEEDS[kind][1])})" for kind in kinds)


def shown(
    copy: Copy,
    name: str,
    title: str,
    marts: Sequence[str],
    needed: Sequence[str],
    make: Callable[[str, str], Figure | None],
) -> Figure | Missing:
    """The figure, or what is missing for it; `make` gives None where there is no row to show."""
    figure = make(name, title) if copy.has(*marts) else None
    return figure or Missing(name, title, marts, needs(*needed))


def recent(mart: str, where: str, months: int = HISTORY, month: str = "month") -> str:
    """Condition for the last months of a mart."""
    return (
        f"{where} and {month} > (select max({month}) from marts.{mart}) - interval {months} month"
    )


def last_settled(table: Table, state: str = "is_complete") -> dict[str, Value] | None:
    """The last row of a complete month, of rows in order of months."""
    settled = [row for row in table.records() if row[state]]
    return settled[-1] if settled else None


def month_name(value: Value) -> str:
    """`September 2026`."""
    return f"{value:%B %Y}" if isinstance(value, date) else str(value)


def by_value(table: Table, place: str, group: str, amount: str) -> tuple[list[Value], list[Series]]:
    """Rows of (place, group, amount) as one series a group, in the order in which they come."""
    places = list(dict.fromkeys(table.values(place)))
    found = {(row[place], row[group]): row[amount] for row in table.records()}
    groups = list(dict.fromkeys(table.values(group)))
    kind = next(column.kind for column in table.columns if column.name == group)
    series = [
        Series(
            said(name, kind),
            [found.get((at, name)) for at in places],
            TONES[number % len(TONES)],
            MARKERS[number % len(MARKERS)],
        )
        for number, name in enumerate(groups)
    ]
    return places, series


def sentence(*parts: str) -> str:
    """Parts that are not empty, joined."""
    return " ".join(part for part in parts if part)


def said(value: Value, kind: Kind, currency: str = "") -> str:
    """A value within a sentence, with its currency where it is money."""
    text = cell(value, kind).text
    return f"{currency} {text}" if currency and value is not None and kind == "money" else text
