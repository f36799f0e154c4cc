"""What every number means, from the dbt manifest: the words stand where the model stands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from orchestration.settings import PROJECT_DIR

DICTIONARY = PROJECT_DIR / "dictionary"
DICTIONARY_PAGES = "docs/dictionary"


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
class Metric:
    """One entry of the metric dictionary.

    Attributes:
        definition: in a sentence.
        formula: in words.
        page: where all of it is, as a path in the repository.
    """

    definition: str
    formula: str
    page: str


@dataclass(frozen=True)
class Definitions:
    """All marts of the project by name, and the metrics of the dictionary by theirs."""

    marts: Mapping[str, Mart]
    metrics: Mapping[str, Metric]

    def of(self, metric: str) -> str:
        """The meaning of `mart.column` in its mart; empty where the project does not know it."""
        mart, _, column = metric.partition(".")
        found = self.marts.get(mart)
        described = found.columns.get(column) if found else None
        return described.meaning if described else ""

    def metric(self, metric: str) -> Metric | None:
        """The dictionary's entry on `mart.column`, if there is one: it goes by the column's name."""
        return self.metrics.get(metric.rpartition(".")[2])

    def short(self, metric: str) -> str:
        """What a reader is told beside a figure: the dictionary's sentence, else the mart's."""
        entry = self.metric(metric)
        return entry.definition if entry else self.of(metric)


def read_definitions(manifest: Path, dictionary: Path = DICTIONARY) -> Definitions:
    """The descriptions of all marts, as dbt renders them, and the dictionary where there is one."""
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
        _dictionary(dictionary),
    )


def _dictionary(folder: Path) -> dict[str, Metric]:
    """Entries of `<folder>/<page>.yml`; names that begin with an underscore hold something else."""
    found = {}
    for path in sorted(folder.glob("[!_]*.yml")):
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        for entry in entries if isinstance(entries, list) else []:
            if {"name", "definition", "formula"} <= entry.keys():
                name = str(entry["name"])
                page = f"{DICTIONARY_PAGES}/{path.stem}.md#{name}"
                found[name] = Metric(_line(entry["definition"]), _line(entry["formula"]), page)
    return found


def _line(text: str) -> str:
    return " ".join((text or "").split())
