"""Helpers for tests that run the real models: a dbt session, and warehouses in temporary folders.

    def test_something(dbt_session):
        warehouse = dbt_session.warehouse("something", as_of="2027-02-01")
        write_some_parquet_below(warehouse.raw)
        warehouse.build()
        assert warehouse.query("select count(*) from marts.fct_mrr_movements") == [(0,)]

Every warehouse has its own landing zone and DuckDB file, but dbt sees all of them under one path (the
link `current`, set anew before each run), so that one parsed project (dbt_forks.py) serves the whole
session. Runs are one after the other.

Under `make test` pytest-xdist runs the tests in two processes, each with a dbt session of its own.
The tests of a file are in one process (`--dist loadfile`), since they share warehouses.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sample_company import generate
from sample_company.demand import SOURCES

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests"))

DATABASE = "saas_warehouse.duckdb"
TIMEOUT_SECONDS = 900
#: Files that take minutes, longest first: one that began last would keep one process waiting for the other.
LONGEST = (
    "test_conformance", "test_orchestration", "test_web", "test_landing_zone", "test_properties",
    "test_benchmarks", "test_truth", "test_acquisition", "test_services", "test_funnel_truth",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest files first; xdist gives them out in this order (`--no-loadscope-reorder`)."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)))


@dataclass(frozen=True)
class DbtResult:
    """One finished dbt command: its exit code, its output, and the status of every node."""

    command: str
    returncode: int
    output: str
    statuses: dict[str, str]
    messages: dict[str, str]

    @property
    def failed(self) -> list[str]:
        """Nodes that ended in an error, a failure or a warning."""
        return sorted(n for n, s in self.statuses.items() if s in ("error", "fail", "warn"))

    def check(self) -> DbtResult:
        """Raises AssertionError with dbt's own words where the command did not succeed."""
        if self.returncode != 0:
            named = [f"{name}: {self.messages.get(name, '')}" for name in self.failed]
            tail = "\n".join(self.output.splitlines()[-60:])
            raise AssertionError(
                f"dbt {self.command} failed ({self.returncode})\n" + "\n".join(named) + "\n" + tail
            )
        return self


