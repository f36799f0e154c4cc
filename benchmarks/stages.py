"""What each stage and node of a dbt build cost, from looks at its process while it ran."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.measuring import Sample

#: The stages of the measured path, in their order.
TO_INPUT = "raw files to input tables"
TO_INTERVALS = "input tables to intervals of recurring revenue"
TO_MONTHS = "intervals to movements and months"
DBT = "dbt: start, parsing, between nodes"
STAGES = (TO_INPUT, TO_INTERVALS, TO_MONTHS, DBT)


@dataclass(frozen=True)
class Span:
    """When a node ran. began, ended: seconds since 1970."""

    node: str
    materialized: str
    stage: str
    began: float
    ended: float


@dataclass
class Cost:
    """cpu, wall: seconds; peak_rss, peak_spill: bytes of the whole process while it ran."""

    cpu: float = 0.0
    wall: float = 0.0
    peak_rss: int = 0
    peak_spill: int = 0


def costs(
    samples: Sequence[Sample], spans: Sequence[Span], name: Callable[[Span], str]
) -> dict[str, Cost]:
    """What the spans of each name cost; what nothing ran in is DBT's.

    Two nodes that run at once share the CPU and the time between two samples equally.
    """
    found: dict[str, Cost] = defaultdict(Cost)
    for before, after in pairwise(samples):
        running = [s for s in spans if s.began < after.at and s.ended > before.at]
        names = [name(span) for span in running] or [DBT]
        for one in names:
            cost = found[one]
            cost.cpu += (after.cpu - before.cpu) / len(names)
            cost.wall += (after.at - before.at) / len(names)
            cost.peak_rss = max(cost.peak_rss, after.rss)
            cost.peak_spill = max(cost.peak_spill, after.spill)
    return dict(found)
