{%- set counts = [
    'closing_customers', 'new_customers', 'churned_customers', 'created_opportunities', 'won',
    'lost', 'won_with_amount'
] -%}
{%- set amounts = ['closing_mrr', 'new_mrr', 'created_amount', 'won_amount', 'lost_amount'] -%}
{%- set windowed = [
    'new_customers', 'new_mrr', 'won', 'lost', 'won_with_amount', 'won_amount', 'lost_amount'
] -%}
with months_summed as (

    select * from {{ ref('int_accounts__market_months_summed') }}

),

lives as (

    select
        segment_type,
        segment_value,
        min(month) as first_month,
        {{ month_start(as_of_date()) }} as last_month
    from months_summed
    group by segment_type, segment_value

),

-- Months without anything are there: deals stay open through them.
spine as (

    select
        lives.segment_type,
        lives.segment_value,
        cast(series.month as date) as month
    from lives
    cross join
        lateral unnest(
            {{ month_series('lives.first_month', 'lives.last_month') }}
        ) as series (month)

),

filled as (

    select
        {% for column in counts + amounts + ['open_change', 'open_amount_change'] %}
            coalesce(months_summed.{{ column }}, 0) as {{ column }},
        {% endfor %}
        spine.month,
        spine.segment_type,
        spine.segment_value
    from spine
    left join months_summed
        on
            spine.month = months_summed.month
            and spine.segment_type = months_summed.segment_type
            and spine.segment_value = months_summed.segment_value

),

windows as (

    select
        {% for column in windowed %}
            sum({{ column }}) over (
                partition by segment_type, segment_value order by month
                rows between 11 preceding and current row
            ) as {{ column }}_12m,
        {% endfor %}
        {% for kind, change in (
            ('opportunities', 'open_change'), ('amount', 'open_amount_change')
        ) %}
            sum({{ change }}) over (
                partition by segment_type, segment_value order by month
                rows between unbounded preceding and current row
            ) as open_{{ kind }},
        {% endfor %}
        filled.*
    from filled

),

-- Of a lost deal nobody knows how it would have been paid for: no win rate by pricing model.
final as (

    select
        month,
        segment_type,
        segment_value,
        {% for column in counts + ['open_opportunities'] %}
            cast({{ column }} as bigint) as {{ column }},
        {% endfor %}
        {% for column in amounts + ['open_amount'] %}
            cast({{ column }} as decimal(38, 6)) as {{ column }},
        {% endfor %}
        {{ divide_exact('closing_mrr', 'closing_customers', 6, places=6) }} as arpa,
        {% for name, won, lost in (
            ('win_rate', 'won', 'lost'), ('win_rate_12m', 'won_12m', 'lost_12m'),
            ('win_rate_amount_12m', 'won_amount_12m', 'lost_amount_12m')
        ) %}
            case when segment_type <> 'pricing_model' then {{ ratio(won, won ~ ' + ' ~ lost) }} end
                as {{ name }},
        {% endfor %}
        {{ divide_exact('won_amount', 'won_with_amount', 6, places=6) }} as average_selling_price,
        {{ divide_exact('won_amount_12m', 'won_with_amount_12m', 6, places=6) }}
            as average_selling_price_12m,
        {{ divide_exact('new_mrr', 'new_customers', 6, places=6) }} as average_new_mrr,
        {{ divide_exact('new_mrr_12m', 'new_customers_12m', 6, places=6) }}
            as average_new_mrr_12m,
        {{ divide_exact('12 * new_mrr', 'new_customers', 6, places=6) }} as average_new_arr,
        {{ divide_exact('12 * new_mrr_12m', 'new_customers_12m', 6, places=6) }}
            as average_new_arr_12m,
        month < {{ month_start(as_of_date()) }} as is_complete
    from windows

)

select * from final
order by month, segment_type, segment_value
