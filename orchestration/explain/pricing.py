"""What a raw price or invoice line comes to in a year, worked out again from the raw values."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from orchestration.explain.money import (
    exact_product,
    exact_quotient,
    major,
    minor_digits,
    rounded,
    total,
)
from orchestration.explain.policies import Policies
from orchestration.explain.raw import RawRow


@dataclass(frozen=True)
class Rated:
    """A year's amount before discounts in major units, or None, and in words how it comes about.

    tolerance: what rounding on the invoice can make the amount differ by.
    """

    annual: Decimal | None
    how: str
    tolerance: Decimal = Decimal("0.000001")


def _text(row: RawRow, *columns: str) -> str | None:
    """The first of some columns that has a value, as lower-case text."""
    for column in columns:
        value = row.get(column)
        if value is not None and str(value).strip():
            return str(value).strip().lower()
    return None


def interval_of(price: RawRow) -> tuple[str, int]:
    """Billing interval and count of a raw price or plan; an empty name where it has none."""
    name = _text(price, "recurring_interval", "interval") or ""
    return name, int(price.get("recurring_interval_count", price.get("interval_count", 1)))


def per_year(amount: Decimal, price: RawRow, policies: Policies) -> Rated:
    """The amount of one billing period of a price, for a year (12 places)."""
    name, count = interval_of(price)
    try:
        factor, count = policies.periods_per_year(name, count)
    except KeyError:
        return Rated(None, f"the price has no known billing interval ({name or 'none'})")
    annual = rounded(exact_quotient(exact_product(amount, factor), Decimal(count)), 12)
    every = name if count == 1 else f"{count} {name}s"
    by = f"{factor}" if count == 1 else f"{factor} / {count}"
    return Rated(annual, f"{amount:,f} every {every} x {by}")


def period_amount(price: RawRow, tiers: list[RawRow], quantity: int) -> Rated:
    """The amount of one billing period at a price and quantity, in the price's own currency."""
    currency = str(price.get("currency", "")).upper()
    if _text(price, "billing_scheme") == "tiered":
        return _tiered(tiers, _text(price, "tiers_mode") or "graduated", quantity, currency)
    unit = _text(price, "unit_amount_decimal", "unit_amount", "amount")
    if unit is None:
        return Rated(None, "the price has no unit amount")
    units = Decimal(quantity)
    by = price.get("transform_quantity_divide_by", price.get("transform_usage_divide_by"))
    if by is not None:
        way = _text(price, "transform_quantity_round", "transform_usage_round") or "up"
        rounding = ROUND_FLOOR if way == "down" else ROUND_CEILING
        units = exact_quotient(units, Decimal(int(by))).to_integral_value(rounding)
    each = major(unit, currency)
    amount = rounded(exact_product(each, units), minor_digits(currency))
    packages = "" if by is None else f" (packages of {by})"
    return Rated(amount, f"{units:f}{packages} x {each:,f}")


def _tiered(tiers: list[RawRow], mode: str, quantity: int, currency: str) -> Rated:
    steps = sorted(
        (
            Decimal(10**18) if limit in (None, "inf", "infinity") else Decimal(limit or 0),
            major(_text(tier, "flat_amount_decimal", "flat_amount") or "0", currency),
            major(_text(tier, "unit_amount_decimal", "unit_amount") or "0", currency),
        )
        for tier in tiers
        for limit in [_text(tier, "up_to")]
    )
    if not steps:
        return Rated(None, "the price's tiers have not landed")
    parts, above = [], Decimal(0)
    for limit, flat, unit in steps:
        if quantity > above and (mode == "graduated" or quantity <= limit):
            units = min(Decimal(quantity), limit) - above if mode == "graduated" else quantity
            parts.append(flat + exact_product(unit, Decimal(units)))
        above = limit
    amount = rounded(total(parts), minor_digits(currency))
    return Rated(amount, f"{quantity} in {mode} tiers")
