"""The chain from a mart's line to raw rows: it adds up, says so, and its raw rows are there."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result
from conformance.builder import Case, write_landing_zone
from conftest import REPOSITORY, DbtSession, Warehouse

from orchestration.explain import Explainer, Explanation, Store
from orchestration.explain.__main__ import main
from orchestration.explain.money import converted, major, monthly, rounded
from orchestration.explain.policies import Policies
from orchestration.explain.raw import RawRow, RawZone
from orchestration.explain.render import text
from orchestration.publishing import publish
from sample_company import generate

pytestmark = pytest.mark.heavy

UNTIL = datetime(2026, 11, 1)
#: Two lives whose explanations are written out below and in docs/explain.md.
HANDMADE = Case(
    {
        "id": "EXP-01",
        "title": "What an explanation says",
        "stripe": {
            "prices": {"seat": {"amount": 10, "product": "seat"}},
            "coupons": {"tenoff": {"percent_off": 10, "duration": "forever"}},
            "customers": {
                "grows": {
                    "start": "2025-01-01",
                    "items": {"seat": {"price": "seat", "quantity": 5}},
                    "discount": "tenoff",
                    "events": [
                        {"at": "2025-03-10", "change": "seat", "quantity": 8, "prorate": "now"}
                    ],
                },
                "leaves": {
                    "start": "2025-01-01",
                    "items": {"seat": {"price": "seat", "quantity": 2}},
                    "events": [
                        {"at": "2025-03-20", "cancel": "now", "reason": "cancellation_requested"}
                    ],
                },
            },
        },
    },
    Path("EXP-01.yml"),
)


# Without a warehouse ------------------------------------------------------------------------------


def test_arithmetic_is_that_of_the_marts() -> None:
    assert monthly(Decimal(500)) == Decimal("41.666667")
    assert monthly(Decimal("-500")) == Decimal("-41.666667")
    assert rounded(Decimal("0.0000005"), 6) == Decimal("0.000001")
    assert converted(Decimal(1200), Decimal("1.0850000000000000")) == Decimal(1302)
    assert [major(100, c) for c in ("usd", "JPY", "KWD")] == [1, 100, Decimal("0.1")]


def test_raw_rows_of_one_key_are_the_last_one_synced(tmp_path: Path) -> None:
    folder = tmp_path / "stripe" / "price" / "2026"
    folder.mkdir(parents=True)
    duckdb.sql(
        "select 'p' as id, n as unit_amount, timestamptz '2026-01-01 00:00:00+00' + to_days(n) "
        "as _fivetran_synced from range(1, 4) as rows (n)"
    ).write_parquet(str(folder / "a.parquet"))
    zone = RawZone(tmp_path)
    (row,) = zone.rows("stripe.price", "id", "p", ("id",))
    assert (row.get("unit_amount"), row.older) == (3, 2)
    assert row.file == "stripe/price/2026/a.parquet"
    assert row.get("_fivetran_synced") == datetime(2026, 1, 4)
    assert zone.rows("stripe.price", "no_such_column", "p") == []
    assert zone.rows("stripe.plan", "id", "p") == []


# Hand-made lives ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def handmade(dbt_session: DbtSession) -> Warehouse:
    warehouse = dbt_session.warehouse("explain-handmade", as_of="2025-06-01")
    write_landing_zone([HANDMADE], "2025-06-01", warehouse.raw)
    warehouse.build()
    return warehouse


def run(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setenv("SAAS_METRICS_WAREHOUSE_PATH", str(warehouse.database))
    monkeypatch.setenv("SAAS_METRICS_RAW_PATH", str(warehouse.raw))
    monkeypatch.setenv("SAAS_METRICS_SERVING_PATH", str(warehouse.root / "serving"))
    return CliRunner().invoke(main, list(arguments))


@pytest.mark.slow
def test_the_example_of_the_page_is_what_the_command_says(
    handmade: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (REPOSITORY / "docs" / "explain.md").read_text(encoding="utf-8")
    asked = ("--customer", "exp01_grows", "--month", "2025-03")
    result = run(handmade, monkeypatch, *asked)
    assert result.exit_code == 0, result.output
    blocks = re.findall(r"```text\n(.*?)```", page, flags=re.DOTALL)
    assert result.output in blocks
    assert f"saas-metrics explain {' '.join(asked)}" in page


@pytest.mark.slow
def test_a_churn_shows_the_versions_of_its_subscription(
    handmade: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((movement,),) = handmade.query(
        "select movement_id from marts.fct_mrr_movements where movement_type = 'churn'"
    )
    result = run(handmade, monkeypatch, "--movement", movement)
    assert (result.exit_code, result.output) == (0, LEAVES.format(movement=movement))


LEAVES = """\
exp01_leaves (exp01_leaves): movement
MRR in USD; from the warehouse saas_warehouse.duckdb

