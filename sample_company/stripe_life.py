"""A small simulation of Stripe billing: one customer's life, told by verbs, lands the raw rows.

A life is told in order of time; whatever lies after as-of does not happen. While it goes on, the
subscription notes the company's own truth: which state of each item counts from when, under the
default policies of the metric rules. Amounts are minor units; instants are seconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from sample_company.plans import DECIMALS, Coupon, Price, half_up
from sample_company.timeline import DAY, FOREVER, HOUR, add_interval, add_months
from sample_company.world import COUNTRIES, Row, World

#: What becomes of an invoice: a name, and days until it happens.
Fate = tuple[str, int]
PAID: Fate = ("paid", 0)
VOID: Fate = ("void", 2)
DRAFT: Fate = ("draft", 0)
MISSING: Fate = ("missing", 0)
OPEN: Fate = ("open", 0)

#: Fivetran's end of a version that is still true.
_END_OF_TIME = 253_402_300_799
_COUNTED = ("paid", "open", "uncollectible")


@dataclass
class Discount:
    """A coupon redeemed on a customer or a subscription, running in [start, end)."""

    id: str
    coupon: Coupon
    start: int
    end: int | None

    def runs(self, at: int) -> bool:
        """Whether it is running at an instant."""
        return self.start <= at and (self.end is None or at < self.end)


@dataclass
class State:
    """An item's revenue from an instant on: minor units per billing period of its price."""

    at: int
    order: int
    amount: int
    price: Price | None
    quantity: int
    net: Fraction = Fraction(1)  # share left after tax that is inside the price


@dataclass
class Item:
    """A subscription item and what the invoices have shown of it."""

    id: str
    price: Price
    quantity: int
    created: int
    anchor: int
    cycle: int
    period_start: int
    period_end: int
    is_listed: bool = True
    states: list[State] = field(default_factory=list)
    last_counted_end: int = 0


@dataclass
class Line:
    """An invoice line."""

    item: Item | None
    price: Price | None
    quantity: int
    amount: int
    start: int
    end: int
    proration: bool = False
    description: str = ""


class Customer:
    """A billing customer with its subscriptions and customer-wide discounts."""

    def __init__(self, world: World, created: int, currency: str, name: str = "") -> None:
        self.world = world
        self.created = created
        self.currency = currency
        self.id = world.new_id("cus_")
        self.name = name or f"Company {self.id[4:10].upper()}"
        self.subscriptions: list[Subscription] = []
        self.discounts: list[Discount] = []
        self.is_deleted = False
        self.has_row = True  # whether the loader ever landed the customer itself

    def tag(self, *tags: str) -> None:
        """Note the situations shown."""
        self.world.tag(self.id, *tags)

    def discount(self, coupon: Coupon, start: int, end: int | None = None) -> Discount | None:
        """Redeem a coupon for the whole customer."""
        if start > self.world.as_of:
            return None
        found = _redeem(self.world, coupon, start, end)
        self.discounts.append(found)
        _discount_rows(self.world, found, self.id, None)
        self.tag(f"customer_discount_{coupon.duration}")
        return found

    def charge_once(self, at: int, amount: int, description: str, product: str = "setup") -> None:
        """A one-off invoice without a subscription."""
        if at > self.world.as_of:
            return
        price = self.world.book.price(product, "once", self.currency)
        line = Line(None, price, 1, amount, at, at, description=description)
        write_invoice(self, None, at, "manual", [line], PAID, (at, at))
        self.tag("one_off_invoice")

    def finish(self, account: str | None = None) -> None:
        """Write what is known at as-of, and the truth."""
        world = self.world
        owner = account or self.id
        if self.created > world.as_of:
            return
        for subscription in self.subscriptions:
            subscription.finish(owner)
        if not self.has_row:
            return
        country = world.rng.choice(COUNTRIES[self.currency])
        slug = self.name.lower().replace(" ", "-")
        world.emit(
            "customer",
            self.created,
            {
                "id": self.id,
                "name": self.name,
                "email": f"billing@{slug}.example",
                "address_country": country,
                "created": self.created,
                "currency": self.currency,
                "balance": 0,
                "account_balance": 0,
                "delinquent": any(s.status in ("past_due", "unpaid") for s in self.subscriptions),
                "is_deleted": self.is_deleted,
                "tax_exempt": "none",
                "metadata": "{}",
            },
        )


