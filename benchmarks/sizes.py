"""The companies that are measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

#: The instant up to which the companies live; fixed, so that a size is always the same company.
AS_OF = datetime.fromisoformat("2026-11-01")
SEED = 7


@dataclass(frozen=True)
class Size:
    """A sample company: so many customers, so many months old."""

    name: str
    customers: int
    months: int

    @property
    def folder(self) -> str:
        """Name of the folder that its landing zone is kept in."""
        return f"{self.name}-{self.customers}x{self.months}-seed{SEED}-{AS_OF:%Y%m%d}"


SIZES = {
    size.name: size
    for size in (
        Size("s", 2_000, 36),
        Size("m", 20_000, 48),
        Size("l", 200_000, 60),
        Size("xl", 1_000_000, 60),
    )
}
#: Every kind of work in seconds, for tests.
SMOKE = Size("smoke", 120, 14)

#: The last event day of web events; they are seen at its end.
WEB_AS_OF = datetime.fromisoformat("2026-10-31")


@dataclass(frozen=True)
class WebSize:
    """Web events: so many, over so many days."""

    name: str
    events: int
    days: int

    @property
    def folder(self) -> str:
        """Name of the folder that its landing zones are kept in."""
        return f"web-{self.name}-{self.events}x{self.days}-seed{SEED}-{WEB_AS_OF:%Y%m%d}"


WEB_SIZES = {
    size.name: size
    for size in (
        WebSize("s", 1_000_000, 60),
        WebSize("m", 20_000_000, 120),
        WebSize("l", 100_000_000, 365),
    )
}
WEB_SMOKE = WebSize("smoke", 20_000, 40)
