"""Instants and calendar arithmetic. Every instant is an int of seconds since 1970-01-01 UTC."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

HOUR = 3_600
DAY = 86_400
#: An interval's end that never comes.
FOREVER = 1 << 40


def seconds(instant: datetime) -> int:
    """Seconds since the epoch; a naive datetime is taken as UTC."""
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return int(instant.timestamp())


def instant(second: int) -> datetime:
    """The UTC datetime of a number of seconds."""
    return datetime.fromtimestamp(second, UTC)


def add_months(start: int, months: int) -> int:
    """Start plus whole months; the day of the month is clamped to the month's last one."""
    moment = instant(start)
    index = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(index, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return seconds(moment.replace(year=year, month=month + 1, day=day))


def add_interval(start: int, interval: str, count: int) -> int:
    """Start plus count billing intervals (day, week, month, year)."""
    if interval == "day":
        return start + count * DAY
    if interval == "week":
        return start + count * 7 * DAY
    if interval == "month":
        return add_months(start, count)
    if interval == "year":
        return add_months(start, 12 * count)
    raise ValueError(f"unknown billing interval {interval!r}")


def add_months_array(start: Any, months: Any) -> Ints:
    """The vectorised form of add_months."""
    start = np.asarray(start, dtype=np.int64)
    day, time_of_day = np.divmod(start, DAY)
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    day_of_month = (date - month.astype("datetime64[D]")).astype(np.int64)
    target = month + np.asarray(months, dtype=np.int64)
    first = target.astype("datetime64[D]")
    days = ((target + 1).astype("datetime64[D]") - first).astype(np.int64)
    result = first.astype(np.int64) + np.minimum(day_of_month, days - 1)
    return np.asarray(result * DAY + time_of_day, dtype=np.int64)


def month_index(second: Any) -> Ints:
    """Months since January 1970 of seconds (array)."""
    days = np.asarray(second, dtype=np.int64) // DAY
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
