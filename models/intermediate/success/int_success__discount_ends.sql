with discounts as (

    select * from {{ ref('int_revenue__discounts_counted') }}
    where ended_at is not null or scheduled_ended_at is not null

),

company_months as (

    select * from {{ ref('int_revenue__company_months') }}

),

-- A coupon says at the start when it ends. A row holds the end of now alone: what was changed is
-- known in the month under way, and once the coupon's end has passed without the discount ending.
known as (

    select
        discounts.subscription_id,
        company_months.month,
        company_months.closes_at,
        case
            when
                company_months.is_complete
                and (
                    discounts.scheduled_ended_at is null
                    or discounts.scheduled_ended_at >= company_months.closes_at
                )
                then discounts.scheduled_ended_at
            else discounts.ended_at
        end as ended_at
    from discounts
    inner join company_months
        on
            discounts.started_at < company_months.closes_at
            and coalesce(discounts.ended_at, {{ far_future() }}) >= company_months.closes_at

),

final as (

    select
        subscription_id,
        month,
        min(ended_at) as ended_at
    from known
    where {{ add_days('closes_at', policy('renewal_notice_days')) }} >= ended_at
    group by subscription_id, month

)

select * from final
