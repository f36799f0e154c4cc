"""Settings from the environment, read in one place.

Relative paths are taken from the repository's root, never from the working directory, and every
path that leaves this module is absolute: a relative DuckDB path would be resolved by whichever
process opens it, and dbt does not always run in the directory of its caller.
"""

import contextlib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestration.secrets import ALERT_WEBHOOK_URL, POSTGRES_URI, SMTP_CREDENTIAL, Secret

PROJECT_DIR = Path(__file__).resolve().parent.parent

RAW_PATH = "SAAS_METRICS_RAW_PATH"
WAREHOUSE_PATH = "SAAS_METRICS_WAREHOUSE_PATH"
SERVING_PATH = "SAAS_METRICS_SERVING_PATH"
QUALITY_PATH = "SAAS_METRICS_QUALITY_PATH"
AS_OF = "SAAS_METRICS_AS_OF"
# Read by profiles.yml for the targets of Spark.
SPARK_PATH = "SAAS_METRICS_SPARK_PATH"
SPARK_HOST = "SAAS_METRICS_SPARK_HOST"
SPARK_PORT = "SAAS_METRICS_SPARK_PORT"
KEEP_RUNS = "SAAS_METRICS_KEEP_RUNS"
POSTGRES_SCHEMA = "SAAS_METRICS_POSTGRES_SCHEMA"
POSTGRES_READER = "SAAS_METRICS_POSTGRES_READER"
QUIET_MINUTES = "SAAS_METRICS_LANDED_QUIET_MINUTES"
STALE_HOURS = "SAAS_METRICS_STALE_AFTER_HOURS"
EMAIL_TO = "SAAS_METRICS_ALERT_EMAIL_TO"
EMAIL_FROM = "SAAS_METRICS_ALERT_EMAIL_FROM"
SMTP_HOST = "SAAS_METRICS_SMTP_HOST"
SMTP_PORT = "SAAS_METRICS_SMTP_PORT"
SMTP_USER = "SAAS_METRICS_SMTP_USER"
SMTP_SECURITY = "SAAS_METRICS_SMTP_SECURITY"
DBT_TARGET = "DBT_TARGET"
DBT_TARGET_PATH = "DBT_TARGET_PATH"

MINIMUM_KEPT_RUNS = 2
SMTP_SECURITIES = ("starttls", "tls", "none")
NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class SettingsError(ValueError):
    """An environment variable holds a value that cannot be used."""


@dataclass(frozen=True)
class AlertSettings:
    """Where alerts go besides the log.

    Attributes:
        webhook_url: address that takes a JSON message by POST.
        email_to: addresses; none means no e-mail.
        email_from: sender's address.
        smtp_host: mail server.
        smtp_port: its port.
        smtp_user: None means no login.
        smtp_credential: goes with the user.
        smtp_security: starttls, tls (from the first byte) or none.
    """

    webhook_url: Secret | None = None
    email_to: tuple[str, ...] = ()
    email_from: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str | None = None
    smtp_credential: Secret | None = None
    smtp_security: str = "starttls"


