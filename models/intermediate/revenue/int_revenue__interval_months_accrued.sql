{%- set month_from = local_to_utc('series.month') -%}
{%- set month_to = local_to_utc(add_months('series.month', 1)) -%}

with intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}

),

billed_spans as (

    select * from {{ ref('int_revenue__billed_spans_merged') }}

),

-- An interval that holds at as-of counts to the end of the month under way: as things stand.
interval_months as (

    select
        intervals.billing_source,
        intervals.customer_id,
        intervals.currency,
        intervals.subscription_item_id,
        intervals.valid_from,
        intervals.evidence,
        intervals.gross_annual_amount,
        intervals.discount_annual_amount,
        intervals.net_annual_amount,
        cast(series.month as date) as month,
        {{ seconds_between(month_from, month_to) }} as month_seconds,
        greatest(intervals.valid_from, {{ month_from }}) as slice_from,
        least(coalesce(intervals.valid_to, {{ month_to }}), {{ month_to }}) as slice_to,
        coalesce(intervals.valid_to, {{ month_to }}) >= {{ month_to }} as is_in_force_at_close
    from intervals
    cross join
        lateral unnest(
            {{ month_series(
                month_start(reporting_date('intervals.valid_from')),
                month_start('coalesce(' ~ reporting_date('intervals.valid_to') ~ ', '
                ~ as_of_date() ~ ')')
            ) }}
        ) as series (month)

),

slices as (

    select
        interval_months.*,
        {{ seconds_between('slice_from', 'slice_to') }} as slice_seconds
    from interval_months
    where slice_from < slice_to

),

billed_slices as (

    select
        slices.billing_source,
        slices.subscription_item_id,
        slices.valid_from,
        slices.month,
        sum({{ seconds_between(
            'greatest(slices.slice_from, billed_spans.billed_from)',
            'least(slices.slice_to, billed_spans.billed_to)'
        ) }}) as billed_seconds
    from slices
    inner join billed_spans
        on
            slices.billing_source = billed_spans.billing_source
            and slices.subscription_item_id = billed_spans.subscription_item_id
            and slices.slice_to > billed_spans.billed_from
            and slices.slice_from < billed_spans.billed_to
    where slices.evidence in ('invoice_line', 'live_item', 'snapshot')
    group by
        slices.billing_source,
        slices.subscription_item_id,
        slices.valid_from,
        slices.month

),

final as (

    select
        slices.billing_source,
        slices.customer_id,
        slices.currency,
        slices.subscription_item_id,
        slices.valid_from,
        slices.month,
        slices.evidence,
        slices.net_annual_amount,
        slices.gross_annual_amount,
        slices.discount_annual_amount,
        slices.month_seconds,
        slices.slice_seconds,
        coalesce(billed_slices.billed_seconds, 0) as billed_seconds,
        slices.is_in_force_at_close
    from slices
    left join billed_slices
        on
            slices.billing_source = billed_slices.billing_source
            and slices.subscription_item_id = billed_slices.subscription_item_id
            and slices.valid_from = billed_slices.valid_from
            and slices.month = billed_slices.month

)

select * from final
