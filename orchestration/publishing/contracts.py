"""The shape of the marts as their dbt contracts promise it, for copies in other databases."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.publishing.manifest import SCHEMA, PublishError

POSTGRES_TYPES = {
    "string": "text",
    "varchar": "text",
    "boolean": "boolean",
    "int": "integer",
    "integer": "integer",
    "bigint": "bigint",
    "date": "date",
    "timestamp": "timestamp without time zone",
    "double": "double precision",
}
DECIMAL = re.compile(r"(?:decimal|numeric)\((\d+),\s*(\d+)\)")


@dataclass(frozen=True)
class Column:
    """One column of a contract; `type` is Postgres' own word for it."""

    name: str
    type: str
    nullable: bool
    description: str


@dataclass(frozen=True)
class Contract:
    """One mart."""

    name: str
    columns: tuple[Column, ...]
    description: str


def contracts(manifest: Mapping[str, Any], marts: Iterable[str]) -> list[Contract]:
    """Contracts of the named marts from a dbt manifest.

    Raises:
        PublishError: a mart has no enforced contract, or a type that is not known here.
    """
    nodes = {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == SCHEMA
    }
    return [_contract(name, nodes.get(name)) for name in marts]


def postgres_type(data_type: str) -> str:
    """Postgres' word for a contract's type.

    Raises:
        PublishError: the type is not known here.
    """
    text = data_type.strip().lower()
    if found := DECIMAL.fullmatch(text):
        return f"numeric({found[1]},{found[2]})"
    if text not in POSTGRES_TYPES:
        raise PublishError(f"Type {data_type} has no counterpart in Postgres yet.")
    return POSTGRES_TYPES[text]


def _contract(name: str, node: Mapping[str, Any] | None) -> Contract:
    if node is None or not node["config"].get("contract", {}).get("enforced"):
        raise PublishError(f"{name} has no enforced dbt contract to make a table from.")
    columns = tuple(
        Column(
            name=column["name"],
            type=postgres_type(column["data_type"]),
            nullable=not any(c["type"] == "not_null" for c in column.get("constraints") or []),
            description=" ".join((column.get("description") or "").split()),
        )
        for column in node["columns"].values()
    )
    return Contract(name, columns, " ".join((node.get("description") or "").split()))
