with deals as (

    select * from {{ ref('int_accounts__deals_dated') }}
    where event_type = 'won' and cycle_days is not null

),

targets as (

    select * from {{ ref('int_accounts__targets_listed') }}

),

grouped as (

    select
        {{ month_start('deals.event_date') }} as won_month,
        types.segment_type,
        {{ account_group('targets', 'deals.created_date') }} as segment_value,
        deals.cycle_days
    from deals
    cross join {{ every_account_group_type() }}
    left join targets
        on deals.account_id = targets.account_id

),

-- Medians of months do not add up: each deal is in the twelve months whose window it is in.
windowed as (

    select
        segment_type,
        segment_value,
        cycle_days,
        {{ each_month(
            'won_month',
            'least(cast(' ~ add_months('won_month', 11) ~ ' as date), '
            ~ month_start(as_of_date()) ~ ')'
        ) }} as month
    from grouped

),

final as (

    select
        month,
        segment_type,
        segment_value,
        cast(median(cycle_days) as double) as median_cycle_days_12m
    from windowed
    group by month, segment_type, segment_value

)

select * from final
