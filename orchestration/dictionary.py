"""What the metrics mean: the blocks of dictionary/*.yml, checked and typed.

The one place of their text. The pages of docs/dictionary/, the descriptions of the semantic layer and
the report are made from it:

    metric = dictionary.metrics()["arpa"]
    metric.label, metric.definition, metric.formula, metric.home

A block with a key or value that is not known is refused with the metric's name.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestration.settings import PROJECT_DIR
from orchestration.yaml_files import read_yaml

FOLDER = PROJECT_DIR / "dictionary"
GROUPS = FOLDER / "_policy_groups.yml"
NO_METRICS = FOLDER / "_no_metrics.yml"
QUESTIONS = FOLDER / "questions.yml"
KPIS = "rpt_saas_kpis_monthly"

#: Areas in the order of pages and of the report, with their titles: a file of dictionary/ each.
AREAS = {
    "revenue": "Recurring revenue",
    "retention": "Churn and retention",
    "unit_economics": "Unit economics and efficiency",
    "acquisition": "Acquisition costs and attribution",
    "web": "Web traffic",
    "funnel": "Funnel",
    "sales": "Sales",
    "customer_success": "Customer success",
    "accounts": "Accounts and markets",
}

#: How a value is read: amounts are in the reporting currency; a rate of 0.25 is 25 %.
UNITS = {
    "money": "amount in the reporting currency",
    "money_per_month": "amount per month in the reporting currency",
    "money_per_year": "amount per year in the reporting currency",
    "money_per_day": "amount per day in the reporting currency",
    "count": "number",
    "rate": "share, 0.25 is 25 %",
    "ratio": "ratio",
    "percentage_points": "number of percent",
    "months": "months",
    "days": "days",
    "hours": "hours",
    "points": "points of a score",
}
BETTER = ("higher", "lower", "neither")


class DictionaryError(ValueError):
    """A file of dictionary/ cannot be used; the message names file and block."""


@dataclass(frozen=True)
class Column:
    """A column of a mart."""

    mart: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Column:
        """Of `mart.column`. Raises DictionaryError where it is no such text."""
        mart, dot, name = text.partition(".")
        if not (mart and dot and name) or "." in name:
            raise DictionaryError(f"'{text}' is not written as mart.column")
        return cls(mart, name)

    def __str__(self) -> str:
        return f"{self.mart}.{self.name}"


@dataclass(frozen=True)
class Elsewhere:
    """Who defines the metric otherwise, and how."""

    who: str
    how: str


@dataclass(frozen=True)
class Example:
    """A worked example that the tests calculate.

    Attributes:
        text: the example in words.
        given: rows, a mapping of column to value each.
        result: what the SQL gives on them; None is null.
        sql: the expression, where it is not that of the metric.
    """

    text: str
    given: tuple[Mapping[str, Any], ...]
    result: float | None
    sql: str | None = None


@dataclass(frozen=True)
class SumOf:
    """How the home column comes of another mart: `select` over its rows, one value per `by`."""

    select: str
    mart: str
    by: str
    where: str = "true"


@dataclass(frozen=True)
class Metric:
    """A metric of the dictionary.

    Attributes:
        name: that of its home column, unless two would have one name.
        label: short, for tables and charts.
        area: key of AREAS.
        unit: key of UNITS.
        better: which direction is good: higher, lower or neither.
        definition: what it is, in a sentence or two.
        formula: how it is calculated, in words.
        home: the column that holds it.
        company: filter on the home mart that leaves the rows of the whole company.
        sql: the formula over columns of the home mart; the tests compare it with the home column.
        sum_of: the formula over the rows of another mart; compared as well.
        columns: other columns that hold it, or a form of it (12 months, another base).
        policies: vars that change it.
        pitfalls: how it is misread.
        elsewhere: who defines it otherwise.
        examples: worked examples; the tests calculate each.
        cases: worked examples from raw billing rows, tests/conformance/cases/<case>.yml.
    """

    name: str
    label: str
    area: str
    unit: str
    better: str
    definition: str
    formula: str
    home: Column
    company: str
    sql: str | None = None
    sum_of: SumOf | None = None
    columns: tuple[Column, ...] = ()
    policies: tuple[str, ...] = ()
    pitfalls: tuple[str, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    examples: tuple[Example, ...] = ()
    cases: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """Its place below docs/dictionary/."""
        return f"{self.area}.md#{self.name}"

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The home column and the others."""
        return (self.home, *self.columns)


@dataclass(frozen=True)
class Question:
    """A question that people ask, and the SQL that answers it on the published copy."""

    area: str
    question: str
    sql: str
    read: str = ""


@dataclass(frozen=True)
class NoMetrics:
    """Numeric columns of reports that are no metric.

    Attributes:
        suffixes: ends of names in rpt_saas_kpis_monthly, with what they add to the figure before.
        columns: columns with the reason.
    """

    suffixes: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[Column, str] = field(default_factory=dict)


