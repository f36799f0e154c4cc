"""Web events, from raw rows to sessions: shapes of the GA4 export and Segment, and daily runs.

Landed day by day, with late and repeated events, the sessions are those of one run over everything.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import DbtSession, Warehouse

pytestmark = pytest.mark.slow

SESSIONS = ("--select", "+int_web__visits_counted")
EVENTS = ("--select", "+input_page_events")
SITE = "https://www.example.com"


# Rows --------------------------------------------------------------------------------------------


def land(
    warehouse: Warehouse, table: str, rows: Iterable[Mapping[str, Any]], name: str = "rows"
) -> Path:
    """Writes rows as one file of `<source>.<table>`."""
    folder = warehouse.raw / table.replace(".", "/")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), path)
    return path


def param(key: str, value: str | int) -> dict[str, Any]:
    return {
        "key": key,
        "value": {
            "string_value": value if isinstance(value, str) else None,
            "int_value": value if isinstance(value, int) else None,
            "double_value": None,
        },
    }


def ga4(
    device: str | None,
    at: str | datetime,
    name: str = "page_view",
    session: int | None = 1,
    page: str = "/",
    batch: int | None = None,
    **params: str | int,
) -> dict[str, Any]:
    """One row of the GA4 export; params are event parameters. `batch` gives it the keys of 2024."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    found = [param("page_location", SITE + page), param("session_engaged", "0")]
    if session is not None and device is not None:
        found.append(param("ga_session_id", session))
    found += [param(key, value) for key, value in params.items()]
    return {
        "user_pseudo_id": device,
        "user_id": None,
        "event_timestamp": int(moment.replace(tzinfo=UTC).timestamp() * 1_000_000),
        "event_name": name,
        "event_date": f"{moment:%Y%m%d}",
        "event_bundle_sequence_id": 1,
        "batch_page_id": batch,
        "batch_ordering_id": batch,
        "batch_event_index": batch,
        "event_params": found,
        "stream_id": "web",
        "geo": {"country": "Germany", "city": "Berlin"},
    }


