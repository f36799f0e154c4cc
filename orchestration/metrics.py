"""Questions to the semantic layer, answered from the published copy.

    saas-metrics metrics list
    saas-metrics metrics query --metrics closing_mrr,arpa --group-by metric_time__quarter
    saas-metrics metrics query --metrics leads --group-by lead__channel --where "..." --sql

MetricFlow writes the SQL (from the semantic manifest that dbt leaves in target/); DuckDB runs it on
the served run. The command `mf` would open the warehouse, which only the pipeline may, and asks the
package index for updates at each call; this one does neither.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

import click
import duckdb
from metricflow.data_table.mf_table import MetricFlowDataTable
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlClient, SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow.sql.render.sql_plan_renderer import SqlPlanRenderer
from metricflow_semantic_interfaces.protocols.semantic_manifest import SemanticManifest
from metricflow_semantics.errors.error_classes import InformativeUserError
from metricflow_semantics.model.dbt_manifest_parser import (
    parse_manifest_from_dbt_generated_manifest,
)
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
from metricflow_semantics.sql.sql_bind_parameters import SqlBindParameterSet

from orchestration import publishing
from orchestration.settings import Settings

MANIFEST = "semantic_manifest.json"
NO_PARAMETERS = SqlBindParameterSet()


class MetricsError(RuntimeError):
    """The semantic layer cannot answer; the message says why."""


class _Renderer(SqlClient):
    """Tells MetricFlow to write SQL for DuckDB, and runs nothing."""

    @property
    def sql_engine_type(self) -> SqlEngine:
        return SqlEngine.DUCKDB

    @property
    def sql_plan_renderer(self) -> SqlPlanRenderer:
        return DuckDbSqlPlanRenderer()

    def query(
        self, stmt: str, sql_bind_parameter_set: SqlBindParameterSet = NO_PARAMETERS
    ) -> MetricFlowDataTable:
        raise NotImplementedError("SQL is run on the published copy, not by MetricFlow.")

    def execute(
        self, stmt: str, sql_bind_parameter_set: SqlBindParameterSet = NO_PARAMETERS
    ) -> None:
        raise NotImplementedError("SQL is run on the published copy, not by MetricFlow.")

    def dry_run(
        self, stmt: str, sql_bind_parameter_set: SqlBindParameterSet = NO_PARAMETERS
    ) -> None:
        raise NotImplementedError("SQL is run on the published copy, not by MetricFlow.")

    def close(self) -> None:
        """There is nothing to close."""

    def render_bind_parameter_key(self, bind_parameter_key: str) -> str:
        return f"${bind_parameter_key}"


def without_database(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest with tables named by their schema alone, as they are in any copy of the marts."""
    places = [model["node_relation"] for model in manifest["semantic_models"]]
    places += [s["node_relation"] for s in manifest["project_configuration"]["time_spines"]]
    for place in places:
        place["relation_name"] = f'"{place["schema_name"]}"."{place["alias"]}"'
        place["database"] = None
    return manifest


class SemanticLayer:
    """The metrics of a semantic manifest, and the SQL that answers questions about them."""

    def __init__(self, manifest: Path) -> None:
        """Raises MetricsError where there is no manifest."""
        if not manifest.exists():
            raise MetricsError(
                f"There is no {manifest}: `make run` or `dbt parse` leaves it there."
            )
        content = without_database(json.loads(manifest.read_text(encoding="utf-8")))
        self.manifest: SemanticManifest = parse_manifest_from_dbt_generated_manifest(
            json.dumps(content)
        )
        self.engine = MetricFlowEngine(SemanticManifestLookup(self.manifest), _Renderer())

    def names(self) -> list[str]:
        """Names of all metrics."""
        return sorted(metric.name for metric in self.manifest.metrics)

    def saved_queries(self) -> dict[str, str]:
        """What each saved query answers, by its name."""
        queries = sorted(self.manifest.saved_queries, key=lambda query: query.name)
        return {query.name: query.description or "" for query in queries}

    def dimensions(self, metrics: Sequence[str]) -> list[str]:
        """What these metrics can be grouped by, together. Raises MetricsError on unknown ones."""
        try:
            found = self.engine.simple_dimensions_for_metrics(
                list(metrics), without_any_property=()
            )
        except InformativeUserError as error:
            raise MetricsError(str(error)) from error
        return sorted({dimension.dunder_name for dimension in found})

    def sql(
        self,
        metrics: Sequence[str] = (),
        group_by: Sequence[str] = (),
        where: Sequence[str] = (),
        order_by: Sequence[str] = (),
        limit: int | None = None,
        saved_query: str | None = None,
    ) -> str:
        """SQL for DuckDB that answers one question.

        Raises:
            MetricsError: MetricFlow does not know a name, or the question makes no sense to it.
        """
        request = MetricFlowQueryRequest.create(
            saved_query_name=saved_query,
            metric_names=list(metrics) or None,
            group_by_names=list(group_by) or None,
            where_constraints=list(where) or None,
            order_by_names=list(order_by) or None,
            limit=limit,
        )
        try:
            return self.engine.explain(request).sql_statement.without_descriptions.sql
        except InformativeUserError as error:
            raise MetricsError(str(error)) from error


