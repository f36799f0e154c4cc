"""The bundle imported into a real Superset, asked through its API and looked at in Chromium.

Runs in `make superset-test` only: it needs an environment of its own (bi/superset-requirements.txt).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests
from click.testing import CliRunner
from conftest import DbtSession, Warehouse
from playwright.sync_api import sync_playwright

from orchestration.bi.bundle import spec
from orchestration.cli import program
from orchestration.publishing import publish
from orchestration.publishing.manifest import DUCKDB_FILE
from orchestration.settings import PROJECT_DIR
from sample_company import generate
from sample_company.demand import SOURCES

pytestmark = pytest.mark.skipif(
    not os.environ.get("SAAS_METRICS_SUPERSET"),
    reason="installs Superset: run `make superset-test`",
)
UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
SCREENSHOT = PROJECT_DIR / "target" / "superset-dashboard.png"
LOGIN = "admin"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
         "--disable-component-update", "--disable-sync")  # fmt: skip


class Superset:
    """A running Superset: its address, and a session that is logged in."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.session = requests.Session()

    def log_in(self) -> None:
        answer = self.post(
            "security/login",
            json={"username": LOGIN, "password": LOGIN, "provider": "db", "refresh": True},
        )
        self.session.headers["Authorization"] = f"Bearer {answer['access_token']}"
        self.session.headers["X-CSRFToken"] = self.get("security/csrf_token/")["result"]
        self.session.headers["Referer"] = self.address

    def get(self, path: str, **options: Any) -> dict[str, Any]:
        return self._answer(self.session.get(f"{self.address}/api/v1/{path}", **options))

    def post(self, path: str, **options: Any) -> dict[str, Any]:
        return self._answer(self.session.post(f"{self.address}/api/v1/{path}", **options))

    def _answer(self, response: requests.Response) -> dict[str, Any]:
        assert response.status_code == 200, response.text[:1000]
        found: dict[str, Any] = response.json()
        return found

    def load(self, bundle: Path) -> None:
        """Imports a bundle over what there is."""
        with bundle.open("rb") as file:
            self.post(
                "dashboard/import/",
                files={"formData": (bundle.name, file, "application/zip")},
                data={"overwrite": "true"},
            )

    def datasets(self) -> dict[str, dict[str, Any]]:
        listed = self.get("dataset/", params={"q": "(page_size:100)"})["result"]
        return {one["table_name"]: self.get(f"dataset/{one['id']}")["result"] for one in listed}

    def ask(self, dataset: int, query: dict[str, Any]) -> list[dict[str, Any]]:
        """Rows of a chart query, never from a cache."""
        answer = self.post(
            "chart/data",
            json={
                "datasource": {"id": dataset, "type": "table"},
                "force": True,
                "queries": [{"row_limit": 50_000, **query}],
                "result_format": "json",
                "result_type": "full",
            },
        )
        rows: list[dict[str, Any]] = answer["result"][0]["data"]
        return rows


@pytest.fixture(scope="module")
def served(dbt_session: DbtSession) -> Warehouse:
    """A warehouse whose marts are published beside it."""
    warehouse = dbt_session.warehouse("superset", as_of=UNTIL.isoformat())
    generate(
        warehouse.raw,
        truth=warehouse.root / "truth",
        customers=120,
        months=16,
        seed=5,
        until=UNTIL,
        world=SOURCES,
    )
    warehouse.build()
    republish(warehouse, "first")
    return warehouse


def republish(warehouse: Warehouse, run_id: str) -> None:
    publish(warehouse=warehouse.database, serving=warehouse.root / "serving", run_id=run_id,
            as_of="2026-11-01")  # fmt: skip


@pytest.fixture(scope="module")
def superset(served: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Superset]:
    """Superset with the bundle, imported twice."""
    home = tmp_path_factory.mktemp("superset")
    executable = Path(PROJECT_DIR, os.environ["SAAS_METRICS_SUPERSET"])
    environment = {
        "PATH": f"{executable.parent}:{os.environ['PATH']}",
        "HOME": str(home),
        "SUPERSET_HOME": str(home),
        "SUPERSET_CONFIG_PATH": str(PROJECT_DIR / "bi" / "superset_config.py"),
        "SUPERSET_SECRET_KEY": "of-a-server-that-lives-for-one-test-1234567890",
        "FLASK_APP": "superset",
    }
    user = ["--username", LOGIN, "--firstname", "A", "--lastname", "B", "--email", "a@example.com",
            "--password", LOGIN]  # fmt: skip
    for arguments in (["db", "upgrade"], ["fab", "create-admin", *user], ["init"]):
        done = subprocess.run(
            [executable, *arguments], cwd=home, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-3000:]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bundle = home / "superset.zip"
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(
            [executable, "run", "--host", "127.0.0.1", "--port", str(port), "--with-threads"],
            cwd=home, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            server = Superset(f"http://127.0.0.1:{port}")
            wait_for(server, process, home / "server.log")
            server.log_in()
            packed = CliRunner().invoke(
                program.cli, ["superset", str(bundle)],
                env={"SAAS_METRICS_SERVING_PATH": str(served.root / "serving")},
            )  # fmt: skip
            assert packed.exit_code == 0, packed.output
            server.load(bundle)
            server.load(bundle)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=60)


