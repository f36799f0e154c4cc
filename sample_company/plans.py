"""What the company sells: products, prices, tiers and coupons.

Amounts are in minor units of the price's currency (cents; JPY has 0 decimals, KWD 3), exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

#: Decimals of a currency's minor unit.
DECIMALS = {"usd": 2, "eur": 2, "gbp": 2, "jpy": 0, "kwd": 3}
CURRENCIES = tuple(DECIMALS)
#: Periods per year of one interval.
PER_YEAR = {"day": 365, "week": 52, "month": 12, "year": 1}
#: Name of a billing interval -> (Stripe's interval, count).
INTERVALS = {
    "day": ("day", 1),
    "week": ("week", 1),
    "month": ("month", 1),
    "quarter": ("month", 3),
    "half": ("month", 6),
    "year": ("year", 1),
    "biennial": ("year", 2),
}
#: Minor units of one US dollar's worth, in whole numbers (list prices are round numbers).
_LEVEL = {
    "usd": Fraction(1),
    "eur": Fraction(9, 10),
    "gbp": Fraction(8, 10),
    "jpy": Fraction(3, 2),
    "kwd": Fraction(3),
}
_SEAT_PRODUCTS = {"starter": 1900, "team": 4900, "business": 9900, "support": 2500}
#: Product, interval and version of prices that are not sold any more, and still paid.
_GRANDFATHERED = (("starter", "quarter", 1), ("team", "quarter", 1))
_LENGTH = {
    "day": Fraction(1, 25),
    "week": Fraction(1, 4),
    "month": Fraction(1),
    "quarter": Fraction(3),
    "half": Fraction(6),
    "year": Fraction(10),
    "biennial": Fraction(18),
}
PRODUCT_NAMES = {
    "starter": "Starter",
    "team": "Team",
    "business": "Business",
    "support": "Priority support",
    "free": "Free",
    "storage": "Storage packs",
    "contacts": "Contacts",
    "reach": "Reach",
    "messages": "Messages",
    "api": "API calls",
    "setup": "Onboarding",
    "retail": "Retail (tax inside)",
    "classic": "Classic (no longer sold)",
    "heritage": "Heritage (old plan API)",
}


def half_up(value: Fraction) -> int:
    """Rounded to a whole number, halves away from zero for positive values."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


@dataclass(frozen=True)
class Tier:
    """One tier: up to so many units (None = no end), minor units per unit, and a flat fee."""

    up_to: int | None
    unit: Fraction
    flat: int = 0


@dataclass(frozen=True)
class Price:
    """A price; unit is in minor units per unit (None when tiered)."""

    id: str
    product: str
    currency: str
    interval: str
    count: int
    unit: Fraction | None
    tiers: tuple[Tier, ...] = ()
    tiers_mode: str | None = None
    divide_by: int | None = None
    rounding: str | None = None
    usage: str = "licensed"
    is_deleted: bool = False
    is_sold: bool = True  # else only those who have it pay it still
    in_price: bool = True
    in_plan: bool = True

    @property
    def is_recurring(self) -> bool:
        """Whether it is billed again and again."""
        return self.interval != "once"

    @property
    def is_licensed(self) -> bool:
        """Whether it counts as recurring revenue (recurring, and not metered)."""
        return self.is_recurring and self.usage == "licensed"

    @property
    def per_year(self) -> Fraction:
        """Billing periods per year."""
        return Fraction(PER_YEAR[self.interval], self.count)

    def amount(self, quantity: int) -> int:
        """Minor units of one billing period, rounded half up."""
        if self.tiers:
            return half_up(self._tiered(quantity))
        if self.unit is None:
            raise ValueError(f"price {self.id} has neither a unit amount nor tiers")
        units = quantity
        if self.divide_by:
            full, rest = divmod(quantity, self.divide_by)
            units = full + (1 if rest and self.rounding == "up" else 0)
        return half_up(self.unit * units)

    def _tiered(self, quantity: int) -> Fraction:
        total, below = Fraction(0), 0
        for tier in self.tiers:
            inside = tier.up_to is None or quantity <= tier.up_to
            if self.tiers_mode == "volume":
                if inside:
                    return tier.unit * quantity + tier.flat
                continue
            top = quantity if tier.up_to is None else min(quantity, tier.up_to)
            if top > below:
                total += tier.unit * (top - below) + tier.flat
                below = top
            if inside:
                break
        return total


@dataclass(frozen=True)
class Coupon:
    """A coupon: percent off or an amount off (minor units), for once, repeating or forever."""

    id: str
    name: str
    duration: str
    months: int | None = None
    percent: Fraction | None = None
    amount_off: int | None = None
    currency: str | None = None
    is_deleted: bool = False

    @property
    def counts(self) -> bool:
        """Whether it lowers recurring revenue while it runs (default policy)."""
        return self.duration != "once"


def round_price(value: Fraction) -> int:
    """A list price: a whole number of tens of minor units, and at least ten."""
    return max(10, half_up(value / 10) * 10)


