"""Publish, roll back, repair: the only code that changes the serving directory.

Order of a publish, each step durable before the next begins:

    1  write and verify the copy in runs/.staging     readers see nothing
    2  rename it to runs/<number>                     readers see nothing
    3  replace saas_metrics_serving.duckdb            readers of the file see the new run
    4  replace manifest.json                          the commit point
    5  remove runs that are no longer kept

A process that dies between 3 and 4 leaves a file that shows a complete, verified run which the
manifest does not name. Every publish and every `repair` begins by making the directory agree with
its manifest again.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import duckdb

from orchestration.durable import DirectoryLockedError, exclusive_lock, sha256_of, sync
from orchestration.publishing.copying import (
    STORAGE_VERSION,
    describe,
    verify_copy,
    write_copy,
)
from orchestration.publishing.manifest import (
    DUCKDB_FILE,
    LOCK_FILE,
    MANIFEST,
    RUNS,
    Published,
    PublishError,
    Top,
    read_run,
    read_top,
    run_directory,
    top_manifest,
)
from orchestration.settings import project_version

STAGING = ".staging"


def publish(*, warehouse: Path, serving: Path, run_id: str, as_of: str, keep: int = 3) -> Published:
    """Publishes the marts of a warehouse; where it raises, what was served before still is.

    Args:
        warehouse: DuckDB file with schema `marts`; opened read-only.
        serving: directory of the published copy, made where it does not exist.
        run_id: id of the pipeline run, shown to readers in `marts._publish`.
        as_of: as-of of the marts, shown to readers as given.
        keep: number of runs to keep, the served one included; at least 2.

    Raises:
        PublishError: another publisher is at work, there is nothing to publish, the copy is not
            equal to the marts, the warehouse is locked, or the disk is full.
    """
    if keep < 2:
        raise PublishError("keep: at least 2, so that a reader of the run before can finish.")
    try:
        with publisher_lock(serving):
            top = _repair(serving)
            number = (top.last_number if top else 0) + 1
            run = _prepare(warehouse, serving, number, run_id, as_of)
            kept = sorted([*(top.kept_runs if top else []), number])[-keep:]
            _commit(serving, run, kept, last_number=number, before=top)
            _prune(serving, kept)
            return run
    except (duckdb.Error, OSError) as error:
        raise PublishError(
            f"Publishing failed, the last good marts stay served: {error}"
        ) from error


def rollback(serving: Path, to: int | None = None) -> Published:
    """Serves an earlier kept run again, by default the one before the served one.

    Runs newer than it are kept until later publishes push them out, so that a rollback can itself
    be undone.

    Raises:
        PublishError: nothing is published, or the run is not kept.
    """
    with publisher_lock(serving):
        top = _repair(serving)
        if top is None:
            raise PublishError(f"Nothing is published at {serving}.")
        earlier = [number for number in top.kept_runs if number < top.run.number]
        if to is None and not earlier:
            raise PublishError(f"There is no kept run before run {top.run.number}.")
        number = max(earlier) if to is None else to
        if number not in top.kept_runs:
            kept = ", ".join(str(kept_number) for kept_number in top.kept_runs)
            raise PublishError(f"Run {number} is not kept; kept runs: {kept}.")
        run = read_run(serving, number)
        _commit(serving, run, top.kept_runs, last_number=top.last_number, before=top)
        return run


def repair(serving: Path) -> Published | None:
    """Makes the serving directory agree with its manifest; returns the served run, if any.

    Raises:
        PublishError: another publisher is at work, or the manifest cannot be read.
    """
    with publisher_lock(serving):
        top = _repair(serving)
        return top.run if top else None


def verify(serving: Path) -> list[Published]:
    """Reads every kept run again and compares it with its manifest; returns the runs.

    Raises:
        PublishError: nothing is published, a file is gone or is not what was published, or what is
            served is not what the manifest says.
    """
    with publisher_lock(serving):
        top = read_top(serving)
        if top is None:
            raise PublishError(f"Nothing is published at {serving}.")
        runs = [read_run(serving, number) for number in top.kept_runs]
        for run in runs:
            _verify_run(serving, run)
        link = serving / DUCKDB_FILE
        if not link.exists() or not _same_content(link, top.run.duckdb_path(serving)):
            raise PublishError(f"{link} is not run {top.run.number}: `repair` mends that.")
        return runs


def _verify_run(serving: Path, run: Published) -> None:
    files = [(mart.parquet, mart.sha256) for mart in run.marts.values()]
    files += [(run.duckdb, run.duckdb_sha256)] if run.duckdb_sha256 else []
    for name, sha256 in files:
        path = serving / name
        if not path.exists():
            raise PublishError(f"Run {run.number}: {name} is gone.")
        if sha256_of(path) != sha256:
            raise PublishError(f"Run {run.number}: {name} is not the file that was published.")
    rows = {name: mart.rows for name, mart in run.marts.items()}
    stamp: dict[str, str | int] = {"run_number": run.number, "run_id": run.run_id}
    verify_copy(run.duckdb_path(serving).parent, rows, stamp)


@contextlib.contextmanager
def publisher_lock(serving: Path) -> Iterator[None]:
    """Holds the serving directory for one publisher; a second one fails at once.

    Raises:
        PublishError: another process holds it.
    """
    try:
        with exclusive_lock(serving / LOCK_FILE):
            yield
    except DirectoryLockedError as error:
        raise PublishError(f"Another process is publishing to {serving}.") from error


def _prepare(warehouse: Path, serving: Path, number: int, run_id: str, as_of: str) -> Published:
    """Steps 1 and 2: a complete, verified, durable run that nobody reads yet."""
    staging = serving / RUNS / STAGING
    staging.mkdir(parents=True)
    try:
        versions = _versions()
        published_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        stamp: dict[str, str | int] = {
            "run_number": number,
            "run_id": run_id,
            "as_of": as_of,
            "published_at": published_at,
            **{f"{name}_version": version for name, version in versions.items()},
        }
        rows = write_copy(warehouse, staging, stamp)
        verify_copy(staging, rows, stamp)
        shutil.rmtree(staging / "tmp", ignore_errors=True)
        directory = run_directory(serving, number)
        prefix = f"{RUNS}/{directory.name}"
        run = Published(
            number=number,
            run_id=run_id,
            as_of=as_of,
            published_at=published_at,
            versions=versions,
            duckdb=f"{prefix}/{DUCKDB_FILE}",
            duckdb_sha256=sha256_of(staging / DUCKDB_FILE),
            marts=describe(staging, rows, prefix),
        )
        own_manifest = top_manifest(run, kept_runs=[number], last_number=number)
        (staging / MANIFEST).write_text(own_manifest, encoding="utf-8")
        for path in staging.iterdir():
            path.chmod(0o444)
            sync(path)
        sync(staging)
        os.rename(staging, directory)
        sync(serving / RUNS)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return run


def _commit(
    serving: Path, run: Published, kept: list[int], last_number: int, before: Top | None
) -> None:
    """Steps 3 and 4; what needs disk space is done before either name changes."""
    new_link = _new_link(serving, run)
    new_manifest = serving / f".{MANIFEST}.new"
    new_manifest.write_text(top_manifest(run, kept, last_number), encoding="utf-8")
    sync(new_manifest)
    sync(serving)
    try:
        os.replace(new_link, serving / DUCKDB_FILE)
        os.replace(new_manifest, serving / MANIFEST)
        sync(serving)
    except OSError:
        current = read_top(serving)
        if before and current and current.run.number == before.run.number:
            _relink(serving, before.run)
        raise


def _repair(serving: Path) -> Top | None:
    """The serving directory as its manifest says it is; leftovers of a dead publisher go."""
    top = read_top(serving)
    for leftover in serving.glob(".*.new"):
        leftover.unlink()
    if top is None:
        (serving / DUCKDB_FILE).unlink(missing_ok=True)
        _prune(serving, [])
        return None
    source = top.run.duckdb_path(serving)
    if not source.exists():
        raise PublishError(
            f"{MANIFEST} names run {top.run.number}, whose file {source} is gone. "
            "Remove the serving directory and publish again."
        )
    link = serving / DUCKDB_FILE
    if not link.exists() or not _same_content(link, source):
        _relink(serving, top.run)
    _prune(serving, top.kept_runs)
    return top


def _relink(serving: Path, run: Published) -> None:
    os.replace(_new_link(serving, run), serving / DUCKDB_FILE)
    sync(serving)


def _new_link(serving: Path, run: Published) -> Path:
    """A hard link to a run's DuckDB file under a passing name, a copy where links do not work."""
    new = serving / f".{DUCKDB_FILE}.new"
    new.unlink(missing_ok=True)
    source = run.duckdb_path(serving)
    try:
        os.link(source, new)
    except OSError:
        shutil.copy2(source, new)
        sync(new)
    return new


def _same_content(link: Path, source: Path) -> bool:
    """True for a hard link, and for a copy of the same size and time."""
    if link.samefile(source):
        return True
    one, other = link.stat(), source.stat()
    return one.st_nlink == 1 and (one.st_size, one.st_mtime_ns) == (
        other.st_size,
        other.st_mtime_ns,
    )


def _prune(serving: Path, kept: list[int]) -> None:
    """Removes runs that are not kept. A reader that has a file open can finish."""
    names = {run_directory(serving, number).name for number in kept}
    if (serving / RUNS).exists():
        for path in (serving / RUNS).iterdir():
            ours = path.name == STAGING or path.name.isdigit()
            if ours and path.name not in names:
                shutil.rmtree(path)


def _versions() -> dict[str, str]:
    return {
        "project": project_version(),
        "duckdb": duckdb.__version__,
        "dbt": metadata.version("dbt-core"),
        "storage": STORAGE_VERSION,
    }
