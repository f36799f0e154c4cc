"""Raw rows of people, deals and visits for the worked examples in `journeys/`; README.md has the notation.

One description becomes rows of HubSpot and of Salesforce, or of GA4's export and of Segment, side by
side: each with e-mail addresses, owners and pages of its own, so that the same numbers must come out of
both.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .builder import read_yaml
from .stripe_life import CaseError, Row, check_keys, instant

FOLDER = Path(__file__).parent / "journeys"
#: What a case can be told of by, and the two runs that all cases share.
CRMS, TRACKERS = ("hubspot", "salesforce"), ("ga4", "segment")
NOW, EARLIER = "2027-07-01", "2027-02-28"
OTHER_POLICIES: dict[str, Any] = {
    "backfill_skipped_stages": False, "ai_channel_from": None, "split_on_campaign": True,
}  # fmt: skip
CASE_KEYS = (
    "id", "title", "given", "only", "leads", "deals", "visits", "customers", "expected", "otherwise",
)  # fmt: skip
EXPECTED_KEYS = (
    "cohorts", "months", "reps", "leads", "sessions", "visitors", "credits", "traffic",
)  # fmt: skip
LEAD_KEYS = (
    "count", "account", "created", "mql", "sql", "opportunity", "demo", "no_show", "trial", "paid",
)  # fmt: skip
DEAL_KEYS = ("count", "created", "won", "lost", "amount")
VISIT_KEYS = (
    "visitor", "at", "again", "referrer", "source", "medium", "campaign", "later", "signed_in",
)  # fmt: skip
CUSTOMER_KEYS = ("visitor", "paid", "amount", "opportunity")


@dataclass(frozen=True)
class Journey:
    """One worked example; `data` is the file as it is, `number` its place among all."""

    data: dict[str, Any] = field(hash=False)
    number: int

    @property
    def id(self) -> str:
        return str(self.data["id"])

    @property
    def prefix(self) -> str:
        return self.id.lower().replace("-", "")

    @property
    def systems(self) -> tuple[str, ...]:
        """The CRMs, or the trackers, that tell of the case."""
        told_by = CRMS if {"leads", "deals"} & set(self.data) else TRACKERS
        return tuple(self.data.get("only", told_by))

    def owner(self, system: str) -> str:
        """The rep that all leads and deals of the case are owned by, as the marts call it."""
        return f"hubspot:{self.number}" if system == "hubspot" else f"salesforce:005{self.prefix}"

    def path(self, system: str, visitor: str) -> str:
        """The page on which a visitor lands; each tracker watches a site of its own."""
        return f"/{self.prefix}/{system}/{visitor}"

    def customer_id(self, system: str, visitor: str) -> str:
        return f"{self.prefix}_{system}_{visitor}"

    def email(self, system: str, name: str, account: str | None = None) -> str:
        """An address at a domain of the person's own, or of its account."""
        return f"{name}@{account or name}.{system}.{self.prefix}.example"


def load_journeys() -> list[Journey]:
    """Every case, in the order of the ids."""
    found = []
    for number, path in enumerate(sorted(FOLDER.glob("*.yml")), start=1):
        data = read_yaml(path)
        check_keys(path.name, data, CASE_KEYS)
        for part in ("expected", "otherwise"):
            check_keys(f"{path.name} {part}", data.get(part, {}), EXPECTED_KEYS)
        if data["id"] != path.stem:
            raise CaseError(f"{path.name}: id {data['id']} is not the file's name")
        found.append(Journey(data, number))
    return found


