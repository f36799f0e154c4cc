"""The worked examples of churn and retention, from raw rows through the real models.

Each example pays on plans of its own, so that all of them share one warehouse and one dbt build, and
is read from the rows of the segment type `plan`. The notation of the files is that of tests/conformance.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from conformance.builder import CASES as CONFORMANCE_CASES
from conformance.builder import Case, load_case, write_landing_zone
from conftest import DbtSession, Warehouse

FOLDER: Path = CONFORMANCE_CASES.parent / "retention"
CASES = [load_case(path) for path in sorted(FOLDER.glob("*.yml"))]
#: What a case may expect: its key, the mart, the column of the period.
PARTS = {
    "segments": ("rpt_mrr_bridge_monthly", "month"),
    "retention": ("rpt_retention_monthly", "month"),
    "quarters": ("rpt_retention_quarterly", "quarter"),
    "economics": ("rpt_unit_economics_monthly", "month"),
}
pytestmark = pytest.mark.slow


def shown(value: object, like: object) -> str:
    """A number rounded half up to the places of the expected one; null as null."""
    if value is None:
        return "null"
    number = Decimal(str(int(value) if isinstance(value, bool) else value))
    places = len(str(like).partition(".")[2]) if like is not None else 6
    return format(number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP), "f")


def compare(where: str, row: Mapping[str, Any] | None, expected: Mapping[str, Any]) -> list[str]:
    """What differs between a row and the columns that are expected of it."""
    if row is None:
        return [f"{where}: no row"]
    return [
        f"{where}: {column} is {got}, expected {wanted}"
        for column, value in expected.items()
        if (got := shown(row[column], value)) != (wanted := shown(value, value))
    ]


@pytest.fixture(scope="module")
def warehouse(dbt_session: DbtSession) -> Warehouse:
    (as_of,) = {case.steps[-1] for case in CASES}
    built = dbt_session.warehouse("retention", as_of)
    write_landing_zone(CASES, as_of, built.raw)
    built.build()
    return built


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case, warehouse: Warehouse) -> None:
    expected = case.data["expected"]
    assert set(expected) <= {*PARTS, "cohorts"}
    found: list[str] = []
    for part, (mart, period) in PARTS.items():
        for plan, months in expected.get(part, {}).items():
            rows = {
                str(row[period])[:7]: row
                for row in warehouse.rows(
                    f"select * from marts.{mart} where segment_type = 'plan' and segment_value = ?",
                    [f"{case.prefix}_{plan}"],
                )
            }
            for month, columns in months.items():
                found += compare(f"{part} {plan} {month}", rows.get(month), columns)
    for plan, cohorts in expected.get("cohorts", {}).items():
        cells = {
            (str(row["cohort_month"])[:7], row["months_since"]): row
            for row in warehouse.rows(
                "select * from marts.rpt_cohort_retention "
                "where segment_type = 'plan' and segment_value = ?",
                [f"{case.prefix}_{plan}"],
            )
        }
        for cohort, ages in cohorts.items():
            for age, columns in ages.items():
                found += compare(
                    f"cohort {plan} {cohort} + {age}", cells.get((cohort, age)), columns
                )
    assert not found, f"{case.id}: {case.data['given']}\n" + "\n".join(found)


def test_the_data_tests_hold(warehouse: Warehouse) -> None:
    warehouse.test("--select", "rpt_mrr_bridge_monthly", "rpt_retention_monthly",
                   "rpt_retention_quarterly", "rpt_cohort_retention")  # fmt: skip
