with ad_spend as (

    select * from {{ ref('input_ad_spend') }}

),

ledger_costs as (

    select * from {{ ref('input_sales_marketing_costs') }}

),

campaign_costs as (

    select * from {{ ref('input_campaign_costs') }}

),

cost_of_revenue as (

    select * from {{ ref('input_cost_of_revenue') }}

),

company_results as (

    select * from {{ ref('input_company_results') }}

),

opportunities as (

    select * from {{ ref('input_opportunities') }}
    where created_at <= {{ as_of() }}

),

used_dates as (

    select
        currency,
        spend_date as used_on
    from ad_spend

    union all

    select
        currency,
        cost_date as used_on
    from ledger_costs

    union all

    select
        currency,
        cost_date as used_on
    from campaign_costs

    union all

    select
        currency,
        cost_date as used_on
    from cost_of_revenue

    union all

    select
        currency,
        month as used_on
    from company_results

    union all

    select
        upper(currency) as currency,
        {{ opportunity_rate_date('closed_at') }} as used_on
    from opportunities

),

final as (

    select
        currency,
        min(used_on) as used_from
    from used_dates
    where currency is not null and used_on <= {{ as_of_date() }}
    group by currency

)

select * from final
