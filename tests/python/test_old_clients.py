"""The published file opened by older DuckDB clients, each in an environment of its own.

Runs in `make clients` only: it installs the clients, which needs a package index.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.publishing import publish
from orchestration.publishing.manifest import DUCKDB_FILE

CLIENTS = Path(__file__).resolve().parents[1] / "clients"
REASON = "installs packages: run `make clients`"

READ = """
import duckdb, json, sys
con = duckdb.connect(sys.argv[1], read_only=True)
rows = con.execute(
    "select count(*), sum(amount), min(month), max(is_complete), min(note) from marts.fct_things"
).fetchone()
stamp = con.execute("select run_number, run_id from marts._publish").fetchone()
print(json.dumps([duckdb.__version__, [str(value) for value in rows], list(stamp)]))
"""


@pytest.mark.skipif(not os.environ.get("SAAS_METRICS_OLD_CLIENTS"), reason=REASON)
@pytest.mark.parametrize("version", ["1.4", "1.5"])
def test_an_older_client_reads_what_was_published(version: str, tmp_path: Path) -> None:
    warehouse, serving = tmp_path / "saas_warehouse.duckdb", tmp_path / "serving"
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema marts")
        con.execute(
            "create table marts.fct_things as select range as id, "
            "cast(range as decimal(38, 6)) / 1 as share, cast(range as decimal(38, 6)) as amount, "
            "date '2026-10-01' as month, true as is_complete, 'é' || range as note from range(5000)"
        )
    publish(warehouse=warehouse, serving=serving, run_id="r", as_of="2026-11-01")
    environment = tmp_path / "client"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r"]
    subprocess.run([*install, CLIENTS / f"duckdb-{version}.txt"], check=True)
    done = subprocess.run(
        [python, "-c", READ, serving / DUCKDB_FILE], capture_output=True, text=True, check=True
    )
    found, rows, stamp = json.loads(done.stdout)
    assert found.startswith(version)
    assert rows == ["5000", "12497500.000000", "2026-10-01", "True", "é0"]
    assert stamp == [1, "r"]