def page(
    call: str, device: str | None, at: str | datetime, path: str = "/", **more: Any
) -> dict[str, Any]:
    """One row of Segment's pages."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    row = {
        "id": call, "anonymous_id": device, "user_id": None, "timestamp": moment,
        "received_at": moment + timedelta(seconds=1), "url": SITE + path, "referrer": None,
        "context_campaign_source": None, "context_campaign_medium": None,
    }  # fmt: skip
    return {**row, **more}


def sessions(warehouse: Warehouse, columns: str) -> list[tuple[Any, ...]]:
    return warehouse.query(
        f"select {columns} from intermediate.int_web__sessions_identified order by all"
    )


# Shapes of raw data ------------------------------------------------------------------------------


@pytest.fixture
def warehouse(dbt_session: DbtSession, request: pytest.FixtureRequest) -> Warehouse:
    return dbt_session.warehouse(f"web-{request.node.name}", as_of="2026-07-01")


def test_examples_through_both_sources(warehouse: Warehouse) -> None:
    """WEB-03, -04 and -05 with the rest of what a session is, in the shapes of the vendors."""
    day = "2026-06-10T"
    land(warehouse, "ga4.events", [
        ga4("w3", day + "10:00:00", source="Email", medium="referral"),
        ga4("w4", day + "10:00:00", source="chatgpt.com", medium="ai-assistant"),
        ga4("w4old", "2026-04-10T10:00:00", source="chatgpt.com", medium="referral"),
        ga4("w5", day + "23:50:00", page="/start?x=1"),
        ga4("w5", "2026-06-11T00:10:00", source="ads", medium="cpc", campaign="new"),
        # Delivered twice: the same event, and not two that differ in a parameter only.
        ga4("twice", day + "10:00:00", page="/a"),
        ga4("twice", day + "10:00:00", page="/a"),
        ga4("twice", day + "10:00:00", page="/b"),
        # By its batch an event has a key of its own.
        ga4("batch", day + "10:00:00", batch=1), ga4("batch", day + "10:00:00", batch=1),
        ga4("batch", day + "10:00:00", batch=2),
        # Consent denied: pages without a session, and a visit of somebody who was signed in.
        ga4(None, day + "10:00:00"),
        {**ga4(None, day + "12:00:00"), "user_id": "u1"},
        {**ga4(None, day + "12:31:00"), "user_id": "u1"},
        # Google's click ids where an iPhone allows no gclid.
        ga4("braid", day + "10:00:00", page="/?gbraid=0AAA"),
        # A display ad of Google's is no search ad.
        ga4("display", day + "10:00:00", page="/?dclid=CJ0"),
        # Campaigns write the names of networks and engines without their endings.
        ga4("named", day + "10:00:00", source="Quora", medium="cpc"),
        ga4("named2", day + "10:00:00", source="DuckDuckGo", medium="cpc"),
        # A row that does not name its day hides no preview.
        {**ga4("undated", day + "10:00:00"), "event_date": None},
    ], "one")  # fmt: skip
    # The preview of a day that has its daily table does not count, whatever it holds.
    land(warehouse, "ga4.events_intraday", [
        ga4("preview", day + "08:00:00"), ga4("today", "2026-06-12T08:00:00"),
    ])  # fmt: skip
    land(warehouse, "segment.pages", [
        page("p1", "s1", day + "10:00:00", referrer="https://www.google.de/"),
        page("p1", "s1", day + "10:00:00", referrer="https://www.google.de/"),
        page("p2", "s1", day + "10:30:00"),
        page("p3", "s1", day + "11:00:01", context_campaign_source="News",
             context_campaign_medium="Email"),
        page("p4", "s2", day + "10:00:00", referrer="https://claude.ai/chat"),
        page("p5", "s3", day + "10:00:00", referrer=SITE + "/before"),
        page("p6", "s4", day + "10:00:00", "/?a=1&wbraid=Cj0"),
        # Opened by an app; by a mail whose address names the medium alone, after a search.
        page("p8", "s6", day + "10:00:00", referrer="android-app://com.google.android.gm/"),
        page("p9", "s7", day + "10:00:00", referrer="https://www.google.de/",
             context_campaign_medium="email"),
        page("p7", "s5", day + "10:00:00", "/?msclkid=7"),
    ])  # fmt: skip
    warehouse.build(*SESSIONS)
    found = sessions(warehouse, "anonymous_id, channel, source, page_views, landing_page")
    assert [row for row in found if str(row[0]).startswith("ga4:")] == [
        ("ga4:batch", "Direct", "(direct)", 2, "/"),
        ("ga4:braid", "Paid Search", "google", 1, "/"),
        ("ga4:display", "Display", "dfa", 1, "/"),
        ("ga4:named", "Paid Social", "quora", 1, "/"),
        ("ga4:named2", "Paid Search", "duckduckgo", 1, "/"),
        ("ga4:today", "Direct", "(direct)", 1, "/"),
        ("ga4:twice", "Direct", "(direct)", 2, "/a"),
        ("ga4:undated", "Direct", "(direct)", 1, "/"),
        ("ga4:w3", "Referral", "email", 1, "/"),
        ("ga4:w4", "AI Assistant", "chatgpt.com", 1, "/"),
        ("ga4:w4old", "Referral", "chatgpt.com", 1, "/"),
        ("ga4:w5", "Paid Other", "ads", 2, "/start"),
    ]
    assert [row for row in found if not str(row[0]).startswith("ga4:")] == [
        ("segment:s1", "Email", "news", 1, "/"),
        ("segment:s1", "Organic Search", "google", 2, "/"),
        ("segment:s2", "AI Assistant", "claude.ai", 1, "/"),
        ("segment:s3", "Direct", "(direct)", 1, "/"),
        ("segment:s4", "Paid Search", "google", 1, "/"),
        ("segment:s5", "Paid Search", "bing", 1, "/"),
        ("segment:s6", "Referral", "com.google.android.gm", 1, "/"),
        ("segment:s7", "Email", "(not set)", 1, "/"),
        (None, "Direct", "(direct)", 1, "/"),
        (None, "Direct", "(direct)", 1, "/"),
    ]
    loose = warehouse.query(
        "select page_views from intermediate.int_web__session_parts_built where stream_key is null"
    )
    assert loose == [(1,)]


def test_who_signs_in_at_last_was_one_visitor(warehouse: Warehouse) -> None:
    """WEB-14: a device that is identified on its third visit, and by nobody before as-of, is one
    visitor: one new session, two returning ones. Devices that a program calls undefined are nobody's."""
    visits = ["2026-06-10T10:00:00", "2026-06-11T10:00:00", "2026-06-12T10:00:00"]
    land(warehouse, "ga4.events", [
        *(ga4("g", at, session=number) for number, at in enumerate(visits[:2], start=1)),
        {**ga4("g", visits[2], session=3), "user_id": "u1"},
        *({**ga4(device, visits[0], session=1), "user_id": "Undefined"} for device in ("n1", "n2")),
    ])  # fmt: skip
    # A second device of the same user has its first visit in between.
    land(warehouse, "segment.pages", [
        page("p1", "s", "2026-06-11T20:00:00"), page("p2", "s", visits[2], user_id="u2"),
        page("p3", "s2", "2026-06-20T10:00:00"), page("p4", "s2", "2026-06-21T10:00:00"),
    ])  # fmt: skip
    land(warehouse, "segment.identifies", [
        {"id": "i1", "anonymous_id": "s2", "user_id": "u2", "timestamp": datetime(2026, 6, 21, 10)},
    ])  # fmt: skip
    columns = "visitor_id, is_new_visitor, count(*)"
    stitched = f"select {columns} from intermediate.int_web__sessions_identified group by 1, 2 order by all"
    traffic = (
        "select unique_visitors, visitors_without_person, new_sessions, returning_sessions, unstitched_visitors "
        "from marts.{} where channel = 'all'"
    )
    selected = ("--select", "+rpt_web_traffic_monthly")
    warehouse.build(*selected)
    assert warehouse.query(stitched) == [
        ("ga4:n1", True, 1), ("ga4:n2", True, 1),
        ("user:u1", False, 2), ("user:u1", True, 1), ("user:u2", False, 3), ("user:u2", True, 1),
    ]  # fmt: skip
    assert warehouse.query(traffic.format("rpt_web_traffic_monthly")) == [(4, 2, 4, 5, 7)]
    warehouse.build(*selected, as_of="2026-06-20T12:00:00")
    assert warehouse.query(stitched) == [
        ("ga4:n1", True, 1), ("ga4:n2", True, 1), ("segment:s2", True, 1),
        ("user:u1", False, 2), ("user:u1", True, 1), ("user:u2", False, 1), ("user:u2", True, 1),
    ]  # fmt: skip


