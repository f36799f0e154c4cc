"""What is exported: names, layout and manifests."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from orchestration.durable import DirectoryLockedError, exclusive_lock

DIRECTORY = "history"
MANIFEST = "manifest.json"
EXPORTS = "exports"
FILES = "files"
LOCK_FILE = ".history.lock"
FORMAT_VERSION = 1


class HistoryError(RuntimeError):
    """An export, restore or start over cannot be done; what was there before still is."""


@dataclass(frozen=True)
class ExportedFile:
    """One Parquet file.

    Attributes:
        path: relative to the history directory.
        rows: number of rows.
        bytes: size.
        sha256: checksum, hexadecimal.
    """

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class ExportedTable:
    """One exported table.

    Attributes:
        columns: DuckDB type by column, ` NOT NULL` behind it where the column has to be there.
        since: earliest instant (UTC, ISO 8601) that the rows speak of; None where there are none.
        up_to: latest such instant.
        files: its rows, in this order.
    """

    columns: Mapping[str, str]
    since: str | None
    up_to: str | None
    files: tuple[ExportedFile, ...]

    @property
    def rows(self) -> int:
        """Number of rows in all files."""
        return sum(file.rows for file in self.files)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ExportedTable":
        """From plain data."""
        files = tuple(ExportedFile(**file) for file in data["files"])
        return cls(dict(data["columns"]), data["since"], data["up_to"], files)


@dataclass(frozen=True)
class Export:
    """One export of the whole history.

    Attributes:
        number: counts up from 1.
        exported_at: when it was made, UTC, ISO 8601.
        versions: of the project, DuckDB and dbt.
        tables: by `<schema>.<table>`, in alphabetical order.
        kept: numbers of the exports that are kept, this one included.
    """

    number: int
    exported_at: str
    versions: Mapping[str, str]
    tables: Mapping[str, ExportedTable] = field(default_factory=dict)
    kept: tuple[int, ...] = ()

    @property
    def up_to(self) -> str | None:
        """The latest instant (UTC) that any table speaks of: the as-of of the last run in it."""
        return max((table.up_to for table in self.tables.values() if table.up_to), default=None)

    @property
    def paths(self) -> set[str]:
        """All files, relative to the history directory."""
        return {file.path for table in self.tables.values() for file in table.files}

    def to_text(self) -> str:
        """As the text of a manifest."""
        return json.dumps({"format_version": FORMAT_VERSION, **asdict(self)}, indent=2) + "\n"

    @classmethod
    def from_text(cls, text: str) -> "Export":
        """From the text of a manifest; unknown keys are ignored, so that the format can grow."""
        data = json.loads(text)
        return cls(
            number=int(data["number"]),
            exported_at=str(data["exported_at"]),
            versions=dict(data["versions"]),
            tables={name: ExportedTable.from_json(table) for name, table in data["tables"].items()},
            kept=tuple(int(number) for number in data["kept"]),
        )


def history_directory(serving: Path) -> Path:
    """Where the history is exported to: beside the published runs, away from the warehouse."""
    return serving / DIRECTORY


def manifest_path(directory: Path, number: int) -> Path:
    """A kept export's own description."""
    return directory / EXPORTS / f"{number:06d}.json"


def newest(directory: Path) -> Export | None:
    """The newest export; None where there is none.

    Raises:
        HistoryError: the manifest is there and cannot be read.
    """
    try:
        return _read(directory / MANIFEST)
    except FileNotFoundError:
        return None


def read_export(directory: Path, number: int | None = None) -> Export:
    """A kept export, by default the newest.

    Raises:
        HistoryError: there is no such export, or its description cannot be read.
    """
    top = newest(directory)
    if top is None:
        raise HistoryError(f"No history is exported at {directory}.")
    if number is None or number == top.number:
        return top
    if number not in top.kept:
        kept = ", ".join(str(kept_number) for kept_number in top.kept)
        raise HistoryError(f"Export {number} is not kept; kept exports: {kept}.")
    try:
        return _read(manifest_path(directory, number))
    except FileNotFoundError as error:
        raise HistoryError(f"{manifest_path(directory, number)} is gone.") from error


@contextlib.contextmanager
def history_lock(directory: Path) -> Iterator[None]:
    """Holds the history directory for one process; a second one fails at once.

    Raises:
        HistoryError: another process holds it.
    """
    try:
        with exclusive_lock(directory / LOCK_FILE):
            yield
    except DirectoryLockedError as error:
        raise HistoryError(f"Another process is at work in {directory}.") from error


def _read(path: Path) -> Export:
    text = path.read_text(encoding="utf-8")
    try:
        return Export.from_text(text)
    except (ValueError, KeyError, TypeError) as error:
        raise HistoryError(f"{path} is not a manifest of exported history: {error}") from error
