"""Secrets: read from the environment only, and never written anywhere.

A secret travels as `Secret`, whose text form is three asterisks, so that it cannot slip into a log,
a repr or an error message. Messages of other people's code go through `redact` first.
"""

import os
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

POSTGRES_URI = "SAAS_METRICS_POSTGRES_URI"
ALERT_WEBHOOK_URL = "SAAS_METRICS_ALERT_WEBHOOK_URL"
SMTP_CREDENTIAL = "SAAS_METRICS_SMTP_PASSWORD"
SECRET_VARIABLES = (POSTGRES_URI, ALERT_WEBHOOK_URL, SMTP_CREDENTIAL)

HIDDEN = "***"


class Secret:
    """A value that shows itself only to who asks for it by `reveal`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself."""
        return self._value

    def __repr__(self) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)


def redact(text: str, environment: Mapping[str, str] | None = None) -> str:
    """A text without the values of the secret variables, nor the passwords and paths within them."""
    env = os.environ if environment is None else environment
    hidden: set[str] = set()
    for name in SECRET_VARIABLES:
        if value := env.get(name, "").strip():
            hidden |= {value, *_inside(name, value)}
    for value in sorted(hidden, key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return text


def _inside(name: str, value: str) -> set[str]:
    """The secret parts of an address: its password, and what a webhook has after its host."""
    try:
        parts = urlsplit(value)
        inside = {parts.password or "", unquote(parts.password or "")}
    except ValueError:
        return set()
    if name == ALERT_WEBHOOK_URL:
        inside |= {parts.path.strip("/"), parts.query}
    return inside - {""}
