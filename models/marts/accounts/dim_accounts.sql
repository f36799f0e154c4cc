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
        count(*) as opportunities,
        count(case when status = 'won' then 1 end) as won_opportunities,
        count(case when status = 'open' then 1 end) as open_opportunities,
        cast(coalesce(sum(case when status = 'won' then amount end), 0) as decimal(38, 6))
            as won_amount,
        cast(coalesce(sum(case when status = 'open' then amount end), 0) as decimal(38, 6))
            as open_pipeline
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
        coalesce(customers.current_mrr, 0) as current_mrr,
        coalesce(customers.current_mrr - customers.mrr_12m_before, 0) as mrr_growth_12m,
        coalesce(customers.lifetime_value_to_date, 0) as lifetime_value_to_date,
        coalesce(deals.opportunities, 0) as opportunities,
        coalesce(deals.won_opportunities, 0) as won_opportunities,
        coalesce(deals.open_opportunities, 0) as open_opportunities,
        coalesce(deals.won_amount, 0) as won_amount,
        coalesce(deals.open_pipeline, 0) as open_pipeline,
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
        industry,
        segment,
        employee_count,
        country,
        annual_revenue,
        ownership,
        total_funding,
        valuation,
        investors,
        cast(sales_team_share as double) as sales_team_share,
        target_tier is not null as is_target_account,
        coalesce(target_tier, 'none') as target_tier,
        targeted_from,
        icp_score,
        coalesce(icp_coverage, 0) as icp_coverage,
        {% for criterion in icp_criteria() %}
            {{ criterion }}_points as icp_{{ criterion }}_points,
        {% endfor %}
        company_records,
        customers,
        people,
        customer_status,
        current_mrr,
        mrr_growth_12m,
        lifetime_value_to_date,
        opportunities,
        won_opportunities,
        open_opportunities,
        won_amount,
        open_pipeline,
        engagement_score_3m,
        {{ rank_of_positive('current_mrr') }} as value_rank,
        {{ rank_of_positive('mrr_growth_12m') }} as growth_rank,
        {{ rank_of_positive('engagement_score_3m') }} as activity_rank,
        created_at
    from joined

)

select * from final
order by account_id
