"""Raw tables as the gate reads them: the files of the landing zone, or tables in the warehouse.

The order is dbt's (macros/sources/mount_sources.sql): files first, then a table of the warehouse's
own database. Each becomes a view with the declared columns that are there, cast where a value fits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration.quality.checks import CRITICAL, ROW_KEY, WARNING, Check, bad_rows
from orchestration.quality.declared import Column, Table
from orchestration.quality.results import joined

Query = Callable[[str], Sequence[Sequence[Any]]]

INTEGERS = {"bigint", "int", "integer", "hugeint", "smallint", "tinyint", "ubigint", "uinteger",
            "usmallint", "utinyint"}  # fmt: skip
FITS = {("int", "number"), ("timestamptz", "timestamp"), ("date", "timestamp"),
        ("timestamp", "date"), ("timestamptz", "date")}  # fmt: skip
# A few rows that are set aside are reported; many say that the file as a whole is broken.
QUARANTINE_SHARE, QUARANTINE_ROWS = 0.01, 10


@dataclass
class Landed:
    """A declared table as it is there.

    Attributes:
        table: its declaration.
        files: its Parquet files.
        strangers: files in its folder that nobody reads.
        origin: SQL that reads it; None where it is not there, or a file cannot be read.
        types: type of each column as landed, by lower-case name.
        problem: why it cannot be read, for a person; None where it can.
    """

    table: Table
    files: list[Path] = field(default_factory=list)
    strangers: list[Path] = field(default_factory=list)
    origin: str | None = None
    types: dict[str, str] = field(default_factory=dict)
    problem: str | None = None

    @property
    def missing_required(self) -> list[str]:
        """Names of the required columns that are not landed."""
        return [
            column.name
            for column in self.table.columns
            if column.required and column.name not in self.present
        ]

    @property
    def present(self) -> set[str]:
        """Names of the declared columns that are landed."""
        return {column.name for column in self.table.columns if column.name.lower() in self.types}


def find(table: Table, raw_path: Path, database_tables: set[str], query: Query) -> Landed:
    """Looks a table up and reads the footers of its files.

    Args:
        table: declaration.
        raw_path: landing zone.
        database_tables: `<schema>.<table>` of the warehouse, attached as `warehouse`.
        query: runs SQL.
    """
    folder = raw_path / table.source / table.name
    paths = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []
    landed = Landed(table, files=[path for path in paths if path.suffix == ".parquet"])
    landed.strangers = [path for path in paths if path.suffix != ".parquet"]
    if not landed.files and table.dataset in database_tables:
        landed.origin = f'warehouse."{table.source}"."{table.name}"'
    elif landed.files:
        for path in landed.files:
            try:
                found = query(f"describe select * from {_parquet([path])}")
            except Exception as error:  # the driver's errors have no common base that is exported
                landed.problem = (
                    f"{place(table)}: {path} cannot be read as Parquet ({_first_line(error)}). "
                    "It is broken or still being written: land the file again, under another name "
                    "until it is whole, then run again."
                )
                return landed
            if clash := _clash(landed, {str(row[0]).lower(): str(row[1]) for row in found}):
                landed.problem = (
                    f"{place(table, [clash])}: files cannot be read together, it is nested in some "
                    f"and not in others ({path}). Give the column one type in all files."
                )
                return landed
        landed.types = {}
        landed.origin = _parquet(landed.files)
    if landed.origin:
        try:
            found = query(f"describe select * from {landed.origin}")
        except Exception as error:
            landed.origin = None
            landed.problem = (
                f"{place(table)}: its files cannot be read together ({_first_line(error)}). "
                "Give a column one type in all files."
            )
            return landed
        landed.types = {str(row[0]).lower(): str(row[1]) for row in found}
    return landed


def _clash(landed: Landed, types: dict[str, str]) -> str | None:
    """A declared column that is nested in one file and plain in another; notes a file's types."""
    for column in landed.table.columns:
        name = column.name.lower()
        before, now = landed.types.get(name), types.get(name)
        if before and now and _nested(before) != _nested(now):
            return column.name
    landed.types.update(types)
    return None


def _nested(data_type: str) -> bool:
    return data_type.endswith("]") or data_type.startswith(("STRUCT", "MAP", "UNION"))


