"""Each bad input of tests/faults/faults.yml ends in the right place.

Faults of one group are made together. A group that the gate stops costs one run of the gate in this
process. One group goes through a whole run, which has to succeed with the numbers of the good run
before; one is stopped by dbt in a whole run; the others by a build of what the test needs.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import duckdb
import pytest
from faults import Fault, all_faults, groups, made_in

from orchestration.quality.dbt_results import read_dbt_results
from orchestration.quality.declared import Table
from orchestration.quality.gate import check_raw
from orchestration.quality.results import Outcome, Report, Result
from orchestration.settings import PROJECT_DIR, Settings

pytestmark = [pytest.mark.slow, pytest.mark.heavy]

AS_OF = "2026-11-01T00:00:00Z"
BLOCKED_BY_GATE, BLOCKED_BY_DBT = "blocked by the gate", "blocked by dbt"
RESULTS_MART = "rpt_data_quality_results"
WHOLE_RUN_BLOCKED = "dbt_prices"
FAULTS = all_faults()


@dataclass(frozen=True)
class Company:
    """A landing zone, its warehouse and what is served of it."""

    home: Path

    @property
    def settings(self) -> Settings:
        return Settings.from_environment(self.environment)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "SAAS_METRICS_RAW_PATH": str(self.home / "raw"),
            "SAAS_METRICS_WAREHOUSE_PATH": str(self.home / "saas_warehouse.duckdb"),
            "SAAS_METRICS_SERVING_PATH": str(self.home / "serving"),
            "SAAS_METRICS_QUALITY_PATH": str(self.home / "quality"),
            "SAAS_METRICS_AS_OF": AS_OF,
            "DBT_TARGET_PATH": str(self.home / "target"),
            "DBT_LOG_PATH": str(self.home / "target"),
            "DBT_PROFILES_DIR": str(PROJECT_DIR),
        }

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            list(command),
            cwd=PROJECT_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self) -> tuple[int, str]:
        """`make run` without make: exit code and output."""
        process = self.start(sys.executable, "-m", "orchestration.cli", "run")
        output, _ = process.communicate(timeout=900)
        return process.returncode, output

    def manifest(self) -> str:
        return (self.home / "serving" / "manifest.json").read_text(encoding="utf-8")

    def marts(self) -> Mapping[str, str]:
        """Checksums of what is served, but for the mart that shows the checks themselves."""
        marts = json.loads(self.manifest())["marts"]
        return {name: mart["sha256"] for name, mart in marts.items() if name != RESULTS_MART}

    def dbt_runs(self) -> set[str]:
        """Names of the folders in which runs of dbt left their artifacts; killed runs leave theirs."""
        return {path.name for path in (self.home / "target" / "runs").iterdir()}

    def query(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.home / "saas_warehouse.duckdb"), read_only=True) as con:
            return con.execute(sql).fetchall()


def killed_when(company: Company, says: str) -> None:
    """Starts a run and kills it and all its children when its output holds a text."""
    process = company.start(sys.executable, "-u", "-m", "orchestration.cli", "run")
    assert process.stdout is not None
    for line in process.stdout:
        if says in line:
            break
    else:
        pytest.fail(f"the run ended without saying {says!r}")
    time.sleep(1)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company with one good run, which came after a run that was killed in the gate and one that
    was killed in dbt."""
    company = Company(tmp_path_factory.mktemp("good"))
    options = {"customers": "60", "months": "12", "seed": "3", "until": "2026-11-01"}
    subprocess.run(
        [sys.executable, "-m", "sample_company", "--quiet", "--out", str(company.home / "raw")]
        + ["--truth", str(company.home / "truth")]
        + [part for name, value in options.items() for part in (f"--{name}", value)],
        cwd=PROJECT_DIR,
        check=True,
    )
    killed_when(company, "Gate on raw tables, then dbt build")
    assert not (company.home / "serving" / "manifest.json").exists()
    killed_when(company, "Mounted")
    assert not (company.home / "serving" / "manifest.json").exists()
    code, output = company.run()
    assert code == 0, output
    assert "Gate on raw tables: " in output
    assert "Gate on marts: " in output
    return company


def copied(good: Company, home: Path) -> Company:
    shutil.copytree(good.home, home, symlinks=True, dirs_exist_ok=True)
    return Company(home)


