"""HubSpot's rows: contacts with their stage dates and history, companies, deals, activities, owners."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from sample_company.demand.channels import ORIGINS
from sample_company.demand.story import (
    COUNTRY_NAMES,
    LOST,
    REPS,
    WON,
    Activity,
    Company,
    Lead,
    Opportunity,
    Person,
    Story,
)
from sample_company.timeline import DAY, HOUR
from sample_company.world_shapes import LIFECYCLE

Row = dict[str, Any]
Rows = dict[tuple[str, str], list[Row]]

_PORTAL = 4_242
#: A stage of the company's own, which no canonical stage stands for.
CUSTOM_STAGE = "48213377"
_PIPELINES = {"default": "Sales pipeline", "24681357": "Partners"}
_STAGES = {
    "default": (
        ("appointmentscheduled", "Appointment scheduled"), ("qualifiedtobuy", "Qualified to buy"),
        ("presentationscheduled", "Presentation scheduled"), ("contractsent", "Contract sent"),
        ("closedwon", "Closed won"), ("closedlost", "Closed lost"),
    ),
    "24681357": tuple(
        (f"9100000{number}", label)
        for number, label in enumerate(
            ("Intro", "Joint call", "Offer", "Paper", "Partner won", "Partner lost")
        )
    ),
}  # fmt: skip
_CONNECTED, _NO_ANSWER = (
    "f240bbac-87c9-4f6e-bf70-924b57d47db7",
    "73a0d17f-1163-4015-bdd5-ec830791da20",
)
_TYPES = {"call": "CALL", "email": "EMAIL", "note": "NOTE", "task": "TASK", "meeting": "MEETING"}
_TYPES["demo"] = "MEETING"
_ROLES = {
    "decision_maker": "DECISION_MAKER", "budget_holder": "BUDGET_HOLDER", "champion": "CHAMPION",
    "influencer": "INFLUENCER", "end_user": "END_USER", "legal": "LEGAL_AND_COMPLIANCE",
}  # fmt: skip


def hubspot_rows(rng: random.Random, story: Story) -> Rows:
    """All tables of HubSpot."""
    return _HubSpot(rng, story).rows_


def _number(record: str) -> int:
    return int(record.removeprefix("hubspot:"))


class _HubSpot:
    def __init__(self, rng: random.Random, story: Story) -> None:
        self.rng, self.story = rng, story
        self.rows_: Rows = {}
        leads = [lead for lead in story.leads if lead.system == "hubspot"]
        self._reference()
        for company in story.companies:
            if company.system == "hubspot":
                self._company(company)
        for lead in leads:
            self._lead(lead)
        opportunities = [o for o in story.opportunities if o.system == "hubspot"]
        written = {lead.person.index for lead in leads}
        for opportunity in opportunities:
            self._deal(opportunity)
            for person in opportunity.people:
                if person.index not in written:
                    written.add(person.index)
                    self._colleague(person, opportunity)
        number = 7_000_000
        for lead in leads:
            for activity in lead.activities:
                number += 1
                self._activity(number, activity)
        self._dead(leads, opportunities)
        for opportunity in story.opportunities:
            if opportunity.is_in_both:
                self._copy(opportunity)

    def _land(self, name: str, changed: int, /, **row: Any) -> Row:
        """A row, synced some minutes after its last change."""
        synced = changed + self.rng.randrange(60, HOUR)
        found = {**row, "_fivetran_synced": synced}
        self.rows_.setdefault(("hubspot", name), []).append(found)
        return found

    # What hardly changes ------------------------------------------------------------------------
    def _reference(self) -> None:
        start = self.story.origin
        for place, (pipeline, label) in enumerate(_PIPELINES.items()):
            self._land(
                "deal_pipeline", start, pipeline_id=pipeline, label=label, display_order=place,
                active=True, _fivetran_deleted=False, created_at=start, updated_at=start,
            )  # fmt: skip
            for order, (stage, name) in enumerate(_STAGES[pipeline]):
                self._land(
                    "deal_pipeline_stage", start, stage_id=stage, pipeline_id=pipeline, label=name,
                    display_order=order, active=True, _fivetran_deleted=False,
                    is_closed=order >= WON, closed_won=order == WON,
                    probability={WON: 1.0, LOST: 0.0}.get(order, 0.2 * (order + 1)),
                    created_at=start, updated_at=start,
                )  # fmt: skip
        for team, name in ((31, "Mid-market"), (32, "Enterprise")):
            self._land("team", start, id=team, name=name, _fivetran_deleted=False)
        for rep in range(REPS):
            first, last = f"Rep{rep}", ("North", "South", "East", "West", "Prime", "Peak")[rep]
            email = f"{first}.{last}@acme-metrics.example"
            self._land(
                "owner", start, owner_id=700 + rep, active_user_id=800 + rep, portal_id=_PORTAL,
                email=email, first_name=first, last_name=last, type="PERSON", created_at=start,
                updated_at=start, is_active=rep != 3,
            )  # fmt: skip
            self._land(
                "users", start, id=str(800 + rep), email=email, first_name=first, last_name=last,
                primary_team_id=31 if rep < REPS - 2 else 32, _fivetran_deleted=False,
            )  # fmt: skip
            self._land(
                "owner_team", start, owner_id=700 + rep, team_id=31 if rep < REPS - 2 else 32,
                is_team_primary=True, _fivetran_deleted=False,
            )  # fmt: skip

    def _company(self, company: Company) -> None:
        # Some wrote the address of the site, with or without www, instead of the domain.
        style = company.index % 5
        domain = None if style == 3 else (f"www.{company.domain}" if style == 1 else company.domain)
        buyer = company.buyer
        # So it is with countries: the name, the code, or what somebody typed.
        country = company.country
        country = (COUNTRY_NAMES.get(country, country), country, country.lower())[style % 3]
        self._land(
            "company", company.created, id=int(company.key), property_name=company.name,
            property_domain=domain, property_website=f"https://www.{company.domain}/",
            property_industry=company.industry, property_country=country,
            property_numberofemployees=company.employees,
            property_annualrevenue=company.employees * 90_000,
            property_createdate=company.created, is_deleted=False, _fivetran_deleted=False,
            property_is_public=company.is_public,
            property_total_money_raised=None if company.funding is None else str(company.funding),
            property_valuation=None if company.valuation is None else float(company.valuation),
            property_investors=company.investors, property_sales_team_size=company.sales_team,
            property_hs_is_target_account=company.target_tier is not None or None,
            property_hs_target_account=(
                f"tier_{company.target_tier}" if company.target_tier else None
            ),
            property_target_account_since=(
                None if company.targeted_day is None else company.targeted_day * DAY
            ),
            property_hubspot_owner_id=700 + company.index % (REPS - 2),
            property_stripe_customer_id=(
                buyer.customer_id if buyer and company.link == "crm_id" else None
            ),
        )  # fmt: skip

    # Contacts -----------------------------------------------------------------------------------
    def _contact(self, record: str, person: Person, created: int, changed: int, **more: Any) -> Row:
        company = person.company
        if company:
            pair = {"contact_id": _number(record), "company_id": int(company.key)}
            self._land("contact_company", created, **pair, type_id=279, category="HUBSPOT_DEFINED")
        return self._land(
            "contact", changed, id=_number(record), property_email=person.email,
            property_firstname=person.first, property_lastname=person.last,
            property_country=person.country, property_company=company.name if company else None,
            property_associatedcompanyid=int(company.key) if company else None,
            property_createdate=created, property_lastmodifieddate=changed,
            property_hs_buying_role=";".join(_ROLES[role] for role in person.roles) or None,
            _fivetran_deleted=False, **more,
        )  # fmt: skip

    def _lead(self, lead: Lead) -> None:
        steps = _steps(lead)
        origin = ORIGINS[lead.origin]
        created = min(at for _, at in steps)
        changed = max([lead.lost or 0, *(at for _, at in steps)])
        dates: Row = {}
        # One half of the accounts has the old columns only, the other the new ones; a column keeps
        # the last entry, the history all of them.
        kind = "lifecyclestage" if lead.index % 2 else "v_2_date_entered"
        for stage, at in steps:
            if stage in LIFECYCLE:
                name = f"property_hs_{kind}_{stage}" + ("_date" if lead.index % 2 else "")
                dates[name] = at
        record = _number(lead.record)
        status = "UNQUALIFIED" if lead.lost else ("IN_PROGRESS" if lead.mql else "NEW")
        source = (
            (origin.campaign, origin.source) if origin.is_tagged else (origin.host or None, None)
        )
        self._contact(
            lead.record, lead.person, created, changed,
            property_lifecyclestage=max(steps, key=lambda step: step[1])[0],
            property_hs_lead_status=status, property_hubspotscore=float(lead.score),
            property_hubspot_owner_id=700 + lead.owner,
            property_hs_analytics_source=origin.hubspot,
            property_hs_analytics_source_data_1=source[0],
            property_hs_analytics_source_data_2=source[1],
            property_hs_latest_source=origin.hubspot,
            property_first_conversion_date=lead.created,
            property_hs_analytics_first_visit_timestamp=created - DAY,
            property_hs_merged_object_ids=(
                f"{_number(lead.merged_record)}:{(created + HOUR) * 1_000}"
                if lead.merged_record else None
            ),
            property_hs_additional_emails=lead.person.former_email if lead.merged_record else None,
            **dates,
        )  # fmt: skip
        # The history of the earliest contacts was never loaded.
        if lead.recycled or lead.has_custom_stage or lead.index % 7:
            for stage, at in steps:
                self._history(record, "lifecyclestage", stage, at)
            self._history(record, "hs_lead_status", "NEW", lead.created)
            if lead.recycled:
                self._history(record, "hs_lead_status", "UNQUALIFIED", lead.recycled[0])
                self._history(record, "hs_lead_status", "IN_PROGRESS", lead.recycled[1])
            if lead.lost:
                self._history(record, "hs_lead_status", "UNQUALIFIED", lead.lost)
        if lead.merged_record:
            self._merged(lead, created)
        if lead.double_record:
            at = lead.created + 30 * DAY
            row = self._contact(
                lead.double_record, lead.person, at, at, property_lifecyclestage="lead",
                property_hs_v_2_date_entered_lead=at, property_hs_lead_status="NEW",
            )  # fmt: skip
            row["property_email"] = f" {lead.person.email.upper()}"

    def _history(self, contact: int, name: str, value: str, at: int) -> None:
        self._land(
            "contact_property_history", at, contact_id=contact, name=name, value=value,
            timestamp=at, source="CRM_UI", source_id="userId:801",
        )  # fmt: skip

    def _merged(self, lead: Lead, created: int) -> None:
        """The contact that went into the lead's: deleted, and in the audit."""
        record = lead.merged_record or ""
        row = self._contact(record, lead.person, created + 60, created + HOUR)
        row |= {
            "_fivetran_deleted": True, "property_lifecyclestage": "lead",
            "property_email": lead.person.former_email,
        }  # fmt: skip
        self._land(
            "contact_merge_audit", created + HOUR, canonical_vid=_number(lead.record),
            contact_id=_number(lead.record), vid_to_merge=_number(record), timestamp=created + HOUR,
            first_name=lead.person.first, last_name=lead.person.last, num_properties_moved=3,
        )  # fmt: skip

    def _colleague(self, person: Person, opportunity: Opportunity) -> None:
        """Somebody on a deal who is nobody's lead."""
        at = opportunity.created
        self._contact(
            person.records[0], person, at, at, property_lifecyclestage="subscriber",
            property_hs_lifecyclestage_subscriber_date=at,
        )  # fmt: skip

    # Deals ----------------------------------------------------------------------------------------
    def _deal(self, deal: Opportunity) -> None:
        pipeline = list(_PIPELINES)[deal.pipeline]
        stages = _STAGES[pipeline]
        changed = deal.entries[-1][1]
        is_closed = deal.status != "open"
        number = int(deal.key)
        self._land(
            "deal", changed, deal_id=number, deal_pipeline_id=pipeline,
            deal_pipeline_stage_id=stages[deal.stage][0], owner_id=700 + deal.owner,
            portal_id=_PORTAL, property_hubspot_owner_id=700 + deal.owner,
            property_dealname=f"{deal.company.name} - {deal.kind}",
            property_dealtype="newbusiness" if deal.kind == "new_business" else "existingbusiness",
            property_amount=float(deal.amount), property_amount_in_home_currency=float(deal.amount),
            property_hs_mrr=round(deal.amount / 12, 2), property_hs_arr=float(deal.amount),
            property_deal_currency_code="USD", property_createdate=deal.created,
            property_closedate=deal.closed if is_closed else deal.created + 60 * DAY,
            property_hs_is_closed=is_closed, property_hs_is_closed_won=deal.status == "won",
            property_closed_lost_reason=deal.lost_reason, property_hs_lastmodifieddate=changed,
            is_deleted=False, _fivetran_deleted=False,
        )  # fmt: skip
        for place, (stage, at) in enumerate(deal.entries):
            later = deal.entries[place + 1][1] if place + 1 < len(deal.entries) else None
            self._land(
                "deal_stage", at, deal_id=number, value=stages[stage][0], date_entered=at,
                _fivetran_start=at, _fivetran_end=later or 253_402_300_799,
                _fivetran_active=later is None, source="CRM_UI", source_id="userId:801",
            )  # fmt: skip
            self._land(
                "deal_property_history", at, deal_id=number, name="dealstage", timestamp=at,
                value=stages[stage][0], source="CRM_UI", source_id="userId:801",
            )  # fmt: skip
        for person in deal.people:
            self._land(
                "deal_contact", deal.created, deal_id=number, contact_id=_number(person.records[0]),
                type_id=3, category="HUBSPOT_DEFINED",
            )  # fmt: skip
        self._land(
            "deal_company", deal.created, deal_id=number, company_id=int(deal.company.key),
            type_id=5, category="HUBSPOT_DEFINED",
        )  # fmt: skip

    def _copy(self, deal: Opportunity) -> None:
        """What HubSpot's integration makes of an opportunity of Salesforce, minutes after it."""
        is_closed = deal.status != "open"
        self._land(
            "deal", deal.entries[-1][1], deal_id=int(deal.copy_key), deal_pipeline_id="default",
            deal_pipeline_stage_id=_STAGES["default"][deal.stage][0], portal_id=_PORTAL,
            property_dealname=f"{deal.company.name} - {deal.kind}",
            property_dealtype="newbusiness" if deal.kind == "new_business" else "existingbusiness",
            property_amount=float(deal.amount), property_deal_currency_code="USD",
            property_createdate=deal.created + 600,
            property_closedate=deal.closed if is_closed else deal.created + 60 * DAY,
            property_hs_is_closed=is_closed, property_hs_is_closed_won=deal.status == "won",
            property_closed_lost_reason=deal.lost_reason,
            property_hs_salesforceopportunityid=deal.key, is_deleted=False, _fivetran_deleted=False,
        )  # fmt: skip

    # Activities -----------------------------------------------------------------------------------
    def _activity(self, number: int, activity: Activity) -> None:
        lead, at, kind = activity.lead, activity.at, activity.kind
        more: Row = {}
        if kind == "call":
            more = {
                "property_hs_call_title": f"Call with {lead.person.first}",
                "property_hs_call_direction": "OUTBOUND" if activity.is_outbound else "INBOUND",
                "property_hs_call_disposition": _CONNECTED if activity.is_held else _NO_ANSWER,
                "property_hs_call_status": "COMPLETED" if activity.is_held else "NO_ANSWER",
                "property_hs_call_duration": 240_000 if activity.is_held else 0,
            }
        elif kind in ("demo", "meeting"):
            more = {
                "property_hs_meeting_title": "Product demo" if kind == "demo" else "Check-in",
                "property_hs_activity_type": "Demo" if kind == "demo" else "Meeting",
                "property_hs_meeting_outcome": "COMPLETED" if activity.is_held else "NO_SHOW",
                "property_hs_meeting_start_time": at,
                "property_hs_meeting_end_time": at + HOUR // 2,
            }
        elif kind == "email":
            outbound = activity.is_outbound
            more = {
                "property_hs_email_subject": "Your trial" if outbound else "Re: Your trial",
                "property_hs_email_direction": "EMAIL" if outbound else "INCOMING_EMAIL",
            }
        elif kind == "task":
            more = {"property_hs_task_subject": "Follow up", "property_hs_task_status": "COMPLETED"}
        else:
            more = {"body": "They like it", "property_hs_note_body": "They like it"}
        self._land("engagement", at, id=number, portal_id=_PORTAL, type=_TYPES[kind])
        self._land(
            f"engagement_{_TYPES[kind].lower()}", at, engagement_id=number, type=_TYPES[kind],
            property_hs_createdate=at - 600, property_hs_timestamp=at, _fivetran_deleted=False,
            property_hubspot_owner_id=700 + activity.owner, property_hs_lastmodifieddate=at, **more,
        )  # fmt: skip
        pair = {"engagement_id": number, "category": "HUBSPOT_DEFINED"}
        self._land("engagement_contact", at, contact_id=_number(lead.record), **pair)
        if lead.company:
            self._land("engagement_company", at, company_id=int(lead.company.key), **pair)
        if lead.opportunity and at >= lead.opportunity.created:
            self._land("engagement_deal", at, deal_id=int(lead.opportunity.key), **pair)

    # What is not there any more -----------------------------------------------------------------
    def _dead(self, leads: Iterable[Lead], deals: Iterable[Opportunity]) -> None:
        """Deleted contacts and deals, and deals that were merged into others."""
        for number, lead in enumerate(list(leads)[::60]):
            at = lead.created
            self._land(
                "contact", at + HOUR, id=4_000_000 + number, property_email=f"spam{number}@gmx.de",
                property_lifecyclestage="lead", property_createdate=at, _fivetran_deleted=True,
                property_hs_lifecyclestage_lead_date=at,
            )  # fmt: skip
        for number, deal in enumerate(list(deals)[::12]):
            row = {
                "deal_id": 6_000_000 + number, "deal_pipeline_id": "default",
                "deal_pipeline_stage_id": "closedwon", "property_amount": 1_000_000.0,
                "property_dealname": "Gone", "property_createdate": deal.created,
                "property_closedate": deal.created + HOUR, "property_hs_is_closed_won": True,
                "property_hs_is_closed": True, "property_dealtype": "newbusiness",
            }  # fmt: skip
            merged = number % 2 == 0
            self._land("deal", deal.created + HOUR, **row, is_deleted=not merged,
                       _fivetran_deleted=not merged)  # fmt: skip
            if merged:
                self._land(
                    "merged_deal", deal.created + HOUR, deal_id=int(deal.key),
                    merged_deal_id=6_000_000 + number,
                )  # fmt: skip


def _steps(lead: Lead) -> list[tuple[str, int]]:
    """Lifecycle stages and when they were entered, in order of time."""
    steps: list[tuple[str, int]] = []
    if lead.subscribed:
        steps.append(("subscriber", lead.subscribed))
    steps.append(("lead", lead.created))
    if lead.mql:
        steps.append(("marketingqualifiedlead", lead.mql))
    if lead.recycled:
        steps.append(("lead", lead.recycled[0]))
        steps.append(("marketingqualifiedlead", lead.recycled[1]))
    if lead.has_custom_stage and (lead.sql or lead.opportunity_at):
        start = max(at for _, at in steps)
        later = min(at for at in (lead.sql, lead.opportunity_at) if at)
        steps.append((CUSTOM_STAGE, (start + later) // 2))
    if lead.sql:
        steps.append(("salesqualifiedlead", lead.sql))
    if lead.opportunity_at:
        steps.append(("opportunity", lead.opportunity_at))
    if lead.customer:
        steps.append(("customer", lead.customer))
    return steps
