"""How dbt's resources appear in Dagster: groups, tags, kinds."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject


class Translator(DagsterDbtTranslator):
    """Groups by layer and domain; a raw table belongs to the group of its source."""

    def __init__(self) -> None:
        # Tests on sources as checks would exempt the dbt step from being blocked by any other
        # check on a source, so that a gate on raw data would be passed silently.
        super().__init__(
            DagsterDbtTranslatorSettings(
                enable_asset_checks=True, enable_source_tests_as_checks=False
            )
        )

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """The default asset with our group, layer tag and kinds."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        props = self.get_resource_props(manifest, unique_id)
        return spec.replace_attributes(
            group_name=group(props), kinds=kinds(props), tags={**spec.tags, "layer": layer(props)}
        )


def layer(props: Mapping[str, Any]) -> str:
    """`raw`, the first folder below models (staging, input, ...), or the kind of resource."""
    if props["resource_type"] == "source":
        return "raw"
    if props["resource_type"] == "model":
        return _folders(props)[0]
    return str(props["resource_type"])


def group(props: Mapping[str, Any]) -> str:
    """`raw_stripe`, `staging_stripe`, `marts_revenue`, ...; without a sub-folder, the layer."""
    if props["resource_type"] == "source":
        return f"raw_{props['source_name']}"
    folders = _folders(props) if props["resource_type"] == "model" else [layer(props)]
    return "_".join(folders[:2])


def kinds(props: Mapping[str, Any]) -> set[str]:
    """Icons in the UI: what the asset is made with."""
    if props["resource_type"] == "source":
        return {"source"}
    return {"dbt", str(props["config"].get("materialized") or props["resource_type"])}


def _folders(props: Mapping[str, Any]) -> list[str]:
    """Folders of a model below models/, without the file's own name."""
    return list(props["fqn"][1:-1]) or [str(props["resource_type"])]
