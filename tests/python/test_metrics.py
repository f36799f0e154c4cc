"""The commands of the semantic layer, and its YAML. What its metrics say: test_funnel_truth.py."""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import update_checker
from click.testing import CliRunner
from dbt_metricflow.cli import main as metricflow

from orchestration import dictionary, mf, publishing
from orchestration.metrics import MetricsError, SemanticLayer, main, without_database
from orchestration.yaml_files import read_yaml

ROOT = Path(__file__).resolve().parents[2]
#: One table of things with an amount, as dbt describes it.
MANIFEST: dict[str, Any] = {
    "semantic_models": [
        {
            "name": "fct_things",
            "node_relation": {
                "alias": "fct_things",
                "schema_name": "marts",
                "database": "somewhere",
                "relation_name": '"somewhere"."marts"."fct_things"',
            },
            "defaults": {"agg_time_dimension": "made_on"},
            "primary_entity": "thing",
            "entities": [],
            "measures": [],
            "dimensions": [
                {"name": "made_on", "type": "time", "type_params": {"time_granularity": "day"}},
                {"name": "colour", "type": "categorical"},
            ],
        }
    ],
    "metrics": [
        {
            "name": "amount",
            "type": "simple",
            "type_params": {
                "expr": "amount",
                "metric_aggregation_params": {
                    "semantic_model": "fct_things",
                    "agg": "sum",
                    "agg_time_dimension": "made_on",
                },
            },
        }
    ],
    "project_configuration": {
        "time_spines": [
            {
                "node_relation": {
                    "alias": "dim_dates",
                    "schema_name": "marts",
                    "database": "somewhere",
                    "relation_name": '"somewhere"."marts"."dim_dates"',
                },
                "primary_column": {"name": "date_day", "time_granularity": "day"},
            }
        ],
        "time_spine_table_configurations": [],
        "dsi_package_version": {
            "major_version": "0", "minor_version": "0", "patch_version": "0",
        },
    },
    "saved_queries": [
        {
            "name": "amount_by_month",
            "description": "The amount of each month.",
            "query_params": {
                "metrics": ["amount"],
                "group_by": ["TimeDimension('metric_time', 'month')"],
                "order_by": ["TimeDimension('metric_time', 'month').descending(True)"],
            },
        }
    ],
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse with three things, and the manifest that dbt left."""
    warehouse = tmp_path / "saas_warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            """
            create table marts.fct_things as
            from (values
                (date '2026-01-05', 'red', 1), (date '2026-01-09', 'blue', 2),
                (date '2026-02-01', 'red', 4)
            ) as things (made_on, colour, amount)
            """
        )
    monkeypatch.setenv("SAAS_METRICS_SERVING_PATH", str(tmp_path / "serving"))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "semantic_manifest.json").write_text(json.dumps(MANIFEST))
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(arguments))
    return result.exit_code, result.output


def test_the_published_copy_is_asked(home: Path) -> None:
    publishing.publish(
        warehouse=home / "saas_warehouse.duckdb",
        serving=home / "serving",
        run_id="run",
        as_of="2026-03-01",
        keep=2,
    )
    asked = ["query", "--metrics", "amount", "--group-by", "metric_time__month"]
    assert run(*asked, "--order-by", "metric_time__month") == (
        0,
        "metric_time__month\tamount\n2026-01-01\t3\n2026-02-01\t4\n",
    )
    reds = run(*asked, "--where", "{{ Dimension('thing__colour') }} = 'red'", "--limit", "1",
               "--order-by", "-metric_time__month")  # fmt: skip
    assert reds == (0, "metric_time__month\tamount\n2026-02-01\t4\n")


def test_the_sql_names_no_database(home: Path) -> None:
    code, sql = run("query", "--metrics", "amount", "--sql")
    assert code == 0
    assert '"marts"."fct_things"' in sql
    assert "somewhere" not in sql
    assert "somewhere" not in json.dumps(without_database(json.loads(json.dumps(MANIFEST))))


def test_rows_come_in_the_order_of_what_they_are_grouped_by(home: Path) -> None:
    asked = ["query", "--metrics", "amount", "--group-by", "thing__colour,metric_time__month"]
    code, sql = run(*asked, "--sql")
    assert code == 0
    assert sql.split("ORDER BY")[1].split() == ["thing__colour,", "metric_time__month"]
    code, sql = run(*asked, "--sql", "--order-by", "-amount")
    assert sql.split("ORDER BY")[1].split() == ["amount", "DESC"]


def test_a_saved_query_comes_in_its_order(home: Path) -> None:
    publishing.publish(
        warehouse=home / "saas_warehouse.duckdb",
        serving=home / "serving",
        run_id="run",
        as_of="2026-03-01",
        keep=2,
    )
    latest_first = "2026-02-01\t4\n2026-01-01\t3\n"
    code, said = run("query", "--saved-query", "amount_by_month")
    assert (code, said) == (0, f"metric_time__month\tamount\n{latest_first}")


def test_every_saved_query_of_the_project_has_an_order() -> None:
    path = ROOT / "models" / "semantic" / "saved_queries.yml"
    queries = read_yaml(path)["saved_queries"]
    assert len(queries) > 5
    for query in queries:
        assert query["query_params"].get("order_by"), query["name"]


def test_metrics_and_dimensions_are_listed(home: Path) -> None:
    code, listed = run("list")
    assert (code, listed.splitlines()[0]) == (0, "amount")
    assert re.search(r"^  amount_by_month +The amount of each month\.$", listed, re.M)
    code, listed = run("list", "--metrics", "amount")
    assert code == 0
    assert "thing__colour" in listed.split()


def test_errors_say_what_to_do(home: Path) -> None:
    code, said = run("query", "--metrics", "amounts")
    assert code == 1
    assert "amounts" in said
    code, said = run("list", "--metrics", "amounts")
    assert code == 1
    assert "amounts" in said
    code, said = run("query", "--metrics", "amount")
    assert code == 1
    assert "make run" in said
    (home / "target" / "semantic_manifest.json").unlink()
    code, said = run("list")
    assert code == 1
    assert "dbt parse" in said
    with pytest.raises(MetricsError, match="dbt parse"):
        SemanticLayer(home / "nowhere.json")


@pytest.fixture
def same_signals() -> Iterator[None]:
    """`mf` takes signals for itself."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("same_signals")
def test_mf_asks_nobody_for_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Asks:
        def check(self, package_name: str, _package_version: str) -> None:
            asked.append(package_name)

    assert metricflow.UpdateChecker is update_checker.UpdateChecker
    monkeypatch.setattr(metricflow, "UpdateChecker", Asks)
    monkeypatch.setattr(sys, "argv", ["mf", "query", "--help"])
    with pytest.raises(SystemExit, match="0"):
        metricflow.cli()
    assert asked == ["dbt-metricflow"], "mf no longer asks: orchestration.mf has nothing to do"
    with pytest.raises(SystemExit, match="0"):
        mf.main()
    assert len(asked) == 1


def semantic_blocks() -> dict[str, dict[str, Any]]:
    """The metrics of the semantic layer as the YAML has them."""
    found = {}
    for path in (ROOT / "models").rglob("*.yml"):
        content = read_yaml(path)
        blocks = list(content.get("metrics", []))
        for model in content.get("models", []):
            blocks += model.get("metrics", [])
        found.update({block["name"]: block for block in blocks})
    return found


def test_a_metric_of_the_dictionary_has_its_definition_in_the_layer() -> None:
    blocks = semantic_blocks()
    assert len(blocks) > 50
    for name, block in blocks.items():
        told = re.fullmatch(r"\{\{ doc\('metric_(\w+)'\) \}\}", block["description"])
        if name in dictionary.metrics():
            assert told, f"{name}: the definition is in the dictionary"
            assert told[1] == name
        else:
            assert not told, name


def test_no_rate_is_averaged() -> None:
    for name, block in semantic_blocks().items():
        assert block.get("agg") not in ("average", "avg"), name
