"""What was found: a fact, how bad it is, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        level: an error will stop a run, a warning may surprise.
        area: heading under which it is shown.
        text: what was found.
        advice: what to do; empty only where all is well.
    """

    level: Level
    area: str
    text: str
    advice: str = ""


def ok(area: str, text: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, area, text)


def warning(area: str, text: str, advice: str) -> Finding:
    """May surprise."""
    return Finding(Level.WARNING, area, text, advice)


def error(area: str, text: str, advice: str) -> Finding:
    """Will stop a run."""
    return Finding(Level.ERROR, area, text, advice)
