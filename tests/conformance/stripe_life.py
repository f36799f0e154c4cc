"""From the short description of a subscription's life to the rows that Stripe's loader lands.

The life is played forward: every renewal makes an invoice with a line for each item, a change of an
item makes a credit and a charge from that instant to the end of the period, and whatever touches
the subscription closes one version of `subscription_history` and opens the next.
Amounts in descriptions are major units; amounts in rows are minor units, as in Stripe.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

Row = dict[str, Any]
FOREVER = datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)
_MINOR_DIGITS = {"JPY": 0, "KWD": 3}


class CaseError(ValueError):
    """A case file says something that the builder does not understand."""


def instant(value: object) -> datetime:
    """A date or `YYYY-MM-DD[ HH:MM[:SS]]` as an instant in UTC; a date means its 00:00."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    parsed = datetime.fromisoformat(str(value))
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def add_months(start: datetime, months: int) -> datetime:
    """The same day of the month `months` later, or the month's last day where it has no such day."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last))


def parse_interval(text: str) -> tuple[str, int]:
    """`month` or `3 months` as (unit, count)."""
    words = str(text).split()
    count = int(words[0]) if len(words) == 2 else 1
    return words[-1].removesuffix("s"), count


def shift(start: datetime, unit: str, count: int) -> datetime:
    """`start` moved by `count` billing units (day, week, month, year)."""
    match unit:
        case "day":
            return start + timedelta(days=count)
        case "week":
            return start + timedelta(weeks=count)
        case "month":
            return add_months(start, count)
        case "year":
            return add_months(start, 12 * count)
    raise CaseError(f"unknown billing unit {unit!r}")


def half_up(amount: Decimal) -> int:
    """Rounded half away from zero to a whole number of minor units."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def to_minor(amount: object, currency: str) -> Decimal:
    """An amount in major units as minor units of its currency, not rounded."""
    return Decimal(str(amount)).scaleb(_MINOR_DIGITS.get(currency.upper(), 2))


def check_keys(place: str, given: Mapping[str, Any], allowed: Iterable[str]) -> None:
    """Stops where a description has a key that nothing would read."""
    unknown = set(given) - set(allowed)
    if unknown:
        raise CaseError(f"{place}: unknown key(s) {sorted(map(str, unknown))}")


@dataclass
class Ledger:
    """Raw rows by table, and the instant at which they were loaded."""

    landed: datetime
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, **values: Any) -> Row:
        row = {"_fivetran_synced": self.landed + timedelta(hours=1), **values}
        self.rows.setdefault(table, []).append(row)
        return row


@dataclass(frozen=True)
class Price:
    """A price as a case describes it; `unit` in minor units."""

    id: str
    product: str
    currency: str
    unit_name: str
    count: int
    unit: Decimal | None
    tiers_mode: str | None
    tiers: tuple[tuple[int | None, Decimal, Decimal], ...]
    package: int | None
    package_round: str
    usage_type: str
    recurring: bool

    def full_amount(self, quantity: int) -> Decimal:
        """Amount of one period for a quantity, in minor units, not rounded."""
        if self.package:
            packages = Decimal(quantity) / self.package
            mode = ROUND_CEILING if self.package_round == "up" else ROUND_FLOOR
            quantity = int(packages.to_integral_value(rounding=mode))
        if not self.tiers:
            return (self.unit or Decimal(0)) * quantity
        total, below = Decimal(0), 0
        for up_to, unit, flat in self.tiers:
            inside = up_to is None or quantity <= up_to
            if self.tiers_mode == "volume":
                if inside:
                    return unit * quantity + flat
                continue
            if quantity > below:
                total += unit * ((quantity if inside else up_to or 0) - below) + flat
            if inside:
                return total
            below = up_to or 0
        return total


PRICE_KEYS = (
    "amount", "every", "currency", "product", "tiers", "steps", "per", "round", "usage", "once",
    "tables", "deleted",
)  # fmt: skip


