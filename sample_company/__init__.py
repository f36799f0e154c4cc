"""A generator of a believable raw landing zone of a SaaS company, with its own truth."""

from sample_company.company import Summary, generate

__all__ = ["Summary", "generate"]
