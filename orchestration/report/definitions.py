"""What every number means: from the dbt manifest, and from the dictionary where it knows the metric."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration import dictionary

METRIC_PAGES, MART_PAGES = "definitions", "marts"


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
    """All marts of the project by name; what holds a metric has the dictionary's words too."""

    marts: Mapping[str, Mart]

    def of(self, metric: str) -> str:
        """The meaning of `mart.column` in its mart; empty where the project does not know it."""
        mart, _, column = metric.partition(".")
        found = self.marts.get(mart)
        described = found.columns.get(column) if found else None
        return described.meaning if described else ""

    def metric(self, metric: str) -> dictionary.Metric | None:
        """The metric of the dictionary that `mart.column` holds, itself or in another form."""
        mart, _, column = metric.partition(".")
        return dictionary.metric_of(mart, column)

    def link(self, metric: str) -> str:
        """Where `mart.column` is told in full: the metric's page, or its place on the mart's."""
        mart, _, column = metric.partition(".")
        found = self.metric(metric)
        return metric_page(found) if found else mart_page(mart, column)

    def short(self, metric: str) -> str:
        """What a reader is told beside a figure: the dictionary's sentence, else the mart's.

        A column that holds another form of a metric (of twelve months, say) has words of its own.
        """
        entry = self.metric(metric)
        if entry and metric.rpartition(".")[2] in (entry.name, entry.home.name):
            return entry.definition
        return self.of(metric)


def metric_page(metric: dictionary.Metric) -> str:
    """The page of a metric, from the top of the site."""
    return f"{METRIC_PAGES}/{metric.name}.html"


def mart_page(mart: str, column: str = "") -> str:
    """The page of a mart, from the top of the site; the place of a column on it."""
    return f"{MART_PAGES}/{mart}.html" + (f"#{column}" if column else "")


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
        },
    )


def _line(text: str) -> str:
    return " ".join((text or "").split())