def place(table: Table, columns: Sequence[str] = ()) -> str:
    """`source stripe, table invoice, column currency`."""
    text = f"source {table.source}, table {table.name}"
    if not columns:
        return text
    return f"{text}, column{'s' if len(columns) > 1 else ''} {joined(columns)}"


def view_sql(landed: Landed) -> str:
    """A select of the declared columns, each as its declared type; null where it is not landed.

    A required column that is not landed is left out, so that the check on it finds nothing. A
    column whose values may not fit stands in it twice: `<name>__landed` holds the text as it came
    and `<name>__misfits` says that it is none of its type.
    """
    table = landed.table
    columns: list[str] = []
    for column in table.columns:
        found = landed.types.get(column.name.lower())
        if found is None:
            if landed.origin is None or not column.required:
                columns.append(f'cast(null as {column.data_type}) as "{column.name}"')
            continue
        columns.append(f'{_cast(column, found)} as "{column.name}"')
        if not _fits(found, column):
            columns.append(f'{_landed_text(column)} as "{column.name}__landed"')
            columns.append(f'{_misfits(column, found)} as "{column.name}__misfits"')
    keys = [name for name in table.row_key if name in landed.present]
    texts = [f"coalesce(cast(\"{name}\" as varchar), 'null')" for name in keys]
    columns.append(f"{' || chr(32) || '.join(texts)} as {ROW_KEY}" if texts else f"'' as {ROW_KEY}")
    source = landed.origin or "(select 1) where false"
    return f"select {', '.join(columns)} from {source}"


def required_checks(landed: Landed) -> list[Check]:
    """Required columns, as checks."""
    return [_required(column) for column in landed.table.columns if column.required]


def declared_checks(landed: Landed) -> list[Check]:
    """What else the declaration of a table says, as checks: types, and rows that are set aside."""
    table = landed.table
    checks: list[Check] = []
    for column in table.columns:
        found = landed.types.get(column.name.lower())
        if found and not _fits(found, column):
            wanted = column.holds or column.data_type
            checks.append(Check(
                f"{column.name}_fits_its_type", "unexpected_rows_expectation",
                _misfit_rows(column), CRITICAL, (column.name,),
                f"landed as {found}, holds values that are no {wanted}",
                "Mend the export, or cast the column where it is loaded.",
            ))  # fmt: skip
    conditions = []
    for rule in (rule for rule in table.quarantine if not rule.expected):
        conditions.append(f"coalesce({rule.when}, false)")
        checks.append(Check(
            f"quarantined_{rule.reason}", "unexpected_rows_expectation", bad_rows(rule.when),
            WARNING, (), f"rows are set aside as {rule.reason}", rule.what_to_do,
        ))  # fmt: skip
    if conditions:
        checks.append(_too_many(" or ".join(conditions)))
    if "_fivetran_synced" in landed.present and not table.repeats:
        checks.append(Check(
            "rows_are_landed_once", "unexpected_rows_expectation",
            {"unexpected_rows_query": f"select {ROW_KEY} from {{batch}} group by {ROW_KEY}, "
             "_fivetran_synced having count(*) > 1"},
            # A part of the key that is optional and not landed leaves the rest to tell rows apart.
            WARNING, tuple(name for name in table.row_key if name in landed.present),
            "two rows have the same key and the same sync time",
            "One of them is taken; look whether a file was landed twice.",
        ))  # fmt: skip
    return checks


def _required(column: Column) -> Check:
    return Check(
        f"{column.name}_is_landed", "expect_column_to_exist", {"column": column.name}, CRITICAL,
        (), f"missing. It is required ({column.description})",
        "Add it to the sync, or to the view that feeds this table.",
    )  # fmt: skip


def _too_many(condition: str) -> Check:
    share = f"select count(*) from {{batch}} where {condition}"
    return Check(
        "quarantine_is_small", "unexpected_rows_expectation",
        {"unexpected_rows_query": f"select {ROW_KEY} from {{batch}} where ({condition}) and ({share}) "
         f"> greatest({QUARANTINE_ROWS}, {QUARANTINE_SHARE} * (select count(*) from {{batch}}))"},
        CRITICAL, (), f"more than {QUARANTINE_SHARE:.0%} of the rows would be set aside",
        "The file as a whole looks broken: mend the export and land it again.",
    )  # fmt: skip


