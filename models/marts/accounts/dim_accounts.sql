with accounts as (

    select * from {{ ref('int_accounts__described') }}

),

scores as (

    select * from {{ ref('int_accounts__icp_scored') }}

),

customers as (

    select * from {{ ref('int_accounts__customers_summarised') }}

),

opportunities as (

    select * from {{ ref('int_funnel__opportunities') }}
    where opportunity_type is null or opportunity_type <> 'renewal'

),

engagement as (

    select * from {{ ref('int_accounts__engagement_scored') }}
    where month >= cast({{ add_months(month_start(as_of_date()), -2) }} as date)

),

deals as (

    select
        account_id,
        {% for status, amount in (('won', 'won_amount'), ('open', 'open_pipeline')) %}
            count(case when status = '{{ status }}' then 1 end) as {{ status }}_opportunities,
            cast(sum(case when status = '{{ status }}' then amount end) as decimal(38, 6))
                as {{ amount }},
        {% endfor %}
        count(*) as opportunities
    from opportunities
    group by account_id

),

active as (

    select
        account_id,
        cast(sum(engagement_score) as decimal(38, 6)) as engagement_score_3m
    from engagement
    group by account_id

),

joined as (

    select
        accounts.*,
        {% for criterion in icp_criteria() %}
            scores.{{ criterion }}_points,
        {% endfor %}
        scores.icp_score,
        scores.icp_coverage,
        coalesce(customers.customer_status, 'prospect') as customer_status,
        {% for column in (
            'customers.current_mrr', 'customers.lifetime_value_to_date', 'deals.opportunities',
            'deals.won_opportunities', 'deals.open_opportunities', 'deals.won_amount',
            'deals.open_pipeline'
        ) %}
            coalesce({{ column }}, 0) as {{ column.split('.')[1] }},
        {% endfor %}
        coalesce(customers.current_mrr - customers.mrr_12m_before, 0) as mrr_growth_12m,
        coalesce(active.engagement_score_3m, 0) as engagement_score_3m
    from accounts
    left join scores
        on accounts.account_id = scores.account_id
    left join customers
        on accounts.account_id = customers.account_id
    left join deals
        on accounts.account_id = deals.account_id
    left join active
        on accounts.account_id = active.account_id

),

final as (

    select
        account_id,
        company_id,
        {{ pii('account_name') }} as account_name,
        {{ pii('domain') }} as domain,
        {% for column in (
            'industry', 'segment', 'employee_count', 'country', 'annual_revenue', 'ownership',
            'total_funding', 'valuation', 'investors', 'sales_team_share'
        ) %}
            {{ column }},
        {% endfor %}
        target_tier is not null as is_target_account,
        coalesce(target_tier, 'none') as target_tier,
        targeted_from,
        icp_score,
        coalesce(icp_coverage, 0) as icp_coverage,
        {% for criterion in icp_criteria() %}
            {{ criterion }}_points as icp_{{ criterion }}_points,
        {% endfor %}
        {% for column in (
            'company_records', 'customers', 'people', 'customer_status', 'current_mrr',
            'mrr_growth_12m', 'lifetime_value_to_date', 'opportunities', 'won_opportunities',
            'open_opportunities', 'won_amount', 'open_pipeline', 'engagement_score_3m'
        ) %}
            {{ column }},
        {% endfor %}
        {{ rank_of_positive('current_mrr') }} as value_rank,
        {{ rank_of_positive('mrr_growth_12m') }} as growth_rank,
        {{ rank_of_positive('engagement_score_3m') }} as activity_rank,
        created_at
    from joined

)

select * from final
order by account_id
