with recurring_lines as (

    select * from {{ ref('int_revenue__invoice_lines_netted') }}
    where revenue_type = 'recurring' and period_started_at < period_ended_at

),

-- A proration of nothing, as under a coupon of 100 %, shows nothing.
prorations as (

    select
        recurring_lines.*,
        net_amount < 0 as is_credit
    from recurring_lines
    where is_proration and net_amount <> 0

),

charges as (

    select * from recurring_lines
    where not is_proration or net_amount > 0

),

-- The billing period that a proration is a part of, and whether anything was charged for the time
-- that a credit gives back.
in_period as (

    select
        prorations.invoice_id,
        prorations.invoice_line_id,
        max(
            case
                when charges.period_started_at < prorations.period_started_at then 1
                else 0
            end
        ) as has_charge_before,
        max(case
            when not charges.is_proration
                then {{ seconds_between('charges.period_started_at', 'charges.period_ended_at') }}
        end) as period_seconds
    from prorations
    inner join charges
        on
            prorations.billing_source = charges.billing_source
            and prorations.subscription_item_id = charges.subscription_item_id
            and prorations.period_ended_at = charges.period_ended_at
    group by prorations.invoice_id, prorations.invoice_line_id

),

-- Of several changes at one instant the first credit and the last charge count, as in MRR.
final as (

    select
        prorations.invoice_id,
        prorations.invoice_line_id,
        prorations.billing_source,
        prorations.subscription_item_id,
        prorations.billing_interval,
        prorations.interval_count,
        prorations.net_amount,
        prorations.is_credit,
        prorations.period_started_at,
        row_number() over (
            partition by
                prorations.billing_source,
                prorations.subscription_item_id,
                prorations.period_started_at,
                prorations.is_credit
            order by
                case when prorations.is_credit then prorations.invoiced_at end asc,
                prorations.invoiced_at desc,
                prorations.invoice_line_id desc,
                prorations.invoice_id desc
        ) = 1 as is_counted,
        prorations.is_credit and coalesce(in_period.has_charge_before, 0) = 0
            as is_credit_of_nothing,
        coalesce(
            in_period.period_seconds,
            {{ seconds_between(
                add_billing_period(
                    'prorations.period_ended_at', 'prorations.billing_interval',
                    'prorations.interval_count', '-'
                ),
                'prorations.period_ended_at'
            ) }}
        ) as period_seconds,
        {{ seconds_between('prorations.period_started_at', 'prorations.period_ended_at') }}
        * case when prorations.is_credit then -1 else 1 end as signed_seconds
    from prorations
    left join in_period
        on
            prorations.invoice_id = in_period.invoice_id
            and prorations.invoice_line_id = in_period.invoice_line_id

)

select * from final
