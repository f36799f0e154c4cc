"""Python, the locked packages, a browser for the tests, and variables."""

import difflib
import shutil
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from orchestration import clone, secrets, settings
from orchestration.doctor.findings import Finding, error, ok, warning
from orchestration.licences import LOCK

PYTHON, PACKAGES, BROWSER, VARIABLES = "Python", "Packages", "Browser", "Variables"
OLDEST_PYTHON = (3, 11)
PREFIX = "SAAS_METRICS_"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Read by tests and by make alone.
OTHER_VARIABLES = {"SAAS_METRICS_OLD_CLIENTS", "SAAS_METRICS_SUPERSET", clone.GIT_COMMIT}
MAKE_AGAIN = "Remove .venv and run `make run`: it makes the environment from requirements.lock."


def python(version: tuple[int, ...] = sys.version_info[:3]) -> Iterator[Finding]:
    """The interpreter's version."""
    shown = ".".join(str(part) for part in version)
    if version < OLDEST_PYTHON:
        yield error(PYTHON, f"Python {shown}", "Install Python 3.11 or later, then: " + MAKE_AGAIN)
    else:
        yield ok(PYTHON, f"Python {shown}, {sys.executable}")


def packages(lock: Path = LOCK) -> Iterator[Finding]:
    """Installed versions against the lock, for this platform."""
    wanted = locked_here(lock)
    missing, other = [], []
    for name, version in wanted.items():
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(f"{name} {version}")
            continue
        if Version(found) != version:
            other.append(f"{name} {found} (lock: {version})")
    if missing:
        yield error(PACKAGES, f"not installed: {', '.join(sorted(missing))}", MAKE_AGAIN)
    if other:
        yield error(PACKAGES, f"not as locked: {', '.join(sorted(other))}", MAKE_AGAIN)
    if not missing and not other:
        yield ok(PACKAGES, f"{len(wanted)} packages as in {lock.name}")


def locked_here(lock: Path) -> dict[str, Version]:
    """Version by name of what the lock asks for on this platform and Python."""
    found: dict[str, Version] = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        if line[:1].isalnum():
            requirement = Requirement(line.removesuffix("\\").strip())
            if requirement.marker is None or requirement.marker.evaluate():
                (specifier,) = requirement.specifier
                found[canonicalize_name(requirement.name)] = Version(specifier.version)
    return found


def browser() -> Iterator[Finding]:
    """Chromium, which the tests of the report look through."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found:
        yield ok(BROWSER, found)
    else:
        yield warning(
            BROWSER,
            "no Chromium found",
            "Only tests of the report need it: install your system's package `chromium`.",
        )


def variables(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Which of our variables are set; names that nobody reads; an as-of that is no instant."""
    known = known_variables()
    ours = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    for name in sorted(ours.keys() - known):
        near = difflib.get_close_matches(name, known, 1)
        meant = f"Did you mean {near[0]}?" if near else "Unset it, or see docs/."
        yield warning(VARIABLES, f"{name} is set, and nothing reads it", meant)
    for name in sorted(ours.keys() & known):
        shown = secrets.HIDDEN if name in secrets.SECRET_VARIABLES else ours[name]
        yield ok(VARIABLES, f"{name}={shown}" if ours[name].strip() else f"{name} is empty: unset")
    if not ours:
        yield ok(VARIABLES, "none set: the defaults hold")
    yield from _as_of(environment.get(settings.AS_OF, "").strip())


def known_variables() -> set[str]:
    """Names of all variables that something reads."""
    of_modules = [
        value
        for module in (settings, secrets)
        for value in vars(module).values()
        if isinstance(value, str) and value.startswith(PREFIX)
    ]
    return {*of_modules, *OTHER_VARIABLES}


def _as_of(text: str) -> Iterator[Finding]:
    if not text:
        return
    try:
        datetime.fromisoformat(text)
    except ValueError:
        yield error(
            VARIABLES,
            f"{settings.AS_OF}: '{text}' is no date or instant",
            "Write it as 2026-11-01 or 2026-11-01T06:00:00Z.",
        )
    else:
        yield warning(
            VARIABLES,
            f"every run is as of {text}",
            f"Right for trials and repeats; unset {settings.AS_OF} for runs that go on with time.",
        )
