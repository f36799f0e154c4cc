with cac as (

    select * from {{ ref('rpt_cac_monthly') }}
    where {{ is_cohort_model() }}

),

cohort_months as (

    select * from {{ ref('int_acquisition__cohort_mrr_monthly') }}

),

margins as (

    select * from {{ ref('int_acquisition__gross_margins_monthly') }}

),

company_months as (

    select * from {{ ref('int_revenue__company_months') }}

),

-- The month under way has not earned its whole gross profit yet.
monthly as (

    select
        cac.month as cohort_month,
        cac.segment_type,
        cac.segment_value,
        cac.attribution_model,
        company_months.month,
        cac.new_customers,
        cac.spend_total as cohort_cac,
        coalesce(cohort_months.cohort_mrr, 0) as cohort_mrr,
        margins.gross_margin,
        cast(
            cast(coalesce(cohort_months.cohort_mrr, 0) as decimal(26, 6))
            * cast(margins.gross_margin as decimal(12, 6)) as decimal(38, 6)
        ) as gross_profit
    from cac
    inner join company_months
        on
            cac.month <= company_months.month
            and company_months.is_complete
    left join cohort_months
        on
            cac.month = cohort_months.cohort_month
            and cac.segment_type = cohort_months.segment_type
            and cac.segment_value = cohort_months.segment_value
            and cac.attribution_model = cohort_months.attribution_model
            and company_months.month = cohort_months.month
    left join margins
        on company_months.month = margins.month
    where cac.new_customers > 0

),

-- A sum over months of which one has no known margin is not known.
cumulated as (

    select
        monthly.*,
        row_number() over cohort_to_date as month_number,
        case
            when count(*) over cohort_to_date = count(gross_profit) over cohort_to_date
                then sum(gross_profit) over cohort_to_date
        end as cumulative_gross_profit
    from monthly
    window cohort_to_date as (
        partition by cohort_month, segment_type, segment_value, attribution_model
        order by month rows between unbounded preceding and current row
    )

),

recovered as (

    select
        cumulated.*,
        min(
            case
                when cohort_cac > 0 and cumulative_gross_profit >= cohort_cac then month_number
            end
        ) over (
            partition by cohort_month, segment_type, segment_value, attribution_model
            order by month rows between unbounded preceding and current row
        ) as payback_month
    from cumulated

),

final as (

    select
        cohort_month,
        segment_type,
        segment_value,
        attribution_model,
        cast(month_number - 1 as int) as months_since,
        month,
        new_customers,
        cohort_cac,
        cast(cohort_mrr as decimal(38, 6)) as cohort_mrr,
        gross_margin,
        gross_profit,
        cast(cumulative_gross_profit as decimal(38, 6)) as cumulative_gross_profit,
        {{ ratio('cumulative_gross_profit', 'cohort_cac') }} as recovered_share,
        case
            when cohort_cac > 0 and cumulative_gross_profit is not null
                then payback_month is not null
        end as is_paid_back,
        cast(payback_month as int) as payback_month,
        case
            when cohort_cac <= 0 or cumulative_gross_profit is null then null
            when payback_month is not null then {{ payback_status('payback_month') }}
            when month_number >= 12 then 'slow'
            else 'open'
        end as payback_status
    from recovered

)

select * from final
order by cohort_month, segment_type, segment_value, attribution_model, months_since
