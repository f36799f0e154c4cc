"""A generator of a believable raw landing zone of a SaaS company, with its own truth.

- Billing (``company``, ``situations``, ``bulk``): Stripe and plain periods, and the MRR that they mean.
- Costs (``costs``): ad platforms, the ledger, campaigns of the CRM.
- The world around (``demand``): visits, people, leads, opportunities and product use of those customers.
- Two landings of one company (``arrival``), for restatements.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sample_company.company import Summary, generate

__all__ = ["Summary", "generate"]


def __getattr__(name: str) -> Any:
    """Imports the generator when it is asked for: the command line's help does without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sample_company import company

    return getattr(company, name)