def _layer(settings: Settings) -> SemanticLayer:
    try:
        return SemanticLayer(settings.target_path / MANIFEST)
    except MetricsError as error:
        raise click.ClickException(str(error)) from error


def _split(_context: click.Context, _parameter: click.Parameter, value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


@click.group()
def main() -> None:
    """Ask the semantic layer."""


@main.command("list")
@click.option("--metrics", default="", callback=_split, help="Say what these can be grouped by.")
def list_names(metrics: list[str]) -> None:
    """Metrics and saved queries, or what metrics can be grouped by."""
    layer = _layer(Settings.from_environment())
    try:
        names = layer.dimensions(metrics) if metrics else layer.names()
    except MetricsError as error:
        raise click.ClickException(str(error)) from error
    for name in names:
        click.echo(name)
    saved = {} if metrics else layer.saved_queries()
    if saved:
        click.echo("\nSaved queries, for `query --saved-query`:")
        formatter = click.HelpFormatter(width=100)
        with formatter.indentation():
            formatter.write_dl(list(saved.items()))
        click.echo(formatter.getvalue(), nl=False)


def _shown(value: object) -> str:
    """A value as text; MetricFlow's days and months are instants at midnight."""
    if isinstance(value, datetime) and value.time() == time.min:
        value = value.date()
    return "" if value is None else str(value)


@main.command()
@click.option("--metrics", default="", callback=_split, help="Names, with commas between.")
@click.option("--group-by", default="", callback=_split, help="Such as metric_time__month.")
@click.option(
    "--where", multiple=True, help="Such as \"{{ Dimension('lead__segment') }} = 'smb'\"."
)
@click.option(
    "--order-by",
    default="",
    callback=_split,
    help="Names; -name for descending.  [default: those of --group-by]",
)
@click.option("--limit", type=int, help="Rows at most.")
@click.option("--saved-query", help="A saved query instead of metrics.")
@click.option("--sql", "only_sql", is_flag=True, help="Show the SQL and run nothing.")
def query(
    metrics: list[str],
    group_by: list[str],
    where: tuple[str, ...],
    order_by: list[str],
    limit: int | None,
    saved_query: str | None,
    only_sql: bool,
) -> None:
    """Metrics by time and dimensions, from the published copy."""
    settings = Settings.from_environment()
    # A saved query has an order of its own; MetricFlow's answers to others have none.
    order_by = order_by or ([] if saved_query else group_by)
    try:
        sql = _layer(settings).sql(metrics, group_by, where, order_by, limit, saved_query)
    except MetricsError as error:
        raise click.ClickException(str(error)) from error
    if only_sql:
        click.echo(sql)
        return
    try:
        with publishing.connect(settings.serving_path) as connection:
            cursor = connection.execute(sql)
            click.echo("\t".join(column[0] for column in cursor.description or ()))
            for row in cursor.fetchall():
                click.echo("\t".join(map(_shown, row)))
    except publishing.PublishError as error:
        raise click.ClickException(str(error)) from error
    except duckdb.CatalogException as error:
        raise click.ClickException(f"The served run is of other models: {error}") from error


if __name__ == "__main__":
    main()
