"""The report as an asset: it follows each published copy, that of a closed month too."""

from pathlib import Path

import dagster as dg
from dagster_dbt import DbtProject

from orchestration.defs.publish import CLOSED_FOLDER, PUBLISHED
from orchestration.report import ReportError, build_report
from orchestration.runs import CLOSES_MONTH_TAG, Context, as_of_of, closed_month
from orchestration.settings import Settings
from orchestration.translator import DEFAULT_OWNER

REPORT = "report"


def report_asset(project: DbtProject, settings: Settings) -> dg.AssetsDefinition:
    """Builds the report; where it fails, the marts stay published and the run fails."""

    @dg.asset(
        name=REPORT,
        deps=[PUBLISHED],
        group_name="serving",
        owners=[DEFAULT_OWNER],
        kinds={"html"},
        tags={"layer": "serving"},
        description="A static site with the figures of the published marts, beside the copy that "
        "it is made from.",
    )
    def report(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        serving = reported_directory(context, settings)
        try:
            index = build_report(settings, serving=serving, manifest=project.manifest_path)
        except ReportError as error:
            raise dg.Failure(str(error), allow_retries=False) from error
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(str(index)),
                "pages": len(list(index.parent.glob("*.html"))),
            }
        )

    return report


def reported_directory(context: Context, settings: Settings) -> Path:
    """The directory that the run publishes to: that of its closed month, or what is served."""
    if CLOSES_MONTH_TAG in context.run.tags:
        month = closed_month(as_of_of(context, settings))
        return settings.serving_path / CLOSED_FOLDER / month
    return settings.serving_path


def definitions(project: DbtProject, settings: Settings) -> dg.Definitions:
    """The report asset."""
    return dg.Definitions(assets=[report_asset(project, settings)])
