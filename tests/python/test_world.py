"""The world around the sample company's billing customers: raw rows that hold together, a truth of its own.

What the marts make of it is in test_funnel_truth.py; here the generator alone is asked.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from sample_company import generate
from sample_company.ad_rows import _CAMPAIGNS
from sample_company.demand import SOURCES
from sample_company.demand.channels import AI_FROM, ORIGINS, channel
from sample_company.tables import SCHEMAS, WORLD_SCHEMAS
from sample_company.timeline import instant

UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
LANDED_BY = datetime(2026, 10, 5, tzinfo=UTC)
generate_whole = partial(generate, customers=150, months=14, seed=7, until=UNTIL)


def digests(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*.parquet"))
    }


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("world")
    generate_whole(root / "raw", world=SOURCES)
    return root


@pytest.fixture(scope="module")
def db(company: Path) -> duckdb.DuckDBPyConnection:
    """A view for each raw table (`<source>_<table>`) and for each table of the truth (`truth_...`)."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for source, table in [*SCHEMAS, *WORLD_SCHEMAS]:
        files = company / "raw" / source / table / "*.parquet"
        connection.execute(
            f'create view "{source}_{table}" as '
            f"select * from read_parquet('{files}', union_by_name = true)"
        )
    for path in (company / "truth").glob("*.parquet"):
        connection.execute(f"create view truth_{path.stem} as from '{path}'")
    connection.execute(
        """
        create view ga4_flat as
        select distinct
            event_timestamp, event_name, user_pseudo_id, user_id,
            list_filter(event_params, lambda p: p.key = 'ga_session_id')[1].value.int_value as session,
            list_filter(event_params, lambda p: p.key = 'page_location')[1].value.string_value as page
        from ga4_events
        """
    )
    return connection


def count(db: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = db.execute(f"select count(*) from ({sql})").fetchone()
    assert row is not None
    return int(row[0])


# Bytes and sources -----------------------------------------------------------------------------------
def test_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("one", 7), ("two", 7), ("other", 8)):
        generate(
            tmp_path / name / "raw", customers=40, months=6, seed=seed, until=UNTIL, world=SOURCES
        )
    one = digests(tmp_path / "one")
    assert one == digests(tmp_path / "two")
    assert one != digests(tmp_path / "other")


def test_sources_can_be_left_out(tmp_path: Path) -> None:
    """Any of them, without any effect on the others or on billing."""
    for name, world in (("none", ()), ("some", ("ga4", "hubspot")), ("all", SOURCES)):
        generate(tmp_path / name / "raw", customers=40, months=6, seed=7, until=UNTIL, world=world)
    none, some, everything = (digests(tmp_path / name / "raw") for name in ("none", "some", "all"))
    assert none.items() < some.items() < everything.items()
    assert {path.split("/")[0] for path in some.keys() - none.keys()} == {"ga4", "hubspot"}
    assert not (tmp_path / "none" / "truth" / "leads.parquet").exists()
    with pytest.raises(ValueError, match="world"):
        generate(tmp_path / "x", customers=1, months=1, seed=1, until=UNTIL, world=["hupspot"])


@pytest.mark.parametrize("customers", [1, 3])
def test_tiny_companies(tmp_path: Path, customers: int) -> None:
    """Nobody to tell of is no error, and leaves empty tables of the truth."""
    generate(tmp_path / "raw", customers=customers, months=1, seed=7, until=UNTIL, world=SOURCES)
    assert pq.read_schema(tmp_path / "truth" / "leads.parquet").names[0] == "lead_key"


# Shapes and references -----------------------------------------------------------------------------
def test_every_table_has_its_shape(company: Path) -> None:
    for (source, table), schema in WORLD_SCHEMAS.items():
        files = sorted((company / "raw" / source / table).glob("*.parquet"))
        assert files, (source, table)
        for path in files:
            found = pq.read_schema(path)
            assert [(f.name, f.type) for f in found] == [(f.name, f.type) for f in schema], path


def test_events_are_partitioned_by_month(company: Path) -> None:
    """As many files as months on the web; late events are in the file of the month they came in."""
    days = [
        pq.read_table(path, columns=["event_date"]).column(0).to_pylist()
        for path in sorted((company / "raw" / "ga4" / "events").glob("*.parquet"))
    ]
    latest = [max(found)[:6] for found in days]
    assert latest == sorted(set(latest))
    assert len(latest) > 3
    assert any(min(found)[:6] < max(found)[:6] for found in days)


