"""A read-only copy of the marts that people and BI tools read while the warehouse is rebuilt.

    <serving>/manifest.json                  the commit point: which run is served
    <serving>/saas_metrics_serving.duckdb    hard link to the served run's DuckDB file
    <serving>/runs/<number>/                 one directory a run, never changed once it is there

`publish` writes a new run beside the others, verifies it and swaps it in; where anything fails
before the end, the run before stays served.
"""

from orchestration.publishing.manifest import Mart, Published, PublishError
from orchestration.publishing.publisher import publish, repair, rollback, verify
from orchestration.publishing.reader import connect, served

__all__ = [
    "Mart",
    "PublishError",
    "Published",
    "connect",
    "publish",
    "repair",
    "rollback",
    "served",
    "verify",
]