def test_nested_columns_may_be_json_and_lack_parts(warehouse: Warehouse) -> None:
    row = ga4("d1", "2026-06-10T10:00:00", source="news", medium="email")
    text = {**row, "event_params": json.dumps(row["event_params"])}
    text["geo"] = {"continent": "Europe"}  # nothing of it is read
    del text["batch_page_id"], text["stream_id"]
    land(warehouse, "ga4.events", [text])
    short = dict(row, event_params=[{"key": "source", "value": {"string_value": "short"}}])
    land(warehouse, "ga4.events_intraday", [{**short, "event_date": "20260611"}])
    warehouse.build(*EVENTS)
    assert warehouse.query(
        "select source, medium, source_session_key, country from input.input_page_events order by 1"
    ) == [("news", "email", "ga4:|d1|1", None), ("short", None, None, "Germany")]


def test_a_nested_part_of_a_wrong_type_is_named(warehouse: Warehouse) -> None:
    row = ga4("d1", "2026-06-10T10:00:00")
    row["event_params"] = [{"key": "ga_session_id", "value": {"int_value": "seven"}}]
    land(warehouse, "ga4.events", [row])
    land(warehouse, "ga4.events_intraday", [{**row, "event_params": "[{key"}])
    result = warehouse.build(*EVENTS, check=False)
    assert result.returncode != 0
    assert "source ga4, table events, column event_params: value.int_value" in result.output
    assert "has type varchar, which is no bigint" in result.output
    assert "source ga4, table events_intraday, column event_params: the value" in result.output


# Daily runs --------------------------------------------------------------------------------------


