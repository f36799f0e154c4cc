"""What the loader had brought of billing by an earlier instant: the first of two landings.

A month that was reported is restated when a fact about it arrives later. To be seen, such a thing needs
two landings of one company and a run after each:

    python -m sample_company --out X --until 2026-11-01 --landed-by 2026-10-05
    ... a run as of 2026-10-05 ...
    python -m sample_company --out X --until 2026-11-01
    ... a run as of 2026-11-01 ...

The first landing has the rows that were synced by then, each in the state that it has at the end (of live
items quantity and price are those of the end). Beside the
few rows that any loader brings late, some facts of the weeks before become known only afterwards:
subscriptions entered late, cancellations backdated, and changes billed in mid-period.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sample_company.tables import TIMESTAMP
from sample_company.timeline import DAY, Ints

#: Facts of so many days before may be known late, and one in so many of them is.
_WINDOW = 50 * DAY
_ONE_IN = 3
_END_OF_TIME = 253_402_300_799
_OF_INVOICES = ("invoice_line_item", "charge", "credit_note", "invoice_discount")


def arrived(tables: Mapping[str, pa.Table], by: int) -> dict[str, pa.Table]:
    """The tables (by name, of one set of customers) as they were landed by an instant."""
    found = {
        name: _made_by(data, by) if name == "subscription_item" else _synced_by(data, by)
        for name, data in tables.items()
    }
    if "subscription_history" not in found:
        return found
    history = found["subscription_history"]
    unknown = _entered_late(history, by)
    history = history.filter(pc.invert(pc.is_in(history.column("id"), unknown)))
    found["subscription_history"] = _reopened(_without_late_ends(history, by))
    known = pc.unique(found["subscription_history"].column("id"))
    before = pc.unique(tables["subscription_history"].column("id"))
    gone = pc.unique(before.filter(pc.invert(pc.is_in(before, known))))
    for name in ("subscription_item", "invoice", "invoice_line_item", "subscription_discount"):
        if name in found:
            found[name] = _without(found[name], "subscription_id", gone)
    if "invoice" in found:
        _without_late_invoices(tables, found, by)
    return found


def _at(data: pa.Table, column: str) -> Ints:
    """Seconds of an instant; 0 where there is none."""
    seconds = pc.divide(
        pc.cast(data.column(column), pa.timestamp("us")).cast(pa.int64()), 1_000_000
    )
    return np.asarray(pc.fill_null(seconds, 0), dtype=np.int64)


def _synced_by(data: pa.Table, by: int) -> pa.Table:
    return data.filter(pa.array(_at(data, "_fivetran_synced") <= by))


def _made_by(data: pa.Table, by: int) -> pa.Table:
    """Live items, which are written anew with every renewal: those that there were."""
    data = data.filter(pa.array(_at(data, "created") <= by))
    place = data.schema.get_field_index("_fivetran_synced")
    synced = np.minimum(_at(data, "_fivetran_synced"), by) * 1_000_000
    return data.set_column(place, data.schema.field(place), pa.array(synced).view(TIMESTAMP))


def _without(data: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return data.filter(pc.invert(pc.is_in(data.column(column), values)))


def _some(ids: pa.Array) -> pa.Array:
    """Every third, in an order that has nothing to do with time."""
    names = sorted(set(ids.to_pylist()))
    return pa.array(names[::_ONE_IN], pa.string())


def _entered_late(history: pa.Table, by: int) -> pa.Array:
    created = _at(history, "created")
    return _some(history.filter(pa.array(created > by - _WINDOW)).column("id"))


def _without_late_ends(history: pa.Table, by: int) -> pa.Table:
    """Versions that say that a subscription ended, where that became known later."""
    start = _at(history, "_fivetran_start")
    ended = pc.fill_null(pc.equal(history.column("status"), "canceled"), False)
    recent = np.asarray(ended) & (start > by - _WINDOW)
    # A first version that is ended has nothing before it to go back to.
    first: dict[str, int] = {}
    for name, at in zip(history.column("id").to_pylist(), start.tolist(), strict=True):
        first[name] = min(first.get(name, at), at)
    later = np.array(
        [first[n] < at for n, at in zip(history.column("id").to_pylist(), start, strict=True)]
    )
    candidates = recent & later if len(later) else recent
    late = _some(history.filter(pa.array(candidates)).column("id"))
    hidden = candidates & np.asarray(pc.is_in(history.column("id"), late))
    return history.filter(pa.array(~hidden))


def _reopened(history: pa.Table) -> pa.Table:
    """The last version that is known of each subscription is the one in force."""
    start = _at(history, "_fivetran_start")
    names = history.column("id").to_pylist()
    last: dict[str, int] = {}
    for name, at in zip(names, start.tolist(), strict=True):
        last[name] = max(last.get(name, at), at)
    is_last = pa.array(
        [last[n] == at for n, at in zip(names, start.tolist(), strict=True)], pa.bool_()
    )
    forever = (
        pa.scalar(_END_OF_TIME * 1_000_000, pa.int64()).cast(pa.timestamp("us")).cast(TIMESTAMP)
    )
    for column, value in (("_fivetran_end", forever), ("_fivetran_active", pa.scalar(True))):
        place = history.schema.get_field_index(column)
        told = pc.if_else(is_last, value, history.column(place))
        history = history.set_column(place, history.schema.field(place), told)
    return history


def _without_late_invoices(
    tables: Mapping[str, pa.Table], found: dict[str, pa.Table], by: int
) -> None:
    """An invoice is there with all its lines or not at all; some changes are billed late."""
    invoice = found["invoice"]
    everything = tables["invoice_line_item"]
    late_lines = everything.filter(pa.array(_at(everything, "_fivetran_synced") > by))
    is_change = np.asarray(
        pc.fill_null(pc.equal(invoice.column("billing_reason"), "subscription_update"), False)
    )
    recent = _at(invoice, "created") > by - _WINDOW
    changes = _some(invoice.filter(pa.array(is_change & recent)).column("id"))
    late = pa.concat_arrays([pc.unique(late_lines.column("invoice_id")), changes])
    found["invoice"] = _without(invoice, "id", late)
    known = pc.unique(found["invoice"].column("id"))
    for name in _OF_INVOICES:
        if name in found:
            column = found[name].column("invoice_id")
            kept = pc.or_(pc.is_in(column, known), pc.is_null(column))
            found[name] = found[name].filter(kept)
    for child, column, parent, key in (
        ("refund", "charge_id", "charge", "id"),
        ("credit_note_line_item", "credit_note_id", "credit_note", "id"),
        ("balance_transaction", "source", "charge", "id"),
    ):
        if child in found and parent in found:
            there = pc.unique(found[parent].column(key))
            had = pc.unique(tables[parent].column(key))
            lost = had.filter(pc.invert(pc.is_in(had, there)))
            found[child] = _without(found[child], column, lost)
