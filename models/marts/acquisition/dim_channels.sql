with channels as (

    select * from {{ ref('channels') }}

),

costs as (

    select * from {{ ref('int_acquisition__costs_united') }}

),

spend as (

    select
        channel,
        min(cost_date) as first_cost_date,
        max(cost_date) as last_cost_date,
        sum(case when exclusion_reason is null then amount else 0 end) as spend_to_date
    from costs
    group by channel

),

listed as (

    select
        channel,
        is_paid,
        sort_order
    from channels

    union all

    select
        channel,
        false as is_paid,
        case when channel = 'unallocated' then 1000 else 500 end as sort_order
    from spend
    where channel not in (select channels.channel from channels)

),

final as (

    select
        listed.channel,
        listed.is_paid,
        cast(listed.sort_order as int) as sort_order,
        spend.first_cost_date,
        spend.last_cost_date,
        cast(coalesce(spend.spend_to_date, 0) as decimal(38, 6)) as spend_to_date
    from listed
    left join spend
        on listed.channel = spend.channel

)

select * from final
order by sort_order, channel