def wait_for(server: Superset, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            if requests.get(f"{server.address}/health", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.5)
    pytest.fail("Superset did not start")


def marts(served: Warehouse, sql: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(served.root / "serving" / DUCKDB_FILE), read_only=True) as con:
        cursor = con.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def key(row: dict[str, Any], columns: list[str]) -> tuple[Any, ...]:
    """What identifies a row, days and instants in milliseconds as in Superset's answers."""

    def plain(value: Any) -> Any:
        if isinstance(value, date):
            instant = value if isinstance(value, datetime) else datetime(*value.timetuple()[:3])
            return round(instant.replace(tzinfo=UTC).timestamp() * 1000)
        return round(value) if isinstance(value, float) else value

    return tuple(plain(row[column]) for column in columns)


def same(told: Any, got: Any) -> bool:
    """To a millionth: the marts keep quotients of money to six places, and JSON has no decimals."""
    if told is None or got is None:
        return told is got
    return abs(float(told) - float(got)) <= 0.000001 + 1e-9 * abs(float(told))


def test_every_dataset_has_the_rows_and_columns_of_its_mart(
    superset: Superset, served: Warehouse
) -> None:
    tables = {
        row["name"]: row
        for row in marts(served, "select table_name as name from information_schema.tables")
    }
    found = superset.datasets()
    assert found.keys() == tables.keys()
    for name, dataset in found.items():
        (rows,) = superset.ask(dataset["id"], {"metrics": ["rows"], "columns": []})
        (there,) = marts(served, f"select count(*) as n from marts.{name}")
        assert rows["rows"] == there["n"], name
        described = {row["column_name"] for row in marts(served, f"describe marts.{name}")}
        columns = {column["column_name"] for column in dataset["columns"]}
        assert columns <= described, name
        assert columns == described or name == "_publish", name
        certified = json.loads(dataset["extra"])["certification"]
        assert certified["certified_by"] == "saas-metrics"


@pytest.mark.parametrize("name", spec()["datasets"])
def test_every_measure_is_the_marts_own_figure(
    superset: Superset, served: Warehouse, name: str
) -> None:
    dataset = superset.datasets()[name]
    described = {
        row["column_name"]: row["column_type"] for row in marts(served, f"describe marts.{name}")
    }
    measures = [m["metric_name"] for m in dataset["metrics"] if m["metric_name"] in described]
    grain = [c["column_name"] for c in dataset["columns"] if c["groupby"]]
    rows = superset.ask(dataset["id"], {"metrics": measures, "columns": grain})
    assert rows
    expected = marts(served, f"select {', '.join([*grain, *measures])} from marts.{name}")
    keyed = {key(row, grain): row for row in expected}
    assert len(keyed) == len(rows) == len(expected)
    for row in rows:
        told = keyed[key(row, grain)]
        for measure in measures:
            assert same(told[measure], row[measure]), (name, measure, row[measure], told)


def test_the_database_is_read_only(superset: Superset) -> None:
    (database,) = superset.get("database/")["result"]
    full = superset.get(f"database/{database['id']}/connection")["result"]
    assert full["sqlalchemy_uri"].endswith("?access_mode=read_only")
    assert not full["allow_dml"]
    refused = superset.session.post(
        f"{superset.address}/api/v1/sqllab/execute/",
        json={"database_id": database["id"], "sql": "create table marts.t as select 1 as a",
              "schema": "marts"},
    )  # fmt: skip
    assert refused.status_code != 200, refused.text


def test_the_dashboard_shows_the_marts_and_calls_nobody(
    superset: Superset, served: Warehouse
) -> None:
    chromium = shutil.which("chromium")
    assert chromium, "install the system's package chromium"
    outside: list[str] = []
    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        page = browser.new_page(viewport={"width": 1500, "height": 2100})

        def route(request: Any) -> None:
            address = request.request.url
            if address.startswith((superset.address, "data:", "blob:")):
                request.continue_()
            else:
                outside.append(address)
                request.abort()

        page.route("**/*", route)
        page.goto(f"{superset.address}/login/")
        page.fill("#username", LOGIN)
        page.fill("#password", LOGIN)
        page.keyboard.press("Enter")
        page.wait_for_url("**/welcome/**", timeout=120_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{superset.address}/superset/dashboard/saas-metrics/?standalone=2")
        charts = [chart for row in spec()["dashboard"]["rows"] for chart in row["charts"]]
        drawn = [chart for chart in charts if chart["kind"] not in ("table", "rows")]
        page.locator("canvas").nth(len(drawn) - 1).wait_for(timeout=120_000)
        page.get_by_text("2026-11-01", exact=True).wait_for(timeout=60_000)
        # ECharts draws for a second.
        page.wait_for_timeout(3_000)
        SCREENSHOT.parent.mkdir(exist_ok=True)
        page.screenshot(path=SCREENSHOT, full_page=True)
        shown = page.inner_text("body")
        browser.close()
    assert outside == []
    assert errors == []
    for chart in charts:
        assert chart["name"] in shown
    assert "No results" not in shown
    assert "Error" not in shown
    (last,) = marts(
        served,
        "select closing_mrr, closing_customers, quick_ratio from marts.rpt_mrr_bridge_monthly "
        "where segment_type = 'all' and is_complete order by month desc limit 1",
    )
    assert f"{last['closing_mrr']:,.0f}" in shown.splitlines()
    assert f"{last['closing_customers']:,}" in shown.splitlines()
    assert f"{last['quick_ratio']:,.2f}" in shown.splitlines()


def test_a_new_run_is_seen_at_the_next_query(superset: Superset, served: Warehouse) -> None:
    stamp = superset.datasets()["_publish"]["id"]
    query = {"columns": ["run_number", "run_id"], "metrics": []}
    (before,) = superset.ask(stamp, query)
    republish(served, "second")
    (after,) = superset.ask(stamp, query)
    assert after == {"run_number": before["run_number"] + 1, "run_id": "second"}