2025-03-20  churn -20.00  (20.00 to 0.00)
  movement {movement}
  cancellation_voluntary            -20.00  item si_exp01_leaves_seat
    evidence: subscription sub_exp01_leaves
    stripe/subscription_history/rows.parquet
      _fivetran_start=2025-01-01  status=active
    stripe/subscription_history/rows.parquet
      _fivetran_start=2025-03-20  status=canceled  ended_at=2025-03-20  canceled_at=2025-03-20
      cancellation_details_reason=cancellation_requested

Before, 2025-03-20 UTC: 20.00
  exp01_seat x 2  item si_exp01_leaves_seat
    2025-01-01 to 2025-03-20, sub_exp01_leaves
    gross a year                  240.00 USD
    net a year                    240.00 USD
    / 12                           20.00 USD
    evidence: invoice_line in_exp01_leaves_2025-01-01/il_exp01_leaves_2025-01-01_1
      20.00 every month x 12 = 240.00 a year
      stripe/invoice_line_item/rows.parquet
        amount=2000 (20.00 USD)  quantity=2  period_start=2025-01-01  period_end=2025-02-01
        price_id=price_exp01_seat  description=2 x price_exp01_seat
      stripe/invoice/rows.parquet
        id=in_exp01_leaves_2025-01-01  status=paid  created=2025-01-01  subtotal=2000 (20.00 USD)
        tax=0 (0.00 USD)  total=2000 (20.00 USD)
      stripe/price/rows.parquet
        id=price_exp01_seat  unit_amount=1000 (10.00 USD)  unit_amount_decimal=1000
        recurring_interval=month  recurring_interval_count=1  billing_scheme=per_unit

After, 2025-03-21 UTC: 0.00
  nothing in force

