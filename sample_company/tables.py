"""Column lists of the raw tables, as the loaders land them.

Stripe: the shapes of the Fivetran connector; amounts are integers in minor units of the row's
currency, instants are timestamps in UTC (microseconds). ``generic`` and ``fx``: this project's own
plain tables; amounts and rates are decimals in major units.
"""

from __future__ import annotations

import pyarrow as pa

from sample_company import cost_tables
from sample_company import world_shapes as shapes

TIMESTAMP = pa.timestamp("us", tz="UTC")

_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int64": pa.int64(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "ts": TIMESTAMP,
    "date": pa.date32(),
    "money": pa.decimal128(38, 6),
    "rate": pa.decimal128(38, 12),
}

_DISCOUNT_SPLIT = {
    "ts": "_fivetran_synced start end",
    "string": (
        "id checkout_session coupon_id customer_id invoice_id invoice_item_id subscription_id "
        "promotion_code"
    ),
}

_STRIPE: dict[str, dict[str, str]] = {
    "customer": {
        "ts": ("_fivetran_synced created"),
        "int64": ("account_balance balance"),
        "string": (
            "address_city address_country address_line_1 address_line_2 address_postal_code "
            "address_state bank_account_id currency default_card_id description email id "
            "invoice_prefix invoice_settings_default_payment_method invoice_settings_footer "
            "metadata name phone shipping_address_city shipping_address_country "
            "shipping_address_line_1 shipping_address_line_2 shipping_address_postal_code "
            "shipping_address_state shipping_carrier shipping_name shipping_phone "
            "shipping_tracking_number source_id tax_exempt tax_info_tax_id tax_info_type "
            "tax_info_verification_status tax_info_verification_verified_name"
        ),
        "bool": ("delinquent is_deleted livemode"),
    },
    "subscription_history": {
        "ts": (
            "_fivetran_start _fivetran_end _fivetran_synced billing_cycle_anchor cancel_at "
            "canceled_at created current_period_end current_period_start ended_at "
            "pause_collection_resumes_at start start_date trial_end trial_start"
        ),
        "string": (
            "id billing customer_id default_payment_method_id default_source_id "
            "latest_invoice_id metadata pause_collection_behavior pending_setup_intent_id "
            "status collection_method cancellation_details_comment "
            "cancellation_details_reason cancellation_details_feedback"
        ),
        "bool": (
            "_fivetran_active billing_threshold_reset_billing_cycle_anchor "
            "cancel_at_period_end livemode"
        ),
        "double": ("application_fee_percent tax_percent"),
        "int64": ("billing_threshold_amount_gte days_until_due quantity"),
    },
    "subscription_item": {
        "ts": ("_fivetran_synced created current_period_end current_period_start"),
        "string": ("id metadata plan_id subscription_id"),
        "int64": ("quantity billing_thresholds_amount_gte"),
        "bool": ("billing_thresholds_reset_billing_cycle_anchor"),
    },
    "price": {
        "string": (
            "id billing_scheme currency invoice_item_id lookup_key metadata nickname "
            "product_id recurring_aggregate_usage recurring_interval recurring_usage_type "
            "tiers_mode transform_quantity_round type unit_amount_decimal"
        ),
        "ts": ("_fivetran_synced created"),
        "bool": ("active is_deleted livemode"),
        "int64": ("recurring_interval_count transform_quantity_divide_by unit_amount"),
    },
    "plan": {
        "string": (
            "id aggregate_usage billing_scheme currency interval metadata nickname product_id "
            "tiers_mode transform_usage_round usage_type"
        ),
        "ts": ("_fivetran_synced created"),
        "bool": ("active is_deleted livemode"),
        "int64": ("amount interval_count transform_usage_divide_by trial_period_days"),
    },
    "tier": {
        "ts": ("_fivetran_synced"),
        "string": ("id up_to flat_amount_decimal unit_amount_decimal"),
        "int64": ("index flat_amount unit_amount"),
    },
    "product": {
        "ts": ("_fivetran_synced created deactivate_on updated"),
        "string": (
            "id attributes caption description images name statement_descriptor type "
            "unit_label url metadata"
        ),
        "bool": ("active is_deleted livemode shippable"),
    },
    "invoice": {
        "ts": (
            "_fivetran_synced created date due_date finalized_at next_payment_attempt "
            "period_end period_start status_transitions_finalized_at "
            "status_transitions_marked_uncollectible_at status_transitions_paid_at "
            "status_transitions_voided_at webhooks_delivered_at"
        ),
        "int64": (
            "amount_due amount_paid amount_remaining application_fee_amount "
            "post_payment_credit_notes_amount pre_payment_credit_notes_amount attempt_count "
            "ending_balance starting_balance subscription_proration_date subtotal tax "
            "threshold_reason_amount_gte total"
        ),
        "bool": ("attempted auto_advance is_deleted livemode paid"),
        "string": (
            "billing billing_reason charge_id currency customer_id default_source_id "
            "description footer hosted_invoice_url id invoice_pdf metadata number "
            "default_payment_method_id payment_intent_id subscription_id receipt_number "
            "statement_descriptor status collection_method"
        ),
        "double": ("tax_percent"),
    },
    "invoice_line_item": {
        "ts": ("_fivetran_synced period_end period_start"),
        "int64": ("amount quantity"),
        "string": (
            "currency description id invoice_id invoice_item_id metadata plan_id price_id "
            "subscription_id subscription_item_id type unique_id unit_amount_excluding_tax"
        ),
        "bool": ("discountable livemode proration"),
    },
    "coupon": {
        "ts": ("_fivetran_synced created redeem_by"),
        "int64": ("amount_off duration_in_months max_redemptions times_redeemed"),
        "string": ("currency duration id metadata name"),
        "bool": ("livemode valid is_deleted"),
        "double": ("percent_off"),
    },
    "promotion_code": {
        "string": ("id code coupon_id customer_id metadata minimum_amount_currency"),
        "ts": ("_fivetran_synced created expires_at"),
        "bool": ("active first_time_transaction"),
        "int64": ("max_redemptions minimum_amount times_redeemed"),
    },
    "discount": {
        "string": (
            "id type type_id checkout_session_id checkout_session_line_item_id coupon_id "
            "credit_note_line_item_id customer_id invoice_id invoice_item_id promotion_code "
            "subscription_id"
        ),
        "ts": ("_fivetran_synced end start"),
        "int64": ("amount"),
    },
    "charge": {
        "ts": ("_fivetran_synced created"),
        "int64": ("amount amount_refunded application_fee_amount outcome_risk_score"),
        "string": (
            "application balance_transaction_id bank_account_id "
            "calculated_statement_descriptor card_id connected_account_id currency "
            "customer_id description destination failure_code failure_message "
            "fraud_details_stripe_report fraud_details_user_report id invoice_id metadata "
            "on_behalf_of outcome_network_status outcome_reason outcome_risk_level "
            "outcome_seller_message outcome_type payment_intent_id payment_method_id "
            "receipt_email receipt_number receipt_url shipping_address_city "
            "shipping_address_country shipping_address_line_1 shipping_address_line_2 "
            "shipping_address_postal_code shipping_address_state shipping_carrier "
            "shipping_name shipping_phone shipping_tracking_number source_id source_transfer "
            "statement_descriptor status transfer_data_destination transfer_group transfer_id "
            "billing_detail_address_city billing_detail_address_country "
            "billing_detail_address_line1 billing_detail_address_line2 "
            "billing_detail_address_postal_code billing_detail_address_state "
            "billing_detail_email billing_detail_name billing_detail_phone"
        ),
        "bool": ("captured livemode paid refunded"),
    },
    "refund": {
        "ts": ("_fivetran_synced created"),
        "int64": ("amount"),
        "string": (
            "balance_transaction_id charge_id payment_intent_id currency description "
            "failure_balance_transaction_id failure_reason id metadata reason receipt_number "
            "status"
        ),
    },
    "credit_note": {
        "ts": ("_fivetran_synced created voided_at"),
        "string": ("id currency memo metadata number pdf reason status type invoice_id refund_id"),
        "int64": ("amount discount_amount subtotal total customer_balance_transaction"),
        "bool": ("livemode"),
    },
    "credit_note_line_item": {
        "ts": ("_fivetran_synced"),
        "string": ("id credit_note_id description type"),
        "int64": ("amount discount_amount quantity unit_amount unit_amount_decimal"),
        "bool": ("livemode"),
    },
    "balance_transaction": {
        "ts": ("_fivetran_synced available_on created"),
        "int64": ("amount fee net"),
        "string": (
            "connected_account_id currency description id payout_id reporting_category source "
            "status type"
        ),
        "double": ("exchange_rate"),
    },
    "subscription_discount": _DISCOUNT_SPLIT,
    "customer_discount": _DISCOUNT_SPLIT,
    "invoice_discount": _DISCOUNT_SPLIT,
}

