"""How a value of a mart is written for a person. Nothing is calculated here but the rounding."""

import math
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Value = str | int | float | bool | Decimal | date | datetime | None
#: code: text that marts hold in snake_case, such as at_risk.
Kind = Literal[
    "text", "code", "mart", "month", "date", "time", "count", "money", "share", "whole_share", "percent",
    "number", "days", "months", "month_state", "cost_state", "maturity", "unusual",
]  # fmt: skip

NOTHING = "—"
MINUS = "\N{MINUS SIGN}"
NUMERIC = {"count", "money", "share", "whole_share", "percent", "number", "days", "months"}
# What a boolean column says: (true, false).
STATES = {
    "month_state": ("complete", "under way"),
    "cost_state": ("complete", "incomplete"),
    "maturity": ("mature", "still maturing"),
    "unusual": ("unusual", ""),
}
PLACES = {
    "count": 0, "money": 2, "share": 1, "whole_share": 0, "percent": 1, "number": 2, "days": 1,
    "months": 1,
}  # fmt: skip


class NotANumberError(ValueError):
    """A mart holds NaN or an infinity, which no reader could tell from a figure."""


@dataclass(frozen=True)
class Cell:
    """A value ready to be shown.

    Attributes:
        text: what a person reads.
        exact: the value itself as text, for machines; None where it is null.
    """

    text: str
    exact: str | None


def cell(value: Value, kind: Kind) -> Cell:
    """A value as text and exactly; null is a dash, never 0.

    Raises:
        NotANumberError: the value is NaN or infinite.
    """
    if value is None:
        return Cell(NOTHING, None)
    return Cell(_text(value, kind), exact(value))


def exact(value: Value) -> str:
    """The value itself: all digits of a decimal, ISO 8601 of a date.

    Raises:
        NotANumberError: the value is NaN or infinite.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise NotANumberError(f"A mart holds {value}.")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _text(value: Value, kind: Kind) -> str:
    if isinstance(value, bool):
        yes, no = STATES.get(kind, ("yes", "no"))
        return yes if value else no
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, date):
        return f"{value:%b %Y}" if kind == "month" else value.isoformat()
    if isinstance(value, int | float | Decimal):
        return _number(Decimal(exact(value)), kind)
    return str(value).replace("_", " ") if kind == "code" else str(value)


def _number(value: Decimal, kind: Kind) -> str:
    if kind in ("text", "code", "mart"):
        return format(value, "f")
    if kind in ("share", "whole_share"):
        value = value * 100
    text = rounded(value, PLACES.get(kind, 2))
    return f"{text} %" if kind in ("share", "whole_share", "percent") else text


def rounded(value: Decimal, places: int) -> str:
    """`-12,345.68`, with a true minus sign and no minus before a zero."""
    step = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(step):,.{places}f}"
    return f"{MINUS}{text}" if step < 0 else text


def signed(value: Value, kind: Kind) -> str:
    """The same with a plus where it is above zero, for changes."""
    text = cell(value, kind).text
    above = isinstance(value, int | float | Decimal) and value > 0
    return f"+{text}" if above else text


def headline(value: Value, kind: Kind) -> str:
    """For large type: money of four digits and more without its cents."""
    if kind == "money" and value is not None and abs(number := Decimal(exact(value))) >= 1000:
        return rounded(number, 0)
    return cell(value, kind).text
