"""Exports the history of a warehouse: new files first, then the manifest as the commit point."""

import os
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import duckdb

from orchestration import sql
from orchestration.durable import replace_text, sha256_of, sync
from orchestration.history.manifest import (
    EXPORTS,
    FILES,
    MANIFEST,
    Export,
    ExportedFile,
    ExportedTable,
    HistoryError,
    history_lock,
    manifest_path,
    newest,
    read_export,
)
from orchestration.history.tables import APPENDED_BY, HistoryTable, history_tables
from orchestration.history.verifying import problem_of
from orchestration.settings import project_version

SOURCE = "source"
# A table with more files than this is written anew as one.
MOST_FILES = 60
RESTORE_FIRST = (
    "The export is kept as it is. If the warehouse was lost or is another company's, run "
    "`python -m orchestration.history restore`, or point SAAS_METRICS_SERVING_PATH elsewhere; "
    "`export --replace` takes this warehouse's history from now on."
)


def export_history(
    *, warehouse: Path, directory: Path, keep: int = 3, replace_other: bool = False
) -> Export | None:
    """Exports the history; where it raises, the last good export is still the newest one.

    Args:
        warehouse: DuckDB file, opened read-only.
        directory: of the exports, made where it does not exist.
        keep: number of exports to keep, the new one included; at least 1.
        replace_other: export also where the warehouse's history does not go on from the newest
            export. The exports before stay until `keep` pushes them out.

    Returns:
        The newest export, which is the one before where nothing has changed; None where the
        warehouse has no history and nothing was ever exported.

    Raises:
        HistoryError: the warehouse's history is not the one that was exported before, another
            process is at work, the warehouse is locked, or the disk is full.
    """
    if not warehouse.exists():
        raise HistoryError(f"There is no warehouse at {warehouse}.")
    try:
        with history_lock(directory), duckdb.connect() as con:
            con.execute(f"attach {sql.text(warehouse)} as {SOURCE} (read_only)")
            before = newest(directory)
            _remove_leftovers(directory, before)
            found = history_tables(con, SOURCE)
            if before is None and not found:
                return None
            if before and not replace_other:
                _check_continues(con, before, found)
            known = before.tables if before and not replace_other else {}
            tables = {
                name: _export_table(con, directory, table, known.get(name))
                for name, table in sorted(found.items())
            }
            if before and before.tables == tables:
                return before
            return _commit(directory, before, tables, keep)
    except (duckdb.Error, OSError) as error:
        raise HistoryError(
            f"The history was not exported; the last good export is kept: {error}"
        ) from error


def _check_continues(
    con: duckdb.DuckDBPyConnection, before: Export, found: dict[str, HistoryTable]
) -> None:
    """Refuses a history that lost rows or began anew: it would push the good one out."""
    for name, exported in before.tables.items():
        table = found.get(name)
        if table is None:
            raise HistoryError(
                f"{name} was exported before and is not in the warehouse. {RESTORE_FIRST}"
            )
        known = f"{table.relation} where {APPENDED_BY} <= {_instant(exported.up_to)}"
        rows = sql.count(con, known if table.is_appended else table.relation)
        began_anew = exported.since is not None and table.since(con) != exported.since
        if rows < exported.rows or began_anew:
            raise HistoryError(
                f"{name} has {rows} rows since {table.since(con)} of the {exported.rows} rows since "
                f"{exported.since} that were exported before. {RESTORE_FIRST}"
            )


def _export_table(
    con: duckdb.DuckDBPyConnection,
    directory: Path,
    table: HistoryTable,
    before: ExportedTable | None,
) -> ExportedTable:
    """Writes the rows that no file has yet, or all where the table is not only added to.

    A file that is no longer what was exported has its rows written anew.
    """
    since, up_to = table.since(con), table.up_to(con)
    goes_on = (
        before is not None
        and table.is_appended
        and before.columns == table.columns
        and len(before.files) < MOST_FILES
        and not any(problem_of(directory, file) for file in before.files)
        and sql.count(con, f"{table.relation} where {APPENDED_BY} <= {_instant(before.up_to)}")
        == before.rows
    )
    if goes_on and before is not None:
        where = f"where {APPENDED_BY} > {_instant(before.up_to)}"
        added = _write_file(con, directory, table, where)
        files = (*before.files, *added)
    else:
        files = _write_file(con, directory, table, "")
    exported = ExportedTable(table.columns, since, up_to, files)
    rows = sql.count(con, table.relation)
    if exported.rows != rows:
        raise HistoryError(f"{table.name}: {rows} rows in the warehouse, {exported.rows} exported.")
    return exported


def _write_file(
    con: duckdb.DuckDBPyConnection, directory: Path, table: HistoryTable, where: str
) -> tuple[ExportedFile, ...]:
    """Writes rows to a file named after its content; no file where there are no rows."""
    if not sql.count(con, f"{table.relation} {where}"):
        return ()
    folder = directory / FILES / table.name
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / ".new.parquet"
    con.execute(
        f"copy (select * from {table.relation} {where}) to {sql.text(new)} "
        "(format parquet, compression zstd)"
    )
    sync(new)
    digest = sha256_of(new)
    path = folder / f"{digest[:16]}.parquet"
    os.replace(new, path)
    sync(folder)
    rows = sql.count(con, f"read_parquet({sql.text(path)})")
    relative = str(path.relative_to(directory))
    return (ExportedFile(relative, rows, path.stat().st_size, digest),)


def _commit(
    directory: Path, before: Export | None, tables: dict[str, ExportedTable], keep: int
) -> Export:
    """Describes the export, then makes it the newest one, then removes what is not kept."""
    number = before.number + 1 if before else 1
    kept = (*(before.kept if before else ()), number)[-max(keep, 1) :]
    versions = {
        "project": project_version(),
        "duckdb": duckdb.__version__,
        "dbt": metadata.version("dbt-core"),
    }
    exported_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    export = Export(number, exported_at, versions, tables, kept)
    (directory / EXPORTS).mkdir(exist_ok=True)
    sync(directory)
    replace_text(manifest_path(directory, number), export.to_text())
    replace_text(directory / MANIFEST, export.to_text())
    _remove_leftovers(directory, export)
    return export


def _remove_leftovers(directory: Path, top: Export | None) -> None:
    """Removes what no kept export names: old exports, and files of an export that died."""
    described = [
        number for number in (top.kept if top else ()) if manifest_path(directory, number).exists()
    ]
    kept = [read_export(directory, number) for number in described] + ([top] if top else [])
    numbers = {manifest_path(directory, export.number).name for export in kept}
    for path in (directory / EXPORTS).glob("*.json"):
        if path.name not in numbers:
            path.unlink()
    paths = {path for export in kept for path in export.paths}
    for path in (directory / FILES).glob("*/*.parquet"):
        if str(path.relative_to(directory)) not in paths:
            path.unlink()
    for path in [*directory.glob(".*.new"), *(directory / EXPORTS).glob(".*.new")]:
        path.unlink()


def _instant(mark: str | None) -> str:
    """A mark as a SQL timestamp; None stands for before everything."""
    return f"timestamp {sql.text(mark)}" if mark else "timestamp '0001-01-01'"
