"""The generator of the sample company: repeatable bytes, whole references, a truth that adds up."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from sample_company import Summary, generate
from sample_company.cli import main
from sample_company.ids import make_id, make_ids
from sample_company.plans import build_catalogue
from sample_company.situations import SITUATIONS
from sample_company.tables import SCHEMAS
from sample_company.timeline import add_months, add_months_array, seconds
from sample_company.writer import MARKER, ForeignDirectoryError

UNTIL = datetime(2026, 11, 1, tzinfo=UTC)

#: What 2,000 customers over 36 months must show (tags of situations.parquet).
EXPECTED_TAGS = """
aligned_anchor amount_off_in_other_currency cancel_at_period_end cancel_involuntary
cancel_now_with_credit cancel_now_without_credit cancel_scheduled_at_as_of cancel_undone
canceled_while_paused change_then_cancel change_without_proration comes_back credit_note
customer_amount_off customer_discount_forever customer_discount_repeating deleted_coupon
deleted_customer discount_100 discount_amount discount_invoice_rows discount_loader_fault
discount_percent discount_rows_both discount_rows_discount discount_rows_split dispute
free_plan free_to_paid generic generic_back_to_back generic_ended generic_gap generic_overlap
generic_weekly_or_daily gone_the_same_day history_begins_late incomplete_expired
incomplete_then_active interval_day_1 interval_month_1 interval_month_3 interval_month_6
interval_switch interval_week_1 interval_year_1 interval_year_2 invoice_deleted invoice_draft
invoice_open invoice_paid invoice_paid_late invoice_uncollectible invoice_void item_added
item_removed_near_as_of item_removed_with_credit item_removed_without_credit item_replaced
leap_day live_change_pending_proration live_change_without_proration live_decrease_pending
live_item_unseen merged_accounts metered metered_only mixed_intervals month_end_anchor
netted_within_day no_counted_line no_history no_subscription one_off_invoice one_off_line
own_discount_replaces_customers paid_to_free past_due past_due_at_as_of past_due_recovered
pause_absent pause_keep_as_draft pause_resumed pause_void pause_without_effect plan_swap
price_classic_1 price_contacts_1 price_heritage_1 price_messages_1 price_reach_1 price_rise
price_storage_1 price_storage_2 proration_next proration_now quantity_down quantity_up refund
renewal_deleted renewal_draft renewal_missing renewal_void seen_live_only several_items
several_subscriptions stacked_discounts subscription_discount_forever
subscription_discount_once subscription_discount_repeating tax_exclusive
tax_exclusive_discounted tax_inclusive tax_inclusive_discounted temporary_lines trial
trial_converted trial_not_converted trial_under_way two_changes_in_a_period two_currencies
unpaid unpaid_first_version unpaid_then_active wild
subscription_moved_has_one subscription_moved_is_new subscription_moved_same_account account_chain
below_a_parent invoices_only same_id_in_two_sources
currency_usd currency_eur currency_gbp currency_jpy currency_kwd
bulk_end_period_end bulk_end_at_once bulk_end_with_credit bulk_end_involuntary
bulk_end_after_trial bulk_change_next bulk_change_now bulk_change_none bulk_item_added
bulk_trial bulk_coupon bulk_coupon_once bulk_several_subscriptions bulk_merged_across_sources
"""


def _make(root: Path, customers: int = 200, seed: int = 7, months: int = 18) -> Summary:
    return generate(root / "raw", customers=customers, months=months, seed=seed, until=UNTIL)


def _bytes(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The usual company: 2,000 customers over 36 months."""
    root = tmp_path_factory.mktemp("company")
    _make(root, customers=2_000, months=36)
    return root


@pytest.fixture(scope="module")
def db(company: Path) -> duckdb.DuckDBPyConnection:
    """A view for each raw table (named by table) and each table of the truth (truth_...)."""
    connection = duckdb.connect()
    for source, table in SCHEMAS:
        files = company / "raw" / source / table / "*.parquet"
        connection.execute(
            f"create or replace view {table} as select * from read_parquet('{files}', union_by_name = true)"
        )
    for path in (company / "truth").glob("*.parquet"):
        connection.execute(f"create view truth_{path.stem} as from '{path}'")
    return connection


