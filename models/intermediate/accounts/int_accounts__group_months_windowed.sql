{%- set counts, amounts = group_month_columns('count'), group_month_columns('amount') -%}
{%- set windowed = [
    'won', 'lost', 'new_customers', 'churned_customers', 'won_with_amount', 'won_with_cycle',
    'won_cycle_days', 'won_amount', 'lost_amount', 'new_mrr', 'opening_customers',
    'programme_spend', 'company_other_spend', 'company_new_customers'
] -%}
with group_months as (

    select * from {{ ref('int_accounts__group_months_summed') }}

),

spend as (

    select * from {{ ref('int_accounts__programme_spend_allocated') }}

),

costs as (

    select * from {{ ref('int_accounts__programme_costs_monthly') }}

),

cuts as (

    select
        segment_type,
        segment_value
    from group_months

    union

    select
        segment_type,
        segment_value
    from spend

),

bounds as (

    select
        min(month) as first_month,
        {{ month_start(as_of_date()) }} as last_month
    from group_months

),

-- Months without anything are there: deals stay open through them.
spine as (

    select
        cast(series.month as date) as month,
        cuts.segment_type,
        cuts.segment_value
    from bounds
    cross join
        lateral unnest(
            {{ month_series('bounds.first_month', 'bounds.last_month') }}
        ) as series (month)
    cross join cuts

),

filled as (

    select
        spine.month,
        spine.segment_type,
        spine.segment_value,
        {% for column in counts + amounts %}
            coalesce(group_months.{{ column }}, 0) as {{ column }},
        {% endfor %}
        coalesce(spend.programme_amount, 0) as programme_spend,
        coalesce(costs.other_amount, 0) as company_other_spend,
        coalesce(company.new_customers, 0) as company_new_customers,
        lag(coalesce(group_months.closing_customers, 0), 1, 0) over (
            partition by spine.segment_type, spine.segment_value order by spine.month
        ) as opening_customers
    from spine
    left join group_months
        on
            spine.month = group_months.month
            and spine.segment_type = group_months.segment_type
            and spine.segment_value = group_months.segment_value
    left join group_months as company
        on
            spine.month = company.month
            and company.segment_type = 'all'
    left join spend
        on
            spine.month = spend.month
            and spine.segment_type = spend.segment_type
            and spine.segment_value = spend.segment_value
    left join costs
        on spine.month = costs.month

),

final as (

    select
        filled.*,
        {% for column in windowed %}
            {%- set is_amount = column in amounts or column.endswith('spend') %}
            cast(
                sum({{ column }}) over (
                    partition by segment_type, segment_value order by month
                    rows between 11 preceding and current row
                ) as {{ 'decimal(38, 6)' if is_amount else 'bigint' }}
            ) as {{ column }}_12m,
        {% endfor %}
        cast(
            sum(accounts_added) over (
                partition by segment_type, segment_value order by month
                rows between unbounded preceding and current row
            ) as bigint
        ) as accounts,
        cast(
            sum(open_change) over (
                partition by segment_type, segment_value order by month
                rows between unbounded preceding and current row
            ) as bigint
        ) as open_opportunities
    from filled

)

select * from final