@pytest.mark.parametrize(
    ("child", "column", "parent", "key"),
    [
        ("hubspot_contact", "property_associatedcompanyid", "hubspot_company", "id"),
        ("hubspot_contact_company", "contact_id", "hubspot_contact", "id"),
        ("hubspot_contact_property_history", "contact_id", "hubspot_contact", "id"),
        ("hubspot_deal", "deal_pipeline_stage_id", "hubspot_deal_pipeline_stage", "stage_id"),
        ("hubspot_deal", "owner_id", "hubspot_owner", "owner_id"),
        ("hubspot_deal_stage", "deal_id", "hubspot_deal", "deal_id"),
        ("hubspot_deal_contact", "contact_id", "hubspot_contact", "id"),
        ("hubspot_deal_contact", "deal_id", "hubspot_deal", "deal_id"),
        ("hubspot_deal_company", "company_id", "hubspot_company", "id"),
        ("hubspot_owner_team", "team_id", "hubspot_team", "id"),
        ("hubspot_engagement_call", "engagement_id", "hubspot_engagement", "id"),
        ("hubspot_engagement_meeting", "engagement_id", "hubspot_engagement", "id"),
        ("hubspot_engagement_contact", "contact_id", "hubspot_contact", "id"),
        ("hubspot_engagement_deal", "deal_id", "hubspot_deal", "deal_id"),
        ("hubspot_contact_merge_audit", "vid_to_merge", "hubspot_contact", "id"),
        ("hubspot_merged_deal", "deal_id", "hubspot_deal", "deal_id"),
        ("salesforce_lead", "converted_contact_id", "salesforce_contact", "id"),
        ("salesforce_lead", "converted_account_id", "salesforce_account", "id"),
        ("salesforce_lead", "converted_opportunity_id", "salesforce_opportunity", "id"),
        ("salesforce_lead", "owner_id", "salesforce_user", "id"),
        ("salesforce_contact", "account_id", "salesforce_account", "id"),
        ("salesforce_opportunity", "account_id", "salesforce_account", "id"),
        ("salesforce_opportunity_history", "opportunity_id", "salesforce_opportunity", "id"),
        ("salesforce_opportunity_contact_role", "contact_id", "salesforce_contact", "id"),
        ("salesforce_task", "what_id", "salesforce_opportunity", "id"),
        ("salesforce_user", "user_role_id", "salesforce_user_role", "id"),
        ("segment_identifies", "user_id", "segment_users", "id"),
        ("surveys_nps_responses", "customer_id", "stripe_customer", "id"),
        ("product_usage_limits", "account_id", "stripe_customer", "id"),
    ],
)  # fmt: skip
def test_references_are_whole(
    db: duckdb.DuckDBPyConnection, child: str, column: str, parent: str, key: str
) -> None:
    orphans = f'select 1 from "{child}" where {column} not in (select {key} from "{parent}")'
    assert count(db, orphans) == 0
    assert count(db, f'select 1 from "{child}" where {column} is not null') > 0


def test_nothing_happens_after_as_of(db: duckdb.DuckDBPyConnection) -> None:
    for table, column in (
        ("ga4_events", "to_timestamp(event_timestamp / 1000000)"),
        ("segment_pages", "timestamp"), ("segment_pages", "received_at"),
        ("segment_identifies", "timestamp"),
        ("hubspot_contact", "property_createdate"), ("hubspot_contact_property_history", "timestamp"),
        ("hubspot_deal_stage", "date_entered"), ("hubspot_engagement_call", "property_hs_timestamp"),
        ("salesforce_lead", "_fivetran_start"), ("salesforce_opportunity_history", "created_date"),
        ("product_events", "occurred_at"), ("surveys_nps_responses", "responded_at"),
    ):  # fmt: skip
        later = f"select 1 from {table} where {column} >= timestamptz '2026-11-01 00:00:00+00'"
        assert count(db, later) == 0, (table, column)


