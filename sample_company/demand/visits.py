"""Visits to the company's sites: strangers, and the people who become leads and customers.

The marketing site is measured by GA4; documentation and product by Segment. A device has one id on the
one and another on the other. Sessions of one device are at least an hour apart; within one there are
never more than a few minutes between two events.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from sample_company.demand import channels
from sample_company.demand.story import Lead, Person, Story
from sample_company.timeline import DAY, HOUR

#: The web export was switched on when there were at most so many leads to come.
LEADS_ON_THE_WEB = 500
VISITORS_PER_LEAD = 24
_PAGES = ("/", "/pricing", "/features", "/customers", "/blog/churn", "/blog/mrr", "/about", "/demo")
_DOCS = ("/start", "/api", "/import", "/billing", "/faq")
_APP = ("/home", "/reports", "/settings", "/team")
_COUNTRIES = ("US", "US", "US", "DE", "GB", "FR", "NL", "CA", "IN", "JP")
_CATEGORIES = ("desktop", "desktop", "mobile", "tablet")


@dataclass
class Hit:
    """One event of a session."""

    at: int
    name: str
    path: str
    user_id: str | None = None


@dataclass
class Session:
    """A visit; device is None where consent was denied. The person may be known to nobody."""

    index: int
    site: str  # www (GA4), docs or app (Segment)
    device: str | None
    person: Person | None
    start: int
    origin: int
    country: str
    category: str
    is_first: bool = False
    hits: list[Hit] = field(default_factory=list)

    @property
    def web_source(self) -> str:
        """Who measured it."""
        return "ga4" if self.site == "www" else "segment"

    @property
    def end(self) -> int:
        """Its last event."""
        return self.hits[-1].at

    @property
    def pages(self) -> list[Hit]:
        """Its page views."""
        return [hit for hit in self.hits if hit.name == "page_view"]

    @property
    def channel(self) -> str:
        """Its default channel group."""
        return channels.channel(self.origin, self.start)

    @property
    def has_key_event(self) -> bool:
        """Whether somebody became something in it."""
        return any(hit.name in KEY_EVENTS for hit in self.hits)

    @property
    def is_engaged(self) -> bool:
        """More than ten seconds, two views, or a key event."""
        return self.end - self.start > 10 or len(self.pages) > 1 or self.has_key_event


KEY_EVENTS = ("generate_lead", "sign_up")


@dataclass
class Identification:
    """An identify call: a device (None: from a server), a user, an e-mail address (or not)."""

    at: int
    device: str | None
    user_id: str
    email: str | None


@dataclass
class Web:
    """All that the sites saw."""

    since: int
    sessions: list[Session] = field(default_factory=list)
    identifications: list[Identification] = field(default_factory=list)
    shared_devices: set[str] = field(default_factory=set)
    mailboxes: set[str] = field(default_factory=set)


def visit(rng: random.Random, story: Story) -> Web:
    """The visits of a story."""
    return _Sites(rng, story).visit()


class _Sites:
    def __init__(self, rng: random.Random, story: Story) -> None:
        self.rng, self.story = rng, story
        created = [lead.created for lead in story.leads]
        since = story.origin
        if len(created) > LEADS_ON_THE_WEB:
            since = created[-LEADS_ON_THE_WEB] // DAY * DAY
        self.web = Web(since)
        self.last: dict[str, int] = {}
        self.first: set[str] = set()
        self.devices = 0
        self.weights: dict[tuple[int, bool], list[float]] = {}

    def visit(self) -> Web:
        web, story = self.web, self.story
        leads = [lead for lead in story.leads if lead.created >= web.since]
        for lead in leads:
            self._journey(lead)
        for _, person, at in story.signups:
            if at >= web.since:
                self._sign_up(person, at)
        self._strangers(max(len(leads), 1) * VISITORS_PER_LEAD)
        if leads:
            self._training_room()
            self._mailboxes(leads)
        web.sessions.sort(key=lambda session: (session.start, session.index))
        self._first_visits()
        return web

    # Pieces -------------------------------------------------------------------------------------
    def _device(self, site: str, at: int) -> str:
        self.devices += 1
        number = self.devices
        if site == "www":
            return f"ga4:{100_000_000 + number * 7_919 % 900_000_000}.{at}"
        return f"segment:{number:08x}-{self.rng.getrandbits(48):012x}"

    def _origin(self, at: int, again: bool) -> int:
        key = (at // DAY // 7, again)
        if key not in self.weights:
            total, sums = 0.0, []
            for weight in channels.weights(at, again=again):
                total += weight
                sums.append(total)
            self.weights[key] = sums
        return self.rng.choices(range(len(channels.ORIGINS)), cum_weights=self.weights[key])[0]

    def _session(
        self, site: str, device: str | None, person: Person | None, start: int, origin: int,
        *, country: str = "", category: str = "", views: int = 0,
    ) -> Session | None:  # fmt: skip
        """A session, unless the device has one around that time or it is out of the time told."""
        rng, web = self.rng, self.web
        if start < web.since or start > self.story.as_of - 2 * HOUR:
            return None
        if device is not None and start < self.last.get(device, 0) + HOUR + 60:
            return None
        found = Session(
            len(web.sessions), site, device, person, start, origin,
            country or (person.country if person else rng.choice(_COUNTRIES)),
            category or rng.choice(_CATEGORIES),
        )  # fmt: skip
        at, paths = start, {"www": _PAGES, "docs": _DOCS, "app": _APP}[site]
        for number in range(views or (1 if rng.random() < 0.55 else rng.randrange(2, 5))):
            at += rng.randrange(15, 240) if number else 0
            found.hits.append(Hit(at, "page_view", rng.choice(paths)))
        if len(found.hits) == 1 and site == "www" and rng.random() < 0.45:
            found.hits.append(
                Hit(at + rng.randrange(11, 90), "user_engagement", found.hits[0].path)
            )
        if device is not None:
            self.last[device] = found.end
        web.sessions.append(found)
        return found

    def _mark(self, session: Session, name: str, at: int) -> None:
        """An event in a session, at an instant after its last one."""
        session.hits.append(Hit(at, name, session.hits[-1].path))
        if session.device is not None:
            self.last[session.device] = at

    def _known(self, session: Session, person: Person, since: int) -> None:
        """Events from an instant on carry the user."""
        for hit in session.hits:
            if hit.at >= since:
                hit.user_id = person.user_id
                if session.device and person.user_id:
                    person.linked.add(session.device)

    def _identify(self, person: Person, at: int, device: str | None) -> None:
        if person.user_id is None:
            return
        email = person.email if self.rng.random() < 0.97 else person.email.upper()
        self.web.identifications.append(Identification(at, device, person.user_id, email))
        if device is not None:
            person.linked.add(device)

    # People -------------------------------------------------------------------------------------
    def _journey(self, lead: Lead) -> None:
        """Visits before the form, the form, and some after it."""
        rng, person, created = self.rng, lead.person, lead.created
        www = self._device("www", created - 40 * DAY) if person.consents else None
        other = self._device("www", created - 9 * DAY) if www and rng.random() < 0.25 else None
        before = sorted(
            created - int(rng.expovariate(1 / 18) * DAY) - 2 * HOUR
            for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 5)))
        )
        if rng.random() < 0.03:
            before.insert(0, created - 110 * DAY)  # long before: out of the lookback
        form = created - rng.randrange(60, 600)
        steps = [at for at in before if at < form - 2 * HOUR]
        for number, at in enumerate(steps):
            device = other if other and rng.random() < 0.5 else www
            origin = lead.origin if number == 0 else self._origin(at, again=True)
            session = self._session("www", device, person, at, origin)
            if session and other and device == other and rng.random() < 0.5:
                self._known(session, person, at)
        origin = self._origin(form, again=True) if steps else lead.origin
        session = self._session("www", www, person, form, origin, views=1)
        if session:
            self._mark(session, "generate_lead", created)
            if person.consents and person.user_id:
                self._known(session, person, created)
        self._identify(person, created + 2, None)
        for device in (www, other):
            if device:
                person.devices.append(device)
        at = created
        for _ in range(rng.choice((0, 1, 1, 2, 4))):
            at += int(rng.expovariate(1 / 12) * DAY) + 2 * HOUR
            session = self._session("www", www, person, at, self._origin(at, again=True))
            if session and person.consents and person.user_id and rng.random() < 0.5:
                self._known(session, person, session.start)
        if person.consents and rng.random() < 0.5:
            self._documentation(person, created)
        if lead.trial and person.user_id and person.consents:
            self._product(person, lead.trial)

    def _documentation(self, person: Person, around: int) -> None:
        rng = self.rng
        device = self._device("docs", around)
        person.devices.append(device)
        at = around - rng.randrange(20) * DAY
        for _ in range(rng.randrange(1, 4)):
            at += rng.randrange(DAY, 9 * DAY)
            origin = rng.choice((channels.DIRECT, 10, len(channels.ORIGINS) - 2))
            session = self._session("docs", device, person, at, origin)
            signed_in = person.identified is not None and at > person.identified
            if session and signed_in and rng.random() < 0.5:
                self._known(session, person, session.start)
                self._identify(person, session.start + 1, device)

    def _product(self, person: Person, since: int) -> None:
        """Signed in to the product: every event carries the user."""
        rng = self.rng
        device = self._device("app", since)
        person.devices.append(device)
        at = since
        for number in range(rng.randrange(1, 5)):
            session = self._session("app", device, person, at, channels.DIRECT)
            if session:
                self._known(session, person, session.start)
                if number == 0:
                    self._identify(person, session.start + 1, device)
            at += rng.randrange(DAY, 6 * DAY)

    def _sign_up(self, person: Person, at: int) -> None:
        """A customer without sales: visits, a sign-up form, the product."""
        rng = self.rng
        www = self._device("www", at - 20 * DAY) if person.consents else None
        if www:
            person.devices.append(www)
        again = False
        for before in sorted(
            (rng.randrange(2 * HOUR, 40 * DAY) for _ in range(rng.randrange(3))), reverse=True
        ):
            self._session("www", www, person, at - before, self._origin(at - before, again))
            again = True
        session = self._session("www", www, person, at - 200, self._origin(at, again), views=1)
        if session:
            self._mark(session, "sign_up", at)
            if www:
                self._known(session, person, at)
        self._identify(person, at + 2, None)
        if person.consents:
            self._product(person, at + HOUR)

    # Strangers ----------------------------------------------------------------------------------
    def _strangers(self, count: int) -> None:
        rng, since = self.rng, self.web.since
        span = max(self.story.as_of - since, 1)
        for _ in range(count):
            at = since + int(span * rng.random() ** 0.8)
            site = "docs" if rng.random() < 0.08 else "www"
            denied = site == "www" and rng.random() < 0.08
            device = None if denied else self._device(site, at)
            country, category = rng.choice(_COUNTRIES), rng.choice(_CATEGORIES)
            again = False
            while True:
                origin = self._origin(at, again)
                if site == "docs" and channels.ORIGINS[origin].click_id:
                    origin = channels.DIRECT
                self._session(
                    site, device, None, at, origin, country=country, category=category,
                    views=1 if rng.random() < 0.72 else 0,
                )  # fmt: skip
                if denied or rng.random() > 0.17:
                    break
                at += int(rng.expovariate(1 / 9) * DAY) + 2 * HOUR
                again = True

    def _training_room(self) -> None:
        """One computer on which two dozen people sign in: no person of its own."""
        rng, story = self.rng, self.story
        latest = story.as_of - 10 * DAY
        people = [p for p in story.people if p.user_id and p.consents and p.identified]
        people = [p for p in people if (p.identified or 0) < latest]
        people = rng.sample(people, min(24, len(people)))
        device = self._device("app", self.web.since)
        self.web.shared_devices.add(device)
        at = max([self.web.since, *(p.identified or 0 for p in people)]) + DAY
        step = max((story.as_of - at - DAY) // max(len(people), 1), 0)
        for person in people:
            if step > 3 * HOUR:
                session = self._session("app", device, person, at, channels.DIRECT)
                if session:
                    for hit in session.hits:
                        hit.user_id = person.user_id
                    user_id = person.user_id or ""
                    self.web.identifications.append(
                        Identification(session.start + 1, device, user_id, person.email)
                    )
            at += step

    def _mailboxes(self, leads: list[Lead]) -> None:
        """A mailbox that many users give as their own."""
        users = [lead for lead in leads if lead.person.user_id][:: max(len(leads) // 15, 1)]
        domains = [lead.company.domain for lead in users if lead.company]
        if not domains:
            return
        mailbox = f"info@{domains[0]}"
        self.web.mailboxes.add(mailbox)
        for lead in users:
            user_id = lead.person.user_id or ""
            if lead.created + 3 * DAY < self.story.as_of:
                self.web.identifications.append(
                    Identification(lead.created + 3 * DAY, None, user_id, mailbox)
                )

    def _first_visits(self) -> None:
        seen: set[str] = set()
        for session in self.web.sessions:
            if session.device is not None and session.device not in seen:
                seen.add(session.device)
                session.is_first = True
