"""What real loaders leave: stale copies of rows, and columns that nobody asked for."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

#: Columns whose stale copy differs, and how: numbers grow, words are replaced.
_STALE: dict[str, dict[str, object]] = {
    "customer": {"name": "(old name)"},
    "subscription_history": {"status": "unpaid"},
    "subscription_item": {"quantity": 7},
    "price": {"unit_amount": 999, "unit_amount_decimal": "999"},
    "plan": {"amount": 999},
    "tier": {"unit_amount": 999, "unit_amount_decimal": "999"},
    "product": {"name": "(old name)"},
    "invoice": {"status": "draft", "total": 1},
    "invoice_line_item": {"amount": 4_321},
    "coupon": {"percent_off": 1.0},
    "promotion_code": {"active": False},
    "discount": {"coupon_id": "100off_forever"},
    "subscription_discount": {"coupon_id": "100off_forever"},
    "customer_discount": {"coupon_id": "100off_forever"},
    "charge": {"amount": 11},
    "subscription_periods": {"amount": 12_345},
    "rates": {"rate": 9},
    "campaign_stats": {"cost_micros": 999},
    "ad_analytics_by_campaign": {"cost_in_local_currency": 9},
    "basic_ad": {"spend": 9.0},
    "campaign": {"actual_cost": 1.0},
    "targets": {"target": 1},
    "deal": {"property_amount": 1.0},
    "opportunity": {"amount": 1.0},
    "engagement_call": {"property_hs_call_direction": "INBOUND"},
    "usage_limits": {"used_value": 0.0},
    "nps_responses": {"score": 1},
}


def stale_copies(table: str, data: pa.Table, share: float, rng: np.random.Generator) -> pa.Table:
    """Earlier syncs of a share of the rows, with other values; at least one where there are rows."""
    changes = _STALE.get(table, {})
    count = min(data.num_rows, max(1, int(data.num_rows * share))) if changes else 0
    chosen = np.sort(rng.choice(data.num_rows, count, replace=False) if count else np.empty(0))
    copies = data.take(pa.array(chosen.astype(np.int64)))
    for name, value in changes.items():
        at = copies.schema.get_field_index(name)
        kind = copies.schema.field(at).type
        changed = pa.repeat(pa.scalar(value).cast(kind), count)
        # What was null stays null: a tiered price had no unit amount before either.
        changed = pc.if_else(pc.is_valid(copies.column(at)), changed, pa.scalar(None, kind))
        copies = copies.set_column(at, copies.schema.field(at), changed)
    at = copies.schema.get_field_index("_fivetran_synced")
    earlier = pc.subtract(copies.column(at), pa.scalar(3_600_000_000, pa.duration("us")))
    return copies.set_column(at, copies.schema.field(at), earlier)


def with_unknown_columns(data: pa.Table) -> pa.Table:
    """The table with columns that appeared one day."""
    size = data.num_rows
    data = data.append_column("_loader_batch_id", pa.array(np.arange(size) % 97))
    return data.append_column("x_custom_field", pa.repeat(pa.scalar("n/a"), size))
