"""Writes `.venv/bin/saas-metrics`: this clone, run by this environment, from any directory.

The environment holds locked packages and nothing else, so the project is not installed in it:
building it would need a build tool that no lock knows. `python -m orchestration.cli.launcher` is what
`make` calls; [project.scripts] in pyproject.toml says the same to installers.
"""

import shlex
import sys
from pathlib import Path

from orchestration.settings import PROJECT_DIR

NAME = "saas-metrics"
# -P: a folder `orchestration` where a person happens to stand is not this one.
SCRIPT = """#!/bin/sh
# Written by `make`; the program is orchestration/cli.
PYTHONPATH={project}${{PYTHONPATH:+:$PYTHONPATH}} exec {python} -P -m orchestration.cli "$@"
"""


def write(directory: Path, project: Path = PROJECT_DIR, python: str = sys.executable) -> Path:
    """Writes the launcher to a directory and returns its path."""
    path = directory / NAME
    path.write_text(
        SCRIPT.format(project=shlex.quote(str(project)), python=shlex.quote(python)),
        encoding="utf-8",
    )
    path.chmod(0o755)
    return path


if __name__ == "__main__":
    write(Path(sys.executable).parent)
