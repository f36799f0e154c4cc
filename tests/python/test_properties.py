"""What must not matter does not, and what must matter does: one landing zone, changed in known ways.

Each test lands the same company again with one change and compares every mart with the first run.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from conftest import DbtSession, Warehouse

from sample_company import generate

pytestmark = pytest.mark.slow

UNTIL = datetime(2026, 7, 15, 6)
EARLIER = datetime(2026, 4, 10)
#: Integer columns of raw tables that hold money in minor units.
MONEY = {
    "amount", "amount_due", "amount_paid", "amount_remaining", "amount_off", "amount_refunded",
    "unit_amount", "flat_amount", "subtotal", "tax", "total",
}  # fmt: skip
BILLING = ("stripe", "generic", "fx")
MONEY_TEXT = {"unit_amount_decimal", "flat_amount_decimal"}


@pytest.fixture(scope="module")
def original(dbt_session: DbtSession) -> Warehouse:
    warehouse = dbt_session.warehouse("properties", as_of=UNTIL.isoformat())
    generate(warehouse.raw, customers=200, months=20, seed=31, until=UNTIL)
    # Of a ledger two equal rows are two costs: what holds of costs is in test_acquisition.
    for folder in filter(Path.is_dir, warehouse.raw.iterdir()):
        if folder.name not in BILLING:
            shutil.rmtree(folder)
    warehouse.build()
    return warehouse


def relanded(
    session: DbtSession, original: Warehouse, name: str, query: Callable[[str, list[str]], str],
    files: int = 1, as_of: str = "", variables: Mapping[str, str] | None = None,
) -> Warehouse:  # fmt: skip
    """The same company landed again, every raw table rewritten as `query(table, columns)` says."""
    warehouse = session.warehouse(f"properties-{name}", as_of or original.as_of, variables)
    shutil.rmtree(warehouse.raw)
    with duckdb.connect() as connection:
        for folder in sorted(p for p in original.raw.glob("*/*") if p.is_dir()):
            connection.execute(
                f"create or replace view raw as select * from "
                f"read_parquet('{folder}/**/*.parquet', union_by_name = true)"
            )
            columns = [row[0] for row in connection.execute("describe raw").fetchall()]
            connection.execute(f"create or replace table changed as {query(folder.name, columns)}")
            for number in range(files):
                target = warehouse.raw / folder.relative_to(original.raw) / f"day={number}"
                target.mkdir(parents=True)
                connection.execute(
                    f"copy (select * from changed where rowid % {files} = {number}) "
                    f"to '{target}/part.parquet' (format parquet)"
                )
    warehouse.build()
    return warehouse


@pytest.mark.heavy
def test_order_and_files_of_raw_rows_do_not_matter(
    dbt_session: DbtSession, original: Warehouse
) -> None:
    changed = relanded(
        dbt_session, original, "shuffled", files=3,
        query=lambda table, columns: "select * from raw order by md5(cast(raw as varchar))",
    )  # fmt: skip
    assert changed.fingerprints() == original.fingerprints()


def test_rows_that_land_twice_count_once(dbt_session: DbtSession, original: Warehouse) -> None:
    changed = relanded(
        dbt_session, original, "doubled",
        query=lambda table, columns: "select * from raw union all select * from raw",
    )  # fmt: skip
    before, after = original.fingerprints(), changed.fingerprints()
    # How many raw rows each source holds is what this mart tells.
    assert before.pop("rpt_data_quality_results") != after.pop("rpt_data_quality_results")
    assert after == before


@pytest.mark.heavy
def test_types_and_empty_text_do_not_matter(dbt_session: DbtSession, original: Warehouse) -> None:
    """Everything as text, null as empty text, codes in capitals; several files with some columns each."""
    codes = {"currency", "status", "interval", "recurring_interval", "duration", "billing_interval"}

    def query(table: str, columns: list[str]) -> str:
        chosen = []
        for column in columns:
            text = f"coalesce(cast(\"{column}\" as varchar), '')"
            chosen.append(f'{f"upper({text})" if column in codes else text} as "{column}"')
        return f"select {', '.join(chosen)} from raw"

    changed = relanded(dbt_session, original, "texts", query=query, files=2)
    assert changed.fingerprints() == original.fingerprints()


@pytest.mark.heavy
def test_a_time_zone_moves_nothing_that_moves_with_it(
    dbt_session: DbtSession, original: Warehouse
) -> None:
    """Five hours later, told five hours west: the same months and movements."""

    def query(table: str, columns: list[str]) -> str:
        with duckdb.connect() as connection:
            folder = next(original.raw.glob(f"*/{table}"))
            types = dict(
                connection.execute(
                    "select column_name, column_type from (describe select * from "
                    f"read_parquet('{folder}/**/*.parquet', union_by_name = true))"
                ).fetchall()
            )
        chosen = []
        for column in columns:
            shifted = f'"{column}"'
            if column in ("start_date", "end_date") and table == "subscription_periods":
                shifted = (
                    f"case when \"{column}\" like '%:%' then "
                    f'cast(cast("{column}" as timestamp) + interval 5 hour as varchar) '
                    f'else "{column}" end'
                )
            elif types[column] == "TIMESTAMP WITH TIME ZONE":
                shifted = (
                    f"case when \"{column}\" < timestamptz '9999-01-01' "
                    f'then "{column}" + interval 5 hour else "{column}" end'
                )
            chosen.append(f'{shifted} as "{column}"')
        return f"select {', '.join(chosen)} from raw"

    changed = relanded(
        dbt_session, original, "west", query=query, as_of=f"{UNTIL + timedelta(hours=5)}Z",
        variables={"reporting_timezone": "Etc/GMT+5"},
    )  # fmt: skip
    for table in ("fct_customer_mrr_monthly", "fct_mrr_movements", "rpt_mrr_bridge_monthly"):
        sql = f"select * from marts.{table} order by all"
        assert changed.query(sql) == original.query(sql), table


@pytest.mark.heavy
def test_names_of_ids_do_not_matter(dbt_session: DbtSession, original: Warehouse) -> None:
    def query(table: str, columns: list[str]) -> str:
        renamed = "replace(replace(replace({0}, 'cus_', 'kun_'), 'in_', 'zz_'), 'si_', 'aa_')"
        chosen = [
            f'{renamed.format(chr(34) + c + chr(34))} as "{c}"'
            if c in ("id", "type_id", "unique_id") or (c.endswith("_id") and c[0] != "_")
            else f'"{c}"'
            for c in columns
        ]
        return f"select {', '.join(chosen)} from raw"

    changed = relanded(dbt_session, original, "renamed", query=query)
    sql = """
        select replace(customer_id, 'cus_', 'kun_') as customer_id, * exclude (customer_id)
        from marts.fct_customer_mrr_monthly order by all
    """
    assert changed.query(sql) == original.query(sql)


@pytest.mark.heavy
def test_money_scales(dbt_session: DbtSession, original: Warehouse) -> None:
    def query(table: str, columns: list[str]) -> str:
        chosen = []
        for column in columns:
            if column in MONEY:
                chosen.append(f'100 * "{column}" as "{column}"')
            elif column in MONEY_TEXT:
                chosen.append(
                    f'cast(100 * cast("{column}" as decimal(28, 9)) as varchar) as "{column}"'
                )
            else:
                chosen.append(f'"{column}"')
        return f"select {', '.join(chosen)} from raw"

    changed = relanded(dbt_session, original, "scaled", query=query)
    scaled = changed.query(
        "select month, customer_id, closing_mrr from marts.fct_customer_mrr_monthly"
    )
    base = {
        (month, customer): mrr
        for month, customer, mrr in original.query(
            "select month, customer_id, closing_mrr from marts.fct_customer_mrr_monthly"
        )
    }
    assert {(month, customer) for month, customer, _ in scaled} == set(base)
    # Rates are rounded to a minor unit a billing period, which does not scale: at most half a cent,
    # 365 / 12 times a month, for each of a few items.
    for month, customer, mrr in scaled:
        assert abs(mrr - 100 * base[month, customer]) <= 100, (month, customer, mrr)
    assert sum(mrr for *_, mrr in scaled) == pytest.approx(100 * sum(base.values()), rel=1e-4)


@pytest.mark.heavy
def test_an_earlier_as_of_tells_the_same_past(dbt_session: DbtSession, original: Warehouse) -> None:
    earlier = dbt_session.warehouse("properties-earlier", as_of=EARLIER.isoformat())
    if earlier.raw.exists():
        shutil.rmtree(earlier.raw)
    earlier.raw.symlink_to(original.raw, target_is_directory=True)
    earlier.build()
    months = (
        f"from marts.fct_customer_mrr_monthly where month < date '{EARLIER:%Y-%m}-01' order by all"
    )
    assert earlier.query(f"select * {months}") == original.query(f"select * {months}")
    ((latest,),) = earlier.query("select max(movement_date) from marts.fct_mrr_movements")
    assert latest <= EARLIER.date()


@pytest.mark.heavy
def test_a_second_run_and_a_full_refresh_change_nothing(original: Warehouse) -> None:
    before = original.fingerprints()
    original.build()
    assert original.fingerprints() == before
    original.build("--full-refresh")
    assert original.fingerprints() == before


def test_the_same_input_gives_the_same_bytes(dbt_session: DbtSession, original: Warehouse) -> None:
    again = dbt_session.warehouse("properties-again", as_of=original.as_of)
    shutil.rmtree(again.raw)
    again.raw.symlink_to(original.raw, target_is_directory=True)
    again.build()
    for table in ("fct_mrr_movements", "fct_customer_mrr_monthly", "fct_mrr_movement_reasons"):
        copies = []
        for warehouse in (original, again):
            target = Path(warehouse.root) / f"{table}.parquet"
            warehouse.query(f"copy marts.{table} to '{target}' (format parquet)")
            copies.append(target.read_bytes())
        assert copies[0] == copies[1], table
