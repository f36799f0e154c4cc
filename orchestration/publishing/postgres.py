"""The published copy once more in PostgreSQL, for tools that speak nothing else.

One transaction empties and fills every mart, so that no reader at any isolation level sees a half of
it: a swap of schemas or a truncate would show empty tables to a reader whose snapshot is older. Rows
come from the run's own published DuckDB file, never from the warehouse. The tables are made from the
dbt contracts; a table whose contract has changed is made anew in the same transaction.

    <schema>._publish         the stamp: one row
    <schema>._publish_marts   the marts of the run with their rows
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.publishing.contracts import Column, Contract
from orchestration.publishing.manifest import SCHEMA, STAMP_TABLE, Published, PublishError
from orchestration.publishing.reader import connect, served
from orchestration.secrets import Secret, redact
from orchestration.sql import name, text

if TYPE_CHECKING:
    from adbc_driver_postgresql.dbapi import Connection, Cursor

LIST_TABLE = "_publish_marts"
LOCK_NAME = "saas_metrics publish"
LOCK_TIMEOUT = "60s"
ROWS_IN_A_BATCH = 100_000

STAMP_COLUMNS = (
    Column("run_number", "bigint", False, "Number of the published run."),
    Column("run_id", "text", False, "Id of the pipeline run that made the marts."),
    Column("as_of", "text", False, "Instant up to which the marts describe the world."),
    Column("published_at", "text", False, "When the run was published, UTC."),
)
STAMP = Contract(STAMP_TABLE, STAMP_COLUMNS, "Which run this schema shows.")
LIST = Contract(
    LIST_TABLE,
    (
        Column("mart", "text", False, "Name of the mart."),
        Column("rows", "bigint", False, "Its rows in this run."),
    ),
    "The marts of the run that this schema shows.",
)


def publish_to_postgres(
    serving: Path, contracts: Sequence[Contract], uri: Secret, schema: str, reader: str
) -> Published:
    """Copies the served run; where it raises, the schema shows the run of before.

    Args:
        serving: directory of the published copy.
        contracts: one of every mart of the served run.
        uri: libpq address of the database; its role owns the schema.
        schema: schema in that database, made where it does not exist.
        reader: role that gets SELECT and nothing else, made (without login) where it does not exist.

    Raises:
        PublishError: nothing is served, a mart has no contract, another publisher is at work, the
            database cannot be reached or refuses, or its row counts are not those of the run.
    """
    run = served(serving)
    missing = run.marts.keys() - {contract.name for contract in contracts}
    if missing:
        raise PublishError(f"No contract for: {', '.join(sorted(missing))}.")
    wanted = [contract for contract in contracts if contract.name in run.marts]
    with _transaction(uri) as (connection, cursor), connect(serving) as source:
        _lock(cursor)
        _prepare(cursor, schema, [*wanted, STAMP, LIST])
        for contract in wanted:
            _fill(cursor, source, schema, contract, run.marts[contract.name].rows)
        _stamp(cursor, schema, run)
        _grant(cursor, schema, reader)
        connection.commit()
    return run


def create_table(schema: str, contract: Contract) -> list[str]:
    """Statements that make a table as its contract says, with the descriptions as comments."""
    table = f"{name(schema)}.{name(contract.name)}"
    columns = ",\n".join(
        f"    {name(column.name)} {column.type}{'' if column.nullable else ' not null'}"
        for column in contract.columns
    )
    return [
        f"create table {table} (\n{columns}\n)",
        f"comment on table {table} is {text(contract.description)}",
        *(
            f"comment on column {table}.{name(column.name)} is {text(column.description)}"
            for column in contract.columns
            if column.description
        ),
    ]


@contextmanager
def _transaction(uri: Secret) -> Iterator[tuple["Connection", "Cursor"]]:
    """A connection that is rolled back unless it is committed; errors come without secrets."""
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError as error:
        raise PublishError(
            "The Postgres copy needs the extra `postgres` (adbc-driver-postgresql)."
        ) from error
    try:
        with dbapi.connect(uri.reveal()) as connection, connection.cursor() as cursor:
            yield connection, cursor
    except (dbapi.Error, duckdb.Error) as error:
        # Not `from error`: a traceback would print the message that is hidden here.
        message = redact(str(error), {"SAAS_METRICS_POSTGRES_URI": uri.reveal()})
        raise PublishError(f"Postgres shows the run of before: {message}") from None


def _lock(cursor: "Cursor") -> None:
    """One publisher at a time; a reader's lock is waited for, but not for ever."""
    cursor.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
    if _rows(cursor, f"select pg_try_advisory_xact_lock(hashtext('{LOCK_NAME}'))") != [(True,)]:
        raise PublishError("Another process is publishing to Postgres.")


