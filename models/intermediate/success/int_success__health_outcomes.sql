{%- set counts = ['customers', 'churned_customers'] -%}
{%- set amounts = ['opening_mrr', 'lost_mrr'] -%}
with health as (

    select * from {{ ref('int_success__health_scored') }}
    where is_complete

),

customer_months as (

    select * from {{ ref('int_revenue__customer_months_filled') }}

),

company_months as (

    select * from {{ ref('int_revenue__company_months') }}
    where is_complete

),

-- Everybody who paid at the first close, by the band of that day; who pays nothing at the last one
-- has churned.
followed as (

    select
        company_months.month,
        horizons.horizon_months,
        health.health_band,
        health.closing_mrr as opening_mrr,
        coalesce(customer_months.closing_mrr, 0) = 0 as has_churned
    from health
    cross join (values (1), (3)) as horizons (horizon_months)
    inner join company_months
        on {{ add_months('health.month', 'horizons.horizon_months') }} = company_months.month
    left join customer_months
        on
            health.customer_id = customer_months.customer_id
            and company_months.month = customer_months.month

),

bands as (

    select health_band
    from followed
    group by health_band

    union all

    select 'all' as health_band

),

-- Bands are listed in every month: the window of a year goes through months without customers.
listed as (

    select
        months.month,
        months.horizon_months,
        bands.health_band
    from (
        select
            month,
            horizon_months
        from followed
        group by month, horizon_months
    ) as months
    cross join bands

),

summed as (

    select
        listed.month,
        listed.horizon_months,
        listed.health_band,
        count(followed.month) as customers,
        count(case when followed.has_churned then 1 end) as churned_customers,
        coalesce(sum(followed.opening_mrr), 0) as opening_mrr,
        -coalesce(sum(case when followed.has_churned then followed.opening_mrr end), 0) as lost_mrr
    from listed
    left join followed
        on
            listed.month = followed.month
            and listed.horizon_months = followed.horizon_months
            and listed.health_band in (followed.health_band, 'all')
    group by listed.month, listed.horizon_months, listed.health_band

),

final as (

    select
        {% for column in counts -%}
            {{ column }},
            cast(sum({{ column }}) over year_before as bigint) as {{ column }}_12m,
        {% endfor -%}
        {% for column in amounts -%}
            cast({{ column }} as decimal(38, 6)) as {{ column }},
            cast(sum({{ column }}) over year_before as decimal(38, 6)) as {{ column }}_12m,
        {% endfor -%}
        month,
        horizon_months,
        health_band
    from summed
    window year_before as (
        partition by horizon_months, health_band order by month
        rows between 11 preceding and current row
    )

)

select * from final
