"""Churn and retention of a company computed in Python from its customer-months and movements.

Nothing is shared with the models: a plain loop over customers for each window. Amounts are Decimals in
the reporting currency, months are counted from year 0 (12 x year + month - 1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

ZERO = Decimal(0)


def month_number(day: date) -> int:
    """12 x year + month - 1."""
    return 12 * day.year + day.month - 1


def month_date(number: int) -> date:
    """The first day of a month."""
    return date(number // 12, number % 12 + 1, 1)


@dataclass
class Lives:
    """What is known of every customer: MRR at month ends, movements by month, the start."""

    closing: dict[str, dict[int, Decimal]] = field(default_factory=lambda: defaultdict(dict))
    moved: dict[str, dict[int, Decimal]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Decimal))
    )
    start: dict[str, tuple[int, Decimal]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        months: Iterable[tuple[date, str, Decimal]],
        movements: Iterable[tuple[date, str, Decimal]],
    ) -> Lives:
        """months: (month, customer, closing MRR); movements: (date, customer, change) by date."""
        lives = cls()
        for month, customer, closing in months:
            if closing > 0:
                lives.closing[customer][month_number(month)] = closing
        for day, customer, change in movements:
            lives.moved[customer][month_number(day)] += change
            lives.start.setdefault(customer, (month_number(day), change))
        return lives

    def window(self, last: int, months: int) -> dict[str, Any]:
        """The closed cohort of the window of that many months that ends with month `last`."""
        found: dict[str, Any] = {
            "opening_customers": 0, "churned_customers": 0, "opening_mrr": ZERO, "churn_mrr": ZERO,
            "contraction_mrr": ZERO, "expansion_mrr": ZERO, "retained_mrr": ZERO,
            "gross_retained_mrr": ZERO, "reactivation_mrr": ZERO,
        }  # fmt: skip
        for customer, closings in self.closing.items():
            opening, closing = closings.get(last - months, ZERO), closings.get(last, ZERO)
            if opening == 0:
                if closing > 0 and self.start[customer][0] <= last - months:
                    found["reactivation_mrr"] += closing
                continue
            moved = sum(
                (self.moved[customer].get(m, ZERO) for m in range(last - months + 1, last + 1)),
                ZERO,
            )
            found["opening_customers"] += 1
            found["opening_mrr"] += opening
            found["retained_mrr"] += closing
            found["gross_retained_mrr"] += min(opening, closing)
            if closing == 0:
                found["churned_customers"] += 1
                found["churn_mrr"] -= opening
            else:
                found["contraction_mrr" if moved < 0 else "expansion_mrr"] += moved
        return found

    def cohorts(self, last: int) -> dict[tuple[int, int], tuple[int, int, Decimal, Decimal]]:
        """By (cohort month, months since): customers, retained, starting MRR, retained MRR."""
        found: dict[tuple[int, int], tuple[int, int, Decimal, Decimal]] = {}
        for customer, (first, started) in self.start.items():
            for since in range(last - first + 1):
                mrr = self.closing[customer].get(first + since, ZERO) if since else started
                all_, kept, starting, retained = found.get((first, since), (0, 0, ZERO, ZERO))
                found[first, since] = (
                    all_ + 1, kept + (mrr > 0), starting + started, retained + mrr
                )  # fmt: skip
        return found
