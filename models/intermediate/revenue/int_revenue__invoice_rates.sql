with invoices as (

    select * from {{ ref('input_invoices') }}

),

fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

invoice_months as (

    select
        currency,
        {{ month_start(reporting_date('created_at')) }} as month
    from invoices
    group by currency, {{ month_start(reporting_date('created_at')) }}

),

known as (

    select
        currency,
        min_by(rate, month) as first_rate,
        max_by(rate, month) as last_rate,
        max(month) as last_month
    from fx_rates
    where rate is not null
    group by currency

),

-- Rates are kept from a currency's first recurring revenue on: an invoice before that, such as one
-- for a set-up fee, takes the first.
final as (

    select
        invoice_months.currency,
        invoice_months.month,
        case
            when invoice_months.currency = '{{ var("reporting_currency") | upper }}'
                then cast(1 as decimal(38, 16))
            when invoice_months.month > known.last_month then known.last_rate
            else coalesce(fx_rates.rate, known.first_rate)
        end as rate
    from invoice_months
    left join known
        on invoice_months.currency = known.currency
    left join fx_rates
        on
            invoice_months.currency = fx_rates.currency
            and invoice_months.month = fx_rates.month

)

select * from final
