"""A sensor that starts the nightly job when new files have landed and none is still being written.

It compares names, sizes and times of all Parquet files between its own ticks. A change starts a wait;
when nothing has changed for the quiet time, a run is asked for. It looks at no clock but the one it is
given, and never compares that with the clock of who wrote the files.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import dagster as dg

from orchestration.defs.automation import NIGHTLY
from orchestration.settings import Settings

SECONDS_BETWEEN_LOOKS = 60
SENSOR = "landed_files"


@dataclass(frozen=True)
class Table:
    """The files of one raw table: number, bytes, and a digest of names, sizes and times."""

    files: int
    bytes: int
    digest: str


@dataclass(frozen=True)
class Seen:
    """What the sensor remembers from one tick to the next.

    Attributes:
        tables: by `<source>/<table>`, as they were at the last tick.
        since: seconds of the sensor's clock at the tick that first saw them so.
        built: digests by table of the files that a run has been asked for.
    """

    tables: Mapping[str, Table] = field(default_factory=dict)
    since: float = 0.0
    built: Mapping[str, str] = field(default_factory=dict)

    def to_cursor(self) -> str:
        """As the text that Dagster keeps."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_cursor(cls, cursor: str | None) -> "Seen":
        """From that text; nothing seen where there is none, or one of another version."""
        try:
            data = json.loads(cursor or "{}")
            tables = {name: Table(**table) for name, table in data["tables"].items()}
            return cls(tables, float(data["since"]), dict(data["built"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls()


@dataclass(frozen=True)
class Decision:
    """What a tick comes to: what to remember, which tables are new, and why no run is asked for."""

    seen: Seen
    changed: Sequence[str]
    reason: str | None


def look(raw_path: Path) -> dict[str, Table]:
    """The Parquet files below `<raw_path>/<source>/<table>/`, by table.

    A file that goes away while it is looked at is left out; the next look will tell.
    """
    found: dict[str, list[tuple[str, int, int]]] = {}
    for path in sorted(raw_path.glob("*/*/**/*.parquet")):
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue
        name = path.relative_to(raw_path)
        found.setdefault("/".join(name.parts[:2]), []).append(
            (name.as_posix(), stat.st_size, stat.st_mtime_ns)
        )
    return {
        table: Table(
            files=len(files),
            bytes=sum(size for _, size, _ in files),
            digest=hashlib.sha256(json.dumps(files).encode()).hexdigest()[:32],
        )
        for table, files in found.items()
    }


def decide(before: Seen, tables: Mapping[str, Table], now: float, quiet_seconds: float) -> Decision:
    """What to do at a tick at `now` (seconds of any clock that does not go back)."""
    digests = {name: table.digest for name, table in tables.items()}
    if digests != {name: table.digest for name, table in before.tables.items()}:
        seen = Seen(dict(tables), now, before.built)
        return Decision(seen, [], "Files are landing; the wait begins anew.")
    if digests == before.built:
        return Decision(before, [], "No new files.")
    waited = now - before.since
    if waited < quiet_seconds:
        left = quiet_seconds - waited
        return Decision(before, [], f"Nothing has changed for {waited:.0f} s; {left:.0f} s to go.")
    changed = sorted(
        name for name in digests.keys() | before.built.keys()
        if digests.get(name) != before.built.get(name)
    )  # fmt: skip
    return Decision(Seen(before.tables, before.since, digests), changed, None)


def sensor(
    settings: Settings,
    sources: Mapping[str, dg.AssetKey],
    clock: Callable[[], float] = time.time,
) -> dg.SensorDefinition:
    """The sensor; `sources` are the asset keys of raw tables by `<source>/<table>`."""

    @dg.sensor(
        name=SENSOR,
        job_name=NIGHTLY,
        minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description=f"Starts the job {NIGHTLY} when files have landed and nothing has changed for "
        f"{settings.quiet_minutes} minutes.",
    )
    def landed_files(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        before = Seen.from_cursor(context.cursor)
        tables = look(settings.raw_path)
        decision = decide(before, tables, clock(), settings.quiet_minutes * 60)
        cursor = decision.seen.to_cursor()
        if decision.reason:
            return dg.SensorResult(skip_reason=decision.reason, cursor=cursor)
        key = hashlib.sha256(cursor.encode()).hexdigest()[:32]
        return dg.SensorResult(
            run_requests=[
                dg.RunRequest(
                    run_key=key,
                    tags={"saas_metrics/landed": ", ".join(decision.changed)[:250]},
                )
            ],
            # A raw table is made by its loader; this tells Dagster that it has been.
            asset_events=[
                dg.AssetMaterialization(
                    asset_key=sources[name],
                    metadata={"files": tables[name].files, "bytes": tables[name].bytes},
                )
                for name in decision.changed
                if name in sources and name in tables
            ],
            cursor=cursor,
        )

    return landed_files


def definitions(settings: Settings, sources: Mapping[str, dg.AssetKey]) -> dg.Definitions:
    """The sensor."""
    return dg.Definitions(sensors=[sensor(settings, sources)])
