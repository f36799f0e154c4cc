"""An explanation as text for a terminal, and as JSON."""

import json
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from orchestration.explain.evidence import Evidence
from orchestration.explain.money import major, minor_digits, rounded
from orchestration.explain.parts import Balance, Explanation, Interval, Movement
from orchestration.explain.raw import RawRow

WIDTH = 100
BRIDGE = (
    ("opening_mrr", "Opening MRR"),
    ("new_mrr", "New"),
    ("reactivation_mrr", "Reactivation"),
    ("expansion_mrr", "Expansion"),
    ("contraction_mrr", "Contraction"),
    ("churn_mrr", "Churn"),
    ("fx_impact_mrr", "FX impact"),
    ("closing_mrr", "Closing MRR"),
)
#: Columns of raw rows that are shown, in this order; those in minor units are shown in major ones too.
SHOWN = {
    "stripe.invoice_line_item": (
        "amount quantity proration period_start period_end price_id description"
    ),
    "stripe.invoice": "id status created subtotal tax total",
    "stripe.price": (
        "id unit_amount unit_amount_decimal recurring_interval recurring_interval_count "
        "billing_scheme tiers_mode"
    ),
    "stripe.plan": "id amount interval interval_count billing_scheme tiers_mode",
    "stripe.tier": "up_to flat_amount unit_amount",
    "stripe.subscription_item": "id quantity plan_id price_id",
    "snapshots.subscription_items_snapshot": "quantity price_id dbt_valid_from dbt_valid_to",
    "stripe.subscription_history": (
        "_fivetran_start status ended_at cancel_at_period_end canceled_at "
        "cancellation_details_reason pause_collection_behavior pause_collection_resumes_at"
    ),
    "generic.subscription_periods": (
        "amount currency billing_interval interval_count start_date end_date plan_name "
        "cancellation_reason"
    ),
    "fx.rates": "rate_date base_currency quote_currency rate",
    "stripe.coupon": "id percent_off amount_off duration duration_in_months",
}
MINOR = {"amount", "subtotal", "tax", "total", "unit_amount", "amount_off"}


def text(found: Explanation, origin: str, currency: str) -> str:
    """Lines for a terminal, ending with whether the amounts add up."""
    return "\n".join(_lines(found, origin, currency)) + "\n"


