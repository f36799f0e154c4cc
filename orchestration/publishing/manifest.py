"""What is published: names, layout and the two kinds of manifest.json.

A run's own manifest (`runs/<number>/manifest.json`) describes its files. The top manifest is the
same description of the served run plus the list of runs that are kept.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

SCHEMA = "marts"
# DuckDB names a database after its file: a stem equal to a schema makes every name ambiguous.
DUCKDB_FILE = "saas_metrics_serving.duckdb"
MANIFEST = "manifest.json"
RUNS = "runs"
LOCK_FILE = ".publish.lock"
STAMP_TABLE = "_publish"
FORMAT_VERSION = 1


class PublishError(RuntimeError):
    """A publish, rollback or repair cannot be done; what was served before still is."""


@dataclass(frozen=True)
class Mart:
    """One published table.

    Attributes:
        rows: number of rows, equal in the warehouse, the DuckDB file and the Parquet file.
        parquet: path of the Parquet file, relative to the serving directory.
        bytes: size of the Parquet file.
        sha256: checksum of the Parquet file, hexadecimal.
    """

    rows: int
    parquet: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Published:
    """One published run.

    Attributes:
        number: counts up from 1; a run that never got served leaves its number to the next.
        run_id: id of the pipeline run that made the marts.
        as_of: the instant up to which the marts describe the world, as it was given.
        published_at: when the copy was made, UTC, ISO 8601.
        versions: of the project, DuckDB, dbt and the storage format.
        duckdb: path of the DuckDB file, relative to the serving directory.
        duckdb_sha256: checksum of that file; empty in runs of before it was kept.
        marts: by name, in alphabetical order.
    """

    number: int
    run_id: str
    as_of: str
    published_at: str
    versions: Mapping[str, str]
    duckdb: str
    duckdb_sha256: str = ""
    marts: Mapping[str, Mart] = field(default_factory=dict)

    def duckdb_path(self, serving: Path) -> Path:
        """Absolute path of this run's DuckDB file; it never changes once published."""
        return serving / self.duckdb

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {"format_version": FORMAT_VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Published":
        """From plain data; unknown keys are ignored, so that the format can grow."""
        return cls(
            number=int(data["number"]),
            run_id=str(data["run_id"]),
            as_of=str(data["as_of"]),
            published_at=str(data["published_at"]),
            versions=dict(data["versions"]),
            duckdb=str(data["duckdb"]),
            duckdb_sha256=str(data.get("duckdb_sha256", "")),
            marts={name: Mart(**mart) for name, mart in data["marts"].items()},
        )


def run_directory(serving: Path, number: int) -> Path:
    """Directory of a run: `<serving>/runs/000001`."""
    return serving / RUNS / f"{number:06d}"


def top_manifest(run: Published, kept_runs: list[int], last_number: int) -> str:
    """Text of the top manifest."""
    data = {**run.to_json(), "kept_runs": kept_runs, "last_number": last_number}
    return json.dumps(data, indent=2) + "\n"


@dataclass(frozen=True)
class Top:
    """The top manifest, read."""

    run: Published
    kept_runs: list[int]
    last_number: int


def read_top(serving: Path) -> Top | None:
    """The top manifest; None where nothing has been published.

    Raises:
        PublishError: the file is there and cannot be read as a manifest.
    """
    path = serving / MANIFEST
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Top(Published.from_json(data), list(data["kept_runs"]), int(data["last_number"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise PublishError(f"{path} is not a manifest of published marts: {error}") from error


def read_run(serving: Path, number: int) -> Published:
    """A kept run's own manifest.

    Raises:
        PublishError: there is no such run.
    """
    path = run_directory(serving, number) / MANIFEST
    try:
        return Published.from_json(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise PublishError(f"Run {number} is not among the published runs ({path}).") from error
