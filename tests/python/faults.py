"""Makes the faults of tests/faults/faults.yml in a copy of a landing zone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.quality.declared import Table, declared_tables
from orchestration.yaml_files import read_yaml

FAULTS = Path(__file__).resolve().parents[1] / "faults" / "faults.yml"
TEXT = {"string", "varchar", "text"}


@dataclass(frozen=True)
class Fault:
    """One fault of the list."""

    id: str
    fault: str
    group: str
    tables: str | Sequence[str]
    make: Mapping[str, Any]
    outcome: str
    check: str = ""
    test: str = ""
    reason: str = ""
    seen_in: str = ""
    says: Sequence[str] = ()


def all_faults() -> list[Fault]:
    return [Fault(**fault) for fault in read_yaml(FAULTS)]


def groups(outcome_of: str) -> list[str]:
    """Groups whose faults have this outcome, in order."""
    return list(dict.fromkeys(f.group for f in all_faults() if f.outcome == outcome_of))


def tables_of(fault: Fault, raw: Path) -> list[Table]:
    """The tables in which a fault is made."""
    landed = [t for t in declared_tables() if (raw / t.source / t.name).is_dir()]
    if fault.tables == "every":
        return landed
    chosen = [table for table in landed if table.dataset in fault.tables]
    assert len(chosen) == len(fault.tables), f"{fault.id}: not all of {fault.tables} are landed"
    return chosen


def names(table: Table, raw: Path) -> dict[str, str]:
    """What {key}, {required}, {typed} and {rows} stand for; {rows} are those without any fault."""
    folder = raw / table.source / table.name
    rows = f"read_parquet('{folder}/**/part-*.parquet', union_by_name = true)"
    with duckdb.connect() as con:
        landed = {row[0] for row in con.execute(f"describe select * from {rows}").fetchall()}
    return {
        "rows": rows,
        "key": f'"{_key(table)}"',
        "required": next(column.name for column in table.columns if column.required),
        "typed": next(
            column.name
            for column in table.columns
            if (column.holds or column.data_type) not in TEXT and column.name in landed
        ),
    }


def _key(table: Table) -> str:
    """The first column of the key without which a row is set aside: some may be null."""
    rule = next((r.when for r in table.quarantine if r.reason == "key_is_missing"), "")
    return next((name for name in table.row_key if name in rule), table.row_key[0])


def make(fault: Fault, table: Table, raw: Path) -> dict[str, str]:
    """Makes a fault in one table; returns what its placeholders stood for."""
    folder = raw / table.source / table.name
    files = sorted(folder.rglob("part-*.parquet"))
    filled = names(table, raw)
    how, what = next(iter(fault.make.items()))
    if how == "bytes":
        content = {"garbage": b"not a Parquet file " * 20, "empty": b""}.get(
            what, files[0].read_bytes()[:-100]
        )
        files[0].write_bytes(content)
    elif how == "remove":
        shutil.rmtree(folder)
    elif how == "stray":
        shutil.copy(files[0], folder / what)
    elif how in ("rows", "add"):
        new = folder / f"fault-{fault.id}.parquet"
        with duckdb.connect() as con:
            con.execute("set TimeZone = 'UTC'")
            query = what
            for name, value in filled.items():
                query = query.replace(
                    "{" + name + "}", value.strip('"') if name != "key" else value
                )
            con.execute(f"create table made as {query}")
            if how == "rows":
                for path in files:
                    path.unlink()
                new = folder / "part-replaced.parquet"
            con.execute(f"copy made to '{new}' (format parquet)")
    else:
        raise AssertionError(f"{fault.id}: no way to make {how}")
    return filled


def made_in(faults: Sequence[Fault], raw: Path) -> Iterator[tuple[Fault, Table, dict[str, str]]]:
    """Makes faults one after the other; yields each with its table."""
    for fault in faults:
        for table in tables_of(fault, raw):
            yield fault, table, make(fault, table, raw)
