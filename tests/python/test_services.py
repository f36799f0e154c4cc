"""The three services of a production instance: they start, find each other, and listen on loopback."""

import http.client
import ipaddress
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from orchestration.settings import PROJECT_DIR

INSTANCE = PROJECT_DIR / "orchestration" / "instance"
MOST_SECONDS = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_one_writer_at_a_time_and_no_calls_home(tmp_path: Path) -> None:
    shutil.copy(INSTANCE / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        concurrency = instance.get_concurrency_config()
        assert concurrency.pool_config.default_pool_limit == 1
        assert concurrency.run_queue_config is not None
        assert concurrency.run_queue_config.tag_concurrency_limits == [
            {"key": "saas_metrics/writes_warehouse", "limit": 1}
        ]
        assert instance.run_retries_enabled
        assert not instance.get_settings("run_retries")["retry_on_asset_or_op_failure"]
    assert yaml.safe_load((INSTANCE / "dagster.yaml").read_text())["telemetry"] == {
        "enabled": False
    }


def test_the_postgres_instance_differs_in_storage_only() -> None:
    """Its address is in the environment."""
    sqlite = yaml.safe_load((INSTANCE / "dagster.yaml").read_text())
    postgres = yaml.safe_load((INSTANCE / "dagster-postgres.yaml").read_text())
    storage = postgres.pop("storage")
    assert postgres == sqlite
    assert storage == {"postgres": {"postgres_url": {"env": "DAGSTER_POSTGRES_URL"}}}


def test_every_server_is_started_on_the_loopback() -> None:
    makefile = (PROJECT_DIR / "Makefile").read_text()
    starts = [
        line
        for line in makefile.splitlines()
        if line.startswith("\t") and any(word in line for word in ("dagster dev", "code-server", "dagster-webserver", "docs serve"))
    ]  # fmt: skip
    assert len(starts) == 4
    assert all("--host 127.0.0.1" in line for line in starts)
    workspace = yaml.safe_load((INSTANCE / "workspace.yaml").read_text())
    assert [entry["grpc_server"]["host"] for entry in workspace["load_from"]] == ["127.0.0.1"]


@pytest.fixture
def heard_interrupts() -> Iterator[None]:
    """A shell's background job ignores SIGINT, and hands that on; Dagster then ignores SIGTERM too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def services(
    tmp_path: Path, heard_interrupts: None
) -> Iterator[tuple[int, list[subprocess.Popen[bytes]]]]:
    """Code server, web server and daemon on free ports; the web server's port and the processes."""
    shutil.copy(INSTANCE / "dagster.yaml", tmp_path)
    grpc, web = free_port(), free_port()
    workspace = tmp_path / "workspace.yaml"
    workspace.write_text((INSTANCE / "workspace.yaml").read_text().replace("4000", str(grpc)))
    bin_dir = Path(sys.executable).parent
    env = {
        "PATH": f"{bin_dir}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "DAGSTER_HOME": str(tmp_path),
        "DBT_TARGET_PATH": str(tmp_path / "target"),
        "DBT_PROFILES_DIR": str(PROJECT_DIR),
        "PYTHONPATH": str(PROJECT_DIR),
        "DO_NOT_TRACK": "1",
    }
    started: list[subprocess.Popen[bytes]] = []
    with (tmp_path / "services.log").open("wb") as log:

        def start(program: str, *arguments: str) -> None:
            started.append(
                subprocess.Popen(
                    [str(bin_dir / program), *arguments],
                    cwd=PROJECT_DIR, env=env, stdout=log, stderr=subprocess.STDOUT,
                )
            )  # fmt: skip

        try:
            # Two services that meet an empty folder both make its databases, and one of them fails.
            subprocess.run(
                [str(bin_dir / "dagster"), "instance", "info"],
                cwd=PROJECT_DIR, env=env, stdout=log, stderr=subprocess.STDOUT, check=True,
            )  # fmt: skip
            start(
                "dagster",
                "code-server",
                "start",
                "-m",
                "orchestration.definitions",
                "--host",
                "127.0.0.1",
                "--port",
                str(grpc),
            )
            wait_for(grpc, started[0])
            start("dagster-webserver", "-h", "127.0.0.1", "-p", str(web), "-w", str(workspace))
            start("dagster-daemon", "run", "-w", str(workspace))
            yield web, started
        finally:
            for process in started:
                process.send_signal(signal.SIGTERM)
            for process in started:
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(30)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + MOST_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)


STATE = """
{ repositoriesOrError { ... on RepositoryConnection { nodes {
    name location { name } jobs { name } sensors { name sensorState { status } } } } }
  instance { daemonHealth { allDaemonStatuses { daemonType healthy required } } } }
"""


def ask(port: int, query: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(
            "POST", "/graphql", json.dumps({"query": query}), {"Content-Type": "application/json"}
        )
        answer: dict[str, Any] = json.loads(connection.getresponse().read())["data"]
        return answer
    finally:
        connection.close()


@pytest.mark.slow
def test_the_three_services_work_together(
    services: tuple[int, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    port, processes = services
    state: dict[str, Any] = {}
    deadline = time.monotonic() + MOST_SECONDS
    while time.monotonic() < deadline:
        assert all(process.poll() is None for process in processes), said(tmp_path)
        try:
            state = ask(port, STATE)
        except (OSError, ValueError, http.client.HTTPException):
            time.sleep(1)
            continue
        nodes = state["repositoriesOrError"].get("nodes") or []
        daemons = state["instance"]["daemonHealth"]["allDaemonStatuses"]
        required = [daemon for daemon in daemons if daemon["required"]]
        if nodes and required and all(daemon["healthy"] for daemon in required):
            break
        time.sleep(1)
    else:
        pytest.fail(f"not up within {MOST_SECONDS} s: {state}\n{said(tmp_path)}")
    (repository,) = nodes
    assert {job["name"] for job in repository["jobs"]} >= {"nightly", "month_close"}
    running = {
        sensor["name"]
        for sensor in repository["sensors"]
        if sensor["sensorState"]["status"] == "RUNNING"
    }
    assert running == {"alert_on_failure", "alert_on_warnings", "alert_on_stale_marts"}
    assert {"SCHEDULER", "SENSOR", "FRESHNESS_DAEMON"} <= {d["daemonType"] for d in required}
    for address in listening([process.pid for process in processes]):
        assert is_loopback(address), f"a service listens on {address}"


def is_loopback(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


def said(tmp_path: Path) -> str:
    return (tmp_path / "services.log").read_text(errors="replace")[-3000:]


def listening(pids: list[int]) -> set[str]:
    """Addresses on which these processes and their children listen."""
    psutil = pytest.importorskip("psutil")
    family = [psutil.Process(pid) for pid in pids]
    family += [child for process in family for child in process.children(recursive=True)]
    found = {
        connection.laddr.ip
        for process in family
        for connection in process.net_connections(kind="tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert found, "nothing listens"
    return found
