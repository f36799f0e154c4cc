"""The served run as the report reads it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from orchestration import publishing
from orchestration.headline import reporting_currency, reporting_timezone
from orchestration.publishing import Published
from orchestration.report.values import NUMERIC, Cell, Kind, Value, cell


@dataclass(frozen=True)
class Column:
    """One column of a table: its name in the query, what a person calls it, how it is written.

    Attributes:
        name: name in the query, which is that of the mart's column where it is one.
        label: heading.
        kind: how its values are written.
        metric: `mart.column` of its definition; None where the figure's text says it.
    """

    name: str
    label: str
    kind: Kind = "text"
    metric: str | None = None

    @property
    def is_numeric(self) -> bool:
        """Whether it is aligned to the right."""
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Table:
    """The answer to one query, and the query itself, so that a reader can ask it again.

    Attributes:
        sql: the query, on the published copy.
        columns: in the order of the query.
        rows: values as the copy holds them.
    """

    sql: str
    columns: Sequence[Column]
    rows: Sequence[tuple[Value, ...]]

    def __bool__(self) -> bool:
        return bool(self.rows)

    def values(self, name: str) -> list[Value]:
        """One column."""
        place = [column.name for column in self.columns].index(name)
        return [row[place] for row in self.rows]

    def records(self) -> list[dict[str, Value]]:
        """Rows by column name."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]

    def cells(self) -> list[list[Cell]]:
        """Rows as they are shown."""
        return [
            [cell(value, column.kind) for value, column in zip(row, self.columns, strict=True)]
            for row in self.rows
        ]

    def is_open(self) -> list[bool]:
        """For each row, whether it is of a month under way, not booked or not mature."""
        marks = [
            n
            for n, column in enumerate(self.columns)
            if column.kind in ("month_state", "cost_state", "maturity")
        ]
        return [any(row[n] is False for n in marks) for row in self.rows]


@dataclass(frozen=True)
class Copy:
    """The served run, open for reading.

    Attributes:
        run: which run it is.
        currency: of its money.
        open_month: first day of the month that is under way at as-of.
        counts: rows by mart.
    """

    run: Published
    connection: duckdb.DuckDBPyConnection
    currency: str
    open_month: date
    counts: Mapping[str, int]

    def has(self, *marts: str) -> bool:
        """Whether each of the marts is there and has rows."""
        return all(self.counts.get(mart, 0) > 0 for mart in marts)

    def ask(self, sql: str, columns: Sequence[Column]) -> Table:
        """The answer to a query whose columns are the given ones, in their order."""
        cursor = self.connection.execute(sql)
        names = [described[0] for described in cursor.description or ()]
        wanted = [column.name for column in columns]
        if names != wanted:
            raise ValueError(f"The query has the columns {names}, not {wanted}.")
        return Table(tidy(sql), columns, cursor.fetchall())

    def value(self, sql: str) -> Value:
        """The first value of a query; None where it has no rows."""
        row: tuple[Value, ...] | None = self.connection.execute(sql).fetchone()
        return row[0] if row else None


@contextmanager
def open_copy(serving: Path) -> Iterator[Copy]:
    """The run that is served now; it does not change while it is open.

    Raises:
        publishing.PublishError: nothing is published there.
    """
    run = publishing.served(serving)
    with duckdb.connect(str(run.duckdb_path(serving)), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        counts = {name: mart.rows for name, mart in run.marts.items()}
        open_month = month_of(run.as_of, run.published_at, reporting_timezone())
        yield Copy(run, connection, reporting_currency(), open_month, counts)


def month_of(as_of: str, published_at: str, timezone: str) -> date:
    """First day of the month of an as-of in a time zone; one without a zone is in it already.

    A copy that somebody published by hand may not know its as-of: then it is as of its publishing.
    """
    try:
        instant = datetime.fromisoformat(as_of)
    except ValueError:
        instant = datetime.fromisoformat(published_at)
    local = instant.astimezone(ZoneInfo(timezone)) if instant.tzinfo else instant
    return local.date().replace(day=1)


def tidy(sql: str) -> str:
    """A query without the indentation of the code that it stands in."""
    lines = [line.rstrip() for line in sql.strip("\n").splitlines()]
    filled = [len(line) - len(line.lstrip()) for line in lines if line]
    least = min(filled, default=0)
    return "\n".join(line[least:] for line in lines).strip()
