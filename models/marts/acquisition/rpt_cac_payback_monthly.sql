with cac as (

    select * from {{ ref('rpt_cac_monthly') }}

),

margins as (

    select * from {{ ref('int_acquisition__gross_margins_monthly') }}

),

cohorts as (

    select * from {{ ref('rpt_cac_payback_cohorts') }}

),

realised as (

    select
        cohort_month,
        segment_type,
        segment_value,
        attribution_model,
        max(payback_month) as payback_month,
        max(months_since) + 1 as months_observed,
        max_by(cumulative_gross_profit, months_since) as cumulative_gross_profit,
        max_by(payback_status, months_since) as payback_status
    from cohorts
    group by cohort_month, segment_type, segment_value, attribution_model

),

measured as (

    select
        cac.*,
        margins.gross_margin,
        case when margins.gross_margin > 0 then cac.new_mrr * margins.gross_margin end
            as new_gross_profit
    from cac
    left join margins
        on cac.month = margins.month

),

windowed as (

    select
        measured.*,
        sum(new_gross_profit) over (
            partition by segment_type, segment_value, attribution_model order by month
            rows between 2 preceding and current row
        ) as new_gross_profit_3m
    from measured

),

ratios as (

    select
        windowed.*,
        case when spend_total > 0 then {{ ratio('spend_total', 'new_gross_profit') }} end
            as payback_months,
        case when spend_total_3m > 0 then {{ ratio('spend_total_3m', 'new_gross_profit_3m') }} end
            as payback_months_3m
    from windowed

),

final as (

    select
        ratios.month,
        ratios.segment_type,
        ratios.segment_value,
        ratios.attribution_model,
        ratios.spend_total,
        ratios.new_customers,
        ratios.cac_fully_loaded,
        {{ divide_exact('ratios.new_mrr', 'ratios.new_customers', 6, places=6) }} as arpa_new,
        ratios.gross_margin,
        ratios.payback_months,
        {{ payback_status('ratios.payback_months') }} as payback_status,
        ratios.payback_months_3m,
        {{ payback_status('ratios.payback_months_3m') }} as payback_status_3m,
        cast(realised.payback_month as int) as realised_payback_month,
        cast(realised.months_observed as int) as months_observed,
        {{ ratio('realised.cumulative_gross_profit', 'ratios.spend_total') }} as recovered_share,
        realised.payback_status as realised_payback_status,
        ratios.is_complete
    from ratios
    left join realised
        on
            ratios.month = realised.cohort_month
            and ratios.segment_type = realised.segment_type
            and ratios.segment_value = realised.segment_value
            and ratios.attribution_model = realised.attribution_model

)

select * from final
order by month, segment_type, segment_value, attribution_model
