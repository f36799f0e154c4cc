"""What the company spends to win and to keep customers, and to deliver what it sells.

Budgets follow the new MRR of the simulated customers, so that CAC and payback come out believable. Every
amount is a whole number of millionths of its currency. The same media cost can be in an ad platform, in
the ledger and in the CRM; the truth says which of them counts, in US dollars at the month's rate.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from sample_company import ad_rows
from sample_company.fx import MILLION, Rates
from sample_company.plans import CURRENCIES
from sample_company.timeline import DAY
from sample_company.truth import decimals

#: (category, department, share of the month's budget, currency, day of the month, vendor, channel)
_LINES = (
    ("people", "sales", 24, "usd", 1, None, None),
    (" People", "marketing", 15, "eur", 1, None, None),
    ("people", "Customer_Success", 9, "eur", 1, None, None),
    ("tools", "sales", 4, "usd", 1, "Salesforce", None),
    ("tools", "marketing", 3, "gbp", 1, "HubSpot", None),
    ("Commission", "sales", 10, "usd", 15, None, None),
    ("program", "marketing", 5, "eur", 10, "Expo GmbH", "events"),
    ("program", "marketing", 3, "usd", 20, "Write Well", "Content"),
    ("media", "marketing", 3, "usd", 12, "Metadata Podcasts", "Audio"),
    ("other", None, 1, "usd", 28, None, None),
    ("tools", "marketing", 2, "usd", 3, "6sense", None),
    ("program", "Account_Based", 4, "usd", 9, "Gift Box", None),
)
_RETENTION = {"Customer_Success"}
#: Ledger invoices of the platforms' ads: (platform, vendor, currency).
_INVOICES = (
    ("google_ads", "Google Ireland Ltd.", "eur"),
    ("google_ads", None, "usd"),
    ("linkedin_ads", "LinkedIn Ireland Unlimited", "gbp"),
    ("facebook_ads", "META Platforms, Inc", "eur"),
)
_EVENTS = ("Trade Show", "Webinar", "Conference", "Advertisement", "Dinner")


@dataclass
class Growth:
    """What the simulated customers brought in a month, in whole dollars."""

    new_mrr: Counter[int] = field(default_factory=Counter)  # by month since January 1970
    closing_mrr: Counter[int] = field(default_factory=Counter)  # in millionths

    def add(self, monthly: pa.Table) -> None:
        """Count in the months of some customers (a customer_month table)."""
        sums = monthly.group_by("month").aggregate([("new_mrr", "sum"), ("closing_mrr", "sum")])
        for row in sums.to_pylist():
            index = row["month"].year * 12 + row["month"].month - 1 - 1970 * 12
            self.new_mrr[index] += int(row["new_mrr_sum"])
            self.closing_mrr[index] += int(row["closing_mrr_sum"] * MILLION)


@dataclass
class Costs:
    """Raw rows by source and table, and the truth."""

    rows: dict[tuple[str, str], list[dict[str, Any]]]
    tables: dict[tuple[str, str], pa.Table]
    truth: pa.Table
    margins: pa.Table


def first_day(month: int) -> date:
    """The first day of a month (since January 1970)."""
    return date(1970 + month // 12, month % 12 + 1, 1)


def _second(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY


class _Ledger:
    """Collects raw rows and what they are in truth."""

    def __init__(self, rates: Rates, first: int, last: int, as_of: int) -> None:
        self.first, self.last, self.as_of = first, last, as_of
        self.rate = rates.of_months(first, last)
        self.rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.truth: Counter[tuple[int, str, str]] = Counter()

    def land(self, source: str, table: str, **row: Any) -> None:
        """A raw row."""
        self.rows.setdefault((source, table), []).append(row)

    def dollars(self, month: int, currency: str, micros: int) -> int:
        """Millionths of a dollar at the month's rate, rounded half away from zero."""
        product = micros * int(self.rate[month - self.first, CURRENCIES.index(currency)])
        size = (2 * abs(product) + MILLION) // (2 * MILLION)
        return size if product >= 0 else -size

    def count(self, month: int, category: str, reason: str, currency: str, micros: int) -> None:
        """What a cost is in truth: counted where there is no reason why it is not."""
        self.truth[month, category, reason] += self.dollars(month, currency, micros)


