"""What is asked of a table: suites (YAML) made into checks. No Great Expectations here.

A suite holds only what the declaration of the table cannot say. Required columns, types, volume,
lost columns, quarantined rows and rows that were landed twice are asked of every raw table.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from orchestration.quality.results import GateError, joined
from orchestration.yaml_files import read_yaml

SUITES = Path(__file__).parent / "suites"
ROW_KEY = "_row_key"
CRITICAL, WARNING = "critical", "warning"
KEYS_OF_A_SUITE = {
    "values", "patterns", "ranges", "order", "nulls", "drift", "rows", "expectations", "volume",
}  # fmt: skip
INSTANT = re.compile(r"now\s*([+-])\s*(\d+)\s*days")


@dataclass(frozen=True)
class Check:
    """One question, in the words of Great Expectations.

    Attributes:
        name: unique within a table.
        expectation: type of the expectation, such as `expect_column_values_to_be_in_set`.
        arguments: its arguments.
        severity: `critical` or `warning`.
        columns: columns that it reads; a check is skipped where an optional one is not landed.
        problem: what is wrong where it fails, for a person.
        what_to_do: how to mend it, for a person.
    """

    name: str
    expectation: str
    arguments: Mapping[str, Any]
    severity: str
    columns: tuple[str, ...]
    problem: str
    what_to_do: str


@dataclass(frozen=True)
class Volume:
    """Which row counts are right, as shares of the highest of the last good runs."""

    collapse: float = 0.5
    drop: float = 0.85
    jump: float = 3.0
    # Of a handful of rows a few more or less say nothing.
    at_least: int = 20


@dataclass(frozen=True)
class Suite:
    """One suite file."""

    questions: Mapping[str, Any] = field(default_factory=dict)
    volume: Volume = field(default_factory=Volume)


def read_suite(layer: str, *names: str) -> Suite:
    """The suite of a table: `suites/<layer>/<source>/<table>.yml`; an empty one where none is.

    Raises:
        GateError: the file holds a key that no check is made from.
    """
    path = SUITES.joinpath(layer, *names[:-1], f"{names[-1]}.yml")
    if not path.exists():
        return Suite()
    content = read_yaml(path) or {}
    if unknown := set(content) - KEYS_OF_A_SUITE:
        raise GateError(f"{path}: unknown keys: {joined(sorted(unknown))}")
    return Suite(content, Volume(**content.get("volume", {})))


def suite_checks(suite: Suite, now: datetime, numbers: Mapping[str, float]) -> list[Check]:
    """The checks that a suite file asks for.

    Args:
        suite: the suite.
        now: aware; what `now` in a range means.
        numbers: what good runs before observed, by check name; drift is measured from there.
    """
    checks: list[Check] = []
    for rule in suite.questions.get("values", []):
        column, allowed = rule["column"], rule["allowed"]
        checks.append(_check(
            rule, f"{column}_is_known", "expect_column_values_to_be_in_set",
            {"column": column, "value_set": allowed}, (column,), WARNING,
            f"holds values other than {joined(map(str, allowed))}",
            "Mend the rows at the source, or add the value to the suite if it is a new one.",
        ))  # fmt: skip
    for rule in suite.questions.get("patterns", []):
        column, pattern = rule["column"], rule["pattern"]
        text = pattern.replace("'", "''")
        checks.append(_check(
            rule, f"{column}_has_its_form", "unexpected_rows_expectation",
            _bad_rows(f"{column} is not null and not regexp_full_match({column}, '{text}')"),
            (column,), CRITICAL, f"holds values that are not of the form {pattern}",
            "Mend the rows at the source.",
        ))  # fmt: skip
    for rule in suite.questions.get("ranges", []):
        column = rule["column"]
        low, high = _bound(rule.get("from"), now), _bound(rule.get("to"), now)
        checks.append(_check(
            rule, f"{column}_is_in_range", "expect_column_values_to_be_between",
            {"column": column, "min_value": low, "max_value": high}, (column,), CRITICAL,
            f"holds values {_range_words(low, high)}", "Mend the rows at the source.",
        ))  # fmt: skip
    for rule in suite.questions.get("order", []):
        later, earlier = rule["later"], rule["earlier"]
        checks.append(_check(
            rule, f"{later}_is_not_before_{earlier}",
            "expect_column_pair_values_a_to_be_greater_than_b",
            {"column_A": later, "column_B": earlier, "or_equal": True,
             "ignore_row_if": "either_value_is_missing"},
            (later, earlier), CRITICAL, f"is before {earlier}", "Mend the rows at the source.",
        ))  # fmt: skip
    for rule in suite.questions.get("nulls", []):
        column, share = rule["column"], float(rule.get("at_most", 0))
        checks.append(_check(
            rule, f"{column}_is_there", "expect_column_values_to_not_be_null",
            {"column": column, "mostly": round(1 - share, 6)}, (column,), CRITICAL,
            f"is null in more than {share:.1%} of the rows", "Load the column in full.",
        ))  # fmt: skip
    for rule in suite.questions.get("drift", []):
        checks.append(_drift(rule, numbers))
    for rule in suite.questions.get("rows", []):
        query = rule.get("query")
        arguments = {"unexpected_rows_query": query} if query else _bad_rows(rule["where"])
        checks.append(_check(
            rule, rule["name"], "unexpected_rows_expectation", arguments,
            tuple(rule.get("columns", ())), CRITICAL, rule["problem"], rule["do"],
        ))  # fmt: skip
    for rule in suite.questions.get("expectations", []):
        arguments = dict(rule["arguments"])
        columns = tuple(str(v) for k, v in arguments.items() if k.startswith("column"))
        checks.append(_check(
            rule, rule["name"], rule["type"], arguments, columns, WARNING, rule["problem"],
            rule["do"],
        ))  # fmt: skip
    return checks


def volume_checks(volume: Volume, before: float | None) -> list[Check]:
    """Row counts against those of good runs before: a collapse blocks, less is reported."""
    accept = (
        "Load the table in full. If the change is right: "
        "`python -m orchestration.quality accept --layer raw --reason <why>`."
    )
    known = before or 0
    floor = max(1, round(known * volume.collapse)) if known >= volume.at_least else min(known, 1)
    drop = round(known * volume.drop) if known >= volume.at_least else 0
    jump = round(known * volume.jump) if known >= volume.at_least else None
    was = f"good runs before had {known:,.0f} rows"
    count = "expect_table_row_count_to_be_between"
    return [
        Check("volume", count, {"min_value": int(floor)}, CRITICAL, (),
              f"less than {volume.collapse:.0%} of the rows are left, {was}", accept),
        Check("volume_drop", count, {"min_value": drop}, WARNING, (),
              f"rows are missing, {was}", accept),
        Check("volume_jump", count, {"min_value": 0, "max_value": jump}, WARNING, (),
              f"far more rows than before, {was}", "Look whether files were landed twice."),
    ]  # fmt: skip


def _drift(rule: Mapping[str, Any], numbers: Mapping[str, float]) -> Check:
    """The mean of a column, or its share of nulls, against good runs before; never blocks."""
    column, by, statistic = rule["column"], float(rule["by"]), rule.get("statistic", "mean")
    name = f"{column}_{statistic}_is_as_before"
    before = numbers.get(name)
    if statistic == "null_share":
        share = 1.0 if before is None else min(1.0, before / 100 + by)
        return _check(
            rule, name, "expect_column_values_to_not_be_null",
            {"column": column, "mostly": round(1 - share, 6)}, (column,), WARNING,
            f"is null far more often than before ({share - by:.1%} at most)",
            "Look at what changed at the source or in the loader.",
        )  # fmt: skip
    spread = abs(before) * by if before is not None else 0.0
    low, high = (-1e300, 1e300) if before is None else (before - spread, before + spread)
    return _check(
        rule, name, "expect_column_mean_to_be_between",
        {"column": column, "min_value": low, "max_value": high}, (column,), WARNING,
        f"has another mean than before ({before or 0:,.2f})",
        "Look at what changed at the source: units, currencies, a filter.",
    )  # fmt: skip


def _check(
    rule: Mapping[str, Any],
    name: str,
    expectation: str,
    arguments: Mapping[str, Any],
    columns: tuple[str, ...],
    severity: str,
    problem: str,
    what_to_do: str,
) -> Check:
    """A check whose severity and advice the rule may set itself."""
    chosen = str(rule.get("severity", severity))
    if chosen not in (CRITICAL, WARNING):
        raise GateError(f"{name}: severity is {CRITICAL} or {WARNING}, not '{chosen}'")
    return Check(
        name, expectation, arguments, chosen, columns, problem, str(rule.get("do", what_to_do))
    )


def bad_rows(condition: str) -> dict[str, str]:
    """Arguments of an expectation that no row meets a condition."""
    return _bad_rows(condition)


def _bad_rows(condition: str) -> dict[str, str]:
    # Great Expectations fills {batch} in, so that other braces have to be doubled.
    escaped = condition.replace("{", "{{").replace("}", "}}")
    return {"unexpected_rows_query": f"select {ROW_KEY} from {{batch}} where {escaped}"}


def _bound(value: Any, now: datetime) -> Any:
    """A bound of a range: a number, a date, or `now + 1 days`."""
    if value is None:
        return None
    if isinstance(value, str) and (match := INSTANT.fullmatch(value)):
        days = int(match[2]) * (1 if match[1] == "+" else -1)
        return (now.astimezone(UTC) + timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, int | float):
        return value
    # Both bounds in one form: Great Expectations compares them with each other.
    return f"{datetime.fromisoformat(str(value)):%Y-%m-%d %H:%M:%S}"


def _range_words(low: Any, high: Any) -> str:
    if low is None:
        return f"above {high}"
    return f"below {low}" if high is None else f"outside {low} to {high}"
