with intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}
    where net_annual_amount <> 0

),

-- Each interval adds its amount on the day it starts and takes it away on the day it ends; what is
-- renewed or netted within a customer's day adds up to 0 and is gone.
edges as (

    select
        customer_id,
        currency,
        {{ reporting_date('valid_from') }} as change_date,
        net_annual_amount as annual_change
    from intervals

    union all

    select
        customer_id,
        currency,
        {{ reporting_date('valid_to') }} as change_date,
        -net_annual_amount as annual_change
    from intervals
    where valid_to is not null

),

by_day as (

    select
        customer_id,
        currency,
        change_date,
        cast(sum(annual_change) as decimal(38, 12)) as annual_change
    from edges
    group by customer_id, currency, change_date
    having sum(annual_change) <> 0

),

{% if policy('movement_netting') == 'month' %}
dated as (

    select
        customer_id,
        currency,
        annual_change,
        max(change_date) over (
            partition by customer_id, {{ netting_period('change_date') }}
        ) as change_date
    from by_day

),

final as (

    select
        customer_id,
        currency,
        change_date,
        cast(sum(annual_change) as decimal(38, 12)) as annual_change
    from dated
    group by customer_id, currency, change_date
    having sum(annual_change) <> 0

)
{% else %}
    final as (

        select * from by_day

    )
{% endif %}

select * from final
