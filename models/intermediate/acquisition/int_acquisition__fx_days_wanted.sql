{%- set constant_date = policy('fx_constant_date') -%}

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

opportunities as (

    select * from {{ ref('input_opportunities') }}
    where created_at <= {{ as_of() }}

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

    union all

    select
        upper(currency) as currency,
        {{ opportunity_rate_date('closed_at') }} as cost_date
    from opportunities

),

cost_months as (

    select
        currency,
        {{ month_start('cost_date') }} as month
    from cost_dates
    where currency is not null and cost_date <= {{ as_of_date() }}
    group by currency, {{ month_start('cost_date') }}

),

final as (

    select
        currency,
        month,
        case
            when {{ policy_is('fx_policy', 'month_end') }}
                then least(last_day(month), {{ as_of_date() }})
            else cast({{ "'" ~ constant_date ~ "'" if constant_date else 'null' }} as date)
        end as rate_wanted_for
    from cost_months

)

select * from final
