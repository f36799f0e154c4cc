"""The history that raw data cannot give back, kept outside the warehouse file.

    <serving>/history/manifest.json            the commit point: the newest export
    <serving>/history/exports/<number>.json    one description an export that is kept
    <serving>/history/files/<table>/           Parquet files, never changed once they are there

Every table of the schemas `history` and `snapshots` is exported. A table that is only ever added to
gets a file with what is new, so that an export costs what changed; another is written whole.
"""

from orchestration.history.exporting import export_history
from orchestration.history.manifest import (
    Export,
    ExportedTable,
    HistoryError,
    history_directory,
    newest,
)
from orchestration.history.restoring import restore_history, restore_lost
from orchestration.history.starting_over import start_over
from orchestration.history.verifying import verify_history

__all__ = [
    "Export",
    "ExportedTable",
    "HistoryError",
    "export_history",
    "history_directory",
    "newest",
    "restore_history",
    "restore_lost",
    "start_over",
    "verify_history",
]