class Subscription:
    """A subscription, told by verbs in order of time."""

    def __init__(
        self,
        customer: Customer,
        start: int,
        items: Sequence[tuple[Price, int]],
        *,
        trial_days: int = 0,
        status: str = "active",
        fate: Fate = PAID,
        tax: str | None = None,
        anchor: int | None = None,
        has_history: bool = True,
        connected: int | None = None,
        coupons: Sequence[Coupon] = (),
    ) -> None:
        """Begin; anchor makes the first period a part of one, ending there.

        connected is the instant at which the loader's connection was made: earlier versions of
        the subscription are not in its history.
        """
        self.customer, self.world, self.start = customer, customer.world, start
        self.tax, self.has_history, self.connected = tax, has_history, connected
        self.id = self.world.new_id("sub_")
        self.items: list[Item] = []
        self.discounts: list[Discount] = []
        self.pending: list[Line] = []
        self.fates: list[Fate] = []
        self.status = "trialing" if trial_days else status
        self.trial_end = start + trial_days * DAY if trial_days else None
        self.versions: list[Row] = []
        self.gates: list[tuple[int, bool]] = [(-FOREVER, self.status == "active")]
        self.pauses: list[tuple[int, int]] = []
        self.pause: tuple[str, int] | None = None  # behaviour, effective from
        self.cancel_at_end = False
        self.canceled_at: int | None = None
        self.ended_at: int | None = None
        self.reason: str | None = None
        self.has_gap = False
        self.moves: list[tuple[int, Customer]] = []
        self.latest_invoice: str | None = None
        self.first_fate = fate
        self.exists = start <= self.world.as_of
        self.is_stopped = False  # expired before its first payment: neither renews nor ends
        customer.subscriptions.append(self)
        self.anchor = anchor or self.trial_end or start
        for price, quantity in items:
            end = self.trial_end or anchor or add_interval(start, price.interval, price.count)
            cycle = -1 if (anchor or self.trial_end) else 0
            self.items.append(
                Item(
                    self.world.new_id("si_"),
                    price,
                    quantity,
                    start,
                    self.anchor,
                    cycle,
                    start,
                    end,
                )
            )
        if not self.exists:
            return
        for coupon in coupons:
            self.discount(coupon, start)
        self._first_invoice(anchor)
        self._version(start)
        self.customer.tag(*(f"interval_{i.price.interval}_{i.price.count}" for i in self.items))
        self.customer.tag(f"currency_{customer.currency}")

    def move(self, customer: Customer, at: int) -> bool:
        """Be another customer's from an instant on; whether it came to that."""
        if not self._may(at):
            return False
        self.moves.append((at, customer))
        self.customer = customer
        self._version(at)
        return True

    # Reading --------------------------------------------------------------------------------------
    @property
    def listed(self) -> list[Item]:
        """The items that the subscription has now."""
        return [item for item in self.items if item.is_listed]

    @property
    def next_due(self) -> int:
        """The next renewal."""
        return min((item.period_end for item in self.listed), default=FOREVER)

    @property
    def item(self) -> Item:
        """The first item."""
        return self.items[0]

    def inside(self, low: float = 0.1, high: float = 0.9) -> int:
        """An instant within the period in force, at a random share of it."""
        item = self.listed[0]
        begin = item.period_start
        length = item.period_end - begin
        return begin + int(length * self.world.rng.uniform(low, high))

    # Time -----------------------------------------------------------------------------------------
    def advance(self, at: int) -> bool:
        """Renew all that is due up to an instant; whether it is reached alive and before as-of."""
        if not self.exists:
            return False
        limit = min(at, self.world.as_of)
        while self.ended_at is None and not self.is_stopped:
            due = self.next_due
            if due > limit:
                break
            if self.cancel_at_end:
                self._end(due)
            else:
                self._renew(due)
        return at <= self.world.as_of and self.ended_at is None

    def _may(self, at: int) -> bool:
        """Whether something may happen now: alive, before as-of, and after all that happened."""
        return self.advance(at) and at >= self.versions[-1]["_fivetran_start"]

    def advance_periods(self, count: int) -> bool:
        """Let so many renewals pass."""
        alive = self.exists and self.ended_at is None
        for _ in range(count):
            alive = alive and self.advance(self.next_due)
        return alive

    def _renew(self, due: int) -> None:
        lines, self.pending = self.pending, []
        kept = list(lines)
        for item in self.listed:
            if item.period_end != due:
                continue
            begin = item.period_start
            item.cycle += 1
            item.period_start = due
            count = item.price.count * (item.cycle + 1)
            item.period_end = add_interval(item.anchor, item.price.interval, count)
            if item.price.usage == "metered":
                usage = self.world.rng.randrange(100, 20_000)
                amount = item.price.amount(usage)
                lines.append(Line(item, item.price, usage, amount, begin, due))
            else:
                lines.append(self._full(item))
        activates = self.status == "trialing"
        if activates:
            self.status = "active"
            self.gates.append((due, True))
            self.customer.tag("trial_converted")
        fate = self.fates.pop(0) if self.fates else PAID
        if self.pause and due >= self.pause[1]:
            fate = {"void": ("void", 0), "keep_as_draft": DRAFT, "absent": MISSING}[self.pause[0]]
        if self.status == "unpaid":
            fate = DRAFT
        if fate[0] in ("void", "draft", "missing", "deleted"):
            self.has_gap = True
        if fate == MISSING:
            self.pending = kept
        else:
            period = (min(line.start for line in lines), due)
            self._invoice(due, "subscription_cycle", lines, fate, period)
        self._version(due)

    def _full(self, item: Item) -> Line:
        return Line(
            item,
            item.price,
            item.quantity,
            item.price.amount(item.quantity),
            item.period_start,
            item.period_end,
        )

    def _first_invoice(self, anchor: int | None) -> None:
        lines = []
        for item in self.items:
            if item.price.usage == "metered":
                continue
            line = self._full(item)
            if self.trial_end:
                line.amount = 0
            elif anchor:
                length = anchor - _before(anchor, item.price)
                line.amount = self._share(line.amount, anchor - self.start, length, self.start)
                line.proration = True
            lines.append(line)
        self._invoice(
            self.start, "subscription_create", lines, self.first_fate, (self.start, self.start)
        )

    # Changes --------------------------------------------------------------------------------------
    def _share(self, amount: int, part: int, length: int, at: int) -> int:
        """A prorated amount; Stripe takes percentages off prorations at once."""
        share = Fraction(amount) * part / length
        for discount in self.running(at):
            if discount.coupon.percent is not None and discount.coupon.counts:
                share *= 1 - discount.coupon.percent / 100
        return half_up(share)

    def _prorated(self, item: Item, price: Price, quantity: int, at: int, sign: int) -> Line:
        length = item.period_end - self._full_start(item)
        amount = self._share(price.amount(quantity), item.period_end - at, length, at)
        word = "Remaining" if sign > 0 else "Unused"
        return Line(
            item,
            price,
            quantity,
            sign * amount,
            at,
            item.period_end,
            proration=True,
            description=f"{word} time on {price.product}",
        )

    @staticmethod
    def _full_start(item: Item) -> int:
        """The start of the whole billing period that the item is in."""
        return add_interval(item.anchor, item.price.interval, item.price.count * item.cycle)

    def change(
        self,
        at: int,
        item: Item,
        *,
        price: Price | None = None,
        quantity: int | None = None,
        proration: str = "next",
    ) -> bool:
        """Change price or quantity: proration on the 'next' invoice, 'now', or 'none'."""
        if not self._may(at) or not item.is_listed:
            return False
        old = (item.price, item.quantity)
        item.price = price or item.price
        item.quantity = quantity if quantity is not None else item.quantity
        if (item.price, item.quantity) == old:
            return False
        if proration != "none":
            credit = self._prorated(item, *old, at, -1)
            charge = self._prorated(item, item.price, item.quantity, at, +1)
            self._bill([credit, charge], at, proration)
        else:
            self.customer.tag("change_without_proration")
        if quantity is not None:
            self.customer.tag("quantity_up" if item.quantity > old[1] else "quantity_down")
        if price is not None:
            self.customer.tag("plan_swap")
        self._version(at)
        return True

    def _bill(self, lines: list[Line], at: int, proration: str) -> None:
        self.pending += lines
        self.customer.tag(f"proration_{proration}")
        if proration == "now":
            ready, self.pending = self.pending, []
            self._invoice(at, "subscription_update", ready, PAID, (at, at))

    def add_item(
        self, at: int, price: Price, quantity: int, proration: str = "next"
    ) -> Item | None:
        """Add an item of the same interval in mid-period."""
        if not self._may(at):
            return None
        first = self.listed[0]
        item = Item(
            self.world.new_id("si_"),
            price,
            quantity,
            at,
            first.anchor,
            first.cycle,
            at,
            first.period_end,
        )
        self.items.append(item)
        if proration != "none":
            self._bill([self._prorated(item, price, quantity, at, +1)], at, proration)
        self.customer.tag("item_added")
        self._version(at)
        return item

    def remove_item(self, at: int, item: Item, *, credit: bool, proration: str = "next") -> bool:
        """Remove an item, with a credit for the unused time or without."""
        if not self._may(at) or not item.is_listed or self.has_gap:
            return False
        if len(self.listed) == 1:
            return False
        if credit:
            line = self._prorated(item, item.price, item.quantity, at, -1)
            self._bill([line], at, proration)
        item.is_listed = False
        self.customer.tag("item_removed_with_credit" if credit else "item_removed_without_credit")
        self._version(at)
        return True

    def replace_item(self, at: int, item: Item, price: Price, quantity: int) -> Item | None:
        """Delete an item and add another in its place, both prorated on one invoice."""
        if not self._may(at) or self.has_gap:
            return None
        new = self.add_item(at, price, quantity)
        if new is not None:
            self.remove_item(at, item, credit=True)
            self.customer.tag("item_replaced")
        return new

    def switch_interval(self, at: int, item: Item, price: Price) -> bool:
        """Move to another billing interval: credit, and a whole new period from now on."""
        if not self._may(at):
            return False
        ready, self.pending = self.pending, []
        ready.append(self._prorated(item, item.price, item.quantity, at, -1))
        item.price, item.anchor, item.cycle = price, at, 0
        item.period_start = at
        item.period_end = add_interval(at, price.interval, price.count)
        self.anchor = at
        ready.append(self._full(item))
        self._invoice(at, "subscription_update", ready, PAID, (at, at))
        self._version(at)
        self.customer.tag("interval_switch")
        return True

    # Status ---------------------------------------------------------------------------------------
    def set_status(self, at: int, status: str) -> bool:
        """Move to a status: active, past_due, unpaid, incomplete_expired."""
        if not self._may(at):
            return False
        counted = status in ("active", "past_due")
        self.gates.append((at, counted))
        self.status = status
        self.is_stopped = status == "incomplete_expired"
        self._version(at)
        return True

    def schedule_cancel(self, at: int, reason: str = "cancellation_requested") -> bool:
        """Ask for the end at the period's end."""
        if not self._may(at):
            return False
        self.cancel_at_end, self.canceled_at, self.reason = True, at, reason
        self._version(at)
        self.customer.tag("cancel_at_period_end")
        return True

    def undo_cancel(self, at: int) -> bool:
        """Take the cancellation back."""
        if not self._may(at) or not self.cancel_at_end:
            return False
        self.cancel_at_end, self.canceled_at, self.reason = False, None, None
        self._version(at)
        self.customer.tag("cancel_undone")
        return True

    def cancel_now(
        self, at: int, *, credit: bool = False, reason: str = "cancellation_requested"
    ) -> bool:
        """End the subscription at once; with credit the unused time is credited."""
        if not self._may(at):
            return False
        lines, self.pending = self.pending, []
        if credit:
            lines += [
                self._prorated(item, item.price, item.quantity, at, -1)
                for item in self.listed
                if item.price.usage == "licensed"
            ]
        if lines:
            self._invoice(at, "subscription_update", lines, PAID, (at, at))
        self.canceled_at = self.canceled_at or at
        self.reason = reason
        self._close(at)
        kind = "with" if credit else "without"
        self.customer.tag(
            f"cancel_now_{kind}_credit" if reason != "payment_failed" else "cancel_involuntary"
        )
        return True

    def _end(self, at: int) -> None:
        lines, self.pending = self.pending, []
        if lines:
            self._invoice(at, "subscription_update", lines, PAID, (at, at))
        if self.status == "trialing":
            self.customer.tag("trial_not_converted")
        self._close(at)

    def _close(self, at: int) -> None:
        self.ended_at, self.status, self.cancel_at_end = at, "canceled", False
        if self.pause is not None:
            self.pauses.append((self.pause[1], FOREVER))
            self.pause = None
        self._version(at)

    def pause_collection(self, at: int, behavior: str) -> bool:
        """Pause: 'void', 'keep_as_draft', or 'absent' (void, and no invoices are made)."""
        if not self._may(at) or self.pending or self.status != "active":
            return False
        self.pause = (behavior, self.next_due)
        self._version(at)
        self.customer.tag(f"pause_{behavior}")
        return True

    def resume(self, at: int) -> bool:
        """Collect again."""
        if not self._may(at) or self.pause is None:
            return False
        effective = self.pause[1]
        if at > effective:
            self.pauses.append((effective, at))
            self.customer.tag("pause_resumed")
        else:
            self.customer.tag("pause_without_effect")
        self.pause = None
        self._version(at)
        return True

    # Discounts ------------------------------------------------------------------------------------
    def discount(self, coupon: Coupon, start: int, end: int | None = None) -> Discount | None:
        """Redeem a coupon on this subscription."""
        if not self.exists or start > self.world.as_of:
            return None
        if self.versions and (self.ended_at or start < self.versions[-1]["_fivetran_start"]):
            return None
        found = _redeem(self.world, coupon, start, end)
        self.discounts.append(found)
        _discount_rows(self.world, found, self.customer.id, self.id)
        kind = "percent" if coupon.percent is not None else "amount"
        self.customer.tag(f"subscription_discount_{coupon.duration}", f"discount_{kind}")
        if coupon.percent == 100:
            self.customer.tag("discount_100")
        if coupon.is_deleted:
            self.customer.tag("deleted_coupon")
        return found

    def running(self, at: int) -> list[Discount]:
        """The discounts that apply: the subscription's own, else the customer's."""
        own = [discount for discount in self.discounts if discount.runs(at)]
        return own or [discount for discount in self.customer.discounts if discount.runs(at)]

    # Invoices -------------------------------------------------------------------------------------
    def _invoice(
        self, at: int, reason: str, lines: list[Line], fate: Fate, period: tuple[int, int]
    ) -> None:
        if fate[0] == "missing":
            return
        found = write_invoice(self.customer, self, at, reason, lines, fate, period)
        self.latest_invoice = found.id
        if found.is_counted:
            self._recognise(lines, found.net)

    def _recognise(self, lines: list[Line], net: Fraction) -> None:
        """What the lines of a counted invoice show of the items' states."""
        answered = {
            (line.item.id, line.start)
            for line in lines
            if line.item and (line.amount > 0 or not line.proration)
        }
        for line in lines:
            item, price = line.item, line.price
            if item is None or price is None or not price.is_licensed:
                continue
            item.last_counted_end = max(item.last_counted_end, line.end)
            order = len(item.states)
            if not line.proration:
                state = State(line.start, order, line.amount, price, line.quantity, net)
            elif line.amount > 0:
                amount = price.amount(line.quantity)
                state = State(line.start, order, amount, price, line.quantity, net)
            elif line.amount < 0 and (item.id, line.start) not in answered:
                state = State(line.start, order, 0, None, 0)
            else:
                continue
            item.states.append(state)

    # History --------------------------------------------------------------------------------------
    def _version(self, at: int) -> None:
        first = self.listed[0] if self.listed else self.items[0]
        pause = self.pause[0] if self.pause else None
        row: Row = {
            "_fivetran_start": at,
            "id": self.id,
            "customer_id": self.customer.id,
            "status": self.status,
            "created": self.start,
            "start": self.start,
            "start_date": self.start,
            "billing_cycle_anchor": self.anchor,
            "current_period_start": first.period_start,
            "current_period_end": min(first.period_end, self.next_due),
            "cancel_at_period_end": self.cancel_at_end,
            "cancel_at": self.next_due if self.cancel_at_end else None,
            "canceled_at": self.canceled_at,
            "ended_at": self.ended_at,
            "trial_start": self.start if self.trial_end else None,
            "trial_end": self.trial_end,
            "pause_collection_behavior": "void" if pause == "absent" else pause,
            "latest_invoice_id": self.latest_invoice,
            "collection_method": "charge_automatically",
            "billing": "charge_automatically",
            "cancellation_details_reason": self.reason,
            "metadata": "{}",
        }
        if self.reason == "cancellation_requested":
            row["cancellation_details_feedback"] = ("too_expensive", "unused", "other")[at % 3]
        if self.versions and self.versions[-1]["_fivetran_start"] == at:
            self.versions.pop()
        self.versions.append(row)

    # The end --------------------------------------------------------------------------------------
    def finish(self, owner: str) -> None:
        """Renew up to as-of, write history and items, and note the truth."""
        if not self.exists:
            return
        world = self.world
        self.advance(world.as_of)
        if self.pause is not None:
            self.pauses.append((self.pause[1], FOREVER))
        self._write_history()
        if self.has_history:
            for item in self.listed:
                self._write_item(item)
        self._see_live_items()
        if world.live:
            world.revenue += self._revenue(owner)

    def _write_history(self) -> None:
        if not self.has_history:
            self.customer.tag("no_history")
            return
        versions = self.versions
        if self.connected is not None and versions[0]["_fivetran_start"] < self.connected:
            late = [row for row in versions if row["_fivetran_start"] > self.connected]
            seen = [row for row in versions if row["_fivetran_start"] <= self.connected]
            versions = [seen[-1] | {"_fivetran_start": self.connected}, *late]
            # Nothing is known of the status before the first version (rules 6 and 20).
            state = [is_open for since, is_open in self.gates if since <= self.connected][-1]
            later = [gate for gate in self.gates if gate[0] > self.connected]
            self.gates = [(-FOREVER, True), (self.connected, state), *later]
            self.customer.tag("history_begins_late")
        for row, after in zip(versions, [*versions[1:], None], strict=True):
            row["_fivetran_active"] = after is None
            row["_fivetran_end"] = _END_OF_TIME if after is None else after["_fivetran_start"] - 1
            self.world.emit("subscription_history", row["_fivetran_start"], row)

    def _write_item(self, item: Item) -> None:
        metered = item.price.usage == "metered"
        self.world.emit(
            "subscription_item",
            item.period_start,
            {
                "id": item.id,
                "created": item.created,
                "current_period_start": item.period_start,
                "current_period_end": item.period_end,
                "plan_id": item.price.id,
                "quantity": None if metered else item.quantity,
                "subscription_id": self.id,
                "metadata": "{}",
            },
        )

    def _see_live_items(self) -> None:
        """What no counted line shows is dated at as-of (rules 1 to 3 and 17)."""
        as_of = self.world.as_of
        for item in self.items:
            if not item.price.is_licensed:
                continue
            item.states.sort(key=lambda state: (state.at, state.order))
            last = item.states[-1] if item.states else None
            if not self.has_history:
                item.states.append(State(item.last_counted_end, 1 << 30, 0, None, 0))
            elif not item.is_listed:
                if last is not None and last.price is not None:
                    end = min(item.last_counted_end, as_of)
                    item.states.append(State(end, 1 << 30, 0, None, 0))
            elif self.ended_at is None:
                seen = (last.price, last.quantity) if last else None
                if seen != (item.price, item.quantity):
                    amount = item.price.amount(item.quantity)
                    net = last.net if last else Fraction(1)
                    new = State(as_of, 1 << 30, amount, item.price, item.quantity, net)
                    item.states.append(new)
                    if self.status in ("active", "past_due"):
                        self.customer.tag("seen_live_only")

    def _is_open(self, at: int) -> bool:
        """Whether the subscription counts at an instant."""
        if self.ended_at is not None and at >= self.ended_at:
            return False
        if any(start <= at < end for start, end in self.pauses):
            return False
        state = False
        for since, is_open in self.gates:
            if since <= at:
                state = is_open
        return state

    def _revenue(self, owner: str) -> list[tuple[str, str, str, int, int, int, str]]:
        """Net annual revenue by item, over the pieces in which nothing changes."""
        items = [item for item in self.items if item.states]
        edges = {state.at for item in items for state in item.states}
        edges |= {at for at, _ in self.gates if at > 0}
        edges |= {at for pause in self.pauses for at in pause}
        edges |= {at for at, _ in self.moves}
        if self.ended_at is not None:
            edges.add(self.ended_at)
        discounts = self.discounts + self.customer.discounts
        edges |= {d.start for d in discounts} | {d.end for d in discounts if d.end is not None}
        steps = sorted(edges | {FOREVER})
        found: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
        for start, end in pairwise(steps):
            if start > self.world.as_of or not self._is_open(start):
                continue
            for at, customer in self.moves:
                owner = self.world.account(customer.id) if at <= start else owner
            for item, annual in self._net_at(items, start):
                pieces = found[item.id, owner]
                if pieces and pieces[-1][1] == start and pieces[-1][2] == annual:
                    pieces[-1] = (pieces[-1][0], end, annual)
                elif annual:
                    pieces.append((start, end, annual))
        return [
            (holder, self.id, item_id, *piece, self.customer.currency)
            for (item_id, holder), pieces in found.items()
            for piece in pieces
        ]

    def _net_at(self, items: list[Item], at: int) -> list[tuple[Item, int]]:
        """Annual net amount (millionths of the major unit) of each item at an instant."""
        current: list[tuple[Item, State, Fraction]] = []
        for item in items:
            states = [state for state in item.states if state.at <= at]
            if states:
                current.append((item, states[-1], states[-1].amount * states[-1].net))
        discounts = [d.coupon for d in self.running(at) if d.coupon.counts]
        for coupon in discounts:
            if coupon.percent is not None:
                factor = 1 - coupon.percent / 100
                current = [(item, state, amount * factor) for item, state, amount in current]
        for coupon in discounts:
            if coupon.amount_off is None or coupon.currency != self.customer.currency:
                continue
            total = sum((amount for _, _, amount in current), Fraction(0))
            if total > 0:
                left = max(total - coupon.amount_off, Fraction(0)) / total
                current = [(item, state, amount * left) for item, state, amount in current]
        unit = 10 ** (6 - DECIMALS[self.customer.currency])
        exact = [
            (item, amount * unit * (state.price.per_year if state.price else 0))
            for item, state, amount in current
        ]
        rounded = [(item, half_up(annual)) for item, annual in exact]
        rest = half_up(sum((a for _, a in exact), Fraction(0))) - sum(a for _, a in rounded)
        if rest:
            rounded[-1] = (rounded[-1][0], rounded[-1][1] + rest)
        return rounded


