with months as (

    select * from {{ ref('int_revenue__company_months') }}

),

periods as (

    select * from {{ ref('int_revenue__contract_periods_known') }}
    where not is_leaving

),

fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

-- Starts that were signed for at a month's close and still to come.
coming_starts as (

    select
        months.month,
        months.closes_at,
        periods.customer_id,
        periods.valid_from as starts_at
    from periods
    inner join months
        on
            periods.known_from < months.closes_at
            and periods.valid_from >= months.closes_at
    where periods.known_from < periods.valid_from
    group by months.month, months.closes_at, periods.customer_id, periods.valid_from

),

-- What the customer is known to pay at such a start, beside what it pays at the close: a renewal,
-- or a period that takes over from another, adds nothing.
by_currency as (

    select
        coming_starts.month,
        coming_starts.customer_id,
        coming_starts.starts_at,
        periods.currency,
        sum(
            case
                when
                    periods.valid_from <= coming_starts.starts_at
                    and coalesce(periods.valid_to, {{ far_future() }}) > coming_starts.starts_at
                    then periods.annual_amount
                else 0
            end
        ) as annual_amount_then,
        sum(
            case
                when
                    periods.valid_from < coming_starts.closes_at
                    and coalesce(periods.valid_to, {{ far_future() }}) >= coming_starts.closes_at
                    then periods.annual_amount
                else 0
            end
        ) as annual_amount_now
    from coming_starts
    inner join periods
        on
            coming_starts.customer_id = periods.customer_id
            and coming_starts.closes_at > periods.known_from
    group by
        coming_starts.month,
        coming_starts.customer_id,
        coming_starts.starts_at,
        periods.currency

),

by_start as (

    select
        by_currency.month,
        by_currency.customer_id,
        by_currency.starts_at,
        {{ monthly_from_annual(
            'sum(' ~ in_reporting_currency(
                'by_currency.annual_amount_then - by_currency.annual_amount_now', 'fx_rates.rate'
            ) ~ ')'
        ) }} as signed_mrr
    from by_currency
    inner join fx_rates
        on
            by_currency.currency = fx_rates.currency
            and by_currency.month = fx_rates.month
    group by by_currency.month, by_currency.customer_id, by_currency.starts_at

),

final as (

    select
        month,
        customer_id,
        max(signed_mrr) as signed_mrr
    from by_start
    where signed_mrr > 0
    group by month, customer_id

)

select * from final
