"""Who becomes a lead, of which company, what sales does with it, and who buys.

Told before any raw row is written: the truth is taken from here. Instants are seconds; None is never.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from sample_company.demand import channels
from sample_company.timeline import DAY, HOUR

#: Leads that are told at most, and the share of them that buy.
LEADS_MOST, LEAD_TO_CUSTOMER = 2_000, 0.10
#: Share of the customers that came by way of a lead; the others signed up by themselves.
SALES_LED = 0.6
#: From this share of the company's age on, the enterprise team works in Salesforce.
SALESFORCE_FROM = 0.4
ENTERPRISE, LARGE = 500, 1_500  # employees

FREE_MAIL = ("gmail.com", "outlook.com", "yahoo.com", "gmx.de")
_FIRST = [
    "Ada",
    "Ben",
    "Carla",
    "Dev",
    "Elif",
    "Finn",
    "Gwen",
    "Hugo",
    "Ines",
    "Jon",
    "Kira",
    "Liam",
    "Mona",
    "Nils",
    "Olga",
    "Pete",
    "Quinn",
    "Rosa",
    "Sven",
    "Tara",
    "Uma",
    "Vera",
    "Will",
    "Xenia",
    "Yara",
    "Zoe",
    "Amir",
    "Bea",
    "Cem",
    "Dana",
    "Emil",
    "Faye",
    "Gus",
    "Hana",
    "Ivo",
    "Jade",
    "Karl",
    "Lena",
    "Max",
    "Noa",
]
_LAST = [
    "Abbott",
    "Berg",
    "Costa",
    "Diaz",
    "Endo",
    "Fischer",
    "Garcia",
    "Haas",
    "Ito",
    "Jensen",
    "Kaya",
    "Lopez",
    "Meyer",
    "Novak",
    "Okafor",
    "Park",
    "Quist",
    "Rossi",
    "Silva",
    "Tanaka",
    "Ueda",
    "Vogel",
    "Weber",
    "Xu",
    "Young",
    "Zimmer",
    "Adler",
    "Brandt",
    "Conti",
    "Dubois",
    "Eriksen",
]
_WORDS = [
    "Blue",
    "Clear",
    "Fast",
    "Grand",
    "Iron",
    "Lumen",
    "Nova",
    "Open",
    "Prime",
    "Quick",
    "River",
    "Solid",
    "True",
    "Urban",
    "Vivid",
]
_THINGS = [
    "Labs",
    "Logistics",
    "Media",
    "Systems",
    "Works",
    "Health",
    "Foods",
    "Energy",
    "Retail",
    "Analytics",
    "Motors",
    "Bank",
]
INDUSTRIES = ("Software", "Retail", "Health Care", "Manufacturing", "Financial Services", "Media")
COUNTRIES = ("US", "US", "DE", "GB", "FR", "NL", "CA", "JP")
COUNTRY_NAMES = {
    "US": "United States", "DE": "Germany", "GB": "United Kingdom", "FR": "France", "NL": "Netherlands",
    "CA": "Canada", "IN": "India", "JP": "Japan", "KW": "Kuwait",
}  # fmt: skip

#: Stages of an opportunity, as both CRMs order them; the last two close it.
STAGES = ("qualified", "discovery", "proposal", "negotiation", "won", "lost")
WON, LOST = 4, 5
LOST_REASONS = ("Price", "No decision", "Competitor", "Missing feature")
REPS = 6  # of them the last two sell to enterprises


@dataclass
class Buyer:
    """A billing account: what is known of it when the world around is told."""

    account: str  # customer_id of the marts
    customer_id: str  # the billing system's own id
    email: str
    name: str
    country: str
    created: int
    paid_day: int  # day of the first recurring revenue
    mrr: int  # whole dollars at that day
    gone_day: int | None  # day of the last churn, None while it pays

    @property
    def domain(self) -> str:
        """Domain of the billing e-mail address."""
        return self.email.split("@")[1]


@dataclass
class Company:
    """A company record of one of the CRMs."""

    index: int
    name: str
    domain: str
    country: str
    industry: str
    employees: int
    system: str
    created: int
    buyer: Buyer | None = None
    link: str = "domain"  # how billing can be found: domain, email or crm_id
    is_public: bool | None = None
    funding: int | None = None  # whole dollars raised
    valuation: int | None = None  # whole dollars
    investors: str | None = None
    sales_team: int | None = None  # employees who sell
    target_tier: int | None = None  # 1 to 3, None where it is no target
    targeted_day: int | None = None  # since when, None where nobody wrote it down

    @property
    def key(self) -> str:
        """Its CRM id."""
        if self.system == "hubspot":
            return str(9_000_000 + self.index)
        return f"001{self.index:012d}AAA"


@dataclass
class Person:
    """Somebody with an e-mail address, and what the web knows of them."""

    index: int
    first: str
    last: str
    email: str
    country: str
    company: Company | None
    consents: bool
    user_id: str | None = None
    identified: int | None = None  # since when a site knows the user id
    records: list[str] = field(default_factory=list)  # CRM records, `<system>:<id>`
    devices: list[str] = field(default_factory=list)  # `<web source>:<id>`
    linked: set[str] = field(default_factory=set)  # devices that an id ties to the person
    roles: tuple[str, ...] = ()  # what the person does in buying
    former_email: str | None = None  # the address of a record that was merged into another one


@dataclass
class Opportunity:
    """A deal; entries are (stage, instant), in order of time."""

    index: int
    system: str
    company: Company
    people: list[Person]
    owner: int
    created: int
    entries: list[tuple[int, int]]
    amount: int  # whole dollars a year
    kind: str  # new_business or expansion
    pipeline: int  # 0 the usual, 1 partners
    lost_reason: str | None = None
    is_reopened: bool = False

    @property
    def key(self) -> str:
        """Its CRM id."""
        if self.system == "hubspot":
            return str(5_000_000 + self.index)
        return f"006{self.index:012d}AAA"

    @property
    def is_in_both(self) -> bool:
        """Whether HubSpot's integration has a copy of this opportunity of Salesforce."""
        return self.system == "salesforce" and self.index % 2 == 0

    @property
    def copy_key(self) -> str:
        """HubSpot's id of that copy."""
        return str(8_000_000 + self.index)

    @property
    def stage(self) -> int:
        """The stage in force."""
        return self.entries[-1][0]

    @property
    def status(self) -> str:
        """open, won or lost."""
        return {WON: "won", LOST: "lost"}.get(self.stage, "open")

    @property
    def closed(self) -> int | None:
        """When it was won or lost."""
        return self.entries[-1][1] if self.stage in (WON, LOST) else None


