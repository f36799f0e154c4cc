with interval_months as (

    select * from {{ ref('int_revenue__interval_months_accrued') }}

),

line_months as (

    select * from {{ ref('int_revenue__line_months_matched') }}

),

accrued as (

    select
        customer_id,
        currency,
        subscription_item_id,
        month,
        evidence in ('live_item', 'snapshot') as is_observed,
        sum({{ accrued_mrr('gross_annual_amount', 'billed_seconds', 'month_seconds') }})
            as mrr_billed_gross,
        sum({{ accrued_mrr('discount_annual_amount', 'billed_seconds', 'month_seconds') }})
            as mrr_billed_discount,
        sum(case
            when evidence not in ('direct', 'usage_line')
                then {{ accrued_mrr(
                    'net_annual_amount', '(slice_seconds - billed_seconds)', 'month_seconds'
                ) }}
            else 0
        end) as mrr_unbilled,
        sum(case
            when evidence = 'direct'
                then {{ accrued_mrr('net_annual_amount', 'slice_seconds', 'month_seconds') }}
            else 0
        end) as mrr_not_invoiced,
        sum(case
            when evidence = 'usage_line'
                then {{ accrued_mrr('net_annual_amount', 'slice_seconds', 'month_seconds') }}
            else 0
        end) as mrr_usage,
        sum({{ accrued_mrr('net_annual_amount', 'slice_seconds', 'month_seconds') }})
            as mrr_accrued,
        sum(case
            when is_in_force_at_close then {{ divide_exact('net_annual_amount', '12', 6) }}
            else 0
        end) as mrr_at_close
    from interval_months
    group by
        customer_id,
        currency,
        subscription_item_id,
        month,
        evidence in ('live_item', 'snapshot')

),

final as (

    select
        coalesce(accrued.customer_id, line_months.customer_id) as customer_id,
        coalesce(accrued.currency, line_months.currency) as currency,
        coalesce(accrued.subscription_item_id, line_months.subscription_item_id)
            as subscription_item_id,
        coalesce(accrued.month, line_months.month) as month,
        coalesce(accrued.is_observed, line_months.is_observed) as is_observed,
        coalesce(line_months.counted_amount, 0) as counted_amount,
        coalesce(line_months.monthly_net_amount, 0) as monthly_net_amount,
        coalesce(line_months.monthly_net_of_others, 0) as billed_to_others_amount,
        coalesce(line_months.monthly_discount_amount, 0) - coalesce(accrued.mrr_billed_discount, 0)
            as discount_difference,
        coalesce(accrued.mrr_billed_gross, 0) - coalesce(line_months.monthly_net_amount, 0)
        - coalesce(line_months.monthly_net_of_others, 0)
        - coalesce(line_months.monthly_discount_amount, 0)
        + coalesce(line_months.monthly_proration_difference, 0)
        + coalesce(line_months.monthly_credit_of_nothing, 0) as gross_difference,
        -coalesce(line_months.monthly_proration_difference, 0) as proration_difference,
        coalesce(accrued.mrr_unbilled, 0) - coalesce(line_months.monthly_credit_of_nothing, 0)
            as mrr_unbilled,
        coalesce(accrued.mrr_not_invoiced, 0) as mrr_not_invoiced,
        coalesce(accrued.mrr_usage, 0) as mrr_usage,
        coalesce(accrued.mrr_accrued, 0) as mrr_accrued,
        coalesce(accrued.mrr_at_close, 0) as mrr_at_close,
        {{ minor_unit_value('coalesce(accrued.currency, line_months.currency)') }}
        * coalesce(line_months.rounded_lines, 0) as roundings
    from accrued
    full outer join line_months
        on
            accrued.customer_id = line_months.customer_id
            and accrued.currency = line_months.currency
            and accrued.subscription_item_id = line_months.subscription_item_id
            and accrued.month = line_months.month
            and accrued.is_observed = line_months.is_observed

)

select * from final
