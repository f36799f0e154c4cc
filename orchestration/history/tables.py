"""The tables of a warehouse that hold history, and what they say of themselves."""

from dataclasses import dataclass

import duckdb

from orchestration import sql

SCHEMAS = ("history", "snapshots")
# What dates the rows of a history table. `reported_at` is of tables that are only ever added to.
APPENDED_BY = "reported_at"
STARTS = (APPENDED_BY, "dbt_valid_from")
ENDS = (APPENDED_BY, "dbt_updated_at", "dbt_valid_to")


@dataclass(frozen=True)
class HistoryTable:
    """A table of the warehouse.

    Attributes:
        name: `<schema>.<table>`.
        relation: as SQL text, with the database it is in.
        columns: DuckDB type by column, ` NOT NULL` behind it where that is so.
    """

    name: str
    relation: str
    columns: dict[str, str]

    @property
    def is_appended(self) -> bool:
        """Whether rows are only ever added, dated by `reported_at`."""
        return APPENDED_BY in self.columns

    def since(self, con: duckdb.DuckDBPyConnection) -> str | None:
        """The earliest instant that the rows speak of, UTC, ISO 8601."""
        return self._extreme(con, "min", "least", STARTS)

    def up_to(self, con: duckdb.DuckDBPyConnection) -> str | None:
        """The latest instant that the rows speak of, UTC, ISO 8601."""
        return self._extreme(con, "max", "greatest", ENDS)

    def _extreme(
        self, con: duckdb.DuckDBPyConnection, inner: str, outer: str, names: tuple[str, ...]
    ) -> str | None:
        marks = [f"{inner}({name})" for name in names if name in self.columns]
        if not marks:
            return None
        row = con.execute(f"select {outer}({', '.join(marks)}) from {self.relation}").fetchone()
        return row[0].isoformat() if row and row[0] is not None else None


def history_tables(con: duckdb.DuckDBPyConnection, database: str) -> dict[str, HistoryTable]:
    """Base tables of the history schemas of an attached database, by name."""
    found = con.execute(
        "select c.table_schema, c.table_name, c.column_name, c.data_type, c.is_nullable "
        "from information_schema.columns as c "
        "inner join information_schema.tables as t "
        "on c.table_catalog = t.table_catalog and c.table_schema = t.table_schema "
        "and c.table_name = t.table_name "
        "where t.table_type = 'BASE TABLE' and c.table_catalog = ? and c.table_schema in (?, ?) "
        "order by c.table_schema, c.table_name, c.ordinal_position",
        [database, *SCHEMAS],
    ).fetchall()
    columns: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, data_type, nullable in found:
        suffix = " NOT NULL" if nullable == "NO" else ""
        columns.setdefault((schema, table), {})[column] = data_type + suffix
    return {
        f"{schema}.{table}": HistoryTable(
            f"{schema}.{table}",
            ".".join(sql.name(part) for part in (database, schema, table)),
            own,
        )
        for (schema, table), own in columns.items()
    }


def database_of(con: duckdb.DuckDBPyConnection) -> str:
    """The name by which a connection knows the file that it opened."""
    row = con.execute("select current_database()").fetchone()
    return str(row[0]) if row else ""
