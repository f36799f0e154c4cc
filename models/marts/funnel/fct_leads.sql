with leads as (

    select * from {{ ref('int_funnel__leads') }}

),

channels as (

    select * from {{ ref('int_attribution__conversion_channels') }}
    where conversion_type = 'lead'

),

described as (

    select
        leads.*,
        coalesce(channels.channel, 'unattributed') as channel,
        coalesce(channels.campaign, leads.campaign) as first_campaign
    from leads
    left join channels
        on leads.lead_id = channels.conversion_id

),

final as (

    select
        lead_id,
        person_id,
        account_id,
        company_id,
        source_system,
        created_at,
        {{ month_start(reporting_date('created_at')) }} as created_month,
        coalesce(lead_source, 'unknown') as lead_source,
        channel,
        first_campaign as campaign,
        lead_score,
        owner_id,
        segment,
        coalesce(deal_size_band, 'unknown') as deal_size_band,
        sales_model,
        mql_at,
        sql_at,
        first_call_at,
        demo_booked_for,
        demo_at,
        trial_at,
        opportunity_at,
        customer_at,
        crm_customer_at,
        lost_at,
        lost_reason,
        customer_id,
        {{ divide_exact('seconds_to_first_call', '3600', 6, places=0) }} as hours_to_first_call,
        {{ divide_exact('business_seconds_to_first_call', '3600', 6, places=0) }}
            as business_hours_to_first_call,
        coalesce(seconds_to_first_call <= 3600 * {{ policy('first_call_sla_hours') }}, false)
            as is_called_within_sla,
        case
            when customer_at >= created_at
                then cast({{ days_between(
                    reporting_date('created_at'), reporting_date('customer_at')
                ) }} as bigint)
        end as days_to_customer,
        current_stage,
        current_stage not in ('customer', 'lost') as is_open,
        stage_since,
        case
            when current_stage not in ('customer', 'lost')
                then cast({{ days_between(reporting_date('stage_since'), as_of_date()) }} as bigint)
        end as days_in_stage,
        skipped_stages,
        re_entries,
        is_recycled,
        is_reopened,
        is_customer_before_lead,
        is_first_lead_of_account,
        is_account_conversion,
        account_customer_at,
        first_opportunity_id,
        opportunities,
        won_opportunities,
        won_amount
    from described

)

select * from final
order by created_at, lead_id
