"""The code location: `dagster dev` in the repository's root loads `defs` from here."""

import importlib
import importlib.util

import dagster as dg
from dagster_dbt import DbtProject

from orchestration.defs import (
    alerts,
    automation,
    history,
    landed,
    postgres,
    publish,
    sources,
    warehouse,
)
from orchestration.progress import Progress
from orchestration.project import dbt_project
from orchestration.settings import Settings

# Parts that a deployment may leave out: gates on raw data and marts. Each module has a function
# definitions(project, settings, progress); jobs take its assets and checks as they take all others.
OPTIONAL_PARTS = ("quality",)


def build_definitions(
    settings: Settings, progress: Progress | None = None, project: DbtProject | None = None
) -> dg.Definitions:
    """All assets, checks, jobs, schedules and sensors for the given settings."""
    project = project or dbt_project(settings.target_path)
    raw = sources.raw_tables(project)
    return dg.Definitions.merge(
        sources.definitions(project),
        warehouse.definitions(project, settings, progress),
        publish.definitions(project, settings),
        postgres.definitions(project, settings),
        history.definitions(project, settings),
        *optional_parts(project, settings, progress),
        automation.definitions(project, list(raw.values())),
        landed.definitions(settings, raw),
        alerts.definitions(settings),
    )


def optional_parts(
    project: DbtProject, settings: Settings, progress: Progress | None
) -> list[dg.Definitions]:
    """Definitions of the optional parts that are there."""
    names = [f"orchestration.defs.{part}" for part in OPTIONAL_PARTS]
    return [
        importlib.import_module(name).definitions(project, settings, progress)
        for name in names
        if importlib.util.find_spec(name)
    ]


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev`, the daemon and the web server load."""
    return build_definitions(Settings.from_environment())
