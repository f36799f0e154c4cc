with product_days as (

    select * from {{ ref('int_success__product_days') }}

),

company_months as (

    select
        month,
        {{ reporting_date('closes_at') }} as ends_on
    from {{ ref('int_revenue__company_months') }}

),

-- Whole days only make the averages: the day of as-of is not over. Weeks are counted back from the
-- month's end.
user_days as (

    select
        product_days.customer_id,
        company_months.month,
        product_days.user_id,
        product_days.activity_date,
        product_days.activity_date < company_months.ends_on as is_whole_day,
        cast(floor(
            ({{ days_between('product_days.activity_date', 'company_months.ends_on') }} - 1) / 7.0
        ) as int) as weeks_back,
        cast(
            floor({{ days_between('company_months.month', 'company_months.ends_on') }} / 7.0) as int
        ) as whole_weeks,
        max(case when product_days.event_kind = 'log_in' then 1 else 0 end) as is_log_in
    from product_days
    inner join company_months
        on {{ month_start('product_days.activity_date') }} = company_months.month
    group by
        product_days.customer_id,
        company_months.month,
        product_days.user_id,
        product_days.activity_date,
        company_months.ends_on

),

days_summed as (

    select
        customer_id,
        month,
        count(distinct user_id) as active_users,
        count(case when is_whole_day then user_id end) as user_days,
        count(distinct case when is_whole_day then activity_date end) as active_days,
        count(distinct case when is_whole_day and is_log_in = 1 then activity_date end)
            as login_days
    from user_days
    group by customer_id, month

),

user_weeks as (

    select
        customer_id,
        month,
        user_id,
        weeks_back
    from user_days
    where is_whole_day and weeks_back < whole_weeks and user_id is not null
    group by customer_id, month, user_id, weeks_back

),

weeks_summed as (

    select
        customer_id,
        month,
        count(*) as user_weeks
    from user_weeks
    group by customer_id, month

),

features_used as (

    select
        customer_id,
        {{ month_start('activity_date') }} as month,
        count(distinct event_name) as features_used
    from product_days
    where event_kind <> 'log_in'
    group by customer_id, {{ month_start('activity_date') }}

),

final as (

    select
        days_summed.customer_id,
        days_summed.month,
        days_summed.active_users,
        days_summed.user_days,
        coalesce(weeks_summed.user_weeks, 0) as user_weeks,
        days_summed.active_days,
        days_summed.login_days,
        coalesce(features_used.features_used, 0) as features_used
    from days_summed
    left join weeks_summed
        on
            days_summed.customer_id = weeks_summed.customer_id
            and days_summed.month = weeks_summed.month
    left join features_used
        on
            days_summed.customer_id = features_used.customer_id
            and days_summed.month = features_used.month

)

select * from final