Everything adds up: 7 checks hold.
"""


@pytest.mark.slow
def test_json_has_every_amount_as_text(
    handmade: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(handmade, monkeypatch, "--customer", "exp01_grows", "--month", "2025-03", "--json")
    found = json.loads(result.output)
    assert found["adds_up"] is True
    assert found["line"]["closing_mrr"] == "72.000000"
    assert found["movements"][0]["reasons"][0]["row"]["mrr_change"] == "30.000000"
    assert all(check["holds"] for check in found["checks"])
    files = [r["file"] for i in found["closing"]["intervals"] for r in i["evidence"]["rows"]]
    assert "stripe/invoice_line_item/rows.parquet" in files


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--customer", "exp01_grow", "--month", "2025-03"), "near it: exp01_grows"),
        (("--customer", "nobody at all", "--month", "2025-03"), "no customer nobody at all"),
        (("--customer", "exp01_leaves", "--month", "2025-05"), "from 2025-01 to 2025-03"),
        (("--movement", "abc"), "no movement abc"),
    ],
)
def test_what_cannot_be_answered_says_what_would_help(
    handmade: Warehouse, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    result = run(handmade, monkeypatch, *arguments)
    assert result.exit_code == 2
    assert words in result.output


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [(), ("--customer", "c"), ("--month", "2025-03"), ("--customer", "c", "--month", "March")],
)
def test_questions_that_are_none(arguments: tuple[str, ...]) -> None:
    assert CliRunner().invoke(main, list(arguments)).exit_code == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("update fct_customer_mrr_monthly set closing_mrr = 73", "closing_mrr = opening_mrr"),
        ("update fct_mrr_movement_reasons set mrr_change = 1", "= its reasons"),
        ("update fct_subscription_periods set quantity = 9, net_annual_amount = 864", "net a year"),
        ("delete from fct_subscription_period_discounts", "net a year"),
    ],
)
def test_amounts_that_do_not_add_up_are_named(
    handmade: Warehouse,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
    words: str,
) -> None:
    broken = Warehouse(handmade.session, tmp_path, handmade.as_of)
    shutil.copy(handmade.database, broken.database)
    with duckdb.connect(str(broken.database)) as connection:
        connection.execute("use saas_warehouse.marts")
        connection.execute(change)
    monkeypatch.setenv("SAAS_METRICS_RAW_PATH", str(handmade.raw))
    arguments = ["--customer", "exp01_grows", "--month", "2025-03", "--raw", str(handmade.raw)]
    result = run(broken, monkeypatch, *arguments)
    assert result.exit_code == 1
    assert "DOES NOT ADD UP" in result.output
    assert words in result.output


@pytest.mark.slow
def test_raw_rows_that_are_gone_are_named(
    handmade: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["--customer", "exp01_grows", "--month", "2025-03", "--raw", str(tmp_path)]
    result = run(handmade, monkeypatch, *arguments)
    assert result.exit_code == 1
    assert "raw rows found" in result.output


@pytest.mark.slow
def test_a_locked_warehouse_is_said_and_the_published_copy_taken(
    handmade: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = Warehouse(handmade.session, tmp_path, handmade.as_of)
    shutil.copy(handmade.database, locked.database)
    shutil.copytree(handmade.raw, locked.raw)
    asked = ("--customer", "exp01_grows", "--month", "2025-03")
    serving = locked.root / "serving"

    def refuse(*_: Any, **__: Any) -> None:
        raise duckdb.IOException("IO Error: Could not set lock on file: Conflicting lock is held")

    with monkeypatch.context() as patched:
        patched.setattr("orchestration.explain.store.duckdb.connect", refuse)
        result = run(locked, patched, *asked)
        assert result.exit_code == 2
        assert "is locked: a run is writing to it" in result.output
    publish(warehouse=locked.database, serving=serving, run_id="test", as_of=locked.as_of, keep=2)
    result = run(locked, monkeypatch, *asked, "--from", "published")
    assert result.exit_code == 0, result.output
    assert "published run 1, as of 2025-06-01" in result.output
    locked.database.unlink()
    assert run(locked, monkeypatch, *asked).exit_code == 0


# The sample company -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def company(dbt_session: DbtSession) -> Warehouse:
    warehouse = dbt_session.warehouse("explain-company", as_of=UNTIL.isoformat())
    truth = warehouse.root / "truth"
    generate(warehouse.raw, truth=truth, customers=200, months=18, seed=7, until=UNTIL)
    warehouse.build()
    return warehouse


@pytest.fixture(scope="module")
def store(company: Warehouse) -> Iterator[Store]:
    with duckdb.connect(str(company.database), read_only=True) as connection:
        yield Store(connection, "warehouse")


@pytest.fixture(scope="module")
def explained(company: Warehouse, store: Store) -> list[Explanation]:
    """For every customer the months in which it moves, and its last one."""
    explainer = Explainer(store, RawZone(company.raw, store), Policies.from_project())
    asked = store.rows(
        """
        select customer_id, month from marts.fct_customer_mrr_monthly
        where
            new_mrr <> 0 or reactivation_mrr <> 0 or expansion_mrr <> 0
            or contraction_mrr <> 0 or churn_mrr <> 0
            or month = date '2026-10-01'
            or hash(customer_id, month) % 10 = 0
        order by customer_id, month
        """
    )
    return [explainer.month(str(row["customer_id"]), row["month"]) for row in asked]


@pytest.mark.slow
def test_every_explanation_adds_up(explained: list[Explanation]) -> None:
    wrong = [
        f"{found.customer['customer_id']} {found.month}: {check.what}: {check.said}, {check.found}"
        for found in explained
        for check in found.checks
        if not check.holds
    ]
    assert not wrong, "\n".join(wrong[:10])
    assert len(explained) > 300


@pytest.mark.slow
def test_every_situation_and_kind_of_evidence_is_explained(
    company: Warehouse, explained: list[Explanation]
) -> None:
    customers = {
        row[0] for row in company.query("select customer_id from marts.fct_customer_mrr_monthly")
    }
    assert {str(found.customer["customer_id"]) for found in explained} == customers
    tags = duckdb.sql(
        f"select distinct unnest(tags) from read_parquet('{company.root}/truth/situations*.parquet')"
    ).fetchall()
    assert len(tags) > 80
    kinds = {i.evidence.kind for e in explained for i in e.closing.intervals}
    assert kinds == {"invoice_line", "live_item", "direct"}
    reasons = {r.row["reason"] for e in explained for m in e.movements for r in m.reasons}
    assert {"quantity", "plan", "discount", "price", "cancellation_voluntary", "pause"} <= reasons


@pytest.mark.slow
def test_the_raw_rows_are_in_the_files_that_are_named(
    company: Warehouse, explained: list[Explanation]
) -> None:
    seen: dict[tuple[str, str], RawRow] = {}
    for found in explained[::5]:
        rows = [r for i in found.closing.intervals for r in i.evidence.rows]
        rows += [r for m in found.movements for reason in m.reasons for r in reason.rows]
        rows += [r for _, raw in found.rates for r in raw]
        for row in rows:
            if row.file.endswith(".parquet"):
                key = str(row.get("unique_id", row.get("id", row.get("customer_id"))))
                seen.setdefault((row.file, key), row)
    assert {row.table for row in seen.values()} >= {
        "stripe.invoice_line_item", "stripe.invoice", "stripe.price", "stripe.subscription_history",
        "stripe.subscription_item", "generic.subscription_periods", "fx.rates",
    }  # fmt: skip
    for row in list(seen.values())[::4]:
        column = next(
            c for c in ("unique_id", "id", "customer_id", "rate") if row.get(c) is not None
        )
        ((count,),) = duckdb.execute(
            f"select count(*) from read_parquet(?) where {column} = ?",
            [str(company.raw / row.file), row.get(column)],
        ).fetchall()
        assert count > 0, row


def test_vars_of_the_run_count_before_those_of_the_project() -> None:
    assert Policies.from_project().week_factor == 52
    assert Policies.from_project({"week_factor": 48, "reporting_currency": "eur"}) == Policies(
        reporting_currency="EUR", week_factor=Decimal(48)
    )


@pytest.mark.slow
def test_every_movement_can_be_asked_for_by_its_id(company: Warehouse, store: Store) -> None:
    explainer = Explainer(store, RawZone(company.raw, store), Policies.from_project())
    rows = store.rows(
        "select movement_id from marts.fct_mrr_movements "
        "qualify row_number() over (partition by movement_type order by movement_id) <= 12"
    )
    assert len(rows) > 40
    for row in rows:
        found = explainer.movement(str(row["movement_id"]))
        assert found.adds_up, [check for check in found.checks if not check.holds]
        assert text(found, "x", "USD").endswith("hold.\n") or "worked out again" in text(
            found, "x", "USD"
        )


@pytest.mark.slow
def test_rates_are_worked_out_again_from_raw(explained: list[Explanation]) -> None:
    """Nearly all: a proration with tax inside takes its share from the item's renewals."""
    intervals = [i for e in explained for i in [*e.opening.intervals, *e.closing.intervals]]
    again = [i for i in intervals if i.evidence.rated.annual is not None]
    assert len(again) > 0.97 * len(intervals) > 0


@pytest.mark.slow
def test_invoices_are_reconciled_without_a_rest(company: Warehouse) -> None:
    ((months, unexplained, rounding),) = company.query(
        "select count(*), sum(abs(unexplained_amount)), max(abs(rounding_amount)) "
        "from marts.fct_mrr_reconciliation_monthly"
    )
    assert months > 1000
    assert unexplained == 0
    assert rounding < Decimal("0.01")
    causes = company.rows(
        "select step, sum(customers) as customers from marts.rpt_mrr_reconciliation_monthly "
        "where step_type = 'cause' group by step"
    )
    shown = {row["step"] for row in causes if row["customers"]}
    assert shown >= {
        "void_and_draft", "tax", "one_off", "usage", "billed_for_other_months",
        "billed_in_other_months", "fx", "not_in_mrr", "month_length", "discounts", "prorations",
        "unbilled_changes", "unbilled", "not_invoiced", "within_month",
    }  # fmt: skip
    assert not shown & {"missing_lines", "unexplained"}
