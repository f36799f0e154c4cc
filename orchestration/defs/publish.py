"""The published copy as an asset: made after every mart and every blocking check."""

from pathlib import Path

import dagster as dg
from dagster_dbt import DbtProject

from orchestration import built
from orchestration.defs.dbt_steps import WRITER_POOL, build_at_hand, builds, mart_keys
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

    In a run that builds marts the gate on marts has stopped this step or let it through. In a run of
    this step alone nobody has, but for what the note beside the warehouse says.

    Raises:
        dg.Failure: the last build is not good, it is another run's, or no gate has let it through.
    """
    marts = context.assets_def.dependency_keys
    build = build_at_hand(context, settings, marts)
    if not builds(context, marts) and not built.has_passed_gate(settings.warehouse_path):
        raise dg.Failure(
            f"The gate on marts has not let the build of run {build.run_id} through. Run the job "
            "nightly.",
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
