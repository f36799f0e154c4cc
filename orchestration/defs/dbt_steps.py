"""What all steps that run `dbt build` have in common."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliInvocation, DbtCliResource, DbtProject
from dagster_dbt.core.dbt_event_iterator import DbtEventIterator
from dagster_dbt.dbt_manifest import validate_manifest

from orchestration import built
from orchestration.history import history_directory, restore_lost
from orchestration.progress import Progress
from orchestration.quality.dbt_results import read_dbt_results
from orchestration.quality.results import GateError, record
from orchestration.runs import CLOSES_MONTH_TAG, Context, as_of_of, record_as_of
from orchestration.settings import Settings, environment
from orchestration.translator import Translator

# One writer process excludes every other process from a DuckDB file, readers too.
WRITER_POOL = "duckdb_writer"
# Unit tests prove the logic on fixed rows; they belong to `make test`, not to a nightly run. Saved
# queries and exposures build nothing.
NOT_IN_A_RUN = ["--exclude-resource-type", "unit_test", "saved_query", "exposure"]
LOCK_MESSAGES = ("Could not set lock on file", "Conflicting lock is held")
# Runs with this tag build incremental models again from the start.
FULL_REFRESH_TAG = "saas_metrics/full_refresh"
BUILT_TYPES = ("model", "seed", "snapshot")


def retry_policy() -> dg.RetryPolicy:
    """One more try; `raise_for_failure` says what it is worth."""
    return dg.RetryPolicy(max_retries=1, delay=5)


class Build:
    """Runs `dbt build` for a step and keeps the note on what the warehouse holds."""

    def __init__(self, project: DbtProject, settings: Settings, progress: Progress) -> None:
        self._settings = settings
        self._progress = progress
        self._keys = dbt_keys(project)
        self._manifest = project.manifest_path

    def __call__(
        self,
        context: dg.AssetExecutionContext,
        dbt: DbtCliResource,
        args: Sequence[str],
        collect_metadata: bool,
    ) -> Iterator[Any]:
        """Dagster events of one dbt process.

        Raises:
            dg.Failure: dbt failed; retried only where the lock was held or the process killed.
        """
        yield from self._build(context, dbt, args, collect_metadata, {"context": context})

    def part(
        self, context: dg.AssetExecutionContext, dbt: DbtCliResource, args: Sequence[str]
    ) -> None:
        """One dbt process for models that are assets of another step.

        Raises:
            dg.Failure: as above.
        """
        for _ in self._build(context, dbt, args, False, {"manifest": self._manifest}):
            pass

    def _build(
        self,
        context: dg.AssetExecutionContext,
        dbt: DbtCliResource,
        args: Sequence[str],
        collect_metadata: bool,
        about: Mapping[str, Any],
    ) -> Iterator[Any]:
        settings = self._settings
        as_of = as_of_of(context, settings)
        record_as_of(context, as_of)
        purpose = built.MONTH_CLOSE if CLOSES_MONTH_TAG in context.run.tags else built.LIVE
        this_run = built.Built(context.run.run_id, as_of, purpose)
        in_run = self._keys & context.job_def.asset_layer.selected_asset_keys
        refresh = ["--full-refresh"] if FULL_REFRESH_TAG in context.run.tags else []
        artifacts = (
            settings.target_path
            / "runs"
            / f"{context.run.run_id[:8]}-{context.op_execution_context.op_handle.name}-{context.retry_number}"
        )
        settings.warehouse_path.parent.mkdir(parents=True, exist_ok=True)
        restored = restore_lost(
            warehouse=settings.warehouse_path, directory=history_directory(settings.serving_path)
        )
        if restored:
            context.log.info(f"Restored the history up to {restored.up_to}.")
        built.begin(settings.warehouse_path, this_run, whole=in_run == self._keys)
        with environment(settings.for_dbt(as_of)):
            invocation = dbt.cli(
                ["build", *NOT_IN_A_RUN, *refresh, *args],
                raise_on_error=False,
                target_path=artifacts,
                **about,
            )
        yield from stream(invocation, self._progress, collect_metadata)
        keep_test_results(artifacts, settings, this_run, self._progress)
        raise_for_failure(invocation)
        step = {key.to_user_string() for key in context.selected_asset_keys}
        run = {key.to_user_string() for key in in_run}
        try:
            built.end(settings.warehouse_path, this_run, step, run)
        except built.NotBuiltError as error:
            raise dg.Failure(str(error), allow_retries=False) from error
        keep_results(artifacts, settings.target_path)


def dbt_keys(project: DbtProject) -> set[dg.AssetKey]:
    """Asset keys of everything that dbt builds."""
    manifest = validate_manifest(project.manifest_path)
    translator = Translator()
    return {
        translator.get_asset_key(node)
        for node in manifest["nodes"].values()
        if node["resource_type"] in BUILT_TYPES
        and node["config"].get("materialized") != "ephemeral"
    }


def mart_keys(project: DbtProject) -> list[dg.AssetKey]:
    """Asset keys of the models in schema `marts`: what is published."""
    manifest = validate_manifest(project.manifest_path)
    translator = Translator()
    return [
        translator.get_asset_key(node)
        for _, node in sorted(manifest["nodes"].items())
        if node["resource_type"] == "model" and node["schema"] == "marts"
    ]


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
    artifacts: Path, settings: Settings, run: built.Built, progress: Progress
) -> None:
    """Adds the outcome of every data test to the history of checks, in a failed run above all."""
    try:
        report = read_dbt_results(artifacts, run.run_id, run.as_of, settings.warehouse_path)
        progress.on_report(report)
        record(settings.quality_path, report)
    except GateError as error:
        # dbt died before it wrote its results, or the history cannot be written: the run's own
        # outcome is what matters.
        dg.get_dagster_logger().warning(str(error))


def build_at_hand(context: Context, settings: Settings, marts: Set[dg.AssetKey]) -> built.Built:
    """The build that the warehouse holds, if this run may go on with it.

    A run that builds marts goes on with its own build and no other; a run of a later step alone
    takes the last good one, whoever built it.

    Raises:
        dg.Failure: the last build is not good, or it is another run's.
    """
    try:
        build = built.read(settings.warehouse_path)
    except built.NotBuiltError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    if not builds(context, marts):
        return build
    if build.run_id not in (context.run.run_id, context.run.root_run_id):
        raise dg.Failure(
            f"The warehouse holds the build of run {build.run_id}, not of this one, which it "
            "overtook. That run publishes its own.",
            allow_retries=False,
        )
    return build


def builds(context: Context, marts: Set[dg.AssetKey]) -> bool:
    """Whether a run builds any of these marts."""
    return bool(marts & context.job_def.asset_layer.selected_asset_keys)


def keep_results(artifacts: Path, target_path: Path) -> None:
    """Moves a good run's artifacts to dbt's usual place and removes the run's own directory."""
    for name in (
        "run_results.json",
        "manifest.json",
        "semantic_manifest.json",
        "partial_parse.msgpack",
    ):
        if (artifacts / name).exists():
            os.replace(artifacts / name, target_path / name)
    shutil.rmtree(artifacts, ignore_errors=True)
