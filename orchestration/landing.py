"""The landing zone of a run: the user's own, or the sample company where there is none."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.settings import PROJECT_DIR, RAW_PATH, Settings

SAMPLE_TRUTH = PROJECT_DIR / "data" / "sample_truth"


class LandingError(RuntimeError):
    """There is no raw data to run on and none may be made."""


@dataclass(frozen=True)
class Sample:
    """Size of the sample company."""

    customers: int = 2000
    months: int = 36
    seed: int = 7


def has_raw_data(raw_path: Path) -> bool:
    """True where a source table has at least one Parquet file."""
    return any(raw_path.glob("*/*/**/*.parquet"))


def has_source_tables(warehouse_path: Path, source_names: set[str]) -> bool:
    """True where another loader keeps source tables in the warehouse's own database."""
    if not warehouse_path.exists():
        return False
    try:
        with duckdb.connect(str(warehouse_path), read_only=True) as con:
            found = con.execute(
                "select distinct table_schema from information_schema.tables"
            ).fetchall()
    except duckdb.Error:
        # Locked or broken: dbt will say so better.
        return False
    return bool({str(name) for (name,) in found} & source_names)


def check_own_data(settings: Settings) -> None:
    """A landing zone that the environment names must exist; a misspelt path is no empty company.

    Raises:
        LandingError: it does not.
    """
    if not settings.raw_path_is_default and not settings.raw_path.is_dir():
        raise LandingError(
            f"{RAW_PATH}: there is no directory {settings.raw_path}. Expected "
            "<source>/<table>/*.parquet below it; see 'Your own data' in README.md."
        )


def make_sample(settings: Settings, sample: Sample) -> None:
    """Writes the sample company to the landing zone, whole or not at all.

    Raises:
        LandingError: the generator failed; its own message is on the terminal.
    """
    if settings.raw_path.exists() and any(settings.raw_path.iterdir()):
        raise LandingError(
            f"{settings.raw_path} holds files, but none of the form <source>/<table>/*.parquet. "
            f"Move them there, or set {RAW_PATH}, or empty the directory to get a sample company."
        )
    partial = settings.raw_path.with_name(settings.raw_path.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.parent.mkdir(parents=True, exist_ok=True)
    options = {
        "--out": partial,
        "--truth": SAMPLE_TRUTH,
        "--customers": sample.customers,
        "--months": sample.months,
        "--seed": sample.seed,
        "--until": datetime.now(UTC).date().isoformat(),
    }
    arguments = [str(part) for option in options.items() for part in option]
    result = subprocess.run(
        [sys.executable, "-m", "sample_company", *arguments], cwd=PROJECT_DIR, check=False
    )
    if result.returncode:
        raise LandingError("The sample company could not be made.")
    os.replace(partial, settings.raw_path)
