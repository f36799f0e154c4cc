with company_months as (

    select * from {{ ref('int_revenue__company_months') }}

),

customer_months as (

    select * from {{ ref('int_revenue__customer_months_segmented') }}

),

closings as (

    select
        customer_months.month,
        types.segment_type,
        {{ segment_value('customer_months') }} as segment_value,
        sum(customer_months.closing_mrr) as closing_mrr,
        count(case when customer_months.closing_mrr > 0 then 1 end) as closing_customers
    from customer_months
    cross join {{ every_segment_type() }}
    group by customer_months.month, types.segment_type, {{ segment_value('customer_months') }}

),

-- The month after the last close is the one in which its customers are elsewhere.
lives as (

    select
        segment_type,
        segment_value,
        min(month) as first_month,
        max(
            case
                when closing_customers > 0 then cast({{ add_months('month', 1) }} as date)
                else month
            end
        ) as last_month
    from closings
    where segment_type <> 'all'
    group by segment_type, segment_value

    union all

    select
        'all' as segment_type,
        'all' as segment_value,
        min(month) as first_month,
        max(month) as last_month
    from company_months
    having count(*) > 0

),

-- Who was there at the last close is a cohort for twelve months.
final as (

    select
        company_months.month,
        lives.segment_type,
        lives.segment_value,
        company_months.is_complete,
        company_months.month <= lives.last_month as is_in_use,
        cast(coalesce(closings.closing_mrr, 0) as decimal(38, 6)) as closing_mrr,
        coalesce(closings.closing_customers, 0) as closing_customers
    from lives
    inner join company_months
        on
            lives.first_month <= company_months.month
            and cast({{ add_months('lives.last_month', 11) }} as date) >= company_months.month
    left join closings
        on
            lives.segment_type = closings.segment_type
            and lives.segment_value = closings.segment_value
            and company_months.month = closings.month

)

select * from final
