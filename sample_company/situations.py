"""The billing situations: each function tells the life of one customer (or a few that belong).

Every function takes the world and a list to which it adds its customers. Lives are laid out so
that they stay clear of what the metric rules leave open (for example an item removed from a
subscription that has uncounted renewals).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sample_company.plans import INTERVALS, Coupon, Price
from sample_company.stripe_life import (
    DRAFT,
    MISSING,
    OPEN,
    VOID,
    Customer,
    Line,
    Subscription,
    write_invoice,
)
from sample_company.timeline import DAY, HOUR, add_months, instant, seconds
from sample_company.world import World

Situation = Callable[[World, list[Customer]], None]

_CURRENCY_SHARES = {"usd": 58, "eur": 18, "gbp": 11, "jpy": 7, "kwd": 6}
_INTERVAL_SHARES = {"month": 68, "quarter": 8, "half": 4, "year": 14, "week": 4, "biennial": 2}
_SEATS = ("starter", "team", "business")


# Helpers ----------------------------------------------------------------------------------------
def _pick(world: World, shares: dict[str, int]) -> str:
    return world.rng.choices(list(shares), list(shares.values()))[0]


def _customer(world: World, people: list[Customer], start: int, currency: str = "") -> Customer:
    currency = currency or _pick(world, _CURRENCY_SHARES)
    customer = Customer(world, start - world.rng.randrange(20 * DAY), currency)
    people.append(customer)
    return customer


def _seat(world: World, currency: str, interval: str = "", product: str = "") -> Price:
    interval = interval or _pick(world, _INTERVAL_SHARES)
    product = product or world.rng.choice(_SEATS)
    return world.book.price(product, interval, currency, 1)


def _quantity(world: World) -> int:
    return world.rng.choice((1, 1, 2, 3, 5, 8, 12, 20, 35))


def _subscribe(
    world: World,
    people: list[Customer],
    *,
    months: int = 8,
    interval: str = "month",
    currency: str = "",
    start: int | None = None,
    plain: bool = False,
    **options: Any,
) -> Subscription:
    """A new customer with a seat subscription, and now and then a coupon or tax."""
    start = world.start(months) if start is None else start
    customer = _customer(world, people, start, currency)
    pick = world.rng.random()
    tax = None
    if not plain and pick > 0.85:
        tax = "exclusive"
    price = _seat(world, customer.currency, interval)
    if not plain and pick < 0.2:
        options["coupons"] = [_coupon(world, customer.currency)]
    return Subscription(
        customer, start, [(price, _quantity(world))], tax=options.pop("tax", tax), **options
    )


def _coupon(world: World, currency: str) -> Coupon:
    """Any coupon that a new subscription may have."""
    duration = world.rng.choice(("forever", "repeating3", "repeating6", "repeating12", "once"))
    if world.chance(0.75):
        percent = world.rng.choice(("10", "12.5", "20", "25", "50"))
        return world.book.percent(percent, duration)
    return world.book.amount_off(currency, duration)


def _around(world: World, subscription: Subscription, proration: str = "") -> bool:
    """A seat change or a plan swap somewhere within the period in force."""
    item = subscription.item
    proration = proration or world.rng.choice(("next", "next", "now", "none"))
    at = subscription.inside()
    if world.chance(0.5):
        quantity = max(1, item.quantity + world.rng.choice((-3, -2, -1, 1, 2, 5, 10)))
        if quantity == item.quantity:
            quantity += 1
        return subscription.change(at, item, quantity=quantity, proration=proration)
    return subscription.change(at, item, price=_other(world, item.price), proration=proration)


def _other(world: World, price: Price) -> Price:
    """Another plan of the same interval and currency."""
    interval = _interval_name(price)
    names = [name for name in _SEATS if name != price.product]
    return world.book.price(
        world.rng.choice(names), interval, price.currency, world.rng.choice((1, 2))
    )


def _interval_name(price: Price) -> str:
    return next(n for n, pair in INTERVALS.items() if pair == (price.interval, price.count))


def _maybe_leave(world: World, subscription: Subscription, probability: float = 0.4) -> None:
    """Some periods later, leave in one of the common ways."""
    if not world.chance(probability):
        return
    subscription.advance_periods(world.rng.randrange(1, 6))
    _leave(world, subscription)


def _leave(world: World, subscription: Subscription) -> None:
    pick = world.rng.random()
    if pick < 0.5:
        subscription.schedule_cancel(subscription.inside())
    elif pick < 0.7:
        subscription.cancel_now(subscription.inside())
    elif pick < 0.85:
        subscription.cancel_now(subscription.inside(), credit=True)
    else:
        _dunning(subscription, VOID[0])


def _dunning(subscription: Subscription, fate: str) -> None:
    """The next renewal is not paid, and after three weeks the subscription is canceled."""
    due = subscription.next_due
    subscription.fates.append((fate, 6))
    if subscription.set_status(due + 2 * HOUR, "past_due"):
        subscription.customer.tag("past_due")
        length = subscription.item.period_end - subscription.item.period_start
        subscription.cancel_now(due + int(length * 0.7), reason="payment_failed")


# Plain lives and changes --------------------------------------------------------------------------
def steady(world: World, people: list[Customer]) -> None:
    """Subscribes and renews, on every interval; perhaps leaves."""
    interval = world.rotate(list(INTERVALS))
    short = interval in ("day", "week")
    start = world.recent(20, 90) if short else None
    subscription = _subscribe(world, people, interval=interval, start=start)
    subscription.advance_periods(world.rng.randrange(1, 8))
    _maybe_leave(world, subscription, 0.3)


def seats_and_plans(world: World, people: list[Customer]) -> None:
    """Several changes, one period after another."""
    subscription = _subscribe(world, people, interval=_pick(world, _INTERVAL_SHARES))
    for _ in range(world.rng.randrange(1, 6)):
        subscription.advance_periods(world.rng.randrange(0, 4))
        _around(world, subscription)
    _maybe_leave(world, subscription)


def two_changes_in_a_period(world: World, people: list[Customer]) -> None:
    """A change and another one in the same period, both prorated."""
    subscription = _subscribe(world, people)
    subscription.advance_periods(world.rng.randrange(1, 5))
    item = subscription.item
    subscription.change(subscription.inside(0.1, 0.4), item, quantity=item.quantity + 4)
    price = _other(world, item.price)
    subscription.change(subscription.inside(0.5, 0.9), item, price=price)
    subscription.customer.tag("two_changes_in_a_period")
    _maybe_leave(world, subscription)


def change_unseen(world: World, people: list[Customer]) -> None:
    """Changes so late that only the live item shows them."""
    start = add_months(world.recent(8, 22), -world.rng.randrange(1, 14))
    if start < world.origin:
        start = world.recent(8, 22)
    subscription = _subscribe(world, people, start=start)
    subscription.advance(world.as_of - 7 * DAY)
    at = world.recent(1, 6)
    item = subscription.item
    pick = world.rotate((0, 1, 2, 3, 4, 4))
    if pick == 0:
        subscription.change(at, item, quantity=item.quantity + 3, proration="none")
        subscription.customer.tag("live_change_without_proration")
    elif pick == 1:
        subscription.change(at, item, quantity=item.quantity + 3, proration="next")
        subscription.customer.tag("live_change_pending_proration")
    elif pick == 2:
        subscription.change(at, item, price=_other(world, item.price), proration="next")
        subscription.customer.tag("live_change_pending_proration")
    elif pick == 3:
        price = _seat(world, item.price.currency, "month", "support")
        subscription.add_item(at, price, 1, world.rng.choice(("next", "none")))
        subscription.customer.tag("live_item_unseen")
    elif item.quantity > 1 and subscription.change(at, item, quantity=1, proration="next"):
        subscription.customer.tag("live_decrease_pending")


def removed_near_as_of(world: World, people: list[Customer]) -> None:
    """An item removed in the period that is under way at as-of."""
    start = add_months(world.recent(8, 22), -world.rng.randrange(1, 8))
    if start < world.origin:
        start = world.recent(8, 22)
    customer = _customer(world, people, start)
    main = _seat(world, customer.currency, "month")
    support = _seat(world, customer.currency, "month", "support")
    subscription = Subscription(customer, start, [(main, _quantity(world)), (support, 2)])
    subscription.advance(world.as_of - 7 * DAY)
    credit = world.chance(0.6)
    how = world.rng.choice(("next", "now"))
    if subscription.remove_item(
        world.recent(1, 6), subscription.items[1], credit=credit, proration=how
    ):
        customer.tag("item_removed_near_as_of")


def add_and_remove(world: World, people: list[Customer]) -> None:
    """Items come with proration and go with or without credit."""
    subscription = _subscribe(world, people)
    currency = subscription.customer.currency
    subscription.advance_periods(world.rng.randrange(0, 4))
    how = world.rng.choice(("next", "now", "none"))
    extra = subscription.add_item(
        subscription.inside(), _seat(world, currency, "month", "support"), 2, how
    )
    subscription.advance_periods(world.rng.randrange(1, 5))
    if extra is not None:
        subscription.remove_item(
            subscription.inside(),
            extra,
            credit=world.chance(0.5),
            proration=world.rng.choice(("next", "now")),
        )
    _maybe_leave(world, subscription)


def replace(world: World, people: list[Customer]) -> None:
    """One item is deleted and another put in its place."""
    subscription = _subscribe(world, people)
    subscription.advance_periods(world.rng.randrange(1, 6))
    price = _other(world, subscription.item.price)
    subscription.replace_item(
        subscription.inside(0.3, 0.7), subscription.item, price, _quantity(world)
    )
    subscription.advance_periods(world.rng.randrange(1, 4))


def switch_interval(world: World, people: list[Customer]) -> None:
    """Month to year or back: credit, and a whole new period from that instant."""
    there, back = world.rng.choice((("month", "year"), ("year", "month"), ("month", "quarter")))
    subscription = _subscribe(world, people, interval=there, months=14)
    subscription.advance_periods(world.rng.randrange(1, 5) if there == "month" else 0)
    item = subscription.item
    price = world.book.price(item.price.product, back, item.price.currency)
    subscription.switch_interval(subscription.inside(0.2, 0.8), item, price)
    if world.chance(0.3):
        subscription.advance_periods(1)
        _around(world, subscription)
    _maybe_leave(world, subscription)


def price_rise(world: World, people: list[Customer]) -> None:
    """The list price goes up and holds from the next renewal on."""
    subscription = _subscribe(world, people)
    subscription.advance_periods(world.rng.randrange(2, 8))
    item = subscription.item
    dearer = world.book.price(item.price.product, "month", item.price.currency, 2)
    subscription.change(subscription.inside(), item, price=dearer, proration="none")
    subscription.customer.tag("price_rise")
    _maybe_leave(world, subscription)


def mixed_intervals(world: World, people: list[Customer]) -> None:
    """A monthly and a yearly item in one subscription."""
    start = world.start(16)
    customer = _customer(world, people, start)
    month, year = (_seat(world, customer.currency, name) for name in ("month", "year"))
    Subscription(customer, start, [(month, _quantity(world)), (year, 2)])
    customer.tag("mixed_intervals")


def aligned_anchor(world: World, people: list[Customer]) -> None:
    """The first period is a part of one, up to the first of the next month."""
    start = world.start(6)
    first = instant(start).replace(day=1, hour=0, minute=0, second=0)
    start = max(start, seconds(first) + 2 * DAY)
    anchor = add_months(seconds(first), 1)
    if anchor - start < 2 * DAY:
        start -= 3 * DAY
    subscription = _subscribe(world, people, start=start, anchor=anchor)
    subscription.customer.tag("aligned_anchor")
    subscription.advance_periods(3)
    _around(world, subscription)


def month_end_anchor(world: World, people: list[Customer]) -> None:
    """Billed on the 29th, 30th or 31st, clamped in short months."""
    start = instant(world.start(6))
    day = world.rng.choice((29, 30, 31))
    clock = world.rng.choice((0, DAY - 1, 43_200))
    month = start.replace(month=world.rng.choice((1, 8, 10, 12)), day=1)
    begin = seconds(month.replace(hour=0, minute=0, second=0)) + (day - 1) * DAY + clock
    if begin < world.origin or begin > world.as_of:
        return steady(world, people)
    subscription = _subscribe(world, people, start=begin)
    subscription.customer.tag("month_end_anchor")
    subscription.advance_periods(world.rng.randrange(1, 9))
    _around(world, subscription)
    _maybe_leave(world, subscription)
    return None


def leap_day(world: World, people: list[Customer]) -> None:
    """A yearly subscription that begins on 29 February, where the company is that old."""
    for year in (2028, 2024, 2020, 2016):
        start = seconds(instant(0).replace(year=year, month=2, day=29, hour=10))
        if world.origin < start <= world.as_of:
            interval = world.rng.choice(("year", "month"))
            subscription = _subscribe(world, people, start=start, interval=interval)
            subscription.customer.tag("leap_day")
            return
    steady(world, people)


# Prices -------------------------------------------------------------------------------------------
def special_price(world: World, people: list[Customer]) -> None:
    """Tiers, packages, fractions of a cent, retired prices and old plans, with changes."""
    start = world.start(8)
    customer = _customer(world, people, start)
    product, version = world.rotate(
        (
            ("contacts", 1),
            ("reach", 1),
            ("storage", 1),
            ("storage", 2),
            ("messages", 1),
            ("classic", 1),
            ("heritage", 1),
        )
    )
    interval = world.rng.choice(("month", "month", "year"))
    price = world.book.price(product, interval, customer.currency, version)
    numbers = {"messages": (1_000, 9_999), "classic": (1, 9), "heritage": (1, 9)}
    low, high = numbers.get(product, (6, 90))
    coupons = [_coupon(world, customer.currency)] if world.chance(0.25) else []
    quantity = world.rng.randrange(low, high)
    subscription = Subscription(customer, start, [(price, quantity)], coupons=coupons)
    customer.tag(f"price_{product}_{version}")
    for _ in range(world.rng.randrange(0, 4)):
        subscription.advance_periods(world.rng.randrange(0, 3))
        proration = world.rng.choice(("next", "now", "none"))
        subscription.change(
            subscription.inside(0.1, 0.8),
            subscription.item,
            quantity=world.rng.randrange(low, high),
            proration=proration,
        )
    _maybe_leave(world, subscription)


def with_usage(world: World, people: list[Customer]) -> None:
    """A seat item and a metered one; the usage is no recurring revenue."""
    start = world.start(8)
    customer = _customer(world, people, start)
    seats = _seat(world, customer.currency, "month")
    usage = world.book.price("api", "month", customer.currency)
    coupons = [_coupon(world, customer.currency)] if world.chance(0.5) else []
    items = [(seats, _quantity(world)), (usage, 0)]
    subscription = Subscription(customer, start, items, coupons=coupons)
    customer.tag("metered")
    subscription.advance_periods(world.rng.randrange(1, 6))
    _around(world, subscription)
    _maybe_leave(world, subscription)


def only_usage(world: World, people: list[Customer]) -> None:
    """Nothing but metered revenue: no MRR at all."""
    start = world.start(4)
    customer = _customer(world, people, start)
    usage = world.book.price("api", "month", customer.currency)
    Subscription(customer, start, [(usage, 0)])
    customer.tag("metered_only")


def setup_fee(world: World, people: list[Customer]) -> None:
    """A one-off fee beside the subscription, on its own invoice or on the subscription's."""
    subscription = _subscribe(world, people)
    customer = subscription.customer
    price = world.book.price("setup", "once", customer.currency)
    customer.charge_once(subscription.start, price.amount(1), "Onboarding")
    at = subscription.inside()
    if subscription.advance(at):
        amount = price.amount(1) // 2
        subscription.pending.append(
            Line(None, price, 1, amount, at, at, description="Training day")
        )
        customer.tag("one_off_line")
    subscription.advance_periods(2)
    _maybe_leave(world, subscription)


