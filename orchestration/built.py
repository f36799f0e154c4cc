"""Which run the warehouse file holds, and whether all of it is good.

A note beside the warehouse file: open while dbt steps of a run are at work, complete when all of them
have ended well. Without a complete note, or with a file that was written after it, nothing is
published: a run that failed, was killed or was overtaken by another can leave wrong marts behind, and
a publishing step that asks nobody would serve them.
"""

import contextlib
import json
import os
from collections.abc import Iterator, Set
from dataclasses import asdict, dataclass
from pathlib import Path

LIVE = "live"
MONTH_CLOSE = "month_close"


class NotBuiltError(RuntimeError):
    """The warehouse does not hold the good end of a build."""


@dataclass(frozen=True)
class Built:
    """The build that a warehouse holds.

    Attributes:
        run_id: id of the run that ended it.
        as_of: as-of of its marts.
        purpose: `live`, or `month_close` for the state at the end of a month.
    """

    run_id: str
    as_of: str
    purpose: str = LIVE


@dataclass(frozen=True)
class _Note:
    built: Built
    complete: bool
    # Whether what this run does not build is good: it builds everything, or the build before was.
    rest_is_good: bool
    done: list[str]
    file: list[int]
    passed_gate: bool = False


def note_path(warehouse: Path) -> Path:
    """The note beside a warehouse file."""
    return warehouse.with_name(warehouse.name + ".built.json")


def begin(warehouse: Path, built: Built, *, whole: bool) -> None:
    """Notes that a dbt step of a run begins; until the run's last one ends well, nothing is good.

    Args:
        warehouse: the DuckDB file.
        built: the run.
        whole: true where the steps of the run build every dbt resource; a run of a part adds to
            the build before, and needs that to be complete and for the same purpose.
    """
    before = _read(warehouse)
    if before and before.built.run_id == built.run_id and not before.complete:
        return
    good_before = before is not None and before.complete and _same_file(before, warehouse)
    same_purpose = before is not None and before.built.purpose == built.purpose
    _write(warehouse, _Note(built, False, whole or (good_before and same_purpose), [], []))


def end(warehouse: Path, built: Built, step: Set[str], run: Set[str]) -> None:
    """Notes that a dbt step ended well.

    Args:
        warehouse: the DuckDB file, as it is now.
        built: the run.
        step: what the step has built.
        run: what all steps of the run build.

    Raises:
        NotBuiltError: another run began to write in the meantime.
    """
    note = _read(warehouse)
    if note is None or note.built.run_id != built.run_id:
        raise NotBuiltError(f"Another run wrote to {warehouse.name} at the same time.")
    done = {*note.done, *step}
    complete = note.rest_is_good and done >= run
    _write(
        warehouse, _Note(built, complete, note.rest_is_good, sorted(done), _fingerprint(warehouse))
    )


@contextlib.contextmanager
def passing_gate(warehouse: Path, run_id: str) -> Iterator[None]:
    """The gate on marts lets a build through, and may write its answers to the warehouse first.

    Where it raises, or where another run has come between, the build is not good any more.

    Args:
        warehouse: the DuckDB file.
        run_id: id of the run that built it.

    Raises:
        NotBuiltError: the warehouse does not hold the good end of that run's build.
    """
    built = read(warehouse)
    if built.run_id != run_id:
        raise NotBuiltError(f"{warehouse.name} holds the build of run {built.run_id}.")
    _write(warehouse, _Note(built, False, True, [], []))
    yield
    note = _read(warehouse)
    if note is None or note.built != built:
        raise NotBuiltError(f"Another run wrote to {warehouse.name} at the same time.")
    _write(warehouse, _Note(built, True, True, [], _fingerprint(warehouse), passed_gate=True))


def has_passed_gate(warehouse: Path) -> bool:
    """Whether the gate on marts has let the build through that the warehouse holds."""
    note = _read(warehouse)
    return note is not None and note.passed_gate


def read(warehouse: Path) -> Built:
    """What the warehouse holds.

    Raises:
        NotBuiltError: no build ended well, or the file was written since.
    """
    note = _read(warehouse)
    if note is None or not note.complete:
        raise NotBuiltError(
            f"{warehouse.name} does not hold the end of a good build: the last one failed, is at "
            "work, or was not made by a job. Run the job nightly."
        )
    if not _same_file(note, warehouse):
        raise NotBuiltError(
            f"{warehouse.name} was written after run {note.built.run_id} built it, by dbt or "
            "another program, past all checks. Run the job nightly."
        )
    return note.built


def _read(warehouse: Path) -> _Note | None:
    """The note; None where there is none that can be read."""
    try:
        data = json.loads(note_path(warehouse).read_text(encoding="utf-8"))
        return _Note(**{**data, "built": Built(**data["built"])})
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _write(warehouse: Path, note: _Note) -> None:
    path = note_path(warehouse)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    with new.open("w", encoding="utf-8") as file:
        json.dump(asdict(note), file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def _same_file(note: _Note, warehouse: Path) -> bool:
    return note.file == _fingerprint(warehouse)


def _fingerprint(warehouse: Path) -> list[int]:
    """Size in bytes and time of the last write in nanoseconds; empty where there is no file."""
    try:
        stat = warehouse.stat()
    except FileNotFoundError:
        return []
    return [stat.st_size, stat.st_mtime_ns]
