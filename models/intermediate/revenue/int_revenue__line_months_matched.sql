with line_months as (

    select * from {{ ref('int_revenue__line_months_earned') }}

),

intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}
    where evidence in ('invoice_line', 'live_item', 'snapshot')

),

-- The time of a line and month in which MRR counts the line's item. The intervals of an item never
-- overlap; one that has moved may count for another customer than is billed.
pieces as (

    select
        line_months.*,
        intervals.customer_id as counted_customer_id,
        intervals.customer_id = line_months.customer_id as is_own,
        intervals.evidence <> 'invoice_line' as is_observed,
        {{ seconds_between(
            'greatest(line_months.slice_from, intervals.valid_from)',
            'least(line_months.slice_to, coalesce(intervals.valid_to, line_months.slice_to))'
        ) }} as counted_seconds
    from line_months
    inner join intervals
        on
            line_months.billing_source = intervals.billing_source
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

valued as (

    select
        weighted.*,
        {{ divide_unless_zero('net_amount', 'weight_of', 'weight_in') }} as monthly_net_amount
    from weighted

),

final as (

    select
        counted_customer_id as customer_id,
        currency,
        subscription_item_id,
        month,
        is_observed,
        sum(case
            when is_own
                then {{ divide_unless_zero('net_amount', 'counted_seconds', 'line_seconds') }}
            else 0
        end) as counted_amount,
        sum(case when is_own then monthly_net_amount else 0 end) as monthly_net_amount,
        sum(case when is_own then 0 else monthly_net_amount end) as monthly_net_of_others,
        sum({{ divide_unless_zero('discount_amount', 'weight_of', 'weight_in') }})
            as monthly_discount_amount,
        sum({{ divide_unless_zero('proration_difference', 'weight_of', 'weight_in') }})
            as monthly_proration_difference,
        sum({{ divide_unless_zero('credit_of_nothing', 'weight_of', 'weight_in') }})
            as monthly_credit_of_nothing,
        count(case when is_tax_inclusive then 1 end) as rounded_lines
    from valued
    group by counted_customer_id, currency, subscription_item_id, month, is_observed

)

select * from final
