"""Columns of the raw tables that the builder lands, as the real loaders land them.

`s` string, `i` bigint, `f` double, `b` boolean, `t` timestamp with zone UTC, `d` date, `n` decimal.
"""

from __future__ import annotations

import pyarrow as pa

_TYPES: dict[str, pa.DataType] = {
    "s": pa.string(),
    "i": pa.int64(),
    "f": pa.float64(),
    "b": pa.bool_(),
    "t": pa.timestamp("us", tz="UTC"),
    "d": pa.date32(),
    "n": pa.decimal128(38, 12),
}

_COLUMNS: dict[str, str] = {
    "stripe.customer": """
        id:s name:s email:s address_country:s currency:s created:t delinquent:b is_deleted:b
        livemode:b balance:i account_balance:i description:s metadata:s""",
    "stripe.subscription_history": """
        id:s _fivetran_start:t _fivetran_end:t _fivetran_active:b customer_id:s status:s created:t
        start_date:t start:t billing:s collection_method:s billing_cycle_anchor:t
        current_period_start:t current_period_end:t trial_start:t trial_end:t cancel_at:t
        cancel_at_period_end:b canceled_at:t ended_at:t cancellation_details_reason:s
        cancellation_details_feedback:s cancellation_details_comment:s days_until_due:i
        latest_invoice_id:s pause_collection_behavior:s pause_collection_resumes_at:t quantity:i
        metadata:s livemode:b""",
    "stripe.subscription_item": """
        id:s subscription_id:s plan_id:s quantity:i created:t current_period_start:t
        current_period_end:t metadata:s""",
    "stripe.price": """
        id:s product_id:s nickname:s active:b billing_scheme:s created:t currency:s is_deleted:b
        livemode:b lookup_key:s metadata:s recurring_aggregate_usage:s recurring_interval:s
        recurring_interval_count:i recurring_usage_type:s tiers_mode:s
        transform_quantity_divide_by:i transform_quantity_round:s type:s unit_amount:i
        unit_amount_decimal:s invoice_item_id:s""",
    "stripe.plan": """
        id:s product_id:s nickname:s active:b aggregate_usage:s amount:i billing_scheme:s created:t
        currency:s interval:s interval_count:i is_deleted:b livemode:b metadata:s tiers_mode:s
        transform_usage_divide_by:i transform_usage_round:s trial_period_days:i usage_type:s""",
    "stripe.tier": """
        id:s index:i up_to:s flat_amount:i unit_amount:i flat_amount_decimal:s
        unit_amount_decimal:s""",
    "stripe.product": """
        id:s name:s active:b created:t updated:t description:s is_deleted:b livemode:b type:s
        unit_label:s metadata:s""",
    "stripe.invoice": """
        id:s customer_id:s subscription_id:s status:s billing_reason:s currency:s created:t date:t
        due_date:t finalized_at:t status_transitions_finalized_at:t status_transitions_paid_at:t
        status_transitions_voided_at:t status_transitions_marked_uncollectible_at:t
        period_start:t period_end:t subtotal:i tax:i total:i amount_due:i amount_paid:i
        amount_remaining:i attempt_count:i attempted:b auto_advance:b paid:b charge_id:s number:s
        collection_method:s is_deleted:b livemode:b metadata:s""",
    "stripe.invoice_line_item": """
        invoice_id:s unique_id:s id:s invoice_item_id:s type:s subscription_id:s
        subscription_item_id:s plan_id:s price_id:s quantity:i amount:i currency:s proration:b
        discountable:b period_start:t period_end:t description:s livemode:b metadata:s""",
    "stripe.coupon": """
        id:s name:s duration:s duration_in_months:i percent_off:f amount_off:i currency:s created:t
        is_deleted:b livemode:b valid:b times_redeemed:i metadata:s""",
    "stripe.promotion_code": """
        id:s code:s coupon_id:s customer_id:s active:b created:t expires_at:t""",
    "stripe.discount": """
        id:s type:s type_id:s amount:i coupon_id:s customer_id:s subscription_id:s invoice_id:s
        invoice_item_id:s promotion_code:s start:t end:t""",
    "stripe.subscription_discount": """
        id:s coupon_id:s customer_id:s subscription_id:s invoice_id:s invoice_item_id:s
        promotion_code:s checkout_session:s start:t end:t""",
    "stripe.customer_discount": """
        id:s coupon_id:s customer_id:s subscription_id:s invoice_id:s invoice_item_id:s
        promotion_code:s checkout_session:s start:t end:t""",
    "stripe.invoice_discount": """
        id:s coupon_id:s customer_id:s subscription_id:s invoice_id:s invoice_item_id:s
        promotion_code:s checkout_session:s start:t end:t""",
    "stripe.charge": """
        id:s customer_id:s invoice_id:s amount:i amount_refunded:i currency:s created:t captured:b
        paid:b refunded:b status:s failure_code:s failure_message:s outcome_type:s livemode:b
        balance_transaction_id:s""",
    "stripe.refund": """
        id:s charge_id:s amount:i currency:s created:t reason:s status:s
        balance_transaction_id:s""",
    "stripe.credit_note": """
        id:s invoice_id:s amount:i subtotal:i total:i discount_amount:i currency:s created:t
        reason:s status:s type:s memo:s number:s voided_at:t refund_id:s livemode:b""",
    "stripe.credit_note_line_item": """
        id:s credit_note_id:s amount:i discount_amount:i description:s quantity:i type:s
        unit_amount:i unit_amount_decimal:i livemode:b""",
    "stripe.balance_transaction": """
        id:s amount:i fee:i net:i currency:s created:t available_on:t description:s exchange_rate:f
        reporting_category:s source:s status:s type:s payout_id:s""",
    "generic.subscription_periods": """
        customer_id:s subscription_id:s plan_name:s start_date:s end_date:s signed_date:s amount:n
        billing_interval:s interval_count:i currency:s quantity:i cancellation_reason:s
        customer_name:s customer_email:s country:s""",
    "generic.customer_account_map": """
        billing_source:s billing_customer_id:s account_id:s parent_account_id:s""",
    "fx.rates": "rate_date:d base_currency:s quote_currency:s rate:n",
}


def _schema(columns: str) -> pa.Schema:
    fields = [
        pa.field(name, _TYPES[kind]) for name, kind in (c.split(":") for c in columns.split())
    ]
    if "_fivetran_synced" not in {field.name for field in fields}:
        fields.append(pa.field("_fivetran_synced", _TYPES["t"]))
    return pa.schema(fields)


TABLES: dict[str, pa.Schema] = {name: _schema(columns) for name, columns in _COLUMNS.items()}
