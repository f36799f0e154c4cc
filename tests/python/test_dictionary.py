"""The dictionary without a warehouse: blocks that hold together, and worked examples that are right.

Its formulas on a built company are in test_funnel_truth.py.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import dictionary, dictionary_pages
from orchestration.dictionary import Column, DictionaryError, Example, Metric
from orchestration.yaml_files import read_yaml

ROOT = Path(__file__).resolve().parents[2]
MEASURES = ("decimal", "bigint", "int", "double")

EXAMPLES = [
    pytest.param(metric, example, id=f"{metric.name}-{number}")
    for metric in dictionary.metrics().values()
    for number, example in enumerate(metric.examples, 1)
]


@pytest.fixture(scope="module")
def mart_columns() -> dict[str, dict[str, str]]:
    """Data type by column by mart, as the contracts say."""
    found: dict[str, dict[str, str]] = {}
    for path in (ROOT / "models" / "marts").rglob("*.yml"):
        for model in read_yaml(path).get("models", []):
            found[model["name"]] = {c["name"]: c["data_type"] for c in model["columns"]}
    return found


def test_every_column_of_a_metric_exists(mart_columns: dict[str, dict[str, str]]) -> None:
    for metric in dictionary.metrics().values():
        for column in metric.all_columns:
            assert column.name in mart_columns[column.mart], f"{metric.name}: {column}"
    for column in dictionary.no_metrics().columns:
        assert column.name in mart_columns[column.mart], column


def test_every_measure_of_a_report_is_of_a_metric_or_listed_as_none(
    mart_columns: dict[str, dict[str, str]],
) -> None:
    unknown, both = [], []
    for mart, columns in mart_columns.items():
        if not mart.startswith("rpt_"):
            continue
        for name, data_type in columns.items():
            listed = Column(mart, name) in dictionary.no_metrics().columns
            metric = dictionary.metric_of(mart, name)
            if metric and listed:
                both.append(f"{mart}.{name}")
            measured = data_type.startswith(MEASURES) or name.endswith("_is_unusual")
            if measured and not metric and not listed:
                unknown.append(f"{mart}.{name}")
    assert not unknown, "add a block, or a line in dictionary/_no_metrics.yml"
    assert not both


def test_every_kpi_with_all_its_columns_is_of_a_metric(
    mart_columns: dict[str, dict[str, str]],
) -> None:
    others = {"month", "is_complete", "is_cost_complete"}
    for name in set(mart_columns[dictionary.KPIS]) - others:
        assert dictionary.metric_of(dictionary.KPIS, name), name


def test_every_policy_of_a_metric_is_in_the_catalogue() -> None:
    text = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
    known = set(re.findall(r'<a id="(\w+)"></a>', text))
    for metric in dictionary.metrics().values():
        assert set(metric.policies) <= known, metric.name


def test_every_metric_is_told_in_full() -> None:
    for metric in dictionary.metrics().values():
        assert metric.definition.endswith("."), metric.name
        assert metric.pitfalls, metric.name
        assert metric.examples, metric.name
        for case in metric.cases:
            assert (ROOT / "tests" / "conformance" / "cases" / f"{case}.yml").exists(), metric.name


def literal(value: Any) -> str:
    """A value of an example in SQL; numbers as the decimals that marts hold."""
    if value is None or isinstance(value, bool):
        return str(value if value is not None else "null").lower()
    if isinstance(value, int | float):
        return f"cast('{value}' as decimal(38, 6))"
    text = str(value)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return f"date '{text}'"
    return f"timestamp '{text}'" if re.match(r"\d{4}-\d{2}-\d{2} ", text) else f"'{text}'"


def calculated(metric: Metric, example: Example) -> float | None:
    """What the SQL of a metric gives on the rows of an example."""
    sql = example.sql or metric.sql or (metric.sum_of.select if metric.sum_of else None)
    where = "true"
    if not example.sql and not metric.sql and metric.sum_of:
        where = metric.sum_of.where
    names = list(example.given[0])
    rows = ", ".join(
        "(" + ", ".join(literal(row[name]) for name in names) + ")" for row in example.given
    )
    (found,) = duckdb.sql(
        f"select {sql} from (values {rows}) as given ({', '.join(names)}) where {where}"
    ).fetchall()
    return None if found[0] is None else float(found[0])


@pytest.mark.parametrize(("metric", "example"), EXAMPLES)
def test_every_worked_example_is_right(metric: Metric, example: Example) -> None:
    found = calculated(metric, example)
    if example.result is None:
        assert found is None
    else:
        assert found == pytest.approx(example.result, abs=1e-6)


def test_a_block_that_cannot_be_used_names_its_metric() -> None:
    block: dict[str, Any] = {
        "name": "x", "label": "X", "unit": "rate", "better": "higher", "definition": "A thing.",
        "formula": "a / b", "home": "rpt_x.x",
    }  # fmt: skip
    assert dictionary._metric(block, "sales", {}).company == "segment_type = 'all'"
    for wrong, says in (
        ({"unit": "furlongs"}, "furlongs"),
        ({"better": "up"}, "up"),
        ({"home": "x"}, "mart.column"),
        ({"colour": "red"}, "colour"),
        ({"elsewhere": [{"who": "nobody"}]}, "how"),
    ):
        with pytest.raises(DictionaryError, match=says):
            dictionary._metric({**block, **wrong}, "sales", {})
    with pytest.raises(DictionaryError, match="label"):
        dictionary._metric({k: v for k, v in block.items() if k != "label"}, "sales", {})


def test_text_of_pages_stays_in_its_cell_and_reads_as_a_person_writes() -> None:
    assert dictionary_pages.cell("a | b\n  c") == "a \\| b c"
    assert dictionary_pages.first_sentence("3.5 is a ratio. More.") == "3.5 is a ratio."
    assert dictionary_pages.first_sentence("One only") == "One only"
    shown = [dictionary_pages.number(v) for v in (12500, 83.333333, 0, -0.5, None, "new")]
    assert shown == ["12,500", "83.333333", "0", "-0.5", "null", "new"]


def test_a_group_of_policies_stands_for_its_members() -> None:
    groups = {"all": ["few", "c"], "few": ["a", "b"]}
    assert dictionary._policies(["all", "a", "d"], groups) == ("a", "b", "c", "d")


def test_a_column_of_changes_is_of_the_figure_before() -> None:
    for name in ("arpa", "arpa_change_mom", "arpa_is_unusual"):
        metric = dictionary.metric_of(dictionary.KPIS, name)
        assert metric
        assert metric.name == "arpa"
    assert dictionary.metric_of(dictionary.KPIS, "arpa_of_nobody") is None
    assert dictionary.metric_of("rpt_mrr_bridge_monthly", "arpa_change_mom") is None
