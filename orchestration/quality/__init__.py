"""Two gates: raw tables before dbt, marts before they are published.

    python -m orchestration.quality check --layer raw
    python -m orchestration.quality check --layer marts

Questions are data (`suites/`), asked by Great Expectations over DuckDB. A failed critical check
stops what comes after; a failed warning is reported. What was asked and answered is kept in
`<SAAS_METRICS_QUALITY_PATH>/check_results/` and becomes the mart `rpt_data_quality_results`.

Only `engine.py` imports Great Expectations, and only when a gate runs: the import takes seconds.
"""

from orchestration.quality.results import GateError, Outcome, Report, Result

__all__ = ["GateError", "Outcome", "Report", "Result"]
