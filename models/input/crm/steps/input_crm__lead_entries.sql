with contact_stages as (

    select * from {{ ref('input_hubspot__contact_stages') }}

),

lead_stages as (

    select * from {{ ref('input_salesforce__lead_stages') }}

),

united as (

    select * from contact_stages

    union all

    select * from lead_stages

),

final as (

    select
        lead_key,
        coalesce(
            min(case when stage not in ('subscriber', 'other', 'disqualified') then entered_at end),
            min(case when stage = 'disqualified' then entered_at end)
        ) as first_entered_at,
        max(case when stage = 'disqualified' then entered_at end) as disqualified_at
    from united
    group by lead_key

)

select * from final
