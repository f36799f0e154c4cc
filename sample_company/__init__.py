"""A generator of a believable raw landing zone of a SaaS company, with its own truth.

- Billing (``company``, ``situations``, ``bulk``): Stripe and plain periods, and the MRR that they mean.
- Costs (``costs``): ad platforms, the ledger, campaigns of the CRM.
- The world around (``demand``): visits, people, leads, opportunities and product use of those customers.
- Two landings of one company (``arrival``), for restatements.
"""

from sample_company.company import Summary, generate

__all__ = ["Summary", "generate"]
