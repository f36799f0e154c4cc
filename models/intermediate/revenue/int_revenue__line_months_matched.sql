with line_months as (

    select * from {{ ref('int_revenue__line_months_earned') }}

),

intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}
    where evidence in ('invoice_line', 'live_item', 'snapshot')

),

-- The time of a line and month in which MRR counts the line's item. The intervals of an item never
-- overlap.
pieces as (

    select
        line_months.*,
        intervals.evidence <> 'invoice_line' as is_observed,
        {{ seconds_between(
            'greatest(line_months.slice_from, intervals.valid_from)',
            'least(line_months.slice_to, coalesce(intervals.valid_to, line_months.slice_to))'
        ) }} as counted_seconds
    from line_months
    inner join intervals
        on
            line_months.customer_id = intervals.customer_id
            and line_months.subscription_item_id = intervals.subscription_item_id
            and line_months.slice_to > intervals.valid_from
            and line_months.slice_from < coalesce(intervals.valid_to, {{ far_future() }})
    where line_months.has_period

),

-- What a month at the line's rate comes to is weight_of / weight_in of its amount: a renewal is the
-- amount of one billing period, a proration that of a part of one.
weighted as (

    select
        pieces.*,
        {{ periods_per_year('billing_interval') }} * counted_seconds
        * case when is_proration then period_seconds else 1 end as weight_of,
        12 * interval_count * month_seconds
        * case when is_proration then line_seconds else 1 end as weight_in
    from pieces

),

final as (

    select
        customer_id,
        currency,
        subscription_item_id,
        month,
        is_observed,
        sum({{ divide_exact('net_amount * counted_seconds', 'line_seconds', 6, places=6) }})
            as counted_amount,
        sum({{ divide_exact('net_amount * weight_of', 'weight_in', 6, places=6) }})
            as monthly_net_amount,
        sum({{ divide_exact('discount_amount * weight_of', 'weight_in', 6, places=6) }})
            as monthly_discount_amount,
        sum({{ divide_exact('proration_difference * weight_of', 'weight_in', 6, places=6) }})
            as monthly_proration_difference,
        sum({{ divide_exact('credit_of_nothing * weight_of', 'weight_in', 6, places=6) }})
            as monthly_credit_of_nothing,
        count(case when is_tax_inclusive then 1 end) as rounded_lines
    from weighted
    group by customer_id, currency, subscription_item_id, month, is_observed

)

select * from final