@dataclass
class Lead:
    """A lead: a person's way from the first form to a customer, as far as it came."""

    index: int
    person: Person
    company: Company | None
    system: str
    owner: int
    created: int
    origin: int  # of the first visit
    score: int
    mql: int | None = None
    sql: int | None = None
    opportunity_at: int | None = None
    customer: int | None = None  # when the CRM says so
    lost: int | None = None
    lost_reason: str | None = None
    opportunity: Opportunity | None = None
    buyer: Buyer | None = None
    trial: int | None = None
    demo: int | None = None
    recycled: tuple[int, int] | None = None  # disqualified, and a marketing lead again
    is_self_service: bool = False
    subscribed: int | None = None  # a newsletter reader before
    has_custom_stage: bool = False
    merged_record: str | None = None  # a HubSpot contact that was merged into the lead's own
    double_record: str | None = None  # another live one with the same e-mail address
    activities: list[Activity] = field(default_factory=list)

    @property
    def record(self) -> str:
        """The lead's own record (not the contact that it may have become)."""
        return self.person.records[0]

    def reached(self) -> dict[str, int | None]:
        """When each stage was reached at the latest: a later stage implies the earlier ones."""
        found: dict[str, int | None] = {}
        later: int | None = None
        for name in ("customer", "opportunity_at", "sql", "mql"):
            own = getattr(self, name)
            later = min((at for at in (own, later) if at is not None), default=None)
            found[name] = later
        return found