def simulate(
    rng: np.random.Generator, growth: Growth, rates: Rates, origin: int, as_of: int
) -> Costs:
    """All costs of the company from its origin to as-of (seconds)."""
    first = int(np.datetime64(origin, "s").astype("datetime64[M]").astype(np.int64))
    last = int(np.datetime64(as_of, "s").astype("datetime64[M]").astype(np.int64))
    book = _Ledger(rates, first, last, as_of)
    budget = {month: _budget(growth, month) for month in range(first, last + 1)}
    ads = ad_rows.simulate(rng, budget, origin, as_of)
    for (month, _platform, currency), cents in ads.daily_costs:
        book.truth[month, "media", ""] += sum(
            book.dollars(month, currency, int(amount)) for amount in cents
        )
    for month in range(first, last + 1):
        if _second(first_day(month + 1)) <= as_of:  # the books of a month close when it ends
            _post(rng, book, month, budget[month], ads)
            _deliver(rng, book, month, growth)
            _close(book, month, budget[month], growth)
    _campaigns(rng, book, budget, ads)
    _targets(book, growth)
    return Costs({**ads.rows, **book.rows}, ads.tables, _truth(book), _margins(book, growth))


def _budget(growth: Growth, month: int) -> int:
    """Dollars of a month: nine months of the new MRR around it."""
    around = [growth.new_mrr[month + step] for step in (-1, 0, 1)]
    return max(2_000, 3 * sum(around))


def _amount(rng: np.random.Generator, budget: int, share: int, currency: str) -> int:
    """Millionths, of whole cents; a share is in hundredths of the budget."""
    level = {"usd": 100, "eur": 92, "gbp": 79}[currency]
    return int(budget * share * level * rng.uniform(0.9, 1.1) / 100) * 10_000


def _post(
    rng: np.random.Generator, book: _Ledger, month: int, budget: int, ads: ad_rows.Ads
) -> None:
    """The ledger's postings of a month."""
    start = first_day(month)
    synced = _second(first_day(month + 1)) + 3_600
    age = month - book.first

    def post(index: int, micros: int, day: int, currency: str, **columns: Any) -> None:
        book.land(
            "finance",
            "sales_marketing_costs",
            entry_id=f"je-{month}-{index}" if index >= 0 else None,
            cost_date=start.replace(day=day),
            amount=_major(micros),
            currency=currency.upper() if day != 12 else currency,
            _fivetran_synced=synced,
            **columns,
        )

    for index, (category, department, share, currency, day, vendor, channel) in enumerate(_LINES):
        kind = category.strip().lower()
        if kind == "program" and age < 3:
            continue  # booked elsewhere at first: the CRM has it
        micros = _amount(rng, budget, share, currency)
        names = {"category": category, "department": department, "vendor": vendor}
        post(index, micros, day, currency, channel=channel, **names)
        reason = "retention" if department in _RETENTION else ""
        book.count(month, kind, reason, currency, micros)
        if index == 0 and age % 5 == 2:  # corrected later: this was synced before
            row = book.rows["finance", "sales_marketing_costs"][-1]
            stale = {**row, "amount": _major(micros * 2), "_fivetran_synced": synced - 60}
            book.rows["finance", "sales_marketing_costs"].append(stale)
    for _ in range(2):  # two licences at one price, without an id: both count
        post(-1, 49_000_000, 1, "usd", category="tools", vendor="Loom", department="sales")
        book.count(month, "tools", "", "usd", 49_000_000)
    if age % 4 == 3:
        post(90, -125_000_000, 12, "usd", category="media", vendor="Metadata Podcasts")
        book.count(month, "media", "", "usd", -125_000_000)
    for index, (platform, vendor, currency) in enumerate(_INVOICES, 100):
        micros, reported = ads.invoice(month, platform, currency)
        if micros:
            post(index, micros, 28, currency, category="media", vendor=vendor)
            if vendor is None:
                reported = ads.any_reports(month)
            reason = "reported_by_platform" if reported else ""
            book.count(month, "media", reason, currency, micros)


