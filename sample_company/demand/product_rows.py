"""Rows of the product's events and limits, of surveys and of the help desk, by what was told (care)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from sample_company.demand.care import Care
from sample_company.demand.story import Story
from sample_company.timeline import DAY, HOUR, add_months

Rows = dict[tuple[str, str], list[dict[str, Any]]]


def product_rows(rng: random.Random, story: Story, cared: Sequence[Care]) -> Rows:
    """Events and limits by billing customer (before there is one: by CRM company), answers, tickets."""
    rows: Rows = {
        ("product", "events"): [], ("product", "usage_limits"): [], ("surveys", "nps_responses"): [],
        ("surveys", "nps_invitations"): [], ("support", "tickets"): [],
    }  # fmt: skip

    def event(at: int, account: str | None, user: str | None, name: str) -> None:
        if at >= story.as_of:
            return
        events = rows["product", "events"]
        row = {
            "event_id": f"ev-{len(events)}", "occurred_at": at, "user_id": user,
            "account_id": account, "event_name": name, "_fivetran_synced": at + 300,
        }  # fmt: skip
        events.append(row)
        if rng.random() < 0.005:  # delivered again
            events.append({**row, "_fivetran_synced": at + 900})

    for lead in story.leads:
        if lead.trial:
            account = lead.buyer.customer_id if lead.buyer else None
            company = lead.company.key if lead.company else None
            event(lead.trial, account or company, lead.person.user_id, "trial_started")
    for buyer, person, at in story.signups:
        event(at, buyer.customer_id, person.user_id, "trial_started")
    for care in cared:
        for at, user, name in care.uses:
            event(at, care.buyer.customer_id, user, name)
        _limits(rng, story, care, rows)
        _surveys(care, rows)
        _tickets(care, rows)
    return rows


def _limits(rng: random.Random, story: Story, care: Care, rows: Rows) -> None:
    """Seats of the plan and seats in use, at the start of the last months."""
    if care.buyer.gone_day is not None:
        return
    limit = next(seats for seats in (3, 5, 10, 25, 100) if seats > len(care.users))
    used = len(care.users)
    for back in range(12, 0, -1):
        at = add_months(story.as_of // DAY * DAY, -back)
        if at < care.buyer.paid_day * DAY:
            continue
        used = min(limit, used + (rng.random() < 0.08))
        rows["product", "usage_limits"].append(
            {
                "account_id": care.buyer.customer_id,
                "limit_name": "seats",
                "limit_value": float(limit),
                "used_value": float(used),
                "measured_at": at,
                "_fivetran_synced": at + HOUR,
            }
        )


def _who(care: Care, is_named: bool) -> dict[str, str | None]:
    """Either the customer's id or the address."""
    return {
        "email": None if is_named or care.person is None else care.person.email,
        "customer_id": care.buyer.customer_id if is_named else None,
    }


def _surveys(care: Care, rows: Rows) -> None:
    for key, at, _ in care.invitations:
        rows["surveys", "nps_invitations"].append(
            {"invitation_id": key, "sent_at": at, **_who(care, False), "_fivetran_synced": at + 60}
        )
    for answer in care.answers:
        who = {} if answer.is_nobody else _who(care, answer.is_named)
        rows["surveys", "nps_responses"].append(
            {
                "response_id": answer.key,
                "responded_at": answer.at,
                "score": answer.score,
                "comment": answer.comment,
                "invitation_id": answer.invitation,
                **who,
                "_fivetran_synced": answer.at + 60,
            }
        )


def _tickets(care: Care, rows: Rows) -> None:
    for ticket in care.tickets:
        rows["support", "tickets"].append(
            {
                "ticket_id": ticket.key,
                "created_at": ticket.at,
                "solved_at": ticket.solved,
                "priority": ticket.priority,
                **_who(care, ticket.is_named),
                "_fivetran_synced": (ticket.solved or ticket.at) + 60,
            }
        )
