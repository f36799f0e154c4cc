{{ config(
    severity='warn', meta={'dagster': {'ref': {'name': 'input_accounts__customers_assigned'}}}
) }}
-- A row of the account map that maps nobody: its billing source or its customer is not known, and
-- it is not there to place an account in its group. Or one whose account could be two customers.
with account_map as (

    select * from {{ ref('stg_generic__customer_account_map') }}

),

assigned as (

    select * from {{ ref('input_accounts__customers_assigned') }}

),

sources_known as (

    select billing_source
    from assigned
    group by billing_source

),

own_ids as (

    select
        billing_customer_id,
        max(
            case when account_id = billing_source || ':' || billing_customer_id then 1 else 0 end
        ) as is_prefixed
    from assigned
    group by billing_customer_id

),

final as (

    select
        account_map.billing_source,
        account_map.billing_customer_id,
        account_map.account_id,
        case
            when sources_known.billing_source is null
                then
                    'No customer has billing source ' || account_map.billing_source
                    || ': mend its name in generic.customer_account_map.'
            when assigned.billing_customer_id is null
                then
                    'Billing source ' || account_map.billing_source || ' has no customer '
                    || account_map.billing_customer_id || ': mend or drop the row.'
            else
                'Two billing sources have a customer ' || account_map.account_id
                || ': map that id in both, or name the account otherwise.'
        end as what_to_do
    from account_map
    left join sources_known
        on account_map.billing_source = sources_known.billing_source
    left join assigned
        on
            account_map.billing_source = assigned.billing_source
            and account_map.billing_customer_id = assigned.billing_customer_id
    left join own_ids
        on account_map.account_id = own_ids.billing_customer_id
    where
        (assigned.billing_customer_id is null and account_map.parent_account_id is null)
        or own_ids.is_prefixed = 1

)

select * from final
