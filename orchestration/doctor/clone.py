"""The repository's clone, and the time zone that it reports in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orchestration.clone import git_commit, project_vars
from orchestration.doctor.findings import Finding, error, ok, warning
from orchestration.settings import PROJECT_DIR, project_version

CLONE, ZONE = "Clone", "Time zone"


def repository() -> Iterator[Finding]:
    """Version and commit, and whether files differ from it."""
    commit, version = git_commit(), project_version()
    if commit == "unknown":
        yield warning(
            CLONE,
            f"version {version}, commit unknown",
            "Runs are not marked with the code that made them: install git, or set "
            "SAAS_METRICS_GIT_COMMIT.",
        )
    elif commit.endswith("-dirty"):
        yield warning(
            CLONE,
            f"version {version}, commit {commit}: files differ from it",
            "Fine for a trial; commit or undo the changes before a run that others read.",
        )
    else:
        yield ok(CLONE, f"version {version}, commit {commit}, {PROJECT_DIR}")


def time_zone() -> Iterator[Finding]:
    """Whether the reporting time zone is known here."""
    name = str(project_vars().get("reporting_timezone", "UTC"))
    try:
        here = datetime.now(UTC).astimezone(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError):
        yield error(
            ZONE,
            f"reporting_timezone: '{name}' is not known here",
            "Name it as Europe/Berlin in dbt_project.yml, or install your system's package tzdata.",
        )
    else:
        yield ok(ZONE, f"{name}, where it is {here:%Y-%m-%d %H:%M} now")
