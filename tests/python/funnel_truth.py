"""What the sample company knows of its visits, people and leads, compared with what the marts say.

The truth (`sample_company.demand.truth_tables`) was told before any raw row was written. Each check is a
query for differences; an empty answer is agreement. `told` tables are the truth, the others are the
warehouse's. Instants are compared to the second: GA4's have fractions that nobody told.

What the data cannot tell is left out, and only that:
- visits without consent have no device, so that they are compared as page views;
- devices and accounts whose `is_linked` is false;
- people whose e-mail address is their company's `billing@` mailbox: whether such an address is a person's
  is a matter of the list of generic mailboxes;
- a double is a second live contact with the address of a lead: it may be a lead of its own, or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
from account_truth import ACCOUNT_CHECKS, ACCOUNT_COUNTS
from success_truth import SUCCESS_CHECKS, SUCCESS_COUNTS

#: A person's address that a list of generic mailboxes may take away.
MAILBOX = (
    "select person from told.people where member_kind = 'email' and member_id like 'billing@%'"
)
#: What a U gives the touch at a place.
U_SHAPE = """case
    when touches < 3 then 1 / touches when place in (1, touches) then 0.4 else 0.2 / (touches - 2)
end"""
DOUBLES = "select double_record from told.leads where double_record is not null"

CHECKS: dict[str, str] = {
    # Sessions ------------------------------------------------------------------------------------
    "sessions": """
        with got as (
            select anonymous_id, date_trunc('second', started_at) as started_at, channel, page_views,
                is_engaged
            from intermediate.int_web__sessions_identified where anonymous_id is not null
        ),
        known as (
            select anonymous_id, started_at, channel, page_views, is_engaged from told.web_sessions
        )
        select anonymous_id, started_at,
            known.channel, got.channel, known.page_views, got.page_views, known.is_engaged,
            got.is_engaged
        from known full outer join got using (anonymous_id, started_at)
        where known.channel is distinct from got.channel
            or known.page_views is distinct from got.page_views
            or known.is_engaged is distinct from got.is_engaged
        order by all
    """,
    "visitors are people where they are known": """
        with got as (
            select told.web_sessions.session, told.web_sessions.person, told.people.is_linked,
                sessions.person_id
            from told.web_sessions
            inner join intermediate.int_web__sessions_identified as sessions
                on told.web_sessions.anonymous_id = sessions.anonymous_id
                and told.web_sessions.started_at = date_trunc('second', sessions.started_at)
            left join told.people
                on told.web_sessions.person = told.people.person
                and told.people.member_kind = 'anonymous'
                and told.people.member_id = told.web_sessions.anonymous_id
        )
        select * from got
        where coalesce(is_linked, false) and person_id is null
    """,
    "traffic of a day": """
        with known as (
            select session_date as traffic_date, channel, count(*) as sessions,
                sum(page_views) as page_views, count(*) filter (is_engaged) as engaged
            from told.web_sessions group by all
        ),
        got as (
            select traffic_date, channel, sessions, page_views, engaged_sessions as engaged
            from marts.rpt_web_traffic_daily where channel <> 'all' and sessions > 0
        )
        select traffic_date, channel, known.sessions, got.sessions, known.page_views, got.page_views,
            known.engaged, got.engaged
        from known full outer join got using (traffic_date, channel)
        where (known.sessions, known.page_views, known.engaged)
            is distinct from (got.sessions, got.page_views, got.engaged)
        order by all
    """,
    "visitors of a month": """
        with visits as (
            select date_trunc('month', session_date) as month, is_known,
                case when is_known then 'person ' || person else anonymous_id end as visitor
            from told.web_sessions
        ),
        first_visits as (select visitor, min(month) as first_month from visits group by 1),
        denied as (
            select date_trunc('month', event_date) as month, sum(page_views) as denied
            from told.denied_page_views group by 1
        ),
        known as (
            select month, count(distinct visitor) as visitors,
                count(distinct visitor) filter (month = first_month) as new_visitors,
                count(*) filter (not is_known) as nameless
            from visits inner join first_visits using (visitor) group by 1
        )
        select month, known.visitors, got.unique_visitors, known.new_visitors, got.new_visitors,
            coalesce(denied, 0), got.page_views_without_session, known.nameless,
            got.sessions_without_person
        from known
        full outer join (
            from marts.rpt_web_traffic_monthly where channel = 'all' and sessions > 0
        ) as got using (month)
        left join denied using (month)
        where known.visitors is distinct from got.unique_visitors
            or known.new_visitors is distinct from got.new_visitors
            or coalesce(denied, 0) is distinct from got.page_views_without_session
            or known.nameless is distinct from got.sessions_without_person
        order by all
    """,
    # People and accounts -----------------------------------------------------------------------------
    "nobody is two people": f"""
        select told.people.person, count(distinct members.person_id),
            list(told.people.member_kind || ' ' || told.people.member_id || ' ' || members.person_id)
        from told.people
        inner join intermediate.int_identity__person_members as members
            on told.people.member_kind = members.member_kind
            and told.people.member_id = members.member_id
        where told.people.is_linked and told.people.person not in ({MAILBOX})
        group by 1 having count(distinct members.person_id) > 1
        order by all
    """,
    "nobody is missing": f"""
        select told.people.person, told.people.member_kind, told.people.member_id
        from told.people
        left join intermediate.int_identity__person_members as members
            on told.people.member_kind = members.member_kind
            and told.people.member_id = members.member_id
        where told.people.is_linked and members.person_id is null
            and told.people.person not in ({MAILBOX})
        order by all
    """,
    "no two people are one": f"""
        select members.person_id, count(distinct told.people.person),
            list(told.people.member_kind || ' ' || told.people.member_id)
        from told.people
        inner join intermediate.int_identity__person_members as members
            on told.people.member_kind = members.member_kind
            and told.people.member_id = members.member_id
        where told.people.person not in ({MAILBOX})
        group by 1 having count(distinct told.people.person) > 1
        order by all
    """,
    "customers are found": """
        select customer.member_id, company.member_id, customer.link, got.account_id, other.account_id
        from told.accounts as customer
        inner join told.accounts as company
            on customer.account = company.account and company.member_kind = 'company'
        -- A company of Salesforce has a record once one of its leads was converted.
        inner join input.input_companies on company.member_id = input_companies.company_key
        left join intermediate.int_identity__account_members as got
            on got.member_kind = 'customer' and customer.member_id = got.member_id
        left join intermediate.int_identity__account_members as other
            on other.member_kind = 'company' and company.member_id = other.member_id
        where customer.member_kind = 'customer'
            and (got.account_id is null or got.account_id is distinct from other.account_id)
        order by all
    """,
    "no two accounts are one": """
        select members.account_id, list(told.accounts.member_id)
        from told.accounts
        inner join intermediate.int_identity__account_members as members
            on told.accounts.member_kind = members.member_kind
            and told.accounts.member_id = members.member_id
        group by 1 having count(distinct told.accounts.account) > 1
        order by all
    """,
    # Leads --------------------------------------------------------------------------------------------
    "every lead is there": f"""
        select told.leads.lead_key, got.lead_id
        from told.leads full outer join marts.fct_leads as got on told.leads.lead_key = got.lead_id
        where told.leads.lead_key is null and got.lead_id not in ({DOUBLES})
            or got.lead_id is null
        order by all
    """,
    "leads begin when they were made": """
        select lead_key, told.leads.created_at, got.created_at
        from told.leads inner join marts.fct_leads as got on told.leads.lead_key = got.lead_id
        where date_trunc('second', got.created_at) is distinct from told.leads.created_at
        order by all
    """,
    "stages of leads": """
        with compared as (
            select lead_key, first_paid_date, unnest([
                {'name': 'mql', 'told_at': told.leads.mql_at, 'got_at': got.mql_at,
                    'recorded_at': recorded_mql_at},
                {'name': 'sql', 'told_at': told.leads.sql_at, 'got_at': got.sql_at,
                    'recorded_at': recorded_sql_at},
                {'name': 'opportunity', 'told_at': told.leads.opportunity_at,
                    'got_at': got.opportunity_at, 'recorded_at': recorded_opportunity_at},
                {'name': 'first call', 'told_at': told.leads.first_call_at,
                    'got_at': got.first_call_at, 'recorded_at': told.leads.first_call_at},
                {'name': 'demo', 'told_at': told.leads.demo_at, 'got_at': got.demo_at,
                    'recorded_at': told.leads.demo_at},
                {'name': 'trial', 'told_at': told.leads.trial_at, 'got_at': got.trial_at,
                    'recorded_at': told.leads.trial_at}
            ], recursive := true)
            from told.leads inner join marts.fct_leads as got on told.leads.lead_key = got.lead_id
            -- Whoever paid before being a lead has no way through the stages; of a double's two leads
            -- the later one may have what the earlier one is told to have.
            where not told.leads.is_customer_first and double_record is null
        )
        select lead_key, name, told_at, got_at, recorded_at, first_paid_date
        from compared
        where case
                -- The billing system knows trials of customers too.
                when name = 'trial' and first_paid_date is not null then false
                when told_at is null or got_at is null then told_at is distinct from got_at
                when recorded_at is not null
                    then date_trunc('second', told_at) <> date_trunc('second', got_at)
                -- Filled in from the next stage, which for customers is when billing or the CRM says.
                else cast(got_at as date) <> cast(told_at as date)
                    and cast(got_at as date) is distinct from first_paid_date
            end
        order by name, lead_key
    """,
    # A lead is lost with its deals too; one that is a customer after all is not. When is known from the
    # history only, which a loader may not have of all.
    "lost and recycled leads": """
        select lead_key, told.leads.lost_at, got.lost_at, told.leads.is_recycled, got.is_recycled,
            got.current_stage
        from told.leads inner join marts.fct_leads as got on told.leads.lead_key = got.lead_id
        where double_record is null and (
            told.leads.is_recycled is distinct from got.is_recycled
            or (told.leads.lost_at is not null and told.leads.customer_id is null
                and date_trunc('second', got.lost_at) is distinct from told.leads.lost_at
                and lead_key not in (select record_key from input.input_stage_changes
                    where stage = 'disqualified' and evidence = 'record'))
            or (got.current_stage = 'lost') <> (
                told.leads.customer_id is null and (told.leads.lost_at is not null
                or opportunity_key in (select opportunity_key from told.opportunities where status = 'lost'))
            )
        )
        order by all
    """,
    "customers of leads": """
        select lead_key, link, told.leads.customer_id, got.customer_id, first_paid_date,
            told.leads.customer_at, got.customer_at
        from told.leads inner join marts.fct_leads as got on told.leads.lead_key = got.lead_id
        where told.leads.customer_id is distinct from got.customer_id
            or (told.leads.customer_id is not null and not told.leads.is_customer_first
                and told.leads.double_record is null
                and cast(got.customer_at as date) is distinct from told.leads.first_paid_date
                and date_trunc('second', got.customer_at) is distinct from told.leads.customer_at)
        order by all
    """,
    "funnel cohorts": """
        with known as (
            select cast(date_trunc('month', created_at) as date) as cohort_month,
                count(*) as leads, count(mql_at) as mqls, count(customer_id) as customers,
                count(double_record) as doubles
            from told.leads group by all
        ),
        got as (
            select cohort_month,
                max(entered) filter (to_stage = 'mql') as leads,
                max(converted) filter (to_stage = 'mql') as mqls,
                max(converted) filter (to_stage = 'customer') as customers
            from marts.rpt_funnel_cohort_monthly
            where segment_type = 'all' and from_stage = 'lead' and entered > 0 group by all
        ),
        slack as (select sum(doubles) as doubles from known)
        select cohort_month, known.leads, got.leads, known.mqls, got.mqls, known.customers,
            got.customers
        from known full outer join got using (cohort_month), slack
        where known.leads is null or got.leads is null
            or got.leads - known.leads not between 0 and slack.doubles
            or got.mqls - known.mqls not between 0 and slack.doubles
            or got.customers - known.customers not between 0 and slack.doubles
        order by all
    """,
    "funnel of a month": """
        with months as (
            select distinct cast(date_trunc('month', created_at) as date) as month from told.leads
        ),
        slack as (select count(double_record) as doubles from told.leads),
        known as (
            select month,
                (select count(*) from told.leads where date_trunc('month', created_at) = month)
                    as leads,
                (select count(*) from told.leads where date_trunc('month', first_call_at) = month)
                    as first_calls,
                (select count(*) from told.leads where date_trunc('month', demo_at) = month) as demos
            from months
        )
        select month, known.leads, got.leads, known.first_calls, got.first_calls, known.demos,
            got.demos
        from known
        full outer join (
            from marts.rpt_funnel_monthly where segment_type = 'all' and leads > 0
        ) as got using (month), slack
        where known.leads is null or got.leads is null
            or abs(got.leads - known.leads) > doubles
            or abs(got.first_calls - known.first_calls) > doubles
            or abs(got.demos - known.demos) > doubles
        order by all
    """,
    # Opportunities ----------------------------------------------------------------------------------
    "opportunities": """
        select opportunity_key, opportunity_id, told.opportunities.status, got.status,
            told.opportunities.amount, got.amount, told.opportunities.closed_at, got.closed_at,
            told.opportunities.is_reopened, got.is_reopened, told.opportunities.stakeholders,
            got.stakeholders
        from told.opportunities
        full outer join marts.fct_opportunities as got
            on told.opportunities.opportunity_key = got.opportunity_id
        where told.opportunities.status is distinct from got.status
            or told.opportunities.amount is distinct from got.amount
            or told.opportunities.created_at is distinct from got.created_at
            or told.opportunities.closed_at is distinct from got.closed_at
            or told.opportunities.is_reopened is distinct from got.is_reopened
            or told.opportunities.stakeholders is distinct from got.stakeholders
        order by all
    """,
    "deals of both CRMs": """
        select opportunity_key, told.opportunities.records, got.records
        from told.opportunities
        inner join marts.fct_opportunities as got
            on told.opportunities.opportunity_key = got.opportunity_id
        where told.opportunities.records <> got.records
        order by all
    """,
    # Who signs up without any lead: billing may tell of the trial before the product does.
    "trials without a lead": """
        select customer_id, told.signups.trial_at, got.trial_at, got.customer_at
        from told.signups
        left join intermediate.int_identity__account_members as members
            on members.member_kind = 'customer' and told.signups.customer_id = members.member_id
        left join intermediate.int_funnel__trials_without_lead as got
            on members.account_id = got.party_id
        where got.trial_at is null or got.trial_at > told.signups.trial_at
        union all
        select told.leads.customer_id, told.leads.created_at, got.trial_at, got.customer_at
        from told.leads
        inner join intermediate.int_identity__account_members as members
            on members.member_kind = 'customer' and told.leads.customer_id = members.member_id
        inner join intermediate.int_funnel__trials_without_lead as got
            on members.account_id = got.party_id
        order by all
    """,
    "stage entries": """
        with known as (
            select opportunity_key as opportunity_id, entered_at from told.stage_entries
        ),
        got as (
            select opportunity_id, entered_at from marts.fct_opportunity_stage_entries
        )
        select 'missing' as side, * from (from known except all from got)
        union all
        select 'extra' as side, * from (from got except all from known)
        order by all
    """,
    "activities": """
        with known as (
            select activity_type, occurred_at from told.activities
            where activity_type in ('call', 'email', 'meeting', 'demo')
        ),
        got as (
            select activity_type, occurred_at from marts.fct_sales_activities
            where activity_type in ('call', 'email', 'meeting', 'demo')
        )
        select 'missing' as side, * from (from known except all from got)
        union all
        select 'extra' as side, * from (from got except all from known)
        order by all
    """,
    "sales of a month": """
        with closed as (
            select cast(date_trunc('month', closed_at) as date) as month,
                count(*) filter (status = 'won') as won, count(*) filter (status = 'lost') as lost,
                coalesce(sum(amount) filter (status = 'won'), 0) as won_amount
            from told.opportunities where closed_at is not null group by 1
        ),
        done as (
            select cast(date_trunc('month', occurred_at) as date) as month,
                count(*) filter (activity_type = 'call') as calls,
                count(*) filter (activity_type = 'email') as emails,
                count(*) filter (activity_type = 'demo' and is_held) as demos
            from told.activities group by 1
        ),
        known as (from done left join closed using (month))
        select month, coalesce(known.won, 0), got.won, coalesce(known.lost, 0), got.lost,
            coalesce(known.won_amount, 0), got.won_amount, known.calls, got.calls, known.emails,
            got.emails, known.demos, got.demos
        from known
        full outer join (
            from marts.rpt_sales_performance_monthly where owner_id = 'all'
        ) as got using (month)
        where coalesce(known.won, 0) is distinct from got.won
            or coalesce(known.lost, 0) is distinct from got.lost
            or coalesce(known.won_amount, 0) is distinct from got.won_amount
            or coalesce(known.calls, 0) is distinct from got.calls
            or coalesce(known.emails, 0) is distinct from got.emails
            or coalesce(known.demos, 0) is distinct from got.demos
        order by all
    """,
    # Attribution ------------------------------------------------------------------------------------
    # Without a visit the CRM's own word may stand in.
    "channels of conversions": f"""
        with sure as (
            select conversion_type, conversion_id from told.touches group by all
            having not bool_or(is_edge or person in ({MAILBOX}))
        ),
        placed as (
            select *, row_number() over (conversion order by touched_at) as place,
                count(*) over (conversion) as touches,
                date_diff('second', touched_at, max(touched_at) over (conversion)) / 604800
                    as weeks_to_last
            from told.touches inner join sure using (conversion_type, conversion_id)
            window conversion as (partition by conversion_type, conversion_id)
        ),
        known as (
            select *, coalesce(max(place) filter (channel <> 'Direct') over (conversion), touches)
                    as last_known,
                max(place) filter (touched_at <= middle_at) over (conversion) as middle
            from placed
            window conversion as (partition by conversion_type, conversion_id)
        ),
        told_credits as (
            select conversion_type, conversion_id, channel, unnest([
                {{'model': 'first_touch', 'credit': if(place = 1, 1, 0)}},
                {{'model': 'last_touch', 'credit': if(place = touches, 1, 0)}},
                {{'model': 'last_non_direct', 'credit': if(place = last_known, 1, 0)}},
                {{'model': 'linear', 'credit': 1 / touches}},
                {{'model': 'time_decay', 'credit': 0.5 ** weeks_to_last
                    / sum(0.5 ** weeks_to_last) over (partition by conversion_type, conversion_id)}},
                {{'model': 'position_based', 'credit': {U_SHAPE}}},
                {{'model': 'w_shaped', 'credit': case
                    when middle between 2 and touches - 1 then case
                        when touches = 3 then 1 / 3
                        when place in (1, middle, touches) then 0.3
                        else 0.1 / (touches - 3)
                    end
                    else {U_SHAPE}
                end}}
            ], recursive := true)
            from known
        ),
        credits as (
            select conversion_type, conversion_id, model, channel, sum(credit) as credit
            from told_credits group by all having sum(credit) > 0
        ),
        got as (
            select replace(conversion_type, 'opportunity', 'deal') as conversion_type,
                conversion_id, model, channel, sum(credit) as credit
            from marts.fct_attribution
            where conversion_id in (select conversion_id from sure)
            group by all
        )
        select conversion_type, conversion_id, model, channel, credits.credit, got.credit
        from credits full outer join got using (conversion_type, conversion_id, model, channel)
        where abs(coalesce(credits.credit, 0) - coalesce(got.credit, 0)) > 0.000001
        order by all
    """,
    **ACCOUNT_CHECKS,
    **SUCCESS_CHECKS,
}

#: Queries that say that a check has something to compare.
COUNTS: dict[str, str] = {
    "sessions": "select count(*) from intermediate.int_web__sessions_identified",
    "people": "select count(*) from intermediate.int_identity__person_members",
    "leads": "select count(*) from marts.fct_leads",
    "opportunities": "select count(*) from marts.fct_opportunities",
    "attributed": "select count(*) from marts.fct_attribution where channel <> 'unattributed'",
    "touched": "select count(distinct conversion_id) from told.touches where not is_edge",
    **ACCOUNT_COUNTS,
    **SUCCESS_COUNTS,
}


class Truth:
    """A warehouse and the truth beside it, open for questions."""

    def __init__(self, database: Path, truth: Path) -> None:
        self.database = database
        self.connection = duckdb.connect()
        self.connection.execute("set timezone = 'UTC'")
        self.connection.execute(f"attach '{database}' as warehouse (read_only)")
        self.connection.execute("create schema memory.told")
        for path in sorted(truth.glob("*.parquet")):
            columns = ", ".join(self._columns(path))
            self.connection.execute(
                f"create table memory.told.\"{path.stem}\" as select {columns} from '{path}'"
            )
        self.connection.execute(
            "set search_path = 'memory.told,warehouse.marts,warehouse.intermediate,warehouse.input'"
        )

    def _columns(self, path: Path) -> Iterator[str]:
        """The truth's instants have a time zone; those of the warehouse are UTC without."""
        described = self.connection.execute(f"describe from '{path}'").fetchall()
        for name, kind, *_ in described:
            is_instant = kind == "TIMESTAMP WITH TIME ZONE"
            yield f'cast("{name}" as timestamp) as "{name}"' if is_instant else f'"{name}"'

    def differences(self, check: str) -> list[tuple[Any, ...]]:
        """The rows in which truth and warehouse differ."""
        return self.ask(CHECKS[check])

    def count(self, name: str) -> int:
        """How many rows there are to compare."""
        return int(self.ask(COUNTS[name])[0][0])

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query on both."""
        for schema in ("marts", "intermediate", "input"):
            sql = sql.replace(f" {schema}.", f" warehouse.{schema}.")
        return self.connection.execute(sql.replace("told.", "memory.told.")).fetchall()

    def close(self) -> None:
        """Let go of the files."""
        self.connection.close()