def make_price(prefix: str, name: str, given: Mapping[str, Any], ledger: Ledger) -> Price:
    """The price, its product and its tiers, landed and ready to compute with."""
    check_keys(f"price {name}", given, PRICE_KEYS)
    unit_name, count = parse_interval(given.get("every", "month"))
    currency = str(given.get("currency", "usd"))
    product = f"prod_{prefix}_{given.get('product', name)}"
    unit = to_minor(given["amount"], currency) if "amount" in given else None
    steps = []
    for step in given.get("steps", ()):
        up_to = None if str(step["up_to"]) == "inf" else int(step["up_to"])
        steps.append(
            (
                up_to,
                to_minor(step.get("unit", 0), currency),
                to_minor(step.get("flat", 0), currency),
            )
        )
    price = Price(
        id=f"price_{prefix}_{name}", product=product, currency=currency, unit_name=unit_name,
        count=count, unit=unit, tiers_mode=given.get("tiers"), tiers=tuple(steps),
        package=given.get("per"), package_round=given.get("round", "up"),
        usage_type=given.get("usage", "licensed"), recurring=not given.get("once", False),
    )  # fmt: skip
    _land_price(price, name, given, ledger)
    return price


def _land_price(price: Price, name: str, given: Mapping[str, Any], ledger: Ledger) -> None:
    created = datetime(2016, 1, 1, tzinfo=UTC)
    deleted = bool(given.get("deleted", False))
    whole = price.unit is not None and price.unit == price.unit.to_integral_value()
    unit_amount = int(price.unit) if price.unit is not None and whole else None
    decimal_text = None if price.unit is None else format(price.unit.normalize(), "f")
    scheme = "tiered" if price.tiers else "per_unit"
    if not any(row["id"] == price.product for row in ledger.rows.get("stripe.product", [])):
        ledger.add(
            "stripe.product", id=price.product, name=price.product.removeprefix("prod_"),
            active=not deleted, created=created, is_deleted=deleted, livemode=True, type="service",
        )  # fmt: skip
    tables = given.get("tables", ["price", "plan"])
    if "price" in tables:
        ledger.add(
            "stripe.price", id=price.id, product_id=price.product, nickname=name,
            active=not deleted, billing_scheme=scheme, created=created, currency=price.currency,
            is_deleted=deleted, livemode=True,
            recurring_interval=price.unit_name if price.recurring else None,
            recurring_interval_count=price.count if price.recurring else None,
            recurring_usage_type=price.usage_type if price.recurring else None,
            recurring_aggregate_usage="sum" if price.usage_type == "metered" else None,
            tiers_mode=price.tiers_mode, transform_quantity_divide_by=price.package,
            transform_quantity_round=price.package_round if price.package else None,
            type="recurring" if price.recurring else "one_time", unit_amount=unit_amount,
            unit_amount_decimal=decimal_text,
        )  # fmt: skip
    if "plan" in tables and price.recurring:
        ledger.add(
            "stripe.plan", id=price.id, product_id=price.product, nickname=name,
            active=not deleted, amount=unit_amount, billing_scheme=scheme, created=created,
            currency=price.currency, interval=price.unit_name, interval_count=price.count,
            is_deleted=deleted, livemode=True, tiers_mode=price.tiers_mode,
            transform_usage_divide_by=price.package,
            transform_usage_round=price.package_round if price.package else None,
            usage_type=price.usage_type,
            aggregate_usage="sum" if price.usage_type == "metered" else None,
        )  # fmt: skip
    for index, (up_to, unit, flat) in enumerate(price.tiers):
        ledger.add(
            "stripe.tier", id=price.id, index=index, up_to="inf" if up_to is None else str(up_to),
            unit_amount=int(unit), flat_amount=int(flat),
            unit_amount_decimal=format(unit.normalize(), "f"),
            flat_amount_decimal=format(flat.normalize(), "f"),
        )  # fmt: skip


@dataclass(frozen=True)
class Coupon:
    """A coupon; `amount_off` in minor units of its currency."""

    id: str
    percent_off: Decimal | None
    amount_off: int | None
    currency: str | None
    duration: str
    months: int | None


