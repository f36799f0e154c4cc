"""Every Python snippet of docs/bi.md runs as it stands, and reads the run that is served."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.publishing import publish
from orchestration.settings import PROJECT_DIR
from orchestration.yaml_files import read_yaml

PAGE = (PROJECT_DIR / "docs" / "bi.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
# What each must have found, as an expression over the snippet's names.
EXPECTED = [
    "rows == [(date(2026, 9, 1), 90, 9), (date(2026, 10, 1), 100, 10)] and run[:2] == (1, '2026-11-01')",
    "churned == (1,)",
    "list(retention.nrr_12m) == [1.1, 1.2]",
    "tuple(stamp) == (1, '2026-11-01') and dict(zip(movements.movement_type, movements.mrr_change)) "
    "== {'new': 30.0}",
    "bridge.num_rows == 3",
]
ROWS = {
    "rpt_mrr_bridge_monthly": "(date '2026-10-01', 'all', 100, 10, true), "
    "(date '2026-09-01', 'all', 90, 9, true), (date '2026-11-01', 'all', 1, 1, false)",
    "dim_customers": "('churned'), ('active')",
    "rpt_retention_monthly": "(date '2026-10-01', 'all', 1.2, true), (date '2026-09-01', 'all', 1.1, true)",
    "fct_mrr_movements": "('new', 10), ('new', 20)",
}
COLUMNS = {
    "rpt_mrr_bridge_monthly": "month, segment_type, closing_mrr, closing_customers, is_complete",
    "dim_customers": "status",
    "rpt_retention_monthly": "month, segment_type, nrr_12m, is_complete",
    "fct_mrr_movements": "movement_type, mrr_change",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a published copy of marts as their contracts have them, a few rows in them."""
    root = tmp_path_factory.mktemp("recipes")
    warehouse = root / "saas_warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema marts")
        for name, rows in ROWS.items():
            (path,) = (PROJECT_DIR / "models" / "marts").rglob(f"{name}.yml")
            (model,) = read_yaml(path)["models"]
            columns = ", ".join(f"{one['name']} {one['data_type']}" for one in model["columns"])
            con.execute(f"create table marts.{name} ({columns})")
            con.execute(f"insert into marts.{name} ({COLUMNS[name]}) values {rows}")
    publish(warehouse=warehouse, serving=root / "data" / "serving", run_id="r", as_of="2026-11-01")
    return root


def test_every_snippet_has_an_expectation() -> None:
    assert len(SNIPPETS) == len(EXPECTED)


@pytest.mark.parametrize(("snippet", "expected"), list(zip(SNIPPETS, EXPECTED, strict=False)))
def test_a_snippet_runs_and_finds_what_is_served(home: Path, snippet: str, expected: str) -> None:
    check = f"\nfrom datetime import date\nassert {expected}, sorted(globals().items())\n"
    done = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning", "-c", snippet + check],
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(PROJECT_DIR)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_every_command_of_the_page_is_one_that_there_is() -> None:
    from orchestration.cli.program import ENTRIES

    named = set(re.findall(r"saas-metrics ([a-z]+)", PAGE))
    assert named
    assert named <= ENTRIES.keys()


def test_the_page_names_only_marts_and_columns_of_marts_that_exist() -> None:
    marts = {path.stem for path in (PROJECT_DIR / "models" / "marts").rglob("*.sql")}
    named = set(re.findall(r"marts\.((?:rpt|fct|dim)_\w+)", PAGE))
    assert named
    assert named <= marts
