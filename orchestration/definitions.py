"""The code location: `dagster dev` in the repository's root loads `defs` from here."""

import dagster as dg
from dagster_dbt import DbtProject

from orchestration.defs import (
    alerts,
    automation,
    history,
    landed,
    postgres,
    publish,
    quality,
    report,
    sources,
    warehouse,
)
from orchestration.progress import Progress
from orchestration.project import dbt_project
from orchestration.settings import Settings


def build_definitions(
    settings: Settings, progress: Progress | None = None, project: DbtProject | None = None
) -> dg.Definitions:
    """All assets, checks, jobs, schedules and sensors for the given settings."""
    project = project or dbt_project(settings.target_path)
    raw = sources.raw_tables(project)
    return dg.Definitions.merge(
        sources.definitions(project),
        warehouse.definitions(project, settings, progress),
        quality.definitions(project, settings, progress),
        publish.definitions(project, settings),
        postgres.definitions(project, settings),
        report.definitions(project, settings),
        history.definitions(project, settings),
        automation.definitions(project, list(raw.values())),
        landed.definitions(settings, raw),
        alerts.definitions(settings),
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev`, the daemon and the web server load."""
    return build_definitions(Settings.from_environment())
