"""The truth about use, answers and tickets of customers, taken from what was told and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from sample_company.demand.care import Care
from sample_company.demand.truth_tables import make_table, on_day
from sample_company.timeline import DAY


def care_tables(cared: Sequence[Care]) -> dict[str, pa.Table]:
    """Tables by name. `is_linked` is false where no data could tell the customer.

    product_uses: customer, user, day and event name, each once.
    nps_answers: whether it is the one that counts of its respondent in the month.
    nps_invitations: whether it was answered.
    tickets: when they were opened and solved.
    moods: how happy each customer was on its last day, or is at as-of.
    """
    return {
        "product_uses": _uses(cared),
        "nps_answers": _answers(cared),
        "nps_invitations": _invitations(cared),
        "tickets": _tickets(cared),
        "moods": _moods(cared),
    }


def _uses(cared: Sequence[Care]) -> pa.Table:
    rows: list[dict[str, Any]] = []
    for care in cared:
        days = sorted({(at // DAY, user, name) for at, user, name in care.uses})
        rows += [
            {
                "customer_id": care.buyer.account, "user_id": user, "used_on": on_day(day),
                "event_name": name, "is_linked": care.by_id,
            }
            for day, user, name in days
        ]  # fmt: skip
    return make_table(
        rows,
        {"customer_id": "s", "user_id": "s", "used_on": "d", "event_name": "s", "is_linked": "b"},
    )


def _answers(cared: Sequence[Care]) -> pa.Table:
    rows: list[dict[str, Any]] = [
        {
            "response_id": answer.key,
            "customer_id": None if answer.is_nobody else care.buyer.account,
            "responded_at": answer.at,
            "score": answer.score,
            "is_counted": not answer.is_changed,
            "is_linked": care.by_id or not answer.is_named,
        }
        for care in cared
        for answer in care.answers
    ]
    return make_table(
        rows,
        {
            "response_id": "s", "customer_id": "s", "responded_at": "t", "score": "i",
            "is_counted": "b", "is_linked": "b",
        },
    )  # fmt: skip


def _invitations(cared: Sequence[Care]) -> pa.Table:
    rows: list[dict[str, Any]] = [
        {
            "invitation_id": key, "customer_id": care.buyer.account, "sent_at": at,
            "is_answered": answer is not None,
        }
        for care in cared
        for key, at, answer in care.invitations
    ]  # fmt: skip
    return make_table(
        rows, {"invitation_id": "s", "customer_id": "s", "sent_at": "t", "is_answered": "b"}
    )


def _tickets(cared: Sequence[Care]) -> pa.Table:
    rows: list[dict[str, Any]] = [
        {
            "ticket_id": ticket.key, "customer_id": care.buyer.account, "created_at": ticket.at,
            "solved_at": ticket.solved, "is_linked": care.by_id or not ticket.is_named,
        }
        for care in cared
        for ticket in care.tickets
    ]  # fmt: skip
    return make_table(
        rows,
        {
            "ticket_id": "s",
            "customer_id": "s",
            "created_at": "t",
            "solved_at": "t",
            "is_linked": "b",
        },
    )


def _moods(cared: Sequence[Care]) -> pa.Table:
    rows: list[dict[str, Any]] = [
        {
            "customer_id": care.buyer.account,
            "mood_per_cent": round(100 * care.mood_on(care.buyer.gone_day or 1 << 40)),
            "gone_on": on_day(care.buyer.gone_day),
        }
        for care in cared
    ]
    return make_table(rows, {"customer_id": "s", "mood_per_cent": "i", "gone_on": "d"})
