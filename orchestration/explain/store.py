"""Where the marts are read from: the warehouse, or the published copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration import publishing
from orchestration.settings import Settings

NEEDED = (
    "dim_customers",
    "fct_customer_mrr_monthly",
    "fct_fx_rates_monthly",
    "fct_invoice_lines",
    "fct_mrr_movement_reasons",
    "fct_mrr_movements",
    "fct_subscription_period_discounts",
    "fct_subscription_periods",
)
Row = dict[str, Any]


class ExplainError(RuntimeError):
    """The question cannot be answered; the message says why and what would help."""


@dataclass
class Store:
    """An open database with the schema `marts`; `origin` says in words which one it is."""

    connection: duckdb.DuckDBPyConnection
    origin: str

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """The rows of a query as mappings of column name to value."""
        cursor = self.connection.execute(sql, list(parameters))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def has_table(self, schema: str, table: str) -> bool:
        """Whether a table or view is there."""
        return bool(
            self.rows(
                "select 1 from information_schema.tables "
                "where table_schema = ? and table_name = ? limit 1",
                [schema, table],
            )
        )

    def close(self) -> None:
        """Closes the database."""
        self.connection.close()


def open_store(settings: Settings, wanted: str = "auto") -> Store:
    """Opens the marts read-only.

    wanted: `warehouse`, `published`, or `auto`: the warehouse, and the published copy where the
    warehouse is not there, has not been built or is locked by a run.

    Raises:
        ExplainError: there are no marts to read, or a run holds the warehouse.
    """
    problems = []
    if wanted in ("auto", "warehouse"):
        try:
            return _checked(_warehouse(settings))
        except ExplainError as error:
            problems.append(str(error))
    if wanted in ("auto", "published"):
        try:
            return _checked(_published(settings))
        except ExplainError as error:
            problems.append(str(error))
    raise ExplainError("\n".join(problems))


def _warehouse(settings: Settings) -> Store:
    path = settings.warehouse_path
    if not path.exists():
        raise ExplainError(f"There is no warehouse at {path}: run `make run`.")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise ExplainError(
                f"The warehouse {path} is locked: a run is writing to it. Try again when it has "
                "ended, or read the published copy with --from published."
            ) from error
        raise ExplainError(f"The warehouse {path} cannot be opened: {error}") from error
    return Store(connection, f"warehouse {path.name}")


def _published(settings: Settings) -> Store:
    try:
        run = publishing.served(settings.serving_path)
        connection = publishing.connect(settings.serving_path)
    except publishing.PublishError as error:
        raise ExplainError(str(error)) from error
    return Store(connection, f"published run {run.number}, as of {run.as_of}")


def _checked(store: Store) -> Store:
    missing = [name for name in NEEDED if not store.has_table("marts", name)]
    if missing:
        store.close()
        raise ExplainError(
            f"The {store.origin} has no {', '.join(missing)}: run `make run` with this version."
        )
    return store
