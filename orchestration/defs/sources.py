"""Raw tables as source assets: what another loader lands and dbt mounts."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DbtProject
from dagster_dbt.dbt_manifest import validate_manifest

from orchestration.translator import Translator


def source_assets(project: DbtProject) -> list[dg.AssetSpec]:
    """One external asset for each table of each declared dbt source."""
    manifest = validate_manifest(project.manifest_path)
    translator = Translator()
    return [
        translator.get_asset_spec(manifest, unique_id, project)
        for unique_id in sorted(manifest["sources"])
    ]


def raw_tables(project: DbtProject) -> dict[str, dg.AssetKey]:
    """Asset keys of raw tables by their folder in the landing zone, `<source>/<table>`.

    Sources that the project itself writes, such as the results of checks, are not landed by anyone.
    """
    manifest = validate_manifest(project.manifest_path)
    translator = Translator()
    return {
        f"{node['source_name']}/{node['name']}": translator.get_asset_spec(
            manifest, unique_id, project
        ).key
        for unique_id, node in sorted(manifest["sources"].items())
        if not _written_by_us(node)
    }


def _written_by_us(node: Mapping[str, Any]) -> bool:
    """Whether the declaration of a source table, or of its source, says so."""
    metas = (node["config"].get("meta"), node.get("source_meta"))
    return any((meta or {}).get("written_by_us") for meta in metas)


def definitions(project: DbtProject) -> dg.Definitions:
    """The source assets."""
    return dg.Definitions(assets=source_assets(project))
