"""Telling a person: one alert, sent to every sink that is set up.

The log is always one of them. A sink that cannot be reached is tried again, and never keeps the
others from being told.
"""

import http.client
import json
import logging
import smtplib
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal, Protocol
from urllib.parse import urlsplit

from orchestration.secrets import Secret, redact
from orchestration.settings import AlertSettings

TIMEOUT_SECONDS = 10.0
ATTEMPTS = 3
LOOPBACK = ("127.0.0.1", "::1", "localhost")
MOST_CHARACTERS = 4000


class AlertError(RuntimeError):
    """A sink could not be told; the message names the sink and holds no secret."""


@dataclass(frozen=True)
class Alert:
    """What a person should know.

    Attributes:
        severity: `failure` (the marts of before stay served) or `warning` (published, look at it).
        title: one line.
        text: what happened, plain text.
        facts: job, run id, as-of, versions and the like.
    """

    severity: Literal["failure", "warning"]
    title: str
    text: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def redacted(self) -> "Alert":
        """Without secrets, and not longer than a chat message may be."""
        return Alert(
            self.severity,
            redact(self.title)[:200].replace("\n", " "),
            redact(self.text)[:MOST_CHARACTERS],
            {name: redact(value) for name, value in self.facts.items()},
        )

    def as_text(self) -> str:
        """Text of an e-mail or a chat message."""
        facts = "\n".join(f"{name}: {value}" for name, value in self.facts.items())
        return f"{self.title}\n\n{self.text}\n\n{facts}".strip() + "\n"


class Sink(Protocol):
    """A way to tell a person."""

    name: str

    def send(self, alert: Alert) -> None:
        """Delivers or raises OSError, smtplib.SMTPException or http.client.HTTPException."""


class LogSink:
    """The log of the process, which Dagster's daemon writes to its own."""

    name = "log"

    def __init__(self, logger: logging.Logger | None = None) -> None:
        self._logger = logger or logging.getLogger("saas_metrics.alerts")

    def send(self, alert: Alert) -> None:
        """Failures as errors, warnings as warnings."""
        level = logging.ERROR if alert.severity == "failure" else logging.WARNING
        self._logger.log(level, "%s", alert.as_text())


class WebhookSink:
    """POSTs JSON with the key `text`, which chat tools show, and the parts of the alert beside it.

    Redirects are not followed: the address is a secret and stays with who was told it.
    """

    name = "webhook"

    def __init__(self, url: Secret) -> None:
        self._url = url

    def send(self, alert: Alert) -> None:
        """One request.

        Raises:
            AlertError: the answer is not 2xx.
        """
        parts = urlsplit(self._url.reveal())
        secure = parts.scheme == "https"
        connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        body = {
            "text": alert.as_text(),
            "severity": alert.severity,
            "title": alert.title,
            "details": alert.text,
            "facts": dict(alert.facts),
        }
        try:
            connection.request(
                "POST",
                (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
                body=json.dumps(body),
                headers={"Content-Type": "application/json"},
            )
            status = connection.getresponse().status
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise AlertError(f"The webhook answered {status}.")


class EmailSink:
    """One e-mail to all addresses."""

    name = "e-mail"

    def __init__(self, settings: AlertSettings) -> None:
        self._settings = settings

    def send(self, alert: Alert) -> None:
        """One message.

        Raises:
            AlertError: a login would go over the network in clear text.
        """
        settings = self._settings
        message = EmailMessage()
        message["Subject"] = f"[saas-metrics {alert.severity}] {alert.title}"
        message["From"] = settings.email_from
        message["To"] = ", ".join(settings.email_to)
        message.set_content(alert.as_text())
        clear = settings.smtp_security == "none" and settings.smtp_host not in LOOPBACK
        if clear and settings.smtp_user:
            raise AlertError("A login is not sent without encryption: set SMTP security.")
        # The default context of smtplib checks no certificate.
        checked = ssl.create_default_context()
        host, port = settings.smtp_host, settings.smtp_port
        with (
            smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=checked)
            if settings.smtp_security == "tls"
            else smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        ) as server:
            if settings.smtp_security == "starttls":
                server.starttls(context=checked)
            if settings.smtp_user and settings.smtp_credential:
                server.login(settings.smtp_user, settings.smtp_credential.reveal())
            server.send_message(message)


def sinks_of(settings: AlertSettings) -> list[Sink]:
    """The log, and whatever else is set up."""
    sinks: list[Sink] = [LogSink()]
    if settings.webhook_url:
        sinks.append(WebhookSink(settings.webhook_url))
    if settings.email_to:
        sinks.append(EmailSink(settings))
    return sinks


def deliver(
    alert: Alert, sinks: Sequence[Sink], pause: Callable[[float], None] = time.sleep
) -> None:
    """Tells every sink, each up to three times; `pause` waits a number of seconds.

    Raises:
        AlertError: at least one sink could not be told; the others were.
    """
    alert = alert.redacted()
    problems = []
    for sink in sinks:
        if problem := _tell(alert, sink, pause):
            problems.append(f"{sink.name}: {problem}")
    if problems:
        raise AlertError("Alert not delivered. " + "; ".join(problems))


def _tell(alert: Alert, sink: Sink, pause: Callable[[float], None]) -> str | None:
    """The last problem, or None where the sink was told."""
    problem = None
    for attempt in range(ATTEMPTS):
        if attempt:
            pause(2.0**attempt)
        try:
            sink.send(alert)
        except (OSError, AlertError, smtplib.SMTPException, http.client.HTTPException) as error:
            problem = redact(f"{type(error).__name__}: {error}")
        else:
            return None
    return problem
