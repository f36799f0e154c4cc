"""The two gates as blocking asset checks: on raw tables before dbt, on marts before publishing.

Each gate is one op, however many tables it checks: Great Expectations takes seconds to import. It
is imported when a gate runs and never when definitions load.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import dagster as dg
from dagster_dbt import DbtCliResource, DbtProject
from dagster_dbt.dbt_manifest import validate_manifest

from orchestration import built
from orchestration.defs.dbt_steps import WRITER_POOL, build_at_hand, mart_keys
from orchestration.defs.publish import serving_directory
from orchestration.defs.sources import raw_tables
from orchestration.progress import Progress, Silent
from orchestration.quality.gate import MARTS, check_marts, check_raw
from orchestration.quality.results import GateError, Outcome, Report, Result
from orchestration.runs import as_of_of
from orchestration.settings import Settings, environment

RAW_GATE, MARTS_GATE = "raw_gate", "marts_gate"
CHECK_NAME = {RAW_GATE: "fit_to_build", MARTS_GATE: "fit_to_publish"}
# The mart that shows the answers, and what lies between it and them.
RESULTS_MART = "rpt_data_quality_results"
RESULTS_SELECTION = f"stg_quality__check_results+,+{RESULTS_MART}"


def raw_gate(
    project: DbtProject, settings: Settings, progress: Progress
) -> dg.AssetChecksDefinition | None:
    """One blocking check on every raw table; None where there is no raw table."""
    datasets = {key: name.replace("/", ".") for name, key in raw_tables(project).items()}
    if not datasets:
        return None

    @dg.multi_asset_check(
        name=RAW_GATE,
        specs=_specs(RAW_GATE, datasets, "Files, columns, types, volume, domains, ranges, drift."),
        # Tables that a loader keeps in the warehouse's own database are read from there.
        pool=WRITER_POOL,
        can_subset=True,
    )
    def gate(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        as_of = as_of_of(context, settings)
        report = _or_failure(
            lambda: check_raw(settings, context.run.run_id, as_of, Path(project.project_dir))
        )
        progress.on_report(report)
        yield from check_results(RAW_GATE, report, _selected(context, datasets))

    return gate


def marts_gate(
    project: DbtProject, settings: Settings, progress: Progress
) -> dg.AssetChecksDefinition | None:
    """One blocking check on every mart, between dbt and publishing; None where there is no mart.

    Where it passes, the mart of answers is built again, so that the copy that is published shows
    the checks of its own run, and the build is noted as fit to publish.
    """
    datasets = {key: f"{MARTS}.{key.path[-1]}" for key in mart_keys(project)}
    if not datasets:
        return None
    manifest = validate_manifest(project.manifest_path)
    has_results_mart = any(node["name"] == RESULTS_MART for node in manifest["nodes"].values())

    @dg.multi_asset_check(
        name=MARTS_GATE,
        specs=_specs(MARTS_GATE, datasets, "Volume, live billing state, as-of, finite numbers."),
        pool=WRITER_POOL,
        can_subset=True,
    )
    def gate(
        context: dg.AssetCheckExecutionContext, dbt: DbtCliResource
    ) -> Iterator[dg.AssetCheckResult]:
        build = build_at_hand(context, settings, datasets.keys())
        serving = compared_with(settings, build)
        report = _or_failure(
            lambda: check_marts(settings, context.run.run_id, build.as_of, serving)
        )
        progress.on_report(report)
        if report.passed:
            try:
                with (
                    built.passing_gate(settings.warehouse_path, build.run_id),
                    environment(settings.for_dbt(build.as_of)),
                ):
                    if has_results_mart:
                        dbt.cli(
                            ["run", "--select", RESULTS_SELECTION],
                            target_path=settings.target_path / "quality",
                        ).wait()
            except built.NotBuiltError as error:
                raise dg.Failure(str(error), allow_retries=False) from error
        yield from check_results(MARTS_GATE, report, _selected(context, datasets))

    return gate


def compared_with(settings: Settings, build: built.Built) -> Path:
    """The directory whose marts say how many rows there should be.

    What is served, or for a month's close the last month closed up to it: the live marts have grown
    since, and a month that is closed late would look as if rows were gone.
    """
    directory = serving_directory(settings, build)
    if build.purpose != built.MONTH_CLOSE:
        return directory
    closed = (path for path in directory.parent.glob("*-*") if path.name <= directory.name)
    return max(closed, default=directory)


def _selected(
    context: dg.AssetCheckExecutionContext, datasets: Mapping[dg.AssetKey, str]
) -> dict[dg.AssetKey, str]:
    """The tables whose checks a run has selected: a run of a part has those of its part.

    A gate always looks at all tables, since all of them are read or published.
    """
    selected = {check.asset_key for check in context.selected_asset_check_keys}
    return {key: dataset for key, dataset in datasets.items() if key in selected}


def _or_failure(check: Callable[[], Report]) -> Report:
    """A gate that cannot work stops the run, and another try would not help it."""
    try:
        return check()
    except GateError as error:
        raise dg.Failure(f"The gate cannot work: {error}", allow_retries=False) from error


def _specs(
    gate: str, datasets: Mapping[dg.AssetKey, str], description: str
) -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(CHECK_NAME[gate], asset=key, blocking=True, description=description)
        for key in datasets
    ]


def check_results(
    gate: str, report: Report, datasets: Mapping[dg.AssetKey, str]
) -> Iterator[dg.AssetCheckResult]:
    """A report as check results, one an asset; what is about no asset of ours is on the first."""
    known = set(datasets.values())
    strays = [result for result in report.results if result.dataset not in known]
    for index, (key, dataset) in enumerate(datasets.items()):
        results = [result for result in report.results if result.dataset == dataset]
        results += strays if index == 0 else []
        told = [
            result for result in results if result.message and result.outcome != Outcome.SKIPPED
        ]
        blocked = any(result.blocks for result in results)
        yield dg.AssetCheckResult(
            passed=not told,
            asset_key=key,
            check_name=CHECK_NAME[gate],
            severity=dg.AssetCheckSeverity.ERROR if blocked else dg.AssetCheckSeverity.WARN,
            description="\n".join(result.message for result in told) or None,
            metadata={
                "checks": len(results),
                "results": dg.MetadataValue.md(as_markdown(results)),
                **(
                    {"data_docs": dg.MetadataValue.path(str(report.data_docs))}
                    if report.data_docs
                    else {}
                ),
            },
        )


def as_markdown(results: Sequence[Result]) -> str:
    """A table of results; what failed is at the top."""
    ordered = sorted(results, key=lambda result: (not result.message, result.check_name))
    lines = ["| check | outcome | observed | rows |", "|---|---|---|---|"]
    for result in ordered:
        observed = (result.observed_value or "")[:80].replace("|", "\\|")
        rows = "" if result.failing_rows is None else f"{result.failing_rows:,}"
        lines.append(f"| {result.check_name} | {result.outcome} | {observed} | {rows} |")
    return "\n".join(lines)


def definitions(
    project: DbtProject, settings: Settings, progress: Progress | None = None
) -> dg.Definitions:
    """Both gates."""
    progress = progress or Silent()
    gates = [raw_gate(project, settings, progress), marts_gate(project, settings, progress)]
    return dg.Definitions(asset_checks=[gate for gate in gates if gate is not None])
