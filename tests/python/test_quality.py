"""Suites, results, Data Docs and the command line of the gates."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from orchestration import publishing
from orchestration.generated_docs import FAULTS, faults_page
from orchestration.quality import __main__ as command
from orchestration.quality import data_docs
from orchestration.quality.checks import SUITES, read_suite, suite_checks, volume_checks
from orchestration.quality.dbt_results import failing_rows, read_dbt_results
from orchestration.quality.declared import declared_tables
from orchestration.quality.gate import check_marts, check_raw
from orchestration.quality.results import (
    GateError,
    Outcome,
    Report,
    Result,
    accept,
    baseline,
    history,
    record,
)
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.yaml_files import read_yaml

AS_OF = "2026-11-01T00:00:00Z"
NOW = datetime(2026, 11, 1, 6, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment(
        {
            "SAAS_METRICS_RAW_PATH": str(tmp_path / "raw"),
            "SAAS_METRICS_WAREHOUSE_PATH": str(tmp_path / "saas_warehouse.duckdb"),
            "SAAS_METRICS_SERVING_PATH": str(tmp_path / "serving"),
            "SAAS_METRICS_QUALITY_PATH": str(tmp_path / "quality"),
        }
    )


# --- suites -------------------------------------------------------------------------------------


def test_every_declared_table_has_a_suite_and_no_suite_is_of_another() -> None:
    declared = {(table.source, table.name) for table in declared_tables()}
    written = {(path.parent.name, path.stem) for path in (SUITES / "raw").rglob("*.yml")}
    assert written == declared


@pytest.mark.parametrize("table", declared_tables(), ids=lambda table: table.dataset)
def test_suites_are_about_declared_columns(table: Any) -> None:
    columns = {column.name for column in table.columns}
    suite = read_suite("raw", table.source, table.name)
    checks = suite_checks(suite, NOW, {})
    assert len({check.name for check in checks}) == len(checks)
    for check in checks:
        assert set(check.columns) <= columns, check.name
        assert check.problem, check.name
        assert check.what_to_do, check.name
    for name in table.row_key:
        assert name in columns
    for parent in table.parents:
        assert parent.column in columns
        assert any(
            (other.source, other.name) == (table.source, parent.table)
            for other in declared_tables()
        )


def test_suites_of_marts_are_of_marts() -> None:
    models = {path.stem for path in (PROJECT_DIR / "models" / "marts").rglob("*.sql")}
    assert {path.stem for path in (SUITES / "marts").glob("*.yml")} <= models


def test_no_domain_is_asked_by_the_gate_and_by_dbt() -> None:
    """Staging renames few of the columns with a domain, so that equal names are equal questions."""
    asked_by_dbt = set()
    for path in (PROJECT_DIR / "models" / "staging").rglob("stg_*.yml"):
        for model in read_yaml(path)["models"]:
            sql = path.with_suffix(".sql").read_text(encoding="utf-8")
            source = re.search(r"source\(\s*'(\w+)',\s*'(\w+)'", sql)
            if source is None:
                assert re.search(r"ref\('stg_", sql), path
                continue
            for column in model["columns"]:
                kinds = [
                    t if isinstance(t, str) else next(iter(t)) for t in column.get("data_tests", [])
                ]
                if "accepted_values" in kinds:
                    asked_by_dbt.add((source[1], source[2], column["name"]))
    assert asked_by_dbt
    asked_by_gate = {
        (table.source, table.name, rule["column"])
        for table in declared_tables()
        for rule in read_suite("raw", table.source, table.name).questions.get("values", [])
    }
    assert asked_by_gate
    assert not asked_by_gate & asked_by_dbt


def test_a_suite_with_an_unknown_key_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration.quality import checks

    monkeypatch.setattr(checks, "SUITES", tmp_path)
    (tmp_path / "raw" / "a").mkdir(parents=True)
    (tmp_path / "raw" / "a" / "b.yml").write_text("ragnes: []\n")
    with pytest.raises(GateError, match="unknown keys: ragnes"):
        checks.read_suite("raw", "a", "b")


def test_loading_definitions_and_suites_does_not_import_great_expectations() -> None:
    code = (
        "import sys; import orchestration.quality.gate, orchestration.quality.__main__; "
        "sys.exit('great_expectations' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT_DIR, check=True)


@pytest.mark.parametrize(
    ("before", "floor", "drop", "jump"),
    [(None, 0, 0, None), (0, 0, 0, None), (10, 1, 0, None), (100, 50, 85, 300)],
)
def test_volume_is_compared_with_good_runs(
    before: float | None, floor: int, drop: int, jump: int | None
) -> None:
    suite = read_suite("raw", "fx", "rates")
    collapse, dropped, jumped = volume_checks(suite.volume, before)
    assert (collapse.severity, dropped.severity, jumped.severity) == (
        "critical",
        "warning",
        "warning",
    )
    assert collapse.arguments["min_value"] == floor
    assert dropped.arguments["min_value"] == drop
    assert jumped.arguments["max_value"] == jump


# --- results ------------------------------------------------------------------------------------


def report(run_id: str, rows: float, day: int = 1, outcome: Outcome = Outcome.PASSED) -> Report:
    volume = Result(
        "raw", "fx.rates", "volume", "t", "", "critical", outcome, str(rows), rows, message="m"
    )
    return Report("raw", run_id, AS_OF, NOW + timedelta(days=day), [volume])


def test_results_are_kept_by_month_and_replaced_by_run(tmp_path: Path) -> None:
    record(tmp_path, report("a", 5))
    record(tmp_path, report("a", 6))
    record(tmp_path, report("b", 7, day=40))
    files = sorted(path.name for path in (tmp_path / "check_results").iterdir())
    assert files == ["2026-11.parquet", "2026-12.parquet"]
    rows = duckdb.sql(
        f"select run_id, observed_number from '{tmp_path}/check_results/*.parquet' order by 1"
    ).fetchall()
    assert rows == [("a", 6.0), ("b", 7.0)]
    assert [line[1] for line in history(tmp_path)] == ["b", "a"]


def test_the_baseline_is_the_highest_of_seven_good_runs(tmp_path: Path) -> None:
    assert baseline(tmp_path, "raw").numbers == {}
    record(tmp_path, report("oldest", 900, day=0))
    for day in range(1, 8):
        record(tmp_path, report(f"good-{day}", 100 - day, day))
    record(tmp_path, report("bad", 500, day=9, outcome=Outcome.FAILED))
    assert baseline(tmp_path, "raw").numbers == {("fx.rates", "volume"): 99.0}
    assert baseline(tmp_path, "marts").numbers == {}


def test_an_accepted_change_is_compared_from_then_on(tmp_path: Path) -> None:
    past = replace(report("a", 100), checked_at=datetime.now(UTC) - timedelta(days=1))
    record(tmp_path, past)
    assert baseline(tmp_path, "raw").numbers
    accept(tmp_path, "raw", "purged")
    assert not baseline(tmp_path, "raw").numbers
    assert baseline(tmp_path, "marts").numbers == {}
    assert json.loads((tmp_path / "accepted.json").read_text())["raw"]["reason"] == "purged"


def test_a_broken_history_stops_the_gate(tmp_path: Path) -> None:
    record(tmp_path, report("a", 5))
    (tmp_path / "check_results" / "2026-11.parquet").write_bytes(b"broken")
    with pytest.raises(GateError, match="history of checks"):
        baseline(tmp_path, "raw")
    with pytest.raises(GateError, match="cannot be kept"):
        record(tmp_path, report("b", 5))


def test_what_cannot_be_evaluated_blocks_whatever_its_severity() -> None:
    result = Result("raw", "t", "c", "", "", "warning", Outcome.NOT_EVALUATED)
    assert result.blocks
    assert not replace(result, outcome=Outcome.WARNED).blocks
    assert replace(result, outcome=Outcome.FAILED, severity="critical").blocks
    assert not replace(result, outcome=Outcome.SKIPPED, severity="critical").blocks


def test_of_a_wide_row_its_key_and_what_was_asked_are_shown(tmp_path: Path) -> None:
    warehouse = tmp_path / "saas_warehouse.duckdb"
    columns = ", ".join(f"{number} as c{number}" for number in range(12))
    with duckdb.connect(str(warehouse)) as con:
        con.execute(f"create table t as select {columns}")
    rows = failing_rows(warehouse, "select * from t where not coalesce((c10 = 0), false)")
    assert rows == ["c0: 0, c1: 1, c2: 2, c10: 10"]


def test_dbt_results_name_rows_and_what_to_do(tmp_path: Path) -> None:
    warehouse = tmp_path / "saas_warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create table t as select 'p1' as row_key, 'Mend it.' as what_to_do")
    node = {
        "name": "prices_are_known",
        "description": "Every price is known.",
        "attached_node": "model.saas_metrics.stg_prices",
        "config": {"severity": "ERROR"},
        "depends_on": {"nodes": ["model.saas_metrics.stg_prices"]},
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"nodes": {"test.s.x": node}}))
    found = {"unique_id": "test.s.x", "status": "fail", "failures": 1, "message": "Got 1 result",
             "compiled_code": "select * from t"}  # fmt: skip
    (tmp_path / "run_results.json").write_text(
        json.dumps({"metadata": {"invocation_id": "i"}, "results": [found]})
    )
    (result,) = read_dbt_results(tmp_path, None, AS_OF, warehouse).results
    assert result.blocks
    assert (result.dataset, result.failing_rows) == ("stg_prices", 1)
    assert "row_key: p1, what_to_do: Mend it." in result.message
    with pytest.raises(GateError, match="no results of a dbt command"):
        read_dbt_results(tmp_path / "nowhere", None, AS_OF)


# --- gates --------------------------------------------------------------------------------------


def land(settings: Settings, table: str, sql: str) -> None:
    folder = settings.raw_path / table
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        con.execute(f"copy ({sql}) to '{folder}/part.parquet' (format parquet)")


RATE = "select date '2026-10-01' as rate_date, 'eur' as base_currency, 'usd' as quote_currency, 1.1 as rate"


def outcomes(found: Report, dataset: str) -> dict[str, str]:
    return {r.check_name: str(r.outcome) for r in found.results if r.dataset == dataset}


@pytest.mark.slow
def test_the_gate_on_raw_tables(settings: Settings) -> None:
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("create schema generic")
        con.execute(
            "create table generic.customer_account_map as select 'stripe' as billing_source, "
            "'c' || range as billing_customer_id, 'a' as account_id from range(30)"
        )
    land(settings, "fx/rates", f"{RATE} from range(40)")
    first = check_raw(settings, "one", AS_OF)
    assert first.passed, first.lines()
    rates = outcomes(first, "fx.rates")
    assert rates["rate_is_landed"] == rates["base_currency_has_its_form"] == "passed"
    assert outcomes(first, "generic.customer_account_map")["volume"] == "passed"
    assert outcomes(first, "stripe.invoice") == {"volume": "skipped"}
    # What the gate looked at in the warehouse is free again, for other processes too.
    free = f"import duckdb; duckdb.connect({str(settings.warehouse_path)!r}).execute('select 1')"
    subprocess.run([sys.executable, "-c", free], check=True)

    land(settings, "fx/rates", f"{RATE.replace('1.1', '1e300::double')} from range(10)")
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("drop table generic.customer_account_map")
    second = check_raw(settings, "two", AS_OF)
    assert {(r.dataset, r.check_name) for r in second.blocking} >= {
        ("fx.rates", "volume"),
        ("generic.customer_account_map", "volume"),
    }
    accept(settings.quality_path, "raw", "fewer rates from now on")
    land(settings, "fx/rates", f"{RATE} from range(10)")
    assert check_raw(settings, "three", AS_OF).passed

    pages = list((settings.quality_path / "data_docs").rglob("*.html"))
    assert len(pages) >= 3
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.search(
            r"(?i)(src|href|srcset)=[\"']?(https?:)?//|url\([\"']?https?:|<script", text
        ), page
    assert not list((settings.quality_path / "data_docs").rglob("*.js"))


@pytest.mark.slow
def test_the_gate_on_marts(settings: Settings) -> None:
    with pytest.raises(GateError, match="There is no warehouse"):
        check_marts(settings, "none", AS_OF)

    def marts(rows: int, value: str) -> None:
        with duckdb.connect(str(settings.warehouse_path)) as con:
            con.execute("create schema if not exists marts")
            con.execute(
                f"create or replace table marts.fct_a as select range as id, {value} as ratio "
                f"from range({rows})"
            )
            con.execute("create or replace table marts.dim_b as select 1 as id")

    marts(100, "0.5::double")
    assert check_marts(settings, "first", AS_OF).passed
    publishing.publish(
        warehouse=settings.warehouse_path, serving=settings.serving_path, run_id="r", as_of=AS_OF
    )
    marts(86, "0.5::double")
    assert check_marts(settings, "second", AS_OF).passed
    marts(84, "case when range = 7 then 'nan'::double else 0.5 end")
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("drop table marts.dim_b")
    third = check_marts(settings, "third", AS_OF)
    assert {(r.dataset, r.check_name) for r in third.blocking} == {
        ("marts.fct_a", "volume"),
        ("marts.fct_a", "numbers_are_finite"),
        ("marts.dim_b", "is_there"),
    }
    assert any("mart fct_a: more than 15% of the rows" in line for line in third.lines())
    marts(84, "0.5::double")
    accept(settings.quality_path, "marts", "closed accounts purged")
    assert check_marts(settings, "fourth", AS_OF).passed


@pytest.mark.slow
def test_the_command_line(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RAW", "QUALITY", "SERVING"):
        monkeypatch.setenv(f"SAAS_METRICS_{name}_PATH", str(tmp_path / name.lower()))
    monkeypatch.setenv("SAAS_METRICS_WAREHOUSE_PATH", str(settings.warehouse_path))
    runner = CliRunner()
    land(settings, "fx/rates", RATE.replace("'eur'", "'euros'"))
    bad = runner.invoke(command.cli, ["check", "--layer", "raw"])
    assert bad.exit_code == 1
    assert "BLOCKED source fx, table rates, column base_currency" in bad.output
    assert "row key 2026-10-01 euros usd" in bad.output
    land(settings, "fx/rates", RATE)
    good = runner.invoke(command.cli, ["check", "--layer", "raw", "--verbose"])
    assert good.exit_code == 0, good.output
    assert "passed        fx.rates  volume  1" in good.output
    accepted = runner.invoke(command.cli, ["accept", "--layer", "raw", "--reason", "x"])
    assert "Accepted" in accepted.output
    listed = runner.invoke(command.cli, ["history"])
    assert "1 block" in listed.output
    nothing = runner.invoke(command.cli, ["check", "--layer", "marts"])
    assert isinstance(nothing.exception, GateError)


# --- pages --------------------------------------------------------------------------------------


def test_pages_are_made_to_stand_alone() -> None:
    page = (
        "<head><link href='https://a/b.css'><script src=\"https://c\"></script></head>"
        "<script>x</script><img src='https://d'><a href='https://e'>text</a><a href='f.html'>g</a>"
    )
    found = data_docs.stand_alone(page, "<style></style></head>")
    assert found == "<head><style></style></head>text<a href='f.html'>g</a>"


def test_old_data_docs_go(tmp_path: Path) -> None:
    for number in range(5):
        site = data_docs.directory(tmp_path, f"run-{number}", "raw", f"2026010{number}T000000")
        data_docs.finish(tmp_path, site, report(f"run-{number}", 1), keep=3)
    kept = sorted(path.name for path in (tmp_path / "data_docs").iterdir() if path.is_dir())
    assert kept == [f"2026010{n}T000000_run-{n}" for n in (2, 3, 4)]
    index = (tmp_path / "data_docs" / "index.html").read_text()
    assert index.index("run-4") < index.index("run-2")
    assert "run-1" not in index


def test_the_page_of_faults_is_not_stale() -> None:
    assert FAULTS.read_text(encoding="utf-8") == faults_page(), "run `make docs`"