def _prepare(cursor: "Cursor", schema: str, contracts: Sequence[Contract]) -> None:
    """Schema and empty tables; those of a changed contract and of marts that are gone go."""
    cursor.execute(f"create schema if not exists {name(schema)}")
    there = _columns(cursor, schema)
    if LIST_TABLE in there:
        listed = f"select mart from {name(schema)}.{name(LIST_TABLE)}"
        earlier = {str(mart) for (mart,) in _rows(cursor, listed)}
        for mart in sorted(earlier & there.keys() - {contract.name for contract in contracts}):
            cursor.execute(f"drop table {name(schema)}.{name(mart)}")
    for contract in contracts:
        table = f"{name(schema)}.{name(contract.name)}"
        shape = [(column.name, column.type, column.nullable) for column in contract.columns]
        if there.get(contract.name) == shape:
            cursor.execute(f"delete from {table}")
            continue
        if contract.name in there:
            cursor.execute(f"drop table {table}")
        for statement in create_table(schema, contract):
            cursor.execute(statement)


def _fill(
    cursor: "Cursor",
    source: duckdb.DuckDBPyConnection,
    schema: str,
    contract: Contract,
    expected: int,
) -> None:
    names = ", ".join(name(column.name) for column in contract.columns)
    rows = source.sql(f"select {names} from {SCHEMA}.{name(contract.name)}")
    # An empty relation has no batch to copy, and the driver would have nothing to send.
    if expected:
        cursor.adbc_ingest(
            contract.name,
            rows.to_arrow_reader(ROWS_IN_A_BATCH),
            mode="append",
            db_schema_name=schema,
        )
    table = f"{name(schema)}.{name(contract.name)}"
    if _rows(cursor, f"select count(*) from {table}") != [(expected,)]:
        raise PublishError(f"{contract.name}: Postgres did not get all of its {expected} rows.")
    cursor.execute(f"analyze {table}")


def _stamp(cursor: "Cursor", schema: str, run: Published) -> None:
    values = f"{run.number}, {text(run.run_id)}, {text(run.as_of)}, {text(run.published_at)}"
    cursor.execute(f"insert into {name(schema)}.{name(STAMP_TABLE)} values ({values})")
    listed = ", ".join(f"({text(mart_name)}, {mart.rows})" for mart_name, mart in run.marts.items())
    if listed:
        cursor.execute(f"insert into {name(schema)}.{name(LIST_TABLE)} values {listed}")


def _grant(cursor: "Cursor", schema: str, reader: str) -> None:
    """The reader may look and nothing else; who is not the reader may nothing at all."""
    if not _rows(cursor, f"select 1 from pg_roles where rolname = {text(reader)}"):
        cursor.execute(f"create role {name(reader)} nologin")
    for statement in (
        f"revoke all on schema {name(schema)} from public, {name(reader)}",
        f"revoke all on all tables in schema {name(schema)} from public, {name(reader)}",
        f"grant usage on schema {name(schema)} to {name(reader)}",
        f"grant select on all tables in schema {name(schema)} to {name(reader)}",
    ):
        cursor.execute(statement)


def _columns(cursor: "Cursor", schema: str) -> Mapping[str, list[tuple[str, str, bool]]]:
    """Name, type and nullability of the columns of every table of a schema."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for table, column, data_type, not_null in _rows(
        cursor,
        "select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull "
        "from pg_attribute a join pg_class c on c.oid = a.attrelid "
        "join pg_namespace n on n.oid = c.relnamespace "
        f"where n.nspname = {text(schema)} and c.relkind = 'r' and a.attnum > 0 "
        "and not a.attisdropped order by c.relname, a.attnum",
    ):
        found.setdefault(str(table), []).append((str(column), str(data_type), not not_null))
    return found


def _rows(cursor: "Cursor", sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    return list(cursor.fetchall())
