"""The optional Postgres copy as an asset: it follows the published copy."""

import dagster as dg
from dagster_dbt import DbtProject
from dagster_dbt.dbt_manifest import validate_manifest

from orchestration.defs.publish import PUBLISHED
from orchestration.publishing import PublishError, served
from orchestration.publishing.contracts import contracts
from orchestration.publishing.postgres import publish_to_postgres
from orchestration.runs import LIVE_ONLY_TAG
from orchestration.settings import Settings
from orchestration.translator import DEFAULT_OWNER

POSTGRES_MARTS = dg.AssetKey("postgres_marts")


def postgres_asset(project: DbtProject, settings: Settings) -> dg.AssetsDefinition | None:
    """Copies the served run to Postgres; None where no database is set up."""
    uri = settings.postgres_uri
    if uri is None:
        return None

    @dg.asset(
        key=POSTGRES_MARTS,
        deps=[PUBLISHED],
        group_name="serving",
        owners=[DEFAULT_OWNER],
        kinds={"postgres"},
        tags={"layer": "serving", LIVE_ONLY_TAG: "true"},
        retry_policy=dg.RetryPolicy(max_retries=1, delay=10),
        description="The published marts in Postgres, changed in one transaction, for tools that "
        "cannot read DuckDB or Parquet.",
    )
    def postgres_marts() -> dg.MaterializeResult[None]:
        try:
            marts = served(settings.serving_path).marts
            shapes = contracts(validate_manifest(project.manifest_path), marts)
            run = publish_to_postgres(
                settings.serving_path,
                shapes,
                uri,
                settings.postgres_schema,
                settings.postgres_reader,
            )
        except PublishError as error:
            raise dg.Failure(str(error)) from None
        return dg.MaterializeResult(
            metadata={
                "run_number": run.number,
                "run_id": run.run_id,
                "dagster/row_count": sum(mart.rows for mart in run.marts.values()),
            }
        )

    return postgres_marts


def definitions(project: DbtProject, settings: Settings) -> dg.Definitions:
    """The Postgres asset, where a database is set up."""
    asset = postgres_asset(project, settings)
    return dg.Definitions(assets=[asset] if asset else [])