# Volumes ------------------------------------------------------------------------------------------
def test_volumes_and_rates_are_believable(db: duckdb.DuckDBPyConnection) -> None:
    events = sum(count(db, f"from {t}") for t in ("ga4_events", "segment_pages", "segment_tracks"))
    leads = count(db, "from truth_leads")
    assert 20_000 < events < 62_000
    assert 300 < leads < 3_000
    assert 0.05 < count(db, "from truth_leads where customer_id is not null") / leads < 0.15
    visitors = count(db, "select distinct anonymous_id from truth_web_sessions")
    seen = count(
        db,
        "from truth_leads where created_at >= (select min(started_at) from truth_web_sessions)",
    )
    assert 0.02 < seen / visitors < 0.045
    won, lost = (
        count(db, f"from truth_opportunities where kind = 'new_business' and status = '{status}'")
        for status in ("won", "lost")
    )
    assert 0.2 < won / (won + lost) < 0.7


def test_stages_thin_out(db: duckdb.DuckDBPyConnection) -> None:
    """With skipped stages filled in each stage has at most as many as the one before, and is later."""
    row = db.execute(
        "select count(*), count(mql_at), count(sql_at), count(opportunity_at) from truth_leads"
    ).fetchone()
    assert row is not None
    assert row[0] > row[1] > row[2] >= row[3] > 0
    wrong = """
        from truth_leads
        where mql_at < created_at or sql_at < mql_at or opportunity_at < sql_at
            or customer_at < opportunity_at or (sql_at is not null and mql_at is null)
    """
    assert count(db, wrong) == 0


# Truth against raw rows -----------------------------------------------------------------------------
def test_every_lead_has_its_record(db: duckdb.DuckDBPyConnection) -> None:
    """One record alive for each lead and for each double, and no other lead in the CRMs."""
    raw = """
        select 'hubspot:' || id as lead_key from hubspot_contact
        where not _fivetran_deleted and property_lifecyclestage <> 'subscriber'
        union
        select 'salesforce:' || id from salesforce_lead where not is_deleted
    """
    told = """
        select lead_key from truth_leads
        union select double_record from truth_leads where double_record is not null
    """
    assert count(db, f"({raw}) except ({told})") == 0
    assert count(db, f"({told}) except ({raw})") == 0


def test_customers_of_leads_are_billing_customers(db: duckdb.DuckDBPyConnection) -> None:
    """First paid on the day of the first movement; the CRM knows a way to each of them."""
    wrong = """
        from truth_leads as lead
        left join truth_movements as movement
            on lead.customer_id = movement.customer_id and movement.movement_type = 'new'
        where lead.customer_id is not null
            and movement.movement_date is distinct from lead.first_paid_date
    """
    assert count(db, wrong) == 0
    domains = """
        select company.property_domain, split_part(customer.email, '@', 2) as billing_domain
        from truth_accounts as account
        inner join truth_accounts as paying using (account)
        inner join hubspot_company as company
            on account.member_id = 'hubspot:' || company.id
        inner join stripe_customer as customer on paying.member_id = customer.id
        where account.member_kind = 'company' and paying.member_kind = 'customer'
            and account.link = 'domain'
            and company.property_website <> 'https://www.' || billing_domain || '/'
    """
    assert count(db, domains) == 0
    assert {row[0] for row in db.execute("select distinct link from truth_leads").fetchall()} == {
        None, "domain", "email", "crm_id",
    }  # fmt: skip
    by_id = """
        from hubspot_company as company
        inner join stripe_customer as customer on company.property_stripe_customer_id = customer.id
    """
    assert count(db, by_id) > 0


def test_sessions_are_those_of_the_events(db: duckdb.DuckDBPyConnection) -> None:
    """GA4 by its keys, Segment by half an hour; the pages of all of them, delivered once each."""
    ga4 = """
        select
            'ga4:' || user_pseudo_id as anonymous_id, to_timestamp(session) as started_at,
            count(*) filter (event_name = 'page_view') as page_views
        from ga4_flat where user_pseudo_id is not null group by all
    """
    segment = """
        with once as (select distinct on (id) * from segment_pages),
        marked as (
            select *, coalesce(timestamp - lag(timestamp) over w > interval 30 minute, true) as begins
            from once window w as (partition by anonymous_id order by timestamp)
        ),
        numbered as (
            select *, sum(begins::int) over (partition by anonymous_id order by timestamp) as number
            from marked
        )
        select 'segment:' || anonymous_id as anonymous_id, min(timestamp) as started_at,
            count(*) as page_views
        from numbered group by anonymous_id, number
    """
    raw = f"select anonymous_id, started_at, page_views from ({ga4} union all ({segment}))"
    told = "select anonymous_id, started_at, page_views from truth_web_sessions"
    assert count(db, f"({raw}) except ({told})") == 0
    assert count(db, f"({told}) except ({raw})") == 0
    denied = """
        select event_timestamp from ga4_flat
        where user_pseudo_id is null and event_name = 'page_view'
    """
    row = db.execute("select sum(page_views) from truth_denied_page_views").fetchone()
    assert row is not None
    assert row[0] == count(db, denied) > 0


