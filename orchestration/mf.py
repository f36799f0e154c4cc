"""MetricFlow's own command `mf`, without its question to the package index for newer versions.

    python -m orchestration.mf query --metrics closing_mrr --group-by metric_time__month

It opens the warehouse through dbt, so no run may be under way, and wants `dbt parse` to have left its
manifest in target/ of the project. For the published copy: `python -m orchestration.metrics`.
"""

from __future__ import annotations

from unittest import mock

from dbt_metricflow.cli import main as metricflow


class NoUpdates:
    """Stands in for the checker of updates: nothing is asked at run time, versions are locked."""

    def check(self, _package_name: str, _package_version: str) -> None:
        """There is no update."""


def main() -> None:
    """Run `mf` with the arguments of this process."""
    with mock.patch.object(metricflow, "UpdateChecker", NoUpdates):
        metricflow.cli()


if __name__ == "__main__":
    main()
