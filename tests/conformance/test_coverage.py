"""The table of the README holds every case once, and every policy value is tried by some test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration.generated_docs import catalogue
from orchestration.yaml_files import read_yaml

from .builder import load_cases

HERE = Path(__file__).parent
MODELS = HERE.parents[1] / "models"


def test_every_case_is_in_the_table_once() -> None:
    table = (HERE / "README.md").read_text(encoding="utf-8").partition("## Which case is about")[2]
    rows = [line.split("|")[2] for line in table.splitlines() if line.startswith("| ")]
    listed = [case for row in rows[1:] for case in row.split()]
    folders = ("cases", "journeys", "retention")
    there = [path.stem for folder in folders for path in (HERE / folder).glob("*.yml")]
    assert sorted(listed) == sorted(there)


def _tried() -> Iterator[tuple[str, Any]]:
    """(policy, value) of every case, and of every unit test that pins it."""
    for case in load_cases():
        for variables, _, _ in case.expectations():
            yield from variables.items()
    for path in MODELS.rglob("*.yml"):
        content = read_yaml(path) or {}
        for test in content.get("unit_tests", ()):
            yield from (test.get("overrides") or {}).get("vars", {}).items()


@pytest.mark.slow
def test_every_policy_value_is_tried() -> None:
    """A list of values is tried to its last one; days, numbers and dates with one that is set."""
    tried: dict[str, set[str]] = {}
    for name, value in _tried():
        tried.setdefault(name, set()).add(str(value))
    untried = []
    for name, policy in catalogue()["policies"].items():
        seen = tried.get(name, set())
        if isinstance(policy["values"], list):
            wanted = {str(value) for value in policy["values"] if value != policy["default"]}
            untried += [f"{name}: {value}" for value in sorted(wanted - seen)]
        elif not any(re.search(r"\d", value) for value in seen - {str(policy["default"])}):
            untried.append(name)
    assert not untried
