"""Raw rows of the visits: GA4's export, nested and by month, and Segment's tables."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from urllib.parse import quote_plus

import numpy as np
import pyarrow as pa

from sample_company import world_shapes as shapes
from sample_company.demand.channels import ORIGINS, Origin, told
from sample_company.demand.story import COUNTRY_NAMES, Story
from sample_company.demand.visits import KEY_EVENTS, Hit, Session, Web
from sample_company.timeline import DAY, HOUR, month_index

Rows = dict[tuple[str, str], list[dict[str, Any]]]

_WWW, _DOCS, _APP = (
    "www.acme-metrics.example",
    "docs.acme-metrics.example",
    "app.acme-metrics.example",
)
_HOSTS = {"www": _WWW, "docs": _DOCS, "app": _APP}
_CONTINENTS = {"US": "Americas", "CA": "Americas", "IN": "Asia", "JP": "Asia"}
_STREAM = "4815162342"
_LATE, _TWICE = 0.015, 0.01
_PARAMS = (
    "ga_session_id", "ga_session_number", "session_engaged", "engagement_time_msec", "page_location",
    "page_title", "page_referrer", "source", "medium", "campaign", "gclid",
)  # fmt: skip
_WHOLE = {"ga_session_id", "ga_session_number", "engagement_time_msec"}


def _click(origin: Origin, session: Session) -> str | None:
    """The click id of a visit by an ad."""
    if origin.click_id is None:
        return None
    return f"{origin.click_id[:2]}{session.index:08d}{session.start % 9_973:04d}"


def _address(session: Session, path: str, is_landing: bool) -> tuple[str, str]:
    """(address, its query)."""
    origin, query = ORIGINS[session.origin], []
    if is_landing:
        if origin.is_tagged:
            for name in ("source", "medium", "campaign"):
                query.append(f"utm_{name}={quote_plus(getattr(origin, name) or '')}")
        if origin.click_id:
            query.append(f"{origin.click_id}={_click(origin, session)}")
    text = "?" + "&".join(query) if query else ""
    return f"https://{_HOSTS[session.site]}{path}{text}", text


@dataclass
class _Event:
    """An event of GA4 before it is a row."""

    session: Session
    at: int
    micros: int
    name: str
    user_id: str | None
    params: dict[str, Any]
    first_seen: int


def ga4_tables(rng: random.Random, story: Story, web: Web) -> list[pa.Table]:
    """The daily tables by month; a late event is in the file of the month in which it came."""
    first_seen: dict[str, int] = {}
    number: dict[str, int] = {}
    events: list[_Event] = []
    for session in web.sessions:
        if session.site != "www":
            continue
        if session.device is not None:
            first_seen.setdefault(session.device, session.start)
            number[session.device] = number.get(session.device, 0) + 1
        seen = first_seen.get(session.device or "", session.start)
        events += _events(session, number.get(session.device or "", 0), seen)
    # Delivered twice: the very same row, sometimes in a later file.
    copies = [event for event in events if rng.random() < _TWICE]
    events += copies
    landed = [
        min(e.at + (rng.randrange(DAY, 3 * DAY) if rng.random() < _LATE else 0), story.as_of - 1)
        for e in events
    ]
    months = month_index(np.array(landed, dtype=np.int64))
    order = np.lexsort((np.array([e.micros for e in events], dtype=np.int64), months))
    groups: dict[int, list[_Event]] = {}
    for position in order:
        groups.setdefault(int(months[position]), []).append(events[position])
    return [_ga4_table(group) for group in groups.values()]


def _events(session: Session, number: int, first_seen: int) -> list[_Event]:
    origin = ORIGINS[session.origin]
    source, medium, campaign = told(session.origin, session.start)
    landing, _ = _address(session, session.hits[0].path, True)
    steps: list[tuple[Hit, str]] = []
    if session.device is not None:
        if session.is_first:
            steps.append((session.hits[0], "first_visit"))
        steps.append((session.hits[0], "session_start"))
    steps += [(hit, hit.name) for hit in session.hits]
    found = []
    before = session.hits[0].at
    previous = origin.referrer
    for position, (hit, name) in enumerate(steps):
        is_landing = hit is session.hits[0]
        address = landing if is_landing else _address(session, hit.path, False)[0]
        params: dict[str, Any] = {
            "page_location": address,
            "page_title": hit.path.strip("/").title() or "Home",
            "page_referrer": previous,
            "session_engaged": "1" if session.is_engaged and hit.at > session.start else "0",
        }
        if session.device is not None:
            params |= {"ga_session_id": session.start, "ga_session_number": number}
        if hit.at > before:
            params["engagement_time_msec"] = (hit.at - before) * 1_000
        if is_landing and source:
            params |= {"source": source, "medium": medium, "campaign": campaign}
            if origin.click_id == "gclid":
                params["gclid"] = _click(origin, session)
        if name == "page_view":
            previous = address
        before = hit.at
        micros = hit.at * 1_000_000 + position * 1_000 + session.index % 997
        found.append(_Event(session, hit.at, micros, name, hit.user_id, params, first_seen))
    return found


def _ga4_table(events: Sequence[_Event]) -> pa.Table:
    sessions = [e.session for e in events]
    first = [e.params.get("source") is not None for e in events]
    where = [ORIGINS[s.origin] for s in sessions]
    known = [s.device.removeprefix("ga4:") if s.device else None for s in sessions]
    tagged = [
        o if is_first and o.is_tagged else None for o, is_first in zip(where, first, strict=True)
    ]
    clicked = [e.params.get("gclid") for e in events]
    days = np.array([e.at // DAY for e in events]).astype("datetime64[D]")
    dates = np.char.replace(np.datetime_as_string(days), "-", "")
    browser = [("Chrome", "Safari", "Firefox")[s.index % 3] for s in sessions]
    browsers = pa.array(browser, pa.string())
    versions = pa.array(["147.0"] * len(events), pa.string())
    hosts = pa.array([_WWW] * len(events), pa.string())
    web_info = _struct(
        shapes.DEVICE.field("web_info").type,
        {"browser": browsers, "browser_version": versions, "hostname": hosts}, len(events),
    )  # fmt: skip
    names = {
        field: pa.array([getattr(o, field) if o else None for o in tagged], pa.string())
        for field in ("source", "medium", "campaign")
    }
    ads = [o if c else None for o, c in zip(where, clicked, strict=True)]
    manual = {
        "campaign_name": names["campaign"], "source": names["source"], "medium": names["medium"],
    }  # fmt: skip
    last_click = pa.StructArray.from_arrays(
        [
            _struct(shapes.LAST_CLICK.field("manual_campaign").type, manual, len(events)),
            _struct(
                shapes.LAST_CLICK.field("google_ads_campaign").type,
                {
                    "campaign_id": pa.array([str(o.campaign_id) if o else None for o in ads]),
                    "campaign_name": pa.array([o.campaign if o else None for o in ads]),
                },
                len(events),
            ),
        ],
        fields=list(shapes.LAST_CLICK),
    )
    countries = [COUNTRY_NAMES.get(s.country, s.country) for s in sessions]
    columns: dict[str, pa.Array] = {
        "event_date": pa.array(dates.tolist(), pa.string()),
        "event_timestamp": pa.array([e.micros for e in events], pa.int64()),
        "event_name": pa.array([e.name for e in events]),
        "event_params": _params([e.params for e in events]),
        "event_bundle_sequence_id": pa.array([e.session.index + 1 for e in events], pa.int64()),
        "event_server_timestamp_offset": pa.array([e.micros % 900_000 for e in events], pa.int64()),
        "user_id": pa.array([e.user_id for e in events], pa.string()),
        "user_pseudo_id": pa.array(known, pa.string()),
        "privacy_info": _struct(
            shapes.PRIVACY,
            {
                "analytics_storage": pa.array(["Yes" if k else "No" for k in known]),
                "ads_storage": pa.array(["Yes" if k else "No" for k in known]),
                "uses_transient_token": pa.array(["No"] * len(events)),
            },
            len(events),
        ),
        "user_properties": _params([{} for _ in events]),
        "user_first_touch_timestamp": pa.array(
            [e.first_seen * 1_000_000 if k else None for e, k in zip(events, known, strict=True)],
            pa.int64(),
        ),
        "device": pa.StructArray.from_arrays(
            [
                pa.array([s.category for s in sessions], pa.string()),
                pa.array(["Windows" if s.index % 2 else "Macintosh" for s in sessions]),
                pa.array(["en-us"] * len(events)),
                browsers,
                web_info,
            ],
            fields=list(shapes.DEVICE),
        ),
        "geo": _struct(
            shapes.GEO,
            {
                "country": pa.array(countries),
                "continent": pa.array([_CONTINENTS.get(s.country, "Europe") for s in sessions]),
            },
            len(events),
        ),
        "collected_traffic_source": _struct(
            shapes.COLLECTED,
            {
                "manual_campaign_name": names["campaign"],
                "manual_source": names["source"],
                "manual_medium": names["medium"],
                "gclid": pa.array(clicked, pa.string()),
            },
            len(events),
        ),
        "session_traffic_source_last_click": last_click,
        "stream_id": pa.array([_STREAM] * len(events)),
        "platform": pa.array(["WEB"] * len(events)),
        "is_active_user": pa.array([e.session.is_engaged for e in events]),
    }
    schema = shapes.GA4_EVENTS
    return pa.Table.from_arrays(
        [
            columns[f.name].cast(f.type) if f.name in columns else pa.nulls(len(events), f.type)
            for f in schema
        ],
        schema=schema,
    )


def _struct(kind: pa.DataType, given: dict[str, pa.Array], size: int) -> pa.Array:
    """A struct of which some fields are given, the others null."""
    fields = list(kind)
    arrays = [given.get(f.name, pa.nulls(size, f.type)) for f in fields]
    return pa.StructArray.from_arrays(arrays, fields=fields)


def _params(rows: Sequence[dict[str, Any]]) -> pa.Array:
    """Key and value pairs of each row, nested."""
    offsets, keys, texts, wholes = [0], [], [], []
    for row in rows:
        for key in _PARAMS:
            value = row.get(key)
            if value is not None:
                keys.append(key)
                texts.append(None if key in _WHOLE else value)
                wholes.append(value if key in _WHOLE else None)
        offsets.append(len(keys))
    value = _struct(
        shapes.PARAM_VALUE,
        {"string_value": pa.array(texts, pa.string()), "int_value": pa.array(wholes, pa.int64())},
        len(keys),
    )
    pairs = pa.StructArray.from_arrays(
        [pa.array(keys, pa.string()), value], fields=list(shapes.PARAM)
    )
    return pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), pairs, type=pa.list_(shapes.PARAM)
    )


# Segment ------------------------------------------------------------------------------------------
_EVENTS = {"generate_lead": "Lead Submitted", "sign_up": "Signed Up"}


def segment_rows(rng: random.Random, story: Story, web: Web) -> Rows:
    """Pages and tracks of documentation and product, identify calls, and the latest traits of users."""
    rows: Rows = {("segment", name): [] for name in ("pages", "tracks", "identifies", "users")}

    def land(table: str, at: int, row: dict[str, Any]) -> None:
        late = rng.randrange(2 * HOUR, 2 * DAY) if rng.random() < _LATE else rng.randrange(1, 20)
        late = min(late, max(story.as_of - at - 1, 1))
        times = {"timestamp": at, "original_timestamp": at, "sent_at": at + late - 1}
        found = {**row, **times, "received_at": at + late}
        rows["segment", table].append(found)
        if rng.random() < _TWICE:  # sent again: the same id, received later
            rows["segment", table].append({**found, "received_at": at + late + 30})

    for session in web.sessions:
        anonymous = session.device.removeprefix("segment:") if session.device else None
        if session.site == "www":
            _conversions(session, land)
            continue
        origin = ORIGINS[session.origin]
        for number, hit in enumerate(session.pages):
            address, query = _address(session, hit.path, number == 0)
            before = session.pages[number - 1] if number else None
            referrer = _address(session, before.path, False)[0] if before else origin.referrer
            tags = origin if number == 0 and origin.is_tagged else None
            land(
                "pages",
                hit.at,
                {
                    "id": f"ajs-{session.index}-{number}",
                    "anonymous_id": anonymous,
                    "user_id": hit.user_id,
                    "url": address,
                    "path": hit.path,
                    "search": query or None,
                    "title": hit.path.strip("/").title(),
                    "referrer": referrer,
                    "context_page_referrer": referrer,
                    "context_campaign_source": tags.source if tags else None,
                    "context_campaign_medium": tags.medium if tags else None,
                    "context_campaign_name": tags.campaign if tags else None,
                    "context_user_agent": "Mozilla/5.0",
                    "context_locale": "en-US",
                },
            )
        if session.site == "app":
            last = session.hits[-1]
            land("tracks", last.at, _track(session, last, "report_created", "Report Created"))
    _identify(story, web, rows, land)
    return rows


def _track(session: Session, hit: Hit, event: str, text: str) -> dict[str, Any]:
    anonymous = session.device.removeprefix("segment:") if session.device else None
    return {
        "id": f"track-{session.index}-{event}",
        "anonymous_id": anonymous,
        "user_id": hit.user_id,
        "event": event,
        "event_text": text,
        "context_page_url": f"https://{_HOSTS[session.site]}{hit.path}",
        "context_page_path": hit.path,
        "context_library_name": "analytics.js",
    }


def _conversions(session: Session, land: Any) -> None:
    """Forms of the marketing site, told by the server, which knows the user and no device."""
    person = session.person
    for hit in session.hits:
        if hit.name in KEY_EVENTS and person and person.user_id:
            row = {
                "id": f"server-{session.index}-{hit.name}",
                "user_id": person.user_id,
                "event": _EVENTS[hit.name].lower().replace(" ", "_"),
                "event_text": _EVENTS[hit.name],
                "context_library_name": "analytics-python",
            }
            land("tracks", hit.at + 1, row)


def _identify(story: Story, web: Web, rows: Rows, land: Any) -> None:
    users = {p.user_id: p for p in story.people if p.user_id}
    seen: dict[str, int] = {}
    for number, call in enumerate(sorted(web.identifications, key=lambda c: (c.at, c.user_id))):
        person = users[call.user_id]
        device = call.device.removeprefix("segment:") if call.device else None
        land(
            "identifies",
            call.at,
            {
                "id": f"identify-{number}",
                "anonymous_id": device,
                "user_id": call.user_id,
                "email": call.email,
                "name": f"{person.first} {person.last}",
                "context_library_name": "analytics.js" if device else "analytics-python",
            },
        )
        seen.setdefault(call.user_id, call.at)
    rows["segment", "users"] = [
        {
            "id": user_id,
            "email": users[user_id].email,
            "name": f"{users[user_id].first} {users[user_id].last}",
            "company": company.name if (company := users[user_id].company) else None,
            "created_at": at,
            "received_at": at + 5,
        }
        for user_id, at in sorted(seen.items(), key=itemgetter(1))
    ]
