"""How dbt's resources appear in Dagster: groups, owners, tags, kinds, freshness."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject

# Where dbt names no owner for a resource, by its group or by meta.dagster.owners.
DEFAULT_OWNER = "team:data"
# A night may be missed before anyone is told that marts are old; two may not.
MARTS_WARN, MARTS_FAIL = timedelta(hours=26), timedelta(hours=36)


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
        """The default asset with our group, owner, layer tag, kinds and freshness policy."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        props = self.get_resource_props(manifest, unique_id)
        engine = str(manifest["metadata"].get("adapter_type") or "duckdb")
        return spec.replace_attributes(
            group_name=group(props),
            owners=spec.owners or [DEFAULT_OWNER],
            kinds=kinds(props, engine),
            tags={**spec.tags, "layer": layer(props)},
            freshness_policy=freshness(props),
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


def kinds(props: Mapping[str, Any], engine: str) -> set[str]:
    """Icons in the UI: what the asset is made with."""
    if props["resource_type"] == "source":
        return {"source", "parquet"}
    return {"dbt", engine, str(props["config"].get("materialized") or props["resource_type"])}


def freshness(props: Mapping[str, Any]) -> dg.FreshnessPolicy | None:
    """When Dagster calls an asset late: marts by a window, raw tables as dbt's source says.

    A raw table counts as updated when the sensor of landed files has seen it change.
    """
    if layer(props) == "marts":
        return dg.FreshnessPolicy.time_window(fail_window=MARTS_FAIL, warn_window=MARTS_WARN)
    limits = props.get("freshness") if layer(props) == "raw" else None
    warn, fail = (_window((limits or {}).get(name)) for name in ("warn_after", "error_after"))
    if warn is None and fail is None:
        return None
    # Dagster wants a window for late; a source that only warns is late after twice that time.
    fail = fail or 2 * (warn or timedelta())
    if warn is None or warn >= fail:
        return dg.FreshnessPolicy.time_window(fail_window=fail)
    return dg.FreshnessPolicy.time_window(fail_window=fail, warn_window=warn)


def _window(limit: Mapping[str, Any] | None) -> timedelta | None:
    """A limit as dbt writes it: `{count: 36, period: hour}`."""
    if not limit or not limit.get("count"):
        return None
    return timedelta(**{f"{limit['period']}s": int(limit["count"])})


def _folders(props: Mapping[str, Any]) -> list[str]:
    """Folders of a model below models/, without the file's own name."""
    return list(props["fqn"][1:-1]) or [str(props["resource_type"])]
