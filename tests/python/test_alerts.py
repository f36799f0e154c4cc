"""Alerts reach people: sinks against servers of this test on the loopback, sensors on real runs."""

import json
import logging
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from small_runs import AS_OF, small_settings

from orchestration import publishing
from orchestration.alerts import (
    Alert,
    AlertError,
    EmailSink,
    LogSink,
    WebhookSink,
    deliver,
    sinks_of,
)
from orchestration.defs import alerts
from orchestration.runs import AS_OF_TAG
from orchestration.secrets import Secret, redact
from orchestration.settings import AlertSettings, Settings, SettingsError

ALERT = Alert("failure", "nightly failed in warehouse", "dbt build: 1 failed", {"run_id": "r1"})
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def no_pause(seconds: float) -> None:
    """Instead of waiting."""


# --- servers on the loopback --------------------------------------------------------------------


@contextmanager
def served_by(server: socketserver.BaseServer) -> Iterator[int]:
    """Runs a server in a thread; its port."""
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield int(str(server.server_address[1]))
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@contextmanager
def http_server(statuses: list[int]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Answers with the statuses, one after the other and the last for ever; what it was sent."""
    received: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(length))
            received.append({"path": self.path, "body": body})
            self.send_response(statuses[min(len(received), len(statuses)) - 1])
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    with served_by(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield f"http://127.0.0.1:{port}/hooks/abc?key=k1", received


@contextmanager
def smtp_server() -> Iterator[tuple[int, list[str]]]:
    """A mail server that takes everything; its port and the commands and messages it got."""
    received: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 test\r\n")
            in_data = False
            while line := self.rfile.readline().decode():
                received.append(line.rstrip("\r\n"))
                if in_data:
                    in_data = line != ".\r\n"
                    answer = "" if in_data else "250 kept"
                elif line.upper().startswith("DATA"):
                    in_data, answer = True, "354 go on"
                elif line.upper().startswith("QUIT"):
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    answer = "250 fine"
                if answer:
                    self.wfile.write(f"{answer}\r\n".encode())

    with served_by(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        yield port, received


def mail_settings(port: int, **changes: Any) -> AlertSettings:
    values: dict[str, Any] = {
        "email_to": ("ops@example.com", "finance@example.com"),
        "email_from": "metrics@example.com",
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_security": "none",
    }
    return AlertSettings(**{**values, **changes})


# --- sinks --------------------------------------------------------------------------------------


def test_a_webhook_gets_text_and_parts() -> None:
    with http_server([204]) as (url, received):
        deliver(ALERT, [WebhookSink(Secret(url))], no_pause)
    (request,) = received
    assert request["path"] == "/hooks/abc?key=k1"
    assert request["body"]["severity"] == "failure"
    assert request["body"]["facts"] == {"run_id": "r1"}
    for part in ("nightly failed in warehouse", "dbt build: 1 failed", "run_id: r1"):
        assert part in request["body"]["text"]


def test_an_email_goes_to_all_addresses() -> None:
    with smtp_server() as (port, received):
        deliver(ALERT, [EmailSink(mail_settings(port))], no_pause)
    text = "\n".join(received)
    assert "rcpt TO:<ops@example.com>" in text
    assert "rcpt TO:<finance@example.com>" in text
    assert "Subject: [saas-metrics failure] nightly failed in warehouse" in text
    assert "dbt build: 1 failed" in text


def test_a_login_never_goes_over_the_network_in_clear_text() -> None:
    settings = mail_settings(
        1, smtp_host="mail.example.com", smtp_user="u", smtp_credential=Secret("s")
    )
    with pytest.raises(AlertError, match="not sent without encryption"):
        deliver(ALERT, [EmailSink(settings)], no_pause)


def test_encryption_that_the_server_lacks_is_an_error_not_clear_text() -> None:
    with smtp_server() as (port, received), pytest.raises(AlertError, match="STARTTLS"):
        deliver(ALERT, [EmailSink(mail_settings(port, smtp_security="starttls"))], no_pause)
    assert not [line for line in received if line.lower().startswith(("mail", "data"))]


def test_the_log_says_errors_and_warnings(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        deliver(ALERT, [LogSink()], no_pause)
        deliver(Alert("warning", "t", "x"), [LogSink()], no_pause)
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_a_sink_is_tried_again_and_never_silences_the_others() -> None:
    pauses: list[float] = []
    with http_server([500, 503, 200]) as (url, received):
        deliver(ALERT, [WebhookSink(Secret(url))], pauses.append)
    assert len(received) == 3
    assert pauses == [2.0, 4.0]
    with http_server([302]) as (url, received), smtp_server() as (port, mails):
        sinks = [WebhookSink(Secret(url)), EmailSink(mail_settings(port))]
        with pytest.raises(AlertError, match="webhook: AlertError: The webhook answered 302"):
            deliver(ALERT, sinks, no_pause)
    assert len(received) == 3, "a redirect was followed, or not tried again"
    assert mails


def test_a_server_that_is_gone_is_named_without_its_address() -> None:
    with http_server([200]) as (url, _):
        pass
    with pytest.raises(AlertError) as error:
        deliver(ALERT, [WebhookSink(Secret(url))], no_pause)
    assert "webhook: " in str(error.value)
    assert "hooks/abc" not in str(error.value)


# --- settings -----------------------------------------------------------------------------------


def test_sinks_come_from_the_environment() -> None:
    assert [sink.name for sink in sinks_of(AlertSettings())] == ["log"]
    settings = Settings.from_environment(
        {
            "SAAS_METRICS_ALERT_WEBHOOK_URL": "https://chat.example.com/hooks/abc",
            "SAAS_METRICS_ALERT_EMAIL_TO": "a@example.com, b@example.com",
            "SAAS_METRICS_SMTP_HOST": "mail.example.com",
            "SAAS_METRICS_SMTP_PASSWORD": "do-not-tell",
        }
    )
    assert [sink.name for sink in sinks_of(settings.alerts)] == ["log", "webhook", "e-mail"]
    assert settings.alerts.email_from == "a@example.com"
    assert "do-not-tell" not in repr(settings)
    assert "hooks/abc" not in repr(settings)


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"SAAS_METRICS_ALERT_WEBHOOK_URL": "chat.example.com"}, "SAAS_METRICS_ALERT_WEBHOOK_URL"),
        ({"SAAS_METRICS_ALERT_EMAIL_TO": "a@example.com"}, "SAAS_METRICS_SMTP_HOST"),
        ({"SAAS_METRICS_SMTP_SECURITY": "ssl"}, "SAAS_METRICS_SMTP_SECURITY"),
        ({"SAAS_METRICS_SMTP_PORT": "smtp"}, "SAAS_METRICS_SMTP_PORT"),
        ({"SAAS_METRICS_POSTGRES_SCHEMA": 'marts"; drop'}, "SAAS_METRICS_POSTGRES_SCHEMA"),
    ],
)
def test_settings_that_cannot_work_are_named(variables: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        Settings.from_environment(variables)


def test_secrets_are_taken_out_of_other_peoples_messages() -> None:
    environment = {
        "SAAS_METRICS_POSTGRES_URI": "postgresql://u:p%40ss@db.example.com/bi",
        "SAAS_METRICS_ALERT_WEBHOOK_URL": "https://chat.example.com/hooks/abc?key=k1",
        "SAAS_METRICS_SMTP_PASSWORD": "hush",
    }
    text = redact(
        "postgresql://u:p%40ss@db.example.com/bi p%40ss p@ss /hooks/abc key=k1 hush harmless",
        environment,
    )
    assert text == "*** *** *** /*** *** *** harmless"
    assert redact("nothing set", {}) == "nothing set"


# --- sensors on runs ----------------------------------------------------------------------------


class Kept:
    """A sink that keeps what it is told."""

    name = "kept"

    def __init__(self) -> None:
        self.alerts: list[Alert] = []

    def send(self, alert: Alert) -> None:
        self.alerts.append(alert)


@dg.asset
def revenue() -> None:
    """An asset."""


@dg.asset
def broken() -> None:
    """An asset that cannot be made."""
    raise ValueError("no such column: amount")


def check(passed: bool, severity: dg.AssetCheckSeverity) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=revenue, name="rates_are_fresh")
    def rates_are_fresh() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(
            passed=passed, severity=severity, description="1 rate is 9 days old"
        )

    return rates_are_fresh


def run_of(*definitions: Any, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    defs = dg.Definitions(
        assets=[d for d in definitions if not isinstance(d, dg.AssetChecksDefinition)],
        asset_checks=[d for d in definitions if isinstance(d, dg.AssetChecksDefinition)],
        jobs=[dg.define_asset_job("nightly", tags={AS_OF_TAG: AS_OF})],
    )
    return defs.resolve_job_def("nightly").execute_in_process(
        instance=instance, raise_on_error=False, run_config=QUIET
    )


def test_a_failed_run_is_told_of_with_step_and_reason() -> None:
    kept, instance = Kept(), dg.DagsterInstance.ephemeral()
    result = run_of(broken, instance=instance)
    context = dg.build_run_status_sensor_context(
        sensor_name="alert_on_failure",
        dagster_event=result.get_run_failure_event(),
        dagster_instance=instance,
        dagster_run=result.dagster_run,
    ).for_run_failure()
    alerts.failure_sensor([kept])(context)
    (alert,) = kept.alerts
    assert alert.severity == "failure"
    assert alert.title == "nightly failed in broken"
    assert "no such column: amount" in alert.text
    assert "last good marts" in alert.text
    assert alert.facts["run_id"] == result.run_id
    assert alert.facts["as_of"] == AS_OF


@pytest.mark.parametrize(
    ("passed", "severity", "told"),
    [
        (False, dg.AssetCheckSeverity.WARN, True),
        (True, dg.AssetCheckSeverity.WARN, False),
    ],
)
def test_checks_that_warn_are_told_of(
    passed: bool, severity: dg.AssetCheckSeverity, told: bool
) -> None:
    kept, instance = Kept(), dg.DagsterInstance.ephemeral()
    result = run_of(revenue, check(passed, severity), instance=instance)
    assert result.success
    context = dg.build_run_status_sensor_context(
        sensor_name="alert_on_warnings",
        dagster_event=result.get_run_success_event(),
        dagster_instance=instance,
        dagster_run=result.dagster_run,
    )
    alerts.warning_sensor([kept])(context)
    assert [alert.title for alert in kept.alerts] == (
        ["nightly: rates_are_fresh warns"] if told else []
    )
    if told:
        assert "revenue: rates_are_fresh (1 rate is 9 days old)" in kept.alerts[0].text


def test_marts_that_nobody_renews_are_told_of_once(tmp_path: Path) -> None:
    settings = small_settings(tmp_path, SAAS_METRICS_STALE_AFTER_HOURS="36")
    kept = Kept()
    now = 0.0
    sensor = alerts.stale_sensor(settings, [kept], lambda: now)

    def tick(cursor: str | None) -> str | None:
        with dg.build_sensor_context(cursor=cursor) as context:
            sensor(context)
            return context.cursor

    assert tick(None) is None, "nothing is published, so nothing can be old"
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("create schema marts; create table marts.fct_things as select 1 as id")

    def publish() -> float:
        run = publishing.publish(
            warehouse=settings.warehouse_path, serving=settings.serving_path, run_id="r", as_of="x"
        )
        return datetime.fromisoformat(run.published_at).timestamp()

    now = publish() + 35.9 * 3600
    assert tick(None) is None
    assert not kept.alerts
    now += 3600
    cursor = tick(None)
    assert cursor == "1"
    assert kept.alerts[0].title == "The published marts are 37 hours old"
    now += 3600
    assert tick(cursor) == "1"
    assert len(kept.alerts) == 1
    now = publish() + 40 * 3600
    assert tick(cursor) == "2"
    assert len(kept.alerts) == 2


def test_a_sink_that_fails_fails_the_sensor_so_that_it_shows() -> None:
    class Deaf:
        name = "deaf"

        def send(self, alert: Alert) -> None:
            raise OSError("no route")

    kept = Kept()
    with pytest.raises(AlertError, match="deaf: OSError: no route"):
        deliver(ALERT, [Deaf(), kept], no_pause)
    assert len(kept.alerts) == 1
