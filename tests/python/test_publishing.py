"""The published copy: whole at every instant, whatever dies and whenever."""

import fcntl
import hashlib
import json
import multiprocessing
import os
import shutil
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from orchestration.publishing import (
    Published,
    PublishError,
    connect,
    publish,
    publisher,
    repair,
    rollback,
    served,
    verify,
)
from orchestration.publishing import __main__ as command
from orchestration.publishing.copying import storage_number
from orchestration.publishing.manifest import DUCKDB_FILE, MANIFEST, run_directory

AS_OF = "2026-11-01T00:00:00Z"


def write_marts(warehouse: Path, generation: int, rows: int = 500) -> None:
    """Two marts that say the same generation; a reader that sees two has seen a torn run."""
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema if not exists marts")
        con.execute(
            "create or replace table marts.fct_a as select range as id, "
            f"cast({generation} as bigint) as generation from range({rows})"
        )
        con.execute("create or replace view marts.rpt_b as select * from marts.fct_a")
        con.execute(
            "create or replace table marts.dim_empty (id bigint, amount decimal(38, 6), day date)"
        )


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "saas_warehouse.duckdb"
    write_marts(path, 1)
    return path


@pytest.fixture
def serving(tmp_path: Path) -> Path:
    return tmp_path / "serving"


def publish_run(warehouse: Path, serving: Path, run_id: str, keep: int = 3) -> Published:
    return publish(warehouse=warehouse, serving=serving, run_id=run_id, as_of=AS_OF, keep=keep)


def seen_through_file(serving: Path) -> tuple[int, int]:
    """(stamp's run number, generation) as a BI tool reads them."""
    with duckdb.connect(str(serving / DUCKDB_FILE), read_only=True) as con:
        row = con.execute(
            "select (select run_number from marts._publish), min(a.generation), max(b.generation) "
            "from marts.fct_a as a inner join marts.rpt_b as b on a.id = b.id"
        ).fetchone()
    assert row is not None
    number, low, high = row
    assert low == high, "two generations in one query"
    return number, low


def seen_through_manifest(serving: Path) -> tuple[int, int]:
    """(manifest's run number, generation) as a reader of the Parquet files sees them."""
    manifest = json.loads((serving / MANIFEST).read_text())
    a, b = (serving / manifest["marts"][name]["parquet"] for name in ("fct_a", "rpt_b"))
    with duckdb.connect() as con:
        row = con.execute(
            f"select min(a.generation), max(b.generation) from read_parquet('{a}') as a "
            f"inner join read_parquet('{b}') as b on a.id = b.id"
        ).fetchone()
    assert row is not None
    assert row[0] == row[1], "two generations in one query"
    return manifest["number"], row[0]


def test_publishes_every_relation_of_marts_as_a_table(warehouse: Path, serving: Path) -> None:
    run = publish_run(warehouse, serving, "run-a")
    assert {name: mart.rows for name, mart in run.marts.items()} == {
        "dim_empty": 0,
        "fct_a": 500,
        "rpt_b": 500,
    }
    with connect(serving) as con:
        kinds = dict(
            con.execute(
                "select table_name, table_type from information_schema.tables "
                "where table_schema = 'marts'"
            ).fetchall()
        )
        stamp = con.execute("select run_number, run_id, as_of from marts._publish").fetchall()
        types = con.execute("describe marts.dim_empty").fetchall()
    assert set(kinds) == {"dim_empty", "fct_a", "rpt_b", "_publish"}
    assert set(kinds.values()) == {"BASE TABLE"}
    assert stamp == [(1, "run-a", AS_OF)]
    assert [row[1] for row in types] == ["BIGINT", "DECIMAL(38,6)", "DATE"]


def test_manifest_describes_the_files(warehouse: Path, serving: Path) -> None:
    publish_run(warehouse, serving, "run-a")
    manifest = json.loads((serving / MANIFEST).read_text())
    assert manifest["number"] == 1
    assert manifest["kept_runs"] == [1]
    for mart in manifest["marts"].values():
        content = (serving / mart["parquet"]).read_bytes()
        assert mart["bytes"] == len(content)
        assert mart["sha256"] == hashlib.sha256(content).hexdigest()
    assert (serving / DUCKDB_FILE).samefile(serving / manifest["duckdb"])


