"""The published copy as an asset: made after every mart and every blocking check."""

import dagster as dg
from dagster_dbt import DbtProject

from orchestration.defs.warehouse import WRITER_POOL, mart_keys
from orchestration.publishing import publish
from orchestration.runs import as_of_of
from orchestration.settings import Settings


def published_marts_asset(project: DbtProject, settings: Settings) -> dg.AssetsDefinition:
    """Copies the marts to the serving directory; the last good copy stays where this fails."""

    @dg.asset(
        name="published_marts",
        deps=mart_keys(project),
        group_name="serving",
        kinds={"duckdb", "parquet"},
        tags={"layer": "serving"},
        # It reads the warehouse file, which nobody can while dbt writes to it.
        pool=WRITER_POOL,
        description="All marts of one good run as a DuckDB file and Parquet files, swapped in "
        "as one. BI tools read this copy and never the warehouse.",
    )
    def published_marts(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        published = publish(
            warehouse=settings.warehouse_path,
            serving=settings.serving_path,
            run_id=context.run.run_id,
            as_of=as_of_of(context, settings),
            keep=settings.keep_runs,
        )
        rows = {name: mart.rows for name, mart in published.marts.items()}
        return dg.MaterializeResult(
            metadata={
                "run_number": published.number,
                "run_id": published.run_id,
                "as_of": published.as_of,
                "dagster/row_count": sum(rows.values()),
                "rows": dg.MetadataValue.json(rows),
                "path": dg.MetadataValue.path(str(published.duckdb_path(settings.serving_path))),
            }
        )

    return published_marts


def definitions(project: DbtProject, settings: Settings) -> dg.Definitions:
    """The publish asset."""
    return dg.Definitions(assets=[published_marts_asset(project, settings)])