@dataclass
class Activity:
    """Something that sales did; kind is call, email, meeting, demo, task or note."""

    kind: str
    at: int
    owner: int
    lead: Lead
    is_outbound: bool = True
    is_held: bool | None = None


@dataclass
class Story:
    """Everything that happened."""

    origin: int
    as_of: int
    buyers: list[Buyer]
    companies: list[Company] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    opportunities: list[Opportunity] = field(default_factory=list)
    #: Customers that signed up by themselves: the person who did.
    signups: list[tuple[Buyer, Person, int]] = field(default_factory=list)

    @property
    def salesforce_from(self) -> int:
        """When the enterprise team moved to Salesforce."""
        return int(self.origin + SALESFORCE_FROM * (self.as_of - self.origin)) // DAY * DAY

    @property
    def activities(self) -> list[Activity]:
        """All activities, lead by lead."""
        return [activity for lead in self.leads for activity in lead.activities]


def tell(rng: random.Random, buyers: Sequence[Buyer], origin: int, as_of: int) -> Story:
    """The story of a company of that age whose customers are these."""
    return _Teller(rng, Story(origin, as_of, list(buyers))).tell()


class _Teller:
    def __init__(self, rng: random.Random, story: Story) -> None:
        self.rng, self.story = rng, story
        self.as_of = story.as_of

    def tell(self) -> Story:
        story, rng = self.story, self.rng
        seen: set[str] = set()
        buyers = []
        for buyer in story.buyers:  # a domain of two customers would lead to either
            if buyer.domain not in seen:
                buyers.append(buyer)
            seen.add(buyer.domain)
        rng.shuffle(buyers)
        by_sales = min(int(len(buyers) * SALES_LED), int(LEADS_MOST * 0.14))
        for buyer in buyers[:by_sales]:
            self._bought(buyer)
        wanted = min(LEADS_MOST, int(by_sales / LEAD_TO_CUSTOMER)) if buyers else 0
        for _ in range(wanted - by_sales):
            self._not_bought()
        for buyer in buyers[by_sales:]:
            self._signed_up(buyer)
        story.leads.sort(key=lambda lead: (lead.created, lead.index))
        story.companies.sort(key=lambda company: company.index)
        self._expansions()
        self._colleagues()
        self._records()
        return story

    # Pieces -------------------------------------------------------------------------------------
    def _days(self, median: float, spread: float = 0.7) -> int:
        return int(median * self.rng.lognormvariate(0, spread) * DAY) + self.rng.randrange(
            600, HOUR
        )

    def _office(self, at: int) -> int:
        """The instant moved into working hours of its day (or of the Monday after)."""
        day = at // DAY
        weekday = (day + 3) % 7
        day += 7 - weekday if weekday > 4 else 0
        return day * DAY + self.rng.randrange(8 * HOUR, 18 * HOUR)

    def _company(self, at: int, buyer: Buyer | None, mrr: int = 0) -> Company:
        rng, number = self.rng, len(self.story.companies)
        big = rng.random() < (0.7 if mrr > 1_000 else 0.12)
        employees = (
            rng.choice((500, 900, 1_500, 6_000)) if big else rng.choice((4, 12, 30, 80, 220))
        )
        is_late = at >= self.story.salesforce_from
        system = "salesforce" if employees >= ENTERPRISE and is_late else "hubspot"
        name = f"{rng.choice(_WORDS)} {rng.choice(_THINGS)} {number}"
        domain = f"{name.lower().replace(' ', '-')}.example"
        company = Company(
            number, name, domain, rng.choice(COUNTRIES), rng.choice(INDUSTRIES), employees, system,
            at - rng.randrange(10, 300), buyer,
        )  # fmt: skip
        if buyer:
            company.name, company.country = buyer.name, buyer.country
            company.link = rng.choices(("domain", "email", "crm_id"), (85, 6, 9))[0]
            if company.link == "domain":
                company.domain = buyer.domain
        self.story.companies.append(company)
        return company

    def person(self, company: Company | None, country: str = "") -> Person:
        """Somebody new, of a company or of none."""
        rng, number = self.rng, len(self.story.people)
        first, last = rng.choice(_FIRST), rng.choice(_LAST)
        domain = company.domain if company else rng.choice(FREE_MAIL)
        email = f"{first}.{last}{number}@{domain}".lower()
        found = Person(
            number, first, last, email, country or (company.country if company else "US"), company,
            rng.random() > 0.08,
        )  # fmt: skip
        self.story.people.append(found)
        return found

    def _lead(self, company: Company | None, at: int) -> Lead:
        rng = self.rng
        person = self.person(company, rng.choice(COUNTRIES) if company is None else "")
        system = company.system if company else "hubspot"
        owner = rng.randrange(REPS - 2) if system == "hubspot" else REPS - 2 + rng.randrange(2)
        origin = rng.choices(range(len(channels.ORIGINS)), channels.weights(at, again=False))[0]
        number = len(self.story.leads)
        lead = Lead(number, person, company, system, owner, at, origin, rng.randrange(5, 100))
        if system == "hubspot":
            person.records.append(f"hubspot:{1_000_000 + person.index}")
            lead.has_custom_stage = rng.random() < 0.03
            if rng.random() < 0.05 and at - 90 * DAY > self.story.origin:
                lead.subscribed = at - rng.randrange(20, 90) * DAY
        else:
            person.records.append(f"salesforce:00Q{person.index:012d}AAA")
        if rng.random() < 0.75:
            person.user_id, person.identified = f"u_{person.index:06d}", at
        self.story.leads.append(lead)
        return lead

    # Leads ----------------------------------------------------------------------------------------
    def _bought(self, buyer: Buyer) -> None:
        rng, story = self.rng, self.story
        paid = buyer.paid_day * DAY + rng.randrange(9 * HOUR, 18 * HOUR)
        paid = max(min(paid, self.as_of - 60), story.origin + 60)
        backwards = rng.random() < 0.04 and paid + 10 * DAY < self.as_of
        length = self._days(80 if buyer.mrr > 1_000 else 32, 0.6)
        created = min(max(paid - length, story.origin + rng.randrange(60, DAY)), paid - 60)
        if backwards:
            created = min(paid + rng.randrange(5, 60) * DAY, self.as_of - DAY)
        company = self._company(created, buyer, buyer.mrr)
        lead = self._lead(company, created)
        lead.buyer = buyer
        if company.link == "email":
            lead.person.email = buyer.email
        if backwards:  # self-service first; a person of the company asked for more later
            lead.customer, lead.is_self_service = created + 90, True
            return
        room = paid - created
        if room < 2 * DAY or (company.system == "hubspot" and rng.random() < 0.2):
            lead.is_self_service = True
            if rng.random() < 0.6:
                lead.mql = created + int(room * rng.uniform(0.05, 0.3)) + 1
            lead.trial = max(paid - 14 * DAY, created + int(room * 0.4))
            lead.customer = paid
            self._sell(lead, paid)
            return
        skip = rng.random()
        if skip > 0.25:
            lead.mql = created + int(room * rng.uniform(0.03, 0.15))
        if skip > 0.1 or lead.mql is None:
            lead.sql = created + int(room * rng.uniform(0.18, 0.3))
        if rng.random() < 0.08 and company.system == "hubspot":
            lead.mql = lead.sql = None  # straight from lead to opportunity
        lead.opportunity_at = created + int(room * rng.uniform(0.32, 0.45))
        closed = max(paid - rng.randrange(0, 3 * DAY), lead.opportunity_at + int(room * 0.3))
        lead.customer = closed
        if rng.random() < 0.6:
            lead.trial = max(closed - 14 * DAY, created + int(room * 0.42))
        self._deal(lead, closed, won=True, amount=max(buyer.mrr, 1) * 12)
        self._sell(lead, closed)

    def _not_bought(self) -> None:
        rng, story = self.rng, self.story
        span = max(self.as_of - story.origin - DAY, 1)
        share = 1 - (1 - rng.random()) ** 1.35  # more of them lately
        created = self._office(
            story.origin + int(span * (share if rng.random() < 0.5 else rng.random()))
        )
        created = max(min(created, self.as_of - HOUR), story.origin + 60)
        company = None if rng.random() < 0.18 else self._company(created, None)
        lead = self._lead(company, created)
        after = created
        if rng.random() < 0.5:
            lead.mql = after = created + self._days(3)
            if rng.random() < 0.05 and lead.system == "hubspot":
                out = after + self._days(10)
                back = out + self._days(45)
                if back < self.as_of:
                    lead.recycled, after = (out, back), back
            if rng.random() < 0.45:
                lead.sql = after = after + self._days(6)
                if rng.random() < 0.12:
                    lead.trial = after + self._days(3)
                if company and rng.random() < 0.6:
                    lead.opportunity_at = after = after + self._days(5)
        if rng.random() < 0.04 and lead.opportunity_at and lead.system == "hubspot":
            lead.mql = lead.sql = lead.recycled = None
        for name in ("mql", "sql", "opportunity_at", "trial"):
            if (getattr(lead, name) or 0) >= self.as_of:
                setattr(lead, name, None)
        if lead.opportunity_at:
            # The largest take longest, and ask for the most.
            is_large = company is not None and company.employees >= LARGE
            closed = lead.opportunity_at + self._days(170 if is_large else 38)
            amount = 12 * rng.randrange(40, 2_000) * (5 if is_large else 1)
            self._deal(lead, closed, won=False, amount=amount)
        elif rng.random() < 0.5:
            lost = max(
                filter(None, (created, lead.mql, lead.sql, lead.trial, *(lead.recycled or ())))
            )
            lost += self._days(14)
            if lost < self.as_of:
                lead.lost, lead.lost_reason = lost, rng.choice(("Bad fit", "No answer", "Student"))
        self._sell(lead, (lead.opportunity and lead.opportunity.closed) or lead.lost or self.as_of)

    def _deal(self, lead: Lead, closed: int, *, won: bool, amount: int) -> None:
        rng, created = self.rng, lead.opportunity_at or lead.created
        if lead.company is None:
            raise ValueError("A deal needs a lead of a company.")
        found = Opportunity(
            len(self.story.opportunities), lead.system, lead.company, [lead.person], lead.owner,
            created, [(0, created)], amount, "new_business",
            int(lead.system == "hubspot" and rng.random() < 0.15),
        )  # fmt: skip
        room = closed - created
        steps = sorted(rng.sample(range(10, 90), 3))
        for stage, percent in enumerate(steps, 1):
            if rng.random() < 0.8:  # else skipped
                found.entries.append((stage, created + room * percent // 100))
        if rng.random() < 0.06 and len(found.entries) > 1:  # lost, and opened again
            stage = found.entries[-1][0]
            found.entries.append((LOST, created + room * 92 // 100))
            found.entries.append((stage, created + room * 95 // 100))
            found.is_reopened = True
        found.entries.append((WON if won else LOST, closed))
        found.entries = [(stage, at) for stage, at in found.entries if at <= self.as_of]
        stages = [stage for stage, _ in found.entries]
        found.is_reopened = LOST in stages[:-1]
        if found.stage == LOST:
            found.lost_reason = rng.choice(LOST_REASONS)
        lead.opportunity = found
        self.story.opportunities.append(found)

    def _sell(self, lead: Lead, until: int) -> None:
        """Calls, e-mails, demos: the first call is outbound and connected."""
        rng = self.rng

        def add(kind: str, at: int, is_held: bool | None = None, is_outbound: bool = True) -> None:
            if kind == "note" and lead.system == "salesforce":
                kind = "task"
            if lead.created < at < self.as_of:
                lead.activities.append(Activity(kind, at, lead.owner, lead, is_outbound, is_held))

        eager = lead.mql is not None or lead.opportunity is not None
        if rng.random() < (0.9 if eager else 0.35):
            at = self._office(lead.created + self._days(0.6, 1.0))
            add("call", at, is_held=True)
            for _ in range(rng.randrange(3) if eager else 0):
                at = self._office(at + self._days(4))
                if at < until:
                    add("call", at, is_held=rng.random() < 0.5, is_outbound=rng.random() < 0.8)
        for _ in range(rng.randrange(1, 4) if eager else rng.randrange(2)):
            at = lead.created + self._days(6)
            if at < until:
                add("email", at, is_outbound=rng.random() < 0.7)
        if lead.opportunity:
            at = self._office(lead.opportunity.created + HOUR)
            limit = lead.opportunity.closed or self.as_of
            for _ in range(rng.randrange(1, 3)):
                at = self._office(at + self._days(2))
                if at < limit:
                    held = rng.random() < 0.8 or lead.system == "salesforce"
                    add("demo", at, is_held=held)
                    if held and lead.created < at < self.as_of:
                        lead.demo = min(at, lead.demo or at)
            if rng.random() < 0.4:
                add("meeting", self._office(at + self._days(2)), is_held=True)
            if rng.random() < 0.4:
                add("note", at + HOUR)
            if rng.random() < 0.3:
                add("task", at + 2 * HOUR)

    # Others -------------------------------------------------------------------------------------
    def _signed_up(self, buyer: Buyer) -> None:
        """A customer that no CRM knows: somebody put a card in."""
        paid = max(min(buyer.paid_day * DAY + 12 * HOUR, self.as_of - 60), self.story.origin + 60)
        at = max(paid - 14 * DAY - self.rng.randrange(2 * DAY), self.story.origin + 30)
        person = self.person(None, buyer.country)
        person.email = f"{person.first}.{person.last}{person.index}@{buyer.domain}".lower()
        person.user_id, person.identified = f"u_{person.index:06d}", at
        self.story.signups.append((buyer, person, at))

    def _expansions(self) -> None:
        """Customers buy more: deals that are no new business."""
        rng = self.rng
        for lead in [lead for lead in self.story.leads if lead.opportunity and lead.buyer]:
            if rng.random() > 0.15 or lead.customer is None or lead.company is None:
                continue
            created = lead.customer + self._days(120)
            closed = created + self._days(25)
            if created < self.as_of:
                won = rng.random() < 0.6
                entries = [
                    (0, created),
                    (2, (created + closed) // 2),
                    (WON if won else LOST, closed),
                ]
                entries = [(stage, at) for stage, at in entries if at <= self.as_of]
                self.story.opportunities.append(
                    Opportunity(
                        len(self.story.opportunities),
                        lead.system,
                        lead.company,
                        [lead.person],
                        lead.owner,
                        created,
                        entries,
                        12 * rng.randrange(20, 400),
                        "expansion",
                        0,
                        "Price" if entries[-1][0] == LOST else None,
                    )
                )

    def _colleagues(self) -> None:
        """One to three more people on some opportunities; they are nobody's lead."""
        for opportunity in self.story.opportunities:
            if self.rng.random() < 0.35:
                for _ in range(self.rng.randrange(1, 3)):
                    person = self.person(opportunity.company)
                    prefix = (
                        f"hubspot:{1_000_000 + person.index}"
                        if opportunity.system == "hubspot"
                        else f"salesforce:003{person.index:012d}AAA"
                    )
                    person.records.append(prefix)
                    opportunity.people.append(person)

    def _records(self) -> None:
        """What becomes of records: converted leads, merged contacts, and doubles nobody merged."""
        rng = self.rng
        for lead in self.story.leads:
            records = lead.person.records
            if lead.trial and lead.person.user_id is None:  # nobody tries without an account
                lead.person.user_id = f"u_{lead.person.index:06d}"
                lead.person.identified = lead.created
            if lead.system == "salesforce":
                if lead.opportunity or lead.customer:
                    records.append(f"salesforce:003{lead.person.index:012d}AAA")
                continue
            pick = rng.random()
            if pick < 0.02:
                lead.merged_record = f"hubspot:{2_000_000 + lead.person.index}"
                lead.person.former_email = f"former.{lead.person.email}"
                records.append(lead.merged_record)
            elif pick < 0.035 and lead.created + 40 * DAY < self.as_of:
                lead.double_record = f"hubspot:{3_000_000 + lead.person.index}"
                records.append(lead.double_record)
