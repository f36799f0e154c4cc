"""Measures of a dataset as SQL aggregates that are null where their sum would mean nothing.

The SQL is the part that DuckDB and Postgres have in common.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Superset's own words for formats (d3).
FORMATS = {"money": ",.0f", "count": ",d", "number": ",.2f", "share": ".1%"}


class SpecError(ValueError):
    """bi/superset.yml says something that the marts do not have, or nothing that is known."""


@dataclass(frozen=True)
class Metric:
    """One measure.

    Attributes:
        name: of the measure; that of the mart's column where there is one.
        expression: SQL aggregate over the mart.
        shown: format for people.
    """

    name: str
    expression: str
    shown: str


def metrics(spec: Mapping[str, Any]) -> list[Metric]:
    """The measures of one dataset, from its part of bi/superset.yml.

    Raises:
        SpecError: a measure is of no known kind.
    """
    guards = [f"COUNT(DISTINCT {what}) = 1" for what in spec.get("one", [])]
    return [
        _metric(name, measure, guards, spec.get("stock"))
        for name, measure in (spec.get("metrics") or {}).items()
    ]


def _metric(
    name: str, measure: Mapping[str, Any], guards: Sequence[str], stock: str | None
) -> Metric:
    if "sum" in measure:
        return Metric(name, guarded(f"SUM({measure['sum']})", guards), _format(measure, "money"))
    if "stock" in measure:
        if stock is None:
            raise SpecError(f"{name}: a stock, and its dataset names no period.")
        sql = guarded(f"SUM({measure['stock']})", [*guards, f"COUNT(DISTINCT {stock}) = 1"])
        return Metric(name, sql, _format(measure, "money"))
    if "ratio" in measure:
        above, below = measure["ratio"]
        # 1.0: Postgres divides whole numbers without the rest.
        sql = f"1.0 * SUM({above}) / NULLIF(SUM({below}), 0)"
        one = [f"COUNT(DISTINCT {measure['at']}) = 1"] if "at" in measure else []
        return Metric(name, guarded(sql, [*guards, *one]), _format(measure, "share"))
    if "value" in measure:
        sql = guarded(f"MAX({measure['value']})", ["COUNT(*) = 1"])
        return Metric(name, sql, _format(measure, "share"))
    raise SpecError(f"{name}: neither sum nor stock, ratio or value.")


def guarded(sql: str, guards: Sequence[str]) -> str:
    """An aggregate that is null where a guard does not hold."""
    return f"CASE WHEN {' AND '.join(guards)} THEN {sql} END" if guards else sql


def _format(measure: Mapping[str, Any], default: str) -> str:
    return FORMATS[measure.get("format", default)]
