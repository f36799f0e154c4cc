{%- set earlier_lines -%}
    partition by billing_source, subscription_item_id order by period_started_at, period_ended_at
    rows between unbounded preceding and 1 preceding
{%- endset -%}

with lines as (

    select * from {{ ref('int_revenue__invoice_lines_netted') }}
    where
        revenue_type = 'recurring'
        and period_started_at < period_ended_at
        and period_started_at <= {{ as_of() }}

),

-- Lines that touch or overlap are one span, whoever they are billed to; most items have one.
marked as (

    select
        billing_source,
        subscription_item_id,
        period_started_at,
        period_ended_at,
        case
            when period_started_at <= max(period_ended_at) over ({{ earlier_lines }}) then 0
            else 1
        end as starts_span
    from lines

),

numbered as (

    select
        marked.*,
        sum(starts_span) over (
            partition by billing_source, subscription_item_id
            order by period_started_at, period_ended_at
            rows between unbounded preceding and current row
        ) as span_number
    from marked

),

final as (

    select
        billing_source,
        subscription_item_id,
        min(period_started_at) as billed_from,
        max(period_ended_at) as billed_to
    from numbered
    group by billing_source, subscription_item_id, span_number

)

select * from final
