"""The dictionary and the semantic layer against a built warehouse (used by test_funnel_truth.py)."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb

from orchestration.dictionary import Metric
from orchestration.metrics import SemanticLayer

TOLERANCE = 0.000001


def differ(left: str, right: str) -> str:
    """SQL: two numbers differ, where one of them is null or by more than rounding to six places."""
    return (
        f"(({left} is null) <> ({right} is null) "
        f"or abs({left} - {right}) > {TOLERANCE} * greatest(1, abs({right})))"
    )


def formula_differences(
    connection: duckdb.DuckDBPyConnection, metric: Metric
) -> list[tuple[Any, ...]]:
    """Rows of the home mart on which the metric's formula gives another value than its column."""
    found: list[tuple[Any, ...]] = []
    if metric.sql:
        found += connection.execute(
            f"""
            select formula, home
            from (
                select
                    cast({metric.sql} as double) as formula,
                    cast({metric.home.name} as double) as home
                from marts.{metric.home.mart}
            )
            where {differ("formula", "home")}
            limit 5
            """
        ).fetchall()
    if metric.sum_of:
        of = metric.sum_of
        found += connection.execute(
            f"""
            with summed as (
                select cast({of.by} as date) as month, cast({of.select} as double) as formula
                from marts.{of.mart}
                where {of.where}
                group by 1
            ),
            homes as (
                select month, cast({metric.home.name} as double) as home
                from marts.{metric.home.mart}
                where {metric.company}
            )
            select month, formula, home
            from homes full join summed using (month)
            where {differ("coalesce(formula, 0)", "coalesce(home, 0)")}
            limit 5
            """
        ).fetchall()
    return found


def layer_values(
    connection: duckdb.DuckDBPyConnection, layer: SemanticLayer, name: str, grain: str = "month"
) -> dict[date, float | None]:
    """A metric of the semantic layer by period."""
    sql = layer.sql([name], [f"metric_time__{grain}"])
    rows = connection.execute(
        f"select cast(metric_time__{grain} as date), cast({name} as double) from ({sql})"
    ).fetchall()
    return dict(rows)


def layer_differences(
    connection: duckdb.DuckDBPyConnection, layer: SemanticLayer, metric: Metric
) -> list[tuple[date, float | None, float | None]]:
    """Months in which the semantic layer has another value than the home column, for the company.

    Null is not 0. Where one of both has no row, the other has nothing to tell: 0 or null. A month
    without any cost is 0 in the report, and not known in the layer.
    """
    known = "spend_total <> 0" if metric.home.mart == "rpt_cac_monthly" else "true"
    layers = layer_values(connection, layer, metric.name)
    homes: dict[date, float | None] = dict(
        connection.execute(
            f"""
            select month, cast({metric.home.name} as double)
            from marts.{metric.home.mart}
            where {metric.company} and {known}
            """
        ).fetchall()
    )
    assert homes
    found = []
    for month in sorted(layers.keys() | homes.keys()):
        ours, theirs = layers.get(month), homes.get(month)
        if month not in layers or month not in homes:
            differs = bool(ours or theirs)
        elif ours is None or theirs is None:
            differs = ours is not theirs
        else:
            differs = abs(ours - theirs) > TOLERANCE * max(1, abs(theirs))
        if differs:
            found.append((month, ours, theirs))
    return found
