"""Great Expectations over DuckDB: the only module that imports either of its packages.

Great Expectations 1.24 closes a SQLAlchemy connection before it fetches from it, upon which DuckDB
drops the result. The engine below keeps one connection open. It goes when Great Expectations has a
DuckDB engine of its own.
"""

import logging
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import great_expectations as gx
import sqlalchemy
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine.sqlalchemy_execution_engine import (
    SqlAlchemyExecutionEngine,
)
from great_expectations.expectations.registry import get_expectation_impl

from orchestration.quality.checks import ROW_KEY, Check

SITE = "run"
SAMPLE_ROWS = 3

# What fails is in the results; its own log repeats it with a stack trace.
logging.getLogger("great_expectations").setLevel(logging.CRITICAL)


# Great Expectations makes engines as it likes; each keeps the database open until it is closed.
_open_engines: list["DuckDBExecutionEngine"] = []


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """Keeps its connection; a failed query leaves no aborted transaction behind."""

    @contextmanager
    def get_connection(self) -> Iterator[Any]:
        """The one connection."""
        if not self._connection:
            self._connection = self.engine.connect()
            _open_engines.append(self)
        try:
            yield self._connection
        except Exception:
            self._connection.rollback()
            raise


# Inside the class below the name `type` is a field.
EngineClass = type[SqlAlchemyExecutionEngine]


class DuckDBDatasource(SQLDatasource):
    """Registers `context.data_sources.add_duckdb`."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]

    @property
    def execution_engine_type(self) -> EngineClass:
        """Our engine."""
        return DuckDBExecutionEngine


@dataclass(frozen=True)
class Answer:
    """What came of one check.

    Attributes:
        success: whether the expectation was met.
        error: the message of what it raised, None where it could be evaluated.
        observed: number or text that was found.
        failing_rows: rows that broke it, None where rows are not what it counts.
        checked_rows: rows that were looked at.
        row_keys: keys of a few failing rows.
    """

    success: bool
    error: str | None
    observed: Any
    failing_rows: int | None
    checked_rows: int | None
    row_keys: tuple[str, ...]


class Database:
    """An in-memory DuckDB that Great Expectations and the gate see alike."""

    def __init__(self) -> None:
        self.address = f"duckdb:///:memory:gate_{uuid.uuid4().hex}"
        # DuckDB opens a file once in a process, and only ever with one configuration: Great
        # Expectations has to come through the same driver.
        self._engine = sqlalchemy.create_engine(self.address)
        self._connection = self._engine.connect()
        self.query("set global TimeZone = 'UTC'")

    def query(self, sql: str) -> Sequence[Sequence[Any]]:
        """Runs one statement and returns its rows, if it has any.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: DuckDB refused it.
        """
        try:
            result = self._connection.exec_driver_sql(sql)
            rows = list(result.fetchall()) if result.returns_rows else []
            self._connection.commit()
        except Exception:
            self._connection.rollback()
            raise
        return rows

    def close(self) -> None:
        """Frees the warehouse file, in this process and for others."""
        while _open_engines:
            engine = _open_engines.pop()
            if engine._connection is not None:
                engine._connection.close()
            engine.engine.dispose()
        # Not left to the last reference to a connection, wherever that is kept.
        for (name,) in self.query(
            "select database_name from duckdb_databases() where not internal and path is not null"
        ):
            self.query(f'detach "{name}"')
        self._connection.close()
        self._engine.dispose()


def evaluate(
    database: Database, batches: Mapping[str, tuple[str, Sequence[Check]]], site: Path | None
) -> dict[tuple[str, str], Answer]:
    """Asks all checks of all tables in one checkpoint.

    Args:
        database: where the tables are.
        batches: by dataset the SQL that reads it and its checks.
        site: directory for Data Docs; None for none.

    Returns:
        Answers by (dataset, check name).
    """
    # Its types do not know a data source that is registered at run time.
    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_duckdb(
        name="duckdb", connection_string=database.address, create_temp_table=False
    )
    definitions = []
    for dataset, (sql, checks) in batches.items():
        asset = source.add_query_asset(dataset, query=sql)
        suite = gx.ExpectationSuite(name=dataset, expectations=[_expectation(c) for c in checks])
        definitions.append(
            context.validation_definitions.add(
                gx.ValidationDefinition(
                    name=dataset,
                    data=asset.add_batch_definition_whole_table("all"),
                    suite=context.suites.add(suite),
                )
            )
        )
    if not definitions:
        return {}
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(
            name="gate",
            validation_definitions=definitions,
            result_format={
                "result_format": "SUMMARY",
                "unexpected_index_column_names": [ROW_KEY],
                "partial_unexpected_count": SAMPLE_ROWS,
            },
        )
    )
    outcome = checkpoint.run()
    if site is not None:
        # Once for all: the checkpoint's own action builds the list of pages for each table.
        context.add_data_docs_site(SITE, _site(site))
        context.build_data_docs(site_names=[SITE])
    answers = {}
    for result in outcome.run_results.values():
        dataset = str(result.suite_name)
        for found in result.results:
            name = str((found.expectation_config.meta or {})["check"])
            answers[dataset, name] = _answer(found)
    return answers


def _expectation(check: Check) -> Any:
    arguments: dict[str, Any] = {
        **check.arguments,
        "severity": check.severity,
        "meta": {"check": check.name},
    }
    if check.expectation == "unexpected_rows_expectation":
        # Free SQL says nothing to a reader of Data Docs; the others describe themselves.
        arguments["description"] = f"{check.name}. Fails if: {check.problem}."
    return get_expectation_impl(check.expectation)(**arguments)


def _answer(found: Any) -> Answer:
    error = _error(found.exception_info or {})
    result = found.result or {}
    counts_rows = "unexpected_count" in result
    failing = result.get("unexpected_count")
    observed = result.get("observed_value")
    if found.expectation_config.type == "unexpected_rows_expectation":
        failing, observed = observed, None
    elif counts_rows:
        observed = result.get("unexpected_percent")
    keys = [str(row[ROW_KEY]) for row in result.get("partial_unexpected_index_list") or []]
    return Answer(
        success=bool(found.success),
        error=error,
        observed=observed,
        failing_rows=int(failing) if isinstance(failing, int | float) else None,
        checked_rows=result.get("element_count"),
        row_keys=tuple(dict.fromkeys(keys)),
    )


def _error(info: Mapping[str, Any]) -> str | None:
    """The first message of what an expectation raised; None where it raised nothing."""
    nested = [part for part in info.values() if isinstance(part, Mapping)]
    for part in [info, *nested]:
        if part.get("raised_exception"):
            return str(part.get("exception_message") or "raised without a message").splitlines()[0]
    return None


def _site(directory: Path) -> dict[str, Any]:
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        # Pages of suites would repeat what the pages of answers say.
        "site_section_builders": {"expectations": "none", "profiling": "none"},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(directory),
        },
    }
