"""The benchmarks do the work that they say: rows and totals, never seconds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from benchmarks.checks import compare_balances
from benchmarks.cli import joined_pages, main, run_benchmarks, run_web_benchmarks
from benchmarks.columns import NEEDED_COLUMNS, WEB_COLUMNS
from benchmarks.measuring import MeasuredCommandError, Sample, run_measured
from benchmarks.plots import curves, draw
from benchmarks.report import render
from benchmarks.runner import KINDS, PROFILED, SizeResult
from benchmarks.sizes import AS_OF, SMOKE, WEB_AS_OF, WEB_SMOKE
from benchmarks.stages import (
    DBT,
    STAGES,
    TO_INPUT,
    TO_INTERVALS,
    TO_MONTHS,
    Cost,
    Span,
    costs,
)
from benchmarks.web import COMPARED, WEB_KINDS
from benchmarks.web_events import LATE_DAYS, WebEvents
from benchmarks.web_report import WEB_HEADING, render_web
from benchmarks.work import windows
from orchestration.yaml_files import read_yaml

REPOSITORY = Path(__file__).resolve().parents[2]


def one_value(sql: str) -> Any:
    return duckdb.sql(sql).fetchall()[0][0]


@pytest.fixture(scope="module")
def bench_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    (folder / "runs").mkdir()
    return folder


@pytest.fixture(scope="module")
def result(bench_folder: Path) -> SizeResult:
    (found,) = run_benchmarks([SMOKE], 1, folder=bench_folder / "runs", data=bench_folder / "data")
    return found


@pytest.mark.slow
def test_every_kind_of_work_is_measured_once(result: SizeResult) -> None:
    assert {kind: len(usages) for kind, usages in result.usages.items()} == dict.fromkeys(KINDS, 1)
    for usages in result.usages.values():
        assert usages[0].cpu > 0
        assert usages[0].peak_rss > 0


@pytest.mark.slow
def test_the_scan_reads_every_row_that_landed(result: SizeResult, bench_folder: Path) -> None:
    raw = bench_folder / "data" / SMOKE.folder / "raw"
    landed = {}
    for table in raw.glob("*/*/"):
        sql = f"select count(*) from read_parquet('{table}/**/*.parquet')"
        landed[f"{table.parent.name}.{table.name}"] = one_value(sql)
    assert result.raw_rows == {
        name: rows for name, rows in landed.items() if name in NEEDED_COLUMNS
    }
    assert result.raw_rows["stripe.invoice_line_item"] > SMOKE.customers


@pytest.mark.slow
def test_spine_deltas_and_dbt_agree(result: SizeResult, bench_folder: Path) -> None:
    assert result.comparison is not None
    assert result.comparison.equal
    assert result.comparison.paying_months > SMOKE.customers
    assert result.rows["deltas.fct_customer_mrr_monthly"] == result.rows["fct_customer_mrr_monthly"]
    assert (
        result.rows["deltas.int_revenue__movements_classified"] == result.rows["fct_mrr_movements"]
    )
    # The company says itself what its customers paid at the end of each month.
    told = bench_folder / "data" / SMOKE.folder / "truth" / "customer_month.parquet"
    total = one_value(f"select sum(closing_mrr) from read_parquet('{told}')")
    assert result.comparison.total_mrr == pytest.approx(float(total), abs=0.001)


@pytest.mark.slow
def test_the_report_has_every_figure(result: SizeResult) -> None:
    page = render([result], threads=2, memory_limit=None)
    assert f"{result.rows['int_revenue__recurring_intervals']:,}" in page
    assert "spine / deltas" in page
    assert "nan" not in page.lower().split()


@pytest.mark.slow
def test_stages_add_up_to_the_path(result: SizeResult) -> None:
    usage = result.usages["path"][0]
    found = costs(usage.samples, result.spans, lambda span: span.stage)
    assert set(found) == set(STAGES)
    assert sum(cost.cpu for cost in found.values()) == pytest.approx(usage.cpu, rel=0.05)
    assert max(cost.peak_rss for cost in found.values()) == usage.peak_rss
    stages = {span.node: span.stage for span in result.spans}
    assert stages["stg_stripe__invoices"] == stages["input_invoices"] == TO_INPUT
    assert stages["int_revenue__recurring_intervals"] == TO_INTERVALS
    assert stages["int_revenue__daily_deltas"] == stages["fct_mrr_movements"] == TO_MONTHS


@pytest.mark.slow
def test_operators_of_the_dearest_nodes_are_told(result: SizeResult) -> None:
    assert len(result.operators) == PROFILED
    for operators in result.operators.values():
        assert operators
        assert all(seconds >= 0 and rows >= 0 for _, seconds, rows in operators)


def test_nodes_that_run_at_once_share_what_is_used() -> None:
    samples = [Sample(0, 0, 5, 0), Sample(1, 1, 7, 2), Sample(2, 3, 6, 0), Sample(3, 3.5, 1, 0)]
    spans = [Span("a", "table", TO_INPUT, 0, 2), Span("b", "view", TO_MONTHS, 1.5, 2)]
    assert costs(samples, spans, lambda span: span.node) == {
        "a": Cost(2.0, 1.5, 7, 2),
        "b": Cost(1.0, 0.5, 6, 0),
        DBT: Cost(0.5, 1.0, 1, 0),
    }


def test_a_difference_is_found(tmp_path: Path) -> None:
    balances = "select 'a' as customer_id, date '2026-01-01' as month, {} as closing_mrr"
    for name, amount in (("one", "10.0"), ("same", "10.0"), ("other", "10.01")):
        with duckdb.connect(str(tmp_path / name)) as connection:
            connection.execute(f"create table months as {balances.format(amount)}")
    with duckdb.connect(str(tmp_path / "none")) as connection:
        connection.execute(f"create table months as {balances.format('0.0')}")

    def equal(first: str, second: str) -> bool:
        return compare_balances(tmp_path / first, "months", tmp_path / second, "months").equal

    assert equal("one", "same")
    assert not equal("one", "other")
    assert not equal("one", "none")
    assert not equal("none", "none"), "two empty results prove nothing"


def test_the_scanned_columns_are_declared() -> None:
    declared = {}
    for path in (REPOSITORY / "models" / "staging").glob("*/_*__sources.yml"):
        for source in read_yaml(path)["sources"]:
            for table in source["tables"]:
                names = {column["name"] for column in table["columns"]}
                declared[f"{source['name']}.{table['name']}"] = names
    wanted = NEEDED_COLUMNS | WEB_COLUMNS
    unknown = {table: set(names) - declared[table] for table, names in wanted.items()}
    assert not {table: names for table, names in unknown.items() if names}


def test_a_failing_command_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(MeasuredCommandError, match="no such file"):
        run_measured(["sh", "-c", "echo no such file >&2; exit 3"], environment={}, folder=tmp_path)


def test_unknown_sizes_are_refused() -> None:
    done = CliRunner().invoke(main, ["--sizes", "s,huge"])
    assert done.exit_code == 2
    assert "choose from s, m, l, xl" in done.output


def test_landing_zones_of_different_sizes_do_not_meet() -> None:
    assert replace(SMOKE, months=15).folder != SMOKE.folder
    assert f"{AS_OF:%Y%m%d}" in SMOKE.folder


@pytest.mark.slow
@pytest.mark.heavy
def test_an_increment_of_web_events_builds_its_days_only(tmp_path: Path) -> None:
    """Every kind of work once; that an increment equals a full refresh is checked in the run itself."""
    (result,) = run_web_benchmarks(
        [WEB_SMOKE], 1, folder=tmp_path / "runs", data=tmp_path / "data", memory_limit="1GB"
    )
    assert {kind: len(done) for kind, done in result.usages.items()} == dict.fromkeys(WEB_KINDS, 1)
    landed = tmp_path / "data" / WEB_SMOKE.folder / "after" / "ga4" / "events" / "*.parquet"
    assert result.rows["ga4.events"] == one_value(f"select count(*) from '{landed}'")
    assert result.rows["windows.sessions"] == result.rows["marts.fct_web_sessions"]
    assert all(result.rows[table] > 0 for table in COMPARED)
    # The last day, the three before it and the one of a month ago, of so many days.
    share = (1 + len(LATE_DAYS)) / WEB_SMOKE.days
    assert 0 < result.day_events < result.due_events
    assert result.due_events / result.rows["ga4.events"] == pytest.approx(share, rel=0.2)
    assert f"{result.due_events:,}" in render_web([result], threads=2, memory_limit="1GB")


def test_web_events_are_landed_in_two_parts(tmp_path: Path) -> None:
    zone = WebEvents(tmp_path, WEB_SMOKE.events, WEB_SMOKE.days)
    files = f"'{tmp_path}/ga4/events/*.parquet'"
    zone.land("base")
    before = one_value(f"select count(*) from {files}")
    latest = one_value(f"select max(event_date) from {files}")
    zone.land("increment")
    assert latest < f"{WEB_AS_OF:%Y%m%d}" == one_value(f"select max(event_date) from {files}")
    late = one_value(f"select count(*) from '{tmp_path}/ga4/events/*_late.parquet'")
    last = one_value(f"select count(*) from {files} where event_date = '{WEB_AS_OF:%Y%m%d}'")
    assert late > 0
    assert one_value(f"select count(*) from {files}") == before + late + last
    order = {
        "database": str(tmp_path / "windows.duckdb"),
        "threads": 1,
        "files": sorted(str(path) for path in (tmp_path / "ga4").rglob("*.parquet")),
    }
    # A session is a device and the second in which it began; what came twice counts once.
    sessions = one_value(
        "select count(distinct (user_pseudo_id, event_params[2].value.int_value)) from " + files
    )
    repeated = "user_pseudo_id, event_timestamp, event_name"
    events = one_value(f"select count(distinct ({repeated})) from {files}")
    assert windows(order) == {"sessions": sessions, "events": events}


def test_a_part_of_the_page_that_was_not_measured_stays() -> None:
    page = joined_pages("# Performance\n\nbilling\n", f"{WEB_HEADING}\n\nweb\n", "")
    assert joined_pages(None, None, page) == page
    assert joined_pages("# Performance\n\nnew\n", None, page) == page.replace("billing", "new")
    assert joined_pages(None, f"{WEB_HEADING}\n\nnew\n", page) == page.replace("\nweb", "\nnew")


SHORT = """
| size | full / scan, CPU | windows / full, CPU | increment / full | full, CPU s | increment, CPU s |
| --- | ---: | ---: | ---: | ---: | ---: |
| S | 10.0 | 0.50 | 50.0 % | 20.0 | 10.0 |
| M | 20.0 | 0.50 | 5.0 % | 2,000 | 100.0 |
| L | 20.0 | not run | 5.0 % | 4,000 | 200.0 |

