{%- set signals = account_signals() -%}
with signals_monthly as (

    select * from {{ ref('int_accounts__signals_monthly') }}

),

weights as (

    select * from {{ ref('account_engagement_weights') }}

),

counted as (

    select
        account_id,
        month,
        signal,
        sum(events) as events
    from signals_monthly
    group by account_id, month, signal

    union all

    select
        account_id,
        month,
        'person' as signal,
        count(distinct person_id) as events
    from signals_monthly
    group by account_id, month

),

final as (

    select
        counted.account_id,
        counted.month,
        {% for signal in signals %}
            cast(
                sum(case when counted.signal = '{{ signal }}' then counted.events else 0 end)
                as bigint
            ) as {{ signal }}s,
        {% endfor %}
        cast(least(
            coalesce(sum(least(counted.events * weights.points, weights.max_points)), 0), 100
        ) as decimal(18, 6)) as engagement_score
    from counted
    left join weights
        on counted.signal = weights.signal
    group by counted.account_id, counted.month

)

select * from final
