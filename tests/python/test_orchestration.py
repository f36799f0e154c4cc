"""The Dagster wiring, and what a run does when something goes wrong.

Runs use a dbt project of one model in a temporary directory, with the repository's own profile, so
that a whole run takes seconds.
"""

import io
import json
import multiprocessing
import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import duckdb
import pytest
from click.testing import CliRunner, Result
from dagster._core.definitions.freshness import TimeWindowFreshnessPolicy
from dagster_dbt import DbtProject
from small_runs import (
    AS_OF,
    Recorder,
    failed_steps,
    make_small_project,
    run_job,
    run_nightly,
    small_settings,
)

from orchestration import built, landing, project, publishing, run
from orchestration.definitions import build_definitions
from orchestration.defs.dbt_steps import WRITER_POOL, mart_keys, raise_for_failure
from orchestration.defs.publish import PUBLISHED
from orchestration.headline import headline_lines, read_headline, reporting_currency
from orchestration.progress import Terminal
from orchestration.quality import results as quality
from orchestration.runs import AS_OF_TAG, WRITES_TAG
from orchestration.settings import PROJECT_DIR, Settings, SettingsError, as_of_text

# --- settings -----------------------------------------------------------------------------------


def test_settings_are_absolute_and_from_the_repository_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({"SAAS_METRICS_RAW_PATH": "landing", "DBT_TARGET": " "})
    assert settings.raw_path == PROJECT_DIR / "landing"
    assert settings.warehouse_path == PROJECT_DIR / "data" / "saas_warehouse.duckdb"
    assert settings.serving_path == PROJECT_DIR / "data" / "serving"
    assert settings.dbt_target == "duckdb"
    assert settings.as_of is None
    assert not settings.raw_path_is_default
    assert Settings.from_environment({"PATH": ""}).raw_path_is_default
    assert all(
        Path(settings.for_dbt(AS_OF)[name]).is_absolute()
        for name in ("SAAS_METRICS_RAW_PATH", "SAAS_METRICS_WAREHOUSE_PATH")
    )


@pytest.mark.parametrize("value", ["1", "0", "-3", "many", "2.5"])
def test_settings_refuse_too_few_kept_runs(value: str) -> None:
    with pytest.raises(SettingsError, match="SAAS_METRICS_KEEP_RUNS"):
        Settings.from_environment({"SAAS_METRICS_KEEP_RUNS": value})


def test_as_of_is_written_in_utc_to_the_second() -> None:
    assert as_of_text(datetime(2026, 11, 1, 6, 0, 0, 999, tzinfo=UTC)) == "2026-11-01T06:00:00Z"


# --- the repository's own definitions -----------------------------------------------------------


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("target")


@pytest.fixture(scope="module")
def definitions(target: Path) -> dg.Definitions:
    return build_definitions(Settings.from_environment({"DBT_TARGET_PATH": str(target)}))