def only_one_off(world: World, people: list[Customer]) -> None:
    """A customer without any subscription."""
    start = world.start(1)
    customer = _customer(world, people, start)
    customer.charge_once(start, 120_000, "Workshop")
    customer.tag("no_subscription")


def free_then_paid(world: World, people: list[Customer]) -> None:
    """A free plan, then a paid one, and perhaps free again and paid again."""
    start = world.start(10)
    customer = _customer(world, people, start)
    free = world.book.price("free", "month", customer.currency)
    subscription = Subscription(customer, start, [(free, 1)])
    customer.tag("free_plan")
    subscription.advance_periods(world.rng.randrange(1, 5))
    item = subscription.item
    paid = _seat(world, customer.currency, "month")
    how = world.rng.choice(("next", "now", "none"))
    if subscription.change(subscription.inside(), item, price=paid, proration=how):
        customer.tag("free_to_paid")
    if world.chance(0.6):
        subscription.advance_periods(world.rng.randrange(1, 4))
        how = world.rng.choice(("next", "now", "none"))
        if subscription.change(subscription.inside(), item, price=free, proration=how):
            customer.tag("paid_to_free")
        subscription.advance_periods(world.rng.randrange(1, 3))
        if world.chance(0.5):
            subscription.change(subscription.inside(), item, price=paid, proration="now")


