"""The published copy as an asset: made after every mart and every blocking check."""

from pathlib import Path

import dagster as dg
from dagster_dbt import DbtProject

from orchestration import built
from orchestration.defs.dbt_steps import WRITER_POOL, mart_keys
from orchestration.publishing import publish
from orchestration.runs import closed_month
from orchestration.settings import Settings
from orchestration.translator import DEFAULT_OWNER, MARTS_FAIL, MARTS_WARN

PUBLISHED = dg.AssetKey("published_marts")
CLOSED_FOLDER = "closed"


def published_marts_asset(project: DbtProject, settings: Settings) -> dg.AssetsDefinition:
    """Copies the marts to the serving directory; the last good copy stays where this fails."""

    @dg.asset(
        key=PUBLISHED,
        deps=mart_keys(project),
        group_name="serving",
        owners=[DEFAULT_OWNER],
        kinds={"duckdb", "parquet"},
        tags={"layer": "serving"},
        freshness_policy=dg.FreshnessPolicy.time_window(
            fail_window=MARTS_FAIL, warn_window=MARTS_WARN
        ),
        # It reads the warehouse file, which nobody can while dbt writes to it.
        pool=WRITER_POOL,
        description="All marts of one good run as a DuckDB file and Parquet files, swapped in "
        "as one. BI tools read this copy and never the warehouse.",
    )
    def published_marts(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        build = what_to_publish(context, settings)
        serving = serving_directory(settings, build)
        published = publish(
            warehouse=settings.warehouse_path,
            serving=serving,
            run_id=build.run_id,
            as_of=build.as_of,
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
                "path": dg.MetadataValue.path(str(published.duckdb_path(serving))),
            }
        )

    return published_marts


def what_to_publish(context: dg.AssetExecutionContext, settings: Settings) -> built.Built:
    """The build that the warehouse holds, if this run may publish it.

    A run that builds publishes its own build and no other; a run of this step alone publishes the
    last good one, whoever built it.

    Raises:
        dg.Failure: the last build is not good, or it is another run's.
    """
    try:
        build = built.read(settings.warehouse_path)
    except built.NotBuiltError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    selected = context.job_def.asset_layer.selected_asset_keys
    alone = not selected & context.assets_def.dependency_keys
    if not alone and build.run_id not in (context.run.run_id, context.run.root_run_id):
        raise dg.Failure(
            f"The warehouse holds the build of run {build.run_id}, not of this one, which it "
            "overtook. That run publishes its own.",
            allow_retries=False,
        )
    return build


def serving_directory(settings: Settings, build: built.Built) -> Path:
    """The directory that people read; a closed month has one of its own, below `closed`."""
    if build.purpose == built.MONTH_CLOSE:
        return settings.serving_path / CLOSED_FOLDER / closed_month(build.as_of)
    return settings.serving_path


def definitions(project: DbtProject, settings: Settings) -> dg.Definitions:
    """The publish asset."""
    return dg.Definitions(assets=[published_marts_asset(project, settings)])
