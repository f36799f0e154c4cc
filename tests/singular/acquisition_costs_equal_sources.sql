{{ config(meta={'dagster': {'ref': {'name': 'fct_acquisition_costs_daily'}}}) }}
-- Invariant: by month, category, source and currency the costs in the mart, those that do not count
-- included, are those of the sources.
with sources as (

    select
        platform as cost_source,
        spend_date as cost_date,
        'media' as category,
        currency,
        amount
    from {{ ref('input_ad_spend') }}

    union all

    select
        'ledger' as cost_source,
        cost_date,
        case
            when category in ('media', 'program', 'people', 'tools', 'commission') then category
            else 'other'
        end as category,
        currency,
        amount
    from {{ ref('input_sales_marketing_costs') }}

    union all

    select
        campaigns.crm_source as cost_source,
        campaigns.cost_date,
        coalesce(types.category, 'program') as category,
        campaigns.currency,
        campaigns.amount
    from {{ ref('input_campaign_costs') }} as campaigns
    left join {{ ref('crm_campaign_types') }} as types
        on campaigns.campaign_type = types.campaign_type
    where campaigns.amount is not null

),

told as (

    select
        cost_source,
        {{ month_start('cost_date') }} as month,
        category,
        currency,
        sum(amount) as amount
    from sources
    where cost_date <= {{ as_of_date() }}
    group by cost_source, {{ month_start('cost_date') }}, category, currency

),

shown as (

    select
        cost_source,
        cost_month as month,
        category,
        currency,
        sum(amount_original_currency + excluded_amount_original_currency) as amount
    from {{ ref('fct_acquisition_costs_daily') }}
    group by cost_source, cost_month, category, currency

)

select
    coalesce(told.cost_source, shown.cost_source) as cost_source,
    coalesce(told.month, shown.month) as month,
    coalesce(told.category, shown.category) as category,
    coalesce(told.currency, shown.currency) as currency,
    told.amount as amount_in_sources,
    shown.amount as amount_in_mart
from told
full outer join shown
    on
        told.cost_source = shown.cost_source
        and told.month = shown.month
        and told.category = shown.category
        and told.currency = shown.currency
where coalesce(told.amount, 0) <> coalesce(shown.amount, 0)
