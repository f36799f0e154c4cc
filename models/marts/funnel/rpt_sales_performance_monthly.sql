{%- set windowed = [
    'won', 'lost', 'won_with_amount', 'won_with_cycle', 'won_amount', 'won_cycle_days'
] -%}
with months_summed as (

    select * from {{ ref('int_funnel__rep_months_summed') }}

),

reps as (

    select * from {{ ref('dim_sales_reps') }}

),

lives as (

    select
        rep_id,
        min(month) as first_month,
        {{ month_start(as_of_date()) }} as last_month
    from months_summed
    group by rep_id

),

-- Months without anything are there: deals stay open through them.
spine as (

    select
        lives.rep_id,
        cast(series.month as date) as month
    from lives
    cross join
        lateral unnest(
            {{ month_series('lives.first_month', 'lives.last_month') }}
        ) as series (month)

),

filled as (

    select
        {% for column in (
            'created_opportunities', 'created_won', 'open_change', 'leads', 'calls', 'emails',
            'meetings', 'demos', 'lost_amount', 'won', 'lost', 'won_with_amount', 'won_with_cycle', 'won_amount', 'won_cycle_days'
        ) %}
            coalesce(months_summed.{{ column }}, 0) as {{ column }},
        {% endfor %}
        spine.month,
        spine.rep_id,
        months_summed.median_cycle_days
    from spine
    left join months_summed
        on
            spine.month = months_summed.month
            and spine.rep_id = months_summed.rep_id

),

windows as (

    select
        {% for column in windowed %}
            sum({{ column }}) over (
                partition by rep_id order by month
                rows between 11 preceding and current row
            ) as {{ column }}_12m,
        {% endfor %}
        sum(open_change) over (
            partition by rep_id order by month
            rows between unbounded preceding and current row
        ) as open_opportunities,
        filled.*
    from filled

),

final as (

    select
        windows.month,
        windows.rep_id as owner_id,
        {{ pii('reps.rep_name') }} as rep_name,
        {% for column in (
            'created_opportunities', 'created_won', 'open_opportunities', 'won', 'lost', 'leads',
            'calls', 'emails', 'meetings', 'demos', 'won_with_amount', 'won_with_cycle'
        ) %}
            cast(windows.{{ column }} as bigint) as {{ column }},
        {% endfor %}
        windows.won_amount,
        cast(windows.lost_amount as decimal(38, 6)) as lost_amount,
        {{ ratio('won', 'won + lost') }} as win_rate,
        {{ ratio('won_amount', 'won_amount + lost_amount') }} as win_rate_amount,
        {{ ratio('created_won', 'created_opportunities') }} as created_win_rate,
        {{ ratio('won', 'lost') }} as won_lost_ratio,
        {{ divide_exact('won_amount', 'won_with_amount', 6, places=6) }} as average_selling_price,
        windows.median_cycle_days,
        {{ ratio('won_cycle_days', 'won_with_cycle') }} as mean_cycle_days,
        {{ ratio('won_12m', 'won_12m + lost_12m') }} as win_rate_12m,
        {{ divide_exact('won_amount_12m', 'won_with_amount_12m', 6, places=6) }}
            as average_selling_price_12m,
        {{ ratio('won_cycle_days_12m', 'won_with_cycle_12m') }} as mean_cycle_days_12m,
        cast(
            open_opportunities * {{ ratio('won_amount_12m', 'won_with_amount_12m') }}
            * {{ ratio('won_12m', 'won_12m + lost_12m') }}
            / nullif({{ ratio('won_cycle_days_12m', 'won_with_cycle_12m') }}, 0)
            as decimal(38, 6)
        ) as sales_velocity,
        {{ divide_exact('won_amount', 'leads', 6, places=6) }} as revenue_per_lead,
        {{ ratio('calls + emails + meetings + demos', 'won') }} as activities_per_won,
        windows.month < {{ month_start(as_of_date()) }} as is_complete
    from windows
    left join reps
        on windows.rep_id = reps.owner_id

)

select * from final
order by month, owner_id
