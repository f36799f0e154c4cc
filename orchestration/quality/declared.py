"""The declared source tables: what dbt mounts and the gate on raw tables checks.

Read from the YAML files beside the staging models, without dbt: the command line needs no manifest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.settings import PROJECT_DIR
from orchestration.yaml_files import read_yaml


@dataclass(frozen=True)
class Column:
    """One declared column: its type, and what a column of text must be readable as."""

    name: str
    data_type: str
    required: bool
    description: str
    holds: str | None


@dataclass(frozen=True)
class Quarantine:
    """A rule for rows that are set aside: `when` is SQL over the table's declared columns.

    Rows of an `expected` rule are no fault: they are counted, and nobody is told.
    """

    reason: str
    when: str
    what_to_do: str
    expected: bool = False


@dataclass(frozen=True)
class Parent:
    """Rows whose `column` is not in `table`.`parent_column` (of the same source) are orphans."""

    column: str
    table: str
    parent_column: str


@dataclass(frozen=True)
class Table:
    """One declared source table; where it `repeats`, equal rows are as many facts."""

    source: str
    name: str
    columns: tuple[Column, ...]
    row_key: tuple[str, ...]
    requires: tuple[str, ...]
    quarantine: tuple[Quarantine, ...]
    parents: tuple[Parent, ...]
    repeats: bool

    @property
    def dataset(self) -> str:
        """`<source>.<table>`."""
        return f"{self.source}.{self.name}"


@cache
def declared_tables(project_dir: Path = PROJECT_DIR) -> tuple[Table, ...]:
    """Every source table of a dbt project that a loader lands; those that we write are left out."""
    found: list[Table] = []
    for path in sorted((project_dir / "models").rglob("*.yml")):
        text = path.read_text(encoding="utf-8")
        if not text.startswith("sources:") and "\nsources:" not in text:
            continue
        for source in read_yaml(path)["sources"]:
            if not meta(source).get("written_by_us"):
                found += [_table(str(source["name"]), table) for table in source["tables"]]
    return tuple(sorted(found, key=lambda table: table.dataset))


def meta(node: Mapping[str, Any]) -> dict[str, Any]:
    """`config.meta` of a node, empty where there is none."""
    return dict((node.get("config") or {}).get("meta") or {})


def _table(source: str, table: Mapping[str, Any]) -> Table:
    facts = meta(table)
    columns = tuple(
        Column(
            name=str(column["name"]),
            data_type=str(column.get("data_type", "string")),
            required=bool(meta(column).get("required")),
            description=str(column.get("description", "")).strip(),
            holds=meta(column).get("holds"),
        )
        for column in table.get("columns") or []
    )
    return Table(
        source=source,
        name=str(table["name"]),
        columns=columns,
        row_key=tuple(facts.get("row_key") or [column.name for column in columns[:1]]),
        requires=tuple(facts.get("requires") or ()),
        quarantine=tuple(Quarantine(**rule) for rule in facts.get("quarantine") or ()),
        parents=tuple(Parent(**rule) for rule in facts.get("parents") or ()),
        repeats=bool(facts.get("repeats")),
    )
