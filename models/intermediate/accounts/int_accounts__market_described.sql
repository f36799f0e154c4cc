with accounts as (

    select * from {{ ref('int_accounts__described') }}

),

customer_accounts as (

    select * from {{ ref('int_core__customer_companies') }}

),

customers as (

    select * from {{ ref('int_core__customers_described') }}

),

customers_priced as (

    select * from {{ ref('int_core__customers_priced') }}

),

accounts_converted as (

    select * from {{ ref('int_funnel__accounts_converted') }}

),

team_shares as (

    select * from {{ ref('int_accounts__profile_values') }}
    where subject_kind = 'account' and criterion = 'sales_team_share'

),

-- A deal is never self-service; how it will be paid for is known of a customer only.
united as (

    select
        'customer' as subject_kind,
        customers.customer_id as subject_id,
        customers.country,
        customers.industry,
        customers.segment,
        customer_accounts.account_id,
        customers.sales_model,
        customers_priced.pricing_model
    from customers
    left join customers_priced
        on customers.customer_id = customers_priced.customer_id
    left join customer_accounts
        on customers.customer_id = customer_accounts.customer_id

    union all

    select
        'account' as subject_kind,
        accounts.account_id as subject_id,
        accounts.country,
        accounts.industry,
        accounts.segment,
        accounts.account_id,
        case when accounts.segment = 'enterprise' then 'enterprise' else 'transactional' end
            as sales_model,
        customers_priced.pricing_model
    from accounts
    left join accounts_converted
        on accounts.account_id = accounts_converted.account_id
    left join customers_priced
        on accounts_converted.customer_id = customers_priced.customer_id

),

final as (

    select
        united.subject_kind,
        united.subject_id,
        coalesce(united.country, 'unknown') as country,
        coalesce(united.industry, 'unknown') as industry,
        coalesce(united.segment, 'unknown') as segment,
        coalesce(accounts.ownership, 'unknown') as ownership,
        coalesce(team_shares.label, 'unknown') as sales_team_share,
        coalesce(united.sales_model, 'unknown') as sales_model,
        coalesce(united.pricing_model, 'unknown') as pricing_model
    from united
    left join accounts
        on united.account_id = accounts.account_id
    left join team_shares
        on united.account_id = team_shares.subject_id

)

select * from final
