"""Rows of the catalogue (products, prices, plans, tiers, coupons, codes) and exchange rates."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from sample_company.fx import MILLION, Rates
from sample_company.plans import CURRENCIES, PRODUCT_NAMES, Catalogue, Price
from sample_company.timeline import DAY, HOUR

Rows = dict[str, list[dict[str, Any]]]


def catalogue_rows(book: Catalogue, origin: int) -> Rows:
    """All reference tables of Stripe; created a month before the company's first day."""
    created = origin - 31 * DAY
    rows: Rows = {
        name: [] for name in ("product", "price", "plan", "tier", "coupon", "promotion_code")
    }
    for product, name in PRODUCT_NAMES.items():
        rows["product"].append(
            {
                "id": f"prod_{product}",
                "name": name,
                "active": product not in ("classic", "heritage"),
                "created": created,
                "updated": created,
                "livemode": True,
                "is_deleted": product == "classic",
                "type": "service",
                "metadata": "{}",
            }
        )
    for price in book.prices.values():
        if price.in_price:
            rows["price"].append(_price_row(price, created))
        if price.is_recurring and price.in_plan:
            rows["plan"].append(_plan_row(price, created))
        rows["tier"] += _tier_rows(price)
    rows["price"].append(_test_price(created))
    for coupon in book.coupons.values():
        rows["coupon"].append(
            {
                "id": coupon.id,
                "name": coupon.name,
                "duration": coupon.duration,
                "duration_in_months": coupon.months,
                "percent_off": None if coupon.percent is None else float(coupon.percent),
                "amount_off": coupon.amount_off,
                "currency": coupon.currency,
                "created": created,
                "livemode": True,
                "valid": not coupon.is_deleted,
                "is_deleted": coupon.is_deleted,
                "times_redeemed": 0,
                "metadata": "{}",
            }
        )
        rows["promotion_code"].append(
            {
                "id": f"promo_{coupon.id}",
                "code": coupon.id.upper(),
                "coupon_id": coupon.id,
                "active": True,
                "created": created,
                "metadata": "{}",
            }
        )
    for table in rows.values():
        for row in table:
            row["_fivetran_synced"] = created + HOUR
    return rows


def _number(value: Fraction | None) -> tuple[int | None, str | None]:
    """(whole minor units or None, decimal text)."""
    if value is None:
        return None, None
    whole = int(value) if value.denominator == 1 else None
    return whole, format((Decimal(value.numerator) / Decimal(value.denominator)).normalize(), "f")


def _price_row(price: Price, created: int) -> dict[str, Any]:
    amount, text = _number(price.unit)
    recurring = price.is_recurring
    return {
        "id": price.id,
        "product_id": f"prod_{price.product}",
        "nickname": price.id.removeprefix("price_"),
        "active": price.is_sold and not price.is_deleted,
        "is_deleted": price.is_deleted,
        "livemode": True,
        "created": created,
        "currency": price.currency,
        "type": "recurring" if recurring else "one_time",
        "billing_scheme": "tiered" if price.tiers else "per_unit",
        "tiers_mode": price.tiers_mode,
        "unit_amount": amount,
        "unit_amount_decimal": text,
        "recurring_interval": price.interval if recurring else None,
        "recurring_interval_count": price.count if recurring else None,
        "recurring_usage_type": price.usage if recurring else None,
        "transform_quantity_divide_by": price.divide_by,
        "transform_quantity_round": price.rounding,
        "metadata": "{}",
    }


def _plan_row(price: Price, created: int) -> dict[str, Any]:
    amount, _ = _number(price.unit)
    return {
        "id": price.id,
        "product_id": f"prod_{price.product}",
        "nickname": price.id.removeprefix("price_"),
        "active": price.is_sold and not price.is_deleted,
        "is_deleted": price.is_deleted,
        "livemode": True,
        "created": created,
        "currency": price.currency,
        "billing_scheme": "tiered" if price.tiers else "per_unit",
        "tiers_mode": price.tiers_mode,
        "amount": amount,
        "interval": price.interval,
        "interval_count": price.count,
        "usage_type": price.usage,
        "transform_usage_divide_by": price.divide_by,
        "transform_usage_round": price.rounding,
        "metadata": "{}",
    }


def _tier_rows(price: Price) -> list[dict[str, Any]]:
    rows = []
    for index, tier in enumerate(price.tiers):
        amount, text = _number(tier.unit)
        rows.append(
            {
                "id": price.id,
                "index": index,
                "up_to": "inf" if tier.up_to is None else str(tier.up_to),
                "flat_amount": tier.flat,
                "flat_amount_decimal": str(tier.flat),
                "unit_amount": amount,
                "unit_amount_decimal": text,
            }
        )
    return rows


def _test_price(created: int) -> dict[str, Any]:
    return {
        "id": "price_test_mode",
        "product_id": "prod_starter",
        "active": True,
        "is_deleted": False,
        "livemode": False,
        "created": created,
        "currency": "usd",
        "type": "recurring",
        "billing_scheme": "per_unit",
        "unit_amount": 100,
        "unit_amount_decimal": "100",
        "recurring_interval": "month",
        "recurring_interval_count": 1,
        "recurring_usage_type": "licensed",
        "metadata": "{}",
    }


def rate_rows(rates: Rates) -> list[dict[str, Any]]:
    """Exchange rates of the days that have one; codes in changing case, KWD the other way."""
    rows = []
    for position in np.flatnonzero(rates.published):
        day = rates.first_day + int(position)
        date = np.datetime64(day, "D").astype(object)
        synced = (day + 1) * DAY
        for column, currency in enumerate(CURRENCIES):
            if currency == "usd":
                continue
            pair = (currency.upper() if day % 5 else currency, "USD")
            rate = Decimal(int(rates.daily[position, column])) / MILLION
            if currency == "kwd":
                pair, rate = ("USD", "KWD"), rates.kwd_quote[position]
            rows.append(
                {
                    "rate_date": date,
                    "base_currency": pair[0],
                    "quote_currency": pair[1],
                    "rate": rate,
                    "_fivetran_synced": synced,
                }
            )
    return rows
