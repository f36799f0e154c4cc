"""The note on what the warehouse file holds, and what may be published from it."""

from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from small_runs import AS_OF, small_settings

from orchestration import built, publishing
from orchestration.built import LIVE, MONTH_CLOSE, Built, NotBuiltError
from orchestration.defs import publish
from orchestration.runs import CLOSES_MONTH_TAG
from orchestration.settings import Settings

ALL = {"a", "b"}
FIRST, SECOND = Built("first", AS_OF), Built("second", AS_OF)


def write(warehouse: Path, value: int = 1) -> None:
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema if not exists marts")
        con.execute(f"create or replace table marts.fct_things as select {value} as amount")


def run_sql(warehouse: Path, sql: str) -> None:
    with duckdb.connect(str(warehouse)) as con:
        con.execute(sql)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "saas_warehouse.duckdb"
    write(path)
    return path


def build(warehouse: Path, run: Built, *, whole: bool = True, step: set[str] = ALL) -> None:
    built.begin(warehouse, run, whole=whole)
    built.end(warehouse, run, step, step if not whole else ALL)


def test_a_whole_build_is_good_when_its_last_step_has_ended(warehouse: Path) -> None:
    with pytest.raises(NotBuiltError, match="does not hold the end of a good build"):
        built.read(warehouse)
    built.begin(warehouse, FIRST, whole=True)
    built.end(warehouse, FIRST, {"a"}, ALL)
    with pytest.raises(NotBuiltError):
        built.read(warehouse)
    built.begin(warehouse, FIRST, whole=True)
    built.end(warehouse, FIRST, {"b"}, ALL)
    assert built.read(warehouse) == FIRST


def test_a_build_that_dies_is_not_good_and_the_next_whole_one_is(warehouse: Path) -> None:
    build(warehouse, FIRST)
    built.begin(warehouse, SECOND, whole=True)
    with pytest.raises(NotBuiltError):
        built.read(warehouse)
    build(warehouse, Built("third", AS_OF))
    assert built.read(warehouse).run_id == "third"


def test_a_part_needs_a_good_whole_below_it(warehouse: Path) -> None:
    built.begin(warehouse, FIRST, whole=True)  # and dies
    build(warehouse, SECOND, whole=False, step={"a"})
    with pytest.raises(NotBuiltError):
        built.read(warehouse)
    build(warehouse, FIRST)
    build(warehouse, SECOND, whole=False, step={"a"})
    assert built.read(warehouse) == SECOND


def test_a_part_is_never_put_on_the_state_of_a_closed_month(warehouse: Path) -> None:
    build(warehouse, Built("close", "2026-11-01", MONTH_CLOSE))
    build(warehouse, Built("hour", AS_OF, LIVE), whole=False, step={"a"})
    with pytest.raises(NotBuiltError):
        built.read(warehouse)


def test_a_file_that_was_written_since_is_not_good(warehouse: Path) -> None:
    build(warehouse, FIRST)
    write(warehouse, 2)
    with pytest.raises(NotBuiltError, match="past all checks"):
        built.read(warehouse)
    build(warehouse, SECOND, whole=False, step={"a"})
    with pytest.raises(NotBuiltError):
        built.read(warehouse)


def test_the_gate_writes_its_answers_and_lets_a_build_through(warehouse: Path) -> None:
    build(warehouse, FIRST)
    with built.passing_gate(warehouse, "first"):
        write(warehouse, 2)
        with pytest.raises(NotBuiltError):
            built.read(warehouse)
    assert built.read(warehouse) == FIRST
    with (
        pytest.raises(NotBuiltError, match="holds the build of run first"),
        built.passing_gate(warehouse, "second"),
    ):
        write(warehouse, 3)
    assert built.read(warehouse) == FIRST
    with pytest.raises(duckdb.Error), built.passing_gate(warehouse, "first"):
        run_sql(warehouse, "select * from nowhere")
    with pytest.raises(NotBuiltError):
        built.read(warehouse)


def test_two_runs_at_once_are_noticed(warehouse: Path) -> None:
    built.begin(warehouse, FIRST, whole=True)
    built.begin(warehouse, SECOND, whole=True)
    with pytest.raises(NotBuiltError, match="at the same time"):
        built.end(warehouse, FIRST, ALL, ALL)
    built.end(warehouse, SECOND, ALL, ALL)
    assert built.read(warehouse) == SECOND


def test_a_note_that_cannot_be_read_is_no_note(warehouse: Path) -> None:
    build(warehouse, FIRST)
    built.note_path(warehouse).write_text("{")
    with pytest.raises(NotBuiltError):
        built.read(warehouse)


# --- what the publishing step makes of it -------------------------------------------------------

MART = dg.AssetKey(["marts", "fct_things"])


def run_publish(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    build_as: str | None = None,
    purpose: str = LIVE,
    as_of: str = AS_OF,
    tags: dict[str, str] | None = None,
) -> dg.ExecuteInProcessResult:
    """A run of the publishing step, with a step before it that builds under some run's id."""
    monkeypatch.setattr(publish, "mart_keys", lambda project: [MART])
    project: Any = None
    asset = publish.published_marts_asset(project, settings)

    @dg.asset(key=MART)
    def fct_things(context: dg.AssetExecutionContext) -> None:
        write(settings.warehouse_path)
        run_id = context.run.run_id if build_as == "own" else str(build_as)
        build(settings.warehouse_path, Built(run_id, as_of, purpose))

    return dg.materialize(
        [asset, *([fct_things] if build_as else [])],
        instance=dg.DagsterInstance.ephemeral(),
        raise_on_error=False,
        tags=tags,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
    )


@pytest.fixture
def settings(tmp_path: Path, warehouse: Path) -> Settings:
    return small_settings(tmp_path)


def test_a_run_publishes_its_own_build(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_publish(settings, monkeypatch, build_as="own")
    assert result.success
    assert publishing.served(settings.serving_path).run_id == result.run_id


def test_a_run_that_was_overtaken_publishes_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not run_publish(settings, monkeypatch, build_as="another").success
    assert not (settings.serving_path / "manifest.json").exists()


def test_the_step_alone_publishes_the_last_good_build_and_nothing_else(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not run_publish(settings, monkeypatch).success
    build(settings.warehouse_path, FIRST)
    # No gate has let it through: it was killed before it, or stopped by it.
    assert not run_publish(settings, monkeypatch).success
    with built.passing_gate(settings.warehouse_path, "first"):
        pass
    assert run_publish(settings, monkeypatch).success
    assert publishing.served(settings.serving_path).run_id == "first"
    write(settings.warehouse_path, 2)
    assert not run_publish(settings, monkeypatch).success
    with publishing.connect(settings.serving_path) as con:
        assert con.execute("select amount from marts.fct_things").fetchall() == [(1,)]


def test_a_closed_month_is_published_beside_what_is_served(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_publish(settings, monkeypatch, build_as="own").success
    before = (settings.serving_path / "manifest.json").read_text()
    closing = run_publish(
        settings, monkeypatch, "own", MONTH_CLOSE, "2026-11-01", {CLOSES_MONTH_TAG: "last"}
    )
    assert closing.success
    assert (settings.serving_path / "manifest.json").read_text() == before
    closed = publishing.served(settings.serving_path / "closed" / "2026-10")
    assert (closed.run_id, closed.as_of) == (closing.run_id, "2026-11-01")
