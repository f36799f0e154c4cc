with account_map as (

    select * from {{ ref('stg_generic__customer_account_map') }}

),

billing_customers as (

    select * from {{ ref('input_accounts__billing_customers') }}

),

known_ids as (

    select
        billing_source,
        billing_customer_id
    from billing_customers

    union

    select
        billing_source,
        billing_customer_id
    from account_map

),

-- An account may go by the id of a customer that is mapped in turn: both belong to where that one
-- leads, unless another source gives the id to a customer of its own.
links as (

    select
        known_ids.billing_customer_id as from_id,
        min(account_map.account_id) as to_id
    from known_ids
    left join account_map
        on
            known_ids.billing_source = account_map.billing_source
            and known_ids.billing_customer_id = account_map.billing_customer_id
    group by known_ids.billing_customer_id
    having
        count(*) = count(account_map.account_id)
        and min(account_map.account_id) = max(account_map.account_id)
        and min(account_map.account_id) <> known_ids.billing_customer_id

),

{{ follow_links('links') }},

final as (

    select
        from_id as stated_id,
        to_id as account_id,
        is_cycle
    from followed

)

select * from final