def _known(block: Mapping[str, Any], kind: type, where: str, also: set[str] | None = None) -> None:
    unknown = set(block) - {f.name for f in dataclasses.fields(kind)} - (also or set())
    if unknown:
        raise DictionaryError(f"{where}: unknown {', '.join(sorted(unknown))}")


def _policies(names: list[str], groups: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Names of policies; a name of a group stands for its members, and groups may name groups."""
    found: dict[str, None] = {}
    for name in names:
        found.update(dict.fromkeys(_policies(groups[name], groups) if name in groups else (name,)))
    return tuple(found)


def _company(mart: str) -> str:
    """The rows of the whole company, in marts that have others beside them."""
    if mart in ("rpt_cac_monthly", "rpt_cac_payback_monthly", "rpt_cac_payback_cohorts"):
        return "segment_type = 'all' and attribution_model = 'none'"
    if mart.startswith("rpt_web_traffic"):
        return "channel = 'all'"
    if mart == "rpt_sales_performance_monthly":
        return "owner_id = 'all'"
    if mart == "rpt_campaign_performance_monthly":
        return "is_headline"
    if mart == "rpt_health_backtest":
        return "health_band = 'all'"
    if mart in ("rpt_customer_engagement_monthly", "rpt_icp_profile", "rpt_nps_outcomes"):
        return "true"
    if mart.startswith("rpt_") and mart != KPIS:
        return "segment_type = 'all'"
    return "true"


def _metric(block: dict[str, Any], area: str, groups: Mapping[str, list[str]]) -> Metric:
    where = f"{area}.yml: {block.get('name')}"
    _known(block, Metric, where)
    try:
        home = Column.parse(block["home"])
        metric = Metric(
            name=block["name"],
            label=block["label"],
            area=area,
            unit=block["unit"],
            better=block["better"],
            definition=block["definition"].strip(),
            formula=block["formula"].strip(),
            home=home,
            company=block.get("company", _company(home.mart)),
            sql=block.get("sql"),
            sum_of=SumOf(**block["sum_of"]) if "sum_of" in block else None,
            columns=tuple(Column.parse(text) for text in block.get("columns", [])),
            policies=_policies(block.get("policies", []), groups),
            pitfalls=tuple(block.get("pitfalls", [])),
            elsewhere=tuple(Elsewhere(**other) for other in block.get("elsewhere", [])),
            examples=tuple(
                Example(**{**example, "given": tuple(example["given"])})
                for example in block.get("examples", [])
            ),
            cases=tuple(block.get("cases", [])),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise DictionaryError(f"{where}: {error}") from error
    for value, allowed in ((metric.unit, UNITS), (metric.better, BETTER)):
        if value not in allowed:
            raise DictionaryError(f"{where}: '{value}' is none of {', '.join(allowed)}")
    return metric


@functools.cache
def metrics() -> Mapping[str, Metric]:
    """Every metric by its name, in the order of areas and files.

    Raises:
        DictionaryError: a block cannot be used, or two have one name or column.
    """
    groups: dict[str, list[str]] = read_yaml(GROUPS)
    found: dict[str, Metric] = {}
    taken: dict[Column, str] = {}
    for area in AREAS:
        for block in read_yaml(FOLDER / f"{area}.yml"):
            metric = _metric(block, area, groups)
            if metric.name in found:
                raise DictionaryError(f"{area}.yml: {metric.name} is defined twice")
            for column in metric.all_columns:
                if column in taken:
                    raise DictionaryError(f"{column} is of {taken[column]} and of {metric.name}")
                taken[column] = metric.name
            found[metric.name] = metric
    return found


@functools.cache
def no_metrics() -> NoMetrics:
    """Columns of reports that are listed as no metric."""
    content = read_yaml(NO_METRICS)
    _known(content, NoMetrics, NO_METRICS.name)
    columns = {
        Column(mart, name): reason
        for mart, listed in content["columns"].items()
        for reason, names in listed.items()
        for name in names
    }
    return NoMetrics(content["suffixes"], columns)


def metric_of(mart: str, column: str) -> Metric | None:
    """The metric that a column of a mart holds, in rpt_saas_kpis_monthly that of its change too."""
    suffixes = ("", *no_metrics().suffixes) if mart == KPIS else ("",)
    names = [column.removesuffix(suffix) for suffix in suffixes if column.endswith(suffix)]
    for name in names:
        wanted = Column(mart, name)
        for metric in metrics().values():
            if wanted in metric.all_columns or (mart == KPIS and metric.name == name):
                return metric
    return None


@functools.cache
def questions() -> tuple[Question, ...]:
    """The example questions, in the order of areas."""
    found = []
    for area, blocks in read_yaml(QUESTIONS).items():
        for block in blocks:
            _known(block, Question, f"questions.yml: {block.get('question')}")
            found.append(Question(area=area, **block))
    return tuple(found)
