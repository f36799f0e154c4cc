"""Directories and files of a run: whether they can be written, are held, and what is left in them."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

from orchestration.doctor.findings import Finding, error, ok, warning
from orchestration.durable import DirectoryLockedError, exclusive_lock
from orchestration.publishing.manifest import LOCK_FILE, RUNS, SCHEMA
from orchestration.quality.declared import declared_tables
from orchestration.settings import (
    QUALITY_PATH,
    RAW_PATH,
    SERVING_PATH,
    WAREHOUSE_PATH,
    Settings,
)

WRITABLE, NAMES, LOCKS, SPACE, LEFT = "Paths", "Names", "Locks", "Disk", "Left over"
# Schemas of the models; sources and the views on them come to them.
SCHEMAS = {"main", "staging", "input", "intermediate", SCHEMA, "history", "quality", "quarantine",
           "seeds", "snapshots"}  # fmt: skip
# A build keeps the warehouse, a copy of the marts and what DuckDB spills.
ROOM = 3
LEAST_BYTES = 1_000_000_000
HOLDER = re.compile(r"\(PID (\d+)\)")


def writable(settings: Settings) -> Iterator[Finding]:
    """Where runs write, and the landing zone, which they read."""
    for variable, directory in {
        WAREHOUSE_PATH: settings.warehouse_path.parent,
        SERVING_PATH: settings.serving_path,
        QUALITY_PATH: settings.quality_path,
        "DBT_TARGET_PATH": settings.target_path,
    }.items():
        there = existing(directory)
        if not there.is_dir():
            yield error(WRITABLE, f"{there} is no directory", f"Move it, or set {variable}.")
        elif not os.access(there, os.W_OK | os.X_OK):
            yield error(
                WRITABLE, f"{there} cannot be written to", f"Give write access, or set {variable}."
            )
        else:
            yield ok(WRITABLE, f"{variable}: {directory}")
    for path in (path for path in (settings.warehouse_path,) if path.exists()):
        if not os.access(path, os.W_OK):
            yield error(WRITABLE, f"{path} is read-only", "Give write access to its owner.")
    if not settings.raw_path_is_default and not settings.raw_path.is_dir():
        yield error(
            WRITABLE,
            f"{RAW_PATH}: there is no directory {settings.raw_path}",
            "Make it, or mend the variable; files go to <source>/<table>/*.parquet below it.",
        )


def names(settings: Settings) -> Iterator[Finding]:
    """A DuckDB file whose stem is a schema makes `marts.x` ambiguous."""
    stem = settings.warehouse_path.stem.lower()
    sources = {table.source for table in declared_tables()}
    if stem in SCHEMAS | sources | {f"raw_{source}" for source in sources}:
        yield error(
            NAMES,
            f"the warehouse {settings.warehouse_path.name} has the name of a schema",
            f"DuckDB names a database after its file: give {WAREHOUSE_PATH} another name, such as "
            "saas_warehouse.duckdb.",
        )
    else:
        yield ok(NAMES, f"{settings.warehouse_path.name} has the name of no schema")


def locks(settings: Settings) -> Iterator[Finding]:
    """Who holds the warehouse or the published copy."""
    if settings.warehouse_path.exists():
        yield _warehouse(settings)
    lock = settings.serving_path / LOCK_FILE
    if lock.exists():
        try:
            with exclusive_lock(lock):
                yield ok(LOCKS, "nobody is publishing")
        except DirectoryLockedError:
            yield warning(LOCKS, "somebody is publishing", "Wait until it has ended.")


def _warehouse(settings: Settings) -> Finding:
    """Opens the warehouse as a reader, then asks whether a reader would keep a run out.

    Never as a writer: that could change the file, and what is published must be as it was built.
    """
    path = settings.warehouse_path
    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.Error as problem:
        text = str(problem).splitlines()[0]
        if "lock" not in text.lower():
            return error(
                LOCKS,
                f"the warehouse cannot be opened: {text}",
                "Move the file away and run again: everything in it is built from the raw data; "
                "what was reported is restored from the exported history (docs/history.md).",
            )
        holder = HOLDER.search(str(problem))
        by = f" by process {holder[1]}" if holder else ""
        return warning(LOCKS, f"the warehouse is written to{by}", "Wait until the run has ended.")
    if _is_read(path):
        return warning(
            LOCKS,
            "another program has the warehouse open",
            f"It keeps every run out: close it, and read {settings.serving_path} instead.",
        )
    return ok(LOCKS, "nobody holds the warehouse")


def _is_read(path: Path) -> bool:
    """Whether a process has the lock that DuckDB takes on a file that it reads."""
    try:
        with path.open("r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except PermissionError:
        # Said by `writable`.
        return False
    return False


def space(settings: Settings) -> Iterator[Finding]:
    """Room for another build."""
    path = settings.warehouse_path
    needed = max(LEAST_BYTES, ROOM * (path.stat().st_size if path.exists() else 0))
    free = shutil.disk_usage(existing(path.parent)).free
    text = f"{free / 1e9:,.1f} GB free at {existing(path.parent)}"
    if free < needed:
        yield warning(
            SPACE,
            text,
            f"A build may need {needed / 1e9:,.1f} GB: make room, or set {WAREHOUSE_PATH}.",
        )
    else:
        yield ok(SPACE, text)


def leftovers(settings: Settings) -> Iterator[Finding]:
    """What a process that died leaves behind, and what another program may mistake for good."""
    warehouse, raw = settings.warehouse_path, settings.raw_path
    found = {
        raw.with_name(
            raw.name + ".partial"
        ): "A sample company half made; the next one replaces it.",
        warehouse.with_name(warehouse.name + ".wal"): "Changes that DuckDB takes in when the "
        "warehouse is opened next; never copy the warehouse without it.",
        settings.serving_path / RUNS / ".staging": "A publish that died; the next one removes it, "
        "or `saas-metrics serving repair`.",
    }
    left = {path: advice for path, advice in found.items() if path.exists()}
    for path, advice in left.items():
        yield warning(LEFT, str(path), advice)
    if not left:
        yield ok(LEFT, "nothing")


def existing(path: Path) -> Path:
    """A path, or the nearest parent of it that is there."""
    return next(one for one in (path, *path.parents) if one.exists())
