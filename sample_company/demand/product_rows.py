"""What customers do in the product, how near they are to their limits, and what they say of it."""

from __future__ import annotations

import random
from typing import Any

from sample_company.demand.story import Buyer, Person, Story
from sample_company.timeline import DAY, HOUR, add_months

Rows = dict[tuple[str, str], list[dict[str, Any]]]
#: Rows of product events at most.
_MOST = 12_000
_NAMES = ("signed_in", "report_created", "report_shared", "seat_invited", "import_run")
_COMMENTS = (None, "Great", "Too slow", "Does the job", "Support was quick")


def product_rows(rng: random.Random, story: Story) -> Rows:
    """Events and limits by billing customer (before there is one: by CRM company), and NPS answers."""
    rows: Rows = {
        ("product", "events"): [], ("product", "usage_limits"): [], ("surveys", "nps_responses"): [],
    }  # fmt: skip
    users: dict[str, Person] = {}

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
        if lead.buyer:
            users[lead.buyer.account] = lead.person
        if lead.trial:
            account = lead.buyer.customer_id if lead.buyer else None
            company = lead.company.key if lead.company else None
            event(lead.trial, account or company, lead.person.user_id, "trial_started")
    for buyer, person, at in story.signups:
        users[buyer.account] = person
        event(at, buyer.customer_id, person.user_id, "trial_started")
    share = min(1.0, _MOST / max(len(users) * 40, 1))
    for buyer in story.buyers:
        known = users.get(buyer.account)
        if known is not None:
            _usage(rng, story, buyer, known.user_id, share, event)
            _limits(rng, story, buyer, rows)
            _answers(rng, story, buyer, known, rows)
    return rows


def _usage(
    rng: random.Random, story: Story, buyer: Buyer, user: str | None, share: float, event: Any
) -> None:
    """Days of use over the last year; fewer and fewer in the months before a customer leaves."""
    end = (buyer.gone_day or story.as_of // DAY) * DAY
    begin = max(buyer.paid_day * DAY, end - 365 * DAY)
    days = max((end - begin) // DAY, 0)
    for _ in range(int(min(days, 90) * 0.45 * share) + 1):
        at = begin + int((end - begin) * rng.random())
        if buyer.gone_day and end - at < 60 * DAY and rng.random() < 0.7:
            continue
        at = at // DAY * DAY + rng.randrange(7 * HOUR, 20 * HOUR)
        person = user if rng.random() < 0.5 else f"{buyer.customer_id}-{rng.randrange(4)}"
        event(at, buyer.customer_id, person, rng.choice(_NAMES))


def _limits(rng: random.Random, story: Story, buyer: Buyer, rows: Rows) -> None:
    """Seats of the plan and seats in use, at the start of the last months."""
    if buyer.gone_day is not None:
        return
    limit = rng.choice((5, 10, 25, 100))
    used = rng.randrange(1, limit)
    for back in (3, 2, 1):
        at = add_months(story.as_of // DAY * DAY, -back)
        if at < buyer.paid_day * DAY:
            continue
        used = min(limit, used + rng.randrange(0, 3))
        rows["product", "usage_limits"].append(
            {
                "account_id": buyer.customer_id,
                "limit_name": "seats",
                "limit_value": float(limit),
                "used_value": float(used),
                "measured_at": at,
                "_fivetran_synced": at + HOUR,
            }
        )


def _answers(rng: random.Random, story: Story, buyer: Buyer, person: Person, rows: Rows) -> None:
    """Who leaves scores lower; half of the answers know the customer, the others the address."""
    end = (buyer.gone_day or story.as_of // DAY) * DAY
    at = buyer.paid_day * DAY + rng.randrange(20, 120) * DAY + 10 * HOUR
    while at < min(end, story.as_of):
        if rng.random() < 0.45:
            answers = rows["surveys", "nps_responses"]
            score = (
                rng.choice((2, 4, 6, 7, 8))
                if buyer.gone_day
                else rng.choice((0, 5, 7, 8, 9, 9, 10, 10))
            )
            is_named = rng.random() < 0.5
            row = {
                "response_id": f"nps-{len(answers)}",
                "responded_at": at,
                "score": score,
                "email": None if is_named else person.email,
                "customer_id": buyer.customer_id if is_named else None,
                "comment": rng.choice(_COMMENTS),
                "_fivetran_synced": at + 60,
            }
            answers.append(row)
        at += 180 * DAY
