"""The two gates: which tables, which questions, what the answers mean."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.publishing.manifest import SCHEMA, STAMP_TABLE, PublishError, read_top
from orchestration.quality import data_docs
from orchestration.quality.checks import (
    CRITICAL,
    ROW_KEY,
    WARNING,
    Check,
    read_suite,
    suite_checks,
    volume_checks,
)
from orchestration.quality.declared import declared_tables
from orchestration.quality.raw_tables import (
    Landed,
    Query,
    declared_checks,
    find,
    place,
    required_checks,
    view_sql,
)
from orchestration.quality.results import (
    Baseline,
    GateError,
    Outcome,
    Report,
    Result,
    accepted,
    baseline,
    record,
)
from orchestration.settings import PROJECT_DIR, Settings

if TYPE_CHECKING:
    from orchestration.quality.engine import Answer, Database

RAW, MARTS = "raw", "marts"
FILES_CHECK = "files_can_be_read"
# Of the rows of the last published run. A mart loses rows only where history was taken back.
MART_VOLUME = 0.85

Batches = dict[str, tuple[str, list[Check]]]


def check_raw(
    settings: Settings, run_id: str, as_of: str, project_dir: Path = PROJECT_DIR
) -> Report:
    """Checks every declared source table that is there, or was there, and keeps the answers.

    Raises:
        GateError: the gate itself cannot work.
    """
    from orchestration.quality.engine import Database

    now = datetime.now(UTC)
    before = baseline(settings.quality_path, RAW)
    database = Database()
    try:
        results, in_warehouse = attach_sources(database.query, settings.warehouse_path)
        landed = [
            find(table, settings.raw_path, in_warehouse, database.query)
            for table in declared_tables(project_dir)
        ]
        for table in landed:
            results += file_results(table) + _column_results(table, before)
        results += partner_results(landed)
        batches: Batches = {}
        for table in landed:
            checks, skipped = raw_checks(table, before, now)
            results += skipped
            if checks:
                view = f'raw_views."{table.table.dataset}"'
                database.query("create schema if not exists raw_views")
                database.query(f"create view {view} as {view_sql(table)}")
                batches[table.table.dataset] = (f"select * from {view}", checks)
        return _answered(settings, database, batches, results, RAW, run_id, as_of, now)
    finally:
        database.close()


def raw_checks(landed: Landed, before: Baseline, now: datetime) -> tuple[list[Check], list[Result]]:
    """The checks of one raw table, and results for those that have nothing to look at."""
    table, dataset = landed.table, landed.table.dataset
    suite = read_suite(RAW, table.source, table.name)
    numbers = {name: value for (of, name), value in before.numbers.items() if of == dataset}
    checks = volume_checks(suite.volume, numbers.get("volume"))
    if landed.problem:
        return [], []
    if landed.origin is None:
        if not numbers.get("volume"):
            return [], [_own(dataset, "volume", Outcome.SKIPPED, f"{place(table)}: not landed.")]
        return checks[:1], []
    checks += required_checks(landed)
    if landed.missing_required:
        return checks, []
    checks += declared_checks(landed)
    checks += suite_checks(suite, now, numbers)
    asked: list[Check] = []
    skipped_results: list[Result] = []
    for check in checks:
        missing = [name for name in check.columns if name not in landed.present]
        if missing:
            message = f"{place(table, missing)}: not landed."
            skipped_results.append(_own(dataset, check.name, Outcome.SKIPPED, message))
        else:
            asked.append(check)
    return asked, skipped_results


def check_marts(settings: Settings, run_id: str, as_of: str, serving: Path | None = None) -> Report:
    """Checks the marts of the warehouse as they are to be published, and keeps the answers.

    Args:
        settings: where the warehouse and the results are.
        run_id: under which the answers are kept.
        as_of: as-of of the marts.
        serving: directory of the published marts to compare with; None for what is served.

    Raises:
        GateError: the warehouse cannot be opened, or the gate itself cannot work.
    """
    from orchestration.quality.engine import Database

    now = datetime.now(UTC)
    published, published_at = _published_rows(serving or settings.serving_path)
    note = accepted(settings.quality_path).get(MARTS, {})
    if published_at.rstrip("Z") <= str(note.get("at", "")):
        published = {}
    database = Database()
    try:
        try:
            _attach(database.query, settings.warehouse_path)
            marts = _columns_of_marts(database)
        except Exception as error:
            raise GateError(
                f"The warehouse {settings.warehouse_path} cannot be read: {error}"
            ) from error
        results = [
            _own(
                f"{SCHEMA}.{name}",
                "is_there",
                Outcome.FAILED,
                f"mart {name}: gone, the published run has {rows:,} rows. {ACCEPT_MARTS}",
                MARTS,
            )
            for name, rows in published.items()
            if name not in marts
        ]
        batches: Batches = {}
        for name, columns in marts.items():
            checks = mart_checks(name, columns, published.get(name), as_of, now)
            sql = f"select *, '' as {ROW_KEY} from warehouse.{SCHEMA}.\"{name}\""
            batches[f"{SCHEMA}.{name}"] = (sql, checks)
        return _answered(settings, database, batches, results, MARTS, run_id, as_of, now)
    finally:
        database.close()


ACCEPT_MARTS = (
    "If that is right: `python -m orchestration.quality accept --layer marts --reason <why>`."
)


def mart_checks(
    name: str,
    columns: Mapping[str, str],
    published: int | None,
    as_of: str,
    now: datetime,
) -> list[Check]:
    """Volume against the published run, no NaN or infinity, and what the mart's suite asks."""
    suite = read_suite(MARTS, name)
    checks: list[Check] = []
    known = published or 0
    floor = math.ceil(known * MART_VOLUME) if known >= suite.volume.at_least else min(known, 1)
    checks.append(Check(
        "volume", "expect_table_row_count_to_be_between", {"min_value": floor}, CRITICAL, (),
        f"more than {1 - MART_VOLUME:.0%} of the rows of the published run are gone, which has "
        f"{known:,}", ACCEPT_MARTS,
    ))  # fmt: skip
    doubles = [column for column, kind in columns.items() if kind in ("DOUBLE", "FLOAT")]
    if doubles:
        condition = " or ".join(f'not isfinite("{column}")' for column in doubles)
        checks.append(Check(
            "numbers_are_finite", "unexpected_rows_expectation",
            {"unexpected_rows_query": f"select * from {{batch}} where {condition}"}, CRITICAL, (),
            f"NaN or infinity in one of {', '.join(doubles)}",
            "A ratio whose denominator can be 0 has to be made with macro ratio.",
        ))  # fmt: skip
    for check in suite_checks(suite, now, {}):
        arguments = dict(check.arguments)
        if query := arguments.get("unexpected_rows_query"):
            arguments["unexpected_rows_query"] = query.replace("{as_of}", as_of.replace("'", ""))
        checks.append(replace(check, arguments=arguments))
    return checks


