"""The common lives, thousands at a time: subscribe, renew, change, discount, leave, come back.

Everything is a column array over subscriptions, items, events, invoices or lines of one chunk of
customers. Amounts are minor units, instants are seconds. The truth comes from the same arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from sample_company.ids import make_ids
from sample_company.plans import CURRENCIES, DECIMALS, price_id, seat_price
from sample_company.timeline import DAY, FOREVER, HOUR, Ints, add_months_array, month_index, seconds
from sample_company.truth import Intervals
from sample_company.writer import build

Bools = np.ndarray
_MONTHS = np.array([1, 3, 12])
_INTERVAL_NAMES = ("month", "quarter", "year")
_PLANS = ("starter", "team", "business", "support")
_SUPPORT = 3
_SLOTS = 3  # changes of an item at most
_NEVER = 1 << 20  # a number of periods that nobody reaches
_FAR = 2_000  # periods; keeps a life without end within the calendar
_NEXT, _NOW, _NONE, _FIRST = 0, 1, 2, 3  # how a change is billed
# How a subscription ends.
_AT_PERIOD_END, _AT_ONCE, _WITH_CREDIT, _INVOLUNTARY, _AFTER_TRIAL = range(5)
_END_OF_TIME = 253_402_300_799
_COUNTRY = np.array(["US", "DE", "GB", "JP", "KW"])
_NO_CURRENT_PERIOD = seconds(datetime(2025, 7, 31, tzinfo=UTC))

#: (plan, interval, currency, version) -> minor units, and the price's position in _PRICE_IDS.
_UNIT = np.array(
    [
        [[[seat_price(p, i, c, v) for v in (1, 2)] for c in CURRENCIES] for i in _INTERVAL_NAMES]
        for p in _PLANS
    ],
    dtype=np.int64,
)
_PRICE_IDS = pa.array(
    [
        price_id(p, i, c, v)
        for p in _PLANS
        for i in _INTERVAL_NAMES
        for c in CURRENCIES
        for v in (1, 2)
    ]
)
_MICRO = np.array([10 ** (6 - DECIMALS[c]) for c in CURRENCIES], dtype=np.int64)


@dataclass
class Span:
    """What all chunks share: the company's time, seed, and the instant the loader was connected."""

    origin: int
    as_of: int
    seed: int
    connected: int


@dataclass
class Chunk:
    """What a chunk leaves: raw tables by name, its truth, and who showed what."""

    tables: dict[str, pa.Table]
    map_rows: list[tuple[str, str]]  # (billing customer, account)
    intervals: Intervals
    names: pa.Array
    subscription_ids: pa.Array  # of each interval
    item_ids: pa.Array
    tags: dict[str, Ints]  # situation -> customer indices


@dataclass
class _Subs:
    """Subscriptions."""

    cust: Ints
    start: Ints
    base: Ints  # the first paid period's start (the trial's end)
    trial: Bools
    interval: Ints  # 0 month, 1 quarter, 2 year
    currency: Ints
    segment: Ints
    periods: Ints  # how many paid periods it lives
    mode: Ints
    end: Ints  # FOREVER where still running at as-of
    issued: Ints  # renewals up to as-of, the first period included
    leave_at: Ints  # when leaving was asked for
    percent: Ints
    duration: Ints  # 0 none, 1 once, 2 forever, 3.. repeating
    off_from: Ints
    off_to: Ints
    tax: Bools

    def __len__(self) -> int:
        return len(self.cust)

    def boundary(self, sub: Ints, period: Ints) -> Ints:
        """The start of a period of a subscription."""
        return add_months_array(self.base[sub], _MONTHS[self.interval[sub]] * period)

    @staticmethod
    def concat(parts: list[_Subs]) -> _Subs:
        return _Subs(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(_Subs)))


_DURATIONS = ("", "once", "forever", "repeating3", "repeating6", "repeating12")
_REPEATS = np.array([0, 0, 0, 3, 6, 12])
_PERCENTS = np.array([10, 20, 50])


