with campaigns as (

    select * from {{ ref('input_campaign_costs') }}

),

campaign_types as (

    select * from {{ ref('crm_campaign_types') }}

),

ledger_costs as (

    select * from {{ ref('int_acquisition__ledger_costs_classified') }}

),

reporting_months as (

    select * from {{ ref('int_acquisition__media_months_reported') }}

),

ledger_months as (

    select
        category,
        {{ month_start('cost_date') }} as month
    from ledger_costs
    where
        amount <> 0
        and cost_date <= {{ as_of_date() }}
        and coalesce(exclusion_reason, 'reported_by_platform') = 'reported_by_platform'
    group by category, {{ month_start('cost_date') }}

),

costly_campaigns as (

    select
        campaigns.*,
        coalesce(campaign_types.category, 'program') as category,
        coalesce(campaign_types.channel, 'unallocated') as channel
    from campaigns
    left join campaign_types
        on campaigns.campaign_type = campaign_types.campaign_type
    where campaigns.amount <> 0

),

final as (

    select
        costly_campaigns.crm_source || ':' || costly_campaigns.campaign_id as cost_id,
        costly_campaigns.crm_source,
        costly_campaigns.campaign_id,
        costly_campaigns.campaign_name,
        costly_campaigns.cost_date,
        costly_campaigns.category,
        costly_campaigns.channel,
        costly_campaigns.currency,
        costly_campaigns.amount,
        case
            when {{ policy_is('crm_campaign_costs', 'include') }} then null
            when {{ policy_is('crm_campaign_costs', 'exclude') }} then 'policy'
            when costly_campaigns.category = 'media' and reporting_months.month is not null
                then 'reported_by_platform'
            when ledger_months.month is not null then 'reported_by_ledger'
        end as exclusion_reason
    from costly_campaigns
    left join ledger_months
        on
            costly_campaigns.category = ledger_months.category
            and {{ month_start('costly_campaigns.cost_date') }} = ledger_months.month
    left join reporting_months
        on
            reporting_months.platform = 'any'
            and {{ month_start('costly_campaigns.cost_date') }} = reporting_months.month

)

select * from final
