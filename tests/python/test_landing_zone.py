"""What raw data may look like, and what stops a run before anything is built."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from conftest import DbtSession, Warehouse

pytestmark = pytest.mark.slow

RATES = "select date '2026-01-31' as rate_date, 'eur' as base_currency, 'usd' as quote_currency, {0} as rate"
PERIOD = (
    "select 'c{0}' as customer_id, 's{0}' as subscription_id, '2026-01-05' as start_date, "
    "cast(null as date) as end_date, 90.0 as amount, 'month' as billing_interval, "
    "3 as interval_count, 'EUR' as currency"
)


@pytest.fixture
def warehouse(dbt_session: DbtSession, request: pytest.FixtureRequest) -> Warehouse:
    return dbt_session.warehouse(f"landing-{request.node.name}", as_of="2026-02-01")


def land(warehouse: Warehouse, table: str, sql: str, name: str = "part") -> Path:
    """Writes one Parquet file of a raw table (`source/table`) from a query."""
    folder = warehouse.raw / table
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy ({sql}) to '{path}' (format parquet)")
    return path


def closing(warehouse: Warehouse) -> list[tuple[object, ...]]:
    """Customers' MRR at the end of January, once its mart is built."""
    warehouse.build("--select", "+fct_customer_mrr_monthly")
    return warehouse.query(
        "select customer_id, cast(closing_mrr as double) from marts.fct_customer_mrr_monthly "
        "where month = date '2026-01-01' order by 1"
    )


def refused(warehouse: Warehouse, *expected: str) -> None:
    """A run on this landing zone stops with a message that holds all the expected parts."""
    result = warehouse.build(check=False)
    assert result.returncode != 0
    for part in expected:
        assert part in result.output, result.output
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        built = connection.execute(
            "select count(*) from information_schema.tables where table_schema = 'marts'"
        ).fetchall()
    assert built == [(0,)]


def test_no_raw_data_gives_empty_marts(warehouse: Warehouse) -> None:
    warehouse.build()
    assert warehouse.query("select count(*) from marts.fct_mrr_movements") == [(0,)]
    assert warehouse.query("select count(*) from marts.rpt_mrr_bridge_monthly") == [(0,)]
    warehouse.test()


def test_extra_columns_other_types_and_several_files_are_fine(warehouse: Warehouse) -> None:
    land(warehouse, "generic/subscription_periods", PERIOD.format(1) + ", 7 as surprise", "a")
    land(
        warehouse,
        "generic/subscription_periods/year=2026/deeper",
        PERIOD.format(2).replace("90.0", "cast('120' as varchar)"),
        "b",
    )
    land(warehouse, "fx/rates", RATES.format("cast(1.5 as double)"))
    assert closing(warehouse) == [("c1", 45.0), ("c2", 60.0)]


def test_spaces_around_text_and_instants_without_an_end_are_read(warehouse: Warehouse) -> None:
    land(
        warehouse, "stripe/product",
        "select * from (values "
        "('plain', 'Pro', timestamptz '2026-01-05 01:00:00+01'), (' spaces ', ' Pro ', 'infinity'), "
        "('other spaces\u00a0', '\u2003Pro', null), ('blank', ' ', null), ('accents', 'Pré', null)"
        ") as t (id, name, created)",
    )  # fmt: skip
    warehouse.build("--select", "stg_stripe__products")
    assert warehouse.query(
        "select id, name, cast(created as varchar) from raw_stripe.product order by 1"
    ) == [
        ("accents", "Pré", None),
        ("blank", None, None),
        ("other spaces", "Pro", None),
        ("plain", "Pro", "2026-01-05 00:00:00"),
        ("spaces", "Pro", "infinity"),
    ]


