"""Reading the published copy from Python without ever mixing two runs."""

from pathlib import Path

import duckdb

from orchestration.publishing.manifest import Published, PublishError, read_top


def served(serving: Path) -> Published:
    """The run that is served now.

    Raises:
        PublishError: nothing is published there.
    """
    top = read_top(serving)
    if top is None:
        raise PublishError(f"Nothing is published at {serving}: run `make run`.")
    return top.run


def connect(serving: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the served run, which does not change under it.

    It opens the run's own file, not the one that is swapped: DuckDB would hand out the old file
    again to a process that still has it open.

    Raises:
        PublishError: nothing is published there.
    """
    return duckdb.connect(str(served(serving).duckdb_path(serving)), read_only=True)
