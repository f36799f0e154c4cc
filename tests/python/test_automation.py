"""When runs start: jobs, schedules, the sensor of landed files, event days.

No test here waits: clocks are handed in.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import duckdb
import pytest
from dagster_dbt import DbtProject
from small_runs import AS_OF, Recorder, make_small_project, run_job, small_settings

from orchestration import clone, runs
from orchestration.definitions import build_definitions
from orchestration.defs import landed
from orchestration.defs.landed import Seen, Table, decide, look
from orchestration.runs import AS_OF_TAG, CLOSES_MONTH_TAG, as_of_of, closed_month
from orchestration.settings import Settings, SettingsError

QUIET = 600.0


# --- as-of --------------------------------------------------------------------------------------


def context_of(tags: dict[str, str], created: datetime) -> Any:
    record = SimpleNamespace(create_timestamp=created)
    return SimpleNamespace(
        run=SimpleNamespace(tags=tags, run_id="r"),
        instance=SimpleNamespace(get_run_record_by_id=lambda run_id: record),
    )


@pytest.mark.parametrize(
    ("tags", "as_of", "expected"),
    [
        ({}, None, "2026-11-03T06:00:00Z"),
        ({}, "2026-09-09", "2026-09-09"),
        ({AS_OF_TAG: "2026-10-10"}, "2026-09-09", "2026-10-10"),
        ({CLOSES_MONTH_TAG: "last"}, None, "2026-11-01"),
        ({CLOSES_MONTH_TAG: "last"}, "2026-09-09T10:00:00Z", "2026-09-01"),
        ({CLOSES_MONTH_TAG: "last", AS_OF_TAG: "2026-08-01"}, None, "2026-08-01"),
    ],
)
def test_the_as_of_of_a_run(
    tmp_path: Path, tags: dict[str, str], as_of: str | None, expected: str
) -> None:
    settings = small_settings(tmp_path, **({"SAAS_METRICS_AS_OF": as_of} if as_of else {}))
    created = datetime(2026, 11, 3, 6, 0, 0, 5, tzinfo=UTC)
    assert as_of_of(context_of(tags, created), settings) == expected


def test_a_month_ends_in_the_reporting_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "project_vars", lambda: {"reporting_timezone": "America/New_York"})
    three_in_utc = datetime(2026, 11, 1, 3, tzinfo=UTC)
    assert runs.first_of_month(three_in_utc).isoformat() == "2026-10-01"
    assert closed_month("2026-11-01") == "2026-10"
    assert closed_month("2026-01-01") == "2025-12"


def test_the_commit_is_told_or_asked_of_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAAS_METRICS_GIT_COMMIT", "abc123")
    assert clone.git_commit() == "abc123"
    monkeypatch.setenv("SAAS_METRICS_GIT_COMMIT", "")
    assert clone.git_commit()
    monkeypatch.setenv("PATH", "")
    assert clone.git_commit() == "unknown"


# --- landed files -------------------------------------------------------------------------------


def tables(**digests: str) -> dict[str, Table]:
    return {f"stripe/{name}": Table(1, 10, digest) for name, digest in digests.items()}


def test_files_that_keep_changing_start_nothing_and_quiet_ones_start_one_run() -> None:
    first = decide(Seen(), tables(invoice="a"), now=1000, quiet_seconds=QUIET)
    assert first.reason is not None
    assert "landing" in first.reason
    # A second file lands while the first one waits: the wait begins anew.
    second = decide(first.seen, tables(invoice="a", price="b"), now=1500, quiet_seconds=QUIET)
    assert second.reason is not None
    early = decide(second.seen, tables(invoice="a", price="b"), now=2099, quiet_seconds=QUIET)
    assert early.reason is not None
    assert "1 s to go" in early.reason
    due = decide(early.seen, tables(invoice="a", price="b"), now=2100, quiet_seconds=QUIET)
    assert due.reason is None
    assert due.changed == ["stripe/invoice", "stripe/price"]
    again = decide(due.seen, tables(invoice="a", price="b"), now=9999, quiet_seconds=QUIET)
    assert again.reason == "No new files."


def test_only_what_changed_is_named_and_a_file_that_goes_counts() -> None:
    built = {"stripe/invoice": "a", "stripe/price": "b"}
    seen = Seen(tables(invoice="a2"), since=0, built=built)
    due = decide(seen, tables(invoice="a2"), now=QUIET, quiet_seconds=QUIET)
    assert due.changed == ["stripe/invoice", "stripe/price"]


def test_files_that_change_back_within_the_wait_start_nothing() -> None:
    seen = Seen(tables(invoice="a"), since=0, built={"stripe/invoice": "a"})
    changed = decide(seen, tables(invoice="b"), now=10, quiet_seconds=QUIET)
    back = decide(changed.seen, tables(invoice="a"), now=20, quiet_seconds=QUIET)
    assert decide(back.seen, tables(invoice="a"), now=9999, quiet_seconds=QUIET).reason == (
        "No new files."
    )


def test_names_sizes_and_times_are_what_counts(tmp_path: Path) -> None:
    folder = tmp_path / "stripe" / "invoice" / "2026"
    folder.mkdir(parents=True)
    file = folder / "part-0.parquet"
    file.write_bytes(b"one")
    os.utime(file, ns=(10, 10))
    (folder / "part-1.parquet.tmp").write_bytes(b"still being written")
    (tmp_path / "stray.parquet").touch()
    digests = [look(tmp_path)["stripe/invoice"].digest]
    assert set(look(tmp_path)) == {"stripe/invoice"}
    assert look(tmp_path)["stripe/invoice"].files == 1

    def note() -> None:
        digests.append(look(tmp_path)["stripe/invoice"].digest)

    os.utime(file, ns=(20, 20))
    note()
    file.write_bytes(b"four")
    os.utime(file, ns=(20, 20))
    note()
    file.rename(folder / "part-2.parquet")
    note()
    assert len(set(digests)) == 4, "a change was not seen"


def test_the_cursor_survives_the_daemon_and_an_unknown_one_is_a_new_start() -> None:
    seen = Seen(tables(invoice="a"), 12.5, {"stripe/invoice": "a"})
    assert Seen.from_cursor(seen.to_cursor()) == seen
    for text in (None, "", "{", "[]", '{"version": 9}', '{"tables": {"a": 1}}'):
        assert Seen.from_cursor(text) == Seen()


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return small_settings(tmp_path, SAAS_METRICS_LANDED_QUIET_MINUTES="10")


@pytest.fixture(autouse=True)
def no_as_of_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAAS_METRICS_AS_OF", raising=False)


def test_the_sensor_asks_once_and_tells_what_landed(settings: Settings) -> None:
    clock = Clock()
    key = dg.AssetKey(["stripe", "invoice"])
    sensor = landed.sensor(settings, {"stripe/invoice": key}, clock)
    folder = settings.raw_path / "stripe" / "invoice"
    folder.mkdir(parents=True)

    def ticks() -> Iterator[dg.SensorResult]:
        cursor = None
        while True:
            with dg.build_sensor_context(cursor=cursor) as context:
                result = sensor(context)
            assert isinstance(result, dg.SensorResult)
            cursor = result.cursor
            yield result

    tick = ticks()
    assert not next(tick).run_requests
    keys = []
    for content in (b"one", b"three"):
        (folder / "part-0.parquet").write_bytes(content)
        assert not next(tick).run_requests
        clock.now += 599
        assert not next(tick).run_requests
        clock.now += 1
        result = next(tick)
        assert result.run_requests is not None
        (request,) = result.run_requests
        assert request.tags["saas_metrics/landed"] == "stripe/invoice"
        (event,) = result.asset_events
        assert event.asset_key == key
        keys.append(request.run_key)
        clock.now += 60
        assert not next(tick).run_requests
    assert len(set(keys)) == 2


@pytest.mark.parametrize("value", ["0", "-1", "ten", "1.5"])
def test_a_quiet_time_is_whole_minutes(value: str) -> None:
    with pytest.raises(SettingsError, match="SAAS_METRICS_LANDED_QUIET_MINUTES"):
        Settings.from_environment({"SAAS_METRICS_LANDED_QUIET_MINUTES": value})


# --- event days ---------------------------------------------------------------------------------

EVENT_DAYS = {
    "models/events.yml": """
