with invoice_months as (

    select * from {{ ref('int_revenue__invoice_months_summed') }}

),

recurring_months as (

    select * from {{ ref('int_revenue__recurring_months_summed') }}

),

fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

invoice_rates as (

    select * from {{ ref('int_revenue__invoice_rates') }}

),

months as (

    select
        coalesce(invoice_months.customer_id, recurring_months.customer_id) as customer_id,
        coalesce(invoice_months.currency, recurring_months.currency) as currency,
        coalesce(invoice_months.month, recurring_months.month) as month,
        coalesce(invoice_months.invoiced_amount, 0) as invoiced_amount,
        coalesce(invoice_months.void_and_draft_amount, 0) as void_and_draft_amount,
        coalesce(invoice_months.tax_amount, 0) as tax_amount,
        coalesce(invoice_months.missing_lines_amount, 0) as missing_lines_amount,
        coalesce(invoice_months.one_off_amount, 0) as one_off_amount,
        coalesce(invoice_months.service_amount, 0) as service_amount,
        coalesce(invoice_months.usage_amount, 0) as usage_amount,
        coalesce(invoice_months.recurring_amount, 0) as recurring_amount,
        coalesce(recurring_months.earned_amount, 0) as earned_amount,
        coalesce(recurring_months.earned_when_invoiced, 0) as earned_when_invoiced,
        coalesce(recurring_months.earned_of_other_months_converted, 0)
            as earned_of_other_months_converted,
        coalesce(recurring_months.not_in_mrr_amount, 0) as not_in_mrr_amount,
        coalesce(recurring_months.month_length_amount, 0) as month_length_amount,
        coalesce(recurring_months.billed_to_others_amount, 0) as billed_to_others_amount,
        coalesce(recurring_months.discount_difference, 0) as discount_difference,
        coalesce(recurring_months.proration_difference, 0) as proration_difference,
        coalesce(recurring_months.unbilled_change_amount, 0) as unbilled_change_amount,
        coalesce(recurring_months.mrr_unbilled, 0) as mrr_unbilled,
        coalesce(recurring_months.mrr_not_invoiced, 0) as mrr_not_invoiced,
        coalesce(recurring_months.mrr_usage, 0) as mrr_usage,
        coalesce(recurring_months.within_month_amount, 0) as within_month_amount,
        coalesce(recurring_months.roundings, 0) as roundings
    from invoice_months
    full outer join recurring_months
        on
            invoice_months.customer_id = recurring_months.customer_id
            and invoice_months.currency = recurring_months.currency
            and invoice_months.month = recurring_months.month

),

rated as (

    select
        months.*,
        coalesce(fx_rates.rate, invoice_rates.rate) as rate
    from months
    left join fx_rates
        on
            months.currency = fx_rates.currency
            and months.month = fx_rates.month
    left join invoice_rates
        on
            months.currency = invoice_rates.currency
            and months.month = invoice_rates.month

),

{% set amounts = {
    'invoiced_amount': 'invoiced_amount',
    'void_and_draft_amount': '-void_and_draft_amount',
    'tax_amount': '-tax_amount',
    'missing_lines_amount': '-missing_lines_amount',
    'one_off_amount': '-one_off_amount',
    'service_amount': '-service_amount',
    'usage_amount': '-usage_amount',
    'invoiced_recurring_amount': 'recurring_amount',
    'billed_for_other_months_amount': 'earned_when_invoiced - recurring_amount',
    'earned_of_other_months_now': 'earned_amount - earned_when_invoiced',
    'not_in_mrr_amount': '-not_in_mrr_amount',
    'month_length_amount': 'month_length_amount',
    'billed_to_others_amount': 'billed_to_others_amount',
    'discounts_amount': 'discount_difference',
    'prorations_amount': 'proration_difference',
    'unbilled_changes_amount': 'unbilled_change_amount',
    'unbilled_amount': 'mrr_unbilled',
    'not_invoiced_amount': 'mrr_not_invoiced',
    'usage_in_mrr_amount': 'mrr_usage',
    'within_month_amount': 'within_month_amount',
    'rounding_limit': 'roundings',
} %}
final as (

    select
        customer_id,
        month,
        {% for name, amount in amounts.items() %}
            sum({{ in_reporting_currency(amount, 'rate') }}) as {{ name }},
        {% endfor %}
        sum(earned_of_other_months_converted) as billed_in_other_months_amount
    from rated
    where rate is not null
    group by customer_id, month

)

select * from final