def test_linked_devices_carry_the_user(db: duckdb.DuckDBPyConnection) -> None:
    """A device is linked where an event or an identify call of its ties it to the person's user."""
    raw = """
        select 'ga4:' || user_pseudo_id as device, user_id from ga4_flat
        where user_id is not null and user_pseudo_id is not null
        union
        select 'segment:' || anonymous_id, user_id from segment_identifies
        where anonymous_id is not null
    """
    told = """
        select device.member_id as device, person.member_id as user_id
        from truth_people as device
        inner join truth_people as person using (person)
        where device.member_kind = 'anonymous' and device.is_linked and person.member_kind = 'user'
    """
    assert count(db, f"({told}) except ({raw})") == 0
    # What the data says and the truth does not: the one computer of the training room.
    shared = db.execute(
        f"select device, count(*) from (({raw}) except ({told})) group by 1"
    ).fetchall()
    assert len(shared) == 1
    assert shared[0][1] > 15


def test_touches_come_before_their_lead(db: duckdb.DuckDBPyConnection) -> None:
    wrong = """
        from truth_touches inner join truth_leads on conversion_id = lead_key
        where touched_at > created_at or touched_at < created_at - interval 90 day or is_edge
    """
    assert count(db, wrong) == 0
    for kind, least in (("lead", 100), ("deal", 30), ("customer", 20)):
        touched = (
            f"select distinct conversion_id from truth_touches where conversion_type = '{kind}'"
        )
        assert count(db, touched) > least
    # Visits from long before are on the web, and no touches.
    before = """
        from truth_web_sessions inner join truth_leads using (person)
        where started_at < created_at - interval 90 day
    """
    assert count(db, before) > 0


# Channels and dirt ----------------------------------------------------------------------------------
def test_campaigns_are_those_of_the_ads() -> None:
    """Clicks name campaigns that cost something (LinkedIn's and Facebook's: the groups)."""
    ads = {(c.group or c.id) for c in _CAMPAIGNS} | {c.id for c in _CAMPAIGNS}
    clicked = [origin for origin in ORIGINS if origin.click_id]
    assert {origin.campaign_id for origin in clicked} <= ads
    names = {c.id: c.name for c in _CAMPAIGNS} | {
        291: "CFO", 292: "Founders", 391: "Retargeting", 392: "Lookalike",
    }  # fmt: skip
    assert all(names[origin.campaign_id or 0] == origin.campaign for origin in clicked)


def test_assistants_are_referrals_before_their_day() -> None:
    number = next(n for n, origin in enumerate(ORIGINS) if origin.channel == "AI Assistant")
    assert [channel(number, at) for at in (AI_FROM - 1, AI_FROM)] == ["Referral", "AI Assistant"]
    assert instant(AI_FROM).date().isoformat() == "2026-05-13"


@pytest.mark.parametrize(
    "sql",
    [
        "from hubspot_contact where property_hs_merged_object_ids like '%:%'",
        "from hubspot_contact where _fivetran_deleted",
        "select lower(trim(property_email)) from hubspot_contact where not _fivetran_deleted "
        "group by 1 having count(*) > 1",
        "from hubspot_contact where property_email like '%@gmail.com'",
        "from hubspot_deal where is_deleted",
        "from hubspot_merged_deal",
        "select deal_id, value from hubspot_deal_stage group by all having count(*) > 1",
        "from hubspot_contact_property_history where value = '48213377'",
        "from truth_leads where is_recycled",
        "from truth_leads where is_customer_first",
        "from truth_leads where mql_at = sql_at and recorded_mql_at is null",
        "from truth_opportunities where is_reopened and status = 'won'",
        "from salesforce_lead where is_converted",
        "from salesforce_lead where is_deleted and master_record_id is not null",
        "select id from salesforce_lead group by 1 having count(*) > 1",
        "from ga4_events where user_pseudo_id is null and privacy_info.analytics_storage = 'No'",
        "from ga4_events where user_id is not null",
        "select event_timestamp, event_name, user_pseudo_id from ga4_events where "
        "user_pseudo_id is not null group by all having count(*) > 1",
        "from ga4_events where collected_traffic_source.gclid is not null",
        "from segment_pages where received_at > timestamp + interval 1 hour",
        "select id from segment_pages group by 1 having count(*) > 1",
        "select email from segment_identifies where email like 'info@%' group by 1 "
        "having count(distinct user_id) > 5",
        "from segment_pages where context_campaign_medium = 'email'",
        "from product_events where event_name = 'trial_started'",
        "from truth_people where member_kind = 'anonymous' and not is_linked",
    ],
)  # fmt: skip
def test_dirt_is_there(db: duckdb.DuckDBPyConnection, sql: str) -> None:
    assert count(db, sql) > 0


