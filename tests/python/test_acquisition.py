"""Costs, CAC, payback and unit economics, from raw rows to marts.

The worked examples (UE) are months of one small company whose rows a person can add up; the sample company
is compared with its own truth, to the last place.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import bi_measures
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import DbtSession, Warehouse

from sample_company import generate

pytestmark = pytest.mark.slow

WITH_PARENTS = ("--select", "+path:models/marts/acquisition", "+rpt_retention_monthly")
COMPANY = "segment_type = 'all' and attribution_model = 'none'"


def land(warehouse: Warehouse, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Writes rows as `<source>.<table>`."""
    folder = warehouse.raw / table.replace(".", "/")
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), folder / "rows.parquet")


# The worked examples -----------------------------------------------------------------------------


def period(
    customer: str, start: str, amount: float, end: str | None = None, **more: str
) -> dict[str, Any]:
    row = {
        "customer_id": customer, "subscription_id": customer, "start_date": start, "end_date": end,
        "amount": Decimal(str(amount)), "billing_interval": "month", "currency": "USD",
        "customer_email": f"{customer}@{customer}.example",
    }  # fmt: skip
    return {**row, **more}


def customers(name: str, count: int, start: str, amount: float) -> list[dict[str, Any]]:
    return [period(f"{name}{n}", start, amount) for n in range(count)]


def cost(day: str, category: str, amount: float, **more: str) -> dict[str, Any]:
    return {
        "cost_date": date.fromisoformat(day), "category": category, "department": None,
        "vendor": None, "channel": None, "currency": "USD",
        "amount": Decimal(str(amount)), **more,
    }  # fmt: skip


def contacts(name: str, count: int, created: str, source: str) -> list[dict[str, Any]]:
    """What the CRM knows of customers' people, who came from one source."""
    return [
        {"id": sum(map(ord, name)) * 1_000 + n, "property_email": f"{name}{n}@{name}{n}.example",
         "property_createdate": datetime.fromisoformat(created),
         "property_hs_analytics_source": source}
        for n in range(count)
    ]  # fmt: skip


def halving(customer: str, months: list[str], amount: float) -> list[dict[str, Any]]:
    """A period a month, each at half the amount of the one before."""
    return [
        period(customer, start, amount / 2**n, end)
        for n, (start, end) in enumerate(itertools.pairwise(months))
    ]


