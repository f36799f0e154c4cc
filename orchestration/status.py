"""What is served, what the warehouse holds and what can be served again, as facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration import built
from orchestration.publishing.manifest import Published, Top, read_run, read_top
from orchestration.quality.results import history
from orchestration.settings import Settings

# Gates of the last runs to look for the served run in.
REPORTS = 60


@dataclass(frozen=True)
class Gate:
    """What one gate, or dbt's data tests, said of one run."""

    layer: str
    checked_at: str
    run_id: str
    checks: int
    blocking: int
    warning: int


@dataclass(frozen=True)
class Warehouse:
    """What the warehouse file holds.

    Attributes:
        path: the file.
        bytes: its size; None where there is no file.
        build: the good build that it holds; None where it holds none.
        passed_gate: whether the gate on marts has let that build through.
        problem: why it is not good, or cannot be opened; empty where neither is so.
        tables: number of tables and views by schema; empty where it cannot be opened.
    """

    path: Path
    bytes: int | None
    build: built.Built | None
    passed_gate: bool
    problem: str
    tables: dict[str, int]


@dataclass(frozen=True)
class Status:
    """Everything that `saas-metrics status` shows.

    Attributes:
        served: the run that people read; None where nothing is published.
        age_hours: hours since it was published.
        stale_hours: from how many hours on it counts as too old.
        gates: what was said of the served run.
        warehouse: the file that runs write to.
        kept: runs that can be served again, the served one among them.
    """

    served: Published | None
    age_hours: float | None
    stale_hours: int
    gates: tuple[Gate, ...]
    warehouse: Warehouse
    kept: tuple[Published, ...]

    @property
    def is_stale(self) -> bool:
        """Whether the published copy is older than it may be."""
        return self.age_hours is not None and self.age_hours > self.stale_hours

    @property
    def is_good(self) -> bool:
        """Whether something is published and new enough."""
        return self.served is not None and not self.is_stale


def gather(settings: Settings, now: datetime) -> Status:
    """Reads all of it; nothing is changed, and a warehouse that a run holds is no error.

    Raises:
        PublishError: the manifest of the published copy cannot be read.
    """
    top = read_top(settings.serving_path)
    served = top.run if top else None
    return Status(
        served=served,
        age_hours=_hours_since(served.published_at, now) if served else None,
        stale_hours=settings.stale_hours,
        gates=_gates(settings.quality_path, served.run_id) if served else (),
        warehouse=read_warehouse(settings.warehouse_path),
        kept=_kept(settings.serving_path, top),
    )


def read_warehouse(path: Path) -> Warehouse:
    """What a warehouse file holds, as far as it can be opened now."""
    if not path.exists():
        return Warehouse(path, None, None, False, "There is none yet.", {})
    build, problem, tables = None, "", dict[str, int]()
    try:
        build = built.read(path)
    except built.NotBuiltError as error:
        problem = str(error)
    try:
        tables = _tables(path)
    except duckdb.Error as error:
        problem = _first_line(error)
    return Warehouse(path, path.stat().st_size, build, built.has_passed_gate(path), problem, tables)


def _tables(path: Path) -> dict[str, int]:
    with duckdb.connect(str(path), read_only=True) as con:
        found: Sequence[tuple[str, int]] = con.execute(
            "select table_schema, count(*) from information_schema.tables "
            "where table_schema not in ('information_schema', 'pg_catalog') "
            "group by table_schema order by table_schema"
        ).fetchall()
    return {str(schema): int(number) for schema, number in found}


def _gates(quality: Path, run_id: str) -> tuple[Gate, ...]:
    reports = (
        Gate(layer, checked_at, of_run, checks, blocking, warning)
        for checked_at, of_run, layer, _, checks, blocking, warning in history(quality, REPORTS)
    )
    return tuple(gate for gate in reports if gate.run_id == run_id)


def _kept(serving: Path, top: Top | None) -> tuple[Published, ...]:
    numbers = top.kept_runs if top else []
    return tuple(read_run(serving, number) for number in sorted(numbers, reverse=True))


def _hours_since(text: str, now: datetime) -> float:
    then = datetime.fromisoformat(text)
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return (now - then).total_seconds() / 3600


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
