"""Settings from the environment, read in one place.

Relative paths are taken from the repository's root, never from the working directory, and every
path that leaves this module is absolute: a relative DuckDB path would be resolved by whichever
process opens it, and dbt does not always run in the directory of its caller.
"""

import contextlib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent.parent

RAW_PATH = "SAAS_METRICS_RAW_PATH"
WAREHOUSE_PATH = "SAAS_METRICS_WAREHOUSE_PATH"
SERVING_PATH = "SAAS_METRICS_SERVING_PATH"
QUALITY_PATH = "SAAS_METRICS_QUALITY_PATH"
AS_OF = "SAAS_METRICS_AS_OF"
KEEP_RUNS = "SAAS_METRICS_KEEP_RUNS"
DBT_TARGET = "DBT_TARGET"
DBT_TARGET_PATH = "DBT_TARGET_PATH"

MINIMUM_KEPT_RUNS = 2


class SettingsError(ValueError):
    """An environment variable holds a value that cannot be used."""


@dataclass(frozen=True)
class Settings:
    """Where a run reads and writes, and as of when.

    Attributes:
        raw_path: landing zone, `<raw_path>/<source>/<table>/*.parquet`.
        warehouse_path: the DuckDB file that only the pipeline opens.
        serving_path: directory of the published copy that people and BI tools read.
        quality_path: directory of the results of checks and of Data Docs.
        as_of: the instant up to which the marts describe the world; None means the run's start.
        dbt_target: name of the dbt target in profiles.yml.
        target_path: directory of dbt's artifacts.
        keep_runs: number of published runs to keep, at least 2.
        raw_path_is_default: true where the environment does not name a landing zone.
    """

    raw_path: Path
    warehouse_path: Path
    serving_path: Path
    quality_path: Path
    as_of: str | None
    dbt_target: str
    target_path: Path
    keep_runs: int
    raw_path_is_default: bool

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Reads the settings; empty variables count as unset.

        Raises:
            SettingsError: a value cannot be used; the message names the variable.
        """
        env = {k: v for k, v in (environment or os.environ).items() if v.strip()}
        return cls(
            raw_path=_absolute(env.get(RAW_PATH, "data/raw")),
            warehouse_path=_absolute(env.get(WAREHOUSE_PATH, "data/saas_warehouse.duckdb")),
            serving_path=_absolute(env.get(SERVING_PATH, "data/serving")),
            quality_path=_absolute(env.get(QUALITY_PATH, "data/quality")),
            as_of=env.get(AS_OF),
            dbt_target=env.get(DBT_TARGET, "duckdb"),
            target_path=_absolute(env.get(DBT_TARGET_PATH, "target")),
            keep_runs=_keep_runs(env.get(KEEP_RUNS, "3")),
            raw_path_is_default=RAW_PATH not in env,
        )

    def for_dbt(self, as_of: str) -> dict[str, str]:
        """Environment variables of a dbt process that is to use these settings."""
        return {
            RAW_PATH: str(self.raw_path),
            WAREHOUSE_PATH: str(self.warehouse_path),
            QUALITY_PATH: str(self.quality_path),
            AS_OF: as_of,
            DBT_TARGET: self.dbt_target,
        }


def utc_now() -> str:
    """The present instant in UTC to the second, in the form that SAAS_METRICS_AS_OF takes."""
    return as_of_text(datetime.now(UTC))


def as_of_text(instant: datetime) -> str:
    """An aware datetime as `2026-11-01T06:00:00Z`, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def project_version() -> str:
    """The version in pyproject.toml; the project runs from its clone and need not be installed."""
    with (PROJECT_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


@contextlib.contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Sets environment variables for the duration of a `with` block."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _absolute(path: str) -> Path:
    """Absolute and without `..`; symbolic links stay as they are."""
    return Path(os.path.abspath(PROJECT_DIR / Path(path).expanduser()))


def _keep_runs(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < MINIMUM_KEPT_RUNS:
        raise SettingsError(
            f"{KEEP_RUNS}: '{text}' is not a number of at least {MINIMUM_KEPT_RUNS} (a reader that "
            "started on the run before must be able to finish)."
        )
    return number
