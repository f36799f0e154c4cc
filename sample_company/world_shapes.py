"""Column lists of web analytics, CRM, product and survey tables, as the loaders land them.

HubSpot and Salesforce have the shapes of the Fivetran connectors, GA4 that of Google's export to
BigQuery, Segment that of its own warehouse. ``product`` and ``surveys`` are this project's own.
"""

from __future__ import annotations

import pyarrow as pa

_OWNED = "property_hs_createdate property_hs_timestamp property_hs_lastmodifieddate"
_LIFECYCLE = ("subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity")
LIFECYCLE = (*_LIFECYCLE, "customer")


def _history(owner: str) -> dict[str, str]:
    return {
        "ts": "_fivetran_synced timestamp",
        "int64": owner,
        "string": "name source source_id value",
    }


def _linked(*owners: str) -> dict[str, str]:
    return {"ts": "_fivetran_synced", "int64": f"{' '.join(owners)} type_id", "string": "category"}


def _engagement(strings: str = "", ints: str = "") -> dict[str, str]:
    return {
        "ts": f"_fivetran_synced {_OWNED}",
        "bool": "_fivetran_deleted",
        "string": f"type {strings}",
        "int64": f"engagement_id property_hubspot_owner_id property_hubspot_team_id {ints}",
    }


HUBSPOT: dict[str, dict[str, str]] = {
    "contact": {
        "int64": (
            "id property_annualrevenue property_associatedcompanyid property_hubspot_owner_id "
            "property_numemployees"
        ),
        "double": "property_hubspotscore",
        "bool": "_fivetran_deleted",
        "string": (
            "property_hs_merged_object_ids property_hs_additional_emails property_email "
            "property_company property_firstname property_lastname property_jobtitle "
            "property_country property_lifecyclestage "
            "property_hs_lead_status property_hs_analytics_source "
            "property_hs_analytics_source_data_1 property_hs_analytics_source_data_2 "
            "property_hs_latest_source property_hs_analytics_first_url property_hs_buying_role"
        ),
        "ts": " ".join(
            [
                "_fivetran_synced property_createdate property_lastmodifieddate",
                "property_hs_analytics_first_visit_timestamp property_first_conversion_date",
                *(f"property_hs_lifecyclestage_{stage}_date" for stage in LIFECYCLE),
                *(f"property_hs_v_2_date_entered_{stage}" for stage in LIFECYCLE),
            ]
        ),
    },
    "company": {
        "int64": (
            "id property_annualrevenue property_numberofemployees property_hubspot_owner_id "
            "property_hs_parent_company_id property_sales_team_size"
        ),
        "double": "property_valuation",
        "bool": ("_fivetran_deleted is_deleted property_is_public property_hs_is_target_account"),
        "string": (
            "property_name property_domain property_website property_description "
            "property_industry property_address property_address_2 property_city property_state "
            "property_country property_lifecyclestage property_stripe_customer_id "
            "property_total_money_raised property_investors property_hs_target_account"
        ),
        "ts": "_fivetran_synced property_createdate property_target_account_since",
    },
    "deal": {
        "int64": "deal_id owner_id portal_id property_hubspot_owner_id",
        "double": (
            "property_amount property_amount_in_home_currency property_hs_arr property_hs_mrr "
            "property_hs_acv property_hs_tcv"
        ),
        "bool": "_fivetran_deleted is_deleted property_hs_is_closed_won property_hs_is_closed",
        "string": (
            "deal_pipeline_id deal_pipeline_stage_id property_dealname property_description "
            "property_dealtype property_deal_currency_code property_closed_lost_reason "
            "property_hs_analytics_source property_hs_analytics_source_data_1 "
            "property_hs_analytics_source_data_2 property_hs_salesforceopportunityid"
        ),
        "ts": "_fivetran_synced property_closedate property_createdate property_hs_lastmodifieddate",
    },
    "deal_stage": {
        "bool": "_fivetran_active",
        "ts": "_fivetran_end _fivetran_start _fivetran_synced date_entered",
        "int64": "deal_id",
        "string": "source source_id value",
    },
    "deal_pipeline": {
        "bool": "_fivetran_deleted active",
        "ts": "_fivetran_synced created_at updated_at",
        "int64": "display_order",
        "string": "label pipeline_id",
    },
    "deal_pipeline_stage": {
        "bool": "_fivetran_deleted active closed_won is_closed",
        "ts": "_fivetran_synced created_at updated_at",
        "int64": "display_order",
        "double": "probability",
        "string": "label pipeline_id stage_id",
    },
    "contact_property_history": _history("contact_id"),
    "deal_property_history": _history("deal_id"),
    "deal_contact": _linked("deal_id", "contact_id"),
    "deal_company": _linked("deal_id", "company_id"),
    "contact_company": _linked("contact_id", "company_id"),
    "owner": {
        "ts": "_fivetran_synced created_at updated_at",
        "int64": "owner_id active_user_id portal_id",
        "string": "email first_name last_name type",
        "bool": "is_active",
    },
    "users": {
        "ts": "_fivetran_synced",
        "bool": "_fivetran_deleted",
        "int64": "primary_team_id role_id",
        "string": "id email first_name last_name",
    },
    "team": {
        "ts": "_fivetran_synced",
        "bool": "_fivetran_deleted",
        "int64": "id",
        "string": "name",
    },
    "owner_team": {
        "ts": "_fivetran_synced",
        "bool": "_fivetran_deleted is_team_primary",
        "int64": "owner_id team_id",
    },
    "engagement": {"ts": "_fivetran_synced", "int64": "id portal_id", "string": "type"},
    "engagement_call": _engagement(
        "property_hs_call_title property_hs_call_direction property_hs_call_disposition "
        "property_hs_call_status property_hs_activity_type",
        "property_hs_call_duration",
    ),
    "engagement_meeting": _engagement(
        "property_hs_meeting_title property_hs_meeting_outcome property_hs_activity_type"
    )
    | {
        "ts": f"_fivetran_synced {_OWNED} property_hs_meeting_start_time property_hs_meeting_end_time"
    },
    "engagement_email": _engagement("property_hs_email_subject property_hs_email_direction"),
    "engagement_task": _engagement("property_hs_task_subject property_hs_task_status"),
    "engagement_note": _engagement("body property_hs_note_body"),
    "engagement_contact": {
        "ts": "_fivetran_synced",
        "int64": "contact_id engagement_id",
        "string": "category",
    },
    "engagement_company": {
        "ts": "_fivetran_synced",
        "int64": "company_id engagement_id",
        "string": "category",
    },
    "engagement_deal": {
        "ts": "_fivetran_synced",
        "int64": "deal_id engagement_id",
        "string": "category",
    },
    "merged_deal": {"ts": "_fivetran_synced", "int64": "deal_id merged_deal_id"},
    "contact_merge_audit": {
        "ts": "_fivetran_synced timestamp",
        "int64": "canonical_vid contact_id num_properties_moved user_id vid_to_merge",
        "string": "entity_id first_name last_name",
    },
}

