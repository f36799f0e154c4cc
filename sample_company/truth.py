"""The company's own truth: monthly recurring revenue and movements, from the simulated lives.

Intervals carry the annual net amount in millionths of the major unit of their currency. A
customer's MRR in US dollars is rounded half up to 6 places once per customer and day (rules 12 and
13 of the metric rules); movements are the differences, netted within a UTC day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sample_company.fx import MILLION, Rates
from sample_company.plans import CURRENCIES
from sample_company.timeline import DAY, FOREVER, Ints, month_index

MOVEMENT_TYPES = ("new", "reactivation", "expansion", "contraction", "churn")
#: Annual amounts above this many millionths of a dollar would overflow the exact arithmetic.
LARGEST = 4_000_000 * MILLION


@dataclass
class Intervals:
    """Parallel arrays: a state of an item's net revenue; start and end in seconds, [start, end)."""

    customer: Ints  # index of the paying account
    currency: Ints  # index into CURRENCIES
    start: Ints
    end: Ints  # FOREVER where open
    annual: Ints  # millionths of the currency's major unit

    def __len__(self) -> int:
        return len(self.customer)

    @staticmethod
    def concat(parts: list[Intervals]) -> Intervals:
        """All the intervals of the parts."""
        return Intervals(
            *(
                np.concatenate([getattr(part, name) for part in parts])
                for name in ("customer", "currency", "start", "end", "annual")
            )
        )


def decimals(millionths: Ints) -> pa.Array:
    """Decimal(38, 6) from whole millionths, without passing through text."""
    words = np.empty((len(millionths), 2), dtype=np.int64)
    words[:, 0] = millionths
    words[:, 1] = millionths >> 63
    return pa.Array.from_buffers(pa.decimal128(38, 6), len(millionths), [None, pa.py_buffer(words)])


@dataclass
class _Timeline:
    """Rows in order of customer, date, kind: openings of months (kind 0) and changes (kind 1)."""

    customer: Ints
    date: Ints  # days since 1970
    is_change: np.ndarray
    before: Ints  # (rows, currencies) annual millionths
    after: Ints


def _dollars(annual: Ints, rates: Ints) -> Ints:
    """MRR in millionths of a dollar, rounded half up, of annual amounts by currency."""
    weighted = (annual * rates).sum(axis=1)
    return np.asarray((weighted + 6 * MILLION) // (12 * MILLION), dtype=np.int64)


def _timeline(intervals: Intervals, as_of: int) -> _Timeline | None:
    end = np.minimum(intervals.end, FOREVER)
    keep = (intervals.start <= as_of) & (end > intervals.start) & (intervals.annual != 0)
    customer, currency = intervals.customer[keep], intervals.currency[keep]
    start, end, annual = intervals.start[keep], end[keep], intervals.annual[keep]
    if len(customer) == 0:
        return None
    if (annual < 0).any():
        raise ValueError("a negative recurring amount was simulated")
    ended = end <= as_of
    customer = np.concatenate([customer, customer[ended]])
    currency = np.concatenate([currency, currency[ended]])
    date = np.concatenate([start, end[ended]]) // DAY
    delta = np.concatenate([annual, -annual[ended]])

    # One row per customer and date of change ...
    key = customer * 100_000 + date
    changes, position = np.unique(key, return_inverse=True)
    deltas = np.zeros((len(changes), len(CURRENCIES)), dtype=np.int64)
    np.add.at(deltas, (position, currency), delta)
    # ... and one per customer and month's first day after its first change.
    owner, day = np.divmod(changes, 100_000)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    last_month = int(month_index(as_of))
    from_month = month_index(day[first] * DAY) + 1
    count = np.maximum(last_month - from_month + 1, 0)
    opening_owner = np.repeat(owner[first], count)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    month = np.repeat(from_month, count) + offset
    opening_day = month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)

    owner = np.concatenate([owner, opening_owner])
    day = np.concatenate([day, opening_day])
    is_change = np.concatenate([np.ones(len(changes), bool), np.zeros(len(opening_owner), bool)])
    deltas = np.concatenate([deltas, np.zeros((len(opening_owner), len(CURRENCIES)), np.int64)])
    order = np.lexsort((is_change, day, owner))
    owner, day, is_change, deltas = owner[order], day[order], is_change[order], deltas[order]
    total = np.cumsum(deltas, axis=0)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    base = np.repeat(total[first] - deltas[first], np.diff(np.append(first, len(owner))), axis=0)
    after = total - base
    return _Timeline(owner, day, is_change, after - deltas, after)


