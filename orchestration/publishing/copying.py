"""Copies the marts of a warehouse into a new directory and checks the copy."""

import struct
from collections.abc import Mapping
from pathlib import Path

import duckdb

from orchestration import sql
from orchestration.durable import sha256_of
from orchestration.publishing.manifest import (
    DUCKDB_FILE,
    SCHEMA,
    STAMP_TABLE,
    Mart,
    PublishError,
)

# Readable by DuckDB 1.4 and later and by the tools built on them; DuckDB 2.0's own default is not.
STORAGE_VERSION = "v1.4.0"
NEWEST_READABLE_STORAGE = 67  # the number that v1.4.0 stands for in a DuckDB file's header

Stamp = Mapping[str, str | int]


def write_copy(warehouse: Path, directory: Path, stamp: Stamp) -> dict[str, int]:
    """Writes all marts to a DuckDB file and Parquet files in `directory`.

    Rows are written in a total order, so that equal marts give equal Parquet files.

    Returns:
        Rows by mart.

    Raises:
        PublishError: no warehouse, no marts, or a mart by the name of the stamp.
        duckdb.Error: the warehouse is locked or broken, or the disk is full.
    """
    if not warehouse.exists():
        raise PublishError(f"There is no warehouse at {warehouse}: run `make run` or `dbt build`.")
    with duckdb.connect() as con:
        con.execute(f"set temp_directory = {sql.text(directory / 'tmp')}")
        con.execute(f"attach {sql.text(warehouse)} as source (read_only)")
        target = sql.text(directory / DUCKDB_FILE)
        con.execute(f"attach {target} as target (storage_version '{STORAGE_VERSION}')")
        names = mart_names(con)
        if not names:
            raise PublishError(f"Schema {SCHEMA} of {warehouse} holds no tables.")
        if STAMP_TABLE in names:
            raise PublishError(f"A mart may not be called {STAMP_TABLE}.")
        con.execute("begin")
        con.execute(f"create schema target.{SCHEMA}")
        for name in names:
            con.execute(
                f"create table target.{SCHEMA}.{sql.name(name)} as "
                f"from source.{SCHEMA}.{sql.name(name)} order by all"
            )
        _write_stamp(con, stamp)
        con.execute("commit")
        for name in names:
            con.execute(
                f"copy target.{SCHEMA}.{sql.name(name)} to {sql.text(directory / f'{name}.parquet')} "
                "(format parquet, compression zstd)"
            )
        rows = {name: sql.count(con, f"source.{SCHEMA}.{sql.name(name)}") for name in names}
        con.execute("checkpoint target")
        con.execute("detach target")
    return rows


def verify_copy(directory: Path, rows: Mapping[str, int], stamp: Stamp) -> None:
    """Opens the copy as a reader would and compares it with what was meant to be written.

    Raises:
        PublishError: the copy is not what it should be.
    """
    path = directory / DUCKDB_FILE
    wal = path.with_name(path.name + ".wal")
    if wal.exists():
        raise PublishError(f"{wal.name} is left: a copy without it would show old rows.")
    storage = storage_number(path)
    if storage > NEWEST_READABLE_STORAGE:
        raise PublishError(f"Storage format {storage} cannot be read by DuckDB 1.4.")
    with duckdb.connect(str(path), read_only=True) as con:
        found = con.execute(f"select run_number, run_id from {SCHEMA}.{STAMP_TABLE}").fetchall()
        if found != [(stamp["run_number"], stamp["run_id"])]:
            raise PublishError(f"The copy's stamp is {found}.")
        for name, expected in rows.items():
            copied = sql.count(con, f"{SCHEMA}.{sql.name(name)}")
            parquet = sql.count(con, f"read_parquet({sql.text(directory / f'{name}.parquet')})")
            if not expected == copied == parquet:
                raise PublishError(
                    f"{name}: {expected} rows in the warehouse, {copied} in the DuckDB file, "
                    f"{parquet} in the Parquet file."
                )


def describe(directory: Path, rows: Mapping[str, int], prefix: str) -> dict[str, Mart]:
    """Sizes and checksums of a copy's Parquet files; `prefix` is put before their names."""
    marts = {}
    for name, count in sorted(rows.items()):
        path = directory / f"{name}.parquet"
        marts[name] = Mart(count, f"{prefix}/{path.name}", path.stat().st_size, sha256_of(path))
    return marts


def mart_names(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Tables and views of the marts schema of the attached database `source`."""
    found = con.execute(
        "select table_name from information_schema.tables "
        "where table_catalog = 'source' and table_schema = ? order by table_name",
        [SCHEMA],
    ).fetchall()
    return [str(name) for (name,) in found]


def storage_number(path: Path) -> int:
    """The storage format number in a DuckDB file's header.

    Raises:
        PublishError: not a DuckDB file.
    """
    header = path.open("rb").read(20)
    if header[8:12] != b"DUCK":
        raise PublishError(f"{path} is not a DuckDB file.")
    return int(struct.unpack("<Q", header[12:20])[0])


def _write_stamp(con: duckdb.DuckDBPyConnection, stamp: Stamp) -> None:
    types = ", ".join(
        f"{name} {'bigint' if isinstance(value, int) else 'varchar'} not null"
        for name, value in stamp.items()
    )
    con.execute(f"create table target.{SCHEMA}.{STAMP_TABLE} ({types})")
    holes = ", ".join("?" for _ in stamp)
    con.execute(f"insert into target.{SCHEMA}.{STAMP_TABLE} values ({holes})", list(stamp.values()))
