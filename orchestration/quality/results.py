"""What checks answered: one row a check, kept as Parquet files, one a month.

The files are the record. They are replaced whole under a lock, so that a run that dies leaves the
file of before; the warehouse reads them as source `quality` and can be rebuilt from them.
"""

import contextlib
import fcntl
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import duckdb

TABLE = "check_results"
ACCEPTED = "accepted.json"
LOCK_FILE = ".quality.lock"
# A slow loss shows against the best of several runs, not against the one before.
RUNS_OF_HISTORY = 7


class GateError(RuntimeError):
    """A gate cannot run at all, which is not the same as a check that failed."""


class Outcome(StrEnum):
    """What became of a check."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    NOT_EVALUATED = "not_evaluated"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Result:
    """One check of one run.

    Attributes:
        layer: `raw`, `dbt` or `marts`.
        dataset: what was checked, such as `stripe.invoice` or `marts.fct_mrr_movements`.
        check_name: unique within layer and dataset.
        check_type: kind of check: an expectation's or a generic dbt test's name.
        column_names: columns that the check is about, separated by commas.
        severity: `critical` blocks, `warning` reports.
        outcome: see Outcome; `not_evaluated` blocks like a failed critical check.
        observed_value: what was found, as text.
        observed_number: the same as a number, where it is one; later runs compare with it.
        expected_value: what was wanted, as text.
        failing_rows: rows that broke the rule, where rows were counted.
        checked_rows: rows that were looked at, where they were counted.
        sample_row_keys: keys of a few of the failing rows.
        message: for a person: what is wrong and what to do; empty where the check passed.
    """

    layer: str
    dataset: str
    check_name: str
    check_type: str
    column_names: str
    severity: str
    outcome: Outcome
    observed_value: str | None = None
    observed_number: float | None = None
    expected_value: str | None = None
    failing_rows: int | None = None
    checked_rows: int | None = None
    sample_row_keys: str | None = None
    message: str = ""

    @property
    def blocks(self) -> bool:
        """Whether what comes after may not run."""
        return self.outcome == Outcome.NOT_EVALUATED or (
            self.outcome == Outcome.FAILED and self.severity == "critical"
        )


@dataclass(frozen=True)
class Report:
    """Everything that one gate, or one dbt run, answered."""

    layer: str
    run_id: str
    as_of: str
    checked_at: datetime
    results: Sequence[Result]
    data_docs: Path | None = None

    @property
    def blocking(self) -> list[Result]:
        """Results that stop what comes after."""
        return [result for result in self.results if result.blocks]

    @property
    def warnings(self) -> list[Result]:
        """Results that are reported and stop nothing."""
        return [result for result in self.results if result.outcome == Outcome.WARNED]

    @property
    def passed(self) -> bool:
        """Whether what comes after may run."""
        return not self.blocking

    def summary(self) -> str:
        """`212 checks on 20 tables: 1 blocks, 2 warn`."""
        counts = Counter(result.outcome for result in self.results)
        asked = len(self.results) - counts[Outcome.SKIPPED]
        tables = len({result.dataset for result in self.results})
        text = f"{asked:,} checks on {tables:,} tables: {len(self.blocking)} block, "
        return text + f"{len(self.warnings)} warn"

    def lines(self, limit: int = 20) -> list[str]:
        """What a person has to know: messages of what blocks, then of what warns."""
        found = [f"BLOCKED {result.message}" for result in self.blocking]
        found += [f"warning {result.message}" for result in self.warnings]
        more = [f"... and {len(found) - limit} more"] if len(found) > limit else []
        return found[:limit] + more


COLUMNS = {
    "run_id": "varchar",
    "layer": "varchar",
    "dataset": "varchar",
    "check_name": "varchar",
    "check_type": "varchar",
    "column_names": "varchar",
    "severity": "varchar",
    "outcome": "varchar",
    "observed_value": "varchar",
    "observed_number": "double",
    "expected_value": "varchar",
    "failing_rows": "bigint",
    "checked_rows": "bigint",
    "sample_row_keys": "varchar",
    "message": "varchar",
    "as_of": "varchar",
    "checked_at": "timestamp",
}
_RESULT_FIELDS = {field.name for field in fields(Result)}


def record(quality_path: Path, report: Report) -> Path:
    """Adds a report to the history; of the same run, answers to the same checks are replaced.

    Returns:
        The month's file.

    Raises:
        GateError: the file cannot be written, or the one that is there cannot be read.
    """
    directory = quality_path / TABLE
    target = directory / f"{report.checked_at:%Y-%m}.parquet"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with _lock(quality_path), duckdb.connect() as con:
            declared = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
            con.execute(f"create table results ({declared})")
            holes = ", ".join("?" for _ in COLUMNS)
            rows = [_row(report, result) for result in report.results]
            if rows:
                con.executemany(f"insert into results values ({holes})", rows)
            if target.exists():
                # A run with two dbt steps reports twice; a step that is tried again answers anew.
                con.execute(
                    f"insert into results by name select * from read_parquet({_text(target)}) as old "
                    "anti join results using (run_id, layer, dataset, check_name)"
                )
            partial = directory / f".{target.name}.new"
            con.execute(
                f"copy (from results order by checked_at, run_id, layer, dataset, check_name) "
                f"to {_text(partial)} (format parquet, compression zstd)"
            )
            _sync(partial)
            os.replace(partial, target)
            _sync(directory)
    except (duckdb.Error, OSError) as error:
        raise GateError(f"Results of checks cannot be kept in {target}: {error}") from error
    return target


@dataclass(frozen=True)
class Baseline:
    """What earlier good runs of a layer observed: numbers and texts by (dataset, check name)."""

    numbers: dict[tuple[str, str], float]
    texts: dict[tuple[str, str], str]


def baseline(quality_path: Path, layer: str) -> Baseline:
    """Of the last good runs the highest number and the latest text of each check.

    A run is good where nothing in the layer blocked. Runs before the last `accept` do not count.

    Raises:
        GateError: a file of the history cannot be read.
    """
    files = sorted((quality_path / TABLE).glob("*.parquet"))
    if not files:
        return Baseline({}, {})
    listed = ", ".join(_text(path) for path in files[-3:])
    since = accepted(quality_path).get(layer, {}).get("at", "1970-01-01T00:00:00")
    sql = f"""
        with runs as (
            select run_id, max(checked_at) as checked_at
            from read_parquet([{listed}], union_by_name = true)
            where layer = ? and checked_at > cast(? as timestamp)
            group by run_id
            having count(case when outcome = 'not_evaluated'
                or (outcome = 'failed' and severity = 'critical') then 1 end) = 0
            order by checked_at desc limit {RUNS_OF_HISTORY}
        )
        select dataset, check_name, max(observed_number), arg_max(observed_value, r.checked_at)
        from read_parquet([{listed}], union_by_name = true) as r
        inner join runs on r.run_id = runs.run_id
        where r.layer = ? and r.outcome in ('passed', 'warned')
        group by dataset, check_name
    """
    try:
        with duckdb.connect() as con:
            rows = con.execute(sql, [layer, since, layer]).fetchall()
    except duckdb.Error as error:
        raise GateError(f"The history of checks cannot be read: {error}") from error
    return Baseline(
        {(row[0], row[1]): row[2] for row in rows if row[2] is not None},
        {(row[0], row[1]): row[3] for row in rows if row[3] is not None},
    )


def accept(quality_path: Path, layer: str, reason: str) -> None:
    """Notes that a change of volume is right: what was up to now is no longer compared with."""
    quality_path.mkdir(parents=True, exist_ok=True)
    with _lock(quality_path):
        notes = accepted(quality_path)
        notes[layer] = {
            "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            "reason": reason,
        }
        partial = quality_path / f".{ACCEPTED}.new"
        partial.write_text(json.dumps(notes, indent=2) + "\n", encoding="utf-8")
        os.replace(partial, quality_path / ACCEPTED)


def accepted(quality_path: Path) -> dict[str, dict[str, str]]:
    """What `accept` noted, by layer."""
    try:
        found: dict[str, dict[str, str]] = json.loads(
            (quality_path / ACCEPTED).read_text(encoding="utf-8")
        )
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise GateError(f"{quality_path / ACCEPTED} cannot be read: {error}") from error
    return found


def history(quality_path: Path, runs: int = 10) -> list[tuple[str, str, str, str, int, int, int]]:
    """(checked at, run id, layer, as-of, checks, blocking, warning) of the last reports."""
    files = sorted((quality_path / TABLE).glob("*.parquet"))
    if not files:
        return []
    listed = ", ".join(_text(path) for path in files)
    with duckdb.connect() as con:
        return con.execute(
            f"""
            select strftime(max(checked_at), '%Y-%m-%d %H:%M'), run_id, layer, max(as_of), count(*),
                count(case when outcome = 'not_evaluated'
                    or (outcome = 'failed' and severity = 'critical') then 1 end),
                count(case when outcome = 'warned' then 1 end)
            from read_parquet([{listed}], union_by_name = true)
            group by run_id, layer order by max(checked_at) desc limit ?
            """,
            [runs],
        ).fetchall()


def _row(report: Report, result: Result) -> list[object]:
    values: dict[str, object] = {
        "run_id": report.run_id,
        "as_of": report.as_of,
        "checked_at": report.checked_at.astimezone(UTC).replace(tzinfo=None),
        **{name: getattr(result, name) for name in _RESULT_FIELDS},
    }
    values["outcome"] = result.outcome.value
    return [values[name] for name in COLUMNS]


@contextlib.contextmanager
def _lock(quality_path: Path) -> Iterator[None]:
    """One writer of the history at a time; others wait. Free again when its process dies."""
    with (quality_path / LOCK_FILE).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _text(value: Path) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def joined(names: Iterable[str]) -> str:
    """Names as one text: `id, currency`."""
    return ", ".join(names)