@pytest.fixture(scope="module")
def examples(dbt_session: DbtSession) -> Warehouse:
    warehouse = dbt_session.warehouse("unit-economics", as_of="2025-01-01")
    months = [str(date(2023 + n // 12, n % 12 + 1, 1)) for n in range(5, 19)]
    base = customers("a", 40, "2023-01-10", 100)
    base[0]["end_date"] = "2023-02-20"  # one of 40 leaves: 2.5 %
    land(warehouse, "generic.subscription_periods", [
        *base,
        *customers("b", 1, "2023-02-10", 100),
        *customers("c", 50, "2023-03-10", 200),
        period("a1", "2023-03-15", 80_000, subscription_id="more", billing_interval="year"),
        *customers("d", 10, "2023-05-10", 500),
        *customers("e", 10, "2023-08-10", 100),
        *customers("f", 15, "2023-09-10", 100),
        *halving("halves", months, 1_000),
        period("constant", "2023-07-01", 1_000),
        period("large", "2024-10-10", 1_000_000, billing_interval="year"),
    ])  # fmt: skip
    land(warehouse, "finance.sales_marketing_costs", [
        cost("2023-01-01", "people", 200_000),
        cost("2023-02-01", "people", 3_000),
        cost("2023-02-01", "people", 1_000, department="customer_success"),
        cost("2023-03-01", "people", 80_000),
        cost("2023-03-01", "tools", 10_000),
        cost("2023-03-31", "media", 60_000, vendor="Google Ireland Ltd."),
        cost("2023-04-01", "people", 15_000),
        cost("2023-04-01", "commission", 10_000, currency="EUR"),
        cost("2023-05-01", "people", 24_000),
        cost("2023-06-01", "people", 12_000),
        cost("2023-07-01", "people", 12_000),
        cost("2023-08-01", "media", 20_000, channel="Paid Social"),
        cost("2023-09-01", "media", 380, channel="Paid Social"),
        cost("2023-09-01", "people", 550),
        *(cost(f"2024-0{month}-01", "people", amount)
          for month, amount in ((7, 600_000), (8, 700_000), (9, 700_000))),
    ])  # fmt: skip
    land(warehouse, "fx.rates", [
        {"rate_date": date(2023, 4, 28), "base_currency": "EUR", "quote_currency": "USD",
         "rate": Decimal("1.5")},
    ])  # fmt: skip
    # 30 of the 50 new customers of March came through paid search, and 10 of the 15 of September
    # through paid social.
    land(
        warehouse,
        "hubspot.contact",
        [
            *contacts("c", 30, "2023-03-02", "PAID_SEARCH"),
            *contacts("e", 10, "2023-08-02", "PAID_SOCIAL"),
            *contacts("f", 10, "2023-09-02", "PAID_SOCIAL"),
        ],
    )
    stats = [
        {"customer_id": 1, "id": 7, "date": date(2023, 3, day), "device": device,
         "cost_micros": 15_000_000_000, "clicks": 10, "impressions": 100}
        for day in (3, 4) for device in ("MOBILE", "DESKTOP")
    ]  # fmt: skip
    land(warehouse, "google_ads.campaign_stats", stats)
    changed = datetime(2023, 1, 1)
    account = {"id": 1, "currency_code": "USD", "updated_at": changed}
    land(warehouse, "google_ads.account_history", [account])
    # No campaign, no ad: Performance Max still has all its costs.
    warehouse.build(*WITH_PARENTS)
    return warehouse


def figures(warehouse: Warehouse, mart: str, month: str) -> dict[str, Any]:
    """The company's row of a month."""
    cut = {"rpt_saas_kpis_monthly": "true", "rpt_unit_economics_monthly": "segment_type = 'all'"}
    (row,) = warehouse.rows(
        f"select * from marts.{mart} where month = ? and {cut.get(mart, COMPANY)}", [month]
    )
    return row


@pytest.mark.parametrize(
    ("case", "mart", "month", "expected"),
    [
        ("UE-01", "rpt_cac_monthly", "2023-01-01",
         {"spend_total": 200_000, "new_customers": 40, "cac_fully_loaded": 5_000}),
        ("UE-03", "rpt_cac_monthly", "2023-03-01",
         {"spend_media": 60_000, "spend_people": 80_000, "spend_tools": 10_000,
          "cac_program": 1_200, "cac_fully_loaded": 3_000, "cac_paid_media": None}),
        ("UE-05", "rpt_cac_payback_monthly", "2023-05-01",
         {"cac_fully_loaded": 2_400, "arpa_new": 500, "gross_margin": 0.8, "payback_months": 6,
          "payback_status": "within_aim"}),
        ("UE-06", "rpt_cac_payback_monthly", "2023-03-01",
         {"cac_fully_loaded": 3_000, "arpa_new": 200, "payback_months": 18.75}),
        ("UE-08", "rpt_cac_payback_monthly", "2023-07-01",
         {"payback_months": 15, "realised_payback_month": 15, "recovered_share": 1.2}),
        ("UE-09", "rpt_cac_payback_monthly", "2023-06-01",
         {"payback_months": 15, "realised_payback_month": None,
          "realised_payback_status": "slow"}),
        ("UE-10", "rpt_unit_economics_monthly", "2023-02-01",
         {"arpa": 100, "logo_churn_rate": 0.025, "customer_lifetime_months": 40, "ltv": 3_200,
          "cac_fully_loaded": 3_000, "ltv_to_cac": 3_200 / 3_000,
          "retention_cost_per_customer": 25}),
        ("UE-11", "rpt_cac_monthly", "2023-03-01",
         {"new_cac_ratio": 1.25, "blended_cac_ratio": 0.75}),
        ("UE-12", "rpt_cac_monthly", "2023-04-01",
         {"spend_total": 30_000, "spend_commission": 15_000, "new_customers": 0,
          "cac_fully_loaded": None, "new_customers_3m": 51, "spend_total_3m": 183_000,
          "cac_fully_loaded_3m": Decimal("3588.235294")}),
        ("UE-14", "rpt_unit_economics_monthly", "2024-12-01", {"magic_number": 0.5}),
        ("RET-20", "rpt_unit_economics_monthly", "2023-01-01",
         {"logo_churn_rate": None, "ltv": None, "ltv_to_cac": None}),
        ("KPI", "rpt_saas_kpis_monthly", "2023-03-01",
         {"cac_fully_loaded": 3_000, "payback_months": 18.75, "new_customers": 50}),
    ],
    ids=lambda value: value if isinstance(value, str) and "-" in value else "",
)  # fmt: skip
def test_worked_example(
    examples: Warehouse, case: str, mart: str, month: str, expected: dict[str, Any]
) -> None:
    row = figures(examples, mart, month)
    for column, value in expected.items():
        if value is None or isinstance(value, str):
            assert row[column] == value, (case, column)
        elif isinstance(row[column], float):
            assert row[column] == pytest.approx(float(value), rel=1e-9), (case, column)
        else:
            assert row[column] == Decimal(str(value)), (case, column)


@pytest.mark.parametrize(
    ("case", "month", "segment", "expected"),
    [
        ("UE-02", "2023-08-01", "Paid Social",
         {"spend_media": 20_000, "new_customers": 10, "cac_paid_media": 2_000}),
        ("UE-03", "2023-03-01", "all",
         {"paid_new_customers": 30, "cac_paid_media": 2_000, "cac_program": 1_200,
          "cac_fully_loaded": 3_000, "fully_loaded_to_paid_cac": 1.5}),
        ("UE-04", "2023-09-01", "all",
         {"cac_paid_media": 38, "cac_fully_loaded": 62, "fully_loaded_to_paid_cac": 62 / 38}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("model", ["linear", "first_touch"])
def test_paid_cac(
    examples: Warehouse, case: str, month: str, segment: str, expected: dict[str, float], model: str
) -> None:
    """What paid media claims is of the customers credited to it."""
    (row,) = examples.rows(
        "select * from marts.rpt_cac_monthly "
        "where month = ? and segment_value = ? and attribution_model = ?",
        [month, segment, model],
    )
    for column, value in expected.items():
        assert float(row[column]) == pytest.approx(value, rel=1e-6), (case, column)


def test_campaigns_have_the_paid_cac(examples: Warehouse) -> None:
    """Spend and credit of a channel meet under the same name, unknown here, or stand apart."""
    found = examples.query(
        """
        select month, channel, campaign, spend_media, credited_new_customers, credited_new_mrr,
            cac_paid_media
        from marts.rpt_campaign_performance_monthly
        where is_headline and channel like 'Paid %' order by all
        """
    )
    assert found == [
        (date(2023, 3, 1), "Paid Search", "7", 60_000, 0, 0, None),
        (date(2023, 3, 1), "Paid Search", "unknown", 0, 30, 6_000, None),
        (date(2023, 8, 1), "Paid Social", "unknown", 20_000, 10, 1_000, 2_000),
        (date(2023, 9, 1), "Paid Social", "unknown", 380, 10, 1_000, 38),
    ]


def test_ads_without_campaigns_are_counted_once(examples: Warehouse) -> None:
    """The invoice in the ledger is the same cost as the platform's."""
    found = examples.query(
        """
        select cost_source, campaign_key, exclusion_reason, sum(amount), sum(excluded_amount)
        from marts.fct_acquisition_costs_daily
        where category = 'media' and cost_month = '2023-03-01' group by all order by 1
        """
    )
    assert found == [
        ("google_ads", "google_ads:7", None, 60_000, 0),
        ("ledger", None, "reported_by_platform", 0, 60_000),
    ]


def test_ue_09_the_cohort_never_pays_back(examples: Warehouse) -> None:
    """1,000 that halves every month earns 1,600 at most."""
    (row,) = examples.query(
        f"""
        select count(*), max(cumulative_gross_profit), bool_or(is_paid_back), max(months_since)
        from marts.rpt_cac_payback_cohorts where cohort_month = '2023-06-01' and {COMPANY}
        """
    )
    assert row[0] == row[3] + 1 == 19
    assert Decimal("1599") < row[1] < Decimal("1600")
    assert row[2] is False


def yearly(customer: str, start: str, millions: float, end: str | None = None) -> dict[str, Any]:
    """A contract of so many millions of ARR."""
    return period(customer, start, millions * 1_000_000, end, billing_interval="year")


def result(month: str, burn: float, ebitda: float, flow: float, **more: str) -> dict[str, Any]:
    """Results of a month, in millions."""
    figures = {"net_burn": burn, "ebitda": ebitda, "free_cash_flow": flow, "revenue": 2}
    amounts = {name: Decimal(str(value)) * 1_000_000 for name, value in figures.items()}
    return {"month": date.fromisoformat(month), "currency": "USD", **amounts, **more}


@pytest.fixture(scope="module")
def without_costs(dbt_session: DbtSession) -> Warehouse:
    warehouse = dbt_session.warehouse("no-costs", as_of="2025-01-01")
    land(warehouse, "generic.subscription_periods", [
        yearly("base", "2023-01-10", 5.8),
        yearly("leaves", "2023-01-10", 1, "2024-02-20"),
        yearly("b", "2023-04-10", 3.2),
        yearly("c", "2023-07-10", 5),
        yearly("d", "2023-10-10", 5),
        yearly("e", "2024-01-10", 3),
        yearly("f", "2024-07-10", 4),  # 26 million, 30 % more than the 20 of a year before
    ])  # fmt: skip
    land(warehouse, "finance.company_results", [
        result("2023-04-30", 4.8, 0, 0),
        result("2023-05-31", 0, 0, 0),
        result("2023-06-30", 0, 0, 0),
        result("2023-07-31", 1, 0, 0),
        result("2023-08-31", 1, 0, 0),
        result("2023-09-30", 2, 0, 0),
        result("2023-10-31", 0, 0, 0),
        result("2023-11-30", 0, 0, 0),
        result("2023-12-31", 8, 0, 0, currency="EUR"),
        result("2024-01-31", 0, 0.6, 0.1),
        result("2024-02-29", 4, 0, 0.1),
        *(result(f"2024-{month:02d}-01", 0, 0.3, 0.1) for month in range(3, 13)),
    ])  # fmt: skip
    land(warehouse, "fx.rates", [
        {"rate_date": date(2023, 12, 29), "base_currency": "EUR", "quote_currency": "USD",
         "rate": Decimal("1.5")},
    ])  # fmt: skip
    warehouse.build(*WITH_PARENTS)
    return warehouse


@pytest.mark.parametrize(
    ("case", "month", "column", "expected"),
    [
        ("UE-16", "2023-06-01", "burn_multiple", 1.5),
        ("UE-16", "2023-09-01", "burn_multiple", 0.8),
        ("UE-16", "2023-12-01", "burn_multiple", 2.4),
        ("UE-16 no growth", "2024-06-01", "burn_multiple", None),
        ("UE-17", "2024-03-01", "burn_multiple", 2.0),
        ("UE-18", "2024-12-01", "rule_of_40_ebitda", 45),
        ("UE-18", "2024-12-01", "rule_of_40_fcf", 35),
        ("UE-18 no year", "2023-12-01", "rule_of_40_fcf", None),
    ],
)
def test_burn_and_rule_of_40(
    without_costs: Warehouse, case: str, month: str, column: str, expected: float | None
) -> None:
    """ARR grows by 3.2, 5 and 5 million in a quarter each, by 3 less 1, not at all, and by 4."""
    for mart in ("rpt_unit_economics_monthly", "rpt_saas_kpis_monthly"):
        value = figures(without_costs, mart, month)[column]
        assert value == (expected and pytest.approx(expected, rel=1e-9)), (case, mart)


def test_no_costs_no_figures(without_costs: Warehouse) -> None:
    """Without any source of costs the marts are there; what needs costs is empty or null."""
    for mart in ("fct_acquisition_costs_daily", "rpt_cac_monthly", "rpt_cac_payback_cohorts",
                 "rpt_cac_payback_monthly", "dim_campaigns"):  # fmt: skip
        assert without_costs.query(f"select count(*) from marts.{mart}") == [(0,)], mart
    row = figures(without_costs, "rpt_unit_economics_monthly", "2024-06-01")
    assert (row["cac_fully_loaded"], row["magic_number"]) == (None, None)
    assert round(row["arpa"] * 12 * 5) == 22_000_000
    closing = figures(without_costs, "rpt_saas_kpis_monthly", "2024-06-01")["closing_arr"]
    assert round(closing) == 22_000_000
    without_costs.test("--select", "path:models/marts/acquisition")


# The sample company ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def company(dbt_session: DbtSession) -> tuple[Warehouse, Path]:
    warehouse = dbt_session.warehouse("costs", as_of="2026-11-01")
    truth = warehouse.root / "truth"
    generate(
        warehouse.raw, truth=truth, customers=150, months=20, seed=11, until=datetime(2026, 11, 1)
    )
    warehouse.build(*WITH_PARENTS, "--exclude", "dim_dates")
    return warehouse, truth


def compare(company: tuple[Warehouse, Path], sql: str) -> list[tuple[Any, ...]]:
    """Rows of a query over marts and truth (`{truth}` is its folder)."""
    warehouse, truth = company
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        return connection.execute(sql.format(truth=truth)).fetchall()


def test_costs_are_right(company: tuple[Warehouse, Path]) -> None:
    """By month, category and reason, those that do not count included."""
    wrong = compare(
        company,
        """
        with told as (
            select month, category, coalesce(exclusion_reason, '') as reason, amount
            from read_parquet('{truth}/costs.parquet')
        ),
        got as (
            select cost_month as month, category, coalesce(exclusion_reason, '') as reason,
                sum(amount) as counted, sum(amount + excluded_amount) as amount
            from marts.fct_acquisition_costs_daily
            group by all
        )
        select month, category, reason, told.amount, got.amount, got.counted
        from told
        full outer join got using (month, category, reason)
        where told.amount is distinct from got.amount
            or got.counted <> case when reason = '' then got.amount else 0 end
        """,
    )
    assert not wrong, wrong[:10]
    assert compare(company, "select count(*) > 100 from read_parquet('{truth}/costs.parquet')") == [
        (True,)
    ]


def test_every_reason_is_shown(company: tuple[Warehouse, Path]) -> None:
    """The sample has costs of every kind, so that nothing above holds for want of rows."""
    found = compare(
        company,
        "select distinct cost_source, category, exclusion_reason "
        "from marts.fct_acquisition_costs_daily",
    )
    assert {source for source, _, _ in found} == {
        "google_ads", "linkedin_ads", "facebook_ads", "ledger", "salesforce",
    }  # fmt: skip
    assert {
        ("ledger", "media", "reported_by_platform"), ("ledger", "media", None),
        ("ledger", "people", "retention"), ("salesforce", "program", "reported_by_ledger"),
        ("salesforce", "program", None), ("salesforce", "media", "reported_by_platform"),
    } <= set(found)  # fmt: skip


def test_cac_is_right(company: tuple[Warehouse, Path]) -> None:
    """Told costs / told new customers, over one and three months."""
    wrong = compare(
        company,
        f"""
        with spend as (
            select month, sum(amount) as spend
            from read_parquet('{{truth}}/costs.parquet') where exclusion_reason is null group by 1
        ),
        news as (
            select date_trunc('month', movement_date)::date as month, count(*) as customers,
                sum(mrr_change) as mrr
            from read_parquet('{{truth}}/movements.parquet') where movement_type = 'new' group by 1
        )
        select got.month, got.spend_total, spend, got.new_customers, customers, new_mrr, mrr
        from marts.rpt_cac_monthly as got
        left join spend using (month) left join news using (month)
        where {COMPANY} and (
            got.spend_total <> coalesce(spend, 0)
            or got.new_customers <> coalesce(customers, 0)
            or got.new_mrr <> coalesce(mrr, 0)
            or abs(got.cac_fully_loaded - spend::double / customers) > 0.000001
        )
        """,
    )
    assert not wrong, wrong[:10]
    assert compare(company, "select count(*) > 19 from marts.rpt_cac_monthly") == [(True,)]


def test_margins_and_realised_payback_are_right(company: tuple[Warehouse, Path]) -> None:
    """The cohorts' MRR times the month's margin, summed up; a month without postings has the seed's."""
    wrong = compare(
        company,
        f"""
        with cohorts as (
            select customer_id, min(date_trunc('month', movement_date)::date) as cohort_month
            from read_parquet('{{truth}}/movements.parquet') where movement_type = 'new' group by 1
        ),
        earned as (
            select cohort_month, month,
                round(sum(closing_mrr) * any_value(coalesce(gross_margin, 0.8)), 6) as profit
            from read_parquet('{{truth}}/customer_month.parquet') as told
            inner join cohorts using (customer_id)
            left join read_parquet('{{truth}}/gross_margins.parquet') as margins using (month)
            where month < '2026-11-01'
            group by 1, 2
        ),
        told as (
            select *, sum(profit) over (partition by cohort_month order by month) as cumulative
            from earned
        )
        select cohort_month, month, told.profit, got.gross_profit, told.cumulative
        from told
        full outer join (select * from marts.rpt_cac_payback_cohorts where {COMPANY}) as got
            using (cohort_month, month)
        where coalesce(abs(got.cumulative_gross_profit - told.cumulative) > 0.000001,
            got.gross_profit <> 0 or told.profit <> 0)
        """,
    )
    assert not wrong, wrong[:10]
    ((rows, paid_back),) = compare(
        company, "select count(*), count(payback_month) from marts.rpt_cac_payback_cohorts"
    )
    assert rows > 150
    assert 0 < paid_back < rows


def test_all_data_tests_hold(company: tuple[Warehouse, Path]) -> None:
    warehouse, _ = company
    result = warehouse.test("--select", "path:models/marts/acquisition",
                            "path:models/intermediate/acquisition", "path:models/staging/finance",
                            "path:models/staging/google_ads", "path:models/staging/linkedin_ads",
                            "path:models/staging/facebook_ads", "stg_salesforce__campaigns",
                            "channels", "media_vendors", "cost_departments", "gross_margins",
                            "ad_campaign_channels", "crm_campaign_types")  # fmt: skip
    assert len(result.statuses) > 100
    assert not result.failed


@pytest.mark.parametrize(
    "mart", ["rpt_cac_monthly", "rpt_saas_kpis_monthly", "fct_acquisition_costs_daily"]
)
def test_measures_for_superset_are_the_marts_own(
    company: tuple[Warehouse, Path], mart: str
) -> None:
    assert bi_measures.differences(company[0].database, mart) == []