# Trials and first payments ------------------------------------------------------------------------
def trial(world: World, people: list[Customer]) -> None:
    """A trial that converts, or is canceled within or at its end."""
    days = world.rng.choice((7, 14, 30))
    subscription = _subscribe(world, people, months=3, trial_days=days)
    customer = subscription.customer
    customer.tag("trial")
    pick = world.rng.random()
    if pick < 0.3:
        subscription.schedule_cancel(subscription.inside())
    elif pick < 0.4:
        if subscription.cancel_now(subscription.inside()):
            customer.tag("trial_not_converted")
    else:
        subscription.advance_periods(world.rng.randrange(1, 6))
        _around(world, subscription)
    if pick < 0.2:
        later = subscription.start + 90 * DAY
        price = _seat(world, customer.currency, "month")
        Subscription(customer, later, [(price, 2)])


def trial_under_way(world: World, people: list[Customer]) -> None:
    """Still on trial at as-of."""
    subscription = _subscribe(world, people, start=world.recent(2, 10), trial_days=30)
    subscription.customer.tag("trial", "trial_under_way")


def incomplete(world: World, people: list[Customer]) -> None:
    """The first payment takes a while, or never comes."""
    never = world.chance(0.5)
    fate = VOID if never else ("paid", 0)
    subscription = _subscribe(world, people, months=2, status="incomplete", fate=fate)
    customer = subscription.customer
    if never:
        subscription.set_status(subscription.start + 23 * HOUR, "incomplete_expired")
        if subscription.is_stopped:
            customer.tag("incomplete_expired")
        if world.chance(0.4):
            price = _seat(world, customer.currency, "month")
            Subscription(customer, subscription.start + 3 * DAY, [(price, 1)])
        return
    wait = world.rng.choice((240, 3_000, 20 * HOUR))
    if subscription.set_status(subscription.start + wait, "active"):
        customer.tag("incomplete_then_active")
    subscription.advance_periods(2)
    _maybe_leave(world, subscription)


