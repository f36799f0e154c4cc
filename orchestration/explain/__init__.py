"""From a number in the marts down to the raw rows that it came from, with amounts that add up.

`python -m orchestration.explain --customer CUSTOMER --month 2026-03` and `--movement ID`; the page is
docs/explain.md.
"""

from orchestration.explain.chain import Explainer
from orchestration.explain.parts import Explanation
from orchestration.explain.store import ExplainError, Store, open_store

__all__ = ["ExplainError", "Explainer", "Explanation", "Store", "open_store"]
