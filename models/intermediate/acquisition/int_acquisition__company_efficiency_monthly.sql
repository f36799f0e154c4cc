{%- set figures = ['ebitda', 'free_cash_flow', 'net_burn', 'revenue'] -%}
with efficiency as (

    select * from {{ ref('int_acquisition__sales_efficiency_monthly') }}
    where segment_type = 'all'

),

-- The results of a month under way are not whole.
results as (

    select * from {{ ref('input_company_results') }}
    where cast({{ add_months('month', 1) }} as date) <= {{ as_of_date() }}

),

fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

converted as (

    select
        {% for figure in figures %}
            cast(
                {{ in_reporting_currency('results.' ~ figure, 'fx_rates.rate') }} as decimal(38, 6)
            ) as {{ figure }},
        {% endfor %}
        results.month
    from results
    inner join fx_rates
        on
            results.currency = fx_rates.currency
            and results.month = fx_rates.month

),

joined as (

    select
        efficiency.month,
        efficiency.segment_type,
        efficiency.segment_value,
        efficiency.closing_mrr,
        efficiency.net_new_mrr,
        converted.ebitda,
        converted.free_cash_flow,
        coalesce(converted.net_burn, -converted.free_cash_flow) as net_burn,
        coalesce(converted.revenue, efficiency.closing_mrr) as revenue
    from efficiency
    left join converted
        on efficiency.month = converted.month

),

-- A sum over months of which one is not known is not known.
windowed as (

    select
        joined.*,
        lag(closing_mrr, 12) over (order by month) as closing_mrr_before,
        sum(net_new_mrr) over this_quarter as net_new_mrr_3m,
        case when count(net_burn) over this_quarter = 3 then sum(net_burn) over this_quarter end
            as net_burn_3m,
        case when count(ebitda) over this_year = 12 then sum(ebitda) over this_year end
            as ebitda_12m,
        case
            when count(free_cash_flow) over this_year = 12 then sum(free_cash_flow) over this_year
        end as free_cash_flow_12m,
        sum(revenue) over this_year as revenue_12m
    from joined
    window
        this_quarter as (order by month rows between 2 preceding and current row),
        this_year as (order by month rows between 11 preceding and current row)

),

ratios as (

    select
        windowed.*,
        {{ ratio('closing_mrr - closing_mrr_before', 'closing_mrr_before') }} as arr_growth,
        case when revenue_12m > 0 then {{ ratio('ebitda_12m', 'revenue_12m') }} end
            as ebitda_margin,
        case when revenue_12m > 0 then {{ ratio('free_cash_flow_12m', 'revenue_12m') }} end
            as fcf_margin
    from windowed

),

final as (

    select
        month,
        segment_type,
        segment_value,
        case when net_new_mrr_3m > 0 then {{ ratio('net_burn_3m', '12 * net_new_mrr_3m') }} end
            as burn_multiple,
        100 * (arr_growth + ebitda_margin) as rule_of_40_ebitda,
        100 * (arr_growth + fcf_margin) as rule_of_40_fcf
    from ratios

)

select * from final