def first_invoice_held(world: World, people: list[Customer]) -> None:
    """The first invoice is still a draft at as-of: the item is first seen live."""
    subscription = _subscribe(world, people, start=world.recent(1, 20), fate=DRAFT, plain=True)
    subscription.customer.tag("no_counted_line")


# Delinquency --------------------------------------------------------------------------------------
def past_due_recovers(world: World, people: list[Customer]) -> None:
    """A renewal fails and is paid some days later."""
    subscription = _subscribe(world, people, interval=world.rng.choice(("month", "quarter")))
    subscription.advance_periods(world.rng.randrange(0, 6))
    due = subscription.next_due
    days = world.rng.choice((3, 9, 17))
    subscription.fates.append(("paid", days))
    if subscription.set_status(due + 2 * HOUR, "past_due"):
        subscription.customer.tag("past_due")
        if subscription.set_status(due + HOUR + days * DAY, "active"):
            subscription.customer.tag("past_due_recovered")
    subscription.advance_periods(world.rng.randrange(0, 4))
    _maybe_leave(world, subscription)


def past_due_now(world: World, people: list[Customer]) -> None:
    """Past due at as-of: the revenue stays."""
    start = add_months(world.recent(2, 12), -world.rng.randrange(1, 9))
    subscription = _subscribe(world, people, start=max(start, world.origin))
    subscription.advance(world.as_of - 15 * DAY)
    due = subscription.next_due
    subscription.fates.append(OPEN)
    if subscription.set_status(due + 2 * HOUR, "past_due"):
        subscription.customer.tag("past_due", "past_due_at_as_of")


def involuntary(world: World, people: list[Customer]) -> None:
    """Canceled after failed payments, past the last counted period or within an open one."""
    subscription = _subscribe(world, people)
    subscription.advance_periods(world.rng.randrange(0, 8))
    _dunning(subscription, world.rng.choice(("void", "uncollectible", "open")))


def unpaid(world: World, people: list[Customer]) -> None:
    """Unpaid after failed retries; back after a payment, or canceled, or still so."""
    subscription = _subscribe(world, people, plain=world.chance(0.7))
    customer = subscription.customer
    subscription.advance_periods(world.rng.randrange(0, 6))
    due = subscription.next_due
    subscription.fates.append(("paid", 60) if world.chance(0.5) else OPEN)
    subscription.set_status(due + 2 * HOUR, "past_due")
    if not subscription.set_status(due + 12 * DAY + HOUR, "unpaid"):
        return
    customer.tag("unpaid")
    pick = world.rng.random()
    if pick < 0.5:
        back = due + world.rng.choice((20, 45, 75)) * DAY + 5 * HOUR
        if subscription.set_status(back, "active"):
            customer.tag("unpaid_then_active")
            subscription.advance_periods(2)
            _maybe_leave(world, subscription)
    elif pick < 0.75:
        later = due + world.rng.choice((25, 50)) * DAY
        subscription.cancel_now(later, reason="payment_failed")


def unpaid_before_connection(world: World, people: list[Customer]) -> None:
    """The first version that the loader saw is unpaid."""
    subscription = _subscribe(world, people, months=9, plain=True)
    subscription.advance_periods(2)
    due = subscription.next_due
    subscription.fates.append(OPEN)
    connected = due + 25 * DAY + 7 * HOUR
    if connected > world.as_of or not subscription.set_status(due + 15 * DAY, "unpaid"):
        return
    subscription.connected = connected
    subscription.customer.tag("unpaid_first_version")
    if world.chance(0.5):
        subscription.set_status(due + 70 * DAY, "active")


# Leaving, pausing, coming back --------------------------------------------------------------------
def leaves(world: World, people: list[Customer]) -> None:
    """Leaves in one of the common ways; perhaps comes back later."""
    subscription = _subscribe(world, people, interval=_pick(world, _INTERVAL_SHARES))
    subscription.advance_periods(world.rng.randrange(0, 7))
    _leave(world, subscription)
    subscription.advance(world.as_of)
    if subscription.ended_at and world.chance(0.5):
        gap = world.rng.choice((5 * 60, 3 * DAY, 40 * DAY, 130 * DAY))
        again = subscription.ended_at + gap
        price = _seat(world, subscription.customer.currency)
        back = Subscription(subscription.customer, again, [(price, _quantity(world))])
        if back.exists:
            subscription.customer.tag("comes_back", f"comes_back_after_{gap // DAY}_days")