@dataclass(frozen=True)
class Settings:
    """Where a run reads and writes, and as of when.

    Attributes:
        raw_path: landing zone, `<raw_path>/<source>/<table>/*.parquet`.
        warehouse_path: the DuckDB file that only the pipeline opens.
        serving_path: directory of the published copy that people and BI tools read.
        quality_path: directory of the results of checks and of Data Docs.
        as_of: the instant up to which the marts describe the world; None means the run's start.
        dbt_target: name of the dbt target in profiles.yml.
        target_path: directory of dbt's artifacts.
        keep_runs: number of published runs to keep, at least 2.
        raw_path_is_default: true where the environment does not name a landing zone.
        postgres_uri: database of the optional Postgres copy; None means there is none.
        postgres_schema: schema of that copy.
        postgres_reader: role that may read it and nothing else.
        quiet_minutes: for how long no file may change before landed files start a run.
        stale_hours: age of the published copy from which on an alert says that it is stale.
        alerts: where alerts go.
    """

    raw_path: Path
    warehouse_path: Path
    serving_path: Path
    quality_path: Path
    as_of: str | None
    dbt_target: str
    target_path: Path
    keep_runs: int
    raw_path_is_default: bool
    postgres_uri: Secret | None = None
    postgres_schema: str = "marts"
    postgres_reader: str = "bi_reader"
    quiet_minutes: int = 10
    stale_hours: int = 36
    alerts: AlertSettings = AlertSettings()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Reads the settings; empty variables count as unset.

        Raises:
            SettingsError: a value cannot be used; the message names the variable.
        """
        env = {k: v for k, v in (environment or os.environ).items() if v.strip()}
        return cls(
            raw_path=_absolute(env.get(RAW_PATH, "data/raw")),
            warehouse_path=_absolute(env.get(WAREHOUSE_PATH, "data/saas_warehouse.duckdb")),
            serving_path=_absolute(env.get(SERVING_PATH, "data/serving")),
            quality_path=_absolute(env.get(QUALITY_PATH, "data/quality")),
            as_of=env.get(AS_OF),
            dbt_target=env.get(DBT_TARGET, "duckdb"),
            target_path=_absolute(env.get(DBT_TARGET_PATH, "target")),
            keep_runs=_keep_runs(env.get(KEEP_RUNS, "3")),
            raw_path_is_default=RAW_PATH not in env,
            postgres_uri=_secret(env, POSTGRES_URI),
            postgres_schema=_name(env, POSTGRES_SCHEMA, "marts"),
            postgres_reader=_name(env, POSTGRES_READER, "bi_reader"),
            quiet_minutes=_number(env, QUIET_MINUTES, 10, least=1),
            stale_hours=_number(env, STALE_HOURS, 36, least=1),
            alerts=_alerts(env),
        )

    def for_dbt(self, as_of: str) -> dict[str, str]:
        """Environment variables of a dbt process that is to use these settings."""
        return {
            RAW_PATH: str(self.raw_path),
            WAREHOUSE_PATH: str(self.warehouse_path),
            QUALITY_PATH: str(self.quality_path),
            AS_OF: as_of,
            DBT_TARGET: self.dbt_target,
        }


def utc_now() -> str:
    """The present instant in UTC to the second, in the form that SAAS_METRICS_AS_OF takes."""
    return as_of_text(datetime.now(UTC))


def as_of_text(instant: datetime) -> str:
    """An aware datetime as `2026-11-01T06:00:00Z`, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def project_version() -> str:
    """The version in pyproject.toml; the project runs from its clone and need not be installed."""
    with (PROJECT_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


@contextlib.contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Sets environment variables for the duration of a `with` block."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _absolute(path: str) -> Path:
    """Absolute and without `..`; symbolic links stay as they are."""
    return Path(os.path.abspath(PROJECT_DIR / Path(path).expanduser()))


def _keep_runs(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < MINIMUM_KEPT_RUNS:
        raise SettingsError(
            f"{KEEP_RUNS}: '{text}' is not a number of at least {MINIMUM_KEPT_RUNS} (a reader that "
            "started on the run before must be able to finish)."
        )
    return number


def _secret(env: Mapping[str, str], variable: str) -> Secret | None:
    return Secret(env[variable].strip()) if variable in env else None


def _name(env: Mapping[str, str], variable: str, default: str) -> str:
    """A plain lower-case SQL name: it needs no quotes in anybody's tool."""
    value = env.get(variable, default)
    if not NAME.fullmatch(value):
        raise SettingsError(
            f"{variable}: '{value}' is not a name of lower-case letters, digits and underscores."
        )
    return value


def _number(env: Mapping[str, str], variable: str, default: int, least: int) -> int:
    text = env.get(variable, str(default))
    if not text.isdecimal() or int(text) < least:
        raise SettingsError(f"{variable}: '{text}' is not a whole number of at least {least}.")
    return int(text)


def _alerts(env: Mapping[str, str]) -> AlertSettings:
    url = _secret(env, ALERT_WEBHOOK_URL)
    if url and not url.reveal().startswith(("https://", "http://")):
        raise SettingsError(f"{ALERT_WEBHOOK_URL}: not an address that begins with https://.")
    to = tuple(part.strip() for part in env.get(EMAIL_TO, "").split(",") if part.strip())
    security = env.get(SMTP_SECURITY, "starttls")
    if security not in SMTP_SECURITIES:
        raise SettingsError(f"{SMTP_SECURITY}: '{security}' is none of {SMTP_SECURITIES}.")
    if to and SMTP_HOST not in env:
        raise SettingsError(f"{EMAIL_TO} is set and {SMTP_HOST} is not.")
    return AlertSettings(
        webhook_url=url,
        email_to=to,
        email_from=env.get(EMAIL_FROM, to[0] if to else ""),
        smtp_host=env.get(SMTP_HOST, ""),
        smtp_port=_number(env, SMTP_PORT, 587, least=1),
        smtp_user=env.get(SMTP_USER),
        smtp_credential=_secret(env, SMTP_CREDENTIAL),
        smtp_security=security,
    )
