"""The truth about visits, people, leads and opportunities, taken from the story and from nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from sample_company.demand.story import Lead, Person, Story
from sample_company.demand.visits import Session, Web
from sample_company.tables import TIMESTAMP
from sample_company.timeline import DAY

_LOOKBACK = 90 * DAY


def truth_tables(story: Story, web: Web) -> dict[str, pa.Table]:
    """Tables by name.

    leads: when each stage was reached (`mql_at`, ... : a later stage implies the earlier ones;
        `recorded_mql_at`, ... : what anybody wrote down), the customer, and the days of both clocks.
    opportunities: amounts in US dollars a year, outcome, and how many records of CRMs it has.
    signups: customers that no CRM has a lead of, and when they tried the product.
    stage_entries: opportunity, stage, instant.
    web_sessions: sessions of devices; without consent there is none, only `denied_page_views`.
    touches: of a lead the sessions of its person, of an opportunity (`deal`) of those on it, of a customer
        of all of its company, up to 90 days before, that an id ties to them; `middle_at` is what a W
        has in its middle. Of customers only the day is told: `is_edge` is a touch that its time decides on.
    people and accounts: which ids are one. `is_linked` is false where no data could tell.
    """
    return {
        "leads": _leads(story, web),
        "opportunities": _opportunities(story),
        "signups": _signups(story),
        "stage_entries": _entries(story),
        "activities": _activities(story),
        "web_sessions": _sessions(web),
        "denied_page_views": _denied(web),
        "touches": _touches(story, web),
        "people": _people(story, web),
        "accounts": _accounts(story),
        "companies": _companies(story),
        "deal_roles": _deal_roles(story),
    }


def _instants(values: list[int | None]) -> pa.Array:
    micros = [None if value is None else value * 1_000_000 for value in values]
    return pa.array(micros, pa.int64()).view(TIMESTAMP)


def on_day(number: int | None) -> date | None:
    """The date of a number of days since 1970."""
    return None if number is None else date(1970, 1, 1) + timedelta(days=number)


def make_table(rows: list[dict[str, Any]], kinds: dict[str, str]) -> pa.Table:
    """Columns by kind: s string, i whole number, b yes or no, t instant, d date."""
    types = {"s": pa.string(), "i": pa.int64(), "b": pa.bool_(), "d": pa.date32()}
    arrays = []
    for name, kind in kinds.items():
        values = [row[name] for row in rows]
        arrays.append(_instants(values) if kind == "t" else pa.array(values, types[kind]))
    return pa.table(dict(zip(kinds, arrays, strict=True)))


def _first_call(lead: Lead) -> int | None:
    """The first outbound or connected call; a meeting that took place is contact too."""
    made = (
        a.at
        for a in lead.activities
        if (a.kind == "call" and (a.is_outbound or a.is_held))
        or (a.kind in ("meeting", "demo") and a.is_held)
    )
    return min(made, default=None)


def _leads(story: Story, web: Web) -> pa.Table:
    named = {call.user_id for call in web.identifications}
    rows: list[dict[str, Any]] = []
    for lead in story.leads:
        reached = lead.reached()
        buyer = lead.buyer
        # A trial of a user whom nothing ties to a person, in no company, is nobody's.
        is_told = lead.company is not None or lead.person.user_id in named
        rows.append(
            {
                "lead_key": lead.record,
                "person": lead.person.index,
                "system": lead.system,
                "owner": lead.owner,
                "created_at": lead.created,
                "mql_at": reached["mql"],
                "sql_at": reached["sql"],
                "opportunity_at": reached["opportunity_at"],
                "customer_at": lead.customer,
                "recorded_mql_at": lead.mql,
                "recorded_sql_at": lead.sql,
                "recorded_opportunity_at": lead.opportunity_at,
                "first_call_at": _first_call(lead),
                "demo_at": lead.demo,
                "trial_at": lead.trial if is_told else None,
                "lost_at": lead.lost,
                "customer_id": buyer.account if buyer and lead.customer else None,
                "first_paid_date": on_day(buyer.paid_day) if buyer and lead.customer else None,
                "link": lead.company.link if lead.company and buyer else None,
                "opportunity_key": (
                    f"{lead.system}:{lead.opportunity.key}" if lead.opportunity else None
                ),
                "is_recycled": lead.recycled is not None,
                "is_customer_first": bool(buyer and buyer.paid_day * DAY < lead.created - DAY),
                "double_record": lead.double_record,
            }
        )
    return make_table(
        rows,
        {
            "lead_key": "s", "person": "i", "system": "s", "owner": "i", "created_at": "t",
            "mql_at": "t", "sql_at": "t", "opportunity_at": "t", "customer_at": "t",
            "recorded_mql_at": "t", "recorded_sql_at": "t", "recorded_opportunity_at": "t",
            "first_call_at": "t", "demo_at": "t", "trial_at": "t", "lost_at": "t",
            "customer_id": "s", "first_paid_date": "d", "link": "s", "opportunity_key": "s",
            "is_recycled": "b", "is_customer_first": "b", "double_record": "s",
        },
    )  # fmt: skip


def _opportunities(story: Story) -> pa.Table:
    rows: list[dict[str, Any]] = [
        {
            "opportunity_key": f"{o.system}:{o.key}",
            "system": o.system,
            "company": o.company.index,
            "customer_id": o.company.buyer.account if o.company.buyer else None,
            "owner": o.owner,
            "created_at": o.created,
            "closed_at": o.closed,
            "status": o.status,
            "amount": o.amount,
            "kind": o.kind,
            "is_reopened": o.is_reopened,
            "stakeholders": len(o.people),
            "lost_reason": o.lost_reason,
            "records": 2 if o.is_in_both else 1,
        }
        for o in story.opportunities
    ]
    return make_table(
        rows,
        {
            "opportunity_key": "s", "system": "s", "company": "i", "customer_id": "s",
            "owner": "i", "created_at": "t", "closed_at": "t", "status": "s", "amount": "i",
            "kind": "s", "is_reopened": "b", "stakeholders": "i", "lost_reason": "s",
            "records": "i",
        },
    )  # fmt: skip


def _signups(story: Story) -> pa.Table:
    rows: list[dict[str, Any]] = [
        {"customer_id": buyer.account, "trial_at": at} for buyer, _, at in story.signups
    ]
    return make_table(rows, {"customer_id": "s", "trial_at": "t"})


def _entries(story: Story) -> pa.Table:
    rows: list[dict[str, Any]] = [
        {"opportunity_key": f"{o.system}:{o.key}", "stage_order": stage + 1, "entered_at": at}
        for o in story.opportunities
        for stage, at in o.entries
    ]
    return make_table(rows, {"opportunity_key": "s", "stage_order": "i", "entered_at": "t"})


def _activities(story: Story) -> pa.Table:
    rows: list[dict[str, Any]] = [
        {
            "lead_key": a.lead.record, "activity_type": a.kind, "occurred_at": a.at,
            "owner": a.owner, "is_held": a.is_held,
        }
        for a in story.activities
    ]  # fmt: skip
    return make_table(
        rows,
        {"lead_key": "s", "activity_type": "s", "occurred_at": "t", "owner": "i", "is_held": "b"},
    )


def _sessions(web: Web) -> pa.Table:
    rows: list[dict[str, Any]] = [
        {
            "session": s.index,
            "event_source": s.web_source,
            "anonymous_id": s.device,
            "person": s.person.index if s.person else None,
            "started_at": s.start,
            "ended_at": s.end,
            "session_date": on_day(s.start // DAY),
            "channel": s.channel,
            "page_views": len(s.pages),
            "is_engaged": s.is_engaged,
            "is_first": s.is_first,
            "is_known": bool(
                s.person and (s.device in s.person.linked or any(hit.user_id for hit in s.hits))
            ),
            "country": s.country,
        }
        for s in web.sessions
        if s.device is not None
    ]
    return make_table(
        rows,
        {
            "session": "i", "event_source": "s", "anonymous_id": "s", "person": "i",
            "started_at": "t", "ended_at": "t", "session_date": "d", "channel": "s",
            "page_views": "i", "is_engaged": "b", "is_first": "b", "is_known": "b",
            "country": "s",
        },
    )  # fmt: skip


def _denied(web: Web) -> pa.Table:
    counts: dict[tuple[date, str], int] = {}
    for session in web.sessions:
        if session.device is None:
            for hit in session.pages:
                key = (date(1970, 1, 1) + timedelta(days=hit.at // DAY), session.channel)
                counts[key] = counts.get(key, 0) + 1
    rows: list[dict[str, Any]] = [
        {"event_date": day, "channel": name, "page_views": found}
        for (day, name), found in sorted(counts.items())
    ]
    return make_table(rows, {"event_date": "d", "channel": "s", "page_views": "i"})


def _touches(story: Story, web: Web) -> pa.Table:
    by_person: dict[int, list[Session]] = {}
    for s in web.sessions:
        if s.device and s.person and s.device in s.person.linked:
            by_person.setdefault(s.person.index, []).append(s)
    rows: list[dict[str, Any]] = []

    def add(
        kind: str, name: str, people: Iterable[Person], at: int, until: int, middle: int | None
    ) -> None:
        for person in people:
            for s in by_person.get(person.index, ()):
                if at - _LOOKBACK <= s.start <= until:
                    is_edge = at < s.start or s.start < until - _LOOKBACK
                    rows.append({
                        "conversion_type": kind, "conversion_id": name, "person": person.index,
                        "session": s.index, "touched_at": s.start, "channel": s.channel,
                        "middle_at": middle, "is_edge": is_edge,
                    })  # fmt: skip

    became = {lead.person.index: lead.created for lead in reversed(story.leads)}
    for lead in story.leads:
        add("lead", lead.record, [lead.person], lead.created, lead.created, None)
    for o in story.opportunities:
        first = min((became[p.index] for p in o.people if p.index in became), default=None)
        middle = first if first is not None and first <= o.created else None
        add("deal", f"{o.system}:{o.key}", o.people, o.created, o.created, middle)
    buyers = [(c.buyer, [p for p in story.people if p.company is c], c) for c in story.companies]
    for buyer, people, company in buyers:
        if buyer:
            deals = [o.created for o in story.opportunities if o.company is company]
            day = buyer.paid_day * DAY
            add("customer", buyer.account, people, day, day + DAY - 1, min(deals, default=None))
    for buyer, person, _ in story.signups:
        day = buyer.paid_day * DAY
        add("customer", buyer.account, [person], day, day + DAY - 1, None)
    return make_table(
        rows,
        {
            "conversion_type": "s", "conversion_id": "s", "person": "i", "session": "i",
            "touched_at": "t", "channel": "s", "middle_at": "t", "is_edge": "b",
        },
    )  # fmt: skip


def _people(story: Story, web: Web) -> pa.Table:
    seen = {session.device for session in web.sessions}
    named = {call.user_id for call in web.identifications}
    rows: list[dict[str, Any]] = []
    for person in story.people:
        found = [("record", record, True) for record in person.records]
        is_named = person.user_id in named
        found.append(("email", person.email, bool(person.records) or is_named))
        if person.former_email:
            found.append(("email", person.former_email, True))
        if person.user_id:
            found.append(("user", person.user_id, is_named))
        devices = [device for device in person.devices if device in seen]
        found += [("anonymous", device, device in person.linked) for device in devices]
        rows += [
            {"person": person.index, "member_kind": kind, "member_id": name, "is_linked": linked}
            for kind, name, linked in found
        ]
    return make_table(rows, {"person": "i", "member_kind": "s", "member_id": "s", "is_linked": "b"})


def _accounts(story: Story) -> pa.Table:
    rows: list[dict[str, Any]] = []
    for company in story.companies:
        found = [("company", f"{company.system}:{company.key}"), ("domain", company.domain)]
        if company.buyer:
            found.append(("customer", company.buyer.account))
        rows += [
            {
                "account": company.index, "member_kind": kind, "member_id": name,
                "link": company.link if company.buyer else None,
            }
            for kind, name in found
        ]  # fmt: skip
    return make_table(rows, {"account": "i", "member_kind": "s", "member_id": "s", "link": "s"})


def _companies(story: Story) -> pa.Table:
    """Firmographics and targets; the record need not be in the CRM (leads of Salesforce)."""
    rows: list[dict[str, Any]] = [
        {
            "company_key": f"{c.system}:{c.key}",
            "employees": c.employees,
            "industry": c.industry,
            "country": c.country,
            "is_public": c.is_public,
            "funding": c.funding,
            "valuation": c.valuation,
            "investors": c.investors,
            "sales_team": c.sales_team,
            "target_tier": c.target_tier,
            "targeted_from": on_day(c.targeted_day),
        }
        for c in story.companies
    ]
    return make_table(
        rows,
        {
            "company_key": "s", "employees": "i", "industry": "s", "country": "s", "is_public": "b",
            "funding": "i", "valuation": "i", "investors": "s", "sales_team": "i",
            "target_tier": "i", "targeted_from": "d",
        },
    )  # fmt: skip


def _deal_roles(story: Story) -> pa.Table:
    """Who is on a deal, in which role; `unknown` where nobody wrote one down."""
    rows: list[dict[str, Any]] = [
        {"opportunity_key": f"{o.system}:{o.key}", "person": person.index, "role": role}
        for o in story.opportunities
        for person in o.people
        for role in person.roles or ("unknown",)
    ]
    return make_table(rows, {"opportunity_key": "s", "person": "i", "role": "s"})