def cancel_undone(world: World, people: list[Customer]) -> None:
    """Asks to cancel, and takes it back."""
    subscription = _subscribe(world, people)
    subscription.advance_periods(world.rng.randrange(0, 6))
    subscription.schedule_cancel(subscription.inside(0.1, 0.4))
    subscription.undo_cancel(subscription.inside(0.5, 0.9))
    subscription.advance_periods(2)
    _maybe_leave(world, subscription)


def cancel_scheduled_now(world: World, people: list[Customer]) -> None:
    """At as-of the end is asked for, but still to come."""
    interval = world.rng.choice(("month", "year"))
    start = add_months(world.recent(5, 20), -world.rng.randrange(1, 10))
    subscription = _subscribe(world, people, start=max(start, world.origin), interval=interval)
    subscription.advance(world.as_of - 5 * DAY)
    subscription.schedule_cancel(world.recent(1, 4))
    subscription.customer.tag("cancel_scheduled_at_as_of")


def change_then_cancel(world: World, people: list[Customer]) -> None:
    """A prorated change, and the end at that period's end: a last invoice carries the change."""
    subscription = _subscribe(world, people)
    subscription.advance_periods(world.rng.randrange(0, 6))
    _around(world, subscription, "next")
    subscription.schedule_cancel(subscription.inside(0.92, 0.98))
    subscription.customer.tag("change_then_cancel")


def pauses(world: World, people: list[Customer]) -> None:
    """Collection is paused: from the end of the period in force until it is resumed."""
    interval = world.rng.choice(("month", "month", "month", "quarter"))
    subscription = _subscribe(world, people, interval=interval)
    subscription.advance_periods(world.rng.randrange(1, 5))
    behavior = world.rotate(("void", "keep_as_draft", "absent"))
    if not subscription.pause_collection(subscription.inside(0.1, 0.6), behavior):
        return
    pick = world.rng.random()
    if pick < 0.2:
        subscription.resume(subscription.inside(0.7, 0.95))
        subscription.advance_periods(world.rng.randrange(1, 4))
        _maybe_leave(world, subscription)
    elif pick < 0.75:
        subscription.advance_periods(world.rng.randrange(1, 4))
        subscription.resume(subscription.inside(0.2, 0.8))
        subscription.advance_periods(world.rng.randrange(1, 4))
        _maybe_leave(world, subscription)
    elif pick < 0.85:
        subscription.advance_periods(2)
        if subscription.cancel_now(subscription.inside()):
            subscription.customer.tag("canceled_while_paused")


def uncounted_renewals(world: World, people: list[Customer]) -> None:
    """Void, draft, deleted or missing renewals leave the last state in force."""
    subscription = _subscribe(world, people, plain=world.chance(0.5))
    subscription.advance_periods(world.rng.randrange(1, 5))
    for _ in range(world.rng.randrange(1, 3)):
        fate = world.rotate((VOID, DRAFT, MISSING, ("deleted", 0)))
        subscription.fates.append(fate)
        subscription.customer.tag(f"renewal_{fate[0]}")
        if world.chance(0.5):
            _around(world, subscription)
        subscription.advance_periods(1)
    subscription.advance_periods(world.rng.randrange(0, 4))
    if world.chance(0.4):
        _around(world, subscription)
    _maybe_leave(world, subscription)


def open_renewals(world: World, people: list[Customer]) -> None:
    """Open and uncollectible invoices count."""
    subscription = _subscribe(world, people)
    for _ in range(3):
        subscription.fates += [OPEN, ("uncollectible", 20), ("paid", 25)][: world.rng.randrange(4)]
        _around(world, subscription)
        subscription.advance_periods(2)
    _maybe_leave(world, subscription)


# Discounts and tax --------------------------------------------------------------------------------
def discounted(world: World, people: list[Customer]) -> None:
    """A coupon that begins in mid-life, with changes before and after."""
    interval = world.rng.choice(("month", "month", "year", "quarter"))
    subscription = _subscribe(world, people, plain=True, interval=interval)
    subscription.advance_periods(world.rng.randrange(0, 4))
    if subscription.advance(subscription.inside()):
        _coupon_inside(world, subscription)
    subscription.advance_periods(world.rng.randrange(1, 4))
    _around(world, subscription)
    _maybe_leave(world, subscription)


def _coupon_inside(world: World, subscription: Subscription) -> None:
    """A coupon redeemed in the middle of a period, before its second half."""
    duration = world.rng.choice(("forever", "repeating2", "repeating3", "repeating12"))
    currency = subscription.customer.currency
    coupon = (
        world.book.percent(world.rng.choice(("10", "20", "25", "50")), duration)
        if world.chance(0.6)
        else world.book.amount_off(currency, duration)
    )
    start = subscription.inside(0.1, 0.9)
    end = None
    if duration == "forever" and world.chance(0.4):
        end = start + world.rng.randrange(30, 300) * DAY
    subscription.discount(coupon, start, end)


def all_off(world: World, people: list[Customer]) -> None:
    """Everything off for a while or for good; changes meanwhile show at the next renewal."""
    duration = world.rng.choice(("forever", "repeating3", "repeating6"))
    coupon = world.book.percent("100", duration)
    at_once = world.chance(0.4)
    subscription = _subscribe(world, people, plain=True, coupons=[coupon] if at_once else [])
    subscription.advance_periods(world.rng.randrange(0, 4))
    if not at_once:
        subscription.discount(coupon, subscription.inside(0.1, 0.3))
    if world.chance(0.5):
        item = subscription.item
        subscription.change(subscription.inside(0.4, 0.8), item, quantity=item.quantity + 2)
    subscription.advance_periods(world.rng.randrange(1, 6))
    _maybe_leave(world, subscription)


