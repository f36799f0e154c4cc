"""How customers like the product, and what comes of it: use, answers, tickets.

Told before any raw row is written. A customer has a mood from 0 to 1. Most of those who leave are less and
less happy in the months before, use less, ask for help more often and answer lower; some leave out of the
blue.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from sample_company.demand.story import Buyer, Person, Story
from sample_company.timeline import DAY, HOUR

#: Log-ins and uses of features that are told at most, and the days since when the product tells of
#: them: fewer in a large company, whose customers then use it no less.
USES_MOST, USE_DAYS, USE_DAYS_LEAST = 240_000, 480, 180
#: Days before the end in which a mood gets worse, and the share of those who leave without a sign.
DECLINE_DAYS, OUT_OF_THE_BLUE = 150, 0.2
FEATURES = ("report_created", "report_shared", "seat_invited", "import_run", "dashboard_viewed")
LOG_IN = "signed_in"
PRIORITIES = ("low", "normal", "high", "urgent")
_COMMENTS = {
    "promoter": (None, "Great", "Support was quick"),
    "passive": (None, "Does the job"),
    "detractor": (None, "Too slow", "Hard to set up"),
}


@dataclass
class Answer:
    """An answer to the question of recommendation; nobody is somebody of whom nothing is known."""

    key: str
    at: int
    score: int
    comment: str | None
    invitation: str | None
    is_named: bool  # by the customer's id, else by the address
    is_nobody: bool = False
    is_changed: bool = False  # answered again in the same month


@dataclass
class Ticket:
    """A question to the help desk."""

    key: str
    at: int
    solved: int | None
    priority: str
    is_named: bool


@dataclass
class Care:
    """One customer: who speaks for it, if anybody is known, who uses the product, and what they did."""

    buyer: Buyer
    person: Person | None
    users: list[str]
    mood: float
    declines: bool
    uses: list[tuple[int, str, str]] = field(default_factory=list)  # instant, user, event name
    invitations: list[tuple[str, int, str | None]] = field(default_factory=list)  # key, at, answer
    answers: list[Answer] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)

    @property
    def by_id(self) -> bool:
        """Whether billing's id is that of no other customer."""
        return self.buyer.account == self.buyer.customer_id

    def mood_on(self, day: int) -> float:
        """How happy it is on a day, 0 to 1."""
        if not self.declines or self.buyer.gone_day is None:
            return self.mood
        left = max(self.buyer.gone_day - day, 0)
        return self.mood * min(1.0, 0.1 + 0.9 * left / DECLINE_DAYS)