def _before(anchor: int, price: Price) -> int:
    """The start of the billing period that ends at an anchor."""
    return add_interval(anchor, price.interval, -price.count)


def _redeem(world: World, coupon: Coupon, start: int, end: int | None) -> Discount:
    if end is None and coupon.months is not None:
        end = add_months(start, coupon.months)
    return Discount(world.new_id("di_"), coupon, start, end)


def _discount_rows(
    world: World, discount: Discount, customer_id: str, subscription_id: str | None
) -> None:
    """The discount as `discount` has it, and for some again in the older split tables."""
    row: Row = {
        "id": discount.id,
        "coupon_id": discount.coupon.id,
        "customer_id": customer_id,
        "subscription_id": subscription_id,
        "start": discount.start,
        "end": discount.end,
        "promotion_code": None,
    }
    kind = "SUBSCRIPTION" if subscription_id else "CUSTOMER"
    where = "subscription_discount" if subscription_id else "customer_discount"
    shapes = world.rng.choice(("both", "discount", "discount", "split"))
    if shapes != "split":
        target = subscription_id or customer_id
        world.emit("discount", discount.start, row | {"type": kind, "type_id": target})
    if shapes != "discount":
        world.emit(where, discount.start, dict(row))
    world.tag(customer_id, f"discount_rows_{shapes}")
    if shapes == "both" and subscription_id:
        # A known fault of the loader: the subscription's discount once more, as the customer's.
        fault = row | {"type": "CUSTOMER", "type_id": customer_id}
        world.emit("discount", discount.start, fault)
        world.tag(customer_id, "discount_loader_fault")


