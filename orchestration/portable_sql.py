"""Constructs that mean something else on Spark than on DuckDB, or nothing at all.

`python -m orchestration.portable_sql` (part of `make lint`) reads models, singular tests and macros;
macros/engine, where the engines differ, is left out. Every entry was met or measured: the two engines
gave different rows, or one of them refused the statement.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDERS = ("models", "tests/singular", "macros")
ENGINE = "macros/engine"


@dataclass(frozen=True)
class Banned:
    """A construct, and what to write in its place."""

    pattern: str
    instead: str


BANNED = (
    Banned(r"::", "cast(x as type)"),
    Banned(r"\bqualify\b", "a row_number() in a CTE and a filter on it"),
    Banned(r"\blambda\b|\w\s*->", "a macro of macros/engine"),
    Banned(r"\basof\s+join\b|\bpositional\s+join\b", "a join on ranges"),
    Banned(r"\bexclude\s*\(|\breplace\s*\(\s*[\w.]+\s+as\b", "the columns by name"),
    Banned(r"\bdistinct\s+on\b", "max_by, or row_number()"),
    Banned(r"\bunion\s+(all\s+)?by\s+name\b", "the columns by name, and union all"),
    Banned(
        r"\b(varchar|text|hugeint|ubigint|int64|timestamptz)\b(?=\s*[,)])",
        "string, bigint, timestamp",
    ),
    Banned(
        r"\b(to_(years|months|days|hours|minutes|seconds)|date_(add|sub))\s*\(",
        "add_months, add_days",
    ),
    Banned(
        r"\b(date_?diff|date_part|datepart|epoch(_\w+)?)\s*\(",
        "days_between, months_between, seconds_between",
    ),
    Banned(
        r"\b(strftime|strptime|make_timestamp|timezone|isodow|dayofweek)\s*\(",
        "a macro of macros/engine",
    ),
    Banned(r"\b(generate_series|range)\s*\(", "month_series, day_series, each_month"),
    Banned(r"\b(list|array|map|struct)_\w+\s*\(", "struct_of, or another macro of macros/engine"),
    Banned(r"\b(json_\w+|from_json|to_json)\s*\(|->>", "row_json"),
    Banned(
        r"\b(string_split|string_agg|listagg|group_concat|starts_with|strpos)\s*\(",
        "part_rows, joined_values, like, position",
    ),
    Banned(r"\b(arg_max|arg_min|max_by_n|first|last)\s*\(", "max_by, min_by"),
    Banned(r"\b(quantile(_cont|_disc)?|percentile_(cont|disc))\s*\(", "median of a double"),
    Banned(r"\b(regexp_matches|rlike|ilike|similar\s+to)\b", "text_matches"),
    Banned(r"(?<![\w.])hash\s*\(", "row_hash, content_key"),
    Banned(r"(?<=[\w)])\s+//\s+(?=[\w(])", "floor of a quotient"),
    Banned(r"\bignore\s+nulls\b", "last_known"),
    Banned(r"\bdbt\.(datediff|dateadd|safe_cast|listagg)\b", "a macro of macros/engine"),
    Banned(
        r"\b(merge\s+into|create\s+or\s+replace|delete\s+from)\b", "delete_rows, a materialization"
    ),
)
BACKSLASH = Banned(
    r"'[^'\n]*\\[^'\n]*'", "a class such as [0-9] or [.]: Spark reads \\ as an escape"
)


def without_comments(sql: str) -> str:
    """SQL and Jinja without the comments of either."""
    return re.sub(r"--[^\n]*", "", re.sub(r"\{#.*?#\}", "", sql, flags=re.DOTALL))


def without_jinja(sql: str) -> str:
    """SQL without expressions and statements of Jinja; lines stay lines."""
    return re.sub(r"\{[{%].*?[%}]\}", lambda met: "\n" * met[0].count("\n"), sql, flags=re.DOTALL)


def without_texts(sql: str) -> str:
    """SQL without what stands between single quotes."""
    return re.sub(r"'[^'\n]*'", "''", sql)


def findings(sql: str) -> Iterator[tuple[str, str]]:
    """(what stands there, what to write instead), for each banned construct once."""
    plain = without_jinja(without_comments(sql))
    for banned, text in [(BACKSLASH, plain), *((rule, without_texts(plain)) for rule in BANNED)]:
        if met := re.search(banned.pattern, text, flags=re.IGNORECASE):
            yield met[0].strip(), banned.instead


def sql_files(root: Path) -> Iterable[Path]:
    """The files that are to mean the same on both engines."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.sql")):
            if not path.is_relative_to(root / ENGINE):
                yield path


def main(root: Path = Path()) -> int:
    """Prints what is found; 1 where anything is."""
    found = [
        f"{path.relative_to(root)}: {what} - use {instead}"
        for path in sql_files(root)
        for what, instead in findings(path.read_text(encoding="utf-8"))
    ]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
