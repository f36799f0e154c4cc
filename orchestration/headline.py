"""The headline numbers of the last complete month, from the published copy."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration import publishing
from orchestration.settings import PROJECT_DIR

BRIDGE = "rpt_mrr_bridge_monthly"
COLUMNS = (
    "month",
    "opening_mrr",
    "new_mrr",
    "reactivation_mrr",
    "expansion_mrr",
    "contraction_mrr",
    "churn_mrr",
    "fx_impact_mrr",
    "closing_mrr",
    "closing_arr",
    "closing_customers",
)
LABELS = {
    "opening_mrr": "Opening MRR",
    "new_mrr": "  New",
    "reactivation_mrr": "  Reactivation",
    "expansion_mrr": "  Expansion",
    "contraction_mrr": "  Contraction",
    "churn_mrr": "  Churn",
    "fx_impact_mrr": "  FX impact",
    "closing_mrr": "Closing MRR",
    "closing_arr": "ARR",
}


@dataclass(frozen=True)
class Headline:
    """One month of the MRR bridge; money in the reporting currency, losses negative."""

    month: date
    values: dict[str, Decimal]
    customers: int


def read_headline(serving: Path) -> Headline | None:
    """The last complete month of the served run; None where no month is complete.

    Raises:
        publishing.PublishError: nothing is published, or the served run has no bridge.
    """
    with publishing.connect(serving) as con:
        try:
            row = con.execute(
                f"select {', '.join(COLUMNS)} from marts.{BRIDGE} "
                "where segment_type = 'all' and is_complete order by month desc limit 1"
            ).fetchone()
        except duckdb.CatalogException as error:
            raise publishing.PublishError(f"The served run has no {BRIDGE}.") from error
    if row is None:
        return None
    month, *values, customers = row
    named = dict(zip(COLUMNS[1:-1], (Decimal(value or 0) for value in values), strict=True))
    return Headline(month, named, int(customers or 0))


def headline_lines(headline: Headline | None, currency: str, as_of: str) -> list[str]:
    """Text for a terminal: the month that it speaks of, as of when, and in which currency."""
    if headline is None:
        return [
            f"No complete month yet: the raw data holds no recurring revenue before the month of "
            f"{as_of}.",
            "The marts exist and are empty where their sources are.",
        ]
    lines = [f"{headline.month:%B %Y}, the last complete month as of {as_of}, in {currency}"]
    for name, label in LABELS.items():
        lines.append(f"  {label:<16} {headline.values[name]:>18,.2f}")
    lines.append(f"  {'Customers':<16} {headline.customers:>18,}")
    if headline.values["closing_mrr"] == 0:
        lines.append("  No recurring revenue at the end of this month.")
    return lines


def reporting_currency() -> str:
    """The var `reporting_currency` of dbt_project.yml."""
    return _variable("reporting_currency", "USD")


def reporting_timezone() -> str:
    """The var `reporting_timezone` of dbt_project.yml."""
    return _variable("reporting_timezone", "UTC")


def _variable(name: str, default: str) -> str:
    with (PROJECT_DIR / "dbt_project.yml").open(encoding="utf-8") as file:
        project: dict[str, Any] = yaml.safe_load(file)
    return str((project.get("vars") or {}).get(name, default))
