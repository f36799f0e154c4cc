"""What must never be seen, opened or depended on."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from small_runs import AS_OF, failed_steps, make_small_project, run_job, small_settings

from orchestration.alerts import Alert, deliver
from orchestration.defs.alerts import failure_alert
from orchestration.generated_docs import LICENCES
from orchestration.licences import licence, locked, page_rows
from orchestration.runs import AS_OF_TAG
from orchestration.settings import PROJECT_DIR
from orchestration.yaml_files import read_yaml

# --- secrets ------------------------------------------------------------------------------------

SECRETS = {
    "SAAS_METRICS_POSTGRES_URI": "postgresql://owner:tulip-4711@127.0.0.1:1/bi?connect_timeout=1",
    "SAAS_METRICS_ALERT_WEBHOOK_URL": "http://127.0.0.1:1/hooks/crocus-4712",
    "SAAS_METRICS_SMTP_PASSWORD": "dahlia-4713",
}
MARKS = ("tulip-4711", "crocus-4712", "dahlia-4713")


class Kept:
    name = "kept"

    def __init__(self) -> None:
        self.alerts: list[Alert] = []

    def send(self, alert: Alert) -> None:
        self.alerts.append(alert)


@pytest.mark.slow
def test_secrets_are_in_no_log_no_artifact_and_no_alert(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SAAS_METRICS_AS_OF", raising=False)
    project = make_small_project(tmp_path / "project")
    settings = small_settings(tmp_path, **SECRETS)
    home = tmp_path / "dagster"
    home.mkdir()
    kept = Kept()
    with caplog.at_level(logging.DEBUG), dg.DagsterInstance.local_temp(str(home)) as instance:
        result = run_job(
            "nightly", project, settings, tags={AS_OF_TAG: AS_OF}, instance=instance
        )  # fmt: skip
        failed = [event for event in result.all_events if event.is_step_failure]
        deliver(failure_alert(result.dagster_run, failed, ""), [kept])
    # The marts were published; the copy to a database that is not there failed.
    assert failed_steps(result) == ["postgres_marts"]
    seen = "\n".join([caplog.text, *capfd.readouterr(), repr(settings), repr(kept.alerts)])
    assert "postgres_marts" in seen
    for mark in MARKS:
        assert mark not in seen
        holders = [path for path in files_below(tmp_path) if mark.encode() in path.read_bytes()]
        assert not holders


def files_below(root: Path) -> Iterator[Path]:
    yield from (path for path in root.rglob("*") if path.is_file())


# --- personal data ------------------------------------------------------------------------------

# `emails` is a number of them.
PERSONAL = re.compile(
    r"(customer|contact|person|first|last|full|opportunity|deal)_?name|e_?mail(?!s$|_direction$)|phone|birth"
)


def columns(below: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted((PROJECT_DIR / "models" / below).rglob("*.yml")):
        content = read_yaml(path)
        sources = [table for s in content.get("sources", []) for table in s["tables"]]
        for node in [*content.get("models", []), *sources]:
            for column in node.get("columns", []):
                yield path, column


def is_tagged(column: dict[str, Any]) -> bool:
    return column.get("config", {}).get("meta", {}).get("pii") is True


def test_personal_data_is_tagged_in_every_layer() -> None:
    found = [
        (path, column) for path, column in columns(".") if PERSONAL.search(column["name"])
    ]  # fmt: skip
    assert len(found) >= 8
    untagged = [f"{path.name}: {column['name']}" for path, column in found if not is_tagged(column)]
    assert not untagged


def test_personal_data_enters_a_mart_through_the_policy_only() -> None:
    tagged = [(path, column["name"]) for path, column in columns("marts") if is_tagged(column)]
    assert tagged
    for path, name in tagged:
        sql = path.with_suffix(".sql").read_text(encoding="utf-8")
        assert re.search(rf"{{{{ pii(_text)?\('[\w.]+'\) }}}} as {name}\b", sql), (
            f"{path.stem}.{name}"
        )


def test_full_addresses_stop_at_the_input_layer() -> None:
    assert not [c["name"] for _, c in columns("marts") if re.search(r"e_?mail$", c["name"])]


# --- supply chain -------------------------------------------------------------------------------

# Licences that would bind who runs or changes this, or that are not open.
REFUSED = re.compile(
    r"(?i)affero|agpl|sspl|business source|busl|commons clause|proprietary|commerc"
)


def test_the_page_of_licences_is_what_the_lock_and_the_packages_say() -> None:
    rows = page_rows(LICENCES)
    assert [(name, version) for name, version, _ in rows] == locked()
    for name, _, text in rows:
        said = licence(name)
        assert said is None or text == said, f"{name}: run `make docs`"


def test_licences_bind_nobody() -> None:
    for name, _, text in page_rows(LICENCES):
        assert not REFUSED.search(text), f"{name}: {text}"
        # The GPL alone would bind; the LGPL does not bind who only calls it.
        gpl = re.search(r"(?<!L)GPL(?!\))|General Public License \(GPL\)", text)
        assert not gpl or "Artistic" in text, f"{name}: {text}"


def test_environment_files_stay_out_of_the_repository() -> None:
    ignored = (PROJECT_DIR / ".gitignore").read_text().splitlines()
    assert ".env" in ignored
    assert not (PROJECT_DIR / ".env").exists()
