"""Windows and ordered aggregates whose keys can be null.

DuckDB puts nulls last, Spark first where the order ascends. A key that says where its nulls go is read
alike by both; of the others, every one is asked of the built sample whether it has a null at all.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlglot
from conftest import Warehouse
from sqlglot import exp
from sqlglot.dialects import DuckDB

# (model, key): why its nulls may stand at either end.
ANYWHERE = {
    ("int_attribution__touches_numbered", "touches.touched_at"): "alone in its partition",
    ("int_attribution__touches_numbered", "touches.touch_id"): "alone in its partition",
    ("int_revenue__fx_rates_monthly", "through_currency"): "all null or none, for one way",
    (
        "int_revenue__prorations_placed",
        "CASE WHEN prorations.is_credit THEN prorations.invoiced_at END",
    ): "all null or none, for one partition",
    ("rpt_funnel_cohort_monthly", "days"): "adds 0 to the running sum",
    ("input_opportunity_people", "united.roles"): "the text leaves nulls out",
    ("int_accounts__deal_people", "opportunity_people.roles"): "the text leaves nulls out",
    (
        "int_accounts__committees_summarised",
        "CASE WHEN held.role IS NULL THEN required_roles.role END",
    ): "the text leaves nulls out",
}


class NullsFirst(DuckDB):
    """Puts nulls where the statement does not say it to the other end than DuckDB does."""

    NULL_ORDERING = "nulls_are_small"


def parsed(sql: str) -> exp.Query:
    """A statement whose keys know whether they say where nulls go (`meta`)."""
    tree, other = (sqlglot.parse_one(sql, dialect=dialect) for dialect in (DuckDB, NullsFirst))
    assert isinstance(tree, exp.Query)
    pairs = zip(tree.find_all(exp.Ordered), other.find_all(exp.Ordered), strict=True)
    for ordered, turned in pairs:
        ordered.meta["says"] = ordered.args.get("nulls_first") or not turned.args["nulls_first"]
    return tree


def keys_of(select: exp.Select) -> Iterator[tuple[exp.Expr, bool]]:
    """(key, whether an aggregate orders its rows by it) of what ascends without a word on nulls."""
    for ordered in select.find_all(exp.Ordered):
        if ordered.find_ancestor(exp.Select) is not select or ordered.args.get("desc"):
            continue
        if ordered.meta["says"]:
            continue
        window = ordered.find_ancestor(exp.Window)
        aggregate = ordered.find_ancestor(exp.AggFunc)
        if window or aggregate:
            yield ordered.this, window is None


def question(tree: exp.Query, select: exp.Select, key: exp.Expr, in_aggregate: bool) -> str:
    """SQL that counts the rows of a select whose key is null."""
    own = select.find_ancestor(exp.CTE)
    before: list[str] = []
    for cte in tree.ctes:
        if cte is own:
            break
        before.append(cte.sql("duckdb"))
    asked = select.copy()
    for part in ("with_", "order", "limit", "distinct", "windows"):
        asked.set(part, None)
    if in_aggregate:
        asked.set("group", None)
        asked.set("having", None)
    asked.set("expressions", [exp.alias_(key.copy(), "order_key")])
    ctes = f"with {', '.join(before)} " if before else ""
    return f"{ctes}select count(*) from ({asked.sql('duckdb')}) where order_key is null"


def null_keys(
    compiled: Path, warehouse: duckdb.DuckDBPyConnection
) -> tuple[set[tuple[str, str]], int]:
    """(model, key) of what has nulls, and how many keys were asked."""
    found, asked = set(), 0
    for path in sorted(compiled.rglob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        if "order by" not in sql.lower():
            continue
        tree = parsed(sql)
        for select in tree.find_all(exp.Select):
            keys = {key.sql("duckdb"): (key, kind) for key, kind in keys_of(select)}
            for text, (key, in_aggregate) in keys.items():
                asked += 1
                rows = warehouse.execute(question(tree, select, key, in_aggregate)).fetchall()
                if rows[0][0]:
                    found.add((path.stem, text))
    return found, asked


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("b", {("a", "b")}),
        ("c, b", {("a", "b")}),
        ("b nulls last", set()),
        ("b asc nulls first", set()),
        ("b desc", set()),
        ("c", set()),
    ],
)
def test_a_key_with_a_null_is_found(
    tmp_path: Path, order: str, expected: set[tuple[str, str]]
) -> None:
    sql = f"with t as (from s) select row_number() over (order by {order}) as place from t"
    (tmp_path / "a.sql").write_text(sql)
    with duckdb.connect() as planted:
        planted.execute("create table s as from (values (1, 1), (null, 2)) as s (b, c)")
        assert null_keys(tmp_path, planted)[0] == expected


def test_a_key_of_an_aggregate_is_asked_of_its_rows(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(
        "select c, string_agg(c, ',' order by b) as x from s group by c"
    )
    with duckdb.connect() as planted:
        planted.execute("create table s as from (values (1, 1), (null, 2)) as s (b, c)")
        assert null_keys(tmp_path, planted) == ({("a", "b")}, 1)


def test_no_model_depends_on_where_nulls_go(world: Warehouse) -> None:
    world.dbt("compile", "--select", "resource_type:model")
    compiled = world.session.root / "target/compiled/saas_metrics/models"
    (world.session.root / "current").unlink()  # As where another process has built the world.
    with duckdb.connect(str(world.database), read_only=True) as warehouse:
        found, asked = null_keys(compiled, warehouse)
    assert asked > 50
    assert found <= set(ANYWHERE)