def month_of_events(seed: int) -> dict[int, list[dict[str, Any]]]:
    """Events of eight days of 40 devices, by day; some visits run over midnight."""
    chance = random.Random(seed)
    days: dict[int, list[dict[str, Any]]] = {day: [] for day in range(9)}
    for visit in range(160):
        device = chance.choice([None, *(f"d{n}" for n in range(40))])
        at = datetime(2026, 6, 1) + timedelta(minutes=chance.randrange(8 * 24 * 60))
        for step in range(chance.randrange(1, 5)):
            more: dict[str, Any] = {"source": f"s{visit % 5}", "medium": "cpc"} if step == 0 else {}
            row = ga4(device, at, session=visit, page=f"/{step}", **more)
            days[(at - datetime(2026, 6, 1)).days].append(row)
            at += timedelta(minutes=chance.choice([1, 20, 29, 45]), microseconds=visit)
    return days


def month_of_pages(seed: int) -> dict[int, list[dict[str, Any]]]:
    chance = random.Random(seed)
    days: dict[int, list[dict[str, Any]]] = {day: [] for day in range(9)}
    for visit in range(120):
        device = f"a{chance.randrange(15)}"
        at = datetime(2026, 6, 1) + timedelta(minutes=chance.randrange(8 * 24 * 60))
        for step in range(chance.randrange(1, 5)):
            days[(at - datetime(2026, 6, 1)).days].append(page(f"{visit}-{step}", device, at))
            at += timedelta(minutes=chance.choice([1, 29, 30, 31]), seconds=visit % 2)
    return days


