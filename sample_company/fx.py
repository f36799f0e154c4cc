"""Daily exchange rates into US dollars, and the month's rate that movements convert at.

Rates are whole millionths (USD per unit of the currency). Weekends have no row, nor have a few
holidays; KWD is given only the other way round, with rates whose inverse is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from sample_company.plans import CURRENCIES
from sample_company.timeline import DAY, Ints

MILLION = 1_000_000
_LEVEL = {"eur": 1.09, "gbp": 1.27, "jpy": 0.0068}
#: Rows give USD -> KWD; one divided by these is exact in millionths.
_KWD = ((Decimal("0.32"), 3_125_000), (Decimal("0.3125"), 3_200_000))


@dataclass
class Rates:
    """The company's exchange rates from first_day on; days are counted from 1970-01-01."""

    first_day: int
    daily: Ints  # (days, currencies) in millionths, every calendar day (simulated)
    published: np.ndarray  # (days,) whether a row exists for that day
    kwd_quote: list[Decimal]  # USD -> KWD per day
    last_day: int

    @staticmethod
    def simulate(rng: np.random.Generator, first_day: int, as_of: int) -> Rates:
        """A random walk of every currency up to the day of as_of (seconds)."""
        last_day = as_of // DAY
        days = last_day - first_day + 1
        daily = np.full((days, len(CURRENCIES)), MILLION, dtype=np.int64)
        for column, currency in enumerate(CURRENCIES):
            if currency in _LEVEL:
                walk = np.exp(np.cumsum(rng.normal(0, 0.004, days)))
                daily[:, column] = np.round(_LEVEL[currency] * walk * MILLION).astype(np.int64)
        choice = np.repeat(rng.integers(0, len(_KWD), days // 20 + 1), 20)[:days]
        daily[:, CURRENCIES.index("kwd")] = np.array([value for _, value in _KWD])[choice]
        index = np.arange(first_day, last_day + 1)
        weekday = (index + 3) % 7  # 1970-01-01 was a Thursday; 0 = Monday
        published = (weekday < 5) & (rng.random(days) > 0.02)
        published[0] = True
        return Rates(first_day, daily, published, [_KWD[c][0] for c in choice], last_day)

    def of_months(self, first_month: int, last_month: int) -> Ints:
        """The rate in force in each month (rows; months since January 1970) by currency.

        It is the latest one published not after the earlier of the month's last day and as-of.
        """
        months = np.arange(first_month, last_month + 1)
        ends = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1
        at = np.clip(np.minimum(ends, self.last_day) - self.first_day, 0, None)
        latest = np.maximum.accumulate(np.where(self.published, np.arange(len(self.published)), 0))
        return np.asarray(self.daily[latest[at]], dtype=np.int64)
