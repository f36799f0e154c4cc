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

cost_dates as (

    select
        currency,
        spend_date as cost_date
    from ad_spend

    union all

    select
        currency,
        cost_date
    from ledger_costs

    union all

    select
        currency,
        cost_date
    from campaign_costs

    union all

    select
        currency,
        cost_date
    from cost_of_revenue

),

final as (

    select
        currency,
        min(cost_date) as used_from
    from cost_dates
    where currency is not null and cost_date <= {{ as_of_date() }}
    group by currency

)

select * from final