class Landing:
    """Raw rows by table."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Row]] = {}

    def add(self, table: str, **row: Any) -> None:
        self.tables.setdefault(table, []).append(row)

    def count(self, table: str) -> int:
        return len(self.tables.get(table, ()))

    def write(self, root: Path) -> None:
        """Writes `<root>/<source>/<table>/rows.parquet`."""
        for table, rows in self.tables.items():
            folder = root / table.replace(".", "/")
            folder.mkdir(parents=True, exist_ok=True)
            names = dict.fromkeys(name for row in rows for name in row)
            full = [{name: row.get(name) for name in names} for row in rows]
            pq.write_table(pa.Table.from_pylist(full), folder / "rows.parquet")


def land_journeys(cases: Iterable[Journey], root: Path) -> None:
    """Writes the raw rows of all cases below `root`."""
    landing = Landing()
    for number, (key, label, closed, won) in enumerate(
        (("open", "Talks", False, False), ("won", "Won", True, True), ("lost", "Lost", True, False))
    ):
        landing.add(
            "hubspot.deal_pipeline_stage", stage_id=key, pipeline_id="p", label=label,
            display_order=number, is_closed=closed, closed_won=won, probability=float(won),
        )  # fmt: skip
    landing.add("hubspot.deal_pipeline", pipeline_id="p", label="Sales")
    for case in cases:
        for system in case.systems:
            for group, given in enumerate(case.data.get("leads", ())):
                check_keys(f"{case.id} lead", given, LEAD_KEYS)
                for n in range(int(given.get("count", 1))):
                    _lead(landing, case, system, f"p{group}x{n}", given)
            for given in case.data.get("deals", ()):
                check_keys(f"{case.id} deal", given, DEAL_KEYS)
                for _ in range(int(given.get("count", 1))):
                    _deal(landing, case.owner(system), given, None)
            for number, given in enumerate(case.data.get("visits", ()), start=1):
                check_keys(f"{case.id} visit", given, VISIT_KEYS)
                _visit(landing, case, system, number, given)
            for given in case.data.get("customers", ()):
                check_keys(f"{case.id} customer", given, CUSTOMER_KEYS)
                _customer(landing, case, system, given)
    landing.write(root)


# CRM ---------------------------------------------------------------------------------------------


def _lead(
    landing: Landing, case: Journey, system: str, name: str, given: Mapping[str, Any]
) -> None:
    email = case.email(system, name, given.get("account"))
    owner = case.owner(system).partition(":")[2]
    made = instant(given["created"])
    if system == "hubspot":
        key: Any = 1 + landing.count("hubspot.contact")
        reached = [stage for stage in ("mql", "sql", "opportunity") if stage in given]
        names = {"mql": "marketingqualifiedlead", "sql": "salesqualifiedlead"}
        stages = [("lead", made), *((names.get(s, s), instant(given[s])) for s in reached)]
        landing.add(
            "hubspot.contact", id=key, property_email=email, property_createdate=made,
            property_lifecyclestage=stages[-1][0], property_hubspot_owner_id=int(owner),
        )  # fmt: skip
        for stage, at in stages:
            landing.add(
                "hubspot.contact_property_history", contact_id=key, name="lifecyclestage",
                value=stage, timestamp=at,
            )  # fmt: skip
    else:
        key = f"00Q{landing.count('salesforce.lead'):06}"
        _salesforce_lead(landing, key, email, owner, given)
    for meeting, outcome in (("demo", "COMPLETED"), ("no_show", "NO_SHOW")):
        if meeting in given:
            _demo(landing, system, key, owner, instant(given[meeting]), outcome)
    if "trial" in given:
        landing.add(
            "segment.users", id=email, email=email, received_at=instant(given["trial"]),
        )  # fmt: skip
        landing.add(
            "product.events", event_id=f"trial of {email}", occurred_at=instant(given["trial"]),
            user_id=email, account_id=None, event_name="trial_started",
        )  # fmt: skip
    # Of several persons of an account the first pays for all.
    if "paid" in given and (name.endswith("x0") or "account" not in given):
        _billed(landing, f"{case.prefix}_{system}_{name}", email, given["paid"], 100)


def _salesforce_lead(
    landing: Landing, key: str, email: str, owner: str, given: Mapping[str, Any]
) -> None:
    made = instant(given["created"])
    changes = [("New", made)]
    changes += [
        (status, instant(given[stage]))
        for stage, status in (("mql", "Working - Contacted"), ("sql", "Qualified"))
        if stage in given
    ]
    converted: Row = {"is_converted": False}
    if "opportunity" in given:
        at = instant(given["opportunity"])
        made_of_it = {"account": f"001{key}", "contact": f"003{key}"}
        landing.add(
            "salesforce.account", id=made_of_it["account"], name=email, created_date=at,
            is_deleted=False,
        )  # fmt: skip
        landing.add(
            "salesforce.contact", id=made_of_it["contact"], email=email, created_date=at,
            account_id=made_of_it["account"], owner_id=owner, is_deleted=False,
        )  # fmt: skip
        deal = {"created": given["opportunity"]}
        opportunity = _deal(landing, f"salesforce:{owner}", deal, made_of_it["account"])
        converted = {
            "is_converted": True, "converted_date": at.replace(hour=0, minute=0),
            "converted_account_id": made_of_it["account"],
            "converted_contact_id": made_of_it["contact"],
            "converted_opportunity_id": opportunity,
        }  # fmt: skip
    landing.add(
        "salesforce.lead", id=key, email=email, status=changes[-1][0], created_date=made,
        owner_id=owner, is_deleted=False, **converted,
    )  # fmt: skip
    for (before, _), (after, at) in itertools.pairwise(changes):
        landing.add(
            "salesforce.lead_history", id=f"{key}{after}", lead_id=key, field="Status",
            old_value=before, new_value=after, created_date=at, is_deleted=False,
        )  # fmt: skip


def _demo(landing: Landing, system: str, key: Any, owner: str, at: datetime, outcome: str) -> None:
    if system == "hubspot":
        number = 1 + landing.count("hubspot.engagement_meeting")
        landing.add(
            "hubspot.engagement_meeting", engagement_id=number, property_hs_timestamp=at,
            property_hs_meeting_title="Product demo", property_hs_meeting_outcome=outcome,
            property_hs_meeting_start_time=at, property_hubspot_owner_id=int(owner),
        )  # fmt: skip
        landing.add("hubspot.engagement_contact", engagement_id=number, contact_id=key)
    elif outcome == "COMPLETED":
        landing.add(
            "salesforce.event", id=f"00U{landing.count('salesforce.event'):06}", who_id=key,
            subject="Product demo", start_date_time=at, created_date=at, owner_id=owner,
            is_child=False, is_deleted=False,
        )  # fmt: skip
    else:
        raise CaseError("Salesforce has no outcome of an event: say `only: [hubspot]`")


def _deal(landing: Landing, owner: str, given: Mapping[str, Any], company: str | None) -> str:
    """Lands a deal and returns its id."""
    system, _, owner_id = owner.partition(":")
    made, amount = instant(given["created"]), given.get("amount")
    status = next((status for status in ("won", "lost") if status in given), "open")
    closed = instant(given[status]) if status != "open" else None
    if system == "hubspot":
        number = 1 + landing.count("hubspot.deal")
        landing.add(
            "hubspot.deal", deal_id=number, deal_pipeline_id="p", deal_pipeline_stage_id=status,
            owner_id=int(owner_id), property_amount=None if amount is None else Decimal(amount),
            property_createdate=made, property_closedate=closed,
        )  # fmt: skip
        if company is not None:
            landing.add("hubspot.deal_company", deal_id=number, company_id=int(company), type_id=5)
        return str(number)
    key = f"006{landing.count('salesforce.opportunity'):06}"
    landing.add(
        "salesforce.opportunity", id=key, account_id=company, owner_id=owner_id,
        stage_name={"open": "Talks", "won": "Closed Won", "lost": "Closed Lost"}[status],
        is_closed=closed is not None, is_won=status == "won", amount=amount and float(amount),
        close_date=(closed or made + timedelta(days=3650)).replace(hour=0, minute=0),
        last_stage_change_date=closed, created_date=made, is_deleted=False,
    )  # fmt: skip
    return key


def _billed(landing: Landing, customer: str, email: str, paid: object, amount: object) -> None:
    landing.add(
        "generic.subscription_periods", customer_id=customer, subscription_id=customer,
        start_date=str(paid), end_date=None, amount=Decimal(str(amount)), billing_interval="month",
        currency="USD", customer_email=email,
    )  # fmt: skip


# Web ---------------------------------------------------------------------------------------------


def _visit(
    landing: Landing, case: Journey, system: str, number: int, given: Mapping[str, Any]
) -> None:
    """The pages of one visit: on arrival, and again at each of `again`. `later` is what the address of
    the last page names."""
    visitor = str(given["visitor"])
    times = [given["at"], *given.get("again", ())]
    arrival = {key: given[key] for key in ("source", "medium", "campaign") if key in given}
    for place, at in enumerate(times):
        named = arrival if place == 0 else {}
        if place and place == len(times) - 1:
            named = dict(given.get("later", {}))
        hit = {
            "device": f"{case.prefix}-{visitor}", "at": instant(at),
            "url": f"https://www.{system}.example{case.path(system, visitor)}",
            "referrer": given.get("referrer") if place == 0 else None,
            "user": case.email(system, visitor) if given.get("signed_in") else None,
        }  # fmt: skip
        if system == "ga4":
            _ga4_page(landing, number, hit, named)
        else:
            _segment_page(landing, hit, named)


def _ga4_page(
    landing: Landing, session: int, hit: Mapping[str, Any], named: Mapping[str, str]
) -> None:
    texts = {"page_location": hit["url"], "page_referrer": hit["referrer"], **named}
    values: Iterator[tuple[str, str | None, int | None]] = iter([
        *((key, value, None) for key, value in texts.items() if value is not None),
        ("ga_session_id", None, session),
    ])  # fmt: skip
    landing.add(
        "ga4.events", user_pseudo_id=hit["device"], user_id=hit["user"], event_name="page_view",
        event_timestamp=int(hit["at"].timestamp() * 1_000_000), event_date=f"{hit['at']:%Y%m%d}",
        event_params=[
            {"key": key, "value": {"string_value": text, "int_value": number}}
            for key, text, number in values
        ],
    )  # fmt: skip


def _segment_page(landing: Landing, hit: Mapping[str, Any], named: Mapping[str, str]) -> None:
    landing.add(
        "segment.pages", id=f"page {landing.count('segment.pages')}", anonymous_id=hit["device"],
        user_id=hit["user"], timestamp=hit["at"], received_at=hit["at"], url=hit["url"],
        referrer=hit["referrer"], context_campaign_source=named.get("source"),
        context_campaign_medium=named.get("medium"), context_campaign_name=named.get("campaign"),
    )  # fmt: skip


def _customer(landing: Landing, case: Journey, system: str, given: Mapping[str, Any]) -> None:
    """What billing knows of a visitor, and HubSpot of the deal with it."""
    visitor = str(given["visitor"])
    email = case.email(system, visitor)
    _billed(landing, case.customer_id(system, visitor), email, given["paid"], given["amount"])
    if "opportunity" in given:
        company = 1 + landing.count("hubspot.company")
        landing.add(
            "hubspot.company", id=company, property_name=email,
            property_domain=email.partition("@")[2],
            property_createdate=instant(given["opportunity"]),
        )  # fmt: skip
        _deal(landing, case.owner("hubspot"), {"created": given["opportunity"]}, str(company))
