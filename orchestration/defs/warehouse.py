"""The dbt models, seeds and snapshots as assets, their tests as blocking checks."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliInvocation, DbtCliResource, DbtProject, dbt_assets
from dagster_dbt.core.dbt_event_iterator import DbtEventIterator
from dagster_dbt.dbt_manifest import validate_manifest

from orchestration.progress import Progress, Silent
from orchestration.project import dbt_executable
from orchestration.quality.dbt_results import read_dbt_results
from orchestration.quality.results import GateError, record
from orchestration.runs import as_of_of
from orchestration.settings import PROJECT_DIR, Settings, environment
from orchestration.translator import Translator

# One writer process excludes every other process from a DuckDB file, readers too.
WRITER_POOL = "duckdb_writer"
# Unit tests prove the logic on fixed rows; they belong to `make test`, not to a nightly run.
NOT_IN_A_RUN = ["--exclude-resource-type", "unit_test"]
LOCK_MESSAGES = ("Could not set lock on file", "Conflicting lock is held")


class WarehouseConfig(dg.Config):
    """Run configuration of the dbt step."""

    full_refresh: bool = False
    # Row counts, column types and lineage cost a few seconds after dbt has ended.
    collect_metadata: bool = True


def warehouse_assets(
    project: DbtProject, settings: Settings, progress: Progress
) -> dg.AssetsDefinition:
    """The one dbt step of the nightly run."""

    @dbt_assets(
        manifest=project.manifest_path,
        project=project,
        name="warehouse",
        dagster_dbt_translator=Translator(),
        pool=WRITER_POOL,
        retry_policy=dg.RetryPolicy(max_retries=1, delay=5),
    )
    def warehouse(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, config: WarehouseConfig
    ) -> Any:
        args = ["build", *NOT_IN_A_RUN]
        if config.full_refresh:
            args.append("--full-refresh")
        settings.warehouse_path.parent.mkdir(parents=True, exist_ok=True)
        artifacts = (
            settings.target_path / "runs" / f"{context.run.run_id[:8]}-{context.retry_number}"
        )
        as_of = as_of_of(context, settings)
        with environment(settings.for_dbt(as_of)):
            invocation = dbt.cli(args, context=context, raise_on_error=False, target_path=artifacts)
        yield from stream(invocation, progress, config.collect_metadata)
        keep_test_results(artifacts, settings, context.run.run_id, as_of, progress)
        raise_for_failure(invocation)
        keep_results(artifacts, settings.target_path)

    return warehouse


def stream(
    invocation: DbtCliInvocation, progress: Progress, collect_metadata: bool
) -> Iterator[Any]:
    """Dagster events of a dbt process; the warehouse file is free again when it ends."""
    events = DbtEventIterator(_asset_events(invocation, progress), invocation)
    try:
        if collect_metadata:
            yield from events.fetch_row_counts().fetch_column_metadata()
        else:
            yield from events
    finally:
        if invocation.adapter is not None:
            # Else a read-only handle stays open and the next dbt process cannot have the lock.
            connections: Any = invocation.adapter.connections
            connections.cleanup_all()
            connections.close_all_connections()


def _asset_events(invocation: DbtCliInvocation, progress: Progress) -> Iterator[Any]:
    for event in invocation.stream_raw_events():
        progress.on_event(event.raw_event)
        yield from event.to_default_asset_events(
            manifest=invocation.manifest,
            dagster_dbt_translator=invocation.dagster_dbt_translator,
            context=invocation.context,
            target_path=invocation.target_path,
            project=invocation.project,
        )


def raise_for_failure(invocation: DbtCliInvocation) -> None:
    """Raises where dbt failed; only a held lock and a killed process are worth a second try.

    Raises:
        dg.Failure: data tests or models failed, or dbt stopped before it ran any.
    """
    if invocation.is_successful():
        return
    messages = "\n".join(str(message) for message in invocation._error_messages)
    killed = (invocation.process.returncode or 0) < 0
    locked = any(text in messages for text in LOCK_MESSAGES)
    failed = failed_nodes(invocation)
    if locked:
        description = f"The warehouse file is in use by another process.\n{messages}"
    elif failed:
        description = f"dbt build: {len(failed)} failed: {', '.join(failed)}\n{messages}"
    else:
        description = f"dbt build stopped (exit code {invocation.process.returncode}).\n{messages}"
    raise dg.Failure(
        description,
        metadata={"dbt_log": dg.MetadataValue.path(str(invocation.target_path / "dbt.log"))},
        allow_retries=locked or killed,
    )


def failed_nodes(invocation: DbtCliInvocation) -> list[str]:
    """Names of what failed in a dbt process, empty where it died before it wrote its results."""
    try:
        results = invocation.get_artifact("run_results.json")["results"]
    except (FileNotFoundError, ValueError):
        return []
    # unique ids look like model.<project>.<name>, with a hash behind the name of a test
    return [
        str(result["unique_id"]).split(".")[2]
        for result in results
        if result["status"] in ("fail", "error")
    ]


def keep_test_results(
    artifacts: Path, settings: Settings, run_id: str, as_of: str, progress: Progress
) -> None:
    """Adds the outcome of every data test to the history of checks, in a failed run above all."""
    try:
        report = read_dbt_results(artifacts, run_id, as_of, settings.warehouse_path)
        progress.on_report(report)
        record(settings.quality_path, report)
    except GateError as error:
        # dbt died before it wrote its results, or the history cannot be written: the run's own
        # outcome is what matters.
        dg.get_dagster_logger().warning(str(error))


def keep_results(artifacts: Path, target_path: Path) -> None:
    """Moves a good run's artifacts to dbt's usual place and removes the run's own directory."""
    for name in ("run_results.json", "manifest.json", "partial_parse.msgpack"):
        if (artifacts / name).exists():
            os.replace(artifacts / name, target_path / name)
    shutil.rmtree(artifacts, ignore_errors=True)


def mart_keys(project: DbtProject) -> list[dg.AssetKey]:
    """Asset keys of the models in schema `marts`: what is published."""
    manifest = validate_manifest(project.manifest_path)
    translator = Translator()
    return [
        translator.get_asset_spec(manifest, unique_id, project).key
        for unique_id, node in sorted(manifest["nodes"].items())
        if node["resource_type"] == "model" and node["schema"] == "marts"
    ]


def definitions(
    project: DbtProject, settings: Settings, progress: Progress | None = None
) -> dg.Definitions:
    """The dbt assets and the dbt command line."""
    return dg.Definitions(
        assets=[warehouse_assets(project, settings, progress or Silent())],
        resources={
            "dbt": DbtCliResource(
                project_dir=project, profiles_dir=str(PROJECT_DIR), dbt_executable=dbt_executable()
            )
        },
    )
