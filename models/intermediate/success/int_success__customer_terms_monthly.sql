with intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}
    where net_annual_amount > 0 or discount_annual_amount > 0

),

company_months as (

    select * from {{ ref('int_revenue__company_months') }}

),

fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

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
        {{ reporting_date(
            'min(valid_from) over (partition by subscription_item_id, billing_interval, interval_count)'
        ) }} as term_start
    from intervals

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
        unnest({{ month_series('spans.first_month', 'spans.last_month') }}) as series (month)
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

final as (

    select
        renewed.customer_id,
        renewed.month,
        cast(sum(renewed.quantity) as bigint) as seats,
        min({{ days_between('renewed.ends_on', next_renewal()) }}) as days_to_renewal,
        sum({{ in_reporting_currency('renewed.gross_annual_amount', 'fx_rates.rate') }})
            as gross_annual_amount,
        sum({{ in_reporting_currency('renewed.discount_annual_amount', 'fx_rates.rate') }})
            as discount_annual_amount,
        sum(
            case
                when discount_ends.subscription_id is not null then {{ in_reporting_currency(
                    'renewed.discount_annual_amount', 'fx_rates.rate'
                ) }}
                else 0
            end
        ) as expiring_annual_amount
    from renewed
    left join fx_rates
        on
            renewed.currency = fx_rates.currency
            and renewed.month = fx_rates.month
    left join discount_ends
        on
            renewed.subscription_id = discount_ends.subscription_id
            and renewed.month = discount_ends.month
    group by renewed.customer_id, renewed.month

)

select * from final
