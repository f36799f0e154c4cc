"""The few vars of the dbt project that an explanation depends on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from orchestration.settings import PROJECT_DIR


@dataclass(frozen=True)
class Policies:
    """Vars of dbt_project.yml, and those that the run was given.

    Attributes:
        reporting_currency: upper-case code.
        reporting_timezone: name of the time zone in which days and months begin.
        week_factor: weeks in a year.
        day_factor: days in a year.
    """

    reporting_currency: str = "USD"
    reporting_timezone: str = "UTC"
    week_factor: Decimal = Decimal(52)
    day_factor: Decimal = Decimal(365)

    @classmethod
    def from_project(cls, run_vars: Mapping[str, Any] | None = None) -> "Policies":
        """Reads dbt_project.yml.

        Args:
            run_vars: what dbt got by `--vars` when it built the marts.
        """
        with (PROJECT_DIR / "dbt_project.yml").open(encoding="utf-8") as file:
            project: dict[str, Any] = yaml.safe_load(file)
        given = {**(project.get("vars") or {}), **(run_vars or {})}
        return cls(
            reporting_currency=str(given.get("reporting_currency", "USD")).upper(),
            reporting_timezone=str(given.get("reporting_timezone", "UTC")),
            week_factor=Decimal(str(given.get("week_factor", 52))),
            day_factor=Decimal(str(given.get("day_factor", 365))),
        )

    def midnight(self, day: date) -> datetime:
        """The instant (UTC, without zone) at which a reporting day begins."""
        local = datetime.combine(day, time(), tzinfo=ZoneInfo(self.reporting_timezone))
        return local.astimezone(UTC).replace(tzinfo=None)

    def local_date(self, instant: datetime) -> date:
        """The reporting day of an instant (UTC, without zone)."""
        return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(self.reporting_timezone)).date()

    def periods_per_year(self, billing_interval: str, interval_count: int) -> tuple[Decimal, int]:
        """Billing intervals in a year, and how many of them make one period.

        Raises:
            KeyError: the interval is not known.
        """
        factors = {
            "month": Decimal(12),
            "year": Decimal(1),
            "week": self.week_factor,
            "day": self.day_factor,
        }
        return factors[billing_interval], interval_count
