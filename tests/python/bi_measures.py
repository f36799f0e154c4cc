"""The bundle's measures, asked on a warehouse that another test has built."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.bi.bundle import spec
from orchestration.bi.metrics import metrics


def differences(database: Path, mart: str) -> list[tuple[object, ...]]:
    """Rows of a mart on which a measure of one row is not the mart's own figure of its name.

    To a millionth: the marts keep quotients of money to six places.
    """
    with duckdb.connect(str(database), read_only=True) as con:
        described = {
            str(row[0]): str(row[1]) for row in con.execute(f"describe marts.{mart}").fetchall()
        }
        named = [metric for metric in metrics(spec()["datasets"][mart]) if metric.name in described]
        assert named or not metrics(spec()["datasets"][mart])
        numbers = ("DECIMAL", "DOUBLE", "BIGINT", "INT", "HUGEINT")
        keys = [name for name, kind in described.items() if not kind.startswith(numbers)]
        keys += [name for name in ("months_since",) if name in described]
        rows = con.execute(f"select count(*) from marts.{mart}").fetchone()
        assert rows is not None
        assert rows[0] > 0, f"{mart} is empty: nothing was compared"
        found: list[tuple[object, ...]] = []
        for metric in named:
            found += con.execute(
                f"select '{metric.name}', {', '.join(keys)}, told, got from ("
                f"  select {', '.join(keys)}, any_value({metric.name}) as told, "
                f"  {metric.expression} as got from marts.{mart} group by all having count(*) = 1"
                ") where (told is null) <> (got is null) "
                "or abs(told - got) > 0.000001 + 1e-9 * abs(told) limit 5"
            ).fetchall()
        return found
