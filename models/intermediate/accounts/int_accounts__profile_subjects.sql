with accounts as (

    select * from {{ ref('int_accounts__described') }}

),

opportunities as (

    select * from {{ ref('int_funnel__opportunities') }}
    where opportunity_type is null or opportunity_type <> 'renewal'

),

customers as (

    select * from {{ ref('int_funnel__accounts_converted') }}

),

channels as (

    select * from {{ ref('int_attribution__conversion_channels') }}
    where conversion_type in ('customer', 'opportunity') and channel <> 'unattributed'

),

deals as (

    select
        opportunities.opportunity_id,
        opportunities.account_id,
        opportunities.touchpoints,
        channels.channel,
        row_number() over (
            partition by opportunities.account_id
            order by opportunities.created_at, opportunities.opportunity_id
        ) as deal_rank
    from opportunities
    left join channels
        on
            channels.conversion_type = 'opportunity'
            and opportunities.opportunity_id = channels.conversion_id

),

-- An account has the touchpoints and the channel of its first deal, a customer's channel before it.
final as (

    select
        'account' as subject_kind,
        accounts.account_id as subject_id,
        accounts.account_id,
        deals.touchpoints,
        coalesce(channels.channel, deals.channel) as channel
    from accounts
    left join deals
        on
            accounts.account_id = deals.account_id
            and deals.deal_rank = 1
    left join customers
        on accounts.account_id = customers.account_id
    left join channels
        on
            channels.conversion_type = 'customer'
            and customers.customer_id = channels.conversion_id

    union all

    select
        'opportunity' as subject_kind,
        opportunity_id as subject_id,
        account_id,
        touchpoints,
        channel
    from deals

)

select * from final