def test_equal_marts_give_equal_parquet_files(warehouse: Path, serving: Path) -> None:
    first = publish_run(warehouse, serving, "run-a")
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create or replace table marts.fct_a as from marts.fct_a order by id desc")
    second = publish_run(warehouse, serving, "run-b")
    assert [mart.sha256 for mart in first.marts.values()] == [
        mart.sha256 for mart in second.marts.values()
    ]


def test_older_clients_can_read_the_file(warehouse: Path, serving: Path) -> None:
    publish_run(warehouse, serving, "run-a")
    header = (serving / DUCKDB_FILE).read_bytes()[:20]
    # DuckDB 1.4 reads formats 64 to 67 and says so when it refuses a newer one.
    assert 64 <= struct.unpack("<Q", header[12:20])[0] <= 67
    assert not list(serving.rglob("*.wal"))


def test_a_newer_format_is_refused(
    warehouse: Path, serving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration.publishing import copying

    monkeypatch.setattr(copying, "STORAGE_VERSION", "latest")
    newest = serving.parent / "newest.duckdb"
    with duckdb.connect() as con:
        con.execute(f"attach '{newest}' as n (storage_version 'latest')")
    if storage_number(newest) <= copying.NEWEST_READABLE_STORAGE:
        pytest.skip("this DuckDB has no newer format")
    with pytest.raises(PublishError, match="Storage format"):
        publish_run(warehouse, serving, "run-a")
    assert not (serving / MANIFEST).exists()


def test_published_files_cannot_be_written(warehouse: Path, serving: Path) -> None:
    run = publish_run(warehouse, serving, "run-a")
    assert run.duckdb_path(serving).stat().st_mode & 0o222 == 0


def test_keeps_n_runs(warehouse: Path, serving: Path) -> None:
    for generation in range(1, 6):
        publish_run(warehouse, serving, f"run-{generation}", keep=3)
    assert sorted(path.name for path in (serving / "runs").iterdir()) == [
        "000003",
        "000004",
        "000005",
    ]
    with pytest.raises(PublishError, match="at least 2"):
        publish_run(warehouse, serving, "run-6", keep=1)


def test_rollback_and_forward_again(warehouse: Path, serving: Path) -> None:
    for generation in (1, 2, 3):
        write_marts(warehouse, generation)
        publish_run(warehouse, serving, f"run-{generation}")
    assert rollback(serving).number == 2
    assert seen_through_file(serving) == seen_through_manifest(serving) == (2, 2)
    assert rollback(serving, to=3).number == 3
    assert seen_through_file(serving) == (3, 3)
    assert rollback(serving, to=1).number == 1
    with pytest.raises(PublishError, match="no kept run before"):
        rollback(serving)
    with pytest.raises(PublishError, match="kept runs: 1, 2, 3"):
        rollback(serving, to=9)
    write_marts(warehouse, 4)
    assert publish_run(warehouse, serving, "run-4").number == 4
    assert seen_through_file(serving) == (4, 4)


def test_rollback_needs_something_published(serving: Path) -> None:
    with pytest.raises(PublishError, match="Nothing is published"):
        rollback(serving)
    with pytest.raises(PublishError, match="Nothing is published"):
        served(serving)


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda path: path.unlink(), "no warehouse"),
        (lambda path: path.write_bytes(b"not a database" * 100), "Publishing failed"),
        (lambda path: run_sql(path, "drop schema marts cascade"), "holds no tables"),
        (lambda path: run_sql(path, "create table marts._publish (x int)"), "may not be called"),
    ],
    ids=["missing", "broken", "no-marts", "name-of-the-stamp"],
)
def test_fails_closed(
    warehouse: Path, serving: Path, break_it: Callable[[Path], None], message: str
) -> None:
    publish_run(warehouse, serving, "run-a")
    break_it(warehouse)
    with pytest.raises(PublishError, match=message):
        publish_run(warehouse, serving, "run-b")
    assert seen_through_file(serving) == seen_through_manifest(serving) == (1, 1)
    assert [path.name for path in (serving / "runs").iterdir()] == ["000001"]


