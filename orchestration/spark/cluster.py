"""A Spark cluster on this machine: a standalone master, two workers and the thrift server.

`python -m orchestration.spark.cluster start` and `stop` (make spark-start, make spark-stop). Everything
listens on 127.0.0.1 alone; there is no password. Process ids and logs stand in the cluster's folder,
and `stop` ends those processes only. With `--local` the thrift server is the only process, and works
itself.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import click

HOST = "127.0.0.1"
MASTER_PORT = 7077
THRIFT_PORT = 10000
WORKERS = 2
LOCAL = "local[2]"
SECONDS_TO_START = 180
SECONDS_TO_STOP = 30
THRIFT_CLASS = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
# For data of which a statement takes milliseconds: its plan is interpreted, not compiled, and adapted
# no more. The rows are the same.
SMALL_DATA = {
    "spark.default.parallelism": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "2",
}
SMALL_DATA_JAVA = "-XX:+UseSerialGC -XX:MetaspaceSize=320m -Dderby.system.durability=test"


@dataclass(frozen=True)
class Service:
    """One JVM of the cluster."""

    name: str
    command: tuple[str, ...]
    port: int | None = None
    memory: str = "192m"


def thrift_settings(lake: Path, small: bool = False) -> dict[str, str]:
    """What the thrift server needs to write below `lake` and to be heard on this machine alone."""
    options = (
        f"-Duser.timezone=UTC -Dderby.system.home={lake} "
        f"-Dlog4j2.configurationFile={Path(__file__).with_name('log4j2.properties')}"
    )
    settings = {
        "spark.driver.host": HOST,
        "spark.driver.bindAddress": HOST,
        "spark.driver.extraJavaOptions": options,
        "spark.hadoop.hive.server2.thrift.bind.host": HOST,
        "spark.hadoop.hive.server2.thrift.port": str(THRIFT_PORT),
        "spark.hadoop.javax.jdo.option.ConnectionURL": (
            f"jdbc:derby:;databaseName={lake / 'metastore'};create=true"
        ),
        "spark.sql.catalogImplementation": "hive",
        "spark.sql.warehouse.dir": str(lake / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.sql.shuffle.partitions": "4",
        "spark.ui.enabled": "false",
    }
    if small:
        settings["spark.driver.extraJavaOptions"] += f" {SMALL_DATA_JAVA}"
        settings |= SMALL_DATA | {"spark.executor.extraJavaOptions": SMALL_DATA_JAVA}
    return settings


def thrift(spark_home: Path, master: str, memory: str, settings: Mapping[str, str]) -> Service:
    """The thrift server, which drives the work that its master hands out."""
    submit = [str(spark_home / "bin/spark-submit"), "--master", master, "--driver-memory", memory]
    submit += ["--executor-memory", "768m", "--executor-cores", "1", "--class", THRIFT_CLASS]
    for name, value in settings.items():
        submit += ["--conf", f"{name}={value}"]
    # The daemons' memory wins over --driver-memory for this class.
    return Service("thrift", (*submit, "spark-internal"), THRIFT_PORT, memory)


def services(
    spark_home: Path, folder: Path, lake: Path, *, local: bool = False, small: bool = False
) -> list[Service]:
    """The processes in the order in which they start."""
    settings = thrift_settings(lake, small)
    if local:
        return [thrift(spark_home, LOCAL, "2560m", settings)]
    run = str(spark_home / "bin/spark-class")
    deploy = "org.apache.spark.deploy"
    master = f"spark://{HOST}:{MASTER_PORT}"
    started = [
        Service(
            "master",
            (run, f"{deploy}.master.Master", "--host", HOST, "--port", str(MASTER_PORT)),
            MASTER_PORT,
        )
    ]
    for number in range(1, WORKERS + 1):
        work = str(folder / f"worker-{number}")
        size = ("--cores", "1", "--memory", "1g", "--work-dir", work)
        started.append(
            Service(
                f"worker-{number}",
                (run, f"{deploy}.worker.Worker", "--host", HOST, *size, master),
            )
        )
    started.append(thrift(spark_home, master, "1g", settings))
    return started


def environment(spark_home: Path, service: Service) -> dict[str, str]:
    """What a service finds in its environment beside that of the caller."""
    return {
        "SPARK_HOME": str(spark_home),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_NO_DAEMONIZE": "1",
        "SPARK_DAEMON_MEMORY": service.memory,
        "MALLOC_ARENA_MAX": "2",
        "TZ": "UTC",
    }


def is_open(port: int) -> bool:
    """Whether something listens on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def is_running(pid: int) -> bool:
    """Whether a process is there, one that has ended and was not waited for left out."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def start_service(service: Service, folder: Path, settings: Mapping[str, str]) -> None:
    """Starts one process and waits until its port answers."""
    with (folder / f"{service.name}.log").open("wb") as log:
        process = subprocess.Popen(
            service.command,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            env=os.environ | settings,
            start_new_session=True,
        )
    (folder / f"{service.name}.pid").write_text(f"{process.pid}\n", encoding="utf-8")
    until = time.monotonic() + SECONDS_TO_START
    while service.port and not is_open(service.port):
        if process.poll() is not None or time.monotonic() > until:
            raise click.ClickException(
                f"{service.name} did not start; {folder / service.name}.log says why."
            )
        time.sleep(0.5)


def stop_all(folder: Path) -> list[str]:
    """Ends the processes that `start` wrote down, the last one first; gives their names."""
    stopped = []
    for path in sorted(folder.glob("*.pid"), key=lambda file: file.stat().st_mtime, reverse=True):
        pid = int(path.read_text(encoding="utf-8"))
        if is_running(pid):
            for ending in (signal.SIGTERM, signal.SIGKILL):
                os.killpg(pid, ending)
                until = time.monotonic() + SECONDS_TO_STOP
                while is_running(pid) and time.monotonic() < until:
                    time.sleep(0.1)
                if not is_running(pid):
                    break
            stopped.append(path.stem)
        path.unlink()
    return stopped


@click.group(help=__doc__)
def main() -> None:
    """Starts and stops the cluster."""


@main.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("target/spark/cluster"))
@click.option("--lake", type=click.Path(path_type=Path), default=Path("data/spark"))
@click.option("--local", is_flag=True, help="The thrift server alone, without master and workers.")
@click.option("--small", is_flag=True, help="Settings for data of some thousand rows.")
def start(folder: Path, lake: Path, local: bool, small: bool) -> None:
    """Start master, workers and thrift server, and wait until the server answers."""
    found = find_spec("pyspark")
    if found is None or found.origin is None:
        raise click.ClickException("pyspark is not installed; `make spark-start` installs it.")
    for port in (MASTER_PORT, THRIFT_PORT):
        if is_open(port):
            raise click.ClickException(f"Port {port} is taken; is a cluster running already?")
    home, folder, lake = Path(found.origin).parent, folder.resolve(), lake.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    lake.mkdir(parents=True, exist_ok=True)
    try:
        for service in services(home, folder, lake, local=local, small=small):
            start_service(service, folder, environment(home, service))
            click.echo(f"{service.name} is there")
    except click.ClickException:
        stop_all(folder)
        raise
    click.echo(f"DBT_TARGET=spark reaches it on {HOST}:{THRIFT_PORT}; make spark-stop ends it")


@main.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("target/spark/cluster"))
def stop(folder: Path) -> None:
    """End the processes that `start` started."""
    stopped = stop_all(folder)
    click.echo(f"Stopped: {', '.join(stopped)}" if stopped else "Nothing to stop")


if __name__ == "__main__":
    sys.exit(main())
