"""Customers of other billing systems: plain subscription periods, thousands at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sample_company.bulk import Span, starts
from sample_company.ids import make_ids
from sample_company.plans import CURRENCIES
from sample_company.timeline import DAY, FOREVER, Ints
from sample_company.truth import Intervals, decimals
from sample_company.writer import build

_INTERVALS = ("month", "year", "week", "day", "month", "month")
_COUNTS = np.array([1, 1, 1, 1, 3, 6])
_PER_YEAR = np.array([12, 1, 52, 365, 4, 2])
_SCALE = np.array([1, 10, 0.25, 0.04, 3, 6])
_LEVEL = np.array([1.0, 0.9, 0.8, 150.0, 0.3])
_STEPS = 4  # periods of a customer at most
_REASONS = ("too_expensive", "payment_failed", "missing_features")


@dataclass
class GenericChunk:
    """Raw rows, and the truth of the customers."""

    periods: pa.Table
    intervals: Intervals
    names: pa.Array
    subscription_ids: pa.Array
    tags: dict[str, Ints]


def simulate(
    rng: np.random.Generator, span: Span, number: int, size: int, borrowed: Sequence[str] = ()
) -> GenericChunk:
    """Periods one after the other (back to back, with a gap, or overlapping) of each customer.

    borrowed are ids that another source uses too: the first customers have them.
    """
    start = starts(rng, span, size)
    # Half of the systems know only dates.
    dated = rng.random(size) < 0.5
    start = np.where(dated, start // DAY * DAY, start)
    kind = rng.choice(len(_INTERVALS), size, p=[0.6, 0.15, 0.06, 0.03, 0.1, 0.06])
    currency = rng.choice(len(CURRENCIES), size, p=[0.6, 0.2, 0.1, 0.05, 0.05])
    steps = rng.integers(1, _STEPS + 1, size)
    stays = rng.random(size) < 0.6
    level = rng.integers(20, 900, size) * _SCALE[kind] * _LEVEL[currency]
    cents = np.maximum(np.round(level * 100), 100).astype(np.int64)

    owner, begin, end, price, last, join = [], [], [], [], [], []
    at = start
    for step in range(_STEPS):
        active = step < steps
        length = rng.integers(15, 420, size) * DAY
        odd = np.where(dated, 0, rng.integers(0, DAY, size))
        stop = at + length + odd
        is_last = step == steps - 1
        stop = np.where(is_last & stays, FOREVER, stop)
        shown = active & (at <= span.as_of)
        who = np.flatnonzero(shown)
        owner.append(who)
        begin.append(at[who])
        end.append(stop[who])
        price.append(cents[who])
        last.append((is_last & ~stays)[who])
        link = rng.choice(3, size, p=[0.6, 0.25, 0.15])  # back to back, gap, overlap
        join.append(link[who])
        gap = rng.integers(1, 80, size) * DAY
        overlap = np.minimum(rng.integers(1, 40, size) * DAY, length // 2)
        at = np.where(link == 0, stop, np.where(link == 1, stop + gap, stop - overlap))
        cents = np.maximum(cents * rng.choice([90, 100, 110, 125], size) // 100, 50)
    who, from_, to, amount, leaves, link = (
        np.concatenate(part) for part in (owner, begin, end, price, last, join)
    )
    order = np.lexsort((from_, who))
    who, from_, to, amount, leaves, link = (
        a[order] for a in (who, from_, to, amount, leaves, link)
    )

    base = (np.int64(number + 1) << 36) + (np.int64(15) << 32)
    ids = make_ids("gen-", base + np.arange(size), span.seed)
    own = ids.slice(len(borrowed))
    ids = pa.concat_arrays([pa.array(borrowed, pa.string()), own])
    names = pa.concat_arrays([pa.array([f"generic:{b}" for b in borrowed], pa.string()), own])
    subscription = make_ids("gsub-", base + np.arange(size), span.seed).take(pa.array(who))
    is_open = to == FOREVER
    upper = pa.array([code.upper() for code in CURRENCIES])
    code = upper.take(pa.array(currency[who]))
    intervals = kind[who]
    table = build(
        "generic",
        "subscription_periods",
        len(who),
        {
            "_fivetran_synced": np.minimum(from_, span.as_of) + rng.integers(60, DAY, len(who)),
            "customer_id": ids.take(pa.array(who)),
            "subscription_id": subscription,
            "start_date": _text(from_, dated[who]),
            "end_date": _text(np.where(is_open, 0, to), dated[who], is_open),
            "amount": decimals(amount * 10_000),
            "billing_interval": pa.array(_INTERVALS).take(pa.array(intervals)),
            "interval_count": (_COUNTS[intervals], (_COUNTS[intervals] == 1) & dated[who]),
            "currency": code,
            "quantity": rng.integers(1, 20, len(who)),
            "plan_name": pa.array(("Basic", "Plus", "Max")).take(pa.array(who % 3)),
            "cancellation_reason": pa.array(_REASONS).take(
                pa.array(rng.integers(0, 3, len(who)), mask=~leaves)
            ),
            "customer_name": pa.array([f"Account {n}" for n in who]),
            "customer_email": pa.array([f"team@account{n}.example" for n in who]),
            "country": pa.array(("US", "DE", "GB", "JP", "KW")).take(pa.array(currency[who])),
        },
    )
    annual = amount * 10_000 * _PER_YEAR[intervals]
    tags = {
        "generic": np.arange(size),
        "generic_gap": who[link == 1],
        "generic_overlap": who[link == 2],
        "generic_back_to_back": who[link == 0],
        "generic_ended": who[leaves],
        "generic_weekly_or_daily": np.flatnonzero((kind == 2) | (kind == 3)),
    }
    return GenericChunk(
        table,
        Intervals(who, currency[who], from_, to, annual),
        names,
        subscription,
        {name: np.unique(found) for name, found in tags.items()},
    )


def _text(at: Ints, dated: np.ndarray, mask: np.ndarray | None = None) -> pa.Array:
    """Instants as a spreadsheet writes them: a date, or a date and a time in UTC."""
    moments = at.astype("datetime64[s]")
    dates = np.datetime_as_string(moments, unit="D").astype(object)
    full = np.char.replace(np.datetime_as_string(moments, unit="s"), "T", " ").astype(object)
    return pa.array(np.where(dated, dates, full), pa.string(), mask=mask)
