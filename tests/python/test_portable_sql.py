"""The check of constructs that differ between DuckDB and Spark."""

from pathlib import Path

import pytest

from orchestration.portable_sql import findings, main, sql_files

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "sql",
    [
        "select a::date from b",
        "select a from b qualify row_number() over (order by a) = 1",
        "select list_transform(a, lambda p: p.key) from b",
        "select a from b asof join c on b.d >= c.d",
        "select * exclude (a) from b",
        "select distinct on (a) a, b from c",
        "select a from b union all by name select a from c",
        "select cast(a as varchar) from b",
        "select a + to_months(1) from b",
        "select date_diff('day', a, b) from c",
        "select strftime(a, '%Y') from b",
        "select unnest(generate_series(1, 3))",
        "select json_extract(a, '$.b') from c",
        "select string_split(a, ',') from b",
        "select arg_max(a, b) from c",
        "select quantile_cont(a, 0.5) from b",
        "select a from b where a ilike 'c%'",
        "select hash(a) from b",
        "select a // 2 from b",
        "select lag(a ignore nulls) over (order by b) from c",
        "select {{ dbt.datediff('a', 'b', 'month') }} from c\ndbt.datediff(a)",
        "delete from a where b = 1",
        r"select regexp_replace(a, '\d', '') from b",
    ],
)
def test_what_differs_is_found(sql: str) -> None:
    assert list(findings(sql))


@pytest.mark.parametrize(
    "sql",
    [
        "select a from b -- a::date would differ",
        "{# lag(a ignore nulls) #} select a from b",
        "select 'a::b' as c, 'hash(d)' as e from f",
        "select {{ row_hash(['a']) }} as b from c",
        "select cast(a as string) as b, date '2026-01-01' as day from c",
        "select excluded, history.first_month, first_value(a) over (order by b) from c",
    ],
)
def test_what_means_the_same_is_let_through(sql: str) -> None:
    assert not list(findings(sql))


def test_macros_of_the_engines_may_differ(tmp_path: Path) -> None:
    for folder in ("models", "macros/engine", "macros/money"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.sql").write_text("select a::date from b\n")
    read = [str(path.relative_to(tmp_path)) for path in sql_files(tmp_path)]
    assert read == ["models/a.sql", "macros/money/a.sql"]
    assert main(tmp_path) == 1


def test_this_project_is_portable(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(ROOT) == 0, capsys.readouterr().out