def make_coupon(prefix: str, name: str, given: Mapping[str, Any], ledger: Ledger) -> Coupon:
    """The coupon, landed. `duration`: forever, once or `3 months`."""
    check_keys(
        f"coupon {name}", given, ("percent_off", "amount_off", "currency", "duration", "deleted")
    )
    currency = str(given.get("currency", "usd")) if "amount_off" in given else None
    duration = str(given["duration"])
    months = None
    if duration not in ("forever", "once"):
        unit, months = parse_interval(duration)
        if unit != "month":
            raise CaseError(f"coupon {name}: duration {duration!r}")
        duration = "repeating"
    coupon = Coupon(
        id=f"coupon_{prefix}_{name}",
        percent_off=Decimal(str(given["percent_off"])) if "percent_off" in given else None,
        amount_off=half_up(to_minor(given["amount_off"], currency)) if currency else None,
        currency=currency, duration=duration, months=months,
    )  # fmt: skip
    ledger.add(
        "stripe.coupon", id=coupon.id, name=name, duration=duration, duration_in_months=months,
        percent_off=None if coupon.percent_off is None else float(coupon.percent_off),
        amount_off=coupon.amount_off, currency=currency,
        created=datetime(2016, 1, 1, tzinfo=UTC), is_deleted=bool(given.get("deleted", False)),
        livemode=True, valid=not given.get("deleted", False),
    )  # fmt: skip
    return coupon


@dataclass
class Discount:
    """A coupon applied to a subscription or a customer, in force in [start, end)."""

    id: str
    coupon: Coupon
    start: datetime
    end: datetime | None
    customer: str
    subscription: str | None
    tables: tuple[str, ...]
    invoiced: bool = False

    def runs(self, at: datetime) -> bool:
        if self.coupon.duration == "once" and self.invoiced:
            return False
        return self.start <= at and (self.end is None or at < self.end)

    def land(self, ledger: Ledger) -> None:
        shared = {
            "id": self.id, "coupon_id": self.coupon.id, "customer_id": self.customer,
            "start": self.start, "end": self.end,
        }  # fmt: skip
        if "discount" in self.tables:
            ledger.add(
                "stripe.discount", **shared, subscription_id=self.subscription,
                type="SUBSCRIPTION" if self.subscription else "CUSTOMER",
                type_id=self.subscription or self.customer,
            )  # fmt: skip
        for table in ("subscription_discount", "customer_discount"):
            if table in self.tables:
                ledger.add(f"stripe.{table}", **shared, subscription_id=self.subscription)

    def land_on_invoice(self, ledger: Ledger, invoice_id: str) -> None:
        """The row of type INVOICE that repeats a running discount's id on every invoice."""
        self.invoiced = True
        if "discount" in self.tables:
            ledger.add(
                "stripe.discount", id=self.id, type="INVOICE", type_id=invoice_id,
                coupon_id=self.coupon.id, customer_id=self.customer,
                subscription_id=self.subscription, invoice_id=invoice_id, start=self.start,
                end=self.end,
            )  # fmt: skip


DISCOUNT_KEYS = ("coupon", "start", "end", "id", "tables")


def make_discounts(
    given: object,
    coupons: Mapping[str, Coupon],
    customer: str,
    subscription: str | None,
    start: datetime,
) -> list[Discount]:
    """`half`, `{coupon: half, end: ...}` or a list of these."""
    entries = given if isinstance(given, list) else [given] if given else []
    made = []
    for number, entry in enumerate(entries, start=1):
        spec = {"coupon": entry} if isinstance(entry, str) else dict(entry)
        check_keys("discount", spec, DISCOUNT_KEYS)
        coupon = coupons[spec["coupon"]]
        begin = instant(spec.get("start", start))
        end = instant(spec["end"]) if spec.get("end") else None
        if end is None and coupon.months:
            end = add_months(begin, coupon.months)
        owner = (subscription or customer).removeprefix("sub_")
        name = spec.get("id", f"{owner}_{spec['coupon']}_{number}")
        made.append(
            Discount(
                id=f"di_{name}",
                coupon=coupon,
                start=begin,
                end=end,
                customer=customer,
                subscription=subscription,
                tables=tuple(spec.get("tables", ["discount"])),
            )
        )
    return made


@dataclass
class Item:
    """An item of a subscription in its current period; period k starts k intervals past anchor."""

    name: str
    id: str
    price: Price
    quantity: int
    created: datetime
    anchor: datetime
    period_start: datetime
    period_end: datetime
    number: int = 0
    listed: bool = True
    ended: bool = False

    def renew(self) -> None:
        self.number += 1
        self.period_start = self.period_end
        self.period_end = self._boundary(self.number + 1)

    def restart(self, anchor: datetime) -> None:
        self.anchor, self.number, self.period_start = anchor, 0, anchor
        self.period_end = self._boundary(1)

    def _boundary(self, number: int) -> datetime:
        return shift(self.anchor, self.price.unit_name, self.price.count * number)


