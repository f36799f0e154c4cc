"""The marts against the sample company's own truth, which no SQL has touched.

Every customer-month and every movement is compared to 1e-6, for several seeds and sizes; the first
differences are shown with the situations of the customer, so that a wrong rule names itself.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import bi_measures
import duckdb
import pytest
from conftest import DbtSession, Warehouse
from retention_by_hand import Lives, month_date, month_number

from sample_company import generate

pytestmark = pytest.mark.slow

#: customers, months, seed, as-of: a company under way, a month's last second, a leap day at midnight.
COMPANIES = [
    pytest.param((400, 36, 7, datetime(2026, 11, 1)), marks=pytest.mark.heavy),
    (150, 14, 101, datetime(2025, 12, 31, 23, 59, 59)),
    pytest.param((600, 26, 2024, datetime(2024, 2, 29)), marks=pytest.mark.heavy),
]
MEASURES = (
    "opening_mrr", "new_mrr", "reactivation_mrr", "expansion_mrr", "contraction_mrr", "churn_mrr",
    "fx_impact_mrr", "closing_mrr",
)  # fmt: skip

#: Sums over some hundred customers, each equal to 1e-6.
TOLERANCE = Decimal("0.0005")


def differences(warehouse: Warehouse, truth: Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a comparison; `{truth}` in the query is the folder of the truth."""
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        return connection.execute(sql.format(truth=truth)).fetchall()


@pytest.fixture(scope="module", params=COMPANIES, ids=["400x36", "150x14", "600x26"])
def company(request: pytest.FixtureRequest, dbt_session: DbtSession) -> tuple[Warehouse, Path]:
    customers, months, seed, until = request.param
    warehouse = dbt_session.warehouse(f"truth-{seed}", as_of=until.isoformat())
    truth = warehouse.root / "truth"
    generate(warehouse.raw, truth=truth, customers=customers, months=months, seed=seed, until=until)
    warehouse.build()
    return warehouse, truth


def test_every_customer_month_is_right(company: tuple[Warehouse, Path]) -> None:
    warehouse, truth = company
    wrong = " or ".join(
        f"abs(coalesce(got.{m}, 0) - coalesce(told.{m}, 0)) > 0.000001" for m in MEASURES
    )
    found = differences(
        warehouse,
        truth,
        f"""
        select month, customer_id, tags,
            told.opening_mrr, got.opening_mrr, told.closing_mrr, got.closing_mrr
        from read_parquet('{{truth}}/customer_month*.parquet') as told
        full outer join marts.fct_customer_mrr_monthly as got using (month, customer_id)
        left join read_parquet('{{truth}}/situations*.parquet') using (customer_id)
        where {wrong}
        order by customer_id, month
        """,
    )
    customers = len({row[1] for row in found})
    shown = "\n".join(map(str, found[:12]))
    assert not found, f"{len(found)} customer-months of {customers} customers differ:\n{shown}"


def test_every_movement_is_right(company: tuple[Warehouse, Path]) -> None:
    warehouse, truth = company
    found = differences(
        warehouse,
        truth,
        """
        select movement_date, customer_id, told.movement_type, got.movement_type,
            told.mrr_change, got.mrr_change
        from read_parquet('{truth}/movements*.parquet') as told
        full outer join marts.fct_mrr_movements as got using (movement_date, customer_id)
        where
            told.movement_type is distinct from got.movement_type
            or abs(told.mrr_change - got.mrr_change) > 0.000001
        order by customer_id, movement_date
        """,
    )
    assert not found, f"{len(found)} movements differ:\n" + "\n".join(map(str, found[:12]))


def test_every_trial_is_told_to_be_converted_or_not(company: tuple[Warehouse, Path]) -> None:
    """A trial is converted on the day of its customer's first true movement, or not at all; a trial
    that is not listed is one of a customer that had paid before."""
    warehouse, truth = company
    told = """
        select
            situations.customer_id, list_contains(tags, 'trial') as is_first,
            min(movements.movement_date) as paid_on
        from read_parquet('{truth}/situations*.parquet') as situations
        left join read_parquet('{truth}/movements*.parquet') as movements using (customer_id)
        where list_has_any(tags, ['trial', 'bulk_trial'])
        group by all
    """
    found = differences(
        warehouse,
        truth,
        f"""
        select told.customer_id, told.paid_on, got.entered_date, got.converted_date
        from ({told}) as told
        left join marts.fct_billing_conversions as got
            on told.customer_id = got.customer_id and got.conversion_type = 'trial_to_paid'
        where
            (got.customer_id is null and (is_first or told.paid_on is null))
            or (got.customer_id is not null and got.converted_date is distinct from told.paid_on)
        order by told.customer_id
        """,
    )
    assert not found, f"{len(found)} trials differ:\n" + "\n".join(map(str, found[:12]))
    ((converted, entered),) = differences(
        warehouse,
        truth,
        """
        select sum(converted), sum(entered) from marts.rpt_billing_conversion_monthly
        where conversion_type = 'trial_to_paid' and segment_type = 'all'
        """,
    )
    assert 0 < int(str(converted)) < int(str(entered))


