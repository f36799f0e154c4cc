"""Compares the exported files with their manifests."""

from pathlib import Path

import duckdb

from orchestration import sql
from orchestration.durable import sha256_of
from orchestration.history.manifest import (
    Export,
    ExportedFile,
    HistoryError,
    newest,
    read_export,
)


def verify_history(directory: Path) -> list[str]:
    """What is wrong with the kept exports, a line each; empty where they can be restored.

    Raises:
        HistoryError: nothing is exported, or the newest manifest cannot be read.
    """
    top = newest(directory)
    if top is None:
        raise HistoryError(f"No history is exported at {directory}.")
    problems: list[str] = []
    for number in reversed(top.kept):
        try:
            found = problems_of(directory, read_export(directory, number))
        except HistoryError as error:
            found = [str(error)]
        problems.extend(f"Export {number}: {problem}" for problem in found)
    return problems


def problems_of(directory: Path, export: Export) -> list[str]:
    """What is wrong with the files of one export, a line each."""
    found = [
        problem_of(directory, file) for table in export.tables.values() for file in table.files
    ]
    return [problem for problem in found if problem]


def problem_of(directory: Path, file: ExportedFile) -> str | None:
    """What is wrong with one file; None where it is what was exported."""
    path = directory / file.path
    if not path.exists():
        return f"{file.path} is gone."
    if path.stat().st_size != file.bytes or sha256_of(path) != file.sha256:
        return f"{file.path} is not what was exported: its size or checksum differs."
    try:
        with duckdb.connect() as con:
            rows = sql.count(con, f"read_parquet({sql.text(path)})")
    except duckdb.Error as error:
        return f"{file.path} cannot be read: {error}"
    if rows != file.rows:
        return f"{file.path} has {rows} rows, and not {file.rows}."
    return None