def stacked_discounts(world: World, people: list[Customer]) -> None:
    """Two percentages one after the other, or a percentage and an amount, on two items."""
    start = world.start(8)
    customer = _customer(world, people, start)
    seats = _seat(world, customer.currency, "month")
    support = _seat(world, customer.currency, "month", "support")
    second = (
        world.book.percent("20", "repeating6")
        if world.chance(0.5)
        else world.book.amount_off(customer.currency, "repeating6")
    )
    subscription = Subscription(
        customer,
        start,
        [(seats, _quantity(world)), (support, 1)],
        coupons=[world.book.percent("10", "forever"), second],
    )
    customer.tag("stacked_discounts")
    subscription.advance_periods(world.rng.randrange(1, 5))
    _around(world, subscription)
    _maybe_leave(world, subscription)


def foreign_amount_off(world: World, people: list[Customer]) -> None:
    """An amount off in another currency takes nothing off."""
    coupon = world.book.amount_off("usd", "forever")
    subscription = _subscribe(world, people, currency="eur", plain=True, coupons=[coupon])
    subscription.customer.tag("amount_off_in_other_currency")


def customer_coupon(world: World, people: list[Customer]) -> None:
    """A coupon of the customer; a subscription's own running coupon replaces it."""
    start = world.start(8)
    customer = _customer(world, people, start)
    percent = world.rng.choice(("10", "20", "50"))
    duration = world.rng.choice(("forever", "repeating6", "repeating12"))
    customer.discount(world.book.percent(percent, duration), start - HOUR)
    first = Subscription(
        customer, start, [(_seat(world, customer.currency, "month"), _quantity(world))]
    )
    first.advance_periods(world.rng.randrange(0, 4))
    if world.chance(0.6):
        # Its own coupon for a while: the customer's does not count for it meanwhile.
        duration = world.rng.choice(("repeating3", "forever"))
        first.discount(world.book.percent("25", duration), first.inside(0.1, 0.5))
        customer.tag("own_discount_replaces_customers")
    second = Subscription(
        customer, start + 40 * DAY, [(_seat(world, customer.currency, "year"), 1)]
    )
    if second.exists:
        customer.tag("several_subscriptions")
    first.advance_periods(2)
    _around(world, first)
    _maybe_leave(world, first)


def customer_amount_off(world: World, people: list[Customer]) -> None:
    """An amount off of the customer, with one subscription."""
    start = world.start(8)
    customer = _customer(world, people, start)
    duration = world.rng.choice(("forever", "repeating6"))
    customer.discount(world.book.amount_off(customer.currency, duration), start)
    interval = world.rng.choice(("month", "year"))
    price = _seat(world, customer.currency, interval, "team")
    subscription = Subscription(customer, start, [(price, _quantity(world))])
    customer.tag("customer_amount_off")
    _maybe_leave(world, subscription)


def tax_inside(world: World, people: list[Customer]) -> None:
    """Prices with 19 % tax inside; quantity changes hold from the next renewal."""
    start = world.start(8)
    customer = _customer(world, people, start, world.rng.choice(("eur", "gbp")))
    interval = world.rng.choice(("month", "month", "year"))
    price = world.book.price("retail", interval, customer.currency)
    coupons = [world.book.percent("10", "forever")] if world.chance(0.4) else []
    subscription = Subscription(
        customer, start, [(price, _quantity(world))], tax="inclusive", coupons=coupons
    )
    if coupons:
        customer.tag("tax_inclusive_discounted")
    subscription.advance_periods(world.rng.randrange(1, 6))
    if world.chance(0.4) and subscription.next_due + 2 * HOUR < world.as_of:
        item = subscription.item
        at = subscription.inside()
        subscription.change(at, item, quantity=item.quantity + 2, proration="none")
    _maybe_leave_simply(world, subscription)


def _maybe_leave_simply(world: World, subscription: Subscription) -> None:
    if world.chance(0.4):
        subscription.advance_periods(2)
        subscription.schedule_cancel(subscription.inside())


def tax_and_discount(world: World, people: list[Customer]) -> None:
    """Tax on top of a discounted invoice."""
    coupon = world.book.percent(world.rng.choice(("10", "20", "50")), "forever")
    subscription = _subscribe(world, people, plain=True, tax="exclusive", coupons=[coupon])
    _maybe_leave(world, subscription)


# History, deletions, accounts ---------------------------------------------------------------------
def connected_late(world: World, people: list[Customer]) -> None:
    """The loader came later: the history does not reach back to the beginning."""
    subscription = _subscribe(world, people, months=6)
    for _ in range(world.rng.randrange(0, 4)):
        subscription.advance_periods(1)
        _around(world, subscription)
    if world.chance(0.5):
        subscription.advance_periods(1)
        subscription.schedule_cancel(subscription.inside())
    span = max(world.as_of - subscription.start - 2 * DAY, 1)
    subscription.connected = subscription.start + DAY + world.rng.randrange(span)
    if subscription.connected >= world.as_of:
        subscription.connected = None


def without_history(world: World, people: list[Customer]) -> None:
    """No version at all: its lines count up to their last period's end, which is past."""
    subscription = _subscribe(world, people, months=10, plain=True, has_history=False)
    alive = subscription.advance_periods(world.rng.randrange(1, 5))
    if world.chance(0.5) and alive and subscription.next_due + 70 * DAY < world.as_of:
        _around(world, subscription, "now")
    end = subscription.next_due
    subscription.schedule_cancel(subscription.inside(0.92, 0.99))
    if not subscription.exists or end > world.as_of - DAY:
        # Too young to be over at as-of: an ordinary subscription instead.
        subscription.has_history = True


def deleted_customer(world: World, people: list[Customer]) -> None:
    """Deleted after it left; its history stays."""
    subscription = _subscribe(world, people, months=10)
    subscription.advance_periods(world.rng.randrange(1, 4))
    if subscription.cancel_now(subscription.inside()):
        subscription.customer.is_deleted = True
        subscription.customer.tag("deleted_customer")


