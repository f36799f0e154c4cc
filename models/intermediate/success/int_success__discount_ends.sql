with discounts as (

    select * from {{ ref('int_revenue__discounts_counted') }}
    where ended_at is not null

),

company_months as (

    select * from {{ ref('int_revenue__company_months') }}

),

-- A discount is known from its start on, and so is its end.
final as (

    select
        discounts.subscription_id,
        company_months.month,
        min(discounts.ended_at) as ended_at
    from discounts
    inner join company_months
        on
            discounts.started_at < company_months.closes_at
            and discounts.ended_at >= company_months.closes_at
            and {{ add_days('company_months.closes_at', policy('renewal_notice_days')) }}
            >= discounts.ended_at
    group by discounts.subscription_id, company_months.month

)

select * from final
