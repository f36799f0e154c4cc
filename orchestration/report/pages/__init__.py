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
    "Every metric of the dictionary: what it is, and where this report shows it. Its page has the "
    "formula, the policies that change it, how it is misread, and worked examples.",
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