def _deliver(rng: np.random.Generator, book: _Ledger, month: int, growth: Growth) -> None:
    """Costs of revenue: hosting, and services that MRR is not charged with."""
    mrr = growth.closing_mrr[month]
    if month - book.first == 4 or mrr == 0:
        return  # nobody posted anything: the margin of the seed
    synced = _second(first_day(month + 1)) + 7_200
    for currency, share in (("usd", 15), ("eur", 7)):
        cents = max(int(mrr * share * rng.uniform(0.9, 1.1) / 100) // 10_000, 1)
        book.land(
            "finance", "cost_of_revenue", entry_id=f"cr-{month}-{currency}",
            cost_date=first_day(month), revenue_stream="Subscription" if share > 9 else None,
            amount=_major(cents * 10_000), currency=currency.upper(), _fivetran_synced=synced,
        )  # fmt: skip
        book.truth[month, "cost_of_revenue", ""] += book.dollars(month, currency, cents * 10_000)
    book.land(
        "finance", "cost_of_revenue", entry_id=f"cr-{month}-services", amount=_major(7 * MILLION),
        cost_date=first_day(month), revenue_stream="services", currency="USD",
        _fivetran_synced=synced,
    )  # fmt: skip


def _close(book: _Ledger, month: int, budget: int, growth: Growth) -> None:
    """Results of a month: what is left of revenue after delivery, the budget and everybody else."""
    age = month - book.first
    revenue = growth.closing_mrr[month] // 10_000 * 10_000
    ebitda = revenue * 78 // 1_000_000 * 10_000 - (budget + 15_000) * 800_000
    flow = ebitda - 1_500 * MILLION
    row = {
        "month": first_day(month + 1) - timedelta(days=1),
        "ebitda": _major(ebitda),
        "free_cash_flow": _major(flow),
        "net_burn": None if age % 4 == 1 else _major(-flow),  # it is the flow then
        "revenue": None if age % 6 == 5 else _major(revenue),  # MRR stands in
        "currency": "EUR" if age < 6 else None,  # the group's books were in euros at first
        "_fivetran_synced": _second(first_day(month + 1)) + 10_800,
    }
    if age % 5 == 2:  # closed again: the first figures were too good
        stale = {**row, "ebitda": _major(0), "_fivetran_synced": row["_fivetran_synced"] - 60}
        book.land("finance", "company_results", **stale)
    book.land("finance", "company_results", **row)


def _campaigns(
    rng: np.random.Generator, book: _Ledger, budget: dict[int, int], ads: ad_rows.Ads
) -> None:
    """Campaigns of the CRM; their costs are in the ledger too once it has program costs."""
    today = date(1970, 1, 1) + timedelta(days=book.as_of // DAY)
    posted = {m for m in budget if _second(first_day(m + 1)) <= book.as_of}
    for month, dollars in budget.items():
        kind = _EVENTS[(month - book.first) % len(_EVENTS)]
        start = first_day(month).replace(day=int(rng.integers(2, 27)))
        if start > today:
            continue
        cents = int(dollars * 4 * rng.uniform(0.9, 1.1))
        is_deleted, is_silent = month % 7 == 3, month % 11 == 5
        book.land(
            "salesforce", "campaign", id=f"701{month:012d}AAA", name=f"{kind} {start:%B %Y}",
            type=kind, status="Completed", start_date=start, end_date=start + timedelta(days=2),
            actual_cost=None if is_silent else cents / 100, is_deleted=is_deleted,
            created_date=_second(start) - 40 * DAY, _fivetran_synced=_second(start) - 40 * DAY,
        )  # fmt: skip
        if is_deleted or is_silent:
            continue
        if kind == "Advertisement":
            in_ledger = month in posted
            reason = "reported_by_platform" if ads.any_reports(month) else ""
            reason = reason or ("reported_by_ledger" if in_ledger else "")
            book.count(month, "media", reason, "usd", cents * 10_000)
        else:
            booked = month in posted and month - book.first >= 3
            reason = "reported_by_ledger" if booked else ""
            book.count(month, "program", reason, "usd", cents * 10_000)


def _targets(book: _Ledger, growth: Growth) -> None:
    """Targets of every month and of the half year to come."""
    level = 1_000
    for month in range(book.first, book.last + 7):
        level = max(level, growth.closing_mrr[month] // MILLION)
        for metric, target in (("closing_mrr", level * 105 // 100), ("CAC_fully_loaded", 900)):
            book.land(
                "finance", "targets", month=first_day(month), metric=metric,
                target=_major(target * MILLION), _fivetran_synced=_second(first_day(book.first)),
            )  # fmt: skip


def _major(micros: int) -> Any:
    """A decimal in major units of whole millionths."""
    return decimals(np.array([micros], dtype=np.int64))[0].as_py()


def _months(numbers: list[int]) -> pa.Array:
    return pa.array([first_day(month) for month in numbers], pa.date32())


def _truth(book: _Ledger) -> pa.Table:
    """Costs by month, category and the reason why they do not count (empty where they do)."""
    keys = sorted(key for key in book.truth if key[1] != "cost_of_revenue")
    return pa.table(
        {
            "month": _months([month for month, _, _ in keys]),
            "category": pa.array([category for _, category, _ in keys], pa.string()),
            "exclusion_reason": pa.array([reason or None for *_, reason in keys], pa.string()),
            "amount": decimals(np.array([book.truth[key] for key in keys], dtype=np.int64)),
        }
    )


def _margins(book: _Ledger, growth: Growth) -> pa.Table:
    """Gross margin of the months with costs of revenue, rounded half away from zero to 6 places."""
    keys = sorted(month for month, category, _ in book.truth if category == "cost_of_revenue")
    found = []
    for month in keys:
        mrr = growth.closing_mrr[month]
        left = (mrr - book.truth[month, "cost_of_revenue", ""]) * MILLION
        size = (2 * abs(left) + mrr) // (2 * mrr)
        found.append(size if left >= 0 else -size)
    margins = decimals(np.array(found, dtype=np.int64))
    return pa.table({"month": _months(keys), "gross_margin": margins})
