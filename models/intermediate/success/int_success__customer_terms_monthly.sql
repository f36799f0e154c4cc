with intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}
    where net_annual_amount > 0 or discount_annual_amount > 0

),

company_months as (

    select * from {{ ref('int_revenue__company_months') }}

),

discount_ends as (

    select * from {{ ref('int_success__discount_ends') }}

),

-- A term of a quarter or longer is renewed on the days that lie whole terms after the first one.
spans as (

    select
        intervals.*,
        case billing_interval
            when 'month' then interval_count
            when 'year' then 12 * interval_count
        end as term_months,
        {{ month_start(reporting_date('valid_from')) }} as first_month,
        coalesce({{ month_start(reporting_date('valid_to')) }}, {{ month_start(as_of_date()) }})
            as last_month,
        {{ reporting_date('min(valid_from) over one_term') }} as term_start
    from intervals
    window one_term as (partition by subscription_item_id, billing_interval, interval_count)

),

in_force as (

    select
        spans.customer_id,
        spans.subscription_id,
        company_months.month,
        {{ reporting_date('company_months.closes_at') }} as ends_on,
        spans.quantity,
        spans.currency,
        spans.gross_annual_amount,
        spans.discount_annual_amount,
        case when spans.term_months >= 3 then spans.term_months end as term_months,
        spans.term_start
    from spans
    cross join
        lateral unnest(
            {{ month_series('spans.first_month', 'spans.last_month') }}
        ) as series (month)
    inner join company_months
        on
            cast(series.month as date) = company_months.month
            and spans.valid_from < company_months.closes_at
            and (spans.valid_to is null or spans.valid_to >= company_months.closes_at)

),

renewed as (

    select
        in_force.*,
        cast({{ add_months(
            'term_start',
            'term_months * cast(floor('
            ~ months_between(month_start('term_start'), month_start('ends_on'))
            ~ ' / cast(term_months as double)) as int)'
        ) }} as date) as renewal_date
    from in_force

),

-- Amounts of several currencies do not add up; the share is that of the currency where it is most.
by_currency as (

    select
        renewed.customer_id,
        renewed.month,
        renewed.currency,
        sum(renewed.quantity) as seats,
        min({{ days_between('renewed.ends_on', next_renewal()) }}) as days_to_renewal,
        {{ ratio(
            'sum(case when discount_ends.subscription_id is not null'
            ~ ' then renewed.discount_annual_amount else 0 end)',
            'sum(renewed.gross_annual_amount)'
        ) }} as expiring_discount_share
    from renewed
    left join discount_ends
        on
            renewed.subscription_id = discount_ends.subscription_id
            and renewed.month = discount_ends.month
    group by renewed.customer_id, renewed.month, renewed.currency

),

final as (

    select
        customer_id,
        month,
        cast(sum(seats) as bigint) as seats,
        min(days_to_renewal) as days_to_renewal,
        max(expiring_discount_share) as expiring_discount_share
    from by_currency
    group by customer_id, month

)

select * from final
