"""The worked examples of funnel, web and attribution, from raw rows of each vendor through the models.

All share two builds: one of today under the default policies (`expected`), and one of an earlier as-of
under other policies (`otherwise`). The notation of the files is that of tests/conformance.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from conformance.journeys import (
    EARLIER,
    NOW,
    OTHER_POLICIES,
    Journey,
    land_journeys,
    load_journeys,
)
from conftest import DbtSession, Warehouse

CASES = load_journeys()
MARTS = (
    "rpt_funnel_cohort_monthly", "rpt_funnel_monthly", "rpt_sales_performance_monthly", "fct_leads",
    "fct_opportunities", "fct_attribution", "fct_web_sessions", "rpt_web_traffic_monthly",
    "fct_mrr_movements",
)  # fmt: skip
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def now(dbt_session: DbtSession) -> Warehouse:
    warehouse = dbt_session.warehouse("journeys", as_of=NOW)
    land_journeys(CASES, warehouse.raw)
    warehouse.build("--select", *(f"+{mart}" for mart in MARTS))
    return warehouse


@pytest.fixture(scope="module")
def otherwise(dbt_session: DbtSession) -> Warehouse:
    warehouse = dbt_session.warehouse("journeys-otherwise", EARLIER, OTHER_POLICIES)
    land_journeys(CASES, warehouse.raw)
    warehouse.build("--select", "+rpt_funnel_cohort_monthly", "+fct_web_sessions")
    return warehouse


def shown(value: object, like: object) -> str:
    """A number rounded half up to the places of the expected one; other values as text."""
    if value is None:
        return "null"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(like, bool) or not isinstance(like, int | float | Decimal):
        return text
    places = len(str(like).partition(".")[2])
    return format(Decimal(text).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP), "f")


class Checker:
    """Compares what one case expects of one vendor with the marts; collects what differs."""

    def __init__(self, case: Journey, system: str, warehouse: Warehouse) -> None:
        self.case, self.system, self.warehouse = case, system, warehouse
        self.found: list[str] = []

    def compare(self, where: str, row: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> None:
        if row is None:
            self.found.append(f"{where}: no row")
            return
        for column, value in wanted.items():
            got, expected = shown(row[column], value), shown(value, value)
            if got != expected:
                self.found.append(f"{where}: {column} is {got}, expected {expected}")

    def rows(self, sql: str, *parameters: str) -> list[dict[str, Any]]:
        return self.warehouse.rows(sql, parameters)

    def by_month(self, month: str, sql: str, *parameters: str) -> dict[str, dict[str, Any]]:
        return {str(row[month])[:7]: row for row in self.rows(sql, *parameters)}

    def cohorts(self, wanted: Mapping[str, Mapping[str, Any]]) -> None:
        for steps, months in wanted.items():
            from_stage, to_stage = steps.split(" > ")
            rows = self.by_month(
                "cohort_month",
                """select * from marts.rpt_funnel_cohort_monthly
                where segment_type = 'owner' and segment_value = ?
                and from_stage = ? and to_stage = ?""",
                self.case.owner(self.system), from_stage, to_stage,
            )  # fmt: skip
            for month, columns in months.items():
                self.compare(f"{steps} {month}", rows.get(month), columns)

    def months(self, wanted: Mapping[str, Any]) -> None:
        rows = self.by_month(
            "month",
            """select * from marts.rpt_funnel_monthly
            where segment_type = 'owner' and segment_value = ?""",
            self.case.owner(self.system),
        )
        for month, columns in wanted.items():
            self.compare(f"month {month}", rows.get(month), columns)

    def reps(self, wanted: Mapping[str, Any]) -> None:
        rows = self.by_month(
            "month",
            "select * from marts.rpt_sales_performance_monthly where owner_id = ?",
            self.case.owner(self.system),
        )
        for month, columns in wanted.items():
            self.compare(f"rep {month}", rows.get(month), columns)

    def leads(self, wanted: list[Mapping[str, Any]]) -> None:
        """All leads of the case, in the order in which they paid."""
        rows = self.rows(
            "select * from marts.fct_leads where owner_id = ? order by customer_at, lead_id",
            self.case.owner(self.system),
        )
        self.all_of("lead", rows, wanted)

    def all_of(
        self, what: str, rows: list[dict[str, Any]], wanted: list[Mapping[str, Any]]
    ) -> None:
        if len(rows) != len(wanted):
            self.found.append(f"{what}: {len(rows)} rows, expected {len(wanted)}")
        for number, (row, columns) in enumerate(zip(rows, wanted, strict=False), start=1):
            self.compare(f"{what} {number}", row, columns)

    def sessions(self, wanted: Mapping[str, list[Mapping[str, Any]]]) -> None:
        for visitor, sessions in wanted.items():
            rows = self.rows(
                "select * from marts.fct_web_sessions where landing_page = ? order by started_at",
                self.case.path(self.system, visitor),
            )
            self.all_of(f"session of {visitor}", rows, sessions)

    def visitors(self, wanted: Mapping[str, Mapping[str, Any]]) -> None:
        for visitor, columns in wanted.items():
            (row,) = self.rows(
                """select count(distinct visitor_id) as visitors,
                    count(*) filter (where is_new_visitor) as new_sessions,
                    count(*) filter (where not is_new_visitor) as returning_sessions
                from marts.fct_web_sessions where landing_page = ?""",
                self.case.path(self.system, visitor),
            )
            self.compare(f"visitor {visitor}", row, columns)

    def credits(self, wanted: Mapping[str, Mapping[str, list[str]]]) -> None:
        """Credit x the customer's new MRR, touch by touch."""
        for visitor, models in wanted.items():
            for model, touches in models.items():
                rows = self.rows(
                    """select credits.channel, credits.credit * movements.mrr_change as value
                    from marts.fct_attribution as credits
                    inner join marts.fct_mrr_movements as movements
                        on credits.conversion_id = movements.customer_id
                        and movements.movement_type = 'new'
                    where credits.conversion_type = 'customer' and credits.conversion_id = ?
                    and credits.model = ?
                    order by credits.touched_at""",
                    self.case.customer_id(self.system, visitor), model,
                )  # fmt: skip
                expected = [line.rpartition(" ") for line in touches]
                self.all_of(
                    f"{model} of {visitor}", rows,
                    [{"channel": name, "value": Decimal(value)} for name, _, value in expected],
                )  # fmt: skip

    def traffic(self, wanted: Mapping[str, Any]) -> None:
        rows = self.by_month(
            "month", "select * from marts.rpt_web_traffic_monthly where channel = 'all'"
        )
        for month, columns in wanted.items():
            self.compare(f"traffic {month}", rows.get(month), columns)

    def check(self, wanted: Mapping[str, Any]) -> None:
        for part, given in wanted.items():
            getattr(self, part)(given)
        assert not self.found, f"{self.case.id} ({self.system}): {self.case.data['given']}\n" + (
            "\n".join(self.found)
        )


def told(part: str) -> list[Any]:
    """Each case that expects something of a run, by each vendor that tells of it."""
    return [
        pytest.param(case, system, id=f"{case.id} {system}")
        for case in CASES
        if part in case.data
        for system in case.systems
    ]


@pytest.mark.parametrize(("case", "system"), told("expected"))
def test_case(case: Journey, system: str, now: Warehouse) -> None:
    """A worked example under the default policies."""
    Checker(case, system, now).check(case.data["expected"])


@pytest.mark.parametrize(("case", "system"), told("otherwise"))
def test_case_otherwise(case: Journey, system: str, otherwise: Warehouse) -> None:
    """A worked example at an earlier as-of, under other policies."""
    Checker(case, system, otherwise).check(case.data["otherwise"])


def test_the_data_tests_hold(now: Warehouse) -> None:
    """Those that need no other mart."""
    tested = now.test("--select", *MARTS, "--indirect-selection", "cautious")
    assert len(tested.statuses) > 25
    assert not tested.failed
