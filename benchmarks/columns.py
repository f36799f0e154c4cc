"""The raw columns without which the path from raw to movements cannot be computed.

Staging declares more (and reads whole rows to break ties between duplicates); a scan of these is
the least that any way to the same result must read.
"""

from __future__ import annotations

_PRICE = "id product_id nickname billing_scheme tiers_mode currency livemode _fivetran_synced "
_DISCOUNT = (
    "id coupon_id customer_id subscription_id invoice_id promotion_code start end "
    "_fivetran_deleted _fivetran_synced"
)

_NEEDED = {
    "stripe.customer": "id livemode _fivetran_synced",
    "stripe.subscription_history": (
        "id _fivetran_start customer_id status created ended_at current_period_end "
        "pause_collection_behavior pause_collection_resumes_at cancellation_details_reason "
        "livemode _fivetran_synced"
    ),
    "stripe.subscription_item": (
        "id subscription_id plan_id quantity _fivetran_deleted _fivetran_synced"
    ),
    "stripe.price": (
        _PRICE + "type unit_amount unit_amount_decimal recurring_interval "
        "recurring_interval_count recurring_usage_type transform_quantity_divide_by "
        "transform_quantity_round"
    ),
    "stripe.plan": (
        _PRICE + "amount interval interval_count usage_type transform_usage_divide_by "
        "transform_usage_round"
    ),
    "stripe.tier": (
        "id index up_to flat_amount flat_amount_decimal unit_amount unit_amount_decimal "
        "_fivetran_synced"
    ),
    "stripe.product": "id name livemode _fivetran_synced",
    "stripe.invoice": (
        "id customer_id subscription_id status currency created date subtotal tax total "
        "is_deleted livemode _fivetran_synced"
    ),
    "stripe.invoice_line_item": (
        "id unique_id invoice_id subscription_id subscription_item_id price_id plan_id quantity "
        "amount currency proration period_start period_end livemode _fivetran_deleted "
        "_fivetran_synced"
    ),
    "stripe.coupon": (
        "id duration duration_in_months percent_off amount_off currency livemode _fivetran_synced"
    ),
    "stripe.promotion_code": "id coupon_id _fivetran_synced",
    "stripe.discount": _DISCOUNT + " type type_id",
    "stripe.subscription_discount": _DISCOUNT,
    "stripe.customer_discount": _DISCOUNT,
    "stripe.invoice_discount": _DISCOUNT,
    "generic.subscription_periods": (
        "customer_id subscription_id start_date end_date amount billing_interval interval_count "
        "currency quantity plan_name _fivetran_synced"
    ),
    "generic.customer_account_map": (
        "billing_source billing_customer_id account_id _fivetran_synced"
    ),
    "fx.rates": "rate_date base_currency quote_currency rate _fivetran_synced",
}

#: '<source>.<table>' to the names of its columns.
NEEDED_COLUMNS: dict[str, tuple[str, ...]] = {
    table: tuple(names.split()) for table, names in _NEEDED.items()
}

#: The same of web events, on the way to sessions, traffic and attribution.
WEB_COLUMNS: dict[str, tuple[str, ...]] = {
    "ga4.events": (
        "user_pseudo_id", "user_id", "event_timestamp", "event_name", "event_bundle_sequence_id",
        "batch_page_id", "batch_ordering_id", "batch_event_index", "event_date", "event_params",
        "stream_id", "device", "geo", "collected_traffic_source",
    ),
    "hubspot.contact": ("id", "property_email", "property_createdate", "property_lifecyclestage"),
}  # fmt: skip
