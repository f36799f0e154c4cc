"""The pages of the report, in the order of the navigation."""

from collections.abc import Sequence

from orchestration.report.figures import Page
from orchestration.report.pages import (
    accounts,
    channels,
    funnel,
    markets,
    mrr,
    overview,
    payback,
    quality,
    retention,
    sales,
    success,
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
MAKERS = (
    overview, mrr, retention, funnel, channels, payback, sales, success, accounts, markets, quality,
)  # fmt: skip
# Pages of marts that a copy may not have at all, as one of an earlier version: without any, no page.
OPTIONAL = {module: module.MARTS for module in (success, accounts, markets)}


def make(copy: Copy) -> Sequence[Page]:
    """All pages that show figures."""
    return [
        maker.page(copy)
        for maker in MAKERS
        if maker not in OPTIONAL or any(mart in copy.counts for mart in OPTIONAL[maker])
    ]
