with opportunities as (

    select * from {{ ref('int_funnel__opportunities') }}

),

channels as (

    select * from {{ ref('int_attribution__conversion_channels') }}
    where conversion_type = 'opportunity'

),

final as (

    select
        opportunities.opportunity_id,
        {{ pii('opportunities.opportunity_name') }} as opportunity_name,
        opportunities.account_id,
        opportunities.company_id,
        opportunities.customer_id,
        opportunities.owner_id,
        opportunities.pipeline,
        opportunities.opportunity_type,
        opportunities.created_at,
        {{ month_start(reporting_date('opportunities.created_at')) }} as created_month,
        opportunities.closed_at,
        {{ month_start(reporting_date('opportunities.closed_at')) }} as closed_month,
        opportunities.expected_close_date,
        opportunities.stage,
        opportunities.stage_order,
        opportunities.stage_entered_at,
        opportunities.status,
        opportunities.amount,
        opportunities.mrr,
        opportunities.currency,
        opportunities.amount_original_currency,
        opportunities.mrr_original_currency,
        opportunities.deal_size_band,
        case
            when
                {{ reporting_date('opportunities.closed_at') }}
                >= {{ reporting_date('opportunities.created_at') }}
                then cast({{ days_between(
                    reporting_date('opportunities.created_at'),
                    reporting_date('opportunities.closed_at')
                ) }} as bigint)
        end as sales_cycle_days,
        case
            when opportunities.status = 'open'
                then cast({{ days_between(
                    reporting_date('opportunities.created_at'), as_of_date()
                ) }} as bigint)
        end as age_days,
        opportunities.stakeholders,
        opportunities.touchpoints,
        opportunities.is_reopened,
        opportunities.records,
        opportunities.lead_source,
        coalesce(channels.channel, 'unattributed') as channel,
        coalesce(channels.campaign, opportunities.campaign) as campaign,
        opportunities.lost_reason
    from opportunities
    left join channels
        on opportunities.opportunity_id = channels.conversion_id

)

select * from final
order by created_at, opportunity_id
