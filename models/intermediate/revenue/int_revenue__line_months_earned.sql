{%- set month_from = local_to_utc('series.month') -%}
{%- set month_to = local_to_utc(add_months('series.month', 1)) -%}

with lines as (

    select * from {{ ref('int_revenue__invoice_lines_netted') }}
    where
        revenue_type = 'recurring'
        and coalesce(period_started_at, invoiced_at) <= {{ as_of() }}

),

prorations_compared as (

    select * from {{ ref('int_revenue__prorations_compared') }}

),

-- A line without a service period is earned in the instant that it names, else when it is invoiced.
served as (

    select
        lines.*,
        coalesce(prorations_compared.discount_amount, lines.discount_amount)
            as known_discount_amount,
        coalesce(
            lines.net_amount + prorations_compared.discount_amount
            - prorations_compared.list_amount,
            0
        ) as proration_difference,
        case
            when prorations_compared.is_credit_of_nothing then prorations_compared.list_amount
            else 0
        end as credit_of_nothing,
        prorations_compared.period_seconds,
        coalesce(lines.period_started_at < lines.period_ended_at, false) as has_period,
        coalesce(lines.period_started_at, lines.invoiced_at) as served_from,
        case
            when lines.period_started_at < lines.period_ended_at then lines.period_ended_at
            else {{ just_after('coalesce(lines.period_started_at, lines.invoiced_at)') }}
        end as served_to
    from lines
    left join prorations_compared
        on
            lines.invoice_id = prorations_compared.invoice_id
            and lines.invoice_line_id = prorations_compared.invoice_line_id

),

line_months as (

    select
        served.*,
        cast(series.month as date) as month,
        {{ month_from }} as month_from,
        {{ month_to }} as month_to,
        greatest(served.served_from, {{ month_from }}) as slice_from,
        least(served.served_to, {{ month_to }}) as slice_to
    from served
    cross join
        lateral unnest(
            {{ month_series(
                month_start(reporting_date('served.served_from')),
                'least(' ~ month_start(reporting_date('served.served_to')) ~ ', '
                ~ month_start(as_of_date()) ~ ')'
            ) }}
        ) as series (month)

),

measured as (

    select
        line_months.*,
        {{ seconds_between('served_from', 'served_to') }} as line_seconds,
        {{ seconds_between('served_from', 'slice_from') }} as seconds_before,
        {{ seconds_between('served_from', 'slice_to') }} as seconds_through,
        {{ seconds_between('month_from', 'month_to') }} as month_seconds
    from line_months
    where slice_from < slice_to

),

-- By the second, as the difference of what is earned up to two instants: the months of a line add
-- up to it exactly.
final as (

    select
        billing_source,
        customer_id,
        currency,
        invoice_id,
        invoice_line_id,
        subscription_item_id,
        invoice_month,
        month,
        billing_interval,
        interval_count,
        is_proration,
        is_tax_inclusive,
        has_period,
        net_amount,
        known_discount_amount as discount_amount,
        proration_difference,
        credit_of_nothing,
        slice_from,
        slice_to,
        coalesce(period_seconds, line_seconds) as period_seconds,
        line_seconds,
        month_seconds,
        case
            when slice_to = served_to then net_amount
            else {{ divide_exact(
                'net_amount * seconds_through', 'line_seconds', 6, places=6
            ) }}
        end
        - case
            when slice_from = served_from then cast(0 as decimal(38, 6))
            else {{ divide_exact('net_amount * seconds_before', 'line_seconds', 6, places=6) }}
        end as earned_amount
    from measured

)

select * from final
