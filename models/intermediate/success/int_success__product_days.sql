with product_events as (

    select * from {{ ref('input_product_events') }}
    where occurred_at <= {{ as_of() }}

),

event_kinds as (

    select * from {{ ref('product_event_kinds') }}

),

customer_refs as (

    select * from {{ ref('int_success__customer_refs') }}

),

-- The one pass over the events; everything after it is by the day.
ref_days as (

    select
        account_ref,
        user_id,
        event_name,
        {{ reporting_date('occurred_at') }} as activity_date,
        count(*) as events
    from product_events
    group by account_ref, user_id, event_name, {{ reporting_date('occurred_at') }}

),

final as (

    select
        coalesce(by_id.customer_id, by_user.customer_id) as customer_id,
        ref_days.user_id,
        ref_days.event_name,
        coalesce(event_kinds.event_kind, 'feature') as event_kind,
        ref_days.activity_date,
        min(coalesce(by_id.named_by, by_user.named_by)) as named_by,
        cast(sum(ref_days.events) as bigint) as events
    from ref_days
    left join event_kinds
        on ref_days.event_name = event_kinds.event_name
    left join customer_refs as by_id
        on
            by_id.ref_kind = 'id'
            and ref_days.account_ref = by_id.ref
    left join customer_refs as by_user
        on
            by_user.ref_kind = 'user'
            and ref_days.user_id = by_user.ref
    where
        coalesce(by_id.customer_id, by_user.customer_id) is not null
        and coalesce(event_kinds.event_kind, 'feature') <> 'ignore'
    group by
        coalesce(by_id.customer_id, by_user.customer_id),
        ref_days.user_id,
        ref_days.event_name,
        coalesce(event_kinds.event_kind, 'feature'),
        ref_days.activity_date

)

select * from final
