"""The marts of both engines compared row by row.

`make parity` builds sample companies of two sizes with DuckDB and with Spark (docs/spark.md), each with
a warehouse of its own below target/parity, and compares every table of the schema marts: rows that
only one of the two has are counted both ways, duplicates included. It does so twice for each size: the
second time on the same warehouses, with the raw files of a month later, so that what is kept of
earlier runs (history and the snapshot) is compared too. The exit code is 1 where a mart differs.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import duckdb

# A run for each, on the raw files of that day.
DAYS = ("2026-09-15", "2026-10-15")
# Customers and months of the sample companies.
SIZES = ("40x12", "200x24")
SCHEMA = "marts"
# Sums of doubles depend on the order of their rows, which neither engine promises.
DIGITS_OF_A_DOUBLE = 12


@dataclass(frozen=True)
class Comparison:
    """What one mart has in common on both engines."""

    mart: str
    duckdb_rows: int
    spark_rows: int | None
    only_duckdb: int = 0
    only_spark: int = 0
    columns: tuple[str, ...] = ()

    @property
    def is_equal(self) -> bool:
        """Whether both engines have the same rows."""
        return self.spark_rows is not None and not self.only_duckdb and not self.only_spark

    def __str__(self) -> str:
        if self.spark_rows is None:
            return f"{self.mart}: not built by Spark"
        if self.is_equal:
            return f"{self.mart}: {self.duckdb_rows} rows, equal"
        where = f" (columns: {', '.join(self.columns)})" if self.columns else ""
        return (
            f"{self.mart}: {self.duckdb_rows} rows on DuckDB, {self.spark_rows} on Spark; "
            f"{self.only_duckdb} only on DuckDB, {self.only_spark} only on Spark{where}"
        )


def comparable(column: str, data_type: str) -> str:
    """A column as both engines would write it: Spark stores instants with a zone."""
    if data_type in ("DOUBLE", "FLOAT"):
        digits = f'{DIGITS_OF_A_DOUBLE} - 1 - cast(floor(log10(abs("{column}"))) as int)'
        return (
            f'case when "{column}" = 0 or not isfinite("{column}") then "{column}" '
            f'else round("{column}", {digits}) end as "{column}"'
        )
    if data_type == "TIMESTAMP":
        return f'epoch_us("{column}") as "{column}"'
    return f'cast("{column}" as {data_type}) as "{column}"'


def compare_rows(warehouse: duckdb.DuckDBPyConnection, mart: str, files: str) -> Comparison:
    """One mart of an open warehouse against the Parquet files that Spark wrote."""
    own = f'{SCHEMA}."{mart}"'
    described = warehouse.sql(f"describe {own}").fetchall()
    columns = {name: kind for name, kind, *_ in described}
    select = ", ".join(comparable(name, kind) for name, kind in columns.items())
    warehouse.execute(f"create or replace temp view ours as select {select} from {own}")
    warehouse.execute(
        f"create or replace temp view theirs as select {select} from read_parquet('{files}')"
    )

    def count(sql: str) -> int:
        return int(warehouse.sql(f"select count(*) from ({sql})").fetchall()[0][0])

    only_duckdb = count("from ours except all from theirs")
    only_spark = count("from theirs except all from ours")
    differing = [
        name
        for name in columns
        if (only_duckdb or only_spark)
        and count(
            f'(select "{name}" from ours except all select "{name}" from theirs) union all '
            f'(select "{name}" from theirs except all select "{name}" from ours)'
        )
    ]
    return Comparison(
        mart, count("from ours"), count("from theirs"), only_duckdb, only_spark, tuple(differing)
    )


def compare(warehouse_path: Path, lake: Path, schema: str = SCHEMA) -> Iterator[Comparison]:
    """Every mart of a DuckDB warehouse against those of a Spark warehouse folder."""
    with duckdb.connect(str(warehouse_path), read_only=True) as warehouse:
        warehouse.execute("set timezone = 'UTC'")
        names = warehouse.execute(
            "select table_name from information_schema.tables where table_schema = ? "
            "and table_catalog = current_database() order by table_name",
            [schema],
        ).fetchall()
        for (mart,) in names:
            folder = lake / "warehouse" / f"{schema}.db" / mart
            if any(folder.rglob("*.parquet")):
                yield compare_rows(warehouse, mart, f"{folder}/**/*.parquet")
            else:
                rows = warehouse.sql(f'select count(*) from {schema}."{mart}"').fetchall()[0][0]
                yield Comparison(mart, int(rows), None)


def settings_of(folder: Path, target: str, as_of: str) -> dict[str, str]:
    """The environment of a build: its own warehouse, its own parsed project."""
    return {
        "DBT_TARGET": target,
        "DBT_TARGET_PATH": str(folder / target / "target"),
        "DBT_LOG_PATH": str(folder / target / "logs"),
        "SAAS_METRICS_RAW_PATH": str(folder / "raw"),
        "SAAS_METRICS_QUALITY_PATH": str(folder / "quality"),
        "SAAS_METRICS_WAREHOUSE_PATH": str(folder / "warehouse.duckdb"),
        "SAAS_METRICS_SPARK_PATH": str(folder / "lake"),
        "SAAS_METRICS_AS_OF": as_of,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "TZ": "UTC",
    }


def run(command: Sequence[str], settings: dict[str, str] | None = None) -> None:
    """A command of this environment; its failure is this one's."""
    own = [str(Path(sys.executable).with_name(command[0])), *command[1:]]
    if subprocess.run(own, check=False, env=os.environ | (settings or {})).returncode:
        raise click.ClickException(f"{' '.join(command)} failed")