def tell_care(rng: random.Random, story: Story) -> list[Care]:
    """The customers in their order; who is asked, and asks, is somebody known."""
    people = {lead.buyer.account: lead.person for lead in story.leads if lead.buyer}
    people |= {buyer.account: person for buyer, person, _ in story.signups}
    found = []
    for buyer in story.buyers:
        person = people.get(buyer.account)
        size = 1 + min(buyer.mrr // 150, 4) + rng.randrange(2)
        names = [f"{buyer.customer_id}-{n}" for n in range(size)]
        if person is not None and person.user_id:
            names[0] = person.user_id
        mood = min(max(rng.gauss(0.78, 0.14), 0.15), 1.0)
        declines = buyer.gone_day is not None and rng.random() >= OUT_OF_THE_BLUE
        found.append(Care(buyer, person, names, mood, declines))
    since, share = _told(story, found)
    numbers = _Numbers()
    for care in found:
        _uses(rng, story, care, since, share)
        if care.person is not None:
            _answers(rng, story, care, numbers)
            _tickets(rng, story, care, numbers)
    return found


def _told(story: Story, cared: Sequence[Care]) -> tuple[int, float]:
    """Day since when the product tells of uses, the same for all customers, and the share of them."""

    def uses(days: int) -> float:
        since = story.as_of // DAY - days
        spans = ((care, *_span(story, care)) for care in cared)
        return sum(
            3 / 7 * len(c.users) * max(end - max(begin, since), 0) for c, begin, end in spans
        )

    days = min(USE_DAYS, int(USE_DAYS * USES_MOST / max(uses(USE_DAYS), 1)))
    days = max(days, USE_DAYS_LEAST)
    return story.as_of // DAY - days, min(1.0, USES_MOST / max(uses(days), 1))


class _Numbers:
    """Keys, one after the other."""

    def __init__(self) -> None:
        self.last: dict[str, int] = {}

    def next(self, kind: str) -> str:
        self.last[kind] = self.last.get(kind, -1) + 1
        return f"{kind}-{self.last[kind]}"


def _span(story: Story, care: Care) -> tuple[int, int]:
    """First day that is told of a customer, and the day on which it is over."""
    end = story.as_of // DAY if care.buyer.gone_day is None else care.buyer.gone_day
    return max(care.buyer.paid_day, end - USE_DAYS), end


def _uses(rng: random.Random, story: Story, care: Care, since: int, share: float) -> None:
    begin, end = _span(story, care)
    for week in range(max(begin, since), end, 7):
        mood = care.mood_on(week)
        for user in care.users:
            if rng.random() > (0.15 + 0.8 * mood) * share:
                continue
            for day in sorted(rng.sample(range(7), 1 + int(mood * rng.random() * 4))):
                at = (week + day) * DAY + rng.randrange(7 * HOUR, 20 * HOUR)
                if week + day >= end or at >= story.as_of:
                    break
                if rng.random() < 0.85:
                    care.uses.append((at, user, LOG_IN))
                for _ in range(1 + (rng.random() < mood)):
                    known = FEATURES[: 2 + int(mood * 3.5)]
                    care.uses.append((at + rng.randrange(60, HOUR), user, rng.choice(known)))


def _answers(rng: random.Random, story: Story, care: Care, numbers: _Numbers) -> None:
    """Every quarter the customer's person is asked; half of the answers say which customer it is."""
    end = min((care.buyer.gone_day or story.as_of // DAY) * DAY, story.as_of)
    at = care.buyer.paid_day * DAY + rng.randrange(20, 90) * DAY + 10 * HOUR
    while at < end:
        key, answered = numbers.next("inv"), at + rng.randrange(HOUR, 6 * DAY)
        answer: str | None = None
        if rng.random() < 0.45 and answered < story.as_of:
            is_named = rng.random() < 0.5
            # An answer by id is told from others of the customer by the invitation that it names.
            named = key if is_named or rng.random() < 0.5 else None
            answer = _answer(rng, care, numbers, answered, named, is_named)
            again = answered + 2 * HOUR
            if (
                not is_named
                and rng.random() < 0.05
                and again < story.as_of
                and _same_month(answered, again)
            ):
                care.answers[-1].is_changed = True
                _answer(rng, care, numbers, again, named, is_named)
        care.invitations.append((key, at, answer))
        if rng.random() < 0.02:
            _answer(rng, care, numbers, at, None, False)
            care.answers[-1].is_nobody = True
        at += 91 * DAY


def _same_month(one: int, other: int) -> bool:
    """Whether two instants close to each other are on one day."""
    return one // DAY == other // DAY


def _answer(
    rng: random.Random,
    care: Care,
    numbers: _Numbers,
    at: int,
    invitation: str | None,
    is_named: bool,
) -> str:
    felt = care.mood_on(at // DAY) + rng.gauss(0, 0.1)
    if felt >= 0.72:
        score, kind = rng.choice((9, 9, 10)), "promoter"
    elif felt >= 0.5:
        score, kind = rng.choice((7, 8, 8)), "passive"
    else:
        score, kind = rng.randrange(7), "detractor"
    answer = Answer(
        numbers.next("nps"), at, score, rng.choice(_COMMENTS[kind]), invitation, is_named
    )
    care.answers.append(answer)
    return answer.key


def _tickets(rng: random.Random, story: Story, care: Care, numbers: _Numbers) -> None:
    begin, end = _span(story, care)
    for day in range(begin, end, 14):
        mood = care.mood_on(day)
        if rng.random() > 0.06 + 0.8 * (1 - mood) ** 2:
            continue
        at = day * DAY + rng.randrange(7 * HOUR, 5 * DAY)
        if at >= min(end * DAY, story.as_of):
            continue
        solved = at + int(rng.lognormvariate(0, 1) * 20 * HOUR)
        care.tickets.append(
            Ticket(
                numbers.next("tkt"), at, solved if solved < story.as_of else None,
                rng.choices(PRIORITIES, (3, 5, 2, 1))[0], rng.random() < 0.6,
            )
        )  # fmt: skip
