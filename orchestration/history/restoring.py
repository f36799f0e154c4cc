"""Puts an exported history into a warehouse."""

from pathlib import Path

import duckdb

from orchestration import sql
from orchestration.history.manifest import (
    Export,
    ExportedTable,
    HistoryError,
    history_lock,
    newest,
    read_export,
)
from orchestration.history.tables import database_of, history_tables
from orchestration.history.verifying import problems_of


def restore_history(
    *, warehouse: Path, directory: Path, number: int | None = None, force: bool = False
) -> Export:
    """Replaces the history tables of a warehouse by exported ones, all of them or none.

    Args:
        warehouse: DuckDB file, made where it does not exist; what else it holds stays.
        directory: of the exports.
        number: a kept export, by default the newest.
        force: replace also what is newer than the export.

    Raises:
        HistoryError: there is no such export, its files are not what was exported, the
            warehouse's history is newer, or the warehouse is locked.
    """
    with history_lock(directory):
        export = read_export(directory, number)
        problems = problems_of(directory, export)
        if problems:
            raise HistoryError(
                "The export cannot be restored; nothing was changed. An older one may be whole: "
                f"`restore --export <number>`, kept are {export.kept}.\n  - "
                + "\n  - ".join(problems)
            )
        warehouse.parent.mkdir(parents=True, exist_ok=True)
        try:
            with duckdb.connect(str(warehouse)) as con:
                if not force:
                    _refuse_newer(con, warehouse, export)
                con.execute("begin")
                for name, table in export.tables.items():
                    _restore_table(con, directory, name, table)
                con.execute("commit")
                con.execute("checkpoint")
        except duckdb.Error as error:
            raise HistoryError(f"The history was not restored: {error}") from error
    return export


def restore_lost(*, warehouse: Path, directory: Path) -> Export | None:
    """Restores the newest export into a warehouse that has none of its tables.

    Returns:
        What was restored; None where nothing is exported or the warehouse has a history.

    Raises:
        HistoryError: there is an export and it cannot be restored.
    """
    export = newest(directory)
    if export is None:
        return None
    if warehouse.exists():
        try:
            with duckdb.connect(str(warehouse), read_only=True) as con:
                present = history_tables(con, database_of(con))
        except duckdb.Error:
            # Locked or broken: dbt will say so better.
            return None
        if set(present) & set(export.tables):
            return None
    return restore_history(warehouse=warehouse, directory=directory)


def _refuse_newer(con: duckdb.DuckDBPyConnection, warehouse: Path, export: Export) -> None:
    present = history_tables(con, database_of(con))
    for name, table in export.tables.items():
        own = present[name].up_to(con) if name in present else None
        if own and own > (table.up_to or ""):
            raise HistoryError(
                f"{name} in {warehouse} goes up to {own}, the export to {table.up_to}: restoring it "
                "would lose what is newer. Export first, or use --force."
            )


def _restore_table(
    con: duckdb.DuckDBPyConnection, directory: Path, name: str, table: ExportedTable
) -> None:
    schema, _, short = name.partition(".")
    relation = f"{sql.name(schema)}.{sql.name(short)}"
    columns = ", ".join(f"{sql.name(column)} {kind}" for column, kind in table.columns.items())
    con.execute(f"create schema if not exists {sql.name(schema)}")
    con.execute(f"create or replace table {relation} ({columns})")
    for file in table.files:
        path = sql.text(directory / file.path)
        con.execute(f"insert into {relation} by name select * from read_parquet({path})")
    rows = sql.count(con, relation)
    if rows != table.rows:
        raise HistoryError(f"{name}: {table.rows} rows exported, {rows} restored.")