def _half_up(numerator: Any, denominator: Any) -> Ints:
    """Division of non-negative whole numbers, rounded half up."""
    return np.asarray((2 * numerator + denominator) // (2 * denominator), dtype=np.int64)


def starts(rng: np.random.Generator, span: Span, size: int) -> Ints:
    """When customers come: growing, with a season, between 06:00 and 22:00."""
    first, last = span.origin // DAY, span.as_of // DAY - 1
    days = np.arange(first, max(last, first) + 1)
    age = (days - first) / 30.4
    weight = 1.02**age * (1 + 0.18 * np.cos(2 * np.pi * (days % 365.25 - 20) / 365.25))
    position = np.searchsorted(np.cumsum(weight) / weight.sum(), rng.random(size))
    chosen = days[np.minimum(position, len(days) - 1)]
    clock = rng.integers(6 * HOUR, 22 * HOUR, size)
    return np.asarray(np.maximum(chosen * DAY + clock, span.origin), dtype=np.int64)


def _lives(
    rng: np.random.Generator,
    span: Span,
    cust: Ints,
    start: Ints,
    currency: Ints,
    segment: Ints,
) -> _Subs:
    """Subscriptions with their terms, coupons and ends."""
    size = len(cust)
    pick = rng.random(size)
    monthly = np.array([0.8, 0.55, 0.25])[segment]
    interval = np.where(pick < monthly, 0, np.where(pick < monthly + 0.08, 1, 2))
    months = _MONTHS[interval]
    trial = rng.random(size) < 0.25
    base = np.where(trial, start + 14 * DAY, start)
    hazard = np.array([0.035, 0.018, 0.008])[segment]
    periods = np.minimum(rng.geometric(1 - (1 - hazard) ** months), _NEVER)
    mode = rng.choice(4, size, p=[0.55, 0.15, 0.1, 0.2])
    mode = np.where((mode == _INVOLUNTARY) & (periods < 2), _AT_PERIOD_END, mode)
    mode = np.where(trial & (rng.random(size) < 0.4), _AFTER_TRIAL, mode)
    periods = np.where(mode == _AFTER_TRIAL, 0, periods)

    # Beyond a human lifetime nothing ends: keep the calendar in range.
    far = np.minimum(periods, 4_000 // months)
    stop = add_months_array(base, months * far)
    last = add_months_array(base, months * np.maximum(far - 1, 0))
    share = rng.uniform(0.15, 0.85, size)
    inside = last + ((stop - last) * share).astype(np.int64)
    end = np.select(
        [mode == _AT_PERIOD_END, mode == _INVOLUNTARY, mode == _AFTER_TRIAL],
        [stop, last + 20 * DAY, base],
        inside,
    )
    leave_at = np.select(
        [mode == _AT_PERIOD_END, mode == _AFTER_TRIAL],
        [inside, start + 5 * DAY + ((end - start - 6 * DAY) * share).astype(np.int64)],
        end,
    )
    elapsed = month_index(span.as_of) - month_index(base)
    whole = elapsed // months
    reached = add_months_array(base, months * np.maximum(whole, 0)) <= span.as_of
    issued = np.where(elapsed < 0, 0, whole + reached)
    issued = np.minimum(issued, periods)
    end = np.where(end <= span.as_of, end, FOREVER)

    pick = rng.random(size)
    duration = np.where(pick < 0.15, rng.integers(1, len(_DURATIONS), size), 0)
    repeats = _REPEATS[duration]
    off_to = np.where(repeats > 0, add_months_array(start, repeats), FOREVER)
    return _Subs(
        cust=cust,
        start=start,
        base=base,
        trial=trial,
        interval=interval,
        currency=currency,
        segment=segment,
        periods=periods,
        mode=mode,
        end=end,
        issued=issued,
        leave_at=leave_at,
        percent=np.where(duration > 0, _PERCENTS[rng.integers(0, 3, size)], 0),
        duration=duration,
        off_from=start,
        off_to=off_to,
        tax=pick > 0.75,
    )


@dataclass
class _Items:
    """Items; slot 0 is the first state, the others are changes in order of time."""

    sub: Ints
    first_period: Ints  # the first period with a renewal line
    is_initial: Bools
    valid: np.ndarray  # (items, slots + 1)
    at: np.ndarray
    period: np.ndarray  # the period in which the change falls
    how: np.ndarray
    plan: np.ndarray
    version: np.ndarray
    quantity: np.ndarray
    full: np.ndarray  # minor units of a period

    def __len__(self) -> int:
        return len(self.sub)


def _items(rng: np.random.Generator, span: Span, subs: _Subs) -> _Items:
    """The main item of each subscription, and for some a support item."""
    main = np.arange(len(subs))
    with_support = np.flatnonzero(rng.random(len(subs)) < 0.2)
    sub = np.concatenate([main, with_support])
    is_main = np.arange(len(sub)) < len(main)
    size = len(sub)
    later = ~is_main & (rng.random(size) < 0.5)
    # A change needs the next renewal within the life: not in the last period.
    limit = np.minimum(subs.issued[sub], subs.periods[sub] - 1)
    shape = (size, _SLOTS + 1)
    period = np.zeros(shape, dtype=np.int64)
    gaps = rng.geometric(np.array([0.1, 0.2, 0.35])[subs.interval[sub]][:, None], shape)
    period[:, 0] = np.where(later, gaps[:, 0] - 1, -1)
    for slot in range(1, _SLOTS + 1):
        period[:, slot] = period[:, slot - 1] + gaps[:, slot]
    spread = np.repeat(sub[:, None], _SLOTS + 1, axis=1)
    near = np.clip(period, 0, _FAR // _MONTHS[subs.interval[sub]][:, None])
    begin, stop = subs.boundary(spread, near), subs.boundary(spread, near + 1)
    at = begin + ((stop - begin) * rng.uniform(0.15, 0.85, shape)).astype(np.int64)
    valid = (period < limit[:, None]) & (at <= span.as_of)
    at[:, 0] = np.where(later, at[:, 0], subs.start[sub])
    valid[:, 0] |= ~later
    valid = np.logical_and.accumulate(valid, axis=1)
    kept = valid[:, 0]
    how = rng.choice([_NEXT, _NOW, _NONE], shape, p=[0.45, 0.2, 0.35])
    how[:, 0] = np.where(later, np.where(how[:, 0] == _NONE, _NEXT, how[:, 0]), _FIRST)

    segment = subs.segment[sub]
    plan = np.zeros(shape, dtype=np.int64)
    version = np.ones(shape, dtype=np.int64)
    quantity = np.zeros(shape, dtype=np.int64)
    draw = rng.random(size)
    plan[:, 0] = np.where(
        is_main, np.where(draw < 0.5 - 0.2 * segment, 0, np.where(draw < 0.85, 1, 2)), _SUPPORT
    )
    largest = np.array([8, 40, 200])[segment]
    quantity[:, 0] = np.where(is_main, rng.integers(1, largest + 1), 1)
    for slot in range(1, _SLOTS + 1):
        kind = rng.random(size)
        move = rng.integers(-3, 11, size)
        plan[:, slot] = plan[:, slot - 1]
        version[:, slot] = version[:, slot - 1]
        to_plan = is_main & (kind < 0.25)
        plan[to_plan, slot] = (plan[to_plan, slot - 1] + rng.integers(1, 3, size)[to_plan]) % 3
        dearer = ~to_plan & (kind < 0.4) & (version[:, slot - 1] == 1)
        version[dearer, slot] = 2
        how[dearer, slot] = _NONE
        changed = np.maximum(quantity[:, slot - 1] + move, 1)
        changed = np.where(changed == quantity[:, slot - 1], changed + 1, changed)
        quantity[:, slot] = np.where(to_plan | dearer, quantity[:, slot - 1], changed)
    unit = _UNIT[plan, subs.interval[sub][:, None], subs.currency[sub][:, None], version - 1]
    everything = _Items(
        sub,
        period[:, 0] + 1,
        ~later,
        valid,
        at,
        period,
        how,
        plan,
        version,
        quantity,
        unit * quantity,
    )
    return _Items(*(getattr(everything, f.name)[kept] for f in fields(_Items)))


def _price_index(items: _Items, subs: _Subs, item: Ints, slot: Ints) -> Ints:
    sub = items.sub[item]
    position = items.plan[item, slot] * len(_INTERVAL_NAMES) + subs.interval[sub]
    position = position * len(CURRENCIES) + subs.currency[sub]
    return np.asarray(position * 2 + items.version[item, slot] - 1)


def _expand(count: Ints) -> tuple[Ints, Ints]:
    """For each position as many rows as counted: (position, number within it)."""
    count = np.maximum(count, 0)
    position = np.repeat(np.arange(len(count)), count)
    within = np.arange(len(position)) - np.repeat(np.cumsum(count) - count, count)
    return position, within


@dataclass
class _Lines:
    """Invoice lines; invoice is a position among the invoices."""

    invoice: Ints
    item: Ints
    slot: Ints
    amount: Ints
    start: Ints
    end: Ints
    proration: Bools


@dataclass
class _Invoices:
    """Invoices of the chunk."""

    sub: Ints
    at: Ints
    reason: Ints  # 0 create, 1 cycle, 2 update
    start: Ints
    end: Ints


_REASONS = pa.array(["subscription_create", "subscription_cycle", "subscription_update"])


def _bill(subs: _Subs, items: _Items) -> tuple[_Invoices, _Lines]:
    """All invoices and lines up to as-of."""
    trials = np.flatnonzero(subs.trial)
    cycle_sub, cycle_period = _expand(subs.issued)
    first_cycle = len(trials) + np.cumsum(subs.issued) - subs.issued
    trial_at = np.full(len(subs), -1)
    trial_at[trials] = np.arange(len(trials))

    change = items.valid & ((items.how == _NEXT) | (items.how == _NOW))
    item, slot = np.nonzero(change)
    sub, period = items.sub[item], items.period[item, slot]
    now = items.how[item, slot] == _NOW
    shown = now | (period + 1 < subs.issued[sub])
    item, slot, sub, period, now = (a[shown] for a in (item, slot, sub, period, now))
    at = items.at[item, slot]
    begin, stop = subs.boundary(sub, period), subs.boundary(sub, period + 1)
    invoice = np.where(now, 0, first_cycle[sub] + period + 1)
    first_now = len(trials) + len(cycle_sub)
    invoice[now] = first_now + np.arange(now.sum())
    now_sub, now_at = sub[now], at[now]

    credited = np.flatnonzero((subs.mode == _WITH_CREDIT) & (subs.end != FOREVER))
    credit_at = np.full(len(subs), -1)
    credit_at[credited] = first_now + len(now_sub) + np.arange(len(credited))

    cycle_at = subs.boundary(cycle_sub, cycle_period)
    previous = subs.boundary(cycle_sub, np.maximum(cycle_period - 1, 0))
    invoices = _Invoices(
        sub=np.concatenate([trials, cycle_sub, now_sub, credited]),
        at=np.concatenate([subs.start[trials], cycle_at, now_at, subs.end[credited]]),
        reason=np.concatenate(
            [
                np.zeros(len(trials), np.int64),
                np.where((cycle_period == 0) & ~subs.trial[cycle_sub], 0, 1),
                np.full(len(now_sub) + len(credited), 2),
            ]
        ),
        start=np.concatenate([subs.start[trials], previous, now_at, subs.end[credited]]),
        end=np.concatenate([subs.start[trials], cycle_at, now_at, subs.end[credited]]),
    )

    def part(
        invoice: Ints, item: Ints, slot: Ints, amount: Ints, start: Ints, end: Ints, prorated: bool
    ) -> _Lines:
        return _Lines(invoice, item, slot, amount, start, end, np.full(len(item), prorated))

    # Trial lines at 0, and renewals in the state in force.
    on_trial = np.flatnonzero(subs.trial[items.sub] & items.is_initial)
    trial_sub = items.sub[on_trial]
    zero = np.zeros(len(on_trial), np.int64)
    parts = [
        part(
            trial_at[trial_sub],
            on_trial,
            zero,
            zero,
            subs.start[trial_sub],
            subs.base[trial_sub],
            False,
        )
    ]
    owner, offset = _expand(subs.issued[items.sub] - items.first_period)
    number = items.first_period[owner] + offset
    state = np.zeros(len(owner), np.int64)
    for column in range(1, _SLOTS + 1):
        state += items.valid[owner, column] & (items.period[owner, column] < number)
    parts.append(
        part(
            first_cycle[items.sub[owner]] + number,
            owner,
            state,
            items.full[owner, state],
            subs.boundary(items.sub[owner], number),
            subs.boundary(items.sub[owner], number + 1),
            False,
        )
    )

    def share(sub: Ints, at: Ints, full: Ints, begin: Ints, stop: Ints) -> Ints:
        """The unused part of a period's amount, percentages taken off."""
        running = (subs.duration[sub] > 1) & (subs.off_from[sub] <= at) & (at < subs.off_to[sub])
        left = 100 - np.where(running, subs.percent[sub], 0)
        return _half_up(full * (stop - at) * left, (stop - begin) * 100)

    charge = share(sub, at, items.full[item, slot], begin, stop)
    parts.append(part(invoice, item, slot, charge, at, stop, True))
    again = slot > 0
    before = items.full[item, np.maximum(slot - 1, 0)]
    credit = -share(sub, at, before, begin, stop)
    parts.append(
        part(
            invoice[again],
            item[again],
            slot[again] - 1,
            credit[again],
            at[again],
            stop[again],
            True,
        )
    )

    # Leaving with a credit for the rest of the period.
    item = np.flatnonzero(credit_at[items.sub] >= 0)
    sub = items.sub[item]
    last = subs.periods[sub] - 1
    begin, stop, at = subs.boundary(sub, last), subs.boundary(sub, last + 1), subs.end[sub]
    slot = items.valid[item].sum(axis=1) - 1
    amount = -share(sub, at, items.full[item, slot], begin, stop)
    parts.append(part(credit_at[sub], item, slot, amount, at, stop, True))
    lines = _Lines(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(_Lines)))
    order = np.argsort(lines.invoice, kind="stable")
    return invoices, _Lines(*(getattr(lines, f.name)[order] for f in fields(_Lines)))


def _intervals(span: Span, subs: _Subs, items: _Items, account: Ints) -> tuple[Intervals, Ints]:
    """The truth of the chunk, and the item of each interval."""
    sub = items.sub[:, None]
    spread = np.repeat(sub, _SLOTS + 1, axis=1)
    near = np.clip(items.period, 0, _FAR // _MONTHS[subs.interval[items.sub]][:, None])
    renewal = subs.boundary(spread, near + 1)
    issued = items.period + 1 < subs.issued[sub]
    seen = issued & (renewal + HOUR <= span.as_of)
    late = np.where(items.how == _NONE, renewal, items.at)
    # A change that no counted line shows yet is dated at as-of.
    begin = np.where(items.how == _NOW, items.at, np.where(seen, late, span.as_of))
    # After a trial the first renewal must have left its draft.
    paid_from = np.where(subs.trial & (subs.base + HOUR > span.as_of), FOREVER, subs.base)
    begin[:, 0] = np.where(items.is_initial, paid_from[items.sub], begin[:, 0])
    begin = np.where(items.valid, begin, FOREVER)
    end = np.concatenate([begin[:, 1:], np.full((len(items), 1), FOREVER)], axis=1)
    end = np.minimum(end, subs.end[items.sub][:, None])
    item, slot = np.nonzero(items.valid & (begin < end) & (begin <= span.as_of))
    sub = items.sub[item]
    start, stop = begin[item, slot], end[item, slot]
    per_year = 12 // _MONTHS[subs.interval[sub]]
    gross = items.full[item, slot] * per_year * _MICRO[subs.currency[sub]]
    counts = subs.duration[sub] > 1
    low = np.where(counts, subs.off_from[sub], FOREVER)
    high = np.where(counts, subs.off_to[sub], FOREVER)
    net = gross * (100 - subs.percent[sub]) // 100
    pieces = [
        (start, np.minimum(stop, low), gross),
        (np.maximum(start, low), np.minimum(stop, high), net),
        (np.maximum(start, high), stop, gross),
    ]
    item = np.concatenate([item] * 3)
    start, stop, annual = (np.concatenate([p[n] for p in pieces]) for n in range(3))
    kept = start < stop
    item, start, stop, annual = item[kept], start[kept], stop[kept], annual[kept]
    sub = items.sub[item]
    owner = account[subs.cust[sub]]
    return Intervals(owner, subs.currency[sub], start, stop, annual), item


def simulate(rng: np.random.Generator, span: Span, number: int, size: int) -> Chunk:
    """One chunk of customers."""
    start = starts(rng, span, size)
    currency = rng.choice(len(CURRENCIES), size, p=[0.6, 0.2, 0.12, 0.06, 0.02])
    segment = rng.choice(3, size, p=[0.7, 0.25, 0.05])
    everyone = np.arange(size)
    first = _lives(rng, span, everyone, start, currency, segment)
    parts = [first]
    more = np.flatnonzero(rng.random(size) < 0.08)
    again = np.flatnonzero((first.end != FOREVER) & (rng.random(size) < 0.15))
    for who, wanted in (
        (more, start[more] + rng.integers(20, 400, len(more)) * DAY),
        (again, first.end[again] + rng.integers(5, 300, len(again)) * DAY),
    ):
        begin = wanted // DAY * DAY + rng.integers(6 * HOUR, 22 * HOUR, len(who))
        kept = begin < span.as_of // DAY * DAY
        cust = who[kept]
        parts.append(_lives(rng, span, cust, begin[kept], currency[cust], segment[cust]))
    subs = _Subs.concat(parts)
    items = _items(rng, span, subs)
    invoices, lines = _bill(subs, items)

    base = np.int64(number + 1) << 36

    def ids(prefix: str, kind: int, count: int) -> pa.StringArray:
        return make_ids(prefix, base + (np.int64(kind) << 32) + np.arange(count), span.seed)

    customer_ids = ids("cus_", 1, size)
    sub_ids = ids("sub_", 2, len(subs))
    item_ids = ids("si_", 3, len(items))
    # One customer in a hundred pays for an account together with the next one.
    pairs = np.flatnonzero(rng.random(size // 2) < 0.01) * 2
    account = everyone.copy()
    account[pairs] = account[pairs + 1] = size + np.arange(len(pairs))
    account_ids = ids("acct_", 4, len(pairs))
    names = pa.concat_arrays([customer_ids, account_ids])
    merged = [
        (customer_ids[int(p) + side].as_py(), account_ids[n].as_py())
        for n, p in enumerate(pairs)
        for side in (0, 1)
    ]

    tables: dict[str, pa.Table] = {}
    tables["customer"] = _customer_table(rng, start, currency, customer_ids)
    tables["subscription_history"] = _history(rng, span, subs, sub_ids, customer_ids)
    tables["subscription_item"] = _item_table(rng, subs, items, sub_ids, item_ids)
    tables |= _discount_tables(rng, subs, sub_ids, customer_ids, ids)
    tables |= _invoice_tables(
        rng, span, subs, items, invoices, lines, sub_ids, item_ids, customer_ids, ids
    )
    intervals, item = _intervals(span, subs, items, account)
    tags = _tags(subs, items)
    return Chunk(
        tables,
        merged,
        intervals,
        names,
        sub_ids.take(pa.array(items.sub[item])),
        item_ids.take(pa.array(item)),
        {name: np.unique(account[who]) for name, who in tags.items()},
    )


def _tags(subs: _Subs, items: _Items) -> dict[str, Ints]:
    ended = subs.end != FOREVER
    owner = subs.cust[items.sub]
    tags = {
        f"bulk_end_{name}": subs.cust[ended & (subs.mode == mode)]
        for mode, name in enumerate(
            ("period_end", "at_once", "with_credit", "involuntary", "after_trial")
        )
    }
    for how, name in ((_NEXT, "next"), (_NOW, "now"), (_NONE, "none")):
        tags[f"bulk_change_{name}"] = owner[
            (items.valid[:, 1:] & (items.how[:, 1:] == how)).any(axis=1)
        ]
    tags["bulk_item_added"] = owner[~items.is_initial]
    tags["bulk_trial"] = subs.cust[subs.trial]
    tags["bulk_coupon"] = subs.cust[subs.duration > 1]
    tags["bulk_coupon_once"] = subs.cust[subs.duration == 1]
    counts = np.bincount(subs.cust)
    tags["bulk_several_subscriptions"] = np.flatnonzero(counts > 1)
    return tags


def _synced(rng: np.random.Generator, at: Ints) -> Ints:
    """When the loader brought the rows: within hours, one in a hundred weeks late."""
    delay = rng.integers(60, 6 * HOUR, len(at))
    return np.asarray(at + np.where(rng.random(len(at)) < 0.01, delay * 80, delay))


def _currency(codes: Ints) -> pa.Array:
    return pa.array(list(CURRENCIES)).take(pa.array(codes))


def _customer_table(
    rng: np.random.Generator, start: Ints, currency: Ints, customer_ids: pa.Array
) -> pa.Table:
    size = len(start)
    created = start - rng.integers(60, 10 * DAY, size)
    numbers = [customer[4:10] for customer in customer_ids.to_pylist()]
    return build(
        "stripe",
        "customer",
        size,
        {
            "_fivetran_synced": _synced(rng, created),
            "id": customer_ids,
            "name": pa.array([f"Company {n.upper()}" for n in numbers]),
            "email": pa.array([f"billing@{n}.example" for n in numbers]),
            "address_country": pa.array(_COUNTRY[currency].tolist()),
            "created": created,
            "currency": _currency(currency),
            "balance": 0,
            "account_balance": 0,
            "delinquent": False,
            "is_deleted": rng.random(size) < 0.01,
            "livemode": True,
            "metadata": "{}",
        },
    )


def _history(
    rng: np.random.Generator, span: Span, subs: _Subs, sub_ids: pa.Array, customer_ids: pa.Array
) -> pa.Table:
    """Versions at every change of status; the first ones are missing where the loader came late."""
    everyone = np.arange(len(subs))
    zero = np.zeros(len(subs), np.int64)
    paid = subs.issued > 0
    last = np.maximum(subs.issued - 1, 0)
    last_start = np.where(paid, subs.boundary(everyone, last), subs.start)
    last_end = np.where(paid, subs.boundary(everyone, last + 1), subs.base)
    in_last = (subs.issued == subs.periods) & (subs.leave_at <= span.as_of)
    first_end = np.where(subs.trial, subs.base, subs.boundary(everyone, zero + 1))
    scheduled = (subs.mode == _AT_PERIOD_END) | (subs.mode == _AFTER_TRIAL)
    due = last_start + 2 * HOUR
    # (which, at, status, period start, period end, cancel scheduled, ended)
    steps = [
        (
            np.ones(len(subs), bool),
            subs.start,
            np.where(subs.trial, 1, 0),
            subs.start,
            first_end,
        ),
        (
            subs.trial & paid,
            subs.base,
            zero,
            subs.base,
            subs.boundary(everyone, zero + 1),
        ),
        (subs.issued > 1, last_start, zero, last_start, last_end),
        (
            (subs.mode == _INVOLUNTARY) & (subs.issued == subs.periods) & (due <= span.as_of),
            due,
            zero + 2,
            last_start,
            last_end,
        ),
        (
            scheduled & in_last,
            subs.leave_at,
            np.where(subs.mode == _AFTER_TRIAL, 1, 0),
            last_start,
            last_end,
        ),
        (subs.end != FOREVER, subs.end, zero + 3, last_start, last_end),
    ]
    sub = np.concatenate([everyone[step[0]] for step in steps])
    step = np.concatenate([np.full(s[0].sum(), n) for n, s in enumerate(steps)])
    at, status, begin, stop = (
        np.concatenate([s[column][s[0]] for s in steps]) for column in range(1, 5)
    )
    order = np.lexsort((step, at, sub))
    sub, step, at, status, begin, stop = (a[order] for a in (sub, step, at, status, begin, stop))
    # Of what was before the connection only the last version is known, from then on.
    following = np.append(sub[1:] == sub[:-1], False)
    next_at = np.append(at[1:], FOREVER)
    superseded = following & ((next_at <= span.connected) | (next_at == at))
    kept = ~superseded
    sub, step, at, status, begin, stop = (a[kept] for a in (sub, step, at, status, begin, stop))
    at = np.maximum(at, np.where(subs.start[sub] < span.connected, span.connected, at))
    following = np.append(sub[1:] == sub[:-1], False)
    ends = np.where(following, np.append(at[1:], 0) - 1, _END_OF_TIME)
    canceled = step == 5
    asked = (step == 4) | canceled
    never = np.zeros(len(sub), bool)
    has_period = never if span.connected < _NO_CURRENT_PERIOD else ~never
    trial = subs.trial[sub]
    involuntary = subs.mode[sub] == _INVOLUNTARY
    reasons = pa.array(["cancellation_requested", "payment_failed"])
    reason = reasons.take(pa.array(involuntary.astype(np.int64), mask=~asked))
    statuses = pa.array(["active", "trialing", "past_due", "canceled"])
    return build(
        "stripe",
        "subscription_history",
        len(sub),
        {
            "_fivetran_start": at,
            "_fivetran_end": ends,
            "_fivetran_active": ~following,
            "_fivetran_synced": _synced(rng, at),
            "id": sub_ids.take(pa.array(sub)),
            "customer_id": customer_ids.take(pa.array(subs.cust[sub])),
            "status": statuses.take(pa.array(status)),
            "created": subs.start[sub],
            "start": subs.start[sub],
            "start_date": subs.start[sub],
            "billing_cycle_anchor": subs.base[sub],
            "current_period_start": (begin, has_period),
            "current_period_end": (stop, has_period),
            "trial_start": (subs.start[sub], ~trial),
            "trial_end": (subs.base[sub], ~trial),
            "cancel_at_period_end": step == 4,
            "cancel_at": (stop, step != 4),
            "canceled_at": (subs.leave_at[sub], ~asked),
            "ended_at": (subs.end[sub], ~canceled),
            "collection_method": "charge_automatically",
            "billing": "charge_automatically",
            "cancellation_details_reason": reason,
            "livemode": True,
            "metadata": "{}",
        },
    )


def _item_table(
    rng: np.random.Generator,
    subs: _Subs,
    items: _Items,
    sub_ids: pa.Array,
    item_ids: pa.Array,
) -> pa.Table:
    sub = items.sub
    slot = items.valid.sum(axis=1) - 1
    index = np.arange(len(items))
    paid = subs.issued[sub] > 0
    last = np.maximum(subs.issued[sub] - 1, 0)
    begin = np.where(paid, subs.boundary(sub, last), subs.start[sub])
    stop = np.where(paid, subs.boundary(sub, last + 1), subs.base[sub])
    return build(
        "stripe",
        "subscription_item",
        len(items),
        {
            "_fivetran_synced": _synced(rng, begin),
            "id": item_ids,
            "created": items.at[:, 0],
            "current_period_start": begin,
            "current_period_end": stop,
            "plan_id": _PRICE_IDS.take(pa.array(_price_index(items, subs, index, slot))),
            "quantity": items.quantity[index, slot],
            "subscription_id": sub_ids.take(pa.array(sub)),
            "metadata": "{}",
        },
    )


def _discount_tables(
    rng: np.random.Generator, subs: _Subs, sub_ids: pa.Array, customer_ids: pa.Array, ids: Any
) -> dict[str, pa.Table]:
    """Subscription discounts in the newer table, half of them in the older one as well."""
    sub = np.flatnonzero(subs.duration > 0)
    coupons = pa.array([f"{percent}off_{name}" for percent in _PERCENTS for name in _DURATIONS])
    percent = np.searchsorted(_PERCENTS, subs.percent[sub])
    coupon = coupons.take(pa.array(percent * len(_DURATIONS) + subs.duration[sub]))
    end = subs.off_to[sub]
    columns: dict[str, Any] = {
        "_fivetran_synced": _synced(rng, subs.off_from[sub]),
        "id": ids("di_", 5, len(sub)),
        "coupon_id": coupon,
        "customer_id": customer_ids.take(pa.array(subs.cust[sub])),
        "subscription_id": sub_ids.take(pa.array(sub)),
        "start": subs.off_from[sub],
        "end": (end, end == FOREVER),
    }
    older = build("stripe", "subscription_discount", len(sub), columns)
    newer = columns | {"type": "SUBSCRIPTION", "type_id": columns["subscription_id"]}
    return {
        "discount": build("stripe", "discount", len(sub), newer),
        "subscription_discount": older.filter(pa.array(rng.random(len(sub)) < 0.5)),
    }


def _invoice_tables(
    rng: np.random.Generator,
    span: Span,
    subs: _Subs,
    items: _Items,
    invoices: _Invoices,
    lines: _Lines,
    sub_ids: pa.Array,
    item_ids: pa.Array,
    customer_ids: pa.Array,
    ids: Any,
) -> dict[str, pa.Table]:
    size = len(invoices.sub)
    sub, at = invoices.sub, invoices.at
    invoice_ids = ids("in_", 6, size)
    subtotal = np.zeros(size, np.int64)
    np.add.at(subtotal, lines.invoice, lines.amount)
    whole = np.zeros(size, np.int64)
    plain = ~lines.proration
    np.add.at(whole, lines.invoice[plain], lines.amount[plain])
    running = (subs.duration[sub] > 0) & (subs.off_from[sub] <= at) & (at < subs.off_to[sub])
    running &= (subs.duration[sub] != 1) | (invoices.reason == 0)
    off = np.where(running, _half_up(whole * subs.percent[sub], 100), 0)
    total = subtotal - off
    taxed = subs.tax[sub] & (total > 0)
    tax = np.where(taxed, _half_up(np.maximum(total, 0) * 20, 100), 0)
    total = total + tax
    due = np.maximum(total, 0)

    finalized = at + np.where(invoices.reason == 1, HOUR, 0)
    failed = (subs.mode[sub] == _INVOLUNTARY) & (invoices.reason == 1)
    failed &= at == subs.boundary(sub, np.clip(subs.periods[sub] - 1, 0, _FAR))
    draft = finalized > span.as_of
    delay = np.where(rng.random(size) < 0.02, rng.integers(1, 11, size) * DAY, 0)
    paid_at = finalized + delay
    written_off = failed & (subs.end[sub] != FOREVER)
    status = np.select([draft, written_off, failed | (paid_at > span.as_of)], [0, 3, 1], 2)
    paid = status == 2
    reasons = _REASONS.take(pa.array(invoices.reason))
    names = pa.array(["draft", "open", "paid", "uncollectible"])
    has_charge = paid & (due > 0)
    charge_of = np.cumsum(has_charge) - 1
    charge_ids = ids("ch_", 7, int(has_charge.sum()))
    currency = _currency(subs.currency[sub])
    sub_id = sub_ids.take(pa.array(sub))
    customer_id = customer_ids.take(pa.array(subs.cust[sub]))
    tables = {
        "invoice": build(
            "stripe",
            "invoice",
            size,
            {
                "_fivetran_synced": _synced(rng, at),
                "id": invoice_ids,
                "customer_id": customer_id,
                "subscription_id": sub_id,
                "created": at,
                "currency": currency,
                "status": names.take(pa.array(status)),
                "billing_reason": reasons,
                "period_start": invoices.start,
                "period_end": invoices.end,
                "subtotal": subtotal,
                "tax": (tax, ~taxed),
                "tax_percent": (np.full(size, 20.0), ~taxed),
                "total": total,
                "amount_due": due,
                "amount_paid": np.where(paid, due, 0),
                "amount_remaining": np.where(paid, 0, due),
                "paid": paid,
                "attempted": ~draft,
                "attempt_count": np.where(draft, 0, 1),
                "auto_advance": draft,
                "charge_id": charge_ids.take(pa.array(charge_of, mask=~has_charge)),
                "finalized_at": (finalized, draft),
                "status_transitions_finalized_at": (finalized, draft),
                "status_transitions_paid_at": (paid_at, ~paid),
                "status_transitions_marked_uncollectible_at": (subs.end[sub], ~written_off),
                "is_deleted": False,
                "livemode": True,
                "collection_method": "charge_automatically",
                "starting_balance": 0,
                "ending_balance": np.minimum(total, 0),
                "metadata": "{}",
            },
        )
    }
    tables["invoice_line_item"] = _line_table(
        rng, subs, items, lines, at, invoice_ids, sub_ids, item_ids, ids
    )
    tables |= _payment_tables(
        rng, span, has_charge, due, paid_at, currency, customer_id, invoice_ids, charge_ids, ids
    )
    return tables


def _line_table(
    rng: np.random.Generator,
    subs: _Subs,
    items: _Items,
    lines: _Lines,
    invoice_at: Ints,
    invoice_ids: pa.Array,
    sub_ids: pa.Array,
    item_ids: pa.Array,
    ids: Any,
) -> pa.Table:
    size = len(lines.item)
    sub = items.sub[lines.item]
    price = _PRICE_IDS.take(pa.array(_price_index(items, subs, lines.item, lines.slot)))
    words = pa.array(["Subscription", "Remaining time", "Unused time"])
    word = np.where(lines.proration, np.where(lines.amount < 0, 2, 1), 0)
    return build(
        "stripe",
        "invoice_line_item",
        size,
        {
            "_fivetran_synced": _synced(rng, invoice_at[lines.invoice]),
            "id": ids("sli_", 8, size),
            "unique_id": ids("il_", 8, size),
            "invoice_id": invoice_ids.take(pa.array(lines.invoice)),
            "type": "subscription",
            "subscription_id": sub_ids.take(pa.array(sub)),
            "subscription_item_id": item_ids.take(pa.array(lines.item)),
            "price_id": price,
            "plan_id": price,
            "quantity": items.quantity[lines.item, lines.slot],
            "amount": lines.amount,
            "currency": _currency(subs.currency[sub]),
            "proration": lines.proration,
            "discountable": ~lines.proration,
            "livemode": True,
            "period_start": lines.start,
            "period_end": lines.end,
            "description": words.take(pa.array(word)),
            "metadata": "{}",
        },
    )


def _payment_tables(
    rng: np.random.Generator,
    span: Span,
    has_charge: Bools,
    due: Ints,
    paid_at: Ints,
    currency: pa.Array,
    customer_id: pa.Array,
    invoice_ids: pa.Array,
    charge_ids: pa.Array,
    ids: Any,
) -> dict[str, pa.Table]:
    """A charge and a balance transaction for each payment; a few refunds and credit notes."""
    which = np.flatnonzero(has_charge)
    rows = pa.array(which)
    count = len(which)
    amount, at = due[which], paid_at[which]
    refunded = (rng.random(count) < 0.01) & (at + 4 * DAY <= span.as_of)
    noted = ~refunded & (rng.random(count) < 0.005) & (at + 6 * DAY <= span.as_of)
    transactions = ids("txn_", 9, count)
    money = currency.take(rows)
    fee = amount * 29 // 1_000
    tables = {
        "charge": build(
            "stripe",
            "charge",
            count,
            {
                "_fivetran_synced": _synced(rng, at),
                "id": charge_ids,
                "amount": amount,
                "amount_refunded": np.where(refunded, amount, 0),
                "balance_transaction_id": transactions,
                "captured": True,
                "created": at,
                "currency": money,
                "customer_id": customer_id.take(rows),
                "invoice_id": invoice_ids.take(rows),
                "livemode": True,
                "paid": True,
                "refunded": refunded,
                "status": "succeeded",
                "outcome_type": "authorized",
                "metadata": "{}",
            },
        ),
        "balance_transaction": build(
            "stripe",
            "balance_transaction",
            count,
            {
                "_fivetran_synced": _synced(rng, at),
                "id": transactions,
                "amount": amount,
                "available_on": at + 2 * DAY,
                "created": at,
                "currency": money,
                "fee": fee,
                "net": amount - fee,
                "reporting_category": "charge",
                "source": charge_ids,
                "status": "available",
                "type": "charge",
            },
        ),
    }
    back = np.flatnonzero(refunded)
    tables["refund"] = build(
        "stripe",
        "refund",
        len(back),
        {
            "_fivetran_synced": _synced(rng, at[back] + 4 * DAY),
            "id": ids("re_", 10, len(back)),
            "amount": amount[back],
            "charge_id": charge_ids.take(pa.array(back)),
            "created": at[back] + 4 * DAY,
            "currency": money.take(pa.array(back)),
            "reason": "requested_by_customer",
            "status": "succeeded",
            "metadata": "{}",
        },
    )
    note = np.flatnonzero(noted)
    note_ids = ids("cn_", 11, len(note))
    part = np.maximum(amount[note] // 5, 1)
    created = at[note] + 6 * DAY
    tables["credit_note"] = build(
        "stripe",
        "credit_note",
        len(note),
        {
            "_fivetran_synced": _synced(rng, created),
            "id": note_ids,
            "amount": part,
            "created": created,
            "currency": money.take(pa.array(note)),
            "discount_amount": 0,
            "subtotal": part,
            "total": part,
            "livemode": True,
            "invoice_id": invoice_ids.take(pa.array(which[note])),
            "reason": "order_change",
            "status": "issued",
            "type": "post_payment",
            "metadata": "{}",
        },
    )
    tables["credit_note_line_item"] = build(
        "stripe",
        "credit_note_line_item",
        len(note),
        {
            "_fivetran_synced": _synced(rng, created),
            "id": ids("cnli_", 12, len(note)),
            "credit_note_id": note_ids,
            "amount": part,
            "discount_amount": 0,
            "description": "Goodwill",
            "livemode": True,
            "quantity": 1,
            "type": "custom_line_item",
            "unit_amount": part,
            "unit_amount_decimal": part,
        },
    )
    return tables
