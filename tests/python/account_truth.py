"""What the sample company knows of its accounts, compared with what the marts say of them.

Checks of the kind of funnel_truth.py: each is a query for differences. A company of Salesforce has a record
once one of its leads was converted; who has none is left out.
"""

from __future__ import annotations

ACCOUNT_CHECKS: dict[str, str] = {
    "firmographics": """
        with known as (
            select companies.*, company_key as company_id
            from told.companies as companies
            where company_key in (select company_key from input.input_companies)
        )
        select company_id, known.employees, got.employee_count, is_public, ownership, funding,
            total_funding, known.valuation, got.valuation, sales_team, sales_team_share
        from known left join marts.dim_accounts as got using (company_id)
        where got.employee_count is distinct from known.employees
            or got.industry is distinct from known.industry
            or got.country is distinct from known.country
            or got.ownership is distinct from
                case is_public when true then 'public' when false then 'private' end
            or got.total_funding is distinct from known.funding
            or got.valuation is distinct from known.valuation
            or got.investors is distinct from known.investors
            or got.sales_team_share is distinct from 100 * sales_team / known.employees
        order by all
    """,
    "target accounts": """
        with known as (
            select company_key as company_id,
                case
                    when target_tier is null or coalesce(targeted_from > date '2026-11-01', false)
                        then 'none'
                    else 'tier_' || target_tier
                end as tier,
                case when targeted_from <= date '2026-11-01' then targeted_from end as targeted_from
            from told.companies
            where company_key in (select company_key from input.input_companies)
        )
        select company_id, known.tier, got.target_tier, known.targeted_from, got.targeted_from
        from known left join marts.dim_accounts as got using (company_id)
        where known.tier is distinct from got.target_tier
            or got.is_target_account is distinct from (known.tier <> 'none')
            or known.targeted_from is distinct from got.targeted_from
        order by all
    """,
    "who is on a deal": """
        with known as (
            select opportunity_key as opportunity_id, role, count(*) as people
            from told.deal_roles group by all
        ),
        got as (
            select opportunity_id, role, count(*) as people
            from marts.fct_opportunity_contacts group by all
        )
        select opportunity_id, role, known.people, got.people
        from known full outer join got using (opportunity_id, role)
        where known.people is distinct from got.people
        order by all
    """,
    "which roles are missing": """
        with needed as (
            select opportunity_key, unnest(
                ['decision_maker']
                || case when amount >= 10000 then ['champion', 'budget_holder'] else [] end
                || case when amount >= 50000 then ['legal'] else [] end
            ) as role
            from told.opportunities
        ),
        known as (
            select opportunity_key as opportunity_id, count(*) as required,
                count(*) filter (
                    (opportunity_key, role) in (select opportunity_key, role from told.deal_roles)
                ) as covered,
                opportunity_key in (
                    select opportunity_key from told.deal_roles where role <> 'unknown'
                ) as is_told
            from needed group by all
        )
        select opportunity_id, known.required, got.required_roles, known.covered, got.covered_roles
        from known full outer join marts.fct_opportunity_committees as got using (opportunity_id)
        where known.required is distinct from got.required_roles
            or got.covered_roles is distinct from case when is_told then covered end
        order by all
    """,
    "account-based selling": """
        with deals as (
            select opportunities.*, unnest(['all', 'target', 'tier']) as segment_type,
                target_tier is not null
                and coalesce(targeted_from <= cast(created_at as date), true) as is_target,
                'tier_' || target_tier as tier
            from told.opportunities as opportunities
            inner join told.accounts
                on opportunities.company = told.accounts.account
                and told.accounts.member_kind = 'company'
            inner join told.companies on told.accounts.member_id = told.companies.company_key
        ),
        known as (
            select segment_type,
                case
                    when segment_type = 'all' then 'all'
                    when not is_target then 'rest'
                    when segment_type = 'target' then 'target'
                    else tier
                end as segment_value,
                count(*) as created, count(*) filter (status = 'won') as won,
                count(*) filter (status = 'lost') as lost,
                coalesce(sum(amount) filter (status = 'won'), 0) as won_amount,
                count(*) filter (amount > 50000) as large,
                count(*) filter (
                    status = 'lost'
                    and date_diff('day', cast(created_at as date), cast(closed_at as date)) > 182
                ) as long_lost
            from deals group by all
        ),
        got as (
            select segment_type, segment_value, sum(created_opportunities) as created,
                sum(won) as won, sum(lost) as lost, sum(won_amount) as won_amount,
                sum(large_opportunities) as large, sum(long_cycle_lost) as long_lost
            from marts.rpt_account_based_selling group by all
            having sum(created_opportunities) > 0
        )
        select segment_type, segment_value, known.created, got.created, known.won, got.won,
            known.lost, got.lost, known.won_amount, got.won_amount, known.large, got.large,
            known.long_lost, got.long_lost
        from known full outer join got using (segment_type, segment_value)
        where (known.created, known.won, known.lost, known.won_amount, known.large, known.long_lost)
            is distinct from
            (got.created, got.won, got.lost, got.won_amount, got.large, got.long_lost)
        order by all
    """,
    # Who comes to a demo or a meeting is of a company; callers of no company are of no account.
    "demos and meetings of accounts": """
        with known as (
            select cast(date_trunc('month', occurred_at) as date) as month,
                count(*) filter (activity_type = 'demo') as demos,
                count(*) filter (activity_type = 'meeting') as meetings
            from told.activities where activity_type in ('demo', 'meeting') and is_held group by all
        ),
        got as (
            select month, sum(demos) as demos, sum(meetings) as meetings
            from marts.fct_account_engagement_monthly group by all
            having sum(demos) + sum(meetings) > 0
        )
        select month, known.demos, got.demos, known.meetings, got.meetings
        from known full outer join got using (month)
        where (known.demos, known.meetings) is distinct from (got.demos, got.meetings)
        order by all
    """,
    "deals by ownership": """
        with known as (
            select
                case is_public when true then 'public' when false then 'private' else 'unknown' end
                    as segment_value,
                count(*) filter (status = 'won') as won,
                count(*) filter (status = 'open') as open_opportunities
            from told.opportunities
            inner join told.accounts
                on told.opportunities.company = told.accounts.account
                and told.accounts.member_kind = 'company'
            inner join told.companies on told.accounts.member_id = told.companies.company_key
            group by all
        ),
        got as (
            select segment_value, sum(won) as won,
                max(open_opportunities) filter (month = date '2026-11-01') as open_opportunities
            from marts.rpt_market_monthly where segment_type = 'ownership' group by all
        )
        select segment_value, known.won, got.won, known.open_opportunities, got.open_opportunities
        from known full outer join got using (segment_value)
        where coalesce(known.won, 0) is distinct from got.won
            or coalesce(known.open_opportunities, 0) is distinct from got.open_opportunities
        order by all
    """,
}

ACCOUNT_COUNTS: dict[str, str] = {
    "targets": "select 10 * count(*) from marts.dim_accounts where is_target_account",
    "contacts": "select count(*) from marts.fct_opportunity_contacts where role <> 'unknown'",
    "programme": """
        select count(*) from marts.rpt_account_based_selling
        where programme_spend > 0 and programme_return_12m is not null
    """,
}
