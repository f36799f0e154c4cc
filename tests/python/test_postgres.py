"""The Postgres copy, against a real server that this test starts and stops.

Without a server binary or the driver these tests are skipped; what they make of contracts is tested
always. The server listens on a socket in a temporary directory and on no network.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.bi.bundle import spec
from orchestration.bi.metrics import metrics
from orchestration.publishing import PublishError, publish
from orchestration.publishing.contracts import Contract, contracts, postgres_type
from orchestration.publishing.postgres import create_table, publish_to_postgres
from orchestration.secrets import Secret
from orchestration.settings import PROJECT_DIR
from orchestration.yaml_files import read_yaml

AS_OF = "2026-11-01T00:00:00Z"
SCHEMA, READER = "marts", "bi_reader"


def column(name: str, data_type: str, *, required: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "data_type": data_type,
        "description": f"The {name}'s\n  meaning.",
        "constraints": [{"type": "not_null"}] if required else [],
    }


def manifest(**marts: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "nodes": {
            f"model.p.{name}": {
                "resource_type": "model",
                "name": name,
                "schema": "marts",
                "description": "A mart.",
                "config": {"contract": {"enforced": True}},
                "columns": {c["name"]: c for c in columns},
            }
            for name, columns in marts.items()
        }
    }


FACT = [
    column("id", "bigint", required=True),
    column("name", "string"),
    column("amount", "decimal(38,6)", required=True),
    column("rate", "decimal(38,12)"),
    column("day", "date"),
    column("at", "timestamp"),
    column("is_complete", "boolean"),
    column("score", "double"),
    column("months", "int"),
]
OTHER = [column("id", "bigint", required=True), column("generation", "bigint")]
EMPTY = [column("id", "bigint"), column("note", "string")]
SHAPES = manifest(fct_a=FACT, rpt_b=OTHER, dim_empty=EMPTY)


# --- contracts ----------------------------------------------------------------------------------


def test_types_of_contracts() -> None:
    assert postgres_type("decimal(38, 6)") == "numeric(38,6)"
    assert postgres_type("string") == "text"
    assert postgres_type("TIMESTAMP") == "timestamp without time zone"
    with pytest.raises(PublishError, match="struct"):
        postgres_type("struct(a int)")


def test_a_mart_without_a_contract_is_refused() -> None:
    loose = manifest(fct_a=FACT)
    loose["nodes"]["model.p.fct_a"]["config"]["contract"]["enforced"] = False
    for shapes in (loose, manifest()):
        with pytest.raises(PublishError, match="fct_a has no enforced dbt contract"):
            contracts(shapes, ["fct_a"])


def test_tables_are_made_from_the_contract() -> None:
    (contract,) = contracts(SHAPES, ["rpt_b"])
    assert create_table("marts", contract) == [
        'create table "marts"."rpt_b" (\n    "id" bigint not null,\n    "generation" bigint\n)',
        'comment on table "marts"."rpt_b" is \'A mart.\'',
        'comment on column "marts"."rpt_b"."id" is \'The id\'\'s meaning.\'',
        'comment on column "marts"."rpt_b"."generation" is \'The generation\'\'s meaning.\'',
    ]


# --- a server -----------------------------------------------------------------------------------


def server_binaries() -> Path | None:
    """Directory of initdb and postgres: on the PATH, or where Debian keeps them."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if (f / "initdb").exists()), None)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of a server on a Unix socket."""
    pytest.importorskip("adbc_driver_postgresql", reason="extra `postgres` is not installed")
    binaries = server_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server binaries (initdb, postgres) on this machine")
    # A socket's path may have about 100 characters; pytest's own directories are longer.
    root = Path(tempfile.mkdtemp(prefix="pg-"))
    # The server refuses to be run by root.
    user = next((u.pw_name for u in pwd.getpwall() if u.pw_name in ("postgres", "nobody")), None)
    as_user: dict[str, Any] = {"user": user, "group": pwd.getpwnam(user).pw_gid} if (
        os.geteuid() == 0 and user
    ) else {}  # fmt: skip
    if as_user:
        shutil.chown(root, user)
    data = root / "data"
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "owner", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True, capture_output=True, cwd=root, **as_user,
    )  # fmt: skip
    process = subprocess.Popen(
        [binaries / "postgres", "-D", data, "-k", root, "-c", "listen_addresses=", "-F"],
        cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user,
    )  # fmt: skip
    try:
        uri = f"postgresql://owner@/postgres?host={root}"
        wait_for(uri)
        yield uri
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(root)


