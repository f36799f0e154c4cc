"""Writing the site beside the published copy, and swapping it in as one."""

import os
import shutil
from pathlib import Path

from orchestration.durable import DirectoryLockedError, exclusive_lock, sync
from orchestration.publishing import PublishError
from orchestration.settings import Settings

REPORT = "report"
LOCK_FILE = ".report.lock"
STAGING = ".staging"


class ReportError(RuntimeError):
    """The report cannot be built; the one before, and the published marts, stay as they are."""


def build_report(
    settings: Settings,
    out: Path | None = None,
    *,
    serving: Path | None = None,
    manifest: Path | None = None,
) -> Path:
    """Builds the report of the run that is served now and returns the path of its first page.

    Args:
        settings: where things are.
        out: name of the link that people open; by default `report` in the serving directory. The
            sites themselves are beside it.
        serving: directory of the published copy, where it is not that of the settings.
        manifest: dbt's manifest with the definitions; by default that of the last dbt command,
            made where there is none.

    Raises:
        ReportError: nothing is published, another process builds the report, a mart is not what
            the report expects, or the disk is full.
    """
    import duckdb

    from orchestration.report.definitions import read_definitions
    from orchestration.report.reading import open_copy

    # Drawing costs a second to import, which a process that draws nothing should not wait for.
    from orchestration.report.site import render_site

    serving = serving or settings.serving_path
    try:
        definitions = read_definitions(manifest or _manifest(settings))
        with open_copy(serving) as copy:
            number = copy.run.number
            files = render_site(copy, definitions)
        link = out or serving / REPORT
        with exclusive_lock(link.parent / LOCK_FILE):
            return _swap_in(link, number, files)
    except DirectoryLockedError as error:
        raise ReportError(f"Another process is building the report of {serving}.") from error
    except (PublishError, duckdb.Error, OSError, ValueError) as error:
        raise ReportError(f"The report was not built: {error}") from error


def _manifest(settings: Settings) -> Path:
    path = settings.target_path / "manifest.json"
    if path.exists():
        return path
    # Seconds of imports and of parsing, the first time only.
    from orchestration.project import dbt_project

    return dbt_project(settings.target_path).manifest_path


def _swap_in(link: Path, number: int, files: dict[str, str]) -> Path:
    """Writes all files below a new name, then turns the link to it: no reader sees a half site."""
    sites = link.with_name(f"{link.name}s")
    if link.exists() and not link.is_symlink():
        raise ReportError(f"{link} is in the way: it is no report of ours.")
    staging = sites / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    for name, text in files.items():
        path = staging / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sync(path)
    for folder in {(staging / name).parent for name in files}:
        sync(folder)
    taken = [int(path.name.rpartition("-")[2]) for path in sites.glob(f"{number:06d}-*")]
    site = sites / f"{number:06d}-{max(taken, default=0) + 1}"
    os.rename(staging, site)
    new_link = link.with_name(f".{link.name}.link")
    new_link.unlink(missing_ok=True)
    new_link.symlink_to(site.relative_to(link.parent), target_is_directory=True)
    before = link.resolve() if link.is_symlink() else None
    os.replace(new_link, link)
    sync(link.parent)
    # A reader of the site before can finish; older ones go.
    _prune(sites, keep={site, before})
    return link / "index.html"


def _prune(sites: Path, keep: set[Path | None]) -> None:
    kept = {path.name for path in keep if path}
    for path in sites.iterdir():
        if path.name not in kept:
            shutil.rmtree(path)