@dataclass
class WrittenInvoice:
    """An invoice's id, whether its lines count, and the share of a line left after inner tax."""

    id: str
    is_counted: bool
    net: Fraction


@dataclass
class _Outcome:
    status: str
    finalized: int | None = None
    paid: int | None = None
    voided: int | None = None
    written_off: int | None = None
    is_deleted: bool = False


def _outcome(world: World, at: int, reason: str, fate: Fate) -> _Outcome:
    """What has become of an invoice by as-of; renewals are drafts for their first hour."""
    name, days = fate
    finalized = at + (HOUR if reason == "subscription_cycle" else 0)
    if name in ("draft", "deleted") or finalized > world.as_of:
        return _Outcome("draft", is_deleted=name == "deleted")
    then = finalized + days * DAY
    if name == "open" or then > world.as_of:
        return _Outcome("open", finalized)
    if name == "void":
        return _Outcome("void", finalized, voided=then)
    if name == "uncollectible":
        return _Outcome("uncollectible", finalized, written_off=then)
    return _Outcome("paid", finalized, paid=then)


def write_invoice(
    customer: Customer,
    subscription: Subscription | None,
    at: int,
    reason: str,
    lines: list[Line],
    fate: Fate,
    period: tuple[int, int],
) -> WrittenInvoice:
    """Land an invoice with its lines, discounts, charge and balance transaction."""
    world = customer.world
    invoice_id = world.new_id("in_")
    outcome = _outcome(world, at, reason, fate)
    subtotal = sum(line.amount for line in lines)
    open_amount = sum(line.amount for line in lines if not line.proration)
    off = 0
    running = subscription.running(at) if subscription else []
    for discount in running:
        if discount.coupon.duration == "once" and reason != "subscription_create":
            continue
        if discount.coupon.percent is not None:
            part = half_up((open_amount - off) * discount.coupon.percent / 100)
        elif discount.coupon.currency == customer.currency:
            part = max(0, min(discount.coupon.amount_off or 0, open_amount - off))
        else:
            continue
        off += part
        _invoice_discount_rows(world, discount, customer, invoice_id, at)
    total = subtotal - off
    tax: int | None = None
    net = Fraction(1)
    if subscription is not None and subscription.tax == "exclusive" and total > 0:
        tax = half_up(Fraction(total * 20, 100))
        total += tax
        customer.tag("tax_exclusive_discounted" if off else "tax_exclusive")
    elif subscription is not None and subscription.tax == "inclusive" and total > 0:
        tax = total - half_up(Fraction(total * 100, 119))
        net = Fraction(total - tax, total)
        customer.tag("tax_inclusive")
    due = max(total, 0) if outcome.status != "draft" or total > 0 else 0
    paid = due if outcome.status == "paid" else 0
    charge_id = world.new_id("ch_") if paid else None
    world.emit(
        "invoice",
        at,
        {
            "id": invoice_id,
            "customer_id": customer.id,
            "subscription_id": subscription.id if subscription else None,
            "created": at,
            "date": at if world.chance(0.3) else None,
            "currency": customer.currency,
            "status": outcome.status,
            "billing_reason": reason,
            "period_start": period[0],
            "period_end": period[1],
            "subtotal": subtotal,
            "tax": tax,
            "tax_percent": 20.0 if tax and net == 1 else None,
            "total": total,
            "amount_due": due,
            "amount_paid": paid,
            "amount_remaining": due - paid,
            "paid": outcome.status == "paid",
            "attempted": outcome.status != "draft",
            "attempt_count": 0 if outcome.status == "draft" else 1,
            "auto_advance": outcome.status == "draft",
            "charge_id": charge_id,
            "finalized_at": outcome.finalized,
            "status_transitions_finalized_at": outcome.finalized,
            "status_transitions_paid_at": outcome.paid,
            "status_transitions_voided_at": outcome.voided,
            "status_transitions_marked_uncollectible_at": outcome.written_off,
            "is_deleted": outcome.is_deleted,
            "number": f"{customer.id[4:12].upper()}-{world.counter % 10_000:04d}",
            "collection_method": "charge_automatically",
            "starting_balance": 0,
            "ending_balance": min(total, 0),
            "metadata": "{}",
        },
    )
    customer.tag(f"invoice_{'deleted' if outcome.is_deleted else outcome.status}")
    if outcome.paid is not None and fate[1]:
        customer.tag("invoice_paid_late")
    for line in lines:
        _write_line(world, customer, subscription, invoice_id, line, at)
    if charge_id and outcome.paid is not None:
        _write_charge(world, customer, invoice_id, charge_id, outcome.paid, paid)
    counted = outcome.status in _COUNTED and not outcome.is_deleted
    return WrittenInvoice(invoice_id, counted, net)


