"""What the target Spark has beside dbt: its local cluster, its parser's report, its settings."""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import click
import pytest

from orchestration.spark import cluster
from orchestration.spark.parsing import construct, failures, grouped, spark_parser
from orchestration.yaml_files import read_yaml

ROOT = Path(__file__).resolve().parents[2]


def spark_outputs() -> dict[str, dict[str, Any]]:
    profile = read_yaml(ROOT / "profiles.yml")
    outputs = profile["saas_metrics"]["outputs"]
    return {name: output for name, output in outputs.items() if output["type"] == "spark"}


def test_both_targets_of_spark_compute_alike() -> None:
    thrift, session = (
        {
            name.removeprefix("set:hiveconf:"): value
            for name, value in output["server_side_parameters"].items()
        }
        for output in (spark_outputs()["spark"], spark_outputs()["spark_session"])
    )
    assert thrift
    assert thrift == {name: session[name] for name in thrift}
    assert all(
        name.startswith("set:hiveconf:")
        for name in spark_outputs()["spark"]["server_side_parameters"]
    )


def test_everything_listens_on_this_machine_alone(tmp_path: Path) -> None:
    settings = cluster.thrift_settings(tmp_path)
    session = spark_outputs()["spark_session"]["server_side_parameters"]
    for name in ("spark.driver.host", "spark.driver.bindAddress"):
        assert settings[name] == session[name] == "127.0.0.1"
    assert settings["spark.hadoop.hive.server2.thrift.bind.host"] == "127.0.0.1"
    for service in cluster.services(Path("home"), tmp_path, tmp_path):
        assert cluster.environment(Path("home"), service)["SPARK_LOCAL_IP"] == "127.0.0.1"
        if "--host" in service.command:
            assert service.command[service.command.index("--host") + 1] == "127.0.0.1"


def test_a_cluster_is_a_master_two_workers_and_a_thrift_server(tmp_path: Path) -> None:
    names = [service.name for service in cluster.services(Path("home"), tmp_path, tmp_path)]
    assert names == ["master", "worker-1", "worker-2", "thrift"]


def test_a_local_server_works_alone_and_under_the_same_settings(tmp_path: Path) -> None:
    (alone,) = cluster.services(Path("home"), tmp_path, tmp_path, local=True)
    *_, server = cluster.services(Path("home"), tmp_path, tmp_path)
    assert alone.command[alone.command.index("--master") + 1] == "local[2]"
    assert alone.port == server.port == cluster.THRIFT_PORT
    settings = {word for word in server.command if word.startswith("spark.")}
    assert settings == {word for word in alone.command if word.startswith("spark.")}


def test_settings_for_small_data_add_and_keep(tmp_path: Path) -> None:
    usual, small = cluster.thrift_settings(tmp_path), cluster.thrift_settings(tmp_path, small=True)
    assert set(usual) < set(small)
    options = "spark.driver.extraJavaOptions"
    assert small[options] == f"{usual[options]} {cluster.SMALL_DATA_JAVA}"
    changed = {name for name in usual if usual[name] != small[name]}
    assert changed == {options, "spark.sql.shuffle.partitions"}


@cache
def rows_in_sql() -> list[tuple[str, str]]:
    """(unit test, SQL) of every given or expected relation that is written as SQL."""
    found = []
    for path in (ROOT / "models").rglob("*.yml"):
        declared = read_yaml(path) or {}
        for test in declared.get("unit_tests", []):
            for rows in (*test["given"], test["expect"]):
                if rows.get("format") == "sql":
                    found.append((test["name"], rows["rows"]))
    return found


def unit_tests_with_nested_rows() -> set[str]:
    """Unit tests whose rows are SQL with a struct or a list, which no two engines write alike."""
    found = set()
    for name, sql in rows_in_sql():
        if re.search(r"[{]|\bstruct\(|\)\[\]", sql):
            found.add(name)
    return found


def test_only_unit_tests_with_nested_rows_are_left_out_on_spark() -> None:
    selectors = read_yaml(ROOT / "selectors.yml")["selectors"]
    (portable,) = (each for each in selectors if each["name"] == "portable")
    everything, left_out = portable["definition"]["union"]
    assert everything == {"method": "fqn", "value": "*"}
    assert {each["method"] for each in left_out["exclude"]} == {"unit_test"}
    assert {each["value"] for each in left_out["exclude"]} == unit_tests_with_nested_rows()


def test_rows_of_unit_tests_are_written_for_both_engines() -> None:
    rows, nested = rows_in_sql(), unit_tests_with_nested_rows()
    assert len(rows) > len(nested) > 0
    for name, sql in rows:
        assert name in nested or not re.search(r"varchar|generate_series|unnest|::", sql), name


def sleeper(name: str) -> cluster.Service:
    return cluster.Service(name, (sys.executable, "-c", "import time; time.sleep(60)"))


def test_stop_ends_what_start_started_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A process that ignores signals hands that on to its children: then only SIGKILL ends them.
    monkeypatch.setattr(cluster, "SECONDS_TO_STOP", 5)
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        cluster.start_service(sleeper("a"), tmp_path, {})
        pid = int((tmp_path / "a.pid").read_text())
        assert cluster.is_running(pid)
        (tmp_path / "gone.pid").write_text("999999999\n")
        assert cluster.stop_all(tmp_path) == ["a"]
        assert not cluster.is_running(pid)
        assert cluster.is_running(other.pid)
        assert not list(tmp_path.glob("*.pid"))
    finally:
        other.kill()
        other.wait()


def test_a_service_that_does_not_listen_to_the_signal_is_ended_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "SECONDS_TO_STOP", 1)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    cluster.start_service(
        cluster.Service("deaf", (sys.executable, "-c", deaf)), tmp_path, dict(os.environ)
    )
    pid = int((tmp_path / "deaf.pid").read_text())
    while "deaf" not in (tmp_path / "deaf.log").read_text():
        assert cluster.is_running(pid)
    assert cluster.stop_all(tmp_path) == ["deaf"]
    assert not cluster.is_running(pid)


def test_a_service_that_dies_at_its_start_is_reported(tmp_path: Path) -> None:
    dying = cluster.Service("dying", (sys.executable, "-c", "raise SystemExit(1)"), port=1)
    with pytest.raises(click.ClickException, match="dying did not start"):
        cluster.start_service(dying, tmp_path, dict(os.environ))


def test_failures_of_the_parser_are_grouped_by_construct(tmp_path: Path) -> None:
    class RefusedError(Exception):
        pass

    def parse_plan(sql: str) -> None:
        if "::" in sql:
            raise RefusedError(f"\n[SYNTAX] Error near '::' (line {len(sql)}, pos 3)\n== SQL ==")

    session = MagicMock()
    session._jsparkSession.sessionState().sqlParser().parsePlan = parse_plan
    for name, sql in {"a": "select 1", "b": "select a::int", "c": "select bcd::int"}.items():
        (tmp_path / f"{name}.sql").write_text(sql)
    found = list(failures(tmp_path, spark_parser(session, RefusedError)))
    assert [where for _, where in found] == ["b.sql", "c.sql"]
    assert grouped(found) == "2 x [SYNTAX] Error near '::'\n    b.sql\n    c.sql"


def test_a_construct_is_the_first_line_without_its_place() -> None:
    assert construct("[X] near 'a' (line 2, pos 7)\nmore") == "[X] near 'a'"
