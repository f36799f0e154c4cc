with leads as (

    select * from {{ ref('int_funnel__leads') }}

),

opportunities as (

    select * from {{ ref('int_funnel__opportunities') }}

),

movements as (

    select * from {{ ref('int_revenue__movements_classified') }}
    where movement_type = 'new'

),

intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}
    where net_annual_amount > 0

),

account_members as (

    select * from {{ ref('int_identity__account_members') }}
    where member_kind = 'customer'

),

first_days as (

    select
        customer_id,
        min(movement_date) as first_paid_date
    from movements
    group by customer_id

),

starts as (

    select
        customer_id,
        min(valid_from) as started_at
    from intervals
    group by customer_id

),

account_opportunities as (

    select
        account_id,
        min(created_at) as first_opportunity_at
    from opportunities
    where account_id is not null
    group by account_id

),

customers as (

    select
        first_days.customer_id,
        {{ first_paid_instant('starts.started_at', 'first_days.first_paid_date') }} as converted_at
    from first_days
    left join starts
        on first_days.customer_id = starts.customer_id

),

final as (

    select
        'lead' as conversion_type,
        lead_id as conversion_id,
        created_at as converted_at,
        account_id,
        person_id as lead_person_id,
        cast(null as timestamp) as opportunity_at
    from leads
    where created_at is not null

    union all

    select
        'opportunity' as conversion_type,
        opportunity_id as conversion_id,
        created_at as converted_at,
        account_id,
        cast(null as string) as lead_person_id,
        cast(null as timestamp) as opportunity_at
    from opportunities
    where created_at is not null

    union all

    select
        'customer' as conversion_type,
        customers.customer_id as conversion_id,
        customers.converted_at,
        account_members.account_id,
        cast(null as string) as lead_person_id,
        account_opportunities.first_opportunity_at as opportunity_at
    from customers
    left join account_members
        on customers.customer_id = account_members.member_id
    left join account_opportunities
        on account_members.account_id = account_opportunities.account_id

)

select * from final