# --- stopped by the gate ------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What was made in a group, and what the gate said."""

    made: list[tuple[Fault, Table, dict[str, str]]]
    report: Report

    def result(self, dataset: str, check: str) -> Result:
        found = [r for r in self.report.results if (r.dataset, r.check_name) == (dataset, check)]
        assert found, f"{dataset}: nobody asked {check}"
        return found[0]


Asking = Callable[[str], Asked]


@pytest.fixture(scope="module")
def asked(good: Company, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Asked]:
    @cache
    def ask(group: str) -> Asked:
        company = copied(good, tmp_path_factory.mktemp(group))
        made = list(made_in([f for f in FAULTS if f.group == group], company.home / "raw"))
        report = check_raw(company.settings, f"fault-{group}", AS_OF)
        assert company.manifest() == good.manifest()
        shutil.rmtree(company.home)
        return Asked(made, report)

    return ask


@pytest.mark.parametrize(
    "fault", [f for f in FAULTS if f.outcome == BLOCKED_BY_GATE], ids=lambda f: f.id
)
def test_the_gate_stops(fault: Fault, asked: Asking) -> None:
    group: Asked = asked(fault.group)
    for of, table, filled in group.made:
        if of.id != fault.id:
            continue
        result = group.result(fault.seen_in or table.dataset, fault.check.format(**filled))
        assert result.blocks, result
        if not fault.seen_in:
            assert f"source {table.source}, table {table.name}" in result.message
        for part in fault.says:
            assert part.format(**filled) in result.message, result.message


@pytest.mark.parametrize("group", groups(BLOCKED_BY_GATE))
def test_the_gate_stops_for_nothing_else(group: str, asked: Asking) -> None:
    found: Asked = asked(group)
    touched = {table.dataset for _, table, _ in found.made} | {f.seen_in for f, _, _ in found.made}
    blocking = {result.dataset for result in found.report.blocking}
    # A table without which another cannot be read takes the other one with it.
    partners = {r.dataset for r in found.report.blocking if r.check_name.startswith("has_table_")}
    assert blocking - partners <= touched
    assert blocking


def test_a_run_behind_a_closed_gate_builds_nothing(good: Company, tmp_path: Path) -> None:
    company = copied(good, tmp_path)
    (fault,) = [f for f in FAULTS if f.id == "malformed_currency"]
    list(made_in([replace(fault, tables=["stripe.price"])], company.home / "raw"))
    built = (company.home / "saas_warehouse.duckdb").stat().st_mtime_ns
    code, output = company.run()
    assert code == 5, output
    assert "BLOCKED source stripe, table price, column currency" in output
    assert "last good marts" in output
    assert company.manifest() == good.manifest()
    assert (company.home / "saas_warehouse.duckdb").stat().st_mtime_ns == built


# --- a whole run that goes on -------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """A company after a whole run on faults that stop nothing."""

    company: Company
    made: list[tuple[Fault, Table, dict[str, str]]]
    output: str


@pytest.fixture(scope="module")
def run(good: Company, tmp_path_factory: pytest.TempPathFactory) -> Run:
    company = copied(good, tmp_path_factory.mktemp("run"))
    made = list(made_in([f for f in FAULTS if f.group == "run"], company.home / "raw"))
    code, output = company.run()
    assert code == 0, output
    return Run(company, made, output)


def test_faults_that_stop_nothing_change_no_number(good: Company, run: Run) -> None:
    assert json.loads(run.company.manifest())["number"] == 2
    changed = {
        name for name, checksum in run.company.marts().items() if good.marts()[name] != checksum
    }
    # A line without an invoice is listed, and says so; it counts nowhere.
    assert changed == {"fct_invoice_lines"}
    lines = "select * from marts.fct_invoice_lines"
    before, after = set(good.query(lines)), set(run.company.query(lines))
    assert before < after
    listed = run.company.query(
        "select invoice_id from marts.fct_invoice_lines where invoice_status = 'unknown'"
    )
    assert len(after - before) == len(listed) == 1
    assert listed == [("in_nowhere",)]