def build(folder: Path, target: str, as_of: str) -> None:
    """Every seed, snapshot and model of the project on one target.

    In full on DuckDB too: a later sample tells the past of the web anew without a word in the files,
    which a warehouse that builds changed days only cannot know. History and snapshots are kept.
    """
    command = ["dbt", "build", *(["--full-refresh"] if target == "duckdb" else [])]
    for kind in ("test", "unit_test"):
        command += ["--exclude-resource-type", kind]
    run(command, settings_of(folder, target, as_of))


def make_sample(folder: Path, customers: int, months: int, until: str) -> None:
    """The raw files of a sample company, in the place of those that are there."""
    raw = folder / "raw"
    if raw.exists():
        shutil.rmtree(raw)
    command = ["python", "-m", "sample_company", "--quiet", "--out", str(raw)]
    command += ["--customers", str(customers), "--months", str(months), "--until", until]
    run(command)


@contextmanager
def thrift_server(folder: Path, workers: bool) -> Iterator[None]:
    """A thrift server over the lake of a folder for as long as it is needed."""
    cluster = ["python", "-m", "orchestration.spark.cluster"]
    place = ["--folder", str(folder / "cluster")]
    size = [] if workers else ["--local"]
    run([*cluster, "start", *place, "--lake", str(folder / "lake"), "--small", *size])
    try:
        yield
    finally:
        run([*cluster, "stop", *place])


def report(folder: Path) -> bool:
    """Prints what was compared; whether there was something, and all of it equal."""
    comparisons = list(compare(folder / "warehouse.duckdb", folder / "lake"))
    for comparison in comparisons:
        click.echo(str(comparison))
    equal = sum(comparison.is_equal for comparison in comparisons)
    rows = sum(comparison.duckdb_rows for comparison in comparisons)
    click.echo(
        f"{folder.name}: {equal} of {len(comparisons)} marts are equal, {rows} rows on DuckDB"
    )
    return bool(comparisons) and equal == len(comparisons)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Prints what takes its time, and how much it took."""
    click.echo(f"== {what}")
    began = time.monotonic()
    yield
    click.echo(f"== {what}: {time.monotonic() - began:.0f} s")


def build_by_spark(folder: Path, place: str | None, as_of: str) -> None:
    """What `build` does, by Spark: behind a server, or in the process of dbt."""
    if place == "session":
        build(folder, "spark_session", as_of)
    else:
        with thrift_server(folder, place == "workers"):
            build(folder, "spark", as_of)


def build_both(folder: Path, customers: int, months: int, place: str | None) -> bool:
    """Both engines on the sample of every day; whether all marts were equal after each of them."""
    shutil.rmtree(folder / "lake", ignore_errors=True)
    (folder / "warehouse.duckdb").unlink(missing_ok=True)
    equal = True
    for day in DAYS:
        make_sample(folder, customers, months, day)
        with timed(f"{folder.name} until {day}, DuckDB"):
            build(folder, "duckdb", day)
        with timed(f"{folder.name} until {day}, Spark"):
            build_by_spark(folder, place, day)
        equal &= report(folder)
    return equal


def customers_x_months(size: str) -> tuple[int, int]:
    """A size as it is written on the command line: 40x12."""
    numbers = re.fullmatch(r"([1-9]\d*)x([1-9]\d*)", size)
    if not numbers:
        raise click.BadParameter(f"{size} is not like 40x12: customers, x, months")
    return int(numbers[1]), int(numbers[2])


@click.command(help=__doc__)
@click.option("--folder", type=click.Path(path_type=Path), default=Path("target/parity"))
@click.option(
    "--size",
    "sizes",
    type=customers_x_months,
    multiple=True,
    default=SIZES,
    show_default=True,
    help="Customers and months; can be given several times.",
)
@click.option("--workers", "place", flag_value="workers", help="A master and two workers.")
@click.option("--session", "place", flag_value="session", help="Spark in the process of dbt.")
@click.option("--only-compare", is_flag=True, help="Compare what is built already.")
def main(
    folder: Path, sizes: Sequence[tuple[int, int]], place: str | None, only_compare: bool
) -> None:
    """Builds both engines and compares them."""
    equal = True
    for customers, months in sizes:
        own = folder.resolve() / f"{customers}x{months}"
        if not only_compare:
            equal &= build_both(own, customers, months, place)
        elif own.exists():
            equal &= report(own)
        else:
            raise click.ClickException(f"{own.name} is not built in {own.parent}")
    if not equal:
        sys.exit(1)


if __name__ == "__main__":
    main()
