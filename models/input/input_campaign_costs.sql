with campaigns as (

    select * from {{ ref('stg_salesforce__campaigns') }}

),

final as (

    select
        'salesforce' as crm_source,
        campaign_id,
        campaign_name,
        campaign_type,
        campaign_status,
        coalesce(start_date, created_date) as cost_date,
        actual_cost as amount,
        currency
    from campaigns

)

select * from final