def _count(db: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = db.execute(f"select count(*) from ({sql})").fetchone()
    assert row is not None
    return int(row[0])


# Bytes and directories ----------------------------------------------------------------------------
def test_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    """Files and truth are identical; running again over the old output too."""
    for name in ("one", "two"):
        _make(tmp_path / name)
    first = _bytes(tmp_path / "one")
    assert first == _bytes(tmp_path / "two")
    _make(tmp_path / "one", seed=8)
    assert _bytes(tmp_path / "one") != first
    _make(tmp_path / "one")
    assert _bytes(tmp_path / "one") == first


def test_refuses_a_directory_of_others(tmp_path: Path) -> None:
    """Neither the landing zone nor the truth may overwrite what this generator did not make."""
    for name in ("raw", "truth"):
        root = tmp_path / f"taken_{name}"
        (root / name).mkdir(parents=True)
        (root / name / "mine.txt").write_text("keep")
        with pytest.raises(ForeignDirectoryError):
            _make(root)
        assert (root / name / "mine.txt").read_text() == "keep"
        assert not list(root.rglob("*.parquet"))


def test_overwriting_its_own_leaves_other_files_alone(tmp_path: Path) -> None:
    """Only what the marker names goes away."""
    _make(tmp_path)
    (tmp_path / "raw" / "notes.txt").write_text("mine")
    marker = json.loads((tmp_path / "raw" / MARKER).read_text())
    assert marker["arguments"] == {
        "customers": 200,
        "months": 18,
        "seed": 7,
        "until": "2026-11-01T00:00:00+00:00",
    }
    _make(tmp_path, customers=50)
    assert (tmp_path / "raw" / "notes.txt").read_text() == "mine"


def test_truth_inside_the_landing_zone_is_refused(tmp_path: Path) -> None:
    """The truth has a directory of its own."""
    with pytest.raises(ValueError, match="truth"):
        generate(tmp_path, truth=tmp_path, customers=5, months=5, seed=1, until=UNTIL)


def test_command_line(tmp_path: Path) -> None:
    """Progress on stderr, nothing with --quiet, and a plain error for a foreign directory."""
    arguments = ["--out", str(tmp_path / "raw"), "--customers", "60", "--months", "6"]
    arguments += ["--until", "2026-11-01"]
    loud = CliRunner().invoke(main, arguments)
    assert loud.exit_code == 0, loud.output
    assert "60 of 60 customers" in loud.stderr
    quiet = CliRunner().invoke(main, [*arguments, "--quiet"])
    assert (quiet.exit_code, quiet.output) == (0, "")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("keep")
    refused = CliRunner().invoke(main, ["--out", str(tmp_path / "other"), "--quiet"])
    assert refused.exit_code == 2
    assert "not made by sample_company" in refused.stderr


@pytest.mark.parametrize("customers", [1, 2, 11])
def test_tiny_companies(tmp_path: Path, customers: int) -> None:
    """Any size works, and so does a company of one month."""
    summary = _make(tmp_path, customers=customers, months=1)
    assert summary.customers >= customers
    assert pq.read_table(tmp_path / "truth" / "customer_month.parquet").schema.names[0] == "month"


# Raw rows -----------------------------------------------------------------------------------------
def test_every_table_is_there(company: Path) -> None:
    """All the tables of the connectors, with all their columns."""
    for (source, table), schema in SCHEMAS.items():
        files = sorted((company / "raw" / source / table).glob("*.parquet"))
        assert files, f"{source}.{table}"
        for path in files:
            found = pq.read_schema(path)
            assert set(schema.names) <= set(found.names), path
            for field in schema:
                assert found.field(field.name).type == field.type, (path, field.name)


@pytest.mark.parametrize(
    ("child", "column", "parent", "key"),
    [
        ("invoice", "customer_id", "customer", "id"),
        ("invoice_line_item", "invoice_id", "invoice", "id"),
        ("invoice_line_item", "price_id", "price", "id"),
        ("invoice_line_item", "plan_id", "plan", "id"),
        ("subscription_history", "customer_id", "customer", "id"),
        ("subscription_history", "latest_invoice_id", "invoice", "id"),
        ("subscription_item", "subscription_id", "subscription_history", "id"),
        ("subscription_item", "plan_id", "plan", "id"),
        ("price", "product_id", "product", "id"),
        ("tier", "id", "price", "id"),
        ("discount", "coupon_id", "coupon", "id"),
        ("discount", "customer_id", "customer", "id"),
        ("discount", "subscription_id", "subscription_history", "id"),
        ("subscription_discount", "coupon_id", "coupon", "id"),
        ("invoice_discount", "invoice_id", "invoice", "id"),
        ("promotion_code", "coupon_id", "coupon", "id"),
        ("charge", "invoice_id", "invoice", "id"),
        ("charge", "balance_transaction_id", "balance_transaction", "id"),
        ("invoice", "charge_id", "charge", "id"),
        ("refund", "charge_id", "charge", "id"),
        ("credit_note", "invoice_id", "invoice", "id"),
        ("credit_note_line_item", "credit_note_id", "credit_note", "id"),
    ],
)
def test_references_are_whole(
    db: duckdb.DuckDBPyConnection, child: str, column: str, parent: str, key: str
) -> None:
    """Every reference leads to a row."""
    orphans = f"select {column} from {child} where {column} not in (select {key} from {parent})"
    assert _count(db, orphans) == 0


def test_lines_of_items_without_history_are_the_only_strangers(
    db: duckdb.DuckDBPyConnection,
) -> None:
    """Lines know subscriptions, but for those that are tagged as having no history."""
    strangers = """
        select distinct invoice.customer_id
        from invoice_line_item as line
        inner join invoice on line.invoice_id = invoice.id
        where invoice.livemode
            and line.subscription_id not in (select id from subscription_history)
    """
    tagged = "select customer_id from truth_situations where list_contains(tags, 'no_history')"
    assert _count(db, f"{strangers} except {tagged}") == 0
    assert _count(db, strangers) > 0


def test_keys_repeat_only_as_stale_copies(db: duckdb.DuckDBPyConnection) -> None:
    """Of rows with one key one is the latest, so that a loader's duplicates can be told apart."""
    keys = {
        "customer": "id",
        "invoice": "id",
        "invoice_line_item": "invoice_id, unique_id",
        "subscription_history": "id, _fivetran_start",
        "subscription_item": "id",
        "price": "id",
        "plan": "id",
        "discount": "id, type, type_id",
        "charge": "id",
        "rates": "rate_date, upper(base_currency), upper(quote_currency)",
    }
    for table, key in keys.items():
        repeated = f"select {key} from {table} group by {key} having count(*) > 1"
        ties = f"{repeated} and count(*) <> count(distinct _fivetran_synced)"
        assert _count(db, repeated) > 0, table
        assert _count(db, ties) == 0, table


def test_invoices_add_up(db: duckdb.DuckDBPyConnection) -> None:
    """The subtotal is the sum of the lines that are neither stale nor temporary."""
    wrong = """
        with latest_lines as (
            select * from invoice_line_item where id not like 'sub%'
            qualify row_number() over (
                partition by invoice_id, unique_id order by _fivetran_synced desc
            ) = 1
        ), latest_invoices as (
            select * from invoice
            qualify row_number() over (partition by id order by _fivetran_synced desc) = 1
        )
        select invoice.id from latest_invoices as invoice
        inner join latest_lines as line on line.invoice_id = invoice.id
        group by invoice.id, invoice.subtotal having sum(line.amount) <> invoice.subtotal
    """
    assert _count(db, wrong) == 0


def test_versions_follow_each_other(db: duckdb.DuckDBPyConnection) -> None:
    """One version of a subscription is active: the last; none begins before the one before ends."""
    versions = """
        select *, lead(_fivetran_start) over (partition by id order by _fivetran_start) as next
        from (
            select * from subscription_history
            qualify row_number() over (
                partition by id, _fivetran_start order by _fivetran_synced desc
            ) = 1
        )
    """
    wrong = f"""
        select id from ({versions})
        where _fivetran_active <> (next is null) or (next is not null and _fivetran_end >= next)
    """
    assert _count(db, wrong) == 0


def test_nothing_happens_after_as_of(db: duckdb.DuckDBPyConnection) -> None:
    """What is effective later is not in the landing zone."""
    for table, column in {
        "invoice": "created",
        "subscription_history": "_fivetran_start",
        "subscription_item": "created",
        "discount": "start",
        "charge": "created",
        "refund": "created",
    }.items():
        later = f"select 1 from {table} where \"{column}\" > timestamptz '2026-11-01 00:00:00+00'"
        assert _count(db, later) == 0, table


def test_dirt_is_there(db: duckdb.DuckDBPyConnection) -> None:
    """Test mode, deleted rows, temporary lines, unknown columns, days without a rate."""
    for sql in (
        "select 1 from invoice where not livemode",
        "select 1 from subscription_history where not livemode",
        "select 1 from invoice where is_deleted",
        "select 1 from customer where is_deleted",
        "select 1 from coupon where is_deleted",
        "select 1 from price where is_deleted",
        "select 1 from invoice_line_item where id like 'sub%'",
        "select 1 from invoice where x_custom_field is not null",
        "select 1 from plan where id not in (select id from price)",
    ):
        assert _count(db, sql) > 0, sql
    days = _count(db, "select distinct rate_date from rates")
    assert 0 < days < 36 * 31 * 5 / 7 + 60


# Truth --------------------------------------------------------------------------------------------
def test_every_situation_is_shown(db: duckdb.DuckDBPyConnection) -> None:
    """Two thousand customers show everything that the generator knows."""
    rows = db.execute("select distinct unnest(tags) from truth_situations").fetchall()
    found = {tag for (tag,) in rows}
    missing = set(EXPECTED_TAGS.split()) - found
    missing |= {f"life_{situation.__name__}" for situation in SITUATIONS} - found
    assert not missing


def test_truth_rolls_forward(db: duckdb.DuckDBPyConnection) -> None:
    """Opening and movements give closing, exactly; the next month opens with it."""
    broken = """
        select 1 from truth_customer_month
        where opening_mrr + new_mrr + reactivation_mrr + expansion_mrr + contraction_mrr
            + churn_mrr + fx_impact_mrr <> closing_mrr
            or opening_mrr < 0 or closing_mrr < 0 or contraction_mrr > 0 or churn_mrr > 0
    """
    assert _count(db, broken) == 0
    gaps = """
        select 1
        from truth_customer_month as this
        left join truth_customer_month as after
            on this.customer_id = after.customer_id
            and after.month = this.month + interval 1 month
        where this.month < date '2026-11-01'
            and this.closing_mrr <> coalesce(after.opening_mrr, 0)
    """
    assert _count(db, gaps) == 0
    keys = "select month, customer_id from truth_customer_month group by all having count(*) > 1"
    assert _count(db, keys) == 0


def test_movements_are_those_of_the_months(db: duckdb.DuckDBPyConnection) -> None:
    """Summed by month and type they are the columns; new comes once, and first."""
    different = """
        select date_trunc('month', movement_date)::date as month, customer_id, sum(mrr_change)
        from truth_movements group by all
        except
        select month, customer_id,
            new_mrr + reactivation_mrr + expansion_mrr + contraction_mrr + churn_mrr
        from truth_customer_month
    """
    assert _count(db, different) == 0
    disorder = """
        select customer_id, (movement_type = 'new') as is_new,
            row_number() over (partition by customer_id order by movement_date) as number
        from truth_movements
        qualify is_new <> (number = 1)
    """
    assert _count(db, disorder) == 0
    assert (
        _count(db, "select 1 from truth_movements where opening_mrr + mrr_change <> closing_mrr")
        == 0
    )


def test_test_mode_is_not_in_the_truth(db: duckdb.DuckDBPyConnection) -> None:
    """Customers of test mode earn nothing."""
    leaked = """
        select 1 from truth_customer_month
        where customer_id in (select id from customer where not livemode)
    """
    assert _count(db, leaked) == 0


# Parts --------------------------------------------------------------------------------------------
def test_calendar_clamps_to_month_ends() -> None:
    """The 31st becomes the last day, and comes back after a short month."""
    start = seconds(datetime(2024, 1, 31, 23, 59, 59, tzinfo=UTC))
    expected = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2025, 2, 28)]
    for months, day in zip((0, 1, 2, 13), expected, strict=True):
        moment = datetime.fromtimestamp(add_months(start, months), UTC)
        assert moment.date() == day
        assert (moment.hour, moment.second) == (23, 59)
    numbers = np.arange(0, 60)
    vector = add_months_array(np.full(60, start), numbers)
    assert vector.tolist() == [add_months(start, int(n)) for n in numbers]


def test_ids_of_arrays_and_of_numbers_agree() -> None:
    """Both ways give the same id, and no two counters the same."""
    counters = np.arange(1, 5_000) + (3 << 36)
    found = make_ids("in_", counters, 7)
    assert isinstance(found, pa.Array)
    assert found.to_pylist()[:3] == [make_id("in_", int(c), 7) for c in counters[:3]]
    assert len(set(found.to_pylist())) == len(counters)


def test_prices() -> None:
    """Tiers, packages and fractions of a cent, worked out by hand."""
    book = build_catalogue()
    graduated = book.price("contacts", "month", "usd")
    volume = book.price("reach", "month", "usd")
    assert [graduated.amount(n) for n in (1, 10, 11, 60)] == [3_000, 12_000, 12_800, 55_000]
    assert [volume.amount(n) for n in (1, 10, 11, 60)] == [3_000, 12_000, 8_800, 41_000]
    up = book.price("storage", "month", "usd", 1)
    down = book.price("storage", "month", "usd", 2)
    assert (up.amount(11), down.amount(11)) == (9_000, 6_000)
    assert book.price("messages", "month", "usd").amount(1_001) == 450  # 450.45 cents
    assert book.price("team", "biennial", "usd").per_year == Fraction(1, 2)