@dataclass
class Catalogue:
    """All prices and coupons; look prices up by product, interval, currency and version."""

    prices: dict[str, Price] = field(default_factory=dict)
    coupons: dict[str, Coupon] = field(default_factory=dict)

    def add(self, price: Price) -> None:
        """Put a price into the list."""
        self.prices[price.id] = price

    def price(self, product: str, interval: str, currency: str, version: int = 1) -> Price:
        """The price of a product."""
        return self.prices[price_id(product, interval, currency, version)]

    def percent(self, percent: str, duration: str) -> Coupon:
        """The coupon of so many percent ('10', '33.3') and duration ('forever', 'repeating6')."""
        return self.coupons[f"{percent}off_{duration}"]

    def amount_off(self, currency: str, duration: str) -> Coupon:
        """The coupon of an amount off in a currency."""
        return self.coupons[f"amount_{currency}_{duration}"]


def price_id(product: str, interval: str, currency: str, version: int = 1) -> str:
    """The id a price has."""
    return f"price_{product}_{interval}_{currency}_v{version}"


def seat_price(product: str, interval: str, currency: str, version: int) -> int:
    """Minor units of a seat for one billing period; version 2 costs a tenth more."""
    value = _SEAT_PRODUCTS[product] * _LEVEL[currency] * _LENGTH[interval]
    if version == 2:
        value *= Fraction(11, 10)
    return round_price(value)


def build_catalogue() -> Catalogue:
    """The company's whole catalogue."""
    book = Catalogue()
    for currency in CURRENCIES:
        for interval in INTERVALS:
            for product in _SEAT_PRODUCTS:
                for version in (1, 2):
                    amount = seat_price(product, interval, currency, version)
                    is_sold = (product, interval, version) not in _GRANDFATHERED
                    book.add(
                        _simple(
                            product, interval, currency, Fraction(amount), version, is_sold=is_sold
                        )
                    )
        for interval in ("month", "year"):
            _add_special(book, interval, currency)
        book.add(_simple("api", "month", currency, Fraction(3, 10), usage="metered"))
        setup = round_price(50_000 * _LEVEL[currency])
        book.add(
            Price(
                id=price_id("setup", "once", currency),
                product="setup",
                currency=currency,
                interval="once",
                count=1,
                unit=Fraction(setup),
                in_plan=False,
            )
        )
    _add_coupons(book)
    return book


def _simple(
    product: str,
    interval: str,
    currency: str,
    unit: Fraction,
    version: int = 1,
    **extra: Any,
) -> Price:
    name, count = INTERVALS[interval]
    return Price(
        id=price_id(product, interval, currency, version),
        product=product,
        currency=currency,
        interval=name,
        count=count,
        unit=unit,
        **extra,
    )


def _add_special(book: Catalogue, interval: str, currency: str) -> None:
    """Tiers, packages, fractions of a cent, free, retired and tax-inclusive prices."""
    name, count = INTERVALS[interval]
    scale = _LEVEL[currency] * _LENGTH[interval]

    def tier(up_to: int | None, unit: int, flat: int = 0) -> Tier:
        return Tier(
            up_to, Fraction(round_price(unit * scale)), round_price(flat * scale) * (flat > 0)
        )

    book.add(_simple("free", interval, currency, Fraction(0)))
    for version, direction in ((1, "up"), (2, "down")):
        amount = Fraction(round_price(3_000 * scale))
        book.add(
            _simple("storage", interval, currency, amount, version, divide_by=5, rounding=direction)
        )
    for product, mode in (("contacts", "graduated"), ("reach", "volume")):
        tiers = (tier(10, 1_000, 2_000), tier(50, 800), tier(None, 600, 5_000))
        book.add(
            Price(
                id=price_id(product, interval, currency),
                product=product,
                currency=currency,
                interval=name,
                count=count,
                unit=None,
                tiers=tiers,
                tiers_mode=mode,
            )
        )
    fraction = Fraction(125, 10) if currency in ("jpy", "kwd") else Fraction(45, 100)
    book.add(_simple("messages", interval, currency, fraction * _LENGTH[interval]))
    # 19 % inside: every amount is a whole number of net hundreds.
    book.add(_simple("retail", interval, currency, Fraction(11_900) * _LENGTH[interval]))
    book.add(
        _simple(
            "classic", interval, currency, Fraction(round_price(4_000 * scale)), is_deleted=True
        )
    )
    book.add(
        _simple(
            "heritage", interval, currency, Fraction(round_price(3_500 * scale)), in_price=False
        )
    )


def _add_coupons(book: Catalogue) -> None:
    durations: dict[str, tuple[str, int | None]] = {
        "once": ("once", None),
        "forever": ("forever", None),
    }
    durations |= {f"repeating{n}": ("repeating", n) for n in (2, 3, 6, 12)}
    for label, (duration, months) in durations.items():
        for percent in ("10", "12.5", "20", "25", "50", "100"):
            coupon_id = f"{percent}off_{label}"
            book.coupons[coupon_id] = Coupon(
                id=coupon_id,
                name=f"{percent} % off, {label}",
                duration=duration,
                months=months,
                percent=Fraction(percent),
                # A withdrawn coupon goes on for those who have it.
                is_deleted=percent == "25",
            )
        for currency in CURRENCIES:
            coupon_id = f"amount_{currency}_{label}"
            book.coupons[coupon_id] = Coupon(
                id=coupon_id,
                name=f"Amount off in {currency.upper()}, {label}",
                duration=duration,
                months=months,
                amount_off=round_price(1_000 * _LEVEL[currency]),
                currency=currency,
            )