def _invoice_discount_rows(
    world: World,
    discount: Discount,
    customer: Customer,
    invoice_id: str,
    at: int,
) -> None:
    """INVOICE rows repeat a discount's id; they do not count by themselves."""
    if not world.chance(0.5):
        return
    row: Row = {
        "id": discount.id,
        "coupon_id": discount.coupon.id,
        "customer_id": customer.id,
        "subscription_id": None,
        "invoice_id": invoice_id,
        "start": discount.start,
        "end": discount.end,
    }
    world.emit("discount", at, row | {"type": "INVOICE", "type_id": invoice_id})
    customer.tag("discount_invoice_rows")
    if world.chance(0.3):
        world.emit("invoice_discount", at, dict(row))


def _write_line(
    world: World,
    customer: Customer,
    subscription: Subscription | None,
    invoice_id: str,
    line: Line,
    at: int,
) -> None:
    unique = world.new_id("il_")
    price = line.price
    is_item = line.item is not None
    has_price = price is not None and price.in_price
    row: Row = {
        "id": "sli_" + unique[3:] if is_item else unique,
        "unique_id": unique,
        "invoice_id": invoice_id,
        "invoice_item_id": None if is_item and not line.proration else "ii_" + unique[3:],
        "type": "subscription" if is_item else "invoiceitem",
        "subscription_id": subscription.id if subscription else None,
        "subscription_item_id": line.item.id if line.item else None,
        "price_id": price.id if price and has_price else None,
        "plan_id": price.id if price and price.in_plan else None,
        "quantity": line.quantity,
        "amount": line.amount,
        "currency": customer.currency,
        "proration": line.proration,
        "discountable": not line.proration,
        "period_start": line.start,
        "period_end": line.end,
        "description": line.description or (price.product if price else ""),
        "metadata": "{}",
    }
    world.emit("invoice_line_item", at, row)
    if is_item and world.chance(0.004):
        # A temporary line, later replaced by the one above.
        temporary = row | {
            "id": "sub_" + unique[3:],
            "unique_id": world.new_id("il_tmp_"),
            "amount": line.amount + 777,
        }
        world.emit("invoice_line_item", at, temporary)
        customer.tag("temporary_lines")


