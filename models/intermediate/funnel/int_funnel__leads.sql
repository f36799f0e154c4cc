with steps as (

    select * from {{ ref('int_funnel__lead_steps_dated') }}

),

companies_sized as (

    select * from {{ ref('int_core__companies_sized') }}

),

described as (

    select
        steps.*,
        coalesce(companies_sized.segment, 'unknown') as segment
    from steps
    left join companies_sized
        on steps.company_key = companies_sized.company_key

),

reached as (

    select
        *,
        {% for stage in ('mql', 'sql', 'opportunity') %}
            {{ stage_reached_at(stage) }} as {{ stage }}_at,
        {% endfor %}
        customer_entered_at as customer_at,
        greatest(last_lead_at, last_mql_at, last_sql_at, last_opportunity_at) as last_entered_at
    from described

),

lost as (

    select
        *,
        -- Who is worked again, or pays after all, is not lost.
        case
            when customer_at is null and last_lost_at >= coalesce(last_entered_at, last_lost_at)
                then last_lost_at
        end as lost_at,
        coalesce(first_lost_at < last_entered_at, false) as is_reopened
    from reached

),

staged as (

    select
        *,
        case
            when customer_at is not null then 'customer'
            when lost_at is not null then 'lost'
            when last_opportunity_at = last_entered_at then 'opportunity'
            when last_sql_at = last_entered_at then 'sql'
            when last_mql_at = last_entered_at then 'mql'
            else 'lead'
        end as current_stage
    from lost

),

final as (

    select
        lead_id,
        person_id,
        account_id,
        created_at,
        mql_at,
        sql_at,
        opportunity_at,
        customer_at,
        customer_id,
        campaign,
        lead_source,
        lead_score,
        owner_key as owner_id,
        company_key as company_id,
        source_system,
        records,
        first_call_at,
        demo_booked_for,
        demo_at,
        trial_at,
        lost_at,
        lost_reason,
        crm_customer_at,
        account_customer_at,
        seconds_to_first_call,
        business_seconds_to_first_call,
        current_stage,
        case
            when current_stage = 'customer' then customer_at
            when current_stage = 'lost' then lost_at
            else greatest(created_at, last_entered_at)
        end as stage_since,
        cast(
            case when mql_entered_at is null and mql_at is not null then 1 else 0 end
            + case when sql_entered_at is null and sql_at is not null then 1 else 0 end
            + case
                when opportunity_entered_at is null and opportunity_at is not null then 1 else 0
            end as bigint
        ) as skipped_stages,
        re_entries,
        is_recycled,
        is_reopened,
        is_customer_before_lead,
        is_first_lead_of_account,
        account_customer_at is not null as is_account_conversion,
        first_opportunity_id,
        deal_size_band,
        opportunities,
        won_opportunities,
        won_amount,
        segment,
        -- Sales had to do with whom it called, asked to a demo, or made an opportunity of.
        {{ sales_model(
            'first_call_at is not null or demo_booked_for is not null or opportunities > 0', 'segment'
        ) }} as sales_model
    from staged

)

select * from final