| size (events, days) | rows landed |
| --- | ---: |
| S (1,000, 60) | 1,000 |
| M (100,000, 60) | 100,000 |
| L (200,000, 60) | 200,000 |
"""


def test_curves_are_those_of_the_page() -> None:
    (drawn,) = curves(f"\n{WEB_HEADING}\n{SHORT}").values()
    found = {curve.label: (curve.points, curve.exponent) for curve in drawn}
    assert found["full refresh"] == (
        ((1_000, 20), (100_000, 2_000), (200_000, 4_000)),
        pytest.approx(1),
    )
    assert found["a day on top"][0] == ((1_000, 10), (100_000, 100), (200_000, 200))
    assert found["scan of the same files"][0] == ((1_000, 2), (100_000, 100), (200_000, 200))
    assert found["window functions, sessions alone"] == (
        ((1_000, 10), (100_000, 1_000)),
        pytest.approx(1),
    )


def test_the_picture_is_that_of_the_page(tmp_path: Path) -> None:
    docs = REPOSITORY / "docs"
    draw((docs / "performance.md").read_text(encoding="utf-8"), tmp_path / "drawn.svg")
    drawn = (tmp_path / "drawn.svg").read_text(encoding="utf-8")
    assert drawn == (docs / "performance.svg").read_text(encoding="utf-8"), (
        "docs/performance.svg is not of docs/performance.md: "
        "python -m benchmarks.plots draws it again"
    )