def _running_any(flags: np.ndarray, starts: Ints) -> np.ndarray:
    """Whether any earlier row of the group had the flag (exclusive)."""
    total = np.cumsum(flags.astype(np.int64))
    exclusive = total - flags
    sizes = np.diff(np.append(starts, len(flags)))
    return np.asarray(exclusive > np.repeat(exclusive[starts], sizes))


def compute(
    intervals: Intervals, names: pa.Array, rates: Rates, as_of: int
) -> tuple[pa.Table, pa.Table]:
    """(customer_month, movements) of the customers of the intervals.

    names maps the customer index to its id; as_of is in seconds.
    """
    line = _timeline(intervals, as_of)
    if line is None:
        return customer_month_schema().empty_table(), movement_schema().empty_table()
    month = month_index(line.date * DAY)
    lowest = int(month.min()) - 1
    by_month = rates.of_months(lowest, int(month_index(as_of)))
    rate = by_month[month - lowest]
    if int((np.maximum(line.before, line.after) * (rate / MILLION)).sum(axis=1).max()) > LARGEST:
        raise ValueError("a simulated customer is too large for exact arithmetic")
    opening = _dollars(line.before, rate)
    closing = _dollars(line.after, rate)
    starts = np.flatnonzero(np.diff(line.customer, prepend=-1))
    paid_before = _running_any(closing > 0, starts)

    moves = line.is_change & (opening != closing)
    kind = np.select(
        [
            (opening > 0) & (closing == 0),
            (opening == 0) & paid_before,
            opening == 0,
            closing > opening,
        ],
        [4, 1, 0, 2],
        3,
    )
    change = closing - opening
    movements = pa.table(
        {
            "customer_id": names.take(pa.array(line.customer[moves])),
            "movement_date": pa.array(line.date[moves].astype(np.int32)).cast(pa.date32()),
            "movement_type": pa.array(MOVEMENT_TYPES).take(pa.array(kind[moves])),
            "mrr_change": decimals(change[moves]),
            "opening_mrr": decimals(opening[moves]),
            "closing_mrr": decimals(closing[moves]),
        },
        schema=movement_schema(),
    )

    # Months: the first row of a customer's month tells the opening, the last one the closing.
    key = line.customer * 10_000 + month
    group = np.flatnonzero(np.diff(key, prepend=-1))
    last = np.append(group[1:], len(key)) - 1
    before = _dollars(line.before[group], by_month[month[group] - 1 - lowest])
    sums = [
        np.add.reduceat(np.where(moves & (kind == code), change, 0), group) for code in range(5)
    ]
    impact = opening[group] - before
    month_close = closing[last]
    moved = np.add.reduceat(moves.astype(np.int64), group) > 0
    shown = (before > 0) | (month_close > 0) | moved
    columns = [before, *sums, impact, month_close]
    first_days = month[group][shown].astype("datetime64[M]").astype("datetime64[D]")
    monthly = pa.table(
        [
            pa.array(first_days.astype(np.int32)).cast(pa.date32()),
            names.take(pa.array(line.customer[group][shown])),
            *(decimals(column[shown]) for column in columns),
        ],
        schema=customer_month_schema(),
    )
    return monthly, movements


def customer_month_schema() -> pa.Schema:
    """Columns of customer_month.parquet; money in US dollars."""
    money = (
        "opening_mrr new_mrr reactivation_mrr expansion_mrr contraction_mrr churn_mrr "
        "fx_impact_mrr closing_mrr"
    )
    return pa.schema(
        [("month", pa.date32()), ("customer_id", pa.string())]
        + [(name, pa.decimal128(38, 6)) for name in money.split()]
    )


def movement_schema() -> pa.Schema:
    """Columns of movements.parquet; money in US dollars."""
    return pa.schema(
        [
            ("customer_id", pa.string()),
            ("movement_date", pa.date32()),
            ("movement_type", pa.string()),
            ("mrr_change", pa.decimal128(38, 6)),
            ("opening_mrr", pa.decimal128(38, 6)),
            ("closing_mrr", pa.decimal128(38, 6)),
        ]
    )


def interval_schema() -> pa.Schema:
    """Columns of intervals.parquet; annual_net_amount in the currency's major unit."""
    instant = pa.timestamp("us", tz="UTC")
    return pa.schema(
        [
            ("customer_id", pa.string()),
            ("subscription_id", pa.string()),
            ("subscription_item_id", pa.string()),
            ("valid_from", instant),
            ("valid_to", instant),
            ("annual_net_amount", pa.decimal128(38, 6)),
            ("currency", pa.string()),
        ]
    )
