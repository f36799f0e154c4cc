"""Pieces of SQL text for DuckDB, and the one query that everybody asks."""

from pathlib import Path

import duckdb


def text(value: Path | str) -> str:
    """A value as a SQL string."""
    return "'" + str(value).replace("'", "''") + "'"


def name(value: str) -> str:
    """A name as a SQL identifier."""
    return '"' + value.replace('"', '""') + '"'


def count(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    """Rows of a relation, given as SQL text; may carry a where clause."""
    row = con.execute(f"select count(*) from {relation}").fetchone()
    return int(row[0]) if row else 0