def as_json(found: Explanation, origin: str, currency: str) -> str:
    """The same as one JSON object; amounts are text, so that no digit is lost."""
    content = asdict(found) | {
        "origin": origin,
        "reporting_currency": currency,
        "adds_up": found.adds_up,
    }
    for check, told in zip(found.checks, content["checks"], strict=True):
        told["holds"] = check.holds
    return json.dumps(content, indent=2, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def _lines(found: Explanation, origin: str, currency: str) -> Iterator[str]:
    name = found.customer.get("customer_name")
    what = "movement" if found.line is None else f"{found.month:%B %Y}"
    yield f"{found.customer['customer_id']}{f' ({name})' if name else ''}: {what}"
    yield f"MRR in {currency}; from the {origin}"
    yield from (f"Note: {note}" for note in found.notes)
    if found.line is not None:
        yield ""
        for column, label in BRIDGE:
            amount = found.line[column]
            if amount or column in ("opening_mrr", "closing_mrr"):
                yield f"  {label:<14}{_money(amount):>18}"
    for movement in found.movements:
        yield ""
        yield from _movement(movement)
    before, after = ("Before", "After") if found.line is None else ("Opening", "Closing")
    yield from _balance(before, found.opening, currency)
    known = {interval.row["subscription_period_id"] for interval in found.opening.intervals}
    yield from _balance(after, found.closing, currency, known)
    if found.rates:
        yield ""
        yield "Exchange rates"
    for rate, rows in found.rates:
        yield (
            f"  {rate['month']:%Y-%m}  1 {rate['currency']} = {_short(rate['rate'])} {currency}, "
            f"rate of {rate['rate_date']}, wanted for {rate['rate_wanted_for']}"
        )
        yield from _raw(rows, 4)
    if found.reconciliation is not None:
        yield from _reconciliation(found.reconciliation)
    yield ""
    yield from _checks(found)


def _movement(movement: Movement) -> Iterator[str]:
    row = movement.row
    yield (
        f"{row['movement_date']}  {row['movement_type']} {_signed(row['mrr_change'])}  "
        f"({_money(row['opening_mrr'])} to {_money(row['closing_mrr'])})"
    )
    yield f"  movement {row['movement_id']}"
    for reason in movement.reasons:
        told = reason.row
        yield f"  {told['reason']:<24}{_signed(told['mrr_change']):>16}  item {told['subscription_item_id']}"
        yield f"    evidence: {told['evidence']} {told['evidence_id']}"
        yield from _raw(reason.rows, 4)


def _balance(
    title: str, balance: Balance, currency: str, known: set[str] | None = None
) -> Iterator[str]:
    yield ""
    yield f"{title}, {_when(balance.at)} UTC: {_money(balance.mrr)}"
    if not balance.intervals:
        yield "  nothing in force"
    for interval in balance.intervals:
        yield from _interval(interval, currency, known or set())


def _interval(interval: Interval, currency: str, known: set[str]) -> Iterator[str]:
    row = interval.row
    plan = row["plan_name"] or row["plan_id"]
    yield f"  {plan} x {row['quantity']}  item {row['subscription_item_id']}"
    yield f"    {_span(row, 'valid_from', 'valid_to')}, {row['subscription_id']}"
    if row["subscription_period_id"] in known:
        yield f"    as above, now {_money(interval.mrr)} {currency}"
        return
    own = row["currency"]
    yield f"    gross a year      {_money(row['gross_annual_amount']):>18} {own}"
    for discount, _ in interval.discounts:
        yield f"    {_discount(discount)}"
    if row["discount_annual_amount"]:
        yield f"    discounts a year  {_money(-row['discount_annual_amount']):>18} {own}"
    yield f"    net a year        {_money(row['net_annual_amount']):>18} {own}"
    at = "" if own == currency else f" at {_short(interval.rate)}"
    yield f"    / 12{at:<14}{_money(interval.mrr):>18} {currency}"
    yield from _evidence(interval.evidence)
    for _, rows in interval.discounts:
        yield from _raw(rows, 4)


def _evidence(evidence: Evidence) -> Iterator[str]:
    how = evidence.rated.how
    if evidence.rated.annual is not None:
        how = f"{how} = {_money(rounded(evidence.rated.annual, 6))} a year"
    yield f"    evidence: {evidence.kind} {evidence.id}"
    yield f"      {how}"
    yield from _raw(evidence.rows, 6)


def _discount(discount: dict[str, Any]) -> str:
    off = (
        f"{_short(discount['percent_off'])} %"
        if discount["percent_off"] is not None
        else f"{_money(discount['amount_off'] or Decimal(0))} an invoice"
    )
    return (
        f"{discount['coupon_id']}: {off} off the {discount['discount_scope']}, "
        f"{discount['duration']}, {_span(discount, 'started_at', 'ended_at')}"
    )


def _raw(rows: list[RawRow], indent: int) -> Iterator[str]:
    """Each row as its file and the columns that matter, wrapped to the terminal."""
    currency = next((str(row.get("currency")) for row in rows if row.get("currency")), "")
    space = " " * indent
    told: list[tuple[str, str]] = []
    for row in rows:
        named = SHOWN.get(row.table, "id type start end coupon_id").split()
        values = [
            f"{name}={_value(name, row.get(name), row.get('currency', currency))}"
            for name in named
            if row.get(name) is not None and row.get(name) is not False
        ]
        older = f"  (and {row.older} synced earlier)" if row.older else ""
        same = " ".join(v for v in values if not v.startswith("_fivetran_start="))
        if (row.file, same) in told[-1:]:
            continue
        told.append((row.file, same))
        yield f"{space}{row.file}{older}"
        yield from textwrap.wrap(
            "  ".join(values),
            WIDTH,
            initial_indent=f"{space}  ",
            subsequent_indent=f"{space}  ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def _value(name: str, value: Any, currency: str) -> str:
    if name in MINOR and currency and not isinstance(value, Decimal):
        return f"{value} ({major(value, currency):,.{minor_digits(currency)}f} {currency.upper()})"
    if isinstance(value, datetime):
        return _when(value)
    return "yes" if value is True else str(value)


def _when(instant: datetime) -> str:
    """An instant, without its time of day where that is 00:00."""
    return instant.isoformat(sep=" ").removesuffix(" 00:00:00")


def _span(row: dict[str, Any], start: str, end: str) -> str:
    """From when to when; without an end it goes on."""
    if row[end] is None:
        return f"from {_when(row[start])} on"
    return f"{_when(row[start])} to {_when(row[end])}"


def _reconciliation(row: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield "From what was invoiced in the month to MRR"
    balances = {
        "invoiced_amount", "invoiced_recurring_amount", "earned_recurring_amount", "accrued_mrr",
        "closing_mrr",
    }  # fmt: skip
    for column, amount in row.items():
        if column in ("month", "customer_id") or (column not in balances and not amount):
            continue
        label = column.removesuffix("_amount").replace("_", " ")
        mark = "= " if column in balances else "  "
        yield f"  {mark}{label:<26}{_money(amount):>18}"


def _checks(found: Explanation) -> Iterator[str]:
    wrong = [check for check in found.checks if not check.holds]
    for check in wrong:
        yield f"DOES NOT ADD UP: {check.what}: {check.said:f} and {check.found:f}"
    unchecked = sum(
        interval.evidence.rated.annual is None
        for interval in [*found.opening.intervals, *found.closing.intervals]
    )
    rest = f"; {unchecked} rates of intervals could not be worked out again" if unchecked else ""
    if wrong:
        yield f"{len(wrong)} of {len(found.checks)} checks do not hold{rest}."
    else:
        yield f"Everything adds up: {len(found.checks)} checks hold{rest}."


def _money(amount: Decimal) -> str:
    """Two decimals where they say all, else as many as there are."""
    plain = amount.normalize()
    places = max(2, -int(plain.as_tuple().exponent)) if plain else 2
    return f"{amount:,.{places}f}"


def _signed(amount: Decimal) -> str:
    return ("+" if amount > 0 else "") + _money(amount)


def _short(number: Decimal | None) -> str:
    if number is None:
        return "unknown"
    return f"{number.normalize():f}"