def run_sql(path: Path, sql: str) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute(sql)


def hold_warehouse(path: str, ready: "multiprocessing.Queue[bool]", done: Event) -> None:
    with duckdb.connect(path) as con:
        con.execute("select 1")
        ready.put(True)
        done.wait(30)


def test_a_locked_warehouse_leaves_the_old_run(warehouse: Path, serving: Path) -> None:
    publish_run(warehouse, serving, "run-a")
    spawn = multiprocessing.get_context("spawn")
    ready, done = spawn.Queue(), spawn.Event()
    holder = spawn.Process(target=hold_warehouse, args=(str(warehouse), ready, done))
    holder.start()
    try:
        assert ready.get(timeout=30)
        with pytest.raises(PublishError, match=r"(?i)lock"):
            publish_run(warehouse, serving, "run-b")
    finally:
        done.set()
        holder.join(30)
    assert seen_through_file(serving) == (1, 1)
    assert publish_run(warehouse, serving, "run-c").number == 2


def test_a_second_publisher_fails_at_once(warehouse: Path, serving: Path) -> None:
    publish_run(warehouse, serving, "run-a")
    with (serving / ".publish.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for attempt in (
            lambda: publish_run(warehouse, serving, "run-b"),
            lambda: rollback(serving),
            lambda: repair(serving),
        ):
            with pytest.raises(PublishError, match="Another process is publishing"):
                attempt()
    assert publish_run(warehouse, serving, "run-b").number == 2