models:
  - name: int_events
    columns: [{name: id, data_tests: [not_null]}]
""",
    "models/int_events.sql": """
{%- set start, end = invocation_args_dict.event_time_start, invocation_args_dict.event_time_end %}
{{ config(materialized='incremental', unique_key='event_date', incremental_strategy='delete+insert',
    tags=['event_days', 'hourly']) }}
select range as id, date '2026-10-29' + cast(range as integer) as event_date,
    {{ env_var('SMALL_VALUE', '1') }} as generation
from range(4)
{% if start %}
where date '2026-10-29' + cast(range as integer) >= date '{{ start }}'
    and date '2026-10-29' + cast(range as integer) < date '{{ end }}'
{% endif %}
""",
    "models/marts/fct_event_days.sql": "select event_date, generation from {{ ref('int_events') }}",
    "models/marts/fct_event_days.yml": """
models:
  - name: fct_event_days
    description: Events a day.
    config: {tags: [hourly]}
    columns: [{name: generation, data_tests: [not_null]}]
""",
}
DAYS = ["2026-10-29", "2026-10-30", "2026-10-31", "2026-11-01"]


@pytest.fixture(scope="module")
def event_project(tmp_path_factory: pytest.TempPathFactory) -> DbtProject:
    return make_small_project(tmp_path_factory.mktemp("events"), EVENT_DAYS)


@pytest.mark.slow
def test_event_days_are_partitions_and_a_range_is_one_run(
    event_project: DbtProject, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    definitions = build_definitions(settings, None, event_project)
    jobs = {
        job.name: job for job in definitions.resolve_all_job_defs() if not job.name.startswith("__")
    }
    graph = definitions.resolve_asset_graph()
    days = dg.AssetKey("event_days")
    assert graph.get(days).backfill_policy == dg.BackfillPolicy.single_run()
    assert "2026-10-30" in graph.get(days).partitions_def.get_partition_keys()
    selected = {name: job.asset_layer.selected_asset_keys for name, job in jobs.items()}
    assert selected["backfill"] == {days}
    assert all(days not in keys for name, keys in selected.items() if name != "backfill")
    mart = dg.AssetKey(["marts", "fct_event_days"])
    hourly = {
        mart,
        dg.AssetKey("int_events"),
        *map(dg.AssetKey, ("published_marts", "exported_history", "report")),
    }
    assert set(selected["hourly"]) == hourly
    # Of the gate on marts it shows the checks of its part.
    checks = jobs["hourly"].asset_layer.asset_graph.asset_check_keys
    assert {check for check in checks if check.name == "fit_to_publish"} == {
        dg.AssetCheckKey(mart, "fit_to_publish")
    }
    assert definitions.resolve_schedule_def("hourly_schedule").job_name == "hourly"

    def run(job: str, recorder: Recorder | None = None, **more: Any) -> dg.ExecuteInProcessResult:
        steps = () if job == "backfill" else ("warehouse",)
        return run_job(
            job, event_project, settings, recorder, steps=steps,
            tags={AS_OF_TAG: AS_OF, **more},
        )  # fmt: skip

    assert run("nightly").success
    assert days_of(settings) == [(day, 1) for day in DAYS]

    # A range is one dbt process, and touches no other day; the marts follow with the next run.
    monkeypatch.setenv("SMALL_VALUE", "2")
    recorder = Recorder()
    backfill = run(
        "backfill",
        recorder,
        **{
            "dagster/asset_partition_range_start": "2026-10-30",
            "dagster/asset_partition_range_end": "2026-10-31",
        },
    )
    assert backfill.success
    assert recorder.dbt_processes == 1
    partitions = {
        event.partition for event in backfill.get_asset_materialization_events() if event.partition
    }
    assert partitions == {"2026-10-30", "2026-10-31"}
    assert days_of(settings) == [(day, 1) for day in DAYS]
    assert days_of(settings, "main.int_events") == [
        (day, 2 if day in DAYS[1:3] else 1) for day in DAYS
    ]
    # Each dbt step is in the history of checks.
    answered = duckdb.sql(
        "select distinct dataset, layer from read_parquet("
        f"'{settings.quality_path}/check_results/*.parquet') where layer = 'dbt' order by 1"
    ).fetchall()
    assert answered == [("fct_event_days", "dbt"), ("fct_things", "dbt"), ("int_events", "dbt")]


def days_of(settings: Settings, table: str = "marts.fct_event_days") -> list[tuple[str, int]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        rows = con.execute(f"select event_date, generation from {table} order by all").fetchall()
    return [(str(day), generation) for day, generation in rows]