_GENERIC: dict[str, dict[str, str]] = {
    "subscription_periods": {
        "string": (
            "customer_id subscription_id start_date end_date billing_interval currency plan_name "
            "cancellation_reason customer_name customer_email country"
        ),
        "money": "amount",
        "int64": "interval_count quantity",
        "ts": "_fivetran_synced",
    },
    "customer_account_map": {
        "string": "billing_source billing_customer_id account_id parent_account_id",
        "ts": "_fivetran_synced",
    },
}

_FX: dict[str, dict[str, str]] = {
    "rates": {
        "date": "rate_date",
        "string": "base_currency quote_currency",
        "rate": "rate",
        "ts": "_fivetran_synced",
    },
}


def _schema(columns: dict[str, str]) -> pa.Schema:
    return pa.schema(
        [(name, _TYPES[kind]) for kind, names in columns.items() for name in names.split()]
    )


#: (source, table) -> Arrow schema.
SCHEMAS: dict[tuple[str, str], pa.Schema] = {
    (source, table): _schema(columns)
    for source, tables in (
        ("stripe", _STRIPE),
        ("generic", _GENERIC),
        ("fx", _FX),
        ("google_ads", cost_tables.GOOGLE_ADS),
        ("linkedin_ads", cost_tables.LINKEDIN_ADS),
        ("facebook_ads", cost_tables.FACEBOOK_ADS),
        ("finance", cost_tables.FINANCE),
        ("salesforce", cost_tables.SALESFORCE),
    )
    for table, columns in tables.items()
}

#: The same for the world around billing (sample_company.demand).
WORLD_SCHEMAS: dict[tuple[str, str], pa.Schema] = {
    (source, table): _schema(columns)
    for source, tables in (
        ("hubspot", shapes.HUBSPOT),
        ("salesforce", shapes.SALESFORCE),
        ("segment", shapes.SEGMENT),
        ("product", shapes.PRODUCT),
        ("surveys", shapes.SURVEYS),
        ("support", shapes.SUPPORT),
    )
    for table, columns in tables.items()
} | {("ga4", "events"): shapes.GA4_EVENTS}


def schema_of(source: str, table: str) -> pa.Schema:
    """The Arrow schema of a raw table."""
    key = (source, table)
    return SCHEMAS[key] if key in SCHEMAS else WORLD_SCHEMAS[key]
