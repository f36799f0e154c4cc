with customer_days as (

    select * from {{ ref('int_revenue__customer_days_balanced') }}
    where {{ policy_is('free_plan_downgrade', 'contraction') }}

),

free_intervals as (

    select
        customer_id,
        {{ reporting_date('valid_from') }} as free_from,
        coalesce({{ reporting_date('valid_to') }}, cast({{ far_future() }} as date)) as free_to
    from {{ ref('int_revenue__recurring_intervals') }}
    where net_annual_amount = 0

),

-- Only under free_plan_downgrade contraction: whether a customer holds something free at the close
-- of a day of change, and held it at its opening.
final as (

    select
        customer_days.customer_id,
        customer_days.change_date,
        max(
            case
                when
                    free_intervals.free_from <= customer_days.change_date
                    and free_intervals.free_to > customer_days.change_date
                    then 1
                else 0
            end
        ) as is_free_after,
        max(
            case
                when
                    free_intervals.free_from < customer_days.change_date
                    and free_intervals.free_to >= customer_days.change_date
                    then 1
                else 0
            end
        ) as was_free_before
    from customer_days
    inner join free_intervals
        on customer_days.customer_id = free_intervals.customer_id
    group by customer_days.customer_id, customer_days.change_date

)

select * from final