def _write_charge(
    world: World, customer: Customer, invoice_id: str, charge_id: str, at: int, amount: int
) -> None:
    """The payment, and now and then money back: a refund, a dispute or a credit note."""
    pick = world.rng.random()
    refund = amount if pick < 0.008 else amount // 3 if pick < 0.02 else 0
    back = at + 5 * DAY
    if back > world.as_of:
        refund = 0
    transaction = _transaction(world, at, amount, customer.currency, "charge", charge_id)
    world.emit(
        "charge",
        at,
        {
            "id": charge_id,
            "amount": amount,
            "amount_refunded": refund,
            "balance_transaction_id": transaction,
            "captured": True,
            "created": at,
            "currency": customer.currency,
            "customer_id": customer.id,
            "invoice_id": invoice_id,
            "paid": True,
            "refunded": refund == amount,
            "status": "succeeded",
            "outcome_type": "authorized",
            "metadata": "{}",
        },
    )
    if refund:
        refund_id = world.new_id("re_")
        world.emit(
            "refund",
            back,
            {
                "id": refund_id,
                "amount": refund,
                "charge_id": charge_id,
                "created": back,
                "currency": customer.currency,
                "reason": "requested_by_customer",
                "status": "succeeded",
                "metadata": "{}",
                "balance_transaction_id": _transaction(
                    world, back, -refund, customer.currency, "refund", refund_id
                ),
            },
        )
        customer.tag("refund")
    elif pick > 0.99 and back <= world.as_of:
        note = amount // 4 or amount
        note_id = world.new_id("cn_")
        world.emit(
            "credit_note",
            back,
            {
                "id": note_id,
                "amount": note,
                "created": back,
                "currency": customer.currency,
                "discount_amount": 0,
                "subtotal": note,
                "total": note,
                "invoice_id": invoice_id,
                "number": f"CN-{world.counter}",
                "reason": "order_change",
                "status": "issued",
                "type": "post_payment",
                "metadata": "{}",
            },
        )
        world.emit(
            "credit_note_line_item",
            back,
            {
                "id": world.new_id("cnli_"),
                "credit_note_id": note_id,
                "amount": note,
                "discount_amount": 0,
                "description": "Goodwill",
                "quantity": 1,
                "type": "custom_line_item",
                "unit_amount": note,
                "unit_amount_decimal": note,
            },
        )
        customer.tag("credit_note")
    elif 0.98 < pick <= 0.985 and back <= world.as_of:
        dispute = world.new_id("dp_")
        _transaction(world, back, -amount, customer.currency, "adjustment", dispute)
        customer.tag("dispute")


def _transaction(world: World, at: int, amount: int, currency: str, kind: str, source: str) -> str:
    transaction = world.new_id("txn_")
    fee = max(amount * 29 // 1_000, 0)
    category = "dispute" if kind == "adjustment" else kind
    world.emit(
        "balance_transaction",
        at,
        {
            "id": transaction,
            "amount": amount,
            "available_on": at + 2 * DAY,
            "created": at,
            "currency": currency,
            "fee": fee,
            "net": amount - fee,
            "reporting_category": category,
            "source": source,
            "status": "available",
            "type": kind,
        },
    )
    return transaction
