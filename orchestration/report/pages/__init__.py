"""The pages of the report, in the order of the navigation."""

from collections.abc import Sequence

from orchestration.report.figures import Page
from orchestration.report.pages import (
    channels,
    funnel,
    mrr,
    overview,
    payback,
    quality,
    retention,
    sales,
)
from orchestration.report.reading import Copy

DEFINITIONS = Page(
    "definitions",
    "Definitions",
    "What each figure of this report means, in the words of the model that makes it.",
)
MARTS = Page(
    "marts",
    "Marts",
    "The tables behind the figures: what a row is, and what every column means.",
)
MAKERS = (overview, mrr, retention, funnel, channels, payback, sales, quality)


def make(copy: Copy) -> Sequence[Page]:
    """All pages that show figures."""
    return [maker.page(copy) for maker in MAKERS]
