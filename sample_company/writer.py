"""Parquet files of the landing zone: many a table, zstd, written as they are made."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sample_company.tables import TIMESTAMP, schema_of

MARKER = "_sample_company.json"
Column = Any  # numpy array, (values, is_null), Arrow array, scalar, or None


class ForeignDirectoryError(RuntimeError):
    """The directory holds files that this generator did not write."""


def claim(directory: Path, arguments: Mapping[str, Any]) -> None:
    """Make a directory ours, empty but for the marker.

    Raises ForeignDirectoryError where it is not empty and carries no marker of ours.
    """
    if directory.exists() and not directory.is_dir():
        raise ForeignDirectoryError(f"{directory} is not a directory")
    marker = directory / MARKER
    if directory.is_dir() and any(directory.iterdir()):
        if not marker.is_file():
            raise ForeignDirectoryError(
                f"{directory} is not empty and was not made by sample_company; "
                "give another directory, or empty this one"
            )
        made = json.loads(marker.read_text())["wrote"]
        for name in made:
            path = directory / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    directory.mkdir(parents=True, exist_ok=True)
    write_marker(directory, arguments, [])


def write_marker(directory: Path, arguments: Mapping[str, Any], wrote: Sequence[str]) -> None:
    """Note the arguments and what was written beside them."""
    text = json.dumps({"arguments": dict(arguments), "wrote": sorted(wrote)}, indent=2)
    (directory / MARKER).write_text(text + "\n")


def timestamps(seconds: np.ndarray, mask: np.ndarray | None = None) -> pa.Array:
    """A timestamp column of seconds since the epoch."""
    return pa.array(seconds.astype(np.int64) * 1_000_000, mask=mask).view(TIMESTAMP)


def build(source: str, table: str, size: int, columns: Mapping[str, Column]) -> pa.Table:
    """A table of so many rows in its full shape; columns that are not given are null."""
    schema = schema_of(source, table)
    unknown = set(columns) - set(schema.names)
    if unknown:
        raise KeyError(f"{source}.{table} has no columns {sorted(unknown)}")
    arrays = [_column(field, columns.get(field.name), size) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _column(field: pa.Field, value: Column, size: int) -> pa.Array:
    if value is None:
        return pa.nulls(size, field.type)
    if isinstance(value, pa.Array | pa.ChunkedArray):
        return value if value.type == field.type else value.cast(field.type)
    mask = None
    if isinstance(value, tuple):
        value, mask = value
    if isinstance(value, np.ndarray):
        if field.type == TIMESTAMP:
            return timestamps(value, mask)
        return pa.array(value, mask=mask, type=field.type)
    return pa.repeat(pa.scalar(value, field.type), size)


def from_rows(source: str, table: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """A table of row dictionaries; instants are seconds."""
    arrays = []
    present = {name for row in rows for name in row}
    schema = schema_of(source, table)
    for field in schema:
        if field.name not in present:
            arrays.append(pa.nulls(len(rows), field.type))
            continue
        values = [row.get(field.name) for row in rows]
        if field.type == TIMESTAMP:
            micros = [None if value is None else value * 1_000_000 for value in values]
            arrays.append(pa.array(micros, pa.int64()).view(TIMESTAMP))
        else:
            arrays.append(pa.array(values, field.type))
    return pa.Table.from_arrays(arrays, schema=schema)


class LandingZone:
    """Writes tables as numbered files under <root>/<source>/<table>/."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: Counter[tuple[str, str]] = Counter()
        self.rows: Counter[str] = Counter()

    def write(self, source: str, table: str, data: pa.Table) -> None:
        """One more file of a table."""
        if data.num_rows == 0:
            return
        number = self.files[source, table]
        self.files[source, table] += 1
        self.rows[f"{source}.{table}"] += data.num_rows
        folder = self.root / source / table
        folder.mkdir(parents=True, exist_ok=True)
        write_parquet(data, folder / f"part-{number:05d}.parquet")

    @property
    def total(self) -> int:
        """Rows written so far."""
        return sum(self.rows.values())


def write_parquet(data: pa.Table, path: Path) -> None:
    """Zstd, dictionaries only for the columns whose values repeat."""
    repeated = [
        field.name
        for field in data.schema
        if pa.types.is_string(field.type) and not _is_identifier(field.name)
    ]
    pq.write_table(
        data,
        path,
        compression="zstd",
        compression_level=1,
        use_dictionary=repeated,
        row_group_size=256_000,
    )


def _is_identifier(name: str) -> bool:
    return (name == "id" or name.endswith("_id")) and name not in (
        "coupon_id",
        "plan_id",
        "price_id",
        "product_id",
    )


class TruthFiles:
    """The truth's tables, each one Parquet file that grows chunk by chunk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._writers: dict[str, pq.ParquetWriter] = {}

    def write(self, name: str, data: pa.Table) -> None:
        """Append to a table (an empty one still makes the file)."""
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(
                self.root / f"{name}.parquet", data.schema, compression="zstd", compression_level=1
            )
        if data.num_rows:
            self._writers[name].write_table(data)

    def close(self) -> list[str]:
        """Finish the files and name them."""
        for writer in self._writers.values():
            writer.close()
        return [f"{name}.parquet" for name in self._writers]