_SF = "_fivetran_synced created_date last_modified_date system_modstamp"

SALESFORCE: dict[str, dict[str, str]] = {
    "lead": {
        "ts": f"{_SF} last_activity_date _fivetran_start _fivetran_end",
        "date": "converted_date",
        "bool": "_fivetran_active is_converted is_deleted is_unread_by_owner has_opted_out_of_email",
        "double": "annual_revenue pi_score_c",
        "int64": "number_of_employees",
        "string": (
            "id company country country_code email first_name last_name name industry lead_source "
            "owner_id status title website phone city master_record_id converted_account_id "
            "converted_contact_id converted_opportunity_id created_by_id"
        ),
    },
    "account": {
        "ts": _SF,
        "bool": "_fivetran_active is_deleted",
        "double": "annual_revenue total_funding_c valuation_c",
        "date": "target_account_since_c",
        "int64": "number_of_employees sales_team_size_c",
        "string": (
            "id name website industry billing_country billing_city owner_id parent_id type "
            "account_source master_record_id record_type_id stripe_customer_id_c ownership "
            "investors_c target_account_tier_c"
        ),
    },
    "contact": {
        "ts": _SF,
        "bool": "_fivetran_active is_deleted",
        "string": (
            "id account_id email first_name last_name name owner_id lead_source title "
            "mailing_country master_record_id reports_to_id"
        ),
    },
    "opportunity": {
        "ts": f"{_SF} last_stage_change_date",
        "date": "close_date",
        "bool": (
            "_fivetran_active is_closed is_won is_deleted has_open_activity "
            "has_opportunity_line_item"
        ),
        "double": "amount expected_revenue probability mrr_c",
        "int64": "fiscal_quarter fiscal_year",
        "string": (
            "id account_id campaign_id name owner_id stage_name type lead_source forecast_category "
            "forecast_category_name currency_iso_code loss_reason_c contact_id"
        ),
    },
    "opportunity_history": {
        "ts": "_fivetran_synced created_date system_modstamp",
        "date": "close_date",
        "bool": "is_deleted",
        "double": "amount expected_revenue probability",
        "string": "id opportunity_id created_by_id stage_name forecast_category",
    },
    "opportunity_contact_role": {
        "ts": "_fivetran_synced created_date",
        "bool": "is_primary is_deleted",
        "string": "id opportunity_id contact_id role",
    },
    "opportunity_stage": {
        "ts": "_fivetran_synced",
        "bool": "is_active is_closed is_won",
        "double": "default_probability",
        "int64": "sort_order",
        "string": "id master_label api_name",
    },
    "task": {
        "ts": f"{_SF} completed_date_time",
        "date": "activity_date",
        "bool": "_fivetran_active is_closed is_deleted is_archived is_high_priority",
        "int64": "call_duration_in_seconds what_count who_count",
        "string": (
            "id account_id call_disposition call_type owner_id status subject task_subtype type "
            "what_id who_id priority"
        ),
    },
    "event": {
        "ts": f"{_SF} activity_date_time start_date_time end_date_time",
        "date": "activity_date",
        "bool": "_fivetran_active is_deleted is_archived is_child is_group_event",
        "int64": "what_count who_count",
        "string": "id account_id event_subtype owner_id subject type what_id who_id location",
    },
    "user": {
        "ts": "_fivetran_synced last_login_date",
        "bool": "_fivetran_deleted _fivetran_active is_active",
        "string": (
            "id name first_name last_name email username department title manager_id "
            "user_role_id user_type"
        ),
    },
    "user_role": {
        "ts": "_fivetran_synced",
        "bool": "_fivetran_deleted _fivetran_active",
        "string": "id name developer_name parent_role_id rollup_description",
    },
}