def _published_rows(serving: Path) -> tuple[dict[str, int], str]:
    """Rows by mart of the served run, and when it was published; nothing where none is served."""
    try:
        top = read_top(serving)
    except PublishError as error:
        raise GateError(str(error)) from error
    if top is None:
        return {}, ""
    return {name: mart.rows for name, mart in top.run.marts.items()}, top.run.published_at


def _columns_of_marts(database: "Database") -> dict[str, dict[str, str]]:
    """Columns and types of every mart of the attached warehouse."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in database.query(
        "select table_name, column_name, data_type from duckdb_columns() where database_name = "
        f"'warehouse' and schema_name = '{SCHEMA}' order by table_name, column_index"
    ):
        if table != STAMP_TABLE:
            found.setdefault(str(table), {})[str(column)] = str(kind)
    if not found:
        raise GateError(f"Schema {SCHEMA} of the warehouse holds no tables.")
    return found


def _attach(query: Query, warehouse: Path) -> None:
    if not warehouse.exists():
        raise GateError(f"There is no warehouse at {warehouse}.")
    query(f"attach '{str(warehouse).replace(chr(39), chr(39) * 2)}' as warehouse (read_only)")


def attach_sources(query: Query, warehouse: Path) -> tuple[list[Result], set[str]]:
    """Source tables that another loader keeps in the warehouse's own database."""
    if not warehouse.exists():
        return [], set()
    try:
        _attach(query, warehouse)
        rows = query(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where database_name = 'warehouse' union all "
            "select schema_name || '.' || view_name from duckdb_views() "
            "where database_name = 'warehouse'"
        )
    except Exception as error:
        message = (
            f"The warehouse cannot be opened ({str(error).splitlines()[0]}): source tables that are "
            "kept in it were not checked."
        )
        return [_own("warehouse", "can_be_opened", Outcome.WARNED, message)], set()
    return [], {str(row[0]) for row in rows}


def _own(dataset: str, name: str, outcome: Outcome, message: str = "", layer: str = RAW) -> Result:
    """A result that the gate gives itself: Great Expectations cannot look at what is not there."""
    severity = WARNING if outcome == Outcome.WARNED else CRITICAL
    return Result(layer, dataset, name, "", "", severity, outcome, message=message)


def file_results(landed: Landed) -> list[Result]:
    """One result on whether the files can be read, one on files that nobody reads."""
    table = landed.table
    if landed.origin is None and not landed.problem and not landed.strangers:
        return []
    outcome = Outcome.FAILED if landed.problem else Outcome.PASSED
    results = [
        replace(
            _own(table.dataset, FILES_CHECK, outcome, landed.problem or ""),
            observed_value=f"{len(landed.files)} files",
        )
    ]
    if landed.strangers:
        names = ", ".join(path.name for path in landed.strangers[:3])
        message = (
            f"{place(table)}: {len(landed.strangers)} files do not end in .parquet and are not read "
            f"({names}). Rename them when they are whole, or remove them."
        )
        results.append(_own(table.dataset, "files_are_parquet", Outcome.WARNED, message))
    return results