@pytest.fixture(scope="module")
def lives(company: tuple[Warehouse, Path]) -> Lives:
    """The customers of the truth, for retention by hand."""
    warehouse, truth = company
    months = differences(
        warehouse,
        truth,
        "select month, customer_id, closing_mrr from read_parquet('{truth}/customer_month*.parquet')",
    )
    movements = differences(
        warehouse,
        truth,
        """
        select movement_date, customer_id, mrr_change
        from read_parquet('{truth}/movements*.parquet') order by movement_date
        """,
    )
    return Lives.of(months, movements)


def test_retention_is_right(company: tuple[Warehouse, Path], lives: Lives) -> None:
    warehouse, _ = company
    rows = warehouse.rows(
        "select * from marts.rpt_retention_monthly where segment_type = 'all' order by month"
    )
    wrong = []

    def compare(month: object, column: str, got: object, told: object) -> None:
        if (got is None) != (told is None) or (
            got is not None and abs(Decimal(str(got)) - Decimal(str(told))) > TOLERANCE
        ):
            wrong.append((month, column, got, told))

    for row in rows:
        for months in (1, 3, 12):
            told = lives.window(month_number(row["month"]), months)
            opening, base = Decimal(told["opening_mrr"]), told["opening_customers"]
            retained = base - told["churned_customers"]
            suffix = f"_{months}m"
            bare = "" if months == 1 else suffix
            for column, value in (
                (f"opening_customers{bare}", base),
                (f"retained_customers{suffix}", retained),
                (f"opening_mrr{bare}", opening),
                (f"retained_mrr{suffix}", told["retained_mrr"]),
                (f"gross_retained_mrr{suffix}", told["gross_retained_mrr"]),
                (f"nrr{suffix}", told["retained_mrr"] / opening if opening else None),
                (f"grr{suffix}", told["gross_retained_mrr"] / opening if opening else None),
                (f"logo_retention{suffix}", Decimal(retained) / base if base else None),
            ):
                compare(row["month"], column, row[column], value)
            if months == 1:
                lost = -(told["churn_mrr"] + told["contraction_mrr"])
                for column in (
                    "churned_customers", "churn_mrr", "contraction_mrr", "expansion_mrr",
                    "reactivation_mrr",
                ):  # fmt: skip
                    compare(row["month"], column, row[column], told[column])
                compare(
                    row["month"], "logo_churn_rate", row["logo_churn_rate"],
                    Decimal(told["churned_customers"]) / base if base else None,
                )  # fmt: skip
                compare(
                    row["month"], "gross_mrr_churn_rate", row["gross_mrr_churn_rate"],
                    lost / opening if opening else None,
                )  # fmt: skip
    assert len(rows) > 12
    assert not wrong, f"{len(wrong)} figures differ:\n" + "\n".join(map(str, wrong[:12]))


def test_cohort_retention_is_right(company: tuple[Warehouse, Path], lives: Lives) -> None:
    warehouse, _ = company
    got = {
        (row["cohort_month"], row["months_since"]): (
            row["customers"], row["retained_customers"], row["mrr"], row["retained_mrr"]
        )
        for row in warehouse.rows(
            "select * from marts.rpt_cohort_retention where segment_type = 'all'"
        )
    }  # fmt: skip
    last = max(month_number(month) + since for month, since in got)
    told = {(month_date(m), since): row for (m, since), row in lives.cohorts(last).items()}
    assert got.keys() == told.keys()
    wrong = [
        (cell, got[cell], told[cell])
        for cell in told
        if any(abs(a - b) > TOLERANCE for a, b in zip(got[cell], told[cell], strict=True))
    ]
    assert not wrong, f"{len(wrong)} cells differ:\n" + "\n".join(map(str, wrong[:12]))


def test_the_truth_is_not_empty(company: tuple[Warehouse, Path]) -> None:
    warehouse, truth = company
    ((told,),) = differences(
        warehouse, truth, "select count(*) from read_parquet('{truth}/customer_month*.parquet')"
    )
    ((got,),) = differences(warehouse, truth, "select count(*) from marts.fct_customer_mrr_monthly")
    assert told == got > 1000


@pytest.mark.heavy
def test_all_data_tests_hold(company: tuple[Warehouse, Path]) -> None:
    warehouse, _ = company
    warehouse.test()


@pytest.mark.parametrize(
    "mart",
    [
        "rpt_mrr_bridge_monthly", "rpt_retention_monthly", "rpt_cohort_retention",
        "fct_mrr_movements", "fct_customer_mrr_monthly",
    ],
)  # fmt: skip
def test_measures_for_superset_are_the_marts_own(
    company: tuple[Warehouse, Path], mart: str
) -> None:
    assert bi_measures.differences(company[0].database, mart) == []
