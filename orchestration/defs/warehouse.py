"""The dbt models, seeds and snapshots as assets, their tests as blocking checks."""

from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, DbtProject, dbt_assets

from orchestration.defs.dbt_steps import WRITER_POOL, Build, retry_policy
from orchestration.defs.event_days import event_day_assets
from orchestration.progress import Progress, Silent
from orchestration.project import dbt_executable
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.translator import Translator

STEP = "warehouse"


class WarehouseConfig(dg.Config):
    """Run configuration of the dbt step."""

    # Row counts, column types and lineage cost a few seconds after dbt has ended.
    collect_metadata: bool = True


def warehouse_assets(project: DbtProject, build: Build) -> dg.AssetsDefinition:
    """The dbt step of every model, seed and snapshot."""

    @dbt_assets(
        manifest=project.manifest_path,
        project=project,
        name=STEP,
        dagster_dbt_translator=Translator(),
        pool=WRITER_POOL,
        retry_policy=retry_policy(),
    )
    def warehouse(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, config: WarehouseConfig
    ) -> Any:
        yield from build(context, dbt, [], config.collect_metadata)

    return warehouse


def definitions(
    project: DbtProject, settings: Settings, progress: Progress | None = None
) -> dg.Definitions:
    """The dbt assets and the dbt command line."""
    build = Build(project, settings, progress or Silent())
    return dg.Definitions(
        assets=[warehouse_assets(project, build), *event_day_assets(project, build)],
        resources={
            "dbt": DbtCliResource(
                project_dir=project, profiles_dir=str(PROJECT_DIR), dbt_executable=dbt_executable()
            )
        },
    )