def test_definitions_load(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


# Who reads files only, or the published copy, needs no place in the pool.
NEVER_OPEN_THE_WAREHOUSE = {
    "postgres_marts",
    "published_marts_closed_months_are_unchanged",
    "report",
}


def test_every_step_that_touches_the_warehouse_is_in_the_writer_pool(
    definitions: dg.Definitions,
) -> None:
    for job in definitions.resolve_all_job_defs():
        pools = {step.name: step.pool for step in job.all_node_defs}
        steps = {"event_days"} if job.name == "backfill" else {"warehouse", "published_marts"}
        assert steps <= pools.keys()
        free = {name for name, pool in pools.items() if pool != WRITER_POOL}
        assert free <= NEVER_OPEN_THE_WAREHOUSE, job.name


def test_every_job_says_which_code_made_it_and_waits_for_its_turn(
    definitions: dg.Definitions,
) -> None:
    for job in jobs(definitions):
        versions = {f"saas_metrics/{name}" for name in ("version", "git_commit", "dbt", "duckdb")}
        assert versions | {"saas_metrics/dagster", WRITES_TAG} <= job.tags.keys(), job.name
        assert all(job.tags.values())


def jobs(definitions: dg.Definitions) -> list[dg.JobDefinition]:
    return [job for job in definitions.resolve_all_job_defs() if not job.name.startswith("__ASSET")]


def test_gates_are_in_every_job_that_builds_and_publishes(definitions: dg.Definitions) -> None:
    """Whatever checks raw tables or marts, dbt's own tests included, is in each job."""
    graph = definitions.resolve_asset_graph()
    assert {job.name for job in jobs(definitions)} == {
        "nightly", "hourly", "full_refresh", "month_close", "backfill",
    }  # fmt: skip
    for job in jobs(definitions):
        keys = job.asset_layer.selected_asset_keys
        wanted = {
            check
            for check in graph.asset_check_keys
            if check.asset_key in keys or graph.get(check.asset_key).tags["layer"] == "raw"
        }
        if job.name == "month_close":
            # It leaves what is served as it is, so that there is nothing to check there.
            wanted = {check for check in wanted if check.asset_key != PUBLISHED}
        assert job.asset_layer.asset_graph.asset_check_keys >= wanted, job.name
        pools = {step.name: step.pool for step in job.all_node_defs}
        assert pools["raw_gate"] == WRITER_POOL
        # Days that are built again are published by the next run of another job.
        assert pools.get("marts_gate", WRITER_POOL) == WRITER_POOL
        assert ("marts_gate" in pools) == (job.name != "backfill")


def test_every_path_that_dagster_gives_to_dbt_is_absolute(definitions: dg.Definitions) -> None:
    dbt = definitions.resources["dbt"] if definitions.resources else None
    assert dbt is not None
    for path in (dbt.project_dir, dbt.profiles_dir, dbt.dbt_executable):
        assert Path(path).is_absolute(), path


def test_groups_owners_kinds_columns_and_freshness(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    specs = {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}
    movements = specs["marts/fct_mrr_movements"]
    assert movements.group_name == "marts_revenue"
    assert movements.owners == ["team:finance"]
    assert movements.kinds == {"dbt", "duckdb", "table"}
    assert movements.freshness_policy is not None
    columns = movements.metadata["dagster/column_schema"].columns
    types = {column.name: column.type for column in columns}
    assert types["mrr_change"] == "decimal(38,6)"
    assert all(column.description for column in columns)
    assert all(graph.get(key).owners for key in graph.get_all_asset_keys())
    versions = specs["stripe/subscription_history"].freshness_policy
    assert isinstance(versions, TimeWindowFreshnessPolicy)
    assert versions.warn_window is not None
    assert versions.warn_window.to_timedelta() == timedelta(hours=36)
    assert versions.fail_window.to_timedelta() == timedelta(hours=72)
    assert specs["published_marts"].freshness_policy is not None


def test_every_data_test_is_a_check(definitions: dg.Definitions, target: Path) -> None:
    """A singular test of several parents is one only where its config names one of them."""
    manifest = json.loads((target / "manifest.json").read_text())
    tests = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    graph = definitions.resolve_asset_graph()
    assert tests
    assert tests <= {check.name for check in graph.asset_check_keys}


def test_the_nightly_job_publishes_after_every_mart(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    job = definitions.resolve_job_def("nightly")
    published = dg.AssetKey("published_marts")
    assert published in job.asset_layer.selected_asset_keys
    marts = {key for key in graph.get_all_asset_keys() if graph.get(key).tags["layer"] == "marts"}
    assert marts
    assert graph.get(published).parent_keys == marts


def test_failing_data_tests_block_and_the_job_runs_all_of_them(
    definitions: dg.Definitions,
) -> None:
    graph = definitions.resolve_asset_graph()
    checks = graph.asset_check_keys
    assert checks
    blocking = [key for key in checks if graph.get(key).blocking]
    assert blocking


def test_every_raw_table_and_every_mart_has_a_blocking_gate(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    layers = {key: graph.get(key).tags["layer"] for key in graph.get_all_asset_keys()}
    landed = {
        key
        for key, layer in layers.items()
        if layer == "raw" and key.path[0] not in ("quality", "quarantine")
    }
    marts = {key for key, layer in layers.items() if layer == "marts"}
    wanted = {dg.AssetCheckKey(key, "fit_to_build") for key in landed}
    wanted |= {dg.AssetCheckKey(key, "fit_to_publish") for key in marts}
    assert landed
    assert wanted <= graph.asset_check_keys
    assert all(graph.get(key).blocking for key in wanted)


def test_no_dbt_step_checks_a_raw_table(definitions: dg.Definitions) -> None:
    """Else it would be exempt from being blocked by the gate."""
    graph = definitions.resolve_asset_graph()
    raw = {key for key in graph.get_all_asset_keys() if graph.get(key).tags["layer"] == "raw"}
    assert raw
    on_raw = {key.name for key in graph.asset_check_keys if key.asset_key in raw}
    assert on_raw == {"fit_to_build"}
    assert all(graph.get(key).is_external for key in raw)
    assert all(graph.get(key).group_name.startswith("raw_") for key in raw)


def test_what_starts_runs_is_off_until_someone_switches_it_on(definitions: dg.Definitions) -> None:
    schedules = {schedule.name: schedule for schedule in definitions.schedules or []}
    assert set(schedules) == {"nightly_schedule", "hourly_schedule", "month_close_schedule"}
    for name in schedules:
        schedule = definitions.resolve_schedule_def(name)
        assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
        assert f"{schedule.job_name}_schedule" == name
    sensors = {sensor.name: sensor for sensor in definitions.sensors or []}
    assert sensors["landed_files"].default_status == dg.DefaultSensorStatus.STOPPED
    # These start nothing; nobody should have to remember to switch them on.
    for name in ("alert_on_failure", "alert_on_warnings", "alert_on_stale_marts"):
        assert sensors[name].default_status == dg.DefaultSensorStatus.RUNNING


def test_every_asset_has_a_description(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    silent = [
        key.to_user_string()
        for key in graph.get_all_asset_keys()
        if not (graph.get(key).description or "").strip()
    ]
    assert not silent


# --- whole runs on a small project --------------------------------------------------------------


@pytest.fixture(scope="module")
def small_project(tmp_path_factory: pytest.TempPathFactory) -> DbtProject:
    return make_small_project(tmp_path_factory.mktemp("small"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return small_settings(tmp_path)


@pytest.fixture(autouse=True)
def no_as_of_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAAS_METRICS_AS_OF", raising=False)


def test_a_good_run_is_published_under_its_own_id(
    small_project: DbtProject, settings: Settings
) -> None:
    result = run_nightly(small_project, settings, collect_metadata=True)
    assert result.success
    served = publishing.served(settings.serving_path)
    assert (served.run_id, served.as_of) == (result.run_id, AS_OF)
    with publishing.connect(settings.serving_path) as con:
        assert con.execute("select amount, as_of from marts.fct_things").fetchall() == [(1, AS_OF)]
    assert built.read(settings.warehouse_path) == built.Built(result.run_id, AS_OF)
    # Row counts were fetched through a connection of this process; the file is free again.
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("create table free (x integer)")
    key = mart_keys(small_project)[0]
    (event,) = [
        e.materialization for e in result.get_asset_materialization_events() if e.asset_key == key
    ]
    assert event.metadata["dagster/row_count"].value == 1
    columns = {column.name for column in event.metadata["dagster/column_schema"].value.columns}
    assert columns == {"id", "amount", "as_of"}
    lineage = event.metadata["dagster/column_lineage"].value.deps_by_column
    assert [dep.column_name for dep in lineage["id"]] == ["id"]
    with pytest.raises(built.NotBuiltError, match="past all checks"):
        built.read(settings.warehouse_path)
    # Artifacts are where `dbt test --select result:...` and `dbt docs` look for them.
    assert (settings.target_path / "run_results.json").exists()
    assert not list((settings.target_path / "runs").iterdir())


def test_a_failed_data_test_keeps_the_last_good_marts(
    small_project: DbtProject, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run_nightly(small_project, settings)
    assert first.success
    monkeypatch.setenv("SMALL_VALUE", "2")
    recorder = Recorder()
    second = run_nightly(small_project, settings, recorder)
    assert failed_steps(second) == ["warehouse"]
    assert recorder.dbt_processes == 1, "a failed data test is not worth a second try"
    assert publishing.served(settings.serving_path).run_id == first.run_id
    with publishing.connect(settings.serving_path) as con:
        assert con.execute("select amount from marts.fct_things").fetchall() == [(1,)]
    # The warehouse itself holds the wrong number: that is why nobody else reads it.
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        assert con.execute("select amount from marts.fct_things").fetchall() == [(2,)]
    monkeypatch.setenv("SMALL_VALUE", "3")
    assert run_nightly(small_project, settings).success
    assert publishing.served(settings.serving_path).number == 2


def hold_until(path: str, held: str, released: str) -> None:
    with duckdb.connect(path) as con:
        con.execute("select 1")
        Path(held).touch()
        deadline = time.monotonic() + 60
        while not Path(released).exists() and time.monotonic() < deadline:
            time.sleep(0.05)


def test_a_held_lock_is_worth_a_second_try(
    small_project: DbtProject, settings: Settings, tmp_path: Path
) -> None:
    held, released = tmp_path / "held", tmp_path / "released"
    holder = multiprocessing.get_context("spawn").Process(
        target=hold_until, args=(str(settings.warehouse_path), str(held), str(released))
    )
    holder.start()
    try:
        while not held.exists():
            time.sleep(0.05)
        recorder = Recorder(lambda text: released.touch() if "lock on file" in text else None)
        result = run_nightly(small_project, settings, recorder)
    finally:
        released.touch()
        holder.join(60)
    assert result.success
    assert recorder.dbt_processes == 2


def test_a_closed_gate_on_marts_publishes_nothing_by_no_way(
    small_project: DbtProject, settings: Settings
) -> None:
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("create schema landed")
        con.execute("create table landed.things as select range as id from range(100)")
    recorder = Recorder()
    first = run_nightly(small_project, settings, recorder)
    assert first.success
    assert [report.layer for report in recorder.reports] == ["raw", "dbt", "marts"]
    assert {report.run_id for report in recorder.reports} == {first.run_id}
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("delete from landed.things where id >= 80")
    second = run_nightly(small_project, settings)
    assert failed_steps(second) == ["marts_gate"]
    alone = run_job(
        "nightly", small_project, settings, steps=(), assets=[dg.AssetKey("published_marts")]
    )
    assert failed_steps(alone) == ["published_marts"]
    assert publishing.served(settings.serving_path).run_id == first.run_id
    quality.accept(settings.quality_path, "marts", "purged")
    assert run_nightly(small_project, settings).success
    # What the gate has let through may be published again, by a run of that step alone.
    again = run_job(
        "nightly", small_project, settings, steps=(), assets=[dg.AssetKey("published_marts")]
    )
    assert again.success
    with publishing.connect(settings.serving_path) as con:
        assert con.execute("select count(*) from marts.fct_things").fetchall() == [(80,)]


def test_a_closed_gate_on_raw_tables_builds_nothing(
    small_project: DbtProject, settings: Settings
) -> None:
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("create schema landed")
        con.execute("create table landed.things as select range as id from range(100)")
    assert run_nightly(small_project, settings).success
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("delete from landed.things where id >= 40")
    recorder = Recorder()
    assert failed_steps(run_nightly(small_project, settings, recorder)) == ["raw_gate"]
    assert recorder.dbt_processes == 0


@pytest.mark.slow
def test_closing_a_month_passes_both_gates(small_project: DbtProject, settings: Settings) -> None:
    """Of a month's close the marts are compared with closed months, not with what is served."""
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("create schema landed")
        con.execute("create table landed.things as select range as id from range(100)")
    assert run_nightly(small_project, settings).success

    def close(rows: int, as_of: str) -> list[str]:
        with duckdb.connect(str(settings.warehouse_path)) as con:
            con.execute("delete from landed.things")
            con.execute(f"insert into landed.things select range from range({rows})")
        recorder = Recorder()
        tags = {AS_OF_TAG: as_of}
        closing = run_job("month_close", small_project, settings, recorder, tags=tags)
        assert [report.layer for report in recorder.reports] == ["raw", "dbt", "marts"]
        return failed_steps(closing)

    assert close(80, "2026-09-01") == []
    assert close(90, "2026-10-01") == []
    assert close(70, "2026-10-01") == ["marts_gate"]
    closed = settings.serving_path / "closed"
    assert sorted(path.name for path in closed.iterdir()) == ["2026-08", "2026-09"]
    # Each closed month has a report of its own, and that of what is served stays.
    for folder, as_of in (
        (closed / "2026-08", "2026-09-01"),
        (closed / "2026-09", "2026-10-01"),
        (settings.serving_path, AS_OF),
    ):
        assert f"As of <strong>{as_of}</strong>" in (folder / "report" / "index.html").read_text()


def test_a_failed_publish_keeps_the_last_good_marts(
    small_project: DbtProject, settings: Settings
) -> None:
    first = run_nightly(small_project, settings)
    with publishing.publisher.publisher_lock(settings.serving_path):
        second = run_nightly(small_project, settings)
    assert failed_steps(second) == ["published_marts"]
    assert publishing.served(settings.serving_path).run_id == first.run_id


@pytest.mark.heavy
def test_a_failed_report_fails_the_run_and_leaves_the_marts_published(
    small_project: DbtProject, settings: Settings
) -> None:
    first = run_nightly(small_project, settings)
    assert first.success
    report = settings.serving_path / "report"
    assert first.run_id in (report / "index.html").read_text()
    report.unlink()
    report.mkdir()
    second = run_nightly(small_project, settings)
    assert failed_steps(second) == ["report"]
    assert publishing.served(settings.serving_path).run_id == second.run_id


@pytest.mark.parametrize(
    ("messages", "returncode", "results", "worth_a_try"),
    [
        (["Could not set lock on file x: Conflicting lock is held in y"], 2, None, True),
        ([], -9, None, True),
        (["Parser error"], 2, None, False),
        (["Got 1 result"], 1, [("test.p.t.abc", "fail"), ("model.p.m", "error")], False),
    ],
    ids=["lock", "killed", "compile", "data-test"],
)
def test_what_is_tried_again(
    messages: list[str],
    returncode: int,
    results: list[tuple[str, str]] | None,
    worth_a_try: bool,
    tmp_path: Path,
) -> None:
    def artifact(name: str) -> dict[str, Any]:
        if results is None:
            raise FileNotFoundError(name)
        return {"results": [{"unique_id": i, "status": status} for i, status in results]}

    invocation: Any = SimpleNamespace(
        is_successful=lambda: False,
        process=SimpleNamespace(returncode=returncode),
        _error_messages=messages,
        get_artifact=artifact,
        target_path=tmp_path,
    )
    with pytest.raises(dg.Failure) as failure:
        raise_for_failure(invocation)
    assert failure.value.allow_retries is worth_a_try
    if results:
        assert "2 failed: t, m" in str(failure.value.description)


# --- manifest -----------------------------------------------------------------------------------


def test_the_manifest_is_made_again_when_the_project_is_newer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project, "PROJECT_DIR", tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").touch()
    manifest = tmp_path / "manifest.json"
    assert project.manifest_is_stale(manifest)
    manifest.touch()
    future = time.time() + 10
    os.utime(manifest, (future, future))
    assert not project.manifest_is_stale(manifest)
    model = tmp_path / "models" / "a.sql"
    model.touch()
    os.utime(model, (future + 10, future + 10))
    assert project.manifest_is_stale(manifest)


# --- progress -----------------------------------------------------------------------------------


def result_event(name: str, status: str, index: int, kind: str = "model") -> dict[str, Any]:
    return {
        "info": {"name": "LogModelResult", "level": "info", "msg": ""},
        "data": {
            "index": index,
            "total": 3,
            "status": status,
            "node_info": {"resource_type": kind, "node_name": name},
        },
    }


def test_progress_counts_and_shows_errors_in_full() -> None:
    out = io.StringIO()
    terminal = Terminal(out, seconds_between_lines=0)
    terminal.on_event(result_event("stg_a", "success", 1))
    failed = result_event("unique_a", "fail 3", 2, "test")
    failed["data"]["num_models"] = failed["data"].pop("total")
    terminal.on_event(failed)
    terminal.on_event(result_event("old_a", "warn 1", 3, "test"))
    terminal.on_event(
        {
            "info": {"name": "RunResultError", "level": "error", "msg": "\x1b[31m  Got 3\x1b[0m\n"},
            "data": {},
        }
    )
    text = out.getvalue()
    assert "FAILED  test unique_a" in text
    assert "warning test old_a" in text
    assert "2 of 3" in text
    assert "3 of 3" in text
    assert "  Got 3\n" in text
    assert "\x1b" not in text
    assert terminal.summary().startswith("1 model, 2 tests; 1 failed, 1 warning;")


def test_progress_is_quiet_between_lines() -> None:
    out = io.StringIO()
    terminal = Terminal(out, seconds_between_lines=60)
    terminal.on_event(result_event("stg_a", "success", 1))
    assert out.getvalue() == ""


# --- headline -----------------------------------------------------------------------------------

BRIDGE_ROWS = """
select date '2026-09-01' as month, 'all' as segment_type, 'all' as segment_value,
    cast(100 as decimal(38, 6)) as opening_mrr, cast(50 as decimal(38, 6)) as new_mrr,
    cast(0 as decimal(38, 6)) as reactivation_mrr, cast(10 as decimal(38, 6)) as expansion_mrr,
    cast(-5 as decimal(38, 6)) as contraction_mrr, cast(-20 as decimal(38, 6)) as churn_mrr,
    cast(0 as decimal(38, 6)) as fx_impact_mrr, cast(135 as decimal(38, 6)) as closing_mrr,
    cast(1620 as decimal(38, 6)) as closing_arr, 4 as closing_customers, true as is_complete
"""


def publish_bridge(settings: Settings, rows: str) -> None:
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("create schema if not exists marts")
        con.execute(f"create or replace table marts.rpt_mrr_bridge_monthly as {rows}")
    publishing.publish(
        warehouse=settings.warehouse_path, serving=settings.serving_path, run_id="r", as_of=AS_OF
    )


def test_headline_is_the_last_complete_month(settings: Settings) -> None:
    later = BRIDGE_ROWS.replace("2026-09-01", "2026-10-01").replace("true as", "false as")
    segment = BRIDGE_ROWS.replace("2026-09-01", "2026-10-01").replace(
        "'all' as segment_type", "'plan' as segment_type"
    )
    publish_bridge(settings, f"{BRIDGE_ROWS} union all {later} union all {segment}")
    headline = read_headline(settings.serving_path)
    assert headline is not None
    assert headline.month.isoformat() == "2026-09-01"
    assert headline.values["closing_mrr"] == Decimal("135")
    text = "\n".join(headline_lines(headline, "USD", AS_OF))
    for expected in (
        f"September 2026, the last complete month as of {AS_OF}, in USD",
        "135.00",
        "1,620.00",
        "-20.00",
        "Customers",
    ):
        assert expected in text


def test_headline_without_a_complete_month(settings: Settings) -> None:
    publish_bridge(settings, f"select * from ({BRIDGE_ROWS}) where false")
    assert read_headline(settings.serving_path) is None
    assert "No complete month yet" in headline_lines(None, "USD", AS_OF)[0]


def test_headline_without_revenue_and_without_a_bridge(settings: Settings) -> None:
    publish_bridge(settings, BRIDGE_ROWS.replace("cast(135", "cast(0"))
    headline = read_headline(settings.serving_path)
    assert "No recurring revenue" in headline_lines(headline, "USD", AS_OF)[-1]
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("drop table marts.rpt_mrr_bridge_monthly; create table marts.x as select 1 a")
    publishing.publish(
        warehouse=settings.warehouse_path, serving=settings.serving_path, run_id="r", as_of=AS_OF
    )
    with pytest.raises(publishing.PublishError, match="no rpt_mrr_bridge_monthly"):
        read_headline(settings.serving_path)


def test_reporting_currency_is_the_projects() -> None:
    assert len(reporting_currency()) == 3


# --- landing ------------------------------------------------------------------------------------


def test_a_misspelt_landing_zone_is_an_error(tmp_path: Path) -> None:
    missing = Settings.from_environment({"SAAS_METRICS_RAW_PATH": str(tmp_path / "nowhere")})
    with pytest.raises(landing.LandingError, match="SAAS_METRICS_RAW_PATH"):
        landing.check_own_data(missing)


def test_raw_data_is_found_at_any_depth(tmp_path: Path) -> None:
    assert not landing.has_raw_data(tmp_path)
    (tmp_path / "stripe").mkdir()
    (tmp_path / "stripe" / "stray.parquet").touch()
    assert not landing.has_raw_data(tmp_path)
    deep = tmp_path / "stripe" / "invoice" / "2026" / "11"
    deep.mkdir(parents=True)
    (deep / "part-0.parquet").touch()
    assert landing.has_raw_data(tmp_path)


def test_source_tables_in_the_warehouse_are_found(settings: Settings) -> None:
    assert not landing.has_source_tables(settings.warehouse_path, {"stripe"})
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("create schema stripe; create table stripe.invoice (id varchar)")
    assert landing.has_source_tables(settings.warehouse_path, {"stripe", "fx"})
    assert not landing.has_source_tables(settings.warehouse_path, {"fx"})


def test_a_sample_never_overwrites_files(settings: Settings, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "customers.csv").touch()
    own = Settings.from_environment({"SAAS_METRICS_RAW_PATH": str(raw)})
    with pytest.raises(landing.LandingError, match="holds files"):
        landing.make_sample(own, landing.Sample())
    assert (raw / "customers.csv").exists()


# --- the command behind `make run` --------------------------------------------------------------


def test_options_of_a_sample_that_were_named_are_known() -> None:
    context = run.main.make_context("run", ["--customers", "2000", "--seed", "3", "--no-sample"])
    assert run.options_of_a_sample(context) == ["--customers", "--seed"]
    assert run.options_of_a_sample(run.main.make_context("run", [])) == []


def command(tmp_path: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "SAAS_METRICS_RAW_PATH": str(tmp_path / "raw"),
        "SAAS_METRICS_WAREHOUSE_PATH": str(tmp_path / "saas_warehouse.duckdb"),
        "SAAS_METRICS_SERVING_PATH": str(tmp_path / "serving"),
        "SAAS_METRICS_QUALITY_PATH": str(tmp_path / "quality"),
        "SAAS_METRICS_AS_OF": AS_OF,
        "DBT_TARGET_PATH": str(tmp_path / "target"),
    }
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "run", *arguments],
        cwd=PROJECT_DIR,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        timeout=600,
    )


def test_every_exit_code_has_one_meaning_and_is_documented(definitions: dg.Definitions) -> None:
    codes = [
        run.BUILD_FAILED, run.UNUSABLE, run.PUBLISH_FAILED, run.EXPORT_FAILED, run.GATE_CLOSED,
        run.REPORT_FAILED,
    ]  # fmt: skip
    assert len(set(codes)) == len(codes)
    steps = {step.name for step in definitions.resolve_job_def("nightly").all_node_defs}
    assert run.EXIT_CODES.keys() < steps
    page = (PROJECT_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (\d) \|", page, flags=re.MULTILINE) == [
        str(code) for code in sorted([0, *codes])
    ]
    assert {int(code) for code in re.findall(r"[:;]\s(\d) ", str(run.__doc__))} == {0, *codes}


def test_unusable_settings_end_with_code_2(tmp_path: Path) -> None:
    def invoke(variables: dict[str, str]) -> Result:
        return CliRunner().invoke(run.main, env=variables)

    done = invoke({"SAAS_METRICS_RAW_PATH": str(tmp_path / "nowhere")})
    assert done.exit_code == 2
    assert "there is no directory" in done.output
    done = invoke({"SAAS_METRICS_KEEP_RUNS": "1"})
    assert done.exit_code == 2
    assert "SAAS_METRICS_KEEP_RUNS" in done.output


@pytest.mark.heavy
@pytest.mark.slow
def test_runs_on_nothing_on_a_company_and_on_a_broken_file(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    empty = command(tmp_path)
    assert empty.returncode == 0, empty.stdout + empty.stderr
    assert "marts will be empty" in empty.stdout
    assert "No complete month yet" in empty.stdout

    sample = {"customers": "60", "months": "12", "seed": "3", "until": "2026-11-01"}
    subprocess.run(
        [sys.executable, "-m", "sample_company", "--out", str(raw)]
        + ["--truth", str(tmp_path / "truth")]
        + [part for name, value in sample.items() for part in (f"--{name}", value)],
        cwd=PROJECT_DIR,
        check=True,
        capture_output=True,
    )
    good = command(tmp_path)
    assert good.returncode == 0, good.stdout + good.stderr
    for expected in ("October 2026", "Closing MRR", "Customers", f"As of {AS_OF}, run 2"):
        assert expected in good.stdout
    served = (tmp_path / "serving" / "manifest.json").read_text()

    # A file that is still being written, or broken: nothing is built, the last good marts stay.
    victim = next((raw / "stripe" / "invoice").rglob("*.parquet"))
    victim.write_bytes(victim.read_bytes()[:-100])
    bad = command(tmp_path)
    assert bad.returncode == 5, bad.stdout + bad.stderr
    assert "last good marts" in bad.stderr
    assert str(victim) in bad.stdout
    assert (tmp_path / "serving" / "manifest.json").read_text() == served
