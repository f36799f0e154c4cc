"""What this clone of the project says of itself: its commit and its vars."""

import os
import shutil
import subprocess
from typing import Any

import yaml

from orchestration.settings import PROJECT_DIR

GIT_COMMIT = "SAAS_METRICS_GIT_COMMIT"


def git_commit() -> str:
    """Commit of the project, `-dirty` where files differ from it; `unknown` outside a clone.

    An image without git says it by SAAS_METRICS_GIT_COMMIT.
    """
    if told := os.environ.get(GIT_COMMIT, "").strip():
        return told
    git = shutil.which("git")
    if git is None:
        return "unknown"
    try:
        done = subprocess.run(
            [git, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],
            cwd=PROJECT_DIR,
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return done.stdout.strip() or "unknown"


def project_vars() -> dict[str, Any]:
    """The vars of dbt_project.yml."""
    with (PROJECT_DIR / "dbt_project.yml").open(encoding="utf-8") as file:
        return dict(yaml.safe_load(file).get("vars") or {})
