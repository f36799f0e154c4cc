"""The measured work that is not dbt's: ``python -m benchmarks.work <kind> <order.json>``.

The kinds: scan, spine, items, deltas, windows, profile.

A process of its own with a DuckDB file of its own, threads as the order says; writes a JSON object of
counts, and `cpu` (seconds of all threads, without the start of Python), to standard output. Imports nothing that would cost more than the work.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import duckdb

SPINE = Path(__file__).with_name("month_spine.sql")
ITEM_MONTH = Path(__file__).with_name("item_month.sql")
WINDOWS = Path(__file__).with_name("window_sessions.sql")
#: Operators of a statement that are told of it.
TOP_OPERATORS = 4


def _connect(order: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(order["database"], config={"threads": order["threads"]})
    connection.execute("set TimeZone = 'UTC'")
    if order.get("memory_limit"):
        connection.execute(f"set memory_limit = '{order['memory_limit']}'")
    return connection


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    row = connection.execute(sql).fetchone()
    if row is None:
        raise RuntimeError(f"no row from: {sql}")
    return row


def _summed(name: str, data_type: str) -> str:
    """An aggregate that makes DuckDB decode every value of a column, and little more."""
    column = f'"{name}"'
    if data_type == "VARCHAR":
        return f"sum(strlen({column}))"
    if data_type == "BOOLEAN":
        return f"count_if({column})"
    if data_type.startswith("TIMESTAMP"):
        return f"sum(epoch_us({column}))"
    if data_type == "DATE":
        return f"sum(epoch({column}))"
    if data_type.endswith("[]"):
        return f"sum(len({column}))"
    if data_type.startswith("STRUCT"):
        return f"count({column})"
    return f"sum({column})"


def scan(order: dict[str, Any]) -> dict[str, Any]:
    """Sum every needed column of every raw table that landed; return rows by table."""
    connection = _connect(order)
    rows: dict[str, int] = {}
    for table, wanted in order["columns"].items():
        source, name = table.split(".")
        files = sorted(str(path) for path in Path(order["raw"], source, name).rglob("*.parquet"))
        if not files:
            continue
        relation = f"read_parquet({files!r}, union_by_name = true, hive_partitioning = false)"
        found = connection.execute(f"describe select * from {relation}").fetchall()
        sums = [_summed(column, kind) for column, kind, *_ in found if column in wanted]
        rows[table] = _one(connection, f"select count(*), {', '.join(sums)} from {relation}")[0]
    connection.close()
    return {"rows": rows}


def spine(order: dict[str, Any]) -> dict[str, Any]:
    """Write the classified customer-months of the month-spine method; return how many."""
    connection = _connect(order)
    connection.execute(f"attach '{order['warehouse']}' as warehouse (read_only)")
    connection.execute(SPINE.read_text(encoding="utf-8").replace("$as_of", f"'{order['as_of']}'"))
    counted = _one(
        connection, "select count(*), count(movement_type) from customer_months_by_spine"
    )
    connection.close()
    return {"customer_months": counted[0], "movements": counted[1]}


def write_item_months(connection: duckdb.DuckDBPyConnection, raw: Path, as_of: str) -> None:
    """Write `customer_months_by_item`, by the item-month method, from a landing zone of Stripe."""
    connection.execute("create schema raw")
    for folder in sorted((raw / "stripe").iterdir()):
        connection.execute(
            f"create view raw.{folder.name} as select * from "
            f"read_parquet('{folder}/**/*.parquet', union_by_name = true)"
        )
    connection.execute(ITEM_MONTH.read_text(encoding="utf-8").replace("$as_of", f"'{as_of}'"))


def items(order: dict[str, Any]) -> dict[str, Any]:
    """Write the customer-months of the item-month method; return how many."""
    connection = _connect(order)
    write_item_months(connection, Path(order["raw"]), order["as_of"])
    counted = _one(connection, "select count(*) from customer_months_by_item")
    connection.close()
    return {"customer_months": counted[0]}


def deltas(order: dict[str, Any]) -> dict[str, Any]:
    """Write the tables of our own models over the same intervals; return their row counts."""
    connection = _connect(order)
    connection.execute(f"attach '{order['warehouse']}' as warehouse (read_only)")
    rows: dict[str, int] = {}
    for name, sql in order["models"]:
        connection.execute(f"create table {name} as {sql}")
        rows[name] = _one(connection, f"select count(*) from {name}")[0]
    connection.close()
    return {"rows": rows}


def windows(order: dict[str, Any]) -> dict[str, Any]:
    """Write the sessions of the window-function method; return how many, and their events."""
    connection = _connect(order)
    connection.execute(WINDOWS.read_text(encoding="utf-8").replace("$files", repr(order["files"])))
    counted = _one(connection, "select count(*), sum(events) from sessions_by_windows")
    connection.close()
    return {"sessions": counted[0], "events": int(counted[1])}


def _operators(node: dict[str, Any]) -> list[tuple[str, float, int]]:
    """Type, CPU seconds and rows of an operator and all below it."""
    own = (str(node["type"]), float(node["timing"]), int(node["intermediate_rows"]))
    return [own, *(found for child in node.get("children", []) for found in _operators(child))]


def profile(order: dict[str, Any]) -> dict[str, Any]:
    """The dearest operators of each statement: {model: [[type, CPU seconds, rows], ...]}."""
    connection = _connect(order)
    connection.execute(f"attach '{order['warehouse']}' as warehouse (read_only)")
    connection.execute("set enable_profiling = 'json'")
    output = Path(f"{order['database']}.json")
    connection.execute(f"set profiling_output = '{output}'")
    found = {}
    for name, sql in order["models"]:
        connection.execute(f"create table {name} as {sql}")
        told = json.loads(output.read_text(encoding="utf-8"))
        operators = [each for top in told["operator"] for each in _operators(top)]
        found[name] = sorted(operators, key=lambda each: -each[1])[:TOP_OPERATORS]
    connection.close()
    return {"operators": found}


if __name__ == "__main__":
    kind, path = sys.argv[1:]
    kinds = (scan, spine, items, deltas, windows, profile)
    work = {function.__name__: function for function in kinds}[kind]
    order = json.loads(Path(path).read_text(encoding="utf-8"))
    began = time.process_time()
    counts = work(order)
    counts["cpu"] = time.process_time() - began
    sys.stdout.write(json.dumps(counts))
