with periods as (

    select * from {{ ref('stg_generic__subscription_periods') }}

),

named as (

    select
        periods.*,
        md5(concat_ws(
            '|', customer_id, subscription_id, coalesce(plan_name, ''),
            cast(started_at as string), coalesce(cast(ended_at as string), ''),
            cast(amount as string), billing_interval, cast(interval_count as string), currency,
            coalesce(cast(quantity as string), '')
        )) as period_id,
        max(coalesce(ended_at, {{ far_future() }})) over (
            partition by customer_id, subscription_id
            order by started_at, coalesce(ended_at, {{ far_future() }})
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from periods

),

-- Periods that follow each other are the history of one item; where some overlap, each stands
-- alone.
laned as (

    select
        named.*,
        max(case when covered_until > started_at then 1 else 0 end) over (
            partition by customer_id, subscription_id
        ) as has_overlap
    from named

),

final as (

    select
        'generic' as billing_source,
        period_id,
        customer_id as billing_customer_id,
        subscription_id,
        case
            when has_overlap = 1 then period_id
            else customer_id || '|' || subscription_id
        end as subscription_item_id,
        plan_name,
        started_at,
        ended_at,
        signed_at,
        amount,
        billing_interval,
        interval_count,
        currency,
        quantity,
        case
            when cancellation_reason is null then null
            when
                lower(cancellation_reason) like '%involuntary%'
                or lower(cancellation_reason) like '%payment%'
                then 'involuntary'
            else 'voluntary'
        end as cancellation_type
    from laned

)

select * from final
