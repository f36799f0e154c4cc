"""The landing zone, as the gate on raw tables would find it: without asking all its questions."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import duckdb

from orchestration.doctor.findings import Finding, error, ok, warning
from orchestration.quality.declared import declared_tables
from orchestration.quality.gate import attach_sources, file_results, partner_results
from orchestration.quality.raw_tables import Landed, Query, find, place
from orchestration.quality.results import Outcome, joined
from orchestration.settings import RAW_PATH, Settings

RAW = "Raw data"
SHOWN = 4  # optional columns of a table that is named for lacking them


def tables(settings: Settings) -> Iterator[Finding]:
    """Tables and rows by source, columns that are missing, files that cannot be read."""
    with duckdb.connect() as con:

        def query(text: str) -> Sequence[Sequence[Any]]:
            return con.execute(text).fetchall()

        problems, in_warehouse = attach_sources(query, settings.warehouse_path)
        for problem in problems:
            yield warning(RAW, problem.message, "Ask again when the warehouse is free.")
        landed = [
            find(table, settings.raw_path, in_warehouse, query) for table in declared_tables()
        ]
        for source, group in groupby(landed, lambda one: one.table.source):
            yield from _source(source, list(group), query)
    if not any(one.origin or one.problem for one in landed):
        advice = f"Land <source>/<table>/*.parquet below {settings.raw_path}"
        sample = ", or run `saas-metrics sample`" if settings.raw_path_is_default else ""
        yield warning(RAW, "no table is landed", f"{advice} ({RAW_PATH}){sample}.")
    for result in partner_results(landed):
        if result.outcome == Outcome.FAILED:
            yield error(RAW, *_two_parts(result.message))


def _source(source: str, landed: list[Landed], query: Query) -> Iterator[Finding]:
    there = [one for one in landed if one.origin]
    rows = {one.table.name: int(query(f"select count(*) from {one.origin}")[0][0]) for one in there}
    if there:
        yield ok(
            RAW,
            f"{source}: {len(there)} of {len(landed)} tables, {sum(rows.values()):,} rows "
            f"({', '.join(f'{name} {count:,}' for name, count in rows.items())})",
        )
    for one in landed:
        for result in file_results(one):
            if result.outcome == Outcome.FAILED:
                yield error(RAW, *_two_parts(result.message))
            elif result.outcome == Outcome.WARNED:
                yield warning(RAW, *_two_parts(result.message))
        if one.origin and one.missing_required:
            yield error(
                RAW,
                f"{place(one.table, one.missing_required)}: missing, and required",
                "Add it to the sync, or to the view that feeds this table.",
            )
        if absent := _optional(one):
            more = f" and {len(absent) - SHOWN} more" if len(absent) > SHOWN else ""
            shown = joined(absent[:SHOWN]) + more
            yield ok(RAW, f"{place(one.table)}: without {shown} (optional, null in every row)")


def _optional(one: Landed) -> list[str]:
    """Declared columns that are not landed and need not be."""
    return [
        column.name
        for column in (one.table.columns if one.origin else ())
        if column.name not in one.present and not column.required
    ]


def _two_parts(message: str) -> tuple[str, str]:
    """A gate's message as what was found and what to do, which is its last sentence."""
    found, _, advice = message.rstrip(".").rpartition(". ")
    return found or message, f"{advice}."
