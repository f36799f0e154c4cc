"""The world of the scripted lives: one clock, one random source, and the raw rows they leave."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sample_company.ids import make_id
from sample_company.plans import Catalogue
from sample_company.timeline import DAY, HOUR, add_months

Row = dict[str, Any]
_T = TypeVar("_T")

COUNTRIES = {"usd": ("US", "CA"), "eur": ("DE", "FR", "NL"), "gbp": ("GB",)}
COUNTRIES |= {"jpy": ("JP",), "kwd": ("KW",)}


@dataclass
class World:
    """Rows by table; instants are seconds (the writer makes timestamps of them)."""

    as_of: int
    origin: int  # the company's first instant
    seed: int
    book: Catalogue
    rng: random.Random
    live: bool = True  # livemode of what is written
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    counter: int = 0
    #: Annual net revenue: (account, subscription, item, start, end, annual millionths, currency).
    revenue: list[tuple[str, str, str, int, int, int, str]] = field(default_factory=list)
    turns: Counter[str] = field(default_factory=Counter)
    tags: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: (billing source, billing customer) -> account, where an account map merges customers.
    accounts: dict[tuple[str, str], str] = field(default_factory=dict)
    #: What the map says instead, where it leads to the account by way of another customer.
    stated: dict[tuple[str, str], str] = field(default_factory=dict)
    #: account -> the account above it in its group.
    parents: dict[str, str] = field(default_factory=dict)

    def new_id(self, prefix: str) -> str:
        """A new unique id."""
        self.counter += 1
        return make_id(prefix, self.counter, self.seed)

    def emit(self, table: str, at: int, row: Row) -> None:
        """Land a row of an event at an instant: within six hours, a few of them weeks late."""
        late = 20 * DAY if self.rng.random() < 0.01 else 6 * HOUR
        row["_fivetran_synced"] = at + self.rng.randrange(60, late)
        if table in _LIVEMODE:
            row["livemode"] = self.live
        self.rows[table].append(row)

    def account(self, customer_id: str) -> str:
        """The account of a Stripe customer: its own id where nothing else is mapped."""
        return self.accounts.get(("stripe", customer_id), customer_id)

    def tag(self, customer_id: str, *tags: str) -> None:
        """Remember which situations a customer shows (live customers only)."""
        if self.live:
            self.tags[customer_id].update(tags)

    # Choosing instants -------------------------------------------------------------------------
    def day_time(self) -> int:
        """Seconds into a day, now and then within a minute of midnight."""
        pick = self.rng.random()
        if pick < 0.04:
            return 0
        if pick < 0.08:
            return DAY - 1
        if pick < 0.12:
            return DAY - 40 + self.rng.randrange(40)
        return self.rng.randrange(DAY)

    def start(self, months: int, spread: float = 1.0) -> int:
        """A start at least so many months before as-of if the company is that old."""
        latest = max(add_months(self.as_of, -months), self.origin)
        span = int((latest - self.origin) * spread)
        day = (latest - self.rng.randrange(span + 1)) // DAY * DAY
        return max(day + self.day_time(), self.origin)

    def recent(self, low: float, high: float) -> int:
        """An instant between high and low days before as-of."""
        return self.as_of - int(self.rng.uniform(low, high) * DAY)

    def rotate(self, options: Sequence[_T]) -> _T:
        """One option after the other, so that even a small company shows them all."""
        key = repr(options)
        self.turns[key] += 1
        return options[self.turns[key] % len(options)]

    def chance(self, probability: float) -> bool:
        """True with a probability."""
        return self.rng.random() < probability


_LIVEMODE = {
    "customer",
    "subscription_history",
    "invoice",
    "invoice_line_item",
    "charge",
    "credit_note",
    "credit_note_line_item",
}