@dataclass
class Warehouse:
    """A landing zone (`raw`) and the DuckDB file that dbt builds from it."""

    session: DbtSession
    root: Path
    as_of: str
    variables: dict[str, Any] = field(default_factory=dict)

    @property
    def raw(self) -> Path:
        return self.root / "raw"

    @property
    def database(self) -> Path:
        return self.root / DATABASE

    def dbt(self, *arguments: str, as_of: str | None = None, check: bool = True) -> DbtResult:
        """Runs a dbt command on this warehouse. check: raise where it fails."""
        result = self.session.run(self, arguments, as_of or self.as_of)
        return result.check() if check else result

    def build(self, *arguments: str, as_of: str | None = None, check: bool = True) -> DbtResult:
        """Seeds, snapshots and models without any test, so that one failing test hides nothing."""
        return self.dbt(
            "build", "--exclude-resource-types", "test", "unit_test", *arguments,
            as_of=as_of, check=check,
        )  # fmt: skip

    def test(self, *arguments: str, as_of: str | None = None, check: bool = True) -> DbtResult:
        """The data tests, on what has been built."""
        return self.dbt(
            "test", "--exclude-resource-types", "unit_test", *arguments, as_of=as_of, check=check
        )

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query. Opens and closes the file: dbt must be able to write afterwards."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql, list(parameters)).fetchall()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """The rows of a query as mappings of column name to value."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            cursor = connection.execute(sql, list(parameters))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def fingerprints(self, schema: str = "marts") -> dict[str, str]:
        """For every table of a schema a hash over its columns, types and ordered rows."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            tables = connection.execute(
                "select table_name from information_schema.tables where table_schema = ? order by 1",
                [schema],
            ).fetchall()
            found = {}
            for (table,) in tables:
                columns = connection.execute(f"describe {schema}.{table}").fetchall()
                digest = hashlib.sha256(repr([c[:2] for c in columns]).encode())
                cursor = connection.execute(f"select * from {schema}.{table} order by all")
                count = 0
                while batch := cursor.fetchmany(10_000):
                    count += len(batch)
                    digest.update(repr(batch).encode())
                found[table] = f"{count} rows {digest.hexdigest()[:16]}"
            return found


@dataclass
class DbtSession:
    """Runs dbt for many warehouses with one target folder, so that they share the parsed project."""

    root: Path
    warehouses: dict[str, Warehouse] = field(default_factory=dict)
    forks: subprocess.Popen[str] | None = None

    def warehouse(
        self, name: str, as_of: str, variables: Mapping[str, Any] | None = None
    ) -> Warehouse:
        """An empty warehouse of that name, or the one already made under it."""
        if name not in self.warehouses:
            folder = self.root / "warehouses" / name
            (folder / "raw").mkdir(parents=True)
            self.warehouses[name] = Warehouse(self, folder, as_of, dict(variables or {}))
        return self.warehouses[name]

    def run(self, warehouse: Warehouse, arguments: Sequence[str], as_of: str) -> DbtResult:
        current = self.root / "current"
        current.unlink(missing_ok=True)
        current.symlink_to(warehouse.root, target_is_directory=True)
        command = ["--no-use-colors", *arguments, *self.paths]
        if warehouse.variables:
            command += ["--vars", json.dumps(warehouse.variables, sort_keys=True)]
        output = self.root / "output.log"
        results = self.root / "target" / "run_results.json"
        results.unlink(missing_ok=True)
        returncode = self.ask(
            {"arguments": command, "environment": self.environment(as_of), "output": str(output)}
        )
        statuses, messages = {}, {}
        if results.exists():
            for node in json.loads(results.read_text(encoding="utf-8"))["results"]:
                statuses[node["unique_id"]] = node["status"]
                messages[node["unique_id"]] = str(node.get("message"))
        said = output.read_text(encoding="utf-8", errors="replace")
        return DbtResult(" ".join(arguments), returncode, said, statuses, messages)

    @property
    def paths(self) -> list[str]:
        return [
            "--project-dir", str(REPOSITORY), "--profiles-dir", str(REPOSITORY),
            "--target-path", str(self.root / "target"), "--log-path", str(self.root / "logs"),
        ]  # fmt: skip

    def environment(self, as_of: str) -> dict[str, str]:
        current = self.root / "current"
        inherited = {
            k: v for k, v in os.environ.items() if not k.startswith(("SAAS_METRICS_", "DBT_"))
        }
        return {
            **inherited,
            "SAAS_METRICS_RAW_PATH": str(current / "raw"),
            "SAAS_METRICS_WAREHOUSE_PATH": str(current / DATABASE),
            "SAAS_METRICS_SERVING_PATH": str(current / "serving"),
            "SAAS_METRICS_AS_OF": as_of,
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }

    def ask(self, request: Mapping[str, Any]) -> int:
        """The exit code of one dbt command, run by a fork of the process that has parsed."""
        if self.forks is None:
            self.forks = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("dbt_forks.py")), *self.paths],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY,
                env=self.environment(""), start_new_session=True,
            )  # fmt: skip
        assert self.forks.stdin
        assert self.forks.stdout
        watch = threading.Timer(TIMEOUT_SECONDS, os.killpg, (self.forks.pid, signal.SIGKILL))
        watch.start()
        try:
            self.forks.stdin.write(json.dumps(request) + "\n")
            self.forks.stdin.flush()
            answer = self.forks.stdout.readline()
        finally:
            watch.cancel()
        assert answer, f"dbt did not end within {TIMEOUT_SECONDS} s, or could not parse the project"
        return int(answer)

    def close(self) -> None:
        if self.forks is not None:
            assert self.forks.stdin
            self.forks.stdin.close()
            self.forks.wait(60)


@pytest.fixture(scope="session")
def dbt_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DbtSession]:
    """One dbt session for all tests of a process; its warehouses live as long as the test run."""
    session = DbtSession(tmp_path_factory.mktemp("dbt"))
    yield session
    session.close()


def stand_alone(warehouse: Warehouse) -> None:
    """Let the views of a warehouse read its own landing zone, which the link `current` soon leaves."""
    with duckdb.connect(str(warehouse.database)) as connection:
        views = connection.execute("select sql from duckdb_views() where not internal").fetchall()
        for (sql,) in views:
            own = sql.replace(str(warehouse.session.root / "current"), str(warehouse.root))
            connection.execute(own.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1))


@pytest.fixture(scope="session")
def world(dbt_session: DbtSession, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A small company with all its sources, built whole once for all processes; nobody changes it.

    120 customers over 14 months, with a month under way; what the generator knows of itself is in
    `root / "truth"`.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    warehouse = Warehouse(dbt_session, shared / "world", "2026-11-01")
    warehouse.root.mkdir(exist_ok=True)
    with (warehouse.root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (warehouse.root / "built").exists():
            generate(
                warehouse.raw, truth=warehouse.root / "truth", customers=120, months=14, seed=7,
                until=datetime(2026, 11, 1, tzinfo=UTC), world=SOURCES,
            )  # fmt: skip
            warehouse.build()
            stand_alone(warehouse)
            (warehouse.root / "built").touch()
    return warehouse
