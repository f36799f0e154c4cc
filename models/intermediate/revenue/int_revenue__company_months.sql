with deltas as (

    select * from {{ ref('int_revenue__daily_deltas') }}

),

bounds as (

    select
        min({{ month_start('change_date') }}) as first_month,
        {{ month_start(as_of_date()) }} as last_month
    from deltas

),

months as (

    select cast(series.month as date) as month
    from bounds
    cross join
        lateral unnest(
            {{ month_series('bounds.first_month', 'bounds.last_month') }}
        ) as series (month)

),

-- A month closes at its end, or just after as-of while it is under way.
final as (

    select
        month,
        least(
            {{ local_to_utc(add_months('month', 1)) }}, {{ just_after(as_of()) }}
        ) as closes_at,
        {{ local_to_utc(add_months('month', 1)) }} <= {{ as_of() }} as is_complete
    from months

)

select * from final