def built(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    """Sessions, their parts and counts, without what tells one run from another."""
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        return {
            "parts": connection.execute(
                "select * exclude (built_at) from intermediate.int_web__session_parts_built order by all"
            ).fetchall(),
            "sessions": connection.execute(
                "select * exclude (joined_at, decided_at) "
                "from intermediate.int_web__sessions_identified order by all"
            ).fetchall(),
            "visits": connection.execute(
                "select * from intermediate.int_web__visits_counted order by all"
            ).fetchall(),
            "ties": connection.execute(
                "select * exclude (built_at) from intermediate.int_web__identifications_built order by all"
            ).fetchall(),
        }


@pytest.mark.heavy
def test_daily_runs_equal_one_run(dbt_session: DbtSession) -> None:
    """Late events, repeated ones, a preview that is replaced, a file that is taken away again, and an
    as-of that goes back for a run: in the end the tables are those of one run over all files."""
    events, pages = month_of_events(1), month_of_pages(2)
    daily = dbt_session.warehouse("web-daily", as_of="2026-06-10")
    late_events, late_pages = events[0][::7], pages[1][::5]
    landings: list[tuple[str, dict[str, tuple[str, list[dict[str, Any]]]]]] = [
        ("2026-06-04", {
            "0": ("ga4.events", [row for row in events[0] if row not in late_events]),
            "1": ("ga4.events", events[1]), "2": ("ga4.events", events[2]),
            "p0": ("segment.pages", pages[0]), "p2": ("segment.pages", pages[2]),
            "p1": ("segment.pages", [row for row in pages[1] if row not in late_pages]),
        }),
        ("2026-06-05", {
            "3": ("ga4.events", events[3]), "3again": ("ga4.events", events[3][:5] + events[2][:5]),
            "p3": ("segment.pages", pages[3] + late_pages), "i4": ("ga4.events_intraday", events[4][:9]),
        }),
        ("2026-06-06T06:00:00", {
            "4": ("ga4.events", events[4]), "late": ("ga4.events", late_events),
            "p4": ("segment.pages", pages[4] + pages[3]), "mistake": ("segment.pages", [
                page("m", "a1", "2026-06-01T03:00:00"), page("n", "mistaken", "2026-06-01T03:00:00"),
            ]),
        }),
        ("2026-06-10", {
            "5": ("ga4.events", events[5]), "6": ("ga4.events", events[6]),
            "7": ("ga4.events", events[7] + events[8]),
            "p5": ("segment.pages", pages[5] + pages[6] + pages[7] + pages[8]),
        }),
    ]  # fmt: skip
    for as_of, files in landings:
        for name, (table, rows) in files.items():
            land(daily, table, rows, name)
        daily.build(*SESSIONS, as_of=as_of)
    (daily.raw / "segment/pages/mistake.parquet").unlink()
    daily.build(*SESSIONS, as_of="2026-06-03T12:00:00")
    earlier = built(daily)
    daily.build(*SESSIONS)

    whole = dbt_session.warehouse("web-whole", as_of="2026-06-10")
    for _, files in landings:
        for name, (table, rows) in files.items():
            if name != "mistake":
                land(whole, table, rows, name)
    whole.build(*SESSIONS)
    assert len(built(whole)["sessions"]) > 200
    assert built(daily) == built(whole)
    whole.build(*SESSIONS, "--full-refresh", as_of="2026-06-03T12:00:00")
    assert earlier == built(whole)


@pytest.mark.heavy
def test_a_daily_run_builds_the_last_days_only(dbt_session: DbtSession) -> None:
    warehouse = dbt_session.warehouse("web-last-days", as_of="2026-06-10")
    for day, rows in month_of_pages(3).items():
        land(warehouse, "segment.pages", rows, str(day)) if rows else None
    warehouse.build(*SESSIONS)
    when_built = (
        "select event_date, max(built_at) from intermediate.int_web__session_parts_built "
        "group by event_date order by event_date"
    )
    before = dict(warehouse.query(when_built))
    warehouse.build(*SESSIONS)
    again = {day for day, at in warehouse.query(when_built) if at != before[day]}
    assert again == {day for day in before if day >= max(before) - timedelta(days=3)}
    # Other rules build everything again.
    warehouse.variables["session_timeout_minutes"] = 20
    warehouse.build(*SESSIONS)
    assert all(at != before[day] for day, at in warehouse.query(when_built))
    sessions_in_all = "select count(*) from intermediate.int_web__sessions_identified"
    whole = dbt_session.warehouse(
        "web-other-rules", as_of="2026-06-10", variables={"session_timeout_minutes": 20}
    )
    for day, rows in month_of_pages(3).items():
        land(whole, "segment.pages", rows, str(day)) if rows else None
    whole.build(*SESSIONS)
    assert warehouse.query(sessions_in_all) == whole.query(sessions_in_all)


@pytest.mark.heavy
def test_a_day_whose_rows_changed_alone_is_built_on_demand(dbt_session: DbtSession) -> None:
    """As many rows as before tell nothing; the command can name the days."""
    warehouse = dbt_session.warehouse("web-named-days", as_of="2026-06-20")
    days = [datetime(2026, 6, day, 9) for day in range(1, 13)]

    def land_pages(path: str) -> None:
        pages = [page(f"p{at.day}", "a", at, path) for at in days]
        land(warehouse, "segment.pages", pages)

    def landing_pages() -> list[str]:
        return [str(row[1]) for row in sessions(warehouse, "started_at, landing_page")]

    land_pages("/old")
    warehouse.build(*SESSIONS)
    land_pages("/new")
    warehouse.build(*SESSIONS)
    assert landing_pages() == ["/old"] * 8 + ["/new"] * 4
    warehouse.build(
        "--select", "tag:event_days",
        "--event-time-start", "2026-06-03", "--event-time-end", "2026-06-05",
    )  # fmt: skip
    warehouse.build(*SESSIONS)
    assert landing_pages() == ["/old"] * 2 + ["/new"] * 2 + ["/old"] * 4 + ["/new"] * 4


def visits(warehouse: Warehouse, days: Iterable[int], **of_day: list[dict[str, Any]]) -> None:
    """Lands three devices' pages of days in June, a file each; of_day: more rows, by `d<day>`."""
    for day in days:
        at = datetime(2026, 6, day, 23, 50)
        rows = [page(f"a{day}", "a", at), page(f"b{day}", "b", at + timedelta(minutes=1))]
        # The third one is on the site over every second midnight.
        moved = timedelta(minutes=15 if day % 2 else -1437)
        rows.append(page(f"c{day}", "c", at + moved, referrer="https://claude.ai/chat"))
        land(warehouse, "segment.pages", rows + of_day.get(f"d{day}", []), f"day{day}")


def test_days_and_identities_that_change_later(dbt_session: DbtSession) -> None:
    """A day that is gone takes its sessions with it, a merge restates the visits of both devices, an
    older visit is the first one: as one run over all files says it."""
    at = datetime(2026, 6, 3, 12)
    signed_in = [page("x", "b", at, user_id="u"), page("y", "a", at, user_id="u")]
    daily = dbt_session.warehouse("web-gone", as_of="2026-06-20")
    visits(daily, range(4, 16))
    daily.build(*SESSIONS)
    assert len({row[0] for row in sessions(daily, "visitor_id")}) == 3

    def restated(name: str) -> None:
        whole = dbt_session.warehouse(f"web-gone-{name}", as_of="2026-06-20")
        for path in (daily.raw / "segment/pages").iterdir():
            land(whole, "segment.pages", pq.read_table(path).to_pylist(), path.stem)
        whole.variables = daily.variables
        daily.build(*SESSIONS)
        whole.build(*SESSIONS)
        assert built(daily) == built(whole)

    (daily.raw / "segment/pages/day7.parquet").unlink()
    visits(daily, [3], d3=signed_in)
    visits(daily, [9, 16], d9=[page("z", "c", datetime(2026, 6, 9, 1), user_id="v")])
    # A run that ends before the sessions are decided has told the next one whose they are now.
    daily.build("--select", "+int_web__session_owners", "+int_web__channels_matched")
    restated("merged")
    assert {row[0] for row in sessions(daily, "visitor_id")} == {"user:u", "user:v"}
    started = "cast(started_at as date), anonymous_id, events"
    assert (date(2026, 6, 7), "segment:c", 1) in sessions(daily, started)
    # The tie goes, and with it the person; a day goes whole, and another one is the first.
    for day in (4, 8):
        (daily.raw / f"segment/pages/day{day}.parquet").unlink()
    visits(daily, [3])
    restated("parted")
    assert not {date(2026, 6, 7), date(2026, 6, 8)} & {row[0] for row in sessions(daily, started)}
    assert {row[0] for row in sessions(daily, "visitor_id")} == {
        "segment:a", "segment:b", "user:v",
    }  # fmt: skip
    # Nothing changes where nothing was landed.
    before = built(daily)
    daily.build(*SESSIONS)
    assert built(daily) == before


@pytest.mark.heavy
def test_rules_that_change_later(dbt_session: DbtSession) -> None:
    """Another rule of channels is one of all sessions that it holds for, and another list of key events
    makes other sessions of days that are long built."""
    warehouse = dbt_session.warehouse("web-rules", as_of="2026-06-20")
    visits(warehouse, range(4, 16))
    warehouse.build(*SESSIONS)
    assert {row[0] for row in sessions(warehouse, "channel")} == {"AI Assistant", "Direct"}
    warehouse.variables["ai_channel_from"] = "2026-06-10"
    warehouse.build(*SESSIONS)
    whole = dbt_session.warehouse("web-rules-whole", as_of="2026-06-20")
    visits(whole, range(4, 16))
    whole.variables = warehouse.variables
    whole.build(*SESSIONS)
    assert built(warehouse) == built(whole)
    assert {row[0] for row in sessions(warehouse, "channel")} == {
        "AI Assistant", "Direct", "Referral",
    }  # fmt: skip
    assert {row[0] for row in sessions(warehouse, "key_events")} == {0}
    with duckdb.connect(str(warehouse.database)) as connection:
        connection.execute("insert into seeds.web_key_events (event_name) values ('Page_View')")
    warehouse.build(*SESSIONS, "--exclude", "resource_type:seed")
    assert [row for row in sessions(warehouse, "key_events, page_views") if row[0] != row[1]] == []


def test_days_of_a_landing_zone_that_forgets(dbt_session: DbtSession) -> None:
    """Where days are kept, those of which fewer rows are landed stay, and others are built."""
    kept = dbt_session.warehouse(
        "web-kept", as_of="2026-06-20", variables={"web_days_gone": "kept"}
    )
    visits(kept, range(4, 16))
    kept.build(*SESSIONS)
    before = sessions(kept, "session_id, events, is_new_visitor")
    for day in range(4, 12):
        (kept.raw / f"segment/pages/day{day}.parquet").unlink()
    land(kept, "segment.pages", [page("late", "a", "2026-06-05T12:00:00")], "late")
    kept.build(*SESSIONS)
    assert sessions(kept, "session_id, events, is_new_visitor") == before
    kept.variables["web_days_gone"] = "removed"
    kept.build(*SESSIONS)
    days = {row[0] for row in sessions(kept, "cast(started_at as date)")}
    assert min(days) == date(2026, 6, 5)
    assert date(2026, 6, 8) not in days


@pytest.mark.heavy
def test_a_merge_of_contacts_restates_the_visits_of_both(dbt_session: DbtSession) -> None:
    """Two contacts of one person, each with a device, are merged in a second landing: past visits,
    traffic and leads are one person's from then on, by the id that the survivor had; nobody else has
    another id. When the merge is undone all is as it was."""
    moment = datetime(2026, 5, 1)

    def contact(number: int, email: str, **more: Any) -> dict[str, Any]:
        return {
            "id": number, "property_email": email, "property_lifecyclestage": "lead",
            "property_createdate": moment + timedelta(days=number), "_fivetran_deleted": False,
            "property_hs_calculated_merged_vids": None, "property_hs_additional_emails": None, **more,
        }  # fmt: skip

    old, new, other = (contact(1, "a@old.example"), contact(2, "a@x.example"), contact(3, "b@b.example"))  # fmt: skip
    visitors = [
        ("d1", 10, "a@old.example"), ("d1", 11, None), ("d2", 12, "a@x.example"),
        ("d2", 41, None), ("d3", 10, "b@b.example"),
    ]  # fmt: skip
    events = [
        {**ga4(device, moment + timedelta(days=day), session=day), "user_id": user}
        for device, day, user in visitors
    ]
    selected = ("--select", "+rpt_web_traffic_monthly", "+fct_leads", "+fct_identity_links")

    def told(warehouse: Warehouse) -> list[list[tuple[Any, ...]]]:
        return [
            warehouse.query(sql)
            for sql in (
                """select anonymous_id, visitor_id, is_new_visitor, started_at
                from intermediate.int_web__sessions_identified order by all""",
                "select month, channel, unique_visitors, new_visitors, leads "
                "from marts.rpt_web_traffic_monthly where channel = 'all' order by all",
                "select lead_id, person_id from marts.fct_leads order by all",
            )
        ]

    def build(warehouse: Warehouse, *contacts: dict[str, Any]) -> list[list[tuple[Any, ...]]]:
        land(warehouse, "hubspot.contact", contacts)
        warehouse.build(*selected)
        return told(warehouse)

    warehouse = dbt_session.warehouse("web-merged", as_of="2026-07-01")
    land(warehouse, "ga4.events", events)
    before = build(warehouse, old, new, other)
    persons = {device: visitor for device, visitor, *_ in before[0]}
    assert len(set(persons.values())) == 3
    assert before[1] == [(date(2026, 5, 1), "all", 3, 3, 3), (date(2026, 6, 1), "all", 1, 0, 0)]

    survivor = {
        **new, "property_hs_additional_emails": "A@old.example",
        "property_hs_calculated_merged_vids": f"1:{int(moment.timestamp() * 1000)}",
    }  # fmt: skip
    merged = (survivor, other, {**old, "_fivetran_deleted": True})
    after = build(warehouse, *merged)
    restated = {
        "ga4:d1": persons["ga4:d2"],
        "ga4:d2": persons["ga4:d2"],
        "ga4:d3": persons["ga4:d3"],
    }
    assert {device: visitor for device, visitor, *_ in after[0]} == restated
    assert [device for device, _, is_new, _ in after[0] if is_new] == ["ga4:d1", "ga4:d3"]
    assert after[1] == [(date(2026, 5, 1), "all", 2, 2, 2), (date(2026, 6, 1), "all", 1, 0, 0)]
    assert {person for _, person in after[2]} == {persons["ga4:d2"], persons["ga4:d3"]}
    # Without a list of addresses the loser's own row still tells, where the loader keeps it.
    kept = build(warehouse, {**survivor, "property_hs_additional_emails": None}, other, old)
    assert kept == after

    assert build(warehouse, old, new, other) == before
