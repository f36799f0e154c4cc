with

raw_customer_account_map as (
    select *
    from
        {{
            deduplicate(
                source('generic', 'customer_account_map'),
                ['lower(billing_source)', 'billing_customer_id']
            )
        }} as latest
),

renamed as (
    select
        lower(billing_source) as billing_source,
        billing_customer_id,
        account_id,
        parent_account_id
    from raw_customer_account_map
)

select * from renamed
