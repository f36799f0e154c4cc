{{ config(meta={'dagster': {'ref': {'name': 'input_accounts__map_followed'}}}) }}
-- Invariant: whoever follows the account map comes to an end: where a leads to b and b back to a,
-- nobody can say which account is meant.
with account_map as (

    select * from {{ ref('stg_generic__customer_account_map') }}

),

map_followed as (

    select * from {{ ref('input_accounts__map_followed') }}

),

final as (

    select
        account_map.billing_source,
        account_map.billing_customer_id,
        account_map.account_id,
        'Account ' || account_map.account_id || ' leads back to itself by way of '
        || map_followed.account_id || ': end the circle in generic.customer_account_map.'
            as what_to_do
    from account_map
    inner join map_followed
        on account_map.account_id = map_followed.stated_id
    where map_followed.is_cycle

)

select * from final
