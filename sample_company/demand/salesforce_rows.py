"""Salesforce's rows: leads in History Mode and what they are converted to, opportunities, activities."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from sample_company.demand.channels import ORIGINS
from sample_company.demand.story import (
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

Row = dict[str, Any]
Rows = dict[tuple[str, str], list[Row]]

_STAGES = (
    "Qualification", "Needs Analysis", "Proposal/Price Quote", "Negotiation/Review", "Closed Won",
    "Closed Lost",
)  # fmt: skip
_PROBABILITY = (10.0, 20.0, 65.0, 90.0, 100.0, 0.0)
_END_OF_TIME = 253_402_300_799
_SOURCES = {
    "Direct": "Web", "Paid Search": "Advertisement", "Email": "Email", "Referral": "Partner Referral",
}  # fmt: skip
_ROLES = {
    "decision_maker": "Decision Maker", "budget_holder": "Economic Buyer",
    "champion": "Champion", "influencer": "Technical Buyer", "end_user": "Business User",
    "legal": "Legal",
}  # fmt: skip


def salesforce_rows(rng: random.Random, story: Story) -> Rows:
    """All tables of Salesforce but its campaigns, which are told with the costs."""
    return _Salesforce(rng, story).rows_


def _id(record: str) -> str:
    return record.removeprefix("salesforce:")


def _user(rep: int) -> str:
    return f"005{rep:012d}AAA"


def _day(at: int) -> date:
    return date(1970, 1, 1) + timedelta(days=at // DAY)


class _Salesforce:
    def __init__(self, rng: random.Random, story: Story) -> None:
        self.rng, self.story = rng, story
        self.rows_: Rows = {}
        self.counter = 0
        leads = [lead for lead in story.leads if lead.system == "salesforce"]
        self._reference()
        known = {
            lead.company.index for lead in leads if lead.company and len(lead.person.records) > 1
        }
        for company in story.companies:
            if company.index in known:
                self._account(company)
        for lead in leads:
            self._lead(lead)
        written = {lead.person.index for lead in leads}
        for opportunity in story.opportunities:
            if opportunity.system == "salesforce":
                self._opportunity(opportunity)
                for person in opportunity.people:
                    if person.index not in written:
                        written.add(person.index)
                        self._contact(person, opportunity.created, None)
        for lead in leads:
            for activity in lead.activities:
                self._activity(activity)
        self._dead(leads)

    def _land(self, name: str, changed: int, /, **row: Any) -> Row:
        synced = changed + self.rng.randrange(60, HOUR)
        found = {"_fivetran_active": True, **row, "_fivetran_synced": synced}
        if name in ("opportunity_history", "opportunity_contact_role", "opportunity_stage"):
            del found["_fivetran_active"]
        self.rows_.setdefault(("salesforce", name), []).append(found)
        return found

    def _next(self, prefix: str) -> str:
        self.counter += 1
        return f"{prefix}{self.counter:012d}AAA"

    def _reference(self) -> None:
        start = self.story.salesforce_from
        roles = {"00E000000000001AAA": "Enterprise sales", "00E000000000002AAA": "Sales management"}
        for role, name in roles.items():
            self._land("user_role", start, id=role, name=name, _fivetran_deleted=False)
        for rep in (REPS - 2, REPS - 1, REPS):
            is_manager = rep == REPS
            name = (
                "Head of Sales" if is_manager else f"Rep{rep} {('Prime', 'Peak')[rep - REPS + 2]}"
            )
            self._land(
                "user", start, id=_user(rep), name=name, first_name=name.split()[0],
                last_name=name.split()[-1], email=f"{name.replace(' ', '.')}@acme-metrics.example",
                user_role_id=list(roles)[is_manager], department="Sales", is_active=True,
                manager_id=None if is_manager else _user(REPS), _fivetran_deleted=False,
                user_type="Standard",
            )  # fmt: skip
        for order, name in enumerate(_STAGES):
            self._land(
                "opportunity_stage", start, id=self._next("01J"), master_label=name,
                sort_order=order + 1, is_active=True, is_closed=order >= WON, is_won=order == WON,
                default_probability=_PROBABILITY[order],
            )  # fmt: skip

    def _account(self, company: Company) -> None:
        buyer = company.buyer
        self._land(
            "account", company.created, id=company.key, name=company.name,
            website=f"http://www.{company.domain}", industry=company.industry,
            billing_country=company.country, number_of_employees=company.employees,
            annual_revenue=company.employees * 90_000.0, owner_id=_user(REPS - 2),
            type="Customer" if buyer else "Prospect", created_date=company.created,
            last_modified_date=company.created, is_deleted=False,
            ownership={True: "Public", False: "Private", None: None}[company.is_public],
            total_funding_c=None if company.funding is None else float(company.funding),
            valuation_c=None if company.valuation is None else float(company.valuation),
            investors_c=company.investors, sales_team_size_c=company.sales_team,
            target_account_tier_c=(
                f"Tier {company.target_tier}" if company.target_tier else None
            ),
            target_account_since_c=(
                None if company.targeted_day is None else _day(company.targeted_day * DAY)
            ),
            stripe_customer_id_c=buyer.customer_id if buyer and company.link == "crm_id" else None,
        )  # fmt: skip

    def _lead(self, lead: Lead) -> None:
        """A version for each status; a converted one names what it became."""
        person, company = lead.person, lead.company
        steps = [("Open - Not Contacted", lead.created)]
        if lead.mql:
            steps.append(("MQL", lead.mql))
        if lead.sql:
            steps.append(("SQL", lead.sql))
        contact = person.records[1] if len(person.records) > 1 else None
        converted = (lead.opportunity_at or lead.customer) if contact else None
        if lead.lost:
            steps.append(("Unqualified", lead.lost))
        if converted:
            steps.append(("Closed - Converted", converted))
        channel = ORIGINS[lead.origin].channel
        for number, (status, at) in enumerate(steps):
            later = steps[number + 1][1] if number + 1 < len(steps) else None
            more: Row = {"is_converted": False}
            if status == "Closed - Converted" and contact and company and converted:
                deal = lead.opportunity
                more = {
                    "is_converted": True, "converted_date": _day(converted),
                    "converted_account_id": company.key, "converted_contact_id": _id(contact),
                    "converted_opportunity_id": deal.key if deal else None,
                }  # fmt: skip
            self._land(
                "lead", at, id=_id(lead.record), email=person.email, first_name=person.first,
                last_name=person.last, name=f"{person.first} {person.last}",
                company=company.name if company else None, country=person.country,
                lead_source=_SOURCES.get(channel, channel), owner_id=_user(lead.owner),
                status=status, created_date=lead.created, last_modified_date=at,
                is_deleted=False, pi_score_c=float(lead.score), _fivetran_start=at,
                _fivetran_end=later - 1 if later else _END_OF_TIME, _fivetran_active=later is None,
                website=f"www.{company.domain}" if company else None,
                industry=company.industry if company else None,
                number_of_employees=company.employees if company else None, **more,
            )  # fmt: skip
        if contact and converted:
            self._contact(person, converted, contact)

    def _contact(self, person: Person, at: int, record: str | None) -> None:
        self._land(
            "contact", at, id=_id(record or person.records[0]), email=person.email,
            account_id=person.company.key if person.company else None, first_name=person.first,
            last_name=person.last, name=f"{person.first} {person.last}", owner_id=_user(REPS - 1),
            mailing_country=person.country, created_date=at, last_modified_date=at,
            is_deleted=False,
        )  # fmt: skip

    def _opportunity(self, deal: Opportunity) -> None:
        changed = deal.entries[-1][1]
        close = _day(deal.closed or deal.created + 75 * DAY)
        self._land(
            "opportunity", changed, id=deal.key, account_id=deal.company.key,
            name=f"{deal.company.name} - {deal.kind}", stage_name=_STAGES[deal.stage],
            type="New Business" if deal.kind == "new_business" else "Existing Business",
            amount=float(deal.amount), mrr_c=round(deal.amount / 12, 2),
            probability=_PROBABILITY[deal.stage],
            is_closed=deal.stage in (WON, LOST), is_won=deal.stage == WON, close_date=close,
            last_stage_change_date=changed, loss_reason_c=deal.lost_reason,
            owner_id=_user(deal.owner), created_date=deal.created, last_modified_date=changed,
            is_deleted=False, currency_iso_code="USD",
        )  # fmt: skip
        for stage, at in deal.entries:
            self._land(
                "opportunity_history", at, id=self._next("008"), opportunity_id=deal.key,
                stage_name=_STAGES[stage], amount=float(deal.amount), close_date=close,
                probability=_PROBABILITY[stage], created_date=at, is_deleted=False,
                created_by_id=_user(deal.owner),
            )  # fmt: skip
        for number, person in enumerate(deal.people):
            record = person.records[1] if len(person.records) > 1 else person.records[0]
            for role in person.roles or (None,):
                self._land(
                    "opportunity_contact_role", deal.created, id=self._next("00K"),
                    opportunity_id=deal.key, contact_id=_id(record), is_primary=number == 0,
                    role=_ROLES[role] if role else None, is_deleted=False,
                    created_date=deal.created,
                )  # fmt: skip

    def _activity(self, activity: Activity) -> None:
        lead, at, kind = activity.lead, activity.at, activity.kind
        records = lead.person.records
        row: Row = {
            "who_id": _id(records[-1]), "owner_id": _user(activity.owner), "created_date": at,
            "last_modified_date": at, "is_deleted": False, "activity_date": _day(at),
            "account_id": lead.company.key if lead.company and len(records) > 1 else None,
            "what_id": (
                lead.opportunity.key
                if lead.opportunity and at >= lead.opportunity.created else None
            ),
        }  # fmt: skip
        if kind in ("demo", "meeting"):
            self._land(
                "event", at, id=self._next("00U"), type="Demo" if kind == "demo" else "Meeting",
                subject="Product demo" if kind == "demo" else "Check-in", is_child=False,
                activity_date_time=at, start_date_time=at, end_date_time=at + HOUR // 2,
                event_subtype="Event", **row,
            )  # fmt: skip
            return
        subtype = {"call": "Call", "email": "Email"}.get(kind, "Task")
        if kind == "call":
            row |= {
                "call_type": "Outbound" if activity.is_outbound else "Inbound",
                "call_disposition": "Connected" if activity.is_held else "No answer",
                "call_duration_in_seconds": 240 if activity.is_held else 0,
            }
        self._land(
            "task", at, id=self._next("00T"), task_subtype=subtype, type=subtype,
            subject={"call": "Call", "email": "Email: Your trial"}.get(kind, "Follow up"),
            status="Completed", is_closed=True, completed_date_time=at, **row,
        )  # fmt: skip

    def _dead(self, leads: list[Lead]) -> None:
        """Deleted leads, and one that was merged into another."""
        for number, lead in enumerate(leads[::25]):
            at = lead.created
            row = {
                "id": f"00QDEAD{number:08d}AAA", "email": lead.person.email, "created_date": at,
                "status": "Open - Not Contacted", "is_deleted": True, "is_converted": False,
                "last_modified_date": at + HOUR, "_fivetran_start": at,
                "_fivetran_end": _END_OF_TIME, "last_name": "Gone",
            }  # fmt: skip
            master = _id(lead.record) if number % 2 == 0 else None
            self._land("lead", at + HOUR, master_record_id=master, **row)
