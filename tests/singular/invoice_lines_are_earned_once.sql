{{ config(meta={'dagster': {'ref': {'name': 'int_revenue__line_months_earned'}}}) }}
-- Invariant: what the months of a recurring line earn is the line, once its service is over.
with lines as (

    select
        invoice_id,
        invoice_line_id,
        net_amount
    from {{ ref('int_revenue__invoice_lines_netted') }}
    where
        revenue_type = 'recurring'
        and coalesce(period_started_at, invoiced_at) <= {{ as_of() }}
        and coalesce(period_ended_at, invoiced_at) <= {{ as_of() }}

),

earned as (

    select
        invoice_id,
        invoice_line_id,
        sum(earned_amount) as earned_amount
    from {{ ref('int_revenue__line_months_earned') }}
    group by invoice_id, invoice_line_id

),

final as (

    select
        lines.invoice_id,
        lines.invoice_line_id,
        lines.net_amount,
        earned.earned_amount
    from lines
    left join earned
        on
            lines.invoice_id = earned.invoice_id
            and lines.invoice_line_id = earned.invoice_line_id

)

select * from final
where (net_amount is distinct from earned_amount)