def _column_results(landed: Landed, before: Baseline) -> list[Result]:
    """Whether columns are gone that good runs had; a required one blocks by its own check."""
    if landed.origin is None:
        return []
    table, name = landed.table, "columns_are_as_before"
    known = before.texts.get((table.dataset, name), "").split(", ")
    lost = sorted(set(known) - landed.present - {""})
    message = (
        f"{place(table, lost)}: gone since the last good run and null until it is back. "
        "Add it to the sync again."
    )
    outcome = Outcome.WARNED if lost else Outcome.PASSED
    return [
        replace(
            _own(table.dataset, name, outcome, message if lost else ""),
            severity=WARNING,
            column_names=", ".join(lost),
            observed_value=", ".join(sorted(landed.present)),
        )
    ]


def partner_results(landed: Sequence[Landed]) -> list[Result]:
    """Tables that cannot be read rightly without another one that is missing."""
    there = {one.table.dataset for one in landed if one.origin or one.problem}
    results = []
    for one in landed:
        for needed in one.table.requires if one.origin else ():
            missing = f"{one.table.source}.{needed}" not in there
            message = (
                f"source {one.table.source}, table {needed}: missing, but table {one.table.name} is "
                "there and cannot be read rightly without it. Load it (zero rows are fine)."
            )
            outcome = Outcome.FAILED if missing else Outcome.PASSED
            results.append(
                _own(one.table.dataset, f"has_table_{needed}", outcome, message if missing else "")
            )
    return results


def _answered(
    settings: Settings,
    database: "Database",
    batches: Batches,
    results: list[Result],
    layer: str,
    run_id: str,
    as_of: str,
    now: datetime,
) -> Report:
    """Asks, turns answers into results, keeps them, and finishes Data Docs."""
    from orchestration.quality.engine import evaluate

    site = data_docs.directory(settings.quality_path, run_id, layer, now.strftime("%Y%m%dT%H%M%S"))
    answers = evaluate(database, batches, site)
    for dataset, (sql, checks) in batches.items():
        for check in checks:
            answer = answers[dataset, check.name]
            results.append(_result(database, layer, dataset, sql, check, answer))
    report = Report(layer, run_id, as_of, now, results, site / "index.html")
    record(settings.quality_path, report)
    data_docs.finish(settings.quality_path, site, report, settings.keep_runs)
    return report


def _result(
    database: "Database", layer: str, dataset: str, sql: str, check: Check, answer: "Answer"
) -> Result:
    """One answer in our terms, with a message that says where, what, which rows and what to do."""
    keys = answer.row_keys
    if answer.error is not None:
        outcome = Outcome.NOT_EVALUATED
    elif answer.success:
        outcome = Outcome.PASSED
    else:
        outcome = Outcome.FAILED if check.severity == CRITICAL else Outcome.WARNED
        if check.expectation == "unexpected_rows_expectation":
            keys = _keys(database, check, sql)
    observed = answer.observed if answer.observed is not None else answer.failing_rows
    return Result(
        layer=layer,
        dataset=dataset,
        check_name=check.name,
        check_type=check.expectation,
        column_names=", ".join(check.columns),
        severity=check.severity,
        outcome=outcome,
        observed_value=None if observed is None else str(observed),
        observed_number=float(observed) if isinstance(observed, int | float) else None,
        expected_value=_expected(check),
        failing_rows=answer.failing_rows,
        checked_rows=answer.checked_rows,
        sample_row_keys=", ".join(keys) or None,
        message="" if outcome == Outcome.PASSED else _message(layer, dataset, check, answer, keys),
    )


def _keys(database: "Database", check: Check, sql: str) -> tuple[str, ...]:
    query = str(check.arguments["unexpected_rows_query"])
    rows = database.query(query.format(batch=f"({sql})") + " limit 3")
    return tuple(str(row[0]) for row in rows)


def _expected(check: Check) -> str | None:
    bounds = {
        key: value
        for key, value in check.arguments.items()
        if key in ("min_value", "max_value", "value_set", "mostly", "column_set") and value
    }
    return ", ".join(f"{key}: {value}" for key, value in bounds.items()) or None


def _message(layer: str, dataset: str, check: Check, answer: "Answer", keys: Sequence[str]) -> str:
    source, name = dataset.split(".", 1)
    where = f"source {source}, table {name}" if layer == RAW else f"mart {name}"
    column = check.arguments.get("column") or ", ".join(check.columns)
    if column:
        where += f", column {column}"
    if answer.error is not None:
        return f"{where}: {check.name} could not be evaluated: {answer.error}"
    found: Any = answer.failing_rows
    if found:
        count = f" in {found:,} rows" if found != 1 else " in 1 row"
    elif answer.observed is not None and not isinstance(answer.observed, list):
        count = f", found {answer.observed:,}"
    else:
        count = ""
    rows = f" (row key {'; '.join(keys)})" if keys else ""
    return f"{where}: {check.problem}{count}{rows}. {check.what_to_do}"
