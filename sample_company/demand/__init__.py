"""The world before and around the billing customers: visits, people, companies, leads, opportunities.

A story is told first (``story``), then the visits that belong to it (``visits``) and how customers like
the product (``care``). The raw tables of web analytics, CRM, product, surveys and help desk are written
from them, and so is the truth (``truth_tables``, ``care_truth``); no truth is taken from a raw row.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from sample_company import world_shapes as shapes
from sample_company.demand.care import Care, tell_care
from sample_company.demand.care_truth import care_tables
from sample_company.demand.firmographics import describe
from sample_company.demand.hubspot_rows import hubspot_rows
from sample_company.demand.product_rows import product_rows
from sample_company.demand.salesforce_rows import salesforce_rows
from sample_company.demand.story import Buyer, Story, tell
from sample_company.demand.truth_tables import truth_tables
from sample_company.demand.visits import Web, visit
from sample_company.demand.web_rows import ga4_tables, segment_rows
from sample_company.writer import from_rows

__all__ = ["SOURCES", "Buyer", "Demand", "simulate"]

SOURCES = shapes.SOURCES


@dataclass
class Demand:
    """Raw tables in the order in which they are written (a table may have several files), and the truth."""

    story: Story
    web: Web
    cared: list[Care]
    tables: list[tuple[str, str, pa.Table]] = field(default_factory=list)
    truth: dict[str, pa.Table] = field(default_factory=dict)


def simulate(
    seed: int, buyers: Sequence[Buyer], origin: int, as_of: int, sources: Collection[str]
) -> Demand:
    """The world of these customers; tables only of the sources that are asked for."""
    story = tell(random.Random(seed * 11 + 1), buyers, origin, as_of)
    describe(random.Random(seed * 11 + 8), story)
    web = visit(random.Random(seed * 11 + 2), story)
    cared = tell_care(random.Random(seed * 11 + 9), story)
    made = Demand(story, web, cared, truth=truth_tables(story, web) | care_tables(cared))
    for number, rows in enumerate(
        (
            segment_rows(random.Random(seed * 11 + 3), story, web),
            hubspot_rows(random.Random(seed * 11 + 4), story),
            salesforce_rows(random.Random(seed * 11 + 5), story),
            product_rows(random.Random(seed * 11 + 6), story, cared),
        )
    ):
        for source, table in sorted(rows):
            if source in sources:
                found = from_rows(source, table, rows[source, table])
                made.tables.append((source, table, found))
        if number == 0 and "ga4" in sources:
            tables = ga4_tables(random.Random(seed * 11 + 7), story, web)
            made.tables += [("ga4", "events", table) for table in tables]
    return made
