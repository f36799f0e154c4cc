"""What was done is checked: rows, and that both methods give the same balances."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

#: Amounts in the reporting currency that may differ for one customer-month: half a unit in the
#: last place on each side.
TOLERANCE = 0.000001


@dataclass(frozen=True)
class Comparison:
    """The balances of two methods, customer-month by customer-month.

    paying_months: customer-months with a balance in the first; total_mrr: the sum of its balances;
    differing: customer-months that differ by more than TOLERANCE or stand on one side only;
    largest_total_difference: the largest difference of a month's total.
    """

    paying_months: int
    total_mrr: float
    differing: int
    largest_total_difference: float

    @property
    def equal(self) -> bool:
        """Whether both methods say the same, and say anything."""
        return self.paying_months > 0 and self.differing == 0


def compare_balances(first: Path, first_table: str, second: Path, second_table: str) -> Comparison:
    """Compare columns customer_id, month, closing_mrr of tables in two DuckDB files."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{first}' as first_file (read_only)")
        connection.execute(f"attach '{second}' as second_file (read_only)")
        row = connection.execute(
            f"""
            with pairs as (
                select
                    coalesce(a.month, b.month) as month,
                    coalesce(a.closing_mrr, 0) as first_mrr,
                    coalesce(b.closing_mrr, 0) as second_mrr
                from (select * from first_file.{first_table} where closing_mrr <> 0) as a
                full join (select * from second_file.{second_table} where closing_mrr <> 0) as b
                    on a.customer_id = b.customer_id and a.month = b.month
            ),
            totals as (
                select
                    count(case when first_mrr <> 0 then 1 end) as paying_months,
                    sum(first_mrr) as total_mrr,
                    count(case when abs(first_mrr - second_mrr) > {TOLERANCE} then 1 end) as differing,
                    abs(sum(first_mrr) - sum(second_mrr)) as difference
                from pairs
                group by month
            )
            select
                coalesce(sum(paying_months), 0), coalesce(sum(total_mrr), 0),
                coalesce(sum(differing), 0), coalesce(max(difference), 0)
            from totals
            """
        ).fetchone()
    if row is None:
        raise RuntimeError("the comparison gave no row")
    return Comparison(int(row[0]), float(row[1]), int(row[2]), float(row[3]))


def count_rows(database: Path, *tables: str) -> dict[str, int]:
    """Rows of tables ('<schema>.<table>') of a DuckDB file."""
    counts = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        for table in tables:
            row = connection.execute(f"select count(*) from {table}").fetchone()
            counts[table] = int(row[0]) if row else 0
    return counts