def several_subscriptions(world: World, people: list[Customer]) -> None:
    """Two or three subscriptions side by side, each with its own life."""
    start = world.start(8)
    customer = _customer(world, people, start)
    for number in range(world.rng.choice((2, 3))):
        begin = start + number * world.rng.randrange(1, 90) * DAY
        price = _seat(world, customer.currency)
        subscription = Subscription(customer, begin, [(price, _quantity(world))])
        if not subscription.exists:
            continue
        subscription.advance_periods(world.rng.randrange(0, 4))
        if world.chance(0.5):
            _around(world, subscription)
        _maybe_leave(world, subscription, 0.5)
    customer.tag("several_subscriptions")


def several_items(world: World, people: list[Customer]) -> None:
    """Two or three items from the beginning."""
    start = world.start(8)
    customer = _customer(world, people, start)
    interval = world.rng.choice(("month", "year"))
    items = [
        (_seat(world, customer.currency, interval, product), _quantity(world))
        for product in ("team", "support", "starter")[: world.rng.choice((2, 3))]
    ]
    off = world.book.amount_off(customer.currency, "forever")
    coupons = [off] if world.chance(0.4) else []
    subscription = Subscription(customer, start, items, coupons=coupons)
    customer.tag("several_items")
    subscription.advance_periods(world.rng.randrange(0, 4))
    _around(world, subscription)
    subscription.advance_periods(1)
    if world.chance(0.5):
        subscription.remove_item(
            subscription.inside(), subscription.items[1], credit=world.chance(0.5)
        )
    _maybe_leave(world, subscription)


def same_day(world: World, people: list[Customer]) -> None:
    """Ends and begins, or grows, within one day: netted."""
    start = world.start(6) // DAY * DAY + 9 * HOUR
    customer = _customer(world, people, start)
    price = _seat(world, customer.currency, "month", "team")
    first = Subscription(customer, start, [(price, 3)])
    if world.chance(0.5):
        first.change(start + 55 * 60, first.item, quantity=5, proration="now")
        customer.tag("netted_within_day")
    else:
        at = start + 45 * DAY + HOUR
        if first.cancel_now(at):
            other = _seat(world, customer.currency, "month", "business")
            Subscription(customer, at + 300, [(other, 2)])
            customer.tag("netted_within_day")


def gone_the_same_day(world: World, people: list[Customer]) -> None:
    """Comes and goes within one day: nothing moves."""
    start = world.start(2) // DAY * DAY + 9 * HOUR
    subscription = _subscribe(world, people, start=start, plain=True)
    if subscription.cancel_now(start + 3 * HOUR, credit=world.chance(0.5)):
        subscription.customer.tag("gone_the_same_day")


def merged_accounts(world: World, people: list[Customer]) -> None:
    """Two billing customers of one account; the second takes over from the first."""
    start = world.start(9)
    first = _customer(world, people, start)
    second = _customer(world, people, start, first.currency)
    subscription = Subscription(
        first, start, [(_seat(world, first.currency, "month"), _quantity(world))]
    )
    subscription.advance_periods(world.rng.randrange(1, 5))
    gap = world.rng.choice((0, 0, 20 * DAY))
    if subscription.cancel_now(subscription.inside()) and subscription.ended_at:
        begin = subscription.ended_at + gap
        Subscription(second, begin, [(_seat(world, first.currency, "month"), _quantity(world))])
    account = world.new_id("acct_")
    for customer in (first, second):
        world.accounts["stripe", customer.id] = account
    world.tag(account, "merged_accounts")


def moved_subscription(world: World, people: list[Customer]) -> None:
    """A subscription goes to another customer: one that pays already, a new one, or one account."""
    start = world.start(9)
    first = _customer(world, people, start)
    second = _customer(world, people, start, first.currency)
    kind = world.rotate(("has_one", "is_new", "same_account"))
    if kind == "has_one":
        Subscription(second, start, [(_seat(world, first.currency, "month"), _quantity(world))])
    elif kind == "same_account":
        account = world.new_id("acct_")
        for customer in (first, second):
            world.accounts["stripe", customer.id] = account
    terms = [(_seat(world, first.currency, "month"), _quantity(world))]
    subscription = Subscription(first, start, terms)
    subscription.advance_periods(world.rng.randrange(0, 5))
    if subscription.exists:
        _around(world, subscription)
        if subscription.move(second, subscription.inside()):
            for customer in (first, second):
                world.tag(world.account(customer.id), f"subscription_moved_{kind}")
        _around(world, subscription)
        _maybe_leave(world, subscription)


def group_of_companies(world: World, people: list[Customer]) -> None:
    """Two accounts below one; the map leads to the second by way of another customer's id."""
    top = world.new_id("acct_")
    account = world.new_id("acct_")
    start = world.start(6)
    first, second, third = (_customer(world, people, start, "usd") for _ in range(3))
    for customer in (first, second, third):
        begin = start + world.rng.randrange(90) * DAY
        subscription = Subscription(
            customer, begin, [(_seat(world, "usd", "month"), _quantity(world))]
        )
        subscription.advance_periods(world.rng.randrange(1, 4))
        _maybe_leave(world, subscription)
    world.accounts["stripe", first.id] = first.id
    world.accounts["stripe", second.id] = world.accounts["stripe", third.id] = account
    world.stated["stripe", third.id] = second.id
    world.parents |= {first.id: top, account: top}
    world.tag(account, "account_chain", "below_a_parent")


def invoices_only(world: World, people: list[Customer]) -> None:
    """Neither the customer's own row nor a version of its subscription ever landed."""
    without_history(world, people)
    customer = people[-1]
    if not customer.subscriptions[0].has_history:
        customer.has_row = False
        if world.chance(0.5):
            world.accounts["stripe", customer.id] = world.new_id("acct_")
        world.tag(world.account(customer.id), "invoices_only")