def _misfit_rows(column: Column) -> dict[str, str]:
    key = f"{ROW_KEY} || ': ' || \"{column.name}__landed\""
    return {
        "unexpected_rows_query": f"select {key} as {ROW_KEY} from {{batch}} "
        f'where "{column.name}__misfits"'
    }


def _family(data_type: str) -> str:
    """int, number, text, timestamp, timestamptz, date, boolean or other; as dbt's type_family."""
    name = data_type.lower()
    if name in INTEGERS:
        return "int"
    if name in ("double", "float", "real") or name.startswith("decimal"):
        return "number"
    if name in ("string", "varchar", "text"):
        return "text"
    if name in ("timestamptz", "timestamp with time zone"):
        return "timestamptz"
    if name.startswith("timestamp"):
        return "timestamp"
    return name if name in ("date", "boolean") else "other"


def _leaves(data_type: str, path: str = "") -> dict[str, str]:
    """The plain types inside a nested type, by path; `[]` stands for a list, as macro nested_leaves."""
    text = data_type.strip()
    if text.endswith("]"):
        return _leaves(text[: text.rindex("[")], f"{path}[]")
    if not text.lower().startswith("struct"):
        return {path: text.lower()}
    found: dict[str, str] = {}
    depth = start = 0
    inner = text[text.index("(") + 1 : -1] + ","
    for position, character in enumerate(inner):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            name, _, kind = inner[start:position].strip().partition(" ")
            name = name.strip('"').lower()
            found |= _leaves(kind, f"{path}.{name}" if path else name)
            start = position + 1
    return found


def _nested_fits(found_type: str, data_type: str) -> bool:
    """Whether each declared part that is there has a type that the declared one can hold."""
    found, declared = _leaves(found_type), _leaves(data_type)
    return all(
        found[path] == '"null"'
        or _family(found[path]) == _family(kind)
        or _family(kind) == "text"
        or (_family(found[path]), _family(kind)) in FITS
        for path, kind in declared.items()
        if path in found
    )


def _fits(found_type: str, column: Column) -> bool:
    if _nested(found_type) and _nested(column.data_type.upper()):
        return _nested_fits(found_type, column.data_type)
    found, declared = _family(found_type), _family(column.holds or column.data_type)
    return found == declared or declared == "text" or (found, declared) in FITS


def _landed_text(column: Column) -> str:
    return f"nullif(trim(cast(\"{column.name}\" as varchar)), '')"


def _cast(column: Column, found_type: str) -> str:
    """As macro cast_raw, but null where a value does not fit."""
    name, declared = f'"{column.name}"', _family(column.data_type)
    if _nested(found_type) and not set(_leaves(found_type)) & set(_leaves(column.data_type)):
        return f"cast(null as {column.data_type})"
    if _family(found_type) == "timestamptz" and declared in ("timestamp", "date"):
        return f"try_cast(timezone('UTC', {name}) as {column.data_type})"
    if _family(found_type) == "text" and declared == "timestamp":
        return f"timezone('UTC', try_cast({_landed_text(column)} as timestamptz))"
    if _family(found_type) == "text" and declared != "text":
        return f"try_cast({_landed_text(column)} as {column.data_type})"
    return f"try_cast({name} as {column.data_type})"


def _misfits(column: Column, found: str) -> str:
    """As macro first_misfit: true for a value that the declared type cannot hold."""
    text, wanted = _landed_text(column), column.holds or column.data_type
    if found and _nested(found) and _nested(wanted.upper()):
        # A part that does not fit becomes null, the whole does not: the type alone decides.
        return f"{text} is not null"
    declared = _family(wanted)
    if declared == "int":
        number = f"try_cast({text} as double)"
        return f"{text} is not null and ({number} is null or {number} <> floor({number}))"
    kind = "timestamptz" if declared == "timestamp" else wanted
    return f"{text} is not null and try_cast({text} as {kind}) is null"


def _parquet(paths: Sequence[Path]) -> str:
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"


def _first_line(error: Exception) -> str:
    cause = error.__cause__ or error
    return str(getattr(cause, "orig", None) or cause).splitlines()[0].strip()