def wait_for(uri: str) -> None:
    """Until the server answers; 30 s at most."""
    from adbc_driver_postgresql import dbapi

    for attempt in range(300):
        try:
            dbapi.connect(uri).close()
            return
        except dbapi.Error:
            if attempt == 299:
                raise
            time.sleep(0.1)


class Database:
    """A database of its own for each test."""

    def __init__(self, server: str, name: str) -> None:
        self.uri = server.replace("/postgres?", f"/{name}?")

    def connect(self, user: str = "owner") -> Any:
        from adbc_driver_postgresql import dbapi

        return dbapi.connect(self.uri.replace("//owner@", f"//{user}@"))

    def query(self, sql: str, user: str = "owner") -> list[tuple[Any, ...]]:
        with self.connect(user) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def execute(self, *statements: str) -> None:
        with self.connect() as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            connection.commit()


@pytest.fixture
def database(server: str, request: pytest.FixtureRequest) -> Database:
    name = f"t{abs(hash(request.node.name)) % 10**9}"
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(server, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(f"create database {name}")
    return Database(server, name)


@pytest.fixture
def serving(tmp_path: Path) -> Path:
    publish_generation(tmp_path, 1)
    return tmp_path / "serving"


def publish_generation(root: Path, generation: int, more: str = "") -> None:
    """Publishes marts whose every row names the generation."""
    with duckdb.connect(str(root / "saas_warehouse.duckdb")) as con:
        con.execute("create schema if not exists marts")
        con.execute(
            "create or replace table marts.fct_a as select range as id, "
            f"case when range > 0 then 'é {generation}' end as name, "
            f"cast({generation} as decimal(38, 6)) + cast(0.000001 as decimal(38, 6)) as amount, "
            "cast(1 as decimal(38, 12)) / 1 as rate, date '2026-10-31' as day, "
            "timestamp '2026-10-31 23:59:59.123456' as at, true as is_complete, "
            "cast(0.5 as double) as score, cast(7 as integer) as months from range(1000)"
        )
        con.execute(
            "alter table marts.fct_a alter rate set data type decimal(38, 12)"
        )  # division made it a double
        con.execute(
            f"create or replace table marts.rpt_b as select range as id, "
            f"cast({generation} as bigint) as generation from range(1000)"
        )
        con.execute("create or replace table marts.dim_empty (id bigint, note varchar)")
        if more:
            con.execute(more)
    publish(
        warehouse=root / "saas_warehouse.duckdb",
        serving=root / "serving",
        run_id=f"run-{generation}",
        as_of=AS_OF,
    )


def copy(serving: Path, database: Database, shapes: list[Contract] | None = None) -> None:
    publish_to_postgres(
        serving, shapes or contracts(SHAPES, ["fct_a", "rpt_b", "dim_empty"]),
        Secret(database.uri), SCHEMA, READER,
    )  # fmt: skip


GENERATION = (
    "select (select run_number from marts._publish), (select min(generation) from marts.rpt_b), "
    "(select count(*) from marts.fct_a where amount = (select run_number from marts._publish) "
    "+ 0.000001)"
)


def test_the_served_run_is_in_postgres_with_types_comments_and_stamp(
    serving: Path, database: Database
) -> None:
    copy(serving, database)
    assert database.query(GENERATION) == [(1, 1, 1000)]
    row = database.query(
        "select id, name, amount::text, rate::text, day::text, at::text, is_complete, score, "
        "months from marts.fct_a where id in (0, 5) order by id"
    )
    assert row[0][:2] == (0, None)
    assert row[1] == (
        5, "é 1", "1.000001", "1.000000000000", "2026-10-31", "2026-10-31 23:59:59.123456",
        True, 0.5, 7,
    )  # fmt: skip
    assert Decimal(row[1][2]) == Decimal("1.000001")
    types = dict(
        database.query(
            "select attname, format_type(atttypid, atttypmod) || case when attnotnull "
            "then ' not null' else '' end from pg_attribute "
            "where attrelid = 'marts.fct_a'::regclass and attnum > 0"
        )
    )
    assert types["amount"] == "numeric(38,6) not null"
    assert types["name"] == "text"
    assert types["at"] == "timestamp without time zone"
    described = "select col_description('marts.fct_a'::regclass, 1)"
    assert database.query(described) == [("The id's meaning.",)]
    assert database.query("select run_id, as_of from marts._publish") == [("run-1", AS_OF)]
    assert database.query("select mart, rows from marts._publish_marts order by mart") == [
        ("dim_empty", 0),
        ("fct_a", 1000),
        ("rpt_b", 1000),
    ]


def test_the_reader_reads_and_nothing_else(serving: Path, database: Database) -> None:
    copy(serving, database)
    database.execute("create role analyst login in role bi_reader", "create role nobody login")
    assert database.query(GENERATION, user="analyst") == [(1, 1, 1000)]
    from adbc_driver_postgresql import dbapi

    for user, sql in (
        ("analyst", "delete from marts.fct_a"),
        ("analyst", "insert into marts.rpt_b values (1, 1)"),
        ("analyst", "create table marts.x (a int)"),
        ("analyst", "drop table marts.rpt_b"),
        ("nobody", "select * from marts.rpt_b"),
    ):
        with pytest.raises(dbapi.Error, match=r"permission denied|must be owner"):
            database.query(sql, user=user)


def test_no_reader_at_any_isolation_level_sees_half_a_run(
    tmp_path: Path, serving: Path, database: Database
) -> None:
    copy(serving, database)
    stop = threading.Event()
    problems: list[object] = []
    seen: dict[str, set[int]] = {"single": set(), "repeatable": set()}

    def read(way: str) -> None:
        try:
            while not stop.is_set():
                with database.connect() as connection, connection.cursor() as cursor:
                    if way == "repeatable":
                        cursor.execute("set transaction isolation level repeatable read")
                        # The snapshot is taken here; the marts are read later.
                        cursor.execute("select run_number from marts._publish")
                        ((first,),) = cursor.fetchall()
                        stop.wait(0.05)
                    cursor.execute(GENERATION)
                    ((number, generation, rows),) = cursor.fetchall()
                    if number != generation or rows != 1000:
                        problems.append((way, number, generation, rows))
                    if way == "repeatable" and first != number:
                        problems.append((way, first, number))
                    seen[way].add(number)
        except Exception as error:
            problems.append(error)

    readers = [threading.Thread(target=read, args=(way,)) for way in seen]
    for reader in readers:
        reader.start()
    try:
        for generation in range(2, 8):
            publish_generation(tmp_path, generation)
            copy(serving, database)
    finally:
        stop.set()
        for reader in readers:
            reader.join(30)
    assert not problems, problems[0]
    assert all(len(numbers) > 1 for numbers in seen.values()), "no publish was seen"


def test_what_fails_on_the_way_leaves_the_run_of_before(
    tmp_path: Path, serving: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration.publishing import postgres

    copy(serving, database)
    publish_generation(tmp_path, 2)
    for step in ("_fill", "_stamp", "_grant"):
        with monkeypatch.context() as patch:

            def dies(*args: object, **kwargs: object) -> None:
                raise PublishError("died")

            patch.setattr(postgres, step, dies)
            with pytest.raises(PublishError, match="died"):
                copy(serving, database)
        assert database.query(GENERATION) == [(1, 1, 1000)], step
    copy(serving, database)
    assert database.query(GENERATION) == [(2, 2, 1000)]


def test_rows_that_do_not_arrive_are_noticed(
    serving: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy(serving, database)
    database.execute(
        "create function lose() returns trigger language plpgsql as "
        "'begin if new.id = 7 then return null; end if; return new; end'",
        "create trigger lose before insert on marts.rpt_b for each row execute function lose()",
    )
    with pytest.raises(PublishError, match="did not get all of its 1000 rows"):
        copy(serving, database)
    assert database.query(GENERATION) == [(1, 1, 1000)]


def test_a_second_publisher_fails_at_once(serving: Path, database: Database) -> None:
    copy(serving, database)
    with database.connect() as connection, connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('saas_metrics publish'))")
        cursor.fetchall()
        with pytest.raises(PublishError, match="Another process is publishing to Postgres"):
            copy(serving, database)
    copy(serving, database)


def test_contracts_that_change_and_marts_that_go(
    tmp_path: Path, serving: Path, database: Database
) -> None:
    copy(serving, database)
    database.execute("create table marts.notes_of_a_person (x int)")
    publish_generation(
        tmp_path, 2, "drop table marts.dim_empty; alter table marts.rpt_b add column more bigint"
    )
    wider = manifest(fct_a=FACT, rpt_b=[*OTHER, column("more", "bigint")])
    copy(serving, database, contracts(wider, ["fct_a", "rpt_b"]))
    tables = {
        table
        for (table,) in database.query("select tablename from pg_tables where schemaname = 'marts'")
    }
    assert tables == {"fct_a", "rpt_b", "_publish", "_publish_marts", "notes_of_a_person"}
    assert database.query("select count(*), count(more) from marts.rpt_b") == [(1000, 0)]


def test_a_mart_without_a_shape_is_refused_before_anything_changes(
    serving: Path, database: Database
) -> None:
    with pytest.raises(PublishError, match="No contract for: dim_empty"):
        copy(serving, database, contracts(SHAPES, ["fct_a", "rpt_b"]))


def test_a_database_that_is_gone_is_an_error_without_its_secret(serving: Path) -> None:
    pytest.importorskip("adbc_driver_postgresql", reason="extra `postgres` is not installed")
    uri = "postgresql://owner:do-not-tell@127.0.0.1:1/postgres?connect_timeout=2"
    with pytest.raises(PublishError, match="Postgres shows the run of before") as error:
        publish_to_postgres(
            serving, contracts(SHAPES, ["fct_a", "rpt_b", "dim_empty"]), Secret(uri), SCHEMA, READER
        )
    assert "do-not-tell" not in str(error.value)
    assert error.value.__cause__ is None


# --- measures for BI tools ----------------------------------------------------------------------


def test_measures_for_superset_run_in_postgres(database: Database) -> None:
    """Each one on the empty tables of the contracts, and a ratio of whole numbers with its rest."""
    folder = PROJECT_DIR / "models" / "marts"
    models = {
        model["name"]: model
        for path in folder.rglob("*.yml")
        for model in read_yaml(path).get("models", [])
    }
    said = spec()["datasets"]
    database.execute("create schema marts")
    for name in said:
        columns = ", ".join(
            f"{one['name']} {postgres_type(one['data_type'])}" for one in models[name]["columns"]
        )
        database.execute(f"create table marts.{name} ({columns})")
        measures = ", ".join(metric.expression for metric in metrics(said[name]))
        ((*values,),) = database.query(f"select {measures} from marts.{name}")
        assert set(values) == {None}
    database.execute(
        "insert into marts.rpt_cohort_retention (segment_type, months_since, customers, "
        "retained_customers) values ('all', 1, 4, 3), ('all', 1, 4, 2)"
    )
    (rate,) = [
        one.expression
        for one in metrics(said["rpt_cohort_retention"])
        if one.name == "logo_retention_rate"
    ]
    sql = f"select cast({rate} as double precision) from marts.rpt_cohort_retention"
    assert database.query(sql) == [(0.625,)]
