"""Customer success from raw rows: worked examples of NPS, engagement, health and the back-test."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import DbtSession, Warehouse

from sample_company import generate
from sample_company.demand import SOURCES

pytestmark = pytest.mark.slow

MARTS = (
    "+fct_nps_responses", "+rpt_nps_monthly", "+rpt_customer_engagement_monthly",
    "+rpt_health_backtest", "+fct_customer_health_monthly",
)  # fmt: skip


def land(warehouse: Warehouse, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Writes rows as one file of `<source>.<table>`."""
    folder = warehouse.raw / table.replace(".", "/")
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), folder / "part-rows.parquet")


def answers(month: str, scores: Iterable[int], name: str) -> list[dict[str, Any]]:
    return [
        {
            "response_id": f"{name}-{number}", "responded_at": datetime.fromisoformat(f"{month}-10"),
            "score": score, "email": f"{name}{number}@nobody.example", "customer_id": None,
            "comment": None,
        }
        for number, score in enumerate(scores)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def company(dbt_session: DbtSession) -> Warehouse:
    """Two customers from January 2025 on: `happy` stays, `gone` leaves in May."""
    warehouse = dbt_session.warehouse("success", as_of="2025-06-15")
    period = {"billing_interval": "month", "interval_count": 1, "currency": "USD", "amount": 100.0}
    land(warehouse, "generic.subscription_periods", [
        {"customer_id": name, "subscription_id": f"s-{name}", "start_date": date(2025, 1, 1),
         "end_date": end, "customer_email": f"pay@{name}.example", **period}
        for name, end in (("happy", None), ("gone", date(2025, 5, 10)))
    ])  # fmt: skip
    mine = {"response_id": "mine", "responded_at": datetime(2025, 4, 2), "customer_id": "gone",
            "email": None, "score": 2, "comment": "Too slow"}  # fmt: skip
    land(warehouse, "surveys.nps_responses", [
        *answers("2025-02", [10, 9, 9, 8, 7, 6, 0], "two"),
        *answers("2025-03", [3] * 12 + [7] * 15 + [9] * 73, "one"),
        mine,
        {**mine, "response_id": "no answer", "score": None},
        {**mine, "response_id": "eleven", "score": 11},
    ])  # fmt: skip
    land(warehouse, "product.events", [
        {"event_id": f"{name}-{month}-{day}-{event}", "user_id": f"u-{name}", "account_id": name,
         "event_name": event, "occurred_at": datetime(2025, month, day, 9)}
        for month, name, days in (
            (3, "happy", range(1, 32)), (4, "happy", range(1, 31)),
            (3, "gone", range(1, 32)), (4, "gone", range(1, 4)),
        )
        for day in days
        for event in ("signed_in", "report_created")
    ])  # fmt: skip
    land(warehouse, "support.tickets", [
        {"ticket_id": f"t{number}", "customer_id": "gone", "email": None, "priority": "high",
         "created_at": datetime(2025, 4, 20), "solved_at": datetime(2025, 5, 2)}
        for number in range(6)
    ])  # fmt: skip
    warehouse.build("--select", *MARTS)
    return warehouse


@pytest.mark.parametrize(
    ("case", "month", "responses", "nps"),
    [("OTH-02", "2025-02-01", 7, 14.29), ("OTH-01", "2025-03-01", 100, 61.0)],
)
def test_score(company: Warehouse, case: str, month: str, responses: int, nps: float) -> None:
    """10, 9, 9, 8, 7, 6, 0 give 14.29 (0 if 7 were a detractor); 73 % promoters less 12 % give 61."""
    found = company.query(
        "select responses, round(nps, 2), nps_low < nps and nps < nps_high from marts.rpt_nps_monthly "
        "where segment_type = 'all' and month = cast(? as date)",
        [month],
    )
    assert found == [(responses, nps, True)], case


def test_what_is_no_answer_is_set_aside(company: Warehouse) -> None:
    assert company.query(
        "select row_key, reason from quarantine.rejected_rows where table_name = 'nps_responses' "
        "order by 1"
    ) == [("eleven", "score_is_no_answer"), ("no answer", "score_is_no_answer")]


def test_engagement(company: Warehouse) -> None:
    """A user a day is 1; three days of 30 are 0.1, and 7 x 3 / 30 days of a week with a log-in."""
    assert company.query(
        "select customer_id, daily_active_users, weekly_active_users, monthly_active_users, "
        "round(login_days_per_week, 4), feature_breadth from marts.rpt_customer_engagement_monthly "
        "where month = date '2025-04-01' order by 1"
    ) == [("gone", 0.1, 0.25, 1, 0.7, 1.0), ("happy", 1.0, 1.0, 1, 7.0, 1.0)]


def test_health_and_its_back_test(company: Warehouse) -> None:
    """April's signals of the customer that leaves in May, and what became of April's bands."""
    signals = company.query(
        "select customer_id, round(engagement_trend, 2), nps_score, tickets_90d, open_tickets, "
        "health_band from marts.fct_customer_health_monthly where month = date '2025-04-01' "
        "order by 1"
    )
    assert signals == [
        ("gone", -0.9, 2.0, 6, 6, "at_risk"),
        ("happy", 0.0, None, 0, 0, "healthy"),
    ]
    assert company.query(
        "select health_band, customers, churned_customers, churn_rate, lift, share_of_churn "
        "from marts.rpt_health_backtest "
        "where month = date '2025-05-01' and horizon_months = 1 and customers > 0 order by 1"
    ) == [
        ("all", 2, 1, 0.5, 1.0, 1.0),
        ("at_risk", 1, 1, 1.0, 2.0, 1.0),
        ("healthy", 1, 0, 0.0, 0.0, 0.0),
    ]


@pytest.mark.heavy
def test_health_looks_at_nothing_that_comes_later(dbt_session: DbtSession) -> None:
    """The months that were over in July say in July what they say in November."""
    months: dict[str, list[tuple[Any, ...]]] = {}
    for as_of in ("2026-11-01", "2026-07-01"):
        warehouse = dbt_session.warehouse(f"success-{as_of}", as_of=as_of)
        if not months:
            until = datetime(2026, 11, 1, tzinfo=UTC)
            first = warehouse.raw
            generate(first, customers=80, months=14, seed=7, until=until, world=SOURCES)
        else:
            shutil.copytree(first, warehouse.raw, dirs_exist_ok=True)
        warehouse.build("--select", "+fct_customer_health_monthly")
        months[as_of] = warehouse.query(
            "select * from marts.fct_customer_health_monthly where month < date '2026-07-01' "
            "order by month, customer_id"
        )
    assert len(months["2026-07-01"]) > 200
    assert months["2026-07-01"] == months["2026-11-01"]
