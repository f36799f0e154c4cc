"""What was reported: restatements with their numbers, closed months, and history that outlives the file.

The first part runs the real models over three months of a company whose books change after they were
reported. The second exports and restores small histories, and lets things go wrong.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from click.testing import CliRunner
from conformance.builder import Case, write_landing_zone
from conftest import DbtResult, DbtSession, Warehouse

from orchestration.cli import program
from orchestration.defs.history import closed_months_check
from orchestration.history import (
    Export,
    HistoryError,
    export_history,
    history_directory,
    newest,
    restore_history,
    restore_lost,
    start_over,
    verify_history,
)
from orchestration.history import __main__ as command
from orchestration.publishing import publish
from orchestration.settings import Settings

pytestmark = pytest.mark.heavy

# --- the books of a company, as three runs see them ----------------------------------------------

FIRST, SECOND, THIRD = "2026-03-05", "2026-03-20", "2026-04-10"
JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
CLOSED_AT = "2026-03-10"


def land(root: Path, as_of: str) -> None:
    """What the loader had landed. After the first run an invoice arrives late, a line is corrected,
    an invoice is deleted, and two billing customers are merged into one account."""
    changed = as_of > FIRST
    upgrade = {"events": [{"at": "2026-02-10", "change": "seat", "quantity": 2, "prorate": "now"}]}
    customers: dict[str, Any] = {
        "late": {"start": "2026-01-10", "items": {"seat": 1}, **(upgrade if changed else {})},
        "corrected": {"start": "2026-01-01", "items": {"base": 1}},
        "deleted": {
            "start": "2026-01-01",
            "items": {"addon": 1},
            "history": "none",
            "events": [{"at": "2026-02-25", "cancel": "now"}],
            **({"invoices": {"2026-02-01": "deleted"}} if changed else {}),
        },
        "a": {
            "start": "2026-01-01",
            "items": {"seat": 1},
            "events": [{"at": "2026-02-01", "cancel": "now"}],
        },
        "b": {"start": "2026-02-01", "items": {"big": 1}},
        "quiet": {"start": "2026-01-01", "items": {"seat": 3}},
    }
    data: dict[str, Any] = {
        "id": "HST",
        "as_of": as_of,
        "stripe": {
            "prices": {
                "seat": {"amount": 100},
                "base": {"amount": 50},
                "addon": {"amount": 30},
                "big": {"amount": 120},
            },
            "customers": customers,
        },
    }
    if changed:
        data["patch"] = [
            {
                "table": "stripe.invoice_line_item",
                "where": {"invoice_id": "in_hst_corrected_2026-02-01"},
                "set": {"amount": 6000},
            }
        ]
        data["account_map"] = [
            {"source": "stripe", "customer": name, "account": "merged"} for name in ("a", "b")
        ]
    write_landing_zone([Case(data, Path("HST.yml"))], as_of, root)


@dataclass
class Company:
    """The warehouse after the runs, and what was seen in between."""

    warehouse: Warehouse
    directory: Path
    # rows of a query by the name of the run after which it was asked
    seen: dict[str, list[dict[str, Any]]]
    closing_checked: DbtResult


RESTATED = "select * from marts.fct_mrr_restatement_customers order by month, customer_id"
MONTHS = "select * from marts.fct_mrr_restatements order by month"
RECORDED = "select * from history.history_customer_mrr_reported order by all"
CLOSED = "select * from marts.fct_closed_month_changes order by month, customer_id"
FIRST_REPORTED = (
    "select month, first_reported_at, columns('first_reported_.*_mrr') "
    "from marts.fct_mrr_restatements order by month"
)
# Enough for the history to look at the marts again, with every test on what it makes.
HISTORY = ("--select", "fct_mrr_movements", "fct_customer_mrr_monthly+", "rpt_mrr_bridge_monthly+")


@pytest.fixture(scope="module")
def company(dbt_session: DbtSession) -> Company:
    """Runs as of FIRST and SECOND, SECOND and FIRST once more, and THIRD; the last one is exported
    before it, so that a copy can be lost."""
    warehouse = dbt_session.warehouse("history", as_of=THIRD)
    seen: dict[str, list[dict[str, Any]]] = {}

    def look(run: str) -> None:
        for name, query in (
            ("months", MONTHS),
            ("restated", RESTATED),
            ("recorded", RECORDED),
            ("closed", CLOSED),
            ("first", FIRST_REPORTED),
        ):
            seen[f"{run} {name}"] = warehouse.rows(query)
        seen[f"{run} reports"] = warehouse.rows("select * from history.history_mrr_reports")
        seen[f"{run} marts"] = [dict(warehouse.fingerprints())]

    land(warehouse.raw, FIRST)
    warehouse.build(as_of=FIRST)
    look("first")
    land(warehouse.raw, SECOND)
    with duckdb.connect(str(warehouse.database)) as con:
        con.execute(
            f"insert into seeds.closed_months values ('{FEBRUARY}', '{CLOSED_AT}', 'finance', null)"
        )
    warehouse.dbt("build", "--exclude-resource-types", "test", "unit_test", "seed", as_of=SECOND)
    closing_checked = warehouse.test(*HISTORY, as_of=SECOND)
    look("second")
    warehouse.build(*HISTORY, as_of=SECOND)
    look("second again")
    warehouse.build(as_of=FIRST)
    warehouse.test(*HISTORY, as_of=FIRST)
    look("past")
    directory = warehouse.root / "history"
    export_history(warehouse=warehouse.database, directory=directory)
    land(warehouse.raw, THIRD)
    warehouse.build(as_of=THIRD)
    warehouse.test(*HISTORY, as_of=THIRD)
    look("third")
    return Company(warehouse, directory, seen, closing_checked)


def amounts(rows: list[dict[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_nothing_is_restated_when_it_is_first_reported(company: Company) -> None:
    assert company.seen["first restated"] == []
    assert amounts(
        company.seen["first months"],
        "month", "first_reported_at", "first_reported_closing_mrr", "current_closing_mrr",
        "restated_mrr", "is_restated", "restated_at", "closed_at",
    ) == [
        (JANUARY, datetime(2026, 3, 5), 580, 580, 0, False, None, None),
        (FEBRUARY, datetime(2026, 3, 5), 600, 600, 0, False, None, None),
    ]  # fmt: skip


def test_the_month_under_way_is_not_reported(company: Company) -> None:
    assert {row["month"] for row in company.seen["second recorded"]} == {JANUARY, FEBRUARY}
    march = [row for row in company.seen["third recorded"] if row["month"] == MARCH]
    assert {row["reported_at"] for row in march} == {datetime(2026, 4, 10)}
    assert {row["version_number"] for row in march} == {1}


def test_restated_months(company: Company) -> None:
    """January: the merge alone, 0. February: 100 of the late invoice, 10 of the corrected line, 30 of
    the deleted invoice; 120 move from b to the account."""
    assert amounts(
        company.seen["second months"],
        "month", "first_reported_at", "first_reported_closing_mrr", "current_closing_mrr",
        "restated_mrr", "restated_up_mrr", "restated_down_mrr", "restated_customers", "restated_at",
    ) == [
        (JANUARY, datetime(2026, 3, 5), 580, 580, 0, 100, -100, 2, datetime(2026, 3, 20)),
        (FEBRUARY, datetime(2026, 3, 5), 600, 680, 80, 230, -150, 6, datetime(2026, 3, 20)),
    ]  # fmt: skip
    (february,) = [row for row in company.seen["second months"] if row["month"] == FEBRUARY]
    lines = ("opening", "new", "expansion", "contraction", "churn", "closing")
    assert [february[f"first_reported_{line}_mrr"] for line in lines] == [
        580, 120, 0, 0, -100, 600,
    ]  # fmt: skip
    assert [february[f"current_{line}_mrr"] for line in lines] == [580, 0, 130, 0, -30, 680]


def test_customers_behind_a_restatement(company: Company) -> None:
    rows = company.seen["second restated"]
    changed = amounts(
        [row for row in rows if row["current_customer_id"] != "hst_merged"],
        "month", "customer_id", "first_reported_closing_mrr", "current_closing_mrr",
        "first_reported_expansion_mrr", "current_expansion_mrr", "first_reported_churn_mrr",
        "current_churn_mrr", "restated_mrr",
    )  # fmt: skip
    assert changed == [
        (FEBRUARY, "hst_corrected", 50, 60, 0, 10, 0, 0, 10),
        (FEBRUARY, "hst_deleted", 30, 0, 0, 0, 0, -30, -30),
        (FEBRUARY, "hst_late", 100, 200, 0, 100, 0, 0, 100),
    ]


def test_a_merge_moves_between_ids_and_comes_to_zero(company: Company) -> None:
    rows = [
        row for row in company.seen["second restated"] if row["current_customer_id"] == "hst_merged"
    ]
    assert amounts(rows, "month", "customer_id", "restated_mrr") == [
        (JANUARY, "hst_a", -100),
        (JANUARY, "hst_merged", 100),
        (FEBRUARY, "hst_a", 0),
        (FEBRUARY, "hst_b", -120),
        (FEBRUARY, "hst_merged", 120),
    ]
    february = [row for row in rows if row["month"] == FEBRUARY]
    # churn 100 and new 120 were one expansion of 20
    for line, first, current in (("new", 120, 0), ("churn", -100, 0), ("expansion", 0, 20)):
        assert sum(row[f"first_reported_{line}_mrr"] for row in february) == first
        assert sum(row[f"current_{line}_mrr"] for row in february) == current


def test_only_what_changed_is_written(company: Company) -> None:
    assert len(company.seen["first recorded"]) == 11
    second = [
        row for row in company.seen["second recorded"] if row not in company.seen["first recorded"]
    ]
    assert {(row["month"], row["customer_id"]) for row in second} == {
        (row["month"], row["customer_id"]) for row in company.seen["second restated"]
    }
    gone = [row for row in second if row["customer_id"] == "hst_b"]
    assert [(row["version_number"], row["closing_mrr"]) for row in gone] == [(2, 0)]
    assert [row["changed_customer_months"] for row in company.seen["second reports"]] == [11, 8]


def test_the_same_as_of_twice_changes_nothing(company: Company) -> None:
    for name in ("recorded", "reports", "marts"):
        assert company.seen[f"second again {name}"] == company.seen[f"second {name}"]


def test_a_run_of_the_past_writes_no_history(company: Company) -> None:
    for name in ("recorded", "reports"):
        assert company.seen[f"past {name}"] == company.seen[f"second {name}"]
    # It shows what it finds all the same, as of its own instant.
    assert amounts(company.seen["past months"], "month", "restated_mrr", "restated_at") == [
        (JANUARY, 0, datetime(2026, 3, 5)),
        (FEBRUARY, 80, datetime(2026, 3, 5)),
    ]


def test_the_first_report_never_changes(company: Company) -> None:
    first = company.seen["first first"]
    for run in ("second", "second again", "past"):
        assert company.seen[f"{run} first"] == first
    assert company.seen["third first"][:2] == first
    recorded = company.seen["first recorded"]
    assert [row for row in company.seen["third recorded"] if row in recorded] == recorded


def test_restatements_stay_dated_by_the_run_that_found_them(company: Company) -> None:
    assert amounts(company.seen["third months"], "month", "restated_mrr", "restated_at") == [
        (JANUARY, 0, datetime(2026, 3, 20)),
        (FEBRUARY, 80, datetime(2026, 3, 20)),
        (MARCH, 0, None),
    ]


def test_a_closed_month_that_changes_warns_and_names_the_customers(company: Company) -> None:
    """Closed on 10 March with what the first report said, changed on the 20th."""
    assert amounts(company.seen["second closed"], "customer_id", "closed_closing_mrr", "changed_mrr") == [
        ("hst_a", 0, 0),
        ("hst_b", 120, -120),
        ("hst_corrected", 50, 10),
        ("hst_deleted", 30, -30),
        ("hst_late", 100, 100),
        ("hst_merged", 0, 120),
    ]  # fmt: skip
    february = company.seen["second months"][1]
    assert february["closed_closing_mrr"] == Decimal(600)
    assert february["changed_since_close_mrr"] == Decimal(80)
    checked = company.closing_checked
    warned = [name for name, status in checked.statuses.items() if status == "warn"]
    assert [name.split(".")[2] for name in warned] == ["closed_months_are_unchanged"]
    assert "Closed months have changed (6 customer months" in checked.output
    assert "2026-02  hst_late  closed with 100.00, now 200.00 (+100.00)" in checked.output


def test_a_closed_month_warns_under_dagster(company: Company, tmp_path: Path) -> None:
    settings = Settings.from_environment({"SAAS_METRICS_SERVING_PATH": str(tmp_path / "serving")})
    source = tmp_path / "saas_warehouse.duckdb"
    with duckdb.connect(str(source)) as con:
        con.execute("create schema marts")
        con.execute(
            "create table marts.fct_closed_month_changes as select date '2026-02-01' as month, "
            "'acme' as customer_id, 100.5 as closed_closing_mrr, 1200 as current_closing_mrr, "
            "1099.5 as changed_mrr"
        )
    publish(warehouse=source, serving=settings.serving_path, run_id="run", as_of=SECOND)
    check = closed_months_check(settings)
    (result,) = [check()]
    assert isinstance(result, dg.AssetCheckResult)
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert result.description == "2026-02 acme: closed with 100.50, now 1,200.00 (+1,099.50)"
    with duckdb.connect(str(source)) as con:
        con.execute("delete from marts.fct_closed_month_changes")
    publish(warehouse=source, serving=settings.serving_path, run_id="run", as_of=SECOND)
    assert check().passed


def test_losing_the_warehouse_loses_nothing(company: Company, dbt_session: DbtSession) -> None:
    """Restored from the export before the third run, the third run gives the same marts."""
    lost = dbt_session.warehouse("history_lost", as_of=THIRD)
    shutil.copytree(company.warehouse.raw, lost.raw, dirs_exist_ok=True)
    export = restore_lost(warehouse=lost.database, directory=company.directory)
    assert export is not None
    assert export.up_to == "2026-03-20T00:00:00"
    lost.build(as_of=THIRD)
    assert lost.fingerprints() == company.seen["third marts"][0]
    for schema in ("history", "snapshots"):
        assert lost.fingerprints(schema) == company.warehouse.fingerprints(schema)


def test_without_the_export_history_would_be_lost(
    company: Company, dbt_session: DbtSession
) -> None:
    """The test before can fail: a warehouse that begins anew reports everything on its first run,
    and may not push the good export out."""
    anew = dbt_session.warehouse("history_anew", as_of=THIRD)
    shutil.copytree(company.warehouse.raw, anew.raw, dirs_exist_ok=True)
    shutil.copy(company.warehouse.database, anew.database)
    with duckdb.connect(str(anew.database)) as con:
        con.execute("drop schema history cascade")
    anew.build(*HISTORY, as_of=THIRD)
    assert amounts(anew.rows(MONTHS), "month", "first_reported_closing_mrr", "restated_mrr")[
        :2
    ] == [
        (JANUARY, 580, 0),
        (FEBRUARY, 680, 0),
    ]
    with pytest.raises(HistoryError, match=r"restore"):
        export_history(warehouse=anew.database, directory=company.directory)


# --- export and restore, on small histories ------------------------------------------------------


def write_reports(warehouse: Path, *days: str) -> None:
    """Adds a report of each day to a history, and changes what is live."""
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema if not exists history")
        con.execute("create schema if not exists snapshots")
        con.execute(
            "create table if not exists history.reported "
            "(reported_at timestamp not null, customer_id varchar, mrr decimal(38, 6))"
        )
        con.execute(
            "create table if not exists snapshots.items "
            "(item varchar, dbt_valid_from timestamp, dbt_valid_to timestamp)"
        )
        con.execute("create or replace view history.latest as from history.reported limit 1")
        for day in days:
            con.execute(
                f"insert into history.reported values ('{day}', 'a', 1.5), ('{day}', 'b', 2)"
            )
            con.execute(
                f"update snapshots.items set dbt_valid_to = '{day}' where dbt_valid_to is null"
            )
            con.execute(f"insert into snapshots.items values ('i', '{day}', null)")


def contents(warehouse: Path) -> list[list[tuple[Any, ...]]]:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        return [
            con.execute(f"select * from {name} order by all").fetchall()
            for name in ("history.reported", "snapshots.items")
        ]


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "saas_warehouse.duckdb"
    write_reports(path, "2026-01-01", "2026-01-02")
    return path


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return history_directory(tmp_path / "serving")


def export(warehouse: Path, directory: Path, keep: int = 3) -> Export:
    exported = export_history(warehouse=warehouse, directory=directory, keep=keep)
    assert exported is not None
    return exported


def test_a_restored_history_is_the_exported_one(warehouse: Path, directory: Path) -> None:
    exported = export(warehouse, directory)
    assert set(exported.tables) == {"history.reported", "snapshots.items"}
    assert exported.up_to == "2026-01-02T00:00:00"
    before = contents(warehouse)
    warehouse.unlink()
    restored = restore_history(warehouse=warehouse, directory=directory)
    assert restored.number == exported.number == 1
    assert contents(warehouse) == before
    with duckdb.connect(str(warehouse)) as con:
        kinds = con.execute("describe history.reported").fetchall()
        assert [kind[1:3] for kind in kinds] == [
            ("TIMESTAMP", "NO"),
            ("VARCHAR", "YES"),
            ("DECIMAL(38,6)", "YES"),
        ]


def test_an_export_adds_only_what_is_new(warehouse: Path, directory: Path) -> None:
    first = export(warehouse, directory).tables["history.reported"].files
    write_reports(warehouse, "2026-01-03")
    second = export(warehouse, directory).tables["history.reported"].files
    assert second[:1] == first
    assert [file.rows for file in second] == [4, 2]
    warehouse_rows = contents(warehouse)
    warehouse.unlink()
    restore_history(warehouse=warehouse, directory=directory)
    assert contents(warehouse) == warehouse_rows
    # Nothing new: no further export, so that no good one is pushed out.
    assert export(warehouse, directory).number == 2


def test_many_small_files_become_one(
    warehouse: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration.history import exporting

    monkeypatch.setattr(exporting, "MOST_FILES", 2)
    export(warehouse, directory)
    for day in ("2026-01-03", "2026-01-04"):
        write_reports(warehouse, day)
        exported = export(warehouse, directory)
    assert [file.rows for file in exported.tables["history.reported"].files] == [8]
    assert verify_history(directory) == []


def test_keeps_n_exports_and_no_other_file(warehouse: Path, directory: Path) -> None:
    export(warehouse, directory)
    for day in range(3, 8):
        write_reports(warehouse, f"2026-01-0{day}")
        export(warehouse, directory, keep=2)
    top = newest(directory)
    assert top is not None
    assert top.kept == (5, 6)
    assert sorted(path.name for path in (directory / "exports").iterdir()) == [
        "000005.json",
        "000006.json",
    ]
    assert verify_history(directory) == []
    # the snapshot is written whole: one file for each kept export
    assert len(list((directory / "files" / "snapshots.items").iterdir())) == 2
    restore_history(warehouse=warehouse, directory=directory, number=5, force=True)
    assert contents(warehouse)[0][-1][0] == datetime(2026, 1, 6)
    with pytest.raises(HistoryError, match="kept exports: 5, 6"):
        restore_history(warehouse=warehouse, directory=directory, number=1)


def damage(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)


@pytest.mark.parametrize("kind", ["changed", "cut", "gone"])
def test_a_damaged_export_is_found_and_not_restored(
    warehouse: Path, directory: Path, kind: str
) -> None:
    export(warehouse, directory)
    write_reports(warehouse, "2026-01-03")
    exported = export(warehouse, directory)
    assert verify_history(directory) == []
    file = exported.tables["history.reported"].files[-1]
    path = directory / file.path
    good = path.read_bytes()
    other = bytes([good[50] ^ 1])
    damage(path, {"changed": good[:50] + other + good[51:], "cut": good[:-1], "gone": None}[kind])
    (problem,) = verify_history(directory)
    assert problem.startswith(f"Export 2: {file.path}")
    before = contents(warehouse)
    with pytest.raises(HistoryError, match="cannot be restored; nothing was changed"):
        restore_history(warehouse=warehouse, directory=directory)
    assert contents(warehouse) == before
    # The one before is whole, and so is the next one: it writes the damaged rows anew.
    other_warehouse = warehouse.with_name("other.duckdb")
    restore_history(warehouse=other_warehouse, directory=directory, number=1)
    write_reports(warehouse, "2026-01-04")
    assert export(warehouse, directory, keep=2).kept == (2, 3)
    before = contents(warehouse)
    restore_history(warehouse=warehouse, directory=directory)
    assert contents(warehouse) == before
    assert not [problem for problem in verify_history(directory) if "Export 3" in problem]


def test_the_command_finds_damage_with_the_code_that_it_names(
    warehouse: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAAS_METRICS_SERVING_PATH", str(directory.parent))
    assert history_directory(Settings.from_environment().serving_path) == directory
    file = export(warehouse, directory).tables["history.reported"].files[-1]
    assert CliRunner().invoke(program.cli, ["history", "verify"]).exit_code == 0
    damage(directory / file.path, None)
    found = CliRunner().invoke(program.cli, ["history", "verify"])
    assert isinstance(found.exception, SystemExit), "which the program would turn into another code"
    assert found.exit_code == program.FOUND_WRONG
    assert file.path in found.output
    assert "cannot be restored" in found.output


def test_a_newer_history_is_not_overwritten(warehouse: Path, directory: Path) -> None:
    export(warehouse, directory)
    write_reports(warehouse, "2026-01-03")
    before = contents(warehouse)
    with pytest.raises(HistoryError, match="would lose what is newer"):
        restore_history(warehouse=warehouse, directory=directory)
    assert contents(warehouse) == before
    restore_history(warehouse=warehouse, directory=directory, force=True)
    assert contents(warehouse)[0][-1][0] == datetime(2026, 1, 2)
    # One of the same age or older is replaced without a word.
    restore_history(warehouse=warehouse, directory=directory)


def test_a_history_that_began_anew_does_not_push_the_good_one_out(
    warehouse: Path, directory: Path
) -> None:
    export(warehouse, directory)
    warehouse.unlink()
    write_reports(warehouse, "2026-01-02", "2026-01-03", "2026-01-04")
    for _ in range(3):
        with pytest.raises(HistoryError, match="were exported before"):
            export(warehouse, directory)
    top = newest(directory)
    assert top is not None
    assert top.number == 1
    assert export_history(warehouse=warehouse, directory=directory, replace_other=True)
    assert newest(directory) != top
    # It stays among the kept ones.
    assert restore_history(warehouse=warehouse, directory=directory, number=1, force=True)


def test_a_table_that_is_gone_does_not_push_the_good_one_out(
    warehouse: Path, directory: Path
) -> None:
    export(warehouse, directory)
    with duckdb.connect(str(warehouse)) as con:
        con.execute("drop view history.latest")
        con.execute("drop table history.reported")
    with pytest.raises(HistoryError, match=r"history\.reported was exported before"):
        export(warehouse, directory)


def test_lost_history_comes_back_by_itself(warehouse: Path, directory: Path) -> None:
    assert restore_lost(warehouse=warehouse, directory=directory) is None
    export(warehouse, directory)
    before = contents(warehouse)
    assert restore_lost(warehouse=warehouse, directory=directory) is None
    warehouse.unlink()
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create table raw as select 1 as id")
    assert restore_lost(warehouse=warehouse, directory=directory) is not None
    assert contents(warehouse) == before
    with duckdb.connect(str(warehouse)) as con:
        assert con.execute("from raw").fetchall() == [(1,)]


def test_a_warehouse_without_history(tmp_path: Path, directory: Path) -> None:
    path = tmp_path / "saas_warehouse.duckdb"
    with pytest.raises(HistoryError, match="There is no warehouse"):
        export_history(warehouse=path, directory=directory)
    duckdb.connect(str(path)).close()
    assert export_history(warehouse=path, directory=directory) is None
    with pytest.raises(HistoryError, match="No history is exported"):
        restore_history(warehouse=path, directory=directory)
    with pytest.raises(HistoryError, match="No history is exported"):
        verify_history(directory)


def test_an_empty_history_goes_on_with_the_first_report(tmp_path: Path, directory: Path) -> None:
    path = tmp_path / "saas_warehouse.duckdb"
    write_reports(path)
    assert export(path, directory).up_to is None
    write_reports(path, "2026-01-01")
    assert export(path, directory).number == 2
    before = contents(path)
    path.unlink()
    restore_history(warehouse=path, directory=directory)
    assert contents(path) == before


def test_a_second_process_fails_at_once(warehouse: Path, directory: Path) -> None:
    from orchestration.history.manifest import history_lock

    with history_lock(directory), pytest.raises(HistoryError, match="Another process"):
        export(warehouse, directory)


class PowerCutError(BaseException):
    """Ends an export without any of its own clean-up mattering."""


def count_calls(monkeypatch: pytest.MonkeyPatch, cut_at: int | None, *, before: bool) -> list[str]:
    """Notes every durable file call, and dies at one of them, before or after it took effect."""
    calls: list[str] = []

    def watched(name: str, original: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            calls.append(name)
            if cut_at == len(calls) and before:
                raise PowerCutError
            result = original(*args, **kwargs)
            if cut_at == len(calls) and not before:
                raise PowerCutError
            return result

        return call

    for name in ("replace", "fsync"):
        monkeypatch.setattr(os, name, watched(name, getattr(os, name)))
    return calls


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_crash_at_any_file_call_leaves_the_last_good_export(tmp_path: Path, before: bool) -> None:
    total, cut_at = 1, 0
    outcomes = set()
    while cut_at < total:
        cut_at += 1
        home = tmp_path / f"cut-{cut_at}"
        home.mkdir()
        warehouse, directory = home / "saas_warehouse.duckdb", home / "history"
        write_reports(warehouse, "2026-01-01", "2026-01-02")
        export(warehouse, directory)
        write_reports(warehouse, "2026-01-03")
        if cut_at == 1:
            trial = home / "trial"
            shutil.copytree(directory, trial)
            with pytest.MonkeyPatch.context() as patch:
                calls = count_calls(patch, None, before=True)
                export(warehouse, trial)
            total = len(calls)
            assert {"replace", "fsync"} <= set(calls)
        with pytest.MonkeyPatch.context() as patch:
            count_calls(patch, cut_at, before=before)
            with pytest.raises(PowerCutError):
                export(warehouse, directory)
        top = newest(directory)
        assert top is not None
        outcomes.add(top.number)
        assert verify_history(directory) == []
        copy = home / "restored.duckdb"
        restore_history(warehouse=copy, directory=directory)
        assert contents(copy)[0][-1][0] == datetime(2026, 1, 1 + top.number)
        # The next export needs nobody, and leaves nothing behind.
        write_reports(warehouse, "2026-01-04")
        last = export(warehouse, directory)
        assert verify_history(directory) == []
        kept = {path for n in last.kept for path in _paths(directory, n)}
        files = directory.glob("files/*/*")
        assert {str(path.relative_to(directory)) for path in files} == kept
        assert not list(directory.rglob("*.new*"))
    assert outcomes == {1, 2}


def _paths(directory: Path, number: int) -> set[str]:
    from orchestration.history.manifest import read_export

    return read_export(directory, number).paths


def test_start_over_sets_the_old_history_aside(warehouse: Path, directory: Path) -> None:
    aside = start_over(warehouse=warehouse, directory=directory)
    assert aside is not None
    assert verify_history(aside) == []
    assert restore_lost(warehouse=warehouse, directory=directory) is None
    assert export_history(warehouse=warehouse, directory=directory) is None
    assert restore_history(warehouse=warehouse, directory=aside)


def test_command_line(warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAAS_METRICS_WAREHOUSE_PATH", str(warehouse))
    monkeypatch.setenv("SAAS_METRICS_SERVING_PATH", str(tmp_path / "serving"))
    runner = CliRunner()

    def invoke(*args: str) -> str:
        result = runner.invoke(command.cli, args, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    assert "No history is exported" in invoke("list")
    assert "Export 1: 2 tables, 6 rows, up to 2026-01-02" in invoke("export")
    write_reports(warehouse, "2026-01-03")
    assert "Export 2: 2 tables, 9 rows" in invoke("export")
    assert [line[0] for line in invoke("list").splitlines()] == [" ", "*"]
    assert "are what was exported" in invoke("verify")
    assert "Restored export 2" in invoke("restore")
    assert "Restored export 1" in invoke("restore", "--export", "1", "--force")
    assert "Restored export 2" in invoke("restore")
    assert "is kept in" in invoke("start-over", "--yes")
    assert "has no history yet" in invoke("export")
