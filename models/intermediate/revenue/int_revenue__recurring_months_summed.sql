with line_months as (

    select * from {{ ref('int_revenue__line_months_earned') }}

),

item_months as (

    select * from {{ ref('int_revenue__item_months_compared') }}

),

invoice_rates as (

    select * from {{ ref('int_revenue__invoice_rates') }}

),

-- What was invoiced in another month keeps the rate of that month.
earned as (

    select
        line_months.customer_id,
        line_months.currency,
        line_months.month,
        sum(line_months.earned_amount) as earned_amount,
        sum(case
            when line_months.invoice_month = line_months.month then line_months.earned_amount
            else 0
        end) as earned_when_invoiced,
        sum(case
            when line_months.invoice_month = line_months.month
                then cast(0 as decimal(38, 12))
            else {{ in_reporting_currency('line_months.earned_amount', 'invoice_rates.rate') }}
        end) as earned_of_other_months_converted
    from line_months
    left join invoice_rates
        on
            line_months.currency = invoice_rates.currency
            and line_months.invoice_month = invoice_rates.month
    group by line_months.customer_id, line_months.currency, line_months.month

),

compared as (

    select
        customer_id,
        currency,
        month,
        sum(counted_amount) as counted_amount,
        sum(monthly_net_amount) as monthly_net_amount,
        sum(billed_to_others_amount) as billed_to_others_amount,
        sum(discount_difference) as discount_difference,
        sum(proration_difference) as proration_difference,
        sum(case when is_observed then gross_difference else 0 end) as unbilled_change_amount,
        sum(mrr_unbilled) as mrr_unbilled,
        sum(mrr_not_invoiced) as mrr_not_invoiced,
        sum(mrr_usage) as mrr_usage,
        sum(mrr_at_close) as mrr_at_close,
        sum(mrr_accrued) as mrr_accrued,
        sum(roundings) as roundings
    from item_months
    group by customer_id, currency, month

),

final as (

    select
        coalesce(earned.customer_id, compared.customer_id) as customer_id,
        coalesce(earned.currency, compared.currency) as currency,
        coalesce(earned.month, compared.month) as month,
        coalesce(earned.earned_amount, 0) as earned_amount,
        coalesce(earned.earned_when_invoiced, 0) as earned_when_invoiced,
        coalesce(earned.earned_of_other_months_converted, 0) as earned_of_other_months_converted,
        coalesce(earned.earned_amount, 0) - coalesce(compared.counted_amount, 0)
            as not_in_mrr_amount,
        coalesce(compared.monthly_net_amount, 0) - coalesce(compared.counted_amount, 0)
            as month_length_amount,
        coalesce(compared.billed_to_others_amount, 0) as billed_to_others_amount,
        coalesce(compared.discount_difference, 0) as discount_difference,
        coalesce(compared.proration_difference, 0) as proration_difference,
        coalesce(compared.unbilled_change_amount, 0) as unbilled_change_amount,
        coalesce(compared.mrr_unbilled, 0) as mrr_unbilled,
        coalesce(compared.mrr_not_invoiced, 0) as mrr_not_invoiced,
        coalesce(compared.mrr_usage, 0) as mrr_usage,
        coalesce(compared.mrr_at_close, 0) - coalesce(compared.mrr_accrued, 0)
            as within_month_amount,
        coalesce(compared.roundings, 0) as roundings
    from earned
    full outer join compared
        on
            earned.customer_id = compared.customer_id
            and earned.currency = compared.currency
            and earned.month = compared.month

)

select * from final
