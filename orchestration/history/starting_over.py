"""Begins a new history, for a warehouse whose reports so far were a trial."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.history.exporting import export_history
from orchestration.history.manifest import HistoryError
from orchestration.history.tables import database_of, history_tables


def start_over(*, warehouse: Path, directory: Path) -> Path | None:
    """Exports the history, sets the exports aside and empties the warehouse's history tables.

    Returns:
        The directory that the exports were moved to, which nothing reads any more; None where
        there was no history.

    Raises:
        HistoryError: the history could not be exported first, or the warehouse is locked.
    """
    if export_history(warehouse=warehouse, directory=directory) is None:
        return None
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = directory.with_name(f"{directory.name}-until-{now}")
    directory.rename(aside)
    try:
        with duckdb.connect(str(warehouse)) as con:
            con.execute("begin")
            for table in history_tables(con, database_of(con)).values():
                con.execute(f"drop table {table.relation}")
            con.execute("commit")
            con.execute("checkpoint")
    except duckdb.Error as error:
        aside.rename(directory)
        raise HistoryError(f"The history is as it was: {error}") from error
    return aside
