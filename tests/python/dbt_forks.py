"""Runs dbt commands for tests, each in a fork of a process that has dbt imported and the project parsed.

Importing dbt and parsing take longer than most of the builds of tests, and dbt parses everything again
wherever vars differ. Vars and paths take effect when models are compiled, so one parsed project serves
all. Started by conftest.py; one line of JSON in for each command, its exit code out:

    {"arguments": ["build", ...], "environment": {...}, "output": "file for all that dbt prints"}
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt.task import runnable

#: Of dbt's command line: the command did its work and something failed; it could not do its work.
FAILED, BROKEN = 1, 2


def run(manifest: Manifest, arguments: list[str]) -> int:
    """Runs one command; exit code as of dbt's command line."""
    outcome = dbtRunner(manifest=manifest).invoke(arguments)
    if outcome.success:
        return 0
    return BROKEN if outcome.exception else FAILED


def fork(manifest: Manifest, request: dict[str, Any]) -> int:
    """Runs one command in a child process that has its own environment and output."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = BROKEN
    try:
        output = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.environ.clear()
        os.environ.update(request["environment"])
        code = run(manifest, request["arguments"])
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Parses the project with the arguments given, then answers requests until its input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    parsed = dbtRunner().invoke(["--quiet", "parse", *sys.argv[1:]])
    # What a run adds to the manifest is read by no test, and takes seconds to write each time.
    runnable.write_manifest = lambda *_, **__: None
    if not isinstance(parsed.result, Manifest):
        raise SystemExit(f"The project could not be parsed: {parsed.exception}")
    for line in sys.stdin:
        answers.write(f"{fork(parsed.result, json.loads(line))}\n")
        answers.flush()


if __name__ == "__main__":
    main()