@pytest.mark.parametrize("fault", [f for f in FAULTS if f.outcome == "warned"], ids=lambda f: f.id)
def test_the_gate_warns(fault: Fault, run: Run) -> None:
    for of, table, _ in run.made:
        if of.id == fault.id:
            rows = run.company.query(
                f"select outcome, message from marts.{RESULTS_MART} where layer = 'raw' "
                f"and is_latest_run and dataset = '{table.dataset}' and check_name = '{fault.check}'"
            )
            assert [row[0] for row in rows] == ["warned"], rows
            assert all(part in str(rows[0][1]) for part in fault.says), rows


@pytest.mark.parametrize(
    "fault", [f for f in FAULTS if f.outcome == "quarantined"], ids=lambda f: f.id
)
def test_rows_are_set_aside_and_counted(good: Company, fault: Fault, run: Run) -> None:
    for of, table, _ in run.made:
        if of.id != fault.id:
            continue
        kept = (
            "select cast(coalesce(sum(raw_rows), 0) as bigint) "
            "from staging.stg_quarantine__rejected_rows "
            f"where source_name = '{table.source}' and table_name = '{table.name}' "
            f"and reason = '{fault.reason}'"
        )
        before, after = good.query(kept)[0][0], run.company.query(kept)[0][0]
        assert isinstance(before, int)
        assert after == before + 1, table.dataset
        counted = run.company.query(
            f"select failing_rows from marts.{RESULTS_MART} where layer = 'quarantine' "
            f"and dataset = '{table.dataset}' and check_name = '{fault.reason}'"
        )
        assert counted == [(after,)]


# --- stopped by dbt -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(good: Company, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Report]:
    @cache
    def build(group: str) -> Report:
        faults = [f for f in FAULTS if f.group == group]
        company = copied(good, tmp_path_factory.mktemp(group))
        list(made_in(faults, company.home / "raw"))
        if group == WHOLE_RUN_BLOCKED:
            code, output = company.run()
            assert code == 1, output
            assert "last good marts" in output
            for fault in faults:
                assert fault.test in output
                assert all(part in output for part in fault.says), output
            (name,) = company.dbt_runs() - good.dbt_runs()
            artifacts = company.home / "target" / "runs" / name
        else:
            tests = sorted({f"+{fault.test}*" for fault in faults})
            # Only these tests, and the models that they need.
            process = company.start(
                str(Path(sys.executable).with_name("dbt")), "build",
                "--indirect-selection", "empty", "--select", *tests,
            )  # fmt: skip
            output, _ = process.communicate(timeout=900)
            assert process.returncode == 1, output
            artifacts = company.home / "target"
        report = read_dbt_results(artifacts, "fault", AS_OF, company.home / "saas_warehouse.duckdb")
        assert company.manifest() == good.manifest()
        shutil.rmtree(company.home)
        return report

    return build


@pytest.mark.parametrize(
    "fault", [f for f in FAULTS if f.outcome == BLOCKED_BY_DBT], ids=lambda f: f.id
)
def test_dbt_stops(fault: Fault, built: Callable[[str], Report]) -> None:
    report = built(fault.group)
    (result,) = [r for r in report.blocking if r.check_name.startswith(fault.test)]
    assert result.outcome == Outcome.FAILED
    for part in fault.says:
        assert part in result.message, result.message


# --- the list -----------------------------------------------------------------------------------


def test_every_fault_has_a_known_outcome_and_a_test() -> None:
    outcomes = {BLOCKED_BY_GATE, BLOCKED_BY_DBT, "warned", "quarantined", "taken"}
    assert {fault.outcome for fault in FAULTS} == outcomes
    assert len({fault.id for fault in FAULTS}) == len(FAULTS)
    for fault in FAULTS:
        wanted = {
            BLOCKED_BY_GATE: fault.check,
            BLOCKED_BY_DBT: fault.test,
            "warned": fault.check,
            "quarantined": fault.reason,
            "taken": fault.group,
        }
        assert wanted[fault.outcome], fault.id
        if fault.outcome in ("warned", "quarantined", "taken"):
            assert fault.group == "run", fault.id


def test_every_landed_table_has_faults_of_every_kind() -> None:
    everywhere = {fault.outcome for fault in FAULTS if fault.tables == "every"}
    assert {BLOCKED_BY_GATE, "quarantined", "taken"} <= everywhere
