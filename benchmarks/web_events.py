"""Makes web events in the shape of the GA4 export, and the contacts that some of them belong to.

One statement for each event day, so that memory does not grow with the size. The first landing holds
all days but the last; the increment brings the last day, and events of days before that come late.
Everything follows from `hash`, which is the same wherever DuckDB is of the same version.

    python -m benchmarks.web_events <folder> <events> <days> base|increment
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from benchmarks.sizes import SEED, WEB_AS_OF

#: Of this many events of the days before the last one comes late: 3 days back, and a month back.
LATE_SHARE = 100
LATE_DAYS = (1, 2, 3, 30)
EVENTS_PER_SESSION = 5
SESSIONS_PER_VISITOR = 4
#: One visitor of so many signs in; two of them are one person, on two devices.
SIGNING_IN = 30

_DAY = """
create or replace temp table visits as
select
    day_number * 1000000000 + i as visit,
    hash({seed}, day_number, i, 0) as chance,
    cast(hash({seed}, day_number, i, 1) % {visitors} as bigint) as visitor,
    epoch_us(timestamp '{day}') + cast(hash({seed}, day_number, i, 2) % 86400000000 as bigint) as began
from (select cast({number} as bigint) as day_number), range({visits}) as visits (i);

create or replace temp view landed as
with hits as (
    select
        *,
        unnest(range(1 + cast(chance % (2 * {per_session} - 1) as bigint))) as hit
    from visits
),

events as (
    select
        *,
        began + hit * (15000000 + cast(hash(visit, hit) % 60000000 as bigint)) as event_timestamp,
        hash(visit, hit, 3) as event_chance,
        cast(case when hit = 0 then chance % 20 else 99 end as bigint) as origin,
        visitor % {signing_in} = 0 and (chance >> 20) % 3 = 0 as is_signed_in
    from hits
)

