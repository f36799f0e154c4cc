"""Every compiled model and test read by Spark's own parser, without running any.

`make spark-check` compiles the project for Spark and then runs this: one process, one parser, a second
per hundred statements. It proves syntax, not results; those are compared by orchestration.parity.
"""

import re
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

SETTINGS = {
    "spark.master": "local[1]",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": (
        "-Dlog4j2.configurationFile=orchestration/spark/log4j2.properties"
    ),
    "spark.sql.catalogImplementation": "in-memory",
    "spark.ui.enabled": "false",
}
Parser = Callable[[str], str | None]


def construct(message: str) -> str:
    """What a message of the parser complains about, without its place: what failures have in common."""
    first = message.strip().splitlines()[0] if message.strip() else "unknown"
    return re.sub(r"\(line \d+, pos \d+\)", "", first)[:120].strip()


def failures(folder: Path, parse: Parser) -> Iterator[tuple[str, str]]:
    """(construct, file) of what the parser refuses below a folder of compiled SQL."""
    for path in sorted(folder.rglob("*.sql")):
        message = parse(path.read_text(encoding="utf-8"))
        if message is not None:
            yield construct(message), str(path.relative_to(folder))


def grouped(found: list[tuple[str, str]]) -> str:
    """Failures as text, those of one construct together, the most frequent first."""
    by_construct: dict[str, list[str]] = {}
    for what, where in found:
        by_construct.setdefault(what, []).append(where)
    lines: list[str] = []
    for what, files in sorted(by_construct.items(), key=lambda item: -len(item[1])):
        lines += [f"{len(files)} x {what}", *(f"    {name}" for name in files)]
    return "\n".join(lines)


def spark_parser(session: Any, error: type[Exception]) -> Parser:
    """The parser of a Spark session; gives the message of what it refuses, else none."""
    parser = session._jsparkSession.sessionState().sqlParser()

    def parse(sql: str) -> str | None:
        try:
            parser.parsePlan(sql)
        except error as problem:
            return str(problem)
        return None

    return parse


def main(folder: Path) -> int:
    """Prints what Spark cannot parse; 1 where there is anything, or nothing was compiled."""
    builder = import_module("pyspark.sql").SparkSession.builder
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        parse = spark_parser(session, import_module("pyspark.errors").PySparkException)
        if parse("select (") is None:
            sys.exit("The parser lets everything through.")
        found = list(failures(folder, parse))
    finally:
        session.stop()
    statements = len(list(folder.rglob("*.sql")))
    if found:
        print(grouped(found))
    print(f"{statements - len(found)} of {statements} compiled statements parse")
    return 1 if found or not statements else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
