"""One Superset dataset a mart: its columns with types and descriptions, and its measures."""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from orchestration.bi.metrics import Metric, metrics
from orchestration.publishing.manifest import SCHEMA, STAMP_TABLE

VERSION = "1.0.0"
DATABASE = "SaaS metrics (published marts)"
NAMESPACE = uuid5(NAMESPACE_URL, "saas-metrics/bi")
CERTIFIED = {
    "certified_by": "saas-metrics",
    "details": "Enforced contract; published only after all blocking data tests and gates passed",
}
ABBREVIATIONS = {
    "mrr",
    "arr",
    "arpa",
    "cac",
    "ltv",
    "nrr",
    "grr",
    "id",
    "fx",
    "nps",
    "icp",
    "utc",
    "mql",
    "sql",
}
PLURALS = {"mqls": "MQLs", "sqls": "SQLs"}
TIMES = ("date", "timestamp")
NUMBERS = ("decimal", "double", "bigint", "int", "hugeint")
STAMP = {
    "run_number": ("bigint", "Number of the published run, counting up."),
    "run_id": ("string", "Id of the pipeline run that built the marts."),
    "as_of": ("string", "The instant up to which the marts describe the world."),
    "published_at": ("string", "When the copy was made, UTC."),
}


def identity(kind: str, name: str) -> str:
    """The same UUID for the same thing in every bundle, so that importing again replaces it."""
    return str(uuid5(NAMESPACE, f"{kind}/{name}"))


def marts(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The marts of a dbt manifest by name, in alphabetical order."""
    nodes = (
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == SCHEMA
    )
    return {node["name"]: node for node in sorted(nodes, key=lambda node: str(node["name"]))}


def dataset(mart: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """The dataset of a mart.

    Args:
        mart: its node in the manifest.
        spec: its part of bi/superset.yml.
    """
    columns = {
        name: (str(column["data_type"]), one_line(column.get("description")))
        for name, column in mart["columns"].items()
    }
    return _dataset(str(mart["name"]), one_line(mart["description"]), columns, metrics(spec))


def stamp_dataset() -> dict[str, Any]:
    """The table with one row that says which run is served."""
    return _dataset(STAMP_TABLE, "The published run that this database shows.", STAMP, [])


def one_line(text: object) -> str:
    """A description without line breaks."""
    return " ".join(str(text or "").split())


def spoken(name: str) -> str:
    """A name as people write it: `closing_mrr` as Closing MRR."""
    words = [
        PLURALS.get(word, word.upper() if word in ABBREVIATIONS else word)
        for word in name.split("_")
    ]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _dataset(
    name: str, description: str, columns: Mapping[str, tuple[str, str]], measures: list[Metric]
) -> dict[str, Any]:
    times = [column for column, (kind, _) in columns.items() if kind.lower() in TIMES]
    return {
        "table_name": name,
        "main_dttm_col": times[0] if times else None,
        "description": description,
        "schema": SCHEMA,
        "filter_select_enabled": True,
        "extra": {"certification": CERTIFIED},
        "uuid": identity("dataset", name),
        "columns": [_column(column, *facts) for column, facts in columns.items()],
        "metrics": [
            {
                "metric_name": "rows",
                "verbose_name": "Rows",
                "expression": "COUNT(*)",
                "description": "Number of rows of the mart; see its grain.",
                "d3format": ",d",
            },
            *(_measure(measure, columns) for measure in measures),
        ],
        "version": VERSION,
        "database_uuid": identity("database", DATABASE),
    }


def _column(name: str, kind: str, description: str) -> dict[str, Any]:
    return {
        "column_name": name,
        "verbose_name": spoken(name),
        "type": "VARCHAR" if kind == "string" else kind.upper(),
        "is_dttm": kind.lower() in TIMES,
        "is_active": True,
        # Numbers are measured and filtered; a group for each amount helps nobody.
        "groupby": name.startswith("months_since") or not kind.lower().startswith(NUMBERS),
        "filterable": True,
        "description": description,
    }


def _measure(measure: Metric, columns: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    _, description = columns.get(measure.name, ("", ""))
    return {
        "metric_name": measure.name,
        "verbose_name": spoken(measure.name),
        "expression": measure.expression,
        "description": description,
        "d3format": measure.shown,
        "extra": {"certification": CERTIFIED},
    }