def two_currencies(world: World, people: list[Customer]) -> None:
    """One account that pays in two currencies."""
    start = world.start(9)
    account = world.new_id("acct_")
    for currency in ("usd", world.rng.choice(("eur", "gbp", "jpy", "kwd"))):
        customer = _customer(world, people, start, currency)
        begin = start + world.rng.randrange(100) * DAY
        subscription = Subscription(
            customer, begin, [(_seat(world, currency, "month"), _quantity(world))]
        )
        subscription.advance_periods(world.rng.randrange(0, 5))
        if subscription.exists:
            _around(world, subscription)
            _maybe_leave(world, subscription)
        world.accounts["stripe", customer.id] = account
    world.tag(account, "two_currencies")


def invoice_only_open(world: World, people: list[Customer]) -> None:
    """A one-off invoice that is void, beside a subscription."""
    subscription = _subscribe(world, people)
    customer = subscription.customer
    at = subscription.start + 3 * DAY
    if at <= world.as_of:
        price = world.book.price("setup", "once", customer.currency)
        line = Line(None, price, 1, price.amount(1), at, at, description="Migration")
        write_invoice(customer, None, at, "manual", [line], VOID, (at, at))
    subscription.advance_periods(3)


def wild(world: World, people: list[Customer]) -> None:
    """Anything after anything, period by period."""
    interval = world.rng.choice(("month", "month", "month", "quarter", "year", "week"))
    start = world.recent(60, 300) if interval == "week" else None
    subscription = _subscribe(world, people, months=10, interval=interval, start=start)
    subscription.customer.tag("wild")
    for _ in range(world.rng.randrange(2, 10)):
        if subscription.ended_at is not None or not subscription.exists:
            break
        subscription.advance_periods(world.rng.choice((0, 1, 1, 2, 4)))
        for low, high in ((0.1, 0.4), (0.5, 0.9)):
            if world.chance(0.5):
                _wild_step(world, subscription, low, high)
    _maybe_leave(world, subscription, 0.5)


def _wild_step(world: World, subscription: Subscription, low: float, high: float) -> None:
    if not subscription.listed:
        return
    rng = world.rng
    item = rng.choice(subscription.listed)
    at = subscription.inside(low, high)
    # The part of the period that is over cannot be changed any more.
    last = subscription.versions[-1]["_fivetran_start"]
    if at <= last + HOUR:
        return
    how = rng.choice(("next", "next", "now", "none"))
    pick = rng.random()
    if pick < 0.35:
        subscription.change(at, item, quantity=rng.randrange(1, 40), proration=how)
    elif pick < 0.55:
        subscription.change(at, item, price=_other(world, item.price), proration=how)
    elif pick < 0.7:
        interval = _interval_name(item.price)
        price = _seat(world, item.price.currency, interval)
        subscription.add_item(at, price, rng.randrange(1, 5), how)
    elif pick < 0.8:
        subscription.remove_item(at, item, credit=world.chance(0.6), proration=how)
    elif pick < 0.86:
        subscription.fates.append(rng.choice((VOID, MISSING, OPEN, ("uncollectible", 9))))
    elif pick < 0.9:
        subscription.schedule_cancel(at)
        subscription.undo_cancel(at + HOUR)
    elif pick < 0.94:
        duration = rng.choice(("forever", "repeating2", "repeating6"))
        percent = world.book.percent(rng.choice(("10", "50", "100")), duration)
        off = world.book.amount_off(item.price.currency, duration)
        end = at + rng.randrange(10, 200) * DAY if duration == "forever" else None
        subscription.discount(rng.choice((percent, off)), at, end)
    elif pick < 0.97:
        _wild_pause(world, subscription, at)
    else:
        _wild_unpaid(world, subscription)


def _wild_pause(world: World, subscription: Subscription, at: int) -> None:
    behavior = world.rng.choice(("void", "keep_as_draft", "absent"))
    if subscription.pause_collection(at, behavior):
        subscription.advance_periods(world.rng.randrange(1, 4))
        subscription.resume(subscription.inside(0.1, 0.9))


def _wild_unpaid(world: World, subscription: Subscription) -> None:
    """Not paid, unpaid for a while, and back."""
    due = subscription.next_due
    length = subscription.item.period_end - subscription.item.period_start
    subscription.fates.append(("paid", 400))
    subscription.set_status(due + 2 * HOUR, "past_due")
    if subscription.set_status(due + int(length * 0.4), "unpaid"):
        wait = int(length * world.rng.choice((0.2, 0.7, 1.7)))
        subscription.set_status(due + int(length * 0.4) + wait, "active")


#: The situations; the more often one stands here the more customers show it.
SITUATIONS: tuple[Situation, ...] = (
    steady,
    seats_and_plans,
    two_changes_in_a_period,
    change_unseen,
    change_unseen,
    removed_near_as_of,
    add_and_remove,
    replace,
    switch_interval,
    price_rise,
    mixed_intervals,
    aligned_anchor,
    month_end_anchor,
    leap_day,
    special_price,
    special_price,
    with_usage,
    only_usage,
    setup_fee,
    only_one_off,
    free_then_paid,
    trial,
    trial_under_way,
    incomplete,
    first_invoice_held,
    past_due_recovers,
    past_due_now,
    involuntary,
    unpaid,
    unpaid_before_connection,
    leaves,
    cancel_undone,
    cancel_scheduled_now,
    change_then_cancel,
    pauses,
    pauses,
    uncounted_renewals,
    open_renewals,
    discounted,
    all_off,
    stacked_discounts,
    foreign_amount_off,
    customer_coupon,
    customer_amount_off,
    tax_inside,
    tax_and_discount,
    connected_late,
    without_history,
    deleted_customer,
    several_subscriptions,
    several_items,
    same_day,
    gone_the_same_day,
    merged_accounts,
    moved_subscription,
    group_of_companies,
    invoices_only,
    two_currencies,
    invoice_only_open,
    wild,
    wild,
    wild,
    wild,
)
