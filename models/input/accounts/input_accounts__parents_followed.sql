with account_map as (

    select * from {{ ref('stg_generic__customer_account_map') }}

),

map_followed as (

    select * from {{ ref('input_accounts__map_followed') }}

),

stated as (

    select
        coalesce(accounts.account_id, account_map.account_id) as account_id,
        coalesce(parents.account_id, account_map.parent_account_id) as parent_account_id
    from account_map
    left join map_followed as accounts
        on account_map.account_id = accounts.stated_id
    left join map_followed as parents
        on account_map.parent_account_id = parents.stated_id
    where account_map.parent_account_id is not null

),

links as (

    select
        account_id as from_id,
        min(parent_account_id) as to_id,
        max(parent_account_id) as other_to_id
    from stated
    where account_id <> parent_account_id
    group by account_id

),

{{ follow_links('links') }},

final as (

    select
        links.from_id as account_id,
        links.to_id as parent_account_id,
        followed.to_id as top_account_id,
        followed.is_cycle,
        links.to_id <> links.other_to_id as has_several_parents
    from links
    inner join followed
        on links.from_id = followed.from_id

)

select * from final
