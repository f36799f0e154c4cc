"""The parts of an explanation."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from orchestration.explain.evidence import Evidence
from orchestration.explain.raw import RawRow
from orchestration.explain.store import Row


@dataclass(frozen=True)
class Check:
    """Two amounts that have to be the same, to `tolerance`."""

    what: str
    said: Decimal
    found: Decimal
    tolerance: Decimal = Decimal(0)

    @property
    def holds(self) -> bool:
        """Whether they are."""
        return abs(self.said - self.found) <= self.tolerance


@dataclass(frozen=True)
class Interval:
    """An interval in force, worth `mrr` in the reporting currency at `rate`."""

    row: Row
    rate: Decimal
    mrr: Decimal
    evidence: Evidence
    discounts: list[tuple[Row, list[RawRow]]]


@dataclass(frozen=True)
class Balance:
    """MRR of a customer at an instant: the intervals in force and what they come to."""

    at: datetime
    rate_month: date
    intervals: list[Interval]
    mrr: Decimal


@dataclass(frozen=True)
class Reason:
    """A row of fct_mrr_movement_reasons with the raw rows that it came from."""

    row: Row
    rows: list[RawRow]


@dataclass(frozen=True)
class Movement:
    """A row of fct_mrr_movements with its reasons."""

    row: Row
    reasons: list[Reason]


@dataclass
class Explanation:
    """All that is known about a customer's month, or about one movement of it."""

    customer: Row
    month: date
    line: Row | None
    opening: Balance
    closing: Balance
    movements: list[Movement]
    rates: list[tuple[Row, list[RawRow]]]
    reconciliation: Row | None
    checks: list[Check] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def adds_up(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)