EVENT_KEYS = {
    "change": ("quantity", "price", "prorate", "amounts"),
    "add": ("price", "quantity", "prorate"),
    "remove": ("prorate", "listed"),
    "cancel": ("reason", "credit", "feedback"),
    "undo_cancel": (),
    "fail": (),
    "unpaid": (),
    "pay": ("drafts",),
    "pause": ("until",),
    "resume": (),
    "discount": ("end", "id", "tables"),
    "end_discount": (),
    "charge": ("price",),
    "move": (),
}
LIFE_KEYS = (
    "start", "items", "events", "discount", "trial_until", "incomplete_until", "never_active",
    "history", "invoices", "tax", "usage", "charge", "collection",
)  # fmt: skip


class Subscription:
    """Plays one subscription's life and lands its rows."""

    def __init__(
        self,
        sub_id: str,
        customer: str,
        life: Mapping[str, Any],
        prices: Mapping[str, Price],
        coupons: Mapping[str, Coupon],
        customer_discounts: list[Discount],
        ledger: Ledger,
    ) -> None:
        check_keys(sub_id, life, LIFE_KEYS)
        self.id, self.customer, self.life = sub_id, customer, life
        self.prices, self.coupons, self.ledger = prices, coupons, ledger
        self.customer_discounts = customer_discounts
        self.start = instant(life["start"])
        self.discounts = make_discounts(life.get("discount"), coupons, customer, sub_id, self.start)
        self.items: dict[str, Item] = {}
        self.pending: list[Row] = []
        self.invoices: list[Row] = []
        self.versions: list[Row] = []
        self.marks = {instant(k): str(v) for k, v in life.get("invoices", {}).items()}
        self.usage = {instant(k): v for k, v in life.get("usage", {}).items()}
        self.status = "active"
        self.latest_invoice: str | None = None
        self.cancel_at: datetime | None = None
        self.canceled_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.reason: str | None = None
        self.feedback: str | None = None
        self.pause: str | None = None
        self.resumes_at: datetime | None = None
        self.trial_until = instant(life["trial_until"]) if life.get("trial_until") else None

    # The life -----------------------------------------------------------------------------------

    def play(self) -> None:
        """Runs to the landing instant and lands every row."""
        if self.start > self.ledger.landed:
            return
        events = self._events()
        self._begin()
        while self.ended_at is None:
            renewal = min((i.period_end for i in self._running()), default=None)
            event = events[0] if events else None
            if event and (renewal is None or event["at"] <= renewal):
                if event["at"] > self.ledger.landed:
                    break
                self._apply(events.pop(0))
            elif renewal is not None and renewal <= self.ledger.landed:
                self._renew(renewal)
            else:
                break
        self._land()

    def _events(self) -> list[Row]:
        events = []
        for given in self.life.get("events", ()):
            kinds = [key for key in given if key in EVENT_KEYS]
            if len(kinds) != 1:
                raise CaseError(f"{self.id}: an event needs one of {sorted(EVENT_KEYS)}: {given}")
            kind = kinds[0]
            check_keys(f"{self.id} {kind}", given, ("at", kind, *EVENT_KEYS[kind]))
            events.append({**given, "kind": kind, "at": instant(given["at"])})
            if kind == "pause" and given.get("until"):
                events.append({"kind": "resume", "at": instant(given["until"]), "resume": True})
        if self.life.get("incomplete_until"):
            events.append({"kind": "pay", "at": instant(self.life["incomplete_until"])})
        return sorted(events, key=lambda event: event["at"])

    def _begin(self) -> None:
        life = self.life
        if life.get("never_active"):
            self.status = str(life["never_active"])
        elif life.get("incomplete_until"):
            self.status = "incomplete"
        elif self.trial_until:
            self.status = "trialing"
        for name, given in life["items"].items():
            self._add_item(name, given, self.start)
        lines = [self._full_line(item) for item in self.items.values() if self._prepaid(item)]
        if "charge" in life:
            lines.append(self._one_off(life["charge"], self.start))
        self._invoice(self.start, lines, "subscription_create")
        if self.status == "incomplete_expired":
            self.ended_at = self.start + timedelta(hours=23)
        self._version(self.start)

    def _add_item(self, name: str, given: object, at: datetime) -> Item:
        spec: dict[str, Any] = {"quantity": given}
        if isinstance(given, Mapping):
            spec = dict(given)
        check_keys(f"{self.id} item {name}", spec, ("price", "quantity"))
        price = self.prices[spec.get("price", name)]
        item = Item(
            name=name, id=f"si_{self.id.removeprefix('sub_')}_{name}", price=price,
            quantity=int(spec.get("quantity", 1)), created=at, anchor=at, period_start=at,
            period_end=at,
        )  # fmt: skip
        if self.trial_until and at < self.trial_until:
            item.anchor = item.period_end = self.trial_until
            item.number = -1
        else:
            item.restart(at)
        self.items[name] = item
        return item

    def _running(self) -> list[Item]:
        return [item for item in self.items.values() if not item.ended]

    def _renew(self, at: datetime) -> None:
        due = [item for item in self._running() if item.period_end == at]
        usage_lines = [line for item in due if (line := self._usage_line(item))]
        if self.cancel_at is not None and at >= self.cancel_at:
            if usage_lines:
                self._invoice(at, usage_lines, "subscription_cycle")
            self._end(at)
            return
        if self.status == "trialing" and self.trial_until == at:
            self.status = "active"
        for item in due:
            item.renew()
        lines = usage_lines + [self._full_line(item) for item in due if self._prepaid(item)]
        self._invoice(at, lines + self._take_pending(), "subscription_cycle")
        self._version(at)

    def _end(self, at: datetime) -> None:
        self.status, self.ended_at = "canceled", at
        self.canceled_at = self.canceled_at or at
        self._version(at)

    def _apply(self, event: Row) -> None:
        at = event["at"]
        getattr(self, f"_on_{event['kind']}")(event, at)
        if self.ended_at is None:
            self._version(at)

    def _on_change(self, event: Row, at: datetime) -> None:
        item = self.items[event["change"]]
        price = self.prices[event["price"]] if "price" in event else item.price
        quantity = int(event.get("quantity", item.quantity))
        new_interval = (price.unit_name, price.count) != (item.price.unit_name, item.price.count)
        amounts = event.get("amounts", {})
        mid_period = at < item.period_end and self.status != "trialing"
        prorate = event.get("prorate", "next") if mid_period else "none"
        if new_interval:
            lines = [self._proration(item, at, -1, amounts.get("credit"))] if mid_period else []
            item.price, item.quantity = price, quantity
            item.restart(at)
            self._invoice(at, [*lines, self._full_line(item)], "subscription_update")
            return
        credit = self._proration(item, at, -1, amounts.get("credit"))
        item.price, item.quantity = price, quantity
        charge = self._proration(item, at, 1, amounts.get("charge"))
        self._bill([credit, charge], prorate, at)

    def _on_add(self, event: Row, at: datetime) -> None:
        neighbours = self._running()
        spec = {k: event[k] for k in ("price", "quantity") if k in event}
        item = self._add_item(event["add"], spec, at)
        interval = (item.price.unit_name, item.price.count)
        twin = next((n for n in neighbours if (n.price.unit_name, n.price.count) == interval), None)
        if twin is None or twin.period_end == at:
            if self._prepaid(item) and event.get("prorate") != "none":
                self._invoice(at, [self._full_line(item)], "subscription_update")
            return
        item.anchor, item.number = twin.anchor, twin.number
        item.period_start, item.period_end = twin.period_start, twin.period_end
        if self._prepaid(item):
            self._bill([self._proration(item, at, 1)], event.get("prorate", "next"), at)

    def _on_remove(self, event: Row, at: datetime) -> None:
        item = self.items[event["remove"]]
        prorate = event.get("prorate", "next") if at < item.period_end else "none"
        self._bill([self._proration(item, at, -1)], prorate, at)
        item.ended, item.listed = True, bool(event.get("listed", False))

    def _on_cancel(self, event: Row, at: datetime) -> None:
        self.canceled_at = at
        self.reason = event.get("reason", "cancellation_requested")
        self.feedback = event.get("feedback")
        if event["cancel"] == "period_end":
            self.cancel_at = max(item.period_end for item in self._running())
        elif event["cancel"] == "now":
            if event.get("credit"):
                unused = [self._proration(item, at, -1) for item in self._running()]
                self._invoice(at, unused + self._take_pending(), "manual")
            self._end(at)
        else:
            raise CaseError(f"{self.id}: cancel is now or period_end, not {event['cancel']!r}")

    def _on_undo_cancel(self, event: Row, at: datetime) -> None:
        self.cancel_at = self.canceled_at = self.reason = self.feedback = None

    def _on_fail(self, event: Row, at: datetime) -> None:
        self.status = "past_due"

    def _on_unpaid(self, event: Row, at: datetime) -> None:
        self.status = "unpaid"

    def _on_pay(self, event: Row, at: datetime) -> None:
        payable = ("open", "draft") if event.get("drafts") == "paid" else ("open",)
        for row in self.invoices:
            if row["status"] in payable:
                self._pay(row, at)
        self.status = "active"

    def _on_pause(self, event: Row, at: datetime) -> None:
        self.pause = str(event["pause"])
        self.resumes_at = instant(event["until"]) if event.get("until") else None

    def _on_resume(self, event: Row, at: datetime) -> None:
        self.pause = self.resumes_at = None

    def _on_discount(self, event: Row, at: datetime) -> None:
        spec: Row = {k: event[k] for k in ("end", "id", "tables") if k in event}
        spec["coupon"] = event["discount"]
        spec.setdefault("id", f"{self.id.removeprefix('sub_')}_{event['discount']}_{at:%Y%m%d}")
        self.discounts += make_discounts(spec, self.coupons, self.customer, self.id, at)

    def _on_end_discount(self, event: Row, at: datetime) -> None:
        for discount in self.discounts:
            if discount.runs(at):
                discount.end = at

    def _on_move(self, event: Row, at: datetime) -> None:
        """The subscription is another customer's from here on."""
        self.customer = f"{self.customer.partition('_')[0]}_{event['move']}"

    def _on_charge(self, event: Row, at: datetime) -> None:
        self.pending.append(self._one_off(event, at))

    # Lines --------------------------------------------------------------------------------------

    @staticmethod
    def _prepaid(item: Item) -> bool:
        return item.price.usage_type == "licensed"

    def _full_line(self, item: Item) -> Row:
        trial = self.trial_until is not None and item.period_end == self.trial_until
        amount = 0 if trial else half_up(item.price.full_amount(item.quantity))
        return self._line(
            item, amount, item.period_start, item.period_end,
            f"{'Trial period for ' if trial else ''}{item.quantity} x {item.price.id}",
        )  # fmt: skip

    def _usage_line(self, item: Item) -> Row | None:
        if self._prepaid(item) or item.period_start not in self.usage:
            return None
        amount = half_up(to_minor(self.usage[item.period_start], item.price.currency))
        return self._line(
            item, amount, item.period_start, item.period_end, f"usage of {item.price.id}"
        )

    def _proration(self, item: Item, at: datetime, sign: int, amount: object = None) -> Row:
        """Credit (-1) or charge (1) for the rest of the period; net of percentage discounts."""
        if amount is not None:
            minor = half_up(to_minor(amount, item.price.currency))
        else:
            rest = Decimal(int((item.period_end - at).total_seconds()))
            whole = Decimal(int((item.period_end - item.period_start).total_seconds()))
            share = rest / whole
            for discount in self._in_force(at):
                if discount.coupon.percent_off is not None:
                    share *= 1 - discount.coupon.percent_off / 100
            minor = half_up(item.price.full_amount(item.quantity) * share)
        word = "Remaining time on" if sign > 0 else "Unused time on"
        line = self._line(
            item, sign * minor, at, item.period_end, f"{word} {item.quantity} x {item.price.id}"
        )
        return line | {"proration": True, "discountable": False, "type": "invoiceitem"}

    def _line(
        self, item: Item, amount: int, start: datetime, end: datetime, description: str
    ) -> Row:
        return {
            "type": "subscription", "subscription_id": self.id, "subscription_item_id": item.id,
            "plan_id": item.price.id, "price_id": item.price.id, "quantity": item.quantity,
            "amount": amount, "currency": item.price.currency, "proration": False,
            "discountable": True, "period_start": start, "period_end": end,
            "description": description, "livemode": True,
        }  # fmt: skip

    def _one_off(self, given: Mapping[str, Any], at: datetime) -> Row:
        price = self.prices[given["price"]]
        return {
            "type": "invoiceitem", "subscription_id": self.id, "subscription_item_id": None,
            "plan_id": None, "price_id": price.id, "quantity": 1,
            "amount": half_up(price.full_amount(1)), "currency": price.currency,
            "proration": False, "discountable": True, "period_start": at, "period_end": at,
            "description": price.id, "livemode": True,
        }  # fmt: skip

    def _bill(self, lines: list[Row], prorate: str, at: datetime) -> None:
        if prorate == "now":
            self._invoice(at, lines, "subscription_update")
        elif prorate == "next":
            self.pending += lines
        elif prorate != "none":
            raise CaseError(f"{self.id}: prorate is next, now or none, not {prorate!r}")

    def _take_pending(self) -> list[Row]:
        taken, self.pending = self.pending, []
        return taken

    # Invoices -----------------------------------------------------------------------------------

    def _in_force(self, at: datetime) -> list[Discount]:
        """A subscription's own running discounts replace the customer's."""
        own = [d for d in self.discounts if d.runs(at)]
        return own or [d for d in self.customer_discounts if d.runs(at)]

    def _invoice(self, at: datetime, lines: list[Row], billing_reason: str) -> None:
        mark = self.marks.pop(at, None)
        if not lines or mark == "missing":
            return
        short = f"{self.id.removeprefix('sub_')}_{at:%Y-%m-%d}"
        same_day = sum(1 for row in self.invoices if row["id"].startswith(f"in_{short}"))
        number = short + (f"_{same_day + 1}" if same_day else "")
        status = mark if mark in ("void", "draft", "open", "uncollectible") else self._collected()
        totals = self._totals(at, lines)
        row = self.ledger.add(
            "stripe.invoice", id=f"in_{number}", customer_id=self.customer,
            subscription_id=self.id, status=status, billing_reason=billing_reason,
            currency=lines[0]["currency"], created=at, date=at, number=number,
            period_start=min(line["period_start"] for line in lines),
            period_end=max(line["period_end"] for line in lines), **totals,
            amount_due=max(totals["total"], 0), amount_paid=0,
            amount_remaining=max(totals["total"], 0), paid=False, attempted=status != "draft",
            collection_method=self.life.get("collection", "charge_automatically"),
            is_deleted=mark == "deleted", livemode=mark != "test",
        )  # fmt: skip
        if status != "draft":
            row["finalized_at"] = row["status_transitions_finalized_at"] = at
        if status == "void":
            row["status_transitions_voided_at"] = at
        if status == "uncollectible":
            row["status_transitions_marked_uncollectible_at"] = at
        self.invoices.append(row)
        self.latest_invoice = row["id"]
        for position, line in enumerate(lines, start=1):
            self.ledger.add(
                "stripe.invoice_line_item", invoice_id=row["id"], id=f"il_{number}_{position}",
                unique_id=f"il_{number}_{position}",
                invoice_item_id=f"ii_{number}_{position}" if line["type"] == "invoiceitem" else None,
                **(line | {"livemode": mark != "test"}),
            )  # fmt: skip
        for discount in self._in_force(at):
            discount.land_on_invoice(self.ledger, row["id"])
        if status == "paid":
            self._pay(row, at)

    def _collected(self) -> str:
        if self.pause:
            return {"void": "void", "keep_as_draft": "draft"}.get(self.pause, "uncollectible")
        if self.status == "unpaid":
            return "draft"
        if self.status in ("past_due", "incomplete"):
            return "open"
        return "void" if self.status == "incomplete_expired" else "paid"

    def _totals(self, at: datetime, lines: list[Row]) -> dict[str, int]:
        subtotal = sum(line["amount"] for line in lines)
        net = Decimal(sum(line["amount"] for line in lines if line["discountable"]))
        fixed = subtotal - net
        for discount in self._in_force(at):
            if discount.coupon.percent_off is not None:
                net *= 1 - discount.coupon.percent_off / 100
        for discount in self._in_force(at):
            if discount.coupon.amount_off and discount.coupon.currency == lines[0]["currency"]:
                net = max(net - discount.coupon.amount_off, Decimal(0))
        total, tax = half_up(net + fixed), 0
        rule = self.life.get("tax")
        if rule:
            check_keys(f"{self.id} tax", rule, ("percent", "inclusive"))
            percent = Decimal(str(rule["percent"]))
            if rule.get("inclusive"):
                tax = half_up(total * percent / (100 + percent))
            else:
                tax = half_up(total * percent / 100)
                total += tax
        return {"subtotal": subtotal, "tax": tax, "total": total}

    def _pay(self, row: Row, at: datetime) -> None:
        row.update(
            status="paid", paid=True, amount_paid=row["amount_due"], amount_remaining=0,
            status_transitions_paid_at=at, attempted=True,
        )  # fmt: skip
        row.setdefault("finalized_at", at)
        row.setdefault("status_transitions_finalized_at", at)
        if row["total"] > 0:
            charge = row["id"].replace("in_", "ch_", 1)
            row["charge_id"] = charge
            self.ledger.add(
                "stripe.charge", id=charge, customer_id=self.customer, invoice_id=row["id"],
                amount=row["total"], amount_refunded=0, currency=row["currency"], created=at,
                captured=True, paid=True, refunded=False, status="succeeded", livemode=True,
            )  # fmt: skip

    # Versions and what is listed now ------------------------------------------------------------

    def _version(self, at: datetime) -> None:
        shortest = min(self._running() or self.items.values(), key=lambda item: item.period_end)
        version = {
            "customer_id": self.customer, "status": self.status, "cancel_at": self.cancel_at,
            "cancel_at_period_end": self.cancel_at is not None, "canceled_at": self.canceled_at,
            "ended_at": self.ended_at, "current_period_start": shortest.period_start,
            "current_period_end": shortest.period_end, "latest_invoice_id": self.latest_invoice,
            "pause_collection_behavior": self.pause,
            "pause_collection_resumes_at": self.resumes_at,
            "cancellation_details_reason": self.reason,
            "cancellation_details_feedback": self.feedback,
        }  # fmt: skip
        if self.versions and self.versions[-1]["_fivetran_start"] == at:
            self.versions.pop()
        if self.versions and all(self.versions[-1][key] == version[key] for key in version):
            return
        self.versions.append({"_fivetran_start": at, **version})

    def _land(self) -> None:
        for discount in self.discounts:
            discount.land(self.ledger)
        for version in self._seen_versions():
            self.ledger.add(
                "stripe.subscription_history", id=self.id, created=self.start,
                start_date=self.start, start=self.start,
                billing_cycle_anchor=self.start, billing="charge_automatically",
                collection_method=self.life.get("collection", "charge_automatically"),
                trial_start=self.start if self.trial_until else None, trial_end=self.trial_until,
                livemode=True, **version,
            )  # fmt: skip
        for item in self.items.values():
            if item.listed:
                self.ledger.add(
                    "stripe.subscription_item", id=item.id, subscription_id=self.id,
                    plan_id=item.price.id, quantity=item.quantity, created=item.created,
                    current_period_start=item.period_start, current_period_end=item.period_end,
                )  # fmt: skip

    def _seen_versions(self) -> list[Row]:
        """The versions that the loader has: all, none, or those since its first sync."""
        kept = list(self.versions)
        history = self.life.get("history", "all")
        if history == "none":
            return []
        if history != "all":
            check_keys(f"{self.id} history", history, ("from", "stamped"))
            since = instant(history["from"])
            before = [v for v in kept if v["_fivetran_start"] <= since]
            kept = [v for v in kept if v["_fivetran_start"] > since]
            if before and since <= self.ledger.landed:
                stamp = self.start if history.get("stamped") == "created" else since
                kept.insert(0, before[-1] | {"_fivetran_start": stamp})
        for version, following in zip(kept, [*kept[1:], None], strict=True):
            ends = following["_fivetran_start"] if following else None
            version["_fivetran_end"] = ends - timedelta(milliseconds=1) if ends else FOREVER
            version["_fivetran_active"] = ends is None
        return kept
