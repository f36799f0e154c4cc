"""The exported history as an asset, and the warning of closed months that have changed."""

from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DbtProject

from orchestration import publishing
from orchestration.defs.dbt_steps import WRITER_POOL
from orchestration.history import export_history, history_directory
from orchestration.runs import LIVE_ONLY_TAG
from orchestration.settings import Settings
from orchestration.translator import DEFAULT_OWNER

EXPORTED_HISTORY = "exported_history"
PUBLISHED_MARTS = dg.AssetKey("published_marts")
CHANGES = "fct_closed_month_changes"
SHOWN_CHANGES = 20


def exported_history_asset(settings: Settings) -> dg.AssetsDefinition:
    """Exports what raw data cannot give back, after the run was published."""

    @dg.asset(
        name=EXPORTED_HISTORY,
        deps=[PUBLISHED_MARTS],
        group_name="serving",
        kinds={"parquet"},
        owners=[DEFAULT_OWNER],
        # A closed month is published beside what is served; the next nightly run exports.
        tags={"layer": "serving", LIVE_ONLY_TAG: "true"},
        # It reads the warehouse file, which nobody can while dbt writes to it.
        pool=WRITER_POOL,
        description="What runs reported and what they saw of live subscription items, as Parquet "
        "files beside the published marts: losing the warehouse file loses nothing.",
    )
    def exported_history() -> dg.MaterializeResult[None]:
        directory = history_directory(settings.serving_path)
        export = export_history(
            warehouse=settings.warehouse_path, directory=directory, keep=settings.keep_runs
        )
        rows = {name: table.rows for name, table in export.tables.items()} if export else {}
        return dg.MaterializeResult(
            metadata={
                "export_number": export.number if export else 0,
                "up_to": str(export.up_to) if export else "",
                "dagster/row_count": sum(rows.values()),
                "rows": dg.MetadataValue.json(rows),
                "path": dg.MetadataValue.path(str(directory)),
            }
        )

    return exported_history


def closed_months_check(settings: Settings) -> dg.AssetChecksDefinition:
    """Warns where a closed month has changed, and names the customers."""

    @dg.asset_check(
        asset=PUBLISHED_MARTS,
        name="closed_months_are_unchanged",
        description="No number of a month that finance closed has changed since. Only warns.",
    )
    def closed_months_are_unchanged() -> dg.AssetCheckResult:
        changes = closed_month_changes(settings)
        return dg.AssetCheckResult(
            passed=not changes,
            severity=dg.AssetCheckSeverity.WARN,
            description="\n".join(changes[:SHOWN_CHANGES]) or None,
            metadata={"customer_months": len(changes)},
        )

    return closed_months_are_unchanged


def closed_month_changes(settings: Settings) -> list[str]:
    """A line for each customer and closed month that changed, the largest change first."""
    with publishing.connect(settings.serving_path) as con:
        try:
            rows: list[tuple[Any, ...]] = con.execute(
                "select strftime(month, '%Y-%m'), customer_id, closed_closing_mrr, "
                f"current_closing_mrr, changed_mrr from marts.{CHANGES} "
                "order by abs(changed_mrr) desc, month, customer_id"
            ).fetchall()
        except duckdb.CatalogException:
            # The project at hand has no closed months.
            return []
    return [
        f"{month} {customer}: closed with {closed:,.2f}, now {current:,.2f} ({changed:+,.2f})"
        for month, customer, closed, current, changed in rows
    ]


def definitions(_project: DbtProject, settings: Settings) -> dg.Definitions:
    """The export asset and the check."""
    return dg.Definitions(
        assets=[exported_history_asset(settings)], asset_checks=[closed_months_check(settings)]
    )
