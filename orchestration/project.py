"""The dbt project as Dagster sees it: absolute paths, and a manifest that is there and current."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from dagster_dbt import DbtProject

from orchestration.settings import PROJECT_DIR, Settings

# What a manifest is made from. Newer than the manifest: parse again.
PARSED_FOLDERS = ("models", "macros", "seeds", "snapshots", "tests/singular", "tests/generic")
PARSED_FILES = ("dbt_project.yml", "profiles.yml")


def dbt_executable() -> str:
    """The dbt of the environment that runs this code, whatever PATH says."""
    beside = Path(sys.executable).with_name("dbt")
    return str(beside) if beside.exists() else "dbt"


@cache
def dbt_project(target_path: Path) -> DbtProject:
    """The dbt project at the repository's root, its manifest made by `dbt parse` where needed."""
    project = DbtProject(project_dir=PROJECT_DIR, profiles_dir=PROJECT_DIR, target_path=target_path)
    if manifest_is_stale(project.manifest_path):
        parse(target_path)
    return project


def manifest_is_stale(manifest_path: Path) -> bool:
    """True where there is no manifest, or a file of the dbt project is newer than it."""
    if not manifest_path.exists():
        return True
    made_at = manifest_path.stat().st_mtime
    files = [PROJECT_DIR / name for name in PARSED_FILES]
    for folder in PARSED_FOLDERS:
        # Folders count too: their time changes when a file is removed.
        files.extend((PROJECT_DIR / folder).rglob("*"))
    return any(path.stat().st_mtime > made_at for path in files if path.exists())


def parse(target_path: Path) -> None:
    """Runs `dbt parse`, which reads files only and never opens the warehouse.

    Raises:
        RuntimeError: the project does not parse; the message is dbt's own output.
    """
    settings = Settings.from_environment()
    result = subprocess.run(
        [dbt_executable(), "parse", "--quiet", "--target-path", str(target_path)],
        cwd=PROJECT_DIR,
        env={
            **os.environ,
            # The paths that a run will pass: dbt parses everything again where the profile differs.
            **settings.for_dbt(settings.as_of or ""),
            "DBT_PROFILES_DIR": str(PROJECT_DIR),
            "DBT_LOG_PATH": str(target_path),
            "DBT_USE_COLORS": "false",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"dbt parse failed:\n{result.stdout}{result.stderr}")
