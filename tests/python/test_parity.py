"""The comparison of marts that DuckDB and Spark have built."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import duckdb
import pytest
from click.testing import CliRunner

from orchestration import parity
from orchestration.parity import compare, main

MART = """
    create schema marts;
    create table marts.fct_a (
        id varchar, amount decimal(38, 6), share double, seen_at timestamp, day date
    );
    insert into marts.fct_a values
        ('a', 1.5, 0.1, '2026-01-01 10:00', '2026-01-01'),
        ('a', 1.5, 0.1, '2026-01-01 10:00', '2026-01-01'),
        ('b', null, null, null, null);
"""
SAME = "select id, amount, share, timezone('UTC', seen_at) as seen_at, day from marts.fct_a"


SIZE = "40x12"


def both(folder: Path, spark: str) -> None:
    """A warehouse of DuckDB, and beside it what Spark would have written."""
    written = folder / SIZE / "lake/warehouse/marts.db/fct_a"
    written.mkdir(parents=True)
    with duckdb.connect(str(folder / SIZE / "warehouse.duckdb")) as warehouse:
        warehouse.execute("set timezone = 'UTC'")
        warehouse.execute(MART)
        warehouse.execute(f"copy ({spark}) to '{written}/part-0.parquet'")


def result(folder: Path) -> tuple[int, str]:
    ran = CliRunner().invoke(main, ["--only-compare", "--size", SIZE, "--folder", str(folder)])
    return ran.exit_code, ran.output


def test_equal_marts_are_equal(tmp_path: Path) -> None:
    both(tmp_path, f"from ({SAME}) order by id desc")
    assert result(tmp_path) == (
        0,
        "fct_a: 3 rows, equal\n40x12: 1 of 1 marts are equal, 3 rows on DuckDB\n",
    )


@pytest.mark.parametrize(
    ("spark", "only_duckdb", "only_spark", "columns"),
    [
        (f"from ({SAME}) group by all", 1, 0, ("id", "amount", "share", "seen_at", "day")),
        (f"from ({SAME}) where id = 'a'", 1, 0, ("id", "amount", "share", "seen_at", "day")),
        (f"select * replace (amount + 0.000001 as amount) from ({SAME})", 2, 2, ("amount",)),
        (f"select * replace (share + 0.00001 as share) from ({SAME})", 2, 2, ("share",)),
        (
            f"select * replace (seen_at + interval 1 hour as seen_at) from ({SAME})",
            2,
            2,
            ("seen_at",),
        ),
        (f"select * replace (coalesce(id, 'b') || id as id) from ({SAME})", 3, 3, ("id",)),
    ],
    ids=["duplicate", "missing", "amount", "share", "instant", "text"],
)
def test_a_difference_is_counted_both_ways(
    tmp_path: Path, spark: str, only_duckdb: int, only_spark: int, columns: tuple[str, ...]
) -> None:
    both(tmp_path, spark)
    (found,) = compare(tmp_path / SIZE / "warehouse.duckdb", tmp_path / SIZE / "lake")
    assert (found.only_duckdb, found.only_spark) == (only_duckdb, only_spark)
    assert found.columns == columns
    assert result(tmp_path)[0] == 1


def test_the_last_bits_of_a_double_do_not_count(tmp_path: Path) -> None:
    both(tmp_path, f"select * replace (share * 1.0000000000000002 as share) from ({SAME})")
    assert result(tmp_path)[0] == 0


def test_a_mart_that_spark_has_not_built_differs(tmp_path: Path) -> None:
    both(tmp_path, SAME)
    (tmp_path / SIZE / "lake/warehouse/marts.db/fct_a/part-0.parquet").unlink()
    assert result(tmp_path) == (
        1,
        "fct_a: not built by Spark\n40x12: 0 of 1 marts are equal, 3 rows on DuckDB\n",
    )


def test_nothing_to_compare_is_no_success(tmp_path: Path) -> None:
    (tmp_path / SIZE).mkdir()
    duckdb.connect(str(tmp_path / SIZE / "warehouse.duckdb")).close()
    assert result(tmp_path)[0] == 1


def test_a_size_that_is_not_built_is_named(tmp_path: Path) -> None:
    code, output = result(tmp_path)
    assert code == 1
    assert output == f"Error: 40x12 is not built in {tmp_path}\n"


def commands(
    monkeypatch: pytest.MonkeyPatch, folder: Path, *options: str, failing: str = ""
) -> tuple[int, list[str]]:
    """The exit code of the whole comparison and the words of its commands that matter."""
    ran: list[str] = []

    def run(command: Sequence[str], settings: dict[str, str] | None = None) -> None:
        chosen = settings or {}
        words = [*command, chosen.get("DBT_TARGET", ""), chosen.get("SAAS_METRICS_AS_OF", "")]
        kept = (
            *("start", "stop", "--local", "build", "sample_company", "--customers", "--months"),
            *("duckdb", "spark", "spark_session", "40", "200", "12", "24", *parity.DAYS),
        )
        ran.append(" ".join(word for word in words if word in kept))
        if failing and failing in words:
            raise click.ClickException("failed")

    monkeypatch.setattr(parity, "run", run)
    outcome = CliRunner().invoke(main, ["--folder", str(folder), *options])
    return outcome.exit_code, ran


def equal_marts(*_: Path) -> Iterator[parity.Comparison]:
    yield parity.Comparison("fct_a", 3, 3)


def test_both_engines_build_two_days_of_two_sizes_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parity, "compare", equal_marts)
    code, ran = commands(monkeypatch, tmp_path)
    assert code == 0
    assert ran == [
        part
        for customers, months in ((40, 12), (200, 24))
        for day in parity.DAYS
        for part in (
            f"sample_company --customers {customers} --months {months} {day}",
            f"build duckdb {day}",
            "start --local",
            f"build spark {day}",
            "stop",
        )
    ]
    ran = commands(monkeypatch, tmp_path, "--workers", "--size", "40x24")[1]
    assert "start" in ran
    assert [part for part in ran if "sample" in part] == [
        f"sample_company --customers 40 --months 24 {day}" for day in parity.DAYS
    ]


def test_a_session_needs_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parity, "compare", equal_marts)
    code, ran = commands(monkeypatch, tmp_path, "--session", "--size", "40x12")
    assert code == 0
    assert ran == [
        part
        for day in parity.DAYS
        for part in (
            f"sample_company --customers 40 --months 12 {day}",
            f"build duckdb {day}",
            f"build spark_session {day}",
        )
    ]


@pytest.mark.parametrize("size", ["40", "40x", "x12", "40x12x2", "-1x12", "40x0"])
def test_a_size_is_customers_and_months(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: str
) -> None:
    assert commands(monkeypatch, tmp_path, "--size", size) == (2, [])


def test_a_mart_that_differs_in_one_of_the_rounds_fails_the_comparison(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = iter([[parity.Comparison("fct_a", 3, 3, 1, 1)], [parity.Comparison("fct_a", 3, 3)]])
    monkeypatch.setattr(parity, "compare", lambda *_: iter(next(rounds)))
    assert commands(monkeypatch, tmp_path, "--size", SIZE)[0] == 1


def test_a_build_that_fails_leaves_no_server_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, ran = commands(monkeypatch, tmp_path, failing="spark")
    assert code == 1
    assert ran[-2:] == [f"build spark {parity.DAYS[0]}", "stop"]
