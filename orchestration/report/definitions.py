"""What every number means, from the dbt manifest: the words stand where the model stands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.settings import PROJECT_DIR

DICTIONARY = "docs/dictionary"


@dataclass(frozen=True)
class Described:
    """One column: its type and what it means."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class Mart:
    """One mart: what it is, and its columns by name."""

    name: str
    meaning: str
    columns: Mapping[str, Described]


@dataclass(frozen=True)
class Definitions:
    """All marts of the project by name."""

    marts: Mapping[str, Mart]

    def of(self, metric: str) -> str:
        """The meaning of `mart.column`, or of a mart; empty where the project does not know it."""
        mart, _, column = metric.partition(".")
        found = self.marts.get(mart)
        if found is None:
            return ""
        if not column:
            return found.meaning
        described = found.columns.get(column)
        return described.meaning if described else ""


def read_definitions(manifest: Path) -> Definitions:
    """The descriptions of all marts, as dbt renders them."""
    nodes = json.loads(manifest.read_bytes())["nodes"].values()
    marts = [
        node
        for node in nodes
        if node["resource_type"] == "model" and (node.get("schema") or "").endswith("marts")
    ]
    return Definitions(
        {
            node["name"]: Mart(
                node["name"],
                _line(node["description"]),
                {
                    name: Described(
                        name, str(column.get("data_type") or ""), _line(column["description"])
                    )
                    for name, column in node["columns"].items()
                },
            )
            for node in sorted(marts, key=lambda node: str(node["name"]))
        }
    )


def dictionary_page(metric: str) -> str:
    """The page of the metric dictionary on a metric, as a path in the repository, if there is one."""
    name = metric.rpartition(".")[2]
    pages = sorted((PROJECT_DIR / DICTIONARY).rglob(f"{name}.md"))
    return str(pages[0].relative_to(PROJECT_DIR)) if pages else ""


def _line(text: str) -> str:
    return " ".join((text or "").split())
