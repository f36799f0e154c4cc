with ad_spend as (

    select * from {{ ref('int_acquisition__ad_spend_classified') }}

),

ledger_costs as (

    select * from {{ ref('int_acquisition__ledger_costs_classified') }}

),

campaign_costs as (

    select * from {{ ref('int_acquisition__campaign_costs_classified') }}

),

fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

united as (

    select
        cost_id,
        platform as cost_source,
        spend_date as cost_date,
        'media' as category,
        cast(null as string) as department,
        platform,
        channel,
        platform || ':' || campaign_id as campaign_key,
        campaign_name,
        cast(null as string) as vendor,
        currency,
        amount,
        clicks,
        impressions,
        cast(null as string) as exclusion_reason
    from ad_spend

    union all

    select
        cost_id,
        'ledger' as cost_source,
        cost_date,
        category,
        department,
        platform,
        channel,
        cast(null as string) as campaign_key,
        cast(null as string) as campaign_name,
        vendor,
        currency,
        amount,
        cast(null as bigint) as clicks,
        cast(null as bigint) as impressions,
        exclusion_reason
    from ledger_costs

    union all

    select
        cost_id,
        crm_source as cost_source,
        cost_date,
        category,
        cast(null as string) as department,
        cast(null as string) as platform,
        channel,
        cost_id as campaign_key,
        campaign_name,
        cast(null as string) as vendor,
        currency,
        amount,
        cast(null as bigint) as clicks,
        cast(null as bigint) as impressions,
        exclusion_reason
    from campaign_costs

),

final as (

    select
        united.cost_id,
        united.cost_source,
        united.cost_date,
        {{ month_start('united.cost_date') }} as cost_month,
        united.category,
        united.department,
        united.platform,
        united.channel,
        united.campaign_key,
        united.campaign_name,
        united.vendor,
        united.currency,
        cast(united.amount as decimal(38, 6)) as amount_original_currency,
        cast({{ in_reporting_currency('united.amount', 'fx_rates.rate') }} as decimal(38, 6))
            as amount,
        united.clicks,
        united.impressions,
        united.exclusion_reason
    from united
    left join fx_rates
        on
            united.currency = fx_rates.currency
            and {{ month_start('united.cost_date') }} = fx_rates.month
    where united.cost_date <= {{ as_of_date() }}

)

select * from final
