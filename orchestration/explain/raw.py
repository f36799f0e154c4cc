"""Rows of the landing zone by their keys, with the file that each stands in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.explain.store import Store

SYNCED = "_fivetran_synced"


@dataclass(frozen=True)
class RawRow:
    """A row as it was landed.

    Attributes:
        table: `<source>.<table>`.
        file: path below the landing zone, or the table of the warehouse that the row stands in.
        values: columns that are not null; amounts in the minor units of the source.
        older: rows of the same key that were synced before this one, and so do not count.
    """

    table: str
    file: str
    values: dict[str, Any]
    older: int = 0

    def get(self, column: str, default: Any = None) -> Any:
        """The value of a column, or a default where it is null or absent."""
        return self.values.get(column, default)


@dataclass
class RawZone:
    """The landing zone, read through a connection of its own.

    Tables that another loader keeps in the warehouse's database are read from there. What was read
    once is remembered: an explanation comes to the same prices and invoices many times.
    """

    path: Path
    store: Store | None = None
    _connection: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    _columns: dict[str, tuple[str, list[str]] | None] = field(default_factory=dict)
    _found: dict[tuple[str, str, str], list[RawRow]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection.execute("set TimeZone = 'UTC'")

    def rows(self, table: str, column: str, value: str, key: Sequence[str] = ()) -> list[RawRow]:
        """Rows of `<source>.<table>` in which a column has a value.

        key: columns that tell rows apart; of rows with one key the last one synced is given, with the
        number of older ones. Empty where the table or the column is not there.
        """
        asked = (table, column, value)
        if asked not in self._found:
            self._found[asked] = self._read(table, column, value, key)
        return self._found[asked]

    def _read(self, table: str, column: str, value: str, key: Sequence[str]) -> list[RawRow]:
        known = self._relation(table)
        if known is None or column not in known[1]:
            return []
        relation, names = known
        from_files = relation.startswith("read_parquet")
        connection = self._connection if from_files or not self.store else self.store.connection
        cursor = connection.execute(
            f"select * from {relation} where cast({_quoted(column)} as varchar) = ?", [value]
        )
        read = [d[0] for d in cursor.description or ()]
        found: dict[tuple[Any, ...], list[RawRow]] = {}
        for row in cursor.fetchall():
            values = {n: _plain(v) for n, v in zip(read, row, strict=True) if v is not None}
            file = str(values.pop("filename")) if from_files else f"warehouse table {table}"
            shown = str(Path(file).relative_to(self.path)) if from_files else file
            one = RawRow(table, shown, values)
            found.setdefault(tuple(values.get(k) for k in key or names), []).append(one)
        latest = []
        for versions in found.values():
            *old, last = sorted(versions, key=lambda r: str(r.get(SYNCED, "")))
            latest.append(RawRow(last.table, last.file, last.values, len(old)))
        return latest

    def _relation(self, table: str) -> tuple[str, list[str]] | None:
        """What to select from, and the names of its columns; None where the table is nowhere."""
        if table not in self._columns:
            self._columns[table] = self._find(table)
        return self._columns[table]

    def _find(self, table: str) -> tuple[str, list[str]] | None:
        source, name = table.split(".")
        files = sorted((self.path / source / name).glob("**/*.parquet"))
        if files:
            listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
            relation = (
                f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false, "
                "filename = true)"
            )
            described = self._connection.execute(f"describe select * from {relation}").fetchall()
        elif self.store is not None and self.store.has_table(source, name):
            relation = f"{_quoted(source)}.{_quoted(name)}"
            described = self.store.connection.execute(f"describe {relation}").fetchall()
        else:
            return None
        return relation, [str(row[0]) for row in described if row[0] != "filename"]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _plain(value: Any) -> Any:
    """Instants as UTC without a zone, as the marts have them."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value
