"""Web, people and funnel of the sample company against what it knows of itself (funnel_truth.py)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import bi_measures
import pytest
from conftest import DbtSession
from funnel_truth import CHECKS, COUNTS, Truth

from sample_company import generate
from sample_company.demand import SOURCES

UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
MARTS = (
    "fct_web_sessions", "fct_attribution", "fct_leads", "fct_opportunities",
    "fct_opportunity_stage_entries", "fct_sales_activities", "rpt_funnel_cohort_monthly",
    "rpt_funnel_monthly", "rpt_sales_performance_monthly", "rpt_web_traffic_daily",
    "rpt_web_traffic_monthly",
)  # fmt: skip

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def truth(dbt_session: DbtSession) -> Iterator[Truth]:
    """120 customers over 14 months, both CRMs and both web sources."""
    warehouse = dbt_session.warehouse("funnel-truth", as_of="2026-11-01")
    told = warehouse.root / "truth"
    generate(
        warehouse.raw, truth=told, customers=120, months=14, seed=7, until=UNTIL, world=SOURCES
    )
    warehouse.build("--select", *(f"+{name}" for name in MARTS))
    found = Truth(warehouse.database, told)
    yield found
    found.close()


@pytest.mark.parametrize("name", COUNTS)
def test_there_is_something_to_compare(truth: Truth, name: str) -> None:
    assert truth.count(name) > 50


@pytest.mark.parametrize("check", CHECKS)
def test_the_marts_say_what_was_told(truth: Truth, check: str) -> None:
    wrong = truth.differences(check)
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(map(str, wrong[:15]))


@pytest.mark.parametrize(
    "mart",
    [
        "rpt_funnel_monthly", "rpt_funnel_cohort_monthly", "rpt_sales_performance_monthly",
        "fct_attribution", "rpt_web_traffic_monthly",
    ],
)  # fmt: skip
def test_measures_for_superset_are_the_marts_own(truth: Truth, mart: str) -> None:
    assert bi_measures.differences(truth.database, mart) == []
