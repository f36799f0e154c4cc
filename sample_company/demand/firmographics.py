"""What is known of companies beyond their size, which of them are targets, and who decides on deals.

Drawn by a generator of its own after the story is told, so that it changes nothing else in it.
"""

from __future__ import annotations

import random

from sample_company.demand.story import Company, Story
from sample_company.timeline import DAY

#: A company with so many employees is a target of that tier, where it is one.
TIERS = ((1_500, 1), (500, 2), (220, 3))
_INVESTORS = ("North Star Capital", "Harbour Ventures", "Elm Partners", "Ridge Growth")
_FIRST_ROLES: tuple[tuple[str, ...], ...] = (
    ("decision_maker",), ("decision_maker", "budget_holder"), ("champion",), (),
)  # fmt: skip
_OTHER_ROLES: tuple[tuple[str, ...], ...] = (
    ("champion",), ("budget_holder",), ("influencer",), ("end_user",), ("legal",), (),
)  # fmt: skip


def describe(rng: random.Random, story: Story) -> None:
    """Fill in the companies' firmographics and the persons' roles on deals."""
    for company in story.companies:
        _company(rng, company)
    seen: set[int] = set()
    for opportunity in story.opportunities:
        for number, person in enumerate(opportunity.people):
            if person.index not in seen:
                seen.add(person.index)
                person.roles = (
                    rng.choices(_FIRST_ROLES, (60, 15, 15, 10))[0]
                    if number == 0
                    else rng.choice(_OTHER_ROLES)
                )


def _company(rng: random.Random, company: Company) -> None:
    size = company.employees
    if rng.random() < 0.9:
        company.is_public = size >= 6_000 and rng.random() < 0.7
    if not company.is_public and rng.random() < 0.4:
        company.funding = rng.randrange(1, 40) * 20_000 * max(size // 10, 1)
        company.investors = ", ".join(rng.sample(_INVESTORS, rng.randrange(1, 3)))
        if rng.random() < 0.5:
            company.valuation = company.funding * rng.randrange(4, 12)
    if rng.random() < 0.6:
        company.sales_team = max(int(size * rng.choice((0.05, 0.12, 0.3))), 1)
    tier = next((tier for least, tier in TIERS if size >= least), None)
    if tier is not None and rng.random() < 0.6:
        company.target_tier = tier
        if rng.random() < 0.75:  # else: nobody wrote down since when
            company.targeted_day = company.created // DAY + rng.randrange(0, 150)
