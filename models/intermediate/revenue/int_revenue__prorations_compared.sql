with prorations as (

    select * from {{ ref('int_revenue__prorations_placed') }}

),

intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}

),

-- A charge bills the state that begins with it, a credit takes back the one before.
matched as (

    select
        prorations.*,
        intervals.discount_annual_amount,
        intervals.gross_annual_amount
    from prorations
    left join intervals
        on
            prorations.billing_source = intervals.billing_source
            and prorations.subscription_item_id = intervals.subscription_item_id
            and case
                when prorations.is_credit
                    then
                        prorations.period_started_at > intervals.valid_from
                        and prorations.period_started_at
                        <= coalesce(intervals.valid_to, {{ far_future() }})
                else
                    prorations.period_started_at >= intervals.valid_from
                    and prorations.period_started_at
                    < coalesce(intervals.valid_to, {{ far_future() }})
            end

),

priced as (

    select
        matched.*,
        case
            when not is_counted then cast(0 as decimal(38, 6))
            else coalesce({{ divide_exact(
                'cast(gross_annual_amount as decimal(38, 6)) * interval_count * signed_seconds',
                periods_per_year('billing_interval') ~ ' * period_seconds', 6, places=6
            ) }}, net_amount)
        end as list_amount
    from matched

),

-- Billing systems differ in whether a proration is at list price or has the discount inside. While
-- a discount runs, what a proration is below list price is the discount.
final as (

    select
        invoice_id,
        invoice_line_id,
        period_seconds,
        list_amount,
        is_credit_of_nothing,
        case
            when discount_annual_amount > 0 and abs(net_amount) < abs(list_amount)
                then list_amount - net_amount
            else cast(0 as decimal(38, 6))
        end as discount_amount
    from priced

)

select * from final
