with credits as (

    select * from {{ ref('int_attribution__credits') }}
    where conversion_type = 'customer'

),

channels as (

    select * from {{ ref('channels') }}

),

channel_credits as (

    select
        conversion_id as customer_id,
        model,
        channel,
        sum(credit) as credit
    from credits
    group by conversion_id, model, channel
    having sum(credit) > 0

),

-- Where no touch of anybody is known a cut by channel would set the costs of each against customers
-- of none: there is no such cut then.
known as (

    select count(*) as touches
    from credits
    where touch_kind <> 'unattributed'

),

running as (

    select
        channel_credits.*,
        sum(channel_credits.credit) over (
            partition by channel_credits.customer_id, channel_credits.model
            order by channel_credits.channel
            rows between unbounded preceding and current row
        ) as credit_to
    from channel_credits
    cross join known
    where known.touches > 0

),

-- From one edge to the next: differences of rounded edges add up to the whole.
final as (

    select
        running.customer_id,
        running.model,
        running.channel,
        coalesce(channels.is_paid, false) as is_paid,
        cast(round(running.credit_to - running.credit, 12) as decimal(18, 12)) as share_from,
        cast(round(running.credit_to, 12) as decimal(18, 12)) as share_to
    from running
    left join channels
        on running.channel = channels.channel

)

select * from final
