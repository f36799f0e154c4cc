with billing_customers as (

    select * from {{ ref('input_accounts__billing_customers') }}

),

account_map as (

    select * from {{ ref('stg_generic__customer_account_map') }}

),

map_followed as (

    select * from {{ ref('input_accounts__map_followed') }}

),

-- An id that two sources give to different customers is prefixed; no other id ever changes.
with_clashes as (

    select
        billing_customers.*,
        account_map.account_id,
        count(case when account_map.account_id is null then 1 end)
            over (partition by billing_customers.billing_customer_id) as unmapped_sources
    from billing_customers
    left join account_map
        on
            billing_customers.billing_source = account_map.billing_source
            and billing_customers.billing_customer_id = account_map.billing_customer_id

),

final as (

    select
        with_clashes.billing_source,
        with_clashes.billing_customer_id,
        with_clashes.created_at,
        coalesce(
            accounts.account_id,
            with_clashes.account_id,
            case
                when with_clashes.unmapped_sources > 1
                    then with_clashes.billing_source || ':' || with_clashes.billing_customer_id
                else with_clashes.billing_customer_id
            end
        ) as account_id
    from with_clashes
    left join map_followed as accounts
        on with_clashes.account_id = accounts.stated_id

)

select * from final