def test_a_copy_that_differs_is_not_served(
    warehouse: Path, serving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_run(warehouse, serving, "run-a")
    write_copy = publisher.write_copy

    def loses_a_row(*args: Any, **kwargs: Any) -> dict[str, int]:
        rows = write_copy(*args, **kwargs)
        return {**rows, "fct_a": rows["fct_a"] + 1}

    monkeypatch.setattr(publisher, "write_copy", loses_a_row)
    with pytest.raises(PublishError, match="501 rows in the warehouse, 500 in the DuckDB file"):
        publish_run(warehouse, serving, "run-b")
    assert seen_through_file(serving) == seen_through_manifest(serving) == (1, 1)


class PowerCut(BaseException):
    """Ends the publisher without any of its own clean-up mattering."""


FILE_CALLS = ("rename", "replace", "link", "fsync")


def count_calls(monkeypatch: pytest.MonkeyPatch, cut_at: int | None, *, before: bool) -> list[str]:
    """Notes every durable file call, and dies at one of them, before or after it took effect."""
    calls: list[str] = []

    def watched(name: str, original: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            calls.append(name)
            if cut_at == len(calls) and before:
                raise PowerCut
            result = original(*args, **kwargs)
            if cut_at == len(calls) and not before:
                raise PowerCut
            return result

        return call

    for name in FILE_CALLS:
        monkeypatch.setattr(os, name, watched(name, getattr(os, name)))
    # A dead process cleans nothing up.
    monkeypatch.setattr(publisher.shutil, "rmtree", lambda *args, **kwargs: None)
    return calls


def durable_calls_of_a_publish(tmp_path: Path) -> int:
    warehouse, serving = tmp_path / "saas_warehouse.duckdb", tmp_path / "serving"
    write_marts(warehouse, 1)
    publish_run(warehouse, serving, "run-a")
    with pytest.MonkeyPatch.context() as patch:
        calls = count_calls(patch, None, before=True)
        publish_run(warehouse, serving, "run-b")
    assert {"rename", "replace", "link", "fsync"} <= set(calls)
    return len(calls)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_crash_at_any_file_call_leaves_a_whole_copy(tmp_path: Path, before: bool) -> None:
    total = durable_calls_of_a_publish(tmp_path / "count") if make(tmp_path / "count") else 0
    outcomes = set()
    for cut_at in range(1, total + 1):
        home = make(tmp_path / f"cut-{cut_at}")
        warehouse, serving = home / "saas_warehouse.duckdb", home / "serving"
        write_marts(warehouse, 1)
        publish_run(warehouse, serving, "run-a")
        write_marts(warehouse, 2)
        with pytest.MonkeyPatch.context() as patch:
            count_calls(patch, cut_at, before=before)
            with pytest.raises(PowerCut):
                publish_run(warehouse, serving, "run-b")
        # Right after the crash, before anything is repaired, both ways of reading see one run.
        through_file, through_manifest = seen_through_file(serving), seen_through_manifest(serving)
        assert through_file in {(1, 1), (2, 2)}
        assert through_manifest in {(1, 1), (2, 2)}
        outcomes.add((through_file[0], through_manifest[0]))
        # Once repaired they agree, and the manifest decides.
        run = repair(serving)
        assert run is not None
        assert seen_through_file(serving) == through_manifest == seen_through_manifest(serving)
        assert run.number == through_manifest[0]
        # And the next publish needs nobody.
        write_marts(warehouse, 3)
        publish_run(warehouse, serving, "run-c")
        assert seen_through_file(serving)[1] == seen_through_manifest(serving)[1] == 3
        leftovers = [path for path in serving.rglob("*") if ".new" in path.name]
        assert not leftovers
        assert not (serving / "runs" / ".staging").exists()
    # Old before the commit point, new after it, and the one moment between the two names.
    assert {(1, 1), (2, 2)} <= outcomes <= {(1, 1), (2, 1), (2, 2)}


def test_a_crash_while_old_runs_are_removed(warehouse: Path, serving: Path) -> None:
    for generation in (1, 2):
        write_marts(warehouse, generation)
        publish_run(warehouse, serving, f"run-{generation}", keep=2)

    def dies_half_way(path: Path, **options: object) -> None:
        if Path(path).name != "000001":
            return
        next(Path(path).iterdir()).unlink()
        raise PowerCut

    write_marts(warehouse, 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publisher.shutil, "rmtree", dies_half_way)
        with pytest.raises(PowerCut):
            publish_run(warehouse, serving, "run-3", keep=2)
    assert seen_through_file(serving) == seen_through_manifest(serving) == (3, 3)
    repair(serving)
    assert [run.number for run in verify(serving)] == [2, 3]
    assert sorted(path.name for path in (serving / "runs").iterdir()) == ["000002", "000003"]


PUBLISH_FOR_EVER = """
import sys
from pathlib import Path
from orchestration.publishing import publish
while True:
    publish(warehouse=Path(sys.argv[1]), serving=Path(sys.argv[2]), run_id="r", as_of="x", keep=2)
"""


def test_kills_at_any_time_leave_a_whole_copy(warehouse: Path, serving: Path) -> None:
    """A real process, killed by the kernel, while others read."""
    publish_run(warehouse, serving, "run-1", keep=2)
    for after in (0.0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3):
        before = served(serving).number
        with subprocess.Popen(
            [sys.executable, "-c", PUBLISH_FOR_EVER, str(warehouse), str(serving)],
            stderr=subprocess.DEVNULL,
        ) as process:
            # From its first publish on it is at work all the time.
            deadline = time.monotonic() + 60
            while served(serving).number == before and time.monotonic() < deadline:
                time.sleep(0.005)
            time.sleep(after)
            process.kill()
        assert served(serving).number > before
        assert seen_through_file(serving)[1] == seen_through_manifest(serving)[1] == 1
        # The next publisher needs nobody to clean up.
        publish_run(warehouse, serving, "next", keep=2)
        assert len(verify(serving)) == 2


PUBLISH_WITH_LITTLE_ROOM = """
import resource, signal, sys
from pathlib import Path
from orchestration.publishing import PublishError, publish
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    publish(warehouse=Path(sys.argv[1]), serving=Path(sys.argv[2]), run_id="big", as_of="x")
except PublishError as error:
    sys.exit(f"PublishError: {error}")
"""


@pytest.mark.parametrize("room", [4_096, 100_000, 400_000])
def test_no_room_for_the_copy_leaves_the_old_run(warehouse: Path, serving: Path, room: int) -> None:
    """A limit on the size of files stands for a full disk: the system refuses the write."""
    publish_run(warehouse, serving, "run-a")
    write_marts(warehouse, 2, rows=400_000)
    done = subprocess.run(
        [sys.executable, "-c", PUBLISH_WITH_LITTLE_ROOM, str(warehouse), str(serving), str(room)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "last good marts stay served" in done.stderr
    assert seen_through_file(serving) == seen_through_manifest(serving) == (1, 1)
    assert [path.name for path in (serving / "runs").iterdir()] == ["000001"]
    assert publish_run(warehouse, serving, "run-c").number == 2


def test_a_full_disk_leaves_the_old_run(warehouse: Path, tmp_path: Path) -> None:
    """The same on a real file system that is full, where one may be mounted."""
    script = f"""
        mount -t tmpfs -o size=6m none {tmp_path}/small || exit 77
        {sys.executable} -m orchestration.publishing publish --unchecked --run-id one || exit 1
        {sys.executable} -c "import duckdb; duckdb.connect('{warehouse}').execute(
            'create or replace table marts.fct_a as select range as id, '
            'random() as generation from range(2000000)')"
        {sys.executable} -m orchestration.publishing publish --unchecked --run-id two && exit 2
        {sys.executable} -m orchestration.publishing verify
    """
    (tmp_path / "small").mkdir()
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("no unshare: a file system cannot be mounted here")
    done = subprocess.run(
        [unshare, "--mount", "--map-root-user", "sh", "-c", script],
        env={
            **os.environ,
            "SAAS_METRICS_WAREHOUSE_PATH": str(warehouse),
            "SAAS_METRICS_SERVING_PATH": str(tmp_path / "small" / "serving"),
        },
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("a file system cannot be mounted here")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "last good marts stay served" in done.stderr
    assert "Whole: run 1" in done.stdout


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda s: change(s / "runs/000002/fct_a.parquet"), "not the file that was published"),
        (lambda s: change(s / "runs/000001/saas_metrics_serving.duckdb"), "not the file that was"),
        (lambda s: (s / "runs/000001/rpt_b.parquet").unlink(), "is gone"),
        (lambda s: (s / DUCKDB_FILE).unlink(), "`repair` mends that"),
    ],
    ids=["parquet", "duckdb", "gone", "link"],
)
def test_verify_finds_what_is_not_as_published(
    warehouse: Path, serving: Path, break_it: Callable[[Path], None], message: str
) -> None:
    for generation in (1, 2):
        publish_run(warehouse, serving, f"run-{generation}")
    assert len(verify(serving)) == 2
    break_it(serving)
    with pytest.raises(PublishError, match=message):
        verify(serving)


def change(path: Path) -> None:
    """One bit."""
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def make(path: Path) -> Path:
    path.mkdir()
    return path


def test_a_crash_of_the_very_first_publish(tmp_path: Path) -> None:
    total = durable_calls_of_a_publish(make(tmp_path / "count"))
    for cut_at in range(1, total + 1):
        home = make(tmp_path / f"cut-{cut_at}")
        warehouse, serving = home / "saas_warehouse.duckdb", home / "serving"
        write_marts(warehouse, 1)
        with pytest.MonkeyPatch.context() as patch:
            count_calls(patch, cut_at, before=True)
            with pytest.raises(PowerCut):
                publish_run(warehouse, serving, "run-a")
        run = repair(serving)
        if run is None:
            assert not (serving / DUCKDB_FILE).exists()
        publish_run(warehouse, serving, "run-b")
        assert seen_through_file(serving)[1] == 1


def test_an_error_between_the_two_names_is_taken_back(
    warehouse: Path, serving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_run(warehouse, serving, "run-a")
    write_marts(warehouse, 2)
    replace = os.replace

    def fails_on_manifest(source: Path, target: Path) -> None:
        if Path(target).name == MANIFEST:
            raise OSError(5, "Input/output error")
        replace(source, target)

    monkeypatch.setattr(os, "replace", fails_on_manifest)
    with pytest.raises(PublishError, match="last good marts stay served"):
        publish_run(warehouse, serving, "run-b")
    assert seen_through_file(serving) == seen_through_manifest(serving) == (1, 1)


def test_works_without_hard_links(
    warehouse: Path, serving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(source: object, target: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", no_links)
    publish_run(warehouse, serving, "run-a")
    write_marts(warehouse, 2)
    publish_run(warehouse, serving, "run-b")
    assert seen_through_file(serving) == (2, 2)
    before = (serving / DUCKDB_FILE).stat().st_ino
    repair(serving)
    assert (serving / DUCKDB_FILE).stat().st_ino == before, "repaired what was whole"


def test_readers_meet_no_error_and_no_mixture(warehouse: Path, serving: Path) -> None:
    """Readers loop over both ways of reading during publishes."""
    publish_run(warehouse, serving, "run-1")
    stop = threading.Event()
    problems: list[BaseException] = []
    seen: dict[str, list[int]] = {"file": [], "manifest": []}

    def read(way: str, look: Callable[[Path], tuple[int, int]]) -> None:
        while not stop.is_set():
            try:
                number, generation = look(serving)
                assert number == generation
                seen[way].append(number)
            except BaseException as error:
                problems.append(error)
                return

    readers = [
        threading.Thread(target=read, args=("file", seen_through_file)),
        threading.Thread(target=read, args=("manifest", seen_through_manifest)),
    ]
    for reader in readers:
        reader.start()
    try:
        for generation in range(2, 10):
            write_marts(warehouse, generation)
            publish_run(warehouse, serving, f"run-{generation}", keep=4)
    finally:
        stop.set()
        for reader in readers:
            reader.join(30)
    assert not problems, problems[0]
    for numbers in seen.values():
        assert numbers == sorted(numbers), "a reader went back in time"
        assert len(set(numbers)) > 1, "no publish was seen"


def test_repair_leaves_other_peoples_files(warehouse: Path, serving: Path) -> None:
    publish_run(warehouse, serving, "run-a")
    strange = serving / "runs" / "notes"
    strange.mkdir()
    repair(serving)
    assert strange.exists()


def test_a_broken_manifest_is_an_error_not_an_empty_directory(
    warehouse: Path, serving: Path
) -> None:
    publish_run(warehouse, serving, "run-a")
    (serving / MANIFEST).write_text("{")
    with pytest.raises(PublishError, match="is not a manifest"):
        publish_run(warehouse, serving, "run-b")
    assert run_directory(serving, 1).exists()
    assert seen_through_file(serving) == (1, 1)


def test_command_line(warehouse: Path, serving: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAAS_METRICS_WAREHOUSE_PATH", str(warehouse))
    monkeypatch.setenv("SAAS_METRICS_SERVING_PATH", str(serving))
    monkeypatch.setenv("SAAS_METRICS_AS_OF", "2026-11-01")
    runner = CliRunner()

    def invoke(*args: str) -> str:
        result = runner.invoke(command.cli, args, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    assert "Nothing is published" in invoke("list")
    assert "Nothing is published" in invoke("repair")
    assert "Published run 1: 3 marts as of 2026-11-01" in invoke(
        "publish", "--unchecked", "--run-id", "one"
    )
    assert "Published run 2" in invoke("publish", "--unchecked")
    assert "Serving run 1" in invoke("rollback")
    assert invoke("verify").count("Whole: run") == 2
    refused = runner.invoke(command.cli, ["postgres"])
    assert isinstance(refused.exception, PublishError)
    listed = invoke("list").splitlines()
    assert listed[0].startswith("*")
    assert listed[1].startswith(" ")