def test_no_company_is_in_both_systems(db: duckdb.DuckDBPyConnection) -> None:
    both = """
        select regexp_replace(website, '^https?://(www\\.)?', '') as site from salesforce_account
        intersect
        select regexp_replace(property_website, '^https?://(www\\.)?|/$', '', 'g') from hubspot_company
    """
    assert count(db, both) == 0


# Two landings -----------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def landings(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """Views `first_<table>` and `second_<table>` of the billing tables of both landings."""
    root = tmp_path_factory.mktemp("landings")
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for name, by in (("first", LANDED_BY), ("second", None)):
        generate_whole(root / name / "raw", landed_by=by)
        for folder in (root / name / "raw" / "stripe").iterdir():
            connection.execute(
                f"create view {name}_{folder.name} as "
                f"from read_parquet('{folder}/*.parquet', union_by_name = true)"
            )
    return connection


def test_the_truth_is_that_of_the_whole_landing(tmp_path: Path) -> None:
    for name, by in (("first", LANDED_BY), ("second", None)):
        generate(tmp_path / name / "raw", customers=60, months=8, seed=7, until=UNTIL, landed_by=by)
    assert digests(tmp_path / "first" / "truth") == digests(tmp_path / "second" / "truth")
    with pytest.raises(ValueError, match="landed_by"):
        generate(tmp_path / "x", customers=1, months=1, seed=1, until=UNTIL, landed_by=UNTIL)


def test_the_first_landing_is_part_of_the_second(landings: duckdb.DuckDBPyConnection) -> None:
    """Nothing synced later, no row of its own, and no invoice without its lines or the other way."""
    for table, key in (
        ("invoice", "id"), ("invoice_line_item", "invoice_id, unique_id"), ("charge", "id"),
        ("subscription_history", "id, _fivetran_start"), ("subscription_item", "id"),
    ):  # fmt: skip
        first, second = f"select {key} from first_{table}", f"select {key} from second_{table}"
        assert count(landings, f"({first}) except ({second})") == 0, table
        assert count(landings, f"({second}) except ({first})") > 0, table
        late = f"from first_{table} where _fivetran_synced > timestamptz '{LANDED_BY.isoformat()}'"
        assert count(landings, late) == 0, table
    for sql in (
        "from first_invoice_line_item where invoice_id not in (select id from first_invoice)",
        "from first_invoice where id not in (select invoice_id from first_invoice_line_item) "
        "and id in (select invoice_id from second_invoice_line_item)",
        "from first_subscription_item where subscription_id not in "
        "(select id from first_subscription_history)",
        "select id from first_subscription_history group by id "
        "having count(distinct _fivetran_start) filter (_fivetran_active) <> 1",
    ):
        assert count(landings, sql) == 0, sql


@pytest.mark.parametrize(
    "late",
    [
        # a subscription that began in September was entered in October
        """
        from second_subscription_history where created < timestamptz '2026-10-01 00:00:00+00'
        and id not in (select id from first_subscription_history)
        """,
        # a cancellation of September was known in October
        """
        from second_subscription_history as known
        inner join first_subscription_history as before
            on known.id = before.id and known._fivetran_active and before._fivetran_active
        where known.status = 'canceled' and before.status <> 'canceled'
            and known.ended_at < timestamptz '2026-10-01 00:00:00+00'
        """,
        # a change in mid-period was billed late
        """
        from second_invoice where billing_reason = 'subscription_update'
        and created < timestamptz '2026-10-01 00:00:00+00'
        and id not in (select id from first_invoice)
        """,
    ],
)
def test_facts_of_past_months_come_late(landings: duckdb.DuckDBPyConnection, late: str) -> None:
    assert count(landings, late) > 0
