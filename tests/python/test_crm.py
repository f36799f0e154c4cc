"""HubSpot and Salesforce side by side, from raw rows with the traps of both to the input models.

The rows are few enough to be followed by hand; each test is about one trap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import DbtSession, Warehouse

pytestmark = pytest.mark.slow

AS_OF = "2026-07-01"
CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
VOICE_MAIL = "b2cf5968-551e-4856-9783-52b3da59a7d0"
SELECTED = (
    "path:models/staging/hubspot", "path:models/staging/salesforce", "path:models/input/hubspot",
    "path:models/input/salesforce", "path:models/input/crm", "lifecycle_stages", "country_names",
    "demo_words", "crm_activity_outcomes",
)  # fmt: skip
#: In both CRMs; HubSpot has the short form of the id.
SYNCED, SYNCED_SHORT, SYNCED_TASK = "0062E00001aBcDeQAK", "0062E00001aBcDe", "00T2E00001aBcDeUAK"
Row = Mapping[str, Any]


def at(day: str, time: str = "00:00") -> datetime:
    """An instant of 2026: `at("03-01", "12:30")`."""
    return datetime.fromisoformat(f"2026-{day}T{time}")


def millis(instant: datetime) -> int:
    return int((instant - datetime(1970, 1, 1)).total_seconds() * 1000)


def land(raw: Path, tables: Mapping[str, Iterable[Row]]) -> None:
    """Writes rows as `<source>.<table>`."""
    for table, rows in tables.items():
        folder = raw / table.replace(".", "/")
        folder.mkdir(parents=True, exist_ok=True)
        given = list(rows)
        names = dict.fromkeys(name for row in given for name in row)
        full = [{name: row.get(name) for name in names} for row in given]
        pq.write_table(pa.Table.from_pylist(full), folder / "rows.parquet")


def contact(number: int, email: str | None, made: str, **properties: Any) -> Row:
    named = {f"property_{name}": value for name, value in properties.items()}
    return {"id": number, "property_email": email, "property_createdate": at(made), **named}


def lifecycle(number: int, stage: str, day: str, name: str = "lifecyclestage") -> Row:
    return {"contact_id": number, "name": name, "value": stage, "timestamp": at(day)}


HUBSPOT: dict[str, list[Row]] = {
    "hubspot.contact": [
        # 1 went into 2, 2 into 3; 1 is still in the table. 3 keeps the company and the owner.
        contact(1, "old@acme.example", "01-01", lifecyclestage="lead"),
        contact(
            3, " Ann@Acme.example", "01-01", firstname="Ann", lastname="Lee",
            associatedcompanyid=11, hubspot_owner_id=7, lifecyclestage="opportunity",
            hs_analytics_source="PAID_SEARCH", hs_analytics_source_data_1="spring",
            hs_calculated_merged_vids=f"2:{millis(at('02-20', '10:00'))}", hubspotscore=12.5,
            hs_additional_emails="Ann@old.example;ann@acme.example",
        ),
        # Two with one address stay two.
        contact(4, "twice@acme.example", "01-05", lifecyclestage="lead"),
        contact(5, "twice@acme.example", "01-06", lifecyclestage="subscriber"),
        # Stage dates of both versions: the second counts, and what is in neither.
        contact(
            6, "dates@b.example", "01-07", lifecyclestage="4711",
            hs_lifecyclestage_lead_date=at("01-08"),
            hs_v_2_date_entered_lead=at("01-09"),
            hs_lifecyclestage_marketingqualifiedlead_date=at("01-10"),
            hs_v2_date_entered_salesqualifiedlead=at("01-11"),
        ),
        # Of a connection older than those: the dates from which the second ones were made.
        contact(
            17, "older@b.example", "01-07", lifecyclestage="salesqualifiedlead",
            hs_date_entered_lead=at("01-08"), hs_lifecyclestage_lead_date=at("01-09"),
            hs_date_entered_salesqualifiedlead=at("01-10"),
            hs_v_2_date_entered_salesqualifiedlead=at("01-11"),
        ),
        # The record alone.
        contact(7, None, "01-08", lifecyclestage="customer"),
        contact(8, "gone@b.example", "01-09", lifecyclestage="lead", hs_lead_status="OPEN"),
        # Disqualified; and disqualified once, but taken up again.
        contact(9, "lost@b.example", "01-10", lifecyclestage="lead", hs_lead_status="UNQUALIFIED",
                unqualified_reason="too small"),
        contact(10, "back@b.example", "01-10", lifecyclestage="lead", hs_lead_status="OPEN"),
        contact(12, "nobody@b.example", "01-12"),
        # In a stage that nothing dates: a person, and told of.
        {**contact(14, "undated@b.example", "01-12", lifecyclestage="lead"),
         "property_createdate": None},
        {**contact(13, "dead@b.example", "01-12", lifecyclestage="lead"),
         "_fivetran_deleted": True},
    ],
    "hubspot.contact_merge_audit": [
        {"canonical_vid": 2, "vid_to_merge": 1, "timestamp": at("02-10")},
    ],
    "hubspot.contact_property_history": [
        lifecycle(1, "subscriber", "01-01"),
        lifecycle(1, "lead", "01-02"),
        lifecycle(3, "lead", "01-03"),  # merged histories: not a second entry
        lifecycle(3, "marketingqualifiedlead", "01-20"),
        lifecycle(3, "", "02-01"),  # cleared
        lifecycle(3, "lead", "02-02"),  # recycled
        lifecycle(3, "salesqualifiedlead", "02-15"),
        lifecycle(3, "opportunity", "03-01"),
        {**lifecycle(3, "opportunity", "03-01"), "_fivetran_synced": at("03-02")},
        lifecycle(4, "lead", "01-05"),
        lifecycle(5, "subscriber", "01-06"),
        lifecycle(8, "lead", "01-09"),
        lifecycle(9, "lead", "01-10"),
        lifecycle(9, "UNQUALIFIED", "01-30", "hs_lead_status"),
        lifecycle(10, "lead", "01-10"),
        lifecycle(10, "UNQUALIFIED", "01-15", "hs_lead_status"),
        lifecycle(10, "OPEN", "01-20", "hs_lead_status"),
        lifecycle(13, "lead", "01-12"),
        lifecycle(3, "Ann", "01-01", "firstname"),
    ],
    "hubspot.company": [
        {"id": 11, "property_name": "Acme", "property_domain": "https://WWW.Acme.example/about",
         "property_createdate": at("01-01"), "property_hs_merged_object_ids": "14",
         "property_hs_parent_company_id": 15, "property_numberofemployees": 120},
        {"id": 14, "property_name": "Acme Ltd", "property_createdate": at("01-02")},
        {"id": 15, "property_name": "Group", "property_website": "n/a",
         "property_createdate": at("01-02")},
        {"id": 16, "property_name": "Dead", "property_createdate": at("01-02"), "is_deleted": True},
    ],
    "hubspot.deal": [
        {"deal_id": 21, "deal_pipeline_id": "p", "deal_pipeline_stage_id": "s2", "owner_id": 7,
         "property_dealname": "Acme", "property_dealtype": "newbusiness",
         "property_amount": Decimal("1200.50"), "property_deal_currency_code": "eur",
         "property_hs_arr": Decimal("1000"), "property_createdate": at("03-01"),
         "property_closedate": at("09-01")},
        {"deal_id": 22, "deal_pipeline_id": "p", "deal_pipeline_stage_id": "won",
         "property_dealtype": "existingbusiness", "property_createdate": at("03-02"),
         "property_closedate": at("04-02", "15:00")},
        {"deal_id": 23, "deal_pipeline_id": "p", "deal_pipeline_stage_id": "lost",
         "property_createdate": at("03-03"), "property_closedate": at("04-03"),
         "property_closed_lost_reason": "price"},
        {"deal_id": 24, "deal_pipeline_id": "p", "deal_pipeline_stage_id": "s1",
         "property_createdate": at("02-28")},  # merged into 21
        {"deal_id": 25, "deal_pipeline_id": "p", "deal_pipeline_stage_id": "s1",
         "property_createdate": at("03-03"), "_fivetran_deleted": True},
        # Synced with Salesforce, one of them with an opportunity that is deleted there. 28 went into 26.
        {"deal_id": 26, "deal_pipeline_id": "p", "deal_pipeline_stage_id": "s1",
         "property_hs_salesforceopportunityid": SYNCED_SHORT, "property_amount": Decimal(70),
         "property_hs_analytics_source": "ORGANIC_SEARCH", "property_createdate": at("05-02")},
        {"deal_id": 27, "deal_pipeline_id": "p", "deal_pipeline_stage_id": "s1",
         "property_hs_salesforceopportunityid": "0062E00001aBcDfQAK",
         "property_createdate": at("05-03")},
        {"deal_id": 28, "deal_pipeline_id": "p", "deal_pipeline_stage_id": "s1",
         "property_createdate": at("05-03")},
    ],
    "hubspot.merged_deal": [
        {"deal_id": 21, "merged_deal_id": 24}, {"deal_id": 26, "merged_deal_id": 28},
    ],
    "hubspot.deal_pipeline": [{"pipeline_id": "p", "label": "Sales"}],
    "hubspot.deal_pipeline_stage": [
        {"stage_id": "s1", "pipeline_id": "p", "label": "Appointment", "display_order": 0,
         "probability": 0.2, "is_closed": False, "closed_won": False},
        {"stage_id": "s2", "pipeline_id": "p", "label": "Contract", "display_order": 3,
         "probability": 0.8, "is_closed": False, "closed_won": False},
        {"stage_id": "won", "pipeline_id": "p", "label": "Closed won", "display_order": 4,
         "probability": 1.0, "is_closed": None, "closed_won": True},
        {"stage_id": "lost", "pipeline_id": "p", "label": "Closed lost", "display_order": 5,
         "probability": 0.0, "is_closed": True, "closed_won": False},
        {"stage_id": "old", "pipeline_id": "p", "label": "Old stage", "display_order": 1,
         "probability": 0.3, "_fivetran_deleted": True},
    ],
    "hubspot.deal_stage": [
        {"deal_id": 21, "value": "s1", "date_entered": at("03-01")},
        {"deal_id": 21, "value": "old", "date_entered": at("03-05")},
        {"deal_id": 21, "value": "s2", "date_entered": at("03-10")},
        {"deal_id": 21, "value": "s2", "date_entered": at("03-12")},  # saved again
        {"deal_id": 24, "value": "s1", "date_entered": at("02-28")},
        {"deal_id": 25, "value": "s1", "date_entered": at("03-03")},
    ],
    "hubspot.deal_property_history": [
        {"deal_id": 21, "name": "dealstage", "value": "s1", "timestamp": at("03-01")},
        {"deal_id": 22, "name": "dealstage", "value": "won", "timestamp": at("04-02")},
        {"deal_id": 22, "name": "amount", "value": "10", "timestamp": at("04-03")},
    ],
    "hubspot.deal_contact": [
        {"deal_id": 21, "contact_id": 3, "type_id": 3},
        {"deal_id": 24, "contact_id": 1, "type_id": 3},
        {"deal_id": 21, "contact_id": 13, "type_id": 3},
        {"deal_id": 26, "contact_id": 9, "type_id": 3},
    ],
    "hubspot.deal_company": [
        {"deal_id": 21, "company_id": 15, "type_id": 341},
        {"deal_id": 21, "company_id": 14, "type_id": 5},  # merged into 11
        {"deal_id": 21, "company_id": 14, "type_id": 341},
        {"deal_id": 22, "company_id": 16, "type_id": 5},
    ],
    "hubspot.owner": [
        {"owner_id": 7, "active_user_id": 70, "email": "Rep@us.example", "first_name": "Rae"},
        {"owner_id": 8, "active_user_id": None, "email": "left@us.example"},
    ],
    "hubspot.users": [{"id": "70", "primary_team_id": 91}],
    "hubspot.team": [{"id": 90, "name": "East"}, {"id": 91, "name": "West"}],
    "hubspot.owner_team": [{"owner_id": 7, "team_id": 90, "is_team_primary": True}],
    "hubspot.engagement_call": [
        {"engagement_id": 31, "property_hs_call_title": "Follow up the demo",
         "property_hs_call_direction": "OUTBOUND", "property_hs_call_disposition": CONNECTED,
         "property_hs_call_status": "COMPLETED", "property_hubspot_owner_id": 7,
         "property_hs_timestamp": at("02-03", "09:00")},
        {"engagement_id": 32, "property_hs_call_direction": "OUTBOUND",
         "property_hs_call_disposition": VOICE_MAIL, "property_hs_call_status": "COMPLETED",
         "property_hs_timestamp": at("02-04")},
        {"engagement_id": 33, "property_hs_call_direction": "INBOUND",
         "property_hs_call_status": "NO_ANSWER", "property_hs_timestamp": at("02-05")},
        # From a task of Salesforce; from one that is not there; from a CSV file.
        {"engagement_id": 41, "property_hs_engagement_source": "SALESFORCE",
         "property_hs_engagement_source_id": SYNCED_TASK, "property_hs_timestamp": at("05-05")},
        {"engagement_id": 42, "property_hs_engagement_source": "SALESFORCE",
         "property_hs_engagement_source_id": SYNCED, "property_hs_timestamp": at("05-05")},
        {"engagement_id": 43, "property_hs_engagement_source": "IMPORT",
         "property_hs_engagement_source_id": SYNCED_TASK, "property_hs_timestamp": at("05-06")},
    ],
    "hubspot.engagement_meeting": [
        {"engagement_id": 34, "property_hs_meeting_title": "Product demo: Acme",
         "property_hs_meeting_outcome": "COMPLETED", "property_hs_timestamp": at("02-06"),
         "property_hs_meeting_start_time": at("02-07")},
        {"engagement_id": 35, "property_hs_meeting_title": "Demographics review",
         "property_hs_meeting_outcome": "NO_SHOW", "property_hs_timestamp": at("02-08")},
        {"engagement_id": 36, "property_hs_meeting_title": "Demo",
         "property_hs_timestamp": at("02-09"), "_fivetran_deleted": True},
        {"engagement_id": 37, "property_hs_meeting_title": "Intro",
         "property_hs_meeting_outcome": "SCHEDULED", "property_hs_timestamp": at("02-09")},
    ],
    "hubspot.engagement_email": [
        {"engagement_id": 38, "property_hs_email_direction": "INCOMING_EMAIL",
         "property_hs_timestamp": at("02-10")},
    ],
    "hubspot.engagement_task": [{"engagement_id": 39, "property_hs_timestamp": at("02-11")}],
    "hubspot.engagement_note": [{"engagement_id": 40, "property_hs_timestamp": at("02-12")}],
    "hubspot.engagement_contact": [
        {"engagement_id": 31, "contact_id": 1},
        {"engagement_id": 31, "contact_id": 2},
        {"engagement_id": 31, "contact_id": 4},
        {"engagement_id": 36, "contact_id": 4},
        {"engagement_id": 41, "contact_id": 9},
    ],
    "hubspot.engagement_company": [{"engagement_id": 31, "company_id": 14}],
    "hubspot.engagement_deal": [
        {"engagement_id": 31, "deal_id": 24}, {"engagement_id": 43, "deal_id": 28},
    ],
}  # fmt: skip


def sf(key: str, **fields: Any) -> Row:
    return {"id": key, "is_deleted": False, **fields}


def lead(key: str, status: str, made: datetime, **fields: Any) -> Row:
    return sf(key, status=status, created_date=made, is_converted=False, **fields)


def version(row: Row, started: datetime, active: bool, **changes: Any) -> Row:
    return {**row, "_fivetran_start": started, "_fivetran_active": active, **changes}


def status(key: str, number: str, old: str, new: str, when: datetime) -> Row:
    return sf(number, lead_id=key, field="Status", old_value=old, new_value=new, created_date=when)


LEAD_B = lead("00Qb", "Open - Not Contacted", at("01-10", "15:00"), email="b@sf.example",
              owner_id="00Gqueue")  # fmt: skip
CONVERTED = {"is_converted": True, "converted_account_id": "001x", "converted_contact_id": "003x"}

SALESFORCE: dict[str, list[Row]] = {
    # History Mode: a row for each version.
    "salesforce.lead": [
        # Converted on the day on which it was made: the day begins before the lead.
        version({**lead("00Qa", "Closed - Converted", at("01-05", "15:00"), company="Xco",
                        email="X@sf.example", converted_date=at("01-05"), owner_id="005r",
                        lead_source="Web"), **CONVERTED, "converted_opportunity_id": "006x"},
                at("01-05"), True),
        version(LEAD_B, at("01-10", "16:00"), False),
        version(LEAD_B, at("01-12"), False, status="Working - Contacted"),
        version(LEAD_B, at("01-14"), False, status="Working - Contacted", email="b2@sf.example"),
        version(LEAD_B, at("01-20"), True, status="Closed - Not Converted",
                last_modified_date=at("03-01"), loss_reason_c="no budget"),
        # Field history beside versions; recycled.
        version(lead("00Qc", "Nurturing", at("02-01")), at("02-20"), True),
        version(lead("00Qc", "Working - Contacted", at("02-01")), at("02-02"), False),
        # Merged into 00Qc: deleted, with its master.
        version({**lead("00Qd", "New", at("02-01")), "master_record_id": "00Qc",
                 "is_deleted": True}, at("02-01"), True),
        version(lead("00Qe", "New", at("02-01")), at("02-01"), False),  # no version is present
        version({**lead("00Qf", "New", at("02-01")), "is_deleted": True}, at("02-01"), True),
        # A stage that the seed does not know; no history.
        version(lead("00Qg", "Hot!", at("02-03"), last_modified_date=at("02-08")), at("02-03"),
                True),
        # Converted to a contact that is deleted: stays a person.
        version({**lead("00Qh", "Closed - Converted", at("03-01"), email="h@sf.example",
                        converted_date=at("03-04")), **CONVERTED, "converted_contact_id": "003z"},
                at("03-01"), True),
        # The second lead of one contact, by way of a merged contact; conversion by field history.
        version({**lead("00Qi", "Closed - Converted", at("04-01"), converted_date=at("04-05"),
                        email="i@sf.example"),
                 **CONVERTED, "converted_contact_id": "003y"}, at("04-01"), True),
    ],
    "salesforce.lead_history": [
        status("00Qc", "h1", "New", "Working - Contacted", at("02-02", "08:00")),
        status("00Qc", "h2", "Working - Contacted", "Nurturing", at("02-19", "08:00")),
        sf("h3", lead_id="00Qi", field="leadConverted", created_date=at("04-05", "11:11")),
        status("00Qf", "h4", "New", "Working", at("02-02")),
    ],
    "salesforce.contact": [
        sf("003x", name="Xi", email="x@sf.example", account_id="001x", created_date=at("01-05"),
           owner_id="005r", lead_source="Web"),
        {**sf("003y", created_date=at("01-04"), master_record_id="003x"), "is_deleted": True},
        {**sf("003z", created_date=at("01-04")), "is_deleted": True},
        sf("003p", first_name="No", last_name="Lead", account_id="001y",
           created_date=at("01-06")),
    ],
    "salesforce.account": [
        sf("001x", name="Xco", website="http://www.xco.example:8080/en?x=1", parent_id="001y",
           created_date=at("01-05"), billing_customer_id_c="cus_x"),
        {**sf("001y", created_date=at("01-01"), master_record_id="001w"), "is_deleted": True},
        sf("001w", name="Group", website="group", created_date=at("01-01")),
    ],
    "salesforce.opportunity": [
        sf("006x", name="Xco", account_id="001x", stage_name="Closed Won", is_closed=True,
           is_won=True, amount=1000.0, currency_iso_code="gbp", close_date=at("03-10"),
           last_stage_change_date=at("03-10", "17:00"), created_date=at("01-05", "15:30"),
           type="New Business", owner_id="005r", campaign_id="701c"),
        sf("006y", account_id="001y", stage_name="Closed Lost", is_closed=True, is_won=False,
           amount=10.0, close_date=at("02-01"), created_date=at("02-01", "10:00"),
           loss_reason_c="price", type="Existing Customer - Upgrade"),
        sf("006z", stage_name="Discovery", is_closed=False, is_won=False, probability=30.0,
           close_date=at("12-31"), created_date=at("05-01"), type="Renewal"),
        {**sf("006d", stage_name="Discovery", is_closed=False, is_won=False,
              created_date=at("05-01")), "is_deleted": True},
        # History Mode without a table of changes: a version for each change of anything.
        *(
            version(
                sf("006v", stage_name=stage, is_closed=False, is_won=False, close_date=at("12-31"),
                   amount=amount, created_date=at("04-01"), type="New Business"),
                at(day), is_active,
            )
            for stage, amount, day, is_active in (
                ("Discovery", 10.0, "04-02", False), ("Discovery", 20.0, "04-03", False),
                ("Proposal", 20.0, "04-05", True),
            )
        ),
        sf(SYNCED, stage_name="Proposal", is_closed=False, is_won=False, amount=75.0,
           close_date=at("12-31"), created_date=at("05-04")),
        {**sf("0062E00001aBcDfQAK", stage_name="Discovery", is_closed=False, is_won=False,
              created_date=at("05-01")), "is_deleted": True},
    ],
    "salesforce.opportunity_history": [
        sf("o1", opportunity_id="006x", stage_name="Discovery", probability=20.0,
           created_date=at("01-05", "15:30")),
        sf("o2", opportunity_id="006x", stage_name="Discovery", probability=20.0,
           created_date=at("01-08")),  # the amount changed
        sf("o3", opportunity_id="006x", stage_name="Proposal", probability=60.0,
           created_date=at("02-01")),
        sf("o4", opportunity_id="006x", stage_name="Discovery", probability=20.0,
           created_date=at("02-10")),
        sf("o5", opportunity_id="006x", stage_name="Closed Won", probability=100.0,
           created_date=at("03-10", "17:00")),
    ],
    "salesforce.opportunity_field_history": [
        sf("f1", opportunity_id="006y", field="StageName", old_value="Discovery",
           new_value="Closed Lost", created_date=at("02-01", "12:00")),
        sf("f2", opportunity_id="006x", field="StageName", old_value="Discovery",
           new_value="Proposal", created_date=at("02-01", "00:01")),
    ],
    "salesforce.opportunity_contact_role": [
        sf("r1", opportunity_id="006x", contact_id="003x", role="Buyer", is_primary=False),
        sf("r2", opportunity_id="006x", contact_id="003y", role="Champion", is_primary=True),
        sf("r3", opportunity_id="006d", contact_id="003x", role="Buyer", is_primary=True),
    ],
    "salesforce.campaign": [
        sf("701c", name="Fair", type="Trade Show", created_date=at("01-01")),
        sf("701d", name="Mailing", type="Email", created_date=at("01-01")),
    ],
    "salesforce.campaign_member": [
        sf("m1", campaign_id="701d", lead_id="00Qa", created_date=at("01-06")),
        sf("m2", campaign_id="701c", lead_id="00Qa", created_date=at("01-05")),
    ],
    "salesforce.task": [
        sf("00T1", who_id="00Qa", subject="Call", task_subtype="Call",
           is_closed=True, call_type="Outbound", call_disposition="Connected", owner_id="005r",
           completed_date_time=at("01-06", "09:00"), activity_date=at("01-06"),
           created_date=at("01-05"), is_archived=True),
        sf("00T2", who_id="003x", task_subtype="Call", is_closed=False,
           activity_date=at("08-01"), created_date=at("01-07")),
        sf("00T3", who_id="003y", what_id="006x", task_subtype="Email", is_closed=True,
           activity_date=at("01-08"), created_date=at("01-08", "10:00")),
        sf("00T4", who_id="00Qb", task_subtype="Task", type="Demo", is_closed=True,
           activity_date=at("01-09"), created_date=at("01-08")),
        sf("00T5", who_id="00Qb", task_subtype="Task", subject="Prepare demo", is_closed=True,
           activity_date=at("01-09"), created_date=at("01-09")),
        sf(SYNCED_TASK, what_id=SYNCED, task_subtype="Call", is_closed=True,
           activity_date=at("05-05"), created_date=at("05-05", "10:00")),
    ],
    "salesforce.event": [
        sf("00U1", who_id="003x", what_id="001y", subject="Product Tour", owner_id="005r",
           start_date_time=at("01-15", "13:00"), created_date=at("01-10"), is_child=False),
        sf("00U2", who_id="003x", subject="Product Tour", start_date_time=at("01-15", "13:00"),
           created_date=at("01-10"), is_child=True),
        sf("00U3", who_id="003p", subject="Lunch", start_date_time=at("01-16"),
           created_date=at("01-10"), is_child=False),
    ],
    "salesforce.user": [
        {"id": "005r", "name": "Sal", "email": "Rep@us.example", "user_role_id": "00E1",
         "manager_id": "005m", "is_active": True, "user_type": "Standard"},
        {"id": "005m", "name": "Max", "department": "Sales", "is_active": False,
         "user_type": "Standard"},
        {"id": "005c", "name": "Portal", "is_active": True, "user_type": "CspLitePortal"},
    ],
    "salesforce.user_role": [{"id": "00E1", "name": "Hunters"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def crm(dbt_session: DbtSession) -> Warehouse:
    warehouse = dbt_session.warehouse("crm", as_of=AS_OF)
    land(warehouse.raw, {**HUBSPOT, **SALESFORCE})
    warehouse.build("--select", *SELECTED)
    return warehouse


def found(crm: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    return sorted(crm.query(sql), key=repr)


def test_the_input_models_keep_their_keys(crm: Warehouse) -> None:
    result = crm.test(
        "--select", *SELECTED, "--exclude", "leads_keep_every_record", "countries_are_known"
    )
    assert len(result.statuses) > 80
    assert {name.split(".")[2] for name in result.failed} == {
        "lifecycle_stages_are_known", "contacts_of_a_stage_are_leads",
    }  # fmt: skip
    assert [
        message for name, message in result.messages.items() if "contacts_of_a_stage" in name
    ] == ["Got 1 result, configured to warn if != 0"]


def test_dead_and_merged_people_are_gone(crm: Warehouse) -> None:
    assert found(crm, "select person_key from input.input_people") == [
        ("hubspot:10",), ("hubspot:12",), ("hubspot:14",), ("hubspot:17",), ("hubspot:3",),
        ("hubspot:4",), ("hubspot:5",), ("hubspot:6",), ("hubspot:7",), ("hubspot:8",), ("hubspot:9",),
        ("salesforce:003p",), ("salesforce:003x",), ("salesforce:00Qb",), ("salesforce:00Qc",),
        ("salesforce:00Qg",), ("salesforce:00Qh",),
    ]  # fmt: skip


def test_merges_and_conversions_lead_to_the_last_survivor(crm: Warehouse) -> None:
    assert found(
        crm,
        """
        select merged_person_key, person_key, merge_kind, merged_at
        from input.input_person_merges
        """,
    ) == [
        ("hubspot:1", "hubspot:3", "merge", at("02-10")),
        ("hubspot:2", "hubspot:3", "merge", at("02-20", "10:00")),
        ("salesforce:003y", "salesforce:003x", "merge", None),
        ("salesforce:00Qa", "salesforce:003x", "conversion", at("01-05")),
        ("salesforce:00Qd", "salesforce:00Qc", "merge", None),
        ("salesforce:00Qi", "salesforce:003x", "conversion", at("04-05")),
    ]


def test_people_keep_the_addresses_of_what_went_into_them(crm: Warehouse) -> None:
    """Listed by HubSpot; of a contact that was merged; of a lead that was converted."""
    assert found(crm, "select person_key, email from input.input_person_emails") == [
        ("hubspot:3", "ann@old.example"), ("hubspot:3", "old@acme.example"),
        ("salesforce:003x", "i@sf.example"),
    ]  # fmt: skip


def test_people_are_described(crm: Warehouse) -> None:
    (ann,) = crm.rows("select * from input.input_people where person_key = 'hubspot:3'")
    assert (ann["email"], ann["email_domain"]) == ("ann@acme.example", "acme.example")
    assert (ann["full_name"], ann["company_key"]) == ("Ann Lee", "hubspot:11")
    assert (ann["owner_key"], ann["lead_score"]) == ("hubspot:7", Decimal("12.5"))
    (other,) = crm.rows("select * from input.input_people where person_key = 'salesforce:003p'")
    assert (other["full_name"], other["company_key"]) == ("No Lead", "salesforce:001w")
    assert (other["record_kind"], other["source_system"]) == ("contact", "salesforce")


def test_companies_follow_merges_and_have_clean_domains(crm: Warehouse) -> None:
    assert found(
        crm,
        """
        select company_key, domain, parent_company_key, billing_customer_id
        from input.input_companies
        """,
    ) == [
        ("hubspot:11", "acme.example", "hubspot:15", None),
        ("hubspot:15", None, None, None),
        ("salesforce:001w", None, None, None),
        ("salesforce:001x", "xco.example", "salesforce:001w", "cus_x"),
    ]


def test_leads_are_those_who_were_lead_or_later(crm: Warehouse) -> None:
    """Contacts 5 (subscriber) and 12 (no stage), and Salesforce contact 003p, are people only."""
    assert found(
        crm, "select lead_key, person_key, created_at, lost_at, lost_reason from input.input_leads"
    ) == [
        ("hubspot:10", "hubspot:10", at("01-10"), None, None),
        ("hubspot:17", "hubspot:17", at("01-08"), None, None),
        ("hubspot:3", "hubspot:3", at("01-02"), None, None),
        ("hubspot:4", "hubspot:4", at("01-05"), None, None),
        ("hubspot:6", "hubspot:6", at("01-09"), None, None),
        ("hubspot:7", "hubspot:7", at("01-08"), None, None),
        ("hubspot:8", "hubspot:8", at("01-09"), None, None),
        ("hubspot:9", "hubspot:9", at("01-10"), at("01-30"), "too small"),
        ("salesforce:00Qa", "salesforce:003x", at("01-05", "15:00"), None, None),
        ("salesforce:00Qb", "salesforce:00Qb", at("01-10", "15:00"), at("01-20"), "no budget"),
        ("salesforce:00Qc", "salesforce:00Qc", at("02-01"), None, None),
        ("salesforce:00Qg", "salesforce:00Qg", at("02-03"), None, None),
        ("salesforce:00Qh", "salesforce:00Qh", at("03-01"), None, None),
        ("salesforce:00Qi", "salesforce:003x", at("04-01"), None, None),
    ]


def test_conversions_have_a_time(crm: Warehouse) -> None:
    """By the opportunity of that day; by the day alone; by field history."""
    assert found(
        crm,
        """
        select lead_key, converted_at, converted_opportunity_key, campaign, owner_key
        from input.input_leads where converted_at is not null
        """,
    ) == [
        ("salesforce:00Qa", at("01-05", "15:30"), "salesforce:006x", "Fair", "salesforce:005r"),
        ("salesforce:00Qh", at("03-04"), None, None, None),
        ("salesforce:00Qi", at("04-05", "11:11"), None, None, None),
    ]


def stage_changes(crm: Warehouse, key: str) -> list[tuple[Any, ...]]:
    return crm.query(
        """
        select stage, entered_at, evidence
        from input.input_stage_changes where record_key = ? order by entered_at, stage
        """,
        [key],
    )


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("hubspot:3", [
            ("subscriber", at("01-01"), "property_history"),
            ("lead", at("01-02"), "property_history"),
            ("mql", at("01-20"), "property_history"),
            ("lead", at("02-02"), "property_history"),
            ("sql", at("02-15"), "property_history"),
            ("opportunity", at("03-01"), "property_history"),
        ]),
        ("hubspot:5", []),
        ("hubspot:6", [
            ("lead", at("01-09"), "stage_date"),
            ("mql", at("01-10"), "stage_date"),
            ("other", at("01-11"), "record"),
            ("sql", at("01-11"), "stage_date"),
        ]),
        ("hubspot:17", [
            ("lead", at("01-08"), "stage_date"),
            ("sql", at("01-11"), "stage_date"),
        ]),
        ("hubspot:7", [("customer", at("01-08"), "record")]),
        ("hubspot:9", [
            ("lead", at("01-10"), "property_history"),
            ("disqualified", at("01-30"), "property_history"),
        ]),
        ("hubspot:10", [
            ("lead", at("01-10"), "property_history"),
            ("disqualified", at("01-15"), "property_history"),
        ]),
        ("salesforce:00Qa", [
            ("opportunity", at("01-05", "15:30"), "conversion"),
            ("sql", at("01-05", "15:30"), "record"),
        ]),
        ("salesforce:00Qb", [
            ("lead", at("01-10", "15:00"), "property_history"),
            ("mql", at("01-12"), "property_history"),
            ("disqualified", at("01-20"), "property_history"),
        ]),
        ("salesforce:00Qc", [
            ("lead", at("02-01"), "property_history"),
            ("mql", at("02-02", "08:00"), "property_history"),
            ("lead", at("02-19", "08:00"), "property_history"),
        ]),
        ("salesforce:00Qg", [("other", at("02-08"), "record")]),
        ("salesforce:00Qh", [("sql", at("03-04"), "conversion")]),
        ("hubspot:21", [
            ("Appointment", at("03-01"), "property_history"),
            ("Old stage", at("03-05"), "property_history"),
            ("Contract", at("03-10"), "property_history"),
        ]),
        ("hubspot:22", [("Closed won", at("04-02"), "property_history")]),
        ("hubspot:23", [("Closed lost", at("03-03"), "record")]),
        ("hubspot:24", []),
        ("salesforce:006x", [
            ("Discovery", at("01-05", "15:30"), "property_history"),
            ("Proposal", at("02-01"), "property_history"),
            ("Discovery", at("02-10"), "property_history"),
            ("Closed Won", at("03-10", "17:00"), "property_history"),
        ]),
        ("salesforce:006y", [
            ("Discovery", at("02-01", "10:00"), "property_history"),
            ("Closed Lost", at("02-01", "12:00"), "property_history"),
        ]),
        ("salesforce:006v", [
            ("Discovery", at("04-01"), "property_history"),
            ("Proposal", at("04-05"), "property_history"),
        ]),
        ("salesforce:006z", [("Discovery", at("05-01"), "record")]),
    ],
)  # fmt: skip
def test_stages_are_entered(
    crm: Warehouse, key: str, expected: list[tuple[str, datetime, str]]
) -> None:
    assert stage_changes(crm, key) == expected


def test_opportunities_have_status_type_money_and_closing_time(crm: Warehouse) -> None:
    assert found(
        crm,
        """
        select opportunity_key, status, opportunity_type, stage_order, amount, currency, mrr,
            closed_at, company_key
        from input.input_opportunities
        """,
    ) == [
        ("hubspot:21", "open", "new_business", 2, Decimal("1200.5"), "EUR", Decimal("83.333333"),
         None, "hubspot:11"),
        ("hubspot:22", "won", "expansion", 3, None, None, None, at("04-02", "15:00"), None),
        ("hubspot:23", "lost", "unknown", 4, None, None, None, at("04-03"), None),
        ("hubspot:27", "open", "unknown", 1, None, None, None, None, None),
        (f"salesforce:{SYNCED}", "open", "unknown", 2, Decimal(75), None, None, None, None),
        ("salesforce:006v", "open", "new_business", 2, Decimal(20), None, None, None, None),
        ("salesforce:006x", "won", "new_business", 3, Decimal(1000), "GBP", None,
         at("03-10", "17:00"), "salesforce:001x"),
        ("salesforce:006y", "lost", "expansion", 4, Decimal(10), None, None,
         at("02-01", "10:00"), "salesforce:001w"),
        ("salesforce:006z", "open", "renewal", 1, None, None, None, None, None),
    ]  # fmt: skip
    (renewal,) = crm.rows(
        "select * from input.input_opportunities where opportunity_key = 'salesforce:006z'"
    )
    assert renewal["expected_close_date"] == date(2026, 12, 31)


def test_stages_are_in_order(crm: Warehouse) -> None:
    assert found(
        crm,
        """
        select source_system, pipeline, stage_order, stage, is_closed, is_won, probability
        from input.input_opportunity_stages
        """,
    ) == [
        ("hubspot", "Sales", 1, "Appointment", False, False, Decimal("0.2")),
        ("hubspot", "Sales", 2, "Contract", False, False, Decimal("0.8")),
        ("hubspot", "Sales", 3, "Closed won", True, True, Decimal(1)),
        ("hubspot", "Sales", 4, "Closed lost", True, False, Decimal(0)),
        ("salesforce", "default", 1, "Discovery", False, False, Decimal("0.3")),
        ("salesforce", "default", 2, "Proposal", False, False, Decimal("0.6")),
        ("salesforce", "default", 3, "Closed Won", True, True, Decimal(1)),
        ("salesforce", "default", 4, "Closed Lost", True, False, None),
    ]


def test_people_of_opportunities_are_survivors(crm: Warehouse) -> None:
    assert found(
        crm,
        "select opportunity_key, person_key, role, is_primary from input.input_opportunity_people",
    ) == [
        ("hubspot:21", "hubspot:3", None, None),
        (f"salesforce:{SYNCED}", "hubspot:9", None, None),
        ("salesforce:006x", "salesforce:003x", "Champion", True),
    ]


def test_activities_are_of_one_kind_each(crm: Warehouse) -> None:
    assert found(
        crm,
        """
        select activity_key, activity_type, direction, is_held, occurred_at
        from input.input_activities
        """,
    ) == [
        ("hubspot:31", "call", "outbound", True, at("02-03", "09:00")),
        ("hubspot:32", "call", "outbound", False, at("02-04")),
        ("hubspot:33", "call", "inbound", False, at("02-05")),
        ("hubspot:34", "demo", "unknown", True, at("02-07")),
        ("hubspot:35", "meeting", "unknown", False, at("02-08")),
        ("hubspot:37", "meeting", "unknown", None, at("02-09")),
        ("hubspot:38", "email", "inbound", None, at("02-10")),
        ("hubspot:39", "task", "unknown", None, at("02-11")),
        ("hubspot:40", "note", "unknown", None, at("02-12")),
        ("hubspot:42", "call", "unknown", None, at("05-05")),
        ("hubspot:43", "call", "unknown", None, at("05-06")),
        ("salesforce:00T1", "call", "outbound", True, at("01-06", "09:00")),
        ("salesforce:00T2", "task", "unknown", None, at("08-01")),
        (f"salesforce:{SYNCED_TASK}", "call", "unknown", None, at("05-05", "10:00")),
        ("salesforce:00T3", "email", "unknown", None, at("01-08", "10:00")),
        ("salesforce:00T4", "demo", "unknown", True, at("01-09")),
        ("salesforce:00T5", "task", "unknown", None, at("01-09")),
        ("salesforce:00U1", "demo", "unknown", None, at("01-15", "13:00")),
        ("salesforce:00U3", "meeting", "unknown", None, at("01-16")),
    ]


def test_activities_belong_to_survivors(crm: Warehouse) -> None:
    assert found(
        crm,
        """
        select activity_key, person_key, company_key, opportunity_key, owner_key
        from input.input_activities
        where activity_key in ('hubspot:31', 'salesforce:00T1', 'salesforce:00T3',
            'salesforce:00U1')
        """,
    ) == [
        ("hubspot:31", "hubspot:3", "hubspot:11", "hubspot:21", "hubspot:7"),
        ("salesforce:00T1", "salesforce:003x", None, None, "salesforce:005r"),
        ("salesforce:00T3", "salesforce:003x", None, "salesforce:006x", None),
        ("salesforce:00U1", "salesforce:003x", "salesforce:001w", None, "salesforce:005r"),
    ]
    assert found(
        crm,
        "select person_key from input.input_activity_people where activity_key = 'hubspot:31'",
    ) == [("hubspot:3",), ("hubspot:4",)]


def test_what_two_crms_share_counts_once(crm: Warehouse) -> None:
    """The record of Salesforce, with the date and the source of HubSpot's; the people and activities of
    either belong to it."""
    (deal,) = crm.rows(
        "select * from input.input_opportunities where opportunity_key = ?",
        [f"salesforce:{SYNCED}"],
    )
    assert (deal["records"], deal["lead_source"]) == (2, "ORGANIC_SEARCH")
    assert deal["created_at"] == at("05-02")
    assert found(
        crm,
        f"""
        select activity_key from input.input_activities
        where opportunity_key = 'salesforce:{SYNCED}'
        """,
    ) == [("hubspot:43",), (f"salesforce:{SYNCED_TASK}",)]
    assert found(
        crm,
        f"""
        select person_key from input.input_activity_people
        where activity_key = 'salesforce:{SYNCED_TASK}'
        """,
    ) == [("hubspot:9",)]
    assert stage_changes(crm, "hubspot:26") == []
    assert stage_changes(crm, f"salesforce:{SYNCED}") == [("Proposal", at("05-04"), "record")]
    assert crm.query("select sum(records) from input.input_opportunities") == [(10,)]
    assert not crm.test("--select", "opportunities_keep_every_record").failed


def test_reps_have_teams_and_past_ones_stay(crm: Warehouse) -> None:
    assert found(
        crm,
        """
        select owner_key, rep_name, email, team, manager_key, is_active
        from input.input_sales_reps
        """,
    ) == [
        ("hubspot:7", "Rae", "rep@us.example", "East", None, True),
        ("hubspot:8", "left@us.example", "left@us.example", None, None, False),
        ("salesforce:005m", "Max", None, "Sales", None, False),
        ("salesforce:005r", "Sal", "rep@us.example", "Hunters", "salesforce:005m", True),
    ]


def test_stages_that_the_seed_does_not_know_warn(crm: Warehouse) -> None:
    """4711 of contact 6 and Hot! of lead 00Qg; other lead statuses of HubSpot are no stages."""
    result = crm.test("--select", "lifecycle_stages_are_known")
    (name,) = result.failed
    assert result.statuses[name] == "warn"
    assert "Got 2 results" in result.messages[name]


def test_one_crm_alone_is_enough(dbt_session: DbtSession) -> None:
    """Optional columns and tables are missing, and nothing of the other CRM is there."""
    for name, tables in (("hubspot", HUBSPOT), ("salesforce", SALESFORCE)):
        warehouse = dbt_session.warehouse(f"crm-{name}", as_of=AS_OF)
        few = {"hubspot.contact", "hubspot.deal", "salesforce.lead", "salesforce.opportunity"}
        land(warehouse.raw, {table: rows for table, rows in tables.items() if table in few})
        warehouse.build("--select", *SELECTED)
        for model in ("input_people", "input_leads", "input_opportunities", "input_stage_changes"):
            assert warehouse.query(f"select source_system from input.{model} group by 1") == [
                (name,)
            ], model
