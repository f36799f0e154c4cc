"""`saas-metrics`: its commands, help, completion, exit codes, status and doctor."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration import built, status
from orchestration.cli import launcher, program
from orchestration.doctor import Finding, Level, clone, environment, places, raw_data
from orchestration.publishing import publish, served
from orchestration.publishing.manifest import LOCK_FILE
from orchestration.quality.declared import declared_tables
from orchestration.settings import PROJECT_DIR, Settings

HEAVY = ("dagster", "dbt", "great_expectations", "pandas", "numpy", "matplotlib")
COMMANDS = [
    "sample",
    "run",
    "status",
    "explain",
    "report",
    "metrics",
    "superset",
    "publish",
    "rollback",
    "serving",
    "history",
    "quality",
    "bench",
    "doctor",
    "completion",
]


@pytest.fixture
def places_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for variable in [name for name in os.environ if name.startswith("SAAS_METRICS_")]:
        monkeypatch.delenv(variable)
    for variable, name in {
        "SAAS_METRICS_RAW_PATH": "raw",
        "SAAS_METRICS_WAREHOUSE_PATH": "saas_warehouse.duckdb",
        "SAAS_METRICS_SERVING_PATH": "serving",
        "SAAS_METRICS_QUALITY_PATH": "quality",
        "DBT_TARGET_PATH": "target",
    }.items():
        monkeypatch.setenv(variable, str(tmp_path / name))
    (tmp_path / "raw").mkdir()
    return Settings.from_environment()


def make_warehouse(settings: Settings, rows: int = 3) -> None:
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("create schema if not exists marts")
        con.execute(
            f"create or replace table marts.fct_things as select range as id from range({rows})"
        )


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(program.cli, arguments, prog_name=program.PROGRAM)


def run_program(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=PROJECT_DIR, env={**os.environ, **variables}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


# --- the list of commands -----------------------------------------------------------------------


def test_the_help_names_every_command_and_exit_code() -> None:
    done = invoke("--help")
    assert done.exit_code == 0
    assert re.findall(r"^  ([a-z]+)  +[A-Z]", done.output, re.M) == COMMANDS
    assert re.findall(r"^    (\d)  ", done.output, re.M) == ["0", "1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_examples_that_parse(name: str) -> None:
    entry = program.ENTRIES[name]
    done = invoke(name, "--help")
    assert done.exit_code == 0
    assert entry.summary not in ("", done.output)
    assert len(done.output.splitlines()) > 6
    assert entry.examples
    for example in entry.examples:
        assert example in done.output
        words = shlex.split(example.removeprefix('eval "$(').removesuffix(')"').split(" > ")[0])
        while "=" in words[0]:
            words = words[1:]
        assert words[:2] == ["saas-metrics", name]
        command: click.Command | None = program.cli.get_command(click.Context(program.cli), name)
        assert command is not None
        rest = words[2:]
        parent = click.Context(command, default_map={"out": "somewhere"})
        if isinstance(command, click.Group):
            command = command.get_command(parent, rest.pop(0))
            assert command is not None, example
        with command.make_context(name, rest, default_map={"out": "somewhere"}) as ctx:
            assert ctx.params is not None, example


@pytest.mark.parametrize("name", COMMANDS)
def test_help_speaks_of_this_program_and_says_what_each_option_is(name: str) -> None:
    command = program.cli.get_command(click.Context(program.cli), name)
    assert command is not None
    calls: dict[tuple[str, ...], click.Command] = {(): command}
    if isinstance(command, click.Group):
        assert "..." not in invoke(name, "--help").output.split("Commands:")[1], "cut off"
        calls |= {(word,): one for word, one in command.commands.items()}
    for words, one in calls.items():
        assert "python -m" not in invoke(name, *words, "--help").output, words
        helps = [each.help or "" for each in one.params if isinstance(each, click.Option)]
        assert all(helps), words
        assert len(set(helps)) == len(helps), (words, "options that read alike")


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (["--help"], {}),
        (["--version"], {}),
        (["status", "--help"], {}),
        (["sample", "--help"], {}),
        ([], {"_SAAS_METRICS_COMPLETE": "bash_complete", "COMP_WORDS": "saas-metrics ", "COMP_CWORD": "1"}),
        ([], {"_SAAS_METRICS_COMPLETE": "bash_complete", "COMP_WORDS": "saas-metrics sample --", "COMP_CWORD": "2"}),
        (["completion", "bash"], {}),
    ],
)  # fmt: skip
def test_help_and_completion_load_nothing_heavy(
    arguments: list[str], variables: dict[str, str]
) -> None:
    script = (
        "import atexit, sys\n"
        f"heavy = {HEAVY!r}\n"
        "atexit.register(lambda: print('LOADED', [m for m in heavy if m in sys.modules]))\n"
        f"sys.argv = ['saas-metrics', *{arguments!r}]\n"
        "from orchestration.cli.program import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT_DIR, env={**os.environ, **variables},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "LOADED []" in done.stdout


def test_the_shell_gets_names_of_commands_and_options() -> None:
    def complete(words: str, index: int) -> list[str]:
        done = run_program(
            _SAAS_METRICS_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(index)
        )
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert complete("saas-metrics ", 1) == COMMANDS
    assert complete("saas-metrics r", 1) == ["run", "report", "rollback"]
    assert "--full-refresh" in complete("saas-metrics run --", 2)
    assert complete("saas-metrics serving v", 2) == ["verify"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_each_shell(shell: str) -> None:
    done = invoke("completion", shell)
    assert done.exit_code == 0
    assert "_SAAS_METRICS_COMPLETE" in done.output
    assert "saas-metrics" in done.output


def test_the_completion_script_is_one_that_bash_takes() -> None:
    script = invoke("completion", "bash").output
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_launcher_runs_from_anywhere_and_past_a_folder_of_the_same_name(tmp_path: Path) -> None:
    odd = tmp_path / "a b$c"
    (odd / "orchestration").mkdir(parents=True)
    (odd / "orchestration" / "__init__.py").write_text("raise SystemExit('the wrong one')\n")
    path = launcher.write(odd)
    done = subprocess.run([path, "--version"], cwd=odd, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("saas-metrics, version ")


def test_errors_are_one_line_and_a_documented_code(places_of: Settings) -> None:
    refused = run_program("rollback")
    assert (refused.returncode, refused.stdout) == (program.PUBLISH_FAILED, "")
    assert refused.stderr.startswith("Error: Nothing is published at ")
    bad = run_program("status", SAAS_METRICS_KEEP_RUNS="1")
    assert bad.returncode == program.UNUSABLE
    assert "SAAS_METRICS_KEEP_RUNS" in bad.stderr
    assert "Traceback" not in bad.stderr + refused.stderr
    assert run_program("no-such-command").returncode == program.UNUSABLE


def test_a_sample_goes_where_the_next_run_looks_for_it(places_of: Settings) -> None:
    done = invoke("sample", "--quiet", "--customers", "3", "--months", "2", "--until", "2026-11-01",
                  "--no-world")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert list(places_of.raw_path.glob("stripe/*/*.parquet"))


# --- report -------------------------------------------------------------------------------------


def test_a_report_of_nothing_says_so(places_of: Settings) -> None:
    failed = invoke("report")
    assert failed.exit_code == program.FOUND_WRONG
    assert failed.output.startswith("Error: ")
    assert "Traceback" not in failed.output


# --- publish ------------------------------------------------------------------------------------


def end_build(settings: Settings, *, gate: bool) -> built.Built:
    build = built.Built("run-7", "2026-11-01")
    built.begin(settings.warehouse_path, build, whole=True)
    built.end(settings.warehouse_path, build, {"all"}, {"all"})
    if gate:
        with built.passing_gate(settings.warehouse_path, "run-7"):
            pass
    return build


def test_only_a_good_build_is_published_by_hand(places_of: Settings) -> None:
    make_warehouse(places_of)
    unknown = run_program("publish")
    assert unknown.returncode == program.PUBLISH_FAILED
    assert "--unchecked" in unknown.stderr
    end_build(places_of, gate=False)
    ungated = run_program("publish")
    assert ungated.returncode == program.PUBLISH_FAILED
    assert "gate on marts" in ungated.stderr
    assert not places_of.serving_path.exists()
    end_build(places_of, gate=True)
    assert invoke("publish").exit_code == 0
    run = served(places_of.serving_path)
    assert (run.run_id, run.as_of) == ("run-7", "2026-11-01")
    make_warehouse(places_of, rows=4)
    assert run_program("publish").returncode == program.PUBLISH_FAILED
    assert invoke("publish", "--unchecked").exit_code == 0
    assert served(places_of.serving_path).run_id.startswith("manual-")


# --- status -------------------------------------------------------------------------------------


def test_status_of_nothing_says_what_to_do(places_of: Settings) -> None:
    done = invoke("status")
    assert done.exit_code == 1
    assert "nothing yet: `saas-metrics run`" in done.output
    assert "There is none yet" in done.output


def test_status_shows_what_is_served_and_kept(places_of: Settings) -> None:
    make_warehouse(places_of)
    build = end_build(places_of, gate=True)
    for run_id in ("one", build.run_id):
        publish(warehouse=places_of.warehouse_path, serving=places_of.serving_path,
                run_id=run_id, as_of="2026-11-01")  # fmt: skip
    done = invoke("status")
    assert done.exit_code == 0, done.output
    assert "Published  run 2 (run-7)" in done.output
    assert re.search(r"fct_things +3$", done.output, re.M)
    assert "run run-7, as of 2026-11-01; passed the gate on marts" in done.output
    assert re.search(r"^\* +2 .*run-7$", done.output, re.M)
    assert re.search(r"^  +1 .*one$", done.output, re.M)
    facts = json.loads(invoke("status", "--json").output)
    assert facts["is_good"] is True
    assert facts["served"]["marts"]["fct_things"]["rows"] == 3
    assert facts["warehouse"]["tables"] == {"marts": 1}
    assert [run["number"] for run in facts["kept"]] == [2, 1]


def test_status_counts_what_is_too_old(places_of: Settings) -> None:
    make_warehouse(places_of)
    publish(warehouse=places_of.warehouse_path, serving=places_of.serving_path,
            run_id="one", as_of="2026-11-01")  # fmt: skip
    published = datetime.fromisoformat(served(places_of.serving_path).published_at)
    at_limit = status.gather(places_of, published + timedelta(hours=36))
    assert (at_limit.age_hours, at_limit.is_stale, at_limit.is_good) == (36.0, False, True)
    late = status.gather(places_of, published + timedelta(hours=36, seconds=1))
    assert (late.is_stale, late.is_good) == (True, False)


def test_status_of_a_warehouse_that_a_run_holds(places_of: Settings) -> None:
    make_warehouse(places_of)
    with held(places_of.warehouse_path, read_only=False):
        found = status.gather(places_of, datetime.now(UTC)).warehouse
    assert "lock" in found.problem
    assert found.tables == {}


# --- doctor -------------------------------------------------------------------------------------


@contextlib.contextmanager
def held(path: Path, *, read_only: bool) -> Iterator[int]:
    """Another process has the file open; yields its id."""
    script = (
        "import duckdb, sys\n"
        f"con = duckdb.connect({str(path)!r}, read_only={read_only})\n"
        "print('open', flush=True)\nsys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    yield process.pid
    process.communicate(timeout=30)


def texts(findings: Iterable[Finding], level: Level) -> list[str]:
    return [f"{one.text} -> {one.advice}" for one in findings if one.level == level]


def test_doctor_says_that_all_is_well_or_what_to_do(places_of: Settings) -> None:
    done = invoke("doctor")
    assert done.exit_code == 0, done.output
    assert "packages as in requirements.lock" in done.output
    assert "no table is landed" in done.output
    (places_of.raw_path / "stripe" / "invoice").mkdir(parents=True)
    (places_of.raw_path / "stripe" / "invoice" / "a.parquet").write_bytes(b"no parquet")
    done = invoke("doctor")
    assert done.exit_code == 1
    assert "cannot be read as Parquet" in done.output
    findings = json.loads(invoke("doctor", "--json").output)
    assert {one["level"] for one in findings} >= {"ok", "error"}
    assert all(one["advice"] for one in findings if one["level"] != "ok")


def test_doctor_goes_on_where_a_setting_cannot_be_used(places_of: Settings) -> None:
    done = CliRunner().invoke(program.cli, ["doctor"], env={"SAAS_METRICS_KEEP_RUNS": "1"})
    assert done.exit_code == 1
    assert "SAAS_METRICS_KEEP_RUNS: '1'" in done.output


def test_doctor_knows_our_variables_and_near_misses() -> None:
    found = list(environment.variables({
        "SAAS_METRICS_RAW_PAHT": "x", "SAAS_METRICS_AS_OF": "yesterday",
        "SAAS_METRICS_POSTGRES_URI": "postgresql://u:hidden@h/d", "HOME": "y",
    }))  # fmt: skip
    assert texts(found, Level.WARNING) == [
        "SAAS_METRICS_RAW_PAHT is set, and nothing reads it -> Did you mean SAAS_METRICS_RAW_PATH?"
    ]
    assert "no date or instant" in texts(found, Level.ERROR)[0]
    assert not any("hidden" in one.text for one in found)


def test_doctor_knows_every_variable_that_the_code_reads() -> None:
    files = [*PROJECT_DIR.glob("orchestration/**/*.py"), *PROJECT_DIR.glob("macros/**/*.sql"),
             PROJECT_DIR / "profiles.yml", PROJECT_DIR / "Makefile"]  # fmt: skip
    named = {
        name
        for path in files
        for name in re.findall(r"\bSAAS_METRICS_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8"))
    }
    assert named - environment.known_variables() == set()


def test_doctor_compares_versions_with_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "some.lock"
    lock.write_text(
        "click==0.0.1 \\\n    --hash=sha256:00\nno-such-package==1.0 \\\n    --hash=sha256:00\n"
        "elsewhere==2.0 ; sys_platform == 'never' \\\n    --hash=sha256:00\n"
    )
    errors = texts(environment.packages(lock), Level.ERROR)
    assert errors[0].startswith("not installed: no-such-package 1.0 ->")
    assert "click" in errors[1]
    assert "lock: 0.0.1" in errors[1]
    assert not any("elsewhere" in text for text in errors)
    assert "3.10.2" in texts(environment.python((3, 10, 2)), Level.ERROR)[0]


def test_doctor_refuses_a_warehouse_by_the_name_of_a_schema(tmp_path: Path) -> None:
    def errors(name: str) -> list[str]:
        env = {"SAAS_METRICS_WAREHOUSE_PATH": str(tmp_path / name)}
        return texts(places.names(Settings.from_environment(env)), Level.ERROR)

    for name in ("marts.duckdb", "Stripe.duckdb", "raw_hubspot.duckdb"):
        assert "name of a schema" in errors(name)[0]
    assert errors("saas_warehouse.duckdb") == []


def test_the_schemas_that_doctor_knows_are_those_of_the_project() -> None:
    project = (PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"\+schema: (\w+)", project)) <= places.SCHEMAS


@pytest.mark.parametrize(("read_only", "expected"), [(False, "is written to"), (True, "open")])
def test_doctor_sees_who_holds_the_warehouse_and_changes_nothing(
    places_of: Settings, read_only: bool, expected: str
) -> None:
    make_warehouse(places_of)
    end_build(places_of, gate=True)
    with held(places_of.warehouse_path, read_only=read_only) as pid:
        (found,) = texts(places.locks(places_of), Level.WARNING)
        assert expected in found
        assert read_only or f"process {pid}" in found
    assert texts(places.locks(places_of), Level.OK) == ["nobody holds the warehouse -> "]
    assert built.read(places_of.warehouse_path).run_id == "run-7"


def test_doctor_sees_a_broken_warehouse_and_a_publisher_at_work(places_of: Settings) -> None:
    places_of.warehouse_path.write_bytes(b"no duckdb file" * 1000)
    assert "cannot be opened" in texts(places.locks(places_of), Level.ERROR)[0]
    lock = places_of.serving_path / LOCK_FILE
    lock.parent.mkdir()
    script = (
        "import fcntl, sys\n"
        f"file = open({str(lock)!r}, 'w')\nfcntl.flock(file, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\nsys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    found = texts(places.locks(places_of), Level.WARNING)
    process.communicate(timeout=30)
    assert found == ["somebody is publishing -> Wait until it has ended."]


def test_doctor_sees_places_room_and_leftovers(
    places_of: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    bad = Settings.from_environment({
        "SAAS_METRICS_SERVING_PATH": str(in_the_way), "SAAS_METRICS_RAW_PATH": str(tmp_path / "no"),
    })  # fmt: skip
    errors = texts(places.writable(bad), Level.ERROR)
    assert "is no directory" in errors[0]
    assert "there is no directory" in errors[1]
    assert texts(places.leftovers(places_of), Level.WARNING) == []
    (places_of.serving_path / "runs" / ".staging").mkdir(parents=True)
    assert "repair" in texts(places.leftovers(places_of), Level.WARNING)[0]
    monkeypatch.setattr(places, "LEAST_BYTES", 10**18)
    assert "make room" in texts(places.space(places_of), Level.WARNING)[0]


def test_doctor_reads_raw_tables_by_the_sources_own_declarations(places_of: Settings) -> None:
    declared = {table.dataset: table for table in declared_tables()}
    lines = declared["stripe.invoice_line_item"]
    required = [column.name for column in lines.columns if column.required]
    assert required
    assert "invoice" in lines.requires
    folder = places_of.raw_path / "stripe" / "invoice_line_item"
    folder.mkdir(parents=True)
    duckdb.sql("select 'li_1' as id from range(2)").write_parquet(str(folder / "a.parquet"))
    (folder / "b.parquet.tmp").touch()
    found = list(raw_data.tables(places_of))
    assert f"stripe: 1 of {sum(t.source == 'stripe' for t in declared.values())} tables, 2 rows " \
        "(invoice_line_item 2) -> " in texts(found, Level.OK)  # fmt: skip
    errors = texts(found, Level.ERROR)
    assert any("table invoice_line_item" in text and "missing, and required" in text
               for text in errors)  # fmt: skip
    assert any("table invoice: missing, but" in text for text in errors)
    assert "do not end in .parquet" in texts(found, Level.WARNING)[0]


def test_doctor_says_where_the_time_zone_or_the_commit_is_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clone, "project_vars", lambda: {"reporting_timezone": "Mars/Olympus"})
    assert "'Mars/Olympus' is not known" in texts(clone.time_zone(), Level.ERROR)[0]
    for commit, expected in {"unknown": "commit unknown", "ab12-dirty": "files differ"}.items():
        monkeypatch.setattr(clone, "git_commit", lambda commit=commit: commit)
        assert expected in texts(clone.repository(), Level.WARNING)[0]