def test_tables_of_the_warehouse_database_are_found(warehouse: Warehouse) -> None:
    with duckdb.connect(str(warehouse.database)) as connection:
        connection.execute("create schema generic; create schema fx")
        connection.execute(f"create table generic.subscription_periods as {PERIOD.format(1)}")
        connection.execute(f"create table fx.rates as {RATES.format(2)}")
    assert closing(warehouse) == [("c1", 60.0)]


def test_tables_with_zero_rows_are_empty(warehouse: Warehouse) -> None:
    land(warehouse, "generic/subscription_periods", PERIOD.format(1) + " limit 0")
    assert closing(warehouse) == []


def test_a_missing_required_column_is_named(warehouse: Warehouse) -> None:
    land(
        warehouse,
        "generic/subscription_periods",
        f"select * exclude (amount) from ({PERIOD.format(1)})",
    )
    refused(
        warehouse, "source generic, table subscription_periods, column amount: missing", "Add it"
    )


def test_a_value_of_a_wrong_type_is_named(warehouse: Warehouse) -> None:
    land(warehouse, "generic/subscription_periods", PERIOD.format(9).replace("90.0", "'ninety'"))
    refused(
        warehouse,
        "source generic, table subscription_periods, column amount: the value 'ninety'",
        "customer_id = 'c9'",
    )


def test_a_date_that_is_none_is_named(warehouse: Warehouse) -> None:
    land(warehouse, "generic/subscription_periods", PERIOD.format(9).replace("2026-01-05", "5 Jan"))
    refused(warehouse, "column start_date: the value '5 Jan'", "is no timestamp")


def test_a_half_written_file_is_named(warehouse: Warehouse) -> None:
    path = land(warehouse, "generic/subscription_periods", PERIOD.format(1), "half")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    refused(warehouse, "generic/subscription_periods/half.parquet")


def test_a_table_that_cannot_be_read_alone_is_refused(warehouse: Warehouse) -> None:
    land(warehouse, "stripe/invoice_line_item", "select 'in_1' as invoice_id, 'l1' as id")
    refused(warehouse, "source stripe, table invoice: missing", "table subscription_item: missing")


@pytest.mark.heavy
def test_a_missing_exchange_rate_stops_the_marts(warehouse: Warehouse) -> None:
    land(warehouse, "generic/subscription_periods", PERIOD.format(1))
    result = warehouse.dbt("build", "--exclude-resource-types", "unit_test", check=False)
    assert result.returncode != 0
    assert result.failed == ["test.saas_metrics.fx_rates_are_known"]
    built = "select count(*) from information_schema.tables where table_name = 'fct_mrr_movements'"
    assert warehouse.query(built) == [(0,)]


def test_rows_of_the_account_map_without_effect_warn(warehouse: Warehouse) -> None:
    land(
        warehouse,
        "generic/subscription_periods",
        f"{PERIOD.format(1)} union all {PERIOD.format(2)}",
    )
    land(warehouse, "fx/rates", RATES.format(1))
    names = ["billing_source", "billing_customer_id", "account_id"]
    rows = "('generic', 'c1', 'acme'), ('GENERIC ', 'nobody', 'acme'), ('strpe', 'c2', 'acme')"
    land(
        warehouse,
        "generic/customer_account_map",
        f"select * from (values {rows}) as map ({', '.join(names)})",
    )
    assert [row[0] for row in closing(warehouse)] == ["acme", "c2"]
    result = warehouse.test("--select", "account_map_takes_effect")
    assert [message for node, message in result.messages.items() if node in result.failed] == [
        "Got 2 results, configured to warn if != 0"
    ]


def test_an_unknown_policy_or_as_of_is_refused(dbt_session: DbtSession) -> None:
    unknown = dbt_session.warehouse("landing-policy", "2026-02-01", {"churn_recognition": "never"})
    assert "Allowed: subscription_end" in unknown.build(check=False).output
    odd = dbt_session.warehouse("landing-as-of", "yesterday")
    assert "'yesterday' is not an ISO date or timestamp" in odd.build(check=False).output
