"""Column lists of what costs are told by: ad platforms, ledger, targets and campaigns of the CRM.

The ad platforms and the CRM have the shapes of the Fivetran connectors: Google counts in millionths of
the account's currency, LinkedIn in decimals, Facebook in floats. ``finance`` is this project's own.
"""

from __future__ import annotations

GOOGLE_ADS: dict[str, dict[str, str]] = {
    "account_history": {
        "ts": "_fivetran_synced updated_at",
        "bool": "auto_tagging_enabled _fivetran_active",
        "string": "currency_code descriptive_name time_zone",
        "int64": "id",
    },
    "campaign_history": {
        "ts": "_fivetran_synced updated_at",
        "bool": "_fivetran_active",
        "string": (
            "advertising_channel_subtype advertising_channel_type end_date name serving_status "
            "start_date status tracking_url_template"
        ),
        "int64": "id customer_id",
    },
    "campaign_stats": {
        "ts": "_fivetran_synced",
        "string": "_fivetran_id ad_network_type device",
        "int64": (
            "clicks cost_micros customer_id id impressions conversions conversions_value "
            "view_through_conversions"
        ),
        "date": "date",
    },
}

LINKEDIN_ADS: dict[str, dict[str, str]] = {
    "account_history": {
        "ts": "_fivetran_synced created_time last_modified_time",
        "string": "currency name status type version_tag",
        "int64": "id",
    },
    "campaign_group_history": {
        "ts": (
            "_fivetran_synced created_time last_modified_time run_schedule_end run_schedule_start"
        ),
        "bool": "backfilled",
        "string": "name status",
        "int64": "id account_id",
    },
    "campaign_history": {
        "ts": (
            "_fivetran_synced created_time last_modified_time run_schedule_end run_schedule_start"
        ),
        "bool": "audience_expansion_enabled offsite_delivery_enabled",
        "string": (
            "cost_type creative_selection daily_budget_currency_code format locale_country "
            "locale_language name objective_type optimization_target_type status type "
            "unit_cost_currency_code version_tag"
        ),
        "double": "daily_budget_amount unit_cost_amount",
        "int64": "id account_id campaign_group_id",
    },
    "ad_analytics_by_campaign": {
        "ts": "_fivetran_synced day",
        "int64": "campaign_id clicks impressions",
        "money": "cost_in_local_currency cost_in_usd conversion_value_in_local_currency",
    },
}

FACEBOOK_ADS: dict[str, dict[str, str]] = {
    "account_history": {
        "ts": "_fivetran_synced created_time",
        "string": (
            "name account_status business_country_code currency timezone_name business_state"
        ),
        "double": "timezone_offset_hours_utc",
        "int64": "id min_daily_budget",
    },
    "campaign_history": {
        "ts": "_fivetran_synced updated_time created_time start_time stop_time",
        "string": "name status",
        "double": "budget_remaining",
        "int64": "id account_id daily_budget lifetime_budget",
    },
    "ad_history": {
        "ts": "_fivetran_synced updated_time",
        "string": "name conversion_domain",
        "int64": "id account_id ad_set_id campaign_id creative_id",
    },
    "basic_ad": {
        "ts": "_fivetran_synced",
        "string": "ad_id ad_name adset_name",
        "date": "date",
        "int64": "account_id impressions inline_link_clicks reach",
        "double": "spend frequency",
    },
}

FINANCE: dict[str, dict[str, str]] = {
    "sales_marketing_costs": {
        "string": "entry_id category department channel vendor currency",
        "date": "cost_date",
        "money": "amount",
        "ts": "_fivetran_synced",
    },
    "cost_of_revenue": {
        "string": "entry_id revenue_stream currency",
        "date": "cost_date",
        "money": "amount",
        "ts": "_fivetran_synced",
    },
    "company_results": {
        "date": "month",
        "money": "ebitda free_cash_flow net_burn revenue",
        "string": "currency",
        "ts": "_fivetran_synced",
    },
    "targets": {"date": "month", "string": "metric", "money": "target", "ts": "_fivetran_synced"},
}

SALESFORCE: dict[str, dict[str, str]] = {
    "campaign": {
        "string": "id name parent_id type status owner_id",
        "date": "start_date end_date",
        "bool": "is_active is_deleted",
        "double": "budgeted_cost actual_cost expected_revenue expected_response",
        "int64": "number_sent number_of_leads number_of_contacts number_of_responses",
        "ts": "_fivetran_synced created_date last_modified_date system_modstamp",
    },
}