select
    to_hex(hash(visitor) | (1::ubigint << 63)) as user_pseudo_id,
    case
        when is_signed_in
            then concat('person', visitor // {signing_in} // 2, '@company',
                visitor // {signing_in} // 2 % 5000, '.example')
    end as user_id,
    event_timestamp,
    case
        when hit = 0 or event_chance % 3 < 2 then 'page_view'
        when event_chance % 97 = 0 then 'generate_lead'
        when event_chance % 2 = 0 then 'user_engagement' else 'scroll'
    end as event_name,
    strftime(timestamp '{day}', '%Y%m%d') as event_date,
    cast(began % 1000000007 as bigint) as event_bundle_sequence_id,
    cast(hit // 3 as bigint) as batch_page_id,
    cast(1 + hit // 3 as bigint) as batch_ordering_id,
    cast(hit % 3 as bigint) as batch_event_index,
    [
        {{'key': 'page_location', 'value': {{
            'string_value': concat('https://www.example.com/page/', event_chance % 600,
                case when origin < 2 then '?gclid=Cj0KCQ' else '' end),
            'int_value': null::bigint, 'float_value': null::double, 'double_value': null::double}}}},
        {{'key': 'ga_session_id', 'value': {{
            'string_value': null, 'int_value': began // 1000000,
            'float_value': null, 'double_value': null}}}},
        {{'key': 'page_referrer', 'value': {{
            'string_value': case
                when origin in (3, 4, 5, 6, 7) then 'https://www.google.com/'
                when origin = 8 then 'https://chatgpt.com/'
                when origin = 9 then concat('https://site', chance % 300, '.example.org/')
                when hit > 0 then 'https://www.example.com/' else '' end,
            'int_value': null, 'float_value': null, 'double_value': null}}}},
        {{'key': 'engagement_time_msec', 'value': {{
            'string_value': null, 'int_value': cast(event_chance % 20000 as bigint),
            'float_value': null, 'double_value': null}}}},
        {{'key': 'session_engaged', 'value': {{
            'string_value': case when hit > 0 then '1' else '0' end,
            'int_value': null, 'float_value': null, 'double_value': null}}}}
    ] as event_params,
    'web' as stream_id,
    'WEB' as platform,
    {{'category': case when visitor % 3 = 0 then 'mobile' else 'desktop' end}} as device,
    {{'country': list_value('Germany', 'France', 'Spain', 'Italy')[1 + visitor % 4]}} as geo,
    {{
        'manual_source': case when origin between 10 and 14
            then list_value('newsletter', 'facebook', 'linkedin', 'google', 'bing')[origin - 9] end,
        'manual_medium': case when origin between 10 and 14
            then list_value('email', 'paid_social', 'social', 'cpc', 'cpc')[origin - 9] end,
        'manual_campaign_name': case when origin between 10 and 14
            then concat('campaign', {number} // 30, '-', chance % 5) end,
        'gclid': case when origin < 2 then 'Cj0KCQ' end,
        'dclid': null::varchar
    }} as collected_traffic_source,
    event_chance % {late_share} = 0 as may_be_late,
    unnest(range(case when event_chance % 499 = 0 then 2 else 1 end)) as delivery
from events;
"""

_COPY = """
copy (select * exclude (may_be_late, delivery) from landed {where})
to '{path}' (format parquet, compression zstd)
"""

_CONTACTS = """
copy (
    select
        person as id,
        concat('person', person, '@company', person % 5000, '.example') as property_email,
        timestamp '{first}' + to_hours(cast(hash({seed}, person, 9) % ({days} * 24) as bigint))
            as property_createdate,
        'lead' as property_lifecyclestage,
        false as _fivetran_deleted,
        timestamp '{first}' as _fivetran_synced
    from range({people}) as people (person)
    where person % 3 = 0
) to '{path}' (format parquet, compression zstd)
"""


@dataclass(frozen=True)
class WebEvents:
    """So many events, evenly over so many days, of which the last one is the increment's."""

    folder: Path
    events: int
    days: int

    @property
    def first_day(self) -> datetime:
        """The first day of events."""
        return WEB_AS_OF - timedelta(days=self.days - 1)

    @property
    def _visitors(self) -> int:
        return max(self.events // EVENTS_PER_SESSION // SESSIONS_PER_VISITOR, SIGNING_IN * 20)

    def _write(self, connection: duckdb.DuckDBPyConnection, number: int, part: str) -> None:
        """One event day (0 the first): all of it, what is in time, or what is late."""
        day = self.first_day + timedelta(days=number)
        connection.execute(
            _DAY.format(
                seed=SEED,
                number=number,
                day=f"{day:%Y-%m-%d}",
                visits=self.events // EVENTS_PER_SESSION // self.days,
                visitors=self._visitors,
                per_session=EVENTS_PER_SESSION,
                signing_in=SIGNING_IN,
                late_share=LATE_SHARE,
            )
        )
        where = {"all": "", "in_time": "where not may_be_late", "late": "where may_be_late"}[part]
        name = f"events_{day:%Y%m%d}{'_late' if part == 'late' else ''}.parquet"
        connection.execute(_COPY.format(where=where, path=self.folder / "ga4" / "events" / name))

    def land(self, what: str) -> None:
        """Write `base` (all days but the last, and the contacts) or `increment`."""
        events, contacts = (
            self.folder / "ga4" / "events",
            self.folder / "hubspot" / "contact",
        )
        events.mkdir(parents=True, exist_ok=True)
        contacts.mkdir(parents=True, exist_ok=True)
        last = self.days - 1
        late = [last - back for back in LATE_DAYS if last >= back]
        with duckdb.connect(config={"threads": 2}) as connection:
            if what == "increment":
                for number in late:
                    self._write(connection, number, "late")
                self._write(connection, last, "all")
                return
            for number in range(last):
                self._write(connection, number, "in_time" if number in late else "all")
            connection.execute(
                _CONTACTS.format(
                    first=self.first_day,
                    seed=SEED,
                    days=self.days - 1,
                    people=self._visitors // SIGNING_IN // 2,
                    path=contacts / "contacts.parquet",
                )
            )


if __name__ == "__main__":
    folder, events, days, what = sys.argv[1:]
    WebEvents(Path(folder), int(events), int(days)).land(what)
