"""The landing zone that the cases make is one that Stripe's loader could have left."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from .builder import Case, load_cases
from .stripe_life import Ledger as _Ledger
from .stripe_life import Row, add_months, instant, make_price

CASES = load_cases()
#: Cases that are about rows or values that a loader left out.
WHOLE = [case for case in CASES if not case.data.get("incomplete")]


def _rows(case: Case, table: str) -> list[Row]:
    return case.raw_rows(case.steps[-1]).get(f"stripe.{table}", [])


@pytest.mark.parametrize("case", WHOLE, ids=lambda case: case.id)
def test_every_reference_is_landed(case: Case) -> None:
    rows = case.raw_rows(case.steps[-1])
    ids = {
        table: {row["id"] for row in rows.get(f"stripe.{table}", [])}
        for table in (
            "customer", "invoice", "price", "plan", "product", "coupon", "charge",
            "subscription_history",
        )
    }  # fmt: skip
    prices = ids["price"] | ids["plan"]
    items = {row["id"] for row in rows.get("stripe.subscription_item", [])}
    removed = "remove" in str(case.data.get("stripe"))
    no_history = "'none'" in str(case.data.get("stripe"))

    def held(row: Row, column: str, known: set[Any]) -> None:
        assert row.get(column) is None or row[column] in known, (case.id, column, row)

    for row in rows.get("stripe.invoice", []):
        held(row, "customer_id", ids["customer"])
        held(row, "charge_id", ids["charge"])
        if not no_history:
            held(row, "subscription_id", ids["subscription_history"])
    for row in rows.get("stripe.invoice_line_item", []):
        held(row, "invoice_id", ids["invoice"])
        held(row, "price_id", prices)
        held(row, "plan_id", prices)
        if not removed:
            held(row, "subscription_item_id", items)
    for row in rows.get("stripe.subscription_item", []):
        held(row, "plan_id", prices)
    for table in ("discount", "subscription_discount", "customer_discount"):
        for row in rows.get(f"stripe.{table}", []):
            held(row, "coupon_id", ids["coupon"])
            held(row, "customer_id", ids["customer"])
            held(row, "invoice_id", ids["invoice"])
    for table in ("price", "plan"):
        for row in rows.get(f"stripe.{table}", []):
            held(row, "product_id", ids["product"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_keys_are_unique_unless_the_case_says_so(case: Case) -> None:
    if case.data.get("redeliver") or any("synced" in p for p in case.data.get("patch", ())):
        pytest.skip("the case lands rows twice")
    keys = {
        "invoice": ("id",), "invoice_line_item": ("invoice_id", "unique_id"),
        "subscription_history": ("id", "_fivetran_start"), "subscription_item": ("id",),
        "customer": ("id",), "price": ("id",), "discount": ("id", "type", "type_id"),
        "tier": ("id", "index"), "charge": ("id",),
    }  # fmt: skip
    for table, key in keys.items():
        counts = Counter(tuple(row[k] for k in key) for row in _rows(case, table))
        assert not [k for k, n in counts.items() if n > 1], (case.id, table)


@pytest.mark.parametrize("case", WHOLE, ids=lambda case: case.id)
def test_versions_follow_each_other_without_gap(case: Case) -> None:
    if case.data.get("redeliver") or any("synced" in p for p in case.data.get("patch", ())):
        pytest.skip("the case lands rows twice")
    by_subscription: dict[str, list[Row]] = {}
    for row in _rows(case, "subscription_history"):
        by_subscription.setdefault(row["id"], []).append(row)
    for versions in by_subscription.values():
        assert [v["_fivetran_active"] for v in versions].count(True) == 1
        assert versions[-1]["_fivetran_active"]
        for version, following in pairwise(versions):
            gap = following["_fivetran_start"] - version["_fivetran_end"]
            assert 0 < gap.total_seconds() < 0.01


def test_every_id_of_a_case_is_its_own() -> None:
    owner: dict[tuple[str, str], str] = {}
    for case in CASES:
        for table, rows in case.raw_rows(case.steps[-1]).items():
            for row in rows:
                if "id" in row:
                    assert owner.setdefault((table, row["id"]), case.id) == case.id


def test_renewal_lines_are_one_after_the_other() -> None:
    case = next(c for c in CASES if c.id == "NRM-15")
    lines = [r for r in _rows(case, "invoice_line_item") if "_b_" in r["invoice_id"]]
    assert [f"{r['period_start']:%m-%d}" for r in lines[:5]] == [
        "01-31", "02-28", "03-31", "04-30", "05-31",
    ]  # fmt: skip
    for line, following in pairwise(lines):
        assert line["period_end"] == following["period_start"]


def test_mov_19_is_invoiced_as_the_example_says() -> None:
    case = next(c for c in CASES if c.id == "MOV-19")
    invoice = next(r for r in _rows(case, "invoice") if r["id"] == "in_mov19_a_2025-03-01")
    lines = [r for r in _rows(case, "invoice_line_item") if r["invoice_id"] == invoice["id"]]
    assert invoice["total"] == 3300
    assert [(r["amount"], r["proration"]) for r in lines] == [
        (2400, False), (-900, True), (1800, True),
    ]  # fmt: skip
    assert len({r["period_start"] for r in lines[1:]}) == 1


def test_inclusive_and_exclusive_tax() -> None:
    case = next(c for c in CASES if c.id == "DSC-12")
    totals = {
        row["customer_id"]: (row["subtotal"], row["tax"], row["total"])
        for row in _rows(case, "invoice")
    }
    assert totals["dsc12_inclusive"] == (12000, 2000, 12000)
    assert totals["dsc12_exclusive"] == (10000, 2000, 12000)


def test_prorations_are_0_while_a_full_discount_runs() -> None:
    case = next(c for c in CASES if c.id == "UNC-19")
    lines = [
        r for r in _rows(case, "invoice_line_item")
        if r["proration"] and r["subscription_id"] == "sub_unc19_hidden_change"
    ]  # fmt: skip
    assert len(lines) == 4
    assert {r["amount"] for r in lines} == {0}


def test_tiers_and_packages() -> None:
    ledger = _Ledger(instant("2027-02-01"))
    steps = [{"up_to": 10, "unit": 10}, {"up_to": "inf", "unit": 8}]
    graduated = make_price("t", "g", {"tiers": "graduated", "steps": steps}, ledger)
    volume = make_price("t", "v", {"tiers": "volume", "steps": steps}, ledger)
    packages = make_price("t", "p", {"amount": 8, "per": 10}, ledger)
    assert [graduated.full_amount(n) for n in (0, 10, 11, 25)] == [0, 10000, 10800, 22000]
    assert [volume.full_amount(n) for n in (10, 25)] == [10000, 20000]
    assert [packages.full_amount(n) for n in (1, 10, 11)] == [800, 800, 1600]


def test_months_are_clamped_to_their_end() -> None:
    assert add_months(instant("2025-01-31"), 1) == instant("2025-02-28")
    assert add_months(instant("2024-01-31"), 1) == instant("2024-02-29")
    assert add_months(instant("2024-02-29"), 12) == instant("2025-02-28")


def test_the_long_series_chains() -> None:
    case = next(c for c in CASES if c.id == "MOV-SERIES")
    closing = 0
    for text in case.data["expected"]["bridge"].values():
        left, right = (part.split(",") for part in text.replace(" ", "").split("|"))
        new, expansion, reactivation, contraction, churn = (int(v) for v in right)
        closing += new + expansion + reactivation - contraction - churn
        assert closing == int(left[0])