_CAMPAIGN = (
    "context_campaign_source context_campaign_medium context_campaign_name context_campaign_term "
    "context_campaign_content"
)
_SEGMENT_TIMES = "received_at sent_at timestamp original_timestamp"

SEGMENT: dict[str, dict[str, str]] = {
    "pages": {
        "ts": _SEGMENT_TIMES,
        "string": (
            f"id anonymous_id user_id url path title search referrer {_CAMPAIGN} context_ip "
            "context_user_agent context_page_referrer context_locale"
        ),
    },
    "tracks": {
        "ts": _SEGMENT_TIMES,
        "string": (
            f"id anonymous_id user_id event event_text {_CAMPAIGN} context_ip context_user_agent "
            "context_page_url context_page_path context_page_referrer context_library_name"
        ),
    },
    "identifies": {
        "ts": _SEGMENT_TIMES,
        "string": "id anonymous_id user_id email name context_ip context_library_name",
    },
    "users": {"ts": "received_at created_at", "string": "id email name company"},
}

PRODUCT: dict[str, dict[str, str]] = {
    "events": {
        "string": "event_id user_id account_id event_name",
        "ts": "occurred_at _fivetran_synced",
    },
    "usage_limits": {
        "string": "account_id limit_name",
        "double": "limit_value used_value",
        "ts": "measured_at _fivetran_synced",
    },
}

SURVEYS: dict[str, dict[str, str]] = {
    "nps_responses": {
        "string": "response_id email customer_id comment invitation_id",
        "int64": "score",
        "ts": "responded_at _fivetran_synced",
    },
    "nps_invitations": {
        "string": "invitation_id email customer_id",
        "ts": "sent_at _fivetran_synced",
    },
}

SUPPORT: dict[str, dict[str, str]] = {
    "tickets": {
        "string": "ticket_id email customer_id priority",
        "ts": "created_at solved_at _fivetran_synced",
    },
}

_S, _I, _D, _B = pa.string(), pa.int64(), pa.float64(), pa.bool_()


def _struct(names: str, kind: pa.DataType = _S) -> pa.DataType:
    return pa.struct([(name, kind) for name in names.split()])


PARAM_VALUE = pa.struct(
    [("string_value", _S), ("int_value", _I), ("float_value", _D), ("double_value", _D)]
)
PARAM = pa.struct([("key", _S), ("value", PARAM_VALUE)])
PRIVACY = _struct("analytics_storage ads_storage uses_transient_token")
DEVICE = pa.struct(
    [
        *((name, _S) for name in ("category", "operating_system", "language", "browser")),
        ("web_info", _struct("browser browser_version hostname")),
    ]
)
GEO = _struct("continent sub_continent country region city metro")
TRAFFIC_SOURCE = _struct("name medium source")
COLLECTED = _struct(
    "manual_campaign_id manual_campaign_name manual_source manual_medium manual_term "
    "manual_content gclid dclid srsltid"
)
LAST_CLICK = pa.struct(
    [
        ("manual_campaign", _struct("campaign_id campaign_name source medium term content")),
        (
            "google_ads_campaign",
            _struct("customer_id account_name campaign_id campaign_name ad_group_id ad_group_name"),
        ),
    ]
)

#: One shape for the daily tables (all in one folder) and for those of the day under way.
GA4_EVENTS = pa.schema(
    [
        ("event_date", _S),
        ("event_timestamp", _I),
        ("event_name", _S),
        ("event_params", pa.list_(PARAM)),
        ("event_previous_timestamp", _I),
        ("event_value_in_usd", _D),
        ("event_bundle_sequence_id", _I),
        ("event_server_timestamp_offset", _I),
        ("user_id", _S),
        ("user_pseudo_id", _S),
        ("privacy_info", PRIVACY),
        ("user_properties", pa.list_(PARAM)),
        ("user_first_touch_timestamp", _I),
        ("device", DEVICE),
        ("geo", GEO),
        ("traffic_source", TRAFFIC_SOURCE),
        ("collected_traffic_source", COLLECTED),
        ("session_traffic_source_last_click", LAST_CLICK),
        ("stream_id", _S),
        ("platform", _S),
        ("is_active_user", _B),
        ("batch_event_index", _I),
        ("batch_page_id", _I),
        ("batch_ordering_id", _I),
    ]
)

#: Sources of the world around billing, each of which can be left out.
SOURCES = ("ga4", "segment", "hubspot", "salesforce", "product", "surveys", "support")
