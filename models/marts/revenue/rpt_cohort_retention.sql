with company_months as (

    select * from {{ ref('int_revenue__company_months') }}

),

cohort_months as (

    select * from {{ ref('int_revenue__cohort_months_summed') }}

),

cells as (

    select
        cohorts.cohort_month,
        company_months.month,
        cast({{ months_between('cohorts.cohort_month', 'company_months.month') }} as int)
            as months_since,
        cohorts.segment_type,
        cohorts.segment_value,
        cohorts.customers,
        cohorts.mrr,
        company_months.is_complete
    from cohort_months as cohorts
    inner join company_months
        on cohorts.cohort_month <= company_months.month
    where cohorts.months_since = 0

),

measured as (

    select
        cells.cohort_month,
        cells.months_since,
        cells.segment_type,
        cells.segment_value,
        cells.month,
        cast(cells.customers as bigint) as customers,
        cast(coalesce(retained.customers, 0) as bigint) as retained_customers,
        cast(cells.mrr as decimal(38, 6)) as mrr,
        cast(coalesce(retained.mrr, 0) as decimal(38, 6)) as retained_mrr,
        cast(coalesce(retained.gross_mrr, 0) as decimal(38, 6)) as gross_retained_mrr,
        cells.is_complete
    from cells
    left join cohort_months as retained
        on
            cells.cohort_month = retained.cohort_month
            and cells.months_since = retained.months_since
            and cells.segment_type = retained.segment_type
            and cells.segment_value = retained.segment_value

),

final as (

    select
        cohort_month,
        months_since,
        segment_type,
        segment_value,
        month,
        customers,
        retained_customers,
        mrr,
        retained_mrr,
        gross_retained_mrr,
        {{ ratio('retained_customers', 'customers') }} as logo_retention_rate,
        {{ ratio('retained_mrr', 'mrr') }} as mrr_retention_rate,
        {{ ratio('gross_retained_mrr', 'mrr') }} as gross_mrr_retention_rate,
        is_complete
    from measured

)

select * from final
order by cohort_month, months_since, segment_type, segment_value
