with customer_months as (

    select * from {{ ref('int_revenue__customer_months_segmented') }}

),

movements as (

    select * from {{ ref('int_revenue__movements_classified') }}

),

absences as (

    select * from {{ ref('int_revenue__absences_dated') }}

),

changes as (

    select
        customer_id,
        {{ month_start('movement_date') }} as month,
        sum(mrr_change) as mrr_change,
        max(case when movement_type = 'new' then movement_date end) as new_date
    from movements
    group by customer_id, {{ month_start('movement_date') }}

),

-- The movements so far tell a change over any window apart from that of the exchange rate.
accumulated as (

    select
        customer_months.*,
        sum(coalesce(changes.mrr_change, 0)) over (
            partition by customer_months.customer_id order by customer_months.month
            rows between unbounded preceding and current row
        ) as moved_so_far,
        max(changes.new_date) over (
            partition by customer_months.customer_id order by customer_months.month
            rows between unbounded preceding and current row
        ) as joined_on
    from customer_months
    left join changes
        on
            customer_months.customer_id = changes.customer_id
            and customer_months.month = changes.month

),

openings as (

    select
        accumulated.*,
        windows.window_months,
        cast({{ add_months('accumulated.month', 'windows.window_months') }} as date) as end_month
    from accumulated
    cross join (values (1), (2), (3), (12)) as windows (window_months)
    where
        accumulated.closing_mrr > 0
        and {{ add_months('accumulated.month', 'windows.window_months') }}
        <= {{ month_start(as_of_date()) }}

),

closings as (

    select
        accumulated.*,
        windows.window_months
    from accumulated
    cross join (values (1), (2), (3), (12)) as windows (window_months)
    where accumulated.closing_mrr > 0

),

compared as (

    select
        coalesce(openings.customer_id, closings.customer_id) as customer_id,
        coalesce(openings.end_month, closings.month) as month,
        coalesce(openings.window_months, closings.window_months) as window_months,
        coalesce(openings.month, closings.month) as segment_month,
        coalesce(openings.closing_mrr, 0) as opening_mrr,
        coalesce(closings.closing_mrr, 0) as closing_mrr,
        closings.moved_so_far - openings.moved_so_far as moved_mrr,
        closings.joined_on,
        coalesce(openings.segment, closings.segment) as segment,
        coalesce(openings.plan, closings.plan) as plan,
        coalesce(openings.industry, closings.industry) as industry,
        coalesce(openings.country, closings.country) as country,
        coalesce(openings.acquisition_channel, closings.acquisition_channel)
            as acquisition_channel,
        coalesce(openings.sales_model, closings.sales_model) as sales_model
    from openings
    full outer join closings
        on
            openings.customer_id = closings.customer_id
            and openings.end_month = closings.month
            and openings.window_months = closings.window_months

),

-- Windows of a month, a quarter and a year; the second month of a quarter under way is the only
-- use of two.
final as (

    select
        compared.*,
        absences.churn_type,
        compared.opening_mrr = 0
        and cast({{ add_months('compared.month', '1 - compared.window_months') }} as date)
        > compared.joined_on as is_returned
    from compared
    left join absences
        on
            compared.closing_mrr = 0
            and compared.customer_id = absences.customer_id
            and compared.month >= absences.away_from
            and (absences.away_to is null or compared.month < absences.away_to)
    where
        compared.window_months <> 2
        or compared.month = {{ month_start(as_of_date()) }}

)

select * from final
